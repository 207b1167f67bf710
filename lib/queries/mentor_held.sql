-- mentor_held: one row per session that both confirmed, as of the build
-- roles: hr, employee, mentor   grain: person
-- $first date                 first day
-- $mentors list               employee_ids of the mentors asked for
-- > employee_id text person   the mentee
-- > mentor_id text person     the mentor
-- > held_on date              the day
-- > kind text                 joint_consultation, script_review or customer_visit
-- > minutes number            how long
select s.employee_id, s.mentor_id, s.held_on, s.kind, s.minutes
from mentor_sessions as s
where s.held_on >= $first and list_contains($mentors, s.mentor_id)
order by s.mentor_id, s.employee_id, s.held_on, s.kind
