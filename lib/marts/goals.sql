-- goals: one row per target that has begun
-- grain: goal
-- truth: a target is above zero | target > 0
with
imported_goals as (select * from src_goals),
begun as (
    select g.metric, g.period, g.target, g.employee_id, g.team, g.role, g.starts_on
    from imported_goals as g
    where g.starts_on is null or g.starts_on <= $as_of
    order by g.metric, g.period, g.employee_id, g.team, g.role, g.starts_on, g.target
)
select * from begun
