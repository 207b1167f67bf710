-- reward_build: one row: when the build began whose version this is
-- roles: employee, mentor   grain: group
-- > started_at moment   in UTC
select b.started_at from build_info as b
