-- employee_days: one row per person and day with work, leave or money, up to $as_of
-- grain: employee_id, work_date
-- truth: a day is worked or carries leave, absence or money | worked or coalesce(result, '') in ('leave', 'absent') or leave_hours > 0 or revenue <> 0 or deals > 0
-- truth: no more calls are answered than made | answered <= dials
-- truth: no more calls are rejected than answered | rejected <= answered
-- truth: nothing lies after the day of the build | work_date <= $as_of
-- truth: a late evening is a worked day with a check-out after the limit | not late_evening or (worked and check_out > work_date)
-- The call counts of a person and day come from one source: the daily totals where they give any of them, else the single
-- calls (answered = rejected + effective + intents + deals there).  Deals and revenue: daily totals where they give the value,
-- else won deals for people who have any, else calls.
-- Worked: a punch, a result that means presence (a missing punch alone does not) or counted work.  A deal that closes, or money
-- that is booked, on a day off is kept but is no work; it is where nobody clocks in, or where money is all that is recorded.
with
people as (select employee_id, person_no from employees),
imported_attendance as (select * from src_attendance where work_date <= $as_of),
imported_activity as (select * from src_activity_days where work_date <= $as_of),
imported_calls as (select * from src_calls where cast(started_at as date) <= $as_of),
imported_deals as (select * from src_deals where stage = 'won' and closed_on <= $as_of),
clocked_in as (
    select distinct a.employee_id
    from src_attendance as a
    semi join imported_deals as d on d.employee_id = a.employee_id
    where a.work_date <= $as_of
),
attendance as (
    select
        p.person_no,
        a.work_date,
        a.check_in,
        a.check_out,
        a.late_minutes,
        a.leave_hours,
        -- a kind of leave says that it is leave, unless somebody came
        case when a.leave_type is not null and a.check_in is null and a.check_out is null
            and coalesce(a.result in ('rest', 'missing_punch'), true) then 'leave' else a.result end as result,
        a.check_in is not null
        or a.check_out is not null
        or coalesce(a.result not in ('leave', 'absent', 'rest', 'missing_punch'), false) as present,
        coalesce(a.result in ('leave', 'absent', 'rest'), false) as day_off,
        coalesce(a.result = 'leave' or a.result = 'absent', false)
        or coalesce(a.leave_hours, 0) > 0
        or a.leave_type is not null as away,
        coalesce(a.check_out > a.work_date + interval '{late_after_minutes}' minute, false) as late_evening
    from imported_attendance as a
    join people as p on p.employee_id = a.employee_id
),
activity as (
    select
        p.person_no,
        a.work_date,
        a.dials,
        a.answered,
        a.rejected,
        a.effective,
        a.intents,
        a.deals,
        a.revenue,
        a.follow_up_minutes,
        coalesce(a.dials, a.answered, a.rejected, a.effective, a.intents) is not null as counted
    from imported_activity as a
    join people as p on p.employee_id = a.employee_id
),
calls_of_the_day as (
    select
        p.person_no,
        cast(c.started_at as date) as work_date,
        count(*) as dials,
        count(case when c.outcome <> 'no_answer' then 1 end) as answered,
        count(case when c.outcome = 'rejected' then 1 end) as rejected,
        count(case when c.outcome = 'effective' then 1 end) as effective,
        count(case when c.outcome = 'intent' then 1 end) as intents,
        count(case when c.outcome = 'deal' then 1 end) as deals,
        coalesce(sum(case when c.outcome = 'deal' then c.amount end), 0) as revenue
    from imported_calls as c
    join people as p on p.employee_id = c.employee_id
    group by p.person_no, cast(c.started_at as date)
),
deals_of_the_day as (
    select
        p.person_no,
        d.closed_on as work_date,
        count(*) as deals,
        coalesce(sum(d.amount), 0) as revenue,
        max(case when c.employee_id is null then 1 else 0 end) = 1 as is_work
    from imported_deals as d
    join people as p on p.employee_id = d.employee_id
    left join clocked_in as c on c.employee_id = d.employee_id
    group by p.person_no, d.closed_on
),
closers as (select distinct d.person_no from deals_of_the_day as d),
sold as (
    select
        coalesce(a.person_no, c.person_no) as person_no,
        coalesce(a.work_date, c.work_date) as work_date,
        case when a.counted then a.dials else c.dials end as dials,
        case when a.counted then a.answered else c.answered end as answered,
        case when a.counted then a.rejected else c.rejected end as rejected,
        case when a.counted then a.effective else c.effective end as effective,
        case when a.counted then a.intents else c.intents end as intents,
        a.deals as deals_of_totals,
        a.revenue as revenue_of_totals,
        c.deals as deals_of_calls,
        c.revenue as revenue_of_calls,
        a.follow_up_minutes
    from activity as a
    full join calls_of_the_day as c on c.person_no = a.person_no and c.work_date = a.work_date
),
sold_and_closed as (
    select
        coalesce(s.person_no, d.person_no) as person_no,
        coalesce(s.work_date, d.work_date) as work_date,
        s.dials,
        s.answered,
        s.rejected,
        s.effective,
        s.intents,
        case when k.person_no is not null then coalesce(s.deals_of_totals, d.deals, 0)
            else coalesce(s.deals_of_totals, s.deals_of_calls) end as deals,
        case when k.person_no is not null then coalesce(s.revenue_of_totals, d.revenue, 0)
            else coalesce(s.revenue_of_totals, s.revenue_of_calls) end as revenue,
        s.follow_up_minutes,
        coalesce(s.deals_of_totals, s.deals_of_calls) as counted_deals,
        s.revenue_of_totals as booked,
        coalesce(d.is_work, false) as closing_is_work
    from sold as s
    full join deals_of_the_day as d on d.person_no = s.person_no and d.work_date = s.work_date
    left join closers as k on k.person_no = coalesce(s.person_no, d.person_no)
),
every_day as (
    select
        coalesce(s.person_no, t.person_no) as person_no,
        coalesce(s.work_date, t.work_date) as work_date,
        s.dials,
        s.answered,
        s.rejected,
        s.effective,
        s.intents,
        s.deals,
        s.revenue,
        s.follow_up_minutes,
        s.counted_deals,
        s.booked,
        coalesce(s.closing_is_work, false) as closing_is_work,
        t.check_in,
        t.check_out,
        t.late_minutes,
        t.leave_hours,
        t.result,
        coalesce(t.day_off, false) as day_off,
        coalesce(t.present, false) as present,
        coalesce(t.away, false) as away,
        coalesce(t.late_evening, false) as late_evening
    from sold_and_closed as s
    full join attendance as t on t.person_no = s.person_no and t.work_date = s.work_date
),
with_work as (
    select
        e.*,
        e.present
        or coalesce(e.dials, 0) > 0
        or coalesce(e.answered, 0) > 0
        or coalesce(e.rejected, 0) > 0
        or coalesce(e.effective, 0) > 0
        or coalesce(e.intents, 0) > 0
        or coalesce(e.counted_deals, 0) > 0
        or e.closing_is_work
        or (not e.day_off
            and coalesce(e.dials, e.answered, e.rejected, e.effective, e.intents, e.counted_deals) is null
            and (coalesce(e.booked, 0) > 0 or coalesce(e.follow_up_minutes, 0) > 0)) as worked
    from every_day as e
),
days as (
    select
        p.employee_id,
        w.work_date,
        w.worked,
        cast(w.dials as integer) as dials,
        cast(w.answered as integer) as answered,
        cast(w.rejected as integer) as rejected,
        cast(w.effective as integer) as effective,
        cast(w.intents as integer) as intents,
        cast(w.deals as integer) as deals,
        w.revenue,
        w.check_in,
        w.check_out,
        w.late_minutes,
        w.leave_hours,
        w.follow_up_minutes,
        w.result,
        w.late_evening,
        w.person_no
    from with_work as w
    join people as p on p.person_no = w.person_no
    where w.worked or w.away or w.revenue <> 0 or w.deals > 0
    order by w.person_no, w.work_date
)
select * from days
