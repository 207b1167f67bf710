-- glance_sources: one row that says which kinds of facts the company has at all
-- roles: boss, lead, hr, presenter   grain: group
-- > as_of date          the company's today
-- > has_hours flag      check-out times are known for somebody
-- > has_activity flag   calls, daily totals or deals give some performance
-- > has_exits flag      somebody's notice or leaving is known
-- > has_tags flag       a care tag was ever carried
-- > has_cares flag      a talk about a tag was ever held
select
    b.as_of,
    exists (select 1 from employee_days as d where d.check_out is not null) as has_hours,
    exists (select 1 from team_weeks as w where w.performance is not null) as has_activity,
    exists (select 1 from employees as p where p.notice_date is not null or p.leave_date is not null) as has_exits,
    exists (select 1 from tag_episodes as t where t.tag <> 'new_hire') as has_tags,
    exists (select 1 from talks as k where k.tag is not null) as has_cares
from build_info as b
