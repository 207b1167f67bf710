"""Query contracts: what the header of a file in ``lib/queries`` promises, read once and enforced by the desk.

A header looks like this, and every line of it counts::

    -- team_bars: one row per team for one completed week
    -- roles: boss, lead, hr, presenter        grain: group
    -- $week date              Monday of the week shown
    -- > team text             team name
    -- > manager text person   who leads it

``grain: person`` is for HR, mentors and employees; ``grain: person  lead: own team`` also for leads, of the teams that are theirs.
``person`` marks a column that names somebody: it is masked for presenters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from lib.access.roles import ROLES

FOLDER = Path(__file__).parent.parent / "queries"
KINDS = {
    "text": ("VARCHAR", "JSON"),
    "whole": ("BIGINT", "INTEGER", "HUGEINT", "SMALLINT", "TINYINT", "UBIGINT", "UINTEGER"),
    "number": ("DOUBLE", "FLOAT", "DECIMAL", "BIGINT", "INTEGER", "HUGEINT"),
    "date": ("DATE",),
    "moment": ("TIMESTAMP",),
    "flag": ("BOOLEAN",),
}
_TITLE = re.compile(r"^-- (?P<name>\w+): (?P<what>.+)$")
_RIGHTS = re.compile(r"^-- roles: (?P<roles>[\w, ]+?)\s+grain: (?P<grain>person|group)(?P<lead>\s+lead: own team)?\s*$")
_PARAMETER = re.compile(r"^-- \$(?P<name>\w+)\s+(?P<kind>text|whole|number|date|moment|flag|list)\b\s*(?P<what>.*)$")
_COLUMN = re.compile(r"^-- > (?P<name>\w+)\s+(?P<kind>\w+)(?P<person>\s+person)?\b\s*(?P<what>.*)$")


SEE_PERSONS = frozenset({"hr", "mentor", "employee"})
"""Who may be answered with rows about persons: HR within its scope, and people about themselves."""


class BrokenContract(Exception):
    """A query file does not keep its own header; the message names file, line and what was expected."""


@dataclass(frozen=True)
class Column:
    """One output column: its name, kind, whether it names a person, and what it means."""

    name: str
    kind: str
    person: bool
    what: str


@dataclass(frozen=True)
class Query:
    """One read: what it answers, who may ask, with which parameters, and what comes back."""

    name: str
    what: str
    roles: frozenset[str]
    grain: str
    parameters: dict[str, str]
    columns: tuple[Column, ...]
    sql: str
    own_team: bool = False
    """Whether leads may read these rows about persons of their own teams."""

    @property
    def person_columns(self) -> tuple[str, ...]:
        """Names of the columns that name somebody."""
        return tuple(column.name for column in self.columns if column.person)


def parse(text: str, file: str) -> Query:
    """Read one query file.  Raises :class:`BrokenContract` with the line that does not fit."""
    lines = text.splitlines()
    title, rights = _TITLE.match(lines[0] if lines else ""), _RIGHTS.match(lines[1] if len(lines) > 1 else "")
    if not title or title["name"] != Path(file).stem:
        raise BrokenContract(f"{file}:1: expected '-- {Path(file).stem}: what one row is'")
    if not rights:
        raise BrokenContract(f"{file}:2: expected '-- roles: boss, hr   grain: person|group', and perhaps 'lead: own team'")
    roles = frozenset(role.strip() for role in rights["roles"].split(","))
    if unknown := roles - set(ROLES):
        raise BrokenContract(f"{file}:2: unknown roles {', '.join(sorted(unknown))}")
    if rights["lead"] and (rights["grain"] != "person" or "lead" not in roles):
        raise BrokenContract(f"{file}:2: 'lead: own team' is for rows about persons that leads may read")
    if rights["grain"] == "person" and (strangers := roles - SEE_PERSONS - ({"lead"} if rights["lead"] else set())):
        raise BrokenContract(f"{file}:2: rows about persons are not for {', '.join(sorted(strangers))}")
    parameters: dict[str, str] = {}
    columns: list[Column] = []
    body = 2
    for number, line in enumerate(lines[2:], start=3):
        if not line.startswith("--"):
            break
        body = number
        if parameter := _PARAMETER.match(line):
            parameters[parameter["name"]] = parameter["kind"]
        elif (column := _COLUMN.match(line)) and column["kind"] in KINDS:
            columns.append(Column(column["name"], column["kind"], bool(column["person"]), column["what"].strip()))
        elif line.startswith(("-- $", "-- >")):
            raise BrokenContract(f"{file}:{number}: expected '-- > name kind [person] meaning' with kind {', '.join(KINDS)}")
    if not columns:
        raise BrokenContract(f"{file}: the header promises no column ('-- > name kind meaning')")
    return Query(title["name"], title["what"].strip(), roles, rights["grain"], parameters, tuple(columns), "\n".join(lines[body:]),
                 bool(rights["lead"]))


def typed(query: Query, name: str, value: object) -> object:
    """A parameter's value as its kind: a day as ``date``, a whole number as ``int``, a list as a list of text; None stays None.

    Raises TypeError naming query, parameter and kind.
    """
    kind = query.parameters[name]
    try:
        if value is None or (kind != "list" and pd.isna(value)):  # type: ignore[call-overload]
            return None
        if kind in ("date", "moment"):
            moment = pd.Timestamp(value)  # type: ignore[arg-type]
            return moment.date() if kind == "date" else moment.to_pydatetime()
        cast = {"text": str, "whole": int, "number": float, "flag": bool, "list": list}[kind]
        return cast(value)  # type: ignore[operator]
    except (TypeError, ValueError):
        raise TypeError(f"{query.name}: parameter {name} takes a {kind}, got {type(value).__name__}") from None


@cache
def queries() -> dict[str, Query]:
    """Every query by name."""
    return {file.stem: parse(file.read_text("utf-8"), file.name) for file in sorted(FOLDER.glob("*.sql"))}


def compare(query: Query, described: list[tuple[str, str]]) -> None:
    """Hold what DuckDB describes against the header.  Raises :class:`BrokenContract` naming the first difference."""
    if (promised := [c.name for c in query.columns]) != (given := [name for name, _ in described]):
        raise BrokenContract(f"{query.name}.sql: the header promises columns {promised}, the statement gives {given}")
    for column, (name, duck) in zip(query.columns, described, strict=True):
        if duck.split("(")[0] not in KINDS[column.kind]:
            raise BrokenContract(f"{query.name}.sql: column {name} is promised as {column.kind}, the statement gives {duck}")
