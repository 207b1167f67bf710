-- culture_units: one row per unit that had a published answer about cohesion in any wave: the company, departments, and teams while they are few
-- roles: boss, lead, hr, presenter   grain: group
-- > level text   company, department or team
-- > unit text    '' for the company, else the department or team
with
known as (
    select distinct r.level, r.unit
    from pulse_results as r
    where r.question = 'cohesion' and r.state = 'shown'
),
counted as (select k.*, count(*) over (partition by k.level) as units from known as k)
select c.level, c.unit
from counted as c
where c.level = 'company' or c.units <= 60
order by case c.level when 'company' then 1 when 'department' then 2 else 3 end, c.unit
