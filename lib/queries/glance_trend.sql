-- glance_trend: one row per week, the 12 completed weeks up to the one shown, oldest first
-- roles: boss, lead, hr, presenter   grain: group
-- $week date            Monday of the week shown
-- $department text      only this department; '' for all
-- > week date           Monday of the week
-- > people whole        people employed in the week; null when they are fewer than the smallest group shown
-- > teams whole         teams they are in
-- > performance number  performance, own previous 8 weeks of each team = 100
-- > carrying whole      people who carried a need tag on any day of the week
-- > carry_share number  their share 0–1
-- > carry_low number    95 % Wilson interval of the share
-- > carry_high number   its upper end
-- > late number         late evenings a working person
-- > working whole       people who worked in the week
-- > left_90 whole       people who gave notice or left in the 90 days up to Sunday
-- > leave_rate number   the same as a yearly share of the people employed
-- > leave_low number    95 % interval (Poisson, Byar's approximation)
-- > leave_high number   its upper end
with
-- teams below the smallest group count in a total only where those of the same department are such a group together
seen as (
    select
        w.*,
        w.headcount >= $min_group or sum(case when w.headcount < $min_group then w.headcount end)
            over (partition by w.week, coalesce(w.department, '')) >= $min_group as counted
    from team_weeks as w
    where ($department = '' or w.department = $department) and w.week between $week - 7 * 19 and $week
),
relative as (
    select
        s.*,
        avg(s.performance) over (partition by s.team order by s.week rows between 8 preceding and 1 preceding) as usual,
        count(s.performance) over (partition by s.team order by s.week rows between 8 preceding and 1 preceding) as usual_weeks
    from seen as s
),
by_line as (
    select
        r.week,
        r.business_line,
        sum(r.headcount) as people,
        count(*) as teams,
        sum(r.late_evenings) as late_evenings,
        sum(r.people_working) as working,
        sum(case when r.usual_weeks >= 4 and r.usual > 0 then r.people_working end) as judged_people,
        sum(case when r.usual_weeks >= 4 and r.usual > 0 then r.performance * r.worked_days end)
            / nullif(sum(case when r.usual_weeks >= 4 and r.usual > 0 and r.performance is not null then r.usual * r.worked_days end), 0)
            as level
    from relative as r
    where r.week > $week - 7 * 12 and r.counted
    group by r.week, r.business_line
),
weekly as (
    select
        l.week,
        sum(l.people) as people,
        sum(l.teams) as teams,
        sum(l.late_evenings) as late_evenings,
        sum(l.working) as working,
        100 * sum(l.level * l.judged_people) / nullif(sum(case when l.level is not null then l.judged_people end), 0) as performance
    from by_line as l
    group by l.week
),
members as (
    select p.employee_id, p.team, coalesce(p.notice_date, p.leave_date) as going
    from employees as p
    where $department = '' or p.department = $department
),
groups as (
    select s.team, s.week, s.counted
    from seen as s
    where s.week > $week - 7 * 12
),
calendar as (select distinct g.week from groups as g),
held as (
    select t.employee_id, m.team, t.since, coalesce(t.until, $week + 6) as until
    from tag_episodes as t
    join members as m on m.employee_id = t.employee_id
    where t.tag <> 'new_hire' and not (t.tag = 'life_event' and json_extract_string(t.evidence, '$.kinds') is not distinct from '["birthday"]')
        and t.since <= $week + 6 and coalesce(t.until, $week) > $week - 7 * 12
),
carriers as (
    select w.week, count(distinct h.employee_id) as carrying
    from held as h
    join groups as w on w.team = h.team and w.counted and h.since <= w.week + 6 and h.until >= w.week
    group by w.week
),
goings as (
    select w.week, count(*) as left_90
    from members as m
    join calendar as w on m.going <= w.week + 6 and m.going > w.week + 6 - 90
    left join groups as s on s.team = m.team and s.week = w.week
    -- a team that has nobody left is a small one
    where m.going is not null and m.going > $week - 7 * 12 + 6 - 90 and coalesce(s.counted, $min_group <= 1)
    group by w.week
),
known as (
    select w.*, coalesce(c.carrying, 0) as carrying, coalesce(g.left_90, 0) as left_90
    from weekly as w
    left join carriers as c on c.week = w.week
    left join goings as g on g.week = w.week
    where w.people >= $min_group
),
judged as (
    select
        k.*,
        least(k.carrying, k.people) * 1.0 / k.people as share,
        1.96 * 1.96 / k.people as zz,
        case when k.left_90 > 0
            then k.left_90 * power(1 - 1.0 / (9 * k.left_90) - 1.96 / (3 * sqrt(k.left_90)), 3) else 0 end as least_left,
        (k.left_90 + 1) * power(1 - 1.0 / (9 * (k.left_90 + 1)) + 1.96 / (3 * sqrt(k.left_90 + 1)), 3) as most_left
    from known as k
),
shown as (
    select
        j.week,
        cast(j.people as bigint) as people,
        cast(j.teams as bigint) as teams,
        j.performance,
        cast(j.carrying as bigint) as carrying,
        j.share as carry_share,
        greatest((j.share + j.zz / 2 - sqrt(j.zz * j.share * (1 - j.share) + j.zz * j.zz / 4)) / (1 + j.zz), 0) as carry_low,
        least((j.share + j.zz / 2 + sqrt(j.zz * j.share * (1 - j.share) + j.zz * j.zz / 4)) / (1 + j.zz), 1) as carry_high,
        j.late_evenings * 1.0 / nullif(j.working, 0) as late,
        cast(j.working as bigint) as working,
        cast(j.left_90 as bigint) as left_90,
        j.left_90 * 365.0 / 90 / j.people as leave_rate,
        j.least_left * 365.0 / 90 / j.people as leave_low,
        j.most_left * 365.0 / 90 / j.people as leave_high
    from judged as j
    order by j.week
)
select * from shown
