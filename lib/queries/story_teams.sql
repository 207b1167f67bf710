-- story_teams: one row per team: its place among all teams by name, by which a scene asks for it, and its department
-- roles: presenter   grain: group
-- > team text        team name, as a presenter may see it
-- > nth whole        its place among all teams by name
-- > department text  its department; '' for none
with
placed as (select t.team, t.department, row_number() over (order by t.team) as nth from teams as t)
select p.team, p.nth, coalesce(p.department, '') as department from placed as p order by p.nth
