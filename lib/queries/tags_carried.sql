-- tags_carried: one row per tag and week, the 26 weeks up to the one shown
-- roles: hr, boss, presenter, admin   grain: group
-- $week date   Monday of the last week
-- > tag text      key of the tag
-- > week date     Monday of the week
-- > people whole  people who carried it on any day of the week; null when fewer people work there than the smallest group shown
with
-- teams below the smallest group count in a total only where those of the same department are such a group together
groups as (
    select
        w.team,
        w.week,
        w.headcount,
        w.headcount >= $min_group or sum(case when w.headcount < $min_group then w.headcount end)
            over (partition by w.week, coalesce(w.department, '')) >= $min_group as counted
    from team_weeks as w
    where w.week between cast($week as date) - 175 and $week
),
teams_together as (
    select g.tag, g.week, sum(g.people) as people
    from team_tag_weeks as g
    join groups as s on s.team = g.team and s.week = g.week and s.counted
    group by g.tag, g.week
),
calendar as (
    select g.week, sum(case when g.counted then g.headcount end) as people
    from groups as g
    group by g.week
),
shown as (
    select k.tag, c.week, case when c.people >= $min_group then cast(coalesce(t.people, 0) as integer) end as people
    from tags as k
    cross join calendar as c
    left join teams_together as t on t.tag = k.tag and t.week = c.week
    order by k.sort, k.tag, c.week
)
select * from shown
