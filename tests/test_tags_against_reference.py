"""The tags of the app against the independent re-computation: five-row cases of every rule, and whole companies."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lib import tags
from lib.tags import compile as compiled
from tests import reference_tags
from tests.small_company import built

AS_OF = date(2026, 3, 15)
CASES = 100
# Without shrinking: a build per attempt would take minutes, and a difference names its case anyway.
PHASES = (Phase.explicit, Phase.generate)
DAYS = st.integers(0, 20).map(lambda back: AS_OF - timedelta(days=back))
PEOPLE = int(os.environ.get("KANJIAN_REFERENCE_PEOPLE", "80"))
MONTHS = int(os.environ.get("KANJIAN_REFERENCE_MONTHS", "8"))
SEEDS = (1, 2, 3)


def hundred(case):
    """At least a hundred random cases of one rule, fifty to a build; fails as well when the rule never fired."""
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]

    def decorate(test):
        fired = []

        # The first batch of hypothesis is the plainest one there is, so two more make a hundred random cases.
        @settings(max_examples=3, deadline=None, suppress_health_check=quiet, derandomize=True, phases=PHASES)
        @given(st.lists(case, min_size=CASES // 2, max_size=CASES // 2))
        def batches(cases):
            fired.append(test(cases))

        def run():
            batches()
            assert sum(fired) > 0

        run.__name__, run.__doc__ = test.__name__, test.__doc__
        return run
    return decorate


def people(cases, of=lambda case: {}):
    return [{"employee_id": f"E{n:03d}", "name": f"员工{n}", "team": f"组{n}", "hire_date": date(2025, 1, 1), **of(case)}
            for n, case in enumerate(cases)]


def rows(cases, pick=lambda case: case):
    return [{"employee_id": f"E{n:03d}", **row} for n, case in enumerate(cases) for row in pick(case)]


def agree(sources, tag: str, as_of: date = AS_OF) -> int:
    """Fail with the differing episodes of one tag, else return how many episodes there are."""
    con = built(sources, as_of)

    def frame(table):
        return con.execute(f"select * from {table}").df()

    events = con.execute("select * from src_life_events").df()
    wanted = reference_tags.reference(frame("employees"), frame("employee_days"), frame("employee_weeks"), frame("talk_signals"), events, as_of)
    found = con.execute("select employee_id, tag, since, until from tag_episodes").fetchall()
    assert reference_tags.differences(wanted, found)[tag] == []
    return sum(row[1] == tag for row in wanted)


@hundred(st.tuples(st.dates(date(2024, 11, 1), date(2026, 4, 1)), st.none() | st.integers(0, 200)))
def test_new_hire_agrees_on_a_hundred_random_cases(cases):
    hired = people(cases, lambda case: {"hire_date": case[0], "leave_date": None if case[1] is None else case[0] + timedelta(days=case[1])})
    return agree({"employees": hired}, "new_hire")


WEEK = st.tuples(st.integers(0, 5), st.sampled_from([0, 10, 14, 17, 20]), st.sampled_from([0, -1, 1]))


def _weekly(case):
    """Up to five weeks, oldest first; each: worked days, useful calls a day, and one call more or less on the first day."""
    monday = date(2026, 2, 9)
    return [{"work_date": monday + timedelta(days=7 * i + d), "dials": 50, "effective": max(0, calls + (nudge if d == 0 else 0))}
            for i, (worked, calls, nudge) in enumerate(case) for d in range(worked)]


@hundred(st.lists(WEEK, min_size=5, max_size=5).map(lambda weeks: sorted(weeks, key=lambda w: -w[1]) if weeks[0][2] else weeks))
def test_performance_dip_agrees_on_a_hundred_random_cases(cases):
    return agree({"employees": people(cases), "activity_days": rows(cases, _weekly)}, "performance_dip")


@pytest.mark.parametrize("as_of", [date(2026, 3, 1) + timedelta(days=n) for n in range(0, 14, 3)])
def test_performance_dip_agrees_on_every_weekday_as_of(as_of):
    falling = [[(5, 20, 0), (5, 15, 0), (5, 10, 0), (2, 3, 0), (5, 8, 0)], [(5, 20, 0), (3, 17, 0), (5, 14, 0), (5, 9, 0), (5, 9, 0)]]
    agree({"employees": people(falling), "activity_days": rows(falling, _weekly)}, "performance_dip", as_of)


EVENING = st.tuples(DAYS, st.sampled_from([None, 18.0, 21.0, 21.02, 22.5, 24.6]), st.sampled_from(["normal", "normal", "late", "leave", "rest"]))


def _evening(day, hour, result):
    midnight = datetime.combine(day, datetime.min.time())
    return {"work_date": day, "result": result, "check_out": hour and midnight + timedelta(hours=hour)}


@hundred(st.lists(EVENING, min_size=5, max_size=9, unique_by=lambda row: row[0]))
def test_high_pressure_agrees_on_a_hundred_random_cases(cases):
    late = [[(day, 22.0 if n % 3 and hour == 18.0 else hour, result) for day, hour, result in case] for n, case in enumerate(cases)]
    return agree({"employees": people(late), "attendance": rows(late, lambda c: [_evening(*row) for row in c])}, "high_pressure")


EVENT = st.tuples(st.sampled_from(["birthday", "hospital", "marriage", "exam"]), st.dates(date(2026, 2, 20), date(2026, 3, 20)),
                  st.none() | st.integers(0, 20), st.sampled_from([True, None, False]))


def _event(kind, when, lasts, agreed):
    return {"kind": kind, "event_date": when, "consent": agreed, "expires_on": None if lasts is None else when + timedelta(days=lasts)}


@hundred(st.tuples(st.dates(date(1992, 1, 1), date(1996, 12, 31)) | st.just(date(1996, 2, 29)), st.lists(EVENT, max_size=4, unique_by=lambda e: e[:2]),
                   st.none() | st.dates(date(2026, 2, 25), date(2026, 3, 20))))
def test_life_event_agrees_on_a_hundred_random_cases(cases):
    who = people(cases, lambda case: {"birth_date": case[0], "leave_date": case[2]})
    return agree({"employees": who, "life_events": rows(cases, lambda c: [_event(*row) for row in c[1]])}, "life_event")


CALLS = st.tuples(st.integers(0, 70).map(lambda back: AS_OF - timedelta(days=back)), st.sampled_from([4, 10, 20, 25]), st.sampled_from([0.3, 0.4, 0.5]),
                  st.integers(0, 2))


@hundred(st.tuples(st.lists(CALLS, min_size=5, max_size=8, unique_by=lambda row: (row[0], row[3])), st.none() | DAYS, st.none() | DAYS))
def test_client_trouble_agrees_on_a_hundred_random_cases(cases):
    """Each case is a team of three who share some days of calls, a talk and a leave date."""
    who = [{**row, "employee_id": f"{row['employee_id']}-{member}", "leave_date": case[2] if member == 1 else None}
           for row, case in zip(people(cases), cases, strict=True) for member in range(3)]
    calls = [{"employee_id": f"E{n:03d}-{member}", "work_date": day, "answered": answered, "rejected": round(answered * share)}
             for n, case in enumerate(cases) for day, answered, share, member in case[0]]
    talks = [{"employee_id": f"E{n:03d}-0", "talked_on": case[1], "signals": "client_trouble"} for n, case in enumerate(cases) if case[1]]
    present = [{"employee_id": f"E{n:03d}-0", "work_date": case[1] - timedelta(days=2), "result": "normal"}
               for n, case in enumerate(cases) if case[1] and n % 2]
    return agree({"employees": who, "activity_days": calls, "talks": talks, "attendance": present}, "client_trouble")


@hundred(st.lists(st.tuples(DAYS, st.sampled_from(["family_care", "family_care,pay", "pay", ""])), min_size=1, max_size=5))
def test_family_care_agrees_on_a_hundred_random_cases(cases):
    talks = rows(cases, lambda case: [{"talked_on": day, "signals": said} for day, said in case])
    return agree({"employees": people(cases), "talks": talks}, "family_care")


def company(seed: int, size: int, months: int) -> tuple[dict[str, pd.DataFrame], date]:
    """A noisy company of ``size`` people: calls, evenings, leave, talks and events of ``months`` months, and its last day."""
    rng = np.random.default_rng(seed)
    end = date(2026, 3, 15)
    length = 30 * months
    ids = np.array([f"E{n:05d}" for n in range(size)])
    start = np.datetime64(end) - length
    hired = start + rng.integers(-400, length, size)
    left = np.where(rng.random(size) < 0.3, hired + rng.integers(30, 500, size), np.datetime64("NaT"))
    staff = pd.DataFrame({"employee_id": ids, "name": ids, "team": [f"T{n // 9}" for n in range(size)], "hire_date": hired,
                          "leave_date": left, "birth_date": np.datetime64("1988-01-01") + rng.integers(0, 5000, size)})
    grid = pd.DataFrame({"n": np.repeat(np.arange(size), length), "work_date": np.tile(start + 1 + np.arange(length), size)})
    weekday = grid["work_date"].dt.day_of_week.to_numpy()
    day, away = np.tile(np.arange(length), size), np.repeat(rng.integers(0, 60, size), length)
    on_holiday = (day + away) % 60 < 13
    grid = grid[(weekday < 6) & ~on_holiday & (rng.random(len(grid)) < 0.93)].reset_index(drop=True)
    grid["employee_id"] = ids[grid["n"]]
    n = len(grid)
    mood = np.abs(1 + 0.3 * np.sin(np.arange(n) / rng.integers(15, 60, size)[grid["n"]]) + 0.25 * rng.standard_normal(n))
    dials = rng.integers(80, 200, n)
    answered = rng.binomial(dials, 0.12)
    rejected = rng.binomial(answered, np.clip(0.36 + 0.1 * rng.standard_normal(size)[grid["n"]] + 0.05 * rng.standard_normal(n), 0.05, 0.9))
    effective = rng.binomial(answered - rejected, np.clip(0.5 * mood, 0, 1))
    activity = grid[["employee_id", "work_date"]].assign(dials=dials, answered=answered, rejected=rejected, effective=effective)
    midnight = grid["work_date"]
    attendance = grid[["employee_id", "work_date"]].assign(
        check_in=midnight + pd.to_timedelta(rng.integers(500, 570, n), "min"),
        check_out=midnight + pd.to_timedelta(rng.integers(1050, 1330, n) + 150 * (np.sin(np.arange(n) / 9) > 0.6), "min"), result="normal")
    attendance.loc[rng.random(n) < 0.05, ["check_in", "check_out"]] = pd.NaT
    talks = pd.DataFrame({"employee_id": rng.choice(ids, size), "talked_on": start + rng.integers(1, length, size),
                          "signals": rng.choice(["family_care", "client_trouble", "client_trouble,pay", ""], size)})
    events = pd.DataFrame({"employee_id": ids, "kind": rng.choice(["birthday", "hospital", "exam", "other"], size),
                           "event_date": start + rng.integers(1, length, size), "consent": rng.random(size) < 0.8})
    return {"employees": staff, "activity_days": activity, "attendance": attendance, "talks": talks, "life_events": events}, end


@pytest.mark.parametrize("seed", SEEDS)
def test_a_noisy_company_agrees_on_every_rule(seed):
    sources, end = company(seed, PEOPLE, MONTHS)
    con = built(sources, end)
    con.execute("create table build_info as select ?::date as as_of", [end])
    wanted, found = reference_tags.published(con, sources["life_events"])
    assert {tag: rows[:3] for tag, rows in reference_tags.differences(wanted, found).items() if rows} == {}
    assert {row[1] for row in wanted} == {tag.key for tag in tags.TAGS}


@cache
def noisy():
    """One noisy company, built, with the reference's episodes (read only)."""
    sources, end = company(5, 40, 6)
    con = built(sources, end)
    con.execute("create table build_info as select ?::date as as_of", [end])
    return con, end, reference_tags.published(con, sources["life_events"])[0]


@pytest.mark.parametrize(("tag", "right", "wrong"), [
    ("new_hire", "as date) - 1", "as date)"),
    ("performance_dip", "c.performance < (1", "c.performance <= 1.01 * (1"),
    ("performance_dip", "s.next_week + 6", "s.week + 13"),
    ("performance_dip", "w.worked_days >=", "w.worked_days >"),
    ("high_pressure", "l.nth >=", "l.nth >"),
    ("high_pressure", "f.next_worked - 1", "f.next_worked"),
    ("high_pressure", "+ {linger}", "+ {linger} - 5"),
    ("life_event", "b.birthday - {before}", "b.birthday"),
    ("life_event", "{days} - 1", "{days}"),
    ("client_trouble", "e.rate >=", "e.rate >"),
    ("client_trouble", "c.rate > c.team_rate", "c.rate >= c.team_rate"),
    ("client_trouble", "c.above_own or c.said or", "c.above_own or"),
    ("client_trouble", "where d.worked and t.next_day", "where d.worked is null and t.next_day"),
    ("family_care", "{days} - 1", "{days}"),
])
def test_a_rule_that_is_bent_a_little_no_longer_agrees(tag, right, wrong):
    con, end, wanted = noisy()
    rule = tags.by_key(tag)
    assert right in rule.condition
    bent = compiled.sql(replace(rule, condition=rule.condition.replace(right, wrong)), end, {})
    named = f"select p.employee_id, e.tag, e.since, e.until from ({bent}) as e join employees as p on p.person_no = e.person_no"
    assert reference_tags.differences([row for row in wanted if row[1] == tag], con.execute(named).fetchall())[tag]


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_the_demo_company_agrees_on_every_rule(seed, tmp_path):
    from lib.build import build
    from lib.warehouse import publish
    from lib.warehouse.store import scratch

    build(tmp_path, demo=True, people=PEOPLE, months=MONTHS, seed=seed, as_of=date(2026, 11, 15))
    con = scratch()
    con.execute(f"attach '{publish.where(tmp_path)}' as published (read_only); use published")
    wanted, found = reference_tags.published(con, reference_tags.life_events_of(tmp_path, demo=True))
    assert {tag: rows[:3] for tag, rows in reference_tags.differences(wanted, found).items() if rows} == {}
    assert len(wanted) > PEOPLE
