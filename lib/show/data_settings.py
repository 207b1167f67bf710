"""Data page, settings: every setting of the app and every limit of a tag, with its help, unit and bounds."""

from __future__ import annotations

import streamlit as st

from lib.access.office import Office
from lib.settings import Setting, SettingError, Value
from lib.show import cards, data_view
from lib.words import language, say, sentences


def show(office: Office) -> None:
    """One group at a time, in one form; only what differs is written."""
    rows = office.settings()
    groups = list(dict.fromkeys(_group(row) for row, _ in rows))
    one, _ = st.columns(2)
    group = one.selectbox(say("data.settings.group"), groups, key="data.settings.group", format_func=_group_label)
    shown = [(row, value) for row, value in rows if _group(row) == group]
    cards.section(_group_label(group), say("data.settings.note"))
    with st.form(f"data.settings.{group}"):
        answers = {row.name: _ask(row, value) for row, value in shown}
        if not st.form_submit_button(say("data.settings.save"), type="primary"):
            return
    changed = [row for row, value in shown if answers[row.name] != value]
    try:
        for row in changed:
            office.save_setting(row, answers[row.name])
    except SettingError as wrong:
        cards.problem(say("data.settings.wrong"), str(wrong), say("data.settings.wrong_mend"))
        return
    if changed:
        data_view.tell("data.settings.saved", count=len(changed))
    else:
        data_view.tell("data.settings.same")
    st.rerun()


def _group(row: Setting) -> str:
    parts = row.name.split(".")
    return ".".join(parts[:2]) if parts[0] == "tags" else parts[0]


def _group_label(group: str) -> str:
    if group.startswith("tags."):
        from lib.tags.rules import TAGS

        label = next(tag.label for tag in TAGS if tag.key == group.removeprefix("tags."))
        return say("data.settings.tag", tag=label.zh if language() == "zh" else label.en)
    return say(f"data.settings.group.{group}")


def _ask(row: Setting, value: Value) -> Value:
    """One widget that fits the setting; its help names unit, bounds, default and the setting's own name."""
    unit = say(f"unit.{row.unit}") if f"unit.{row.unit}" in sentences() else row.unit
    bounds = say("data.settings.bounds", low=f"{row.low:g}", high=f"{row.high:g}") if row.low is not None and row.high is not None else ""
    default = _shown(row, row.default)
    tip = " · ".join(part for part in (unit, bounds, say("data.settings.default", value=default), f"`{row.name}`") if part)
    what = row.zh if language() == "zh" else row.en
    label = what if row.unit == "metric" else f"{what}({unit})" if language() == "zh" else f"{what} ({unit})"
    key = f"data.set.{row.name}"
    if isinstance(row.default, bool):
        return st.checkbox(label, bool(value), key=key, help=tip)
    if row.choices:
        return st.selectbox(label, row.choices, index=row.choices.index(str(value)), key=key, help=tip, format_func=lambda choice: _shown(row, choice))
    if isinstance(row.default, int):
        return int(st.number_input(label, _whole(row.low), _whole(row.high), int(value), key=key, help=tip, width=420))
    if isinstance(row.default, float):
        step = 0.01 if row.high is not None and row.high <= 5 else 1.0
        low, high = (None if bound is None else float(bound) for bound in (row.low, row.high))
        return float(st.number_input(label, low, high, float(value), step=step, key=key, help=tip, width=420))
    return st.text_input(label, str(value), key=key, help=tip, width=420)


def _whole(bound: float | None) -> int | None:
    return None if bound is None else int(bound)


def _shown(row: Setting, value: Value) -> str:
    key = f"data.metric.{value}"
    return say(key) if row.unit == "metric" and key in sentences() else f"{value:g}" if isinstance(value, float) else str(value)
