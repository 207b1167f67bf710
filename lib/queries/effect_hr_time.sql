-- effect_hr_time: one row per month and before or after the team's start: minutes of HR's talks
-- roles: boss, hr, presenter   grain: group
-- > month date                      first day of the month in which the weeks begin
-- > programme text                  before or after
-- > minutes number                  minutes of all talks; null where no length is known
-- > talks whole                     talks
-- > untimed whole                   talks of unknown length
-- > people number                   people in these teams, on average
-- > hr whole                        HR who talked in the month
-- > minutes_per_person_week number  minutes per person and week
-- > minutes_per_hr_day number       what one HR spends on a weekday if every team took what these take
-- HR of some teams knows its own people: a month in which it would tell about a few of other teams is not shown.
with
outside as (
    select s.read_on as month, s.part, sum(case when s.team = '' then s.cared else 0 end) as people
    from effect_sides as s
    where s.scope = 'time'
    group by s.read_on, s.part
),
shown as (
    select
        t.month, t.programme, t.minutes, cast(t.talks as bigint) as talks, cast(t.untimed as bigint) as untimed, t.people, cast(t.hr as bigint) as hr,
        t.minutes_per_person_week, t.minutes_per_hr_day
    from effect_time as t
    left join outside as o on o.month = t.month and o.part = t.programme
    where t.people >= $min_group and ($elsewhere = 1 or coalesce(o.people, t.people) = 0 or coalesce(o.people, t.people) >= $elsewhere)
    order by t.month, t.programme desc
)
select * from shown
