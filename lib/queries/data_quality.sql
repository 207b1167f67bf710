-- data_quality: one row per quality check that found something
-- roles: admin   grain: group
-- > check_key text    what was checked
-- > table_name text   where
-- > severity text     lost: the rows are in no figure; doubt: they are, but somebody should look
-- > count whole       rows concerned
-- > sample text       one key as an example; none for talks and life events, which an administrator does not look into
select
    q.check_key,
    q.table_name,
    q.severity,
    q.count,
    case when q.table_name not in ('talks', 'life_events') then q.sample end as sample
from quality as q
order by q.severity desc, q.count desc, q.check_key, q.table_name
