-- effect_left_out: one row per cell of a read and reason: how many tag episodes are in no estimate, and why
-- roles: boss, hr, presenter   grain: group
-- $read_on date    day of the read
-- > scope text     all, tag or kind; for HR also tag_kind, department and team
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
counted as (
    select c.scope, c.part, r.reason, cast(json_extract_string(c.left_out, '$.' || r.reason) as bigint) as episodes
    from effect_cells as c
    cross join reasons as r
    where c.read_on = $read_on and c.outcome = 'performance' and ($min_group = 1 or c.read_on in (select r.read_on from effect_reads as r where r.current))
        and ($min_group = 1 or c.scope in ('all', 'tag', 'kind'))
),
shown as (
    select c.scope, c.part, c.reason, cast(case when c.episodes >= $min_group then c.episodes else 0 end as bigint) as episodes
    from counted as c
    where c.episodes > 0
    order by c.scope, c.part, c.episodes desc, c.reason
)
select * from shown
