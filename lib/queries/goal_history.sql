-- goal_history: one row per role (else business line, '' for neither) and measure that is recorded: what its experienced people do a day
-- roles: boss, lead, hr, presenter   grain: group
-- > peers text           the role
-- > metric text          effective, intents, deals, revenue, answered or dials
-- > people whole         experienced people (3 months at work or more) with work in the last 8 complete weeks
-- > newcomers flag      nobody in the company is 3 months at work on record: these are everybody of 4 weeks or more
-- > per_day number       median over them of their mean a worked day; null in a group too small to show
-- > days whole           worked days that this is made of; null in a group too small to show
-- > first_day date       Monday of the first of the 8 weeks
-- > last_day date        Sunday of the last of them
-- > week_days number     usual days a week, median over the role's people
-- > month_days number    usual days in this month, median over the role's people
with
span as (select cast(date_trunc('week', b.as_of + 1) as date) - 56 as first_day, b.as_of from build_info as b),
paces as (unpivot (select employee_id, peers, experienced, days, effective, intents, deals, revenue, answered, dials from goal_paces)
          on effective, intents, deals, revenue, answered, dials into name metric value done),
usual as (
    select
        p.peers,
        median(p.week_days) as week_days,
        median(length(translate(substring(p.plan, datediff('day', p.first_day, date_trunc('month', s.as_of)) + 1,
            datediff('day', date_trunc('month', s.as_of), last_day(s.as_of)) + 1), 'x.', ''))) as month_days
    from goal_people as p
    cross join span as s
    where p.active
    group by p.peers
),
medians as (
    select p.peers, p.metric, count(*) as people, bool_or(not p.experienced) as newcomers, median(p.done / p.days) as per_day, cast(sum(p.days) as bigint) as days
    from paces as p
    group by p.peers, p.metric
),
answer as (
    select
        m.peers,
        m.metric,
        m.people,
        m.newcomers,
        case when m.people >= $min_group then cast(m.per_day as double) end as per_day,
        case when m.people >= $min_group then m.days end as days,
        s.first_day,
        s.first_day + 55 as last_day,
        cast(u.week_days as double) as week_days,
        cast(u.month_days as double) as month_days
    from medians as m
    join usual as u on u.peers = m.peers
    cross join span as s
    order by m.peers, m.metric
)
select * from answer
