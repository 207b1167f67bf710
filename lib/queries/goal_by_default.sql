-- goal_by_default: one row: how many people nobody has set a goal for in one measure, so that the settings' goal holds
-- roles: boss, lead, hr, presenter   grain: group
-- $metric text        the measure
-- $covered list       roles (or lines) and people (employee numbers) that a goal set in the app covers
-- > people whole      people; null where they are few, or all but a few
-- > many flag         they are at least a group
-- > target number     the settings' goal
-- > period text       its period
with
given as (select * from goal_given where metric = $metric),
people as (select employee_id, coalesce(role, business_line, '') as peers from employees where active),
bare as (
    select g.employee_id, g.target, g.period
    from given as g
    join people as p on p.employee_id = g.employee_id
    anti join given as o on o.employee_id = g.employee_id and o.level <> 'default'
    where g.level = 'default' and not list_contains($covered, p.peers) and not list_contains($covered, p.employee_id)
),
sizes as (
    select
        (select count(distinct b.employee_id) from bare as b) as without,
        (select count(*) from people as p) as people,
        (select count(distinct g.employee_id) from given as g join people as p on p.employee_id = g.employee_id) as with_goal
),
answer as (
    select
        cast(case when s.without >= $min_group and (s.people = s.without or s.people - s.without >= $min_group)
            and (s.with_goal = s.without or s.with_goal - s.without >= $min_group) then s.without end as integer) as people,
        s.without >= $min_group and s.without > 0 as many,
        (select cast(min(b.target) as double) from bare as b) as target,
        (select min(b.period) from bare as b) as period
    from sizes as s
)
select a.people, a.many, a.target, a.period from answer as a
