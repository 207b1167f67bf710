-- promotions: one row per person whose last promotion is known on $as_of
-- grain: employee_id
-- truth: nothing lies after the day of the build | promoted_on <= $as_of
-- The staff list keeps the last promotion alone: what was before it is not known any more.
with
imported as (select * from src_employees where last_promotion_date <= $as_of),
people as (select employee_id from employees),
known as (
    select i.employee_id, i.last_promotion_date as promoted_on
    from imported as i
    join people as p on p.employee_id = i.employee_id
    order by i.employee_id
)
select * from known
