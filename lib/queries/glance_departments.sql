-- glance_departments: one row per department with people on the newest day, largest first
-- roles: boss, lead, hr, presenter   grain: group
-- > department text    its name
-- > teams whole        how many teams it has
select p.department, count(distinct p.team) as teams
from employees as p
where p.active and p.department is not null
group by p.department
order by count(*) desc, p.department
limit 200
