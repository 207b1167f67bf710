-- reward_teams: one row per team: what its people were given in the last completed week and in the 4 weeks up to it
-- roles: boss, lead, hr, presenter   grain: group
-- > team text            team name
-- > week date            Monday of the last completed week
-- > people whole         active people; null when the team is smaller than the smallest group shown
-- > rewarded whole       people who were given points in the week; null with all below when they are fewer than a group
-- > points whole         points in the week; for who sees groups only, those of daily goals and streaks
-- > points_before number mean of the 3 weeks before
-- > goal_days whole      daily goals reached in the week
-- > streaks whole        streaks rewarded in the week
-- > stars whole          stars of the week; null when they are fewer than a group, but not none
-- Points of stars and badges would give away the number of stars to whoever takes those of goals and streaks from the sum.
with
house as (select cast(date_trunc('week', b.as_of + 1) as date) - 7 as week from build_info as b),
people as (select e.team, count(*) as people from employees as e where e.active and e.team is not null group by e.team),
given as (
    select
        r.team,
        sum(case when r.week = h.week then r.rewarded end) as rewarded,
        sum(case when r.week = h.week then r.points end) as points,
        sum(case when r.week < h.week then r.points end) as points_before,
        min(case when r.week < h.week and r.rewarded > 0 then r.rewarded end) as fewest_before,
        sum(case when r.week = h.week then r.goal_days end) as goal_days,
        sum(case when r.week = h.week then r.streaks end) as streaks,
        sum(case when r.week = h.week then r.stars end) as stars
    from reward_team_weeks as r
    cross join house as h
    where r.week between h.week - 21 and h.week
    group by r.team
),
booked as (
    select a.employee_id, a.kind, a.ref, a.points, a.day from app_points as a where a.kind in ('daily_goal', 'streak')
    union
    select r.employee_id, r.kind, r.ref, r.points, r.day from reward_earned as r where r.kind in ('daily_goal', 'streak')
),
once as (
    select b.employee_id, b.kind, b.ref, max(b.points) as points, max(b.day) as day
    from booked as b
    group by b.employee_id, b.kind, b.ref
),
usual as (
    select
        e.team,
        sum(case when o.day >= h.week then o.points end) as points,
        sum(case when o.day < h.week then o.points end) as points_before
    from once as o
    join employees as e on e.employee_id = o.employee_id and e.active
    cross join house as h
    where o.day between h.week - 21 and h.week + 6
    group by e.team
),
shown as (
    select
        p.team,
        p.people,
        g.rewarded,
        case when $min_group > 1 then u.points else g.points end as points,
        case when $min_group > 1 then u.points_before else g.points_before end / 3.0 as points_before,
        g.goal_days,
        g.streaks,
        g.stars,
        p.people >= $min_group as shown,
        p.people >= $min_group and (coalesce(g.rewarded, 0) = 0 or g.rewarded >= $min_group) as enough,
        p.people >= $min_group and coalesce(g.fewest_before, $min_group) >= $min_group as enough_before
    from people as p
    left join given as g on g.team = p.team
    left join usual as u on u.team = p.team
)
select
    s.team,
    h.week,
    case when s.shown then cast(s.people as bigint) end as people,
    case when s.enough then cast(coalesce(s.rewarded, 0) as bigint) end as rewarded,
    case when s.enough then cast(coalesce(s.points, 0) as bigint) end as points,
    case when s.enough_before then cast(s.points_before as double) end as points_before,
    case when s.enough then cast(coalesce(s.goal_days, 0) as bigint) end as goal_days,
    case when s.enough then cast(coalesce(s.streaks, 0) as bigint) end as streaks,
    case when s.enough and (coalesce(s.stars, 0) = 0 or s.stars >= $min_group) then cast(coalesce(s.stars, 0) as bigint) end as stars
from shown as s
cross join house as h
order by case when s.enough then s.points end desc nulls last, s.team
