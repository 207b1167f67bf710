-- mentor_sessions: one row per session of mentor and mentee (employee_id) that both confirmed, from files and the app
-- grain: session
-- truth: nothing lies after the day of the build | held_on <= $as_of
with
imported as (
    select employee_id, mentor_id, held_on, kind, minutes
    from src_mentor_sessions
    where held_on <= $as_of and coalesce(confirmed, true)
),
in_app as (
    select employee_id, mentor_id, held_on, kind, minutes
    from src_app_sessions
    where held_on <= $as_of and confirmed
),
people as (select * from employees),
held as (
    select * from imported
    union all
    select * from in_app
),
known as (
    select h.employee_id, h.mentor_id, h.held_on, h.kind, cast(h.minutes as double) as minutes
    from held as h
    join people as p on p.employee_id = h.employee_id
    order by h.employee_id, h.held_on, h.mentor_id, h.kind, h.minutes
)
select * from known
