-- business_lines: one row per business line ('' for people without one) and the measure that its performance means
-- grain: business_line
-- truth: the measure is one of those that are counted | metric in ('dials', 'answered', 'effective', 'intents', 'deals', 'revenue')
-- The measure of the settings where the line has such data, else the first that has any of revenue, effective, deals,
-- answered, dials, intents.  first_week and last_week bound the weeks for which the measure was recorded.
with
people as (select person_no, coalesce(business_line, '') as business_line from employees),
weeks as (select * from week_sums),
chosen as (select * from (values {metric_choices}) as v (business_line, metric)),
lines as (select distinct p.business_line from people as p),
sums as (
    select
        p.business_line,
        w.week,
        sum(w.dials) as dials,
        sum(w.answered) as answered,
        sum(w.effective) as effective,
        sum(w.intents) as intents,
        sum(w.deals) as deals,
        sum(w.revenue) as revenue
    from weeks as w
    join people as p on p.person_no = w.person_no
    group by p.business_line, w.week
),
measured as (
    select 1 as place, 'revenue' as metric, s.business_line, s.week from sums as s where s.revenue > 0
    union all
    select 2, 'effective', s.business_line, s.week from sums as s where s.effective > 0
    union all
    select 3, 'deals', s.business_line, s.week from sums as s where s.deals > 0
    union all
    select 4, 'answered', s.business_line, s.week from sums as s where s.answered > 0
    union all
    select 5, 'dials', s.business_line, s.week from sums as s where s.dials > 0
    union all
    select 6, 'intents', s.business_line, s.week from sums as s where s.intents > 0
),
recorded as (
    select m.business_line, m.metric, m.place, min(m.week) as first_week, max(m.week) as last_week
    from measured as m
    group by m.business_line, m.metric, m.place
),
ranked as (
    select
        r.business_line,
        r.metric,
        r.first_week,
        r.last_week,
        row_number() over (
            partition by r.business_line
            order by case when c.metric is null then 1 else 0 end, r.place
        ) as place
    from recorded as r
    left join chosen as c on c.business_line = r.business_line and c.metric = r.metric
),
decided as (
    select l.business_line, coalesce(r.metric, c.metric, 'revenue') as metric, r.first_week, r.last_week
    from lines as l
    left join ranked as r on r.business_line = l.business_line and r.place = 1
    left join chosen as c on c.business_line = l.business_line
    order by l.business_line
)
select * from decided
