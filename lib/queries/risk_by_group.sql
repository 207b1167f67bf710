-- risk_by_group: one row per gender and age group: whether the model is as right and as strict about them as about others
-- roles: hr   grain: group
-- > grouping text     gender or age
-- > part text         the group
-- > people whole      people tested
-- > auc number        chance that who leaves is ranked above who stays; null where too few
-- > auc_low number    95 % interval
-- > auc_high number   its upper end
-- > predicted number  mean probability
-- > actual number     share who gave notice within 60 days
-- > flag_rate number  share of weeks of people that were named within capacity
-- > tpr number        of those who gave notice, the share named
-- > fpr number        of those who did not, the share named
select
    g.grouping, cast(g.part as varchar) as part, cast(g.people as bigint) as people, g.auc, g.auc_low, g.auc_high, g.predicted, g.actual,
    g.flag_rate, g.tpr, g.fpr
from risk_groups as g
order by g.grouping desc, g.part
