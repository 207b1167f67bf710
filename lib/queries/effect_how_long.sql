-- effect_how_long: one row for all cares (tag '') and one per tag: what can be seen now, and weeks until an effect that would matter can be
-- roles: boss, hr, presenter   grain: group
-- > tag text                  key of the tag; '' for all
-- > noise number              how far weeks of a person swing, in points of the own usual
-- > worth number              the effect that would matter, in points
-- > cared_episodes whole      usable episodes with care so far; null, as all that follows, under the smallest group shown
-- > compared_episodes whole   usable episodes without
-- > cared_a_week number       new ones with care a week
-- > compared_a_week number    new ones without
-- > mde number                smallest effect that is seen in 80 % of cases now; null when there is nothing to compare
-- > weeks whole               weeks until that is the effect that would matter; null: out of reach at this pace
-- > few flag                  fewer than the smallest group shown
with
all_of_them as (
    select '' as tag, n.noise, n.worth, n.cared_episodes, n.compared_episodes, n.cared_a_week, n.compared_a_week, n.mde, n.weeks
    from effect_noise as n
    union all
    select p.tag, n.noise, n.worth, p.cared_episodes, p.compared_episodes, p.cared_a_week, p.compared_a_week, p.mde, p.weeks
    from effect_pace as p
    cross join effect_noise as n
),
told as (
    select
        a.*,
        $min_group > 1 and ((a.cared_episodes > 0 and a.cared_episodes < $min_group) or (a.compared_episodes > 0 and a.compared_episodes < $min_group)) as few
    from all_of_them as a
),
shown as (
    select
        t.tag,
        t.noise,
        t.worth,
        cast(case when not t.few then t.cared_episodes end as bigint) as cared_episodes,
        cast(case when not t.few then t.compared_episodes end as bigint) as compared_episodes,
        case when not t.few then t.cared_a_week end as cared_a_week,
        case when not t.few then t.compared_a_week end as compared_a_week,
        case when not t.few then t.mde end as mde,
        cast(case when not t.few then t.weeks end as bigint) as weeks,
        t.few
    from told as t
    order by t.tag
)
select * from shown
