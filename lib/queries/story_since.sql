-- story_since: one row: from which week on each kind of figure is known, as far as whole weeks are kept of it
-- roles: presenter   grain: group
-- > morale date    Monday of the first week with a morale index; null without one
-- > changes date   Monday of the first week that was judged for changes; null without one
select
    (select min(m.week) from morale_weeks as m where m.value is not null) as morale,
    (select min(c.week) from team_changes as c) as changes
