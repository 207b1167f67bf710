-- talks: one row per talk, without a word of what was said
-- grain: talk
-- truth: nothing lies after the day of the build | talked_on <= $as_of
with
imported_talks as (select * from src_talks where talked_on <= $as_of),
people as (select * from employees),
known as (
    select t.employee_id, t.talked_on, t.hr_id, t.minutes, t.tag, t.felt_cared
    from imported_talks as t
    join people as p on p.employee_id = t.employee_id
    order by t.employee_id, t.talked_on, t.hr_id, t.minutes, t.tag, t.felt_cared
)
select * from known
