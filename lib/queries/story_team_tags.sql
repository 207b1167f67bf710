-- story_team_tags: one row per tag for one team and week: people who carried it, and the mean of the 4 weeks before
-- roles: presenter   grain: group
-- $week date        Monday of the week shown
-- $nth whole        the team's place among all teams by name
-- > tag text        key of the tag
-- > people whole    people employed in the week; no row at all when they are fewer than the smallest group
-- > carrying whole  people who carried the tag on any day of the week
-- > before number   mean of the 4 weeks before
-- Life events and care of the family are not told of one team.
with
places as (select t.team, row_number() over (order by t.team) as nth from teams as t),
here as (
    select w.team, w.headcount as people
    from team_weeks as w
    join places as p on p.team = w.team
    where p.nth = $nth and w.week = $week and w.headcount >= $min_group
),
weeks_before as (select count(*) as n from team_weeks as w join here as h on h.team = w.team where w.week between $week - 28 and $week - 7),
held as (
    select g.tag, sum(case when g.week = $week then g.people end) as carrying, sum(case when g.week < $week then g.people end) as before
    from team_tag_weeks as g
    join here as h on h.team = g.team
    where g.week between $week - 28 and $week
    group by g.tag
)
select
    k.tag,
    cast(h.people as bigint) as people,
    cast(coalesce(d.carrying, 0) as bigint) as carrying,
    case when b.n > 0 then coalesce(d.before, 0) * 1.0 / b.n end as before
from tags as k
cross join here as h
cross join weeks_before as b
left join held as d on d.tag = k.tag
where k.tag not in ('life_event', 'family_care')
order by k.sort, k.tag
