"""Timeline: one person's weeks as thin stacked lanes over one time axis (Plotly).

The figure is a plain dictionary: colours come from the house's palette for the theme on the screen, every lane shares the
time axis, and what a lane has no data for is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from lib.show.parts import Explain, esc, explain, full_day, number, percent, week_span
from lib.show.style import PALETTE
from lib.show.tags_view import EXPECTED
from lib.tags.compile import reminder
from lib.words import language, say

SPANS = {"weeks": 84, "half": 182, "all": 0}
"""What the range buttons show, in days before the company's today; 0 for everything."""
_GAP, _TITLE, _ROW = 12, 20, 30
_HEIGHTS = {"performance": 170, "late": 56, "rejection": 84, "revenue": 64}
_CONFIG = {"displaylogo": False, "displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": "reset"}


@dataclass(frozen=True)
class Story:
    """What the lanes are drawn from: the rows of ``person_weeks``, ``person_tags``, ``person_talks`` and ``person_leave``."""

    weeks: pd.DataFrame
    tags: pd.DataFrame
    talks: pd.DataFrame
    leave: pd.DataFrame
    as_of: pd.Timestamp
    measure: str
    labels: Mapping[str, str]

    def since(self, days: int) -> Story:
        """The story of the last ``days`` days (0 for all of it); all of it, too, when those days hold no week at all."""
        first = self.as_of - pd.Timedelta(days=days) if days and self.has(days) else self.first
        return Story(self.weeks[self.weeks["week"] > first - pd.Timedelta(days=7)],
                     self.tags[self.tags["until"].isna() | (self.tags["until"] >= first)], self.talks[self.talks["talked_on"] >= first],
                     self.leave[self.leave["work_date"] >= first], self.as_of, self.measure, self.labels)

    def has(self, days: int) -> bool:
        """Whether the last ``days`` days hold a week: not so for somebody who left before, or who is silent since."""
        return bool((self.weeks["week"] > self.as_of - pd.Timedelta(days=days + 7)).any())

    @property
    def first(self) -> pd.Timestamp:
        """The day the axis begins."""
        return self.weeks["week"].min()


@dataclass
class _Sheet:
    """The figure while it grows: traces, and lanes from the top down with their heights in pixels."""

    tone: Mapping[str, str]
    traces: list[dict[str, Any]] = field(default_factory=list)
    lanes: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)

    def lane(self, height: int, title: str, **axis: Any) -> str:
        """Begin a lane and return the name of its axis for traces (``y``, ``y2`` …)."""
        self.lanes.append((height, title, axis))
        return "y" if len(self.lanes) == 1 else f"y{len(self.lanes)}"

    def add(self, axis: str, **trace: Any) -> None:
        """Add one trace to a lane."""
        self.traces.append({"yaxis": axis, "showlegend": False, **trace})


def _list(values: pd.Series) -> list[float | None]:
    return [None if pd.isna(v) else float(v) for v in values]


def _weeks(sheet: _Sheet, story: Story) -> None:
    """Performance, late evenings, rejection rate and revenue, each where there is any."""
    weeks, tone = story.weeks, sheet.tone
    days = [f"{w + pd.Timedelta(days=3):%Y-%m-%d}" for w in weeks["week"]]  # the middle of the week
    spans = [say("person.hover_week", week=week_span(w)) for w in weeks["week"]]
    own = say("person.legend_own")

    def both(axis: str, mine: pd.Series, team: pd.Series, words: Any, mode: str, extra: list[str] | None = None) -> None:
        text = [f"<b>{s}</b><br>{own}:{words(m)}<br>{say('person.legend_team')}:{words(t)} (n={number(n)})" + (f"<br>{e}" if e else "")
                for s, m, t, n, e in zip(spans, mine, team, weeks["peers"], extra or [""] * len(spans), strict=True)]
        sheet.add(axis, type="scatter", x=days, y=_list(team), mode="lines", line={"color": tone["soft"], "width": 1.2, "dash": "dash"},
                  hoverinfo="skip")
        if mode == "bar":
            sheet.add(axis, type="bar", x=days, y=_list(mine), marker={"color": tone["primary"], "opacity": 0.75}, width=5 * 86400000,
                      hovertext=text, hovertemplate="%{hovertext}<extra></extra>")
        else:
            sheet.add(axis, type="scatter", x=days, y=_list(mine), mode="lines+markers", line={"color": tone["primary"], "width": 2},
                      marker={"size": 5, "color": tone["primary"]}, hovertext=text, hovertemplate="%{hovertext}<extra></extra>")

    if weeks["performance"].notna().any():
        axis = sheet.lane(_HEIGHTS["performance"], story.measure, rangemode="tozero")
        known = weeks["usual_low"].notna()
        for column, fill in (("usual_low", None), ("usual_high", "tonexty")):
            sheet.add(axis, type="scatter", x=[d for d, k in zip(days, known, strict=True) if k], y=_list(weeks.loc[known, column]),
                      mode="lines", line={"width": 0}, fill=fill, fillcolor=tone["band"], hoverinfo="skip")
        worked = [say("person.hover_hours", days=number(d)) for d in weeks["worked_days"]]
        both(axis, weeks["performance"], weeks["peer_performance"], number, "line", worked)
    if (weeks["late_evenings"] > 0).any() or (weeks["peer_late_evenings"] > 0).any():
        axis = sheet.lane(_HEIGHTS["late"], say("person.lane.late"), rangemode="tozero", dtick=2)
        both(axis, weeks["late_evenings"], weeks["peer_late_evenings"], number, "bar")
    if weeks["rejection_rate"].notna().any():
        axis = sheet.lane(_HEIGHTS["rejection"], say("person.lane.rejection"))
        both(axis, weeks["rejection_rate"] * 100, weeks["peer_rejection_rate"] * 100, lambda v: percent(v / 100), "line")
    if (weeks["revenue"] > 0).any():
        axis = sheet.lane(_HEIGHTS["revenue"], say("person.lane.revenue"), rangemode="tozero")
        deals = [say("person.hover_deals", n=number(d)) if not pd.isna(d) and d else "" for d in weeks["deals"]]
        both(axis, weeks["revenue"] / 1000, weeks["peer_revenue"] / 1000, number, "bar", deals)


def _tags(sheet: _Sheet, story: Story) -> None:
    """One thin row per tag carried, with its evidence on hover."""
    for key, label in story.labels.items():
        held = story.tags[story.tags["tag"] == key]
        if held.empty:
            continue
        axis = sheet.lane(10, label, range=[0, 1], showticklabels=False, showgrid=False)
        days: list[str | None] = []
        words: list[str | None] = []
        for row in held.itertuples():
            begin, end = max(row.since, story.first), (story.as_of if pd.isna(row.until) else row.until) + pd.Timedelta(days=1)
            # A point a week along the bar, so that there is always one near the pointer; None lifts the pen.
            spots = [*pd.date_range(begin, end, freq="7D"), end]
            days += [f"{d:%Y-%m-%d}" for d in spots] + [None]
            until = say("person.now") if pd.isna(row.until) else full_day(row.until)
            words += [f"<b>{escape(label)}</b><br>{full_day(row.since)} – {until}<br>{escape(reminder(row.tag, row.evidence, language()))}"
                      ] * len(spots) + [None]
        tone = sheet.tone["care"] if key not in EXPECTED else sheet.tone["watch"]
        sheet.add(axis, type="scatter", mode="lines", x=days, y=[None if d is None else 0.5 for d in days], line={"color": tone, "width": 10},
                  hovertext=words, hovertemplate="%{hovertext}<extra></extra>")


def _talk(row: Any, labels: Mapping[str, str]) -> str:
    lines = [f"<b>{full_day(row.talked_on)}</b>",
             say("person.hover_talk_plain") if pd.isna(row.minutes) else say("person.hover_talk", minutes=number(row.minutes))]
    if row.signals:
        lines.append(say("person.hover_signals", signals=say("heat.title_join").join(say(f"person.signal.{s}") for s in row.signals.split(","))))
    if not pd.isna(row.felt_cared):
        lines.append(say("person.hover_cared" if row.felt_cared else "person.hover_not_cared"))
    return "<br>".join(lines)


def _marks(sheet: _Sheet, story: Story) -> None:
    """Talks as dots (filled when the note carried a signal), leave and absence as short strokes."""
    if len(story.talks):
        axis = sheet.lane(12, say("person.lane.talks"), range=[0, 1], showticklabels=False, showgrid=False)
        sheet.add(axis, type="scatter", mode="markers", x=[f"{d:%Y-%m-%d}" for d in story.talks["talked_on"]], y=[0.5] * len(story.talks),
                  marker={"size": 9, "color": [sheet.tone["primary"] if s else sheet.tone["card"] for s in story.talks["signals"]],
                          "line": {"color": sheet.tone["primary"], "width": 1.5}},
                  hovertext=[_talk(row, story.labels) for row in story.talks.itertuples()], hovertemplate="%{hovertext}<extra></extra>")
    if len(story.leave):
        axis = sheet.lane(12, say("person.lane.leave"), range=[0, 1], showticklabels=False, showgrid=False)
        words = [f"<b>{full_day(r.work_date)}</b><br>" + (say("person.hover_leave", hours=number(r.leave_hours)) if r.leave_hours > 0
                                                           else say("person.hover_absent")) for r in story.leave.itertuples()]
        sheet.add(axis, type="scatter", mode="markers", x=[f"{d:%Y-%m-%d}" for d in story.leave["work_date"]], y=[0.5] * len(story.leave),
                  marker={"symbol": "line-ns", "size": 11, "line": {"color": sheet.tone["soft"], "width": 2.5}},
                  hovertext=words, hovertemplate="%{hovertext}<extra></extra>")


def _ticks(days: int) -> dict[str, Any]:
    """Ticks of the time axis: fortnights with their day, else months, else quarters."""
    zh = language() == "zh"
    if days <= 100:
        return {"dtick": 14 * 86400000, "tickformat": "%-m月%-d日" if zh else "%-d %b"}
    return {"dtick": "M1" if days <= 200 else "M3", "tick0": "2000-01-01", "tickformat": "%-m月\n%Y" if zh else "%b\n%Y"}


def figure(story: Story, dark: bool) -> dict[str, Any]:
    """The lanes as a Plotly figure (a dictionary), for the light or the dark theme."""
    tone = {name: both[dark] for name, both in PALETTE.items()} | {"band": "rgba(92,194,186,.16)" if dark else "rgba(11,110,105,.12)"}
    sheet = _Sheet(tone)
    _weeks(sheet, story)
    _tags(sheet, story)
    _marks(sheet, story)
    total = sum(height + _TITLE + _GAP for height, _, _ in sheet.lanes) or 1
    layout: dict[str, Any] = {
        "height": total + 48, "margin": {"l": 34, "r": 8, "t": 4, "b": 44}, "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)", "hovermode": "closest", "hoverdistance": 40, "bargap": 0.2, "dragmode": False, "showlegend": False,
        "font": {"family": "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Segoe UI, sans-serif", "size": 12, "color": tone["soft"]},
        "hoverlabel": {"bgcolor": tone["card"], "bordercolor": tone["line"], "font": {"color": tone["text"], "size": 13}, "align": "left"},
        "annotations": [], "shapes": [], "template": {"layout": {}},
        "xaxis": {"type": "date", "range": [f"{story.first - pd.Timedelta(days=4):%Y-%m-%d}", f"{story.as_of + pd.Timedelta(days=3):%Y-%m-%d}"],
                  "showgrid": False, "zeroline": False, "fixedrange": True, "linecolor": tone["line"], "ticks": "outside", "tickcolor": tone["line"],
                  "anchor": "free", "position": 0, **_ticks((story.as_of - story.first).days)}}
    top = total
    for at, (height, title, axis) in enumerate(sheet.lanes, 1):
        high = top - _TITLE
        low = high - height
        layout["yaxis" if at == 1 else f"yaxis{at}"] = {
            "domain": [low / total, high / total], "zeroline": False, "gridcolor": tone["line"], "fixedrange": True, "nticks": 4,
            "tickfont": {"size": 11}, **axis}
        layout["annotations"].append({"xref": "paper", "yref": "paper", "x": 0, "y": high / total, "xanchor": "left", "yanchor": "bottom",
                                      "showarrow": False, "text": title, "font": {"size": 12, "color": tone["soft"]}})
        if axis.get("showticklabels") is False:
            layout["shapes"].append({"type": "rect", "xref": "paper", "yref": "paper", "x0": 0, "x1": 1, "y0": low / total, "y1": high / total,
                                     "fillcolor": tone["track"], "line": {"width": 0}, "layer": "below"})
        top = low - _GAP
    return {"data": sheet.traces, "layout": layout}


def draw(story: Story, name: str, key: str) -> None:
    """Draw the lanes in the theme that is on the screen."""
    from plotly.graph_objects import Figure  # 0.1 s, wanted on this page only

    plan = figure(story, st.context.theme.type == "dark")
    st.plotly_chart(Figure(plan, _validate=False), key=key, theme=None, config=_CONFIG, alt=say("person.timeline_alt", name=name))


def fallback(story: Story, days: int) -> str:
    """Why more than the last ``days`` days is shown, as HTML; '' when they hold a week."""
    return f"<p class='kj-note'>{esc(say('person.span_empty', day=full_day(story.weeks['week'].max())))}</p>" if days and not story.has(days) else ""


def legend(story: Story) -> str:
    """What the marks mean, and how the lanes are computed, as HTML."""
    keys = "".join(f"<span><i class='{kind}' aria-hidden=true></i> {esc(say(f'person.legend_{kind}'))}</span>" for kind in ("own", "usual", "team"))
    how = explain(Explain(say("person.timeline_rule"), say("person.timeline_period", first=full_day(story.first), last=full_day(story.as_of)),
                          say("person.timeline_people", low=number(story.weeks["peers"].min()), high=number(story.weeks["peers"].max()))))
    return f"<div class='kj-note kj-keys'>{keys}</div>{how}"


def table_rows(story: Story) -> tuple[pd.DataFrame, str, dict[str, str]]:
    """The lanes as a plain table, newest week first, with its file name and titles."""
    weeks = story.weeks.sort_values("week", ascending=False)
    held = [say("heat.title_join").join(story.labels.get(t, t) for t in story.tags.loc[
        (story.tags["since"] <= w + pd.Timedelta(days=6)) & (story.tags["until"].isna() | (story.tags["until"] >= w)), "tag"].unique())
        for w in weeks["week"]]
    rows = weeks.assign(rejection=(weeks["rejection_rate"] * 100).round(1), peer_rejection=(weeks["peer_rejection_rate"] * 100).round(1),
                        performance=weeks["performance"].round(2), usual=weeks["usual"].round(2),
                        peer_performance=weeks["peer_performance"].round(2), tags=held)
    columns = ("week", "worked_days", "performance", "usual", "peer_performance", "late_evenings", "rejection", "peer_rejection",
               "revenue", "deals", "tags")
    return rows, "person-weeks", {c: say(f"person.column.{c}") for c in columns}
