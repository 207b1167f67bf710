-- tags_departments: one row per department that has teams, with how many
-- roles: hr, boss, presenter   grain: group
-- > department text   department's name
-- > teams whole       how many teams it has
select t.department, count(*) as teams
from teams as t
where t.department is not null
group by t.department
order by t.department
