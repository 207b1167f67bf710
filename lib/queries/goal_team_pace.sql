-- goal_team_pace: one row per team and completed week of the last 26: what was done of the goals of the line's measure
-- roles: boss, lead, hr, presenter   grain: group
-- > team text           team
-- > week date           Monday
-- > metric text         the line's measure
-- > people whole        people with a goal and a worked day in that week; null in a group too small to show
-- > done number         what they did
-- > target number       their goals for the days they worked
-- > done_share number   done / target; null where nobody had a goal or the measure was not recorded
select
    g.team,
    g.week,
    g.metric,
    case when g.people >= $min_group then g.people end as people,
    case when g.people >= $min_group then g.done end as done,
    case when g.people >= $min_group then g.target end as target,
    case when g.people >= $min_group then g.done_share end as done_share
from goal_team_weeks as g
order by g.team, g.week
