-- app_stories: one row per customer story that was told, without a word of it
-- grain: story
-- truth: a story's state is a word of the closed list | state in ('waiting', 'published', 'declined')
with
told as (select * from src_app_stories where told_on <= $as_of),
people as (select * from employees),
known as (
    select t.*
    from told as t
    join people as p on p.employee_id = t.employee_id
    order by t.employee_id, t.told_on, t.state
)
select * from known
