-- glance_changes: one row per real change of the week shown, those worth a visit first, then the clearest (at most 3), with how many cells were judged
-- roles: boss, lead, hr, presenter   grain: group
-- $week date             Monday of the week shown
-- $department text       only this department; '' for all
-- > team text            team name; null in the one row that says nothing was found
-- > measure text         performance, rejection_rate, late_evenings or tags_held
-- > value number         value of the week, or of the 4 weeks
-- > before number        mean before
-- > change number        change beyond what the rest of the business line did
-- > low number           95 % interval of the change
-- > high number          its upper end
-- > span whole           1: the week against the 4 before; 4: the last 4 weeks against the 8 before
-- > people whole         people in the team
-- > real_in_all whole    how many real changes there are in the week
-- > worse_in_all whole   how many of them are worth a visit (performance down, the other measures up)
-- > judged whole         how many team × measure cells could be judged
with
cells as (
    select c.*, (c.measure = 'performance') = (c.change < 0) as worse
    from team_changes as c
    join teams as t on t.team = c.team
    where c.week = $week and c.people >= $min_group and ($department = '' or t.department = $department)
),
counts as (
    select
        cast(count(case when c.real then 1 end) as bigint) as real_in_all,
        cast(count(case when c.real and c.worse then 1 end) as bigint) as worse_in_all,
        cast(count(c.p) as bigint) as judged
    from cells as c
),
clearest as (
    select c.*
    from cells as c
    where c.real
    order by c.worse desc, c.p, c.team, c.measure
    limit 3
),
shown as (
    select c.team, c.measure, c.value, c.before, c.change, c.low, c.high, cast(c.span as bigint) as span,
        cast(c.people as bigint) as people,
        n.real_in_all, n.worse_in_all, n.judged
    from counts as n
    left join clearest as c on true
    order by c.worse desc, c.p, c.team, c.measure
)
select * from shown
