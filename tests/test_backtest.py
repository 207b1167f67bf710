"""The backtest of a rule: every figure against an independent replay, what is left out, and when it says that it cannot tell."""

from __future__ import annotations

import json
import random
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

from lib.build import build
from lib.settings import SettingError
from lib.tags import TAGS, measure
from lib.tags.backtest import Backtest, Change, replay
from lib.tags.compile import by_key
from lib.tags.shape import Tag, short
from lib.warehouse.store import Store, Warehouse
from tests.reference_backtest import Company, figures
from tests.small_company import built

CHOICES = 6
"""Random limits per tag and company: six tags × six × one company are 36 choices, and as many on the second."""


def choices(tag: Tag, n: int, seed: int) -> list[dict[str, object]]:
    """Random limits within the bounds, mostly near the default so that the rule still fires."""
    rng, found = random.Random(f"{tag.key}{seed}"), []
    for _ in range(n):
        limits: dict[str, object] = {}
        for row in tag.limits:
            low, high, default = float(row.low), float(row.high), float(row.default)
            near = default if rng.random() < .35 else min(max(default * rng.choice([.4, .6, .8, 1.2, 1.5, 2]), low), high)
            limits[short(row)] = max(int(low), round(near)) if isinstance(row.default, int) else round(near, 3)
        if "after" in limits:
            limits["after"] = rng.choice([18.5, 19.0, 20.25, 21.0, 22.0, 24.5])
        found.append(limits)
    return found


def defaults(tag: Tag) -> dict[str, object]:
    return {short(row): row.default for row in tag.limits}


def flat(test: Backtest) -> dict[str, object]:
    """The backtest under the names of the reference."""
    result: dict[str, object] = {key: getattr(test, key) for key in ("leavers", "other_leavers", "unseen_leavers", "unknown_kind")}
    for name, side in (("now", test.now), ("new", test.new)):
        result |= {f"{name}.{key}": [getattr(week, key) for week in side.weeks] for key in ("newly", "carrying", "episodes")}
        caught, ahead, stayed = side.caught, side.ahead, side.stayed
        result |= {f"{name}.people": side.people, f"{name}.caught": (caught.hits, caught.n, caught.low, caught.high),
                   f"{name}.ahead": (ahead.n, ahead.low, ahead.median, ahead.high),
                   f"{name}.stayed": (stayed.hits, stayed.n, stayed.low, stayed.high),
                   f"{name}.left_out": (side.too_young, side.on_notice, side.other_kind)}
    for name in ("newly", "hours", "caught", "ahead", "stayed"):
        found: Change = getattr(test, name)
        result[f"change.{name}"] = (found.value, found.low, found.high, found.gained, found.lost, found.n)
    return result


def differences(test: Backtest, wanted: dict[str, object]) -> list[str]:
    given = flat(test)
    return [f"{key}: {given[key]} against {value}" for key, value in wanted.items()
            if not np.allclose(np.array(np.atleast_1d(given[key]), float), np.array(np.atleast_1d(value), float), atol=1e-9, equal_nan=True)]


@pytest.fixture(scope="module")
def companies(demo_dir: Path, tmp_path_factory) -> list[Path]:
    """The small demo company, and one whose data begins within the weeks looked at and whose today is a Wednesday."""
    other = tmp_path_factory.mktemp("young") / "data"
    build(other, demo=True, people=70, months=4, seed=3, as_of=date(2026, 11, 18))
    return [demo_dir, other]


@pytest.mark.parametrize("tag", TAGS, ids=lambda tag: tag.key)
def test_every_figure_is_that_of_an_independent_replay(companies, tag: Tag) -> None:
    flagged = 0
    for seed, data in enumerate(companies):
        house = Store(data).current()
        company = Company(data, house.frame)
        for limits in choices(tag, CHOICES, seed):
            test = replay(house, tag, limits)
            flagged += test.new.people
            assert not differences(test, figures(company, tag.key, defaults(tag), limits)), limits
    assert flagged


@pytest.mark.parametrize("tag", TAGS, ids=lambda tag: tag.key)
def test_the_same_limits_change_nothing(demo_dir: Path, tag: Tag) -> None:
    test = replay(Store(demo_dir).current(), tag, defaults(tag))
    assert test.now == test.new
    assert {change.verdict for change in (test.newly, test.hours, test.caught, test.stayed)} == {"same"}


def edited(demo_dir: Path, folder: Path, *statements: str) -> Warehouse:
    """A copy of the published company after these statements."""
    copy = folder / "warehouse"
    shutil.copytree(demo_dir / "warehouse", copy)
    file = copy / (copy / "current").read_text().strip()
    with duckdb.connect(str(file)) as con:
        for statement in statements:
            con.execute(statement)
    return Store(folder).current()


def test_leavers_of_another_kind_are_left_out_and_unknown_kinds_are_counted_and_said(demo_dir: Path, tmp_path) -> None:
    before = replay(Store(demo_dir).current(), by_key("new_hire"), {})
    assert before.leavers > 2 and before.unknown_kind == 0
    unknown = replay(edited(demo_dir, tmp_path / "a", "update leavings set kind = null"), by_key("new_hire"), {})
    assert unknown.other_leavers == 0 and unknown.unknown_kind == unknown.leavers == before.leavers + before.other_leavers
    none = replay(edited(demo_dir, tmp_path / "b", "update leavings set kind = 'involuntary'"), by_key("new_hire"), {})
    assert none.leavers == 0 and none.new.caught.value is None and none.caught.verdict == "cannot_tell"
    assert none.new.stayed.hits == none.new.stayed.n


def test_what_is_known_of_a_later_day_changes_no_flag(demo_dir: Path, tmp_path) -> None:
    """A rule goes by what was known: cutting off the last month leaves the flags before it as they were."""
    tag, limits = by_key("high_pressure"), {"days": 2, "after": 20.0, "linger": 7}
    whole = replay(Store(demo_dir).current(), tag, limits)
    cut = whole.as_of - timedelta(days=28)
    earlier = replay(edited(demo_dir, tmp_path, f"delete from employee_days where work_date > date '{cut}'",
                            f"update build_info set as_of = date '{cut}'"), tag, limits)
    newly = {week.monday: week.newly for week in whole.new.weeks}
    assert all(newly[week.monday] == week.newly for week in earlier.new.weeks if week.monday in newly) and any(newly.values())


def test_limits_out_of_bounds_and_strange_names_are_refused(demo_dir: Path) -> None:
    house, tag = Store(demo_dir).current(), by_key("performance_dip")
    with pytest.raises(SettingError, match="outside"):
        replay(house, tag, {"drop": 5})
    with pytest.raises(SettingError):
        replay(house, tag, {"weeks": "2; drop table employees"})
    with pytest.raises(KeyError):
        replay(house, tag, {"weeks; drop table employees": 2})


def test_a_replay_leaves_nothing_behind_and_holds_no_person(demo_dir: Path) -> None:
    house = Store(demo_dir).current()
    before = house.tables()
    test = replay(house, by_key("client_trouble"), {"share": .3})
    text = json.dumps(test.facts())
    assert house.tables() == before
    assert not any(who in text for who in house.frame("select employee_id from employees")["employee_id"])
    assert set(test.facts()["new"]) >= {"newly", "hours", "caught", "stayed"}


def test_an_event_whose_use_was_refused_and_events_of_strangers_are_not_published() -> None:
    events = [{"employee_id": who, "kind": "marriage", "event_date": date(2026, 3, 2), "consent": consent}
              for who, consent in (("E1", True), ("E2", False), ("E3", None), ("X", True))]
    people = [{"employee_id": f"E{n}", "name": f"员工{n}", "team": "一组", "hire_date": date(2025, 1, 6)} for n in (1, 2, 3)]
    con = built({"employees": people, "life_events": events}, date(2026, 3, 2))
    assert [row[0] for row in con.execute("select employee_id from life_events order by 1").fetchall()] == ["E1", "E3"]
    assert [row[0] for row in con.execute("describe life_events").fetchall()] == ["employee_id", "kind", "event_date", "expires_on"]


def test_a_leaving_that_is_not_known_yet_is_not_published() -> None:
    person = lambda n, **more: {"employee_id": f"E{n}", "name": f"员工{n}", "team": "一组", "hire_date": date(2025, 1, 6), **more}
    con = built({"employees": [
        person(1, notice_date=date(2026, 3, 1), leave_date=date(2026, 3, 31), leave_type="voluntary"),
        person(2, notice_date=date(2026, 3, 9), leave_date=date(2026, 3, 31), leave_type="voluntary"),
        person(3, leave_date=date(2026, 2, 1)), person(4)]}, date(2026, 3, 2))
    assert con.execute("select * from leavings order by 1").fetchall() == [
        ("E1", date(2026, 3, 1), date(2026, 3, 31), "voluntary"), ("E3", date(2026, 2, 1), date(2026, 2, 1), None)]


def test_hours_are_episodes_times_minutes_against_what_hr_can_hold(demo_dir: Path) -> None:
    test = replay(Store(demo_dir).current(), by_key("life_event"), {}, minutes=30, daily=4, hr=3)
    assert test.capacity == 3 * 4 * 5 * .5
    assert all(week.hours == week.episodes * .5 for week in test.new.weeks)


@pytest.mark.parametrize(("gained", "lost", "n"), [(0, 0, 40), (9, 1, 60), (30, 30, 60), (1, 0, 1)])
def test_a_paired_difference_lies_within_its_interval(gained: int, lost: int, n: int) -> None:
    value, low, high = measure.paired(gained, lost, n)
    assert -1 <= low <= high <= 1 and low <= value <= high


def test_flags_of_one_person_are_not_worth_as_many_independent_ones() -> None:
    hits, of = np.array([10, 0, 10, 0, 10, 10]), np.array([10] * 6)
    apart = measure.share(40, 60)
    together = measure.share(40, 60, (hits, of))
    assert together.value == apart.value and together.low < apart.low - .1 and together.high > apart.high + .1


def test_ninety_five_of_a_hundred_intervals_hold_the_truth() -> None:
    rng, held = np.random.default_rng(5), 0
    for _ in range(400):
        a, b = rng.random(80) < .3, rng.random(80) < .3
        _, low, high = measure.paired(int((b & ~a).sum()), int((a & ~b).sum()), 80)
        held += low <= 0 <= high
    assert held / 400 >= .93
