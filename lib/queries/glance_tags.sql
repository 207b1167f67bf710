-- glance_tags: one row per tag: how many people carry it in the week shown, and the two teams where most do
-- roles: boss, lead, hr, presenter   grain: group
-- $week date             Monday of the week shown
-- $department text       only this department; '' for all
-- > tag text             tag key
-- > people whole         people who carried it on any day of the week; null when fewer people work there than the smallest group shown
-- > before number        mean of the 4 weeks before
-- > first_team text      the team with the largest share of carriers (two at least, teams of the smallest group or more)
-- > first_people whole   how many there
-- > second_team text     the second such team
-- > second_people whole  how many there
with
members as (
    select p.employee_id, p.team
    from employees as p
    where $department = '' or p.department = $department
),
-- teams below the smallest group count in a total only where those of the same department are such a group together
groups as (
    select
        w.team,
        w.week,
        w.headcount,
        w.headcount >= $min_group or sum(case when w.headcount < $min_group then w.headcount end)
            over (partition by w.week, coalesce(w.department, '')) >= $min_group as counted
    from team_weeks as w
    where w.week between $week - 28 and $week and ($department = '' or w.department = $department)
),
sizes as (
    select g.team, g.headcount
    from groups as g
    where g.week = $week and g.counted
),
size as (select sum(s.headcount) as people from sizes as s),
calendar as (select distinct g.week from groups as g),
held as (
    select distinct c.week, m.team, t.employee_id, t.tag
    from tag_episodes as t
    join members as m on m.employee_id = t.employee_id
    join groups as c on c.team = m.team and c.counted and t.since <= c.week + 6 and coalesce(t.until, c.week) >= c.week
    where t.since <= $week + 6 and coalesce(t.until, $week) >= $week - 28
        and not (t.tag = 'life_event' and json_extract_string(t.evidence, '$.kinds') is not distinct from '["birthday"]')
),
by_tag as (
    select
        h.tag,
        count(case when h.week = $week then 1 end) as people,
        count(case when h.week < $week then 1 end) * 1.0 / nullif((select count(*) from calendar as c where c.week < $week), 0) as before
    from held as h
    group by h.tag
),
by_team as (
    select
        h.tag,
        h.team,
        count(*) as people,
        row_number() over (partition by h.tag order by count(*) * 1.0 / max(s.headcount) desc, h.team) as place
    from held as h
    join sizes as s on s.team = h.team and s.headcount >= $min_group
    where h.week = $week
    group by h.tag, h.team
    having count(*) >= 2
),
shown as (
    select
        g.tag,
        case when z.people >= $min_group then cast(coalesce(b.people, 0) as bigint) end as people,
        case when z.people >= $min_group then coalesce(b.before, 0) end as before,
        one.team as first_team,
        cast(one.people as bigint) as first_people,
        two.team as second_team,
        cast(two.people as bigint) as second_people
    from tags as g
    cross join size as z
    left join by_tag as b on b.tag = g.tag
    left join by_team as one on one.tag = g.tag and one.place = 1
    left join by_team as two on two.tag = g.tag and two.place = 2
    order by g.sort
)
select * from shown
