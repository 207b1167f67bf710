-- story_care_weeks: one row per completed week, the 12 up to the one shown, oldest first: cares on the table, of all, of a department or of one team
-- roles: presenter   grain: group
-- $week date          Monday of the week shown
-- $department text    only this department; '' for all
-- $nth whole          only the team at this place among all teams by name; 0 for all
-- > week date         Monday of the week
-- > people whole      people employed in the week
-- > done whole        cares given in the week
-- > open whole        on its last day: due, with time left
-- > overdue whole     on its last day: past the due day and still worth a talk
-- > came_due whole    cares whose due day lay in the week
-- > kept whole        of them given by then
with
places as (select t.team, row_number() over (order by t.team) as nth from teams as t),
-- teams below the smallest group count in a total only where those of the same department are such a group together, as in glance_care
groups as (
    select
        w.team,
        w.week,
        w.headcount,
        w.headcount >= $min_group as large,
        w.headcount >= $min_group or sum(case when w.headcount < $min_group then w.headcount end)
            over (partition by w.week, coalesce(w.department, '')) >= $min_group as counted
    from team_weeks as w
    where w.week between $week - 77 and $week and ($department = '' or w.department = $department)
),
summed as (
    select
        g.week,
        sum(g.headcount) as people,
        sum(c.done) as done,
        sum(c.open) as open,
        sum(c.overdue) as overdue,
        sum(c.came_due) as came_due,
        sum(c.kept) as kept
    from groups as g
    join care_weeks as c on c.team = g.team and c.week = g.week
    join places as p on p.team = g.team
    where case when $nth = 0 then g.counted else p.nth = $nth and g.large end
    group by g.week
)
select
    s.week, cast(s.people as bigint) as people, cast(s.done as bigint) as done, cast(s.open as bigint) as open, cast(s.overdue as bigint) as overdue,
    cast(s.came_due as bigint) as came_due, cast(s.kept as bigint) as kept
from summed as s
where s.people >= $min_group
order by s.week
