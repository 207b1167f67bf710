-- board_team: one row: figures of one team for the screen on the wall, counts only
-- roles: boss, lead   grain: group
-- $team text             team name
-- > people whole         active people; no row when the team is smaller than the smallest group shown
-- > measure text         what the team's goals are counted in; null where it has none
-- > planned whole        people whose work was planned on the last planned day and who have a goal for it
-- > reached whole        of them, how many reached it
-- > reached_on date      that day; null when there is none
-- > streaks whole        streaks that were rewarded in the week of the last day with data
-- > stars whole          stars of the week that went to the team in 4 weeks up to that one
-- > thanks whole         thanks received in the 7 days up to the last day with data
-- > stories whole        customer stories published in the 28 days up to it
with
day as (select b.as_of from build_info as b),
members as (select p.employee_id from employees as p where p.team = $team and p.active),
size as (select count(*) as people from members as m),
goals_of_days as (
    select g.work_date, g.reached
    from goal_days as g
    semi join members as m on m.employee_id = g.employee_id
    where g.planned and g.target is not null
),
last_planned as (select max(g.work_date) as work_date from goals_of_days as g),
earned as (
    select r.week, r.streaks, r.stars
    from reward_team_weeks as r
    cross join day as d
    where r.team = $team and r.week > d.as_of - 28
),
given as (select t.day from app_thanks as t semi join members as m on m.employee_id = t.employee_id),
told as (select s.told_on from app_stories as s semi join members as m on m.employee_id = s.employee_id where s.state = 'published')
select
    z.people,
    (select g.metric from goal_team_weeks as g where g.team = $team order by g.week desc limit 1) as measure,
    (select count(*) from goals_of_days as g where g.work_date = l.work_date) as planned,
    (select count(*) from goals_of_days as g where g.work_date = l.work_date and g.reached) as reached,
    l.work_date as reached_on,
    (select cast(coalesce(sum(e.streaks), 0) as bigint) from earned as e where e.week > d.as_of - 7) as streaks,
    (select cast(coalesce(sum(e.stars), 0) as bigint) from earned as e) as stars,
    (select count(*) from given as g where g.day > d.as_of - 7) as thanks,
    (select count(*) from told as t where t.told_on > d.as_of - 28) as stories
from size as z
cross join day as d
cross join last_planned as l
where z.people >= $min_group
