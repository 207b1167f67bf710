-- culture_team: one row per team of this name in which somebody works
-- roles: hr, lead   grain: group
-- $team text     team name as typed
-- > team text    team name
select distinct e.team
from employees as e
where e.active and e.team = trim($team)
