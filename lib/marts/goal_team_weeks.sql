-- goal_team_weeks: one row per team and completed week (Monday) of the last 26: what was done of a measure against the goals
-- grain: team, week
-- truth: a week begins on Monday | isodow(week) = 1
-- truth: a share needs a target | done_share is null or target > 0
-- truth: a row has people | people > 0
-- The measure is the line's own where it had a goal in that week, else effective consultations, else deals.
-- people: those with a goal that had begun by the end of that week, and a day worked in it (planned, where days worked are not
-- recorded); target: their goals a day times those days, so leave and holidays ask for nothing.  A goal of a month is spread over
-- 52/12 weeks.  done_share: done / target; null where nobody had a goal or the measure was not recorded in that week.
with
span as (select cast(date_trunc('week', $as_of + 1) as date) as next_week),
people as (
    select employee_id, person_no, team, coalesce(role, business_line, '') as peers, coalesce(business_line, '') as line, hire_date, leave_date
    from employees
    where hire_date <= $as_of
),
recorders as (select * from goal_recorders),
weekdays as (select * from goal_weekdays),
rules as (select * from goal_rules),
-- a line whose own measure has had goals all along needs no other
lines as (
    select b.business_line, b.metric, b.first_week, b.last_week, 0 as place from business_lines as b
    union all
    select b.business_line, v.metric, null, null, v.place
    from business_lines as b
    cross join (values ('effective', 1), ('deals', 2)) as v (metric, place)
    where v.metric <> b.metric and b.business_line not in (
        select coalesce(p.business_line, '')
        from goal_given as g
        join employees as p on p.employee_id = g.employee_id
        join business_lines as o on o.business_line = coalesce(p.business_line, '') and o.metric = g.metric
        cross join span as s
        where g.starts_on is null or g.starts_on <= s.next_week - 182
    )
),
weeks as (
    select cast(g.week as date) as week
    from span as s
    cross join generate_series(cast(s.next_week - 182 as timestamp), cast(s.next_week - 7 as timestamp), interval '7' day) as g (week)
),
holidays as (
    select distinct cast(g.day as date) as day
    from (values {goal_holidays}) as h (first_day, last_day)
    cross join generate_series(cast(h.first_day as timestamp), cast(h.last_day as timestamp), interval '1' day) as g (day)
),
a_week as (select k.person_no, count(*) as week_days from weekdays as k group by k.person_no),
-- people whose days worked are not recorded: their usual weekdays without listed holidays
planned as (
    select p.person_no, w.week, count(*) as days
    from people as p
    join weekdays as k on k.person_no = p.person_no
    cross join weeks as w
    where p.person_no not in (select r.person_no from recorders as r)
        and w.week + k.weekday - 1 >= p.hire_date
        and (p.leave_date is null or w.week + k.weekday - 1 <= p.leave_date)
        and w.week + k.weekday - 1 not in (select h.day from holidays as h)
    group by p.person_no, w.week
),
measured as (
    select
        p.employee_id,
        p.person_no,
        p.team,
        p.peers,
        l.metric,
        l.place,
        w.week,
        p.hire_date,
        d.days,
        coalesce(case l.metric
            when 'revenue' then e.revenue
            when 'effective' then e.effective + coalesce(e.intents, 0) + coalesce(e.deals, 0)
            when 'deals' then e.deals
            when 'answered' then e.answered
            when 'dials' then e.dials
            when 'intents' then e.intents
        end, case when w.week between l.first_week and l.last_week then 0 end) as measure
    from (
        select e.person_no, e.week, e.worked_days as days
        from employee_weeks as e
        join recorders as r on r.person_no = e.person_no
        where e.worked_days > 0
        union all
        select n.person_no, n.week, n.days from planned as n
    ) as d
    join weeks as w on w.week = d.week
    join people as p on p.person_no = d.person_no
    join lines as l on l.business_line = p.line
    left join employee_weeks as e on e.person_no = d.person_no and e.week = d.week
),
taken_back as (select substring(a.goal_id, 6) as goal_id from app_goals as a where a.target is null),
-- everything that ever was a goal, with when it began; 1 the person, 2 a part of a whole, 3 the role, 4 the settings
goals_known as (
    select
        case when a.level = 'role' then 3 when a.source = 'split' then 2 else 1 end as level,
        a.unit,
        a.metric,
        a.period,
        a.target,
        a.starts_on,
        1 as from_app,
        row_number() over (order by a.set_at, a.goal_id) as turn
    from app_goals as a
    where a.target is not null and a.level in ('role', 'person') and a.goal_id not in (select t.goal_id from taken_back as t)
    union all
    select
        case when g.employee_id is not null then 1 else 3 end,
        coalesce(g.employee_id, g.role),
        g.metric,
        g.period,
        g.target,
        coalesce(g.starts_on, date '1900-01-01'),
        0,
        0
    from goals as g
    where g.employee_id is not null or (g.role is not null and g.team is null)
    union all
    select 2, g.employee_id, g.metric, g.period, g.target, coalesce(g.starts_on, date '1900-01-01'), 0, 0 from goal_given as g where g.level = 'split'
    union all
    select distinct 4, p.peers, g.metric, g.period, g.target, date '1900-01-01', 0, 0
    from goal_given as g
    join people as p on p.employee_id = g.employee_id
    where g.level = 'default'
),
chosen as (
    select
        w.week,
        g.level,
        g.unit,
        g.metric,
        g.period,
        g.target,
        row_number() over (
            partition by w.week, g.level, g.unit, g.metric
            order by case g.period when 'week' then 0 when 'month' then 1 else 2 end, g.from_app desc, g.turn desc, g.starts_on desc, g.target desc
        ) as place
    from goals_known as g
    join weeks as w on g.starts_on <= w.week + 6
),
best as (select c.* from chosen as c where c.place = 1),
rated as (
    select
        m.*,
        a.week_days,
        coalesce(b1.period, b2.period, b3.period, b4.period) as period,
        case when b1.target is not null or b2.target is not null then 1
            when m.hire_date + interval '1' month > m.week then r.first_month
            when m.hire_date + interval '2' month > m.week then r.second_month
            when m.hire_date + interval '3' month > m.week then r.third_month
            else 1
        end * coalesce(b1.target, b2.target, b3.target, b4.target) as target
    from measured as m
    cross join rules as r
    left join a_week as a on a.person_no = m.person_no
    left join best as b1 on b1.level = 1 and b1.unit = m.employee_id and b1.metric = m.metric and b1.week = m.week
    left join best as b2 on b2.level = 2 and b2.unit = m.employee_id and b2.metric = m.metric and b2.week = m.week
    left join best as b3 on b3.level = 3 and b3.unit = m.peers and b3.metric = m.metric and b3.week = m.week
    left join best as b4 on b4.level = 4 and b4.unit = m.peers and b4.metric = m.metric and b4.week = m.week
),
asked as (
    select
        t.*,
        t.days * t.target / case t.period when 'day' then 1 when 'week' then coalesce(t.week_days, 5) else coalesce(t.week_days, 5) * 52.0 / 12 end as due
    from rated as t
    where t.target is not null and (t.place = 0 or t.measure is not null)
),
by_measure as (
    select
        a.team,
        a.week,
        min(a.place) as place,
        min(a.metric) as metric,
        cast(count(*) as integer) as people,
        cast(sum(a.measure) as double) as done,
        cast(sum(a.due) as double) as target,
        cast(case when sum(a.due) > 0 then sum(a.measure) / sum(a.due) end as double) as done_share
    from asked as a
    group by a.team, a.week, a.place
),
ranked as (
    select m.*, row_number() over (partition by m.team, m.week order by case when m.done_share is null then 1 else 0 end, m.place) as choice
    from by_measure as m
),
team_weeks_done as (
    select r.team, r.week, r.metric, r.people, r.done, r.target, r.done_share
    from ranked as r
    where r.choice = 1
    order by r.team, r.week
)
select * from team_weeks_done
