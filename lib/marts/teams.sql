-- teams: one row per team that has people or was imported
-- grain: team
-- truth: every team has a name | team is not null
with
imported_teams as (select * from src_teams),
people as (select * from employees),
teams_of_people as (
    select
        p.team,
        max(p.department) as department,
        max(p.business_line) as business_line,
        max(p.region) as region
    from people as p
    group by p.team
),
every_team as (
    select
        coalesce(t.team, o.team) as team,
        coalesce(t.department, o.department) as department,
        coalesce(t.business_line, o.business_line) as business_line,
        coalesce(t.region, o.region) as region,
        t.lead_id,
        t.industry_pack,
        t.care_programme_start
    from imported_teams as t
    full join teams_of_people as o on o.team = t.team
    order by 1
)
select * from every_team
