-- culture_colleague: one row per active colleague of the viewer's own team who has exactly this number or name
-- roles: employee, mentor   grain: person
-- $text text                  employee number or name as typed
-- > employee_id text person   who
-- > name text person          name
select c.employee_id, c.name
from colleagues as c
where trim($text) <> '' and (lower(c.employee_id) = lower(trim($text)) or lower(c.name) = lower(trim($text)))
order by c.employee_id
