-- my_calls: one row: the viewer's imported conversations of the last 14 days and their scores
-- roles: employee, mentor   grain: person
-- > calls whole             conversations
-- > scored whole            of them with a score
-- > score number            mean score of the last 7 days
-- > score_before number     mean score of the 7 days before
-- > need_minutes number     the role's usual length, against which a length is measured; null without a conversation
-- > no_length whole         conversations whose length is not on record
-- > no_contact whole        of which it is not on record whether a contact was left
-- > objection text          what customers objected to most often
-- > objections whole        how often
with
mine as (
    select c.*, cast(c.started_at as date) > b.as_of - 7 as newer
    from consultations as c
    cross join build_info as b
),
most as (
    select m.objection, count(*) as times
    from mine as m
    where m.objection is not null
    group by m.objection
    order by count(*) desc, m.objection
    limit 1
),
one as (
    select
        cast(count(*) as integer) as calls,
        cast(count(m.score) as integer) as scored,
        avg(case when m.newer then m.score end) as score,
        avg(case when not m.newer then m.score end) as score_before,
        max(m.need_minutes) as need_minutes,
        cast(count(case when m.minutes is null then 1 end) as integer) as no_length,
        cast(count(case when m.contact_left is null then 1 end) as integer) as no_contact
    from mine as m
)
select o.*, t.objection, cast(coalesce(t.times, 0) as integer) as objections
from one as o
left join most as t on true
