"""Timeline: one person's weeks as thin stacked lanes over one time axis; a story in, HTML out.

Every lane shares the time axis, and what a lane has no data for is left out.  Weeks that are not known leave a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lib.show.lanes import Axis, Band, Bars, Lane, Line, Spot, Tip, Value, chart, figure, strip
from lib.show.parts import Explain, day, esc, explain, full_day, number, percent, week_span
from lib.show.tags_view import EXPECTED
from lib.tags.compile import reminder
from lib.words import language, say

SPANS = {"weeks": 84, "half": 182, "all": 0}
"""What the range buttons show, in days before the company's today; 0 for everything."""


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


def _at(when: pd.Timestamp) -> float:
    """A day as its place on the axis (days since 1970)."""
    return when.value / 86_400e9


def _values(values: pd.Series) -> list[Value]:
    return [None if pd.isna(v) else float(v) for v in values]


def _weeks(story: Story, axis: Axis) -> Iterator[Lane]:
    """Performance, late evenings, rejection rate and revenue, each where there is any."""
    # A week without a row is as unknown as one without a value: both lift the pen.
    every = pd.date_range(story.first, story.weeks["week"].max(), freq="7D")
    weeks = story.weeks.set_index("week").reindex(every)
    middles = [_at(w) + 3.5 for w in every]

    def tips(mine: pd.Series, team: pd.Series, words: Callable[[Any], str], extra: Callable[[Any], str] = lambda row: "") -> list[Tip]:
        said = []
        for week, m, t, row in zip(every, mine, team, weeks.itertuples(), strict=True):
            if not pd.isna(m) or not pd.isna(t):
                lines = (say("person.hover_week", week=week_span(week)), f"{say('person.legend_own')}:{words(m)}",
                         f"{say('person.legend_team')}:{words(t)} (n={number(row.peers)})", extra(row))
                said.append(Tip(_at(week), _at(week) + 7, "\n".join(line for line in lines if line)))
        return said

    def line(values: pd.Series) -> Line:
        return Line(middles, _values(values))

    def bars(values: pd.Series) -> Bars:
        return Bars(middles, _values(values), 4)

    def team(values: pd.Series) -> Line:
        return Line(middles, _values(values), "soft", dashed=True)

    if weeks["performance"].notna().any():
        mine, median = weeks["performance"], weeks["peer_performance"]
        usual = Band(middles, _values(weeks["usual_low"]), _values(weeks["usual_high"]))
        yield chart(axis, story.measure, 168, [usual, team(median), line(mine)],
                    tips(mine, median, number, lambda row: "" if pd.isna(row.worked_days) else say("person.hover_hours", days=number(row.worked_days))),
                    zero=True, most=4)
    if (weeks["late_evenings"] > 0).any() or (weeks["peer_late_evenings"] > 0).any():
        mine, median = weeks["late_evenings"], weeks["peer_late_evenings"]
        yield chart(axis, say("person.lane.late"), 56, [bars(mine), team(median)], tips(mine, median, number), whole=True, most=3)
    if weeks["rejection_rate"].notna().any():
        mine, median = weeks["rejection_rate"] * 100, weeks["peer_rejection_rate"] * 100
        yield chart(axis, say("person.lane.rejection"), 88, [team(median), line(mine)], tips(mine, median, lambda v: percent(v / 100)),
                    words=lambda value, digits: f"{number(value, digits)} %")
    if (weeks["revenue"] > 0).any():
        mine, median = weeks["revenue"] / 1000, weeks["peer_revenue"] / 1000
        yield chart(axis, say("person.lane.revenue"), 72, [bars(mine), team(median)],
                    tips(mine, median, number, lambda row: "" if pd.isna(row.deals) or not row.deals else say("person.hover_deals", n=number(row.deals))))


def _tags(story: Story, axis: Axis) -> Iterator[Lane]:
    """One thin row per tag carried, with its evidence."""
    for key, label in story.labels.items():
        held = story.tags[story.tags["tag"] == key]
        spots = []
        for row in held.itertuples():
            begin, end = max(row.since, story.first), (story.as_of if pd.isna(row.until) else row.until) + pd.Timedelta(days=1)
            until = say("person.now") if pd.isna(row.until) else full_day(row.until)
            spots.append(Spot(_at(begin), _at(end), f"{label}\n{full_day(row.since)} – {until}\n{reminder(row.tag, row.evidence, language())}",
                              tone="watch" if key in EXPECTED else "care"))
        if spots:
            yield strip(axis, label, spots)


def _talk(row: Any) -> str:
    lines = [full_day(row.talked_on),
             say("person.hover_talk_plain") if pd.isna(row.minutes) else say("person.hover_talk", minutes=number(row.minutes))]
    if row.signals:
        lines.append(say("person.hover_signals", signals=say("heat.title_join").join(say(f"person.signal.{s}") for s in row.signals.split(","))))
    if not pd.isna(row.felt_cared):
        lines.append(say("person.hover_cared" if row.felt_cared else "person.hover_not_cared"))
    return "\n".join(lines)


def _leave(row: Any) -> str:
    away = say("person.hover_leave", hours=number(row.leave_hours)) if row.leave_hours > 0 else say("person.hover_absent")
    return f"{full_day(row.work_date)}\n{away}"


def _marks(story: Story, axis: Axis) -> Iterator[Lane]:
    """Talks as dots (filled when the note carried a signal), leave and absence as short strokes."""
    if len(story.talks):
        yield strip(axis, say("person.lane.talks"), [
            Spot(_at(row.talked_on), _at(row.talked_on), _talk(row), "dot" if row.signals else "ring") for row in story.talks.itertuples()])
    if len(story.leave):
        yield strip(axis, say("person.lane.leave"), [
            Spot(_at(row.work_date), _at(row.work_date), _leave(row), "stroke", "soft") for row in story.leave.itertuples()])


def _axis(first: pd.Timestamp, last: pd.Timestamp) -> Axis:
    """The time axis with a handful of ticks: every second Monday, else the first of every month, quarter, half year or year."""
    begin, end = first - pd.Timedelta(days=4), last + pd.Timedelta(days=3)
    days = (last - first).days
    if days <= 100:
        newest = last - pd.Timedelta(days=last.weekday())
        mondays = [m for m in pd.date_range(end=newest, periods=days // 14 + 1, freq="14D") if m >= begin]
        return Axis(_at(begin), _at(end), [(_at(m), day(m)) for m in mondays])
    months = pd.date_range(begin, end, freq="MS")
    step = next((step for step in (1, 3, 6) if len(months) / step <= 8), 12)
    shown = [m for m in months if (m.month - 1) % step == 0]
    name = (lambda m: f"{m.month}月") if language() == "zh" else (lambda m: f"{m:%b}")
    # The year stands under the first month shown of each year only.
    years = [before is None or before.year != m.year for before, m in zip([None, *shown], shown, strict=False)]
    return Axis(_at(begin), _at(end), [(_at(m), f"{name(m)}\n{m.year}" if new else name(m)) for m, new in zip(shown, years, strict=True)])


def drawing(story: Story, name: str) -> str:
    """The lanes over their time axis, as HTML."""
    axis = _axis(story.first, story.as_of)
    return figure(axis, [*_weeks(story, axis), *_tags(story, axis), *_marks(story, axis)], say("person.timeline_alt", name=name))


def picture(whole: Story, days: int, name: str, missing: str = "") -> str:
    """Everything under the range buttons, as HTML: why the range is another, what the marks mean, what is ``missing``, the lanes."""
    story = whole.since(days)
    return f"{fallback(whole, days)}{legend(story)}{missing}{drawing(story, name)}"


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
