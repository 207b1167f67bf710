-- app_supports: one row per support that was assigned to a person for a pain point
-- grain: support_id
-- truth: a support is open until its last day | (closed_on is null) = (state = 'open')
with
assigned as (select * from src_app_supports where assigned_on <= $as_of),
people as (select * from employees),
known as (
    select a.*
    from assigned as a
    join people as p on p.employee_id = a.employee_id
    order by a.employee_id, a.assigned_on, a.support_id
)
select * from known
