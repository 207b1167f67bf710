-- person_card: one row for one person: who it is, since when, with whom
-- roles: hr   grain: person
-- $id text   employee_id
-- > employee_id text person   who
-- > name text person          name
-- > team text                 team
-- > department text           department
-- > business_line text        business line
-- > metric text               measure that performance means in this business line
-- > role text                 role
-- > level text                level
-- > region text               region
-- > hire_date date            first day at work
-- > leave_date date           last day at work, null while employed
-- > active flag               employed on the company's today
-- > months whole              whole months at work up to today or the last day
-- > lead_name text person     who leads the team, null when unknown or out of scope
-- > mentor_name text person   mentor, null when there is none or out of scope
-- > as_of date                the company's today
with
one as (select e.* from employees as e where e.employee_id = $id),
names as (select e.employee_id, e.name from employees as e),
shown as (
    select
        o.employee_id,
        o.name,
        o.team,
        o.department,
        o.business_line,
        l.metric,
        o.role,
        o.level,
        o.region,
        o.hire_date,
        o.leave_date,
        o.active,
        cast(greatest(datesub('month', o.hire_date, least(coalesce(o.leave_date, b.as_of), b.as_of)), 0) as integer) as months,
        boss.name as lead_name,
        guide.name as mentor_name,
        b.as_of
    from one as o
    cross join build_info as b
    left join teams as t on t.team = o.team
    left join business_lines as l on l.business_line = coalesce(o.business_line, '')
    left join names as boss on boss.employee_id = coalesce(t.lead_id, o.manager_id) and boss.employee_id <> o.employee_id
    left join names as guide on guide.employee_id = o.mentor_id
)
select * from shown
