-- talks: one row per talk, imported or logged in the app, without a word of what was said
-- grain: talk
-- truth: nothing lies after the day of the build | talked_on <= $as_of
with
imported_talks as (select * from src_talks where talked_on <= $as_of),
logged_talks as (select * from src_care_talks where talked_on <= $as_of),
felt as (select talk_id, employee_id, felt from src_app_felt),
people as (select * from employees),
all_talks as (
    -- The kind of support, never the words about it; null: none on record.
    select i.employee_id, i.talked_on, i.hr_id, i.minutes, i.tag, nullif(i.support, 'none') as support, i.felt_cared
    from imported_talks as i
    union all
    -- How it felt is the employee's to say: their own answer, where they gave one; a tag or a support of '' is none.
    select l.employee_id, l.talked_on, l.hr as hr_id, l.minutes, nullif(l.tag, '') as tag, nullif(l.support, '') as support, f.felt as felt_cared
    from logged_talks as l
    left join felt as f on f.talk_id = l.talk_id and f.employee_id = l.employee_id
),
known as (
    select t.employee_id, t.talked_on, t.hr_id, t.minutes, t.tag, t.support, t.felt_cared
    from all_talks as t
    join people as p on p.employee_id = t.employee_id
    order by t.employee_id, t.talked_on, t.hr_id, t.minutes, t.tag, t.support, t.felt_cared
)
select * from known
