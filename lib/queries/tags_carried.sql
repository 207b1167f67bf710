-- tags_carried: one row per tag and week, the 26 weeks up to the one shown
-- roles: hr, boss, presenter   grain: group
-- $week date   Monday of the last week
-- > tag text      key of the tag
-- > week date     Monday of the week
-- > people whole  people who carried it on any day of the week
with
teams_together as (
    select g.tag, g.week, sum(g.people) as people
    from team_tag_weeks as g
    where g.week between cast($week as date) - 175 and $week
    group by g.tag, g.week
),
calendar as (
    select distinct t.week
    from team_weeks as t
    where t.week between cast($week as date) - 175 and $week
),
shown as (
    select k.tag, c.week, cast(coalesce(t.people, 0) as integer) as people
    from tags as k
    cross join calendar as c
    left join teams_together as t on t.tag = k.tag and t.week = c.week
    order by k.sort, k.tag, c.week
)
select * from shown
