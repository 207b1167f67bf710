-- pulse_waves: one row per wave of the anonymous pulse that is closed
-- grain: wave_id
-- truth: a wave does not close before it opens | closes >= opens
with
waves as (select * from src_pulse_waves),
closed as (select w.* from waves as w where w.state = 'closed' and w.closes <= $as_of order by w.closes, w.wave_id)
select * from closed
