"""Library backtest: today's rule beside a new one over the past weeks, as small pictures of plain HTML, and as tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from lib.show.parts import Explain, esc, explain, full_day, number, percent, points, signed
from lib.show.tags_view import Behind
from lib.tags.backtest import Backtest, Change, Side
from lib.tags.measure import Share
from lib.words import say


def finding(test: Backtest) -> str:
    """The result in one sentence."""
    now, new = test.now.caught.value, test.new.caught.value
    if test.newly.verdict == test.hours.verdict == test.caught.verdict == test.stayed.verdict == "same":
        return say("backtest.title.same")
    verdict = test.caught.verdict if now is not None and new is not None else "cannot_tell"
    caught = say(f"backtest.caught.{verdict}", now=percent(now, 0), new=percent(new, 0))
    return say(f"backtest.title.{'cannot_tell' if test.newly.verdict == 'same' else test.newly.verdict}",
               n=number(abs(test.newly.value or 0)), caught=caught)


def page(test: Backtest) -> str:
    """The whole result: the finding, five small pictures, what is not counted, and how it is computed."""
    under = say("backtest.under", first=full_day(test.first), last=full_day(test.last + pd.Timedelta(days=6)), weeks=len(test.now.weeks))
    how = explain(Explain(say("backtest.how"), under, say("heat.people_n", n=number(test.active)), say("backtest.how_left_out")))
    return (f"<div><h2>{esc(finding(test))}</h2><p class=kj-note>{esc(under)}</p></div>"
            f"<div class=kj-panels>{_newly(test)}{_hours(test)}{_caught(test)}{_ahead(test)}{_stayed(test)}{_left_out(test)}</div>{how}")


def _figure(title: str, rows: str, note: str, more: str = "") -> str:
    extra = f"<p class=kj-note>{esc(more)}</p>" if more else ""
    return f"<figure><h3>{esc(title)}</h3><div class=kj-pair>{rows}</div><p class=kj-note>{esc(note)}</p>{extra}</figure>"


def _row(new: bool, value: str, unit: str, note: str, drawn: str) -> str:
    side = "new" if new else "now"
    return (f"<span class='k {side}'>{esc(say(f'backtest.{side}'))}</span><span class=v><b>{esc(value)}</b><span class=kj-unit>{esc(unit)}</span>"
            f"<span class=kj-note>{esc(note)}</span></span><div class=draw>{drawn}</div>")


def _both(test: Backtest) -> list[tuple[bool, Side]]:
    return [(False, test.now), (True, test.new)]


def _bars(values: Sequence[float], top: float, new: bool) -> str:
    label = say("backtest.spoken_bars", side=say("backtest.new" if new else "backtest.now"), values=", ".join(number(v) for v in values))
    bars = "".join(f"<i style='height:{value / top * 100 if top else 0:.0f}%'></i>" for value in values)
    return f"<div class='kj-bars26{' new' if new else ''}' role=img aria-label='{esc(label)}'>{bars}</div>"


def _span(low: float | None, value: float | None, high: float | None, top: float, new: bool, said: str) -> str:
    """A dot with its interval on a track from 0 to ``top``."""
    if value is None or low is None or high is None:
        return "<div class=kj-span></div>"
    at = lambda x: min(max(x / top * 100, 0), 100)
    return (f"<div class='kj-span{' new' if new else ''}' role=img aria-label='{esc(said)}'><i style='left:{at(low):.1f}%;width:{max(at(high) - at(low), .5):.1f}%'></i>"
            f"<b style='left:{at(value):.1f}%'></b></div>")


def _changed(found: Change, write: Callable[[float], str] = signed, bare: Callable[[float], str] = signed) -> str:
    """The difference in words: with its interval (``bare``, without the unit), or why it cannot be told."""
    if found.verdict == "same":
        return say("backtest.change.same")
    if found.value is None:
        return say("backtest.nobody")
    if found.low is None or found.high is None:
        return say("backtest.change.few", value=write(found.value), n=number(found.n))
    key = "backtest.change.unsure" if found.verdict == "cannot_tell" else "backtest.change"
    return say(key, value=write(found.value), low=bare(found.low), high=bare(found.high))


def _bare(difference: float) -> str:
    """A difference of two shares in points, without the word."""
    return signed(difference * 100)


def _newly(test: Backtest) -> str:
    top = max(week.newly for _, side in _both(test) for week in side.weeks)
    rows = "".join(_row(new, number(side.newly), say("backtest.per_week"), "", _bars([week.newly for week in side.weeks], top, new))
                   for new, side in _both(test))
    return _figure(say("backtest.newly"), rows, _changed(test.newly))


def _hours(test: Backtest) -> str:
    rows = ""
    for new, side in _both(test):
        most = max(week.hours for week in side.weeks)
        over = side.hours > test.capacity
        track = (f"<div class='kj-span fill{' new' if new else ''}{' over' if over else ''}' aria-hidden=true>"
                 f"<i style='width:{min(side.hours / test.capacity, 1) * 100:.1f}%'></i><u style='left:calc({min(most / test.capacity, 1) * 100:.1f}% - 2px)'></u></div>")
        rows += _row(new, number(side.hours), say("backtest.hours_unit"),
                     say("backtest.over") if over else say("backtest.busiest", n=number(most)), track)
    capacity = say("backtest.capacity", hours=number(test.capacity), hr=number(test.hr), daily=test.daily, minutes=number(test.minutes))
    return _figure(say("backtest.hours"), rows, _changed(test.hours), capacity)


def _of(found: Share, key: str) -> str:
    if found.value is None:
        return say("backtest.nobody")
    return f"{percent(found.low, 0)}–{percent(found.high, 0)} · " + say(key, hits=number(found.hits), n=number(found.n))


def _shares(test: Backtest, name: str, key: str) -> str:
    rows = ""
    for new, side in _both(test):
        found: Share = getattr(side, name)
        said = say("backtest.spoken_span", side=say("backtest.new" if new else "backtest.now"), value=percent(found.value, 0),
                   low=percent(found.low, 0), high=percent(found.high, 0))
        rows += _row(new, percent(found.value, 0), "", _of(found, key), _span(found.low, found.value, found.high, 1, new, said))
    return rows


def _caught(test: Backtest) -> str:
    more = "" if test.caught.verdict == "same" or test.caught.value is None else say("backtest.gained", gained=test.caught.gained, lost=test.caught.lost)
    return _figure(say("backtest.caught"), _shares(test, "caught", "backtest.of_leavers"), _changed(test.caught, points, _bare), more)


def _stayed(test: Backtest) -> str:
    return _figure(say("backtest.stayed"), _shares(test, "stayed", "backtest.of_flags"), _changed(test.stayed, points, _bare))


def _ahead(test: Backtest) -> str:
    rows = ""
    for new, side in _both(test):
        found = side.ahead
        note = say("backtest.nobody") if found.median is None else say("backtest.quartiles", low=number(found.low), high=number(found.high), n=found.n)
        said = say("backtest.spoken_span", side=say("backtest.new" if new else "backtest.now"), value=number(found.median),
                   low=number(found.low), high=number(found.high))
        rows += _row(new, number(found.median), say("backtest.days"), note, _span(found.low, found.median, found.high, 90, new, said))
    more = say("backtest.earlier", earlier=test.ahead.gained, later=test.ahead.lost) if test.ahead.n and test.ahead.verdict != "same" else ""
    return _figure(say("backtest.ahead"), rows, _changed(test.ahead), more)


def _left_out(test: Backtest) -> str:
    now, new = test.now, test.new
    lines = [say("backtest.left_out.other", n=test.other_leavers)] if test.other_leavers else []
    lines += [say("backtest.left_out.unseen", n=test.unseen_leavers)] if test.unseen_leavers else []
    lines += [say("backtest.left_out.unknown", n=test.unknown_kind)] if test.unknown_kind else []
    lines += [say(f"backtest.left_out.{key}", now=number(one), new=number(other)) for key, one, other in (
        ("young", now.too_young, new.too_young), ("notice", now.on_notice, new.on_notice), ("kind", now.other_kind, new.other_kind)) if one or other]
    listed = "".join(f"<li>{esc(line)}</li>" for line in lines or [say("backtest.left_out.nothing")])
    return f"<div><h3>{esc(say('backtest.left_out'))}</h3><ul class=kj-note style='list-style:none;display:grid;gap:4px'>{listed}</ul></div>"


# --- tables behind ----------------------------------------------------------------------------------------------------------

def weeks_rows(test: Backtest) -> Behind:
    """One row per week: newly flagged, carrying and hours of both rules."""
    rows = pd.DataFrame({"week": pd.to_datetime([week.monday for week in test.now.weeks])} | {
        f"{name}_{key}": [round(getattr(week, key), 2) for week in side.weeks]
        for key in ("newly", "carrying", "hours") for name, side in (("now", test.now), ("new", test.new))})
    return rows, f"backtest-{test.tag}-weeks", {c: say(f"backtest.column.{c}") for c in rows.columns}


def figures_rows(test: Backtest) -> Behind:
    """One row per figure: both rules, the difference and its interval (shares in percent)."""
    def row(name: str, now: float | None, new: float | None, change: Change, times: float = 1) -> dict[str, object]:
        cut = lambda value: None if value is None else round(value * times, 2)
        return {"figure": say(f"backtest.{name}") + (" (%)" if times == 100 else ""), "now": cut(now), "new": cut(new), "change": cut(change.value),
                "low": cut(change.low), "high": cut(change.high), "n": change.n}

    now, new = test.now, test.new
    rows = pd.DataFrame([row("newly", now.newly, new.newly, test.newly), row("hours", now.hours, new.hours, test.hours),
                         row("caught", now.caught.value, new.caught.value, test.caught, 100),
                         row("ahead", now.ahead.median, new.ahead.median, test.ahead),
                         row("stayed", now.stayed.value, new.stayed.value, test.stayed, 100)])
    return rows, f"backtest-{test.tag}", {c: say(f"backtest.column.{c}") for c in rows.columns}
