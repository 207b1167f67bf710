-- my_holdings: one row: how much the app holds about the viewer
-- roles: employee, mentor   grain: person
-- > days whole        days with work or leave
-- > first_day date    the first of them
-- > last_day date     the last of them
-- > episodes whole    times that a tag was carried
-- > talks whole       talks that were logged (never what was said)
with
own_days as (
    select count(*) as days, min(d.work_date) as first_day, max(d.work_date) as last_day
    from employee_days as d
),
own_tags as (select count(*) as episodes from tag_episodes as t),
own_talks as (select count(*) as talks from talks as t)
select
    cast(d.days as integer) as days,
    d.first_day,
    d.last_day,
    cast(t.episodes as integer) as episodes,
    cast(k.talks as integer) as talks
from own_days as d
cross join own_tags as t
cross join own_talks as k
