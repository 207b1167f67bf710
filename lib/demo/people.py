"""People: one growing table of everybody who ever worked in the demo company during its months.

Days are numbers: 0 is the first day of the demo, negative numbers lie before it.
"""

from __future__ import annotations

import numpy as np

from lib.demo.business import HR_LINE, LEVEL_PAY, LINES
from lib.demo.names import names
from lib.demo.org import Org

NEVER = 1_000_000  # a day that does not come

COLUMNS: dict[str, type] = {
    "seat": np.int32, "team": np.int32, "line": np.int8, "lead": np.bool_, "female": np.bool_, "born": np.int32,
    "hired": np.int32, "notice": np.int32, "last": np.int32, "promoted": np.int32, "level": np.int8, "salary": np.float64,
    "mentor": np.int32, "leave_type": np.int8, "ability": np.float32, "pay_gap": np.float32, "punctual": np.float32,
    "overtime": np.float32, "rejection": np.float32, "reach": np.float32, "shift": np.int8, "satisfaction": np.float32,
    "consent": np.int8, "far": np.bool_,
}
LEAVE_TYPES = ("", "voluntary", "involuntary", "other", "other")  # resigned, failed probation, contract ended, by agreement


class People:
    """Columns of :data:`COLUMNS` as arrays over people, in the order in which they were hired into the demo."""

    def __init__(self, capacity: int) -> None:
        self.count = 0
        self._columns = {name: np.zeros(capacity, dtype=kind) for name, kind in COLUMNS.items()}

    def __getattr__(self, name: str) -> np.ndarray:
        columns = self.__dict__.get("_columns", {})
        if name not in columns:
            raise AttributeError(name)
        return columns[name][:self.count]

    def add(self, rows: dict[str, np.ndarray]) -> np.ndarray:
        """Append people; returns their numbers."""
        amount = len(rows["seat"])
        need = self.count + amount
        if need > len(self._columns["seat"]):
            for name, values in self._columns.items():
                self._columns[name] = np.concatenate([values, np.zeros(need, dtype=values.dtype)])
        for name, values in self._columns.items():
            values[self.count:need] = rows[name]
        self.count = need
        return np.arange(need - amount, need)


def hire(rng: np.random.Generator, org: Org, seats: np.ndarray, hired: np.ndarray, start_year: float) -> dict[str, np.ndarray]:
    """New people for these seats, hired on these days; ``start_year`` is the calendar year (with fraction) of day 0."""
    n = len(seats)
    line, lead = org.seat_line[seats], org.lead_seat[seats] & (org.seat_line[seats] != HR_LINE)
    low = np.array([one.ages[0] for one in LINES] + [25])[line] + 5 * lead
    high = np.array([one.ages[1] for one in LINES] + [42])[line] + 4 * lead
    # Ages at hire lean to the young end of a line's range.
    age = low + (high - low) * rng.beta(1.5, 2.6, n)
    women = np.array([one.women for one in LINES] + [.75])[line] - .1 * lead
    tenure = np.maximum(0, -hired)
    level = np.clip((rng.random(n) * .9 + np.sqrt(tenure / 365) * .75 - .35).astype(int), 0, 3)
    level = np.where(lead, 4, level)
    base = np.array([one.salary for one in LINES] + [8000])[line]
    pay_gap = rng.normal(0, .09, n)
    salary = np.round(base * np.array(LEVEL_PAY)[level] * np.exp(pay_gap) / 100) * 100
    # Somebody with years behind them was promoted at some time; newcomers were not.
    since = (tenure * rng.beta(1.2, 1.6, n)).astype(int)
    promoted = np.where((tenure > 300) & (level > 0), -since, NEVER)
    spread = np.array([one.ability for one in LINES] + [.05])[line]
    return {
        "seat": seats, "team": org.seat_team[seats], "line": line, "lead": lead, "female": rng.random(n) < women,
        "born": (hired - age * 365.25).astype(int), "hired": hired, "notice": np.full(n, NEVER), "last": np.full(n, NEVER),
        "promoted": promoted, "level": level, "salary": salary, "mentor": np.full(n, -1), "leave_type": np.zeros(n),
        "ability": rng.normal(0, 1, n) * spread + .08 * lead, "pay_gap": pay_gap,
        "punctual": np.exp(rng.normal(0, .7, n)), "overtime": np.exp(rng.normal(-.1, .45, n)),
        "rejection": rng.normal(0, .14, n), "reach": rng.normal(0, .06, n), "shift": rng.integers(0, 10, n),
        "satisfaction": np.clip(rng.normal(87, 5, n), 60, 98), "consent": rng.choice(4, n, p=[.02, .06, .12, .8]),
        "far": rng.random(n) < .15,
    }


def opening(rng: np.random.Generator, org: Org) -> tuple[np.ndarray, np.ndarray]:
    """Who is there on day 0: seats that are taken, and the (negative) days on which their people were hired.

    Tenure is what a constant turnover leaves behind: many newcomers, a stable core, leads and HR longer than the others.
    """
    taken = np.flatnonzero((rng.random(org.seats) >= .034) | org.lead_seat | (org.seat_line == HR_LINE))
    n = len(taken)
    settled = org.lead_seat[taken] | (org.seat_line[taken] == HR_LINE)
    fresh = rng.random(n) < np.array([one.leaving for one in LINES] + [.1])[org.seat_line[taken]] * .47
    tenure = np.where(fresh & ~settled, rng.exponential(200, n), rng.exponential(1000, n) + 60) + 700 * settled
    return taken, -np.clip(tenure, 1, 4400).astype(int)


def named(rng: np.random.Generator, people: People, start_year: int) -> np.ndarray:
    """Names of everybody (str objects)."""
    year = start_year + people.born // 365.25
    return names(rng, year, np.where(people.female, "女", "男"))


def numbers(rng: np.random.Generator, count: int, prefix: str = "K") -> np.ndarray:
    """Employee numbers in random order: they say nothing about when or where somebody was hired."""
    width = max(5, len(str(int(count * 1.3))))
    chosen = rng.permutation(int(count * 1.3) + 7)[:count] + 10 ** (width - 1)
    chosen %= 10 ** width
    return np.char.add(prefix, np.char.zfill(chosen.astype(f"<U{width}"), width)).astype(object)
