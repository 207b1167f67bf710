"""Audit desk: who looked at or changed what, for the administrator; and whether the chain of lines still holds.

An administrator sees that something was done and by whom.  About whom stays hidden where the line is about a person's care: a
pseudonym tells lines about the same person apart.
"""

from __future__ import annotations

import pandas as pd

from lib.access import masks
from lib.access.desk import Desk, NotAllowed
from lib.access.office import EmptyDesk
from lib.ledger import audit, engine
from lib.words import say, sentences

ABOUT_PERSONS = ("card.", "talk.", "promise.", "note.", "choice.", "help.", "mentor.", "reward.decided")
"""Beginnings of the actions whose subject is a person."""
_SHOWN = ("reason", "state", "muted", "old", "new", "kind", "enabled", "outcome", "until", "to", "team", "slips", "scenes", "letters", "template")
"""The facts of a line that are shown; numbers of cards and talks would only fill the page."""
LAST = 200


class AuditDesk:
    """The audit of one data folder.  Making one raises :class:`NotAllowed` for every role but the administrator."""

    def __init__(self, desk: Desk | EmptyDesk):
        if desk.viewer.role != "admin":
            raise NotAllowed(f"role {desk.viewer.role} may not read the audit")
        self.desk = desk
        self._demo = isinstance(desk, Desk) and str(desk.read("data_build")["company"].iloc[0]) == "demo"

    def lines(self) -> pd.DataFrame:
        """The last :data:`LAST` lines, newest first: ``at`` (UTC), who, role, action, subject, detail (facts in words)."""
        columns = ["at", "who", "role", "action", "subject", "detail"]
        if not engine.exists(self.desk.data_dir, self._demo):
            return pd.DataFrame(columns=columns)
        found = audit.lines(engine.ledger(self.desk.data_dir, self._demo), last=LAST)
        return pd.DataFrame([(line.at, line.who, line.role, line.action, self._subject(line), _facts(line.detail)) for line in found],
                            columns=columns)

    def broken_at(self) -> int | None:
        """The number of the first line that was changed, moved or is missing; None when the chain holds."""
        if not engine.exists(self.desk.data_dir, self._demo):
            return None
        return audit.verify(engine.ledger(self.desk.data_dir, self._demo))

    def _subject(self, line: audit.Line) -> str:
        if line.subject is None or not line.action.startswith(ABOUT_PERSONS):
            return line.subject or ""
        return say("access.pseudonym", token=masks.token(masks.key_of(self.desk.data_dir), line.subject))


def _facts(detail: dict[str, object]) -> str:
    return " · ".join(_fact(key, value) for key, value in detail.items() if key in _SHOWN and value is not None)


def _fact(key: str, value: object) -> str:
    """A fact as it is kept; one that is yes or no in words."""
    said = f"access.audit.{key}.{'yes' if value else 'no'}"
    return say(said) if isinstance(value, bool) and said in sentences() else f"{key} {value}"
