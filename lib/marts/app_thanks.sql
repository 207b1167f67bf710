-- app_thanks: one row per thanks that one colleague gave another (employee_id) on a day
-- grain: employee_id, from_id, day
-- truth: nobody thanks themselves | from_id <> employee_id
with
given as (select * from src_app_thanks where day <= $as_of),
people as (select * from employees),
known as (
    select g.*
    from given as g
    join people as p on p.employee_id = g.employee_id
    order by g.employee_id, g.day, g.from_id
)
select * from known
