-- mentor_probation: one row per month of hiring (the last 18 before the day of the build): how many passed their probation
-- roles: boss, lead, hr, presenter   grain: group
-- $days whole               length of the probation
-- > month date              first day of the month of hiring
-- > finished flag           the probation of everybody hired in it is over
-- > recorded flag           people were hired when there was data of work already: who left soon is on the list
-- > leavers whole           people on the list who have left, ever
-- > hired whole             people hired; null when they are too few to show
-- > passed whole            of them still employed, or left after the probation; null while it is not over
-- > with_n whole            hired, who had a mentor in the probation; null when either side is too few to show
-- > with_passed whole       of them passed
-- > without_n whole         hired, who had none
-- > without_passed whole    of them passed
with
day as (select b.as_of from build_info as b),
guided as (
    select distinct p.employee_id
    from mentor_pairs as p
    join employees as e on e.employee_id = p.employee_id
    where p.since < e.hire_date + $days
),
newcomers as (
    select
        cast(date_trunc('month', e.hire_date) as date) as month,
        e.hire_date + $days <= d.as_of as over,
        e.leave_date is null or e.leave_date >= e.hire_date + $days as stayed,
        g.employee_id is not null as with_mentor
    from employees as e
    cross join day as d
    left join guided as g on g.employee_id = e.employee_id
    where e.hire_date <= d.as_of and e.hire_date >= cast(date_trunc('month', cast(d.as_of - interval '18' month as date)) as date)
),
record as (
    select
        cast(date_trunc('month', min(d.work_date)) as date) as first_month,
        (select count(*) from employees as e where e.leave_date is not null) as leavers
    from employee_days as d
),
by_month as (
    select
        n.month,
        bool_and(n.over) as finished,
        count(*) as hired,
        count(case when n.stayed then 1 end) as passed,
        count(case when n.with_mentor then 1 end) as with_n,
        count(case when n.with_mentor and n.stayed then 1 end) as with_passed,
        count(case when not n.with_mentor then 1 end) as without_n,
        count(case when not n.with_mentor and n.stayed then 1 end) as without_passed
    from newcomers as n
    group by n.month
),
sides as (
    select
        m.*,
        coalesce(m.month >= r.first_month, false) as recorded,
        r.leavers,
        m.hired >= $min_group as shown,
        (m.with_n = 0 or m.with_n >= $min_group) and (m.without_n = 0 or m.without_n >= $min_group) as split
    from by_month as m
    cross join record as r
),
counted as (
    select
        s.month,
        s.finished,
        s.recorded,
        s.leavers,
        case when s.shown then s.hired end as hired,
        case when s.shown and s.finished then s.passed end as passed,
        case when s.shown and s.finished and s.split then s.with_n end as with_n,
        case when s.shown and s.finished and s.split then s.with_passed end as with_passed,
        case when s.shown and s.finished and s.split then s.without_n end as without_n,
        case when s.shown and s.finished and s.split then s.without_passed end as without_passed
    from sides as s
    order by s.month
)
select * from counted
