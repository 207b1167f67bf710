-- reward_on_streak: one row per team in scope: whose streak runs and is at least so many days long, the longest first
-- roles: hr, lead   grain: person  lead: own team
-- $days whole                 least length
-- > team text                 team name
-- > employee_ids text person  who, as a JSON list
-- > names text person         their names in the same order
-- > lengths text              their streaks in days, in the same order
select
    e.team,
    cast(to_json(list(s.employee_id order by s.length desc, s.employee_id)) as varchar) as employee_ids,
    cast(to_json(list(e.name order by s.length desc, s.employee_id)) as varchar) as names,
    cast(to_json(list(s.length order by s.length desc, s.employee_id)) as varchar) as lengths
from reward_streaks as s
join employees as e on e.employee_id = s.employee_id
where s.length >= $days
group by e.team
order by e.team
