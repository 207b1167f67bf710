-- care_talks_before: one row per imported talk about one person, newest first, at most 3; talks logged in the app are not among them
-- roles: hr   grain: person
-- $id text                 employee_id
-- > talked_on date         day of the talk
-- > hr_id text person      who talked, when recorded
-- > minutes number         how long
-- > tag text               what it was about, null when not recorded
with
logged as (
    select c.talked_on, c.hr as hr_id, cast(c.minutes as double) as minutes, nullif(c.tag, '') as tag
    from care_talks as c
    where c.employee_id = $id
),
imported as (
    select t.talked_on, t.hr_id, cast(t.minutes as double) as minutes, t.tag
    from talks as t
    where t.employee_id = $id
    except all
    select l.talked_on, l.hr_id, l.minutes, l.tag from logged as l
),
shown as (
    select i.talked_on, i.hr_id, i.minutes, i.tag
    from imported as i
    order by i.talked_on desc, i.tag nulls last, i.minutes desc nulls last
    limit 3
)
select * from shown
