-- glance_spread: one row: how far chance may move the week's performance and late evenings, from the spread between people
-- roles: boss, lead, hr, presenter   grain: group
-- $week date               Monday of the week shown
-- $department text         only this department; '' for all
-- > people whole           people with work in the week; null figures when they are fewer than the smallest group shown
-- > performance_reach number  half width of the 95 % interval of performance (own previous 8 weeks = 100)
-- > late_reach number      half width of the 95 % interval of late evenings a person
-- > followed whole         people carrying a need tag in the week with whom a talk was held since it began
with
-- teams below the smallest group count in a total only where those of the same department are such a group together
groups as (
    select
        w.team,
        w.headcount >= $min_group or sum(case when w.headcount < $min_group then w.headcount end)
            over (partition by w.week, coalesce(w.department, '')) >= $min_group as counted
    from team_weeks as w
    where w.week = $week and ($department = '' or w.department = $department)
),
members as (
    select p.employee_id, coalesce(p.business_line, '') as business_line
    from employees as p
    join groups as g on g.team = p.team and g.counted
    where $department = '' or p.department = $department
),
own as (
    select
        w.employee_id,
        sum(case when w.week = $week then w.performance * w.worked_days end) as made,
        sum(case when w.week = $week and w.performance is not null then w.worked_days end) as days,
        sum(case when w.week = $week then w.worked_days end) as worked,
        sum(case when w.week = $week then w.late_evenings end) as late,
        avg(case when w.week < $week then w.performance end) as usual,
        count(case when w.week < $week then w.performance end) as usual_weeks
    from employee_weeks as w
    where w.week between $week - 56 and $week
    group by w.employee_id
),
people as (
    select o.*, m.business_line
    from own as o
    join members as m on m.employee_id = o.employee_id
    where o.worked > 0
),
-- how much a person's week differs from the own usual weeks, as a share of what the line usually makes
by_line as (
    select
        p.business_line,
        count(*) as judged,
        sqrt(count(*)) * stddev_samp(p.made - p.usual * p.days) / nullif(sum(p.usual * p.days), 0) as reach
    from people as p
    where p.usual_weeks >= 4 and p.days > 0
    group by p.business_line
),
mixed as (
    select 100 * 1.96 * sqrt(sum(l.judged * l.judged * l.reach * l.reach)) / nullif(sum(l.judged), 0) as performance_reach
    from by_line as l
    where l.reach is not null
),
late as (
    select count(*) as people, 1.96 * stddev_samp(p.late) / sqrt(count(*)) as late_reach
    from people as p
),
followed as (
    select count(distinct t.employee_id) as followed
    from tag_episodes as t
    join members as m on m.employee_id = t.employee_id
    join talks as k on k.employee_id = t.employee_id and k.talked_on between t.since and $week + 6
    where t.tag <> 'new_hire' and not (t.tag = 'life_event' and json_extract_string(t.evidence, '$.kinds') is not distinct from '["birthday"]')
        and t.since <= $week + 6 and coalesce(t.until, $week) >= $week
),
shown as (
    select
        case when l.people >= $min_group then cast(l.people as bigint) end as people,
        case when l.people >= $min_group then m.performance_reach end as performance_reach,
        case when l.people >= $min_group then l.late_reach end as late_reach,
        case when l.people >= $min_group then cast(f.followed as bigint) end as followed
    from late as l
    cross join mixed as m
    cross join followed as f
)
select * from shown
