-- mentee_progress: one row per pair of mentor and mentee (employee_id) that lasts, with the mentee's change of performance beside comparable newcomers
-- grain: employee_id, mentor_id
-- truth: a share is a share | standing between 0 and 1
-- truth: nothing is compared with fewer than five | peer_change is null or peers >= 5
-- truth: no figure of somebody who objected to scoring | not objected or (performance is null and peer_change is null)
-- weeks: completed weeks since the first Monday at work.  performance: per worked day over the last 4 of them, before: over the 4
-- before those; each needs 5 worked days.  Comparable are the others of the same role (of the same line where there is no role) who were
-- hired in the last 18 months, at the same number of weeks.  peer_change: their mean change; standing: the share of them with a smaller one.
with
people as (select * from employees),
week_facts as (select * from employee_weeks),
objections as (select employee_id from app_choices where choice = 'no_scoring'),
lasting as (
    select p.employee_id, p.mentor_id, max(p.since) as since
    from mentor_pairs as p
    where p.until is null and p.since >= cast($as_of - interval '24' month as date)
    group by p.employee_id, p.mentor_id
),
newcomers as (
    select
        p.employee_id,
        coalesce(p.role, p.business_line, '') as kin,
        cast(date_trunc('week', p.hire_date + 6) as date) as first_monday,
        p.leave_date
    from people as p
    anti join objections as o on o.employee_id = p.employee_id
    where p.hire_date >= cast($as_of - interval '18' month as date)
),
by_tenure as (
    select
        w.employee_id,
        cast((w.week - n.first_monday) / 7 as integer) as nth,
        w.worked_days,
        w.performance * w.worked_days as measure
    from week_facts as w
    join newcomers as n on n.employee_id = w.employee_id
    where w.worked_days > 0 and w.performance is not null
        and w.week >= n.first_monday and w.week < n.first_monday + 182 and w.week + 6 <= $as_of
),
mentees as (
    select l.*, n.kin, cast((cast(date_trunc('week', $as_of + 1) as date) - n.first_monday) / 7 as integer) as weeks
    from lasting as l
    join newcomers as n on n.employee_id = l.employee_id
),
asked as (select distinct m.kin, m.weeks from mentees as m where m.weeks between 8 and 26),
sums as (
    select
        n.employee_id,
        a.kin,
        a.weeks,
        sum(case when t.nth >= a.weeks - 4 then t.measure end) as late_measure,
        sum(case when t.nth >= a.weeks - 4 then t.worked_days end) as late_days,
        sum(case when t.nth < a.weeks - 4 then t.measure end) as early_measure,
        sum(case when t.nth < a.weeks - 4 then t.worked_days end) as early_days
    from asked as a
    join newcomers as n on n.kin = a.kin
    join by_tenure as t on t.employee_id = n.employee_id
    where t.nth >= a.weeks - 8 and t.nth < a.weeks
        and n.first_monday + 7 * a.weeks <= $as_of + 1
        and (n.leave_date is null or n.leave_date >= n.first_monday + 7 * a.weeks - 3)
    group by n.employee_id, a.kin, a.weeks
),
changes as (
    select
        s.employee_id,
        s.kin,
        s.weeks,
        s.late_measure / s.late_days as performance,
        s.early_measure / s.early_days as before,
        s.late_measure / s.late_days - s.early_measure / s.early_days as change
    from sums as s
    where s.late_days >= 5 and s.early_days >= 5
),
ranked as (
    select
        c.*,
        count(*) over (partition by c.kin, c.weeks) - 1 as peers,
        sum(c.change) over (partition by c.kin, c.weeks) - c.change as peers_sum,
        rank() over (partition by c.kin, c.weeks order by c.change) - 1 as below,
        count(*) over (partition by c.kin, c.weeks, c.change) - 1 as level
    from changes as c
),
known as (
    select
        l.employee_id,
        l.mentor_id,
        mentee.name as mentee_name,
        mentor.name as mentor_name,
        mentee.team,
        mentee.hire_date,
        s.metric,
        l.since,
        o.employee_id is not null as objected,
        m.weeks,
        r.performance,
        r.before,
        r.change,
        cast(coalesce(r.peers, 0) as integer) as peers,
        case when r.peers >= 5 then r.peers_sum / r.peers end as peer_change,
        case when r.peers >= 5 then (r.below + r.level / 2.0) / r.peers end as standing
    from lasting as l
    join people as mentee on mentee.employee_id = l.employee_id
    join people as mentor on mentor.employee_id = l.mentor_id
    left join business_lines as s on s.business_line = coalesce(mentee.business_line, '')
    left join objections as o on o.employee_id = l.employee_id
    left join mentees as m on m.employee_id = l.employee_id and m.mentor_id = l.mentor_id
    left join ranked as r on r.employee_id = l.employee_id and r.kin = m.kin and r.weeks = m.weeks
    order by l.employee_id, l.mentor_id
)
select * from known
