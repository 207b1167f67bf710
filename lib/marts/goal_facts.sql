-- goal_facts: one row per person and period (day, week, month) that $as_of lies in, with what was done in it up to $as_of
-- grain: employee_id, period
-- truth: a period has begun | starts_on <= $as_of
-- truth: no more calls are answered than made | answered <= dials
-- effective: effective consultations, intents and deals, since an intent or a deal was an effective consultation too.
-- A measure that the person's peers record is 0 where the person has none; one that they do not record is unknown.
-- What people logged in the app is not among these figures.  It stands beside them (logged_), for days before $as_of on which the files
-- hold no calls of the person (for deals and money: no deal either): files win.  Of later days only the ledger knows.
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
files as (
    select
        d.person_no,
        d.work_date,
        coalesce(d.dials, d.answered, d.effective, d.intents) is not null as calls,
        coalesce(d.deals, 0) > 0 as deals
    from days as d
),
logged as (
    select
        p.person_no,
        s.period,
        cast(sum(case when a.outcome in ('intent', 'deal') or (a.minutes > {effective_minutes} and (a.contact_left or not {effective_contact}))
            then 1 else 0 end) as double) as effective,
        cast(sum(case when a.outcome = 'intent' then 1 else 0 end) as double) as intents,
        cast(sum(case when a.outcome = 'deal' and not coalesce(f.deals, false) then 1 else 0 end) as double) as deals,
        cast(sum(case when a.outcome = 'deal' and not coalesce(f.deals, false) then coalesce(a.amount, 0) else 0 end) as double) as revenue
    from app_consultations as a
    join people as p on p.employee_id = a.employee_id
    join periods as s on a.day >= s.starts_on
    left join files as f on f.person_no = p.person_no and f.work_date = a.day
    where a.day < $as_of and not coalesce(f.calls, false)
    group by p.person_no, s.period
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
        cast(case when f.revenue is not null then coalesce(d.revenue, 0) end as double) as revenue,
        coalesce(l.effective, 0) as logged_effective,
        coalesce(l.intents, 0) as logged_intents,
        coalesce(l.deals, 0) as logged_deals,
        coalesce(l.revenue, 0) as logged_revenue
    from people as p
    cross join periods as s
    left join flags as f on f.peers = p.peers
    left join done as d on d.person_no = p.person_no and d.period = s.period
    left join logged as l on l.person_no = p.person_no and l.period = s.period
    order by s.period, p.person_no
)
select * from facts
