-- house_day: one row: which company this is and its last day with data
-- roles: boss, lead, hr, presenter, mentor, employee, admin   grain: group
-- > company text  demo or imported
-- > as_of date    the last day with data
with
house as (select b.company, b.as_of from build_info as b)
select * from house
