-- mentor_pairs_of: one row per pair that lasts, as of the build, with one of the people asked for in it
-- roles: hr   grain: person
-- $since date                 pairs that began on this day or later
-- $ids list                   employee_ids
-- > employee_id text person   the mentee
-- > mentor_id text person     the mentor
-- > since date                first day
select p.employee_id, p.mentor_id, p.since
from mentor_pairs as p
where p.until is null and p.since >= $since and (list_contains($ids, p.employee_id) or list_contains($ids, p.mentor_id))
order by p.employee_id, p.mentor_id, p.since
