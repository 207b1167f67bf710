-- today_queue: one row per person and newly carried tag, the 50 people who come first, in their order
-- roles: hr   grain: person
-- > place whole             the person's place in the list, 1 first
-- > employee_id text person who
-- > name text person        name
-- > team text               team
-- > role text               role
-- > hire_date date          hired on
-- > tag text                tag key
-- > zh text                 its Chinese label
-- > en text                 its English label
-- > since date              first day it held
-- > days whole              days since then, today is 1
-- > evidence text           the numbers that fired it, as JSON
-- > chance flag             the evidence is weak enough that it may be chance (|z| < 1.64)
-- > last_talk date          last talk on record with anybody; null when there is none
-- > tags_held whole         how many tags the person newly carries
-- > as_of date              the company's today
-- > people_in_all whole     how many people newly carry a tag
-- > likely_chance whole     how many of them carry only tags that may be chance
with
today as (select b.as_of from build_info as b),
fresh as (
    select
        t.employee_id,
        t.tag,
        t.since,
        cast(t.evidence as varchar) as evidence,
        d.as_of,
        date_diff('day', t.since, d.as_of) + 1 as days,
        t.tag in ('performance_dip', 'client_trouble') and t.strength < 1.64 as chance,
        -- how strong the evidence is among all who newly carry the tag; a fact such as a birthday stands in the middle
        case when t.tag in ('performance_dip', 'client_trouble', 'high_pressure')
            then cume_dist() over (partition by t.tag order by t.strength) else 0.5 end as standing
    from tag_episodes as t
    cross join today as d
    where t.until is null and t.since > d.as_of - 7 and t.since <= d.as_of
),
waiting as (
    select
        f.employee_id,
        count(*) as tags_held,
        min(case when f.chance then 1 else 0 end) as only_chance,
        max(case when f.chance then 0.3 * f.standing else f.standing end) + max(f.days) / 14.0 + 0.3 * (count(*) - 1) as urgency
    from fresh as f
    group by f.employee_id
),
placed as (
    select
        w.employee_id,
        w.tags_held,
        row_number() over (order by w.urgency desc, w.employee_id) as place,
        count(*) over () as people_in_all,
        sum(w.only_chance) over () as likely_chance
    from waiting as w
),
first_people as (
    select w.*, p.name, p.team, p.role, p.hire_date
    from placed as w
    join employees as p on p.employee_id = w.employee_id
    where w.place <= 50
),
last_talks as (
    select k.employee_id, max(k.talked_on) as last_talk
    from talks as k
    join first_people as p on p.employee_id = k.employee_id
    group by k.employee_id
),
shown as (
    select
        cast(p.place as bigint) as place,
        p.employee_id,
        p.name,
        p.team,
        p.role,
        p.hire_date,
        f.tag,
        g.zh,
        g.en,
        f.since,
        cast(f.days as bigint) as days,
        f.evidence,
        f.chance,
        k.last_talk,
        cast(p.tags_held as bigint) as tags_held,
        f.as_of,
        cast(p.people_in_all as bigint) as people_in_all,
        cast(p.likely_chance as bigint) as likely_chance
    from first_people as p
    join fresh as f on f.employee_id = p.employee_id
    join tags as g on g.tag = f.tag
    left join last_talks as k on k.employee_id = p.employee_id
    order by p.place, f.standing desc, g.sort
)
select * from shown
