-- morale_trend: one row per week, oldest first: the morale index, mean over the people of all teams that are shown
-- roles: boss, lead, hr, presenter   grain: group
-- $department text       only this department; '' for all
-- > week date            Monday of the week
-- > value number         index 0–100; null when no team has one
-- > people whole         people of the teams that have one
-- > teams whole          how many teams that are
select
    w.week,
    sum(w.value * w.headcount) / nullif(sum(case when w.value is not null then w.headcount end), 0) as value,
    cast(coalesce(sum(case when w.value is not null then w.headcount end), 0) as bigint) as people,
    count(w.value) as teams
from morale_weeks as w
join teams as t on t.team = w.team
where w.headcount >= $min_group and ($department = '' or t.department = $department)
group by w.week
order by w.week
