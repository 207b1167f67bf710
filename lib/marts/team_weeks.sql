-- team_weeks: one row per team and week (Monday) in which the team had people
-- grain: team, week
-- truth: a week begins on Monday | isodow(week) = 1
-- truth: a team that has a row has people | headcount > 0
-- truth: a rate is a share | rejection_rate between 0 and 1
-- truth: nobody works more than seven days a week | worked_days <= 7 * people_working
-- headcount: people employed on any day of the week.  performance: the line's measure per worked day over the whole team.
-- tags_held is completed when the tags are known.
with
people as (select * from employees),
weeks as (select * from employee_weeks),
team_facts as (select * from teams),
span as (
    select
        coalesce(min(w.week), cast(date_trunc('week', $as_of) as date)) as first_week,
        cast(date_trunc('week', $as_of) as date) as last_week
    from weeks as w
),
calendar as (
    select cast(g.week as date) as week
    from span as s
    cross join generate_series(cast(s.first_week as timestamp), cast(s.last_week as timestamp), interval '7' day) as g (week)
),
-- +1 in the week of hiring, -1 in the week after the last one: running totals are the people employed in a week
comings as (
    select p.team, greatest(cast(date_trunc('week', p.hire_date) as date), s.first_week) as week, count(*) as people
    from people as p
    cross join span as s
    where p.hire_date <= $as_of and (p.leave_date is null or p.leave_date >= s.first_week)
    group by p.team, greatest(cast(date_trunc('week', p.hire_date) as date), s.first_week)
),
goings as (
    select p.team, cast(date_trunc('week', p.leave_date) as date) + 7 as week, -count(*) as people
    from people as p
    cross join span as s
    where p.hire_date <= $as_of and p.leave_date >= s.first_week and p.leave_date <= $as_of
    group by p.team, cast(date_trunc('week', p.leave_date) as date) + 7
),
moves as (
    select m.team, m.week, sum(m.people) as people
    from (select * from comings union all select * from goings) as m
    group by m.team, m.week
),
every_week as (select t.team, c.week from team_facts as t cross join calendar as c),
counted as (
    select e.team, e.week, sum(coalesce(m.people, 0)) over (partition by e.team order by e.week) as headcount
    from every_week as e
    left join moves as m on m.team = e.team and m.week = e.week
),
worked as (
    select
        w.team,
        w.week,
        sum(w.performance * w.worked_days) as measure,
        sum(case when w.performance is not null then w.worked_days end) as measured_days,
        sum(w.answered) as answered,
        sum(w.rejected) as rejected,
        -- the rejected calls that the people's own rates count, as whole calls again
        sum(round(w.rejection_rate * w.answered)) as rejected_of_answered,
        sum(w.late_evenings) as late_evenings,
        count(case when w.worked_days > 0 then 1 end) as people_working,
        sum(w.worked_days) as worked_days
    from weeks as w
    group by w.team, w.week
),
team_week as (
    select
        c.team,
        c.week,
        cast(c.headcount as integer) as headcount,
        case when w.measured_days > 0 then w.measure / w.measured_days end as performance,
        case when w.answered > 0 then w.rejected_of_answered / w.answered end as rejection_rate,
        cast(coalesce(w.late_evenings, 0) as integer) as late_evenings,
        cast(0 as integer) as tags_held,
        t.department,
        t.business_line,
        cast(coalesce(w.people_working, 0) as integer) as people_working,
        cast(coalesce(w.worked_days, 0) as integer) as worked_days,
        cast(w.answered as integer) as answered,
        cast(w.rejected as integer) as rejected
    from counted as c
    join team_facts as t on t.team = c.team
    left join worked as w on w.team = c.team and w.week = c.week
    where c.headcount > 0
    order by c.team, c.week
)
select * from team_week
