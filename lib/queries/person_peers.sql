-- person_peers: one row per measure: one person's last 4 completed weeks, the own 8 weeks before, and the other people of the team
-- roles: hr   grain: person
-- $id text   employee_id
-- > measure text    performance, rejection_rate, late_evenings, revenue or worked_days
-- > now number      the person over the last 4 completed weeks (up to the last week at work)
-- > usual number    the person over the 8 weeks before
-- > median number   median over the other people of the team who worked in those 4 weeks
-- > peers whole     how many these are
with
me as (
    select e.employee_id, e.team, least(coalesce(e.leave_date, b.as_of), b.as_of) as last_day
    from employees as e
    cross join build_info as b
    where e.employee_id = $id
),
span as (
    -- Monday after the last completed week: a week is completed when its Sunday is not after the last day.
    select m.employee_id, m.team, cast(date_trunc('week', m.last_day + 1) as date) as week_after
    from me as m
),
together as (
    select
        w.employee_id,
        case when w.week >= s.week_after - 28 then 'now' else 'usual' end as period,
        sum(w.performance * w.worked_days) / nullif(sum(case when w.performance is not null then w.worked_days end), 0) as performance,
        sum(w.rejected) / nullif(sum(w.answered), 0) as rejection_rate,
        sum(w.late_evenings) / count(distinct w.week) as late_evenings,
        sum(w.revenue) / count(distinct w.week) as revenue,
        sum(w.worked_days) / count(distinct w.week) as worked_days
    from employee_weeks as w
    cross join span as s
    where w.week < s.week_after and w.week >= s.week_after - case when w.employee_id = s.employee_id then 84 else 28 end
        and w.worked_days > 0
        and w.employee_id in (select e.employee_id from employees as e join me as m on m.team = e.team)
    group by w.employee_id, case when w.week >= s.week_after - 28 then 'now' else 'usual' end
),
long as (
    select t.employee_id, t.period, 1 as place, 'performance' as measure, t.performance as amount from together as t
    union all
    select t.employee_id, t.period, 2, 'rejection_rate', t.rejection_rate from together as t
    union all
    select t.employee_id, t.period, 3, 'late_evenings', t.late_evenings from together as t
    union all
    select t.employee_id, t.period, 4, 'revenue', t.revenue from together as t
    union all
    select t.employee_id, t.period, 5, 'worked_days', t.worked_days from together as t
),
shown as (
    select
        l.measure,
        cast(max(case when l.employee_id = m.employee_id and l.period = 'now' then l.amount end) as double) as now,
        cast(max(case when l.employee_id = m.employee_id and l.period = 'usual' then l.amount end) as double) as usual,
        cast(median(case when l.employee_id <> m.employee_id then l.amount end) as double) as median,
        cast(count(case when l.employee_id <> m.employee_id then l.amount end) as integer) as peers
    from long as l
    cross join me as m
    group by l.measure, l.place
    order by l.place
)
select * from shown
