-- risk_weeks_tested: one row per past week and method: of the people it would have named within capacity, how many gave notice within 60 days
-- roles: hr   grain: group
-- $capacity whole      people a week: 5, 10 or 20
-- > week date          Monday of the week
-- > method text        model, tags, tenure or chance
-- > flagged number     people named
-- > hits number        people of them who gave notice within 60 days
-- > base_rate number   share of everybody at risk in that week who did
select b.week, b.method, cast(b.flagged as double) as flagged, cast(b.hits as double) as hits, b.base_rate
from risk_backtest as b
where b.capacity = $capacity
order by b.week, b.method
