-- mentor_both_days: one row per pair and day on which both worked
-- roles: hr, employee, mentor   grain: person
-- $first date                 first day
-- $mentors list               employee_ids of the mentors asked for
-- > employee_id text person   the mentee
-- > mentor_id text person     the mentor
-- > work_date date            the day
select d.employee_id, d.mentor_id, d.work_date
from mentor_days as d
where d.work_date >= $first and list_contains($mentors, d.mentor_id)
order by d.mentor_id, d.employee_id, d.work_date
