"""Mentors: whom to pair and why, what a mentor owes and has done, the mentor's score and its parts, and how many pass their probation.

Pure: values in, values out.  A **part** that cannot be told stays visible as such and the others take its weight; the mentees'
progress has exactly its share whenever it is known, and is never the whole score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

DUTIES = ("joint_consultation", "script_review", "customer_visit")
"""One a day on which both work, one a week, one a month (how many is a setting each)."""
PAIR_WEIGHTS = {"same_team": 25.0, "same_city": 10.0, "performance": 30.0, "room": 10.0, "rested": 10.0, "passed": 15.0}
"""What a suggestion is made of, in points of 100."""
SCORE_WEIGHTS = {"duties": 3.0, "replies": 2.0, "own_results": 3.0}
"""How what the two settings leave of the mentor's score is divided."""
MIN_PEERS = 5
"""With fewer comparable newcomers nothing can be told about a mentee's progress."""
_FAR_ABOVE = 0.3    # this much above the team's median is worth all points of performance
_TIRED = 2.0        # late evenings a week from which on nobody should mentor beside it
_Z = 1.959963984540054


@dataclass(frozen=True)
class Part:
    """One part of a score: its name, what it is worth (0–1; None when it cannot be told), its weight (0–1) in the whole, and the facts
    that its sentence names."""

    key: str
    value: float | None
    weight: float
    facts: tuple[tuple[str, object], ...] = ()

    @property
    def points(self) -> float:
        """What it adds to the score of 100."""
        return 100 * self.weight * (self.value or 0.0)


# --- pairing ----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """Somebody who may be paired, as the warehouse knows them.

    ``performance`` and ``team_performance`` (the median of the team) are per worked day over 8 completed weeks, ``late_evenings`` a
    week over the same; ``mentees`` now, ``past`` mentees whose probation is over and how many of them ``passed``; ``objected`` to scoring.
    """

    employee_id: str
    name: str
    team: str
    role: str = ""
    line: str = ""
    city: str = ""
    hire_date: date = date.min
    performance: float | None = None
    team_performance: float | None = None
    late_evenings: float | None = None
    mentees: int = 0
    past: int = 0
    passed: int = 0
    objected: bool = False


@dataclass(frozen=True)
class Suggestion:
    """One mentor for one newcomer: ``score`` 0–100 and all its parts, in the order of :data:`PAIR_WEIGHTS`."""

    newcomer: Person
    mentor: Person
    score: float
    parts: tuple[Part, ...]


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _of_kin(one: Person, other: Person) -> bool:
    """Whether they do the same work: the same role, or the same line where one has no role."""
    if one.role and other.role:
        return one.role == other.role
    return bool(one.line) and one.line == other.line


def _pair_values(new: Person, old: Person, most: int) -> dict[str, tuple[float | None, tuple[tuple[str, object], ...]]]:
    above = old.performance / old.team_performance - 1 if old.performance is not None and old.team_performance else None
    return {
        "same_team": (float(new.team == old.team), (("team", old.team),)),
        "same_city": (float(new.city == old.city) if new.city and old.city else None, (("city", old.city),)),
        "performance": (_share(above / _FAR_ABOVE) if above is not None else None, (("above", above),)),
        "room": (1 - old.mentees / most, (("mentees", old.mentees), ("most", most))),
        "rested": (_share(1 - old.late_evenings / _TIRED) if old.late_evenings is not None else None, (("late", old.late_evenings),)),
        "passed": (old.passed / old.past if old.past else None, (("passed", old.passed), ("past", old.past))),
    }


def _parts(values: Mapping[str, tuple[float | None, tuple[tuple[str, object], ...]]], weights: Mapping[str, float]) -> tuple[Part, ...]:
    """Parts whose known ones share the whole weight in proportion."""
    whole = sum(weights[key] for key, (value, _) in values.items() if value is not None)
    return tuple(Part(key, value, weights[key] / whole if value is not None else 0.0, facts) for key, (value, facts) in values.items())


def suggest(newcomers: Iterable[Person], candidates: Iterable[Person], most_mentees: int = 3, experienced_before: date = date.max,
            each: int = 3) -> list[Suggestion]:
    """The best ``each`` mentors for every newcomer, best first, newcomers in the given order.

    A candidate does the same work, was hired before ``experienced_before``, has fewer than ``most_mentees`` mentees, is nobody's
    newcomer here and has not objected to scoring; newcomers who objected are left out as well.
    """
    news = [new for new in newcomers if not new.objected]
    beginners = {new.employee_id for new in news}
    able = [old for old in candidates if not old.objected and old.mentees < most_mentees and old.hire_date < experienced_before
            and old.employee_id not in beginners]
    found: list[Suggestion] = []
    for new in news:
        fits = []
        for old in able:
            if _of_kin(new, old):
                parts = _parts(_pair_values(new, old, most_mentees), PAIR_WEIGHTS)
                fits.append(Suggestion(new, old, sum(part.points for part in parts), parts))
        found += sorted(fits, key=lambda fit: (-round(fit.score, 6), fit.mentor.employee_id))[:each]
    return found


# --- duties -----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Duty:
    """One duty of a pair in a period: how many were due and how many of them were done (more than was due counts as due)."""

    kind: str
    done: int
    due: int


def duties(both_worked: Collection[date], sessions: Iterable[tuple[str, date]], rates: Mapping[str, int], first: date, last: date) -> tuple[Duty, ...]:
    """What a mentor owed one mentee from ``first`` to ``last`` and did: a joint consultation for each day on which both worked, a script
    review for each week and a customer visit for each month with such a day, ``rates`` times each.

    ``sessions`` are the (kind, day) that both confirmed.  A day of which only a session is known counts as a day on which both worked.
    """
    held = [(kind, day) for kind, day in sessions if first <= day <= last]
    days = {day for day in both_worked if first <= day <= last} | {day for _, day in held}
    slot = {"joint_consultation": lambda day: day, "script_review": lambda day: day - timedelta(days=day.weekday()),
            "customer_visit": lambda day: day.replace(day=1)}
    found = []
    for kind in DUTIES:
        done = Counter(slot[kind](day) for what, day in held if what == kind)
        due = {slot[kind](day) for day in days}
        found.append(Duty(kind, sum(min(done[one], rates[kind]) for one in due), rates[kind] * len(due)))
    return tuple(found)


def share_done(done: Iterable[Duty]) -> float | None:
    """The mean over duties of the share done, each duty counting the same; None when nothing was due."""
    shares = [duty.done / duty.due for duty in done if duty.due]
    return sum(shares) / len(shares) if shares else None


def together(pairs: Iterable[Sequence[Duty]]) -> tuple[Duty, ...]:
    """The duties of several mentees as one."""
    rows = list(pairs)
    return tuple(Duty(kind, sum(duty.done for row in rows for duty in row if duty.kind == kind),
                      sum(duty.due for row in rows for duty in row if duty.kind == kind)) for kind in DUTIES)


# --- the mentor's score -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """How one mentee's performance per worked day changed, beside ``peers`` comparable newcomers of the same tenure; ``standing`` is the
    share of them that changed less (None: cannot tell)."""

    employee_id: str
    change: float | None
    peers: int
    standing: float | None


def progress(mentees: Iterable[Progress]) -> float | None:
    """The mean standing of those of whom it can be told; None for none."""
    known = [mentee.standing for mentee in mentees if mentee.standing is not None and mentee.peers >= MIN_PEERS]
    return sum(known) / len(known) if known else None


@dataclass(frozen=True)
class Score:
    """A mentor's score: ``total`` 0–100 (None: too little is known), its parts with their weights, and which are missing."""

    total: float | None
    parts: tuple[Part, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts that cannot be told."""
        return tuple(part.key for part in self.parts if part.value is None)


def score(duties_done: float | None, replies: float | None, own_results: float | None, satisfaction: float | None, mentee_progress: float | None,
          mentee_share: float = 0.10, satisfaction_share: float = 0.10) -> Score:
    """A mentor's score of parts that are each 0–1 (None: cannot be told): duties done, replies within the hour, the own results,
    the satisfaction of the own customers, the mentees' progress.

    The mentees' progress has exactly ``mentee_share`` when it is known; the others share the rest in proportion to their weights.
    Without any of the others there is no score.
    """
    rest = {key: weight * (1 - mentee_share - satisfaction_share) / sum(SCORE_WEIGHTS.values()) for key, weight in SCORE_WEIGHTS.items()} \
        | {"satisfaction": satisfaction_share}
    values = {"duties": duties_done, "replies": replies, "own_results": own_results, "satisfaction": satisfaction}
    whole = sum(rest[key] for key, value in values.items() if value is not None)
    for_rest = 1 - mentee_share if mentee_progress is not None else 1.0
    parts = [Part(key, value, rest[key] / whole * for_rest if value is not None and whole else 0.0) for key, value in values.items()]
    parts.append(Part("mentee_progress", mentee_progress, mentee_share if mentee_progress is not None and whole else 0.0))
    return Score(sum(part.points for part in parts) if whole else None, tuple(parts))


# --- probation --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rate:
    """``passed`` of ``n``: the share with Wilson's 95 % interval; None for nobody."""

    passed: int
    n: int
    share: float | None
    low: float | None
    high: float | None


def wilson(passed: int, n: int) -> Rate:
    """A share with Wilson's interval, which is right for few people too.  Raises ValueError for more passed than there are."""
    if not 0 <= passed <= n:
        raise ValueError(f"{passed} of {n}")
    if not n:
        return Rate(0, 0, None, None, None)
    share, squared = passed / n, _Z * _Z
    middle = (share + squared / (2 * n)) / (1 + squared / n)
    half = _Z / (1 + squared / n) * sqrt(share * (1 - share) / n + squared / (4 * n * n))
    return Rate(passed, n, share, max(0.0, middle - half), min(1.0, middle + half))
