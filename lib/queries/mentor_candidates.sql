-- mentor_candidates: one row per experienced person who may be a mentor: of the teams asked for, and the best 60 of each role asked for
-- roles: hr   grain: person
-- $since date                     pairs that began on this day or later count as mentees now
-- $experienced date               hired before this day
-- $probation whole                days of the probation
-- $teams list                     teams of the newcomers
-- $roles list                     their roles
-- $lines list                     their business lines
-- $gone list                      employee_ids to leave out: people who objected since the build
-- > employee_id text person       the person
-- > name text person              name
-- > team text                     team
-- > role text                     role; '' when unknown
-- > line text                     business line; '' when unknown
-- > city text                     region; '' when unknown
-- > hire_date date                first day at work
-- > performance number            per worked day over the last 8 completed weeks (10 worked days or more)
-- > team_performance number       the median of the team over the same weeks
-- > late_evenings number          a week over the same weeks
-- > mentees whole                 mentees now
-- > past whole                    mentees whose probation is over
-- > passed whole                  of them stayed beyond it
with
day as (select b.as_of, cast(date_trunc('week', b.as_of + 1) as date) as week_after from build_info as b),
lately as (
    select
        w.employee_id,
        sum(w.performance * w.worked_days) / nullif(sum(case when w.performance is not null then w.worked_days end), 0) as performance,
        sum(w.late_evenings) * 1.0 / count(*) as late_evenings
    from employee_weeks as w
    cross join day as d
    where w.week >= d.week_after - 56 and w.week < d.week_after and w.worked_days > 0
    group by w.employee_id
    having sum(w.worked_days) >= 10
),
scored as (
    select e.*, l.performance, l.late_evenings, median(l.performance) over (partition by e.team) as team_performance
    from employees as e
    left join lately as l on l.employee_id = e.employee_id
    where e.active
),
able as (
    select
        s.*,
        row_number() over (
            partition by coalesce(s.role, s.business_line)
            order by s.performance / nullif(s.team_performance, 0) desc nulls last, s.employee_id
        ) as place
    from scored as s
    where s.hire_date < $experienced
        and (list_contains($roles, s.role) or list_contains($lines, s.business_line))
        and s.employee_id not in (select c.employee_id from app_choices as c where c.choice = 'no_scoring')
        and not list_contains($gone, s.employee_id)
),
guided as (
    select
        p.mentor_id,
        count(distinct case when p.until is null and p.since >= $since then p.employee_id end) as mentees,
        count(distinct case when m.hire_date + $probation <= d.as_of then p.employee_id end) as past,
        count(distinct case when m.hire_date + $probation <= d.as_of and (m.leave_date is null or m.leave_date >= m.hire_date + $probation)
            then p.employee_id end) as passed
    from mentor_pairs as p
    join employees as m on m.employee_id = p.employee_id
    cross join day as d
    where p.since < m.hire_date + $probation
    group by p.mentor_id
),
candidates as (
    select
        a.employee_id,
        a.name,
        a.team,
        coalesce(a.role, '') as role,
        coalesce(a.business_line, '') as line,
        coalesce(a.region, '') as city,
        a.hire_date,
        cast(a.performance as double) as performance,
        cast(a.team_performance as double) as team_performance,
        cast(a.late_evenings as double) as late_evenings,
        cast(coalesce(g.mentees, 0) as bigint) as mentees,
        cast(coalesce(g.past, 0) as bigint) as past,
        cast(coalesce(g.passed, 0) as bigint) as passed
    from able as a
    left join guided as g on g.mentor_id = a.employee_id
    where a.place <= 60 or list_contains($teams, a.team)
    order by a.employee_id
)
select * from candidates
