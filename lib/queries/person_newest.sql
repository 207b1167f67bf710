-- person_newest: up to 6 people who began to carry a tag most lately, one row each, settling in and birthdays left out
-- roles: hr   grain: person
-- $gone list   employee_ids to leave out: people who object to scoring now
-- > employee_id text person   who
-- > name text person          name
-- > team text                 team
-- > role text                 role
-- > tag text                  key of the tag
-- > since date                first day on which its rule was true
-- > evidence text             the numbers that fired it, as JSON
with
holding as (
    select
        t.employee_id,
        t.tag,
        t.since,
        t.strength,
        cast(t.evidence as varchar) as evidence,
        row_number() over (partition by t.employee_id order by t.since desc, t.tag) as newest
    from tag_episodes as t
    where t.until is null and t.tag not in ('new_hire', 'life_event')
),
shown as (
    select h.employee_id, e.name, e.team, e.role, h.tag, h.since, h.evidence
    from holding as h
    join employees as e on e.employee_id = h.employee_id
    where h.newest = 1 and e.active and not list_contains($gone, h.employee_id)
    order by h.since desc, h.strength desc, h.employee_id
    limit 6
)
select * from shown
