-- board_activity: one row: the next activity that is open to a team, without its title
-- roles: boss, lead   grain: group
-- $team text             team name
-- $today date            the company's day
-- > kind text            relaxed_hour, sharing or outing
-- > day date             when
-- > signed_up whole      how many signed up, as the build saw it
select a.kind, a.day, cast(a.signed_up as bigint) as signed_up
from app_activities as a
where a.state = 'open' and a.day >= $today and (a.team is null or a.team = $team)
order by a.day, a.kind
limit 1
