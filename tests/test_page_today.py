"""Today: the list in words, the talk card, what a click does, the standard, the sentences, and what is said when there is nobody."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib import words
from lib.access.care_desk import CareDesk
from lib.access.desk import Desk, NotAllowed
from lib.access.roles import Viewer
from lib.care import shape
from lib.care.shape import Day, Planned, Point, Reason, SmallChart, Waiting
from lib.ledger import audit, engine, snapshot
from lib.show import care_chart, care_live, today_acts, today_form, today_row, today_standard, today_texts, today_view
from lib.show.care_live import Asked
from lib.show.today_acts import Board
from lib.show.today_card import Around
from lib.show.today_row import Who
from lib.warehouse.store import Store
from tests.conftest import page_of
from tests.test_page_glance import PEOPLE_ONLY, changed

TODAY = date(2026, 11, 15)
EVIL = "<img src=x onerror=1>"
DIP = json.dumps({"falls": [-0.18, -0.22], "weeks": 2, "week": "2026-11-02", "performance": 8.0, "usual": 11.0, "z": -2.1, "chance": False})


@pytest.fixture
def house(demo_dir: Path, tmp_path: Path) -> Path:
    """A copy of the demo company that a test may write to."""
    return Path(shutil.copytree(demo_dir, tmp_path / "data", ignore=shutil.ignore_patterns("ledger.db*")))


@pytest.fixture
def office(house: Path) -> CareDesk:
    return CareDesk(Desk(Store(house), Viewer("hr")))


def opened(data: Path, lang: str = "zh", role: str = "hr", **board: object) -> AppTest:
    app = page_of("today", data, role, lang)
    if board:
        app.session_state["today.board"] = Board("demo-hr", **board)
    return app.run()


def shown(app: AppTest) -> str:
    assert not app.exception, app.exception
    return " ".join([json.loads(e.proto.json)["html"] for e in app.get("bidi_component")] + [str(e.proto.body) for e in app.get("html")])


def text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", html))


def planned(*reasons: Reason, **more: object) -> Planned:
    return Planned(**{"employee_id": "E1", "card_id": "c", "version": 1, "raised_on": TODAY, "reasons": reasons, "score": 1.0,
                      "parts": (("evidence", 0.8), ("waiting", 0.5), ("several", 0.0), ("promise", 0.0))} | more)


def tagged(tag: str = "performance_dip", **more: object) -> Reason:
    return Reason(**{"employee_id": "E1", "kind": "tag", "tag": tag, "due": TODAY - timedelta(6), "standing": 0.8, "evidence": DIP} | more)


# --- the list in words --------------------------------------------------------------------------------------------------------

def test_a_row_says_who_what_since_when_why_here_and_one_line_of_evidence() -> None:
    said = text(today_row.row(planned(tagged()), Who("陈晓燕", "电销三组"), 1, True, TODAY))
    assert all(part in said for part in ("陈晓燕", "电销三组", "业绩波动期", "11月9日 起", "连续 2 周下降", "依据很强", "已等 7 天"))


def test_why_here_names_every_part_that_counted_weightiest_first() -> None:
    late = Reason("E1", "promise", "", TODAY - timedelta(2), ref="p")
    one = planned(tagged(), late, parts=(("evidence", 0.8), ("waiting", 0.43), ("several", 0.3), ("promise", 0.85)))
    assert today_row.why_here(one, TODAY) == "承诺已过期 · 依据很强 · 已等 6 天 · 2 件事一起谈"


def test_waiting_that_counts_no_more_says_so_and_what_is_over_too() -> None:
    one = planned(tagged(), parts=(("evidence", 0.24), ("waiting", 1.5), ("several", 0.0), ("promise", 0.0)))
    assert today_row.why_here(one, TODAY) == "已等 21 天以上 · 已经过去,所以靠后"


def test_evidence_that_may_be_chance_is_called_so_only_where_it_is_all_there_is() -> None:
    weak = tagged(chance=True, standing=0.9)
    assert "可能只是偶然" in today_row.why_here(planned(weak), TODAY) and "可能只是偶然" in today_row.tags(planned(weak), TODAY)
    both = planned(Reason("E1", "touch", "new_hire", TODAY, nth=7, standing=0.5), weak)
    assert "偶然" not in today_row.why_here(both, TODAY) + today_row.tags(both, TODAY)


@pytest.mark.parametrize("tag", sorted(today_row.SENSITIVE))
def test_what_happened_in_a_family_does_not_stand_in_the_list(tag: str) -> None:
    one = planned(tagged(tag, evidence='{"kinds": ["hospital"], "relative": "mother", "talked_on": "2026-11-10"}'))
    assert "住院" not in today_row.row(one, Who("陈晓燕"), 1, False, TODAY) and "谈话卡" in today_row.evidence(one, TODAY)


@pytest.mark.parametrize(("kind", "said"), [("promise", "承诺今天到期"), ("follow_up", "约好再看看"), ("touch", "第 7 天")])
def test_what_is_due_has_words_of_its_own(kind: str, said: str) -> None:
    reason = Reason("E1", kind, "new_hire" if kind == "touch" else "", TODAY, nth=7, ref="x")
    assert said in today_row.what(reason, TODAY) and today_row.evidence(planned(reason), TODAY)


def test_names_and_teams_are_shown_as_text() -> None:
    html = today_row.row(planned(tagged()), Who(EVIL, EVIL), 1, False, TODAY)
    assert EVIL not in html and "&lt;img" in html


def day(cards: int = 0, done: int = 0, waiting: tuple[Waiting, ...] = ()) -> Day:
    return Day(TODAY, "demo-hr", 5, done, tuple(planned(tagged(), employee_id=f"E{i}") for i in range(cards)), waiting)


@pytest.mark.parametrize(("today", "lang", "said"), [
    (day(3, 2), "zh", "今天可安排 5 次,已做 2 次"), (day(3, 2), "en", "5 talks fit today, 2 done"), (day(0, 5), "zh", "今天的 5 次都谈完了"),
    (day(), "zh", "今天没有人需要关怀")])
def test_the_title_says_how_many_fit_and_how_many_are_done(today: Day, lang: str, said: str) -> None:
    words.speak(lang)
    assert today_view.title(today) == said and "没有送达" not in today_view.note(today, True)


def test_messages_that_were_not_delivered_are_said() -> None:
    assert "2 条提醒没有送达" in today_view.note(day(1), False, 2)


def test_what_waits_is_listed_by_its_reason_and_nobody_is_lost() -> None:
    waits = tuple(Waiting(planned(tagged(), employee_id=f"{why}{i}"), why, TODAY + timedelta(2) if why in ("budget", "snoozed") else None,
                          "wang" if why == "handed_over" else "") for why in shape.WAITS for i in range(9))
    said = text(today_view.waiting(day(1, 0, waits), {}, (), {"wang": "王人事"}))
    assert all(part in said for part in ("刚联系过", "11月17日 后可再联系", "今天排不下", "到 11月17日", "在 王人事 那里", "另有 3 人"))
    rows, _, _ = today_view.table(day(1, 0, waits), {})
    assert len(rows) == 1 + len(waits)


# --- the card and its form ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_page_opens_with_the_first_persons_card(house: Path, lang: str) -> None:
    html = shown(opened(house, lang))
    words.speak(lang)
    for key in ("why", "openers", "avoid", "support", "talks", "log", "form.note", "form.minutes"):
        assert words.say(f"today.{key}") in unescape(html)
    assert len(re.findall(r"aria-expanded='true'", html)) == 1 and html.count("<form class=log") == 1


def test_the_page_is_one_component_and_a_switch(house: Path) -> None:
    app = opened(house)
    assert len(app.get("bidi_component")) == 1 and len(app.get("plotly_chart")) == 0
    assert len(app.toggle) == 1 and len(app.button) == len(app.selectbox) == len(app.text_area) == 0


def test_the_list_is_a_table_too_but_only_when_asked_for(house: Path) -> None:
    app = opened(house)
    assert "kj-table" not in shown(app)
    app.toggle(key="today.tables").set_value(True).run()
    assert shown(app).count("<table") == 1


@pytest.mark.parametrize(("known", "key"), [(shape.TOPICS, "today.topic"), (shape.IMPRESSIONS, "today.impression"), (shape.DECLINE_REASONS, "today.decline"),
                                            (shape.SNOOZE_REASONS, "today.snooze"), (shape.OPEN_NOTE_REASONS, "today.open_for"), (shape.WAITS, "today.why"), (shape.WAITS, "today.waits")])
def test_every_closed_list_has_words(known: tuple[str, ...], key: str) -> None:
    assert {f"{key}.{one}" for one in known} <= set(words.sentences())


def test_the_small_chart_holds_a_persons_points_against_a_line() -> None:
    points = tuple(Point(TODAY - timedelta(7 * back), float(10 + back), back == 1) for back in range(6, 0, -1))
    html = care_chart.small(SmallChart("dip", "effective", points, 12.0, "usual"))
    assert "<svg" in html and "var(--kj-care)" in html and "本人平时:12" in html
    assert care_chart.small(SmallChart("dip", "effective", points[:1])) == ""


def test_opening_a_card_is_in_the_audit(house: Path, office: CareDesk) -> None:
    first = office.day().cards[0].employee_id
    opened(house)
    assert [line.action for line in audit.lines(engine.ledger(house, demo=True), first)].count("card.opened") == 1


# --- what a click does --------------------------------------------------------------------------------------------------------

def board(office: CareDesk, who: str = "") -> tuple[Board, str, str]:
    """A board with the form of somebody (the first of the queue) drawn; returns it with the person and the request key."""
    on = Board(office.login)
    on.person = who or office.day().cards[0].employee_id
    return on, on.person, today_acts.form_of(on, office.card(on.person))


def log(office: CareDesk, on: Board, who: str, key: str, **more: str) -> None:
    later = str(office.today + timedelta(7))
    today_acts.act(office, on, Asked("log", "", f"log:{who}", {
        "key": key, "talked_on": str(office.today), "minutes": "20", "topic": "workload", "next_on": later, "promise_due": later} | more))


def ledger(house: Path) -> dict:
    return snapshot.take(engine.ledger(house, demo=True))


def test_the_same_click_twice_logs_one_talk_and_says_so_once(house: Path, office: CareDesk) -> None:
    on, who, key = board(office)
    for _ in range(2):
        log(office, on, who, key)
    assert len(ledger(house)["care_talks"]) == 1 and "已记录" in on.told and not on.wrong and on.person == ""


def test_the_form_belongs_to_the_person_it_was_drawn_for(house: Path, office: CareDesk) -> None:
    on, who, key = board(office)
    log(office, on, "E999", "made-up")
    assert ledger(house)["care_talks"].empty and "再按一次" in on.wrong and on.person == who


@pytest.mark.parametrize(("field", "value", "said"), [
    ("minutes", "", "分钟"), ("minutes", "0", "分钟"), ("minutes", "20.5", "分钟"), ("minutes", "601", "分钟"), ("next_on", "soon", "下次再看"),
    ("talked_on", "2099-01-01", "不在允许的范围"), ("topic", "gossip", "不在允许的范围"), ("next_on", "2030-01-01", "不在允许的范围"),
    ("support", EVIL, "不在允许的范围")])
def test_what_cannot_be_logged_is_said_and_nothing_is_kept(house: Path, office: CareDesk, field: str, value: str, said: str) -> None:
    on, who, key = board(office)
    log(office, on, who, key, **{field: value})
    assert said in on.wrong and on.person == who and ledger(house)["care_talks"].empty
    log(office, on, who, key)  # mended: the same form may be sent again
    assert len(ledger(house)["care_talks"]) == 1


def test_a_card_changed_by_somebody_else_keeps_the_form_and_says_who_and_when(house: Path, office: CareDesk) -> None:
    on, who, key = board(office)
    card = office.card(who)
    office.decline(card.card_id, card.version, "other")
    log(office, on, who, key)
    assert "您自己" in on.wrong and re.search(r"\d\d:\d\d", on.wrong) and on.person == who and key in on.forms


def test_a_promise_is_settled_in_one_click(house: Path, office: CareDesk) -> None:
    on, who, key = board(office)
    log(office, on, who, key, promise="调班")
    promise = office.card(who).promise
    today_acts.act(office, on, Asked("kept", promise.id))
    assert office.card(who).promise.state == "kept" and on.told
    today_acts.act(office, on, Asked("broken", promise.id))
    assert "先处理" in on.wrong and office.card(who).promise.state == "kept"


@pytest.mark.parametrize("reason", ["", "curious"])
def test_a_note_does_not_open_without_one_of_the_reasons(house: Path, office: CareDesk, reason: str) -> None:
    on, who, key = board(office)
    log(office, on, who, key, note="只有我们知道")
    note = office.card(who).talks[0]
    today_acts.act(office, on, Asked("open_note", f"{note.id}:{reason}"))
    assert on.opened == {} and on.wrong
    assert "note.opened" not in {line.action for line in audit.lines(engine.ledger(house, demo=True))}
    today_acts.act(office, on, Asked("open_note", f"{note.id}:person_asked"))
    assert on.opened == {note.id: "只有我们知道"}


def test_opened_text_is_gone_once_somebody_else_is_opened(office: CareDesk) -> None:
    on, _, _ = board(office)
    on.opened["t"] = "只有我们知道"
    today_acts.act(office, on, None, picked="E2")
    assert on.opened == {} and "只有" not in repr(on)


def test_a_note_is_shown_as_text(house: Path, office: CareDesk) -> None:
    on, who, key = board(office)
    log(office, on, who, key, note=EVIL, promise=EVIL)
    card = office.card(who)
    html = shown(opened(house, person=who, opened={card.talks[0].id: EVIL, card.promise.id: EVIL}))
    assert EVIL not in html and html.count("&lt;img src=x onerror=1&gt;") == 2


def test_a_card_may_go_away_for_a_while_or_for_good(house: Path, office: CareDesk) -> None:
    (on, first, key), later = board(office), str(office.today + timedelta(3))
    today_acts.act(office, on, Asked("snooze", "", "", {"key": key, "until": later, "reason": "no_time"}))
    on, second, key = board(office)
    today_acts.act(office, on, Asked("decline", "", "", {"key": key, "reason": "not_a_need", "words": EVIL}))
    today = office.day()
    assert {first, second}.isdisjoint(card.employee_id for card in today.cards)
    assert [one.why for one in today.waiting if one.planned.employee_id == first] == ["snoozed"]
    assert ledger(house)["care_cards"].set_index("employee_id").loc[second, "state"] == "declined"


@pytest.mark.parametrize("said", ["", "[]", "{", '{"typed": 3}', '{"what": "log", "typed": [1]}', '"x"', "3", "null"])
def test_what_is_no_question_is_not_asked(said: str) -> None:
    assert care_live.read(said) is None


def test_an_unknown_word_does_nothing(office: CareDesk) -> None:
    today_acts.act(office, on := Board(office.login), Asked("__class__", "x"))
    assert replace(on, turn=0) == Board(office.login)


@pytest.mark.parametrize("role", ["boss", "presenter", "lead", "employee", "mentor", "admin"])
def test_nobody_but_hr_gets_a_care_desk(desk_of, role: str) -> None:
    with pytest.raises(NotAllowed):
        CareDesk(desk_of(role))


# --- nobody -------------------------------------------------------------------------------------------------------------------

def test_without_any_tag_the_page_says_which_files_are_needed(demo_dir: Path, tmp_path: Path) -> None:
    said = shown(opened(changed(demo_dir, tmp_path, *PEOPLE_ONLY)))
    assert "attendance:employee_id" in said and "data/inbox" in said


def test_a_quiet_day_is_good_news_and_not_an_error(demo_dir: Path, tmp_path: Path) -> None:
    said = shown(opened(changed(demo_dir, tmp_path, "update tag_episodes set until = date '2026-09-14' where until is null or until > date '2026-09-14'")))
    assert "今天没有人需要关怀" in said and "data/inbox" not in said


# --- the standard -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("by", ["tag", "team", "hr", "month"])
def test_the_standard_is_shown_by_tag_team_hr_and_month_with_its_tables(house: Path, by: str) -> None:
    app = opened(house, view="standard", by=by)
    html = shown(app)
    assert "应做与已做" in html and "每天用多少分钟" in html and html.count("这个数怎么算的?") == 3
    app.toggle(key="today.tables").set_value(True).run()
    assert shown(app).count("<table") == 2


def test_the_published_reference_is_a_mark_and_no_result(office: CareDesk) -> None:
    html = today_standard.page(today_standard.read(office, "tag", ""))
    assert html.count("class=ref") == 1 and "不是本公司的结果" in html and "别人报告" in html


def test_a_talk_that_is_logged_counts_in_the_standard_at_once(office: CareDesk) -> None:
    on, who, key = board(office)
    before = office.minutes()["talks"]
    log(office, on, who, key)
    assert office.minutes()["talks"] == before + 1


# --- the sentences --------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("of", today_texts.known())
def test_every_kind_of_sentence_is_listed(house: Path, of: str) -> None:
    html = shown(opened(house, view="texts", tag=of))
    assert html.count("data-ask=edit") > 6 and (of == "support" or "{name}" in html)


def test_a_sentence_is_changed_switched_off_and_taken_up_again(office: CareDesk) -> None:
    line = next(line for line in today_texts.lines(office, "performance_dip") if line.kind == "opener")
    on = Board(office.login)
    today_acts.act(office, on, Asked("save", line.address, f"text:{line.address}", {"zh": "平时 {usual},最近怎么样?", "en": "Usually {usual}; how is it now?"}))
    assert not on.wrong and on.told
    now = lambda: next(one for one in today_texts.lines(office, "performance_dip") if one.key == line.key)
    assert now().zh == "平时 {usual},最近怎么样?" and now().edited
    today_acts.act(office, on, Asked("hide", line.address))
    assert not now().active and now().zh == "平时 {usual},最近怎么样?"
    assert line.key not in {text.key for one in office.texts("performance_dip") for text in one.openers}
    today_acts.act(office, on, Asked("show", line.address))
    assert now().active


def test_a_new_set_is_added(office: CareDesk) -> None:
    on, sets = Board(office.login), office.texts("family_care")
    today_acts.act(office, on, Asked("save", f"opener|family_care|{len(sets) + 1}|", "", {"zh": "家里都好吗?", "en": "How is everybody at home?"}))
    assert not on.wrong and len(office.texts("family_care")) == len(sets) + 1


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize(("zh", "en", "kind", "said"), [
    ("你好 {phone}", "hello {phone}", "opener", "{phone}"), ("{name} 你好", "hello", "opener", "{name}"), ("你好 {name", "hello {name", "opener", ""),
    ("送 {name} 一杯茶", "tea for {name}", "support", "{name}"), ("", "hello", "opener", ""), ("{0}", "{0}", "avoid", "{0}"),
    ("{name:zzz} 你好", "hello {name:zzz}", "opener", ""), ("{name!r} 你好", "hello {name!r}", "opener", ""),
    ("{name.__class__}", "{name.__class__}", "opener", "{name.__class__}")])
def test_a_slot_that_there_is_not_is_refused_with_its_name(office: CareDesk, lang: str, zh: str, en: str, kind: str, said: str) -> None:
    words.speak(lang)
    on, address = Board(office.login, editing="x"), f"{kind}|{'' if kind == 'support' else 'performance_dip'}|1|"
    today_acts.act(office, on, Asked("save", address, "", {"zh": zh, "en": en}))
    assert on.wrong and said in on.wrong and on.editing == "x" and not on.told


def test_a_sentence_of_hr_is_shown_as_text(house: Path, office: CareDesk) -> None:
    today_texts.save(office, "support|||", EVIL, EVIL)
    html = shown(opened(house, view="texts", tag="support"))
    assert EVIL not in html and "&lt;img" in html


def test_the_form_reads_back_what_it_prefilled(office: CareDesk) -> None:
    card = office.card(office.day().cards[0].employee_id)
    html = today_form.form(card, Around(office.today, "k"))
    values = dict(re.findall(r"name=(\w+) value='?([^' ]+)", html))
    assert today_form.talk(values | {"topic": "other"}, "k", card.employee_id, "", 0, "").minutes == card.minutes
    assert values["next_on"] == str(card.next_on)
