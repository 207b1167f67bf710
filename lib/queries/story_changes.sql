-- story_changes: one row per figure of one team that could be judged in a week: how it moved beside its own usual swings
-- roles: presenter   grain: group
-- $week date      Monday of the week shown
-- $nth whole      the team's place among all teams by name
-- > team text     team name
-- > measure text  performance, rejection_rate, late_evenings, tags_held, morale, care_kept or leaving
-- > value number  value of the week, or of the 4 weeks
-- > before number mean before
-- > change number change beyond what the rest of the business line did
-- > low number    95 % interval of the change
-- > high number   its upper end
-- > span whole    1: the week against the 4 before; 4: the last 4 weeks against the 8 before
-- > people whole  people in the team
-- > real flag     more than the team's own swings, beside everything that was judged in the week
with
places as (select t.team, row_number() over (order by t.team) as nth from teams as t),
cells as (
    select c.team, c.measure, c.value, c.before, c.change, c.low, c.high, c.p, c.real, c.span, c.people
    from team_changes as c
    where c.week = $week
    union all
    select m.team, m.measure, m.value, m.before, m.change, m.low, m.high, m.p, m.real, m.span, m.people
    from glance_moves as m
    -- of who gave notice only what is more than chance
    where m.week = $week and m.level = 'team' and (m.measure <> 'leaving' or m.real)
)
select
    c.team, c.measure, c.value, c.before, c.change, c.low, c.high, cast(c.span as bigint) as span, cast(c.people as bigint) as people, c.real
from cells as c
join places as p on p.team = c.team
where p.nth = $nth and c.people >= $min_group and c.p is not null and c.low is not null and c.high is not null
order by c.real desc, c.p, c.measure
