-- risk_card: one row for one person with a score: probability, range, band, and how it was four weeks ago
-- roles: hr   grain: person
-- $id text                   employee_id
-- $gone list                 people who object to scoring now
-- > employee_id text person  who
-- > name text person         name
-- > team text                team
-- > week date                Monday of the week the score stands for
-- > p30 number               probability of giving notice within 30 days
-- > p60 number               within 60 days
-- > p90 number               within 90 days
-- > low number               95 % range of p60
-- > high number              its upper end
-- > band text                high, raised or even
-- > badge text               firm or loose
-- > base number              log-odds of the team's mean, 60 days
-- > p60_before number        p60 four weeks ago; null when not at risk then
-- > band_before text         its band
-- > base_rate number         the company's average p60
-- > peers whole              people of the team with a score
with
everybody as (
    select s.*, e.name, e.team, e.active, count(*) over (partition by e.team) as peers
    from risk_scores as s
    join employees as e on e.employee_id = s.employee_id
),
house as (select avg(s.p60) as base_rate from risk_scores as s)
select
    v.employee_id, v.name, v.team, v.week, v.p30, v.p60, v.p90, v.low, v.high, v.band, v.badge, v.base, v.p60_before, v.band_before,
    h.base_rate, cast(v.peers as bigint) as peers
from everybody as v
cross join house as h
where v.employee_id = $id and v.active and not list_contains($gone, v.employee_id)
