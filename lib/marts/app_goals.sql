-- app_goals: one row per goal that was set in the app, newest last; a goal without a target takes an earlier one back
-- grain: goal_id
-- truth: a target is above zero | target > 0
with
set_goals as (select * from src_app_goals),
begun as (select s.* from set_goals as s where s.starts_on <= $as_of order by s.set_at, s.goal_id)
select * from begun
