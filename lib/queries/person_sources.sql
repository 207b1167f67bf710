-- person_sources: one row: which kinds of data this company has at all
-- roles: hr, boss, presenter, employee, mentor, admin   grain: group
-- > attendance flag   anybody's check-in or check-out
-- > calls flag        anybody's answered calls, from calls or daily activity
-- > talks flag        any talk
-- > revenue flag      any revenue or deal
select
    exists (select 1 from employee_days as d where d.check_in is not null or d.check_out is not null) as attendance,
    exists (select 1 from employee_weeks as w where w.answered > 0) as calls,
    exists (select 1 from talks as t) as talks,
    exists (select 1 from employee_weeks as w where w.revenue > 0) as revenue
