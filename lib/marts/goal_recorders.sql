-- goal_recorders: one row per person whose attendance, calls or daily totals were recorded in the last 9 weeks
-- grain: person_no
-- truth: a person has a number | person_no > 0
-- Only for these people is it known on which days they worked; a deal that closes on a day does not say that others were free.
with
people as (select person_no, employee_id from employees),
seen as (
    select a.employee_id from src_attendance as a where a.work_date between $as_of - 62 and $as_of
    union
    select a.employee_id from src_activity_days as a where a.work_date between $as_of - 62 and $as_of
    union
    select c.employee_id from src_calls as c where cast(c.started_at as date) between $as_of - 62 and $as_of
)
select p.person_no from people as p join seen as s on s.employee_id = p.employee_id
