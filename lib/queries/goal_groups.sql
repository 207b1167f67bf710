-- goal_groups: one row for everybody in scope ('company'), per department and per team: goals of the people, what is done, days, for one measure
-- roles: boss, lead, hr, presenter   grain: group
-- $metric text        effective, intents, deals, revenue, answered or dials
-- $period text        day, week or month
-- $today date         the company's day
-- $goals text         goals set in the app that the build may not know: JSON list, '[]' for none
-- $logged text        what people logged in the app from the build's day on: JSON list, '[]' for none
-- > level text        company, department or team
-- > unit text         '' for the company, else the department or team
-- > department text   the team's department; '' for none
-- > people whole      people employed today; null in a group too small to show
-- > with_goal whole   of them with a goal and a planned day in the period
-- > away whole        with a goal and no planned day: on leave, or at rest
-- > left_out whole    without a goal
-- > target number     sum of the people's goals; null when nobody has one, or fewer than the smallest group have one
-- > due number        their sum up to yesterday, by planned days
-- > done number       what these people did, with what they logged; null when nobody records the measure
-- > done_all number   what everybody in the group did
-- > logged number     how much of done_all was logged in the app
-- > sharing whole     people, with those who left in the period, whose goals and days the sums are made of
-- > planned number    planned days of the people with a goal, in person-days
-- > elapsed number    of them before today
-- > working_days number  planned days in person-days, of everybody who records the measure
-- > working_gone number  of them before today
-- > workers whole     how many that are, with a planned day
-- > open_day number   usual days without holidays of the same people: today
-- > open_week number  in this week
-- > open_month number in this month
with
house as (select b.as_of from build_info as b),
recording as (select g.peers from goal_metrics as g where g.metric = $metric),
spans as (
    select
        case $period when 'day' then $today::date when 'week' then cast(date_trunc('week', $today::date) as date)
            else cast(date_trunc('month', $today::date) as date) end as starts_on,
        case $period when 'day' then $today::date when 'week' then cast(date_trunc('week', $today::date) as date) + 6
            else last_day($today::date) end as ends_on,
        cast(date_trunc('week', $today::date) as date) as week_on,
        cast(date_trunc('month', $today::date) as date) as month_on,
        last_day($today::date) as month_end
),
plans as (
    select
        p.employee_id,
        p.team,
        p.department,
        p.peers,
        p.week_days,
        p.hire_date <= $today and (p.leave_date is null or p.leave_date >= $today) as employed,
        p.files_hold_calls,
        p.files_hold_deals,
        r.peers is not null as records,
        p.planned_to,
        p.usual_to,
        p.open_to,
        -- places in the plan: the day before the period, its last day, and today
        datediff('day', p.first_day, s.starts_on) as before,
        datediff('day', p.first_day, s.ends_on) + 1 as final,
        datediff('day', p.first_day, $today::date) + 1 as today,
        datediff('day', p.first_day, s.week_on) as before_week,
        datediff('day', p.first_day, s.month_on) as before_month,
        datediff('day', p.first_day, s.month_end) + 1 as final_month,
        case
            when p.hire_date + interval 1 month > $today then k.first_month
            when p.hire_date + interval 2 month > $today then k.second_month
            when p.hire_date + interval 3 month > $today then k.third_month
            else 1
        end as newcomer_share
    from goal_people as p
    cross join spans as s
    cross join goal_rules as k
    left join recording as r on r.peers = p.peers
),
days as (
    select
        p.* exclude (planned_to, usual_to, open_to),
        p.planned_to[p.final] - coalesce(p.planned_to[p.before], 0) as planned,
        coalesce(p.planned_to[p.today - 1], 0) - coalesce(p.planned_to[p.before], 0) as elapsed,
        p.open_to[p.today] - coalesce(p.open_to[p.today - 1], 0) as open_day,
        p.open_to[p.before_week + 7] - coalesce(p.open_to[p.before_week], 0) as open_week,
        p.open_to[p.final_month] - coalesce(p.open_to[p.before_month], 0) as open_month,
        p.usual_to[p.final_month] - coalesce(p.usual_to[p.before_month], 0) as usual_month
    from plans as p
),
sent as (
    select unnest(from_json($goals, '[{"goal_id":"varchar","level":"varchar","unit":"varchar","metric":"varchar","period":"varchar","target":"double","starts_on":"date","source":"varchar","set_at":"timestamp"}]')) as g
),
in_app as (
    select a.* from app_goals as a where a.metric = $metric and a.level in ('role', 'person')
    union
    select s.g.goal_id, s.g.level, s.g.unit, s.g.metric, s.g.period, s.g.target, s.g.starts_on, s.g.source, s.g.set_at
    from sent as s
    where s.g.metric = $metric and s.g.level in ('role', 'person')
),
taken_back as (select substring(a.goal_id, 6) as goal_id from in_app as a where a.target is null),
app_newest as (
    select a.*, row_number() over (partition by a.level, a.unit, a.period, a.level = 'person' and a.source = 'split'
                                   order by a.set_at desc, a.goal_id desc) as back
    from in_app as a
    where a.target is not null and a.starts_on <= $today and a.goal_id not in (select t.goal_id from taken_back as t)
),
-- lower goes first: the level, then this very period and the nearest other, then the app before the files
nearness as (
    select n.period, n.place
    from (values ('day', 'day', 0), ('day', 'week', 1), ('day', 'month', 2), ('week', 'week', 0), ('week', 'month', 1), ('week', 'day', 2),
                 ('month', 'month', 0), ('month', 'week', 1), ('month', 'day', 2)) as n (asked, period, place)
    where n.asked = $period
),
person_goals as (
    select a.unit as employee_id, case when a.source = 'split' then 10 else 0 end + n.place * 2 as place, a.period, a.target
    from app_newest as a
    join nearness as n on n.period = a.period
    where a.back = 1 and a.level = 'person'
    union all
    select
        g.employee_id,
        case g.level when 'person' then 0 when 'split' then 10 when 'role' then 20 else 30 end + n.place * 2 + 1,
        g.period,
        g.target
    from goal_given as g
    join nearness as n on n.period = g.period
    where g.metric = $metric
),
best_of_person as (
    select p.employee_id, min_by({'place': p.place, 'period': p.period, 'target': p.target}, p.place) as goal
    from person_goals as p
    group by p.employee_id
),
best_of_role as (
    select a.unit as peers, min_by({'place': 20 + n.place * 2, 'period': a.period, 'target': a.target}, n.place) as goal
    from app_newest as a
    join nearness as n on n.period = a.period
    where a.back = 1 and a.level = 'role'
    group by a.unit
),
chosen as (
    select d.*, case when o.goal.place <= coalesce(r.goal.place, 99) then o.goal else r.goal end as goal
    from days as d
    left join best_of_person as o on o.employee_id = d.employee_id
    left join best_of_role as r on r.peers = d.peers
),
rated as (
    select
        c.*,
        c.goal.target * case when c.goal.place >= 20 then c.newcomer_share else 1 end
            / nullif(case
                when c.goal.period = 'day' then 1
                when c.goal.place between 10 and 19 and c.goal.period = 'week' and c.open_week > 0 then c.open_week
                when c.goal.place between 10 and 19 and c.goal.period = 'month' and c.open_month > 0 then c.open_month
                when c.goal.period = 'week' then c.week_days
                else c.usual_month
            end, 0) as per_day
    from chosen as c
),
told as (
    select unnest(from_json($logged, '[{"employee_id":"varchar","day":"date","effective":"double","intents":"double","deals":"double","revenue":"double"}]')) as l
),
logged as (
    select
        t.l.employee_id as employee_id,
        sum(case $metric when 'effective' then t.l.effective when 'intents' then t.l.intents
            when 'deals' then case when p.files_hold_deals and t.l.day = h.as_of and t.l.day < $today then 0 else t.l.deals end
            when 'revenue' then case when p.files_hold_deals and t.l.day = h.as_of and t.l.day < $today then 0 else t.l.revenue end else 0 end) as logged
    from told as t
    join goal_people as p on p.employee_id = t.l.employee_id
    cross join house as h
    cross join spans as s
    where t.l.day between s.starts_on and s.ends_on and t.l.day >= h.as_of and not (t.l.day = h.as_of and t.l.day < $today and p.files_hold_calls)
    group by t.l.employee_id
),
counted as (
    select
        f.employee_id,
        case $metric when 'effective' then f.effective when 'intents' then f.intents when 'deals' then f.deals when 'revenue' then f.revenue
            when 'answered' then f.answered else f.dials end as done,
        case $metric when 'effective' then f.logged_effective when 'intents' then f.logged_intents when 'deals' then f.logged_deals
            when 'revenue' then f.logged_revenue else 0 end as logged
    from goal_facts as f
    cross join spans as s
    where f.period = $period and f.starts_on = s.starts_on
),
each as (
    select
        r.team,
        coalesce(r.department, '') as department,
        r.employed,
        r.records,
        r.per_day,
        r.planned,
        r.elapsed,
        r.open_day,
        r.open_week,
        r.open_month,
        coalesce(c.logged, 0) + coalesce(l.logged, 0) as logged,
        case when c.done is not null or r.records or l.logged is not null or c.logged > 0
            then coalesce(c.done, 0) + coalesce(c.logged, 0) + coalesce(l.logged, 0) end as done
    from rated as r
    left join counted as c on c.employee_id = r.employee_id
    left join logged as l on l.employee_id = r.employee_id
),
sums as (
    select
        case grouping(e.department, e.team) when 0 then 'team' when 1 then 'department' else 'company' end as level,
        case grouping(e.department, e.team) when 0 then e.team when 1 then e.department else '' end as unit,
        case when grouping(e.department, e.team) = 0 then e.department else '' end as department,
        count(case when e.employed then 1 end) as people,
        count(case when e.per_day is not null and e.planned > 0 and e.employed then 1 end) as with_goal,
        count(case when e.per_day is not null and e.planned = 0 and e.employed then 1 end) as away,
        count(case when e.per_day is null and e.employed then 1 end) as left_out,
        sum(case when e.planned > 0 then e.per_day * e.planned end) as target,
        sum(case when e.planned > 0 then e.per_day * e.elapsed end) as due,
        sum(case when e.per_day is not null then e.done end) as done,
        sum(e.done) as done_all,
        sum(e.logged) as logged,
        count(case when e.per_day is not null and e.planned > 0 then 1 end) as sharing,
        sum(case when e.per_day is not null then e.planned end) as planned,
        sum(case when e.per_day is not null then e.elapsed end) as elapsed,
        sum(case when e.records then e.planned end) as working_days,
        sum(case when e.records then e.elapsed end) as working_gone,
        count(case when e.records and e.planned > 0 then 1 end) as workers,
        sum(case when e.records then e.open_day end) as open_day,
        sum(case when e.records then e.open_week end) as open_week,
        sum(case when e.records then e.open_month end) as open_month
    from each as e
    group by grouping sets ((), (e.department), (e.department, e.team))
),
-- Nobody is worked out by subtraction: where the small groups of a parent together are fewer than $min_group people, the smallest of
-- its other groups is hidden with them; a department that is hidden for another takes one of its teams along.
sized as (
    select s.*, least(s.people, case when s.with_goal > 0 then s.with_goal else s.people end) as holds
    from sums as s
    where s.people > 0
),
small_teams as (
    select z.department, sum(case when z.holds < $min_group then z.holds else 0 end) as hidden
    from sized as z
    where z.level = 'team'
    group by z.department
),
small_departments as (
    select coalesce(sum(case when z.holds < $min_group then z.holds else 0 end), 0) as hidden
    from sized as z
    where z.level = 'department'
),
next_teams as (
    select z.department, z.unit, row_number() over (partition by z.department order by z.holds, z.unit) as place
    from sized as z
    where z.level = 'team' and z.holds >= $min_group
),
next_departments as (
    select z.unit, row_number() over (order by z.holds, z.unit) as place
    from sized as z
    where z.level = 'department' and z.holds >= $min_group
),
kept_back as (
    select 'department' as level, n.unit
    from next_departments as n
    cross join small_departments as d
    where n.place = 1 and d.hidden > 0 and d.hidden < $min_group
    union all
    select 'team', n.unit
    from next_teams as n
    join small_teams as t on t.department = n.department
    where n.place = 1 and t.hidden > 0 and t.hidden < $min_group
    union all
    select 'team', n.unit
    from next_teams as n
    join small_teams as t on t.department = n.department
    join next_departments as e on e.unit = n.department and e.place = 1
    cross join small_departments as d
    where n.place = 1 and t.hidden = 0 and d.hidden > 0 and d.hidden < $min_group
),
guarded as (
    select z.* replace (case when k.unit is not null then 0 else z.people end as people)
    from sized as z
    left join kept_back as k on k.level = z.level and k.unit = z.unit
),
shown as (
    select
        s.level,
        s.unit,
        s.department,
        case when s.people >= $min_group then s.people end as people,
        case when s.people >= $min_group then s.with_goal end as with_goal,
        case when s.people >= $min_group then s.away end as away,
        case when s.people >= $min_group then s.left_out end as left_out,
        case when s.people >= $min_group and s.with_goal >= $min_group then cast(s.target as double) end as target,
        case when s.people >= $min_group and s.with_goal >= $min_group then cast(s.due as double) end as due,
        case when s.people >= $min_group and s.with_goal >= $min_group then cast(s.done as double) end as done,
        case when s.people >= $min_group then cast(s.done_all as double) end as done_all,
        case when s.people >= $min_group then cast(s.logged as double) end as logged,
        s.sharing,
        cast(s.planned as double) as planned,
        cast(s.elapsed as double) as elapsed,
        cast(s.working_days as double) as working_days,
        cast(s.working_gone as double) as working_gone,
        s.workers,
        cast(s.open_day as double) as open_day,
        cast(s.open_week as double) as open_week,
        cast(s.open_month as double) as open_month
    from guarded as s
    where not (s.level = 'department' and s.unit = '')
    order by case s.level when 'company' then 0 when 'department' then 1 else 2 end, s.department, s.unit
)
select * from shown
