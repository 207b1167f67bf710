"""Evaluation: what the score would have been worth, week after week, to somebody who knew only what was known then.

**Rolling origin, purged.**  Every :data:`STEP` weeks a model is trained on the weeks whose label was known on that day (the label's
days are over: the purge) and scores the weeks that follow, up to the next origin.  Person-weeks are never split at random: weeks of
one person are nearly copies of each other, and a random split would let a model recognise the person.

**Calibration.**  At each origin the line from ``eta`` to a probability is fitted on weeks that earlier origins had scored and whose
days are over by then, the newer weeks counting more (half after :data:`HALF_LIFE` weeks): the level of leaving moves with the season
and with what is done about it.  Until labels have matured the line is what the model itself implies: the facts of a week tell less of
the weeks after it, and how much less is seen in how ``eta`` itself moves back to its mean (:func:`lasting`), without any label.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from lib.risk import design as designs
from lib.risk import model as models
from lib.risk.model import HORIZONS, Model, Platt

STEP = 4               # weeks between two origins
FIRST = 26             # weeks of history before the first origin, or a third of all weeks where there are fewer
HALF_LIFE = 26         # weeks after which a row counts half in the calibration
MAIN = 60              # the horizon by which people are ranked and a score is judged
RELEARN = 3            # every so many origins knots, categories and penalties are learnt anew; in between only the coefficients
Trainer = Callable[[np.ndarray], Callable[[np.ndarray], np.ndarray]]
"""Rows that may be learnt from (a mask) → a function from rows (their places) to ``eta``."""


@dataclass(frozen=True)
class Rows:
    """Rows of the panel as arrays of one length; days are whole numbers, labels 0/1 or NaN while not known.

    ``event_on``: day on which the leaving was known, NaN without one.
    """

    frame: pd.DataFrame
    person: np.ndarray
    week: np.ndarray
    event_7: np.ndarray
    labels: Mapping[int, np.ndarray]
    tags: np.ndarray
    event_on: np.ndarray

    def __len__(self) -> int:
        return len(self.person)

    def take(self, keep: np.ndarray) -> Rows:
        """The rows that a mask or an index picks."""
        return Rows(self.frame[keep] if keep.dtype == bool else self.frame.iloc[keep], self.person[keep], self.week[keep], self.event_7[keep],
                    {days: label[keep] for days, label in self.labels.items()}, self.tags[keep], self.event_on[keep])


def rows_of(panel: pd.DataFrame, kinds: Mapping[str, str]) -> Rows:
    """The panel's frame as :class:`Rows`.  Raises ``ValueError`` when a person has two rows of a week, or a row in the notice period."""
    number = lambda name: pd.to_numeric(panel[name]).to_numpy(dtype=float, na_value=np.nan)
    day = lambda name: pd.to_datetime(panel[name]).to_numpy("datetime64[D]")
    person, week, event = panel["person_no"].to_numpy(int), day("week").astype(int), day("event_on")
    event_on = np.where(np.isnat(event), np.nan, event.astype(float))
    if pd.DataFrame({"person": person, "week": week}).duplicated().any():
        raise ValueError("somebody has two rows of one week in the panel: the same person would be both learnt from and tested on")
    if (event_on < week).any():
        raise ValueError("the panel has rows of weeks after the notice was given: what everybody knows is not to be predicted")
    frame = pd.DataFrame({key: panel[key].to_numpy(dtype=object) if kind == "category" else number(key) for key, kind in kinds.items()})
    return Rows(frame, person, week, number("event_7"), {days: number(f"label_{days}") for days in HORIZONS}, number("tags_held"), event_on)


def known_by(rows: Rows, origin: int, days: int) -> np.ndarray:
    """Which rows may be learnt from on the day ``origin``: those whose ``days`` of label are over by then (purged)."""
    label = rows.event_7 if days == 7 else rows.labels[days]
    return (rows.week + days <= origin) & np.isfinite(label)


def origins(rows: Rows, min_events: int) -> list[int]:
    """The Mondays on which a model is trained: from enough history and events on, every :data:`STEP` weeks."""
    weeks = np.unique(rows.week)
    if len(weeks) < 3:
        return []
    first = weeks[0] + 7 * min(FIRST, len(weeks) // 3)
    events = np.sort(rows.week[rows.event_7 == 1]) + 7
    if len(events) < min_events:
        return []
    first = max(first, events[min_events - 1])
    return [int(week) for week in weeks[weeks >= first][::STEP]]


@dataclass
class Rolled:
    """Test rows with what was predicted for them: ``at`` are their places among the rows, ``p`` by horizon; ``lines`` by origin and horizon."""

    at: np.ndarray
    eta: np.ndarray
    p: dict[int, np.ndarray]
    origin: np.ndarray
    lines: dict[int, dict[int, Platt]] = field(default_factory=dict)


def age_weights(week: np.ndarray, now: int, days: int) -> np.ndarray:
    """Weight of a row in the calibration: the newest 1, half after HALF_LIFE weeks; times 7/days, as each event is told by days/7 weekly rows."""
    return 7 / days * 0.5 ** ((now - week) / 7 / HALF_LIFE)


def lasting(person: np.ndarray, week: np.ndarray, eta: np.ndarray, trained: int = 7) -> dict[int, float]:
    """Per horizon: how much of a person's distance from the mean eta is there, on average, in the weeks of the horizon (0 … 1).

    The chance of a horizon adds up the hazards of its weeks, and of ``eta`` k weeks on this week's tells what its regression on this
    week's says (landmarking, van Houwelingen 2007: effects of facts that change wear off with the horizon).  So it is the mean of
    these slopes over the weeks, by those of the ``trained`` days, whose label eta is about already.
    """
    weeks = max(HORIZONS) // 7
    _, at = np.unique(person, return_inverse=True)
    grid = np.full((int(at.max(initial=0)) + 1, max(int(week.max(initial=0) - week.min(initial=0)) // 7, weeks) + 1 if len(week) else weeks + 1), np.nan)
    if len(week):
        grid[at, (week - week.min()) // 7] = eta - eta.mean()
    slopes = [1.0]
    for ahead in range(1, weeks + 1):
        now, then = grid[:, :-ahead], grid[:, ahead:]
        both = np.isfinite(now) & np.isfinite(then)
        size = float(np.square(now[both]).sum())
        slopes.append(float(np.clip((now[both] * then[both]).sum() / size, 0, 1)) if size > 0 else slopes[-1])
    mean = lambda days: float(np.mean(slopes[:max(days // 7, 1)]))
    return {days: min(mean(days) / mean(trained), 1.0) for days in HORIZONS}


def expected(person: np.ndarray, week: np.ndarray, eta: np.ndarray, trained: int = 7) -> dict[int, tuple[float, float]]:
    """Per horizon the line (a, b) that a model of ``trained`` days and the facts themselves imply, without any label: the newest week's
    mean eta is the level that distances are from, and they wear off as :func:`lasting` says."""
    level = float(eta[week == week.max()].mean())
    return {days: models.implied(days, trained, level, lasts) for days, lasts in lasting(person, week, eta, trained).items()}


def calibrate(rows: Rows, at: np.ndarray, eta: np.ndarray, now: int, days: int, expected: tuple[float, float], clusters: bool = False) -> Platt:
    """The line from eta to the log-odds of ``days``, fitted on the out-of-time rows ``at`` (places) whose days are over by ``now``, near to
    the ``expected`` one (a, b)."""
    label, week = rows.labels[days][at], rows.week[at]
    keep = (week + days <= now) & np.isfinite(label)
    return models.platt(eta[keep], label[keep], age_weights(week[keep], now, days), expected, cluster=rows.person[at][keep] if clusters else None)


class Hazard:
    """Trains the model of :mod:`lib.risk.model` at one origin after the other; ``days`` is the label (7: the weekly hazard)."""

    def __init__(self, rows: Rows, kinds: Mapping[str, str], days: int = 7, directions: Mapping[str, int] | None = None) -> None:
        self.rows, self.kinds, self.directions, self.told, self.times = rows, kinds, directions, days / 7, 0
        self.label = rows.event_7 if days == 7 else rows.labels[days]
        self.model: Model | None = None
        self.matrix = np.zeros((0, 0))

    def __call__(self, keep: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        if self.model is None or self.times % RELEARN == 0:
            # Learnt from the kept rows alone; the columns of all rows follow from it and are used until it is learnt anew.
            learnt = designs.learn(self.rows.frame[keep], self.kinds)
            self.matrix = learnt.matrix(self.rows.frame)
            self.model = models.estimate(learnt, self.matrix[keep], self.label[keep], directions=self.directions, like=self.model, told=self.told)
        else:
            self.model = models.again(self.model, self.matrix[keep], self.label[keep])
        self.times += 1
        trained, matrix = self.model, self.matrix
        return lambda at: trained.eta({}, matrix[at])


def roll(rows: Rows, trainer: Trainer, starts: list[int], days: int = 7) -> Rolled:
    """Train at every origin on what was known (a label of ``days``), and score the weeks up to the next origin."""
    at: list[np.ndarray] = []
    eta: list[np.ndarray] = []
    p: dict[int, list[np.ndarray]] = {horizon: [] for horizon in HORIZONS}
    lines: dict[int, dict[int, Platt]] = {}
    for nth, start in enumerate(starts):
        score = trainer(known_by(rows, start, days))
        end = starts[nth + 1] if nth + 1 < len(starts) else np.inf
        here = np.flatnonzero((rows.week >= start) & (rows.week < end))
        past, said = np.concatenate(at) if at else np.zeros(0, dtype=int), np.concatenate(eta) if eta else np.zeros(0)
        seen = np.flatnonzero(rows.week <= start)  # the facts of that day's row are known on it; what comes later is not
        lines[start] = {horizon: calibrate(rows, past, said, start, horizon, line)
                        for horizon, line in expected(rows.person[seen], rows.week[seen], score(seen), days).items()}
        at.append(here)
        eta.append(score(here))
        for horizon, line in lines[start].items():
            p[horizon].append(models.sigmoid(line.a + line.b * eta[-1]))
    if not at:
        return Rolled(np.zeros(0, dtype=int), np.zeros(0), {horizon: np.zeros(0) for horizon in HORIZONS}, np.zeros(0, dtype=int), lines)
    places = np.concatenate(at)
    order = np.argsort(places)  # in the order of the rows, whatever the origins were
    return Rolled(places[order], np.concatenate(eta)[order], {horizon: np.concatenate(found)[order] for horizon, found in p.items()},
                  np.repeat(np.asarray(starts, dtype=int), [len(here) for here in at])[order], lines)


def flags(person: np.ndarray, week: np.ndarray, score: np.ndarray, capacity: int, pause: int, tie: np.ndarray) -> np.ndarray:
    """Who would be spoken to: each week the ``capacity`` highest scores of those not flagged in the ``pause`` − 1 weeks before.

    ``tie`` decides between equal scores.
    """
    flagged = np.zeros(len(person), dtype=bool)
    order = np.lexsort((tie, -score, week))
    starts = np.flatnonzero(np.diff(week[order], prepend=np.iinfo(int).min))
    last = np.full(int(person.max()) + 1 if len(person) else 0, np.iinfo(int).min // 2)
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        here = order[start:end]
        free = here[week[here] - last[person[here]] >= 7 * pause][:capacity]
        flagged[free] = True
        last[person[free]] = week[free]
    return flagged


def lots(person: np.ndarray, week: np.ndarray, draw: int = 0) -> np.ndarray:
    """A fixed lot for each person and week: the same in every build, and without any meaning."""
    x = (person.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) ^ (week.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)) ^ np.uint64(draw + 1)
    for shift, times in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        x = (x ^ (x >> np.uint64(shift))) * np.uint64(times)
    return (x ^ (x >> np.uint64(31))).astype(float)


def caught(person: np.ndarray, week: np.ndarray, flagged: np.ndarray, event_on: np.ndarray, soonest: int = 7, latest: int = 91) -> tuple[int, int, np.ndarray]:
    """(leavers, caught, days of lead): leavers at risk in a tested week ``soonest`` … ``latest`` days ahead, those flagged in one, and
    the days from the first such flag to the notice."""
    ahead = event_on - week
    inside = (ahead >= soonest) & (ahead <= latest)
    leavers = np.unique(person[inside])
    hit = inside & flagged
    lead = pd.Series(ahead[hit]).groupby(person[hit]).max().to_numpy() if hit.any() else np.zeros(0)
    return len(leavers), len(lead), lead
