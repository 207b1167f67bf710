-- glance_risk: one row: how many of the people here may give notice within 90 days; no row where nobody has a score
-- roles: boss, hr, presenter   grain: group
-- $department text    only this department; '' for all
-- $gone list          people who object to scoring now; for everybody but HR empty (see risk_teams)
-- > people whole      people with a score; null where it is not shown
-- > share number      mean of their chances
-- > low number        95 % interval: what chance alone makes of it, or what the model was off by in past quarters where that is more
-- > high number       its upper end
-- > few flag          not shown: fewer than 30 people, or it could be worked out
-- A mean of chances tells of a group of 30 people or more.  A smaller department is hidden, and beside it the next smallest until those hidden
-- are such a group together: what the company's figure leaves over is about 30 people or more as well, or about nobody.
with
scored as (
    select coalesce(e.department, '') as department, s.p90
    from risk_scores as s
    join employees as e on e.employee_id = s.employee_id
    where e.active and not list_contains($gone, s.employee_id)
),
parts as (
    select s.department, count(*) as people, sum(s.p90) as expected, sum(s.p90 * (1 - s.p90)) as varies
    from scored as s
    group by s.department
),
sized as (
    select p.*, case when $min_group = 1 then 1 else greatest($min_group, 30) end as least, $min_group > 1 and p.department = '' as unnamed
    from parts as p
),
ranked as (
    select
        z.*,
        z.people < z.least or z.unnamed as small,
        max(case when z.people < z.least or z.unnamed then 1 else 0 end) over () as any_small,
        sum(z.people) over (order by case when z.people < z.least or z.unnamed then 0 else 1 end, z.people, z.department
            rows between unbounded preceding and 1 preceding) as hidden_before
    from sized as z
),
told as (
    select r.*, r.small or (r.any_small = 1 and r.hidden_before < r.least) as few
    from ranked as r
),
chosen as (
    select t.people, t.expected, t.varies, t.few
    from told as t
    where t.department = $department and $department <> ''
    union all
    select sum(t.people), sum(t.expected), sum(t.varies), sum(t.people) < max(t.least)
    from told as t
    where $department = ''
    having count(*) > 0
),
missed as (
    select sqrt(sum(q.rows * power(ln(q.ratio), 2)) / sum(q.rows)) as off
    from risk_quarters as q
    where q.ratio > 0
),
reached as (
    select c.*, 1.96 * greatest(sqrt(c.varies), coalesce(m.off, 0) * c.expected) as reach
    from chosen as c
    cross join missed as m
),
shown as (
    select
        cast(case when not r.few then r.people end as bigint) as people,
        case when not r.few then r.expected / r.people end as share,
        case when not r.few then greatest(r.expected - r.reach, 0) / r.people end as low,
        case when not r.few then least(r.expected + r.reach, r.people) / r.people end as high,
        r.few
    from reached as r
)
select * from shown
