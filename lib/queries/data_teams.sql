-- data_teams: one row per team that somebody works in, to choose a user's scope from
-- roles: admin   grain: group
-- > team text     team name
-- > people whole  active people
select
    e.team,
    count(*) as people
from employees as e
where e.active and e.team is not null
group by e.team
order by e.team
