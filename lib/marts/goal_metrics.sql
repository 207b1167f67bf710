-- goal_metrics: one row per role (else business line, '' for neither) and measure that its people recorded in the last 26 weeks
-- grain: peers, metric
-- truth: the measure is one of those that are counted | metric in ('dials', 'answered', 'effective', 'intents', 'deals', 'revenue')
with
people as (select person_no, coalesce(role, business_line, '') as peers from employees),
days as (select * from employee_days where work_date > $as_of - 182),
sums as (
    select
        p.peers,
        sum(d.dials) as dials,
        sum(d.answered) as answered,
        sum(d.effective) as effective,
        sum(d.intents) as intents,
        sum(d.deals) as deals,
        sum(d.revenue) as revenue
    from days as d
    join people as p on p.person_no = d.person_no
    group by p.peers
),
recorded as (
    select s.peers, 'dials' as metric from sums as s where s.dials > 0
    union all
    select s.peers, 'answered' from sums as s where s.answered > 0
    union all
    select s.peers, 'effective' from sums as s where s.effective > 0
    union all
    select s.peers, 'intents' from sums as s where s.intents > 0
    union all
    select s.peers, 'deals' from sums as s where s.deals > 0
    union all
    select s.peers, 'revenue' from sums as s where s.revenue > 0
)
select r.peers, r.metric from recorded as r order by r.peers, r.metric
