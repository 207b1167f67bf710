"""My view: one's own last week, the tags that hold and their rules, and what the app holds, as HTML strings."""

from __future__ import annotations

import pandas as pd

from lib.show.parts import Explain, day, esc, explain, full_day, number, percent, week_span
from lib.show.person_view import metric, per_day
from lib.tags.compile import reminder
from lib.words import language, say

_ABOUT = 0.05
"""Within 5 % of the own usual a week is called usual."""


def title(me: pd.Series) -> str:
    """The week in one sentence (the row of ``my_week``)."""
    name = me["name"]
    if pd.isna(me["worked_days"]) or not me["worked_days"]:
        return say("my.title_away", name=name)
    if pd.isna(me["usual"]) or pd.isna(me["performance"]) or not me["usual"]:
        return say("my.title_new", name=name)
    change = me["performance"] / me["usual"] - 1
    if abs(change) < _ABOUT:
        return say("my.title_usual", name=name)
    return say("my.title_above" if change > 0 else "my.title_below", name=name, metric=metric(me["metric"]), share=percent(abs(change)))


def _worked(me: pd.Series) -> str:
    late = "" if pd.isna(me["late_evenings"]) else say("my.late", n=number(me["late_evenings"])) if me["late_evenings"] else say("my.not_late")
    how = explain(Explain(say("my.worked_rule"), week_span(me["week"]), say("my.people_you")))
    return (f"<div class='kj-stack' style='gap:4px;align-content:start'><h3>{esc(say('my.worked'))}</h3>"
            f"<p><span class='kj-num'>{number(me['worked_days'])}</span><span class='kj-unit'> {esc(say('my.days'))}</span></p>"
            f"<p class='kj-note'>{esc(late)}</p>{how}</div>")


def _bar(label: str, value: float, top: float, tone: str) -> str:
    width = 0 if pd.isna(value) or not top else min(value / top, 1) * 100
    return (f"<div><span class='kj-note'>{esc(label)}</span><span class='kj-track'><i style='width:{width:.0f}%;background:var(--kj-{tone})'></i></span>"
            f"<span>{number(value)}</span><span></span></div>")


def _performance(me: pd.Series) -> str:
    words = metric(me["metric"])
    top = max((v for v in (me["performance"], me["usual"], me["peer_performance"]) if not pd.isna(v)), default=0)
    bars = _bar(week_span(me["week"]), me["performance"], top, "primary")
    bars += "" if pd.isna(me["usual"]) else _bar(say("my.usual"), me["usual"], top, "soft")
    bars += "" if pd.isna(me["peer_performance"]) else _bar(say("my.team", n=number(me["peers"])), me["peer_performance"], top, "soft")
    notes = ([say("my.usual_none")] if pd.isna(me["usual"]) else []) + ([say("my.team_small")] if pd.isna(me["peer_performance"]) else [])
    team = say("my.people_team", n=number(me["peers"])) if not pd.isna(me["peer_performance"]) else say("my.people_you")
    how = explain(Explain(say("my.performance_rule", metric=words), say("my.period", week=week_span(me["week"]), n=int(min(me["weeks_before"], 8))), team))
    return (f"<div class='kj-stack' style='gap:8px;align-content:start'><h3>{esc(per_day(me['metric']))}</h3>"
            f"<div class='kj-bars'>{bars}</div><p class='kj-note'>{esc(' · '.join(notes))}</p>{how}</div>")


def week(me: pd.Series) -> str:
    """The last completed week: days worked and performance against the own usual and the team's median."""
    span = say("my.under", team=me["team"], week=week_span(me["week"]))
    inner = "" if pd.isna(me["worked_days"]) or not me["worked_days"] else f"<div class=grid>{_worked(me)}{_performance(me)}</div>"
    return (f"<section class='kj-card kj-stack'><h2>{esc(title(me))}</h2><p class='kj-note'>{esc(span)}</p>{inner}</section>")


def tags(held: pd.DataFrame, known: pd.DataFrame) -> str:
    """The tags that hold today, each with its evidence and its rule in plain words (rows of ``my_tags`` and ``tags_known``)."""
    lang = language()
    names, rules = (dict(zip(known["tag"], known[column], strict=True)) for column in (lang, f"rule_{lang}"))
    rows = "".join(
        f"<li style='padding:8px 0'><div class='kj-row'><b>{esc(names[row.tag])}</b><span class='kj-note'>{esc(say('heat.since', day=day(row.since)))}</span></div>"
        f"<dl class='kj-explain' style='font-size:14px'><dt>{esc(say('my.tags_because'))}</dt><dd>{esc(reminder(row.tag, row.evidence, lang))}</dd>"
        f"<dt>{esc(say('my.tags_rule'))}</dt><dd>{esc(rules[row.tag])}</dd></dl></li>" for row in held.itertuples())
    inner = (f"<p class='kj-note'>{esc(say('my.tags_note'))}</p><ul class='kj-list'>{rows}</ul><p class='kj-note'>{esc(say('my.tags_wrong'))}</p>"
             if rows else f"<p>{esc(say('my.tags_none'))}</p>")
    return f"<section class='kj-card kj-stack' style='gap:6px'><h2>{esc(say('my.tags'))}</h2>{inner}</section>"


def holds(what: pd.Series) -> str:
    """How much the app holds about the viewer, and who sees it (the row of ``my_holdings``)."""
    lines = [say("my.holds_days", n=number(what["days"]), first=full_day(what["first_day"]), last=full_day(what["last_day"]))
             if what["days"] else say("my.holds_no_days"),
             say("my.holds_tags", n=number(what["episodes"])),
             say("my.holds_talks", n=number(what["talks"])) if what["talks"] else say("my.holds_talks_none")]
    rows = "".join(f"<li>{esc(line)}</li>" for line in lines)
    return (f"<section class='kj-card kj-stack' style='gap:6px'><h2>{esc(say('my.holds'))}</h2><ul style='padding-left:18px'>{rows}</ul>"
            f"<p class='kj-note'>{esc(say('my.holds_who'))}</p></section>")
