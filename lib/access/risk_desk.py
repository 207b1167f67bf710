"""Risk desk: who is at risk and why, what is done about it, and what became of it; for HR within its scope.

Whoever objects to scoring is in no list here from that moment on, whatever the last build knew.  That a person's risk was looked at is
in the audit before it is returned; what was written about an intervention is opened apart, with a reason.
"""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from threading import Lock

import pandas as pd

from lib.access import names, sign_in
from lib.access.desk import NotAllowed
from lib.access.ledger_desk import LedgerDesk
from lib.care import outcomes as counted
from lib.care.talk_card import as_day
from lib.ledger import audit, choices, interventions
from lib.ledger.shape import Intervention, NewIntervention
from lib.risk.card import Done, Followed, Outcomes, Ranked, RiskCard, RiskReason, RiskScore, RiskSign, offers, reason_of
from lib.risk.features import BY_KEY

LATEST_DUE = 180
"""Days within which an intervention must be due."""
MOST_WORDS = 2000
"""Characters of a note."""
EVERYBODY = 1_000_000
_SEEN_AGAIN = 600.0
_opened: OrderedDict[tuple[str, str, str, str], float] = OrderedDict()
_lock = Lock()


class RiskDesk(LedgerDesk):
    """One HR's view of risk.  Making one raises :class:`NotAllowed` for every other role."""

    ROLES = frozenset({"hr"})

    # --- who is at risk ---

    def state(self) -> tuple[str, str]:
        """Whether there are scores: ``ready``, ``hidden`` or ``not_ready``, and why not ('' when ready)."""
        self.here()
        rows = self.desk.read("risk_state")
        return (str(rows["state"].iloc[0]), str(rows["why"].iloc[0])) if len(rows) else ("not_ready", "no_weeks")

    def ranked(self, capacity: int) -> list[Ranked]:
        """The ``capacity`` people in scope with the highest risk, highest first; [] while there are no scores.

        Whose risk was listed is kept in the audit (once a day for the same HR and person).
        """
        self.here()
        if self.state()[0] != "ready":
            return []
        rows = self.desk.read("risk_scored", gone=self._gone(), only=[], most=capacity)
        ids = [str(one) for one in rows["employee_id"]]
        reasons, signs = self._reasons(ids), self._signs(ids)
        with self.book.reading() as con:
            under_way = [one.employee_id for one in interventions.kept(con, "open")]
        self.say_listed(ids)
        return [Ranked(str(row.employee_id), str(row.name), _text(row.team), _text(row.role), _score(row), reasons.get(str(row.employee_id), ()),
                       tuple(sign.sign for sign in signs.get(str(row.employee_id), ())), under_way.count(str(row.employee_id)))
                for row in rows.itertuples(index=False)]

    def card(self, employee_id: str) -> RiskCard:
        """Everything about one person's risk.  That it was opened is in the audit before it is returned (once in ten minutes for the same
        HR and person).  Raises :class:`NotAllowed` for people out of scope, also for ids that nobody has."""
        self.here()
        found = self.desk.read("risk_person", id=employee_id)
        if not len(found):
            raise NotAllowed("nobody in your scope has this id")
        person = found.iloc[0]
        bare = RiskCard(employee_id, str(person["name"]), _text(person["team"]), _text(person["role"]), "objected")
        if employee_id in self._gone():
            return bare
        self._say_opened(employee_id)
        done = tuple(self._done(employee_id=employee_id))
        signs = self._signs([employee_id]).get(employee_id, ())
        state, why = self.state()
        rows = self.desk.read("risk_scored", gone=[], only=[employee_id], most=1) if state == "ready" else pd.DataFrame()
        if not len(rows):
            state, why = (state, why) if state != "ready" else ("not_scored", "" if bool(person["active"]) and pd.isna(person["given_on"]) else "leaving")
            return replace(bare, state=state, why=why, signs=signs, interventions=done)
        reasons = self._reasons([employee_id]).get(employee_id, ())
        weeks = self.desk.read("risk_weeks_of", id=employee_id)
        return replace(bare, state="ready", score=_score(next(rows.itertuples(index=False))), reasons=reasons, signs=signs, interventions=done,
                       weeks=tuple((as_day(row.week), float(row.p60), str(row.band)) for row in weeks.itertuples(index=False)),
                       offers=offers(reasons, frozenset(one.kind for one in done if one.state == "open")))

    def _reasons(self, ids: list[str]) -> dict[str, tuple[RiskReason, ...]]:
        found: dict[str, list[RiskReason]] = {}
        for row in self.desk.read("risk_reasons_of", ids=ids).itertuples(index=False) if ids else ():
            found.setdefault(str(row.employee_id), []).append(reason_of(row))
        return {who: tuple(own) for who, own in found.items()}

    def _signs(self, ids: list[str]) -> dict[str, tuple[RiskSign, ...]]:
        found: dict[str, list[RiskSign]] = {}
        for row in self.desk.read("risk_signs_of", ids=ids).itertuples(index=False) if ids else ():
            evidence = json.loads(row.evidence) if not pd.isna(row.evidence) else {}
            found.setdefault(str(row.employee_id), []).append(RiskSign(str(row.sign), as_day(row.since), evidence))
        return {who: tuple(own) for who, own in found.items()}

    def _gone(self) -> list[str]:
        with self.book.reading() as con:
            return sorted(choices.who_chose(con, "no_scoring"))

    def say_listed(self, ids: Iterable[str]) -> None:
        """Keep in the audit that these people stood in a list of risk that was looked at: they see it on their own page, once a day."""
        audit.looked(self.book, ids, self.login, self.role, "risk.listed")

    def _say_opened(self, employee_id: str) -> None:
        key, at = (str(self.desk.data_dir), str(self.demo), self.login, employee_id), time.monotonic()
        with _lock:
            if at - _opened.get(key, -_SEEN_AGAIN) < _SEEN_AGAIN:
                return
        with self.book.writing() as con:
            audit.write(con, self.login, self.role, "risk.opened", employee_id)
        with _lock:
            _opened[key] = at
            while len(_opened) > 5000:
                _opened.popitem(last=False)

    # --- interventions ---

    def interventions(self, state: str = "") -> list[Done]:
        """Interventions of people in scope, of one state or all: the open ones first, the earliest due first, then the newest closed."""
        self.here()
        return self._done(state)

    def _done(self, state: str = "", employee_id: str = "") -> list[Done]:
        with self.book.reading() as con:
            rows = interventions.kept(con, state, employee_id)
        gone = set(self._gone())
        known = self._known({row.employee_id for row in rows} - gone)
        called, followed = self._called(rows), self._followed()
        now = self._p60([row.employee_id for row in rows if row.employee_id in known])
        return [Done(**vars(row), name=known[row.employee_id][0], team=known[row.employee_id][1], called=called.get(row.owner, row.owner),
                     today=self.today, p60_now=now.get(row.employee_id), followed=followed.get(row.id, ()))
                for row in rows if row.employee_id in known]

    def owners(self) -> list[tuple[str, str]]:
        """Who may see to an intervention: (login or employee_id, name), the viewer first with '' as name, then the other HR people."""
        self.here()
        if self.demo:
            others = [(str(row.employee_id), str(row.name)) for row in self.desk.read("care_hr").itertuples(index=False)]
        else:
            others = [(user.login, user.name) for user in sign_in.list_users(self.desk.data_dir)
                      if user.role == "hr" and not user.disabled and user.login != self.login]
        return [(self.login, ""), *others]

    def open_intervention(self, new: NewIntervention) -> str:
        """Keep a new intervention with the chance that is shown today; returns its id.  The same ``request_key`` twice keeps one.

        Raises :class:`NotAllowed` for somebody out of scope or who objects, :class:`lib.ledger.interventions.AlreadyOpen`, and ValueError
        for somebody who is gone, a kind, reason or owner that is not offered, and a day that is not within :data:`LATEST_DUE` days.
        """
        self.here()
        self._in_scope(new.employee_id)
        if new.feature and new.feature not in BY_KEY:
            raise ValueError(f"there is no feature {new.feature!r}")
        if not self.today <= new.due <= self.today + timedelta(LATEST_DUE):
            raise ValueError(f"an intervention is due within {LATEST_DUE} days")
        if new.owner not in {login for login, _ in self.owners()}:
            raise ValueError("this owner is not offered")
        return interventions.start(self.book, new, self._p60([new.employee_id]).get(new.employee_id), self.login, self.role, self.today)

    def close_intervention(self, intervention_id: str, version: int, state: str, note: str) -> None:
        """Close an intervention as ``done`` or ``dropped`` with a note of what came of it.

        Raises :class:`NotAllowed`, :class:`lib.ledger.interventions.NoNote`, LookupError, :class:`lib.ledger.cards.Changed`, and ValueError
        for another state or a note longer than :data:`MOST_WORDS` characters.
        """
        self.here()
        self._mine(intervention_id)
        if len(note) > MOST_WORDS:
            raise ValueError(f"a note has at most {MOST_WORDS} characters")
        interventions.close(self.book, intervention_id, version, state, note, self.login, self.role, self.today, int(self.setting("care.note_days")))

    def note(self, intervention_id: str, reason: str) -> str:
        """The note of an intervention, opened for one of :data:`lib.ledger.shape.OPEN_NOTE_REASONS`; the audit has it first.

        Raises :class:`NotAllowed`, LookupError, ValueError, :class:`lib.ledger.talks.Expired` and :class:`lib.ledger.vault.KeyLost`.
        """
        self.here()
        self._mine(intervention_id)
        return interventions.open_note(self.book, intervention_id, self.login, self.role, reason, self.today)

    def outcomes(self) -> Outcomes:
        """What became of the people for whom something was done, by kind; counts of the ledger now, outcomes of the last build."""
        self.here()
        with self.book.reading() as con:
            rows = interventions.kept(con)
        gone = set(self._gone())
        seen = [row for row in rows if row.employee_id in self._known({one.employee_id for one in rows})]
        followed = self._followed()
        held = self.desk.read("risk_held_back").iloc[0]
        return Outcomes(
            rows=counted.table([row for row in seen if row.employee_id not in gone], followed, self.today),
            left_out=sum(row.employee_id in gone for row in seen),
            held=counted.horizon(60, int(held["stayed"]), int(held["left"]), int(held["open"])) if held.sum() else None,
            held_share=float(self.setting("risk.no_alert_share")))

    # --- shared ---

    def _followed(self) -> dict[str, tuple[Followed, ...]]:
        found: dict[str, list[Followed]] = {}
        for row in self.desk.read("risk_followed").itertuples(index=False):
            found.setdefault(str(row.intervention_id), []).append(Followed(int(row.days), str(row.state)))
        return {one: tuple(own) for one, own in found.items()}

    def _p60(self, ids: Sequence[str]) -> dict[str, float]:
        """Today's chance by employee_id, of those asked for who are scored, in scope and did not object."""
        if not ids or self.state()[0] != "ready":
            return {}
        rows = self.desk.read("risk_scored", gone=self._gone(), only=sorted(set(ids)), most=EVERYBODY)
        return {str(row.employee_id): float(row.p60) for row in rows.itertuples(index=False)}

    def _known(self, ids: set[str]) -> dict[str, tuple[str, str]]:
        """Name and team of those of these people who are in scope."""
        rows = self.desk.read("care_people", ids=sorted(ids)) if ids else pd.DataFrame(columns=["employee_id", "name", "team"])
        return {str(row.employee_id): (str(row.name), _text(row.team)) for row in rows.itertuples(index=False)}

    def _called(self, rows: Sequence[Intervention]) -> dict[str, str]:
        """Names of owners, '' for the viewer."""
        people = {who: one.name for who, one in names.of(self.desk, {row.owner for row in rows}).items()} if self.demo else \
            {user.login: user.name for user in sign_in.list_users(self.desk.data_dir)}
        return people | {self.login: ""}

    def _mine(self, intervention_id: str) -> None:
        with self.book.reading() as con:
            who = interventions.person_of(con, intervention_id)
        if who not in self._known({who}):
            raise NotAllowed("this person is not in scope")

    def _in_scope(self, employee_id: str) -> None:
        found = self.desk.read("risk_person", id=employee_id)
        if not len(found):
            raise NotAllowed("this person is not in scope")
        if employee_id in self._gone():
            raise NotAllowed("this person objected to scoring")
        if not bool(found["active"].iloc[0]):
            raise ValueError("this person does not work here any more")


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]


def _number(value: object) -> float | None:
    return None if value is None or pd.isna(value) else float(value)  # type: ignore[call-overload, arg-type]


def _score(row) -> RiskScore:  # type: ignore[no-untyped-def]
    return RiskScore(as_day(row.week), float(row.p30), float(row.p60), float(row.p90), float(row.low), float(row.high), str(row.band),
                     float(row.base), int(row.rank), _number(row.p60_before), _text(row.band_before), str(row.badge))

