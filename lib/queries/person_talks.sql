-- person_talks: one row per talk with one person, oldest first; what was said is never kept
-- roles: hr   grain: person
-- $id text   employee_id
-- > talked_on date      day of the talk
-- > minutes number      how long
-- > tag text            what it was about, when known
-- > felt_cared flag     whether the person felt cared for, by their own answer
-- > signals text        what the note was about, comma-joined keys; '' for none
with
heard as (
    select s.talked_on, string_agg(distinct s.signal, ',' order by s.signal) as signals
    from talk_signals as s
    where s.employee_id = $id
    group by s.talked_on
),
shown as (
    select t.talked_on, cast(t.minutes as double) as minutes, t.tag, t.felt_cared, coalesce(h.signals, '') as signals
    from talks as t
    left join heard as h on h.talked_on = t.talked_on
    where t.employee_id = $id
    order by t.talked_on, t.minutes
)
select * from shown
