-- morale_team_pulse: one row per question of the last closed wave, as it was published for one team
-- roles: boss, lead, hr, presenter   grain: group
-- $team text             team name
-- > wave_id text         the wave
-- > closes date          its last day
-- > question text        pressure, help, growth, cohesion or recommend
-- > state text           shown, few or protects
-- > n whole              answers
-- > mean number          mean 1–5
-- > low number           95 % interval
-- > high number          its upper end
-- > coded text           top or bottom: the mean is at least or at most this
with
last_wave as (select w.wave_id, w.closes from pulse_waves as w order by w.closes desc, w.wave_id desc limit 1)
select r.wave_id, l.closes, r.question, r.state, cast(r.n as bigint) as n, r.mean, r.low, r.high, r.coded
from pulse_results as r
join last_wave as l on l.wave_id = r.wave_id
where r.level = 'team' and r.unit = $team
order by case r.question when 'pressure' then 1 when 'help' then 2 when 'growth' then 3 when 'cohesion' then 4 else 5 end
