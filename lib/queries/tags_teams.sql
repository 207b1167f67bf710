-- tags_teams: one row per team and tag for one week and the week before, a page of teams at a time, most need first
-- roles: hr, boss, presenter   grain: group
-- $week date         Monday of the week shown
-- $department text   one department, or '' for all
-- $skip whole        teams before this page
-- $size whole        teams on this page
-- > place whole          1 for the team in most need
-- > teams whole          teams there are in all
-- > team text            team
-- > department text      its department
-- > headcount whole      people employed in the team on any day of the week; null in a group too small to show
-- > need number          carried tags per person, without settling in and life events; null in a group too small to show
-- > tag text             key of the tag
-- > people whole         people who carried the tag on any day of the week; null in a group too small to show
-- > share number         people / headcount
-- > people_before whole  the same for the week before
-- > share_before number  the same for the week before
with
here as (
    select t.team, t.department, t.headcount
    from team_weeks as t
    where t.week = $week and ($department = '' or t.department = $department)
),
week_before as (
    select t.team, t.headcount
    from team_weeks as t
    where t.week = cast($week as date) - 7
),
held as (
    select g.team, g.tag, sum(case when g.week = $week then g.people end) as people,
        sum(case when g.week < $week then g.people end) as people_before
    from team_tag_weeks as g
    where g.week between cast($week as date) - 7 and $week
    group by g.team, g.tag
),
needs as (
    -- Settling in and birthdays are expected; they are shown, but no reason to put a team first.
    select h.team, sum(h.people) as carried
    from held as h
    where h.tag not in ('new_hire', 'life_event')
    group by h.team
),
weighed as (
    select
        h.team,
        h.department,
        h.headcount,
        b.headcount as headcount_before,
        case when h.headcount >= $min_group then coalesce(n.carried, 0) / h.headcount end as need
    from here as h
    left join week_before as b on b.team = h.team
    left join needs as n on n.team = h.team
),
placed as (
    select
        w.*,
        row_number() over (order by w.need desc nulls last, case when w.need is not null then w.headcount end desc, w.team) as place,
        count(*) over () as teams
    from weighed as w
),
shown as (
    select
        p.place,
        p.teams,
        p.team,
        p.department,
        case when p.headcount >= $min_group then p.headcount end as headcount,
        p.need,
        k.tag,
        case when p.headcount >= $min_group then cast(coalesce(d.people, 0) as integer) end as people,
        case when p.headcount >= $min_group then coalesce(d.people, 0) / p.headcount end as share,
        case when p.headcount_before >= $min_group then cast(coalesce(d.people_before, 0) as integer) end as people_before,
        case when p.headcount_before >= $min_group then coalesce(d.people_before, 0) / p.headcount_before end as share_before
    from placed as p
    cross join tags as k
    left join held as d on d.team = p.team and d.tag = k.tag
    where p.place > $skip and p.place <= $skip + $size
    order by p.place, k.sort, k.tag
)
select * from shown
