"""Pain desk: who has a pain point and why, the support that is assigned for it, and what became of it; for HR within its scope.

Whoever objected to scoring since the build is in no list here.  Everything that is read about persons asks whether the session is still
good, and the audit keeps whose evidence was shown.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from lib.access import names, sign_in
from lib.access.desk import NotAllowed
from lib.access.ledger_desk import LedgerDesk
from lib.care.talk_card import as_day
from lib.ledger import choices, supports
from lib.ledger.supports import NewSupport, Support
from lib.morale.pain_rules import PAINS, by_key

RECENT = 90
"""Days for which a closed support is still shown."""
LATEST_DUE = 180
"""Days within which a support must be due."""
_RANK = {"helped": 0, "": 1, "cannot_tell": 1, "no_difference": 2, "worse": 3}


@dataclass(frozen=True)
class Carrier:
    """One person with one pain point: since when, the numbers that fired it, the support suggested first, and who may see to it.

    ``suggested``: kinds of support in the order in which they fit, those that the person is being given or was given lately left out;
    ``given`` are these.  ``owners``: (login or employee_id, name, "me", "mentor" or "hr").
    """

    employee_id: str
    name: str
    team: str
    role: str
    pain: str
    since: date
    standing: float
    evidence: dict[str, object]
    suggested: tuple[str, ...]
    given: tuple[str, ...]
    owners: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class SupportRow:
    """One support with names: of the person, the team, and of who sees to it."""

    support: Support
    name: str
    team: str
    owner: str
    overdue: bool


class PainDesk(LedgerDesk):
    """One HR's pain points.  Making one raises :class:`NotAllowed` for every other role."""

    ROLES = frozenset({"hr"})

    # --- who has one ---

    def carriers(self, pain: str = "", most: int | None = None) -> tuple[list[Carrier], int]:
        """People for whom a rule fires, the clearest first, and how many there are in all; ``pain`` '' for every pain point.

        At most ``most`` (default: the setting ``pain.list``).  Whose evidence is shown here is kept in the audit.
        """
        self.here()
        rows = self.desk.read("pain_people", pain=pain, gone=self._gone(), most=most or int(self.setting("pain.list")))
        since = self.today - timedelta(RECENT)
        with self.book.reading() as con:
            there = supports.open_and_recent(con, since)
        verdicts = self._verdicts()
        colleagues = self._colleagues()
        found = [self._carrier(row, there, verdicts, colleagues) for row in rows.itertuples(index=False)]
        supports.looked(self.book, (one.employee_id for one in found), self.login, self.role, pain or "all")
        return found, int(rows["total"].iloc[0]) if len(rows) else 0

    def _carrier(self, row, there: list[Support], verdicts: dict[tuple[str, str], str],  # type: ignore[no-untyped-def]
                 colleagues: list[tuple[str, str]]) -> Carrier:
        given = tuple(sorted({one.kind for one in there if one.employee_id == row.employee_id and one.pain == row.pain}))
        fits = [one.kind for one in by_key(row.pain).supports]
        fits.sort(key=lambda kind: _RANK[verdicts.get((row.pain, kind), "")])  # stable: the rule's own order where nothing is known
        owners = [(self.login, "", "me")]
        if not pd.isna(row.mentor_id) and not pd.isna(row.mentor):
            owners.append((str(row.mentor_id), str(row.mentor), "mentor"))
        owners += [(login, name, "hr") for login, name in colleagues if login not in {owner for owner, _, _ in owners}]
        return Carrier(str(row.employee_id), str(row.name), "" if pd.isna(row.team) else str(row.team), "" if pd.isna(row.role) else str(row.role),
                       str(row.pain), as_day(row.since), float(row.standing), json.loads(row.evidence) if row.evidence else {},
                       tuple(kind for kind in fits if kind not in given), given, tuple(owners))

    def told(self) -> pd.DataFrame:
        """How many people each rule fires for, is quiet for, and cannot be told for and why (rows of ``pain_told``)."""
        self.here()
        return self.desk.read("pain_told", gone=self._gone())

    def _gone(self) -> list[str]:
        with self.book.reading() as con:
            return sorted(choices.who_chose(con, "no_scoring"))

    def _verdicts(self) -> dict[tuple[str, str], str]:
        return {(row.pain, row.kind): row.verdict for row in self.desk.read("pain_followed_by").itertuples(index=False)}

    def _colleagues(self) -> list[tuple[str, str]]:
        """(login or employee_id, name) of the other HR people."""
        if self.demo:
            return [(str(row.employee_id), str(row.name)) for row in self.desk.read("care_hr").itertuples(index=False)]
        return [(user.login, user.name) for user in sign_in.list_users(self.desk.data_dir)
                if user.role == "hr" and not user.disabled and user.login != self.login]

    # --- support ---

    def supports(self) -> list[SupportRow]:
        """Open supports of people in scope, the earliest due first, then those of the last :data:`RECENT` days."""
        self.here()
        with self.book.reading() as con:
            rows = supports.open_and_recent(con, self.today - timedelta(RECENT))
        known = self._known({row.employee_id for row in rows})
        gone = set(self._gone())
        people = names.of(self.desk, {row.owner for row in rows})
        users = {} if self.demo else {user.login: user.name for user in sign_in.list_users(self.desk.data_dir)}
        called = {row.owner: people[row.owner].name if row.owner in people else users.get(row.owner, row.owner) for row in rows}
        return [SupportRow(row, *known[row.employee_id], "" if row.owner == self.login else called[row.owner], row.overdue(self.today))
                for row in rows if row.employee_id in known and row.employee_id not in gone]

    def assign(self, new: NewSupport) -> str:
        """Assign a support; the same ``request_key`` twice keeps one.

        Raises :class:`NotAllowed` for somebody out of scope or who objected, :class:`lib.ledger.supports.AlreadyOpen`, and ValueError for
        a support that the pain does not lead to, an owner who is not offered and a day that is not within :data:`LATEST_DUE` days.
        """
        self.here()
        self._in_scope(new.employee_id)
        if new.kind not in {one.kind for one in next((pain.supports for pain in PAINS if pain.key == new.pain), ())}:
            raise ValueError(f"{new.pain} does not lead to {new.kind}")
        if not self.today <= new.due <= self.today + timedelta(LATEST_DUE):
            raise ValueError(f"a support is due within {LATEST_DUE} days")
        offered = {self.login, *(login for login, _ in self._colleagues()), *self._mentors(new.employee_id)}
        if new.owner not in offered:
            raise ValueError("this owner is not offered")
        return supports.assign(self.book, new, self.login, self.role, self.today)

    def close(self, support_id: str, version: int, state: str) -> None:
        """Close a support as ``done`` or ``dropped``.  Raises :class:`NotAllowed`, LookupError, :class:`lib.ledger.cards.Changed`."""
        self.here()
        with self.book.reading() as con:
            who = supports.person_of(con, support_id)
        if who not in self._known({who}):
            raise NotAllowed("this person is not in scope")
        supports.close(self.book, support_id, version, state, self.login, self.role, self.today)

    def _known(self, ids: set[str]) -> dict[str, tuple[str, str]]:
        """Name and team of those of these people who are in scope."""
        rows = self.desk.read("care_people", ids=sorted(ids)) if ids else pd.DataFrame(columns=["employee_id", "name", "team"])
        return {str(row.employee_id): (str(row.name), "" if pd.isna(row.team) else str(row.team)) for row in rows.itertuples(index=False)}

    def _in_scope(self, employee_id: str) -> None:
        if employee_id not in self._known({employee_id}):
            raise NotAllowed("this person is not in scope")
        if employee_id in self._gone():
            raise NotAllowed("this person objected to scoring")

    def _mentors(self, employee_id: str) -> set[str]:
        rows = self.desk.read("pain_mentor", employee_id=employee_id)
        return {str(found) for found in rows["mentor_id"]}
