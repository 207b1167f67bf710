-- morale_team_weeks: one row per completed week of one team, newest first
-- roles: boss, lead, hr, presenter   grain: group
-- $nth whole             the team's place among all teams by name
-- > week date            Monday of the week
-- > people whole         people employed in the week
-- > value number         morale index 0–100
-- > low number           95 % interval
-- > high number          its upper end
-- > parts_known whole    how many of the five parts are known
-- > change number        points against a month earlier (the weeks 5 to 8 before)
-- > usual_swing number   95 % of the team's own swings lie within so many points; null: cannot tell
-- > real flag            the change is more than usual
-- > driver text          the part that moved it most
with
places as (select t.team, row_number() over (order by t.team) as nth from teams as t)
select
    w.week, cast(w.headcount as bigint) as people, w.value, w.low, w.high, cast(w.parts_known as bigint) as parts_known, w.change, w.usual_swing,
    w.real, w.driver
from morale_weeks as w
join places as l on l.team = w.team
where l.nth = $nth and w.headcount >= $min_group
order by w.week desc
