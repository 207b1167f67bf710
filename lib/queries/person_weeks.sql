-- person_weeks: one row per week of one person, with the own usual and the team's median of that week
-- roles: hr   grain: person
-- $id text   employee_id
-- > week date             Monday of the week
-- > worked_days whole     days worked
-- > performance number    main measure per worked day
-- > usual number          mean of the own last 8 weeks with 3 worked days or more before this one (at least 3 of them)
-- > usual_low number      usual less one standard deviation of those weeks, never below 0
-- > usual_high number     usual and one standard deviation
-- > rejection_rate number rejected / answered
-- > late_evenings whole   evenings with a late check-out
-- > revenue number        revenue of the week
-- > deals whole           deals of the week
-- > peers whole           people of the team with work in that week
-- > peer_performance number     median of the team
-- > peer_rejection_rate number  median of the team
-- > peer_late_evenings number   median of the team
-- > peer_revenue number         median of the team
with
own as (select w.* from employee_weeks as w where w.employee_id = $id),
counted as (
    select
        o.week,
        avg(o.performance) over (order by o.week rows between 8 preceding and 1 preceding) as usual,
        stddev_samp(o.performance) over (order by o.week rows between 8 preceding and 1 preceding) as spread,
        count(o.performance) over (order by o.week rows between 8 preceding and 1 preceding) as weeks_before
    from own as o
    where o.worked_days >= 3
),
peers as (
    select p.week, p.people as peers, p.performance, p.rejection_rate, p.late_evenings, p.revenue
    from peer_weeks as p
    join employees as me on me.team = p.team
    where me.employee_id = $id
),
shown as (
    select
        o.week,
        cast(o.worked_days as integer) as worked_days,
        cast(o.performance as double) as performance,
        case when c.weeks_before >= 3 then c.usual end as usual,
        case when c.weeks_before >= 3 then greatest(c.usual - c.spread, 0) end as usual_low,
        case when c.weeks_before >= 3 then c.usual + c.spread end as usual_high,
        cast(o.rejection_rate as double) as rejection_rate,
        cast(o.late_evenings as integer) as late_evenings,
        cast(o.revenue as double) as revenue,
        cast(o.deals as integer) as deals,
        cast(p.peers as integer) as peers,
        cast(p.performance as double) as peer_performance,
        cast(p.rejection_rate as double) as peer_rejection_rate,
        cast(p.late_evenings as double) as peer_late_evenings,
        cast(p.revenue as double) as peer_revenue
    from own as o
    left join counted as c on c.week = o.week
    left join peers as p on p.week = o.week
    order by o.week
)
select * from shown
