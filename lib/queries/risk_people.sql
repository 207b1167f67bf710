-- risk_people: one row per scored person in scope, the highest chance first
-- roles: hr   grain: person
-- $gone list                 people who object to scoring now
-- $only list                 only these people; empty for everybody
-- $most whole                at most so many rows
-- > employee_id text person  who
-- > name text person         name
-- > team text                team
-- > role text                role
-- > week date                Monday of the week the score stands for
-- > p30 number               chance of giving notice within 30 days
-- > p60 number               within 60 days
-- > p90 number               within 90 days
-- > low number               95 % range of p60
-- > high number              its upper end
-- > band text                high, raised or even
-- > base number              log-odds of the team's mean row, 60 days
-- > rank whole               1 for the highest in the company
-- > p60_before number        p60 four weeks ago; null when not at risk then
-- > band_before text         its band
-- > badge text               firm or loose: whether refits of the model name the same reasons
with
scores as (select * from risk_scores),
people as (select * from employees),
shown as (
    select
        s.employee_id,
        p.name,
        p.team,
        p.role,
        cast(s.week as date) as week,
        cast(s.p30 as double) as p30,
        cast(s.p60 as double) as p60,
        cast(s.p90 as double) as p90,
        cast(s.low as double) as low,
        cast(s.high as double) as high,
        s.band,
        cast(s.base as double) as base,
        cast(s.rank as bigint) as rank,
        cast(s.p60_before as double) as p60_before,
        cast(s.band_before as varchar) as band_before,
        cast(s.badge as varchar) as badge
    from scores as s
    join people as p on p.employee_id = s.employee_id
    where p.active and not list_contains($gone, s.employee_id) and (len($only) = 0 or list_contains($only, s.employee_id))
    order by s.p60 desc, s.employee_id
    limit $most
)
select * from shown
