"""The sentences of the talk cards that HR has changed, added or switched off; what ships with the app is not kept here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from lib.ledger import audit
from lib.ledger.engine import Ledger
from lib.ledger.tables import CARD_TEXTS
from lib.ledger.writes import now

KINDS = ("opener", "avoid", "support")


@dataclass(frozen=True)
class CardText:
    """One sentence in both languages.  ``key`` is that of a text that ships with the app (then it stands in its place) or a new one;
    openers and don'ts of one ``set_no`` belong together; a text that is not ``active`` is not used."""

    key: str
    kind: str
    tag: str
    set_no: int | None
    zh: str
    en: str
    active: bool
    who: str
    at: datetime


def overrides(con: Connection) -> list[CardText]:
    """Every sentence that HR wrote, by kind, tag, set and key."""
    asked = select(CARD_TEXTS).order_by(CARD_TEXTS.c.kind, CARD_TEXTS.c.tag, CARD_TEXTS.c.set_no, CARD_TEXTS.c.key)
    return [CardText(row.key, row.kind, row.tag, row.set_no, row.zh, row.en, row.active, row.who, row.at) for row in con.execute(asked)]


def save_text(book: Ledger, key: str, kind: str, tag: str, zh: str, en: str, who: str, set_no: int | None = None, active: bool = True,
              role: str = "hr") -> None:
    """Keep a sentence; one of the same key is replaced.  Raises ValueError for an unknown kind or a sentence without words."""
    if kind not in KINDS or not key or not zh.strip() or not en.strip():
        raise ValueError("a text needs a key, a kind of opener, avoid or support, and words in both languages")
    values = dict(kind=kind, tag=tag, set_no=set_no, zh=zh, en=en, active=active, who=who, at=now())
    with book.writing() as con:
        if not con.execute(update(CARD_TEXTS).where(CARD_TEXTS.c.key == key).values(**values)).rowcount:
            con.execute(insert(CARD_TEXTS).values(key=key, **values))
        audit.write(con, who, role, "text.saved", key[:audit.LONGEST_FACT], kind=kind, tag=tag, active=active)
