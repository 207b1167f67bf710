-- mentor_days: one row per pair of mentor and mentee (employee_id) and day of the last 62 on which both worked
-- grain: employee_id, mentor_id, work_date
-- truth: nothing lies after the day of the build | work_date <= $as_of
with
pairs as (
    select p.employee_id, p.mentor_id, min(p.since) as since, max(coalesce(p.until, $as_of)) as until
    from mentor_pairs as p
    where p.until is null or p.until > $as_of - 62
    group by p.employee_id, p.mentor_id
),
day_facts as (select employee_id, work_date from employee_days where worked and work_date > $as_of - 62),
both_worked as (
    select p.employee_id, p.mentor_id, mine.work_date
    from pairs as p
    join day_facts as mine on mine.employee_id = p.employee_id
    join day_facts as theirs on theirs.employee_id = p.mentor_id and theirs.work_date = mine.work_date
    where mine.work_date between p.since and p.until
    order by p.employee_id, p.mentor_id, mine.work_date
)
select * from both_worked
