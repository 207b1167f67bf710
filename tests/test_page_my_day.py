"""My day: one's own data, the rules in words, and nobody else's anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib import words
from lib.access.desk import Desk, NotAllowed
from lib.access.roles import Viewer
from lib.show import my_view
from lib.warehouse.store import Store
from tests.test_page_glance import changed


def opened(data: Path, who: str, lang: str = "zh", role: str = "employee") -> AppTest:
    def script(data: str, who: str, lang: str, role: str) -> None:
        from pathlib import Path

        from lib import words
        from lib.access.desk import Desk
        from lib.access.roles import Viewer
        from lib.warehouse.store import Store
        from pages.my_day import page

        words.speak(lang)
        page(Desk(Store(Path(data)), Viewer(role, employee_id=who)))

    return AppTest.from_function(script, kwargs={"data": str(data), "who": who, "lang": lang, "role": role}, default_timeout=30).run()


def shown(app: AppTest) -> str:
    assert not app.exception, app.exception
    return " ".join(str(element.proto.body) for element in app.get("html"))


@pytest.fixture
def me(demo_dir) -> str:
    """Somebody who carries a tag today and worked last week."""
    return Store(demo_dir).current().frame(
        "select e.employee_id from employees as e where e.active and exists (from tag_episodes as t where t.employee_id = e.employee_id "
        "and t.until is null) and exists (from employee_weeks as w where w.employee_id = e.employee_id and w.week = '2026-11-09' "
        "and w.worked_days > 0) order by 1 limit 1")["employee_id"][0]


@pytest.mark.parametrize("role", ["employee", "mentor"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_says_which_tags_hold_about_me_and_by_which_rule(demo_dir, desk_of, me, role: str, lang: str) -> None:
    held = Desk(Store(demo_dir), Viewer(role, employee_id=me)).read("my_tags")
    rules = desk_of("hr").read("tags_known").set_index("tag")[f"rule_{lang}"]
    html = shown(opened(demo_dir, me, lang, role))
    assert len(held) and all(my_view.esc(rules[tag]) in html for tag in held["tag"])


def test_nobody_elses_name_or_number_is_on_the_page(demo_dir, me) -> None:
    html = shown(opened(demo_dir, me))
    others = Store(demo_dir).current().frame("select employee_id from employees where employee_id <> $me", {"me": me})["employee_id"]
    assert not any(who in html for who in others)


def test_what_talks_were_about_is_not_on_the_page(demo_dir, me) -> None:
    desk = Desk(Store(demo_dir), Viewer("employee", employee_id=me))
    with pytest.raises(NotAllowed):
        desk.read("person_talks", id=me)
    assert not any(words.say(f"person.signal.{signal}") in shown(opened(demo_dir, me)) for signal in ("pay", "promotion"))


def test_the_numbers_are_ones_own_last_completed_week(demo_dir, me) -> None:
    mine = Desk(Store(demo_dir), Viewer("employee", employee_id=me)).read("my_week").iloc[0]
    week = Store(demo_dir).current().frame("select * from employee_weeks where employee_id = $me and week = '2026-11-09'", {"me": me}).iloc[0]
    assert (mine["worked_days"], mine["late_evenings"]) == (week["worked_days"], week["late_evenings"])
    assert mine["performance"] == pytest.approx(week["performance"])


def test_the_median_of_a_small_team_is_not_shown(demo_dir, tmp_path, me) -> None:
    data = changed(demo_dir, tmp_path, "update peer_weeks set people = 4")
    assert Desk(Store(data), Viewer("employee", employee_id=me)).read("my_week")["peer_performance"].isna().all()
    assert words.say("my.team_small") in shown(opened(data, me))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_any_work_on_record_it_says_so(demo_dir, tmp_path, me, lang: str) -> None:
    data = changed(demo_dir, tmp_path, "delete from employee_days", "delete from employee_weeks", "delete from peer_weeks", "delete from tag_episodes")
    html = shown(opened(data, me, lang))
    assert words.say_in(lang, "my.holds_no_days") in html and words.say_in(lang, "my.tags_none") in html


def test_somebody_unknown_gets_a_kind_word_and_no_data(demo_dir) -> None:
    assert words.say("my.nobody") in shown(opened(demo_dir, "K99999"))
