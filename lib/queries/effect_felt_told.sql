-- effect_felt_told: one row per month and before or after the team's start: how many answers said that they felt cared for
-- roles: boss, hr, presenter   grain: group
-- > month date      first day of the month
-- > programme text  before or after
-- > answers whole   answers
-- > people whole    people who answered
-- > cared whole     answers that said yes
-- > share number    share of them
-- > low number      95 % Wilson interval
-- > high number     its upper end
select
    f.month, f.programme, cast(f.answers as bigint) as answers, cast(f.people as bigint) as people, cast(f.cared as bigint) as cared, f.share, f.low, f.high
from effect_felt as f
where f.tag = '' and f.people >= $min_group
order by f.month, f.programme desc
