-- risk_panel: one row per person and week in which the person was at risk of leaving: features, and what came of it
-- grain: person_no, week
-- At risk: hired before the week and no notice known before it.  Notice-period rows are no rows: they would tell the model what everybody knows.
-- event_on: the first day on which a leaving by the person's own choice (or of unknown or other kind) was known.  censored_on: from that
-- day on nothing can be known: the day on which the company ended the work, else the day after the build.
-- A label is null while its days are not over, or where the company ended the work in them before anything else happened.
with
known as (select * from risk_known where weeks_of_history >= {warm_up}),
gone as (
    select p.person_no, l.given_on, coalesce(l.kind, '') = 'involuntary' as dismissed
    from leavings as l
    join employees as p on p.employee_id = l.employee_id
),
at_risk as (
    select
        k.* exclude (leave_days_13w, month_1, month_2, month_3, month_4, contacts_a_day, own_contacts_a_day),
        case when not g.dismissed then g.given_on end as event_on,
        case when g.dismissed then g.given_on else $as_of + 1 end as censored_on
    from known as k
    left join gone as g on g.person_no = k.person_no
    where (g.given_on is null or g.given_on >= k.week)
        -- who is known today to leave on a day to come needs no guess
        and (g.given_on is null or k.week < cast(date_trunc('week', $as_of + 1) as date))
),
labelled as (
    select
        r.*,
        case when r.week + 7 <= least(r.censored_on, $as_of + 1) then case when r.event_on < r.week + 7 then 1.0 else 0.0 end end as event_7,
        case when r.week + 30 <= least(r.censored_on, $as_of + 1) then case when r.event_on < r.week + 30 then 1.0 else 0.0 end end as label_30,
        case when r.week + 60 <= least(r.censored_on, $as_of + 1) then case when r.event_on < r.week + 60 then 1.0 else 0.0 end end as label_60,
        case when r.week + 90 <= least(r.censored_on, $as_of + 1) then case when r.event_on < r.week + 90 then 1.0 else 0.0 end end as label_90
    from at_risk as r
)
select l.* from labelled as l order by l.person_no, l.week
