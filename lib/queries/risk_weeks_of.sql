-- risk_weeks_of: one row per week of one person's last 13 weeks, by today's model on facts known then
-- roles: hr   grain: person
-- $id text         employee_id
-- > week date      Monday
-- > p60 number     chance of notice within 60 days
-- > band text      high, raised or even
with
weeks as (select * from risk_weeks),
shown as (
    select cast(w.week as date) as week, cast(w.p60 as double) as p60, w.band
    from weeks as w
    where w.employee_id = $id
    order by w.week
)
select * from shown
