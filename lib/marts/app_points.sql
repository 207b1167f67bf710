-- app_points: one row per booking of points: earned above zero, redeemed below
-- state: confirmed counts; pending was reached in the app and waits for a build; refused was not borne out by the facts of one
-- grain: employee_id, kind, ref
-- truth: a booking is worth something | points <> 0
with
booked as (select * from src_app_points),
people as (select * from employees),
known as (
    select b.*
    from booked as b
    join people as p on p.employee_id = b.employee_id
    order by b.employee_id, b.day, b.kind, b.ref
)
select * from known
