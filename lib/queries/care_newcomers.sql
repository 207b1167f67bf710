-- care_newcomers: one row per week at work of one newcomer, held against what newcomers had in the same week at work
-- roles: hr   grain: person
-- $id text                employee_id
-- > nth whole             week at work, the calendar week of the first day is 1
-- > week date             Monday of the week
-- > worked_days whole     days worked
-- > performance number    main measure per worked day
-- > median number         median of the other newcomers' same week at work, in the team when 5 or more are known, else in the business line
-- > newcomers whole       how many these are
with
one as (
    select e.employee_id, e.team, e.business_line, e.hire_date, cast(date_trunc('week', e.hire_date) as date) as first_week
    from employees as e
    where e.employee_id = $id
),
own as (
    select w.week, w.worked_days, w.performance, date_diff('day', o.first_week, w.week) // 7 + 1 as nth, o.team, o.business_line
    from employee_weeks as w
    join one as o on o.employee_id = w.employee_id
    where w.week >= o.first_week and w.week < o.first_week + 14 * 7
),
others as (
    select
        e.team,
        w.performance,
        date_diff('day', cast(date_trunc('week', e.hire_date) as date), w.week) // 7 + 1 as nth
    from employee_weeks as w
    join employees as e on e.employee_id = w.employee_id
    join one as o on o.business_line is not distinct from e.business_line and o.employee_id <> e.employee_id
    where w.performance is not null and w.worked_days >= 2 and w.week < cast(date_trunc('week', e.hire_date) as date) + 14 * 7
        and w.week >= cast(date_trunc('week', e.hire_date) as date)
),
held_against as (
    select
        n.nth,
        count(case when n.team = o.team then 1 end) as of_team,
        median(case when n.team = o.team then n.performance end) as in_team,
        count(*) as of_line,
        median(n.performance) as in_line
    from others as n
    cross join one as o
    group by n.nth
),
shown as (
    select
        cast(w.nth as bigint) as nth,
        w.week,
        cast(w.worked_days as bigint) as worked_days,
        cast(w.performance as double) as performance,
        cast(case when h.of_team >= 5 then h.in_team when h.of_line >= 5 then h.in_line end as double) as median,
        cast(case when h.of_team >= 5 then h.of_team else coalesce(h.of_line, 0) end as bigint) as newcomers
    from own as w
    left join held_against as h on h.nth = w.nth
    order by w.nth
)
select * from shown
