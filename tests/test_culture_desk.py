"""Culture at the desk: own team and own words, HR moderates in its scope, leads plan for theirs, cohesion beside activities."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from lib import words
from lib.access.culture_desk import CultureOffice, MyCulture, NoColleague, SeveralColleagues
from lib.access.desk import Desk, NotAllowed
from lib.access.roles import Viewer
from lib.ledger import culture, engine
from lib.ledger.culture import Enough
from lib.show import morale_culture, my_culture
from lib.show.care_live import Asked
from lib.show.sections import Held, Wrong
from lib.warehouse.store import Store
from tests.paired_company import END, company

WAVES = ("insert into pulse_waves (wave_id, closes, opens) values ('w1', '2025-12-10', '2025-12-01'), ('w2', '2026-01-10', '2026-01-01'), "
         "('w3', '2026-02-10', '2026-02-01')",
         "insert into pulse_results (wave_id, level, unit, question, state, n, mean, low, high, coded) values "
         "('w1', 'company', '', 'cohesion', 'shown', 20, 3.4, 3.1, 3.7, null), ('w2', 'company', '', 'cohesion', 'few', null, null, null, null, null), "
         "('w3', 'company', '', 'cohesion', 'shown', 22, 4.2, 3.9, 4.5, null), ('w3', 'team', '一组', 'cohesion', 'shown', 7, 4.0, 3.5, 4.5, null), "
         "('w3', 'team', '二组', 'cohesion', 'shown', 8, 3.0, 2.5, 3.5, null)")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return company(tmp_path)


def my(data: Path, who: str = "E1", still_here=lambda: True) -> MyCulture:
    return MyCulture(Desk(Store(data), Viewer("employee", employee_id=who)), still_here)


def office(data: Path, role: str = "hr", *teams: str) -> CultureOffice:
    return CultureOffice(Desk(Store(data), Viewer(role, teams=teams or None)))


def planned(data: Path, team: str | None = None, kind: str = "relaxed_hour", **more) -> str:
    return office(data).plan(uuid4().hex, kind, "桌游", END + timedelta(3), team, **more)


# --- activities ---------------------------------------------------------------------------------------------------------------

def test_another_teams_activity_can_neither_be_seen_nor_joined(data: Path) -> None:
    everybody, theirs = planned(data, kind="sharing"), planned(data, "二组", kind="sharing", options=["A", "B"])
    option = next(one for one in my(data, "M2").activities() if one.id == theirs).options[0]
    assert [one.id for one in my(data).activities()] == [everybody] and {one.id for one in my(data, "M2").activities()} == {everybody, theirs}
    for refused in (lambda: my(data).sign_up(theirs), lambda: my(data).step_back(theirs), lambda: my(data).vote(theirs, option.id),
                    lambda: my(data).ask(theirs, "x"), lambda: my(data).questions(theirs)):
        with pytest.raises(NotAllowed):
            refused()
    assert my(data).sign_up(everybody) and my(data).activities()[0].mine


def test_a_lead_plans_and_settles_for_the_own_team_only(data: Path) -> None:
    lead = office(data, "lead", "一组")
    own = lead.plan("k", "relaxed_hour", "喝茶", END + timedelta(1), "一组")
    for team in ("二组", None, "没有的组"):
        with pytest.raises(NotAllowed):
            lead.plan("k", "relaxed_hour", "喝茶", END + timedelta(1), team)
    theirs, everybody = planned(data, "二组"), planned(data)
    for activity in (theirs, everybody):
        with pytest.raises(NotAllowed):
            lead.settle(activity, "held")
    lead.settle(own, "cancelled")


def test_hr_plans_in_scope_and_only_for_teams_that_exist(data: Path) -> None:
    with pytest.raises(NotAllowed):
        planned(data, "没有的组")
    for team in ("二组", None):
        with pytest.raises(NotAllowed):
            office(data, "hr", "一组").plan("k2", "outing", "t", END, team)
    for day in (END - timedelta(1), END + timedelta(367)):
        with pytest.raises(ValueError):
            office(data).plan("k3", "outing", "t", day, None)


@pytest.mark.parametrize("role", ["boss", "presenter"])
def test_boss_and_presenter_only_read(data: Path, role: str) -> None:
    activity, desk = planned(data, kind="sharing"), office(data, role)
    for refused in (lambda: desk.plan("k2", "outing", "t", END, None), lambda: desk.settle(activity, "held"), lambda: desk.questions(activity), desk.waiting,
                    lambda: desk.decide("x", "published"), lambda: desk.hide("x", True)):
        with pytest.raises(NotAllowed):
            refused()
    assert [one.id for one in desk.activities(END)] == [activity]


# --- questions and stories ----------------------------------------------------------------------------------------------------

def test_who_asks_is_seen_by_hr_and_by_nobody_else(data: Path) -> None:
    activity = planned(data, "一组", kind="sharing")
    my(data).ask(activity, "怎么报价?")
    assert my(data, "A1").questions(activity) == ["怎么报价?"]
    [(question, who)] = office(data).questions(activity)
    assert who == "艾新人" and [(one.text, name) for one, name in office(data, "lead", "一组").questions(activity)] == [("怎么报价?", "")]
    for desk in (office(data, "lead", "二组"), office(data, "hr", "二组")):
        with pytest.raises(NotAllowed):
            desk.questions(activity)
    for desk in (office(data, "lead", "一组"), office(data, "hr", "二组")):
        with pytest.raises(NotAllowed):
            desk.hide(question.id, True)
    office(data).hide(question.id, True)
    assert my(data, "A1").questions(activity) == [] == office(data, "lead", "一组").questions(activity) and len(office(data).questions(activity)) == 1


def test_a_story_reaches_colleagues_only_through_hr_in_whose_scope_its_author_is(data: Path) -> None:
    story = my(data).tell("s1", "标题", "牛新人帮我留住了客户")
    assert my(data, "A1").published() == [] == office(data, "boss").published() and office(data, "hr", "二组").waiting() == []
    with pytest.raises(LookupError):
        office(data, "hr", "二组").decide(story, "published")
    assert [(one.id, who) for one, who in office(data).waiting()] == [(story, "艾新人")]
    office(data).decide(story, "published")
    assert [one.text for one in my(data, "A1").published()] == ["牛新人帮我留住了客户"] and my(data).own_stories()[0].state == "published"


def test_a_presenter_reads_no_name_in_a_story_or_a_title(data: Path) -> None:
    culture.decide(engine.ledger(data, True), my(data).tell("s1", "艾新人的故事", "牛新人帮了我"), "published", "ann", "hr", END)
    culture.plan(engine.ledger(data, True), uuid4().hex, "outing", "马导师请喝茶", END, "ann", "hr", "林组长组", "米导师家", options=["听艾新人讲", "散步"])
    desk = office(data, "presenter")
    said = repr(desk.published()) + repr(desk.activities(END))
    assert not [name for name in ("艾新人", "牛新人", "马导师", "米导师", "林组长") if name in said] and "帮了我" in said and "请喝茶" in said and "散步" in said
    drawn = morale_culture.html(desk.desk, Held())
    assert "请喝茶" in drawn and not [name for name in ("马导师", "米导师", "林组长", "牛新人") if name in drawn]
    assert "牛新人" in repr(office(data, "boss").published()) and "米导师" in repr(office(data, "boss").activities(END))


# --- thanks -------------------------------------------------------------------------------------------------------------------

def test_a_colleague_of_the_own_team_is_found_by_name_or_number(data: Path) -> None:
    assert my(data).thank(" 马导师 ", "taught_me") == "马导师" and my(data).thank("a1", "good_idea") == "安1号"
    assert my(data, "M1").thanked() == {"taught_me": 1} and my(data).thanks_left() == 1
    for nobody in ("米导师", "M2", "艾新人", "E1", "", "马"):
        with pytest.raises(NoColleague):
            my(data).thank(nobody, "taught_me")
    with pytest.raises(SeveralColleagues):
        my(data, "S3").thank("双胞", "taught_me")
    assert my(data, "S3").thank("S2", "taught_me") == "双胞" and my(data, "S1").thank("双胞", "taught_me") == "双胞"
    with pytest.raises(Enough):
        my(data).thank("M1", "taught_me")


def test_when_the_session_is_over_nothing_is_written(data: Path) -> None:
    activity, gone = planned(data), my(data, still_here=lambda: False)
    for refused in (lambda: gone.sign_up(activity), lambda: gone.thank("M1", "taught_me"), lambda: gone.tell("k", "t", "x")):
        with pytest.raises(NotAllowed, match="session is over"):
            refused()
    assert my(data).activities()[0].signed_up == 0 and my(data).own_stories() == []


# --- cohesion -----------------------------------------------------------------------------------------------------------------

def test_cohesion_by_wave_with_what_was_done_before_each(tmp_path: Path) -> None:
    data = company(tmp_path, *WAVES)
    book = engine.ledger(data, True)
    for days, team in ((100, None), (60, None), (44, "一组"), (20, None), (2, None)):
        activity = culture.plan(book, uuid4().hex, "relaxed_hour", "t", END - timedelta(days), "ann", "hr", team)
        culture.sign_up(book, activity, "E1")
        culture.settle(book, activity, "held", "ann", "hr")
    culture.settle(book, culture.plan(book, uuid4().hex, "outing", "t", END - timedelta(15), "ann", "hr"), "cancelled", "ann", "hr")
    waves = office(data, "boss").cohesion("company", "")
    assert [(wave.wave_id, wave.state, wave.mean) for wave in waves] == [("w1", "shown", 3.4), ("w2", "few", None), ("w3", "shown", 4.2)]
    # 100 days before: 14 November, in the 90 days before w1; 60: 24 December; 20: 2 February; the cancelled one counts nowhere.
    assert [wave.activities for wave in waves] == [(("relaxed_hour", 1, 1),)] * 3
    assert office(data).since_last(waves[-1].closes, "company", "") == (("relaxed_hour", 1, 1),)
    team = office(data).cohesion("team", "一组")
    assert [wave.state for wave in team] == ["none", "none", "shown"] and team[2].activities == (("relaxed_hour", 1, 1),)
    assert team[1].activities == (("relaxed_hour", 2, 2),)  # the company's and the team's own


def test_a_lead_sees_the_company_and_the_own_team_and_no_other(tmp_path: Path) -> None:
    data = company(tmp_path, *WAVES)
    assert office(data).units() == [("company", ""), ("team", "一组"), ("team", "二组")]
    lead = office(data, "lead", "一组")
    assert lead.units() == [("company", ""), ("team", "一组")]
    assert {wave.state for wave in lead.cohesion("team", "二组")} == {"none"}


# --- a form that comes twice ----------------------------------------------------------------------------------------------------

def key_of(html: str, form: str) -> str:
    """The key that stands in a form, as the browser sends it back."""
    found = re.search(f"<form[^>]*data-form='{form}'.*?name=key value='([^']+)'", html, re.S)
    assert found
    return found[1]


def test_a_plan_that_is_sent_twice_is_one_activity_and_the_next_form_has_another_key(data: Path) -> None:
    hr, held = office(data).desk, Held()
    form = {"kind": "outing", "title": "爬山", "day": str(END + timedelta(2)), "key": key_of(morale_culture.html(hr, held), "culture.plan")}
    for _ in range(2):
        assert morale_culture.act(hr, Asked("culture.office.plan", "", "culture.plan", form), held) == words.say("culture.planned")
    assert len(office(data).activities(END)) == 1
    form["key"] = key_of(morale_culture.html(hr, held), "culture.plan")
    morale_culture.act(hr, Asked("culture.office.plan", "", "culture.plan", form), held)
    assert len(office(data).activities(END)) == 2


def test_thanks_that_are_sent_twice_are_said_once_and_a_second_form_is_told_so(data: Path) -> None:
    desk, held = my(data).desk, Held()
    form = {"whom": "马导师", "reason": "taught_me", "key": key_of(my_culture.html(desk, held), "culture.thank")}
    told = {my_culture.act(desk, Asked("culture.thank", "", "culture.thank", form), held) for _ in range(2)}
    assert told == {words.say("culture.thanks.said", name="马导师")} and my(data).thanks_left() == 2
    with pytest.raises(Wrong):
        my_culture.act(desk, Asked("culture.thank", "", "culture.thank", form | {"key": key_of(my_culture.html(desk, held), "culture.thank")}), held)
