-- glance_teams: one row per team, neediest first: the first 200 teams of the week shown
-- roles: boss, lead, hr, presenter   grain: group
-- $week date             Monday of the week shown
-- $department text       only this department; '' for all
-- > team text            team name
-- > department text      its department
-- > people whole         people employed in the week; null when the team is smaller than the smallest group shown
-- > carrying whole       people who carried a need tag on any day of the week
-- > carry_share number   their share 0–1
-- > stands_out flag      the share is above that of all teams by more than chance gives any of so many teams
-- > dip whole            of them with performance_dip
-- > pressure whole       with high_pressure
-- > client whole         with client_trouble
-- > life whole           with a life event that is not a birthday
-- > family whole         with family_care
-- > newcomers whole      people in their first months
-- > performance number   performance, own previous 8 weeks = 100
-- > performance_before number  mean of the 4 weeks before on the same scale
-- > late number          late evenings a working person
-- > late_before number   mean of the 4 weeks before
-- > teams_in_all whole   how many teams there are in the week
-- > small_teams whole    how many of them are too small to be shown
with
seen as (
    select w.*
    from team_weeks as w
    where ($department = '' or w.department = $department) and w.week between $week - 56 and $week
),
own as (
    select
        s.team,
        max(s.department) as department,
        max(case when s.week = $week then s.headcount end) as people,
        max(case when s.week = $week then s.performance end) as performance,
        avg(case when s.week < $week then s.performance end) as usual,
        count(case when s.week < $week then s.performance end) as usual_weeks,
        avg(case when s.week < $week and s.week >= $week - 28 then s.performance end) as before,
        sum(case when s.week = $week then s.late_evenings end) * 1.0
            / nullif(sum(case when s.week = $week then s.people_working end), 0) as late,
        sum(case when s.week < $week and s.week >= $week - 28 then s.late_evenings end) * 1.0
            / nullif(sum(case when s.week < $week and s.week >= $week - 28 then s.people_working end), 0) as late_before
    from seen as s
    group by s.team
    having max(case when s.week = $week then s.headcount end) > 0
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
joined as (
    select
        o.*,
        t.carrying,
        t.dip,
        t.pressure,
        t.client,
        t.life,
        t.family,
        t.newcomers,
        o.people >= $min_group as shown,
        least(coalesce(t.carrying, 0), o.people) * 1.0 / o.people as share,
        case when o.usual_weeks >= 4 and o.usual > 0 then 100 / o.usual end as scale
    from own as o
    left join tagged as t on t.team = o.team
),
-- the largest of n standard normal values stays under sqrt(2 ln 20n) in 19 of 20 weeks: Wilson's lower bound at that width
bar as (
    select
        2 * ln(20.0 * greatest(count(*), 1)) as squared,
        sum(coalesce(j.carrying, 0)) * 1.0 / nullif(sum(j.people), 0) as share
    from joined as j
    where j.shown
),
counted as (
    select
        j.team,
        j.department,
        case when j.shown then cast(j.people as bigint) end as people,
        case when j.shown then cast(coalesce(j.carrying, 0) as bigint) end as carrying,
        case when j.shown then j.share end as carry_share,
        j.shown and (j.share + z.squared / j.people / 2
            - sqrt(z.squared / j.people * (j.share * (1 - j.share) + z.squared / j.people / 4))) / (1 + z.squared / j.people)
            > z.share as stands_out,
        case when j.shown then cast(coalesce(j.dip, 0) as bigint) end as dip,
        case when j.shown then cast(coalesce(j.pressure, 0) as bigint) end as pressure,
        case when j.shown then cast(coalesce(j.client, 0) as bigint) end as client,
        case when j.shown then cast(coalesce(j.life, 0) as bigint) end as life,
        case when j.shown then cast(coalesce(j.family, 0) as bigint) end as family,
        case when j.shown then cast(coalesce(j.newcomers, 0) as bigint) end as newcomers,
        case when j.shown then j.performance * j.scale end as performance,
        case when j.shown then j.before * j.scale end as performance_before,
        case when j.shown then j.late end as late,
        case when j.shown then j.late_before end as late_before,
        cast(count(*) over () as bigint) as teams_in_all,
        cast(sum(case when j.shown then 0 else 1 end) over () as bigint) as small_teams
    from joined as j
    cross join bar as z
),
neediest as (
    select *
    from counted as c
    order by
        case when c.people is null then 1 else 0 end, c.carry_share desc, coalesce(c.performance, 100), c.team
    limit 200
)
select * from neediest
