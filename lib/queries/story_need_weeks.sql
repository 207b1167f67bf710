-- story_need_weeks: one row per week, the 12 completed weeks up to the one shown, oldest first: people who carried a tag, of all, of a department or of one team
-- roles: presenter   grain: group
-- $week date           Monday of the week shown
-- $department text     only this department; '' for all
-- $nth whole           only the team at this place among all teams by name; 0 for all
-- $tag text            only this tag; '' for every tag that asks for care, as glance_trend counts them
-- > week date          Monday of the week
-- > people whole       people employed in the week
-- > carrying whole     people of them who carried the tag on any day of the week
-- > carry_share number their share 0–1
-- > carry_low number   95 % Wilson interval of the share
-- > carry_high number  its upper end
-- A week in which they are fewer than the smallest group is left out.  Life events and care of the family are told of all
-- together alone.
with
places as (select t.team, row_number() over (order by t.team) as nth from teams as t),
-- teams below the smallest group count in a total only where those of the same department are such a group together
seen as (
    select
        w.team,
        w.week,
        w.headcount,
        w.headcount >= $min_group as large,
        w.headcount >= $min_group or sum(case when w.headcount < $min_group then w.headcount end)
            over (partition by w.week, coalesce(w.department, '')) >= $min_group as counted
    from team_weeks as w
    where ($department = '' or w.department = $department) and w.week between $week - 7 * 11 and $week
),
groups as (
    select s.team, s.week, s.headcount
    from seen as s
    join places as p on p.team = s.team
    where case when $nth = 0 then s.counted else p.nth = $nth and s.large end
        and ($tag not in ('life_event', 'family_care') or ($nth = 0 and $department = ''))
),
sizes as (
    select g.week, sum(g.headcount) as people
    from groups as g
    group by g.week
    having sum(g.headcount) >= $min_group
),
held as (
    select t.employee_id, e.team, t.since, coalesce(t.until, $week + 6) as until
    from tag_episodes as t
    join employees as e on e.employee_id = t.employee_id
    where case when $tag = '' then t.tag <> 'new_hire' else t.tag = $tag end
        and not (t.tag = 'life_event' and json_extract_string(t.evidence, '$.kinds') is not distinct from '["birthday"]')
        and t.since <= $week + 6 and coalesce(t.until, $week) >= $week - 7 * 11
),
carriers as (
    select g.week, count(distinct h.employee_id) as carrying
    from held as h
    join groups as g on g.team = h.team and h.since <= g.week + 6 and h.until >= g.week
    group by g.week
),
judged as (
    select
        s.week,
        s.people,
        coalesce(c.carrying, 0) as carrying,
        least(coalesce(c.carrying, 0), s.people) * 1.0 / s.people as share,
        1.96 * 1.96 / s.people as zz
    from sizes as s
    left join carriers as c on c.week = s.week
),
shown as (
    select
        j.week,
        cast(j.people as bigint) as people,
        cast(j.carrying as bigint) as carrying,
        j.share as carry_share,
        greatest((j.share + j.zz / 2 - sqrt(j.zz * j.share * (1 - j.share) + j.zz * j.zz / 4)) / (1 + j.zz), 0) as carry_low,
        least((j.share + j.zz / 2 + sqrt(j.zz * j.share * (1 - j.share) + j.zz * j.zz / 4)) / (1 + j.zz), 1) as carry_high
    from judged as j
    order by j.week
)
select * from shown
