-- pain_followed_by: one row per pain point and kind of support that was given for it: what it did, beside comparable people without it
-- roles: boss, hr, presenter   grain: group
-- > pain text                 key of the pain point
-- > kind text                 kind of support
-- > supported whole           people who were given it and could be compared; null in a group too small to show
-- > comparable whole          comparable people without support; null with it
-- > before number             the number in the 4 weeks before (share of the peers' level; lost growth: growth said, 1–5)
-- > after number              the same in 4 weeks from the 2nd week after
-- > compared_before number    that of the comparable people
-- > compared_after number     and afterwards
-- > difference number         change of the supported less change of the comparable
-- > low number                lower end of its 95 % interval
-- > high number               upper end
-- > verdict text              helped, worse, no_difference or cannot_tell
-- > more whole                about how many more supported people are needed to tell; 0 when it can be told
with
followed as (select * from pain_followed),
shown as (
    select
        f.pain,
        f.kind,
        cast(case when f.supported >= $min_group then f.supported end as bigint) as supported,
        cast(case when f.supported >= $min_group then f.comparable end as bigint) as comparable,
        f.before,
        f.after,
        f.compared_before,
        f.compared_after,
        f.difference,
        f.low,
        f.high,
        f.verdict,
        cast(case when f.supported >= $min_group then f.more end as bigint) as more
    from followed as f
    order by f.pain, f.kind
)
select * from shown
