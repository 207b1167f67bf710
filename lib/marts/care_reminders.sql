-- care_reminders: one row per reason that a card was raised for; never two for one episode
-- grain: employee_id, kind, tag, due
-- truth: a reason is a word of the closed list | kind in ('tag', 'touch', 'promise', 'follow_up', 'risk')
with
reminders as (select * from src_care_reminders),
people as (select * from employees),
known as (
    select r.*
    from reminders as r
    join people as p on p.employee_id = r.employee_id
    order by r.employee_id, r.due, r.kind, r.tag
)
select * from known
