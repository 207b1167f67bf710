-- glance_care: one row per completed week, the 12 up to the one shown, oldest first: cares that were on the table, and how they were kept up with
-- roles: boss, hr, presenter   grain: group
-- $week date          Monday of the week shown
-- $department text    only this department; '' for all
-- > week date         Monday of the week
-- > done whole        cares given in the week
-- > open whole        on its last day: due, with time left
-- > overdue whole     on its last day: past the due day and still worth a talk
-- > came_due whole    cares whose due day lay in the week
-- > kept whole        of them given by then
-- > cares whole       talks about a tag in the week
-- > people whole      people who work here on its last day
with
-- teams below the smallest group count in a total only where those of the same department are such a group together
groups as (
    select
        w.team,
        w.week,
        w.headcount,
        w.headcount >= $min_group or sum(case when w.headcount < $min_group then w.headcount end)
            over (partition by w.week, coalesce(w.department, '')) >= $min_group as counted
    from team_weeks as w
    where w.week > $week - 7 * 12 and w.week <= $week and ($department = '' or w.department = $department)
),
summed as (
    select
        g.week,
        sum(g.headcount) as headcount,
        sum(c.done) as done,
        sum(c.open) as open,
        sum(c.overdue) as overdue,
        sum(c.came_due) as came_due,
        sum(c.kept) as kept,
        sum(c.cares) as cares,
        sum(c.people) as people
    from groups as g
    join care_weeks as c on c.team = g.team and c.week = g.week
    where g.counted
    group by g.week
),
shown as (
    select
        s.week,
        cast(s.done as bigint) as done,
        cast(s.open as bigint) as open,
        cast(s.overdue as bigint) as overdue,
        cast(s.came_due as bigint) as came_due,
        cast(s.kept as bigint) as kept,
        cast(s.cares as bigint) as cares,
        cast(s.people as bigint) as people
    from summed as s
    where s.headcount >= $min_group
    order by s.week
)
select * from shown
