-- weeks: one row per completed week that has data, newest first
-- roles: boss, lead, hr, presenter, mentor, employee, admin   grain: group
-- > week date    Monday of the week
select w.week
from (select distinct week from team_weeks) as w
cross join build_info as b
where w.week + 6 <= b.as_of
order by w.week desc
