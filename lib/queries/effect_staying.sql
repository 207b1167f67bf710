-- effect_staying: one row per group (cared for by the landmark or not) and week in which somebody left: share of people still there, unadjusted
-- roles: boss, hr, presenter   grain: group
-- > cared flag      care had come by the landmark
-- > weeks number    weeks since the landmark
-- > staying number  share still there (Kaplan–Meier), not adjusted for anything
-- > low number      95 % interval
-- > high number     its upper end
-- > at_risk whole   people still followed
-- > people whole    people of the group at the landmark
select c.cared, c.weeks, c.staying, c.low, c.high, cast(c.at_risk as bigint) as at_risk, cast(c.people as bigint) as people
from effect_curves as c
where c.at_risk >= greatest($min_group, $elsewhere)
order by c.cared, c.weeks
