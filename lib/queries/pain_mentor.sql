-- pain_mentor: one row per mentor in scope whom a person has now
-- roles: hr   grain: person
-- $employee_id text          the mentee
-- > mentor_id text person    the mentor
with
paired as (
    select distinct m.mentor_id
    from mentor_pairs as m
    join employees as e on e.employee_id = m.mentor_id
    where m.employee_id = $employee_id and (m.until is null or m.until >= (select b.as_of from build_info as b))
    order by m.mentor_id
)
select * from paired
