-- risk_known: one row per person and week (Monday) of employment: every feature, from facts dated before that Monday only
-- grain: person_no, week
-- n preceding is the week that ended n weeks before the Monday, so the current row and what follows is never looked at.
-- Figures are rounded to six places: sums of fractions depend on their order, and the order on how many rows there are.
with
facts as (
    select f.*, f.performance * f.measured_days as measure, g.done, g.due
    from risk_facts as f
    left join risk_goals as g on g.person_no = f.person_no and g.week = f.week
),
leave_known as (select min(d.work_date) as since from employee_days as d where d.result = 'leave' or d.leave_hours > 0),
requests_known as (select min(r.starts_on) as since from leave_requests as r),
talks_known as (select min(t.talked_on) as since from talks as t),
tickets_known as (select min(t.opened_on) as since from tickets as t),
recorded as (
    select
        l.since as leave_since,
        r.since as requests_since,
        t.since as talks_since,
        i.since as tickets_since,
        (select min(f.week) from risk_facts as f) as first_week
    from leave_known as l
    cross join requests_known as r
    cross join talks_known as t
    cross join tickets_known as i
),
promoted as (select employee_id, promoted_on from promotions),
windows as (
    select
        f.person_no,
        f.week,
        f.team,
        f.line,
        f.hire_date,
        sum(f.measure) over m1 / nullif(sum(f.measured_days) over m1, 0) as month_1,
        sum(f.measure) over m2 / nullif(sum(f.measured_days) over m2, 0) as month_2,
        sum(f.measure) over m3 / nullif(sum(f.measured_days) over m3, 0) as month_3,
        sum(f.measure) over m4 / nullif(sum(f.measured_days) over m4, 0) as month_4,
        sum(f.measure) over own as own_measure,
        sum(f.measured_days) over own as own_days,
        regr_slope(f.performance, datediff('day', date '2000-01-03', f.week) / 7) over w8 as slope,
        avg(f.performance) over w8 as slope_level,
        count(f.performance) over w8 as slope_weeks,
        max(f.fall) over m1 % 100 as weeks_down,
        sum(f.due) over m1 as due,
        sum(f.done) over m1 as done,
        sum(f.late_evenings) over m1 / nullif(sum(f.clocked_out) over m1, 0) as late_evenings_4w,
        sum(f.late_evenings) over w8 / nullif(sum(f.clocked_out) over w8, 0) as late_evenings_8w,
        sum(f.late_arrivals) over w8 / nullif(sum(f.clocked_in) over w8, 0) as late_arrivals_8w,
        sum(f.leave_days) over w8 as leave_days_8w,
        sum(f.leave_times) over w13 as leave_times_13w,
        sum(f.leave_days) over w13 as leave_days_13w,
        sum(f.unplanned) over w8 as unplanned_8w,
        sum(f.answered) over m1 as answered,
        sum(f.rejected) over m1 as rejected,
        sum(f.answered) over own as own_answered,
        sum(f.rejected) over own as own_rejected,
        sum(f.tags_begun) over w8 as tags_begun,
        sum(f.contacts) over m1 as contacts,
        count(f.contacts) over m1 as contact_weeks,
        sum(f.contacts) over own as own_contacts,
        count(f.contacts) over own as own_contact_weeks,
        sum(f.contact_days) over m1 as contact_days,
        sum(f.contact_days) over own as own_contact_days,
        sum(f.tickets) over past as tickets_open,
        sum(f.overdue) over past as tickets_overdue,
        sum(f.pairs) over past as pairs,
        sum(f.sessions) over m1 as sessions,
        sum(f.talks) over w8 as talks,
        max(f.last_worked) over past as last_worked,
        max(f.pressure_on) over past as pressure_on,
        max(f.pay_on) over past as pay_on,
        max(f.promotion_on) over past as promotion_on,
        max(f.training_on) over past as training_on,
        max(f.climate_on) over past as climate_on,
        max(f.leaving_on) over past as leaving_on
    from facts as f
    window
        m1 as (partition by f.person_no order by f.week rows between 4 preceding and 1 preceding),
        m2 as (partition by f.person_no order by f.week rows between 8 preceding and 5 preceding),
        m3 as (partition by f.person_no order by f.week rows between 12 preceding and 9 preceding),
        m4 as (partition by f.person_no order by f.week rows between 16 preceding and 13 preceding),
        own as (partition by f.person_no order by f.week rows between 30 preceding and 5 preceding),
        w8 as (partition by f.person_no order by f.week rows between 8 preceding and 1 preceding),
        w13 as (partition by f.person_no order by f.week rows between 13 preceding and 1 preceding),
        past as (partition by f.person_no order by f.week rows between unbounded preceding and 1 preceding)
),
-- only people who are employed in that week have a row here: these are the team of that week
usual as (
    select
        w.team,
        w.week,
        case when count(w.month_1) >= 3 then median(w.month_1) end as performance,
        case when count(case when w.answered >= 20 then 1 end) >= 3 then median(case when w.answered >= 20 then w.rejected / w.answered end)
        end as rejection
    from windows as w
    where w.hire_date < w.week
    group by w.team, w.week
),
-- how many of a team left of their own accord in the year before (turnover is a rate of a year; a team sees one or two in less), against the company's rate, drawn towards 1 where little is known
leavers as (
    select f.team, cast(date_trunc('week', l.given_on) as date) as week, count(*) as people
    from leavings as l
    join employees as p on p.employee_id = l.employee_id
    join (select distinct person_no, team from risk_facts) as f on f.person_no = p.person_no
    where coalesce(l.kind, '') <> 'involuntary'
    group by f.team, cast(date_trunc('week', l.given_on) as date)
),
present as (select f.team, f.week, count(*) as people from risk_facts as f group by f.team, f.week),
team_weeks_left as (
    select t.team, w.week, coalesce(a.people, 0) as people, coalesce(l.people, 0) as left_then
    from (select distinct team from risk_facts) as t
    cross join (select distinct week from risk_facts) as w
    left join present as a on a.team = t.team and a.week = w.week
    left join leavers as l on l.team = t.team and l.week = w.week
),
years as (
    select
        t.team,
        t.week,
        sum(t.people) over (partition by t.team order by t.week rows between 52 preceding and 1 preceding) as people,
        sum(t.left_then) over (partition by t.team order by t.week rows between 52 preceding and 1 preceding) as left_then
    from team_weeks_left as t
),
turnover as (
    select
        h.team,
        h.week,
        (h.left_then + 5) / (h.people * sum(h.left_then) over (partition by h.week) / sum(h.people) over (partition by h.week) + 5) as left_more
    from years as h
),
tags_of as (
    select p.person_no, e.tag, e.since, coalesce(e.until, date '9999-12-31') as until
    from tag_episodes as e
    join employees as p on p.employee_id = e.employee_id
    where e.tag in ('new_hire', 'performance_dip', 'high_pressure', 'client_trouble')
),
-- Trouble with customers is true again after days off when the first day back says so, and then the days off belong to it: on the Sunday
-- nobody knows.  So it is held until a worked day ends it; the others end on days that are known before.
holding as (
    select w.person_no, w.week, count(distinct t.tag) as tags
    from windows as w
    join tags_of as t on t.person_no = w.person_no and t.since < w.week
        and t.until >= case when t.tag = 'client_trouble' then coalesce(w.last_worked, w.week - 1) else w.week - 1 end
    group by w.person_no, w.week
),
known as (
    select
        w.person_no,
        p.employee_id,
        w.week,
        w.team,
        cast(datediff('day', r.first_week, w.week) // 7 as integer) as weeks_of_history,
        round((w.week - w.hire_date) / 30.4375, 6) as tenure_months,
        w.line,
        -- A promotion that came later took the place of the one before in the staff list: then the time since hiring is all that is known.
        round((w.week - greatest(w.hire_date, case when m.promoted_on < w.week then m.promoted_on else w.hire_date end)) / 30.4375, 6)
            as promotion_months,
        case when w.own_days >= 15 and w.own_measure > 0 then round(w.month_1 / (w.own_measure / w.own_days) - 1, 6) end as performance_own,
        case when u.performance > 0 then round(w.month_1 / u.performance - 1, 6) end as performance_team,
        case when w.slope_weeks >= 5 and w.slope_level > 0 then round(w.slope / w.slope_level, 6) end as performance_slope,
        cast(w.weeks_down as double) as weeks_down,
        case
            when w.month_1 is null or w.month_2 is null then null
            when w.month_1 < (1 - {down}) * w.month_2 and w.month_2 < (1 - {down}) * w.month_3 and w.month_3 < (1 - {down}) * w.month_4 then 3.0
            when w.month_1 < (1 - {down}) * w.month_2 and w.month_2 < (1 - {down}) * w.month_3 then 2.0
            when w.month_1 < (1 - {down}) * w.month_2 then 1.0
            else 0.0
        end as months_down,
        case when w.due > 0 then round(w.done / w.due, 6) end as goal_attainment,
        round(w.late_evenings_4w, 6) as late_evenings_4w,
        round(w.late_evenings_8w, 6) as late_evenings_8w,
        round(w.late_arrivals_8w, 6) as late_arrivals_8w,
        case when r.leave_since < w.week then cast(coalesce(w.leave_days_8w, 0) as double) end as leave_days_8w,
        case when r.leave_since < w.week then cast(coalesce(w.leave_times_13w, 0) as double) end as leave_times_13w,
        case when r.requests_since < w.week - 56 then cast(coalesce(w.unplanned_8w, 0) as double) end as unplanned_days_8w,
        case when w.answered >= 20 and w.own_answered >= 60 then round(w.rejected / w.answered - w.own_rejected / w.own_answered, 6) end as rejection_own,
        case when w.answered >= 20 then round(w.rejected / w.answered - u.rejection, 6) end as rejection_team,
        cast(coalesce(h.tags, 0) as double) as tags_now,
        cast(coalesce(w.tags_begun, 0) as double) as tags_8w,
        case when w.contact_weeks >= 2 and w.own_contact_weeks >= 4 and w.own_contacts > 0
            then round((w.contacts / w.contact_days) / (w.own_contacts / w.own_contact_days) - 1, 6)
        end as contacts_change,
        case when r.tickets_since < w.week then cast(coalesce(w.tickets_open, 0) as double) end as tickets_open,
        case when r.tickets_since < w.week then cast(coalesce(w.tickets_overdue, 0) as double) end as tickets_overdue,
        case when w.pairs > 0 then cast(coalesce(w.sessions, 0) as double) end as mentor_sessions_4w,
        round(o.left_more, 6) as team_left_52w,
        case when r.talks_since < w.week then round(coalesce(w.talks, 0) * 30.4375 / 56, 6) end as talks_month,
        case when r.talks_since < w.week then case when w.week - w.pressure_on <= {said_days} then 1.0 else 0.0 end end as said_pressure,
        case when r.talks_since < w.week then case when w.week - w.pay_on <= {said_days} then 1.0 else 0.0 end end as said_pay,
        case when r.talks_since < w.week then case when w.week - w.promotion_on <= {said_days} then 1.0 else 0.0 end end as said_promotion,
        case when r.talks_since < w.week then case when w.week - w.training_on <= {said_days} then 1.0 else 0.0 end end as said_training,
        case when r.talks_since < w.week then case when w.week - w.climate_on <= {said_days} then 1.0 else 0.0 end end as said_climate,
        case when r.talks_since < w.week then case when w.week - w.leaving_on <= {said_days} then 1.0 else 0.0 end end as said_leaving,
        cast(coalesce(h.tags, 0) as integer) as tags_held,
        -- what the signs tell beside the features
        cast(coalesce(w.leave_days_13w, 0) as integer) as leave_days_13w,
        w.month_1,
        w.month_2,
        w.month_3,
        w.month_4,
        w.contacts / w.contact_days as contacts_a_day,
        w.own_contacts / w.own_contact_days as own_contacts_a_day
    from windows as w
    join employees as p on p.person_no = w.person_no
    cross join recorded as r
    left join promoted as m on m.employee_id = p.employee_id
    left join usual as u on u.team = w.team and u.week = w.week
    left join turnover as o on o.team = w.team and o.week = w.week
    left join holding as h on h.person_no = w.person_no and h.week = w.week
    where w.hire_date < w.week
)
select * from known
