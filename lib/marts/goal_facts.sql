-- goal_facts: one row per person and period (day, week, month) that $as_of lies in, with what was done in it up to $as_of
-- grain: employee_id, period
-- truth: a period has begun | starts_on <= $as_of
-- truth: no more calls are answered than made | answered <= dials
-- effective: effective consultations, intents and deals, since an intent or a deal was an effective consultation too.
-- A measure that the person's peers record is 0 where the person has none; one that they do not record is unknown.
-- What people log in the app is not in here: whoever shows it adds it for the days on which the files hold nothing.
with
people as (select employee_id, person_no, peers from goal_people),
metrics as (select * from goal_metrics),
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
periods as (
    select 'day' as period, cast($as_of as date) as starts_on
    union all
    select 'week', cast(date_trunc('week', $as_of) as date)
    union all
    select 'month', cast(date_trunc('month', $as_of) as date)
),
days as (
    select d.person_no, d.work_date, d.dials, d.answered,
        case when d.effective is not null then d.effective + coalesce(d.intents, 0) + coalesce(d.deals, 0) end as effective,
        d.intents, d.deals, d.revenue
    from employee_days as d
    where d.work_date >= least(cast(date_trunc('month', $as_of) as date), cast(date_trunc('week', $as_of) as date))
),
done as (
    select
        d.person_no,
        s.period,
        sum(d.dials) as dials,
        sum(d.answered) as answered,
        sum(d.effective) as effective,
        sum(d.intents) as intents,
        sum(d.deals) as deals,
        sum(d.revenue) as revenue
    from days as d
    join periods as s on d.work_date >= s.starts_on
    group by d.person_no, s.period
),
facts as (
    select
        p.employee_id,
        s.period,
        s.starts_on,
        cast(case when f.dials is not null then coalesce(d.dials, 0) end as double) as dials,
        cast(case when f.answered is not null then coalesce(d.answered, 0) end as double) as answered,
        cast(case when f.effective is not null then coalesce(d.effective, 0) end as double) as effective,
        cast(case when f.intents is not null then coalesce(d.intents, 0) end as double) as intents,
        cast(case when f.deals is not null then coalesce(d.deals, 0) end as double) as deals,
        cast(case when f.revenue is not null then coalesce(d.revenue, 0) end as double) as revenue
    from people as p
    cross join periods as s
    left join flags as f on f.peers = p.peers
    left join done as d on d.person_no = p.person_no and d.period = s.period
    order by s.period, p.person_no
)
select * from facts
