-- effect_programme_read: one row per outcome: what changed when teams started precise care, beside teams that had not yet started
-- roles: boss, hr, presenter   grain: group
-- > outcome text       performance (points), leaving (leavers per 100 people and year), hr_minutes (per person and week) or felt (% of the answers)
-- > read_on date       the day whose knowledge it uses
-- > value number       the change, in the unit of the outcome; null when too few teams started
-- > low number         95 % interval
-- > high number        its upper end
-- > p_adjusted number  p after the other outcomes
-- > teams whole        teams whose start could be compared
-- > not_started whole  teams that served as not yet started
-- > trend number       the same comparison before the start, where there can be no effect
-- > trend_low number   95 % interval
-- > trend_high number  its upper end
-- > verdict text       works, harms, no_effect or cannot_tell
-- > bound number       the x of "no effect larger than x"
-- > checks text        JSON list of key, passed, number, bound
-- > left_out whole     teams that started too early, too late, or never had others to compare with
select
    p.outcome, p.read_on, p.value, p.low, p.high, p.p_adjusted, cast(p.teams as bigint) as teams, cast(p.not_started as bigint) as not_started,
    p.trend, p.trend_low, p.trend_high, p.verdict, p.bound, cast(p.checks as varchar) as checks,
    cast(json_extract_string(p.left_out, '$.teams') as bigint) as left_out
from effect_programme as p
order by p.outcome
