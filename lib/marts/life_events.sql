-- life_events: one row per declared event whose use the person did not refuse: its kind from the closed list and its days, no words
-- grain: employee_id, kind, event_date
-- truth: an event does not end before it begins | expires_on is null or expires_on >= event_date
with
imported_events as (select * from src_life_events where consent is distinct from false),
people as (select * from employees),
known as (
    select e.employee_id, e.kind, e.event_date, e.expires_on
    from imported_events as e
    join people as p on p.employee_id = e.employee_id
    order by e.employee_id, e.kind, e.event_date
)
select * from known
