-- mentor_mine: one row per pair that lasts with the viewer in it: who the other is, and the mentee's progress
-- roles: employee, mentor   grain: person
-- $since date                 pairs that began on this day or later
-- > employee_id text person   the mentee
-- > mentor_id text person     the mentor
-- > mentee_name text person   the mentee's name
-- > mentor_name text person   the mentor's name
-- > since date                first day of the pair
-- > metric text               measure that performance means
-- > weeks whole               completed weeks at work; null for somebody hired long ago
-- > performance number        the mentee's, per worked day over the last 4 weeks
-- > before number             over the 4 weeks before
-- > change number             the difference
-- > peers whole               comparable newcomers
-- > peer_change number        their mean change; null for fewer than five
-- > standing number           the share of them that changed less
-- > objected flag             the mentee objected to scoring
select
    p.employee_id,
    p.mentor_id,
    p.mentee_name,
    p.mentor_name,
    p.since,
    p.metric,
    p.weeks,
    cast(p.performance as double) as performance,
    cast(p.before as double) as before,
    cast(p.change as double) as change,
    p.peers,
    cast(p.peer_change as double) as peer_change,
    cast(p.standing as double) as standing,
    p.objected
from mentee_progress as p
where p.since >= $since
order by p.since desc, p.employee_id, p.mentor_id
