-- goal_by_default: one row: how many people nobody has set a goal for in one measure, so that the settings' goal holds
-- roles: boss, lead, hr, presenter   grain: group
-- $metric text        the measure
-- $covered list       roles (or lines) and people (employee numbers) that a goal set in the app covers
-- > people whole      people; null where they are too few to count
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
counted as (
    select
        cast(case when count(distinct b.employee_id) >= $min_group then count(distinct b.employee_id) end as integer) as people,
        cast(min(b.target) as double) as target,
        min(b.period) as period
    from bare as b
)
select * from counted
