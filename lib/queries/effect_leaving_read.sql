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
outside as (
    select
        s.read_on,
        sum(case when s.team = '' then s.cared else 0 end) as cared,
        sum(case when s.team = '' then s.compared else 0 end) as compared,
        sum(case when s.team = '' then s.cared_episodes else 0 end) as events_cared,
        sum(case when s.team = '' then s.compared_episodes else 0 end) as events_compared
    from effect_sides as s
    where s.scope = 'leaving'
    group by s.read_on
),
-- HR of some teams knows its own: for it the people and leavers of other teams count, of whom there are none or as many as a group has.  What a presenter
-- of some teams shows must be about a group as a whole too.
sized as (
    select
        l.read_on,
        $elsewhere > 1 and $min_group > 1 and (l.cared < $min_group or l.compared < $min_group) as few,
        $elsewhere > 1 and $min_group > 1 and l.events_cared < $min_group as few_left_cared,
        $elsewhere > 1 and $min_group > 1 and l.events_compared < $min_group as few_left_compared,
        case when $elsewhere = 1 then l.cared else coalesce(o.cared, l.cared) end as cared,
        case when $elsewhere = 1 then l.compared else coalesce(o.compared, l.compared) end as compared,
        case when $elsewhere = 1 then l.events_cared else coalesce(o.events_cared, l.events_cared) end as events_cared,
        case when $elsewhere = 1 then l.events_compared else coalesce(o.events_compared, l.events_compared) end as events_compared
    from effect_leaving as l
    left join outside as o on o.read_on = l.read_on
    where l.scope = 'all' and (greatest($min_group, $elsewhere) = 1 or l.read_on in (select r.read_on from effect_reads as r where r.current))
),
told as (
    select
        s.read_on,
        s.few or greatest($min_group, $elsewhere) > 1 and (s.cared > 0 or s.compared > 0) and (s.cared < greatest($min_group, $elsewhere) and (s.cared > 0 or $elsewhere = 1)
            or s.compared < greatest($min_group, $elsewhere) and (s.compared > 0 or $elsewhere = 1)) as few,
        not s.few_left_cared and case when $elsewhere > 1 then s.events_cared = 0 or s.events_cared >= $elsewhere else $min_group = 1 or s.events_cared >= $min_group end as leavers_cared,
        not s.few_left_compared and case when $elsewhere > 1 then s.events_compared = 0 or s.events_compared >= $elsewhere else $min_group = 1 or s.events_compared >= $min_group end as leavers_compared
    from sized as s
),
shown as (
    select
        t.read_on,
        f.ratio,
        f.low,
        f.high,
        cast(f.people as bigint) as people,
        cast(f.cared as bigint) as cared,
        cast(f.compared as bigint) as compared,
        cast(f.weeks_cared as bigint) as weeks_cared,
        cast(f.weeks_compared as bigint) as weeks_compared,
        cast(case when t.leavers_cared then f.events_cared end as bigint) as events_cared,
        cast(case when t.leavers_compared then f.events_compared end as bigint) as events_compared,
        f.expected,
        l.verdict,
        f.bound,
        cast(f.more as bigint) as more,
        cast(l.warnings as varchar) as warnings,
        cast(case when t.leavers_cared and t.leavers_compared then f.checks end as varchar) as checks,
        t.few
    from told as t
    join effect_leaving as l on l.scope = 'all' and l.read_on = t.read_on
    left join effect_leaving as f on f.scope = 'all' and f.read_on = t.read_on and not t.few
    order by t.read_on desc
)
select * from shown
