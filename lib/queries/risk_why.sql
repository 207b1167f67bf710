-- risk_why: one row per reason of one person's score, the largest push upward first
-- roles: hr   grain: person
-- $id text                       employee_id
-- $gone list                     people who object to scoring now
-- > feature text                 key of the feature
-- > contribution number          what it adds to the log-odds beside the team's mean; less than 0: it lowers them
-- > contribution_before number   the same four weeks ago
-- > value number                 the person's number
-- > team_value number            the team's
-- > text text                    the person's value of a category
-- > kept number                  share of refits in which it is among the person's first three
select y.feature, y.contribution, y.contribution_before, y.value, y.team_value, y.text, y.kept
from risk_reasons as y
where y.employee_id = $id and not list_contains($gone, y.employee_id)
order by y.contribution desc, y.feature
