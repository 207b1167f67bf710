"""Risk drawings: a probability with its range, pushes up and down, predicted beside actual, and figures by week; HTML strings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

import pandas as pd

from lib.show.figures import between as between
from lib.show.figures import chance, known
from lib.show.figures import ranged as ranged
from lib.show.lanes import Axis, Line, Tip, chart, figure
from lib.show.parts import day, esc, number, signed, week_span
from lib.words import say


def top_of(values: Sequence[float | None]) -> float:
    """The end of a common scale: the next tenth above the largest value, at most 1."""
    most = max((value for value in map(known, values) if value is not None), default=0.0)
    return min(1.0, max(0.1, math.ceil(most * 10 - 1e-9) / 10))


def at(value: float | None, top: float) -> float:
    """Where a value stands on a scale from 0 to ``top``, in % of the width."""
    return min(max((known(value) or 0.0) / top * 100, 0.0), 100.0)


def whisker(p: float | None, low: float | None, high: float | None, top: float, spoken: str, tick: float | None = None, hatched: bool = False) -> str:
    """A bar from 0 to ``p`` with its range as a whisker and, where asked for, a tick for what it is held against."""
    span = "" if known(low) is None or known(high) is None else f"<u style='left:{at(low, top):.1f}%;width:{max(at(high, top) - at(low, top), 0.5):.1f}%'></u>"
    mark = "" if tick is None else f"<b style='left:calc({at(tick, top):.1f}% - 1px)'></b>"
    fill = f"<i{' class=none' if hatched else ''} style='width:{at(p, top):.1f}%'></i>" if known(p) else ""
    return f"<span class='kj-track whisker' role=img aria-label='{esc(spoken)}'>{fill}{span}{mark}</span>"


def push(contribution: float, most: float, spoken: str) -> str:
    """What one reason adds, from the middle to the right (up) or to the left (down)."""
    width = min(abs(contribution) / (most or 1.0), 1.0) * 50
    side = f"left:50%;width:{width:.1f}%" if contribution >= 0 else f"left:{50 - width:.1f}%;width:{width:.1f}%"
    return f"<span class=push role=img aria-label='{esc(spoken)}'><i class={'up' if contribution >= 0 else 'down'} style='{side}'></i></span>"


def times(contribution: float) -> str:
    """A contribution as the factor by which it changes the odds: × 1.4."""
    return f"× {number(math.exp(contribution), 2)}"


def change(now: float | None, before: float | None) -> str:
    """What became of a probability: +4 pp; words where nothing is known or nothing moved.

    The difference is that of the two figures as they are shown (whole percent), so that it can be checked against them.
    """
    if known(now) is None or known(before) is None:
        return say("risk.change.none")
    moved = round(float(now or 0) * 100) - round(float(before or 0) * 100)
    return f"{signed(moved, 0)} {say('parts.points')}" if moved else say("risk.change.same")


def weeks(rows: pd.DataFrame, label: str) -> str:
    """Of the people named so far, the share who gave notice: model and tags week by week, beside everybody's share (rows of
    ``risk_weeks_tested``)."""
    table = rows.pivot_table(index="week", columns="method", values=["flagged", "hits"], aggfunc="sum").sort_index()
    if table.empty or ("hits", "model") not in table:
        return ""
    base = rows[rows["method"] == "model"].set_index("week")["base_rate"].sort_index()
    so_far = {}
    for method in ("model", "tags"):
        if ("hits", method) in table:
            so_far[method] = table["hits", method].cumsum() / table["flagged", method].cumsum().where(lambda n: n > 0)
    middles = [when.value / 86_400e9 + 3.5 for when in table.index]
    lines = [Line(middles, [known(base.get(when)) and float(base[when]) * 100 for when in table.index], "soft", dashed=True)]
    lines += [Line(middles, [None if known(v) is None else float(v) * 100 for v in so_far[method]], tone)
              for method, tone in (("tags", "watch"), ("model", "primary")) if method in so_far]
    tips = []
    for when, x in zip(table.index, middles, strict=True):
        said = [say("risk.weeks.tip", week=week_span(when))]
        said += [say("risk.weeks.tip_row", method=say(f"risk.method.{method}"), hits=number(table["hits", method][when]), n=number(table["flagged", method][when]),
                     share=chance(so_far[method][when])) for method in so_far]
        said.append(say("risk.weeks.tip_base", share=chance(base.get(when))))
        tips.append(Tip(x - 3.5, x + 3.5, "\n".join(said)))
    first, last = table.index[0], table.index[-1] + timedelta(days=6)
    step = max(1, len(table) // 6)
    axis = Axis(first.value / 86_400e9 - 2, last.value / 86_400e9 + 2, [(when.value / 86_400e9, day(when)) for when in table.index[::step]])
    lane = chart(axis, say("risk.weeks.lane"), 150, lines, tips, zero=True, most=4, words=lambda value, digits: f"{number(value, digits)} %")
    keys = "".join(f"<span><i class='{kind}' aria-hidden=true></i> {esc(words)}</span>" for kind, words in (
        ("own", say("risk.method.model")), ("tags", say("risk.method.tags")), ("team", say("risk.weeks.base"))))
    return f"<div class='kj-note kj-keys'>{keys}</div>{figure(axis, [lane], label)}"
