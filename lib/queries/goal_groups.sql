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
-- > people whole      people employed today; with everything else of all people null where it is hidden
-- > with_goal whole   of them with a goal and a planned day in the period; with everything else of goals null where it is hidden
-- > away whole        with a goal and no planned day: on leave, or at rest
-- > left_out whole    without a goal; null where either side is hidden
-- > target number     sum of the people's goals; null when nobody has one
-- > due number        their sum up to yesterday, by planned days
-- > done number       what these people did, with what they logged; null when nobody records the measure
-- > done_all number   what everybody in the group did
-- > logged number     how much of done_all was logged in the app
-- > sharing whole     people, with those who left in the period, whose goals and days the sums are made of
-- > planned number    planned days of the people with a goal, in person-days
-- > elapsed number    of them before today
-- > working_days number  planned days in person-days, of everybody who records the measure or has a goal of it
-- > working_gone number  of them before today
-- > workers whole     how many that are, with a planned day
-- > open_day number   usual days without holidays on which the same people are employed: today
-- > open_week number  in this week
-- > open_month number in this month
-- > covered flag      nobody without a goal did any of it, so done is what everybody did; false where goals are hidden
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
        greatest(datediff('day', p.first_day, p.hire_date), 0) as before_hired,
        greatest(coalesce(datediff('day', p.first_day, p.leave_date) + 1, len(p.open_to)), 0) as final_employed,
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
        p.usual_to[p.final_month] - coalesce(p.usual_to[p.before_month], 0) as usual_month,
        -- of the same days those in employment: what a group's whole goal is spread over, so that nobody's days ask for it who has left
        greatest(coalesce(p.open_to[least(p.today, p.final_employed)], 0) - coalesce(p.open_to[greatest(p.today - 1, p.before_hired)], 0), 0) as staff_day,
        greatest(coalesce(p.open_to[least(p.before_week + 7, p.final_employed)], 0) - coalesce(p.open_to[greatest(p.before_week, p.before_hired)], 0), 0) as staff_week,
        greatest(coalesce(p.open_to[least(p.final_month, p.final_employed)], 0) - coalesce(p.open_to[greatest(p.before_month, p.before_hired)], 0), 0) as staff_month
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
        r.per_day is not null as asked,
        r.per_day is not null and r.planned > 0 as sharing,
        r.records or r.per_day is not null as works,
        r.per_day,
        r.planned,
        r.elapsed,
        r.staff_day, r.staff_week, r.staff_month,
        coalesce(c.logged, 0) + coalesce(l.logged, 0) as logged,
        case when c.done is not null or r.records or l.logged > 0 or c.logged > 0
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
        count(case when e.sharing and e.employed then 1 end) as with_goal,
        count(case when e.asked and not e.sharing and e.employed then 1 end) as away,
        count(case when not e.asked and e.employed then 1 end) as left_out,
        count(case when e.asked then 1 end) as asked,
        count(case when not e.asked then 1 end) as unasked,
        count(case when not e.asked and e.works and e.planned > 0 then 1 end) as unasked_at_work,
        count(case when not e.asked and (e.works or e.done is not null) then 1 end) as unasked_known,
        sum(case when e.sharing then e.per_day * e.planned end) as target,
        sum(case when e.sharing then e.per_day * e.elapsed end) as due,
        sum(case when e.asked then e.done end) as done,
        sum(e.done) as done_all,
        sum(e.logged) as logged,
        count(case when e.sharing then 1 end) as sharing,
        sum(case when e.asked then e.planned end) as planned,
        sum(case when e.asked then e.elapsed end) as elapsed,
        sum(case when e.works then e.planned end) as working_days,
        sum(case when e.works then e.elapsed end) as working_gone,
        count(case when e.works and e.planned > 0 then 1 end) as workers,
        sum(case when e.works then e.staff_day end) as open_day,
        sum(case when e.works then e.staff_week end) as open_week,
        sum(case when e.works then e.staff_month end) as open_month
    from each as e
    group by grouping sets ((), (e.department), (e.department, e.team))
),
-- What is hidden.  Three sets of people are kept apart: those employed ('people'), those with a goal ('goals') and those without ('rest').
-- Of each, n1, n2 and n3 count whom its figures are made of: employed, with a planned day, and in what is done (people who left are in it).
-- A count is small when it is above zero and below $min_group.  A team is hidden where one is small.  What a parent that is shown leaves
-- over when every shown group in it is taken away (r1, r2, r3) must not be small either, else one more team is hidden, or the parent.
-- Figures of all people may be taken from figures of those with a goal too.  So where goals of any team are hidden, the people with a goal
-- who are left over (g) must have so many beside them who have none that the difference never is of a few.
-- How many people a team of at least $min_group has is no secret elsewhere (board_teams, morale_teams): 'people' is hidden with the sums over
-- these people, which no headcount gives away.
strict as (
    select count(*) > 0 as on_guard
    from sums as s
    where $min_group > 1 and s.level = 'team' and s.asked > 0 and (s.unit is null or s.people = 0
        or coalesce(least(nullif(s.with_goal, 0), nullif(s.sharing, 0), s.asked), $min_group) < $min_group)
),
units as (
    select k.kind, s.department, s.unit as team, s.unit is null or s.people = 0 as unlisted,
        case k.kind when 'people' then s.people when 'goals' then s.with_goal else s.left_out end as n1,
        case k.kind when 'people' then s.people when 'goals' then s.sharing else s.unasked_at_work end as n2,
        case k.kind when 'people' then s.people when 'goals' then s.asked else s.unasked_known end as n3,
        case when k.kind = 'rest' and x.on_guard then s.asked else 0 end as g
    from sums as s
    cross join (values ('people'), ('goals'), ('rest')) as k (kind)
    cross join strict as x
    where s.level = 'team'
),
teams_first as (
    select
        u.*,
        not u.unlisted and coalesce(least(nullif(u.n1, 0), nullif(u.n2, 0), nullif(u.n3, 0)), $min_group) >= $min_group
            and (u.g = 0 or least(u.n1, u.n2, u.n3) >= $min_group) as open
    from units as u
),
left_first as (
    select
        t.kind, t.department, sum(t.n1 + t.n3 + t.g) as size,
        sum(case when t.open then 0 else t.n1 end) as r1, sum(case when t.open then 0 else t.n2 end) as r2,
        sum(case when t.open then 0 else t.n3 end) as r3, sum(case when t.open then 0 else t.g end) as g
    from teams_first as t
    group by t.kind, t.department
),
judged_first as (
    select
        r.*,
        coalesce(least(nullif(r.r1, 0), nullif(r.r2, 0), nullif(r.r3, 0)), $min_group) >= $min_group
            and (r.g = 0 or least(r.r1, r.r2, r.r3) >= $min_group) as fine
    from left_first as r
),
one_more as (
    select t.*, row_number() over (partition by t.kind, t.department order by t.n1, t.n3, t.team) as place
    from teams_first as t
    join judged_first as r on r.kind = t.kind and r.department = t.department
    where t.open and not r.fine
        and coalesce(least(nullif(r.r1 + t.n1, 0), nullif(r.r2 + t.n2, 0), nullif(r.r3 + t.n3, 0)), $min_group) >= $min_group
        and (r.g + t.g = 0 or least(r.r1 + t.n1, r.r2 + t.n2, r.r3 + t.n3) >= $min_group)
),
teams_then as (
    select t.* replace (t.open and m.team is null as open)
    from teams_first as t
    left join one_more as m on m.kind = t.kind and m.department = t.department and m.team = t.team and m.place = 1
),
departments as (
    select
        r.kind, r.department, r.size,
        r.department <> '' and (r.fine or m.team is not null) as open,
        r.r1 + coalesce(m.n1, 0) as r1, r.r2 + coalesce(m.n2, 0) as r2, r.r3 + coalesce(m.n3, 0) as r3, r.g + coalesce(m.g, 0) as g
    from judged_first as r
    left join one_more as m on m.kind = r.kind and m.department = r.department and m.place = 1
),
left_over as (
    select
        d.kind,
        sum(case when d.open then 0 else d.r1 end) as r1, sum(case when d.open then 0 else d.r2 end) as r2,
        sum(case when d.open then 0 else d.r3 end) as r3, sum(case when d.open then 0 else d.g end) as g
    from departments as d
    group by d.kind
),
company as (
    select
        o.*,
        coalesce(least(nullif(o.r1, 0), nullif(o.r2, 0), nullif(o.r3, 0)), $min_group) >= $min_group
            and (o.g = 0 or least(o.r1, o.r2, o.r3) >= $min_group) as fine
    from left_over as o
),
-- for the company a department is hidden, which leaves its hidden teams over, and one of its teams with it where those are too few
choices as (
    select d.kind, d.department, cast(null as varchar) as team, d.size, 0 as n1, d.r1, d.r2, d.r3, d.g
    from departments as d
    where d.open
    union all
    select t.kind, t.department, t.team, d.size, t.n1, t.n1 + case when d.open then d.r1 else 0 end, t.n2 + case when d.open then d.r2 else 0 end,
        t.n3 + case when d.open then d.r3 else 0 end, t.g + case when d.open then d.g else 0 end
    from teams_then as t
    join departments as d on d.kind = t.kind and d.department = t.department
    where t.open
),
another as (
    select h.*, row_number() over (partition by h.kind order by case when h.team is null then 0 else 1 end, h.size, h.department, h.n1, h.team) as place
    from choices as h
    join company as c on c.kind = h.kind
    where not c.fine
        and coalesce(least(nullif(c.r1 + h.r1, 0), nullif(c.r2 + h.r2, 0), nullif(c.r3 + h.r3, 0)), $min_group) >= $min_group
        and (c.g + h.g = 0 or least(c.r1 + h.r1, c.r2 + h.r2, c.r3 + h.r3) >= $min_group)
),
opened as (
    select t.kind, 'team' as level, t.team as unit, t.department, t.open and a.kind is null as open
    from teams_then as t
    left join another as a on a.kind = t.kind and a.department = t.department and a.team = t.team and a.place = 1
    union all
    select d.kind, 'department', d.department, '', d.open and a.kind is null
    from departments as d
    left join another as a on a.kind = d.kind and a.department = d.department and a.place = 1
    union all
    select c.kind, 'company', '', '', c.fine or a.kind is not null
    from company as c
    left join another as a on a.kind = c.kind and a.place = 1
),
verdicts as (
    select
        o.level,
        o.unit,
        o.department,
        bool_and(o.open or o.kind <> 'people') as of_people,
        bool_and(o.open or o.kind <> 'goals') as of_goals,
        bool_and(o.open or o.kind <> 'rest') as of_rest
    from opened as o
    group by o.level, o.unit, o.department
),
-- figures of all people say nothing new where everybody has a goal and those are shown; of a hidden group nobody learns that none has one
sides as (
    select
        s.*,
        v.of_people and (v.of_rest or (v.of_goals and s.unasked = 0)) as of_all,
        v.of_goals and (s.asked > 0 or (v.of_people and v.of_rest)) as of_goals
    from sums as s
    join verdicts as v on v.level = s.level and v.unit = s.unit and v.department = s.department
    where s.people > 0 and not (s.level = 'department' and s.unit = '')
),
shown as (
    select
        s.level, s.unit, s.department,
        case when s.of_all then s.people end as people,
        case when s.of_goals then s.with_goal end as with_goal,
        case when s.of_goals then s.away end as away,
        case when s.of_all and s.of_goals then s.left_out end as left_out,
        case when s.of_goals then cast(s.target as double) end as target,
        case when s.of_goals then cast(s.due as double) end as due,
        case when s.of_goals then cast(s.done as double) end as done,
        case when s.of_all then cast(s.done_all as double) end as done_all,
        case when s.of_all then cast(s.logged as double) end as logged,
        case when s.of_goals then s.sharing end as sharing,
        case when s.of_goals then cast(s.planned as double) end as planned,
        case when s.of_goals then cast(s.elapsed as double) end as elapsed,
        case when s.of_all then cast(s.working_days as double) end as working_days,
        case when s.of_all then cast(s.working_gone as double) end as working_gone,
        case when s.of_all then s.workers end as workers,
        case when s.of_all then cast(s.open_day as double) end as open_day,
        case when s.of_all then cast(s.open_week as double) end as open_week,
        case when s.of_all then cast(s.open_month as double) end as open_month,
        s.of_goals and s.unasked_known = 0 as covered
    from sides as s
    order by case s.level when 'company' then 0 when 'department' then 1 else 2 end, s.department, s.unit
)
select * from shown
