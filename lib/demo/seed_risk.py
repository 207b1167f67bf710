"""What HR of the demo company did about the risk that people leave: interventions of the last months, most of them closed with a note.

Whom HR helped follows what HR could see, time with the company, and no hidden truth; and in the simulation an intervention changes
nothing.  So what followed here is what would have followed anyway.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from lib.demo.business import HR_LINE
from lib.demo.seed_words import INTERVENED
from lib.ledger import bulk
from lib.ledger.engine import Ledger
from lib.warehouse.store import Warehouse

if TYPE_CHECKING:
    from lib.demo.seed import Facts

HR = "demo-hr"
REASONS = (("late_evenings_4w", "workload"), ("performance_own", "joint_visit"), ("performance_team", "training"), ("months_down", "goal_change"),
           ("rejection_own", "joint_visit"), ("promotion_months", "promotion_talk"), ("said_pay", "pay_review"), ("tickets_overdue", "other_department"),
           ("contacts_change", "mentor"), ("goal_attainment", "goal_change"), ("late_evenings_8w", "workload"), ("rejection_team", "training"))
"""The reason that is answered, and what is done about it."""
ONE_OF, BACK = 10, 170     # one of so many people; days back
NEWER, MORE = 365, 3.0     # who is here for less than so many days was helped so many times as often
SETTLED = 14               # nobody is helped like this in the first days
DROPPED, NOTE_DAYS = .1, 180
Row = dict[str, object]


def interventions(rng: np.random.Generator, known: Facts, objectors: frozenset[str]) -> list[Row]:
    """One row per intervention, in the order in which they were opened; nobody has two, and nobody who objects to scoring has one."""
    days = np.sort(rng.integers(max(known.last - BACK, 0), known.last, max(len(known.here) // ONE_OF, 3)))
    taken = np.isin(known.ids.astype(str), sorted(objectors))
    made: list[Row] = []
    for place, day in enumerate(days.tolist()):
        fit = np.flatnonzero((known.hired <= day - SETTLED) & (known.gone > day + SETTLED) & (known.line < HR_LINE) & ~taken)
        if not len(fit):
            continue
        odds = np.where(day - known.hired[fit] < NEWER, MORE, 1.0)
        person = int(rng.choice(fit, p=odds / odds.sum()))
        taken[person] = True
        feature, kind = REASONS[int(rng.integers(0, len(REASONS)))]
        due, late = day + int(rng.integers(10, 29)), int(rng.integers(-5, 4))
        left, dropped = known.gone[person] <= min(due + late, known.last), rng.random() < DROPPED
        closed = min(int(known.gone[person]), due + late)
        over = closed <= known.last and (left or rng.random() < .85)
        state = ("dropped" if left or dropped else "done") if over else "open"
        said = INTERVENED["left" if left else "dropped" if dropped else kind]
        made.append({"id": known.key("intervention", place), "request_key": known.key("intervention asked", place), "employee_id": known.ids[person],
                     "kind": kind, "feature": feature, "owner": HR, "opened_on": known.day(day), "due": known.day(due), "state": state,
                     "closed_on": known.day(closed) if over else None, "p60_then": None,
                     "note_sealed": said[place % len(said)] if over else None,
                     "note_expires": known.day(closed) + timedelta(NOTE_DAYS) if over else None, "who": HR, "version": 2 if over else 1})
    return made


_THEN = """
select i.intervention_id, w.p60
from risk_interventions as i
join risk_weeks as w on w.employee_id = i.employee_id and w.week = date_trunc('week', i.opened_on)
order by i.intervention_id
"""


def chances(book: Ledger, version: Warehouse) -> int:
    """Give the interventions of the last weeks the chance that the first model sees in what was known when they were opened: had the app
    been there, it would have shown about this.  Returns how many."""
    rows = version.frame(_THEN)
    return bulk.chances(book, {str(row.intervention_id): float(row.p60) for row in rows.itertuples(index=False)})
