-- mentor_newcomers: one row per newcomer of the last 3 months without a mentor, longest without one first: the first 10
-- roles: hr   grain: person
-- $since date                 pairs that began on this day or later count
-- $gone list                  employee_ids of people who objected since the build
-- > employee_id text person   the newcomer
-- > name text person          name
-- > team text                 team
-- > role text                 role; '' when unknown
-- > line text                 business line; '' when unknown
-- > city text                 region; '' when unknown
-- > hire_date date            first day at work
-- > without whole             how many newcomers have none
-- > objected whole            how many of those are not listed because they objected to scoring
with
having_one as (select distinct p.employee_id from mentor_pairs as p where p.until is null and p.since >= $since),
newcomers as (
    select e.*, c.employee_id is not null or list_contains($gone, e.employee_id) as objects
    from employees as e
    cross join build_info as b
    left join app_choices as c on c.employee_id = e.employee_id and c.choice = 'no_scoring'
    where e.active and e.hire_date > cast(b.as_of - interval '3' month as date)
        and e.employee_id not in (select h.employee_id from having_one as h)
        and (e.role is not null or e.business_line is not null)
        -- who was hired to lead a team is nobody's mentee
        and e.employee_id not in (select t.lead_id from teams as t where t.lead_id is not null)
),
counted as (
    select n.*, count(*) over () as without, count(case when n.objects then 1 end) over () as objected
    from newcomers as n
),
listed as (
    select
        c.employee_id,
        c.name,
        c.team,
        coalesce(c.role, '') as role,
        coalesce(c.business_line, '') as line,
        coalesce(c.region, '') as city,
        c.hire_date,
        c.without,
        c.objected
    from counted as c
    where not c.objects
    order by c.hire_date, c.employee_id
    limit 10
)
select * from listed
