-- reward_top: one row per person who is named in the viewer's own group: at most three, all of whom agreed, and never the last
-- roles: employee, mentor   grain: person
-- $week date                Monday of the week
-- > place whole             the place; equals share one
-- > who text                the MD5 of the employee number: tells who opted out since, and is nobody's number
-- > name text person        name
-- > share number            share of the own week's goal
-- > goal_days whole         days on which the goal was reached
-- > star flag               star of the week
select t.place, md5(t.employee_id) as who, t.name, t.share, t.goal_days, t.star
from reward_top as t
where t.week = $week
order by t.place, t.employee_id
