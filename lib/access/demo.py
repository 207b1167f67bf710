"""Demo people: whom the demo's role switch stands for; real scope rules on invented persons."""

from __future__ import annotations

from lib.access.roles import SELF_ONLY, Viewer
from lib.warehouse.store import Store

_LEADS = """
select lead.employee_id, lead.name, t.team
from teams as t
join employees as lead on lead.employee_id = t.lead_id
where lead.active and t.team is not null
order by t.team, lead.employee_id
limit 1
"""
# Somebody whose own page is alive: has conversations and open customers, and works on the weekday that the demo lives on.
_ALIVE = """
with
at_work as (
    select d.employee_id
    from employee_days as d
    cross join build_info as b
    where d.worked and dayofweek(d.work_date) = dayofweek(b.as_of) and d.work_date > b.as_of - 28
    group by d.employee_id
    having count(*) >= 3 and max(d.work_date) = max(b.as_of)
),
talking as (select distinct c.employee_id from consultations as c),
following as (select distinct i.employee_id from open_intents as i),
alive as (
    select
        e.employee_id,
        e.name,
        e.team,
        case when t.employee_id is not null then 1 else 0 end + case when f.employee_id is not null then 1 else 0 end
        + case when w.employee_id is not null then 1 else 0 end as life
    from employees as e
    left join talking as t on t.employee_id = e.employee_id
    left join following as f on f.employee_id = e.employee_id
    left join at_work as w on w.employee_id = e.employee_id
    where e.active and e.employee_id not in (select t.lead_id from teams as t where t.lead_id is not null)
),
pairs as (
    select p.mentor_id, p.employee_id
    from mentor_pairs as p
    join employees as e on e.employee_id = p.employee_id
    cross join build_info as b
    where e.active and (p.until is null or p.until >= b.as_of)
)
"""
_EMPLOYEES = _ALIVE + """
select a.employee_id, a.name, a.team
from alive as a
left join pairs as p on p.employee_id = a.employee_id
where a.employee_id not in (select p.mentor_id from pairs as p)
order by (p.mentor_id is null), a.life desc, a.team, a.employee_id
limit 1
"""
_MENTORS = _ALIVE + """
select a.employee_id, a.name, a.team
from alive as a
join pairs as p on p.mentor_id = a.employee_id
group by a.employee_id, a.name, a.team, a.life
order by a.life desc, count(*) desc, a.employee_id
limit 1
"""
_ANYBODY = "select e.employee_id, e.name, e.team from employees as e where e.active order by e.team, e.employee_id limit 1"


def viewer(store: Store, role: str) -> Viewer:
    """Who looks at the demo in this role: a real team's lead, an employee with a mentor, a mentor, both
    with customers to follow and at work on the day the demo lives on where there is anybody such; else just the role."""
    if role != "lead" and role not in SELF_ONLY:
        return Viewer(role)
    house = store.current()
    rows = house.frame({"lead": _LEADS, "mentor": _MENTORS}.get(role, _EMPLOYEES))
    one = (rows if len(rows) else house.frame(_ANYBODY)).iloc[0]
    if role == "lead":
        return Viewer("lead", teams=(one["team"],), name=f"{one['name']} · {one['team']}")
    return Viewer(role, employee_id=one["employee_id"], name=f"{one['name']} · {one['team']}")
