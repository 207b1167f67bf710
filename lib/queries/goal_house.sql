-- goal_house: one row: the day the build is for, and when it began
-- roles: boss, lead, hr, presenter, employee, mentor   grain: group
-- > as_of date          the last day with data
-- > started_at moment   when the build began, in UTC: what was set in the app after that it does not know
select b.as_of, b.started_at from build_info as b
