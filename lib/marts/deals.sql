-- deals: one row per deal or opportunity known on the day of the build
-- grain: deal
-- truth: a closed deal has its day | stage = 'open' or closed_on is not null
-- truth: nothing lies after the day of the build | closed_on <= $as_of
with
imported_deals as (select * from src_deals),
known as (
    select d.employee_id, d.closed_on, d.amount, d.customer_id, d.stage, d.segment, d.product, d.engaged_on, d.deal_id
    from imported_deals as d
    where (d.closed_on is null or d.closed_on <= $as_of) and (d.engaged_on is null or d.engaged_on <= $as_of)
    order by d.employee_id, d.closed_on, d.deal_id, d.customer_id, d.product, d.amount, d.engaged_on, d.stage, d.segment
)
select * from known
