"""Today, the care standard: due against done, minutes a day against a chat with everybody, what is overdue; strings, no Streamlit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from lib.access.care_desk import CareDesk
from lib.care.shape import Reason, StandardRow
from lib.care.standard import BY, NOBODY, REFERENCE
from lib.show.parts import Explain, day, esc, explain, number, percent
from lib.show.today_row import label, what
from lib.words import language, say

MONTHS = 6
_SHOWN = 12
LESS = 0.4
"""By how much less time than a daily chat others say they need; drawn as a mark, never as a result."""
Behind = tuple[pd.DataFrame, str, dict[str, str]]


@dataclass(frozen=True)
class Standard:
    """Everything the view says: ``by`` what, of which ``month`` (its first day), the rows, what is overdue, the minutes, names."""

    by: str
    month: date
    today: date
    rows: Sequence[StandardRow]
    overdue: Sequence[Reason]
    minutes: Mapping[str, float]
    names: Mapping[str, str]
    teams: Mapping[str, str]


def asked(by: str, month: str, today: date) -> tuple[str, date]:
    """The grouping and the first day of the month that were asked for, else by tag and this month."""
    known = {f"{first:%Y-%m}": first for first in months(today)}
    return by if by in BY else BY[0], known.get(month, today.replace(day=1))


def months(today: date) -> list[date]:
    """The first days of the last months, newest first."""
    first, found = today.replace(day=1), []
    for _ in range(MONTHS):
        found.append(first)
        first = (first - timedelta(1)).replace(day=1)
    return found


def read(office: CareDesk, by: str, month: str) -> Standard:
    """What the care desk says about the standard."""
    by, first = asked(by, month, office.today)
    rows = office.standard(by, None if by == "month" else first)
    late = office.overdue()
    ids = sorted({one.employee_id for one in late} | ({row.group for row in rows if row.group} if by == "hr" else set()))
    names = {**dict(office.colleagues()), **office.names(ids), office.login: say("today.me")}
    return Standard(by, first, office.today, rows, late, office.minutes(), names, office.teams(ids))


def title(one: Standard) -> str:
    """Due and done of what is shown, as a finding."""
    due, done = sum(row.due for row in one.rows), sum(row.done for row in one.rows)
    if not due:
        return say("today.standard.title_none")
    return say("today.standard.title_months" if one.by == "month" else "today.standard.title", month=_month(one.month), due=number(due), done=number(done))


def _month(first: date) -> str:
    return f"{first.year}年{first.month}月" if language() == "zh" else f"{first:%B %Y}"


def group(one: Standard, key: str) -> str:
    """A group's name in words."""
    if one.by == "tag":
        return label(key)
    if one.by == "month":
        return _month(date.fromisoformat(f"{key}-01"))
    if one.by == "hr":
        return say("today.standard.nobody") if key == NOBODY else one.names.get(key, key)
    return key or say("today.standard.no_team")


def page(one: Standard) -> str:
    """The view under its title."""
    return (f"{_picks(one)}<div class=kj-two><section class='kj-card'>{_rows(one)}</section>"
            f"<div class=kj-stack><section class='kj-card'>{_minutes(one)}</section><section class='kj-card'>{_overdue(one)}</section></div></div>")


def _pills(ask: str, pairs: Sequence[tuple[str, str]], chosen: str, name: str) -> str:
    inner = "".join(f"<button type=button data-ask={ask} data-of='{esc(key)}' aria-pressed={'true' if key == chosen else 'false'}>{esc(words)}</button>"
                    for key, words in pairs)
    return f"<div class=pills role=group aria-label='{esc(name)}'>{inner}</div>"


def _picks(one: Standard) -> str:
    by = _pills("by", [(key, say(f"today.standard.by.{key}")) for key in BY], one.by, say("today.standard.by"))
    month = "" if one.by == "month" else _pills("month", [(f"{first:%Y-%m}", _short(first)) for first in reversed(months(one.today))],
                                                f"{one.month:%Y-%m}", say("today.standard.month"))
    return f"<div class=picks>{by}{month}</div>"


def _short(first: date) -> str:
    return f"{first.month}月" if language() == "zh" else f"{first:%b}"


# --- due against done ---------------------------------------------------------------------------------------------------------

def _rows(one: Standard) -> str:
    head = f"<div class=kj-head><h2>{esc(say('today.standard.due_done'))}</h2></div>"
    if not one.rows:
        return f"{head}<p class='kj-note'>{esc(say('today.standard.nothing'))}</p>"
    most = max(row.due for row in one.rows) or 1
    ordered = one.rows if one.by == "month" else sorted(one.rows, key=lambda row: (-(row.due - row.done), row.group))
    lines = "".join(_line(one, row, most) for row in ordered[:40])
    how = explain(Explain(say("today.standard.rule"), _period(one), say("today.standard.people", n=number(sum(row.people for row in one.rows))),
                          say("today.standard.left_out")))
    keys = "".join(f"<span><i class={kind} aria-hidden=true></i>{esc(say(f'today.standard.{kind}'))}</span>" for kind in ("on_time", "late", "missing"))
    return f"{head}<div class='kj-note keys'>{keys}</div><ul class=dues>{lines}</ul>{how}"


def _period(one: Standard) -> str:
    return say("today.standard.months", n=MONTHS) if one.by == "month" else _month(one.month)


def _line(one: Standard, row: StandardRow, most: int) -> str:
    width = lambda count: f"{count / most * 100:.2f}%"
    late = row.done - row.on_time
    bar = (f"<span class=bar aria-hidden=true><i class=on_time style='width:{width(row.on_time)}'></i><i class=late style='width:{width(late)}'></i>"
           f"<i class=missing style='width:{width(row.due - row.done)}'></i></span>")
    words = [say("today.standard.on_time_n", share=percent(row.on_time / row.due if row.due else None)),
             say("today.standard.overdue_n", n=number(row.overdue)) if row.overdue else "", say("today.standard.people_n", n=number(row.people)),
             say("today.standard.minutes_n", n=number(row.minutes)) if row.minutes else ""]
    return (f"<li><b>{esc(group(one, row.group))}</b><span class=n>{esc(say('today.standard.of', done=number(row.done), due=number(row.due)))}</span>{bar}"
            f"<span class='kj-note'>{' · '.join(esc(word) for word in words if word)}</span></li>")


# --- minutes a day --------------------------------------------------------------------------------------------------------------

def _minutes(one: Standard) -> str:
    found = one.minutes
    chat = found["daily_chat"] or 1.0
    bars = "".join(
        f"<div><span>{esc(say(f'today.standard.{key}'))}</span><span class=kj-track>{mark}<i{'' if mark else ' class=soft'} style='width:{min(value / chat, 1) * 100:.1f}%'></i></span>"
        f"<b>{esc(say('today.standard.minutes_day', n=number(value)))}</b></div>"
        for key, value, mark in (("all_talks", found["all"], f"<b class=ref style='left:{(1 - LESS) * 100:.0f}%'></b>"),
                                 ("daily_chat", found["daily_chat"], "")))
    facts = (("per_person", say("today.standard.times", n=number(found["per_person_month"])), f"{REFERENCE['cares_low']:.0f}–{REFERENCE['cares_high']:.0f}"),
             ("each", say("today.minutes_n", n=number(found["each"])) if found["cares"] else "–", f"{REFERENCE['minutes_low']:.0f}–{REFERENCE['minutes_high']:.0f}"))
    rows = "".join(f"<div><span>{esc(say(f'today.standard.{key}'))}</span><b>{esc(value)}</b><span class='kj-note'>{esc(say('today.standard.others', range=others))}</span></div>"
                   for key, value, others in facts)
    how = explain(Explain(say("today.standard.minutes_rule"), say("today.standard.minutes_period", day=day(one.today)),
                          say("today.standard.minutes_people", n=number(found["people"]), talks=number(found["talks"])), say("today.standard.minutes_left")))
    return (f"<h2>{esc(say('today.standard.minutes'))}</h2><div class=mins>{bars}</div><p class='kj-note'>{esc(say('today.standard.reference'))}</p>"
            f"<div class=facts>{rows}</div>{how}")


# --- overdue --------------------------------------------------------------------------------------------------------------------

def _overdue(one: Standard) -> str:
    head = f"<h2>{esc(say('today.standard.late_list', n=number(len(one.overdue))))}</h2>"
    if not one.overdue:
        return f"{head}<p class='kj-note'>{esc(say('today.standard.late_none'))}</p>"
    rows = "".join(f"<li><button type=button class=kj-link data-ask=person data-of='{esc(late.employee_id)}'>{esc(one.names.get(late.employee_id, late.employee_id))}</button>"
                   f"<span class='kj-note'>{esc(' · '.join(part for part in (one.teams.get(late.employee_id, ''), what(late, one.today), say('today.since', day=day(late.due))) if part))}</span></li>"
                   for late in one.overdue[:_SHOWN])
    more = f"<li class='kj-note'>{esc(say('today.more', n=number(len(one.overdue) - _SHOWN)))}</li>" if len(one.overdue) > _SHOWN else ""
    how = explain(Explain(say("today.standard.late_rule"), say("today.standard.late_period", day=day(one.today)),
                          say("today.standard.people", n=number(len({late.employee_id for late in one.overdue})))))
    return f"{head}<ul class=late>{rows}{more}</ul>{how}"


# --- the tables behind it -------------------------------------------------------------------------------------------------------

def tables(one: Standard) -> list[Behind]:
    """Due against done, and everything overdue, with file names and titles."""
    fields = ("due", "done", "on_time", "overdue", "people", "minutes")
    rows = pd.DataFrame([{"group": group(one, row.group), **{name: getattr(row, name) for name in fields}} for row in one.rows], columns=["group", *fields])
    late = pd.DataFrame([{"employee_id": r.employee_id, "name": one.names.get(r.employee_id, r.employee_id),
                          "team": one.teams.get(r.employee_id, ""), "what": what(r, one.today), "since": str(r.due)} for r in one.overdue],
                        columns=["employee_id", "name", "team", "what", "since"])
    return [(rows, f"standard-{one.by}", {"group": say(f"today.standard.by.{one.by}"), **{name: say(f"today.standard.column.{name}") for name in fields}}),
            (late, "overdue", {name: say(f"today.column.{name}") for name in late.columns})]
