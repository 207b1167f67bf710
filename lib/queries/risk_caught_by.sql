-- risk_caught_by: one row per capacity and method: how many of those who gave notice had been named 7 to 91 days before, and what that cost
-- roles: hr   grain: group
-- > capacity whole     people a week: 5, 10 or 20
-- > method text        model, tags, tenure or chance
-- > leavers whole      people who gave notice in the tested weeks
-- > caught number      of them named in time
-- > low number         95 % interval of the share (Wilson)
-- > high number        its upper end
-- > lead_days number   median of days from the first time named to the notice
-- > flagged number     people named in the tested weeks, each time anew after four weeks
-- > hits number        of them gave notice within 60 days
-- > weeks whole        weeks tested
with
sums as (
    select b.capacity, b.method, sum(b.flagged) as flagged, sum(b.hits) as hits, count(distinct b.week) as weeks
    from risk_backtest as b
    group by b.capacity, b.method
)
select
    cast(c.capacity as bigint) as capacity, c.method, cast(c.leavers as bigint) as leavers, cast(c.caught as double) as caught, c.low, c.high,
    cast(c.lead_days as double) as lead_days, cast(s.flagged as double) as flagged, cast(s.hits as double) as hits, cast(s.weeks as bigint) as weeks
from risk_caught as c
left join sums as s on s.capacity = c.capacity and s.method = c.method
order by c.capacity, c.method
