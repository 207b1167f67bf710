"""Morale, one team opened: the parts of its index, its published pulse, its goals, how many have which pain point, recognition."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import pandas as pd

from lib.access.desk import Desk
from lib.access.goals_desk import GoalsDesk
from lib.access.goals_group import Group
from lib.show import goal_bars, pain_lines
from lib.show.parts import day, esc, number, percent, signed
from lib.show.sections import Behind
from lib.words import say

Row = Mapping[Any, Any]
_SHARES = ("pace", "tags")


def _known(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def raw(part: str, value: Any) -> str:
    """A part as it was counted, with its unit in words."""
    return say(f"morale.raw.{part}", value=percent(value) if part in _SHARES else number(value, 1 if part == "pulse" else None))


def drill(desk: Desk, row: Row) -> str:
    """Everything about one team (its row of ``morale_teams``)."""
    nth = int(row["nth"])
    made = desk.read("morale_team", nth=nth)
    if made.empty:
        return f"<div class=drill><p class='kj-note'>{esc(say('morale.drill.gone'))}</p></div>"
    # What its goals cost is the planning of long questions, on one core: the rest is asked meanwhile.
    with ThreadPoolExecutor(2) as others:
        goals = others.submit(copy_context().run, _goals, desk, str(made["team"].iloc[0]), made["measure"].iloc[0], others)
        before, after = _pulse(desk, nth), _pains(desk, str(row["team"])) + _recognition(desk, nth)
        return f"<div class=drill>{_parts(row, made)}<div class=grid>{before}{goals.result()}{after}</div></div>"


def _block(title: str, inner: str) -> str:
    return f"<div class='kj-stack' style='gap:6px;align-content:start'><h3>{esc(title)}</h3>{inner}</div>"


def _change(row: Row) -> str:
    change, swing = _known(row["change"]), _known(row["usual_swing"])
    if change is None:
        return say("morale.drill.change_none")
    if swing is None:
        return say("morale.drill.change_untold", change=signed(change, 0))
    return say("morale.drill.change", change=signed(change, 0), swing=number(swing, 0))


def _parts(row: Row, made: pd.DataFrame) -> str:
    lines = "".join(_part(part) for part in made.to_dict("records"))
    return (f"<div class='kj-stack' style='gap:6px'><h3>{esc(say('morale.drill.parts', team=row['team']))}</h3><p class='kj-note'>{esc(_change(row))}</p>"
            f"<ul class=made>{lines}</ul></div>")


def _part(part: Row) -> str:
    name, points = str(part["part"]), _known(part["score"])
    title = f"<b>{esc(say(f'morale.part.{name}'))}</b>"
    if points is None:
        return (f"<li>{title}<span class=n>–</span><span class='kj-track thin'></span><span><span class='kj-watch'>{esc(say('morale.missing'))}</span> "
                f"<span class='kj-note'>{esc(say('morale.why.' + str(part['why_missing'])))} · {esc(say('morale.weight', weight=percent(part['weight'])))}</span></span></li>")
    moved = _known(part["moved"])
    notes = [raw(name, part["raw"]), say("morale.weight_now", weight=percent(part["weight"]), share=percent(part["share"]))]
    notes += [say("morale.drill.moved", moved=signed(moved, 0 if abs(moved) >= 1 else 1))] if moved is not None and abs(moved) >= 0.05 else []
    return (f"<li>{title}<span class=n>{number(points, 0)}</span><span class='kj-track thin'><i style='width:{points:.0f}%'></i></span>"
            f"<span class='kj-note'>{esc(' · '.join(notes))}</span></li>")


def _pulse(desk: Desk, nth: int) -> str:
    told = desk.read("morale_team_pulse", nth=nth)
    if told.empty or not (told["state"] == "shown").any():
        return _block(say("morale.drill.pulse"), f"<p class='kj-note'>{esc(say('morale.drill.pulse_none'))}</p>")
    lines = "".join(_question(one) for one in told.to_dict("records"))
    note = say("morale.drill.pulse_note", wave=told["wave_id"].iloc[0], closes=day(told["closes"].iloc[0]))
    return _block(say("morale.drill.pulse"), f"<p class='kj-note'>{esc(note)}</p><div class='kj-stack' style='gap:8px'>{lines}</div>")


def _question(one: Row) -> str:
    title = f"<b>{esc(say('morale.question.' + str(one['question'])))}</b>"
    if one["state"] != "shown":
        return f"<div class=meter>{title}<span></span><span class='kj-note'>{esc(say('morale.drill.pulse_hidden'))}</span></div>"
    mean, n = number(one["mean"], 1), int(one["n"])
    coded = {"top": "morale.drill.at_least", "bottom": "morale.drill.at_most"}.get(str(one["coded"]))
    words = say(coded, mean=mean, n=n) if coded else say("morale.drill.pulse_value", mean=mean, low=number(one["low"], 1), high=number(one["high"], 1), n=n)
    return (f"<div class=meter>{title}<span class='kj-note'>{esc(words)}</span>"
            f"<span class='kj-track thin'><i style='width:{(float(one['mean']) - 1) / 4 * 100:.0f}%'></i></span></div>")


def _goals(desk: Desk, team: str, measure: object, others: Executor) -> str:
    """Its bars as they are now; nothing for a presenter to whom the team has another name."""
    if desk.viewer.teams is not None and team not in desk.viewer.teams:
        return ""
    groups, kept = bars(GoalsDesk(desk), team, measure, others)
    if not groups:
        return _block(say("morale.drill.goals"), f"<p class='kj-note'>{esc(say('goals.board_kept'))}</p>") if kept else ""
    named = lambda bar: f"{say(goal_bars.PERIOD[bar.period])} · {say(goal_bars.METRICS[bar.metric])}"
    lines = "".join(goal_bars.one(group.bar, named(group.bar)) for group in groups)
    return _block(say("morale.drill.goals"), f"<div class='kj-stack' style='gap:10px'>{lines}</div>")


def bars(office: GoalsDesk, team: str, measure: object, others: Executor) -> tuple[list[Group], bool]:
    """The team's bars of the day, the week and the month, in its own measure, else in the first recorded one that has a goal; and whether
    goals are kept back.

    They are asked for all teams of the viewer: what is kept back of one there is kept back here too, and the next team finds the answers
    on the shelf.  A goal of any period gives bars in all of them, so the month tells whether a measure has one; its day and its week are
    asked at the same time.
    """
    own = lambda metric, period: next((group for group in office.groups(metric, period) if group.level == "team" and group.unit == team), None)
    kept = False
    for metric in sorted((metric for metric, known in office.metrics().items() if known), key=lambda metric: metric != measure):
        month = own(metric, "month")
        kept = kept or month is not None and month.goals_kept
        if month is None or month.bar.share is None:
            continue
        waiting = others.submit(copy_context().run, own, metric, "day")
        week = own(metric, "week")
        return [group for group in (waiting.result(), week, month) if group is not None and group.bar.share is not None], kept
    return [], kept


def _pains(desk: Desk, team: str) -> str:
    """How many of its people have which pain point, where that may be told."""
    found = desk.read("pain_counts")
    found = found[(found["team"] == team) & found["firing"].notna()]
    words = say("pain.comma").join(say("pain.part", pain=pain_lines.label(one.pain), n=number(one.firing)) for one in found.itertuples())
    return _block(say("morale.drill.pains"), f"<p>{esc(words)}</p>" if words else f"<p class='kj-note'>{esc(say('morale.drill.pains_none'))}</p>")


def _recognition(desk: Desk, nth: int) -> str:
    found = desk.read("morale_team_recognition", nth=nth)
    if found.empty:
        return ""
    one = found.iloc[0]
    words = say("morale.drill.recognition_text", thanks=number(one["thanks_4"]), thanks_13=number(one["thanks_13"]), stories=number(one["stories_13"]))
    return _block(say("morale.drill.recognition"), f"<p>{esc(words)}</p>")


def tables(desk: Desk, nth: int) -> Behind:
    """The team's parts and its weeks."""
    made = desk.read("morale_team", nth=nth)
    made = made.assign(why=[say(f"morale.why.{one}") if isinstance(one, str) else "" for one in made["why_missing"]],
                       name=[say(f"morale.part.{one}") for one in made["part"]])
    heads = {"name": say("morale.col.part")} | {name: say(f"morale.col.{name}") for name in ("raw", "score", "weight", "share", "moved", "why")}
    weeks = {name: say(f"morale.col.{name}") for name in ("week", "people", "value", "low", "high", "parts_known", "change", "usual_swing", "real")}
    return [(made, "morale_parts", heads), (desk.read("morale_team_weeks", nth=nth), "morale_weeks", weeks)]
