-- care_person: one row for one person: who it is, what the talk card's sentences need to know, and the last two weeks at work
-- roles: hr   grain: person
-- $id text                    employee_id
-- $today date                 the company's day
-- > employee_id text person   who
-- > name text person          name
-- > team text                 team
-- > role text                 role
-- > business_line text        business line
-- > metric text               measure that performance means in this business line
-- > hire_date date            first day at work
-- > active flag               works here on the company's today
-- > mentor_name text person   mentor, null when there is none or out of scope
-- > worked_days whole         days worked in the 14 days up to today
-- > dials number              calls a worked day in these days
-- > answered number           answered calls a worked day
-- > effective number          effective calls a worked day
-- > deals number              deals in these days
-- > revenue number            revenue a worked day
-- > rejected_share number     rejected as a share of answered
-- > late_evenings whole       late check-outs in these days
-- > leave_days whole          days with leave in these days
with
one as (select e.* from employees as e where e.employee_id = $id),
names as (select e.employee_id, e.name from employees as e),
lately as (
    select
        d.employee_id,
        sum(case when d.worked then 1 else 0 end) as worked_days,
        sum(d.dials) as dials,
        sum(d.answered) as answered,
        sum(d.rejected) as rejected,
        sum(d.effective) as effective,
        sum(d.deals) as deals,
        sum(d.revenue) as revenue,
        sum(case when d.late_evening then 1 else 0 end) as late_evenings,
        sum(case when d.leave_hours > 0 then 1 else 0 end) as leave_days
    from employee_days as d
    where d.employee_id = $id and d.work_date > $today - 14 and d.work_date <= $today
    group by d.employee_id
),
shown as (
    select
        o.employee_id,
        o.name,
        o.team,
        o.role,
        o.business_line,
        l.metric,
        o.hire_date,
        o.active,
        guide.name as mentor_name,
        cast(coalesce(d.worked_days, 0) as bigint) as worked_days,
        cast(d.dials / nullif(d.worked_days, 0) as double) as dials,
        cast(d.answered / nullif(d.worked_days, 0) as double) as answered,
        cast(d.effective / nullif(d.worked_days, 0) as double) as effective,
        cast(d.deals as double) as deals,
        cast(d.revenue / nullif(d.worked_days, 0) as double) as revenue,
        cast(d.rejected / nullif(d.answered, 0) as double) as rejected_share,
        cast(coalesce(d.late_evenings, 0) as bigint) as late_evenings,
        cast(coalesce(d.leave_days, 0) as bigint) as leave_days
    from one as o
    left join business_lines as l on l.business_line = coalesce(o.business_line, '')
    left join names as guide on guide.employee_id = o.mentor_id and guide.employee_id <> o.employee_id
    left join lately as d on d.employee_id = o.employee_id
)
select * from shown
