"""Glance, drawn: the verdict in words, headline numbers, team bars, real changes, where care is needed; HTML strings in, one element out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from lib.access.desk import Desk
from lib.morale.changes import MIN_BEFORE, MIN_SWINGS
from lib.show import cards, pick, tables
from lib.show.cards import Headline
from lib.show.parts import Explain, esc, explain, number, percent, signed, spark, week_span
from lib.words import say

ROWS = 12
NEEDED = MIN_SWINGS + MIN_BEFORE + 1
SHORT = {"dip": "performance_dip", "pressure": "high_pressure", "client": "client_trouble", "life": "life_event", "family": "family_care"}
GOOD = {("performance", True), ("rejection_rate", False), ("late_evenings", False), ("tags_held", False)}
Row = Mapping[Any, Any]


def picks(desk: Desk) -> tuple[date | None, str]:
    """The week shown and the department ('' for all), in one line; a department is asked only where there are several."""
    departments = [] if desk.viewer.teams is not None else desk.read("glance_departments")["department"].tolist()
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="glance.picks"):
        if len(departments) > 1:
            found = pick.one(say("glance.department"), ["", *departments], "department", lambda d: d or say("glance.crumb_all"), 190)
        else:
            found = ""
        return pick.week(desk), found or ""


def _known(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def up_to(trend: pd.DataFrame, week: date) -> pd.DataFrame:
    """The trend that ends in the week shown; nothing where that week itself is too small to be shown."""
    return trend if len(trend) and trend["week"].iloc[-1] == pd.Timestamp(week) else trend.head(0)


def _four_before(trend: pd.DataFrame, column: str) -> float | None:
    weeks = trend["week"].tolist()
    past = [value for week, value in zip(weeks, trend[column].tolist(), strict=True)
            if weeks[-1] - timedelta(days=28) <= week < weeks[-1] and not pd.isna(value)]
    return sum(past) / len(past) if past else None


# --- the verdict ------------------------------------------------------------------------------------------------------------

def _what(change: Row) -> str:
    rose = float(change["change"]) > 0
    return say(f"glance.what.{change['measure']}.{'up' if rose else 'down'}", team=change["team"])


def shape(trend: pd.DataFrame, spread: Row, changes: pd.DataFrame, teams: pd.DataFrame) -> str:
    """Which sentence is true of the week: hidden, untold, worse, strain_care, strain_late, team, good or calm."""
    if trend.empty:
        return "hidden"
    if not int(changes["judged"].iloc[0]):
        return "untold"
    if int(changes["worse_in_all"].iloc[0]):
        return "worse"
    now, people_before = trend.tail(1).to_dict("records")[0], _four_before(trend, "carry_share")
    if people_before is not None and now["carry_low"] > people_before:
        return "strain_care"
    late_before, reach = _four_before(trend, "late"), _known(spread["late_reach"])
    if late_before is not None and reach is not None and _known(now["late"]) is not None and now["late"] - reach > late_before:
        return "strain_late"
    if len(teams) > 1 and _standing_out(teams):
        return "team"
    return "good" if int(changes["real_in_all"].iloc[0]) else "calm"


def _standing_out(teams: pd.DataFrame) -> Row | None:
    """The neediest team whose share is above the others' by more than chance; None when there is none."""
    return next((team for team in teams.to_dict("records") if _known(team["stands_out"])), None)


def verdict(trend: pd.DataFrame, spread: Row, changes: pd.DataFrame, teams: pd.DataFrame, sources: Row) -> str:
    """The week in one sentence, made from its figures and nothing else."""
    kind = shape(trend, spread, changes, teams)
    if kind == "hidden":
        return say("glance.verdict.hidden")
    now, real = trend.tail(1).to_dict("records")[0], changes.dropna(subset=["team"]).to_dict("records")
    people, followed = int(now["carrying"]), int(_known(spread["followed"]) or 0)
    if kind == "untold":
        first = say("glance.verdict.untold", needed=NEEDED)
    elif kind == "worse":
        worse = int(changes["worse_in_all"].iloc[0])
        first = say("glance.verdict.worse" if worse > 1 else "glance.verdict.worse_one", n=worse, what=_what(real[0]))
    elif kind == "strain_care":
        first = say("glance.verdict.strain_care", people=people, before=number(_four_before(trend, "carrying"), 0))
        return say("glance.verdict.care_known" if followed else "glance.verdict.no_tags", first=first, followed=followed)
    elif kind == "strain_late":
        first = say("glance.verdict.strain_late", late=number(now["late"]), before=number(_four_before(trend, "late")))
    elif kind == "team":
        out = _standing_out(teams) or {}
        first = say("glance.verdict.team", team=out["team"], people=int(out["people"]), carrying=int(out["carrying"]))
    elif kind == "good":
        first = say("glance.verdict.good", what=_what(real[0]))
    else:
        first = say("glance.verdict.calm")
    if not sources["has_tags"]:
        return say("glance.verdict.no_tags", first=first)
    if not people:
        return say("glance.verdict.no_care", first=first)
    return say("glance.verdict.care" if followed else "glance.verdict.care_only", first=first, people=people, followed=followed)


def whose(desk: Desk, department: str) -> str:
    """Whose week it is: the department picked, the lead's team, the teams that an HR looks after, or the whole company."""
    if department:
        return department
    return say("glance.crumb_team" if desk.viewer.role == "lead" else "glance.crumb_all" if desk.viewer.teams is None else "glance.crumb_mine")


def title(sentence: str, where: str, week: date) -> str:
    """The verdict, under the words that say whose week it is."""
    return f"<div class='kj-verdict'><h1 title='{esc(where)} · {esc(week_span(week))}'>{esc(sentence)}</h1></div>"


# --- headline numbers -------------------------------------------------------------------------------------------------------

def _around(value: float | None, reach: float | None, digits: int | None = None) -> str:
    if value is None or reach is None:
        return ""
    return say("glance.between", low=number(max(value - reach, 0), digits), high=number(value + reach, digits))


def _compared(change: str | None, n: str) -> str:
    return say("glance.compared", change=change, n=n) if change else say("glance.no_past", n=n)


def _left_out(*words: str) -> str:
    return say("glance.and").join(word for word in words if word)


def small_teams(teams: pd.DataFrame) -> str:
    """What the totals leave out because of small teams; '' when there is none."""
    return say("glance.small_left_out") if len(teams) and int(teams["small_teams"].iloc[0]) else ""


def headlines(trend: pd.DataFrame, spread: Row, sources: Row, week: date, lead: bool, small: str = "") -> list[Headline]:
    """At most four headline numbers of the week; a number whose source is missing says which file would give it.

    ``small`` says which teams the totals leave out (see :func:`small_teams`).
    """
    now = trend.tail(1).to_dict("records")[0]
    period, n = say("glance.period_week", week=week_span(week)), number(now["people"])
    how = lambda key, people, left_out="": Explain(say(f"glance.{key}.rule"), period, say("glance.n_people", n=people), _left_out(left_out, small))
    minus = lambda column: (lambda a, b: None if a is None or b is None else a - b)(_known(now[column]), _four_before(trend, column))
    missing = lambda key: Headline(say(f"glance.{key}"), "–", "", "", (), say(f"glance.{key}.missing"), how(key, n))
    performance, late = _known(now["performance"]), _known(now["late"])
    shown: list[Headline] = []
    if performance is None and not sources["has_activity"]:
        shown.append(missing("performance"))
    else:
        change = minus("performance")
        shown.append(Headline(say("glance.performance"), number(performance, 0), "", _around(performance, _known(spread["performance_reach"]), 0),
                              trend["performance"].tolist(), _compared(change is not None and signed(change, 0) or None, number(now["working"])),
                              how("performance", number(now["working"]), say("glance.performance.left_out"))))
    if not sources["has_tags"]:
        shown.append(missing("carrying"))
    else:
        change = minus("carrying")
        interval = say("glance.and_share", share=percent(now["carry_share"]), low=number(now["carry_low"] * 100),
                       high=number(now["carry_high"] * 100))
        left_out = say("glance.carrying.left_out_lead" if lead else "glance.carrying.left_out")
        shown.append(Headline(say("glance.carrying"), number(now["carrying"]), say("glance.carrying.unit"), interval,
                              trend["carrying"].tolist(), _compared(change is not None and signed(change, 0) or None, n),
                              how("carrying", n, left_out)))
    if not sources["has_hours"]:
        shown.append(missing("late"))
    else:
        change = minus("late")
        shown.append(Headline(say("glance.late"), number(late, 2), say("glance.late.unit"), _around(late, _known(spread["late_reach"]), 2),
                              trend["late"].tolist(), _compared(change is not None and signed(change, 2) or None, number(now["working"])),
                              how("late", number(now["working"]))))
    if not sources["has_exits"]:
        shown.append(missing("leaving"))
    else:
        change = minus("leave_rate")
        interval = say("glance.between", low=number(now["leave_low"] * 100), high=number(now["leave_high"] * 100))
        words = say("glance.leaving.compared", change=f"{signed(change * 100, 0)} {say('parts.points')}" if change is not None else "–", left=number(now["left_90"]))
        shown.append(Headline(say("glance.leaving"), percent(now["leave_rate"]), "", interval,
                              trend["leave_rate"].tolist(), words, how("leaving", n)))
    return shown


def card(shown: Headline) -> str:
    """One headline number, its past beside it."""
    unit = f"<span class='kj-unit'>{esc(shown.unit)}</span>" if shown.unit else ""
    return (f"<div class='kj-card kj-figure'><div class='kj-note'>{esc(shown.label)}</div>"
            f"<div class='v'><span><span class='kj-num'>{esc(shown.value)}</span>{unit}</span>{spark(shown.past, width=84)}</div>"
            f"<div class='kj-note'>{esc(shown.interval)}</div><div class='kj-note'>{esc(shown.compared)}</div>{explain(shown.how)}</div>")


# --- teams, changes, care ---------------------------------------------------------------------------------------------------

def _drivers(team: Row) -> str:
    """Two words on what drives the need: the two most frequent tags, else more late evenings than usual."""
    counts = sorted(((int(team[column]), -place, tag) for place, (column, tag) in enumerate(SHORT.items()) if _known(team[column])), reverse=True)
    if counts:
        return " · ".join(say(f"glance.short.{tag}", n=n) for n, _, tag in counts[:2])
    late, before = _known(team["late"]), _known(team["late_before"])
    if late is not None and before is not None and late >= 1 and late > 1.5 * before:
        return say("glance.teams.late_more", late=number(late))
    return say("glance.teams.unknown" if late is None and _known(team["performance"]) is None else "glance.teams.quiet")


def _team(team: Row) -> str:
    performance, before = _known(team["performance"]), _known(team["performance_before"])
    value = esc(say("glance.teams.performance", value=number(performance, 0))) if performance is not None else ""
    change = f" <span class='kj-note'>{signed(performance - before, 0)}</span>" if performance is not None and before is not None else ""
    people, carrying = int(team["people"]), int(team["carrying"])
    label = say("glance.teams.aria", team=team["team"], people=people, carrying=carrying)
    return (f"<li><b title='{esc(team['team'])}'>{esc(team['team'])}</b>"
            f"<span class='kj-track' role='img' aria-label='{esc(label)}'><i{' class=out' if team['stands_out'] else ''} style='width:{float(team['carry_share']) * 100:.0f}%'></i></span>"
            f"<span class='n'>{esc(say('glance.teams.count', carrying=carrying, people=people))}</span>"
            f"<span class='n'>{value}{change}</span><span class='kj-note w'>{esc(_drivers(team))}</span></li>")


def team_bars(teams: pd.DataFrame, week: date, where: str) -> str:
    """The neediest teams, one line each, in one element; ``where`` is what a team is compared with."""
    large = teams[teams["people"].notna()]
    how = explain(Explain(say("glance.teams.how", where=where), week_span(week), say("glance.n_people", n=number(large["people"].sum())),
                          small_teams(teams)))
    head = (f"<div class='kj-head'><div class='kj-row'><h2>{esc(say('glance.teams'))}</h2>"
            f"<span class='kj-note'>{esc(say('glance.teams.legend'))}</span></div>{how}</div>")
    if teams.empty:
        return f"<section class='kj-card'>{head}<p class='kj-note'>{esc(say('glance.teams.none'))}</p></section>"
    lines = "".join(_team(team) for team in large.head(ROWS).to_dict("records"))
    small, in_all = int(teams["small_teams"].iloc[0]), int(teams["teams_in_all"].iloc[0])
    more = in_all - small - min(len(large), ROWS)
    notes = []
    if more > 0:
        notes.append(say("glance.teams.more" if in_all <= 200 else "glance.teams.more_cut", n=number(more)))
    hidden = f"<div class='kj-hidden'>{esc(say('glance.teams.small', n=number(small)))}</div>" if small else ""
    note = f"<span class='kj-note'>{esc(' '.join(notes))}</span>" if notes else ""
    return f"<section class='kj-card kj-stack' style='gap:8px'>{head}<ul class='kj-teams'>{lines}</ul>{hidden}{note}</section>"


def _change(place: int, change: Row) -> str:
    rose, measure = float(change["change"]) > 0, change["measure"]
    share = measure in ("rejection_rate", "tags_held")
    scale, digits = (100, 0) if share else (1, 0) if measure == "performance" else (1, None)
    size = lambda key: abs(float(change[key]) * scale)
    low, high = (size("low"), size("high")) if rose else (size("high"), size("low"))
    value = percent(float(change["value"])) if share else number(float(change["value"]), digits)
    text = say(f"glance.change.{measure}.{'up' if rose else 'down'}", team=change["team"], value=value,
               change=number(size("change"), digits), low=number(low, digits), high=number(high, digits))
    tone = "fine" if (measure, rose) in GOOD else "watch"
    span = say(f"glance.span.{int(change['span'])}")
    return (f"<li><b class='kj-{tone}'>{place} {'▲' if rose else '▼'}</b>"
            f"<span>{esc(text)} <span class='kj-note'>{esc(span)}</span></span></li>")


def change_list(changes: pd.DataFrame, week: date) -> str:
    """The real changes of the week, at most three, or that there is nothing unusual, or that nobody can tell."""
    judged, found = int(changes["judged"].iloc[0]), int(changes["real_in_all"].iloc[0])
    real = changes.dropna(subset=["team"]).head(3)
    if not judged:
        inside = f"<p>{esc(say('glance.changes.untold', needed=NEEDED))}</p>"
    elif real.empty:
        inside = f"<p>{esc(say('glance.changes.none', judged=number(judged)))}</p>"
    else:
        lines = "".join(_change(place, change) for place, change in enumerate(real.to_dict("records"), 1))
        after = say("glance.changes.more", n=found) if found > 3 else say("glance.changes.no_more", rest=number(judged - found))
        inside = f"<ol class='kj-changes'>{lines}</ol><p class='kj-note'>{esc(after)}</p>"
    how = explain(Explain(say("glance.changes.how"), week_span(week), say("glance.changes.people", judged=number(judged))))
    return f"<section class='kj-card kj-stack' style='gap:8px'><div class='kj-head'><h2>{esc(say('glance.changes'))}</h2>{how}</div>{inside}</section>"


def care_by_tag(tags: pd.DataFrame, trend: pd.DataFrame, sources: Row, week: date, lead: bool, small: str = "") -> str:
    """Each tag with its people, the change, and the teams where most of them are; never names (``small`` as in :func:`headlines`)."""
    lines = []
    for tag in tags.to_dict("records"):
        if lead and tag["tag"] in ("life_event", "family_care"):
            continue
        people, label = _known(tag["people"]), say(f"glance.label.{tag['tag']}")
        teams = [say("glance.care.in", team=tag[f"{nth}_team"], n=int(tag[f"{nth}_people"])) for nth in ("first", "second")
                 if _known(tag[f"{nth}_people"])]
        if people is None:
            lines.append(f"<li><span>{esc(label)}</span><b></b><b></b><div class='kj-hidden'>{esc(say('glance.care.hidden'))}</div></li>")
            continue
        where = " · ".join(teams) or say(f"glance.care.{'nobody' if not people else 'one' if people == 1 else 'spread'}")
        lines.append(f"<li><span>{esc(label)}</span><b class='n'>{number(people)}</b>"
                     f"<span class='kj-note n'>{signed(people - float(tag['before']), 0)}</span><span class='kj-note'>{esc(where)}</span></li>")
    in_all = number(trend["people"].iloc[-1]) if len(trend) else "–"
    missing = "" if sources["has_tags"] else f"<div class='kj-note'>{esc(say('glance.carrying.missing'))}</div>"
    how = explain(Explain(say("glance.care.how"), week_span(week), say("glance.n_people", n=in_all), _left_out(say("glance.care.left_out"), small)))
    return (f"<section class='kj-card kj-stack' style='gap:8px'><div class='kj-head'><h2>{esc(say('glance.care'))}</h2>{how}</div>"
            f"<ul class='kj-care-list'>{''.join(lines)}</ul>{missing}</section>")


def picture(desk: Desk, week: date, department: str) -> str:
    """The whole picture of one week as HTML."""
    chosen = {"week": week, "department": department}
    trend = up_to(desk.read("glance_trend", **chosen), week)
    spread = desk.read("glance_spread", **chosen).iloc[0].to_dict()
    changes = desk.read("glance_changes", **chosen)
    teams = desk.read("glance_teams", **chosen)
    tags = desk.read("glance_tags", **chosen)
    sources = desk.read("glance_sources").iloc[0].to_dict()

    lead, where, small = desk.viewer.role == "lead", whose(desk, department), small_teams(teams)
    numbers = [] if trend.empty else headlines(trend, spread, sources, week, lead, small)
    return (title(verdict(trend, spread, changes, teams, sources), where, week)
            + f"<div class='kj-grid kj-four'>{''.join(card(n) for n in numbers)}</div>"
            + f"<div class='kj-two'>{team_bars(teams, week, where)}"
            + f"<div class='kj-stack'>{change_list(changes, week)}{care_by_tag(tags, trend, sources, week, lead, small)}</div></div>")


def behind(desk: Desk, week: date, department: str) -> None:
    """The tables behind the picture, drawn only when somebody asks for them: the landing page stays light."""
    if not st.toggle(say("glance.tables"), key="glance.tables"):
        return
    chosen, lead = {"week": week, "department": department}, desk.viewer.role == "lead"
    teams, trend, changes, tags = (desk.read(name, **chosen) for name in ("glance_teams", "glance_trend", "glance_changes", "glance_tags"))
    head = lambda *columns: {column: say(f"glance.column.{column}") for column in columns}
    private = () if lead else ("life", "family")
    large = teams[teams["people"].notna()]
    cards.section(say("glance.table.teams"))
    tables.behind(large, "teams", head("team", "department", "people", "carrying", "dip", "pressure", "client", *private, "newcomers",
                                       "performance", "performance_before", "late"), "glance.teams")
    cards.section(say("glance.table.trend"))
    tables.behind(trend, "weeks", head("week", "people", "performance", "carrying", "late", "left_90", "leave_rate"), "glance.trend")
    cards.section(say("glance.changes"))
    found = changes.dropna(subset=["team"])
    tables.behind(found.assign(measure=[say(f"glance.measure.{m}") for m in found["measure"]], span=[say(f"glance.span.{int(n)}") for n in found["span"]]),
                  "changes", head("team", "measure", "value", "before", "change", "low", "high", "span", "people"), "glance.changes")
    cards.section(say("glance.care"))
    public = tags[~tags["tag"].isin(("life_event", "family_care"))] if lead else tags
    tables.behind(public.assign(tag=[say(f"glance.label.{tag}") for tag in public["tag"]]), "care",
                  head("tag", "people", "before", "first_team", "first_people", "second_team", "second_people"), "glance.care")
