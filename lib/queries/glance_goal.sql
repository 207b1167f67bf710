-- glance_goal: one row per measure that is recorded, in the order in which goals speak of it: the one that most people were set a goal for first
-- roles: boss, lead, hr, presenter   grain: group
-- $department text    only people of this department; '' for all
-- > metric text       effective, intents, deals, revenue, answered or dials
with
members as (
    select p.employee_id, p.peers
    from goal_people as p
    join employees as e on e.employee_id = p.employee_id
    where e.active and ($department = '' or e.department = $department)
),
recorded as (select distinct g.metric from goal_metrics as g join members as m on m.peers = g.peers),
given as (
    select distinct g.employee_id, g.metric
    from goal_given as g
    join members as m on m.employee_id = g.employee_id
    where g.level <> 'default'
    union
    select m.employee_id, a.metric
    from app_goals as a
    join members as m on (a.level = 'role' and a.unit = m.peers) or (a.level = 'person' and a.unit = m.employee_id)
    where a.target is not null
),
counted as (select g.metric, count(*) as people from given as g group by g.metric)
select r.metric
from recorded as r
left join counted as c on c.metric = r.metric
order by coalesce(c.people, 0) desc,
    case r.metric when 'effective' then 0 when 'intents' then 1 when 'deals' then 2 when 'revenue' then 3 when 'answered' then 4 else 5 end
