-- peer_contacts: one row per person and day (or Monday of a week) with the number of contacts with colleagues
-- grain: employee_id, contacted_on
-- truth: nothing lies after the day of the build | contacted_on <= $as_of
-- truth: a number of contacts is not below zero | contacts >= 0
with
imported as (select * from src_peer_contacts where contacted_on <= $as_of),
people as (select employee_id from employees),
known as (
    select i.employee_id, i.contacted_on, cast(i.contacts as integer) as contacts
    from imported as i
    join people as p on p.employee_id = i.employee_id
    order by i.employee_id, i.contacted_on
)
select * from known
