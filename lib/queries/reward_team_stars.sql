-- reward_team_stars: one row per team in scope with stars of the week, for whoever leads it
-- roles: lead   grain: group
-- $week date           Monday of the week
-- > team text          team name
-- > names text person  names of its stars, as a JSON list; all of them agreed to be named
select t.team, cast(to_json(list(t.name order by t.employee_id)) as varchar) as names
from reward_top as t
where t.week = $week and t.star
group by t.team
order by t.team
