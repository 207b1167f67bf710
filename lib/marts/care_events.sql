-- care_events: one row per step that a card went through
-- grain: event_id
-- truth: an event has its moment | "at" is not null
with
events as (select * from src_care_events),
cards as (select * from care_cards),
known as (
    select e.event_id, c.employee_id, e.card_id, e.at, e.who, e.what
    from events as e
    join cards as c on c.card_id = e.card_id
    order by e.event_id
)
select * from known
