-- peer_weeks: one row per team and week (Monday): what is usual among the team's people who worked that week
-- grain: team, week
-- truth: a row has people | people > 0
-- truth: a rate is a share | rejection_rate between 0 and 1
-- Every figure is the median over people; people without the figure are left out of its median.
with
weeks as (select * from employee_weeks),
peers as (
    select
        w.team,
        w.week,
        cast(count(*) as integer) as people,
        median(w.performance) as performance,
        median(w.rejection_rate) as rejection_rate,
        median(w.late_evenings) as late_evenings,
        median(w.revenue) as revenue,
        median(w.worked_days) as worked_days
    from weeks as w
    where w.worked_days > 0
    group by w.team, w.week
    order by w.team, w.week
)
select * from peers
