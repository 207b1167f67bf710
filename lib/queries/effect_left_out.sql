-- effect_left_out: one row per cell of a read and reason: how many tag episodes are in no estimate, and why
-- roles: boss, hr, presenter   grain: group
-- $read_on date    day of the read
-- > scope text     all, tag or kind; for HR also tag_kind, department and team (of other teams, only what a boss sees)
-- > part text      key of the tag or kind of support, name of the department or team; '' for all
-- > reason text    no_history, too_new, left, absent, other_care, other_kind, not_drawn, all_drawn, before_start or objected
-- > episodes whole how many; 0 says that they are fewer than the smallest group shown
with
reasons as (
    select r.reason
    from (
        values ('before_start'), ('too_new'), ('no_history'), ('left'), ('absent'), ('other_care'), ('other_kind'), ('not_drawn'), ('all_drawn'), ('objected')
    ) as r(reason)
),
cells as (
    select c.scope, c.part, cast(c.left_out as varchar) as left_out
    from effect_cells as c
    where c.read_on = $read_on and c.outcome = 'performance'
        and (greatest($min_group, $elsewhere) = 1 or c.read_on in (select r.read_on from effect_reads as r where r.current))
        and ($min_group = 1 or c.scope in ('all', 'tag', 'kind') or c.scope = 'team' and $elsewhere > 1) and ($elsewhere = 1 or c.scope <> 'tag_kind')
),
counted as (
    select c.scope, c.part, r.reason, cast(json_extract_string(c.left_out, '$.' || r.reason) as bigint) as episodes
    from cells as c
    cross join reasons as r
),
-- HR of some teams sees the own teams' counts, and would only have to take them off.
own as (
    select c.reason, sum(c.episodes) as episodes
    from counted as c
    where c.scope = 'team' and $elsewhere > 1
    group by c.reason
),
strange as (
    select distinct s.part as department from effect_sides as s where s.read_on = $read_on and s.scope = 'department' and s.team = '' and $elsewhere > 1
),
shown as (
    select
        c.scope,
        c.part,
        c.reason,
        cast(case
            when c.episodes < $min_group then 0
            when c.scope not in ('team', 'department') and c.episodes - case when c.scope = 'all' then coalesce(o.episodes, 0) else 0 end < $elsewhere
                and (c.scope <> 'all' or c.episodes > coalesce(o.episodes, 0)) then 0
            else c.episodes
        end as bigint) as episodes
    from counted as c
    left join own as o on o.reason = c.reason
    left join strange as s on c.scope = 'department' and s.department = c.part
    where c.episodes > 0 and s.department is null and ($min_group = 1 or c.scope in ('all', 'tag', 'kind'))
    order by c.scope, c.part, c.episodes desc, c.reason
)
select * from shown
