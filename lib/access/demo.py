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
_EMPLOYEES = """
select e.employee_id, e.name, e.team
from employees as e
where e.active
    and e.employee_id not in (select t.lead_id from teams as t where t.lead_id is not null)
    and e.employee_id not in (select p.mentor_id from employees as p where p.mentor_id is not null)
order by (e.mentor_id is null), e.team, e.employee_id
limit 1
"""
_MENTORS = """
select m.employee_id, m.name, m.team
from employees as m
join employees as p on p.mentor_id = m.employee_id and p.active
where m.active
group by m.employee_id, m.name, m.team
order by count(*) desc, m.employee_id
limit 1
"""
_ANYBODY = "select e.employee_id, e.name, e.team from employees as e where e.active order by e.team, e.employee_id limit 1"


def viewer(store: Store, role: str) -> Viewer:
    """Who looks at the demo in this role: a real team's lead, an employee with a mentor, the mentor of most; else just the role."""
    if role != "lead" and role not in SELF_ONLY:
        return Viewer(role)
    house = store.current()
    rows = house.frame({"lead": _LEADS, "mentor": _MENTORS}.get(role, _EMPLOYEES))
    one = (rows if len(rows) else house.frame(_ANYBODY)).iloc[0]
    if role == "lead":
        return Viewer("lead", teams=(one["team"],), name=f"{one['name']} · {one['team']}")
    return Viewer(role, employee_id=one["employee_id"], name=f"{one['name']} · {one['team']}")
