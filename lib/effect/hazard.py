"""Leaving as the outcome: a weekly hazard in which care switches on when it happened.

Never "ever cared for" against "never": whoever is to be cared for must first stay long enough (immortal time), which makes care look good when it
does nothing.  Here every week of every person is a row; care counts from the week after it happened, for ``lasts`` weeks; weeks as long after a tag of
like strength, of people of like tenure, in the same time, are compared (discrete-time proportional hazards: complementary log-log,
Prentice and Gloeckler 1978).  Errors by person.  The Kaplan–Meier curves are unadjusted, from a landmark on, and said to be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from lib.effect.design import needs_others
from lib.effect.estimate import POWER
from lib.effect.levels import climb, equations, hazards, independent, products, totals
from lib.effect.verdict import ALPHA, LIVE_Z, PEOPLE, Check, Look, Z, live

LASTS = 13                       # weeks for which care counts
AGES = (0, 1, 5, 9, 14, 27)      # weeks since the last tag began, cut here; from 27 on as if there had been none
TEAM_EVENTS = 15                 # teams with fewer leavers share one level
EXPECTED = 10.0                  # leavers expected in cared weeks, and seen in the others after a tag, before anything is said
WORTH = 0.8                      # the hazard ratio nearest to 1 that would matter


@dataclass(frozen=True)
class HazardEffect:
    """Hazard ratio of leaving while care counts, with its 95 % interval, beside the weeks after a tag without care.

    ``events_cared`` / ``events_compared``: leavers in cared weeks and in weeks after a tag without care; ``expected``: leavers that the
    cared weeks would have had without care; ``weeks_cared`` / ``weeks_compared``; ``n_cared``, ``n_compared``: people who have such weeks, ``people`` both together.
    """

    ratio: float
    low: float
    high: float
    p: float
    n_cared: int
    n_compared: int
    people: int
    weeks_cared: int
    weeks_compared: int
    events_cared: int
    events_compared: int
    expected: float

    def __post_init__(self) -> None:
        needs_others(self.n_compared, "a hazard ratio needs a comparison: weeks after a tag without care")


@dataclass(frozen=True)
class NoHazard:
    """Too few leavers on one side for any ratio."""

    n_cared: int
    n_compared: int
    people: int
    events_cared: int
    events_compared: int


@dataclass(frozen=True)
class HazardVerdict:
    """What may be said of leaving.  Checks: ``cared_people``, ``compared_people``, ``expected``, ``compared_events``, ``ratio`` (the end of the interval
    nearest to 1, as log, signed so that > 0 means that 1 is left out).  ``bound``: no effect beyond this ratio (or 1 / it)."""

    key: Literal["works", "harms", "no_effect", "cannot_tell"]
    checks: tuple[Check, ...]
    bound: float | None
    more: int | None
    p: float
    warnings: tuple[str, ...]


def person_weeks(people: pd.DataFrame, episodes: pd.DataFrame, cares: pd.DataFrame, first: pd.Timestamp, as_of: pd.Timestamp,
                 lasts: int = LASTS) -> pd.DataFrame:
    """One row per person and week at work, from the week of ``first`` to the last week that is over on ``as_of``.

    ``event``: left in this week (``left_on``; give the day of notice where it is known, since nobody can be kept after it); ``cared``: a care in
    one of the ``lasts`` weeks before this one; ``age``: part of :data:`AGES` since the last tag, −1 for none in the last half year; ``strength``, ``dip``
    (how far below the own mean, in tenths) of that tag, 0 for none; ``tags``: tags in the half year before; ``tenure`` (weeks); ``team``; ``time``.
    """
    start = _monday(np.datetime64(first, "D"))
    span = int((np.datetime64(as_of, "D") - np.timedelta64(6, "D") - start).astype(int) // 7) + 1
    column = lambda days: np.where(np.isnat(days), 10**6, (days - start).astype(float) // 7).astype(int)
    who = pd.Index(people["employee_id"])
    hired, left = (column(people[name].to_numpy("datetime64[D]")) for name in ("hire_date", "left_on"))
    week = np.arange(max(span, 0))
    here = (hired[:, None] <= week) & (left[:, None] >= week)
    tags = episodes[episodes["employee_id"].isin(who)].sort_values(["since", "tag"], kind="stable")
    at, when = who.get_indexer(tags["employee_id"]), column(tags["since"].to_numpy("datetime64[D]"))
    last, tag = np.full((len(who), span), -1), np.full((len(who), span), -1)
    begun = np.zeros((len(who), span + 1))
    for place, (row, col) in enumerate(zip(at, when, strict=True)):
        if col < span:
            last[row, max(col, 0):], tag[row, max(col, 0):] = col, place
            begun[row, max(col, 0)] += 1
    age = np.where(tag >= 0, week - last, 10**6)
    cared = np.zeros((len(who), span), dtype=bool)
    mine = cares[cares["employee_id"].isin(who) & (cares["care_on"] <= as_of)]
    for row, col in zip(who.get_indexer(mine["employee_id"]), column(mine["care_on"].to_numpy("datetime64[D]")), strict=True):
        cared[row, max(col + 1, 0):max(col + 1 + lasts, 0)] = True
    row, col = np.nonzero(here)
    recent = age[row, col] < AGES[-1]
    of = np.where(recent, tag[row, col], 0)
    take = lambda name, scale: np.where(recent, np.nan_to_num(scale(tags[name].to_numpy(float)))[of], 0.0) if len(tags) else np.zeros(len(row))
    total = np.cumsum(begun[:, :span], axis=1)
    half_year = total - np.pad(total, ((0, 0), (26, 0)))[:, :span]
    return pd.DataFrame({
        "employee_id": who.to_numpy()[row], "person": row, "week": start + 7 * col.astype("timedelta64[D]"), "event": left[row] == col, "cared": cared[row, col],
        "age": np.where(recent, np.searchsorted(AGES, age[row, col], side="right") - 1, -1),
        "strength": take("strength", lambda x: np.clip(x, -2, 6)), "dip": take("dip", lambda x: np.clip((100 - x) / 10, -5, 8)),
        "tags": half_year[row, col], "tenure": np.maximum(col - hired[row], 0), "team": people["team"].to_numpy(str)[row], "time": col})


def _monday(day: np.datetime64) -> np.datetime64:
    """Monday of the week of a day (1970-01-01 was a Thursday)."""
    return day - np.timedelta64(int((day.astype(int) + 3) % 7), "D")


def _history(rows: pd.DataFrame) -> Iterator[np.ndarray]:
    """What is held equal beside the team: time since the tag and its strength, tenure, calendar."""
    age, strength, dip = rows["age"].to_numpy(), rows["strength"].to_numpy(float), rows["dip"].to_numpy(float)
    early, late = (age >= 0) & (age <= 1), age > 1
    tenure, time = rows["tenure"].to_numpy(float), rows["time"].to_numpy(float)
    for part in range(len(AGES) - 1):
        yield (age == part).astype(float)
    for value in (strength, dip):
        yield value * early
        yield value * late
    yield np.minimum(rows["tags"].to_numpy(float), 4)
    yield np.log1p(tenure)
    for weeks in (13, 26):
        yield (tenure < weeks).astype(float)
    yield time
    yield time**2


def _columns(rows: pd.DataFrame) -> np.ndarray:
    """Care, intercept and history, centred and scaled, column by column in memory."""
    event, x, at = rows["event"].to_numpy(), np.ones((len(rows), 24), order="F"), 2
    x[:, 0] = rows["cared"].to_numpy(float)
    for column in _history(rows):
        center, spread = column.mean(), column.std()
        # A level that no leaver has would run off to minus infinity.
        if spread > 1e-9 and not (column[event].sum() == 0 and np.isin(column, (0.0, 1.0)).all()):
            np.divide(column - center, spread, out=x[:, at])
            at += 1
    return x[:, :at]


def _teams(rows: pd.DataFrame) -> tuple[np.ndarray, int]:
    """The level of each row and how many there are; teams with few leavers share the first one."""
    code, names = pd.factorize(rows["team"], sort=True)
    large = np.bincount(code, rows["event"].to_numpy(float), len(names)) >= TEAM_EVENTS
    place = np.cumsum(large) - (1 if large.all() else 0)
    return np.where(large, place, 0)[code], int(place.max()) + 1


def _fit(event: np.ndarray, x: np.ndarray, team: np.ndarray, teams: int, who: np.ndarray) -> tuple[float, float, np.ndarray] | None:
    """Log hazard ratio of care (column 0), its error by person, and the log hazard of each row without care; None where nothing can be told since care
    says only what the history says.  Columns that the others say are left out, never care."""
    shares = products(x, team, teams)
    kept = independent(shares, np.arange(2, len(shares)))
    if len(independent(shares, np.r_[0, kept])) <= len(kept):
        return None
    x = x if len(kept) == x.shape[1] - 2 else x[:, np.r_[0, 1, kept]]
    held = np.r_[np.inf, np.zeros(teams - 1)]
    start = np.zeros(x.shape[1])
    start[1] = np.log(event.mean())
    likelihood, free = hazards(event), np.zeros(x.shape[1])
    beta, level = climb(likelihood, x, team, teams, free, held, start)
    log = x @ beta + level[team]
    _, slope, curve = likelihood(log)
    found = equations(x, curve, team, teams, free, held)
    # The sandwich: what each person's weeks move the ratio by (errors by person, with the usual correction for few of them).
    moved = totals(slope * found.pull(0, x, team), who, int(who.max()) + 1)
    people, rows, numbers = len(np.unique(who)), len(x), x.shape[1] + teams - 1
    error = float(np.sqrt((moved**2).sum() * people / (people - 1) * (rows - 1) / (rows - numbers)))
    return (float(beta[0]), error, log - x[:, 0] * beta[0]) if np.isfinite([beta[0], error]).all() and error > 0 else None


def hazard(rows: pd.DataFrame) -> HazardEffect | NoHazard:
    """The hazard ratio from ``person_weeks``."""
    from scipy.special import ndtr

    cared, event = rows["cared"].to_numpy(bool), rows["event"].to_numpy(bool)
    alone = ~cared & (rows["age"].to_numpy() >= 0)
    who = rows["person"].to_numpy()
    sides = [np.bincount(who[side], minlength=1 + who.max(initial=0)) > 0 for side in (cared, alone)]
    counts = int(sides[0].sum()), int(sides[1].sum()), int((sides[0] | sides[1]).sum())
    events = int((event & cared).sum()), int((event & alone).sum())
    fit = _fit(event, _columns(rows), *_teams(rows), who) if min(events) >= 1 and event.sum() >= 20 else None
    if fit is None:
        return NoHazard(*counts, *events)
    value, error, without = fit
    expected = float(-np.expm1(-np.exp(without[cared])).sum())
    ends = np.exp([value - Z * error, value + Z * error])
    return HazardEffect(float(np.exp(value)), float(ends[0]), float(ends[1]), float(2 * ndtr(-abs(value) / error)), *counts, int(cared.sum()), int(alone.sum()),
                        *events, expected)


def judge_hazard(found: HazardEffect | NoHazard, look: Look = "quarterly", worth: float = WORTH, cells: int = 1, lottery: bool = False) -> HazardVerdict:
    """Works / harms / no effect beyond ``worth`` / cannot tell, by the same rule; several cells share the level (Bonferroni)."""
    warnings = (() if lottery else ("private_knowledge",)) + (("one_of_many",) if cells > 1 else ()) + (("live",) if look == "live" else ())
    others = min(found.n_compared, max(found.people - min(PEOPLE, found.n_cared), 0))
    checks = (Check("cared_people", found.n_cared >= PEOPLE, found.n_cared, PEOPLE), Check("compared_people", others >= PEOPLE, others, PEOPLE))
    short = max(PEOPLE - found.n_cared, PEOPLE - others, 0)
    if isinstance(found, NoHazard):
        events = (Check("expected", False, float("nan"), EXPECTED),
                  Check("compared_events", found.events_compared >= EXPECTED, found.events_compared, EXPECTED))
        return HazardVerdict("cannot_tell", checks + events, None, short or None, float("nan"), warnings)
    checks += (Check("expected", found.expected >= EXPECTED, found.expected, EXPECTED),
               Check("compared_events", found.events_compared >= EXPECTED, found.events_compared, EXPECTED))
    value, error = np.log(found.ratio), (np.log(found.high) - np.log(found.low)) / (2 * Z)
    reach = (LIVE_Z if look == "live" else Z) * error
    sign = 1.0 if value >= 0 else -1.0
    near = float(sign * value - reach)
    sound, p = all(check.passed for check in checks), min(1.0, (live(found.p) if look == "live" else found.p) * cells)
    checks += (Check("ratio", near > 0, near, 0.0),)
    far = float(np.exp(abs(value) + reach))
    key: Literal["works", "harms", "no_effect", "cannot_tell"] = "cannot_tell"
    if sound and near > 0 and p <= ALPHA:
        key = "harms" if sign > 0 else "works"
    elif sound and far <= 1 / worth:
        key = "no_effect"
    # Errors fall with the root of the leavers, and these come with people: until the ratio that matters is seen in 80 % of cases.
    needed = int(np.ceil(found.n_cared * max((POWER * error / max(abs(np.log(worth)), abs(value))) ** 2, EXPECTED / max(found.expected, 0.1)))) - found.n_cared
    return HazardVerdict(key, checks, 1 / far if key == "no_effect" else None, max(short, needed, 1) if key == "cannot_tell" else None, p, warnings)


def landmark_curves(people: pd.DataFrame, episodes: pd.DataFrame, as_of: pd.Timestamp, respond_days: int = 7) -> pd.DataFrame:
    """Kaplan–Meier curves of staying, unadjusted: from ``respond_days`` after each person's first episode (the landmark), those still there, by whether care
    had come by then.  Columns: ``cared``, ``weeks`` since the landmark, ``staying``, ``low``, ``high`` (95 %, log–log), ``at_risk``, ``people``.
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    first = episodes.sort_values("since", kind="stable").drop_duplicates("employee_id")
    table = first[["employee_id", "since", "cared"]].merge(people[["employee_id", "left_on"]], on="employee_id")
    mark = table["since"] + pd.Timedelta(days=respond_days)
    gone = table["left_on"].notna() & (table["left_on"] <= as_of)
    until = table["left_on"].where(gone, pd.Timestamp(as_of))
    table["weeks"], table["gone"] = np.ceil((until - mark).dt.days / 7), gone
    table = table[table["weeks"] > 0]
    parts = []
    for cared, group in table.groupby("cared"):
        if not group["gone"].any():
            continue
        curve = SurvfuncRight(group["weeks"].to_numpy(float), group["gone"].to_numpy(int))
        inside = (curve.surv_prob > 0) & (curve.surv_prob < 1)
        share, error = curve.surv_prob[inside], curve.surv_prob_se[inside]
        wide = 1.96 * error / (share * np.abs(np.log(share)))
        parts.append(pd.DataFrame({"cared": bool(cared), "weeks": curve.surv_times[inside], "staying": share,
                                   "low": share ** np.exp(wide), "high": share ** np.exp(-wide), "at_risk": curve.n_risk[inside].astype(int), "people": len(group)}))
    names = ["cared", "weeks", "staying", "low", "high", "at_risk", "people"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)
