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
-- HR of some teams knows its own people: a month in which it would tell about a few of other teams is not shown.
with
outside as (
    select s.read_on as month, s.part, sum(case when s.team = '' then s.cared else 0 end) as people
    from effect_sides as s
    where s.scope = 'felt'
    group by s.read_on, s.part
),
shown as (
    select
        f.month, f.programme, cast(f.answers as bigint) as answers, cast(f.people as bigint) as people, cast(f.cared as bigint) as cared, f.share, f.low, f.high
    from effect_felt as f
    left join outside as o on o.month = f.month and o.part = f.programme
    where f.tag = '' and f.people >= $min_group and ($elsewhere = 1 or coalesce(o.people, f.people) = 0 or coalesce(o.people, f.people) >= $elsewhere)
    order by f.month, f.programme desc
)
select * from shown
