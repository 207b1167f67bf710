-- morale_teams: one row per team of the newest completed week, lowest index first: 20 of them
-- roles: boss, lead, hr, presenter   grain: group
-- $department text       only this department; '' for all
-- $skip whole            how many teams to leave out at the front
-- > team text            team name
-- > nth whole            its place among all teams by name: what it is asked for by, since a presenter may see another name
-- > department text      its department
-- > week date            Monday of the week
-- > people whole         people employed in the week
-- > value number         morale index 0–100; null when fewer than two parts are known
-- > low number           95 % interval of the index
-- > high number          its upper end
-- > parts_known whole    how many of the five parts are known
-- > change number        points against a month earlier (the weeks 5 to 8 before)
-- > usual_swing number   95 % of the team's own swings lie within so many points; null: cannot tell
-- > real flag            the change is more than usual
-- > driver text          the part that moved the index most
-- > driver_change number how many points it brought
-- > past text            the index of the last 26 weeks, oldest first, separated by commas; '' where it is not known
-- > teams_in_all whole   how many teams there are in the week
-- > small_teams whole    how many of them are too small to be shown
with
newest as (select max(w.week) as week from morale_weeks as w),
places as (select t.team, t.department, row_number() over (order by t.team) as nth from teams as t),
every_team as (
    select w.*, t.department, t.nth, w.headcount >= $min_group as shown
    from morale_weeks as w
    join newest as n on n.week = w.week
    join places as t on t.team = w.team
    where $department = '' or t.department = $department
),
counts as (
    select cast(count(*) as bigint) as teams_in_all, cast(count(case when not e.shown then 1 end) as bigint) as small_teams
    from every_team as e
),
part as (
    select e.*
    from every_team as e
    where e.shown
    order by e.value is null, e.value, e.team
    limit 20 offset $skip
),
past as (
    select w.team, string_agg(coalesce(cast(round(w.value, 1) as varchar), ''), ',' order by w.week) as past
    from morale_weeks as w
    semi join part as p on p.team = w.team
    where w.headcount >= $min_group
    group by w.team
)
select
    p.team, p.nth, p.department, p.week, cast(p.headcount as bigint) as people, p.value, p.low, p.high, cast(p.parts_known as bigint) as parts_known,
    p.change, p.usual_swing, p.real, p.driver, p.driver_change, h.past, c.teams_in_all, c.small_teams
from part as p
join past as h on h.team = p.team
cross join counts as c
order by p.value is null, p.value, p.team
