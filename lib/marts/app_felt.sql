-- app_felt: one row per logged talk of which the employee said whether it helped
-- grain: talk_id
-- truth: an answer is yes or no | felt is not null
with
said as (select * from src_app_felt),
people as (select * from employees),
known as (
    select s.*
    from said as s
    join people as p on p.employee_id = s.employee_id
    order by s.talk_id
)
select * from known
