-- tags_people: one row per person of a team who carried a tag on any day of a week, with the evidence
-- roles: hr   grain: person
-- $team text   team
-- $tag text    key of the tag
-- $week date   Monday of the week
-- $gone list   employee_ids to leave out: people who objected since the build
-- > employee_id text person   who
-- > name text person          name
-- > role text                 role
-- > hire_date date            first day at work
-- > tag text                  key of the tag
-- > since date                first day on which the rule was true
-- > until date                last day on which it was; null while it holds
-- > strength number           how strong the evidence is
-- > evidence text             the numbers that fired it, as JSON
with
-- whoever objects to scoring is on no list
objectors as (select c.employee_id from app_choices as c where c.choice = 'no_scoring'),
members as (
    select e.employee_id, e.name, e.role, e.hire_date
    from employees as e
    anti join objectors as o on o.employee_id = e.employee_id
    where e.team = $team and not list_contains($gone, e.employee_id)
),
held as (
    select
        m.employee_id,
        m.name,
        m.role,
        m.hire_date,
        t.tag,
        t.since,
        t.until,
        t.strength,
        cast(t.evidence as varchar) as evidence,
        row_number() over (partition by m.employee_id order by t.since desc) as newest
    from tag_episodes as t
    join members as m on m.employee_id = t.employee_id
    where t.tag = $tag and t.since <= cast($week as date) + 6 and (t.until is null or t.until >= $week)
),
shown as (
    select h.employee_id, h.name, h.role, h.hire_date, h.tag, h.since, h.until, cast(h.strength as double) as strength, h.evidence
    from held as h
    where h.newest = 1
    order by h.since desc, h.strength desc, h.employee_id
)
select * from shown
