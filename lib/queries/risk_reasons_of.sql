-- risk_reasons_of: one row per reason of the scores of some people, in the order in which they push upward
-- roles: hr   grain: person
-- $ids list                    employee_ids asked for; others than those in scope are left out
-- > employee_id text person    who
-- > feature text               key of the feature
-- > place whole                1 pushes up most
-- > contribution number        log-odds that it adds to the team's mean, 60 days
-- > contribution_before number the same four weeks ago; null when not scored then
-- > value number               the person's number; null when unknown or a category
-- > team_value number          the team's
-- > text text                  the category; null for numbers
-- > kept number                share of bootstrap refits in which it is among the first three
with
reasons as (select * from risk_reasons),
shown as (
    select
        r.employee_id,
        r.feature,
        cast(r.place as bigint) as place,
        cast(r.contribution as double) as contribution,
        cast(r.contribution_before as double) as contribution_before,
        cast(r.value as double) as value,
        cast(r.team_value as double) as team_value,
        cast(r.text as varchar) as text,
        cast(r.kept as double) as kept
    from reasons as r
    where list_contains($ids, r.employee_id)
    order by r.employee_id, r.place, r.feature
)
select * from shown
