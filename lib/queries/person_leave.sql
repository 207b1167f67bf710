-- person_leave: one row per day on which one person was on leave or absent, oldest first
-- roles: hr   grain: person
-- $id text   employee_id
-- > work_date date      the day
-- > leave_hours number  hours of leave; null for an absence without a record of hours
-- > worked flag         whether the person also worked on that day
select d.work_date, cast(d.leave_hours as double) as leave_hours, d.worked
from employee_days as d
where d.employee_id = $id and (d.leave_hours > 0 or coalesce(d.result, '') in ('leave', 'absent'))
order by d.work_date
