-- risk_held: one row per rise of the risk that nobody was told of, because the person was drawn for measuring false alarms
-- grain: employee_id, due
-- truth: an outcome is a word of the closed list | state in ('stayed', 'left', 'open')
-- state is what became of the person within 60 days after held_on, counted as in risk_outcomes.
with
held as (select * from src_app_risk_held where held_on <= $as_of),
people as (select * from employees),
gone as (select employee_id, given_on, coalesce(kind, '') = 'involuntary' as dismissed from leavings),
objections as (select employee_id from app_choices where choice = 'no_scoring'),
told as (
    select
        h.employee_id,
        h.due,
        h.held_on,
        h.share,
        case
            when g.given_on < h.held_on + 60 and not g.dismissed then 'left'
            when g.given_on < h.held_on + 60 then 'open'
            when h.held_on + 60 <= $as_of + 1 then 'stayed'
            else 'open'
        end as state
    from held as h
    join people as p on p.employee_id = h.employee_id
    left join gone as g on g.employee_id = h.employee_id
    where h.employee_id not in (select o.employee_id from objections as o)
    order by h.employee_id, h.due
)
select * from told
