-- alert_rules_built: one row per tag: the limits that the published version was built with
-- roles: boss, hr, presenter, admin   grain: group
-- > tag text      key of the tag
-- > limits text   the limits by short name, as JSON
select t.tag, t.limits
from tags as t
order by t.sort, t.tag
