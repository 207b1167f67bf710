-- data_sources: one row per source table that the company has, for pages that must say what is missing
-- roles: boss, lead, hr, presenter, mentor, employee, admin   grain: group
-- > table_name text   source table
-- > rows whole        rows taken into it
-- > first_day date    earliest day in it; null for tables without days
-- > last_day date     latest day in it
select
    s.table_name,
    cast(sum(s.rows_loaded) as bigint) as rows,
    min(s.first_day) as first_day,
    max(s.last_day) as last_day
from sources as s
group by s.table_name
order by s.table_name
