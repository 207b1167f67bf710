-- employee_weeks: one row per person and week (Monday) with work or leave
-- grain: employee_id, week
-- truth: a week has seven days | worked_days between 0 and 7
-- truth: a week begins on Monday | isodow(week) = 1
-- truth: performance needs a worked day | performance is null or worked_days > 0
-- truth: a rate is a share | rejection_rate between 0 and 1
-- truth: late evenings are worked days | late_evenings <= worked_days
-- performance: the line's measure per worked day.  A week without an entry counts as 0 while the line records the measure
-- (between its first and last recorded week), and as unknown before and after.  The rejection rate leaves out days on which
-- rejected calls were counted and answered ones were not.
with
people as (select employee_id, person_no, team, coalesce(business_line, '') as business_line from employees),
weeks as (select * from week_sums),
lines as (select * from business_lines),
measured as (
    select
        p.employee_id,
        p.team,
        w.*,
        l.first_week,
        l.last_week,
        case l.metric
            when 'revenue' then w.revenue
            when 'effective' then w.effective
            when 'deals' then w.deals
            when 'answered' then w.answered
            when 'dials' then w.dials
            when 'intents' then w.intents
        end as measure
    from weeks as w
    join people as p on p.person_no = w.person_no
    join lines as l on l.business_line = p.business_line
),
judged as (
    select
        m.employee_id,
        m.week,
        m.worked_days,
        case when m.worked_days > 0
            then coalesce(m.measure, case when m.week between m.first_week and m.last_week then 0 end) / m.worked_days
        end as performance,
        case when m.answered > 0 then m.rejected_of_answered / m.answered end as rejection_rate,
        m.revenue,
        m.late_evenings,
        m.dials,
        m.answered,
        m.rejected,
        m.effective,
        m.intents,
        m.deals,
        m.team,
        m.person_no
    from measured as m
    order by m.person_no, m.week
)
select * from judged
