-- tags_person_weeks: one row per person of a team and week, the 26 weeks up to the one shown, a page of people at a time
-- roles: hr   grain: person
-- $team text   team
-- $week date   Monday of the last week
-- $tag text    key of one tag, or '' for all
-- $skip whole  people before this page
-- $size whole  people on this page
-- $gone list   employee_ids to leave out: people who objected since the build
-- > place whole               1 for the person who carries most in the last week
-- > people whole              people there are in all
-- > carriers whole            how many of them carry a tag (or the one asked for) in the last week
-- > employee_id text person   who
-- > name text person          name
-- > week date                 Monday of the week
-- > held whole                tags carried on any day of the week; null when not employed then
-- > keys text                 their keys, in order, joined by commas
with
-- whoever objects to scoring is on no list
objectors as (select c.employee_id from app_choices as c where c.choice = 'no_scoring'),
members as (
    select e.employee_id, e.name, e.hire_date, e.leave_date
    from employees as e
    anti join objectors as o on o.employee_id = e.employee_id
    where e.team = $team and not list_contains($gone, e.employee_id) and e.hire_date <= cast($week as date) + 6 and (e.leave_date is null or e.leave_date >= $week)
),
calendar as (
    select cast($week as date) - cast(7 * g.back as integer) as week
    from generate_series(0, 25) as g (back)
),
carried as (
    select distinct t.employee_id, c.week, t.tag
    from tag_episodes as t
    join members as m on m.employee_id = t.employee_id
    join calendar as c on t.since <= c.week + 6 and (t.until is null or t.until >= c.week)
    where $tag = '' or t.tag = $tag
),
counted as (
    select c.employee_id, c.week, count(*) as held, string_agg(c.tag, ',' order by k.sort, c.tag) as keys
    from carried as c
    join tags as k on k.tag = c.tag
    group by c.employee_id, c.week
),
weighed as (
    select
        c.employee_id,
        sum(case when c.week = $week then c.held else 0 end) as carried_now,
        sum(c.held) as carried_ever
    from counted as c
    group by c.employee_id
),
placed as (
    select
        m.*,
        row_number() over (order by coalesce(w.carried_now, 0) desc, coalesce(w.carried_ever, 0) desc, m.employee_id) as place,
        count(*) over () as people,
        count(case when w.carried_now > 0 then 1 end) over () as carriers
    from members as m
    left join weighed as w on w.employee_id = m.employee_id
),
shown as (
    select
        p.place,
        p.people,
        p.carriers,
        p.employee_id,
        p.name,
        c.week,
        case when c.week + 6 >= p.hire_date and (p.leave_date is null or c.week <= p.leave_date) then coalesce(d.held, 0) end as held,
        d.keys
    from placed as p
    cross join calendar as c
    left join counted as d on d.employee_id = p.employee_id and d.week = c.week
    where p.place > $skip and p.place <= $skip + $size
    order by p.place, c.week
)
select * from shown
