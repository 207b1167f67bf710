-- effect_standard_kept: one row per month: what the care standard asked for and what was done
-- roles: boss, hr, presenter   grain: group
-- > month date     first day of the month in which it fell due
-- > due whole      due
-- > done whole     done, in time or late
-- > people whole   people it was due for
-- > share number   done / due
-- > low number     95 % Wilson interval
-- > high number    its upper end
-- HR of some teams knows its own people: a month in which it would tell about a few of other teams is not shown.
with
outside as (
    select s.read_on as month, sum(case when s.team = '' then s.cared else 0 end) as people
    from effect_sides as s
    where s.scope = 'standard'
    group by s.read_on
),
shown as (
    select s.month, cast(s.due as bigint) as due, cast(s.done as bigint) as done, cast(s.people as bigint) as people, s.share, s.low, s.high
    from effect_standard as s
    left join outside as o on o.month = s.month
    where s.people >= $min_group and ($elsewhere = 1 or coalesce(o.people, s.people) = 0 or coalesce(o.people, s.people) >= $elsewhere)
    order by s.month
)
select * from shown
