"""One rule of the tag library: limits typed in its sentence, the try beside today's rule, its alert ledger, and the way back."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select

from lib import words
from lib.access.rules_desk import RulesDesk
from lib.ledger import engine
from lib.ledger.tables import RULE_VERSIONS
from lib.settings import stored
from lib.show import heat, library_alerts, library_backtest, library_edit
from lib.tags import TAGS, by_key
from lib.tags.shape import short
from tests.conftest import running
from tests.test_page_glance import changed
from tests.test_page_tags import opened, shown


def rule_of(data: Path, role: str, tag: str, lang: str = "zh", **state: object) -> str:
    return shown(opened(data, role, lang, kept__tags__view="library", kept__tags__library__rule=(tag,), **state))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("tag", [tag.key for tag in TAGS])
def test_every_limit_of_a_rule_stands_in_its_sentence_and_can_be_typed_there(demo_dir, tag: str, lang: str) -> None:
    html = rule_of(demo_dir, "hr", tag, lang)
    for row in by_key(tag).limits:
        assert html.count(f"data-limit='{short(row)}'") == 1
    assert "{" not in re.sub(r"<style>.*?</style>", "", html) and "kj-result" not in html


@pytest.mark.parametrize("role", ["boss", "presenter"])
def test_who_may_not_change_rules_reads_them(demo_dir, role: str) -> None:
    html = rule_of(demo_dir, role, "high_pressure")
    assert "data-limit" not in html and "data-ask=try" not in html and "<b>21:00</b>" in html and words.say("library.who_may") in html


def test_an_admin_sees_the_library_and_nothing_of_teams_or_people(demo_dir) -> None:
    html = shown(opened(demo_dir, "admin"))
    assert heat.pick("rule", "new_hire") in html and "data-limit='drop'" in rule_of(demo_dir, "admin", "performance_dip")


def test_a_try_says_what_changes_beside_todays_rule(demo_dir, desk_of) -> None:
    test = RulesDesk(desk_of("hr")).try_("performance_dip", {"drop": 0.05, "weeks": 1})
    for lang in ("zh", "en"):
        html = rule_of(demo_dir, "hr", "performance_dip", lang, library__tried=(desk_of("hr").build_id, "performance_dip", test))
        words.speak(lang)
        assert library_backtest.finding(test) in html and "data-ask=save" in html
        assert html.count("kj-bars26") >= 2 and words.say("backtest.left_out") in html and words.say("parts.how") in html
    words.speak("zh")


def test_a_try_on_another_version_is_not_shown(demo_dir, desk_of) -> None:
    test = RulesDesk(desk_of("hr")).try_("performance_dip", {"drop": 0.05})
    assert "kj-result" not in rule_of(demo_dir, "hr", "performance_dip", library__tried=("another build", "performance_dip", test))


def test_limits_that_are_todays_are_not_offered_for_saving(demo_dir, desk_of) -> None:
    test = RulesDesk(desk_of("hr")).try_("new_hire", {})
    html = rule_of(demo_dir, "hr", "new_hire", library__tried=(desk_of("hr").build_id, "new_hire", test))
    assert "data-ask=save" not in html and words.say("backtest.same_limits") in html and words.say("backtest.title.same") in html


def test_the_weeks_behind_the_pictures_are_a_table(desk_of) -> None:
    test = RulesDesk(desk_of("hr")).try_("life_event", {"days": 30})
    weeks, _, titles = library_backtest.weeks_rows(test)
    assert len(weeks) == len(test.now.weeks) and set(titles) == set(weeks.columns)
    assert weeks["new_newly"].tolist() == [week.newly for week in test.new.weeks]
    figures, _, titles = library_backtest.figures_rows(test)
    assert len(figures) == 5 and set(titles) == set(figures.columns)


@pytest.mark.parametrize(("tag", "typed", "limits"), [
    ("performance_dip", {"weeks": "3", "drop": "12.5", "min_days": "3", "baseline": "8", "chance": "1.5"},
     {"weeks": 3, "drop": .125, "min_days": 3, "baseline": 8, "chance": 1.5}),
    ("high_pressure", {"days": "2", "after": "24.5", "linger": "0"}, {"days": 2, "after": 24.5, "linger": 0}),
])
def test_limits_are_read_as_they_are_typed(tag: str, typed: dict[str, str], limits: dict[str, object]) -> None:
    assert library_edit.read(by_key(tag), typed) == (limits, [])


@pytest.mark.parametrize("typed", ["", "-1", "95", "1e9", "nan", "<b>", "三"])
def test_a_limit_that_cannot_be_is_named_with_what_is_allowed(typed: str) -> None:
    given = {"weeks": "2", "drop": typed, "min_days": "3", "baseline": "8", "chance": "1.64"}
    limits, wrong = library_edit.read(by_key("performance_dip"), given)
    assert "drop" not in limits and wrong == ["每周比前一周下降超过该比例:请填 1 % 到 90 % 之间的数"]


def test_what_was_typed_cannot_break_out_of_its_box() -> None:
    html = library_edit.sentence(by_key("family_care"), {"days": 14}, True, {"days": "'><script>"})
    assert "<script" not in html and "&#x27;" in html


def _alerts(**figures: object) -> pd.Series:
    return pd.Series({"people": 50, "raised": 60, "done": 30, "declined": 10, "waiting": 5, "expired": 15, "answers": 40, "useful": 12,
                      "judged": 30, "lost": 3, "measured": 25, "change": .04, "spread": .2} | figures)


@pytest.mark.parametrize(("answers", "useful", "offered"), [(30, 11, True), (30, 12, False), (29, 2, False), (200, 79, True), (0, 0, False)])
def test_a_rule_that_few_found_useful_is_offered_for_muting(answers: int, useful: int, offered: bool) -> None:
    row = _alerts(answers=answers, useful=useful)
    assert library_alerts.offered(row) is offered
    html = library_alerts.block(row, "2026-11-15", False, True, "")
    assert (f"{answers} 次回答里只有" in html) is offered
    assert "data-ask='mute'" not in library_alerts.block(row, "2026-11-15", False, False, "")


def test_a_muted_rule_can_be_unmuted_and_is_not_offered_again() -> None:
    html = library_alerts.block(_alerts(), "2026-11-15", True, True, "")
    assert "data-ask='unmute'" in html and "次回答里只有" not in html and words.say("library.muted") in html


def test_what_followed_has_its_interval_and_is_no_proof() -> None:
    html = library_alerts.block(_alerts(), "2026-11-15", False, False, "")
    assert words.say("library.not_proof") in html and "3/30 人" in html and "3 %–26 %" in html and "−4 % – +12 %" in html


def test_few_answers_or_people_are_said_and_not_shown_as_zero() -> None:
    html = library_alerts.block(_alerts(answers=None, useful=None, judged=None, lost=None, measured=1), "2026-11-15", False, False, "")
    assert words.say("library.useful_none") in html and html.count(words.say("library.too_few")) == 2


def test_a_version_built_by_an_earlier_app_says_what_to_do(demo_dir, tmp_path) -> None:
    data = changed(demo_dir, tmp_path, *[f"drop table {name}" for name in ("care_cards", "care_reminders", "leavings", "life_events")])
    html = rule_of(data, "hr", "new_hire")
    assert words.say("library.alerts_old_version") in html and "data-ask=try" not in html
    assert heat.pick("rule", "new_hire") in shown(opened(data, "hr", kept__tags__view="library"))


def test_a_rule_is_tried_saved_and_brought_back_in_a_real_browser(demo_dir, tmp_path, chromium) -> None:
    data = tmp_path / "data"
    shutil.copytree(demo_dir, data, ignore=shutil.ignore_patterns("ledger.db*"))
    with running(data) as address:
        tab = chromium.new_page(locale="zh-CN")
        tab.goto(f"{address}/tags?role=hr&tags.view=library")
        tab.locator(f"[data-pick='{heat.pick('rule', 'performance_dip')}']").click()
        tab.locator("[data-limit=drop]").fill("5")
        tab.locator("[data-ask=try]").click()
        tab.wait_for_selector(".kj-result")
        tab.locator("[data-limit=weeks]").fill("1")
        assert tab.locator("[data-ask=save]").is_hidden()  # what is saved was tried first
        tab.locator("[data-limit=weeks]").press("Enter")
        tab.wait_for_selector(".kj-result [data-ask=save]:visible")
        assert tab.locator("[data-limit=weeks]").input_value() == "1"
        tab.locator("[data-ask=save]").click()
        tab.wait_for_selector(".kj-told")
        assert stored(data) == {"tags.performance_dip.drop": .05, "tags.performance_dip.weeks": 1}
        tab.locator("[data-ask=back]").click()
        tab.wait_for_selector(".kj-versions li:nth-child(3)")
        assert stored(data) == {} and tab.locator("[data-limit=drop]").input_value() == "15"
        with engine.ledger(data, demo=True).reading() as con:
            keys = list(con.scalars(select(RULE_VERSIONS.c.request_key).order_by(RULE_VERSIONS.c.at)))
        assert [key.split(":")[1] for key in keys] == ["save", "back"] and len({key.split(":")[0] for key in keys} - {""}) == 2
        tab.close()
