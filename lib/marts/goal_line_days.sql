-- goal_line_days: one row per business line ('' for people without one) and day from 9 weeks back to the end of what is planned
-- grain: business_line, day
-- truth: a day with more than a tenth of the line at work is no day off, unless it is a listed holiday | not off or listed or coalesce(present * 10 < people, false)
-- off: whoever did not work on it was not meant to: a listed holiday (setting goals.holidays), or in the past a day on which less than
-- a tenth of the line's people worked.  A line that worked on half of the listed holidays of the last 400 days is planned to work on
-- those to come.  Only recorders are counted.
with
people as (select person_no, coalesce(business_line, '') as business_line from employees),
days as (select person_no, work_date from employee_days where worked and work_date >= $as_of - 400),
recorders as (select r.person_no, p.business_line from goal_recorders as r join people as p on p.person_no = r.person_no),
lines as (
    select p.business_line, count(r.person_no) as people
    from people as p
    left join recorders as r on r.person_no = p.person_no
    group by p.business_line
),
holidays as (
    select distinct cast(g.day as date) as day
    from (values {goal_holidays}) as h (first_day, last_day)
    cross join generate_series(cast(h.first_day as timestamp), cast(h.last_day as timestamp), interval '1' day) as g (day)
),
calendar as (
    select cast(g.day as date) as day
    from generate_series(
        cast($as_of - 62 as timestamp),
        cast(greatest(last_day($as_of + 14), cast(date_trunc('week', $as_of + 14) as date) + 6) as timestamp),
        interval '1' day
    ) as g (day)
),
present as (
    select r.business_line, d.work_date as day, count(*) as present
    from days as d
    join recorders as r on r.person_no = d.person_no
    where d.work_date >= $as_of - 62 or d.work_date in (select h.day from holidays as h)
    group by r.business_line, d.work_date
),
-- a line without any record on or before a holiday has not shown that it works on it
on_holidays as (
    select l.business_line, coalesce(avg(case when coalesce(p.present, 0) * 10 >= l.people then 1.0 else 0.0 end), 0) >= 0.5 as works
    from lines as l
    join holidays as h on h.day between $as_of - 400 and $as_of
    left join present as p on p.business_line = l.business_line and p.day = h.day
    where l.people > 0
    group by l.business_line
),
line_days as (
    select
        l.business_line,
        c.day,
        cast(l.people as integer) as people,
        cast(coalesce(p.present, 0) as integer) as present,
        h.day is not null as listed,
        case when c.day <= $as_of then h.day is not null or (l.people > 0 and coalesce(p.present, 0) * 10 < l.people)
            else h.day is not null and not coalesce(o.works, false) end as off
    from lines as l
    cross join calendar as c
    left join present as p on p.business_line = l.business_line and p.day = c.day
    left join holidays as h on h.day = c.day
    left join on_holidays as o on o.business_line = l.business_line
)
select * from line_days
