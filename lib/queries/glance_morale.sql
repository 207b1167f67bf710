-- glance_morale: one row per completed week up to the one shown, oldest first: the morale index over all teams that are shown (as morale_company)
-- roles: boss, lead, hr, presenter   grain: group
-- $week date             Monday of the week shown
-- $department text       only this department; '' for all
-- > week date            Monday of the week
-- > value number         mean over people of the teams whose index is known
-- > low number           95 % interval of the mean
-- > high number          its upper end
-- > people whole         people of the teams whose index is known
-- > teams whole          how many teams that are
-- > change number        points against a month earlier, mean over people of the teams whose change is known
-- > headcount whole      people of these teams
-- > unknown_teams whole  teams that are shown without an index
with
large as (
    select w.*
    from morale_weeks as w
    join teams as t on t.team = w.team
    where w.headcount >= $min_group and w.week <= $week and ($department = '' or t.department = $department)
),
summed as (
    select
        l.week,
        sum(l.value * l.headcount) / nullif(sum(case when l.value is not null then l.headcount end), 0) as value,
        sqrt(sum(power((l.high - l.low) / 2 * l.headcount, 2))) / nullif(sum(case when l.value is not null then l.headcount end), 0) as reach,
        count(case when l.value is not null and l.high is null then 1 end) as without_reach,
        sum(case when l.value is not null then l.headcount end) as people,
        count(l.value) as teams,
        count(*) - count(l.value) as unknown_teams,
        sum(l.change * l.headcount) / nullif(sum(case when l.change is not null then l.headcount end), 0) as change,
        sum(case when l.change is not null then l.headcount end) as headcount
    from large as l
    group by l.week
),
shown as (
    select
        s.week,
        s.value,
        case when s.without_reach = 0 then greatest(s.value - s.reach, 0) end as low,
        case when s.without_reach = 0 then least(s.value + s.reach, 100) end as high,
        cast(coalesce(s.people, 0) as bigint) as people,
        cast(s.teams as bigint) as teams,
        s.change,
        cast(coalesce(s.headcount, 0) as bigint) as headcount,
        cast(s.unknown_teams as bigint) as unknown_teams
    from summed as s
    order by s.week
)
select * from shown
