-- reward_teams: one row per team: what its people were given in the last completed week and in the 4 weeks up to it
-- roles: boss, lead, hr, presenter   grain: group
-- > team text            team name
-- > week date            Monday of the last completed week
-- > people whole         active people; null when the team is smaller than the smallest group shown
-- > rewarded whole       people who were given points in the week
-- > points whole         points in the week
-- > points_before number mean of the 3 weeks before
-- > goal_days whole      daily goals reached in the week
-- > streaks whole        streaks rewarded in the week
-- > stars whole          stars of the week
with
house as (select cast(date_trunc('week', b.as_of + 1) as date) - 7 as week from build_info as b),
people as (select e.team, count(*) as people from employees as e where e.active and e.team is not null group by e.team),
given as (
    select
        r.team,
        sum(case when r.week = h.week then r.rewarded end) as rewarded,
        sum(case when r.week = h.week then r.points end) as points,
        sum(case when r.week < h.week then r.points end) / 3.0 as points_before,
        sum(case when r.week = h.week then r.goal_days end) as goal_days,
        sum(case when r.week = h.week then r.streaks end) as streaks,
        sum(case when r.week = h.week then r.stars end) as stars
    from reward_team_weeks as r
    cross join house as h
    where r.week between h.week - 21 and h.week
    group by r.team
),
shown as (select p.*, p.people >= $min_group as shown from people as p)
select
    s.team,
    h.week,
    case when s.shown then cast(s.people as bigint) end as people,
    case when s.shown then cast(coalesce(g.rewarded, 0) as bigint) end as rewarded,
    case when s.shown then cast(coalesce(g.points, 0) as bigint) end as points,
    case when s.shown then cast(g.points_before as double) end as points_before,
    case when s.shown then cast(coalesce(g.goal_days, 0) as bigint) end as goal_days,
    case when s.shown then cast(coalesce(g.streaks, 0) as bigint) end as streaks,
    case when s.shown then cast(coalesce(g.stars, 0) as bigint) end as stars
from shown as s
cross join house as h
left join given as g on g.team = s.team
order by g.points desc nulls last, s.team
