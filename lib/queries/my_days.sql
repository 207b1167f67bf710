-- my_days: one row per day of the viewer in the last 7 weeks: worked or not, and what was reached
-- roles: employee, mentor   grain: person
-- > work_date date          the day
-- > worked flag             whether it was worked
-- > effective number        effective consultations, intents and deals among them; null when the company records none
-- > intents number          intents
-- > deals number            deals
-- > revenue number          yuan
-- > calls flag              the files hold calls of the day, or their totals
-- > deal flag               the files hold a deal of the day
with
mine as (
    select
        d.work_date,
        d.worked,
        cast(case when d.effective is not null then d.effective + coalesce(d.intents, 0) + coalesce(d.deals, 0) end as double) as effective,
        cast(d.intents as double) as intents,
        cast(d.deals as double) as deals,
        cast(d.revenue as double) as revenue,
        coalesce(d.dials, d.answered, d.effective, d.intents) is not null as calls,
        coalesce(d.deals, 0) > 0 as deal
    from employee_days as d
    cross join build_info as b
    where d.work_date > b.as_of - 49
    order by d.work_date
)
select * from mine
