-- risk_teams: one row per team, one per department and one for all of them (unit ''): how many people are above the limit
-- roles: hr, boss, presenter   grain: group
-- $gone list         people who object to scoring now; for everybody but HR empty: a number that fell on the day of an objection would
--                    tell the band of whoever objected, so they see it with everything else that a build changes
-- > level text        company, department or team
-- > unit text         team or department; '' for all in scope
-- > people whole      people with a score; null in a group that is not shown
-- > above whole       people of them above the limit (raised or high); null when it is not shown
-- > high whole        people of them in the band high; for everybody but HR of all together alone
-- > raised whole      people of them in the band raised; likewise
-- > few flag          not shown since the group is small, fewer than 5 are above the limit or fewer than 5 are not, or it could be worked out
-- For everybody but HR a number stands where five people or more are above the limit and five or more are not: nobody's band follows
-- from a number.  A department's number is shown only where it leaves every hidden team of it every number from 0 to 4: with S people
-- above the limit in hidden teams that could hold C together and W the widest of them (4, or its people where it is too small), S and
-- C - S must both be W or more.  The same holds for all together and the hidden teams of the departments that are not shown: these sets of
-- teams have none in common, so that no two numbers tell more than each alone.
with
scored as (
    select e.team, coalesce(e.department, '') as department, s.band
    from risk_scores as s
    join employees as e on e.employee_id = s.employee_id
    where e.active and not list_contains($gone, s.employee_id)
),
counted as (
    select
        c.team,
        c.department,
        count(*) as people,
        count(case when c.band <> 'even' then 1 end) as above,
        count(case when c.band = 'high' then 1 end) as high
    from scored as c
    group by c.team, c.department
),
cells as (
    select
        c.*,
        least(c.people, case when c.people < $min_group then c.people else 4 end) as room,
        $min_group > 1 and (c.people < $min_group or c.above < 5 or c.people - c.above < 5) as few
    from counted as c
),
sums as (
    select
        c.department,
        sum(c.people) as people,
        sum(c.above) as above,
        sum(c.high) as high,
        coalesce(sum(case when c.few then c.above end), 0) as unseen,
        coalesce(sum(case when c.few then c.room end), 0) as room,
        coalesce(max(case when c.few then c.room end), 0) as widest
    from cells as c
    group by c.department
),
parts as (
    select
        s.*,
        $min_group > 1 and (
            s.department = '' or s.people < $min_group or s.above < 5 or s.people - s.above < 5
            or (s.room > 0 and (s.unseen < s.widest or s.room - s.unseen < s.widest))
        ) as few
    from sums as s
),
whole as (
    select
        sum(p.people) as people,
        sum(p.above) as above,
        sum(p.high) as high,
        coalesce(sum(case when p.few then p.unseen end), 0) as unseen,
        coalesce(sum(case when p.few then p.room end), 0) as room,
        coalesce(max(case when p.few then p.widest end), 0) as widest
    from parts as p
),
told as (
    select
        'company' as level,
        '' as unit,
        w.people,
        w.above,
        w.high,
        $min_group > 1 and (
            w.people < $min_group or w.above < 5 or w.people - w.above < 5
            or (w.room > 0 and (w.unseen < w.widest or w.room - w.unseen < w.widest))
        ) as few,
        $min_group = 1 or (w.high >= 5 and w.above - w.high >= 5) as split
    from whole as w
    where w.people > 0
    union all
    select 'department' as level, p.department as unit, p.people, p.above, p.high, p.few, $min_group = 1 as split
    from parts as p
    where p.department <> ''
    union all
    select 'team' as level, c.team as unit, c.people, c.above, c.high, c.few, $min_group = 1 as split
    from cells as c
),
shown as (
    select
        t.level,
        t.unit,
        cast(case when not t.few then t.people end as bigint) as people,
        cast(case when not t.few then t.above end as bigint) as above,
        cast(case when not t.few and t.split then t.high end as bigint) as high,
        cast(case when not t.few and t.split then t.above - t.high end as bigint) as raised,
        t.few
    from told as t
    order by
        case t.level when 'company' then 0 when 'department' then 1 else 2 end,
        case when t.few then 1 else 0 end,
        case when t.few then 0.0 else t.above * 1.0 / t.people end desc,
        t.unit
)
select * from shown
