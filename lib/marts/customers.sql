-- customers: one row per customer
-- grain: customer_id
-- truth: every customer has a number | customer_id is not null
with
imported_customers as (select * from src_customers),
known as (
    select
        c.customer_id, c.name, c.owner_id, c.region, c.segment, c.satisfaction, c.last_purchase_on, c.replacement_due_on
    from imported_customers as c
    order by c.customer_id
)
select * from known
