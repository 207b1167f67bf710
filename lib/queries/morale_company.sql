-- morale_company: one row: the newest completed week over all teams that are shown
-- roles: boss, lead, hr, presenter   grain: group
-- $department text       only this department; '' for all
-- > week date            Monday of the week; null when no team has a week yet
-- > value number         morale index, mean over people of the teams whose index is known
-- > low number           95 % interval of the mean
-- > high number          its upper end
-- > people whole         people of the teams that are shown
-- > teams whole          how many teams that are
-- > small_teams whole    teams that are too small to be shown
-- > unknown_teams whole  teams that are shown without an index
-- > under_target whole   teams whose index is under the target
-- > told whole           teams whose change can be held against their own swings
-- > down whole           teams that fell by more than usual
-- > up whole             teams that rose by more than usual
-- > mover text           the team that fell most among those, else the one that rose most
-- > mover_change number  its change in points
-- > mover_driver text    the part that moved it most
-- $target number         target of the index
with
newest as (select max(w.week) as week from morale_weeks as w),
every_team as (
    select w.*, w.headcount >= $min_group as shown
    from morale_weeks as w
    join newest as n on n.week = w.week
    join teams as t on t.team = w.team
    where $department = '' or t.department = $department
),
large as (select e.* from every_team as e where e.shown),
movers as (
    select l.team, l.change, l.driver, row_number() over (order by l.change > 0, abs(l.change) desc, l.team) as nth
    from large as l
    where l.real
),
summed as (
    select
        max(l.week) as week,
        sum(l.value * l.headcount) / nullif(sum(case when l.value is not null then l.headcount end), 0) as value,
        sqrt(sum(power((l.high - l.low) / 2 * l.headcount, 2)))
            / nullif(sum(case when l.value is not null then l.headcount end), 0) as reach,
        count(case when l.value is not null and l.high is null then 1 end) as without_reach,
        cast(coalesce(sum(l.headcount), 0) as bigint) as people,
        cast(count(*) as bigint) as teams,
        cast(count(*) - count(l.value) as bigint) as unknown_teams,
        cast(count(case when l.value < $target then 1 end) as bigint) as under_target,
        cast(count(l.p) as bigint) as told,
        cast(count(case when l.real and l.change < 0 then 1 end) as bigint) as down,
        cast(count(case when l.real and l.change > 0 then 1 end) as bigint) as up
    from large as l
)
select
    s.week, s.value,
    case when s.without_reach = 0 then greatest(s.value - s.reach, 0) end as low,
    case when s.without_reach = 0 then least(s.value + s.reach, 100) end as high,
    s.people, s.teams,
    (select cast(count(*) as bigint) from every_team as e where not e.shown) as small_teams,
    s.unknown_teams, s.under_target, s.told, s.down, s.up, m.team as mover, m.change as mover_change, m.driver as mover_driver
from summed as s
left join movers as m on m.nth = 1
