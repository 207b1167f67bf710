-- care_hr: one row per person who held care talks in the last half year, most talks first
-- roles: hr   grain: person
-- > employee_id text person   who
-- > name text person          name
-- > talks whole               talks in these 182 days
with
today as (select b.as_of from build_info as b),
held as (
    select k.hr_id as employee_id, count(*) as talks
    from talks as k
    join today as d on k.talked_on > d.as_of - 182
    where k.hr_id is not null
    group by k.hr_id
),
known as (
    select h.employee_id, p.name, cast(h.talks as bigint) as talks
    from held as h
    join employees as p on p.employee_id = h.employee_id
    where p.active
    order by h.talks desc, h.employee_id
)
select * from known
