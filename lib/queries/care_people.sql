-- care_people: one row per asked person in scope: name, team, whether they work here, when somebody last talked with them about a tag
-- roles: hr   grain: person
-- $ids list                   employee_ids asked for; others than those in scope are left out
-- > employee_id text person   who
-- > name text person          name
-- > team text                 team
-- > active flag               works here on the company's today
-- > last_care date            last talk about any tag, null when there was none
with
asked as (
    select e.employee_id, e.name, e.team, e.active
    from employees as e
    where list_contains($ids, e.employee_id)
),
last_talks as (
    select k.employee_id, max(k.talked_on) as talked_on
    from talks as k
    join asked as a on a.employee_id = k.employee_id
    where k.tag is not null
    group by k.employee_id
),
shown as (
    select a.employee_id, a.name, a.team, a.active, k.talked_on as last_care
    from asked as a
    left join last_talks as k on k.employee_id = a.employee_id
    order by a.employee_id
)
select * from shown
