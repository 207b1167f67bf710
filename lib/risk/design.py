"""Design: people's facts → the columns of the linear model, by rules learnt from the training rows only and kept as JSON.

Each feature becomes a group of columns, so that a person's log-odds fall apart into one exact part per feature:

- ``spline``: restricted cubic spline (Stone & Koo 1985; Harrell, *Regression Modeling Strategies*, 2015, §2.4.5) with knots at
  quantiles, linear between the outer knots and the ends, constant beyond what training saw.  The columns are made orthogonal, the
  straight line with spread 1, the bends with :data:`BEND`: under the one penalty of its feature a bend is shrunk before the line (as
  by the penalties of smoothing splines, Wood 2017 §5).  Long-tailed amounts are taken on the scale of logarithms first.
- ``linear``: the standardised value.  ``shortfall``: the same below nought, and nought above it: more than usual is as good as usual.
- ``levels``: the standardised value and one column per value, for numbers of few values.
- ``flag``: 0 or 1.  ``category``: one column per value; values rarer than :data:`RARE` rows share one, unseen ones have none.

What is not known gets a column of its own beside the average value, and never counts as a number.  Only numpy and pandas are needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

KINDS = ("spline", "linear", "shortfall", "levels", "flag", "category")
KNOTS = (0.05, 0.275, 0.5, 0.725, 0.95)   # Harrell's quantiles for five knots
ENDS = (0.005, 0.995)                     # values beyond these quantiles count as these
BEND = 0.3                                # spread of the columns that bend: their feature's penalty costs them 1/0.3² = 11 times as much as its line
ENOUGH = 20_000                           # rows that quantiles and spreads are taken from
SKEWED = 1.0                              # from this skewness on, an amount without negative values is taken on the scale of logarithms
RARE = 10                                 # a value of fewer training rows shares a column with the other rare ones
MOST = 30                                 # at most so many values of a category have a column of their own


@dataclass(frozen=True)
class Term:
    """One feature's columns: ``kind``; ``low`` and ``high`` clip, ``centre`` is what an unknown value counts as; ``unit`` of the logarithm (0: none); ``knots`` and
    ``turn`` (basis → columns) of a spline; ``values`` of a category or of levels (the last category column is "another value" when
    ``other``); ``missing``: there is a column for "not known"."""

    key: str
    kind: str
    low: float = 0.0
    high: float = 0.0
    centre: float = 0.0
    spread: float = 1.0
    knots: tuple[float, ...] = ()
    offset: tuple[float, ...] = ()
    turn: tuple[tuple[float, ...], ...] = ()
    unit: float = 0.0
    values: tuple[object, ...] = ()
    other: bool = False
    missing: bool = False

    def columns(self, given: np.ndarray) -> np.ndarray:
        """Rows × columns of this feature for values as they are (numbers, or objects of a category)."""
        if self.kind == "category":
            return self._choices(given)
        known = np.isfinite(given)
        if self.unit:
            given = np.log1p(np.maximum(given, 0) / self.unit)
        x = np.clip(np.where(known, given, self.centre), self.low, self.high)
        if self.knots:
            made = (_bends(x, self.knots) - self.offset) @ np.asarray(self.turn)
        else:
            made = ((x - self.centre) / self.spread)[:, None]
        if self.kind == "levels":
            made = np.column_stack([made, *(np.where(known, x == value, False) for value in self.values)])
        made = np.where(known[:, None], made, 0.0)
        return np.column_stack([made, ~known]).astype(float) if self.missing else made.astype(float)

    def span(self) -> np.ndarray:
        """What each column gains from the lowest value to the highest one."""
        low, high = self.columns(np.array([-1e200, 1e200]))
        return high - low

    def _choices(self, given: np.ndarray) -> np.ndarray:
        place = {value: at for at, value in enumerate(self.values)}
        strange, nobody = (len(self.values) if self.other else -1), (len(self.values) + self.other if self.missing else -1)
        codes, seen = pd.factorize(given, use_na_sentinel=False)
        at = np.array([nobody if unknown(value) else place.get(value, strange) for value in seen], dtype=int)[codes]
        made = np.zeros((len(given), len(self.values) + self.other + self.missing))
        rows = np.flatnonzero(at >= 0)
        made[rows, at[rows]] = 1.0
        return made


def unknown(value: object) -> bool:
    """Whether a cell of a category says nothing."""
    return value is None or value != value or value == ""


def _bends(x: np.ndarray, knots: Sequence[float]) -> np.ndarray:
    """The restricted cubic spline basis: x and, per inner bend, Harrell's truncated cubes, linear beyond the outer knots."""
    t = np.asarray(knots, dtype=float)
    scale = (t[-1] - t[0]) ** 2
    last, before = t[-1], t[-2]
    ends = _cube(x, last), _cube(x, before)
    bent = [(_cube(x, at) - ends[1] * ((last - at) / (last - before)) + ends[0] * ((before - at) / (last - before))) / scale for at in t[:-2]]
    return np.column_stack([x, *bent])


def _cube(x: np.ndarray, at: float) -> np.ndarray:
    beyond = np.maximum(x - at, 0.0)
    return beyond * beyond * beyond


def _number(key: str, kind: str, x: np.ndarray) -> Term | None:
    known = np.isfinite(x)
    seen = x[known]
    if not len(seen):
        return None
    if len(seen) > ENOUGH and kind != "levels":
        seen = seen[:: len(seen) // ENOUGH]  # quantiles and spreads need no more; taken evenly over people and weeks
    missing = bool((~known).sum() > 0)
    unit = _unit(seen) if kind == "spline" else 0.0
    if unit:
        seen = np.log1p(seen / unit)
    if kind == "shortfall":
        seen = np.minimum(seen, 0.0)
    low, high = np.quantile(seen, ENDS) if kind in ("spline", "linear", "shortfall") else (seen.min(), seen.max())
    if low == high:  # nearly everybody has the same value: what the few others have is all there is to see
        low, high = seen.min(), seen.max()
    clipped = np.clip(seen, low, high)
    centre, spread = float(clipped.mean()), float(clipped.std())
    if spread < 1e-12:
        return Term(key, "linear", float(low), float(high), centre, 1.0, missing=True) if missing else None
    values: tuple[object, ...] = ()
    if kind == "levels":
        named, counts = np.unique(seen, return_counts=True)
        values = tuple(float(value) for value, count in zip(named, counts, strict=True) if count >= RARE)
    knots: tuple[float, ...] = ()
    offset: tuple[float, ...] = ()
    turn: tuple[tuple[float, ...], ...] = ()
    if kind == "spline":
        where = np.unique(np.quantile(clipped, KNOTS))
        if len(where) >= 3:
            basis = _bends(clipped, where)
            mean = basis.mean(axis=0)
            q, r = np.linalg.qr(basis - mean)
            keep = np.abs(np.diag(r)) > 1e-6 * np.abs(r).max()
            back = np.linalg.inv(np.where(np.eye(len(r), dtype=bool) & ~keep, 1.0, r)) * np.sqrt(len(clipped)) * np.sign(np.diag(r))
            back[:, 1:] *= BEND
            knots, offset = tuple(where.tolist()), tuple(mean.tolist())
            turn = tuple(map(tuple, back[:, keep].tolist()))
    return Term(key, kind, float(low), float(high), centre, spread, knots, offset, turn, unit, values, missing=missing)


def _unit(seen: np.ndarray) -> float:
    """The unit in which a long-tailed amount is taken as log(1 + x/unit), its lowest tenth; 0: as it is.

    What a month more means is another thing in the first year than in the tenth: time and money are judged by ratios.
    """
    spread = seen.std()
    if seen.min() < 0 or spread == 0 or np.mean((seen - seen.mean()) ** 3) <= SKEWED * spread**3:
        return 0.0
    return float(np.quantile(seen[seen > 0], 0.1))


def _category(key: str, given: np.ndarray) -> Term | None:
    codes, seen = pd.factorize(given, use_na_sentinel=False)
    counts = {value: int(count) for value, count in zip(seen, np.bincount(codes, minlength=len(seen)), strict=True) if not unknown(value)}
    missing = sum(counts.values()) < len(given)
    ranked = sorted(counts, key=lambda value: (-counts[value], str(value)))
    values = tuple(value for value in ranked if counts[value] >= RARE)[:MOST]
    other = len(values) < len(ranked)
    if len(values) + other + missing < 2:
        return None
    return Term(key, "category", values=values, other=other, missing=missing)


@dataclass(frozen=True)
class Design:
    """The terms of all features that vary, in order; ``of`` says for each column which term it belongs to."""

    terms: tuple[Term, ...]
    of: tuple[int, ...]

    @property
    def keys(self) -> list[str]:
        return [term.key for term in self.terms]

    def matrix(self, frame: Mapping[str, np.ndarray]) -> np.ndarray:
        """Rows × columns for facts by feature key (a DataFrame or a dict of arrays)."""
        parts = [term.columns(column(frame[term.key], term.kind)) for term in self.terms]
        return np.ascontiguousarray(np.concatenate(parts, axis=1)) if parts else np.zeros((len(next(iter(frame.values()))), 0))

    def signs(self, directions: Mapping[str, int]) -> tuple[int, ...]:
        """The sign of each column's coefficient as far as it is known beforehand: the first column of a number is its straight line."""
        first = np.diff(np.asarray((-1, *self.of))) > 0
        return tuple(directions.get(self.terms[term].key, 0) if line and self.terms[term].kind != "category" else 0
                     for term, line in zip(self.of, first.tolist(), strict=True))

    def turning(self, coef: np.ndarray, directions: Mapping[str, int]) -> np.ndarray:
        """Which columns bend a curve that turns against its direction: its straight line is held at nought, so that the bends are all there
        is of it, or its end lies on the wrong side of its beginning."""
        out, of = np.zeros(len(coef), dtype=bool), np.asarray(self.of)
        for nth, term in enumerate(self.terms):
            sign = directions.get(term.key, 0) if term.knots else 0
            at = np.flatnonzero(of == nth)
            if sign and (coef[at[0]] == 0 or sign * (term.span() @ coef[at]) < 0):
                out[at[1:len(at) - term.missing]] = True
        return out

    def sums(self, per_column: np.ndarray) -> np.ndarray:
        """Add up columns (last axis) by feature."""
        starts = np.flatnonzero(np.diff(np.asarray((-1, *self.of))))
        return np.add.reduceat(per_column, starts, axis=-1) if len(starts) else per_column[..., :0]


def column(given: object, kind: str) -> np.ndarray:
    """A column as the terms read it: floats with NaN for what is not known, or objects of a category."""
    if kind == "category":
        return np.asarray(given, dtype=object)
    to_numpy = getattr(given, "to_numpy", None)
    return to_numpy(dtype=float, na_value=np.nan) if to_numpy else np.asarray(given, dtype=float)


def learn(frame: Mapping[str, object], kinds: Mapping[str, str]) -> Design:
    """Learn the columns of the features (key → kind) from training rows; a feature that does not vary there has none."""
    terms: list[Term] = []
    for key, kind in kinds.items():
        if kind not in KINDS:
            raise ValueError(f"{key}: a feature is one of {', '.join(KINDS)}, not {kind!r}")
        given = column(frame[key], kind)
        term = _category(key, given) if kind == "category" else _number(key, kind, given)
        if term is not None:
            terms.append(term)
    none = np.array([], dtype=object), np.array([], dtype=float)
    of = [at for at, term in enumerate(terms) for _ in range(term.columns(none[0 if term.kind == "category" else 1]).shape[1])]
    return Design(tuple(terms), tuple(of))
