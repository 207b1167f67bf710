-- my_week: one row: the viewer's own last completed week, the own usual, and the team's median
-- roles: employee, mentor   grain: person
-- > employee_id text person   the viewer
-- > name text person          name
-- > team text                 team
-- > role text                 role
-- > metric text               measure that performance means
-- > week date                 Monday of the last completed week
-- > worked_days whole         days worked in it; null without any record
-- > performance number        main measure per worked day
-- > usual number              mean of the own 8 weeks with 3 worked days or more before (at least 3 of them)
-- > weeks_before whole        how many weeks that is
-- > late_evenings whole       evenings with a late check-out
-- > peers whole               people of the team with work in that week
-- > peer_performance number   median of the team; null in a group too small to show
with
me as (
    select e.employee_id, e.name, e.team, e.role, e.business_line, cast(date_trunc('week', b.as_of + 1) as date) - 7 as week
    from employees as e
    cross join build_info as b
),
own as (
    select w.employee_id, w.week, w.worked_days, w.performance, w.late_evenings
    from employee_weeks as w
),
earlier as (
    select o.employee_id, o.performance, row_number() over (partition by o.employee_id order by o.week desc) as back
    from own as o
    join me as m on m.employee_id = o.employee_id
    where o.week < m.week and o.worked_days >= 3 and o.performance is not null
),
baseline as (
    select b.employee_id, avg(b.performance) as usual, count(*) as weeks_before
    from earlier as b
    where b.back <= 8
    group by b.employee_id
),
shown as (
    select
        m.employee_id,
        m.name,
        m.team,
        m.role,
        l.metric,
        m.week,
        cast(o.worked_days as integer) as worked_days,
        cast(o.performance as double) as performance,
        cast(case when b.weeks_before >= 3 then b.usual end as double) as usual,
        cast(coalesce(b.weeks_before, 0) as integer) as weeks_before,
        cast(o.late_evenings as integer) as late_evenings,
        cast(p.people as integer) as peers,
        cast(case when p.people >= $min_group then p.performance end as double) as peer_performance
    from me as m
    left join own as o on o.employee_id = m.employee_id and o.week = m.week
    left join baseline as b on b.employee_id = m.employee_id
    left join peer_weeks as p on p.team = m.team and p.week = m.week
    left join business_lines as l on l.business_line = coalesce(m.business_line, '')
)
select * from shown
