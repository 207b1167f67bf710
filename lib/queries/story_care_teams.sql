-- story_care_teams: one row per team of a completed week, most overdue cares first: the first 60, small ones last
-- roles: presenter   grain: group
-- $week date            Monday of the week shown
-- $department text      only this department; '' for all
-- > team text           team name
-- > people whole        people employed in the week; null when the team is smaller than the smallest group shown
-- > open whole          on the last day: due, with time left
-- > overdue whole       on the last day: past the due day and still worth a talk
-- > teams_in_all whole  how many teams there are in the week
-- > small_teams whole   how many of them are too small to be shown
with
seen as (
    select w.team, w.headcount as people, w.headcount >= $min_group as shown
    from team_weeks as w
    where w.week = $week and ($department = '' or w.department = $department)
),
joined as (
    select s.*, coalesce(c.open, 0) as open, coalesce(c.overdue, 0) as overdue
    from seen as s
    left join care_weeks as c on c.team = s.team and c.week = $week
),
counted as (
    select
        j.team,
        cast(case when j.shown then j.people end as bigint) as people,
        cast(case when j.shown then j.open end as bigint) as open,
        cast(case when j.shown then j.overdue end as bigint) as overdue,
        cast(count(*) over () as bigint) as teams_in_all,
        cast(sum(case when j.shown then 0 else 1 end) over () as bigint) as small_teams
    from joined as j
)
select c.*
from counted as c
order by case when c.people is null then 1 else 0 end, c.overdue desc, c.open desc, c.team
limit 60
