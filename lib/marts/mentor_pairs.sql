-- mentor_pairs: one row per pair of mentor and mentee (employee_id), from files, the staff list and the app
-- grain: employee_id, mentor_id, since
-- truth: nobody is their own mentor | mentor_id <> employee_id
-- The mentor of the staff list counts from the hire date where nothing else names that pair.  A pair ends at the latest when one of
-- the two leaves; until is null while it lasts on the day of the build.
with
people as (select * from employees),
imported as (select employee_id, mentor_id, since, until from src_mentorships where since <= $as_of),
in_app as (select employee_id, mentor_id, since, until from src_app_pairs where since <= $as_of),
listed as (
    select p.employee_id, p.mentor_id, p.hire_date as since, cast(null as date) as until
    from people as p
    where p.mentor_id is not null and p.hire_date <= $as_of
),
told as (
    select * from imported
    union all
    select * from in_app
),
all_pairs as (
    select t.employee_id, t.mentor_id, t.since, max(t.until) as until, count(*) > count(t.until) as lasts
    from told as t
    group by t.employee_id, t.mentor_id, t.since
    union all
    select l.employee_id, l.mentor_id, l.since, l.until, true
    from listed as l
    anti join told as t on t.employee_id = l.employee_id and t.mentor_id = l.mentor_id
),
ended as (
    select
        a.employee_id,
        a.mentor_id,
        a.since,
        least(case when a.lasts then null else a.until end, mentee.leave_date, mentor.leave_date) as last_day
    from all_pairs as a
    join people as mentee on mentee.employee_id = a.employee_id
    join people as mentor on mentor.employee_id = a.mentor_id
    where a.mentor_id <> a.employee_id
),
known as (
    select e.employee_id, e.mentor_id, e.since, case when e.last_day < $as_of then e.last_day end as until
    from ended as e
    order by e.employee_id, e.since, e.mentor_id
)
select * from known
