-- reward_teams: one row per team: what its people were given in the last completed week and in the 4 weeks up to it
-- roles: boss, lead, hr, presenter   grain: group
-- > team text            team name
-- > week date            Monday of the last completed week
-- > people whole         active people; null with all below when the team is smaller than the smallest group shown
-- > rewarded whole       people who were given points in the week; null when they are fewer than a group, but not none
-- > points whole         points in the week; for who sees groups only, those of daily goals; null when fewer people than a group had any
-- > points_before number mean of the 3 weeks before; null when in one of them fewer people than a group had any
-- > goal_days whole      daily goals reached in the week; null with points
-- > streaks whole        streaks rewarded in the week; null when they are fewer than a group, but not none
-- > stars whole          stars of the week; null when they are fewer than a group, but not none
-- Points of streaks, stars and badges would give away how many these are to whoever takes those of daily goals from the sum.
with
house as (select cast(date_trunc('week', b.as_of + 1) as date) - 7 as week from build_info as b),
people as (select e.team, count(*) as people from employees as e where e.active and e.team is not null group by e.team),
counted as (
    select
        r.team,
        r.week,
        r.rewarded,
        r.goal_days,
        r.streaks,
        r.stars,
        case when $min_group > 1 then r.goal_points else r.points end as points,
        case when $min_group > 1 then r.goal_people else r.rewarded end as those
    from reward_team_weeks as r
),
given as (
    select
        c.team,
        sum(case when c.week = h.week then c.rewarded else 0 end) as rewarded,
        sum(case when c.week = h.week then c.points else 0 end) as points,
        sum(case when c.week = h.week then c.those else 0 end) as those,
        sum(case when c.week < h.week then c.points end) as points_before,
        min(case when c.week < h.week and c.those > 0 then c.those end) as fewest_before,
        sum(case when c.week = h.week then c.goal_days else 0 end) as goal_days,
        sum(case when c.week = h.week then c.streaks else 0 end) as streaks,
        sum(case when c.week = h.week then c.stars else 0 end) as stars
    from counted as c
    cross join house as h
    where c.week between h.week - 21 and h.week
    group by c.team
),
shown as (
    select
        p.team,
        p.people,
        coalesce(g.rewarded, 0) as rewarded,
        coalesce(g.points, 0) as points,
        g.points_before / 3.0 as points_before,
        coalesce(g.goal_days, 0) as goal_days,
        coalesce(g.streaks, 0) as streaks,
        coalesce(g.stars, 0) as stars,
        coalesce(g.those, 0) as those,
        coalesce(g.fewest_before, $min_group) as fewest_before
    from people as p
    left join given as g on g.team = p.team
    where p.people >= $min_group
),
answer as (
    select
        p.team,
        h.week,
        cast(s.people as bigint) as people,
        cast(case when s.rewarded = 0 or s.rewarded >= $min_group then s.rewarded end as bigint) as rewarded,
        cast(case when s.those = 0 or s.those >= $min_group then s.points end as bigint) as points,
        cast(case when s.fewest_before >= $min_group then s.points_before end as double) as points_before,
        cast(case when s.those = 0 or s.those >= $min_group then s.goal_days end as bigint) as goal_days,
        cast(case when s.streaks = 0 or s.streaks >= $min_group then s.streaks end as bigint) as streaks,
        cast(case when s.stars = 0 or s.stars >= $min_group then s.stars end as bigint) as stars
    from people as p
    cross join house as h
    left join shown as s on s.team = p.team
)
select a.team, a.week, a.people, a.rewarded, a.points, a.points_before, a.goal_days, a.streaks, a.stars
from answer as a
order by a.points desc nulls last, a.team
