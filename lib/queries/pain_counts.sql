-- pain_counts: one row per team and pain point, and one per pain point for all of them (team ''): how many people have it
-- roles: boss, lead, hr, presenter   grain: group
-- > team text       team; '' for all teams in scope
-- > pain text       key of the pain point
-- > people whole    people who work there; null in a group too small to show
-- > firing whole    people with this pain point; null when it is not shown
-- > few flag        not shown because they are fewer than 5, or could be worked out
-- > judged flag     of the total alone: whether the rule can tell about anybody
-- A count under 5 is shown to HR alone.  The total is shown to others only where it leaves every hidden team every number it could
-- have: with S people in hidden teams that could hold C together and W the widest of them (4, or its people where it is too small to
-- show, and no more than can be told about there), S and C - S must both be W or more, so that whoever subtracts the shown teams from
-- the total learns nothing about a hidden one.
with
here as (
    select e.team, count(*) as people
    from employees as e
    where e.active
    group by e.team
),
known as (select distinct p.pain from pain_points as p),
had as (
    select e.team, p.pain, count(case when p.state = 'fires' then 1 end) as firing, count(case when p.state <> 'cannot_tell' then 1 end) as told
    from pain_points as p
    join employees as e on e.employee_id = p.employee_id
    where e.active
    group by e.team, p.pain
),
cells as (
    select
        h.team,
        k.pain,
        h.people,
        coalesce(d.firing, 0) as firing,
        coalesce(d.told, 0) as told,
        least(coalesce(d.told, 0), case when h.people < $min_group then h.people else 4 end) as room,
        $min_group > 1 and (h.people < $min_group or coalesce(d.firing, 0) < 5) as few
    from here as h
    cross join known as k
    left join had as d on d.team = h.team and d.pain = k.pain
),
wholes as (
    select
        '' as team,
        c.pain,
        sum(c.people) as people,
        sum(c.firing) as firing,
        sum(c.told) > 0 as judged,
        coalesce(sum(case when c.few then c.firing end), 0) as unseen,
        coalesce(sum(case when c.few then c.room end), 0) as room,
        coalesce(max(case when c.few then c.room end), 0) as widest,
        $min_group > 1 and (sum(c.people) < $min_group or sum(c.firing) < 5) as small
    from cells as c
    group by c.pain
),
told as (
    select
        w.team,
        w.pain,
        w.people,
        w.firing,
        w.judged,
        w.small or ($min_group > 1 and w.room > 0 and (w.unseen < w.widest or w.room - w.unseen < w.widest)) as few
    from wholes as w
    union all
    select c.team, c.pain, c.people, c.firing, null as judged, c.few
    from cells as c
),
shown as (
    select
        t.team,
        t.pain,
        cast(case when t.people >= $min_group then t.people end as bigint) as people,
        cast(case when not t.few then t.firing end as bigint) as firing,
        t.few,
        cast(t.judged as boolean) as judged
    from told as t
    order by t.team = '' desc, t.firing * (case when t.few then 0 else 1 end) desc, t.team, t.pain
)
select * from shown
