-- data_imports: one row per import that the build read
-- roles: admin   grain: group
-- > table_name text      source table
-- > file text            name of the file as it was given
-- > rows_read whole      rows in the file
-- > rows_loaded whole    rows taken
-- > rows_rejected whole  rows rejected
-- > first_day date       earliest day in the rows; null for tables without days
-- > last_day date        latest day in the rows
-- > imported_at moment   when it was imported (UTC)
select
    s.table_name,
    s.file,
    s.rows_read,
    s.rows_loaded,
    s.rows_rejected,
    s.first_day,
    s.last_day,
    s.imported_at
from sources as s
order by s.table_name, s.imported_at, s.file
