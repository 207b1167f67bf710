"""Effect, how things are told: reasons beside intervals, figures of others as they are set, what is not on record, one as one."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from lib import settings, words
from lib.access.desk import Desk
from lib.access.roles import Viewer
from lib.show import (
    effect_leaving,
    effect_others,
    effect_page,
    effect_parts,
    effect_programme,
    effect_read,
    effect_seen,
    sections,
)
from lib.show.effect_seen import Check, Span
from lib.show.sections import Held
from lib.warehouse.store import Store
from tests.effect_company import READ, published

FAILED = json.dumps([{"key": "cared_people", "passed": True, "number": 60, "bound": 20}, {"key": "placebo", "passed": False, "number": 0.04, "bound": 0.2},
                     {"key": "estimate", "passed": True, "number": 1.1, "bound": 0}, {"key": "family", "passed": False, "number": 0.2, "bound": 0.05}])
STATEMENTS = (
    # An interval that leaves out 0, and a check that does not hold.
    f"update effect_cells set verdict = 'cannot_tell', more = null, value = 6, low = 1, high = 11, checks = '{FAILED}' where scope = 'tag' and part = 'performance_dip'",
    "delete from effect_cells where scope = 'department' and part <> (select min(part) from effect_cells where scope = 'department')",
    "update effect_time set programme = 'before' where month < date '2026-04-01'", "delete from effect_time where month >= date '2026-04-01'",
    "delete from effect_felt where programme = 'after'",
    "update effect_programme set value = null, low = null, high = null, trend = null, checks = '[]', verdict = 'cannot_tell' where outcome = 'felt'",
    "update effect_programme set verdict = 'cannot_tell', value = -8.9, low = -9.4, high = -8.3, checks = '[{\"key\": \"teams\", \"passed\": true, \"number\": 9, \"bound\": 4}, "
    "{\"key\": \"trend_off\", \"passed\": false, \"number\": -1.2, \"bound\": 0}]' where outcome = 'hr_minutes'",
    "update effect_leaving set expected = 9.5, checks = '[{\"key\": \"expected\", \"passed\": false, \"number\": 9.5, \"bound\": 10}]', verdict = 'cannot_tell'",
)


@pytest.fixture(scope="module")
def house(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("told") / "data"
    shutil.copytree(demo_dir, folder, ignore=shutil.ignore_patterns("ledger.db*", "*.duckdb"))
    return published(demo_dir, folder, "works", *STATEMENTS)


@pytest.fixture(autouse=True)
def english():
    words.speak("en")
    yield
    words.speak("zh")


def desk(data: Path, role: str = "hr", **scope: object) -> Desk:
    return Desk(Store(data), Viewer(role, **scope))  # type: ignore[arg-type]


def drawn(data: Path, view: str, role: str = "hr") -> str:
    return sections.drawn(desk(data, role), Held(), effect_page.VIEWS[view])


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def test_cannot_tell_beside_an_interval_off_zero_says_which_check_stands_in_the_way(house: Path) -> None:
    reason = "why: Both sides differed already weeks before the dip: p = 0.040 (should be at least 0.20)"
    assert text(drawn(house, "parts")).count(reason) == 1
    holds = (Check("placebo", False, 0.04, 0.2),)
    assert effect_read.why(holds, "cannot_tell", Span(1, -1, 3)) == "" and effect_read.why(holds, "works", Span(3, 1, 5)) == ""
    assert effect_read.why(holds, "cannot_tell", Span(1, -1, 3), settles=False).startswith("why: Both sides")
    assert effect_read.why(holds, "cannot_tell", None) == "" and effect_read.why((), "cannot_tell", Span(3, 1, 5)) == ""


def test_a_row_of_the_programme_says_why_too_and_what_is_not_on_record_is_not_called_too_few_teams(house: Path) -> None:
    said = text(drawn(house, "programme"))
    assert "with the most that this could explain taken off the interval holds 0 (by 1.2)" in said
    assert words.say("effect.programme.unknown.felt") in said and words.say("effect.programme.too_few") not in said
    answer = text(drawn(house, "answer"))
    assert words.say("effect.programme.unknown.felt") in answer and "taken off the interval holds 0" in answer


def test_the_leavers_that_were_expected_are_told_as_the_check_tells_them(house: Path) -> None:
    said = text(drawn(house, "leaving"))
    assert "by the model: 9.5" in said and "9.5 leavers expected in the weeks with care (at least 10)" in said


def test_a_number_just_short_of_its_bound_is_not_told_as_the_bound() -> None:
    assert "79.7 %" in effect_read.check(Check("overlap", False, 0.797, 0.8)) and "19.9" in effect_read.check(Check("effective", False, 19.9, 20))
    assert "80 %" in effect_read.check(Check("overlap", True, 0.803, 0.8))


def test_a_ratio_off_one_without_a_verdict_says_why(house: Path) -> None:
    row = {"ratio": .5, "low": .3, "high": .8, "verdict": "cannot_tell", "checks": '[{"key": "expected", "passed": false, "number": 9.5, "bound": 10}]'}
    assert effect_leaving.why(row).startswith("why: 9.5 leavers") and effect_leaving.why({**row, "high": 1.2}) == ""


def test_months_of_a_company_without_a_start_on_record_are_not_called_before(house: Path) -> None:
    said = text(drawn(house, "programme"))
    assert words.say("effect.side.all") in said and words.say("effect.side.before") not in said and words.say("effect.side.after") not in said
    frames = [frame for section in effect_page.VIEWS["programme"] for frame, name, _ in section.tables(desk(house), Held()) if name in ("effect-hr-time", "effect-felt")]  # type: ignore[attr-defined]
    assert len(frames) == 2 and all(set(frame["programme"]) == {words.say("effect.side.all")} for frame in frames)


def test_one_is_told_as_one(house: Path) -> None:
    said = text(drawn(house, "teams"))
    assert "This department cannot be judged yet" in said and "1 departments" not in said
    team = Store(house).current().frame("select min(team) as team from teams")["team"][0]
    mine = desk(house, teams=(team,))
    one = effect_parts.family(mine, effect_read.current(mine), effect_read.cells(mine, "team"), "team")  # type: ignore[arg-type]
    assert "This team cannot be judged yet" in text(one)
    assert effect_seen.word("cannot_tell", None, 1, False) == "cannot tell yet – about one more person needed"


def test_an_hr_of_some_teams_is_told_how_few_others_are_not_told(house: Path) -> None:
    team = Store(house).current().frame("select min(team) as team from teams")["team"][0]
    mine = desk(house, teams=(team,))
    assert effect_read.least(mine) == 5 and effect_read.least(desk(house)) == 1 and effect_read.least(desk(house, "boss")) == 5
    rows = mine.read("effect_cells_read", read_on=READ)
    assert "tag_kind" not in set(rows["scope"]) and set(rows.loc[rows["scope"] == "team", "part"]) == {team}
    assert mine.read("effect_reads_kept")["current"].all()


def test_nobody_at_all_is_said_to_be_nobody_and_a_handful_stays_hidden(demo_dir: Path, tmp_path: Path) -> None:
    data = published(demo_dir, tmp_path / "data", "works", "update effect_cells set cared = 0, compared = 0, value = null, naive_change = null where part = 'life_event'",
                     "update effect_leaving set cared = 0, compared = 0, ratio = null, low = null, high = null")
    rows = desk(data, "boss").read("effect_cells_read", read_on=READ).set_index("part")
    assert not rows.loc["life_event", "few"] and rows.loc["family_care", "few"]
    said = text(drawn(data, "parts", "boss"))
    assert said.count(words.say("effect.row.nobody")) == 1 and said.count(words.say("effect.row.few")) == 1
    assert not desk(data, "boss").read("effect_leaving_read")["few"].any()


# --- what others report -------------------------------------------------------------------------------------------------------------------

def test_figures_of_others_are_the_settings_and_move_with_them(house: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(house, tmp_path / "data"))
    before = drawn(data, "programme")
    named = {row.name: row for row in settings.SETTINGS if row.name.startswith("effect.others.")}
    assert set(named) == set(effect_others.NAMES) and "30 % → 60–65 %" in text(before) and "+15–18 % against +5 %" in text(before)
    for name, value in (("felt_low", .7), ("felt_high", .7), ("performance_chat", 10), ("leaving_after", .2), ("minutes_after", 60)):
        settings.save(data, named[f"effect.others.{name}"], value)
    after = text(drawn(data, "programme"))
    assert "30 % → 70 %" in after and "+15–18 % against +10 %" in after and "32 % → 20 %" in after and "4 h → 1 h" in after
    others = effect_others.of(desk(data))
    assert others.changes("performance") == (5.0, 8.0) and others.changes("leaving") == (-12.0,) and others.changes("felt") == (40.0, 40.0)
    assert others.changes("hr_minutes") == () and others.felt("before") == ((.3, .3),) and others.minutes == (240.0, 60.0)


def test_every_outcome_that_others_report_stands_on_its_row(house: Path) -> None:
    others = effect_others.of(desk(house))
    marks = sum(len(others.changes(key)) for key in effect_programme.OUTCOMES if key != "felt")   # nothing is drawn for what is not on record
    assert drawn(house, "programme").count("<s class=others") == marks == 3
