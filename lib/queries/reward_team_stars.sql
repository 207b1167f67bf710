-- reward_team_stars: one row per team in scope with stars of the week, for whoever leads it
-- roles: lead   grain: person  lead: own team
-- $week date                  Monday of the week
-- > team text                 team name
-- > employee_ids text person  who, as a JSON list
-- > names text person         their names in the same order; all of them agreed to be named
select
    t.team,
    cast(to_json(list(t.employee_id order by t.employee_id)) as varchar) as employee_ids,
    cast(to_json(list(t.name order by t.employee_id)) as varchar) as names
from reward_top as t
where t.week = $week and t.star
group by t.team
order by t.team
