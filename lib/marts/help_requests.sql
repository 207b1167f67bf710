-- help_requests: one row per request for help, without its words; moments in the company's local time
-- grain: request
-- truth: an answer comes after the question | answered_at is null or answered_at >= asked_at
with
imported as (
    select employee_id, mentor_id, asked_at, answered_at, topic, cast(null as boolean) as escalated
    from src_help_requests
),
in_app as (
    select employee_id, mentor_id, asked_at + interval '8' hour as asked_at, answered_at + interval '8' hour as answered_at, topic, escalated
    from src_app_help
),
people as (select * from employees),
asked as (
    select * from imported
    union all
    select * from in_app
),
known as (
    select
        a.employee_id,
        a.mentor_id,
        a.asked_at,
        case when cast(a.answered_at as date) <= $as_of then a.answered_at end as answered_at,
        a.topic,
        a.escalated
    from asked as a
    join people as p on p.employee_id = a.employee_id
    where cast(a.asked_at as date) <= $as_of
    order by a.employee_id, a.asked_at, a.mentor_id
)
select * from known
