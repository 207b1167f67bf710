"""The six tag rules once more, written from their definition in words: day by day, person by person, without SQL.

It shares nothing with ``lib/tags``: the limits are typed again, and each rule asks "is it true on this day?" of every day, while
the app reasons in intervals.  ``python -m tests.reference_tags --data DIR`` compares a published warehouse with it and prints
the number of differences per rule.
"""

from __future__ import annotations

import argparse
import calendar
import sys
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from statistics import median

import pandas as pd

TAGS = ("new_hire", "performance_dip", "high_pressure", "life_event", "client_trouble", "family_care")
DAY = timedelta(days=1)
Episode = tuple[str, str, date, "date | None"]


def _day(value: object) -> date | None:
    if value is None or pd.isna(value):
        return None
    return pd.Timestamp(value).date()


def _runs(days: Iterable[date], as_of: date, joins=lambda last, following: False) -> list[tuple[date, date | None]]:
    """Runs of days on which a rule is true; ``joins(last, following)`` says whether a gap does not count as one."""
    runs: list[list[date]] = []
    for day in sorted(day for day in days if day <= as_of):
        if runs and (day - runs[-1][1] <= DAY or joins(runs[-1][1], day)):
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return [(first, None if last == as_of else last) for first, last in runs]


def _three_months_after(hired: date) -> date:
    year, month = (hired.year, hired.month + 3) if hired.month <= 9 else (hired.year + 1, hired.month - 9)
    return date(year, month, min(hired.day, calendar.monthrange(year, month)[1]))


def new_hire_days(hired: date) -> set[date]:
    """From the hire date to the day before three calendar months have passed."""
    end = _three_months_after(hired)
    return {hired + DAY * i for i in range((end - hired).days)}


def dip_days(weeks: list[tuple[date, int, float | None]], as_of: date) -> set[date]:
    """``weeks``: (Monday, worked days, performance).  True on the days on which the last two counted weeks that are over fell."""
    counted = [(monday, value) for monday, worked, value in sorted(weeks, key=lambda w: w[0])
               if worked >= 3 and value is not None and value == value and monday + 6 * DAY <= as_of]
    true: set[date] = set()
    for i in range(2, len(counted)):
        (_, first), (_, second), (monday, third) = counted[i - 2], counted[i - 1], counted[i]
        if second < 0.85 * first and third < 0.85 * second:
            day = monday + 7 * DAY
            last = counted[i + 1][0] + 6 * DAY if i + 1 < len(counted) else as_of
            while day <= last:
                true.add(day)
                day += DAY
    return true


def pressure_days(worked: list[tuple[date, datetime | None]], as_of: date) -> set[date]:
    """``worked``: (worked day, check-out).  True while the three last worked days ended after 21:00, for 7 days at most."""
    worked = sorted(worked, key=lambda w: w[0])
    true: set[date] = set()
    late = [out is not None and out > datetime.combine(day, time(21)) for day, out in worked]
    for i in range(2, len(worked)):
        if late[i] and late[i - 1] and late[i - 2]:
            day = worked[i][0]
            while day <= min(worked[i][0] + 7 * DAY, as_of) and (i + 1 == len(worked) or day < worked[i + 1][0]):
                true.add(day)
                day += DAY
    return true


def life_days(born: date | None, hired: date, events: list[tuple[str, date, date | None]], as_of: date) -> set[date]:
    """The day before and the day of a birthday, and the days of the other declared events."""
    true: set[date] = set()
    birthdays = [when for kind, when, _ in events if kind == "birthday"]
    if born:
        for year in range(hired.year, as_of.year + 2):
            clipped = min(born.day, calendar.monthrange(year, born.month)[1])
            birthdays.append(date(year, born.month, clipped))
    for birthday in birthdays:
        true |= {birthday - DAY, birthday}
    for kind, when, expires in events:
        if kind != "birthday":
            last = expires or when + 13 * DAY
            true |= {when + DAY * i for i in range((last - when).days + 1)}
    return true


def _windows(days: dict[date, tuple[float, float]], as_of: date) -> dict[date, tuple[float, float, float | None]]:
    """Per calendar day with at least 20 answered calls in the 7 days up to it: (answered, rate, the person's own rate before)."""
    called = sorted(day for day, (answered, _) in days.items() if answered > 0)
    if not called:
        return {}
    start = called[0]
    length = (min(called[-1] + 6 * DAY, as_of) - start).days + 1
    answered, rejected = [0.0], [0.0]
    for i in range(length):
        a, r = days.get(start + DAY * i, (0.0, 0.0))
        answered.append(answered[-1] + a)
        rejected.append(rejected[-1] + r)

    def between(sums: list[float], first: int, last: int) -> float:
        return sums[max(last, -1) + 1] - sums[max(first, 0)] if last >= 0 else 0.0

    found = {}
    for i in range(length):
        week = between(answered, i - 6, i)
        if week >= 20:
            before = between(answered, i - 62, i - 7)
            own = between(rejected, i - 62, i - 7) / before if before > 0 else None
            found[start + DAY * i] = (week, between(rejected, i - 6, i) / week, own)
    return found


def reference(employees: pd.DataFrame, employee_days: pd.DataFrame, employee_weeks: pd.DataFrame, talk_signals: pd.DataFrame,
              life_events: pd.DataFrame, as_of: date) -> list[Episode]:
    """All episodes as (employee_id, tag, since, until), sorted; ``until`` is None while the rule is true on ``as_of``."""
    worked_days: dict[str, list[tuple[date, datetime | None]]] = defaultdict(list)
    calls: dict[str, dict[date, tuple[float, float]]] = defaultdict(dict)
    for who, when, worked, out, answered, rejected in employee_days[
            ["employee_id", "work_date", "worked", "check_out", "answered", "rejected"]].itertuples(index=False):
        day = _day(when)
        if worked:
            worked_days[who].append((day, None if pd.isna(out) else pd.Timestamp(out).to_pydatetime()))
        calls[who][day] = (0.0, 0.0) if pd.isna(answered) else (float(answered), 0.0 if pd.isna(rejected) else float(rejected))
    weeks: dict[str, list[tuple[date, int, float | None]]] = defaultdict(list)
    for who, monday, days, value in employee_weeks[["employee_id", "week", "worked_days", "performance"]].itertuples(index=False):
        weeks[who].append((_day(monday), int(days), None if pd.isna(value) else float(value)))
    said: dict[tuple[str, str], set[date]] = defaultdict(set)
    for who, when, signal in talk_signals[["employee_id", "talked_on", "signal"]].itertuples(index=False):
        said[who, signal] |= {_day(when) + DAY * i for i in range(14)}
    events: dict[str, list[tuple[str, date, date | None]]] = defaultdict(list)
    for row in life_events.to_dict("records"):
        agreed = row.get("consent")
        if agreed is None or pd.isna(agreed) or bool(agreed):
            events[row["employee_id"]].append((row["kind"], _day(row["event_date"]), _day(row.get("expires_on"))))

    windows = {who: _windows(days, as_of) for who, days in calls.items()}
    team_of = dict(zip(employees["employee_id"], employees["team"], strict=True))
    team_rates: dict[tuple[str, date], list[float]] = defaultdict(list)
    for who, found in windows.items():
        for day, (_, rate, _) in found.items():
            team_rates[team_of[who], day].append(rate)

    episodes: list[Episode] = []
    for person in employees.to_dict("records"):
        who, hired, left = person["employee_id"], _day(person["hire_date"]), _day(person["leave_date"])

        def employed(days: Iterable[date], hired: date = hired, left: date | None = left) -> set[date]:
            return {day for day in days if hired <= day and (left is None or day <= left)}

        trouble = set()
        for day, (_, rate, own) in windows.get(who, {}).items():
            if rate >= 0.4 and ((own is not None and rate > own) or day in said[who, "client_trouble"]
                                or rate > median(team_rates[person["team"], day])):
                trouble.add(day)
        at_work = {day for day, _ in worked_days[who]}

        def only_rest_between(last: date, following: date, at_work: set[date] = at_work) -> bool:
            return not any(last + DAY * i in at_work for i in range(1, (following - last).days))

        true = {
            "new_hire": new_hire_days(hired),
            "performance_dip": dip_days(weeks[who], as_of),
            "high_pressure": pressure_days(worked_days[who], as_of),
            "life_event": life_days(_day(person["birth_date"]), hired, events[who], as_of),
            "family_care": said[who, "family_care"],
        }
        for tag, days in true.items():
            episodes += [(who, tag, since, until) for since, until in _runs(employed(days), as_of)]
        episodes += [(who, "client_trouble", since, until) for since, until in _runs(employed(trouble), as_of, only_rest_between)]
    return sorted(episodes, key=lambda e: e[:3])


def differences(expected: Iterable[Episode], found: Iterable[Episode]) -> dict[str, list[tuple[str, Episode]]]:
    """Per tag what one side has and the other lacks: ``missing`` (the app lacks it) and ``extra`` (only the app has it)."""
    wanted, given = set(expected), set(found)
    result: dict[str, list[tuple[str, Episode]]] = {tag: [] for tag in TAGS}
    for word, rows in (("missing", wanted - given), ("extra", given - wanted)):
        for row in sorted(rows, key=lambda e: e[:3]):
            result[row[1]].append((word, row))
    return result


def published(con, life_events: pd.DataFrame) -> tuple[list[Episode], list[Episode]]:
    """The reference's episodes and the published ones of an open warehouse (``con.execute(sql)`` reads it)."""
    def frame(table: str) -> pd.DataFrame:
        return con.execute(f"select * from {table}").df()

    as_of = _day(con.execute("select as_of from build_info").fetchone()[0])
    expected = reference(frame("employees"), frame("employee_days"), frame("employee_weeks"), frame("talk_signals"), life_events, as_of)
    found = [(who, tag, _day(since), _day(until)) for who, tag, since, until in
             con.execute("select employee_id, tag, since, until from tag_episodes").fetchall()]
    return expected, found


def life_events_of(data: Path, demo: bool) -> pd.DataFrame:
    """The checked life events of a data folder (the published warehouse holds none); later imports win."""
    folder = data / ("demo/sources" if demo else "sources") / "life_events"
    files = [file for file in sorted(folder.glob("*.parquet")) if not file.name.endswith(".rejects.parquet")]
    columns = ["employee_id", "kind", "event_date", "consent", "expires_on"]
    if not files:
        return pd.DataFrame(columns=columns)
    frame = pd.concat([pd.read_parquet(file) for file in files])
    return frame.drop_duplicates(["employee_id", "kind", "event_date"], keep="last")


def main(arguments: list[str] | None = None) -> int:
    """Compare the published warehouse of a data folder; the exit code is 1 when anything differs."""
    import duckdb

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--show", type=int, default=5, help="how many differences to print per rule")
    options = parser.parse_args(arguments)
    pointer = options.data / "warehouse" / "current"
    con = duckdb.connect(str(pointer.parent / pointer.read_text().strip()), read_only=True)
    demo = con.execute("select company from build_info").fetchone()[0] == "demo"
    expected, found = published(con, life_events_of(options.data, demo))
    wrong = 0
    for tag, rows in differences(expected, found).items():
        wrong += len(rows)
        print(f"{tag:16} {sum(e[1] == tag for e in expected):7} episodes  {len(rows)} differences")
        for word, row in rows[:options.show]:
            print("   ", word, *row)
    print(f"{'all':16} {len(expected):7} episodes  {wrong} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
