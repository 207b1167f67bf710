-- mentor_overview: one row per pair that lasts, of the 25 mentors with most mentees: who mentors whom and how the mentee gets on
-- roles: hr   grain: person
-- $since date                 pairs that began on this day or later
-- > employee_id text person   the mentee
-- > mentor_id text person     the mentor
-- > mentee_name text person   the mentee's name
-- > mentor_name text person   the mentor's name
-- > team text                 the mentee's team
-- > since date                first day of the pair
-- > weeks whole               completed weeks at work
-- > change number             the mentee's change of performance per worked day, last 4 weeks against the 4 before
-- > peers whole               comparable newcomers
-- > standing number           the share of them that changed less
-- > mentors whole             how many mentors there are in all
with
lasting as (select p.* from mentee_progress as p where p.since >= $since),
per_mentor as (
    select l.mentor_id, count(*) as mentees, row_number() over (order by count(*) desc, l.mentor_id) as place, count(*) over () as mentors
    from lasting as l
    group by l.mentor_id
),
shown as (
    select
        l.employee_id,
        l.mentor_id,
        l.mentee_name,
        l.mentor_name,
        l.team,
        l.since,
        l.weeks,
        cast(l.change as double) as change,
        l.peers,
        cast(l.standing as double) as standing,
        m.mentors
    from lasting as l
    join per_mentor as m on m.mentor_id = l.mentor_id
    where m.place <= 25
    order by m.place, l.since, l.employee_id
)
select * from shown
