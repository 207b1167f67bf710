-- glance_bars: one row per team, neediest first (a real change that is worth a visit, then the lowest morale): the first 200 teams of the week shown
-- roles: boss, lead, hr, presenter   grain: group
-- $week date              Monday of the week shown
-- $department text        only this department; '' for all
-- > team text             team name
-- > department text       its department
-- > people whole          people employed in the week; null when the team is smaller than the smallest group shown
-- > worse whole           how many real changes of it are worth a visit
-- > better whole          how many are for the better
-- > morale number         morale index 0–100; null when too few of its parts are known
-- > low number            95 % interval of the index
-- > high number           its upper end
-- > change number         points against a month earlier
-- > real flag             the index moved by more than usual
-- > driver text           the part that moved the index most
-- > driver_change number  how many points it brought
-- > carrying whole        people who carried a need tag on any day of the week
-- > dip whole             of them with performance_dip
-- > pressure whole        with high_pressure
-- > client whole          with client_trouble
-- > life whole            with a life event that is not a birthday
-- > family whole          with family_care
-- > newcomers whole       people in their first months
-- > done whole            cares given in the week; null for leads, as the next two
-- > open whole            cares that are due, with time left, on the week's last day
-- > overdue whole         cares past their due day that are still worth a talk
-- > teams_in_all whole    how many teams there are in the week
-- > small_teams whole     how many of them are too small to be shown
with
seen as (
    select w.team, w.department, w.headcount as people, w.headcount >= $min_group as shown
    from team_weeks as w
    where w.week = $week and w.headcount > 0 and ($department = '' or w.department = $department)
),
moved as (
    select c.team, (c.measure = 'performance') = (c.change < 0) as worse
    from team_changes as c
    where c.week = $week and c.real
    union all
    select m.team, m.worse
    from glance_moves as m
    where m.week = $week and m.real and m.level = 'team'
),
moves as (
    select m.team, count(case when m.worse then 1 end) as worse, count(case when not m.worse then 1 end) as better
    from moved as m
    group by m.team
),
held as (
    select p.team, t.employee_id, t.tag
    from tag_episodes as t
    join employees as p on p.employee_id = t.employee_id
    where t.since <= $week + 6 and coalesce(t.until, $week) >= $week
        and not (t.tag = 'life_event' and json_extract_string(t.evidence, '$.kinds') is not distinct from '["birthday"]')
),
tagged as (
    select
        h.team,
        count(distinct case when h.tag <> 'new_hire' then h.employee_id end) as carrying,
        count(distinct case when h.tag = 'performance_dip' then h.employee_id end) as dip,
        count(distinct case when h.tag = 'high_pressure' then h.employee_id end) as pressure,
        count(distinct case when h.tag = 'client_trouble' then h.employee_id end) as client,
        count(distinct case when h.tag = 'life_event' then h.employee_id end) as life,
        count(distinct case when h.tag = 'family_care' then h.employee_id end) as family,
        count(distinct case when h.tag = 'new_hire' then h.employee_id end) as newcomers
    from held as h
    group by h.team
),
index as (select w.* from morale_weeks as w where w.week = $week),
care as (select c.* from care_weeks as c where c.week = $week),
joined as (
    select
        s.*, coalesce(m.worse, 0) as worse, coalesce(m.better, 0) as better,
        i.value, i.low, i.high, i.change, coalesce(i.real, false) as real, i.driver, i.driver_change,
        coalesce(t.carrying, 0) as carrying, coalesce(t.dip, 0) as dip, coalesce(t.pressure, 0) as pressure, coalesce(t.client, 0) as client,
        coalesce(t.life, 0) as life, coalesce(t.family, 0) as family, coalesce(t.newcomers, 0) as newcomers,
        c.done, c.open, c.overdue,
        count(*) over () as teams_in_all,
        count(case when not s.shown then 1 end) over () as small_teams
    from seen as s
    left join moves as m on m.team = s.team
    left join index as i on i.team = s.team
    left join tagged as t on t.team = s.team
    left join care as c on c.team = s.team
),
neediest as (
    select *
    from joined as j
    order by
        case when j.shown then 0 else 1 end, case when j.shown and j.worse > 0 then 0 else 1 end, case when j.value is null then 1 else 0 end, j.value,
        j.carrying * 1.0 / j.people desc, j.team
    limit 200
),
shown as (
    select
        n.team, n.department,
        cast(case when n.shown then n.people end as bigint) as people,
        cast(case when n.shown then n.worse end as bigint) as worse,
        cast(case when n.shown then n.better end as bigint) as better,
        case when n.shown then n.value end as morale,
        case when n.shown then n.low end as low,
        case when n.shown then n.high end as high,
        case when n.shown then n.change end as change,
        n.shown and n.real as real,
        case when n.shown then n.driver end as driver,
        case when n.shown then n.driver_change end as driver_change,
        cast(case when n.shown then least(n.carrying, n.people) end as bigint) as carrying,
        cast(case when n.shown then n.dip end as bigint) as dip,
        cast(case when n.shown then n.pressure end as bigint) as pressure,
        cast(case when n.shown then n.client end as bigint) as client,
        cast(case when n.shown then n.life end as bigint) as life,
        cast(case when n.shown then n.family end as bigint) as family,
        cast(case when n.shown then n.newcomers end as bigint) as newcomers,
        cast(case when n.shown then n.done end as bigint) as done,
        cast(case when n.shown then n.open end as bigint) as open,
        cast(case when n.shown then n.overdue end as bigint) as overdue,
        cast(n.teams_in_all as bigint) as teams_in_all,
        cast(n.small_teams as bigint) as small_teams
    from neediest as n
    order by
        case when n.shown then 0 else 1 end, case when n.shown and n.worse > 0 then 0 else 1 end, case when n.value is null then 1 else 0 end, n.value,
        n.carrying * 1.0 / n.people desc, n.team
)
select * from shown
