"""The lottery on HR's desk: kept before it is seen, once a day, drawn again from its seed, and nobody is lost, named or held to it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from lib import marts, words
from lib import settings as app_settings
from lib.__main__ import app as command_line
from lib.access import messages_day, sign_in
from lib.access.care_desk import CareDesk, NothingToDraw
from lib.access.desk import Desk, NotAllowed
from lib.access.roles import Viewer
from lib.access.scope import _LEAD_NEVER, BY_PERSON
from lib.care import lottery
from lib.care.shape import Day, TalkLog
from lib.ledger import audit, choices, draws, engine, letters, snapshot
from lib.marts import care
from lib.messages import compose
from lib.show import today_acts, today_lots
from lib.show.care_live import Asked
from lib.show.today_acts import Board
from lib.warehouse.store import Store
from tests.small_company import built
from tests.test_page_glance import changed
from tests.test_page_today import opened, shown

EVIL = "<img src=x onerror=1>"
PASSWORD = "correct horse 12"
# Ten people with long evenings since today, alike in everything, and one with a life event; nobody was contacted before.
CROWD = ("delete from tag_episodes", "delete from talks", "delete from risk_scores",
         "insert into tag_episodes (employee_id, tag, since, until, strength, evidence) select e.employee_id, 'high_pressure', b.as_of, null, 3.0, "
         "'{\"days\": 3, \"latest\": 1320, \"minutes_over\": 40}' from (select employee_id from employees where active order by employee_id limit 10) as e "
         "cross join build_info as b",
         "insert into tag_episodes (employee_id, tag, since, until, strength, evidence) select max(e.employee_id), 'life_event', max(b.as_of), null, null, "
         "'{\"kinds\": [\"hospital\"]}' from employees as e cross join build_info as b where e.active")


@pytest.fixture
def crowd(demo_dir: Path, tmp_path: Path) -> Iterator[Path]:
    """A company in which eleven people need somebody today, and five fit."""
    yield changed(demo_dir, tmp_path, *CROWD)
    engine.ledger(tmp_path, demo=True).close()


def desk(data: Path, name: str = "", teams: tuple[str, ...] | None = None, still_here=lambda: True) -> CareDesk:  # type: ignore[no-untyped-def]
    return CareDesk(Desk(Store(data), Viewer("hr", teams, None, name)), still_here)


def switch_on(data: Path) -> None:
    app_settings.save(data, next(row for row in app_settings.SETTINGS if row.name == "effect.lottery"), True)


def book(data: Path) -> engine.Ledger:
    return engine.ledger(data, demo=True)


def result(data: Path):  # type: ignore[no-untyped-def]
    with book(data).reading() as con:
        return draws.kept(con)


def listed(day: Day) -> set[str]:
    return {one.employee_id for one in day.cards}


def undrawn(day: Day) -> dict:  # type: ignore[type-arg]
    return {one.planned.employee_id: one.until for one in day.waiting if one.why == "not_drawn"}


def talk(who: str, mine: CareDesk, key: str = "k") -> TalkLog:
    return TalkLog(key, who, "", mine.today, 20, "high_pressure", "workload")


# --- when lots are drawn --------------------------------------------------------------------------------------------------------------

def test_without_the_setting_nothing_is_drawn_and_a_draw_is_offered(crowd: Path) -> None:
    day = desk(crowd).day()
    assert len(day.cards) == 5 and day.could_draw == (10, 5) and day.drawn is None and not undrawn(day) and result(crowd) == []


def test_a_click_draws_among_all_who_are_alike_and_the_list_holds_no_more(crowd: Path) -> None:
    mine = desk(crowd)
    before = mine.day()
    made = mine.draw()
    day = mine.day()
    [(seen, kept)] = result(crowd)
    first = {entry.employee_id for entry in kept.entries if entry.drawn}
    assert (seen, day.drawn, day.could_draw) == (made, made, None) and (seen.started, seen.places, seen.pool) == ("button", 5, 10)
    assert len(day.cards) == 5 and listed(day) == first and len(undrawn(day)) == 5
    taken = snapshot.take(book(crowd))
    assert set(taken["care_cards"]["employee_id"]) == set(taken["care_reminders"]["employee_id"]) == first  # the others were told to nobody
    assert {entry.employee_id for entry in kept.entries} == listed(before) | {w.planned.employee_id for w in before.waiting} - life_event(before)
    assert set(undrawn(day).values()) == {mine.today + timedelta(7)}


def life_event(day: Day) -> set[str]:
    every = [*day.cards, *(one.planned for one in day.waiting)]
    return {one.employee_id for one in every if one.reasons[0].tag == "life_event"}


def test_the_setting_draws_at_the_first_look_and_looking_again_writes_nothing(crowd: Path) -> None:
    switch_on(crowd)
    day = desk(crowd).day()
    taken = snapshot.fingerprint(snapshot.take(book(crowd)))
    assert day.drawn is not None and day.drawn.started == "setting" and len(day.cards) == 5 and len(undrawn(day)) == 5
    assert desk(crowd).day() == day and snapshot.fingerprint(snapshot.take(book(crowd))) == taken
    with book(crowd).reading() as con:
        assert len({card for card in draws.untouched(con, "demo-hr", desk(crowd).today)}) == 5  # nobody was told of who was not drawn


def test_there_is_no_drawing_until_it_suits(crowd: Path) -> None:
    mine = desk(crowd)
    mine.day()
    first = mine.draw()
    for card in mine.day().cards[:2]:
        mine.decline(card.card_id, card.version, "not_a_need")
    assert mine.draw() == first and desk(crowd).draw() == first and len(result(crowd)) == 1
    with pytest.raises(IntegrityError), book(crowd).writing() as con:
        draws.record(con, result(crowd)[0][1], "demo-hr", mine.today, "button", "demo-hr")


def test_the_same_people_and_day_give_the_same_result_even_from_an_empty_ledger(crowd: Path) -> None:
    switch_on(crowd)
    first = listed(desk(crowd).day())
    engine.ledger(crowd, demo=True).close()
    for file in (crowd / "demo").glob("ledger.db*"):
        file.unlink()
    assert listed(desk(crowd).day()) == first


def test_where_nothing_can_be_drawn_the_click_says_so(crowd: Path) -> None:
    app_settings.save(crowd, next(row for row in app_settings.SETTINGS if row.name == "care.capacity"), 20)
    mine = desk(crowd)
    assert mine.day().could_draw is None
    with pytest.raises(NothingToDraw, match="没有可抽的"):
        mine.draw()


def test_cards_that_somebody_worked_on_or_was_told_of_keep_their_places(crowd: Path) -> None:
    mine = desk(crowd)
    put_off, told = mine.day().cards[:2]
    mine.snooze(put_off.card_id, put_off.version, mine.today + timedelta(2), "no_time")
    with book(crowd).writing() as con:
        letters.tell(con, "channel", [told.card_id], "key")
    mine.day()
    mine.draw()
    pool = {entry.employee_id for entry in result(crowd)[0][1].entries}
    assert not {put_off.employee_id, told.employee_id} & pool and told.employee_id in listed(mine.day())


# --- who was not drawn --------------------------------------------------------------------------------------------------------------------

def test_who_was_not_drawn_is_on_the_next_list_that_has_room(crowd: Path) -> None:
    switch_on(crowd)
    mine = desk(crowd)
    waits = set(undrawn(mine.day()))
    for card in mine.day().cards:
        mine.decline(card.card_id, card.version, "not_a_need")
    assert not waits & listed(mine.day())  # today's places were given out; declining is no way to choose
    mine.today += timedelta(1)
    day = mine.day()
    assert len(listed(day) & waits) == 4 and len(day.cards) == 5 and len(life_event(day) & listed(day)) == 1


def test_a_colleague_with_room_is_told_of_who_was_not_drawn(crowd: Path) -> None:
    switch_on(crowd)
    for name in ("anna", "bo"):
        sign_in.add_user(crowd, name, PASSWORD, "hr", ["*"])
    waits = set(undrawn(desk(crowd, "anna").day()))
    theirs = desk(crowd, "bo").day()
    assert len(theirs.cards) == 5 and len(listed(theirs) & waits) == 4 and len(result(crowd)) == 1


def test_a_talk_outside_of_the_draw_is_marked_and_its_side_stays_as_drawn(crowd: Path) -> None:
    switch_on(crowd)
    mine = desk(crowd)
    who = min(undrawn(mine.day()))
    mine.log(talk(who, mine))
    rows = snapshot.take(book(crowd))["care_draws"].set_index("employee_id")
    assert bool(rows.loc[who, "outside"]) and not rows.loc[who, "drawn"] and rows["outside"].sum() == 1 and len(rows) == 10
    assert [line.action for line in audit.lines(book(crowd), who)][:1] == ["draw.outside"]
    assert who not in listed(mine.day()) and who not in undrawn(mine.day())


def test_a_talk_with_somebody_who_was_drawn_is_not_outside(crowd: Path) -> None:
    switch_on(crowd)
    mine = desk(crowd)
    mine.log(talk(min(listed(mine.day())), mine))
    assert snapshot.take(book(crowd))["care_draws"]["outside"].sum() == 0


# --- urgent -----------------------------------------------------------------------------------------------------------------------------

def test_whom_hr_calls_urgent_before_a_draw_is_in_no_pool_and_first(crowd: Path) -> None:
    switch_on(crowd)
    mine = desk(crowd)
    with book(crowd).reading() as con:
        assert draws.urgent(con, mine.today) == {}
    who = mine._people(e.employee_id for e in mine._episodes()[0]).keys() - life_event_ids(mine)
    one = max(who)
    mine.urgent(one)
    mine.urgent(one)
    day = mine.day()
    assert one in listed(day) and one not in {entry.employee_id for entry in result(crowd)[0][1].entries} and result(crowd)[0][1].pool == 9
    assert [line.action for line in audit.lines(book(crowd), one)] == ["draw.urgent"]


def life_event_ids(mine: CareDesk) -> set[str]:
    return {episode.employee_id for episode in mine._episodes()[0] if episode.tag == "life_event"}


def test_who_was_not_drawn_and_is_urgent_comes_first_from_then_on(crowd: Path) -> None:
    mine = desk(crowd)
    before = listed(mine.day())
    mine.draw()
    who = min(before - listed(mine.day()))
    mine.urgent(who)
    day = mine.day()
    assert len(day.cards) == 5 and {w.planned.employee_id: w.why for w in day.waiting}[who] == "capacity"  # today's places are given out
    for card in day.cards:
        mine.decline(card.card_id, card.version, "not_a_need")
    mine.today += timedelta(1)
    assert who in listed(mine.day())
    mine.log(talk(who, mine))
    with book(crowd).reading() as con:
        assert who not in mine._lots(mine._written(con), {who: mine.today}).urgent  # a talk ends it


def test_nobody_out_of_scope_is_drawn_or_called_urgent(crowd: Path) -> None:
    teams = Store(crowd).current().frame("select e.team, count(*) as n from tag_episodes as t join employees as e on e.employee_id = t.employee_id "
                                         "where t.tag = 'high_pressure' group by e.team order by n desc, e.team")
    team = teams["team"][0]
    app_settings.save(crowd, next(row for row in app_settings.SETTINGS if row.name == "care.capacity"), 1)
    switch_on(crowd)
    sign_in.add_user(crowd, "anna", PASSWORD, "hr", [team])
    mine = desk(crowd, "anna", (team,))
    mine.day()
    inside = set(Store(crowd).current().frame("select employee_id from employees where team = $team", {"team": team})["employee_id"])
    assert all({entry.employee_id for entry in kept.entries} <= inside for _, kept in result(crowd)) and (len(result(crowd)) == 1) == (teams["n"][0] > 1)
    outside = Store(crowd).current().frame("select min(employee_id) as e from employees where team <> $team", {"team": team})["e"][0]
    for who in (outside, "E-nobody"):
        with pytest.raises(NotAllowed):
            mine.urgent(who)


def test_a_session_that_is_over_draws_nothing(crowd: Path) -> None:
    still = [True]
    mine = desk(crowd, still_here=lambda: still[0])
    mine.day()
    still[0] = False
    for does in (mine.draw, lambda: mine.urgent(min(listed(desk(crowd).day())))):
        with pytest.raises(NotAllowed):
            does()
    assert result(crowd) == []


# --- objections -----------------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("drawn", [True, False])
def test_an_objection_takes_a_person_out_of_every_draw_at_once(crowd: Path, drawn: bool) -> None:
    switch_on(crowd)
    mine = desk(crowd)
    mine.day()
    who = min(entry.employee_id for entry in result(crowd)[0][1].entries if entry.drawn == drawn)
    choices.choose(book(crowd), who, "no_scoring", True, "demo-employee", mine.today)
    day = mine.day()
    assert who not in listed(day) and who not in {one.planned.employee_id for one in day.waiting}
    [(seen, kept)] = result(crowd)
    assert who not in {entry.employee_id for entry in kept.entries} and (seen.pool, seen.places) == (10, 5) and lottery.reproduced(kept)
    assert who not in set(snapshot.take(book(crowd))["care_draws"]["employee_id"])
    with pytest.raises(NotAllowed):
        mine.urgent(who)


def test_whoever_objects_is_in_no_draw(crowd: Path) -> None:
    mine = desk(crowd)
    who = max({e.employee_id for e in mine._episodes()[0]} - life_event_ids(mine))
    choices.choose(book(crowd), who, "no_scoring", True, "demo-employee", mine.today)
    mine.day()
    mine.draw()
    assert result(crowd)[0][1].pool == 9 and who not in {entry.employee_id for entry in result(crowd)[0][1].entries}


# --- checking, and what is told --------------------------------------------------------------------------------------------------------------

def test_the_audit_holds_seed_numbers_and_hashes_and_nobody(crowd: Path) -> None:
    switch_on(crowd)
    desk(crowd).day()
    [(seen, kept)] = result(crowd)
    [line] = [line for line in audit.lines(book(crowd)) if line.action == "draw.made"]
    ids = {entry.employee_id for entry in kept.entries}
    assert line.subject == seen.id and (line.detail["seed"], line.detail["places"], line.detail["pool"]) == (kept.seed, 5, 10)
    assert line.detail["among"] == draws.digest(ids) and line.detail["drawn"] == draws.digest(e.employee_id for e in kept.entries if e.drawn)
    assert not any(who in json.dumps(line.detail) for who in ids) and audit.verify(book(crowd)) is None


def test_a_command_draws_again_and_finds_out_another_result_without_naming_anybody(crowd: Path) -> None:
    switch_on(crowd)
    desk(crowd).day()
    ids = {entry.employee_id for entry in result(crowd)[0][1].entries}
    fine = CliRunner().invoke(command_line, ["draws", "--data", str(crowd)])
    assert fine.exit_code == 0 and "same result" in fine.output and "5 of 10" in fine.output and not any(who in fine.output for who in ids)
    loser = min(entry.employee_id for entry in result(crowd)[0][1].entries if not entry.drawn)
    with book(crowd).writing() as con:
        con.exec_driver_sql("update draw_entries set drawn = 1, again_from = null where employee_id = ?", (loser,))
    wrong = CliRunner().invoke(command_line, ["draws", "--data", str(crowd)])
    assert wrong.exit_code == 1 and "ANOTHER RESULT" in wrong.output


def test_no_log_line_and_no_message_says_who_was_drawn(crowd: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    switch_on(crowd)
    mine = desk(crowd)
    day = mine.day()
    names = mine.names([*listed(day), *undrawn(day)])
    said = " ".join(record.getMessage() for record in caplog.records if not record.name.startswith(("asyncio", "watchdog")))
    assert not any(part in said for pair in names.items() for part in pair)
    home = messages_day.house(crowd)
    told = messages_day.raised(home, "demo-hr", Viewer("hr"), True)  # type: ignore[arg-type]
    assert set(told.people.values()) == {names[who] for who in listed(day)}
    for lang in words.LANGUAGES:
        letter = str(compose.new(lang, "key", len(told.people), "http://x", sorted(told.people.values())))
        assert not any(names[who] in letter for who in undrawn(day)) and not re.search("抽|drawn|lottery", letter)


def test_a_build_publishes_every_pool_in_the_columns_that_the_estimates_read(crowd: Path) -> None:
    switch_on(crowd)
    mine = desk(crowd)
    mine.day()
    frames = snapshot.take(book(crowd))
    people = sorted(set(frames["care_draws"]["employee_id"]))
    con = built({"employees": [{"employee_id": who, "name": who, "team": "一组", "hire_date": mine.today - timedelta(400)} for who in people[1:]],
                 "attendance": [{"employee_id": people[1], "work_date": mine.today, "result": "normal"}]})
    care.load(con, {"care_draws": frames["care_draws"]})
    marts.build(con, mine.today, {})
    rows = con.execute("select employee_id, tag, drawn_on, draw_id, drawn, chance, outside from care_draws order by employee_id").df()
    assert list(rows["employee_id"]) == people[1:] and set(rows["chance"]) == {0.5} and not rows["outside"].any()
    assert marts.broken(con, "care_draws", mine.today, {}) == {}
    assert "care_draws" in BY_PERSON and "care_draws" in _LEAD_NEVER


# --- the page -------------------------------------------------------------------------------------------------------------------------------

def said(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", html))


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_page_offers_a_draw_and_says_why_it_is_fair_and_what_it_teaches(crowd: Path, lang: str) -> None:
    html = said(shown(opened(crowd, lang)))
    words.speak(lang)
    for key in ("go", "why", "why.fair.how", "why.learn.how", "why.never.how", "why.again.how"):
        assert words.say(f"today.lots.{key}") in html
    assert "5/10 (50 %)" in html and words.say("today.lots.could", pool=10, places=5) in html


def test_a_click_on_the_page_draws_and_the_page_then_says_who_waits_until_when(crowd: Path) -> None:
    mine = desk(crowd)
    mine.day()
    on = Board("demo-hr", person="nobody")
    today_acts.act(mine, on, Asked("draw"))
    assert "10 人里先联系 5 人" in on.told and not on.wrong and on.person == ""
    html = said(shown(opened(crowd)))
    assert "在 10 人里抽签决定" in html and "由您发起" in html and today_lots.short(mine.draw().id) in html
    assert html.count("起再抽") >= 5 and "5 人没抽到,在等" in html and "data-ask=draw" not in shown(opened(crowd))


def test_where_nothing_is_left_to_draw_the_click_says_why(crowd: Path) -> None:
    app_settings.save(crowd, next(row for row in app_settings.SETTINGS if row.name == "care.capacity"), 20)
    mine = desk(crowd)
    mine.day()
    today_acts.act(mine, on := Board("demo-hr"), Asked("draw"))
    assert "没有可抽的" in on.wrong and not on.told


def test_the_card_of_who_was_not_drawn_says_when_and_can_be_called_urgent(crowd: Path) -> None:
    mine = desk(crowd)
    mine.day()
    mine.draw()
    who = min(undrawn(mine.day()))
    html = shown(opened(crowd, person=who))
    assert f"data-ask=urgent data-of='{who}'" in html and "这次没抽到" in said(html)
    today_acts.act(mine, on := Board("demo-hr"), Asked("urgent", who))
    assert "标为紧急" in on.told
    assert "data-ask=urgent" not in shown(opened(crowd, person=who))


def test_with_the_setting_a_day_without_a_draw_says_that_need_alone_decided(crowd: Path) -> None:
    app_settings.save(crowd, next(row for row in app_settings.SETTINGS if row.name == "care.capacity"), 20)
    switch_on(crowd)
    html = said(shown(opened(crowd)))
    assert "今天没有要抽签的名额" in html and "为什么公平" in html


def test_what_was_typed_by_people_is_shown_as_text(crowd: Path) -> None:
    mine = desk(crowd)
    day = mine.day()
    made = replace(mine.draw(), who=EVIL)
    assert EVIL not in today_lots.section(replace(day, drawn=made), {}, 7)
    after = mine.day()
    assert EVIL not in today_lots.about(after, min(undrawn(after)), EVIL) and "&lt;img" in today_lots.about(after, min(undrawn(after)), EVIL)


def test_the_page_of_a_company_without_anybody_to_draw_is_silent_about_lots(demo_dir: Path, tmp_path: Path) -> None:
    quiet: AppTest = opened(changed(demo_dir, tmp_path, "delete from tag_episodes", "delete from risk_scores"))
    assert "抽签" not in said(shown(quiet))
