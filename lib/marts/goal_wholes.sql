-- goal_wholes: one row per goal that files give a team or the company as a whole, as it holds on $as_of
-- grain: level, unit, metric, period
-- truth: a target is above zero | target > 0
-- unit: the team, '' for the company.  A row of goals that names no person, no team and no role is the company's.
with
imported as (select * from goals where employee_id is null and role is null),
newest as (
    select
        i.*,
        row_number() over (
            partition by i.metric, i.period, i.team
            order by case when i.starts_on is null then 1 else 0 end, i.starts_on desc, i.target desc
        ) as back
    from imported as i
),
wholes as (
    select
        case when n.team is null then 'company' else 'team' end as level,
        coalesce(n.team, '') as unit,
        n.metric,
        n.period,
        cast(n.target as double) as target,
        n.starts_on
    from newest as n
    where n.back = 1
    order by n.metric, n.period, n.team
)
select * from wholes
