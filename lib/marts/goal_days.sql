-- goal_days: one row per person and day of the last 9 weeks on which work was planned or done, beside the goal of that day
-- grain: employee_id, work_date
-- truth: nothing lies after the day of the build | work_date <= $as_of
-- truth: a target is above zero | target > 0
-- truth: what is reached has its target | not reached or (target is not null and done >= target)
-- planned: days worked and usual days on which nothing else was due, as in goal_people.  Leave, holidays and rest are not planned.
-- target: the day's goal that was in force on that day, so a goal that is set today judges no day before it: for the person, else the
-- part of a whole that is set for the team or company, else the role's, else the settings' (for people whose peers record the measure);
-- what was set in the app before what a file says.  Newcomers have their share of what the role or everybody has.  Of several measures
-- with a daily goal the first of effective, answered, dials, intents, deals, revenue at the nearest level counts; null without any.
-- done: as the files say; on days on which they hold no sales at all, what the person logged in the app.
with
people as (
    select person_no, employee_id, coalesce(team, '') as team, coalesce(role, business_line, '') as peers,
        coalesce(business_line, '') as line, hire_date, leave_date
    from employees
    where hire_date <= $as_of and (leave_date is null or leave_date >= $as_of - 62)
),
line_days as (select business_line, day, off from goal_line_days where day <= $as_of),
weekdays as (select * from goal_weekdays),
recorders as (select * from goal_recorders),
metrics as (select * from goal_metrics),
rules as (select * from goal_rules),
defaults as (select * from (values {goal_defaults}) as d (metric, period, target) where d.period = 'day' and d.target > 0),
days as (
    select d.person_no, d.work_date, d.worked, d.result, d.leave_hours, d.dials, d.answered,
        case when d.effective is not null then d.effective + coalesce(d.intents, 0) + coalesce(d.deals, 0) end as effective,
        d.intents, d.deals, d.revenue,
        coalesce(d.dials, d.answered, d.effective, d.intents) is not null or coalesce(d.deals, 0) <> 0 or coalesce(d.revenue, 0) <> 0 as told
    from employee_days as d
    where d.work_date >= $as_of - 62
),
logged as (
    select p.person_no, c.day,
        sum(case when c.outcome in ('intent', 'deal') or (c.minutes > {effective_minutes} and (c.contact_left or not {effective_contact}))
            then 1 else 0 end) as effective,
        sum(case when c.outcome = 'intent' then 1 else 0 end) as intents,
        sum(case when c.outcome = 'deal' then 1 else 0 end) as deals,
        sum(case when c.outcome = 'deal' then coalesce(c.amount, 0) else 0 end) as revenue
    from app_consultations as c
    join people as p on p.employee_id = c.employee_id
    where c.day between $as_of - 62 and $as_of
    group by p.person_no, c.day
),
recorded_rest as (
    select distinct p.person_no, a.work_date as day
    from src_attendance as a
    join people as p on p.employee_id = a.employee_id
    where a.result = 'rest' and a.work_date between $as_of - 62 and $as_of
),
on_leave as (
    select d.person_no, d.work_date as day from days as d where not d.worked and (d.result = 'leave' or d.leave_hours > 0)
    union
    select p.person_no, l.day
    from leave_requests as a
    join people as p on p.employee_id = a.employee_id
    join line_days as l on l.business_line = p.line and l.day between a.starts_on and a.ends_on
),
each_day as (
    select
        p.person_no,
        p.hire_date,
        l.day,
        date_trunc('week', l.day) as week,
        k.weekday is not null as usual,
        coalesce(d.worked, false) or g.day is not null as worked,
        k.weekday is not null and not l.off and v.day is null and t.day is null as due,
        coalesce(d.told, false) as told,
        g.day is not null as in_app
    from people as p
    join line_days as l on l.business_line = p.line and l.day >= p.hire_date and (p.leave_date is null or l.day <= p.leave_date)
    left join weekdays as k on k.person_no = p.person_no and k.weekday = isodow(l.day)
    left join days as d on d.person_no = p.person_no and d.work_date = l.day
    left join logged as g on g.person_no = p.person_no and g.day = l.day
    left join on_leave as v on v.person_no = p.person_no and v.day = l.day
    left join recorded_rest as t on t.person_no = p.person_no and t.day = l.day
    where k.weekday is not null or d.person_no is not null or g.day is not null
),
-- a usual day that was not worked, in a week with a day worked beyond the usual ones, was swapped for it
swapped as (
    select
        e.*,
        row_number() over (partition by e.person_no, e.week, e.due and not e.worked order by e.day)
            <= sum(case when e.worked and not e.usual then 1 else 0 end) over (partition by e.person_no, e.week) as spare
    from each_day as e
),
planned_days as (
    select s.person_no, s.hire_date, s.day, s.told, s.in_app, s.worked or (s.due and not s.spare) as planned
    from swapped as s
    where s.worked or s.told or (s.due and not s.spare)
),
-- from when to when each goal was in force.  Goals of a week stand for their days where such things are done every day.  Of what was set
-- in the app the newest counts, and what was taken back (a goal called back:<id>) never did.
in_app_goals as (
    select g.*, case when g.level = 'person' and g.source = 'split' then 'split' else g.level end as kind
    from app_goals as g
    where g.target is not null and g.goal_id not in (select substring(b.goal_id, 6) from app_goals as b where b.target is null)
        and (g.period = 'day' or (g.period = 'week' and g.metric in ('effective', 'answered', 'dials')))
),
spans as (
    select g.kind, g.period, g.metric, g.target, 0 as place, case when g.level = 'person' then g.unit end as employee_id,
        cast(null as varchar) as team, case when g.level = 'role' then g.unit end as role, g.starts_on,
        min(g.starts_on) over (partition by g.kind, g.unit, g.metric, g.period order by g.set_at, g.goal_id
                               rows between 1 following and unbounded following) as ends_before
    from in_app_goals as g
    where g.level in ('person', 'role')
    union all
    select
        case when g.employee_id is not null then 'person' when g.role is not null then 'role' else 'whole' end,
        g.period,
        g.metric,
        g.target,
        case when g.team is null then 2 else 1 end,
        g.employee_id,
        g.team,
        g.role,
        coalesce(g.starts_on, date '1900-01-01'),
        lead(coalesce(g.starts_on, date '1900-01-01')) over (
            partition by g.employee_id, g.team, g.role, g.metric, g.period order by coalesce(g.starts_on, date '1900-01-01'), g.target)
    from goals as g
    where g.period = 'day' or (g.period = 'week' and g.metric in ('effective', 'answered', 'dials'))
),
in_force as (select s.* from spans as s where s.ends_before is null or (s.ends_before > s.starts_on and s.ends_before > $as_of - 62)),
a_week as (select k.person_no, count(*) as week_days from weekdays as k group by k.person_no),
wide as (
    select p.person_no, f.kind, f.period, f.metric, f.target, f.place, f.team, f.starts_on, f.ends_before
    from people as p
    join in_force as f on f.employee_id = p.employee_id
    where f.kind in ('person', 'split')
    union all
    select p.person_no, f.kind, f.period, f.metric, f.target, f.place, f.team, f.starts_on, f.ends_before
    from people as p
    join in_force as f on f.role = p.peers and (f.team is null or f.team = p.team)
    where f.kind = 'role'
    union all
    select p.person_no, f.kind, f.period, f.metric, f.target, f.place, f.team, f.starts_on, f.ends_before
    from in_force as f
    join metrics as m on m.metric = f.metric
    join people as p on p.peers = m.peers and (f.team is null or f.team = p.team)
    where f.kind = 'whole'
    union all
    select p.person_no, 'default', 'day', d.metric, cast(d.target as double), 3, cast(null as varchar), date '1900-01-01', cast(null as date)
    from people as p
    join metrics as m on m.peers = p.peers
    join defaults as d on d.metric = m.metric
),
held as (
    select
        y.person_no,
        y.day,
        w.kind,
        w.period,
        w.metric,
        w.place,
        w.team,
        case when w.period = 'week' then w.target / nullif(a.week_days, 0) else w.target end as target,
        case
            when y.hire_date + interval '1' month > y.day then r.first_month
            when y.hire_date + interval '2' month > y.day then r.second_month
            when y.hire_date + interval '3' month > y.day then r.third_month
            else 1
        end as newcomer_share
    from planned_days as y
    join wide as w on w.person_no = y.person_no and y.day >= w.starts_on and (w.ends_before is null or y.day < w.ends_before)
    left join a_week as a on a.person_no = y.person_no
    cross join rules as r
    where y.planned
),
-- a whole is divided among those who are planned on that day, newcomers by their share; nobody's part is below one
parted as (
    select
        h.person_no,
        h.day,
        h.metric,
        case h.kind when 'person' then 1 when 'split' then 2 when 'whole' then 3 when 'role' then 4 else 5 end as level,
        case when h.period = 'day' then 0 else 1 end as far,
        h.place,
        case h.metric when 'effective' then 1 when 'answered' then 2 when 'dials' then 3 when 'intents' then 4 when 'deals' then 5 else 6 end as nth,
        case
            when h.kind = 'whole' then greatest(floor(h.target * h.newcomer_share
                / sum(h.newcomer_share) over (partition by h.day, h.kind, h.period, h.metric, h.place, h.team)), 1)
            when h.kind in ('role', 'default') then h.target * h.newcomer_share
            else h.target
        end as target
    from held as h
),
nearest as (
    select t.*, row_number() over (partition by t.person_no, t.day order by t.level, t.nth, t.far, t.place) as nth_goal
    from parted as t
),
the_goal as (select n.person_no, n.day, n.metric, n.target from nearest as n where n.nth_goal = 1 and n.target > 0),
beside as (
    select
        y.person_no,
        y.day,
        y.planned,
        g.metric,
        g.target,
        case when y.told or not y.in_app then case g.metric
                when 'effective' then d.effective
                when 'answered' then d.answered
                when 'dials' then d.dials
                when 'intents' then d.intents
                when 'deals' then d.deals
                when 'revenue' then d.revenue
            end else case g.metric
                when 'effective' then l.effective
                when 'intents' then l.intents
                when 'deals' then l.deals
                when 'revenue' then l.revenue
            end end as done
    from planned_days as y
    left join the_goal as g on g.person_no = y.person_no and g.day = y.day
    left join days as d on d.person_no = y.person_no and d.work_date = y.day
    left join logged as l on l.person_no = y.person_no and l.day = y.day
),
judged as (
    select
        p.employee_id,
        b.day as work_date,
        b.planned,
        b.metric,
        cast(b.target as double) as target,
        cast(case when b.metric is not null then coalesce(b.done, 0) end as double) as done,
        b.target is not null and coalesce(b.done, 0) >= b.target as reached
    from beside as b
    join people as p on p.person_no = b.person_no
    order by p.person_no, b.day
)
select * from judged
