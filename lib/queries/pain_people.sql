-- pain_people: one row per person and pain point that fires, clearest first, a page at a time
-- roles: hr   grain: person
-- $pain text                 key of one pain point, or '' for all
-- $gone list                 employee_ids to leave out: people who objected since the build
-- $most whole                at most how many rows
-- > employee_id text person   who
-- > name text person          name
-- > team text                 team
-- > role text                 role
-- > pain text                 key of the pain point
-- > since date                Monday of the first week that was like this, without a break since
-- > strength number           how strong the evidence is, comparable within a pain point
-- > standing number           share of those with the same pain point whose evidence is at most as strong
-- > evidence text             the numbers that fired it, as JSON
-- > mentor_id text person     the mentor in scope; null without one
-- > mentor text person        the mentor's name
-- > total whole               how many rows there are in all
with
firing as (
    select p.employee_id, p.pain, p.since, p.strength, p.evidence
    from pain_points as p
    where p.state = 'fires' and not list_contains($gone, p.employee_id)
),
paired as (
    select m.employee_id, max(m.mentor_id) as mentor_id
    from mentor_pairs as m
    where m.until is null or m.until >= (select b.as_of from build_info as b)
    group by m.employee_id
),
ranked as (
    select
        e.employee_id,
        e.name,
        e.team,
        e.role,
        f.pain,
        f.since,
        cast(f.strength as double) as strength,
        cume_dist() over (partition by f.pain order by f.strength) as standing,
        cast(f.evidence as varchar) as evidence,
        t.employee_id as mentor_id,
        t.name as mentor
    from firing as f
    join employees as e on e.employee_id = f.employee_id
    left join paired as d on d.employee_id = f.employee_id
    left join employees as t on t.employee_id = d.mentor_id
    where e.active
),
counted as (
    select r.*, count(*) over () as total
    from ranked as r
    where $pain = '' or r.pain = $pain
),
shown as (
    select c.*
    from counted as c
    order by c.standing desc, c.since, c.employee_id, c.pain
    limit $most
)
select * from shown
