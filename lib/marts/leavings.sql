-- leavings: one row per person whose notice or leaving is known on $as_of: since when, and the kind of leaving where it is recorded
-- grain: employee_id
-- truth: notice comes before the last day | left_on is null or given_on <= left_on
-- given_on is the day of notice, else the last working day: from then on it is known.
with
imported_people as (select * from src_employees),
people as (select * from employees),
known as (
    select
        p.employee_id,
        coalesce(p.notice_date, p.leave_date) as given_on,
        p.leave_date as left_on,
        i.leave_type as kind
    from people as p
    join imported_people as i on i.employee_id = p.employee_id
    where p.notice_date is not null or p.leave_date is not null
    order by p.employee_id
)
select * from known
