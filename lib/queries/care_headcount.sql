-- care_headcount: one row: how many people in scope work here
-- roles: hr   grain: group
-- > people whole  people
select count(*) as people from employees as e where e.active
