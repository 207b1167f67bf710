-- story_morale_weeks: one row per week, the 12 completed weeks up to the one shown, oldest first: the morale index of all, of a department or of one team
-- roles: presenter   grain: group
-- $week date       Monday of the week shown
-- $department text only this department; '' for all
-- $nth whole       only the team at this place among all teams by name; 0 for all
-- > week date      Monday of the week
-- > people whole   people of the teams that have an index
-- > teams whole    how many teams that is
-- > value number   index 0–100, mean over these people
-- > low number     95 % interval of the mean; null where one team's is not known
-- > high number    its upper end
-- > change number  of one team: points against a month earlier; null else
-- > usual_swing number  of one team: 95 % of its own swings lie within so many points; null: cannot tell
-- > real flag      of one team: the change is more than usual
with
places as (select t.team, t.department, row_number() over (order by t.team) as nth from teams as t),
large as (
    select w.*
    from morale_weeks as w
    join places as p on p.team = w.team
    where w.week between $week - 77 and $week and w.headcount >= $min_group and w.value is not null
        and ($department = '' or p.department = $department) and ($nth = 0 or p.nth = $nth)
),
summed as (
    select
        l.week,
        sum(l.headcount) as people,
        count(*) as teams,
        sum(l.value * l.headcount) / sum(l.headcount) as value,
        sqrt(sum(power((l.high - l.low) / 2 * l.headcount, 2))) / sum(l.headcount) as reach,
        count(case when l.high is null then 1 end) as without_reach,
        max(l.change) as change,
        max(l.usual_swing) as usual_swing,
        max(case when l.real then 1 else 0 end) as real
    from large as l
    group by l.week
)
select
    s.week,
    cast(s.people as bigint) as people,
    s.teams,
    s.value,
    case when s.without_reach = 0 then greatest(s.value - s.reach, 0) end as low,
    case when s.without_reach = 0 then least(s.value + s.reach, 100) end as high,
    case when $nth > 0 then s.change end as change,
    case when $nth > 0 then s.usual_swing end as usual_swing,
    $nth > 0 and s.real = 1 as real
from summed as s
order by s.week
