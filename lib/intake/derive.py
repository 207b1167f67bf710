"""Derived columns: the ways a mapping makes a field from other columns of the file.

Each way is one function of the block's texts.  It gives one text per row and the rows it could not answer, with a code.  The
names of the ways (``how``) are what a saved mapping holds, see :data:`WAYS`.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from lib.intake.values import Wrong, one_date, span_seconds

Texts = Mapping[str, list[str | None]]
Answer = tuple[list[str | None], dict[int, str]]


@dataclass(frozen=True)
class Derived:
    """How one field is made: ``how`` names the way, ``sources`` the columns it reads, ``settings`` what else it needs."""

    field: str
    how: str
    sources: tuple[str, ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass
class Memory:
    """What a way remembers from row to row of one file, and the people already known by name."""

    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    year: int | None = None
    month: int = 0
    seen: dict[tuple[object, ...], int] = field(default_factory=dict)
    rows: set[int] = field(default_factory=set)


def _constant(spec: Derived, texts: Texts, rows: int, memory: Memory) -> Answer:
    """``value`` in every row."""
    return [None if spec.settings.get("value") is None else str(spec.settings["value"])] * rows, {}


def _copy(spec: Derived, texts: Texts, rows: int, memory: Memory) -> Answer:
    """The same text as another column."""
    return list(texts[spec.sources[0]]), {}


def _template(spec: Derived, texts: Texts, rows: int, memory: Memory) -> Answer:
    """``text`` with ``{column}`` replaced by the row's value; blank when one of them is blank."""
    pieces = re.split(r"\{([^{}]+)\}", str(spec.settings["text"]))
    out: list[str | None] = []
    for at in range(rows):
        values = [piece if position % 2 == 0 else texts[piece][at] for position, piece in enumerate(pieces)]
        out.append(None if any(value is None for value in values) else "".join(value or "" for value in values))
    return out, {}


def _join(spec: Derived, texts: Texts, rows: int, memory: Memory) -> Answer:
    """Two or more columns with a blank between them (date and time); blank when the first or all others are blank."""
    columns = [texts[source] for source in spec.sources]
    return [" ".join(str(value).strip() for value in row if value) if row[0] and (len(row) == 1 or any(row[1:])) else None
            for row in zip(*columns, strict=True)], {}


def _rules(spec: Derived, texts: Texts, rows: int, memory: Memory) -> Answer:
    """The first of the ordered ``rules`` whose ``when`` (column → text or list of texts, ``""`` for blank) fits, else ``else``.

    A row that no rule answers, where there is no ``else``, fails.
    """
    rules: list[dict[str, object]] = list(spec.settings["rules"])  # type: ignore[call-overload]
    tests = [([(name, frozenset(_fold(w) for w in (wanted if isinstance(wanted, list) else [wanted])))
               for name, wanted in rule["when"].items()], rule.get("then")) for rule in rules]  # type: ignore[attr-defined]
    otherwise, has_else = spec.settings.get("else"), "else" in spec.settings
    out: list[str | None] = []
    wrong: dict[int, str] = {}
    for at in range(rows):
        for test, then in tests:
            if all(_fold(texts[name][at] or "") in wanted for name, wanted in test):
                out.append(None if then is None else str(then))
                break
        else:
            out.append(None if otherwise is None else str(otherwise))
            if not has_else:
                wrong[at] = "no_rule_fits"
    return out, wrong


def _fold(text: object) -> str:
    return unicodedata.normalize("NFKC", str(text)).strip().casefold()


def _span(unit: float) -> Callable[[Derived, Texts, int, Memory], Answer]:
    def way(spec: Derived, texts: Texts, rows: int, memory: Memory) -> Answer:
        out: list[str | None] = []
        wrong: dict[int, str] = {}
        for at, text in enumerate(texts[spec.sources[0]]):
            seconds = None if text is None else span_seconds(unicodedata.normalize("NFKC", text).strip())
            out.append(None if seconds is None else repr(seconds / unit))
            if text is not None and seconds is None:
                wrong[at] = "bad_span"
        return out, wrong
    return way


def _person(spec: Derived, texts: Texts, rows: int, memory: Memory) -> Answer:
    """The employee number of the person with this name among the imported employees.

    A name that nobody has fails, or stands as its own number where ``unknown`` is ``keep``; a name of several people fails.
    """
    keep = spec.settings.get("unknown", "keep") == "keep"
    out: list[str | None] = []
    wrong: dict[int, str] = {}
    for at, text in enumerate(texts[spec.sources[0]]):
        name = None if text is None else " ".join(text.split())
        ids = memory.people.get(name, ()) if name else ()
        if name and len(ids) > 1 or name and not ids and not keep:
            wrong[at] = "several_people" if ids else "unknown_person"
        out.append(ids[0] if len(ids) == 1 else name)
    return out, wrong


def _years_before(spec: Derived, texts: Texts, rows: int, memory: Memory) -> Answer:
    """``day`` minus the years in the column: a hire date from years of service on the day of a snapshot.

    Whole years lead to the same day of an earlier year (29 February to the 28th), part years to days of 1/365.25.
    """
    day = one_date(str(spec.settings["day"]))
    out: list[str | None] = []
    wrong: dict[int, str] = {}
    for at, text in enumerate(texts[spec.sources[0]]):
        try:
            years = None if text is None else float(text)
            if years is not None and not 0 <= years <= 100:
                raise ValueError
        except ValueError:
            out.append(None)
            wrong[at] = "bad_years"
            continue
        if years is None:
            out.append(None)
            continue
        year = day.year - int(years)
        base = date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))
        out.append((base - timedelta(days=round((years - int(years)) * 365.25))).isoformat())
    return out, wrong


def _nth_weekday(spec: Derived, texts: Texts, rows: int, memory: Memory) -> Answer:
    """A day from a month and a weekday where the file has no dates.

    ``sources``: person, month, weekday; ``year``: the year of the first row, which advances whenever the month goes back and
    ``rolls`` is true (rows in the order of time); ``monday``: the number that means Monday.  The k-th row of one person with the
    same month and weekday gets the k-th such weekday of the month: the true day within the month is not in the file.
    """
    monday, rolls = int(str(spec.settings.get("monday", 1))), bool(spec.settings.get("rolls", False))
    memory.year = memory.year or int(str(spec.settings["year"]))
    out: list[str | None] = []
    wrong: dict[int, str] = {}
    for at, (person, month_text, weekday_text) in enumerate(zip(*(texts[name] for name in spec.sources), strict=True)):
        try:
            month, weekday = int(month_text or ""), int(weekday_text or "") - monday
            if not 1 <= month <= 12:
                raise Wrong("month_out_of_range")
            if not 0 <= weekday <= 6:
                raise Wrong("weekday_out_of_range")
        except ValueError as failure:
            out.append(None)
            wrong[at] = str(failure) if isinstance(failure, Wrong) else "month_out_of_range"
            continue
        if rolls and month < memory.month:
            memory.year += 1
        memory.month = month
        key = (person, memory.year, month, weekday)
        nth = memory.seen[key] = memory.seen.get(key, 0) + 1
        first = (weekday - date(memory.year, month, 1).weekday()) % 7 + 1
        day = first + 7 * (nth - 1)
        if day > calendar.monthrange(memory.year, month)[1]:
            out.append(None)
            wrong[at] = "too_many_of_this_weekday"
        else:
            out.append(date(memory.year, month, day).isoformat())
    return out, wrong


WAYS: dict[str, Callable[[Derived, Texts, int, Memory], Answer]] = {
    "constant": _constant, "copy": _copy, "template": _template, "join": _join, "rules": _rules, "seconds": _span(1),
    "minutes": _span(60), "hours": _span(3600), "person": _person, "years_before": _years_before, "nth_weekday": _nth_weekday,
}


def needs(spec: Derived) -> tuple[str, ...]:
    """Every column of the file that a derived field reads."""
    named = list(spec.sources)
    if spec.how == "template":
        named += re.findall(r"\{([^{}]+)\}", str(spec.settings.get("text", "")))
    if spec.how == "rules":
        named += [name for rule in spec.settings.get("rules", ()) for name in rule["when"]]  # type: ignore[attr-defined]
    return tuple(dict.fromkeys(named))


def derive(spec: Derived, texts: Texts, rows: int, memory: Memory) -> Answer:
    """One derived field of one block: a text per row and the code of each row that failed."""
    return WAYS[spec.how](spec, texts, rows, memory)
