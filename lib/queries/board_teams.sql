-- board_teams: one row per team that a board can be shown of, by name
-- roles: boss, lead   grain: group
-- $department text       only this department; '' for all
-- > team text            team name
-- > people whole         active people
-- > in_all whole         how many teams that are
with
large as (
    select p.team, count(*) as people
    from employees as p
    where p.active and p.team is not null and ($department = '' or p.department = $department)
    group by p.team
    having count(*) >= $min_group
)
select l.team, l.people, count(*) over () as in_all
from large as l
order by l.team
limit 200
