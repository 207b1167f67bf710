-- glance_goal: one row per measure that is recorded, in the order in which goals speak of it: the one that most people were set a goal for first
-- roles: boss, lead, hr, presenter   grain: group
-- > metric text    effective, intents, deals, revenue, answered or dials
with
recorded as (select g.metric, count(*) as roles from goal_metrics as g group by g.metric),
given as (
    select distinct g.employee_id, g.metric from goal_given as g where g.level <> 'default'
    union
    select p.employee_id, a.metric
    from app_goals as a
    join goal_people as p on (a.level = 'role' and a.unit = p.peers) or (a.level = 'person' and a.unit = p.employee_id)
    where a.target is not null
),
counted as (
    select g.metric, count(*) as people
    from given as g
    join employees as e on e.employee_id = g.employee_id
    where e.active
    group by g.metric
)
select r.metric
from recorded as r
left join counted as c on c.metric = r.metric
order by coalesce(c.people, 0) desc,
    case r.metric when 'effective' then 0 when 'intents' then 1 when 'deals' then 2 when 'revenue' then 3 when 'answered' then 4 else 5 end
