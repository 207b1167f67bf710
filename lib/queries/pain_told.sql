-- pain_told: one row per pain point and state: how many people it fires for, is quiet for, or cannot be told for and why
-- roles: hr   grain: group
-- $gone list          employee_ids to leave out: people who objected since the build
-- > pain text         key of the pain point
-- > state text        fires, quiet or cannot_tell
-- > why text          why it cannot be told; '' otherwise
-- > people whole      people
with
judged as (
    select p.pain, p.state, coalesce(p.why, '') as why
    from pain_points as p
    join employees as e on e.employee_id = p.employee_id
    where e.active and not list_contains($gone, p.employee_id)
),
counted as (
    select j.pain, j.state, j.why, count(*) as people
    from judged as j
    group by j.pain, j.state, j.why
    order by j.pain, j.state, people desc, j.why
)
select * from counted
