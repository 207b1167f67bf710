-- The roll-up and the six tags by hand, straight on the files: no contracts, no checks, no versions, no evidence in words.
-- {folder} and {as_of} are filled in by bench_build.py.  One statement per semicolon.
create table people as
select employee_id, team, hire_date, birth_date, cast(null as date) as leave_date
from read_parquet('{folder}/employees.parquet') order by employee_id;

create table days as
select coalesce(s.employee_id, a.employee_id) as employee_id, coalesce(s.work_date, a.work_date) as work_date,
    s.dials, s.answered, s.rejected, s.effective, s.intents, s.deals, s.revenue,
    a.check_in, a.check_out, a.late_minutes, a.leave_hours,
    coalesce(s.dials, 0) > 0 or a.check_in is not null or a.check_out is not null as worked,
    coalesce(a.check_out > a.work_date + interval 21 hour, false) as late_evening
from read_parquet('{folder}/activity_days.parquet') as s
full join read_parquet('{folder}/attendance.parquet') as a on a.employee_id = s.employee_id and a.work_date = s.work_date
order by 1, 2;

create table weeks as
select d.employee_id, cast(date_trunc('week', d.work_date) as date) as week,
    count(case when d.worked then 1 end) as worked_days, sum(d.dials) as dials, sum(d.answered) as answered, sum(d.rejected) as rejected,
    sum(d.effective) as effective, sum(d.intents) as intents, sum(d.deals) as deals, sum(d.revenue) as revenue,
    count(case when d.late_evening then 1 end) as late_evenings,
    sum(d.effective) / count(case when d.worked then 1 end) as performance, sum(d.rejected) / sum(d.answered) as rejection_rate
from days as d group by 1, 2 order by 1, 2;

create table team_weeks as
select p.team, w.week, count(*) as headcount, sum(w.effective) / sum(w.worked_days) as performance,
    sum(w.rejected) / sum(w.answered) as rejection_rate, sum(w.late_evenings) as late_evenings, sum(w.worked_days) as worked_days
from weeks as w join people as p using (employee_id) group by 1, 2 order by 1, 2;

create table team_medians_of_weeks as
select p.team, w.week, median(w.performance) as performance, median(w.rejection_rate) as rejection_rate, median(w.revenue) as revenue,
    median(w.late_evenings) as late_evenings
from weeks as w join people as p using (employee_id) group by 1, 2 order by 1, 2;

create table new_hire as
select employee_id, hire_date as since, cast(hire_date + interval 3 month as date) - 1 as until from people;

create table performance_dip as
with counted as (
    select employee_id, week, performance, lag(performance) over w as before, lag(performance, 2) over w as before_that,
        lead(week) over w as following, avg(performance) over (w rows between 9 preceding and 2 preceding) as usual,
        stddev_samp(performance) over (w rows between 9 preceding and 2 preceding) as spread
    from weeks where worked_days >= 3 and week + 6 <= date '{as_of}' window w as (partition by employee_id order by week)
)
select employee_id, week + 7 as since, coalesce(following + 6, date '2999-12-31') as until, performance / before - 1 as fall,
    before / before_that - 1 as fall_before, (performance - usual) / nullif(spread, 0) as z
from counted where performance < 0.85 * before and before < 0.85 * before_that;

create table high_pressure as
with worked as (
    select employee_id, work_date, check_out, late_evening, lag(late_evening) over w as one, lag(late_evening, 2) over w as two,
        lead(work_date) over w as following
    from days where worked window w as (partition by employee_id order by work_date)
)
select employee_id, work_date as since, least(coalesce(following - 1, date '2999-12-31'), work_date + 7) as until, check_out
from worked where late_evening and one and two;

create table life_event as
select p.employee_id, make_date(y.year, cast(month(p.birth_date) as int), least(day(p.birth_date), 28)) as until
from people as p, (select unnest(generate_series(2021, 2026)) as year) as y where p.birth_date is not null;

create table client_trouble as
with calendar as (
    select cast(day as date) as day
    from (select min(work_date) as first_day, max(work_date) as last_day from days) as s,
        generate_series(cast(s.first_day as timestamp), cast(s.last_day as timestamp), interval 1 day) as g (day)
),
spans as (select employee_id, min(work_date) as first_day, max(work_date) + 6 as last_day from days where answered > 0 group by 1),
grid as (
    select s.employee_id, c.day, coalesce(cast(d.answered as bigint), 0) * 1000000000 + coalesce(d.rejected, 0) as calls
    from spans as s join calendar as c on c.day between s.first_day and s.last_day
    left join days as d on d.employee_id = s.employee_id and d.work_date = c.day
),
sums as (
    select employee_id, day,
        cast(sum(calls) over (w rows between 6 preceding and current row) as bigint) as calls,
        cast(sum(calls) over (w rows between 62 preceding and 7 preceding) as bigint) as own_calls
    from grid window w as (partition by employee_id order by day)
),
rates as (
    select employee_id, day, calls // 1000000000 as answered, (calls % 1000000000) / (calls // 1000000000) as rate,
        (own_calls % 1000000000) / nullif(own_calls // 1000000000, 0) as own
    from sums where calls >= 20000000000
),
flagged as (select r.*, p.team from rates as r join people as p using (employee_id) where r.rate >= 0.4),
asked as (select distinct team, day from flagged where not coalesce(rate > own, false)),
medians as (
    select p.team, r.day, median(r.rate) as rate
    from rates as r join people as p using (employee_id) join asked as a on a.team = p.team and a.day = r.day group by 1, 2
)
select f.employee_id, f.day, f.rate, f.answered, f.own, m.rate as team
from flagged as f left join medians as m on m.team = f.team and m.day = f.day where f.rate > f.own or f.rate > m.rate;

create table episodes as
with every_interval as (
    select employee_id, 'new_hire' as tag, since, until, 1.0 as strength from new_hire
    union all select employee_id, 'performance_dip', since, until, -z from performance_dip
    union all select employee_id, 'high_pressure', since, until, 1.0 from high_pressure
    union all select employee_id, 'life_event', until - 1, until, 1.0 from life_event
    union all select employee_id, 'client_trouble', day, day, rate from client_trouble
),
clipped as (
    select i.employee_id, i.tag, greatest(i.since, p.hire_date) as since, least(i.until, coalesce(p.leave_date, i.until)) as until, i.strength
    from every_interval as i join people as p using (employee_id)
    where i.since <= date '{as_of}' and i.until >= p.hire_date
),
marked as (select *, max(until) over (w rows between unbounded preceding and 1 preceding) as reached
    from clipped window w as (partition by employee_id, tag order by since)),
numbered as (select *, sum(case when reached is null or since > reached + 1 then 1 else 0 end) over (
    partition by employee_id, tag order by since rows unbounded preceding) as run from marked)
select employee_id, tag, min(since) as since, case when max(until) < date '{as_of}' then max(until) end as until, max(strength) as strength
from numbered group by employee_id, tag, run order by 1, 2, 3;

create table team_tag_weeks as
select p.team, cast(date_trunc('week', e.since) as date) + 7 * cast(g.n as int) as week, e.tag, count(distinct e.employee_id) as people
from episodes as e join people as p using (employee_id)
join generate_series(0, 520) as g (n)
    on g.n <= datediff('day', cast(date_trunc('week', e.since) as date), cast(date_trunc('week', coalesce(e.until, date '{as_of}')) as date)) // 7
group by 1, 2, 3 order by 1, 2, 3;
