-- tags_team_weeks: one row per week and tag for one team, the 12 weeks up to the one shown
-- roles: hr, boss, presenter   grain: group
-- $team text   team
-- $week date   Monday of the last week
-- > week date          Monday of the week
-- > tag text           key of the tag
-- > headcount whole    people employed in the team on any day of the week; null in a group too small to show
-- > people whole       people who carried the tag; null in a group too small to show
-- > share number       people / headcount
with
weeks_here as (
    select t.team, t.week, t.headcount
    from team_weeks as t
    where t.team = $team and t.week between cast($week as date) - 77 and $week
),
held as (
    select g.week, g.tag, g.people
    from team_tag_weeks as g
    where g.team = $team and g.week between cast($week as date) - 77 and $week
),
shown as (
    select
        w.week,
        k.tag,
        case when w.headcount >= $min_group then w.headcount end as headcount,
        case when w.headcount >= $min_group then cast(coalesce(h.people, 0) as integer) end as people,
        case when w.headcount >= $min_group then coalesce(h.people, 0) / w.headcount end as share
    from weeks_here as w
    cross join tags as k
    left join held as h on h.week = w.week and h.tag = k.tag
    order by k.sort, k.tag, w.week
)
select * from shown
