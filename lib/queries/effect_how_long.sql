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
-- Tags that are too small are hidden with the next smallest, so that none follows by taking the others off the whole.
-- HR of some teams would take its own off too; what a presenter of some teams shows keeps both.
with
ways as (
    select w.others
    from (values (0), (1)) as w(others)
    where w.others = 0 and ($elsewhere = 1 or $min_group > 1) or w.others = 1 and $elsewhere > 1
),
all_of_them as (
    select '' as tag, n.noise, n.worth, n.cared_episodes, n.compared_episodes, n.cared_a_week, n.compared_a_week, n.mde, n.weeks
    from effect_noise as n
    union all
    select p.tag, n.noise, n.worth, p.cared_episodes, p.compared_episodes, p.cared_a_week, p.compared_a_week, p.mde, p.weeks
    from effect_pace as p
    cross join effect_noise as n
),
outside as (
    select
        case when s.scope = 'all' then '' else s.part end as tag,
        sum(case when s.team = '' then s.cared_episodes else 0 end) as cared,
        sum(case when s.team = '' then s.compared_episodes else 0 end) as compared
    from effect_sides as s
    where s.scope in ('all', 'tag') and s.read_on in (select max(r.read_on) from effect_reads as r)
    group by case when s.scope = 'all' then '' else s.part end
),
sized as (
    select
        a.tag,
        w.others,
        case when w.others = 0 then a.cared_episodes else coalesce(o.cared, a.cared_episodes) end as cared,
        case when w.others = 0 then a.compared_episodes else coalesce(o.compared, a.compared_episodes) end as compared
    from all_of_them as a
    cross join ways as w
    left join outside as o on o.tag = a.tag
),
ranked as (
    select
        s.tag,
        s.others,
        s.cared > 0 and s.cared < greatest($min_group, $elsewhere) or s.compared > 0 and s.compared < greatest($min_group, $elsewhere) as small,
        coalesce(sum(s.cared) over (partition by s.others, s.tag = '' order by least(s.cared, s.compared), s.tag rows between unbounded preceding and 1 preceding), 0) as cared_before,
        coalesce(sum(s.compared) over (partition by s.others, s.tag = '' order by least(s.cared, s.compared), s.tag rows between unbounded preceding and 1 preceding), 0) as compared_before
    from sized as s
    where s.cared > 0 or s.compared > 0
),
hidden as (
    select
        r.tag,
        r.small or r.tag <> '' and max(case when r.small then 1 else 0 end) over (partition by r.others, r.tag = '') = 1
            and (r.cared_before < greatest($min_group, $elsewhere) or r.compared_before < greatest($min_group, $elsewhere)) as few
    from ranked as r
),
told as (
    select a.tag, a.noise, a.worth, max(case when coalesce(h.few, false) then 1 else 0 end) = 1 as few
    from all_of_them as a
    left join hidden as h on h.tag = a.tag
    group by a.tag, a.noise, a.worth
),
shown as (
    select
        t.tag,
        t.noise,
        t.worth,
        cast(f.cared_episodes as bigint) as cared_episodes,
        cast(f.compared_episodes as bigint) as compared_episodes,
        f.cared_a_week,
        f.compared_a_week,
        f.mde,
        cast(f.weeks as bigint) as weeks,
        t.few
    from told as t
    left join all_of_them as f on f.tag = t.tag and not t.few
    order by t.tag
)
select * from shown
