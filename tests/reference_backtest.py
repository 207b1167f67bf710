"""The backtest once more, from its definition in words: person by person and day by day, in plain Python over pandas frames.

It shares nothing with ``lib/tags``: rules are asked of every day with any limits, and every figure is counted in loops.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import comb, sqrt
from pathlib import Path
from statistics import median, variance

import numpy as np
import pandas as pd

from tests.reference_tags import DAY, _day, _runs, life_events_of

Z = 1.959963984540054


class Company:
    """The tables of one published company as plain lists; life events and kinds of leaving from the imported files themselves."""

    def __init__(self, data: Path, frame):
        self.as_of = _day(frame("select as_of from build_info")["as_of"].iloc[0])
        self.people = frame("select * from employees order by employee_id").to_dict("records")
        files = sorted(f for f in (data / "demo/sources/employees").glob("*.parquet") if not f.name.endswith(".rejects.parquet"))
        kinds = pd.concat([pd.read_parquet(f) for f in files]).drop_duplicates("employee_id", keep="last")
        self.kind = {who: None if pd.isna(kind) else kind for who, kind in zip(kinds["employee_id"], kinds["leave_type"], strict=True)}
        self.days = frame("select * from employee_days")
        self.weeks = frame("select * from employee_weeks")
        self.signals = frame("select * from talk_signals")
        self.talks = frame("select talked_on, hr_id from talks")
        self.events = life_events_of(data, True)
        self.given = {p["employee_id"]: _day(p["notice_date"]) or _day(p["leave_date"]) for p in self.people}

    def begins(self, tag: str) -> date | None:
        table, column = {"performance_dip": (self.weeks, "week"), "high_pressure": (self.days, "work_date"),
                         "client_trouble": (self.days, "work_date"), "family_care": (self.signals, "talked_on")}.get(tag, (None, ""))
        return None if table is None else _day(table[column].min())

    # --- the days on which a rule is true, by person ---

    def new_hire(self, months: int) -> dict[str, set[date]]:
        true = {}
        for person in self.people:
            hired = _day(person["hire_date"])
            year, month = hired.year + (hired.month - 1 + months) // 12, (hired.month - 1 + months) % 12 + 1
            end = date(year, month, min(hired.day, calendar.monthrange(year, month)[1]))
            true[person["employee_id"]] = {hired + DAY * i for i in range((end - hired).days)}
        return true

    def performance_dip(self, weeks: int, drop: float, min_days: int, baseline: int, chance: float) -> dict[str, set[date]]:
        true: dict[str, set[date]] = defaultdict(set)
        kept = float(1 - Decimal(str(drop)))  # exactly 0.82 for a fall of 0.18: some weeks fall by just that
        for who, rows in self.weeks.groupby("employee_id"):
            counted = [(_day(w), p) for w, d, p in sorted(rows[["week", "worked_days", "performance"]].itertuples(index=False))
                       if d >= min_days and p == p and p is not None and _day(w) + 6 * DAY <= self.as_of]
            for i in range(weeks, len(counted)):
                if all(counted[j][1] < kept * counted[j - 1][1] for j in range(i - weeks + 1, i + 1)):
                    last = counted[i + 1][0] + 6 * DAY if i + 1 < len(counted) else self.as_of
                    day = counted[i][0] + 7 * DAY
                    while day <= last:
                        true[who].add(day)
                        day += DAY
        return true

    def high_pressure(self, days: int, after: float, linger: int) -> dict[str, set[date]]:
        true: dict[str, set[date]] = defaultdict(set)
        for who, rows in self.days[self.days["worked"]].groupby("employee_id"):
            worked = sorted((_day(d), out) for d, out in rows[["work_date", "check_out"]].itertuples(index=False))
            late = [not pd.isna(out) and out > pd.Timestamp(datetime(d.year, d.month, d.day) + timedelta(minutes=round(after * 60)))
                    for d, out in worked]
            for i in range(days - 1, len(worked)):
                if all(late[i - days + 1: i + 1]):
                    day = worked[i][0]
                    while day <= min(worked[i][0] + linger * DAY, self.as_of) and (i + 1 == len(worked) or day < worked[i + 1][0]):
                        true[who].add(day)
                        day += DAY
        return true

    def life_event(self, before: int, days: int) -> dict[str, set[date]]:
        true: dict[str, set[date]] = defaultdict(set)
        birthdays = defaultdict(list)
        for person in self.people:
            born, hired = _day(person["birth_date"]), _day(person["hire_date"])
            if born:
                for year in range(hired.year - 1, self.as_of.year + 2):
                    birthdays[person["employee_id"]].append(date(year, born.month, min(born.day, calendar.monthrange(year, born.month)[1])))
        for row in self.events.to_dict("records"):
            agreed = row.get("consent")
            if agreed is not None and not pd.isna(agreed) and not agreed:
                continue
            when, expires = _day(row["event_date"]), _day(row.get("expires_on"))
            if row["kind"] == "birthday":
                birthdays[row["employee_id"]].append(when)
            else:
                last = expires or when + (days - 1) * DAY
                true[row["employee_id"]] |= {when + DAY * i for i in range((last - when).days + 1)}
        for who, when in birthdays.items():
            true[who] |= {b - DAY * i for b in when for i in range(before + 1)}
        return true

    def client_trouble(self, share: float, answered: int, window: int, baseline: int, signal_days: int) -> dict[str, set[date]]:
        said: dict[str, set[date]] = defaultdict(set)
        for who, when in self.signals[self.signals["signal"] == "client_trouble"][["employee_id", "talked_on"]].itertuples(index=False):
            said[who] |= {_day(when) + DAY * i for i in range(signal_days)}
        rates: dict[str, dict[date, tuple[float, float | None]]] = {}
        of_team: dict[tuple[str, date], list[float]] = defaultdict(list)
        team = {p["employee_id"]: p["team"] for p in self.people}
        for who, rows in self.days.groupby("employee_id"):
            calls = {_day(d): (0.0, 0.0) if pd.isna(a) else (float(a), 0.0 if pd.isna(r) else float(r))
                     for d, a, r in rows[["work_date", "answered", "rejected"]].itertuples(index=False)}
            called = sorted(d for d, (a, _) in calls.items() if a > 0)
            if not called:
                continue
            start, span = called[0], (min(called[-1] + (window - 1) * DAY, self.as_of) - called[0]).days + 1
            a = np.array([calls.get(start + DAY * i, (0.0, 0.0)) for i in range(span)]).reshape(-1, 2)
            sums = np.vstack([np.zeros((1, 2)), a.cumsum(axis=0)])
            at = lambda i, sums=sums: sums[min(max(i, 0), len(sums) - 1)]
            rates[who] = {}
            for i in range(span):
                here, before = at(i + 1) - at(i + 1 - window), at(i + 1 - window) - at(i + 1 - window - baseline)
                if here[0] >= answered:
                    rates[who][start + DAY * i] = (here[1] / here[0], before[1] / before[0] if before[0] > 0 else None)
                    of_team[team[who], start + DAY * i].append(here[1] / here[0])
        return {who: {day for day, (rate, own) in found.items() if rate >= share and (
            own is not None and rate > own or day in said[who] or rate > median(of_team[team[who], day]))} for who, found in rates.items()}

    def family_care(self, days: int) -> dict[str, set[date]]:
        true: dict[str, set[date]] = defaultdict(set)
        for who, when in self.signals[self.signals["signal"] == "family_care"][["employee_id", "talked_on"]].itertuples(index=False):
            true[who] |= {_day(when) + DAY * i for i in range(days)}
        return true

    def episodes(self, tag: str, limits: dict) -> dict[str, list[tuple[date, date]]]:
        """Per person the runs of days on which the rule is true while employed; an open one ends far away."""
        worked: dict[str, set[date]] = defaultdict(set)
        if tag == "client_trouble":
            for who, when in self.days[self.days["worked"]][["employee_id", "work_date"]].itertuples(index=False):
                worked[who].add(_day(when))
        true, found = getattr(self, tag)(**limits), {}
        for person in self.people:
            who, hired, left = person["employee_id"], _day(person["hire_date"]), _day(person["leave_date"])
            days = {d for d in true.get(who, ()) if hired <= d and (left is None or d <= left)}
            rest = lambda last, following, at=worked[who]: not any(last + DAY * i in at for i in range(1, (following - last).days))
            runs = _runs(days, self.as_of, rest) if tag == "client_trouble" else _runs(days, self.as_of)
            found[who] = [(since, until or date(2999, 12, 31)) for since, until in runs]
        return found


def wilson(hits: float, n: float) -> tuple[float, float]:
    """The interval as the two roots of its quadratic equation."""
    p = hits / n
    a, b, c = 1 + Z * Z / n, -(2 * p + Z * Z / n), p * p
    root = sqrt(max(b * b - 4 * a * c, 0))
    return max((-b - root) / (2 * a), 0), min((-b + root) / (2 * a), 1)


def figures(company: Company, tag: str, now: dict, new: dict, weeks: int = 26, minutes: float = 25) -> dict[str, object]:
    """Every figure of the backtest by name, as numbers, None and lists."""
    sunday = company.as_of
    while sunday.isoweekday() != 7:
        sunday -= DAY
    begins = company.begins(tag)
    mondays = [sunday - 6 * DAY - 7 * DAY * back for back in range(weeks)][::-1]
    mondays = [m for m in mondays if begins is None or m + 6 * DAY >= begins] or mondays[-1:]
    count, first = len(mondays), mondays[0]
    others, unseen, leavers = 0, 0, []
    for person in company.people:
        who = person["employee_id"]
        given = company.given[who]
        if given is None or not first <= given <= sunday:
            continue
        if company.kind[who] not in (None, "voluntary"):
            others += 1
        elif begins is not None and max(_day(person["hire_date"]), given - 90 * DAY) < begins:
            unseen += 1
        else:
            leavers.append(who)
    result: dict[str, object] = {"leavers": len(leavers), "other_leavers": others, "unseen_leavers": unseen,
                                 "unknown_kind": sum(company.kind[w] is None for w in leavers)}
    sides = []
    for side, limits in (("now", now), ("new", new)):
        found = company.episodes(tag, limits)
        newly = [[w for w, e in found.items() if any(m <= s <= m + 6 * DAY for s, _ in e)] for m in mondays]
        begun = {w: sum(first <= s <= sunday for s, _ in e) for w, e in found.items()}
        ahead = {}
        for who in leavers:
            if before := [s for s, _ in found[who] if company.given[who] - 90 * DAY <= s < company.given[who]]:
                ahead[who] = (company.given[who] - min(before)).days
        judged, stayed, young, notice, other = defaultdict(int), defaultdict(int), 0, 0, 0
        for who, e in found.items():
            given = company.given[who]
            for since, _ in e:
                if not first <= since <= sunday:
                    continue
                if given is not None and given <= since:
                    notice += 1
                elif since + 90 * DAY > company.as_of:
                    young += 1
                elif given is not None and given <= since + 90 * DAY and company.kind[who] not in (None, "voluntary"):
                    other += 1
                else:
                    judged[who] += 1
                    stayed[who] += given is None or given > since + 90 * DAY
        n, k = sum(judged.values()), sum(stayed.values())
        low = high = None
        if n:
            worth = n
            if 0 < k < n and len(judged) > 1:
                spread = sum((stayed[w] - k / n * judged[w]) ** 2 for w in judged) * len(judged) / (len(judged) - 1) / n**2
                worth = min(n, k / n * (1 - k / n) / spread) if spread else n
            low, high = wilson(k / n * worth, worth)
        days = sorted(ahead.values())
        result |= {
            f"{side}.newly": [len(w) for w in newly],
            f"{side}.carrying": [sum(any(s <= m + 6 * DAY and u >= m for s, u in e) for e in found.values()) for m in mondays],
            f"{side}.episodes": [sum(m <= s <= m + 6 * DAY for e in found.values() for s, _ in e) for m in mondays],
            f"{side}.people": sum(c > 0 for c in begun.values()),
            f"{side}.caught": (len(ahead), len(leavers), *(wilson(len(ahead), len(leavers)) if leavers else (None, None))),
            f"{side}.ahead": (len(days), *(np.quantile(days, [.25, .5, .75]).tolist() if days else (None, None, None))),
            f"{side}.stayed": (k, n, low, high), f"{side}.left_out": (young, notice, other)}
        sides.append(({w: sum(w in week for week in newly) for w in found}, begun, ahead, judged, stayed))
    (weeks_a, begun_a, ahead_a, judged_a, stayed_a), (weeks_b, begun_b, ahead_b, judged_b, stayed_b) = sides
    for name, one, other, worth in (("newly", weeks_a, weeks_b, 1), ("hours", begun_a, begun_b, minutes / 60)):
        change = [(other[w] - one[w]) * worth for w in one]
        unlike = sum(c != 0 for c in change)
        half = Z * sqrt(len(change) * variance(change)) / count if unlike >= 10 else None
        mean = sum(change) / count
        result[f"change.{name}"] = (mean, *((None, None) if half is None else (mean - half, mean + half)),
                                    sum(c > 0 for c in change), sum(c < 0 for c in change), unlike)
    gained, lost, n = len(set(ahead_b) - set(ahead_a)), len(set(ahead_a) - set(ahead_b)), len(leavers)
    if n:
        p, q = (gained + 1) / (n + 2), (lost + 1) / (n + 2)
        half = Z * sqrt((p + q - (p - q) ** 2) / (n + 2))
        result["change.caught"] = ((gained - lost) / n, max(p - q - half, -1.0), min(p - q + half, 1.0), gained, lost, n)
    both = sorted(ahead_b[w] - ahead_a[w] for w in set(ahead_a) & set(ahead_b))
    k = max((k for k in range(len(both)) if sum(comb(len(both), i) for i in range(k + 1)) / 2 ** len(both) <= .025), default=None)
    result["change.ahead"] = (median(both) if both else None, *((both[k], both[-1 - k]) if k is not None else (None, None)),
                              sum(d > 0 for d in both), sum(d < 0 for d in both), len(both))
    na, nb = sum(judged_a.values()), sum(judged_b.values())
    seen = set(judged_a) | set(judged_b)
    value = low = high = None
    if na and nb:
        a, b = sum(stayed_a.values()) / na, sum(stayed_b.values()) / nb
        value = b - a
        if len(seen) >= 10:
            pull = [(stayed_b[w] - b * judged_b[w]) / nb - (stayed_a[w] - a * judged_a[w]) / na for w in seen]
            half = Z * sqrt(sum(x * x for x in pull) * len(seen) / (len(seen) - 1))
            low, high = value - half, value + half
    result["change.stayed"] = (value, low, high, nb, na, len(seen))
    return result
