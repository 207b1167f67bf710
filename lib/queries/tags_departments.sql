-- tags_departments: one row per department, with how many teams it has; '' for teams without one
-- roles: hr, boss, presenter   grain: group
-- > department text   department's name
-- > teams whole       how many teams it has
select coalesce(t.department, '') as department, count(*) as teams
from teams as t
group by coalesce(t.department, '')
order by coalesce(t.department, '')
