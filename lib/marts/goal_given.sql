-- goal_given: one row per person, measure, period and level: the goals that files and settings give, as they hold on $as_of
-- grain: employee_id, metric, period, level
-- truth: a target is not below zero | target >= 0
-- truth: levels are known | level in ('person', 'split', 'role', 'default')
-- level: person (the file names the person), split (a part of what the file gives the team or the company as a whole), role (for each
-- person of the role), default (settings, for people whose peers record the measure).  Of one kind the goal that began last holds.
-- A whole goal is split over those of its people who record the measure and work in the period, by newcomer's share, open days and what their role
-- does a day: in whole units (cents for money and for goals that are no whole number), the largest remainders first, so that the parts add up.
with
imported as (select * from goals),
people as (select * from goal_people),
metrics as (select * from goal_metrics),
rules as (select * from goal_rules),
defaults as (select * from (values {goal_defaults}) as d (metric, period, target)),
newest as (
    select
        i.*,
        row_number() over (
            partition by i.metric, i.period, i.employee_id, i.team, i.role
            order by case when i.starts_on is null then 1 else 0 end, i.starts_on desc, i.target desc
        ) as back
    from imported as i
),
in_force as (select n.metric, n.period, n.target, n.employee_id, n.team, n.role, n.starts_on from newest as n where n.back = 1),
of_persons as (
    select p.employee_id, i.metric, i.period, 'person' as level, i.target, i.starts_on
    from in_force as i
    join people as p on p.employee_id = i.employee_id
),
of_roles as (
    select
        p.employee_id,
        i.metric,
        i.period,
        'role' as level,
        i.target,
        i.starts_on,
        row_number() over (partition by p.employee_id, i.metric, i.period order by case when i.team is null then 1 else 0 end) as back
    from in_force as i
    join people as p on p.peers = i.role and (i.team is null or i.team = p.team)
    where i.employee_id is null and i.role is not null
),
of_defaults as (
    select p.employee_id, d.metric, d.period, 'default' as level, cast(d.target as double) as target, cast(null as date) as starts_on
    from defaults as d
    join metrics as m on m.metric = d.metric
    join people as p on p.peers = m.peers
    where d.target > 0
),
wholes as (
    select
        w.level,
        w.unit as team,
        w.metric,
        w.period,
        w.target,
        w.starts_on,
        case when w.metric = 'revenue' or w.target <> floor(w.target) then 0.01 else 1 end as unit,
        row_number() over (order by w.metric, w.period, w.level, w.unit) as whole_no
    from goal_wholes as w
),
spans as (
    select p.employee_id, s.period, p.first_day, s.starts_on, s.ends_on
    from people as p
    cross join (
        select 'day' as period, cast($as_of as date) as starts_on, cast($as_of as date) as ends_on
        union all
        select 'week', cast(date_trunc('week', $as_of) as date), cast(date_trunc('week', $as_of) as date) + 6
        union all
        select 'month', cast(date_trunc('month', $as_of) as date), last_day($as_of)
    ) as s
),
plans as (
    select
        p.employee_id,
        p.person_no,
        p.team,
        p.peers,
        s.period,
        substring(p.plan, datediff('day', s.first_day, s.starts_on) + 1, datediff('day', s.starts_on, s.ends_on) + 1) as plan,
        case
            when p.hire_date + interval '1' month > $as_of then r.first_month
            when p.hire_date + interval '2' month > $as_of then r.second_month
            when p.hire_date + interval '3' month > $as_of then r.third_month
            else 1
        end as newcomer_share
    from people as p
    join spans as s on s.employee_id = p.employee_id
    cross join rules as r
    where p.active
),
role_paces as (
    select
        m.metric,
        m.peers,
        sum(case m.metric when 'effective' then p.effective when 'intents' then p.intents when 'deals' then p.deals when 'revenue' then p.revenue
            when 'answered' then p.answered else p.dials end) / sum(p.days) as a_day
    from goal_paces as p
    join metrics as m on m.peers = p.peers
    group by m.metric, m.peers
),
mean_paces as (select r.metric, avg(r.a_day) as a_day from role_paces as r group by r.metric having max(r.a_day) > 0),
weights as (
    select
        w.whole_no,
        w.target,
        w.unit,
        w.metric,
        w.period,
        w.starts_on,
        case when w.level = 'company' then 1 else 0 end as of_company,
        p.employee_id,
        p.person_no,
        case when length(translate(p.plan, 'lhsn.', '')) > 0 then p.newcomer_share * length(translate(p.plan, 'xh.', ''))
            * case when a.metric is null then 1 else coalesce(r.a_day, a.a_day) end else 0 end as weight
    from wholes as w
    join plans as p on p.period = w.period and (w.level = 'company' or w.team = p.team)
    join metrics as m on m.peers = p.peers and m.metric = w.metric
    left join role_paces as r on r.peers = p.peers and r.metric = w.metric
    left join mean_paces as a on a.metric = w.metric
),
shares as (
    select
        w.*,
        round(w.target / w.unit) as units,
        round(w.target / w.unit) * w.weight / sum(w.weight) over (partition by w.whole_no) as exact
    from weights as w
    where w.weight > 0
),
floored as (
    select
        s.*,
        floor(s.exact) as base,
        s.units - sum(floor(s.exact)) over (partition by s.whole_no) as spare,
        row_number() over (partition by s.whole_no order by s.exact - floor(s.exact) desc, s.person_no) as place
    from shares as s
),
parts as (
    select
        f.employee_id,
        f.metric,
        f.period,
        'split' as level,
        (f.base + case when f.place <= f.spare then 1 else 0 end) * f.unit as target,
        f.starts_on,
        row_number() over (partition by f.employee_id, f.metric, f.period order by f.of_company, f.whole_no) as back
    from floored as f
),
given as (
    select employee_id, metric, period, level, cast(target as double) as target, starts_on from of_persons
    union all
    select employee_id, metric, period, level, cast(target as double), starts_on from parts where back = 1
    union all
    select employee_id, metric, period, level, cast(target as double), starts_on from of_roles where back = 1
    union all
    select employee_id, metric, period, level, target, starts_on from of_defaults
)
select * from given as g order by g.metric, g.period, g.level, g.employee_id
