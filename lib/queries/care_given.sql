-- care_given: one row per talk that was not logged in the app, in a span of days, with everybody in scope
-- roles: hr   grain: person
-- $first date                first day of the span
-- $last date                 last day of the span
-- > employee_id text person  who
-- > talked_on date           day of the talk
-- > tag text                 what it was about, null when not recorded
-- > minutes number           how long
-- > hr_id text person        who talked, when recorded
with
logged as (
    select c.employee_id, c.talked_on, nullif(c.tag, '') as tag, cast(c.minutes as double) as minutes, c.hr as hr_id
    from care_talks as c
    where c.talked_on between $first and $last
),
given as (
    select t.employee_id, t.talked_on, t.tag, cast(t.minutes as double) as minutes, t.hr_id
    from talks as t
    where t.talked_on between $first and $last
    except all
    select l.employee_id, l.talked_on, l.tag, l.minutes, l.hr_id from logged as l
),
shown as (select g.* from given as g order by g.employee_id, g.talked_on, g.tag, g.minutes)
select * from shown
