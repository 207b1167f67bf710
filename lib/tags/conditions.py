"""The conditions of the six tags as SQL over mart columns; each ends in a CTE ``intervals`` (see :class:`lib.tags.shape.Tag`).

``{limits}`` are rendered by the compiler as checked numbers, ``{as_of}`` and ``{forever}`` as date literals.
"""

NEW_HIRE = """
intervals as (
    select
        p.person_no,
        p.hire_date as since,
        cast(p.hire_date + interval '{months}' month as date) - 1 as until,
        1.0 as strength,
        p.hire_date
    from employees as p
)
"""

PERFORMANCE_DIP = """
counted_weeks as (
    select
        w.person_no,
        w.week,
        w.performance,
        row_number() over (partition by w.person_no order by w.week) as nth,
        lag(w.performance) over (partition by w.person_no order by w.week) as week_before,
        lead(w.week) over (partition by w.person_no order by w.week) as next_week
    from employee_weeks as w
    where w.worked_days >= {min_days} and w.performance is not null and w.week + 6 <= {as_of}
),
changes as (
    select
        c.*,
        case when c.performance < (1 - {drop}) * c.week_before then 1 else 0 end as fell
    from counted_weeks as c
),
falls_in_a_row as (
    select
        c.*,
        sum(c.fell) over (partition by c.person_no order by c.nth rows between {weeks} - 1 preceding and current row) as falls
    from changes as c
),
fired as (select f.* from falls_in_a_row as f where f.falls = {weeks}),
-- the person's own weeks before the falls: what is usual, and how much it varies by itself
own_weeks as (
    select
        f.person_no,
        f.nth,
        avg(c.performance) as usual,
        stddev_samp(c.performance) as spread,
        count(*) as weeks
    from fired as f
    join counted_weeks as c
        on c.person_no = f.person_no and c.nth between f.nth - {weeks} - {baseline} + 1 and f.nth - {weeks}
    group by f.person_no, f.nth
),
fall_sizes as (
    select
        f.person_no,
        f.nth,
        list(round(c.performance / c.week_before - 1, 3) order by c.nth) as falls
    from fired as f
    join counted_weeks as c on c.person_no = f.person_no and c.nth between f.nth - {weeks} + 1 and f.nth
    group by f.person_no, f.nth
),
scored as (
    select
        f.*,
        s.falls as fall_list,
        o.usual,
        -- a spread under 1 % of the usual week is too good to be true with few weeks
        case when o.weeks >= 4
            then (f.performance - o.usual) / greatest(o.spread * sqrt(1 + 1.0 / o.weeks), 0.01 * abs(o.usual), 0.000001)
        end as z
    from fired as f
    join fall_sizes as s on s.person_no = f.person_no and s.nth = f.nth
    left join own_weeks as o on o.person_no = f.person_no and o.nth = f.nth
),
intervals as (
    select
        s.person_no,
        s.week + 7 as since,
        case when s.next_week is null then {forever} else s.next_week + 6 end as until,
        least(coalesce(-s.z, 0), 99) as strength,
        s.week,
        s.fall_list,
        s.performance,
        s.usual,
        s.z
    from scored as s
)
"""

HIGH_PRESSURE = """
worked_days as (
    select
        d.person_no,
        d.work_date,
        d.check_out,
        d.check_out > cast(d.work_date as timestamp) + to_minutes(cast(round({after} * 60) as integer)) as late_evening,
        lead(d.work_date) over (partition by d.person_no order by d.work_date) as next_worked,
        row_number() over (partition by d.person_no order by d.work_date) as place
    from employee_days as d
    where d.worked
),
-- late days in a row keep the same distance between their place among worked days and their place among late days
late_evenings as (
    select
        w.person_no,
        w.work_date,
        w.next_worked,
        datediff('minute', cast(w.work_date as timestamp), w.check_out) as left_at,
        w.place - row_number() over (partition by w.person_no order by w.work_date) as run
    from worked_days as w
    where w.late_evening
),
late_days as (
    select l.*, row_number() over (partition by l.person_no, l.run order by l.work_date) as nth
    from late_evenings as l
),
fired as (select l.* from late_days as l where l.nth >= {days}),
last_evenings as (
    select f.person_no, f.work_date, max(l.left_at) as latest, avg(l.left_at - {after} * 60) as minutes_over
    from fired as f
    join late_days as l on l.person_no = f.person_no and l.run = f.run and l.nth between f.nth - {days} + 1 and f.nth
    group by f.person_no, f.work_date
),
intervals as (
    select
        f.person_no,
        f.work_date as since,
        least(coalesce(f.next_worked - 1, {forever}), f.work_date + {linger}) as until,
        e.minutes_over / 60.0 as strength,
        f.nth as days,
        e.latest,
        e.minutes_over
    from fired as f
    join last_evenings as e on e.person_no = f.person_no and e.work_date = f.work_date
)
"""

LIFE_EVENT = """
years as (
    select cast(g.year as integer) as year
    from generate_series(
        (select min(cast(extract(year from p.hire_date) as integer)) from employees as p),
        cast(extract(year from {as_of}) as integer) + 1
    ) as g (year)
),
birthdays as (
    select
        p.person_no,
        case
            -- the day before 1 March is the 28th in common years and the 29th in leap years
            when extract(month from p.birth_date) = 2 and extract(day from p.birth_date) = 29 then make_date(y.year, 3, 1) - 1
            else make_date(
                y.year,
                cast(extract(month from p.birth_date) as integer),
                cast(extract(day from p.birth_date) as integer)
            )
        end as birthday
    from employees as p
    join years as y on y.year >= extract(year from p.hire_date) - 1
    where p.birth_date is not null and (p.leave_date is null or y.year <= extract(year from p.leave_date) + 1)
),
declared as (
    select p.person_no, e.kind, e.event_date, e.expires_on
    from life_events as e
    join employees as p on p.employee_id = e.employee_id
),
intervals as (
    select b.person_no, b.birthday - {before} as since, b.birthday as until, 1.0 as strength, 'birthday' as kind
    from birthdays as b
    union all
    select d.person_no, d.event_date - {before}, d.event_date, 1.0, d.kind
    from declared as d
    where d.kind = 'birthday'
    union all
    select d.person_no, d.event_date, coalesce(d.expires_on, d.event_date + {days} - 1), 1.0, d.kind
    from declared as d
    where d.kind <> 'birthday'
)
"""

CLIENT_TROUBLE = """
days as (
    select
        d.person_no,
        d.work_date as day,
        coalesce(d.answered, 0) as answered,
        case when d.answered is not null then coalesce(d.rejected, 0) else 0 end as rejected,
        d.worked
    from employee_days as d
),
-- windows cover calendar days, so every day gets a row from the first call to a window's length after the last
spans as (
    select d.person_no, min(d.day) as first_day, least(max(d.day) + {window} - 1, {as_of}) as last_day
    from days as d
    where d.answered > 0
    group by d.person_no
),
calendar as (
    select cast(g.day as date) as day
    from (select min(s.first_day) as first_day, max(s.last_day) as last_day from spans as s) as s
    cross join generate_series(cast(s.first_day as timestamp), cast(s.last_day as timestamp), interval '1' day) as g (day)
),
grid as (
    select
        s.person_no,
        c.day,
        coalesce(d.answered, 0) as answered,
        coalesce(d.rejected, 0) as rejected
    from spans as s
    join calendar as c on c.day between s.first_day and s.last_day
    left join days as d on d.person_no = s.person_no and d.day = c.day
),
-- answered and rejected calls of a day in one number: sums over days are dear, and this way one sum does for both
-- (a billion is more than anybody has calls in any window: the contract allows a million a day)
packed as (
    select g.person_no, g.day, cast(g.answered as bigint) * 1000000000 + g.rejected as calls
    from grid as g
),
windows as (
    select
        p.person_no,
        p.day,
        cast(sum(p.calls) over (
            partition by p.person_no order by p.day rows between {window} - 1 preceding and current row
        ) as bigint) as calls,
        cast(sum(p.calls) over (
            partition by p.person_no order by p.day rows between {window} + {baseline} - 1 preceding and {window} preceding
        ) as bigint) as own_calls
    from packed as p
),
enough_calls as (
    select
        w.person_no,
        w.day,
        w.calls // 1000000000 as answered,
        w.calls % 1000000000 as rejected,
        (w.calls % 1000000000) / (w.calls // 1000000000) as rate,
        w.own_calls
    from windows as w
    where w.calls >= cast({answered} as bigint) * 1000000000
),
client_talks as (
    select distinct p.person_no, s.talked_on + cast(g.later as integer) as day
    from talk_signals as s
    join employees as p on p.employee_id = s.employee_id
    cross join generate_series(0, {signal_days} - 1) as g (later)
    where s.signal = 'client_trouble'
),
candidates as (
    select
        e.*,
        p.team,
        case when e.own_calls >= 1000000000 then (e.own_calls % 1000000000) / (e.own_calls // 1000000000) end as own_rate,
        t.day is not null as said
    from enough_calls as e
    join employees as p on p.person_no = e.person_no
    left join client_talks as t on t.person_no = e.person_no and t.day = e.day
    where e.rate >= {share}
),
compared_with_self as (select c.*, coalesce(c.rate > c.own_rate, false) as above_own from candidates as c),
-- the team's median is only worked out where somebody's own past does not settle it
team_days as (select distinct c.team, c.day from compared_with_self as c where not c.above_own and not c.said),
team_medians as (
    select p.team, e.day, median(e.rate) as team_rate
    from enough_calls as e
    join employees as p on p.person_no = e.person_no
    join team_days as t on t.team = p.team and t.day = e.day
    group by p.team, e.day
),
compared_with_team as (
    select c.*, case when not c.above_own and not c.said then m.team_rate end as team_rate
    from compared_with_self as c
    left join team_medians as m on m.team = c.team and m.day = c.day
),
true_days as (
    select c.*, lead(c.day) over (partition by c.person_no order by c.day) as next_day
    from compared_with_team as c
    join employees as p on p.person_no = c.person_no
    where (c.above_own or c.said or c.rate > c.team_rate)
        and c.day >= p.hire_date and (p.leave_date is null or c.day <= p.leave_date)
),
-- days without work between two true days belong to the run, a worked day in between ends it
ended_by_work as (
    select distinct t.person_no, t.day
    from true_days as t
    join days as d on d.person_no = t.person_no and d.day > t.day and d.day < t.next_day
    where d.worked and t.next_day > t.day + 1
),
scored as (
    select
        t.*,
        case when t.next_day is null or e.day is not null then t.day else t.next_day - 1 end as last_day,
        least(greatest(case when t.above_own then t.own_rate else coalesce(t.team_rate, {share}) end, 0.05), 0.95) as compared_with
    from true_days as t
    left join ended_by_work as e on e.person_no = t.person_no and e.day = t.day
),
intervals as (
    select
        s.person_no,
        s.day as since,
        s.last_day as until,
        (s.rate - s.compared_with) / sqrt(s.compared_with * (1 - s.compared_with) / s.answered) as strength,
        s.rate,
        s.answered,
        s.rejected,
        s.own_rate,
        s.team_rate,
        s.said
    from scored as s
)
"""

FAMILY_CARE = """
family_talks as (
    select s.employee_id, s.talked_on, count(*) as talks
    from talk_signals as s
    where s.signal = 'family_care'
    group by s.employee_id, s.talked_on
),
intervals as (
    select
        p.person_no,
        t.talked_on as since,
        t.talked_on + {days} - 1 as until,
        1.0 as strength,
        t.talked_on,
        t.talks
    from family_talks as t
    join employees as p on p.employee_id = t.employee_id
)
"""
