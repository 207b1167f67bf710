"""The care standard: what was due, what was done, and how many minutes it took.  Pure.

Due is one talk per episode, and one per touch point of a newcomer, within the tag's due time.  Done is a talk about that very tag
from the first day on; on time when it falls within the due time.  Nothing here is a target for talks as such.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lib import settings
from lib.care import touch
from lib.care.queue import LAPSE, Episode
from lib.care.shape import Reason, StandardRow
from lib.settings import Value

REFERENCE = {"cares_low": 2.0, "cares_high": 3.0, "minutes_low": 20.0, "minutes_high": 30.0, "daily_chat": 15.0}
"""What others published: cares per person and month, minutes each, and the daily chat with everybody.  To compare with, never a result."""
NOBODY = ""
DUE_DAYS = {"new_hire": "care.due_days.new_hire", "performance_dip": "care.due_days.performance_dip",
            "high_pressure": "care.due_days.high_pressure", "life_event": "care.due_days.life_event",
            "client_trouble": "care.due_days.client_trouble", "family_care": "care.due_days.family_care"}
BY = ("tag", "team", "hr", "month")


@dataclass(frozen=True)
class Talk:
    """One talk about a tag ('' for none)."""

    employee_id: str
    on: date
    tag: str
    minutes: float
    hr: str


@dataclass(frozen=True)
class Due:
    """One talk that was due: from ``since`` to ``last`` on time, until ``closes`` still counted; ``done`` the talk that answered it."""

    employee_id: str
    tag: str
    kind: str
    since: date
    last: date
    closes: date
    done: Talk | None
    nth: int = 0

    def state(self, today: date) -> str:
        """``on_time``, ``late``, ``overdue`` or ``open`` (not done, and there is still time)."""
        if self.done:
            return "on_time" if self.done.on <= self.last else "late"
        return "overdue" if today > self.last else "open"


def due_days(values: Mapping[str, Value], tag: str) -> int:
    """Days within which one care is due after a tag began to hold."""
    return int(settings.get(DUE_DAYS[tag], values))


def due(episodes: Iterable[Episode], talks: Iterable[Talk], values: Mapping[str, Value], today: date) -> list[Due]:
    """Everything that was due by today, each with the talk that answered it; a talk answers one touch point only."""
    about: dict[tuple[str, str], list[Talk]] = defaultdict(list)
    for talk in sorted(talks, key=lambda talk: (talk.on, talk.employee_id, talk.hr)):
        if talk.tag:
            about[talk.employee_id, talk.tag].append(talk)
    found: list[Due] = []
    for episode in sorted(episodes, key=lambda e: (e.employee_id, e.tag, e.since)):
        own, days = about[episode.employee_id, episode.tag], timedelta(due_days(values, episode.tag))
        for nth, since, last, closes in _windows(episode, days, touch.days(values), today):
            answer = next((talk for talk in own if since <= talk.on <= closes), None)
            found.append(Due(episode.employee_id, episode.tag, "touch" if nth else "tag", since, last, closes, answer, nth))
    return found


def _windows(episode: Episode, days: timedelta, first: tuple[int, ...], today: date) -> list[tuple[int, date, date, date]]:
    """(touch point or 0, first day, last day on time, last day counted) of everything one episode asks for by today."""
    if episode.tag != "new_hire":
        last = episode.since + days - timedelta(1)
        return [(0, episode.since, last, max(last, episode.until or today) + timedelta(LAPSE))] if episode.since <= today else []
    end = episode.ends_on or episode.until
    known = touch.points(episode.hire_date or episode.since, end, first) if end else ()
    return [(point.nth, point.due, min(point.due + days - timedelta(1), point.last), point.last) for point in known
            if point.due <= today and (episode.until is None or point.due <= episode.until)]


def rows(dues: Iterable[Due], by: str, team_of: Mapping[str, str], owner_of: Callable[[Due], str], today: date) -> list[StandardRow]:
    """Due against done, one row per group in order of its name.

    ``by``: one of :data:`BY`; the month is that of the first day.  What was not done belongs to the HR who had the card
    (``owner_of``), to '' when nobody had one.  Raises ValueError for another ``by``.
    """
    if by not in BY:
        raise ValueError(f"{by!r} is none of {', '.join(BY)}")
    groups: dict[str, list[Due]] = defaultdict(list)
    for one in dues:
        group = {"tag": lambda d: d.tag, "team": lambda d: team_of.get(d.employee_id, ""), "month": lambda d: f"{d.since:%Y-%m}",
                 "hr": lambda d: d.done.hr if d.done else owner_of(d)}[by](one)
        groups[group].append(one)
    return [_row(group, listed, today) for group, listed in sorted(groups.items())]


def _row(group: str, listed: Sequence[Due], today: date) -> StandardRow:
    states = [one.state(today) for one in listed]
    talks = {(one.done.employee_id, one.done.on, one.done.hr, one.done.tag): one.done.minutes for one in listed if one.done}
    return StandardRow(group, len(listed), sum(one.done is not None for one in listed), states.count("on_time"), states.count("overdue"),
                       len({one.employee_id for one in listed}), round(sum(talks.values()), 1))


def overdue(dues: Iterable[Due], today: date, days: int = 30) -> list[Reason]:
    """What should have been done in the last ``days`` days and was not, longest overdue first."""
    late = [one for one in dues if one.state(today) == "overdue" and one.closes >= today and (today - one.last).days <= days]
    return [Reason(one.employee_id, one.kind, one.tag, one.since, nth=one.nth)
            for one in sorted(late, key=lambda one: (one.last, one.employee_id, one.tag))]


def minutes(talks: Iterable[Talk], people: int, first: date, today: date) -> dict[str, float]:
    """HR's time from ``first`` to ``today``: ``all`` and ``care`` (talks about a tag) in minutes a weekday, ``talks`` and ``cares`` how
    many, ``per_person_month`` cares a person in 30 days, ``each`` minutes a care, ``daily_chat`` what 15 minutes with everybody
    would take a day.  Without any talk the minutes are 0."""
    inside = [talk for talk in talks if first <= talk.on <= today]
    weekdays = sum((first + timedelta(n)).weekday() < 5 for n in range((today - first).days + 1)) or 1
    cares = [talk for talk in inside if talk.tag]
    span = (today - first).days + 1
    return {
        "all": round(sum(talk.minutes for talk in inside) / weekdays, 1), "care": round(sum(talk.minutes for talk in cares) / weekdays, 1),
        "talks": float(len(inside)), "cares": float(len(cares)), "people": float(people),
        "per_person_month": round(len(cares) * 30 / span / people, 2) if people else 0.0,
        "each": round(sum(talk.minutes for talk in cares) / len(cares), 1) if cares else 0.0,
        "daily_chat": people * REFERENCE["daily_chat"]}
