-- story_care_time: one row per completed week, the 12 up to the one shown, oldest first: talks of HR and their minutes, of all, of a department or of one team
-- roles: presenter   grain: group
-- $week date          Monday of the week shown
-- $department text    only this department; '' for all
-- $nth whole          only the team at this place among all teams by name; 0 for all
-- $tag text           only talks about this tag; '' for all talks
-- > week date         Monday of the week
-- > people whole      people employed in the week
-- > talks whole       talks
-- > untimed whole     of them without a length
-- > minutes number    minutes of all talks; 0 without any
-- > care_talks whole  talks about a tag whose length is known
-- > care_minutes number  their minutes
-- Talks about life events and the family are told of all together alone.  What all talks of the company are is known elsewhere
-- (effect_hr_time): a department's or a team's are told only where the teams that are in no total are nobody, or a group together.
with
places as (select t.team, row_number() over (order by t.team) as nth from teams as t),
-- teams below the smallest group count in a total only where those of the same department are such a group together
groups as (
    select
        w.team,
        w.week,
        w.department,
        w.headcount,
        w.headcount >= $min_group as large,
        w.headcount >= $min_group or sum(case when w.headcount < $min_group then w.headcount end)
            over (partition by w.week, coalesce(w.department, '')) >= $min_group as counted
    from team_weeks as w
    where w.week between $week - 77 and $week
),
loose as (
    select g.week, coalesce(sum(case when not g.counted then g.headcount end), 0) as people
    from groups as g
    group by g.week
),
shown as (
    select g.team, g.week, g.headcount
    from groups as g
    join places as p on p.team = g.team
    join loose as l on l.week = g.week
    where ($department = '' or g.department = $department)
        and case when $nth = 0 then g.counted else p.nth = $nth and g.large end
        and ($tag not in ('life_event', 'family_care') or ($nth = 0 and $department = ''))
        and (($nth = 0 and $department = '') or l.people = 0 or l.people >= $min_group)
),
sizes as (
    select s.week, sum(s.headcount) as people
    from shown as s
    group by s.week
    having sum(s.headcount) >= $min_group
),
held as (
    select
        cast(date_trunc('week', k.talked_on) as date) as week,
        e.team,
        count(*) as talks,
        count(case when k.minutes is null then 1 end) as untimed,
        sum(k.minutes) as minutes,
        count(case when k.tag is not null then k.minutes end) as care_talks,
        sum(case when k.tag is not null then k.minutes end) as care_minutes
    from talks as k
    join employees as e on e.employee_id = k.employee_id
    where k.talked_on between $week - 77 and $week + 6 and ($tag = '' or k.tag = $tag)
    group by cast(date_trunc('week', k.talked_on) as date), e.team
),
summed as (
    select
        s.week, sum(h.talks) as talks, sum(h.untimed) as untimed, sum(h.minutes) as minutes, sum(h.care_talks) as care_talks, sum(h.care_minutes) as care_minutes
    from shown as s
    join held as h on h.team = s.team and h.week = s.week
    group by s.week
)
select
    z.week,
    cast(z.people as bigint) as people,
    cast(coalesce(m.talks, 0) as bigint) as talks,
    cast(coalesce(m.untimed, 0) as bigint) as untimed,
    cast(coalesce(m.minutes, 0) as double) as minutes,
    cast(coalesce(m.care_talks, 0) as bigint) as care_talks,
    cast(coalesce(m.care_minutes, 0) as double) as care_minutes
from sizes as z
left join summed as m on m.week = z.week
order by z.week
