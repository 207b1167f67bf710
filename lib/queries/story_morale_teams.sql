-- story_morale_teams: one row per team of one completed week, lowest index first: the first 60, small ones last; and beside each what holds for all
-- roles: presenter   grain: group
-- $week date            Monday of the week shown
-- $department text      only this department; '' for all
-- $target number        target of the index
-- > team text           team name
-- > people whole        people employed in the week; null when the team is smaller than the smallest group shown
-- > value number        morale index 0–100; null in a small team, and when fewer than two parts are known
-- > low number          95 % interval of the index
-- > high number         its upper end
-- > change number       points against a month earlier (the weeks 5 to 8 before)
-- > real flag           the change is more than the team's own swings
-- > driver text         the part that moved the index most
-- > teams_in_all whole  how many teams there are in the week
-- > small_teams whole   how many of them are too small to be shown
-- > known_people whole  people of the teams that are shown and have an index
-- > told whole          teams whose change can be held against their own swings
-- > down whole          teams that fell by more than usual
-- > up whole            teams that rose by more than usual
-- > under whole         teams whose index is under the target
-- > surely_under whole  of them those whose whole interval is
with
every_team as (
    select w.*, w.headcount >= $min_group as shown
    from morale_weeks as w
    join teams as t on t.team = w.team
    where w.week = $week and ($department = '' or t.department = $department)
),
counts as (
    select
        count(*) as teams_in_all,
        count(case when not e.shown then 1 end) as small_teams,
        coalesce(sum(case when e.shown and e.value is not null then e.headcount end), 0) as known_people,
        count(case when e.shown then e.p end) as told,
        count(case when e.shown and e.real and e.change < 0 then 1 end) as down,
        count(case when e.shown and e.real and e.change > 0 then 1 end) as up,
        count(case when e.shown and e.value < $target then 1 end) as under,
        count(case when e.shown and e.high < $target then 1 end) as surely_under
    from every_team as e
)
select
    e.team,
    cast(case when e.shown then e.headcount end as bigint) as people,
    case when e.shown then e.value end as value,
    case when e.shown then e.low end as low,
    case when e.shown then e.high end as high,
    case when e.shown then e.change end as change,
    e.shown and coalesce(e.real, false) as real,
    case when e.shown then e.driver end as driver,
    c.teams_in_all,
    c.small_teams,
    cast(c.known_people as bigint) as known_people,
    c.told,
    c.down,
    c.up,
    c.under,
    c.surely_under
from every_team as e
cross join counts as c
order by case when e.shown then 0 else 1 end, case when e.shown and e.value is not null then 0 else 1 end, case when e.shown then e.value end, e.team
limit 60
