-- risk_calibrated: one row per band and per tenth of the tested weeks of people: predicted and actual share who gave notice within 60 days
-- roles: hr   grain: group
-- > kind text         band or decile
-- > part text         the band, or 1 to 10
-- > predicted number  mean probability
-- > actual number     share who did
-- > low number        95 % interval of the share
-- > high number       its upper end
-- > n whole           weeks of people
select c.kind, cast(c.part as varchar) as part, c.predicted, c.actual, c.low, c.high, cast(c.n as bigint) as n
from risk_calibration as c
order by c.kind, c.predicted
