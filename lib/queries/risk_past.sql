-- risk_past: one row per week of one person: the score of today's model on what was known then
-- roles: hr   grain: person
-- $id text        employee_id
-- $gone list      people who object to scoring now
-- > week date     Monday of the week
-- > p60 number    probability of giving notice within 60 days
-- > band text     high, raised or even
select w.week, w.p60, w.band
from risk_weeks as w
where w.employee_id = $id and not list_contains($gone, w.employee_id)
order by w.week
