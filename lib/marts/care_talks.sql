-- care_talks: one row per talk that was logged in the app, without a word of what was said
-- grain: talk_id
-- truth: a talk takes no less than no time | minutes >= 0
-- truth: an impression is a word of the closed list | impression in ('better', 'same', 'worse', 'unsure')
with
logged_talks as (select * from src_care_talks),
people as (select * from employees),
known as (
    select l.*
    from logged_talks as l
    join people as p on p.employee_id = l.employee_id
    order by l.employee_id, l.talked_on, l.talk_id
)
select * from known
