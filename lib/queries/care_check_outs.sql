-- care_check_outs: one row per worked day of one person, oldest first: when it ended
-- roles: hr   grain: person
-- $id text            employee_id
-- $since date         first day shown
-- $today date         last day shown
-- > work_date date    the day
-- > hours number      check-out in hours after midnight of that day (25.5 is half past one the next night)
-- > late flag         later than the limit of the tag
select
    d.work_date,
    cast(datediff('minute', cast(d.work_date as timestamp), d.check_out) as double) / 60 as hours,
    coalesce(d.late_evening, false) as late
from employee_days as d
where d.employee_id = $id and d.worked and d.check_out is not null and d.work_date between $since and $today
order by d.work_date
