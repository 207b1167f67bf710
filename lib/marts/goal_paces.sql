-- goal_paces: one row per active experienced person: what was done in the last 8 complete weeks, and on how many days
-- grain: employee_id
-- truth: a pace has days | days > 0
-- experienced: 3 months at work or more.  A company in which nobody is that long on record has a row for everybody of 4 weeks or more.
-- days: days worked; for people whose working days are not recorded, the days that were planned.  effective as in goal_facts.
with
at_work as (
    select
        employee_id,
        person_no,
        peers,
        team,
        coalesce(business_line, '') as line,
        hire_date,
        recorded,
        hire_date + interval '3' month <= $as_of as experienced
    from goal_people
    where active
),
people as (
    select a.*
    from at_work as a
    where a.experienced or (a.hire_date + 28 <= $as_of and not exists (select 1 from at_work as b where b.experienced))
),
span as (select cast(date_trunc('week', $as_of + 1) as date) - 56 as first_day, cast(date_trunc('week', $as_of + 1) as date) - 1 as final_day),
metrics as (select * from goal_metrics),
days as (select d.* from employee_days as d join span as s on d.work_date between s.first_day and s.final_day),
planned as (
    select p.person_no, count(*) as days
    from people as p
    join goal_weekdays as k on k.person_no = p.person_no
    join goal_line_days as l on l.business_line = p.line and isodow(l.day) = k.weekday and not l.off and l.day >= p.hire_date
    join span as s on l.day between s.first_day and s.final_day
    where not p.recorded
    group by p.person_no
),
done as (
    select
        d.person_no,
        count(case when d.worked then 1 end) as worked_days,
        sum(d.dials) as dials,
        sum(d.answered) as answered,
        sum(case when d.effective is not null then d.effective + coalesce(d.intents, 0) + coalesce(d.deals, 0) end) as effective,
        sum(d.intents) as intents,
        sum(d.deals) as deals,
        sum(d.revenue) as revenue
    from days as d
    group by d.person_no
),
flags as (
    select
        m.peers,
        max(case when m.metric = 'dials' then 0 end) as dials,
        max(case when m.metric = 'answered' then 0 end) as answered,
        max(case when m.metric = 'effective' then 0 end) as effective,
        max(case when m.metric = 'intents' then 0 end) as intents,
        max(case when m.metric = 'deals' then 0 end) as deals,
        max(case when m.metric = 'revenue' then 0 end) as revenue
    from metrics as m
    group by m.peers
),
paced as (
    select
        p.employee_id,
        p.team,
        p.peers,
        p.experienced,
        cast(case when p.recorded then d.worked_days else n.days end as integer) as days,
        cast(case when f.dials is not null then coalesce(d.dials, 0) end as double) as dials,
        cast(case when f.answered is not null then coalesce(d.answered, 0) end as double) as answered,
        cast(case when f.effective is not null then coalesce(d.effective, 0) end as double) as effective,
        cast(case when f.intents is not null then coalesce(d.intents, 0) end as double) as intents,
        cast(case when f.deals is not null then coalesce(d.deals, 0) end as double) as deals,
        cast(case when f.revenue is not null then coalesce(d.revenue, 0) end as double) as revenue
    from people as p
    left join flags as f on f.peers = p.peers
    left join planned as n on n.person_no = p.person_no
    left join done as d on d.person_no = p.person_no
)
select * from paced as p where p.days > 0
