-- pulse_heads: one row per team with people today: how many, and the department most of them are in
-- roles: hr         grain: group
-- > team text          team
-- > department text    its department, '' where none is known
-- > people whole       active people
with
people as (select e.team, coalesce(e.department, '') as department, count(*) as n from employees as e where e.active and e.team is not null group by 1, 2),
most as (select p.*, row_number() over (partition by p.team order by p.n desc, p.department) as nth from people as p)
select m.team, max(case when m.nth = 1 then m.department end) as department, cast(sum(m.n) as bigint) as people
from most as m
group by m.team
order by m.team
