-- risk_by_quarter: one row per past quarter: predicted and actual share who gave notice within 60 days
-- roles: hr   grain: group
-- > quarter text      the quarter
-- > predicted number  mean probability
-- > actual number     share who did
-- > low number        95 % interval of the share
-- > high number       its upper end
-- > rows whole        weeks of people
-- > people whole      people
-- > ratio number      predicted / actual
select
    cast(q.quarter as varchar) as quarter, q.predicted, q.actual, q.low, q.high, cast(q.rows as bigint) as rows, cast(q.people as bigint) as people,
    q.ratio
from risk_quarters as q
order by q.quarter
