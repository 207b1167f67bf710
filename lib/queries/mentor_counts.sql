-- mentor_counts: one row: how many newcomers have a mentor, and what mentors did in the last 28 days
-- roles: boss, lead, hr, presenter   grain: group
-- $since date               pairs that began on this day or later count
-- $minutes whole            within how many minutes an answer is in time
-- > newcomers whole         people hired in the last 3 months; null when they are too few to show
-- > with_mentor whole       of them with a mentor
-- > pairs whole             pairs that last
-- > mentors whole           mentors of these
-- > sessions whole          sessions that both confirmed in the last 28 days
-- > asked whole             requests for help in the last 28 days that are answered or late; null for a lead and when they are too few to show
-- > in_time whole           of them answered in time
-- > judged whole            mentees who can be compared with newcomers of the same tenure
-- > ahead whole             of them changed more than half of those
with
day as (select b.as_of from build_info as b),
lasting as (select p.* from mentee_progress as p where p.since >= $since),
newcomers as (
    select count(*) as people, count(l.employee_id) as with_mentor
    from employees as e
    cross join day as d
    left join (select distinct l.employee_id from lasting as l) as l on l.employee_id = e.employee_id
    where e.active and e.hire_date > cast(d.as_of - interval '3' month as date)
),
paired as (
    select
        count(*) as pairs,
        count(distinct l.mentor_id) as mentors,
        count(distinct l.employee_id) as mentees,
        count(l.standing) as judged,
        count(case when l.standing > 0.5 then 1 end) as ahead
    from lasting as l
),
held as (select count(*) as sessions from mentor_sessions as s cross join day as d where s.held_on > d.as_of - 28),
helped as (
    select
        count(*) as asked,
        count(case when r.answered_at <= r.asked_at + $minutes * interval '1' minute then 1 end) as in_time,
        count(distinct r.employee_id) as people
    from help_requests as r
    cross join day as d
    where cast(r.asked_at as date) > d.as_of - 28
        and (r.answered_at is not null or r.asked_at + $minutes * interval '1' minute < cast(d.as_of + 1 as timestamp))
)
select
    case when n.people >= $min_group then n.people end as newcomers,
    case when n.people >= $min_group then n.with_mentor end as with_mentor,
    case when p.mentees >= $min_group then p.pairs end as pairs,
    case when p.mentees >= $min_group then p.mentors end as mentors,
    case when p.mentees >= $min_group then h.sessions end as sessions,
    case when a.people >= $min_group then a.asked end as asked,
    case when a.people >= $min_group then a.in_time end as in_time,
    case when p.judged >= $min_group then p.judged end as judged,
    case when p.judged >= $min_group then p.ahead end as ahead
from newcomers as n
cross join paired as p
cross join held as h
cross join helped as a
