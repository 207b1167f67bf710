-- pulse_trend: one row per closed wave, unit and question, oldest first, as it was published
-- roles: boss, lead, hr, presenter         grain: group
-- > wave_id text       the wave
-- > closes date        its last day
-- > level text         company, department or team
-- > unit text          department or team, '' for the company
-- > question text      pressure, help, growth, cohesion or recommend
-- > mean number        1–5; null where it is hidden
-- > coded text         top or bottom: the mean is at least, or at most, this
select r.wave_id, w.closes, r.level, r.unit, r.question, r.mean, r.coded
from pulse_results as r
join pulse_waves as w on w.wave_id = r.wave_id
order by w.closes, r.wave_id, r.level, r.unit, r.question
