"""Library alerts: what became of a tag's reminders and what followed, and the versions of its rule, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import sqrt

import pandas as pd

from lib.access.rules_desk import SHIPPED, Version
from lib.settings import Value
from lib.show.library_edit import in_words, what
from lib.show.parts import Explain, esc, explain, full_day, number, percent, signed
from lib.show.tags_view import Behind
from lib.tags import rule_sentence
from lib.tags.measure import share
from lib.tags.shape import Tag, short
from lib.words import language, say

ENOUGH, USEFUL = 30, 0.4
"""A rule that under 40 % of at least 30 answers found useful is offered for muting (spec)."""
_SHANGHAI = timedelta(hours=8)


def _n(value: object) -> int:
    return 0 if value is None or pd.isna(value) else int(value)  # type: ignore[call-overload, arg-type]


def _button(ask: str, words: str, of: str = "", kind: str = "") -> str:
    return f"<button type=button data-ask='{ask}' data-of='{esc(of)}' class='{kind}'>{esc(words)}</button>"


def offered(row: pd.Series) -> bool:
    """Whether too few HR found the tag's reminders useful (a row of ``alert_ledger``)."""
    return _n(row["answers"]) >= ENOUGH and _n(row["useful"]) / _n(row["answers"]) < USEFUL


def block(row: pd.Series | None, as_of: object, muted: bool, may: bool, none: str) -> str:
    """The alert ledger of one tag; ``may`` shows the buttons that mute it and start it again, ``none`` says that there is nothing to show."""
    head = f"<div class=kj-row><h2>{esc(say('library.alerts'))}</h2>{_muted(muted)}</div>"
    act = _button("unmute", say("library.unmute"), kind="quiet") if muted else _button("mute", say("library.mute"), kind="quiet")
    foot = f"<div>{act}</div>" if may else ""
    if row is None:
        return f"{head}<p class=kj-note>{esc(say('library.alerts_old_version'))}</p>{foot}"
    if pd.isna(row["raised"]):
        return f"{head}<p class=kj-note>{esc(none)}</p>{foot}"
    offer = _offer(row, may) if offered(row) and not muted else ""
    how = explain(Explain(say("library.alerts_rule"), say("library.alerts_period", day=full_day(as_of)), say("heat.people_n", n=number(row["people"])),
                          say("library.alerts_left_out")))
    return (f"{head}<p>{esc(say('library.raised', n=number(row['raised']), people=number(row['people'])))}</p>{offer}"
            f"<div class=kj-pairs>{_fates(row)}{_useful(row)}<h3>{esc(say('library.followed'))}</h3>{_left(row)}{_performance(row)}</div>"
            f"<p class=kj-note>{esc(say('library.not_proof'))}</p>{foot}{how}")


def _muted(muted: bool) -> str:
    return f"<span class='kj-chip kj-watch'>{esc(say('library.muted'))}</span>" if muted else ""


def _line(label: str, value: str, note: str) -> str:
    return f"<span>{esc(label)}</span><b>{esc(value)}</b><span class=kj-note>{esc(note)}</span>"


def _fates(row: pd.Series) -> str:
    raised = _n(row["raised"])
    return "".join(_line(say(f"library.{fate}"), number(_n(row[fate])), percent(_n(row[fate]) / raised, 0))
                   for fate in ("done", "declined", "waiting", "expired") if fate in ("done", "declined") or _n(row[fate]))


def _useful(row: pd.Series) -> str:
    found = share(_n(row["useful"]), _n(row["answers"]))
    if found.value is None:
        return _line(say("library.useful"), "–", say("library.useful_none"))
    return _line(say("library.useful"), percent(found.value, 0),
                 f"{percent(found.low, 0)}–{percent(found.high, 0)} · " + say("library.useful_n", useful=found.hits, n=found.n))


def _left(row: pd.Series) -> str:
    found = share(_n(row["lost"]), _n(row["judged"]))
    if found.value is None:
        return _line(say("library.left"), "–", say("library.too_few"))
    return _line(say("library.left"), percent(found.value, 0),
                 f"{percent(found.low, 0)}–{percent(found.high, 0)} · " + say("library.left_n", lost=found.hits, n=found.n))


def _performance(row: pd.Series) -> str:
    n = _n(row["measured"])
    if n < 2 or pd.isna(row["change"]) or pd.isna(row["spread"]):
        return _line(say("library.performance"), "–", say("library.too_few"))
    half = _t(n - 1) * float(row["spread"]) / sqrt(n)
    shown = lambda value: f"{signed(float(value) * 100, 0)} %"
    return _line(say("library.performance"), shown(row["change"]),
                 f"{shown(row['change'] - half)} – {shown(row['change'] + half)} · " + say("library.performance_n", n=number(n)))


def _t(degrees: int) -> float:
    """The 97.5 % point of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 0.975))


def _offer(row: pd.Series, may: bool) -> str:
    found = share(_n(row["useful"]), _n(row["answers"]))
    words = say("library.offer_mute", n=found.n, share=percent(found.value, 0), low=percent(found.low, 0), high=percent(found.high, 0), limit=percent(USEFUL, 0))
    act = f"<div style='margin-top:8px'>{_button('mute', say('library.mute'))}</div>" if may else ""
    return f"<div class='kj-told watch'><p>{esc(words)}</p>{act}</div>"


def table_rows(alerts: pd.DataFrame, labels: Mapping[str, str]) -> Behind:
    """The alert ledger of all tags as a plain table."""
    shown = alerts.assign(tag=alerts["tag"].map(labels), change=(alerts["change"] * 100).round(1))
    columns = ("raised", "done", "declined", "answers", "useful", "judged", "lost", "measured", "change")
    return shown, "alert-ledger", {"tag": say("library.column.tag")} | {c: say(f"library.column.{c}") for c in columns}


# --- versions ---------------------------------------------------------------------------------------------------------------

def versions(tag: Tag, known: Sequence[Version], limits: Mapping[str, Value]) -> str:
    """The versions of a rule, newest first: when, who, what changed, and a button that brings one back."""
    rows = ""
    for place, version in enumerate(known):
        before = known[place + 1] if place + 1 < len(known) else None
        when = say("library.version_shipped") if version.at is None else say("library.version_who", when=f"{version.at + _SHANGHAI:%Y-%m-%d %H:%M}", who=version.who)
        now = place == 0 and dict(version.limits) == dict(limits)
        mark = f"<span class='kj-chip kj-fine'>{esc(say('library.version_now'))}</span>" if now else _button("back", say("library.version_back"), version.id, "quiet")
        rows += (f"<li><div class=kj-row style='align-items:center'><b>{esc(when)}</b>{_muted(version.muted)}"
                 f"<span style='margin-left:auto'>{mark}</span></div><span class=kj-note>{esc(_changes(tag, version, before))}</span>{_kept(version)}</li>")
    elsewhere = "" if dict(known[0].limits) == dict(limits) else f"<p class=kj-note>{esc(say('library.version_elsewhere'))}</p>"
    return f"<h2>{esc(say('library.versions'))}</h2>{elsewhere}<ol class=kj-versions>{rows}</ol>"


def _changes(tag: Tag, version: Version, before: Version | None) -> str:
    """What differs from the version before; all limits of the shipped one."""
    stop = "。" if language() == "zh" else ". "
    if before is None:
        return rule_sentence(tag, {row.name: version.limits[short(row)] for row in tag.limits}, language())
    changed = [say("library.version_limit", what=what(row), old=in_words(row, before.limits[short(row)]), new=in_words(row, version.limits[short(row)]))
               for row in tag.limits if version.limits[short(row)] != before.limits[short(row)]]
    return stop.join(changed) or say("library.version_same")


def _kept(version: Version) -> str:
    """The weekly flags that the version was saved on."""
    kept = version.backtest
    if version.id.startswith(SHIPPED) or not kept or not isinstance(kept.get("now"), dict) or not isinstance(kept.get("new"), dict):
        return ""
    now, new = (kept[side].get("newly") for side in ("now", "new"))  # type: ignore[attr-defined]
    return f"<span class=kj-note>{esc(say('library.version_backtest', now=number(now), new=number(new)))}</span>"
