-- risk_counts: one row: how many people in scope have a score, and how many are above the limit
-- roles: hr   grain: group
-- $gone list           people who object to scoring now
-- > scored whole       people with a score
-- > above whole        people of them above the limit (raised or high)
-- > high whole         people of them in the band high
-- > average number     mean of p60
with
here as (
    select s.p60, s.band
    from risk_scores as s
    join employees as e on e.employee_id = s.employee_id
    where e.active and not list_contains($gone, s.employee_id)
)
select
    count(*) as scored,
    count(case when h.band <> 'even' then 1 end) as above,
    count(case when h.band = 'high' then 1 end) as high,
    avg(h.p60) as average
from here as h
