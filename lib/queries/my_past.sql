-- my_past: one row per completed week of the viewer, the last 12, oldest first
-- roles: employee, mentor   grain: person
-- > week date           Monday of the week
-- > worked_days whole   days worked
-- > performance number  main measure per worked day
with
completed as (
    select w.week, cast(w.worked_days as integer) as worked_days, cast(w.performance as double) as performance
    from employee_weeks as w
    cross join build_info as b
    where w.week + 6 <= b.as_of and w.week > b.as_of - 91
    order by w.week
)
select * from completed
