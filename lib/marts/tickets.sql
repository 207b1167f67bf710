-- tickets: one row per request of an employee that had been opened by $as_of, with what was known of it then
-- grain: ticket_no
-- truth: nothing lies after the day of the build | opened_on <= $as_of and (closed_on is null or closed_on <= $as_of)
-- truth: a ticket is not closed before it is opened | closed_on is null or closed_on >= opened_on
with
imported as (select * from src_tickets where opened_on <= $as_of),
people as (select employee_id from employees),
known as (
    select
        row_number() over (order by i.employee_id, i.opened_on, i.due_on, i.closed_on, i.department, i.kind, i.ticket_id) as ticket_no,
        i.employee_id,
        i.opened_on,
        i.due_on,
        case when i.closed_on <= $as_of then i.closed_on end as closed_on,
        i.department,
        i.kind
    from imported as i
    join people as p on p.employee_id = i.employee_id
    order by ticket_no
)
select * from known
