"""Goals worked out again from the source rows, person by person and day by day in plain Python, for tests to hold the SQL against."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import floor
from statistics import mean, median

import duckdb

from lib import settings
from lib.marts import holidays

METRICS = ("effective", "intents", "deals", "revenue", "answered", "dials")
NEAREST = {"day": ("day", "week", "month"), "week": ("week", "month", "day"), "month": ("month", "week", "day")}
LEVELS = ("person", "split", "role", "default")


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, object]]:
    found = con.execute(sql)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def month_of(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def span(period: str, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    return {"day": (today, today), "week": (monday, monday + timedelta(days=6)), "month": month_of(today)}[period]


class Reference:
    """A company's goals as of a day; ``goals`` of the app: rows with level, unit, metric, period, target, source in the order they were set."""

    def __init__(self, con: duckdb.DuckDBPyConnection, as_of: date, app: Sequence[Mapping[str, object]] = ()):
        self.as_of, self.app = as_of, app
        self.people = {p["employee_id"]: p for p in rows(con, "select * from employees")}
        self.days = {(d["employee_id"], d["work_date"]): d for d in rows(con, "select * from employee_days")}
        self.imported = rows(con, f"select * from src_goals where starts_on is null or starts_on <= date '{as_of}'")
        self.asked_leave: dict[object, set[date]] = defaultdict(set)
        for leave in rows(con, "select * from src_leave_requests where coalesce(approved, true)"):
            self.asked_leave[leave["employee_id"]] |= set(days_between(leave["starts_on"], leave["ends_on"]))
        self.rest = {(a["employee_id"], a["work_date"]) for a in rows(con, "select employee_id, work_date from src_attendance where result = 'rest'")}
        seen = rows(con, "select employee_id, work_date as day from src_attendance union select employee_id, work_date from src_activity_days "
                         "union select employee_id, cast(started_at as date) from src_calls")
        self.recorders = {s["employee_id"] for s in seen if as_of - timedelta(days=62) <= s["day"] <= as_of} & set(self.people)
        self.holidays = {day for first, last in holidays.spans(str(settings.get("goals.holidays", {}))) for day in days_between(first, last)}
        self.work_on_holidays = {line: self._works_on_holidays(line) for line in {self.line(e) for e in self.people}}
        self.usual = {e: self._weekdays(e) for e in self.people}
        self.first = min(month_of(as_of)[0], span("week", as_of)[0])
        late = as_of + timedelta(days=14)
        self.last = max(month_of(late)[1], span("week", late)[1])
        self.plan = {e: self._plan(e) for e in self.people}
        self.records = {(self.peers(e), metric) for (e, day), d in self.days.items() if day > as_of - timedelta(days=182)
                        for metric in METRICS if (d[metric] or 0) > 0}

    def line(self, e: object) -> str:
        return self.people[e]["business_line"] or ""

    def peers(self, e: object) -> str:
        return self.people[e]["role"] or self.people[e]["business_line"] or ""

    def worked(self, e: object, day: date) -> bool:
        return bool(self.days.get((e, day), {}).get("worked"))

    def employed(self, e: object, day: date) -> bool:
        p = self.people[e]
        return p["hire_date"] <= day and (p["leave_date"] is None or day <= p["leave_date"])

    def nearly_nobody(self, line: str, day: date) -> bool:
        people = [e for e in self.recorders if self.line(e) == line]
        return bool(people) and 10 * sum(self.worked(e, day) for e in people) < len(people)

    def _works_on_holidays(self, line: str) -> bool:
        if not any(self.line(e) == line for e in self.recorders):
            return False
        past = [day for day in self.holidays if self.as_of - timedelta(days=400) <= day <= self.as_of]
        return bool(past) and mean(not self.nearly_nobody(line, day) for day in past) >= 0.5

    def off(self, line: str, day: date) -> bool:
        if day <= self.as_of:
            return day in self.holidays or self.nearly_nobody(line, day)
        return day in self.holidays and not self.work_on_holidays[line]

    def away(self, e: object, day: date) -> bool:
        d = self.days.get((e, day), {})
        return day in self.asked_leave[e] or (bool(d) and not d["worked"] and (d["result"] == "leave" or (d["leave_hours"] or 0) > 0))

    # --- planned days ---

    def _shares(self, e: object) -> tuple[Counter, Counter]:
        possible, worked = Counter(), Counter()
        eight = days_between(self.as_of - timedelta(days=55), self.as_of)
        usually_open = {weekday for weekday in range(7)
                        if (days := [d for d in eight if d.weekday() == weekday and d not in self.holidays])
                        and mean(not self.off(self.line(e), d) for d in days) >= 0.5}
        for day in eight:
            counts = not self.off(self.line(e), day) or (day.weekday() not in usually_open and day not in self.holidays)
            if counts and self.employed(e, day) and (self.worked(e, day) or not self.away(e, day)):
                possible[day.weekday()] += 1
                worked[day.weekday()] += self.worked(e, day)
        return possible, worked

    def _known(self) -> dict[object, tuple[Counter, Counter]]:
        if not hasattr(self, "_of_recorders"):
            found = {e: self._shares(e) for e in self.recorders}
            self._of_recorders = {e: shares for e, shares in found.items() if sum(shares[0].values()) >= 10}
        return self._of_recorders

    def _weekdays(self, e: object) -> set[int]:
        known = self._known()
        if e in known:
            return _usual(*known[e])
        team = [known[other] for other in known if self.people[other]["team"] == self.people[e]["team"]]
        if team:
            return _usual(sum((p for p, _ in team), Counter()), sum((w for _, w in team), Counter()))
        return {0, 1, 2, 3, 4}

    def _plan(self, e: object) -> dict[date, str]:
        plan = {}
        for day in days_between(self.first, self.last):
            usual, worked = day.weekday() in self.usual[e], e in self.recorders and self.worked(e, day)
            plan[day] = ("W" if usual else "x") if worked else "." if not usual else "n" if not self.employed(e, day) else \
                "h" if self.off(self.line(e), day) else "l" if self.away(e, day) else "s" if (e, day) in self.rest and day <= self.as_of else "w"
        for monday in {day - timedelta(days=day.weekday()) for day in plan}:
            week = [day for day in days_between(monday, monday + timedelta(days=6)) if day in plan]
            extra = sum(plan[day] == "x" for day in week)
            for day in [day for day in week if plan[day] == "w" and day <= self.as_of][:extra]:
                plan[day] = "s"
        return plan

    def count(self, e: object, first: date, last: date, letters: str) -> int:
        return sum(self.plan[e][day] in letters for day in days_between(first, last))

    # --- goals ---

    def newcomer(self, e: object, today: date) -> float:
        hired, shares = self.people[e]["hire_date"], (0.5, 0.7, 0.85)
        for month, share in enumerate(shares, 1):
            index = hired.year * 12 + hired.month - 1 + month
            first = date(index // 12, index % 12 + 1, 1)
            if min(month_of(first)[1], first + timedelta(days=hired.day - 1)) > today:
                return share
        return 1.0

    def given(self, e: object, metric: str) -> Iterable[tuple[int, str, int, float]]:
        """(level, period, 0 for the app, target) of every goal that may hold; wholes of files are left to their own test."""
        app: dict[tuple[int, str], float] = {}
        for goal in self.app:
            if goal["metric"] == metric and (goal["level"], goal["unit"]) in (("person", e), ("role", self.peers(e))):
                level = 2 if goal["level"] == "role" else 1 if goal["source"] == "split" else 0
                app[level, goal["period"]] = goal["target"]
        yield from ((level, period, 0, target) for (level, period), target in app.items())
        for level, fits in ((0, lambda g: g["employee_id"] == e), (2, lambda g: g["employee_id"] is None and g["role"] == self.peers(e))):
            for period in NEAREST:
                found = [g for g in self.imported if g["metric"] == metric and g["period"] == period and fits(g)]
                if found:
                    newest = max(found, key=lambda g: (g["starts_on"] or date.min, g["target"]))
                    yield level, period, 1, newest["target"]
        for name, period, target in (("deals", "month", 1.0), ("intents", "week", 2.0), ("effective", "day", 5.0)):
            if name == metric and (self.peers(e), metric) in self.records:
                yield 3, period, 1, target

    def facts(self, e: object, metric: str, period: str, today: date) -> dict[str, object]:
        first, last = span(period, today)
        planned = self.count(e, first, last, "Wxw")
        held = min(self.given(e, metric), key=lambda g: (g[0], NEAREST[period].index(g[1]), g[2]), default=None)
        per_day = None
        if held:
            level, of, _, target = held
            over = 1
            if of != "day":
                a, b = span(of, today)
                opened = self.count(e, a, b, "Wwlsn")
                over = opened if level == 1 and opened else len(self.usual[e]) if of == "week" else self.count(e, a, b, "Wwlhsn")
            per_day = target * (self.newcomer(e, today) if level >= 2 else 1.0) / over if over else None
        done = None
        if (self.peers(e), metric) in self.records:
            done = sum(self.value(e, day, metric) for day in days_between(first, min(last, self.as_of)))
        return {"target": per_day * planned if per_day is not None and planned else None, "per_day": per_day, "done": done, "planned_days": planned,
                "elapsed_days": self.count(e, first, today - timedelta(days=1), "Wxw") if today > first else 0,
                "level": LEVELS[held[0]] if per_day is not None or held else ""}

    def value(self, e: object, day: date, metric: str) -> float:
        d = self.days.get((e, day))
        if d is None:
            return 0.0
        if metric == "effective":
            return 0.0 if d["effective"] is None else d["effective"] + (d["intents"] or 0) + (d["deals"] or 0)
        return float(d[metric] or 0)

    # --- history ---

    def history(self) -> dict[tuple[str, str], tuple[int, float]]:
        """(people, median a day) by peers and measure."""
        monday = self.as_of + timedelta(days=1)
        monday -= timedelta(days=monday.weekday())
        eight = days_between(monday - timedelta(days=56), monday - timedelta(days=1))
        means: dict[tuple[str, str], list[float]] = defaultdict(list)
        at_work = [e for e, person in self.people.items() if person["active"]]
        peers = [e for e in at_work if self.newcomer(e, self.as_of) == 1] or \
            [e for e in at_work if self.people[e]["hire_date"] + timedelta(days=28) <= self.as_of]
        for e in peers:
            person = self.people[e]
            days = sum(self.worked(e, day) for day in eight) if e in self.recorders else sum(
                day.weekday() in self.usual[e] and not self.off(self.line(e), day) and day >= person["hire_date"] for day in eight)
            for metric in METRICS:
                if days and (self.peers(e), metric) in self.records:
                    means[self.peers(e), metric].append(sum(self.value(e, day, metric) for day in eight) / days)
        return {key: (len(found), median(found)) for key, found in means.items()}


def _usual(possible: Counter, worked: Counter) -> set[int]:
    shares = {weekday: worked[weekday] / possible[weekday] for weekday in possible if possible[weekday]}
    most = floor(sum(shares.values()) + 0.5 + 1e-12)
    ranked = sorted(shares, key=lambda weekday: (-shares[weekday], weekday))
    return {weekday for place, weekday in enumerate(ranked, 1) if shares[weekday] >= 0.8 or (place <= most and shares[weekday] > 0)}
