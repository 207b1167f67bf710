-- culture_cohesion: one row per closed wave of the pulse: how one unit answered the question about cohesion, as it was published
-- roles: boss, lead, hr, presenter   grain: group
-- $level text    company, department or team
-- $unit text     '' for the company, else the department or team
-- > wave_id text   the wave
-- > closes date    its last day
-- > state text     shown, few (too few answers), protects (hidden so that another stays hidden), or none (the unit was not part of it)
-- > n whole        answers; null unless shown
-- > mean number    1–5; null unless shown
-- > low number     95 % interval
-- > high number
-- > coded text     top or bottom when the mean is at least or at most what stands there
select
    w.wave_id,
    w.closes,
    coalesce(r.state, 'none') as state,
    r.n,
    cast(r.mean as double) as mean,
    cast(r.low as double) as low,
    cast(r.high as double) as high,
    r.coded
from pulse_waves as w
left join pulse_results as r on r.wave_id = w.wave_id and r.question = 'cohesion' and r.level = $level and r.unit = $unit
order by w.closes, w.wave_id
