-- goal_people: one row per person employed in the months around $as_of, with the days that are planned
-- grain: employee_id
-- truth: the plan has a letter for every day | length(plan) = plan_days
-- truth: a week has seven days | week_days between 0 and 7
-- truth: the running counts are those of the letters | planned_to[plan_days] = length(translate(plan, 'lhsn.', '')) and usual_to[plan_days] = length(translate(plan, 'x.', '')) and open_to[plan_days] = length(translate(plan, 'xh.', ''))
-- truth: a plan knows its letters | length(translate(plan, 'Wxwlhsn.', '')) = 0
-- plan: one letter a day from first_day on.  W worked, x worked on a day that is not usual, w to be worked (or missed), l leave,
-- h holiday, s rested (a rest on record, or swapped for a day marked x in the same week), n not employed, . no usual day.
-- Planned days are W, x and w; what is usual are all but x and the dot; what is open are the usual ones without h.
-- Leave of less than a day, and a day on leave on which work was done, are planned days.
-- planned_to, usual_to, open_to: for each day of the plan how many such days there are up to and with it (adding up a hundred thousand
-- plans by their letters takes too long).
-- files_hold_calls, files_hold_deals: on $as_of itself, so that what was logged in the app on that day is not counted beside them.
-- Days worked are only told where attendance, calls or daily totals are recorded; elsewhere usual days are planned.
with
span as (
    select
        least(cast(date_trunc('month', $as_of) as date), cast(date_trunc('week', $as_of) as date)) as first_day,
        greatest(last_day($as_of + 14), cast(date_trunc('week', $as_of + 14) as date) + 6) as final_day
),
people as (
    select p.*, coalesce(p.business_line, '') as line
    from employees as p
    cross join span as s
    where p.hire_date <= s.final_day and (p.leave_date is null or p.leave_date >= s.first_day)
),
weekdays as (select * from goal_weekdays),
line_days as (select business_line, day, off from goal_line_days cross join span where day between span.first_day and span.final_day),
days as (select * from employee_days cross join span where work_date >= span.first_day),
asked_leave as (select * from leave_requests),
recorded_rest as (
    select distinct p.person_no, a.work_date as day
    from src_attendance as a
    join people as p on p.employee_id = a.employee_id
    cross join span as s
    where a.result = 'rest' and a.work_date between s.first_day and $as_of
),
recorders as (select * from goal_recorders),
on_leave as (
    select d.person_no, d.work_date as day from days as d where not d.worked and (d.result = 'leave' or d.leave_hours > 0)
    union
    select p.person_no, l.day
    from asked_leave as a
    join people as p on p.employee_id = a.employee_id
    join line_days as l on l.business_line = p.line and l.day between a.starts_on and a.ends_on
),
each_day as (
    select
        p.person_no,
        l.day,
        date_trunc('week', l.day) as week,
        k.weekday is not null as usual,
        p.hire_date <= l.day and (p.leave_date is null or p.leave_date >= l.day) as employed,
        coalesce(d.worked and r.person_no is not null, false) as worked,
        v.day is not null as away,
        t.day is not null as rested,
        l.off
    from people as p
    join line_days as l on l.business_line = p.line
    left join weekdays as k on k.person_no = p.person_no and k.weekday = isodow(l.day)
    left join recorders as r on r.person_no = p.person_no
    left join days as d on d.person_no = p.person_no and d.work_date = l.day
    left join on_leave as v on v.person_no = p.person_no and v.day = l.day
    left join recorded_rest as t on t.person_no = p.person_no and t.day = l.day
),
lettered as (
    select
        e.person_no,
        e.day,
        e.week,
        case
            when e.worked and e.usual then 'W'
            when e.worked then 'x'
            when not e.usual then '.'
            when not e.employed then 'n'
            when e.off then 'h'
            when e.away then 'l'
            when e.rested then 's'
            else 'w'
        end as letter
    from each_day as e
),
-- a usual day that was not worked, in a week with a day worked beyond the usual ones, was swapped for it
swapped as (
    select
        t.*,
        case when t.letter = 'w' and t.day <= $as_of
            and row_number() over (partition by t.person_no, t.week, t.letter order by t.day)
                <= sum(case when t.letter = 'x' then 1 else 0 end) over (partition by t.person_no, t.week)
            then 's' else t.letter end as final_letter
    from lettered as t
),
running as (
    select
        w.person_no,
        w.day,
        w.final_letter,
        cast(sum(case when w.final_letter in ('W', 'x', 'w') then 1 else 0 end) over (partition by w.person_no order by w.day) as smallint) as planned_to,
        cast(sum(case when w.final_letter not in ('x', '.') then 1 else 0 end) over (partition by w.person_no order by w.day) as smallint) as usual_to,
        cast(sum(case when w.final_letter not in ('x', '.', 'h') then 1 else 0 end) over (partition by w.person_no order by w.day) as smallint) as open_to
    from swapped as w
),
plans as (
    select
        r.person_no,
        string_agg(r.final_letter, '' order by r.day) as plan,
        array_agg(r.planned_to order by r.day) as planned_to,
        array_agg(r.usual_to order by r.day) as usual_to,
        array_agg(r.open_to order by r.day) as open_to
    from running as r
    group by r.person_no
),
files as (
    select d.person_no, coalesce(d.dials, d.answered, d.effective, d.intents) is not null as calls, coalesce(d.deals, 0) > 0 as deals
    from days as d
    where d.work_date = $as_of
),
a_week as (select k.person_no, count(*) as week_days from weekdays as k group by k.person_no),
planned as (
    select
        p.employee_id,
        p.team,
        p.department,
        p.role,
        p.business_line,
        coalesce(p.role, p.business_line, '') as peers,
        p.hire_date,
        p.leave_date,
        p.active,
        r.person_no is not null as recorded,
        cast(coalesce(a.week_days, 0) as integer) as week_days,
        s.first_day,
        cast(datediff('day', s.first_day, s.final_day) + 1 as integer) as plan_days,
        q.plan,
        q.planned_to,
        q.usual_to,
        q.open_to,
        coalesce(f.calls, false) as files_hold_calls,
        coalesce(f.deals, false) as files_hold_deals,
        p.person_no
    from people as p
    cross join span as s
    join plans as q on q.person_no = p.person_no
    left join recorders as r on r.person_no = p.person_no
    left join a_week as a on a.person_no = p.person_no
    left join files as f on f.person_no = p.person_no
    order by p.person_no
)
select * from planned
