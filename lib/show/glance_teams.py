"""Glance, the teams: one line each with its morale, what drives it, and how care is kept up with; the neediest first, all in one element."""

from __future__ import annotations

from lib.show.figures import known
from lib.show.glance_read import Row, Seen
from lib.show.glance_verdict import FEW_CARES
from lib.show.parts import Explain, esc, explain, number, signed, week_span
from lib.words import say

ROWS = 12
SHORT = {"dip": "performance_dip", "pressure": "high_pressure", "client": "client_trouble", "life": "life_event", "family": "family_care"}
"""Column of the query → the tag whose people it counts."""
NOTABLE = 3.0
"""Points of the index that a part must have brought before it is named."""


def section(seen: Seen) -> str:
    """The neediest teams."""
    teams = seen.bars
    large = teams[teams["people"].notna()]
    left = say("glance.small_out", n=seen.least) if seen.small else ""
    rule = say("glance.teams.how", target=number(seen.target, 0)) + ("" if seen.lead else say("glance.teams.how_care"))
    how = explain(Explain(rule, week_span(seen.week), say("glance.n_teams", n=number(large["people"].sum()), teams=number(len(large))), left))
    head = f"<div class='kj-head'><h2>{esc(say('glance.teams.one' if len(teams) == 1 else 'glance.teams'))}</h2>{how}</div>"
    if teams.empty:
        return f"<section class='kj-card'>{head}<p class='kj-note'>{esc(say('glance.teams.none'))}</p></section>"
    lines = _heads(seen) + "".join(_line(row, seen) for row in large.head(ROWS).to_dict("records"))
    small, in_all = int(teams["small_teams"].iloc[0]), int(teams["teams_in_all"].iloc[0])
    more = in_all - small - min(len(large), ROWS)
    note = f"<span class='kj-note'>{esc(say('glance.teams.more' if in_all <= 200 else 'glance.teams.more_cut', n=number(more)))}</span>" if more > 0 else ""
    hidden = f"<div class='kj-hidden'><span>{esc(say('glance.teams.small', n=number(small)))}</span></div>" if small else ""
    under = f"<div class='kj-row'>{note}{hidden}</div>" if note or hidden else ""
    return f"<section class='kj-card kj-stack' style='gap:8px'>{head}<ul class='kj-teams'>{lines}</ul>{under}</section>"


def _heads(seen: Seen) -> str:
    """What stands in the columns; the lines say it themselves where there is no room for columns."""
    care = "" if seen.lead or not seen.sources["has_cares"] else f"<span class=c>{esc(say('glance.teams.head.care'))}</span>"
    return (f"<li class=head aria-hidden=true><b></b><span>{esc(say('glance.teams.head.index', target=number(seen.target, 0)))}</span>"
            f"<span class=n>{esc(say('glance.teams.head.change'))}</span><span class=w>{esc(say('glance.teams.head.why'))}</span>{care}</li>")


def _line(row: Row, seen: Seen) -> str:
    value, low, high, change = (known(row[name]) for name in ("morale", "low", "high", "change"))
    shown = number(value, 0) if value is not None else say("glance.teams.unknown")
    label = say("glance.teams.aria", team=row["team"], people=int(row["people"]), value=shown, carrying=int(row["carrying"]))
    reach = f"<u style='left:{low:.0f}%;width:{high - low:.0f}%'></u>" if low is not None and high is not None else ""
    worse = int(row["worse"]) > 0
    bar = (f"<span class='kj-track' role='img' aria-label='{esc(label)}'><i{' class=out' if worse else ''} style='width:{value or 0:.0f}%'></i>{reach}"
           f"<b style='left:{seen.target:.0f}%'></b></span>")
    moved = f" <span class='{'' if row['real'] else 'kj-note'}'>{signed(change, 0)}</span>" if change is not None else ""
    return (f"<li><b title='{esc(row['team'])}'>{esc(row['team'])}</b>{bar}<span class='n'><b>{esc(shown)}</b>{moved}</span>"
            f"<span class='kj-note w'>{esc(drivers(row))}</span>{_care(row, seen)}</li>")


def drivers(row: Row) -> str:
    """A few words on what drives the need: the two most frequent tags, else the part that moved the index."""
    counts = sorted(((int(row[column]), -place, tag) for place, (column, tag) in enumerate(SHORT.items()) if known(row[column])), reverse=True)
    part, points = row["driver"], known(row["driver_change"])
    moved = say(f"morale.driver.{part}.{'up' if points > 0 else 'down'}") if points is not None and abs(points) >= NOTABLE and isinstance(part, str) else ""
    tags = [say(f"glance.short.{tag}", n=n) for n, _, tag in counts[:2]]
    if tags and moved and int(row["worse"]) and part not in ("tags", "late"):
        tags = [moved, tags[0]]
    return " · ".join(tags) or moved or say("glance.teams.quiet")


def _care(row: Row, seen: Seen) -> str:
    """Cares given, open and overdue of one team; nothing for a lead, or where no care is on record."""
    if seen.lead or not seen.sources["has_cares"]:
        return ""
    done, open_, overdue = (int(known(row[name]) or 0) for name in ("done", "open", "overdue"))
    if not done + open_ + overdue:
        return f"<span class='kj-note c'>{esc(say('glance.teams.no_care'))}</span>"
    tone = "kj-care" if overdue > done and overdue >= FEW_CARES else ""
    late = f" <span class='{tone}'>{esc(say('glance.teams.overdue', n=overdue))}</span>" if overdue else ""
    waits = f" {esc(say('glance.teams.open', n=open_))}" if open_ else ""
    return f"<span class='kj-note c'>{esc(say('glance.teams.done', n=done))}{waits}{late}</span>"
