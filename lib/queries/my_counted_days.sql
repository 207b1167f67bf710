-- my_counted_days: one row per person and day of the last 62 on which the files hold calls or deals of the person
-- roles: employee, mentor, hr   grain: person
-- $employee text             only this person; '' for everybody in the viewer's scope
-- > employee_id text person  the person
-- > day date                 the day
-- > calls flag               the files hold calls or their totals
-- > deals flag               the files hold a deal
with
days as (
    select
        d.employee_id,
        d.work_date as day,
        coalesce(d.dials, d.answered, d.effective, d.intents) is not null as calls,
        coalesce(d.deals, 0) > 0 as deals
    from employee_days as d
    cross join build_info as b
    where d.work_date > b.as_of - 62 and ($employee = '' or d.employee_id = $employee)
)
select * from days as d where d.calls or d.deals order by d.employee_id, d.day
