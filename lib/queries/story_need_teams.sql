-- story_need_teams: one row per team: people who carried one tag in a week, the largest share first; the first 60 teams, small ones last
-- roles: presenter   grain: group
-- $week date             Monday of the week shown
-- $department text       only this department; '' for all
-- $tag text              key of the tag
-- > team text            team name
-- > people whole         people employed in the week; null when the team is smaller than the smallest group shown
-- > carrying whole       people who carried the tag on any day of the week
-- > carry_share number   their share 0–1
-- > stands_out flag      the share is above that of all teams by more than chance gives any of so many teams
-- > teams_in_all whole   how many teams there are in the week
-- > small_teams whole    how many of them are too small to be shown
-- Life events and care of the family are not told by team: no row.
with
seen as (
    select w.team, w.headcount as people, w.headcount >= $min_group as shown
    from team_weeks as w
    where w.week = $week and ($department = '' or w.department = $department) and $tag not in ('life_event', 'family_care')
),
held as (
    select e.team, count(distinct t.employee_id) as carrying
    from tag_episodes as t
    join employees as e on e.employee_id = t.employee_id
    where t.tag = $tag and t.since <= $week + 6 and coalesce(t.until, $week) >= $week
    group by e.team
),
joined as (
    select s.*, coalesce(h.carrying, 0) as carrying, least(coalesce(h.carrying, 0), s.people) * 1.0 / s.people as share
    from seen as s
    left join held as h on h.team = s.team
),
-- the largest of n standard normal values stays under sqrt(2 ln 20n) in 19 of 20 weeks: Wilson's lower bound at that width, as in glance_teams
bar as (
    select
        2 * ln(20.0 * greatest(count(*), 1)) as squared,
        sum(j.carrying) * 1.0 / nullif(sum(j.people), 0) as share
    from joined as j
    where j.shown
),
counted as (
    select
        j.team,
        case when j.shown then cast(j.people as bigint) end as people,
        case when j.shown then cast(j.carrying as bigint) end as carrying,
        case when j.shown then j.share end as carry_share,
        j.shown and (j.share + z.squared / j.people / 2
            - sqrt(z.squared / j.people * (j.share * (1 - j.share) + z.squared / j.people / 4))) / (1 + z.squared / j.people)
            > z.share as stands_out,
        cast(count(*) over () as bigint) as teams_in_all,
        cast(sum(case when j.shown then 0 else 1 end) over () as bigint) as small_teams
    from joined as j
    cross join bar as z
),
neediest as (
    select *
    from counted as c
    order by case when c.people is null then 1 else 0 end, c.carry_share desc, c.team
    limit 60
)
select * from neediest
