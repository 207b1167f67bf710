-- pulse_cells: one row per unit and question of one wave as it was published, company, departments and teams in that order
-- roles: boss, lead, hr, presenter         grain: group
-- $wave text           the wave
-- > level text         company, department or team
-- > unit text          department or team, '' for the company
-- > department text    the department that a team is in now
-- > question text      pressure, help, growth, cohesion or recommend
-- > state text         shown, few or protects
-- > n whole            answers, where it is shown
-- > mean number        1–5, rounded and coded at both ends
-- > low number         95 % interval
-- > high number        its upper end
-- > coded text         top or bottom: the mean is at least, or at most, this
with
cells as (select r.* from pulse_results as r where r.wave_id = $wave),
homes as (select t.team, max(t.department) as department from teams as t group by t.team)
select c.level, c.unit, case c.level when 'department' then c.unit when 'team' then coalesce(h.department, '') end as department, c.question, c.state,
    cast(c.n as bigint) as n, c.mean, c.low, c.high, c.coded
from cells as c
left join homes as h on h.team = c.unit and c.level = 'team'
order by case c.level when 'company' then 1 else 2 end, 3, case c.level when 'department' then 1 else 2 end, c.unit,
    case c.question when 'pressure' then 1 when 'help' then 2 when 'growth' then 3 when 'cohesion' then 4 else 5 end
