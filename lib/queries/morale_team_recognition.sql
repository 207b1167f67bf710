-- morale_team_recognition: one row: what one team's people were thanked for and told, in the 4 and the 13 weeks up to the last day with data
-- roles: boss, lead, hr, presenter   grain: group
-- $nth whole             the team's place among all teams by name
-- > people whole         people of the team on the last day; no row when the team is smaller than the smallest group shown
-- > thanks_4 whole       thanks received in 4 weeks
-- > thanks_13 whole      in 13 weeks
-- > stories_13 whole     stories published in 13 weeks
with
places as (select t.team, row_number() over (order by t.team) as nth from teams as t),
members as (select p.employee_id from employees as p join places as l on l.team = p.team where l.nth = $nth and p.active),
size as (select count(*) as people from members as m),
day as (select b.as_of from build_info as b),
given as (select t.day from app_thanks as t semi join members as m on m.employee_id = t.employee_id),
told as (select s.told_on from app_stories as s semi join members as m on m.employee_id = s.employee_id where s.state = 'published')
select
    z.people,
    (select count(*) from given as g where g.day > d.as_of - 28) as thanks_4,
    (select count(*) from given as g where g.day > d.as_of - 91) as thanks_13,
    (select count(*) from told as t where t.told_on > d.as_of - 91) as stories_13
from size as z
cross join day as d
where z.people >= $min_group
