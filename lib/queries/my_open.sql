-- my_open: one row per open customer of the viewer: an intent or an open deal, with what is known of it
-- roles: employee, mentor   grain: person
-- > intent_key text         the customer's number, or what tells a deal without a customer
-- > customer_id text        the customer's number; null for a deal without one
-- > customer_name text person what the customer is called
-- > intent_on date          day of the last intent; null when only a deal is open
-- > open_deals whole        deals that are open
-- > engaged_on date         day on which the last of them was opened
-- > amount number           yuan, of the biggest open deal
-- > product text            what it is about
-- > contacts whole          times that the customer was reached in the last 180 days
-- > last_contact date       the last of them, else the day the deal was opened; null when nobody knows
-- > objection text          what the customer objected to last
-- > satisfaction number     as in the company's file
with
mine as (
    select
        i.intent_key,
        i.customer_id,
        i.customer_name,
        i.intent_on,
        i.open_deals,
        i.engaged_on,
        cast(i.amount as double) as amount,
        i.product,
        i.contacts,
        i.last_contact,
        i.objection,
        cast(i.satisfaction as double) as satisfaction
    from open_intents as i
    order by i.intent_key
)
select * from mine
