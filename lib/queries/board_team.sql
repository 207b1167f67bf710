-- board_team: one row: figures of one team for the screen on the wall, counts only
-- roles: boss, lead   grain: group
-- $team text             team name
-- > people whole         active people; no row when the team is smaller than the smallest group shown
-- > measure text         what the team's goals are counted in; null where it has none
-- > reached_on date      the last day on which anybody with a goal had work planned; null when these were fewer than a group, or none
-- > reached whole        how many of them reached it; null when they are fewer than a group, but not none
-- > streaks whole        streaks that were rewarded in the week of the last day with data; null when fewer than a group, but not none
-- > stars whole          stars of the week that went to the team in 4 weeks up to that one; null when fewer than a group, but not none
-- > thanks whole         thanks received in the 7 days up to the last day with data
-- How many had a goal on that day is not told: beside the page of goals it would give away how many have one in a team that is hidden there.
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
last_planned as (
    select g.work_date, count(*) as planned, count(case when g.reached then 1 end) as reached
    from goals_of_days as g
    group by g.work_date
    order by g.work_date desc
    limit 1
),
earned as (
    select r.week, r.streaks, r.stars
    from reward_team_weeks as r
    cross join day as d
    where r.team = $team and r.week > d.as_of - 28
),
sums as (
    select
        coalesce(sum(case when e.week > d.as_of - 7 then e.streaks end), 0) as streaks,
        coalesce(sum(e.stars), 0) as stars
    from day as d
    left join earned as e on true
),
given as (select t.day from app_thanks as t semi join members as m on m.employee_id = t.employee_id)
select
    z.people,
    (select g.metric from goal_team_weeks as g where g.team = $team order by g.week desc limit 1) as measure,
    case when l.planned >= $min_group then l.work_date end as reached_on,
    case when l.planned >= $min_group and (l.reached = 0 or l.reached >= $min_group) then l.reached end as reached,
    cast(case when s.streaks = 0 or s.streaks >= $min_group then s.streaks end as bigint) as streaks,
    cast(case when s.stars = 0 or s.stars >= $min_group then s.stars end as bigint) as stars,
    (select count(*) from given as g where g.day > d.as_of - 7) as thanks
from size as z
cross join day as d
cross join sums as s
left join last_planned as l on true
where z.people >= $min_group
