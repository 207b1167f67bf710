-- care_promises: one row per promise made in a talk, without its words
-- grain: promise_id
-- truth: a promise is open until its day of settling | (settled_on is null) = (state = 'open')
with
promises as (select * from src_care_promises),
people as (select * from employees),
known as (
    select m.*
    from promises as m
    join people as p on p.employee_id = m.employee_id
    order by m.employee_id, m.due, m.promise_id
)
select * from known
