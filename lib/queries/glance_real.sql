-- glance_real: one row per real change of the week shown, of teams and of the company, those worth a visit first, then the clearest (at most 40)
-- roles: boss, lead, hr, presenter   grain: group
-- $week date             Monday of the week shown
-- $department text       only the teams of this department; '' for all teams and the company
-- > level text           team or company; null in the one row that says nothing was found
-- > team text            team name; '' for the company
-- > measure text         performance, rejection_rate, late_evenings, tags_held, morale, care_kept, leaving, risk or effect
-- > value number         value of the week, or of the 4 weeks
-- > before number        mean before
-- > change number        change beyond what the rest of the business line did
-- > low number           95 % interval of the change
-- > high number          its upper end
-- > span whole           1: the week against the 4 before; 4: 4 weeks against those before
-- > people whole         people in it
-- > worse flag           worth a visit
-- > place whole          its place in this order; changes that are equally clear share it
-- > judged whole         how many figures could be judged in the week
-- > real_in_all whole    how many real changes there are
-- > worse_teams whole    teams with a real change that is worth a visit
-- > better_teams whole   teams with a real change for the better and none that is worth a visit
-- > worse_people whole   people in the teams with a change that is worth a visit
with
of_teams as (
    select
        'team' as level, c.team, c.measure, c.value, c.before, c.change, c.low, c.high, c.p, c.real, c.span, c.people,
        (c.measure = 'performance') = (c.change < 0) as worse
    from team_changes as c
    where c.week = $week
),
others as (
    select m.level, m.team, m.measure, m.value, m.before, m.change, m.low, m.high, m.p, m.real, m.span, m.people, m.worse
    from glance_moves as m
    where m.week = $week
),
together as (select * from of_teams union all select * from others),
cells as (
    select b.*
    from together as b
    left join teams as t on t.team = b.team
    where b.people >= $min_group and case when b.level = 'company' then $department = '' else t.team is not null and ($department = '' or t.department = $department) end
),
by_team as (
    select c.team, max(c.people) as people, bool_or(c.worse) as worse
    from cells as c
    where c.real and c.level = 'team'
    group by c.team
),
counts as (
    select
        cast((select count(c.p) from cells as c) as bigint) as judged,
        cast((select count(*) from cells as c where c.real) as bigint) as real_in_all,
        cast((select count(*) from by_team as t where t.worse) as bigint) as worse_teams,
        cast((select count(*) from by_team as t where not t.worse) as bigint) as better_teams,
        cast((select coalesce(sum(t.people), 0) from by_team as t where t.worse) as bigint) as worse_people
),
clearest as (
    select c.*
    from cells as c
    where c.real
    order by c.worse desc, c.p, c.level, c.team, c.measure
    limit 40
),
shown as (
    select
        c.level, c.team, c.measure, c.value, c.before, c.change, c.low, c.high, cast(c.span as bigint) as span, cast(c.people as bigint) as people, c.worse,
        cast(case when c.level is not null then rank() over (order by c.worse desc, c.p, c.level) end as bigint) as place,
        n.judged, n.real_in_all, n.worse_teams, n.better_teams, n.worse_people
    from counts as n
    left join clearest as c on true
    order by c.worse desc, c.p, c.level, c.team, c.measure
)
select * from shown
