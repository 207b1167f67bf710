-- risk_interventions: one row per intervention that was opened for a person because of the risk that they leave
-- grain: intervention_id
-- truth: an intervention is open until its last day | (closed_on is null) = (state = 'open')
-- truth: it is due on its first day or later | due >= opened_on
-- truth: a chance lies between 0 and 1 | p60_then between 0 and 1
-- Whoever objects to scoring has none here.
with
made as (select * from src_app_interventions where opened_on <= $as_of),
people as (select * from employees),
objections as (select employee_id from app_choices where choice = 'no_scoring'),
known as (
    select
        m.intervention_id,
        m.employee_id,
        m.kind,
        m.feature,
        m.owner,
        m.opened_on,
        m.due,
        -- what was closed after $as_of is open on that day
        case when m.closed_on > $as_of then 'open' else m.state end as state,
        case when m.closed_on <= $as_of then m.closed_on end as closed_on,
        m.p60_then
    from made as m
    join people as p on p.employee_id = m.employee_id
    where m.employee_id not in (select o.employee_id from objections as o)
    order by m.employee_id, m.opened_on, m.intervention_id
)
select * from known
