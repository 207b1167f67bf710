-- mentor_facts_of: one row per mentor asked for: what the score needs beside duties, replies and mentees
-- roles: hr, employee, mentor   grain: person
-- $mentors list               employee_ids of the mentors asked for
-- > employee_id text person   the mentor
-- > objected flag             the mentor objected to scoring
-- > performance number        own results per worked day over the last 4 completed weeks
-- > usual number              the median of the role; null in a group too small
-- > satisfaction number       mean satisfaction of the own customers, 0–100
-- > rated_customers whole     customers who said
select
    f.employee_id,
    f.objected,
    cast(f.performance as double) as performance,
    cast(f.usual as double) as usual,
    cast(f.satisfaction as double) as satisfaction,
    f.rated_customers
from mentor_facts as f
where list_contains($mentors, f.employee_id)
order by f.employee_id
