"""Measures of the pain points: what a person did and said in the weeks looked at, beside the person's role peers.  Pure arrays.

A group of peers is a role (the business line where a person has no role, the company where there is neither).  Peers are people of
the group who are experienced and were at work; whoever objected to scoring is in none of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

HISTORY = 26
"""Weeks back to which the rules are worked out, so that it is known since when somebody has a pain."""
Measured = dict[str, np.ndarray]


@dataclass(frozen=True)
class Weeks:
    """Sums of people (rows) per complete week (columns, oldest first); ``group`` numbers the groups of peers.

    ``tenure``: whole days since the hire date on the Sunday of each week; ``here``: employed on it; ``planned``: on a long leave on
    the day of the build.  ``counted``: worked days on which consultations were counted; ``timed``: worked days with follow-up minutes.
    ``said`` counts check-ins by name, ``low`` those of much pressure and little growth; ``pressed`` counts days
    of talks that touch on pressure, ``wishes`` those of them that touch on training or promotion too.
    """

    group: np.ndarray
    groups: int
    tenure: np.ndarray
    here: np.ndarray
    planned: np.ndarray
    worked: np.ndarray
    leave: np.ndarray
    counted: np.ndarray
    consultations: np.ndarray
    intents: np.ndarray
    deals: np.ndarray
    timed: np.ndarray
    follow_up: np.ndarray
    performance: np.ndarray
    said: np.ndarray
    low: np.ndarray
    pressure: np.ndarray
    growth: np.ndarray
    pressed: np.ndarray
    wishes: np.ndarray

    @property
    def width(self) -> int:
        """Number of weeks."""
        return int(self.worked.shape[1])


@dataclass(frozen=True)
class Limits:
    """The limits that decide what is measured (settings ``pain.…``)."""

    weeks: int
    most_weeks: int
    min_days: int
    newcomer_days: int
    expected: float
    lost_weeks: int

    @property
    def width(self) -> int:
        """Weeks that have to be read: those that are judged and what lies before the first of them."""
        return HISTORY + max(self.most_weeks, self.weeks, 2 * self.lost_weeks)


def sums(values: np.ndarray, window: int) -> np.ndarray:
    """Sums over ``window`` columns ending in each column; NaN where the past is too short."""
    total = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
    out = np.full(values.shape, np.nan)
    if values.shape[1] >= window:
        out[:, window - 1:] = total[:, window:] - total[:, :-window]
    return out


def middle(values: np.ndarray, who: np.ndarray) -> np.ndarray:
    """Median down each column among ``who`` (bool, same shape); NaN where nobody is."""
    kept = np.where(who, values, np.nan)
    out = np.full(values.shape[1], np.nan)
    some = np.isfinite(kept).any(axis=0)
    if some.any():
        out[some] = np.nanmedian(kept[:, some], axis=0)
    return out


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """One through the other; NaN where there is nothing to divide by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, np.nan)


def chance(hits: np.ndarray, tries: np.ndarray, rate: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Probability of at most ``hits`` of ``tries`` at a peers' ``rate`` that itself varies from person to person (beta-binomial).

    ``spread``: correlation of two tries of one person (0: binomial).  Arrays of one length; NaN where something is unknown.
    """
    from scipy.special import betaln, gammaln

    out = np.full(hits.shape, np.nan)
    known = np.flatnonzero(np.isfinite(hits) & np.isfinite(rate) & (tries > 0) & (rate > 0) & (rate < 1))
    n, top = tries[known], np.minimum(hits[known], tries[known])
    rho = np.clip(spread[known], 1e-6, .5)
    a, b = rate[known] * (1 - rho) / rho, (1 - rate[known]) * (1 - rho) / rho
    total = np.zeros(len(known))
    for k in range(int(top.max(initial=-1)) + 1):
        at = np.flatnonzero(k <= top)
        size = n[at]
        ways = gammaln(size + 1) - gammaln(k + 1) - gammaln(size - k + 1)
        total[at] += np.exp(ways + betaln(k + a[at], size - k + b[at]) - betaln(a[at], b[at]))
    out[known] = np.minimum(total, 1)
    return out


def spread(hits: np.ndarray, tries: np.ndarray, rate: float) -> float:
    """How much more peers differ than chance alone, as a correlation of tries; judged by the middle half, which a few cannot move."""
    known = (tries > 0) & np.isfinite(hits)
    if known.sum() < 4 or not 0 < rate < 1:
        return 0.0
    z = (hits[known] - tries[known] * rate) / np.sqrt(tries[known] * rate * (1 - rate))
    low, high = np.quantile(z, [.25, .75])
    more = ((high - low) / 1.349) ** 2 - 1
    return float(np.clip(more / max(tries[known].mean() - 1, 1), 0, .5))


def measure(weeks: Weeks, limits: Limits) -> pd.DataFrame:
    """One row per person and judged week (the last :data:`HISTORY` columns) of people who were employed on its Sunday.

    Columns: ``row`` and ``week`` (numbers of the person and of the last week looked at), attendance and tenure, and what the rules of
    :mod:`lib.morale.pain_rules` name.
    """
    shown = np.arange(max(weeks.width - HISTORY, 0), weeks.width)
    parts = []
    for group in range(weeks.groups):
        rows = np.flatnonzero(weeks.group == group)
        found = _attendance(weeks, limits, rows)
        peer = found.pop("peer").astype(bool)
        found |= _script(weeks, limits, rows, peer, shown) | _prospecting(weeks, limits, rows, peer) | _said(weeks, limits, rows)
        at, when = np.nonzero(weeks.here[rows][:, shown])
        parts.append(pd.DataFrame({"row": rows[at], "week": shown[when],
                                   **{name: np.broadcast_to(values, peer.shape)[at, shown[when]] for name, values in found.items()}}))
    return pd.concat(parts, ignore_index=True)


def _attendance(weeks: Weeks, limits: Limits, rows: np.ndarray) -> Measured:
    counted = sums(weeks.counted[rows], limits.weeks)
    peer = weeks.here[rows] & (weeks.tenure[rows] >= limits.newcomer_days) & (counted >= limits.min_days)
    planned = np.zeros(peer.shape, dtype=bool)
    planned[:, -1] = weeks.planned[rows]
    return {"peer": peer, "worked_days": sums(weeks.worked[rows], limits.weeks), "leave_days": sums(weeks.leave[rows], limits.weeks),
            "newcomer": weeks.tenure[rows] < limits.newcomer_days, "planned_leave": planned, "counted_days": counted,
            "timed_days": sums(weeks.timed[rows], limits.weeks), "peers": peer.sum(axis=0)[None, :].astype(float),
            "counts_talks": np.full(peer.shape, bool(weeks.counted[rows].any())),
            "counts_minutes": np.full(peer.shape, bool((weeks.follow_up[rows] > 0).any()))}


def _began(counted: np.ndarray, window: int) -> np.ndarray:
    """The first week of each window, but none before the first that is known of the person."""
    known = np.where((counted > 0).any(axis=1), (counted > 0).argmax(axis=1), 0)
    return np.maximum(np.arange(counted.shape[1])[None, :] - window + 1, known[:, None]).astype(float)


def _conversions(weeks: Weeks, limits: Limits, rows: np.ndarray, peer: np.ndarray) -> tuple[np.ndarray, bool, int]:
    """What counts as a conversion in this group, whether that is deals alone, and over how many weeks it is looked at.

    Deals where peers make enough of them in the shortest window; else intents and deals, over more weeks where these are rare.
    """
    last = weeks.width - 1
    deals, intents = weeks.deals[rows], weeks.intents[rows]

    def usual(hits: np.ndarray, window: int) -> float:
        value = middle(sums(hits, window)[:, last:], peer[:, last:])[0]
        return float(value) if np.isfinite(value) else 0.0

    only_deals = not intents.any() or usual(deals, limits.weeks) >= limits.expected
    hits = deals if only_deals else deals + intents
    most = max(limits.weeks, limits.most_weeks)
    return hits, only_deals, next((w for w in range(limits.weeks, most) if usual(hits, w) >= limits.expected), most)


def _script(weeks: Weeks, limits: Limits, rows: np.ndarray, peer: np.ndarray, shown: np.ndarray) -> Measured:
    """Consultations a day and what became of them, over as many weeks as it takes to see a difference."""
    hits, only_deals, window = _conversions(weeks, limits, rows, peer)
    talks = weeks.consultations[rows]
    n, x, days = (sums(values, window) for values in (talks, hits, weeks.counted[rows]))
    rate = middle(ratio(x, n), peer)
    more = np.zeros(weeks.width)
    for week in shown:
        who = peer[:, week]
        more[week] = spread(x[who, week], n[who, week], rate[week])
    p = np.ones(x.shape)
    low = x < n * rate  # only who lies below can be below by more than chance
    low[:, : shown[0]] = False
    if low.any():
        p[low] = chance(x[low], n[low], np.broadcast_to(rate, x.shape)[low], np.broadcast_to(more, x.shape)[low])
    daily = ratio(n, days)
    return {"script_weeks": np.full(x.shape, float(window)), "script_began": _began(weeks.counted[rows], window), "only_deals": np.full(x.shape, only_deals),
            "talks": n, "hits": x, "conversion": ratio(x, n), "peer_conversion": rate[None, :], "expected": n * rate, "chance": p,
            "talks_a_day": daily, "peer_talks_a_day": middle(daily, peer)[None, :]}


def _prospecting(weeks: Weeks, limits: Limits, rows: np.ndarray, peer: np.ndarray) -> Measured:
    """Consultations and minutes of follow-up a day."""
    window = limits.weeks
    daily = ratio(sums(weeks.consultations[rows], window), sums(weeks.counted[rows], window))
    minutes = ratio(sums(weeks.follow_up[rows], window), sums(weeks.timed[rows], window))
    timed = np.isfinite(np.where(peer, minutes, np.nan)).sum(axis=0)
    return {"prospecting_weeks": np.full(daily.shape, float(window)), "prospecting_began": _began(weeks.counted[rows], window), "reached_a_day": daily,
            "peer_reached_a_day": middle(daily, peer)[None, :], "minutes_a_day": minutes, "peer_minutes_a_day": middle(minutes, peer)[None, :],
            "timed_peers": timed[None, :].astype(float)}


def _said(weeks: Weeks, limits: Limits, rows: np.ndarray) -> Measured:
    """What the person said by name, and whether performance grew."""
    window = limits.lost_weeks
    count = lambda values: np.nan_to_num(sums(values[rows], window))
    said = count(weeks.said)
    known = np.isfinite(weeks.performance[rows])
    level = ratio(sums(np.where(known, weeks.performance[rows], 0), window), sums(known.astype(float), window))
    before = np.full(level.shape, np.nan)
    before[:, window:] = level[:, :-window]
    # The first week of the window in which any of it was said.
    spoke = np.where(count(weeks.said) > 0, weeks.low[rows], weeks.wishes[rows]) > 0
    began = np.broadcast_to(np.arange(said.shape[1]), said.shape).astype(float)
    for back in range(1, window):
        there = np.zeros(spoke.shape, dtype=bool)
        there[:, back:] = spoke[:, :-back]
        began = np.where(there, np.arange(said.shape[1]) - back, began)
    return {"lost_weeks": np.full(said.shape, float(window)), "lost_began": began, "said": said, "low": count(weeks.low),
            "pressure_said": ratio(count(weeks.pressure), said), "growth_said": ratio(count(weeks.growth), said),
            "pressed": count(weeks.pressed), "wishes": count(weeks.wishes), "growth_of_performance": ratio(level, before) - 1}


@dataclass(frozen=True)
class Numbers:
    """The number a support should move, per person and week: what was seen, and what peers would have had (or of how many it is a mean)."""

    seen: np.ndarray
    usual: np.ndarray


def numbers(weeks: Weeks, limits: Limits) -> dict[str, Numbers]:
    """By pain: conversions beside those at the peers' rate, consultations beside the peers' of as many days, growth said beside check-ins."""
    counted = sums(weeks.counted, limits.weeks)
    peer = weeks.here & (weeks.tenure >= limits.newcomer_days) & (counted >= limits.min_days)
    hits = np.zeros(weeks.deals.shape)
    at_rate, at_pace = np.zeros(hits.shape), np.zeros(hits.shape)
    for group in range(weeks.groups):
        rows = np.flatnonzero(weeks.group == group)
        who = peer[rows]
        total = lambda values: np.where(who, values, 0).sum(axis=0)  # noqa: B023 - used at once
        hits[rows] = _conversions(weeks, limits, rows, who)[0]
        at_rate[rows] = weeks.consultations[rows] * np.nan_to_num(ratio(total(hits[rows]), total(weeks.consultations[rows])))
        at_pace[rows] = weeks.counted[rows] * np.nan_to_num(ratio(total(weeks.consultations[rows]), total(weeks.counted[rows])))
    return {"script": Numbers(hits, at_rate), "prospecting": Numbers(weeks.consultations, at_pace), "lost_growth": Numbers(weeks.growth, weeks.said)}
