-- risk_alarmed: one row per capacity: what became of the people the model named in the tested weeks
-- roles: hr   grain: group
-- > capacity whole       people a week: 5, 10 or 20
-- > flagged number       people named
-- > gone number          gave notice within 60 days
-- > stayed_cared number  stayed, and somebody talked with them or helped within 60 days
-- > stayed_alone number  stayed, with no talk and no help
-- > unknown number       the 60 days are not over, or nothing is known
select
    cast(a.capacity as bigint) as capacity, cast(a.flagged as double) as flagged, cast(a."left" as double) as gone,
    cast(a.stayed_cared as double) as stayed_cared, cast(a.stayed_alone as double) as stayed_alone, cast(a.unknown as double) as unknown
from risk_alarms as a
order by a.capacity
