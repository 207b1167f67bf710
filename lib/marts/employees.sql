-- employees: one row per person, as known on $as_of
-- grain: employee_id
-- truth: a person who is active has been hired | not active or hire_date <= $as_of
-- truth: a person who is active has not left | not active or leave_date is null or leave_date >= $as_of
-- truth: nobody leaves before being hired | leave_date is null or leave_date >= hire_date
-- truth: what was given in notice later is not known yet | notice_date is null or notice_date <= $as_of
-- person_no numbers people in the order of employee_id: a short key for joins and sorts inside one build.
with
imported_people as (select * from src_employees),
imported_teams as (select * from src_teams),
known_on_the_day as (
    select
        row_number() over (order by p.employee_id) as person_no,
        p.employee_id,
        p.name,
        p.team,
        coalesce(p.department, t.department) as department,
        p.role,
        coalesce(p.business_line, t.business_line) as business_line,
        p.hire_date,
        p.birth_date,
        case when p.notice_date > $as_of then null else p.leave_date end as leave_date,
        case when p.notice_date > $as_of then null else p.notice_date end as notice_date,
        p.level,
        coalesce(p.region, t.region) as region,
        p.manager_id,
        p.mentor_id
    from imported_people as p
    left join imported_teams as t on t.team = p.team
),
with_state as (
    select
        k.employee_id,
        k.name,
        k.team,
        k.department,
        k.role,
        k.business_line,
        k.hire_date,
        k.birth_date,
        k.leave_date,
        k.notice_date,
        k.hire_date <= $as_of and (k.leave_date is null or k.leave_date >= $as_of) as active,
        k.level,
        k.region,
        k.manager_id,
        k.mentor_id,
        cast(k.person_no as integer) as person_no
    from known_on_the_day as k
    order by k.person_no
)
select * from with_state
