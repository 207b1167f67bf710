-- care_cards: one row per card that told HR to look after somebody
-- grain: card_id
-- truth: a closed card has its day, an open one has none | (closed_on is not null) = (state in ('done', 'declined', 'expired'))
with
raised_cards as (select * from src_care_cards),
people as (select * from employees),
known as (
    select r.*
    from raised_cards as r
    join people as p on p.employee_id = r.employee_id
    order by r.employee_id, r.raised_on, r.card_id
)
select * from known
