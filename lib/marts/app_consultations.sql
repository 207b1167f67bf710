-- app_consultations: one row per consultation that a person logged in the app and did not take back
-- grain: consultation_id
-- truth: a score is 0 to 100 | score between 0 and 100
with
logged as (select * from src_app_consultations where day <= $as_of),
people as (select * from employees),
known as (
    select l.*
    from logged as l
    join people as p on p.employee_id = l.employee_id
    order by l.employee_id, l.day, l.logged_at, l.consultation_id
)
select * from known
