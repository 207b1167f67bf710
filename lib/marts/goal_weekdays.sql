-- goal_weekdays: one row per person and weekday (1 is Monday) on which the person usually works
-- grain: person_no, weekday
-- truth: a week has seven days | weekday between 1 and 7
-- From the last 8 weeks, without holidays, days on which the person was employed and not on leave.  Usual are the weekdays worked
-- at least four times out of five, and others, most often worked first, until there are as many as the person works in a week; for
-- somebody with fixed days these are the weekdays worked at least half of the time, and who rests in turns has no more than the
-- own number of days.  With fewer than 10 such days the team's weekdays stand for the person, and without a team's Monday to Friday.
with
people as (
    select person_no, employee_id, coalesce(team, '') as team, coalesce(business_line, '') as business_line, hire_date, leave_date
    from employees
    where hire_date <= $as_of + 45 and (leave_date is null or leave_date >= $as_of - 55)
),
past as (select business_line, day, off, listed, isodow(day) as weekday from goal_line_days where day between $as_of - 55 and $as_of),
-- on a weekday on which the line mostly does not work, the weeks without work say something about the weekday and count too
mostly_open as (
    select d.business_line, d.weekday from past as d where not d.listed group by d.business_line, d.weekday having avg(case when d.off then 0.0 else 1.0 end) >= 0.5
),
open_days as (
    select d.business_line, d.day
    from past as d
    left join mostly_open as m on m.business_line = d.business_line and m.weekday = d.weekday
    where not d.off or (m.weekday is null and not d.listed)
),
days as (select person_no, work_date, worked, result, leave_hours from employee_days where work_date between $as_of - 55 and $as_of),
leave as (select employee_id, starts_on, ends_on from leave_requests where starts_on <= $as_of and ends_on >= $as_of - 55),
recorders as (select * from goal_recorders),
away as (
    select d.person_no, d.work_date as day from days as d where not d.worked and (d.result = 'leave' or d.leave_hours > 0)
    union
    select p.person_no, o.day
    from leave as l
    join people as p on p.employee_id = l.employee_id
    join open_days as o on o.business_line = p.business_line and o.day between l.starts_on and l.ends_on
),
possible as (
    select p.person_no, p.team, o.day, isodow(o.day) as weekday
    from people as p
    join recorders as r on r.person_no = p.person_no
    join open_days as o on o.business_line = p.business_line and o.day >= p.hire_date and (p.leave_date is null or o.day <= p.leave_date)
),
counted as (
    select
        b.person_no,
        b.team,
        b.weekday,
        sum(case when d.worked or a.day is null then 1 else 0 end) as possible,
        sum(case when d.worked then 1 else 0 end) as worked
    from possible as b
    left join days as d on d.person_no = b.person_no and d.work_date = b.day
    left join away as a on a.person_no = b.person_no and a.day = b.day
    group by b.person_no, b.team, b.weekday
),
known as (
    select c.person_no, c.team, c.weekday, c.possible, c.worked, sum(c.possible) over (partition by c.person_no) as days_known
    from counted as c
),
own as (
    select 'p' as kind, k.person_no, cast(null as varchar) as team, k.weekday, k.worked * 1.0 / k.possible as share
    from known as k
    where k.days_known >= 10 and k.possible > 0
),
of_team as (
    select 't' as kind, cast(null as integer) as person_no, k.team, k.weekday, sum(k.worked) * 1.0 / sum(k.possible) as share
    from known as k
    where k.days_known >= 10
    group by k.team, k.weekday
    having sum(k.possible) > 0
),
ranked as (
    select
        s.*,
        row_number() over (partition by s.kind, s.person_no, s.team order by s.share desc, s.weekday) as place,
        floor(sum(s.share) over (partition by s.kind, s.person_no, s.team) + 0.5) as days_a_week
    from (select * from own union all select * from of_team) as s
),
usual as (select r.* from ranked as r where r.share >= 0.8 or (r.place <= r.days_a_week and r.share > 0)),
with_history as (select distinct o.person_no from own as o),
teams_known as (select distinct t.team from of_team as t),
weekdays as (
    select u.person_no, u.weekday from usual as u where u.kind = 'p'
    union all
    select p.person_no, u.weekday
    from people as p
    join usual as u on u.kind = 't' and u.team = p.team
    where p.person_no not in (select h.person_no from with_history as h)
    union all
    select p.person_no, w.weekday
    from people as p
    cross join (values (1), (2), (3), (4), (5)) as w (weekday)
    where p.person_no not in (select h.person_no from with_history as h)
        and p.team not in (select t.team from teams_known as t)
)
select cast(w.person_no as integer) as person_no, cast(w.weekday as integer) as weekday from weekdays as w
