-- effect_standard_kept: one row per month: what the care standard asked for and what was done
-- roles: boss, hr, presenter   grain: group
-- > month date     first day of the month in which it fell due
-- > due whole      due
-- > done whole     done, in time or late
-- > people whole   people it was due for
-- > share number   done / due
-- > low number     95 % Wilson interval
-- > high number    its upper end
select s.month, cast(s.due as bigint) as due, cast(s.done as bigint) as done, cast(s.people as bigint) as people, s.share, s.low, s.high
from effect_standard as s
where s.people >= $min_group
order by s.month
