-- risk_rises: one row per scored person in scope: the last time the band became high, if it did within the weeks that are kept
-- roles: hr   grain: person
-- > employee_id text person   who
-- > since date                day by whose end the band had become high after not being high; null when it never did
-- > until date                last day before it was no longer high; null while it is
-- > standing number           share of these rises whose chance is at most as large today
with
weeks as (select w.employee_id, cast(w.week as date) as week, w.band from risk_weeks as w),
scores as (select s.employee_id, s.p60 from risk_scores as s),
people as (select * from employees),
beside as (
    select w.employee_id, w.week, w.band, lag(w.band) over (partition by w.employee_id order by w.week) as band_before
    from weeks as w
),
begun as (
    select b.employee_id, max(b.week) as week
    from beside as b
    where b.band = 'high' and b.band_before <> 'high'
    group by b.employee_id
),
ended as (
    select b.employee_id, min(w.week) as ended_on
    from begun as b
    join weeks as w on w.employee_id = b.employee_id
    where w.week > b.week and w.band <> 'high'
    group by b.employee_id
),
risen as (
    -- a week knows what was dated before its Monday: what it says was so by the Sunday
    select b.employee_id, b.week - 1 as since, e.ended_on - 2 as until, cume_dist() over (order by s.p60) as standing
    from begun as b
    join scores as s on s.employee_id = b.employee_id
    left join ended as e on e.employee_id = b.employee_id
),
shown as (
    select s.employee_id, cast(r.since as date) as since, cast(r.until as date) as until, coalesce(r.standing, 0.0) as standing
    from scores as s
    join people as p on p.employee_id = s.employee_id
    left join risen as r on r.employee_id = s.employee_id
    where p.active
    order by s.employee_id
)
select * from shown
