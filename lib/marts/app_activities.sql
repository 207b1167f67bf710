-- app_activities: one row per activity and how many signed up
-- grain: activity_id
-- truth: nobody signs up less than nobody | signed_up >= 0
with
planned as (select * from src_app_activities),
known as (select p.* from planned as p order by p.day, p.activity_id)
select * from known
