-- story_pace_weeks: one row per completed week, the 12 up to the one shown, oldest first: how far the week's goals were reached, of all, a department or one team
-- roles: presenter   grain: group
-- $week date          Monday of the week shown
-- $department text    only this department; '' for all
-- $nth whole          only the team at this place among all teams by name; 0 for all
-- > week date         Monday of the week
-- > share number      done of what the goals asked for, mean over people of the teams of which that is told (as glance_pace)
-- > people whole      people in these teams
-- > teams whole       how many teams that are
with
places as (select t.team, t.department, row_number() over (order by t.team) as nth from teams as t)
select
    w.week,
    sum(p.raw * w.headcount) / sum(w.headcount) as share,
    cast(sum(w.headcount) as bigint) as people,
    count(*) as teams
from morale_weeks as w
join places as l on l.team = w.team
join morale_parts as p on p.team = w.team and p.week = w.week and p.part = 'pace'
where w.headcount >= $min_group and w.week between $week - 77 and $week and p.raw is not null
    and ($department = '' or l.department = $department) and ($nth = 0 or l.nth = $nth)
group by w.week
order by w.week
