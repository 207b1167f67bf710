"""What people changed about the rules: versions of a tag's limits with the figures they were saved on, and changes of settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from lib.ledger import audit
from lib.ledger.engine import Ledger
from lib.ledger.tables import RULE_VERSIONS, SETTING_CHANGES
from lib.ledger.writes import now


@dataclass(frozen=True)
class RuleVersion:
    """The limits of one tag as somebody saved them: setting name → value.  ``backtest`` are the group figures that were on the screen."""

    id: str
    tag: str
    limits: dict[str, object]
    muted: bool
    backtest: dict[str, object] | None
    who: str
    at: datetime


@dataclass(frozen=True)
class SettingChange:
    """One change of a setting; ``old`` or ``new`` None stands for the default."""

    id: int
    name: str
    old: object
    new: object
    who: str
    at: datetime


def save_rule(book: Ledger, tag: str, limits: Mapping[str, object], muted: bool, backtest: Mapping[str, object] | None, who: str,
              role: str = "hr", request_key: str = "") -> str:
    """Keep a new version of a tag's rule; the ones before stay.  Returns its id; the same ``request_key`` again keeps nothing new ('' is
    no key).  Raises ValueError for a key of another version."""
    version = uuid4().hex
    with book.writing() as con:
        there = saved(con, tag, who, request_key)
        if there is not None:
            return there
        con.execute(insert(RULE_VERSIONS).values(id=version, tag=tag, limits=dict(limits), muted=muted, who=who, at=now(),
                                                 backtest=None if backtest is None else dict(backtest), request_key=request_key or None))
        audit.write(con, who, role, "rule.saved", tag, version=version, muted=muted, limits=dict(limits))
    return version


def saved(con: Connection, tag: str, who: str, request_key: str) -> str | None:
    """The version that was kept with this ``request_key``; None for none.  ValueError when it is of another tag or by somebody else."""
    asked = select(RULE_VERSIONS.c.id, RULE_VERSIONS.c.tag, RULE_VERSIONS.c.who).where(RULE_VERSIONS.c.request_key == request_key)
    there = con.execute(asked).first() if request_key else None
    if there is not None and (there.tag, there.who) != (tag, who):
        raise ValueError("request_key belongs to another version")
    return None if there is None else str(there.id)


def rules(con: Connection, tag: str | None = None) -> list[RuleVersion]:
    """Every version, the newest first; of one tag when it is named."""
    asked = select(RULE_VERSIONS).order_by(RULE_VERSIONS.c.at.desc(), RULE_VERSIONS.c.id)
    if tag is not None:
        asked = asked.where(RULE_VERSIONS.c.tag == tag)
    return [RuleVersion(row.id, row.tag, row.limits, row.muted, row.backtest, row.who, row.at) for row in con.execute(asked)]


def setting_changed(book: Ledger, name: str, old: object, new: object, who: str, role: str = "admin") -> None:
    """Keep that a setting was changed; None stands for the default."""
    with book.writing() as con:
        con.execute(insert(SETTING_CHANGES).values(name=name, old=old, new=new, who=who, at=now()))
        audit.write(con, who, role, "setting.changed", name, old=_fact(old), new=_fact(new))


def changes(con: Connection, name: str | None = None, last: int = 200) -> list[SettingChange]:
    """The last changes of settings, the newest first; of one setting when it is named."""
    asked = select(SETTING_CHANGES).order_by(SETTING_CHANGES.c.id.desc()).limit(last)
    if name is not None:
        asked = asked.where(SETTING_CHANGES.c.name == name)
    return [SettingChange(row.id, row.name, row.old, row.new, row.who, row.at) for row in con.execute(asked)]


def _fact(value: object) -> object:
    return value[:audit.LONGEST_FACT] if isinstance(value, str) else value
