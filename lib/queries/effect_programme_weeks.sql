-- effect_programme_weeks: one row per outcome and four weeks around the start: teams that started beside teams that had not
-- roles: boss, hr, presenter   grain: group
-- > outcome text            performance, leaving, hr_minutes or felt
-- > weeks_from_start whole  first of the four weeks, counted from the team's start
-- > value number            difference to the weeks just before the start, less that of the teams not yet started
-- > low number              95 % interval
-- > high number             its upper end
-- > part text               lead (before the base weeks), base or after
-- > teams whole             teams in it
select p.outcome, cast(p.weeks_from_start as bigint) as weeks_from_start, p.value, p.low, p.high, p.part, cast(p.teams as bigint) as teams
from effect_picture as p
where p.teams >= 4
order by p.outcome, p.weeks_from_start
