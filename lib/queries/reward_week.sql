-- reward_week: one row: the viewer's last completed week beside comparable people; none without a goal or work in the last weeks
-- roles: employee, mentor   grain: person
-- > week date            Monday of the week
-- > peers text           whom the viewer is compared with: role and tenure band
-- > metric text          what the goal counts
-- > worked_days whole    days worked
-- > goal_days whole      days on which the goal was reached
-- > target number        the goals of the planned days together
-- > done number          what was done
-- > share number         done of target
-- > out flag             opted out of rankings, or objected to scoring, when the version was built
-- > people whole         how many are compared, the viewer among them
-- > place whole          the viewer's place; null when the group is not ranked
-- > lower whole          how many are behind
-- > star flag            the viewer is a star of that week
with
house as (select b.as_of from build_info as b),
mine as (
    select w.*
    from reward_weeks as w
    cross join house as h
    where w.week = cast(date_trunc('week', h.as_of + 1) as date) - 7
)
select m.week, m.peers, m.metric, m.worked_days, m.goal_days, m.target, m.done, m.share, m.out, m.people, m.place, m.lower, m.star
from mine as m
