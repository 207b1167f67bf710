-- reward_stars: one row per star of the week in scope
-- roles: hr   grain: person
-- $week date                Monday of the week
-- > employee_id text person who
-- > name text person        name
-- > team text               team
-- > peers text              role and tenure band in which they are first
-- > share number            share of the own week's goal
-- > goal_days whole         days on which the goal was reached
select t.employee_id, t.name, t.team, t.peers, t.share, t.goal_days
from reward_top as t
where t.week = $week and t.star
order by t.team, t.peers, t.employee_id
