"""Names: who somebody is that the viewer has to do with although the viewer's queries do not reach that far.

A pair made today, a request for help that was passed on, a colleague who is thanked: each is two people, and one may not be in the
other's scope.  Whoever asks here has made sure in the ledger that the viewer has to do with these people; nothing else than name and
team is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from lib.access.desk import Desk


@dataclass(frozen=True)
class Who:
    """Somebody by name, team ('' when unknown) and whether they work here today."""

    employee_id: str
    name: str
    team: str
    active: bool


def of(desk: Desk, ids: Iterable[str]) -> dict[str, Who]:
    """Who these people are, by employee_id; people whom the published company does not know are not among them."""
    asked = sorted(set(ids))
    if not asked:
        return {}
    rows = desk.store.current().frame("select employee_id, name, team, active from employees where list_contains($ids, employee_id)", {"ids": asked})
    return {str(row.employee_id): Who(str(row.employee_id), str(row.name), "" if pd.isna(row.team) else str(row.team), bool(row.active))
            for row in rows.itertuples(index=False)}


def in_scope(desk: Desk, who: Who | None) -> bool:
    """Whether somebody is in one of the viewer's teams (a viewer of the whole company: anybody)."""
    return who is not None and (desk.viewer.teams is None or who.team in desk.viewer.teams)
