"""Morale, the teams: one row a team with its index, target, range, change and what drives it; a row opens to what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from lib import settings
from lib.access.desk import Desk
from lib.show import morale_team, shelf
from lib.show.care_live import Asked
from lib.show.parts import Explain, esc, explain, number, percent, signed, spark, week_span
from lib.show.sections import Behind, Held
from lib.words import say

ROWS = 20
_OPEN, _SKIP, _DEPARTMENT = "teams.open", "teams.skip", "teams.department"
_FEW = 6
"""So many departments fit as buttons; more are a list."""
Row = Mapping[Any, Any]


def known(value: Any) -> float | None:
    """A number, or None where nothing is known."""
    return None if value is None or pd.isna(value) else float(value)


def target(desk: Desk) -> float:
    """The target of the index, as it is set now."""
    return float(settings.get("morale.target", settings.stored(desk.data_dir)))


def department(desk: Desk, held: Held) -> str:
    """The department that is looked at; '' for all.  Only whom the whole company is open to has a choice."""
    return str(held.state.get(_DEPARTMENT, "")) if desk.viewer.teams is None else ""


def summary(desk: Desk, held: Held) -> Row:
    """The newest week over all teams (the row of ``morale_company``)."""
    return desk.read("morale_company", department=department(desk, held), target=target(desk)).iloc[0].to_dict()


def where(desk: Desk, held: Held) -> str:
    """Whose teams these are."""
    if chosen := department(desk, held):
        return chosen
    return say("morale.where.team" if desk.viewer.role == "lead" else "morale.where.all" if desk.viewer.teams is None else "morale.where.mine")


def driver(part: Any, points: Any) -> str:
    """Two words on what moved the index."""
    if part is None or pd.isna(part) or not known(points):
        return say("morale.driver.none")
    return say(f"morale.driver.{part}.{'up' if float(points) > 0 else 'down'}")


def title(now: Row) -> str:
    """The week as a finding, from its figures and nothing else."""
    value, teams = number(known(now["value"]), 0), int(now["teams"])
    if not teams:
        return say("morale.title.small" if int(now["small_teams"]) else "morale.title.nothing")
    if known(now["value"]) is None:
        return say("morale.title.nothing")
    if not int(now["told"]):
        return say("morale.title.untold", value=value)
    if int(now["down"]) + int(now["up"]):
        fell, n = float(now["mover_change"]) < 0, int(now["down"])
        key = "up" if not fell else "down" if n == 1 else "down_more"
        points = number(abs(float(now["mover_change"])), 0)
        words = say(f"morale.driver.{now['mover_driver']}.{'down' if fell else 'up'}")
        return say(f"morale.title.{key}", team=now["mover"], points=points, driver=words, n=n)
    if teams == 1:
        return say("morale.title.steady_one", value=value)
    if under := int(now["under_target"]):
        return say("morale.title.steady_under", value=value, n=number(under))
    return say("morale.title.steady", value=value, n=number(teams - int(now["unknown_teams"])))


# --- the section --------------------------------------------------------------------------------------------------------------

def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Open or close a team, turn the page, or look at another department."""
    if asked.what == "teams.open":
        held.state[_OPEN] = asked.of if asked.of.isdigit() and held.state.get(_OPEN) != asked.of else ""
    elif asked.what == "teams.skip":
        held.state[_SKIP] = max(0, int(asked.of)) if asked.of.isdigit() else 0
        held.state[_OPEN] = ""
    elif asked.what == "teams.department":
        chosen = asked.typed.get("department", asked.of)
        held.state[_DEPARTMENT] = chosen if chosen in _departments(desk) else ""
        held.state[_SKIP], held.state[_OPEN] = 0, ""
    else:
        return None
    return ""


def html(desk: Desk, held: Held) -> str:
    """The summary and the teams."""
    of, skip, opened = department(desk, held), int(str(held.state.get(_SKIP, 0))), str(held.state.get(_OPEN, ""))
    aim = target(desk)
    make = lambda: _page(desk, of, skip, opened, aim, where(desk, held))
    # What an open team shows of its goals is of this moment; the list is the version's.
    return make() if opened or _alone(desk) else shelf.picture(desk, "morale_teams", (of, skip, aim), make)


def _alone(desk: Desk) -> bool:
    """Whether the viewer has one team only, which then stands open."""
    return desk.viewer.teams is not None and len(desk.viewer.teams) == 1


def tables(desk: Desk, held: Held) -> Behind:
    """The teams of the page; of the open team its parts and its weeks."""
    rows = desk.read("morale_teams", department=department(desk, held), skip=int(str(held.state.get(_SKIP, 0))))
    heads = {name: say(f"morale.col.{name}") for name in ("team", "department", "people", "value", "low", "high", "parts_known", "change", "usual_swing", "real")}
    found: Behind = [(rows, "morale_teams", heads)]
    return found + (morale_team.tables(desk, int(str(held.state[_OPEN]))) if held.state.get(_OPEN) else [])


def _departments(desk: Desk) -> list[str]:
    return desk.read("glance_departments")["department"].tolist() if desk.viewer.teams is None else []


def _page(desk: Desk, of: str, skip: int, opened: str, aim: float, whose: str) -> str:
    now = desk.read("morale_company", department=of, target=aim).iloc[0].to_dict()
    rows = desk.read("morale_teams", department=of, skip=skip)
    if not int(now["teams"]):
        key = "small" if int(now["small_teams"]) else "nothing"
        how = f"<p class='kj-note'>{esc(say('morale.title.nothing.how'))}</p>" if key == "nothing" else ""
        return (f"{_choice(_departments(desk), of)}<section class='kj-card kj-stack' style='gap:8px;max-width:640px'><h2>{esc(say(f'morale.title.{key}'))}</h2>"
                f"<p>{esc(say(f'morale.title.{key}.why', least=desk.smallest_group()))}</p>{how}</section>")
    how = explain(_how(desk, now))
    return f"{'' if _alone(desk) else _summary(desk, now, of, aim)}{_teams(desk, rows, now, of, skip, opened, aim, how)}"


def _how(desk: Desk, now: Row) -> Explain:
    values = settings.stored(desk.data_dir)
    parts = desk.read("morale_coverage").to_dict("records")
    shown = lambda row, end: percent(row[end]) if row["part"] in ("pace", "tags") else number(row[end])
    anchors = say("morale.joint").join(
        say("morale.anchor", part=say(f"morale.part.{row['part']}"), worst=shown(row, "worst"), best=shown(row, "best")) for row in parts)
    small = int(now["small_teams"])
    left_out = say("morale.left_out", n=number(small), least=desk.smallest_group()) if small else say("morale.left_out_never")
    period = say("morale.period", week=week_span(now["week"]), pulse=settings.get("morale.pulse_weeks", values))
    return Explain(say("morale.rule", anchors=anchors), period, say("morale.people", people=number(now["people"]), teams=number(now["teams"])), left_out)


# --- the summary --------------------------------------------------------------------------------------------------------------

def between(low: Any, high: Any) -> str:
    """A range in whole points; '' where none is known."""
    if known(low) is None or known(high) is None:
        return ""
    return say("morale.between", low=number(low, 0), high=number(high, 0))


def _summary(desk: Desk, now: Row, of: str, aim: float) -> str:
    past = desk.read("morale_trend", department=of)["value"].tolist()
    reach = between(now["low"], now["high"])
    under, unknown = int(now["under_target"]), int(now["unknown_teams"])
    notes = [say("morale.under_target", n=number(under), target=number(aim, 0)) if under else say("morale.all_on_target", target=number(aim, 0))]
    notes += [say("morale.unknown_teams", n=number(unknown))] if unknown else []
    figure = (f"<div class='kj-stack' style='gap:4px;align-content:start'><h2>{esc(say('morale.index'))}</h2>"
              f"<div class=figures><span><span class='kj-num'>{number(known(now['value']), 0)}</span><span class='kj-unit'> {esc(reach and f'({reach})')}</span></span>"
              f"{spark(past, width=120)}</div>{''.join(f'<p class=kj-note>{esc(note)}</p>' for note in notes)}</div>")
    parts = "".join(_coverage(row) for row in desk.read("morale_coverage").to_dict("records"))
    made = (f"<div class='kj-stack' style='gap:4px;align-content:start'><h2>{esc(say('morale.parts'))}</h2><ul class='made'>{parts}</ul>"
            f"<p class='kj-note'>{esc(say('morale.parts_note'))}</p></div>")
    return f"<section class='kj-card morale-sum'>{figure}{made}</section>"


def _coverage(row: Row) -> str:
    known_in, teams = int(row["known"]), int(row["teams"])
    if not known_in:
        state = f"<span class='kj-watch'>{esc(say('morale.missing'))}</span> <span class='kj-note'>{esc(why(row['why']))}</span>"
    else:
        state = f"<span class='kj-note'>{esc(say('morale.known_in', known=number(known_in), teams=number(teams)))}</span>"
    return (f"<li><b>{esc(say('morale.part.' + str(row['part'])))}</b><span class=n>{percent(row['weight'])}</span>"
            f"<span class='kj-track thin'><i class='{'' if known_in else 'none'}' style='width:{min(float(row['weight']), 1) * 100:.0f}%'></i></span><span>{state}</span></li>")


def why(reason: Any) -> str:
    """Why a part is missing, in words."""
    return "" if reason is None or pd.isna(reason) else say(f"morale.why.{reason}")


# --- the rows -----------------------------------------------------------------------------------------------------------------

def _choice(departments: list[str], of: str) -> str:
    if len(departments) < 2:
        return ""
    if len(departments) <= _FEW:
        every = [("", say("morale.department_all")), *((one, one) for one in departments)]
        buttons = "".join(f"<button type=button data-ask='teams.department' data-of='{esc(key)}' aria-pressed={'true' if key == of else 'false'}>{esc(words)}</button>"
                          for key, words in every)
        return f"<div class=pills role=group aria-label='{esc(say('morale.department'))}'>{buttons}</div>"
    options = "".join(f"<option value='{esc(key)}'{' selected' if key == of else ''}>{esc(key or say('morale.department_all'))}</option>" for key in ["", *departments])
    return (f"<form class=choice data-form='teams.department'><label><span>{esc(say('morale.department'))}</span><select name=department>{options}</select></label>"
            f"<button type=submit data-ask='teams.department'>{esc(say('morale.department_show'))}</button></form>")


def _teams(desk: Desk, rows: pd.DataFrame, now: Row, of: str, skip: int, opened: str, aim: float, how: str) -> str:
    alone = _alone(desk) and len(rows) == 1
    head = (f"<div class='kj-head'><div class=kj-row><h2>{esc(say('morale.teams_one' if alone else 'morale.teams'))}</h2>"
            f"<span class='kj-note'>{esc(say('morale.teams_legend', target=number(aim, 0)))}</span></div>{how}</div>")
    # A lead's only team stands open from the start.
    stands = [str(rows["nth"].iloc[0])] if alone else [opened]
    lines = "".join(_row(row, aim, str(row["nth"]) in stands) + (morale_team.drill(desk, row) if str(row["nth"]) in stands else "")
                    for row in rows.to_dict("records"))
    small = int(now["small_teams"])
    hidden = f"<div class='kj-hidden'>{esc(say('morale.small_hidden', n=number(small), least=desk.smallest_group()))}</div>" if small else ""
    return (f"<section class='kj-card kj-stack' style='gap:10px'>{head}{_choice(_departments(desk), of)}<div class=morale-rows>{lines}</div>"
            f"{_pages(skip, len(rows), int(now['teams']))}{hidden}</section>")


def _pages(skip: int, here: int, in_all: int) -> str:
    if in_all <= ROWS:
        return ""
    words = esc(say("morale.shown_of", first=number(skip + 1), last=number(skip + here), all=number(in_all)))
    back = f"<button type=button class=act data-ask='teams.skip' data-of={max(skip - ROWS, 0)}>‹ {esc(say('morale.before'))}</button>" if skip else ""
    on = f"<button type=button class=act data-ask='teams.skip' data-of={skip + ROWS}>{esc(say('morale.next'))} ›</button>" if skip + here < in_all else ""
    return f"<div class=does>{back}<span class='kj-note'>{words}</span>{on}</div>"


def change_words(row: Row) -> tuple[str, str]:
    """The change with its sign, and whether it is more than usual."""
    change = known(row["change"])
    if change is None:
        return "–", say("morale.change_none")
    told = known(row["usual_swing"]) is not None
    return signed(change, 0), say("morale.more_than_usual" if row["real"] else "morale.usual" if told else "morale.cannot_tell")


def _row(row: Row, aim: float, opened: bool) -> str:
    value, (change, judged) = known(row["value"]), change_words(row)
    past = [float(one) if one else None for one in str(row["past"]).split(",")]
    tone = (" kj-fine" if float(row["change"]) > 0 else " kj-care") if row["real"] else ""
    shown = number(value, 0) if value is not None else say("morale.team_unknown")
    label = say("morale.team_aria", team=row["team"], people=int(row["people"]), value=shown)
    reach = between(row["low"], row["high"])
    low, high = known(row["low"]), known(row["high"])
    span = f"<u style='left:{low:.0f}%;width:{high - low:.0f}%'></u>" if low is not None and high is not None else ""
    bar = (f"<span class=kj-track role=img aria-label='{esc(label)}'><i style='width:{value or 0:.0f}%'></i>{span}<b style='left:{aim:.0f}%'></b></span>")
    return (f"<button type=button class='kj-pick team' data-ask='teams.open' data-of={int(row['nth'])} aria-expanded={'true' if opened else 'false'}>"
            f"<span class=t><b>{esc(row['team'])}</b><span class='kj-note'>{esc(say('morale.part_people', n=int(row['people'])))}</span></span>{bar}"
            f"<span class=v><b>{esc(shown)}</b> <span class='kj-note'>{esc(reach)}</span></span>"
            f"<span class='c{tone}'><b>{change}</b> <span class='kj-note'>{esc(judged)}</span></span>"
            f"<span class=w>{esc(driver(row['driver'], row['driver_change']))}</span>{spark(past, width=72, height=24)}</button>")
