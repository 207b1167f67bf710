-- risk_followed: one row per intervention in scope and horizon: what became of the person, and the chance today
-- roles: hr   grain: person
-- > intervention_id text       which
-- > employee_id text person    for whom
-- > days whole                 30, 60 or 90 after it was opened
-- > state text                 stayed, left or open (too early, or it cannot be known)
-- > p60_now number             chance of notice within 60 days today; null when not scored
with
outcomes as (select * from risk_outcomes),
scores as (select * from risk_scores),
shown as (
    select o.intervention_id, o.employee_id, cast(o.days as bigint) as days, o.state, cast(s.p60 as double) as p60_now
    from outcomes as o
    left join scores as s on s.employee_id = o.employee_id
    order by o.employee_id, o.intervention_id, o.days
)
select * from shown
