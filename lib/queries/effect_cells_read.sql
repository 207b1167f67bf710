-- effect_cells_read: one row per cell of a read: what a before/after says, what is left beside comparable people, and the verdict
-- roles: boss, hr, presenter   grain: group
-- $read_on date                  day of the read
-- > scope text                   all, tag, kind, department or team; for HR also tag_kind
-- > part text                    key of the tag or kind of support, name of the department or team; '' for all
-- > design text                  observed (people chose) or lottery (a draw decided)
-- > cared whole                  people cared for; null, as every number below, in a group that is not shown
-- > compared whole               flagged people who were not cared for
-- > naive_before number          % of the own usual in the dip weeks, of the cared-for alone; null without a comparison
-- > naive_after number           the same in the four weeks after
-- > naive_change number          after less before: what a before/after would say
-- > naive_low number             95 % interval
-- > naive_high number            its upper end
-- > compared_before number       % of the own usual in the dip weeks, of those not cared for
-- > compared_after number        the same in the four weeks after
-- > expected number              what the cared-for would have had without care
-- > value number                 points beside comparable people
-- > low number                   95 % interval
-- > high number                  its upper end
-- > p_adjusted number            p after the look and the other cells
-- > second_value number          the same by another method (doubly robust)
-- > second_low number            95 % interval
-- > second_high number           its upper end
-- > matched_value number         the same by matched pairs
-- > matched_low number           95 % interval
-- > matched_high number          its upper end
-- > mde number                   smallest effect that is seen in 80 % of cases
-- > verdict text                 works, harms, no_effect or cannot_tell
-- > bound number                 the x of "no effect larger than x"
-- > more whole                   about so many more people are needed; null when more would not help or none are missing
-- > cells whole                  cells of the same scope that were judged together
-- > causal flag                  words of cause are earned: a draw decided
-- > warnings text                JSON list of keys
-- > checks text                  JSON list of key, passed, number, bound; null in a group that is not shown
-- > first date                   day of the first episode in it
-- > last date                    day of the last one
-- > minutes number               mean minutes of a care
-- > points_per_hour number       points for an hour of care; null unless it works or harms
-- > points_per_hour_low number   95 % interval
-- > points_per_hour_high number  its upper end
-- > few flag                     not shown: fewer people than the smallest group on one side, or it could be worked out
-- A team or department that is too small is hidden together with the next smallest of the same department (of the same company), until those
-- hidden are together a group on both sides, which one alone never is; of a hidden department every team is hidden.  So no difference of
-- shown counts is about fewer people than a group.
with
cells as (
    select
        c.*,
        coalesce(t.department, '') as whole,
        $min_group > 1 and (c.cared < $min_group or c.compared < $min_group) as small
    from effect_cells as c
    left join teams as t on c.scope = 'team' and t.team = c.part
    where c.read_on = $read_on and c.outcome = 'performance' and ($min_group = 1 or c.read_on in (select r.read_on from effect_reads as r where r.current))
        and ($min_group = 1 or c.scope <> 'tag_kind')
),
wholes as (
    select c.part, c.cared, c.compared, c.small from cells as c where c.scope = 'department'
    union all
    select
        '' as part,
        sum(c.cared) as cared,
        sum(c.compared) as compared,
        $min_group > 1 and (sum(c.cared) < $min_group or sum(c.compared) < $min_group) as small
    from cells as c
    where c.scope = 'team' and c.whole = ''
    having count(*) > 0
),
ranked as (
    select
        'department' as scope,
        w.part,
        '' as whole,
        w.small,
        sum(w.cared) over (order by least(w.cared, w.compared), w.part rows between unbounded preceding and 1 preceding) as cared_before,
        sum(w.compared) over (order by least(w.cared, w.compared), w.part rows between unbounded preceding and 1 preceding) as compared_before,
        max(case when w.small then 1 else 0 end) over () as any_small
    from wholes as w
    union all
    select
        'team' as scope,
        c.part,
        c.whole,
        c.small,
        sum(c.cared) over (partition by c.whole order by least(c.cared, c.compared), c.part rows between unbounded preceding and 1 preceding) as cared_before,
        sum(c.compared) over (partition by c.whole order by least(c.cared, c.compared), c.part rows between unbounded preceding and 1 preceding) as compared_before,
        max(case when c.small then 1 else 0 end) over (partition by c.whole) as any_small
    from cells as c
    where c.scope = 'team'
),
hidden as (
    select
        r.scope,
        r.part,
        r.whole,
        r.small or (r.any_small = 1 and (coalesce(r.cared_before, 0) < $min_group or coalesce(r.compared_before, 0) < $min_group)) as few
    from ranked as r
),
told as (
    select
        c.*,
        c.small or coalesce(h.few, false) or (c.scope = 'team' and coalesce(d.few, false)) as few
    from cells as c
    left join hidden as h on h.scope = c.scope and h.part = c.part
    left join hidden as d on c.scope = 'team' and d.scope = 'department' and d.part = c.whole
),
shown as (
    select
        t.scope,
        t.part,
        t.design,
        cast(case when not t.few then t.cared end as bigint) as cared,
        cast(case when not t.few then t.compared end as bigint) as compared,
        case when not t.few then t.naive_before end as naive_before,
        case when not t.few then t.naive_after end as naive_after,
        case when not t.few then t.naive_change end as naive_change,
        case when not t.few then t.naive_low end as naive_low,
        case when not t.few then t.naive_high end as naive_high,
        case when not t.few then t.compared_before end as compared_before,
        case when not t.few then t.compared_after end as compared_after,
        case when not t.few then t.expected end as expected,
        case when not t.few then t.value end as value,
        case when not t.few then t.low end as low,
        case when not t.few then t.high end as high,
        case when not t.few then t.p_adjusted end as p_adjusted,
        case when not t.few then t.second_value end as second_value,
        case when not t.few then t.second_low end as second_low,
        case when not t.few then t.second_high end as second_high,
        case when not t.few then t.matched_value end as matched_value,
        case when not t.few then t.matched_low end as matched_low,
        case when not t.few then t.matched_high end as matched_high,
        case when not t.few then t.mde end as mde,
        t.verdict,
        case when not t.few then t.bound end as bound,
        cast(case when not t.few then t.more end as bigint) as more,
        cast(t.cells as bigint) as cells,
        t.causal,
        cast(t.warnings as varchar) as warnings,
        cast(case when not t.few then t.checks end as varchar) as checks,
        case when not t.few then t.first end as first,
        case when not t.few then t.last end as last,
        case when not t.few then t.minutes end as minutes,
        case when not t.few then t.points_per_hour end as points_per_hour,
        case when not t.few and t.points_per_hour is not null then t.low * 60 / t.minutes end as points_per_hour_low,
        case when not t.few and t.points_per_hour is not null then t.high * 60 / t.minutes end as points_per_hour_high,
        t.few
    from told as t
    order by t.scope, t.part
)
select * from shown
