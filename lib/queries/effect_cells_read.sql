-- effect_cells_read: one row per cell of a read: what a before/after says, what is left beside comparable people, and the verdict
-- roles: boss, hr, presenter   grain: group
-- $read_on date                  day of the read
-- > scope text                   all, tag, kind, department or team; for HR of everybody also tag_kind
-- > part text                    key of the tag or kind of support (pain/… for one given for a pain point), name of the department or team; '' for all
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
-- A team, department or kind of support that is too small is hidden together with the next smallest of the same department (of the same company, of the
-- kinds of the same sort), until those hidden are together a group, which one alone never is; of a hidden department every team is hidden.  So no
-- difference of shown counts is about fewer people than a group.  HR of some teams knows its own people one by one: for it what counts is how many of
-- other teams a figure is about, since it can take its own off; nobody at all is no secret.  What a presenter of some teams shows keeps both: it may be
-- such an HR's, and whoever sees it knows nobody one by one.
with
ways as (
    select w.others
    from (values (0), (1)) as w(others)
    where w.others = 0 and ($elsewhere = 1 or $min_group > 1) or w.others = 1 and $elsewhere > 1
),
cells as (
    select c.*
    from effect_cells as c
    where c.read_on = $read_on and c.outcome = 'performance'
        and (greatest($min_group, $elsewhere) = 1 or c.scope <> 'tag_kind' and c.read_on in (select r.read_on from effect_reads as r where r.current))
),
outside as (
    select
        s.scope,
        s.part,
        w.others,
        sum(case when w.others = 0 or s.team = '' then s.cared else 0 end) as cared,
        sum(case when w.others = 0 or s.team = '' then s.compared else 0 end) as compared
    from effect_sides as s
    cross join ways as w
    where s.read_on = $read_on
    group by s.scope, s.part, w.others
),
told_about as (
    select
        c.scope,
        c.part,
        case c.scope when 'team' then coalesce(t.department, '') when 'kind' then case when c.part like 'pain/%' then 'pain' else '' end else '' end as whole,
        w.others,
        case when w.others = 0 then c.cared when c.scope = 'team' then 0 else coalesce(o.cared, c.cared) end as cared,
        case when w.others = 0 then c.compared when c.scope = 'team' then 0 else coalesce(o.compared, c.compared) end as compared
    from cells as c
    cross join ways as w
    left join teams as t on c.scope = 'team' and t.team = c.part
    left join outside as o on o.others = w.others and o.scope = c.scope and o.part = c.part
    union all
    -- People of no department: no cell of their own, but what is left when the departments are taken off the whole.
    select o.scope, o.part, '' as whole, o.others, o.cared, o.compared
    from outside as o
    where o.scope = 'department' and o.part = ''
),
sized as (
    select
        a.*,
        case when a.scope = 'kind' then a.cared else least(a.cared, a.compared) end as size,
        -- Nobody on either side is no small group but none, and may be said to be; a team or department of nobody would give another one away.
        greatest($min_group, $elsewhere) > 1 and (a.scope not in ('all', 'tag') or a.cared > 0 or a.compared > 0) and (
            a.cared < greatest($min_group, $elsewhere) and (a.cared > 0 or a.others = 0)
            or a.compared < greatest($min_group, $elsewhere) and (a.compared > 0 or a.others = 0)
        ) as small
    from told_about as a
),
ranked as (
    select
        s.scope,
        s.part,
        s.whole,
        s.others,
        s.small,
        coalesce(sum(s.cared) over (partition by s.others, s.scope, s.whole order by s.size, s.part rows between unbounded preceding and 1 preceding), 0) as cared_before,
        -- Whoever got none is beside every kind of support: only the cared-for can be told apart by taking off.
        case when s.scope = 'kind' then greatest($min_group, $elsewhere)
            else coalesce(sum(s.compared) over (partition by s.others, s.scope, s.whole order by s.size, s.part rows between unbounded preceding and 1 preceding), 0)
        end as compared_before,
        max(case when s.small then 1 else 0 end) over (partition by s.others, s.scope, s.whole) as any_small
    from sized as s
    where s.scope in ('department', 'team', 'kind') and (s.others = 0 or s.cared > 0 or s.compared > 0)
),
hidden as (
    select
        r.scope,
        r.part,
        r.others,
        r.small or r.any_small = 1 and (r.cared_before < greatest($min_group, $elsewhere) or r.compared_before < greatest($min_group, $elsewhere)) as few
    from ranked as r
),
told as (
    select
        s.scope,
        s.part,
        max(case when s.small or coalesce(h.few, false) or coalesce(d.few, false) then 1 else 0 end) = 1 as few
    from sized as s
    left join hidden as h on h.others = s.others and h.scope = s.scope and h.part = s.part
    left join hidden as d on d.others = s.others and s.others = 0 and s.scope = 'team' and d.scope = 'department' and d.part = s.whole
    where s.scope <> 'department' or s.part <> ''
    group by s.scope, s.part
),
shown as (
    select
        t.scope,
        t.part,
        c.design,
        cast(f.cared as bigint) as cared,
        cast(f.compared as bigint) as compared,
        f.naive_before,
        f.naive_after,
        f.naive_change,
        f.naive_low,
        f.naive_high,
        f.compared_before,
        f.compared_after,
        f.expected,
        f.value,
        f.low,
        f.high,
        f.p_adjusted,
        f.second_value,
        f.second_low,
        f.second_high,
        f.matched_value,
        f.matched_low,
        f.matched_high,
        f.mde,
        c.verdict,
        f.bound,
        cast(f.more as bigint) as more,
        cast(c.cells as bigint) as cells,
        c.causal,
        cast(c.warnings as varchar) as warnings,
        cast(f.checks as varchar) as checks,
        f.first,
        f.last,
        f.minutes,
        f.points_per_hour,
        case when f.points_per_hour is not null then f.low * 60 / f.minutes end as points_per_hour_low,
        case when f.points_per_hour is not null then f.high * 60 / f.minutes end as points_per_hour_high,
        t.few
    from told as t
    join cells as c on c.scope = t.scope and c.part = t.part
    -- Every figure comes from here, so that a hidden cell has none.
    left join cells as f on f.scope = t.scope and f.part = t.part and not t.few
    order by t.scope, t.part
)
select * from shown
