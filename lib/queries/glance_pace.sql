-- glance_pace: one row per completed week up to the one shown, oldest first: how far the week's goals were reached, over the teams of which that is told
-- roles: boss, lead, hr, presenter   grain: group
-- $week date          Monday of the week shown
-- $department text    only this department; '' for all
-- > week date         Monday of the week
-- > share number      done of what the goals asked for, mean over people of the teams
-- > people whole      people in these teams
-- > teams whole       how many teams that are
select
    w.week,
    sum(p.raw * w.headcount) / sum(w.headcount) as share,
    cast(sum(w.headcount) as bigint) as people,
    count(*) as teams
from morale_weeks as w
join teams as t on t.team = w.team
join morale_parts as p on p.team = w.team and p.week = w.week and p.part = 'pace'
where w.headcount >= $min_group and w.week <= $week and p.raw is not null and ($department = '' or t.department = $department)
group by w.week
order by w.week
