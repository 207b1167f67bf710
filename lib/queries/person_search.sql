-- person_search: up to 20 people whose number begins with a text or whose name contains it, people still here first
-- roles: hr   grain: person
-- $text text   what was typed, at least one character
-- > employee_id text person   who
-- > name text person          name
-- > team text                 team
-- > role text                 role
-- > active flag               employed on the company's today
-- > found whole               how many people match in all
with
typed as (select lower(trim($text)) as text),
matching as (
    select
        e.employee_id,
        e.name,
        e.team,
        e.role,
        e.active,
        case when lower(e.employee_id) = t.text then 0 when starts_with(lower(e.name), t.text) then 1 else 2 end as distance
    from employees as e
    cross join typed as t
    where t.text <> '' and (starts_with(lower(e.employee_id), t.text) or contains(lower(e.name), t.text))
),
shown as (
    select m.employee_id, m.name, m.team, m.role, m.active, count(*) over () as found
    from matching as m
    order by m.active desc, m.distance, m.name, m.employee_id
    limit 20
)
select * from shown
