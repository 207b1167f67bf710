-- risk_person: one row for one person in scope: who it is
-- roles: hr   grain: person
-- $id text                    employee_id
-- > employee_id text person   who
-- > name text person          name
-- > team text                 team
-- > role text                 role
-- > active flag               works here on the company's today
-- > given_on date             day from which notice or leaving is known; null without
with
one as (select e.employee_id, e.name, e.team, e.role, e.active from employees as e where e.employee_id = $id),
shown as (
    select o.employee_id, o.name, o.team, o.role, o.active, l.given_on
    from one as o
    left join leavings as l on l.employee_id = o.employee_id
)
select * from shown
