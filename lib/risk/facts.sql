-- risk_facts: one row per person and week (Monday) in which the person was employed: plain facts of that week, before anything is judged
-- grain: person_no, week
-- What is dated before somebody's first week here stands in that first week.  Left out: people who objected to scoring, and people without
-- a business line where the company has lines (HR, administration).  What people say about family or health is not read at all.
with
objections as (select employee_id from app_choices where choice = 'no_scoring'),
lined as (select count(business_line) > 0 as has_lines from employees),
people as (
    select
        p.person_no,
        p.employee_id,
        p.team,
        coalesce(p.business_line, '') as line,
        coalesce(p.role, p.business_line, '') as peers,
        p.hire_date,
        p.leave_date
    from employees as p
    cross join lined as l
    anti join objections as o on o.employee_id = p.employee_id
    where p.hire_date <= $as_of and (p.business_line is not null or not l.has_lines)
),
span as (
    select
        coalesce(min(w.week), cast(date_trunc('week', $as_of + 1) as date)) as first_week,
        cast(date_trunc('week', $as_of + 1) as date) as last_week
    from employee_weeks as w
),
calendar as (
    select cast(g.week as date) as week
    from span as s
    cross join generate_series(cast(s.first_week as timestamp), cast(s.last_week as timestamp), interval '7' day) as g (week)
),
begun as (
    select p.*, greatest(cast(date_trunc('week', p.hire_date) as date), s.first_week) as first_week
    from people as p
    cross join span as s
),
grid as (
    select b.person_no, b.team, b.line, b.peers, b.hire_date, c.week
    from begun as b
    join calendar as c on c.week >= b.first_week and (b.leave_date is null or c.week <= b.leave_date)
),
-- the line's measure counts only in weeks in which the line recorded any: an empty week may be filled in later
line_weeks as (
    select coalesce(p.business_line, '') as line, w.week
    from employee_weeks as w
    join employees as p on p.person_no = w.person_no
    group by coalesce(p.business_line, ''), w.week
    having max(w.performance) > 0
),
weeks as (
    select
        w.person_no,
        w.week,
        w.worked_days,
        case when l.week is not null then w.performance end as performance,
        w.answered,
        round(w.rejection_rate * w.answered) as rejected,
        w.dials,
        w.effective,
        w.intents,
        w.deals,
        w.revenue
    from employee_weeks as w
    join people as p on p.person_no = w.person_no
    left join line_weeks as l on l.line = p.line and l.week = w.week
),
-- weeks with three worked days or more, and how many in a row each lay more than {down} below the one before
counted as (
    select
        w.person_no,
        w.week,
        row_number() over (partition by w.person_no order by w.week) as nth,
        case when w.performance < (1 - {down}) * lag(w.performance) over (partition by w.person_no order by w.week) then 0 else 1 end as held
    from weeks as w
    where w.worked_days >= 3 and w.performance is not null
),
falls as (
    select
        c.person_no,
        c.week,
        c.nth,
        c.nth - max(case when c.held = 1 then c.nth end) over (
            partition by c.person_no order by c.week rows between unbounded preceding and current row
        ) as in_a_row
    from counted as c
),
day_sums as (
    select
        d.person_no,
        cast(date_trunc('week', d.work_date) as date) as week,
        count(case when d.worked and d.check_out is not null then 1 end) as clocked_out,
        count(case when d.late_evening then 1 end) as late_evenings,
        count(case when d.worked and d.check_in is not null then 1 end) as clocked_in,
        count(case when d.worked and d.check_in is not null and (coalesce(d.late_minutes, 0) > 0 or coalesce(d.result, '') in ('late', 'late_early'))
            then 1 end) as late_arrivals,
        count(case when d.result = 'leave' or d.leave_hours > 0 then 1 end) as leave_days,
        max(case when d.worked then d.work_date end) as last_worked
    from employee_days as d
    group by d.person_no, cast(date_trunc('week', d.work_date) as date)
),
away as (
    select
        d.person_no,
        d.employee_id,
        d.work_date,
        d.result,
        coalesce(d.result = 'absent', false) as absent,
        d.result in ('leave', 'absent') and not d.worked as whole_day
    from employee_days as d
    where d.result in ('leave', 'absent') or d.leave_hours > 0
),
asked_for as (
    select distinct a.person_no, a.work_date
    from away as a
    join leave_requests as r on r.employee_id = a.employee_id and a.work_date between r.starts_on and r.ends_on
    where a.result = 'leave'
),
absences as (
    select
        a.person_no,
        a.work_date,
        a.whole_day and q.work_date is null as unplanned,
        -- a weekend in between does not make two times of one
        not a.absent and coalesce(a.work_date - lag(a.work_date) over (partition by a.person_no, a.absent order by a.work_date) > 4, true) as begins
    from away as a
    left join asked_for as q on q.person_no = a.person_no and q.work_date = a.work_date
),
happenings as (
    select person_no, work_date as day, 'leave_begins' as kind, 1 as n from absences where begins
    union all
    select person_no, work_date, 'unplanned', 1 from absences where unplanned
    union all
    select p.person_no, t.talked_on, 'talk', 1 from talks as t join people as p on p.employee_id = t.employee_id
    where coalesce(t.tag, '') not in ('life_event', 'family_care')
    union all
    select p.person_no, s.talked_on, s.signal, 1 from talk_signals as s join people as p on p.employee_id = s.employee_id
    where s.signal in ('pressure', 'pay', 'promotion', 'training', 'climate', 'leaving')
    union all
    select p.person_no, e.since, 'tag_begins', 1 from tag_episodes as e join people as p on p.employee_id = e.employee_id
    where e.tag in ('new_hire', 'performance_dip', 'high_pressure', 'client_trouble')
    union all
    select p.person_no, c.contacted_on, 'contact', c.contacts from peer_contacts as c join people as p on p.employee_id = c.employee_id
    union all
    select p.person_no, s.held_on, 'session', 1 from mentor_sessions as s join people as p on p.employee_id = s.employee_id
    union all
    -- running sums of these are the pairs that last, the tickets that are open, and those of them that are overdue
    select p.person_no, m.since, 'pair', 1 from mentor_pairs as m join people as p on p.employee_id = m.employee_id
    union all
    select p.person_no, m.until + 1, 'pair', -1 from mentor_pairs as m join people as p on p.employee_id = m.employee_id where m.until is not null
    union all
    select p.person_no, t.opened_on, 'ticket', 1 from tickets as t join people as p on p.employee_id = t.employee_id
    union all
    select p.person_no, t.closed_on, 'ticket', -1 from tickets as t join people as p on p.employee_id = t.employee_id where t.closed_on is not null
    union all
    select p.person_no, t.due_on + 1, 'overdue', 1 from tickets as t join people as p on p.employee_id = t.employee_id
    where t.due_on is not null and (t.closed_on is null or t.closed_on > t.due_on)
    union all
    select p.person_no, t.closed_on, 'overdue', -1 from tickets as t join people as p on p.employee_id = t.employee_id where t.closed_on > t.due_on
),
happened as (
    select
        h.person_no,
        greatest(cast(date_trunc('week', h.day) as date), b.first_week) as week,
        sum(case when h.kind = 'leave_begins' then h.n end) as leave_times,
        sum(case when h.kind = 'unplanned' then h.n end) as unplanned,
        sum(case when h.kind = 'talk' then h.n end) as talks,
        sum(case when h.kind = 'tag_begins' then h.n end) as tags_begun,
        sum(case when h.kind = 'contact' then h.n end) as contacts,
        sum(case when h.kind = 'session' then h.n end) as sessions,
        sum(case when h.kind = 'pair' then h.n end) as pairs,
        sum(case when h.kind = 'ticket' then h.n end) as tickets,
        sum(case when h.kind = 'overdue' then h.n end) as overdue,
        max(case when h.kind = 'pressure' then h.day end) as pressure_on,
        max(case when h.kind = 'pay' then h.day end) as pay_on,
        max(case when h.kind = 'promotion' then h.day end) as promotion_on,
        max(case when h.kind = 'training' then h.day end) as training_on,
        max(case when h.kind = 'climate' then h.day end) as climate_on,
        max(case when h.kind = 'leaving' then h.day end) as leaving_on
    from happenings as h
    join begun as b on b.person_no = h.person_no
    group by h.person_no, greatest(cast(date_trunc('week', h.day) as date), b.first_week)
),
facts as (
    select
        g.person_no,
        g.team,
        g.line,
        g.peers,
        g.hire_date,
        g.week,
        w.performance,
        case when w.performance is not null then w.worked_days end as measured_days,
        w.worked_days,
        w.answered,
        w.rejected,
        w.dials,
        w.effective,
        w.intents,
        w.deals,
        w.revenue,
        f.nth * 100 + least(f.in_a_row, 99) as fall,
        d.clocked_out,
        d.late_evenings,
        d.clocked_in,
        d.late_arrivals,
        d.leave_days,
        d.last_worked,
        h.leave_times,
        h.unplanned,
        h.talks,
        h.tags_begun,
        h.contacts,
        -- a week with a holiday has fewer contacts and fewer days; where days are not recorded a week has five
        case when h.contacts is not null then greatest(coalesce(w.worked_days, 5), 1) end as contact_days,
        h.sessions,
        h.pairs,
        h.tickets,
        h.overdue,
        h.pressure_on,
        h.pay_on,
        h.promotion_on,
        h.training_on,
        h.climate_on,
        h.leaving_on
    from grid as g
    left join weeks as w on w.person_no = g.person_no and w.week = g.week
    left join falls as f on f.person_no = g.person_no and f.week = g.week
    left join day_sums as d on d.person_no = g.person_no and d.week = g.week
    left join happened as h on h.person_no = g.person_no and h.week = g.week
)
select * from facts
