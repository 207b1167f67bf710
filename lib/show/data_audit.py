"""Data page, audit: who looked at or changed what, and whether the chain still holds."""

from __future__ import annotations

from lib.access.audit_desk import LAST, AuditDesk
from lib.access.office import Office
from lib.show import cards, data_view, tables
from lib.show.parts import number
from lib.words import say, sentences


def show(office: Office) -> None:
    """Whether the chain holds, then the last lines with their CSV."""
    desk = AuditDesk(office.desk)
    lines = desk.lines()
    if lines.empty:
        cards.nothing_yet(say("data.audit.none"), say("data.audit.none_why"), say("data.audit.none_how"))
        return
    broken = desk.broken_at()
    cards.section(say("data.audit", n=number(len(lines))), say("data.audit.note", last=LAST))
    if broken is not None:
        cards.problem(say("data.audit.broken", line=broken), say("data.audit.broken_where"), say("data.audit.broken_mend"))
    else:
        cards.draw(f"<p class='kj-note'>{say('data.audit.holds')}</p>")
    shown = lines.assign(at=[data_view.moment(at) for at in lines["at"]], action=[_words(action) for action in lines["action"]],
                         role=[say(f"role.{role}") if f"role.{role}" in sentences() else role for role in lines["role"]])
    tables.behind(shown, "audit", {column: say(f"data.audit.{column}") for column in lines.columns}, "data.audit", opened=True)


def _words(action: str) -> str:
    """An action in words; one that has none yet as it is."""
    key = f"data.audit.action.{action}"
    return say(key) if key in sentences() else action
