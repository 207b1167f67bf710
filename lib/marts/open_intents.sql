-- open_intents: one row per person and customer (or deal without one) that is open: an intent or an open deal, and nothing closed since
-- grain: employee_id, intent_key
-- truth: nothing lies after the day of the build | last_contact <= $as_of
-- truth: who is open was contacted or has a deal | contacts > 0 or open_deals > 0
-- An intent is a call or a logged consultation that ended as an intent in the last {suggest_days} days; a later rejection, deal or lost
-- deal of the same person and customer closes it.  A deal is open while its stage says so, however old it is.
with
people as (select employee_id from employees where active),
customer_names as (select customer_id, name, satisfaction from customers),
contacts as (
    select c.employee_id, c.customer_id, cast(c.started_at as date) as day, c.started_at as moment, c.outcome, c.objection
    from src_calls as c
    where c.customer_id is not null and c.outcome <> 'no_answer' and c.started_at < $as_of + interval '1' day
        and c.started_at >= $as_of - interval '180' day
    union all
    -- moments of the ledger are UTC
    select l.employee_id, l.customer_id, l.day, l.logged_at + interval '8' hour as moment, l.outcome, nullif(l.objection, '') as objection
    from app_consultations as l
    where l.customer_id is not null
),
intents as (
    select c.employee_id, c.customer_id, max(c.moment) as moment, max(c.day) as day
    from contacts as c
    where c.outcome = 'intent' and c.day > $as_of - {suggest_days}
    group by c.employee_id, c.customer_id
),
open_deals as (
    select
        d.employee_id,
        coalesce(d.customer_id, 'deal:' || coalesce(d.deal_id, d.product, '')) as intent_key,
        max(d.customer_id) as customer_id,
        count(*) as open_deals,
        max(d.engaged_on) as engaged_on,
        max(d.amount) as amount,
        max(d.product) as product
    from deals as d
    where d.stage = 'open'
    group by d.employee_id, coalesce(d.customer_id, 'deal:' || coalesce(d.deal_id, d.product, ''))
),
closed_by_call as (
    select distinct c.employee_id, c.customer_id
    from contacts as c
    join intents as i on i.employee_id = c.employee_id and i.customer_id = c.customer_id
    where c.outcome in ('rejected', 'deal') and c.moment > i.moment
),
closed_by_deal as (
    select distinct d.employee_id, d.customer_id
    from deals as d
    join intents as i on i.employee_id = d.employee_id and i.customer_id = d.customer_id
    where d.stage <> 'open' and d.closed_on >= i.day
),
open_by_intent as (
    select i.employee_id, i.customer_id, i.day
    from intents as i
    left join closed_by_call as c on c.employee_id = i.employee_id and c.customer_id = i.customer_id
    left join closed_by_deal as d on d.employee_id = i.employee_id and d.customer_id = i.customer_id
    where c.employee_id is null and d.employee_id is null
),
everything as (
    select
        coalesce(i.employee_id, o.employee_id) as employee_id,
        coalesce(i.customer_id, o.intent_key) as intent_key,
        coalesce(i.customer_id, o.customer_id) as customer_id,
        i.day as intent_on,
        coalesce(o.open_deals, 0) as open_deals,
        o.engaged_on,
        o.amount,
        o.product
    from open_by_intent as i
    full join open_deals as o on o.employee_id = i.employee_id and o.customer_id = i.customer_id
),
spoken as (
    select
        e.employee_id,
        e.intent_key,
        count(*) as contacts,
        max(c.day) as last_contact,
        max(c.moment) as last_moment
    from everything as e
    join contacts as c on c.employee_id = e.employee_id and c.customer_id = e.customer_id
    group by e.employee_id, e.intent_key
),
objected as (
    select o.employee_id, o.customer_id, o.objection
    from (
        select
            c.employee_id, c.customer_id, c.objection,
            row_number() over (partition by c.employee_id, c.customer_id order by c.moment desc, c.objection) as newest
        from contacts as c
        where c.objection is not null
    ) as o
    where o.newest = 1
),
known as (
    select
        e.employee_id,
        e.intent_key,
        e.customer_id,
        n.name as customer_name,
        e.intent_on,
        cast(e.open_deals as integer) as open_deals,
        e.engaged_on,
        e.amount,
        e.product,
        cast(coalesce(s.contacts, 0) as integer) as contacts,
        coalesce(s.last_contact, e.engaged_on) as last_contact,
        o.objection,
        n.satisfaction
    from everything as e
    join people as p on p.employee_id = e.employee_id
    left join customer_names as n on n.customer_id = e.customer_id
    left join spoken as s on s.employee_id = e.employee_id and s.intent_key = e.intent_key
    left join objected as o on o.employee_id = e.employee_id and o.customer_id = e.customer_id
    order by e.employee_id, e.intent_key
)
select * from known
