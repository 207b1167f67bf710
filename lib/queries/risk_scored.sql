-- risk_scored: one row per scored person in scope, the highest risk first
-- roles: hr   grain: person
-- $gone list                  employee_ids who objected to scoring since the build; they are left out
-- $only list                  employee_ids asked for; empty for everybody
-- $most whole                 at most so many
-- > employee_id text person   who
-- > name text person          name
-- > team text                 team
-- > role text                 role
-- > week date                 Monday that the score is of
-- > p30 number                chance of notice within 30 days
-- > p60 number                within 60 days
-- > p90 number                within 90 days
-- > low number                lower end of the 95 % range of p60
-- > high number               upper end
-- > band text                 high, raised or even
-- > base number               log-odds of the team's mean row, 60 days
-- > rank whole                place among all who are scored, 1 is the highest
-- > p60_before number         p60 four weeks ago; null when not scored then
-- > band_before text          band four weeks ago; null with it
-- > badge text                firm or loose: whether bootstrap refits name the same reasons
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
        s.band_before,
        s.badge
    from scores as s
    join people as p on p.employee_id = s.employee_id
    where p.active
        and not list_contains($gone, s.employee_id)
        and (len($only) = 0 or list_contains($only, s.employee_id))
    order by s.rank, s.employee_id
    limit $most
)
select * from shown
