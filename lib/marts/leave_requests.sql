-- leave_requests: one row per leave that was asked for and not refused, past and to come
-- grain: employee_id, starts_on
-- truth: leave does not end before it begins | ends_on >= starts_on
with
imported as (select * from src_leave_requests where coalesce(approved, true)),
people as (select * from employees),
known as (
    select i.employee_id, i.starts_on, i.ends_on, i.leave_type
    from imported as i
    join people as p on p.employee_id = i.employee_id
    order by i.employee_id, i.starts_on
)
select * from known
