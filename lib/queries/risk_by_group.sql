-- risk_by_group: one row per gender and age group: whether the model is as right and as strict about them as about others
-- roles: hr   grain: group
-- > grouping text     gender or age
-- > part text         the group
-- > people whole      people tested
-- > auc number        chance that a week followed by notice is ranked above one that was not; null where too few
-- > auc_low number    95 % interval
-- > auc_high number   its upper end
-- > predicted number  mean probability
-- > actual number     share who gave notice within 60 days
-- > flag_rate number  share of these weeks in which a warning stood
-- > tpr number        the same of weeks that notice followed within 60 days
-- > fpr number        the same of weeks that no notice followed
-- Everything is over the weeks of people whose 60 days are over; a warning stands in the week in which somebody was named and in those in
-- which nobody is named again.
select
    g.grouping, cast(g.part as varchar) as part, cast(g.people as bigint) as people, g.auc, g.auc_low, g.auc_high, g.predicted, g.actual,
    g.flag_rate, g.tpr, g.fpr
from risk_groups as g
order by g.grouping desc, g.part
