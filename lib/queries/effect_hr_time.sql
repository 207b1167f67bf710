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
select
    t.month, t.programme, t.minutes, cast(t.talks as bigint) as talks, cast(t.untimed as bigint) as untimed, t.people, cast(t.hr as bigint) as hr,
    t.minutes_per_person_week, t.minutes_per_hr_day
from effect_time as t
where t.people >= $min_group
order by t.month, t.programme desc
