-- pulse_results: one row per closed wave, unit and question, as it was published once: never an answer
-- grain: wave_id, level, unit, question
-- truth: only what is shown has figures | (state = 'shown') = (mean is not null)
-- truth: nothing is shown of fewer than five answers | state <> 'shown' or n >= 5
-- level: company, department or team.  state: shown, few (too few answers) or protects (hidden so that another stays hidden).
-- mean is coded at both ends: at least (coded = top) or at most (coded = bottom) what stands there.
with
results as (select * from src_pulse_results),
waves as (select * from pulse_waves),
published as (
    select r.*
    from results as r
    join waves as w on w.wave_id = r.wave_id
    order by r.wave_id, r.level, r.unit, r.question
)
select * from published
