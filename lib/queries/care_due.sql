-- care_due: one row per episode that asks for care in a span of days, of everybody in scope
-- roles: hr   grain: person
-- $first date                first day of the span
-- $last date                 last day of the span
-- > employee_id text person  who
-- > team text                team
-- > tag text                 tag key
-- > since date               first day of the episode
-- > until date               last day; null while it holds
-- > hire_date date           first day at work
-- > ends_on date             new hires: the last day of settling in; null for other tags
-- > active flag              works here on the company's today
select
    t.employee_id,
    e.team,
    t.tag,
    t.since,
    t.until,
    e.hire_date,
    case when t.tag = 'new_hire' then cast(json_extract_string(t.evidence, '$.ends_on') as date) end as ends_on,
    e.active
from tag_episodes as t
join employees as e on e.employee_id = t.employee_id
where t.since <= $last and (t.since >= $first or (t.tag = 'new_hire' and coalesce(t.until, $last) >= $first))
order by t.employee_id, t.tag, t.since
