-- risk_goals: one row per person and week with a goal that was known in that week: what was asked for and what was done
-- grain: person_no, week
-- The measure is the line's own where it has a goal, else effective consultations, else deals.  Goals of the person before those of the
-- role (with the newcomer's share); shares of a whole team's goal and default goals are worked out from today's people and are left out,
-- since nobody knew them then.  A goal counts from the later of its first day and the day it was set; a month has 52/12 weeks.
with
weeks as (select * from risk_facts where worked_days > 0),
lines as (
    select b.business_line as line, b.metric, 0 as place from business_lines as b
    union all
    select b.business_line, v.metric, v.place
    from business_lines as b
    cross join (values ('effective', 1), ('deals', 2)) as v (metric, place)
    where v.metric <> b.metric
),
taken_back as (
    select substring(a.goal_id, 6) as goal_id, min(cast(a.set_at as date)) as back_on
    from app_goals as a
    where a.target is null
    group by substring(a.goal_id, 6)
),
told as (
    select
        case when g.employee_id is not null then 'person' else 'role' end as level,
        coalesce(g.employee_id, g.role) as unit,
        g.metric,
        g.period,
        g.target,
        coalesce(g.starts_on, date '1900-01-01') as known_on,
        cast(null as date) as back_on,
        0 as turn
    from goals as g
    where g.employee_id is not null or (g.role is not null and g.team is null)
    union all
    select a.level, a.unit, a.metric, a.period, a.target, greatest(a.starts_on, cast(a.set_at as date)), t.back_on, 1
    from app_goals as a
    left join taken_back as t on t.goal_id = a.goal_id
    where a.target is not null and a.level in ('person', 'role') and coalesce(a.source, '') <> 'split'
),
calendar as (select distinct w.week from weeks as w),
in_force as (
    select
        c.week,
        t.level,
        t.unit,
        t.metric,
        t.target / case t.period when 'day' then 1 when 'week' then 5 else 5 * 52.0 / 12 end as a_day,
        row_number() over (
            partition by c.week, t.level, t.unit, t.metric
            order by case t.period when 'week' then 0 when 'month' then 1 else 2 end, t.turn desc, t.known_on desc, t.target desc
        ) as choice
    from told as t
    join calendar as c on t.known_on < c.week + 7 and (t.back_on is null or t.back_on >= c.week + 7)
),
of_units as (select f.week, f.level, f.unit, f.metric, f.a_day from in_force as f where f.choice = 1),
of_roles as (
    select
        r.peers,
        r.line,
        u.week,
        l.metric,
        l.place,
        u.a_day,
        row_number() over (partition by r.peers, r.line, u.week order by l.place) as choice
    from (select distinct w.peers, w.line from weeks as w) as r
    join lines as l on l.line = r.line
    join of_units as u on u.level = 'role' and u.unit = r.peers and u.metric = l.metric
),
of_persons as (
    select
        w.person_no,
        w.week,
        l.metric,
        l.place,
        u.a_day,
        row_number() over (partition by w.person_no, w.week order by l.place) as choice
    from of_units as u
    join employees as p on p.employee_id = u.unit
    join weeks as w on w.person_no = p.person_no and w.week = u.week
    join lines as l on l.line = w.line and l.metric = u.metric
    where u.level = 'person'
),
asked as (
    select
        w.*,
        case when p.place <= coalesce(r.place, 9) then p.metric else r.metric end as metric,
        case when p.place <= coalesce(r.place, 9) then p.a_day
            else r.a_day * case
                when w.hire_date + interval '1' month > w.week then {newcomer_1}
                when w.hire_date + interval '2' month > w.week then {newcomer_2}
                when w.hire_date + interval '3' month > w.week then {newcomer_3}
                else 1
            end
        end as a_day
    from weeks as w
    left join of_persons as p on p.person_no = w.person_no and p.week = w.week and p.choice = 1
    left join of_roles as r on r.peers = w.peers and r.line = w.line and r.week = w.week and r.choice = 1
),
measured as (
    select
        a.person_no,
        a.week,
        a.a_day * a.worked_days as due,
        case a.metric
            when 'revenue' then a.revenue
            when 'effective' then a.effective + coalesce(a.intents, 0) + coalesce(a.deals, 0)
            when 'deals' then a.deals
            when 'answered' then a.answered
            when 'dials' then a.dials
            when 'intents' then a.intents
        end as done
    from asked as a
    where a.a_day > 0
)
select * from measured as m where m.done is not null
