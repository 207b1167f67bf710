-- mentor_facts: one row per person who is somebody's mentor now: the own results and the own customers' satisfaction
-- grain: employee_id
-- truth: no figure of somebody who objected to scoring | not objected or (performance is null and satisfaction is null)
-- truth: satisfaction is 0 to 100 | satisfaction between 0 and 100
-- performance: per worked day over the last 4 completed weeks (5 worked days or more); usual: the median over people of the same role (of the
-- same line where there is no role), of 5 people or more.  satisfaction: the mean of the own customers who said.
with
people as (select * from employees),
week_facts as (select * from employee_weeks),
objections as (select employee_id from app_choices where choice = 'no_scoring'),
mentors as (
    select distinct p.mentor_id as employee_id
    from mentor_pairs as p
    where p.until is null and p.since >= cast($as_of - interval '24' month as date)
),
lately as (
    select w.employee_id, sum(w.performance * w.worked_days) / sum(w.worked_days) as performance
    from week_facts as w
    where w.worked_days > 0 and w.performance is not null
        and w.week >= cast(date_trunc('week', $as_of + 1) as date) - 28 and w.week + 6 <= $as_of
    group by w.employee_id
    having sum(w.worked_days) >= 5
),
of_kin as (
    select coalesce(p.role, p.business_line, '') as kin, median(l.performance) as usual, count(*) as people
    from lately as l
    join people as p on p.employee_id = l.employee_id
    anti join objections as o on o.employee_id = l.employee_id
    group by coalesce(p.role, p.business_line, '')
),
-- a company asks its customers on one scale: of 5 or of 10 where nobody ever gave more, else of 100
scale as (select case when max(c.satisfaction) <= 5 then 5 when max(c.satisfaction) <= 10 then 10 else 100 end as best from customers as c),
satisfied as (
    select c.owner_id, avg(c.satisfaction * 100 / s.best) as satisfaction, count(c.satisfaction) as customers
    from customers as c
    cross join scale as s
    where c.satisfaction is not null
    group by c.owner_id
),
known as (
    select
        p.employee_id,
        p.name,
        p.team,
        o.employee_id is not null as objected,
        case when o.employee_id is null then l.performance end as performance,
        case when k.people >= 5 then k.usual end as usual,
        case when o.employee_id is null then s.satisfaction end as satisfaction,
        cast(coalesce(s.customers, 0) as integer) as rated_customers
    from mentors as m
    join people as p on p.employee_id = m.employee_id
    left join objections as o on o.employee_id = p.employee_id
    left join lately as l on l.employee_id = p.employee_id
    left join of_kin as k on k.kin = coalesce(p.role, p.business_line, '')
    left join satisfied as s on s.owner_id = p.employee_id
    order by p.employee_id
)
select * from known
