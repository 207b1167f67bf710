-- effect_leaving_read: one row per read: whether fewer people leave while care counts, beside the weeks after a tag without care
-- roles: boss, hr, presenter   grain: group
-- > read_on date          day of the read
-- > ratio number          hazard ratio of leaving; below 1: fewer leave; null when there are too few leavers, and in a group that is not shown
-- > low number            95 % interval
-- > high number           its upper end
-- > people whole          people in it
-- > cared whole           people with weeks while care counts
-- > compared whole        people with weeks after a tag without care
-- > weeks_cared whole     such weeks
-- > weeks_compared whole  such weeks
-- > events_cared whole    leavers in the weeks while care counts; null under the smallest group shown
-- > events_compared whole leavers in the weeks without; likewise
-- > expected number       leavers that the weeks with care would have had without it
-- > verdict text          works, harms, no_effect or cannot_tell
-- > bound number          no effect beyond this ratio (or 1 / it)
-- > more whole            about so many more cared-for people are needed
-- > warnings text         JSON list of keys
-- > checks text           JSON list of key, passed, number, bound; null in a group that is not shown
-- > few flag              not shown: fewer people than the smallest group on one side
with
told as (
    select l.*, $min_group > 1 and (l.cared < $min_group or l.compared < $min_group) as few
    from effect_leaving as l
    where l.scope = 'all'
),
shown as (
    select
        t.read_on,
        case when not t.few then t.ratio end as ratio,
        case when not t.few then t.low end as low,
        case when not t.few then t.high end as high,
        cast(case when not t.few then t.people end as bigint) as people,
        cast(case when not t.few then t.cared end as bigint) as cared,
        cast(case when not t.few then t.compared end as bigint) as compared,
        cast(case when not t.few then t.weeks_cared end as bigint) as weeks_cared,
        cast(case when not t.few then t.weeks_compared end as bigint) as weeks_compared,
        cast(case when not t.few and t.events_cared >= $min_group then t.events_cared end as bigint) as events_cared,
        cast(case when not t.few and t.events_compared >= $min_group then t.events_compared end as bigint) as events_compared,
        case when not t.few then t.expected end as expected,
        t.verdict,
        case when not t.few then t.bound end as bound,
        cast(case when not t.few then t.more end as bigint) as more,
        cast(t.warnings as varchar) as warnings,
        cast(case when not t.few and ($min_group = 1 or least(t.events_cared, t.events_compared) >= $min_group) then t.checks end as varchar) as checks,
        t.few
    from told as t
    order by t.read_on desc
)
select * from shown
