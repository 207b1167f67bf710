-- risk_held_back: one row: of the people in scope whose warning was kept back, how many stayed, left or are not known within 60 days
-- roles: hr   grain: group
-- > stayed whole    stayed for 60 days
-- > left whole      gave notice within them
-- > open whole      too early, or it cannot be known
with
held as (select * from risk_held),
counted as (
    select
        count(case when h.state = 'stayed' then 1 end) as stayed,
        count(case when h.state = 'left' then 1 end) as left,
        count(case when h.state = 'open' then 1 end) as open
    from held as h
)
select * from counted
