-- risk_signs_now: one row per person and rule sign that holds now, people with most signs first
-- roles: hr   grain: person
-- $gone list                 people who object to scoring now
-- $most whole                at most so many people
-- > employee_id text person  who
-- > name text person         name
-- > team text                team
-- > sign text                down_3_months, frequent_leave, pressure_talk or fewer_contacts
-- > since date               since when
-- > evidence text            the numbers that say so, as JSON
-- > signs whole              how many signs the person has
-- > people whole             people with a sign in all
with
held as (
    select g.*, e.name, e.team, count(*) over (partition by g.employee_id) as signs
    from risk_signs as g
    join employees as e on e.employee_id = g.employee_id
    where e.active and not list_contains($gone, g.employee_id)
),
places as (select h.*, dense_rank() over (order by h.signs desc, h.employee_id) as place from held as h),
counts as (select count(distinct h.employee_id) as people from held as h)
select
    p.employee_id, p.name, p.team, p.sign, p.since, cast(p.evidence as varchar) as evidence, cast(p.signs as bigint) as signs,
    cast(c.people as bigint) as people
from places as p
cross join counts as c
where p.place <= $most
order by p.place, p.sign
