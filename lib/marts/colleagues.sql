-- colleagues: one row per active person: who works together in a team
-- grain: employee_id
-- truth: everybody works somewhere | team is not null
with
people as (select * from employees),
there as (
    select p.team, p.employee_id, p.name
    from people as p
    where p.active and p.team is not null
    order by p.team, p.employee_id
)
select * from there
