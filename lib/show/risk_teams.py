"""Risk, the teams: how many people are above the limit in each; for bosses and presenters only where nobody's band follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from lib.access.desk import Desk
from lib.access.objections import gone_of
from lib.show import risk_draw, shelf
from lib.show.care_live import Asked
from lib.show.parts import Explain, esc, explain, full_day, number
from lib.show.risk_draw import known
from lib.show.sections import Behind, Held
from lib.words import say

Row = Mapping[Any, Any]


def html(desk: Desk, held: Held) -> str:
    """Company, departments and teams."""
    gone = _gone(desk)
    return shelf.picture(desk, "risk.teams", tuple(gone), lambda: _page(desk, gone))


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Nothing is done here."""
    return None


def tables(desk: Desk, held: Held) -> Behind:
    """The same as rows; what is not shown is empty here too."""
    rows = desk.read("risk_teams", gone=_gone(desk))
    frame = rows.assign(level=rows["level"].map(lambda key: say(f"risk.level.{key}")), unit=rows["unit"].where(rows["unit"] != "", say("risk.everybody")))
    columns = ("level", "unit", "people", "above", "high", "raised") if desk.viewer.role == "hr" or rows["high"].notna().any() else ("level", "unit", "people", "above")
    return [(frame, "risk-teams", {name: say(f"risk.column.{name}") for name in columns})] if len(frame) else []


def whole(desk: Desk) -> Row | None:
    """The row of all together; None without a score."""
    rows = desk.read("risk_teams", gone=_gone(desk))
    found = rows[rows["level"] == "company"]
    return None if found.empty else found.iloc[0].to_dict()


def _gone(desk: Desk) -> list[str]:
    """Who objects now, for HR, in whose small teams a count is a person; see the query for everybody else."""
    return gone_of(desk) if desk.viewer.role == "hr" else []


def _page(desk: Desk, gone: list[str]) -> str:
    now, rows = desk.read("risk_now"), desk.read("risk_teams", gone=gone)
    if rows.empty:
        return f"<section class='kj-card kj-stack'><h2>{esc(say('risk.teams.nothing'))}</h2><p class='kj-note'>{esc(say('risk.teams.nothing_why'))}</p></section>"
    hr = desk.viewer.role == "hr"
    left = say("risk.teams.left_hr") if hr else say("risk.teams.left", n=desk.smallest_group())
    all_ = rows[rows["level"] == "company"].iloc[0].to_dict()
    people = say("risk.list.people", n=number(all_["people"]), above=number(all_["above"])) if not all_["few"] else say("risk.teams.people")
    how = explain(Explain(say("risk.teams.rule"), say("risk.list.period", day=full_day(now["week"].iloc[0])), people, left))
    told = rows[~rows["few"].astype(bool)]
    top = risk_draw.top_of(list(told["above"] / told["people"]))
    parts = "".join(_level(rows, level, top) for level in ("company", "department", "team"))
    return (f"<section class='kj-card kj-stack'><div class=kj-head><h2>{esc(say('risk.teams'))}</h2>{how}</div>"
            f"<p class='kj-note'>{esc(say('risk.teams.what_hr' if hr else 'risk.teams.what'))} {esc(say('risk.teams.scale', top=risk_draw.chance(top))) if len(told) else ''}</p>{parts}</section>")


def _level(rows: pd.DataFrame, level: str, top: float) -> str:
    found = rows[rows["level"] == level]
    shown = found[~found["few"].astype(bool)]
    inner = "".join(_unit(row, top) for row in shown.to_dict("records"))
    hidden = len(found) - len(shown)
    note = ""
    if hidden:
        key = "all" if level == "company" else "one" if hidden == 1 else "some"
        # Said whatever is hidden, so that nothing follows from its being said: the few that are shown look like the worst.
        beside = f" <b>{esc(say('risk.teams.hidden.either'))}</b>" if inner else ""
        note = f"<div class='kj-hidden'><span>{esc(say(f'risk.teams.hidden.{key}', n=number(hidden), level=say(f'risk.level.{level}')))}{beside}</span></div>"
    if not inner and not note:
        return ""
    head = "" if level == "company" else f"<h3>{esc(say(f'risk.levels.{level}'))}</h3>"
    return f"<div class='kj-stack'>{head}{f'<ul class=besides>{inner}</ul>' if inner else ''}{note}</div>"


def _unit(row: Row, top: float) -> str:
    name = row["unit"] or say("risk.everybody")
    words = say("risk.teams.of", above=number(row["above"]), people=number(row["people"]))
    bands = say("risk.teams.bands", high=number(row["high"]), raised=number(row["raised"])) if known(row["high"]) is not None else ""
    share = row["above"] / row["people"]
    track = f"<span class=kj-track role=img aria-label='{esc(name)}: {esc(words)}'><i style='width:{risk_draw.at(share, top):.1f}%'></i></span>"
    return f"<li><b>{esc(name)}</b>{track}<span>{esc(words)}</span><span class='kj-note n'>{esc(bands)}</span></li>"
