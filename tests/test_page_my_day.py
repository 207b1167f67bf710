"""My day: one's own data, the rules in words, and nobody else's anything."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib import words
from lib.access import demo
from lib.access.desk import Desk, NotAllowed
from lib.access.goals_desk import MyGoals
from lib.access.my_desk import MyDesk
from lib.access.roles import Viewer
from lib.ledger import audit, care, consultations, engine
from lib.ledger.choices import NAMES
from lib.ledger.shape import TalkLog
from lib.morale import suggestion
from lib.show import my_data, my_goals, my_page, my_self, my_view, sections
from lib.show.care_live import Asked
from lib.show.parts import day
from lib.show.sections import Held, Wrong
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
    return " ".join([json.loads(e.proto.json)["html"] for e in app.get("bidi_component")] + [str(e.proto.body) for e in app.get("html")])


def text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", html))


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


# --- today ----------------------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def copied(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo company that the tests of this file may write to."""
    return Path(shutil.copytree(demo_dir, tmp_path_factory.mktemp("my_day") / "data", ignore=shutil.ignore_patterns("ledger.db*", "sources")))


@pytest.fixture
def house(copied: Path) -> Iterator[Path]:
    """The copy, without what another test wrote in it."""
    yield copied
    engine.ledger(copied, True).close()
    for file in (copied / "demo").glob("ledger.db*"):
        file.unlink()


@pytest.fixture
def alive(house: Path) -> Desk:
    """The desk of the demo's employee: works today, has customers to follow."""
    return Desk(Store(house), demo.viewer(Store(house), "employee"))


def does(section, desk: Desk, what: str, of: str = "", **typed: str) -> str:
    """What is said after a click."""
    told = section.act(desk, Asked(what, of, what, typed), Held())
    assert told is not None
    return told


def log(desk: Desk, **typed: str) -> str:
    return does(my_goals, desk, "my.log", **{"minutes": "20", "contact": "yes", "outcome": "talk", **typed})


def done_today(html: str) -> float:
    """What the first bar says is done."""
    return float(re.search(r"<div class=meter><b>[^<]*</b><span>([\d.]+) (?:/|of)", html)[1])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("role", ["employee", "mentor"])
def test_the_page_leads_with_three_bars_the_form_and_whom_to_follow_first(house: Path, role: str, lang: str) -> None:
    desk = Desk(Store(house), demo.viewer(Store(house), role))
    html = shown(opened(house, str(desk.viewer.employee_id), lang, role))
    office = MyDesk(desk)
    first = office.first(office.mine())
    assert first is not None
    words.speak(lang)
    spots = [html.index(part) for part in ("<h1>", "class=meter", "data-form='my.log'", my_view.esc(words.say("my.suggest", customer=first.one.customer)),
                                           my_view.esc(words.say("my.check_in")), my_view.esc(words.say("my.choices")))]
    assert spots == sorted(spots) and html.split("data-form='my.log'")[0].count("class=meter") >= 3 and html.count("<h1") == 1


def test_a_consultation_moves_the_bar_at_once_and_says_its_score_with_the_reason(alive: Desk) -> None:
    before = done_today(my_goals.html(alive, Held()))
    told = log(alive)
    assert done_today(my_goals.html(alive, Held())) == before + 1
    assert "算 1 次有效咨询" in told and re.search(r"评分 \d+:谈了 20 分钟", told) and "留下了联系方式(+20)" in told
    kept = MyDesk(alive).mine().logged[0]
    assert does(my_goals, alive, "my.undo", kept.id) == words.say("my.undone") and done_today(my_goals.html(alive, Held())) == before
    assert does(my_goals, alive, "my.undo", kept.id) == words.say("my.undone_before")


def test_where_files_are_late_the_bars_say_until_when_they_know(alive: Desk) -> None:
    bars = MyGoals(alive).bars()
    assert words.say("my.bars.behind", day=day(date(2026, 11, 10))) in my_goals._bars(bars, date(2026, 11, 10))
    assert "kj-watch" not in my_goals._bars(bars, None)


def test_a_form_that_is_sent_twice_is_kept_once(alive: Desk) -> None:
    held = Held()
    typed = {"minutes": "20", "contact": "yes", "outcome": "talk"}
    key = held.key("my.log")
    for _ in range(2):
        held.keys["my.log"] = key
        my_goals.act(alive, Asked("my.log", "", "my.log", typed), held)
    assert len(MyDesk(alive).mine().of(MyDesk(alive).today)) == 1 and held.forget == "my.log"


def test_a_consultation_that_is_not_effective_yet_says_what_is_missing_and_moves_no_bar(alive: Desk) -> None:
    before = done_today(my_goals.html(alive, Held()))
    assert "超过 10 分钟并留下联系方式才算有效" in log(alive, minutes="5", contact="no") and done_today(my_goals.html(alive, Held())) == before


def test_another_number_of_minutes_goes_before_the_button(alive: Desk) -> None:
    log(alive, minutes_typed="42", outcome="deal", amount="12,800", called="<b>王</b>", objection="price")
    one = MyDesk(alive).mine().logged[0]
    assert (one.minutes, one.amount, one.called, one.objection) == (42, 12800.0, "<b>王</b>", "price")
    html = my_goals.html(alive, Held())
    assert "<b>王</b>" not in html and "&lt;b&gt;王&lt;/b&gt;" in html


@pytest.mark.parametrize("typed", [{"minutes": ""}, {"minutes_typed": "0"}, {"minutes_typed": "601"}, {"minutes_typed": "二十"}, {"outcome": "deal", "amount": "viel"},
                                   {"outcome": "deal", "amount": "0"}, {"outcome": "deal", "amount": "nan"}])
def test_what_cannot_be_read_is_said_in_words_and_nothing_is_kept(alive: Desk, typed: dict[str, str]) -> None:
    with pytest.raises(Wrong, match="要填"):
        log(alive, **typed)
    assert MyDesk(alive).mine().of(MyDesk(alive).today) == []


def test_the_customer_to_follow_is_chosen_in_the_form_with_one_tap(alive: Desk) -> None:
    office = MyDesk(alive)
    first = office.first(office.mine())
    assert first is not None
    held = Held()
    my_goals.act(alive, Asked("my.follow", first.one.key), held)
    assert f"<option value='{first.one.key}' selected>" in my_goals.html(alive, held)
    log(alive, customer=first.one.key)
    again = MyDesk(alive).first(MyDesk(alive).mine())
    assert again is not None and again.one.key != first.one.key and suggestion.wait(0, 30) == 0


def test_the_suggestion_explains_its_rule_in_ones_own_numbers(alive: Desk) -> None:
    html = text(my_goals.html(alive, Held()))
    office = MyDesk(alive)
    made = office.first(office.mine())
    assert made is not None and f"你的 {made.of} 位还没结果的客户" in html and f"这位 {made.total:.0f} 分" in html


def test_with_nobody_open_nothing_is_invented(demo_dir: Path, tmp_path: Path) -> None:
    who = str(demo.viewer(Store(demo_dir), "employee").employee_id)
    html = shown(opened(changed(demo_dir, tmp_path, "delete from open_intents"), who))
    assert words.say("my.suggest.none") in html and "data-ask=my.follow" not in html


def test_without_a_goal_it_says_who_can_set_one(demo_dir: Path, tmp_path: Path) -> None:
    who = str(demo.viewer(Store(demo_dir), "employee").employee_id)
    html = shown(opened(changed(demo_dir, tmp_path, "delete from goal_given", "delete from app_goals"), who))
    assert words.say("my.bars.none") in html and words.say("my.form.begin") in html


def test_the_summary_is_of_today_and_on_a_friday_or_later_of_the_week(alive: Desk) -> None:
    html = text(my_goals.html(alive, Held()))
    assert MyDesk(alive).today.weekday() >= 4 and words.say("my.week") in html and "上周同期" in html and "做得好的一件事" in html


# --- oneself --------------------------------------------------------------------------------------------------------------------

def test_a_check_in_says_that_hr_sees_it_and_is_kept(alive: Desk) -> None:
    assert "实名" in my_self.html(alive, Held()) and "HR sees" in words.say_in("en", "my.check_in.note")
    assert does(my_self, alive, "my.check_in", pressure="4", growth="2") == words.say("my.check_in.saved")
    checked = MyDesk(alive).mine().checked
    assert checked is not None and (checked.pressure, checked.growth) == (4, 2)
    with pytest.raises(Wrong):
        does(my_self, alive, "my.check_in", pressure="4")


def test_one_tap_says_whether_a_talk_helped_and_not_a_word_of_it_is_shown(alive: Desk) -> None:
    office = MyDesk(alive)
    kept = care.log_talk(office.book, TalkLog(request_key="t", employee_id=office.me, card_id="", version=0, tag="", talked_on=office.today, minutes=20, topic="family", impression="same", note="家里的事"),
                         "li", "hr", office.today)
    html = my_self.html(alive, Held())
    assert f"data-of='{kept}'" in html and "家里的事" not in html
    assert does(my_self, alive, "my.felt.yes", kept) == words.say("my.felt.saved")
    assert office.mine().felt[0].felt is True and "aria-pressed=true" in my_self.html(alive, Held()).replace("'", "")
    with pytest.raises(LookupError):
        does(my_self, alive, "my.felt.no", "somebody-elses")


def test_who_looked_is_listed_by_role_in_words_and_without_a_login(alive: Desk) -> None:
    office = MyDesk(alive)
    assert words.say("my.looked.none") in my_data.html(alive, Held())
    with office.book.writing() as con:
        for action in ("card.opened", "note.opened", "risk.listed", "goals.set", "unheard.of"):
            audit.write(con, "li-secret-login", "hr", action, office.me)
        audit.write(con, "li-secret-login", "hr", "card.opened", "K99999")
    html = text(my_data.html(alive, Held()))
    assert "li-secret-login" not in html and html.count("人事 ·") == 5
    assert all(words.say(f"my.looked.{key}") in html for key in ("card.opened", "note.opened", "risk.listed", "goals", "other"))


@pytest.mark.parametrize("choice", NAMES)
def test_every_choice_can_be_made_and_taken_back_with_one_tap(alive: Desk, choice: str) -> None:
    assert does(my_data, alive, "my.choose", choice).startswith("已生效") and choice in MyDesk(alive).mine().choices
    assert f"data-ask='my.take_back' data-of={choice}" in my_data.html(alive, Held())
    assert does(my_data, alive, "my.take_back", choice).startswith("已取消") and choice not in MyDesk(alive).mine().choices


def test_after_an_objection_there_is_no_score_on_the_page_and_the_bars_stay(alive: Desk) -> None:
    log(alive)
    assert "分</b> 谈了" in my_goals.html(alive, Held()) or re.search(r"<b>\d+ 分</b>", my_goals.html(alive, Held()))
    does(my_data, alive, "my.choose", "no_scoring")
    html = my_goals.html(alive, Held())
    assert not re.search(r"<b>\d+ 分</b>", html) and "通话平均" not in html and html.count("class=meter") >= 3
    assert "不评分" in log(alive)


def test_other_clicks_are_left_to_other_sections(alive: Desk) -> None:
    assert all(section.act(alive, Asked("goals.set"), Held()) is None for section in (my_goals, my_self, my_data))


def test_every_section_is_there_and_every_field_has_its_label(alive: Desk, house: Path) -> None:
    html = shown(opened(house, str(alive.viewer.employee_id)))
    assert all(f"id='{section.__name__.rpartition('.')[2]}'" in html for section in my_page.SECTIONS if section.html(alive, Held()))
    for field in re.findall(r"<(?:input|select|textarea)[^>]*>", html):
        if "type=hidden" not in field and "type=radio" not in field:
            at = html.index(field)
            assert "<label" in html[max(0, at - 400):at] or "aria-label" in field, field


def test_my_own_form_is_only_for_me(alive: Desk, house: Path) -> None:
    log(alive, called="只有我知道")
    other = demo.viewer(Store(house), "mentor")
    assert "只有我知道" in shown(opened(house, str(alive.viewer.employee_id))) and "只有我知道" not in shown(opened(house, str(other.employee_id), role="mentor"))
    assert consultations.MOST_CALLED == 60


def test_a_tap_on_the_bars_draws_anew_what_it_changes_and_any_other_click_everything(alive: Desk) -> None:
    held = Held()
    sections.drawn(alive, held, my_page.SECTIONS)
    MyDesk(alive).check_in(3, 4)  # elsewhere, meanwhile
    tapped = alive.anew()
    sections.act(tapped, held, my_page.SECTIONS, Asked("my.log", "", "my.log", {"minutes": "20", "contact": "yes", "outcome": "talk"}))
    after = sections.drawn(tapped, held, my_page.SECTIONS)
    assert words.say("my.logged_today", n=1) in after and "压力 3" not in after
    assert "压力 3" in sections.drawn(alive.anew(), held, my_page.SECTIONS)
    words.speak("en")
    assert words.say("my.check_in") in sections.drawn(tapped, held, my_page.SECTIONS)
