-- pulse_me: one row, the team whose answers the viewer's would be among
-- roles: employee, mentor         grain: person
-- > team text          own team
select e.team from employees as e where e.active
