-- reward_people: one row per team in scope that one of the asked people is in: who of them
-- roles: hr, lead   grain: person  lead: own team
-- $ids list                   employee_ids asked for; others than those in scope are left out
-- > team text                 team name
-- > employee_ids text person  who, as a JSON list
-- > names text person         their names, as a JSON list in the same order
select
    e.team,
    cast(to_json(list(e.employee_id order by e.employee_id)) as varchar) as employee_ids,
    cast(to_json(list(e.name order by e.employee_id)) as varchar) as names
from employees as e
where list_contains($ids, e.employee_id) and e.active
group by e.team
order by e.team
