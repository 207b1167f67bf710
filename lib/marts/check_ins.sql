-- check_ins: one row per person and day on which the person said, by name, how much pressure and growth there is (1–5)
-- grain: employee_id, checked_on
-- truth: both are 1 to 5 | pressure between 1 and 5 and growth between 1 and 5
-- What was said in the app counts where a file says something else about the same day.
with
imported as (select employee_id, checked_on, pressure, growth from src_check_ins where checked_on <= $as_of),
in_app as (select employee_id, day as checked_on, pressure, growth from src_app_check_ins where day <= $as_of),
people as (select * from employees),
said as (
    select * from in_app
    union all
    select i.* from imported as i
    anti join in_app as a on a.employee_id = i.employee_id and a.checked_on = i.checked_on
),
known as (
    select s.employee_id, s.checked_on, cast(s.pressure as double) as pressure, cast(s.growth as double) as growth
    from said as s
    join people as p on p.employee_id = s.employee_id
    order by s.employee_id, s.checked_on
)
select * from known
