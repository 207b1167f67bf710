-- care_queue: one row per episode that may still ask for care, of people who work here, with how strong it is among its like
-- roles: hr   grain: person
-- $ended_after date           episodes that ended before this day are left out
-- > employee_id text person   who
-- > tag text                  tag key
-- > since date                first day of the episode
-- > until date                last day; null while it holds
-- > standing number           share of these episodes of the same tag that are at most as strong; 0.5 for facts
-- > strength number           how strong the evidence is
-- > chance flag               weak enough that it may be chance (|z| < 1.64)
-- > evidence text             the numbers that fired it, as JSON
-- > hire_date date            first day at work
-- > answered date             last talk about this tag, null when there was none
-- > last_care date            last talk about any tag, null when there was none
with
held as (
    select t.employee_id, t.tag, t.since, t.until, t.strength, t.evidence, e.hire_date
    from tag_episodes as t
    join employees as e on e.employee_id = t.employee_id
    where e.active and (t.until is null or t.until >= $ended_after)
),
about_a_tag as (
    select k.employee_id, k.tag, max(k.talked_on) as talked_on
    from talks as k
    where k.tag is not null
    group by k.employee_id, k.tag
),
last_talks as (select a.employee_id, max(a.talked_on) as talked_on from about_a_tag as a group by a.employee_id),
shown as (
    select
        h.employee_id,
        h.tag,
        h.since,
        h.until,
        case when h.tag in ('performance_dip', 'client_trouble', 'high_pressure')
            then cume_dist() over (partition by h.tag order by h.strength) else 0.5 end as standing,
        cast(h.strength as double) as strength,
        h.tag in ('performance_dip', 'client_trouble') and h.strength < 1.64 as chance,
        cast(h.evidence as varchar) as evidence,
        h.hire_date,
        a.talked_on as answered,
        k.talked_on as last_care
    from held as h
    left join about_a_tag as a on a.employee_id = h.employee_id and a.tag = h.tag
    left join last_talks as k on k.employee_id = h.employee_id
    order by h.employee_id, h.tag, h.since
)
select * from shown
