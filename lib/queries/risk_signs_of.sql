-- risk_signs_of: one row per sign by rule that holds for some people now
-- roles: hr   grain: person
-- $ids list                   employee_ids asked for; others than those in scope are left out
-- > employee_id text person   who
-- > sign text                 key of the sign
-- > since date                since when
-- > evidence text             the numbers behind it, as JSON
with
signs as (select * from risk_signs),
shown as (
    select s.employee_id, s.sign, cast(s.since as date) as since, cast(s.evidence as varchar) as evidence
    from signs as s
    where list_contains($ids, s.employee_id)
    order by s.employee_id, s.since, s.sign
)
select * from shown
