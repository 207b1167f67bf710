"""Ways: the small forms with which a field is made from other columns of the file (a constant, a template, rules …)."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from lib.access.office import Looked
from lib.show import cards
from lib.show.parts import esc
from lib.words import say

if TYPE_CHECKING:
    from lib.intake.derive import Derived
    from lib.intake.shape import Column

_BY_KIND = {
    "text": ("constant", "template", "rules", "join"), "enum": ("constant", "rules"), "flag": ("constant", "rules"),
    "date": ("constant", "template", "years_before", "nth_weekday"), "moment": ("join", "template", "constant"),
    "number": ("constant", "seconds", "minutes", "hours"), "whole": ("constant",),
}
_ARROW = re.compile(r"\s*(?:→|->|=>)\s*")


def fitting(column: Column, spec: Derived | None) -> list[str]:
    """The ways that make sense for a field; one that a saved mapping uses is always among them."""
    ways = list(_BY_KIND[column.kind])
    if column.name.endswith("_id"):
        ways.insert(0, "person")
    if spec and spec.how not in ways:
        ways.append(spec.how)
    return ways


def edit(way: str, column: Column, looked: Looked, spec: Derived | None, key: str) -> Derived | None:
    """The form of one way, filled from ``spec`` where it is of the same way; None while it is not complete."""
    from lib.intake.derive import Derived

    spec = spec if spec and spec.how == way else None
    sources, settings = (list(spec.sources), dict(spec.settings)) if spec else ([], {})
    key = f"{key}.{way}"
    if way == "constant":
        settings["value"] = _constant(column, str(settings.get("value", "")), key)
        return Derived(column.name, way, (), settings) if settings["value"] else None
    if way == "template":
        settings["text"] = st.text_input(say("data.way.template_text"), str(settings.get("text", "")), key=f"{key}.text",
                                         placeholder="{" + looked.headers[0] + "}", help=say("data.way.template_help"))
        unknown = [name for name in re.findall(r"\{([^{}]+)\}", settings["text"]) if name not in looked.headers]
        if unknown:
            _wrong(say("data.way.no_column", column=unknown[0]))
        return Derived(column.name, way, (), settings) if settings["text"] and not unknown else None
    if way == "rules":
        return _rules(column, looked, settings, key)
    if way == "nth_weekday":
        return _nth_weekday(column, looked, sources, settings, key)
    if way == "join":
        names = st.multiselect(say("data.way.join_columns"), looked.headers, default=[s for s in sources if s in looked.headers],
                               key=f"{key}.columns", placeholder=say("data.way.choose"))
        return Derived(column.name, way, tuple(names), settings) if len(names) > 1 else None
    source = _column(say("data.way.from_column"), looked, sources[0] if sources else None, f"{key}.column")
    if way == "years_before":
        settings["day"] = _day(say("data.way.years_day"), str(settings.get("day", "")), f"{key}.day")
        if not settings["day"]:
            return None
    if way == "person":
        unknown = st.checkbox(say("data.way.person_strict"), settings.get("unknown") == "fail", key=f"{key}.strict")
        settings["unknown"] = "fail" if unknown else "keep"
    return Derived(column.name, way, (source,), settings)


def _constant(column: Column, start: str, key: str) -> str:
    label = say("data.way.constant_value")
    if column.kind == "enum":
        return str(st.selectbox(label, column.values, index=column.values.index(start) if start in column.values else 0, key=f"{key}.value"))
    if column.kind == "date":
        return _day(label, start, f"{key}.value")
    return str(st.text_input(label, start, key=f"{key}.value")).strip()


def _day(label: str, start: str, key: str) -> str:
    """A day typed as 2026-01-31; blank until it is one."""
    text = st.text_input(label, start, key=key, placeholder=say("data.way.day_hint", day=date.today().replace(day=1).isoformat())).strip()
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        _wrong(say("data.way.no_day", text=text[:40]))
        return ""


def _column(label: str, looked: Looked, start: str | None, key: str) -> str:
    return str(st.selectbox(label, looked.headers, index=looked.headers.index(start) if start in looked.headers else 0, key=key))


def _nth_weekday(column: Column, looked: Looked, sources: list[str], settings: dict[str, object], key: str) -> Derived:
    from lib.intake.derive import Derived

    starts = [*sources, None, None, None]
    names = [_column(say(f"data.way.nth_{part}"), looked, starts[at], f"{key}.{part}") for at, part in enumerate(("person", "month", "weekday_column"))]
    settings["year"] = int(st.number_input(say("data.way.nth_year"), 1990, 2100, int(str(settings.get("year", date.today().year - 1))), key=f"{key}.year"))
    settings["monday"] = int(st.number_input(say("data.way.nth_monday"), 0, 7, int(str(settings.get("monday", 1))), key=f"{key}.monday"))
    settings["rolls"] = st.checkbox(say("data.way.nth_rolls"), bool(settings.get("rolls")), key=f"{key}.rolls")
    return Derived(column.name, "nth_weekday", tuple(names), settings)


# --- rules as lines of text --------------------------------------------------------------------------------------------------

def rules_text(settings: dict[str, object]) -> str:
    """Rules as a person writes them: ``Answered=N → no_answer`` a line, ``else → effective`` at the end."""
    lines = []
    for rule in settings.get("rules", ()):  # type: ignore[attr-defined]
        tests = " & ".join(f"{name}={'|'.join(wanted) if isinstance(wanted, (list, tuple)) else wanted}" for name, wanted in rule["when"].items())
        lines.append(f"{tests} → {'' if rule.get('then') is None else rule['then']}")
    if "else" in settings:
        lines.append(f"else → {'' if settings['else'] is None else settings['else']}")
    return "\n".join(lines)


def rules_from(text: str, headers: tuple[str, ...]) -> dict[str, object]:
    """The settings of rules written as lines.  Raises ValueError with the line that is not one."""
    rules: list[dict[str, object]] = []
    settings: dict[str, object] = {"rules": rules}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        parts = _ARROW.split(line)
        if len(parts) != 2:
            raise ValueError(line)
        if parts[0].casefold() in ("else", "否则"):
            settings["else"] = parts[1] or None
            continue
        when: dict[str, object] = {}
        for test in re.split(r"\s*&\s*", parts[0]):
            # The longest header that fits: headers may hold an equals sign themselves.
            name = max((h for h in headers if test.startswith(h) and test[len(h):].lstrip().startswith("=")), key=len, default=None)
            if name is None:
                raise ValueError(line)
            wanted = [value.strip() for value in test[len(name):].lstrip()[1:].split("|")]
            when[name] = wanted if len(wanted) > 1 else wanted[0]
        rules.append({"when": when, "then": parts[1] or None})
    if not rules:
        raise ValueError(text)
    return settings


def _rules(column: Column, looked: Looked, settings: dict[str, object], key: str) -> Derived | None:
    from lib.intake.derive import Derived

    choices = say("data.way.rules_choices", choices=", ".join(column.values)) if column.values else ""
    text = st.text_area(say("data.way.rules_text"), rules_text(settings), key=f"{key}.text", height=120,
                        placeholder=f"{looked.headers[0]}=N → {column.values[0] if column.values else '…'}\nelse → …",
                        help=say("data.way.rules_help"))
    if choices:
        cards.draw(f"<p class='kj-note' style='margin-top:-8px'>{esc(choices)}</p>")
    try:
        return Derived(column.name, "rules", (), rules_from(text, looked.headers))
    except ValueError as line:
        if text.strip():
            _wrong(say("data.way.rules_wrong", line=str(line)[:80]))
        return None


def _wrong(text: str) -> None:
    cards.draw(f"<p class='kj-care' role='alert'>{esc(text)}</p>")
