-- goal_metrics_known: one row per measure that anybody records, or has a goal for from files, with how many roles record it
-- roles: boss, lead, hr, presenter, employee, mentor   grain: group
-- > metric text      effective, intents, deals, revenue, answered or dials
-- > roles whole      roles (else business lines) whose people recorded it in the last 26 weeks; 0: only a goal is known
with
known as (
    select g.metric, 1 as roles from goal_metrics as g
    union all
    select w.metric, 0 from goal_wholes as w
    union all
    select a.metric, 0 from app_goals as a where a.target is not null
)
select k.metric, cast(sum(k.roles) as bigint) as roles from known as k group by k.metric order by roles desc, k.metric
