-- consultations: one row per imported call that was a conversation, of the last 14 days, with its score and what that is made of
-- grain: call
-- truth: nothing lies after the day of the build | started_at < $as_of + interval '1' day
-- truth: a score is 0 to 100 | score between 0 and 100
-- truth: no part has more points than its setting | length_points <= {score_length} and contact_points <= {score_contact} and outcome_points <= {score_outcome} and handled_points <= {score_handled} and quality_points <= {score_quality}
-- The same rule as lib/morale/consultation.py; a test holds the two together.  A part that is not known is null and left out of the
-- sum; with fewer than two known parts, and for people who objected to scoring, there is no score.
-- need_minutes is what a full length is measured against: the median of the role's conversations (50 of 5 people at least), else
-- the length from which the company calls a consultation effective.
with
people as (select employee_id, role from employees where active),
objectors as (select employee_id from app_choices where choice = 'no_scoring'),
calls as (
    select
        c.employee_id,
        c.started_at,
        c.duration_s / 60.0 as minutes,
        c.contact_left,
        case when c.outcome = 'effective' then 'talk' else c.outcome end as outcome,
        c.customer_id,
        c.objection,
        c.score as quality,
        c.amount,
        c.call_id,
        p.role
    from src_calls as c
    join people as p on p.employee_id = c.employee_id
    where c.outcome in ('effective', 'intent', 'deal')
        and c.started_at >= $as_of - interval '13' day and c.started_at < $as_of + interval '1' day
),
usual as (
    select coalesce(c.role, '') as role, median(c.minutes) as minutes
    from calls as c
    where c.minutes is not null
    group by coalesce(c.role, '')
    having count(*) >= 50 and count(distinct c.employee_id) >= 5
),
measured as (
    select c.*, coalesce(u.minutes, cast({effective_minutes} as double)) as need_minutes
    from calls as c
    left join usual as u on u.role = coalesce(c.role, '')
),
parts as (
    select
        m.*,
        cast(floor({score_length} * case when m.minutes < m.need_minutes then m.minutes / m.need_minutes
            when m.minutes is not null then 1.0 end + 0.5) as integer) as length_points,
        case when m.contact_left is not null then case when m.contact_left then {score_contact} else 0 end end as contact_points,
        cast(floor({score_outcome} * case m.outcome when 'deal' then 1.0 when 'intent' then 0.8 else 0.4 end + 0.5) as integer) as outcome_points,
        case when m.objection is not null
            then case when m.outcome in ('intent', 'deal') or coalesce(m.contact_left, false) then {score_handled} else 0 end end as handled_points,
        cast(floor({score_quality} * m.quality / 100.0 + 0.5) as integer) as quality_points
    from measured as m
),
sums as (
    select
        p.*,
        1
        + case when p.length_points is not null then 1 else 0 end
        + case when p.contact_points is not null then 1 else 0 end
        + case when p.handled_points is not null then 1 else 0 end
        + case when p.quality_points is not null then 1 else 0 end as known,
        coalesce(p.length_points, 0) + coalesce(p.contact_points, 0) + p.outcome_points + coalesce(p.handled_points, 0)
        + coalesce(p.quality_points, 0) as points,
        case when p.length_points is not null then {score_length} else 0 end
        + case when p.contact_points is not null then {score_contact} else 0 end
        + {score_outcome}
        + case when p.handled_points is not null then {score_handled} else 0 end
        + case when p.quality_points is not null then {score_quality} else 0 end as most
    from parts as p
),
scored as (
    select
        s.employee_id,
        s.started_at,
        s.minutes,
        s.contact_left,
        s.outcome,
        s.customer_id,
        s.objection,
        s.quality,
        s.amount,
        s.call_id,
        case
            when s.outcome in ('intent', 'deal') then true
            when s.minutes is not null then s.minutes > {effective_minutes} and (coalesce(s.contact_left, true) or not {effective_contact})
            else true
        end as effective,
        s.need_minutes,
        s.length_points,
        s.contact_points,
        s.outcome_points,
        s.handled_points,
        s.quality_points,
        case when o.employee_id is null and s.known >= 2 and s.most > 0
            then cast(floor(100.0 * s.points / s.most + 0.5) as integer) end as score
    from sums as s
    left join objectors as o on o.employee_id = s.employee_id
    order by s.employee_id, s.started_at, s.call_id
)
select * from scored
