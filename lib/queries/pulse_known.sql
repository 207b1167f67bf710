-- pulse_known: one row per closed wave, newest first
-- roles: boss, lead, hr, presenter         grain: group
-- > wave_id text       the wave
-- > opens date         its first day
-- > closes date        its last day
-- > source text        app or import
select w.wave_id, w.opens, w.closes, w.source from pulse_waves as w order by w.closes desc, w.wave_id desc
