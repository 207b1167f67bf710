-- morale_team_pulse: one row per question of the last wave of which anything was shown, as it was published for one team
-- roles: boss, lead, hr, presenter   grain: group
-- $nth whole             the team's place among all teams by name
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
places as (select t.team, row_number() over (order by t.team) as nth from teams as t),
told as (select r.wave_id from pulse_results as r where r.state = 'shown' group by r.wave_id),
last_wave as (
    select w.wave_id, w.closes
    from pulse_waves as w
    join told as t on t.wave_id = w.wave_id
    order by w.closes desc, w.wave_id desc
    limit 1
)
select r.wave_id, l.closes, r.question, r.state, cast(r.n as bigint) as n, r.mean, r.low, r.high, r.coded
from pulse_results as r
join last_wave as l on l.wave_id = r.wave_id
join places as p on p.team = r.unit
where r.level = 'team' and p.nth = $nth
order by case r.question when 'pressure' then 1 when 'help' then 2 when 'growth' then 3 when 'cohesion' then 4 else 5 end
