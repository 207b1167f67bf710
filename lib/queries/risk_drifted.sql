-- risk_drifted: one row per feature: how far today's people differ from those the model learned from
-- roles: hr   grain: group
-- > feature text   key of the feature
-- > psi number     population stability index
-- > notice flag    more than .2
select d.feature, d.psi, cast(d.notice as boolean) as notice
from risk_drift as d
order by d.psi desc, d.feature
