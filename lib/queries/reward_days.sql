-- reward_days: one row per day of the viewer's last 9 weeks on which work was planned or done, beside the goal of that day
-- roles: employee, mentor   grain: person
-- > work_date date       the day
-- > planned flag         a planned day: neither leave nor holiday nor rest
-- > metric text          what the goal counts; null without a goal
-- > target number        the goal; null without one
-- > done number          what was done
-- > reached flag         the goal was reached
select g.work_date, g.planned, g.metric, g.target, g.done, g.reached
from goal_days as g
order by g.work_date
