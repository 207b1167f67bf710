-- my_goal_facts: one row per person, measure and period (day, week, month of the company's day): the goal, what is done, the days
-- roles: employee, mentor, hr   grain: person
-- $employee text             only this person; '' for everybody in the viewer's scope
-- $today date                the company's day
-- $goals text                goals set in the app that the build may not know: JSON list, '[]' for none (lib.ledger.goals.as_json)
-- > employee_id text person  the person
-- > metric text              effective, intents, deals, revenue, answered or dials
-- > period text              day, week or month
-- > target number            the goal for the days planned in this period; null without a goal or without a planned day
-- > per_day number           the goal for one planned day; null without a goal
-- > done number              from the files, in this period; null when people like this record no such measure
-- > planned_days whole       days worked or to be worked in the period, without leave and holidays
-- > elapsed_days whole       of them before today; today is among those that are left
-- > worked_days whole        days worked in the period so far
-- > planned_today flag       today is a planned day
-- > on_leave_today flag      today is a day of leave
-- > newcomer_share number    share of the role's goal by tenure; 1 from the fourth month on
-- > level text               person, split, role, default: whose goal it is; '' for none
-- > source text              typed, history, split, imported or default; '' for none
-- > starts_on date           first day of the period
-- > ends_on date             last day of the period
-- > as_of date               the last day that the files know
with
me as (select p.* from goal_people as p where $employee = '' or p.employee_id = $employee),
house as (select b.as_of from build_info as b),
spans as (
    select s.period, s.size, s.starts_on, s.ends_on
    from (values
        ('day', 1, cast($today as date), cast($today as date)),
        ('week', 2, cast(date_trunc('week', $today::date) as date), cast(date_trunc('week', $today::date) as date) + 6),
        ('month', 3, cast(date_trunc('month', $today::date) as date), last_day($today::date))
    ) as s (period, size, starts_on, ends_on)
),
metrics as (select * from (values ('effective'), ('intents'), ('deals'), ('revenue'), ('answered'), ('dials')) as m (metric)),
plans as (
    select
        m.employee_id,
        m.peers,
        m.week_days,
        s.period,
        s.size,
        s.starts_on,
        s.ends_on,
        substring(m.plan, datediff('day', m.first_day, s.starts_on) + 1, datediff('day', s.starts_on, s.ends_on) + 1) as letters,
        substring(m.plan, datediff('day', m.first_day, s.starts_on) + 1, datediff('day', s.starts_on, $today::date)) as gone,
        substring(m.plan, datediff('day', m.first_day, $today::date) + 1, 1) as today,
        case
            when m.hire_date + interval 1 month > $today then r.first_month
            when m.hire_date + interval 2 month > $today then r.second_month
            when m.hire_date + interval 3 month > $today then r.third_month
            else 1
        end as newcomer_share
    from me as m
    cross join spans as s
    cross join goal_rules as r
),
days as (
    select
        p.*,
        length(translate(p.letters, 'lhsn.', '')) as planned_days,
        length(translate(p.gone, 'lhsn.', '')) as elapsed_days,
        length(translate(p.gone || p.today, 'wlhsn.', '')) as worked_days,
        length(translate(p.letters, 'x.', '')) as usual_days,
        length(translate(p.letters, 'xh.', '')) as open_days
    from plans as p
),
sent as (
    select unnest(from_json($goals, '[{"goal_id":"varchar","level":"varchar","unit":"varchar","metric":"varchar","period":"varchar","target":"double","starts_on":"date","source":"varchar","set_at":"timestamp"}]')) as g
),
in_app as (
    select a.* from app_goals as a
    union
    select s.g.goal_id, s.g.level, s.g.unit, s.g.metric, s.g.period, s.g.target, s.g.starts_on, s.g.source, s.g.set_at from sent as s
),
taken_back as (select substring(a.goal_id, 6) as goal_id from in_app as a where a.target is null),
app_newest as (
    select a.*, row_number() over (partition by a.level, a.unit, a.metric, a.period, a.level = 'person' and a.source = 'split'
                                   order by a.set_at desc, a.goal_id desc) as back
    from in_app as a
    where a.target is not null and a.starts_on <= $today and a.goal_id not in (select t.goal_id from taken_back as t)
),
candidates as (
    select m.employee_id, a.metric, a.period, case when a.source = 'split' then 'split' else 'person' end as level, a.target, a.source, 0 as place
    from app_newest as a
    join me as m on m.employee_id = a.unit
    where a.back = 1 and a.level = 'person'
    union all
    select m.employee_id, a.metric, a.period, 'role', a.target, a.source, 0
    from app_newest as a
    join me as m on m.peers = a.unit
    where a.back = 1 and a.level = 'role'
    union all
    select g.employee_id, g.metric, g.period, g.level, g.target, case when g.level = 'default' then 'default' else 'imported' end, 1
    from goal_given as g
    join me as m on m.employee_id = g.employee_id
),
fitting as (
    select
        d.employee_id,
        d.period,
        c.metric,
        c.level,
        c.source,
        c.target,
        f.period as goal_period,
        f.usual_days,
        f.open_days,
        row_number() over (
            partition by d.employee_id, d.period, c.metric
            order by
                case c.level when 'person' then 1 when 'split' then 2 when 'role' then 3 else 4 end,
                case when c.period = d.period then 0 when d.period = 'week' and c.period = 'month' then 1
                    when d.period = 'week' then 2 else abs(f.size - d.size) end,
                c.place
        ) as place
    from days as d
    join candidates as c on c.employee_id = d.employee_id
    join days as f on f.employee_id = d.employee_id and f.period = c.period
),
rates as (
    select
        f.employee_id,
        f.period,
        f.metric,
        f.level,
        f.source,
        f.target * case when f.level in ('role', 'default') then d.newcomer_share else 1 end
            / nullif(case
                when f.goal_period = 'day' then 1
                when f.level = 'split' and f.open_days > 0 then f.open_days
                when f.goal_period = 'week' then d.week_days
                else f.usual_days
            end, 0) as per_day
    from fitting as f
    join days as d on d.employee_id = f.employee_id and d.period = f.period
    where f.place = 1
),
counts as (unpivot (select employee_id, period, starts_on, effective, intents, deals, revenue, answered, dials from goal_facts)
           on effective, intents, deals, revenue, answered, dials into name metric value done),
recorded as (select g.peers, g.metric from goal_metrics as g),
answer as (
    select
        d.employee_id,
        m.metric,
        d.period,
        case when d.planned_days > 0 then r.per_day * d.planned_days end as target,
        r.per_day,
        case when c.done is not null then c.done when k.metric is not null then 0.0 end as done,
        d.planned_days,
        d.elapsed_days,
        d.worked_days,
        d.today in ('W', 'x', 'w') as planned_today,
        d.today = 'l' as on_leave_today,
        cast(d.newcomer_share as double) as newcomer_share,
        coalesce(r.level, '') as level,
        coalesce(r.source, '') as source,
        d.starts_on,
        d.ends_on,
        h.as_of
    from days as d
    cross join metrics as m
    cross join house as h
    left join rates as r on r.employee_id = d.employee_id and r.period = d.period and r.metric = m.metric
    left join counts as c on c.employee_id = d.employee_id and c.period = d.period and c.metric = m.metric and c.starts_on = d.starts_on
    left join recorded as k on k.peers = d.peers and k.metric = m.metric
    order by d.employee_id, m.metric, d.size
)
select * from answer
