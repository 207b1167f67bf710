-- mentor_replies: one row per mentor: requests for help that came by files (those asked in the app are in the ledger)
-- roles: hr, employee, mentor   grain: person
-- $first date                first day
-- $mentors list              employee_ids of the mentors asked for
-- $minutes whole             within how many minutes an answer is in time
-- > mentor_id text person    the mentor
-- > asked whole              requests
-- > in_time whole            of them answered in time
select
    r.mentor_id,
    count(*) as asked,
    count(case when r.answered_at <= r.asked_at + $minutes * interval '1' minute then 1 end) as in_time
from help_requests as r
where r.escalated is null and cast(r.asked_at as date) >= $first and list_contains($mentors, r.mentor_id)
group by r.mentor_id
order by r.mentor_id
