"""Mentors and culture on the pages: both languages, no name to whom it is not for, every click, and markup that stays text."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lib import words
from lib.access.desk import Desk, NotAllowed
from lib.access.roles import Viewer
from lib.ledger import culture, engine, mentors
from lib.ledger.writes import now
from lib.show import morale_culture, morale_mentors, my_culture, my_mentor
from lib.show.care_live import Asked
from lib.show.sections import Held, Wrong
from lib.warehouse.store import Store
from tests.paired_company import END, PEOPLE, company
from tests.test_culture_desk import WAVES

MARKUP = "<img src=x onerror=\"document.title='owned'\"> **b** & 'q' </textarea><script>alert(1)</script>"
SECTIONS = {"my_mentor": my_mentor, "my_culture": my_culture, "morale_mentors": morale_mentors, "morale_culture": morale_culture}


def desk(data: Path, role: str, who: str = "E1", teams: tuple[str, ...] | None = None) -> Desk:
    if role in ("employee", "mentor"):
        return Desk(Store(data), Viewer(role, employee_id=who))
    return Desk(Store(data), Viewer(role, teams=("一组",) if role == "lead" else teams))


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company in which everything was used, with markup in every field that people write (read it, never write to it)."""
    data = company(tmp_path_factory.mktemp("full"), *WAVES)
    book = engine.ledger(data, True)
    mentors.ask(book, "h1", "E1", "M1", "objection", MARKUP, 60, now() - timedelta(minutes=18))
    mentors.ask(book, "h2", "E2", "M1", "closing", MARKUP, 60, now() - timedelta(minutes=75))
    mentors.propose(book, "s1", "M1", "M1", "E1", "joint_consultation", END, 30)
    mentors.propose(book, "s2", "E1", "M1", "E1", "script_review", END, 20)
    sharing = culture.plan(book, "k", "sharing", MARKUP[:80], END + timedelta(2), "ann", "hr", place=MARKUP[:80], options=[MARKUP[:80], "B"])
    culture.question(book, sharing, "E2", MARKUP)
    for n, state in enumerate(("published", "waiting")):
        story = culture.tell(book, f"t{n}", "E1", MARKUP[:80], MARKUP, END)
        if state == "published":
            culture.decide(book, story, state, "ann", "hr", END)
    culture.thank(book, "A1", "E1", "taught_me", END)
    return data


def html(section: str, seat: Desk, held: Held | None = None) -> str:
    return SECTIONS[section].html(seat, held or Held())


ROLES_OF = [("my_mentor", "employee"), ("my_mentor", "mentor"), ("my_culture", "employee"), ("my_culture", "mentor"),
            *((section, role) for section in ("morale_mentors", "morale_culture") for role in ("hr", "lead", "boss", "presenter"))]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("section", "role"), ROLES_OF)
def test_markup_stays_text_in_both_languages(full: Path, section: str, role: str, lang: str) -> None:
    words.speak(lang)
    drawn = html(section, desk(full, role, "M1" if role == "mentor" else "E1"))
    assert drawn and "<img" not in drawn and "<script" not in drawn and "</textarea><" not in drawn.replace("></textarea>", "")
    assert "{" not in drawn


@pytest.mark.parametrize("section", ["morale_mentors", "morale_culture"])
@pytest.mark.parametrize("role", ["boss", "presenter", "lead"])
def test_who_sees_groups_receives_no_name_and_no_number(full: Path, section: str, role: str) -> None:
    drawn = html(section, desk(full, role))
    assert not [name for who, name, *_ in PEOPLE if name in drawn or f"'{who}'" in drawn or f">{who}<" in drawn]


@pytest.mark.parametrize("section", ["my_mentor", "my_culture"])
@pytest.mark.parametrize(("who", "allowed"), [("E1", {"艾新人", "马导师"}), ("M1", {"马导师", "艾新人", "尔新人"}), ("A1", {"安1号"})])
def test_people_receive_the_names_of_their_own_pairs_only(full: Path, section: str, who: str, allowed: set[str]) -> None:
    drawn = html(section, desk(full, "employee", who))
    assert {name for _, name, *_ in PEOPLE if name in drawn} <= allowed


def test_every_section_draws_without_anything_to_show(tmp_path: Path) -> None:
    data = company(tmp_path, *(f"delete from {table}" for table in ("mentee_progress", "mentor_pairs", "mentor_facts", "mentor_days", "mentor_sessions",
                                                                    "help_requests", "employee_days", "employee_weeks", "pulse_waves", "pulse_results")))
    assert words.say("mentors.my.none") in html("my_mentor", desk(data, "employee"))
    assert words.say("culture.my.nothing") in html("my_culture", desk(data, "employee"))
    assert words.say("mentors.probation.none") in html("morale_mentors", desk(data, "boss"))
    assert words.say("culture.title.none") in html("morale_culture", desk(data, "hr"))


# --- clicks: mentors ----------------------------------------------------------------------------------------------------------

def click(section: str, seat: Desk, held: Held, what: str, of: str = "", **typed: str) -> str | None:
    return SECTIONS[section].act(seat, Asked(what, of, "", typed), held)


def test_help_is_one_click_and_the_clock_is_seen(tmp_path: Path) -> None:
    data, held = company(tmp_path), Held()
    seat = desk(data, "employee")
    key = held.key("mentors.ask")
    assert key in html("my_mentor", seat, held)
    told = click("my_mentor", seat, held, "mentors.ask", topic="objection", words="", key=key)
    assert told and "马导师" in told and held.forget == "mentors.ask" and held.key("mentors.ask") != key
    drawn = html("my_mentor", seat, held)
    assert words.say("mentors.my.title_waiting", mentor="马导师", minutes=60) in drawn and "data-ask='mentors.ask'" not in drawn
    with pytest.raises(Wrong):
        click("my_mentor", seat, held, "mentors.ask", topic="closing", words="", key=held.key("mentors.ask"))
    mentor = desk(data, "mentor", "M1")
    drawn = html("my_mentor", mentor)
    assert words.say("mentors.guide.title_waiting", n=1) in drawn and "艾新人" in drawn
    request = drawn.split("data-ask='mentors.answer' data-of='")[1].split("'")[0]
    with pytest.raises(NotAllowed):
        click("my_mentor", desk(data, "employee", "A1"), Held(), "mentors.answer", request)
    assert click("my_mentor", mentor, Held(), "mentors.answer", request) == words.say("mentors.guide.answered")
    assert words.say("mentors.request.answered", minutes=0) in html("my_mentor", seat)


def test_a_session_is_entered_by_one_and_confirmed_by_the_other(tmp_path: Path) -> None:
    data, held = company(tmp_path), Held()
    mentor, mentee = desk(data, "mentor", "M1"), desk(data, "employee", "E1")
    for wrong in ({"minutes": "0"}, {"minutes": "x"}, {"day": "2026-13-01"}, {"day": "2025-01-01"}):
        with pytest.raises(Wrong):
            click("my_mentor", mentor, held, "mentors.session", "mentor", **{"with": "E1", "kind": "script_review", "day": str(END), "minutes": "30",
                                                                            "key": "k"} | wrong)
    click("my_mentor", mentor, held, "mentors.session", "mentor", **{"with": "E1", "kind": "customer_visit", "day": str(END), "minutes": "30", "key": "k"})
    mine, theirs = html("my_mentor", mentor), html("my_mentor", mentee)
    assert "mentors.confirm" not in mine and "mentors.confirm" in theirs
    session = theirs.split("data-ask='mentors.confirm' data-of='")[1].split("'")[0]
    with pytest.raises(NotAllowed):
        click("my_mentor", mentor, held, "mentors.confirm", session)
    assert click("my_mentor", mentee, held, "mentors.confirm", session) == words.say("mentors.session.confirmed")
    assert words.say("mentors.duty.count", done=1, due=1) in html("my_mentor", mentee)


def test_hr_pairs_by_suggestion_and_by_number(tmp_path: Path) -> None:
    data, held = company(tmp_path), Held()
    hr = desk(data, "hr")
    drawn = html("morale_mentors", hr)
    assert "data-of='M1:N1'" in drawn and words.say("mentors.reason.same_team", team="一组") in drawn
    assert click("morale_mentors", hr, held, "mentors.office.pair", "M1:N1") == words.say("mentors.paired")
    for mentor, mentee in (("M2", "N1"), ("M2", "M2"), ("M2", "nobody"), ("", "C1")):
        with pytest.raises(Wrong):
            click("morale_mentors", hr, held, "mentors.office.pair", mentor=mentor, mentee=mentee)
    assert "data-of='M1:N1'" in html("morale_mentors", hr)  # now to end it
    click("morale_mentors", hr, held, "mentors.office.unpair", "M1:N1")
    assert my_mentor.MyMentor(desk(data, "employee", "N1")).mentor is None


def test_a_lead_sees_who_it_is_only_after_opening(tmp_path: Path) -> None:
    data, held = company(tmp_path), Held()
    request = mentors.ask(engine.ledger(data, True), "h", "E1", "M1", "objection", "太贵", 60, now() - timedelta(minutes=61))
    lead = desk(data, "lead")
    assert "艾新人" not in html("morale_mentors", lead, held) and words.say("mentors.title_escalated", n=1) in html("morale_mentors", lead, held)
    click("morale_mentors", lead, held, "mentors.office.open", request)
    assert words.say("mentors.waiting.opened", who="艾新人", words="太贵") in html("morale_mentors", lead, held)
    assert "艾新人" not in html("morale_mentors", lead, Held())
    click("morale_mentors", lead, held, "mentors.office.take", request)
    assert words.say("mentors.waiting") not in html("morale_mentors", lead, held)


@pytest.mark.parametrize("what", ["open", "take", "pair", "unpair"])
@pytest.mark.parametrize("role", ["boss", "presenter"])
def test_a_click_that_was_never_drawn_does_nothing(full: Path, role: str, what: str) -> None:
    with pytest.raises((NotAllowed, Wrong)):
        click("morale_mentors", desk(full, role), Held(), f"mentors.office.{what}", "M2:N1")
    with pytest.raises((NotAllowed, Wrong)):
        click("morale_culture", desk(full, role), Held(), "culture.office.publish", "x")


# --- clicks: culture ----------------------------------------------------------------------------------------------------------

def test_what_hr_plans_people_join_vote_on_and_ask_about(tmp_path: Path) -> None:
    data, held = company(tmp_path), Held()
    hr, me = desk(data, "hr"), desk(data, "employee")
    form = {"kind": "sharing", "title": "怎么面对拒绝", "day": str(END + timedelta(2)), "starts": "16:00", "place": "大会议室", "team": "", "seats": "1", "options": "A\nB"}
    for wrong in ({"title": ""}, {"day": "x"}, {"day": "2020-01-01"}, {"seats": "0"}, {"seats": "x"}, {"options": "A"}, {"team": "没有的组"}):
        with pytest.raises(Wrong):
            click("morale_culture", hr, held, "culture.office.plan", **form | wrong)
    assert click("morale_culture", hr, held, "culture.office.plan", **form) == words.say("culture.planned")
    [activity] = my_culture.MyCulture(me).activities()
    click("my_culture", me, held, "culture.sign_up", activity.id)
    with pytest.raises(Wrong, match=words.say("culture.wrong.full")):
        click("my_culture", desk(data, "employee", "A1"), held, "culture.sign_up", activity.id)
    click("my_culture", me, held, "culture.vote", f"{activity.id}:{activity.options[1].id}")
    click("my_culture", me, held, "culture.ask", activity.id, text="怎么报价?")
    drawn = html("my_culture", me)
    assert "怎么报价?" in drawn and words.say("culture.vote.option", label="B", n=1) in drawn and words.say("culture.activity.mine") in drawn
    assert "怎么报价?" in html("morale_culture", hr) and "艾新人" in html("morale_culture", hr) and "怎么报价?" not in html("morale_culture", desk(data, "boss"))
    click("morale_culture", hr, held, "culture.office.cancel", activity.id)
    with pytest.raises(Wrong, match=words.say("culture.wrong.closed")):
        click("my_culture", me, held, "culture.step_back", activity.id)


def test_thanks_and_stories_from_the_form(tmp_path: Path) -> None:
    data, held = company(tmp_path), Held()
    me = desk(data, "employee")
    assert click("my_culture", me, held, "culture.thank", whom="马导师", reason="taught_me") == words.say("culture.thanks.said", name="马导师")
    for whom in ("马导师", "米导师", ""):
        with pytest.raises(Wrong):
            click("my_culture", me, held, "culture.thank", whom=whom, reason="taught_me")
    key = held.key("culture.tell")
    for _ in range(2):
        assert click("my_culture", me, held, "culture.tell", title="标题", text="正文", key=key) == words.say("culture.story.saved")
    [story] = my_culture.MyCulture(me).own_stories()
    click("morale_culture", desk(data, "hr"), held, "culture.office.publish", story.id)
    assert "正文" in html("my_culture", desk(data, "employee", "S1")) and "正文" in html("morale_culture", desk(data, "boss"))
    with pytest.raises(Wrong):
        click("my_culture", me, held, "culture.take_back", story.id)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_cohesion_says_what_changed_which_waves_are_missing_and_that_it_shows_no_cause(full: Path, lang: str) -> None:
    words.speak(lang)
    held, boss = Held(), desk(full, "boss")
    drawn = html("morale_culture", boss, held)
    for said in (words.say("culture.title.up", unit=words.say("culture.company"), first="3.4", last="4.2"), words.say("culture.wave.few"),
                 words.say("culture.no_cause"), words.say("culture.left_out", n=1)):
        assert my_culture.esc(said) in drawn
    assert click("morale_culture", boss, held, "culture.unit", unit="1") == ""
    assert my_culture.esc(words.say("culture.title.one", unit="一组", last="4.0")) in html("morale_culture", boss, held)
    for strange in ("99", "-1", "x", ""):
        click("morale_culture", boss, held, "culture.unit", unit=strange)
    [(frame, name, headers)] = morale_culture.tables(boss, held)
    assert name == "cohesion" and set(headers) == set(frame.columns) and len(frame) == 3
    [(months, _, titles)] = morale_mentors.tables(boss, held)
    assert months["passed"].tolist() == [8] and set(titles) == set(months.columns)


def test_a_click_of_another_section_is_not_theirs(full: Path) -> None:
    for section, role in ROLES_OF:
        assert click(section, desk(full, role), Held(), "goals.set") is None


@pytest.mark.parametrize(("lang", "twice", "before"), [("zh", "已经记过一次", "起才是师徒"), ("en", "recorded for", "have been a pair since")])
def test_a_second_session_of_a_day_and_one_before_the_pair_are_refused_in_words(tmp_path: Path, lang: str, twice: str, before: str) -> None:
    words.speak(lang)
    data = company(tmp_path, f"update mentee_progress set since = date '{END}' - 3 where employee_id = 'E1'")
    say = lambda key, day: my_mentor.act(desk(data, "employee", "E1"), Asked("mentors.session", "mentee", typed={
        "key": key, "kind": "script_review", "day": day.isoformat(), "minutes": "20"}), Held())
    assert say("k1", END)
    with pytest.raises(Wrong, match=twice):
        say("k2", END)
    with pytest.raises(Wrong, match=before):
        say("k3", END - timedelta(4))
