-- quality: one row per check that found something: what does not fit together between the source tables
-- grain: check_key, table_name
-- truth: only what was found is listed | count > 0
-- severity: "lost" rows are in no figure of the app, "doubt" rows are, but somebody should look.  sample: one key as an example.
with
people as (select employee_id, hire_date, leave_date, team from src_employees),
unknown_people as (
    select 'unknown_employee' as check_key, 'attendance' as table_name, 'lost' as severity, count(*) as count, min(a.employee_id) as sample
    from src_attendance as a anti join people as p on p.employee_id = a.employee_id
    union all
    select 'unknown_employee', 'activity_days', 'lost', count(*), min(a.employee_id)
    from src_activity_days as a anti join people as p on p.employee_id = a.employee_id
    union all
    select 'unknown_employee', 'calls', 'lost', count(*), min(c.employee_id)
    from src_calls as c anti join people as p on p.employee_id = c.employee_id
    union all
    select 'unknown_employee', 'deals', 'lost', count(*), min(d.employee_id)
    from src_deals as d anti join people as p on p.employee_id = d.employee_id
    union all
    select 'unknown_employee', 'talks', 'lost', count(*), min(t.employee_id)
    from src_talks as t anti join people as p on p.employee_id = t.employee_id
    union all
    select 'unknown_employee', 'life_events', 'lost', count(*), min(l.employee_id)
    from src_life_events as l anti join people as p on p.employee_id = l.employee_id
),
unknown_owner as (
    select 'unknown_owner' as check_key, 'customers' as table_name, 'doubt' as severity, count(*) as count, min(c.customer_id) as sample
    from src_customers as c anti join people as p on p.employee_id = c.owner_id
    where c.owner_id is not null
),
unknown_customer as (
    select 'unknown_customer' as check_key, 'deals' as table_name, 'doubt' as severity, count(*) as count, min(d.customer_id) as sample
    from src_deals as d anti join src_customers as c on c.customer_id = d.customer_id
    where d.customer_id is not null and exists (select 1 from src_customers)
),
no_customer as (
    select 'no_customer' as check_key, 'deals' as table_name, 'doubt' as severity, count(*) as count, min(d.deal_id) as sample
    from src_deals as d
    where d.customer_id is null and exists (select 1 from src_deals where customer_id is not null)
),
unknown_team as (
    select 'unknown_team' as check_key, 'employees' as table_name, 'doubt' as severity, count(*) as count, min(p.employee_id) as sample
    from people as p anti join src_teams as t on t.team = p.team
    where exists (select 1 from src_teams)
),
outside_employment as (
    select 'outside_employment' as check_key, 'attendance' as table_name, 'doubt' as severity, count(*) as count, min(a.employee_id) as sample
    from src_attendance as a join people as p on p.employee_id = a.employee_id
    where a.work_date < p.hire_date or a.work_date > p.leave_date
    union all
    select 'outside_employment', 'activity_days', 'doubt', count(*), min(a.employee_id)
    from src_activity_days as a join people as p on p.employee_id = a.employee_id
    where a.work_date < p.hire_date or a.work_date > p.leave_date
),
idle as (
    select 'no_work_recorded' as check_key, 'employees' as table_name, 'doubt' as severity, count(*) as count, min(p.employee_id) as sample
    from people as p anti join employee_days as d on d.employee_id = p.employee_id
    where p.leave_date is null and p.hire_date <= $as_of and exists (select 1 from employee_days)
),
future as (
    select 'after_today' as check_key, 'attendance' as table_name, 'doubt' as severity, count(*) as count, min(a.employee_id) as sample
    from src_attendance as a where a.work_date > $as_of
    union all
    select 'after_today', 'activity_days', 'doubt', count(*), min(a.employee_id)
    from src_activity_days as a where a.work_date > $as_of
),
found as (
    select * from unknown_people
    union all select * from unknown_owner
    union all select * from unknown_customer
    union all select * from no_customer
    union all select * from unknown_team
    union all select * from outside_employment
    union all select * from idle
    union all select * from future
),
quality as (select * from found as f where f.count > 0 order by f.check_key, f.table_name)
select * from quality
