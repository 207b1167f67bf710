"""Warnings: a rise of the risk is told once, in one card with everything else, and nobody who objects, is helped or was drawn is in it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib import settings as app_settings
from lib.access import messages_day
from lib.access.care_desk import CareDesk
from lib.access.desk import Desk
from lib.access.roles import Viewer
from lib.care import facts, queue, rise_words, rises, talk_card, texts
from lib.care.queue import Episode, Touched
from lib.care.rises import Rise, Warnings
from lib.care.shape import OpenCard, Reason
from lib.care.turn import Known, Limits, fired, turn
from lib.ledger import cards, choices, engine, interventions
from lib.ledger.shape import NewIntervention
from lib.messages import compose
from lib.risk.card import RiskReason
from lib.risk.features import FEATURES
from lib.show import today_row
from lib.warehouse.store import Store
from tests import risk_company
from tests.conftest import END

TODAY = date(2026, 6, 14)
LIMITS = Limits(5, 3, (1, 3, 7, 20))
LATE = RiskReason("late_evenings_4w", 1, 0.9, 0.2, 0.45, 0.2, kept=0.9)
TENURE = RiskReason("tenure_months", 2, 0.5, 0.5, 5.0, 20.0)


def rise(who: str = "P1", ago: int = 0, ended: int | None = None, reasons: tuple[RiskReason, ...] = (TENURE, LATE)) -> Rise:
    return Rise(who, TODAY - timedelta(ago), None if ended is None else TODAY - timedelta(ended), 0.8, rise_words.packed(reasons))


def warnings(*risen: Rise, **more: object) -> Warnings:
    return Warnings({one.employee_id: one for one in risen}, **more)  # type: ignore[arg-type]


def known(known_of: Warnings, *episodes: Episode, cards: tuple[OpenCard, ...] = (), **more: object) -> Known:
    people = {*known_of.rises, *(episode.employee_id for episode in episodes), *(card.employee_id for card in cards)}
    return Known(episodes, people, cards, (), Touched({}, {}), warnings=known_of, **more)  # type: ignore[arg-type]


# --- what is news ---------------------------------------------------------------------------------------------------------------

def test_a_rise_is_a_reason_of_the_queue() -> None:
    found = fired(known(warnings(rise())), LIMITS, TODAY)
    assert [(one.employee_id, one.kind, one.tag, one.due) for one in found] == [("P1", "risk", "", TODAY)]


@pytest.mark.parametrize("shift", [-70, -21, -7, 0, 7, 21, 56])
def test_a_rise_that_a_refit_moves_is_not_told_again(shift: int) -> None:
    told = TODAY - timedelta(60)
    moved = replace(rise(), since=told + timedelta(shift))
    assert rises.firing(warnings(moved, warned={"P1": told}), TODAY) == []


def test_a_rise_that_begins_after_the_weeks_of_the_last_warning_is_told() -> None:
    told = TODAY - timedelta(57)
    assert len(rises.firing(warnings(rise(), warned={"P1": told}), TODAY)) == 1
    assert rises.firing(warnings(rise(), warned={"P1": told}, again_days=57), TODAY) == []


def test_a_rise_that_ended_two_weeks_ago_is_still_told_and_later_not() -> None:
    assert len(rises.firing(warnings(rise(ago=30, ended=14)), TODAY)) == 1
    assert rises.firing(warnings(rise(ago=30, ended=15)), TODAY) == []


def test_who_is_being_helped_or_was_since_the_rise_needs_no_warning() -> None:
    before, since = TODAY - timedelta(20), TODAY - timedelta(5)
    assert rises.firing(warnings(rise(ago=10), helped={"P1": (before, True)}), TODAY) == []
    assert rises.firing(warnings(rise(ago=10), helped={"P1": (since, False)}), TODAY) == []
    assert len(rises.firing(warnings(rise(ago=10), helped={"P1": (before, False)}), TODAY)) == 1


def test_a_person_with_a_tag_and_a_rise_gets_one_card() -> None:
    tag = Episode("P1", "high_pressure", TODAY - timedelta(1), None, 0.3, 1.0, False, "")
    day = turn(known(warnings(rise()), tag), "anna", LIMITS, TODAY).day
    assert [[reason.kind for reason in card.reasons] for card in day.cards] == [["risk", "tag"]]


def test_a_rise_joins_the_open_card_of_the_person_instead_of_a_second_one() -> None:
    card = OpenCard("c1", "P1", "anna", TODAY, "open", None, 1, (Reason("P1", "tag", "high_pressure", TODAY),))
    made = turn(known(warnings(rise()), Episode("P1", "high_pressure", TODAY, None), cards=(card,)), "anna", LIMITS, TODAY)
    assert made.raise_ == () and [(one, [reason.kind for reason in new]) for one, new in made.merge] == [("c1", ["risk"])]


def test_a_card_from_risk_alone_goes_at_once_when_the_person_has_no_score_any_more() -> None:
    card = OpenCard("c1", "P1", "anna", TODAY, "snoozed", TODAY + timedelta(9), 1, (Reason("P1", "risk", "", TODAY),))
    assert turn(replace(known(Warnings(), cards=(card,)), people={"P1"}), "anna", LIMITS, TODAY).expire == ("c1",)


def test_a_card_with_a_tag_too_stays_and_does_not_speak_of_risk_any_more() -> None:
    card = OpenCard("c1", "P1", "anna", TODAY, "open", None, 1, (Reason("P1", "risk", "", TODAY), Reason("P1", "tag", "high_pressure", TODAY)))
    made = turn(known(Warnings(), Episode("P1", "high_pressure", TODAY, None), cards=(card,)), "anna", LIMITS, TODAY)
    assert made.expire == () and [reason.kind for reason in made.day.cards[0].reasons] == ["tag"]


def test_a_rise_that_the_refitted_model_does_not_see_any_more_keeps_its_card_for_two_weeks() -> None:
    unseen = Warnings({"P1": Rise("P1", None)})
    for ago, gone in ((14, ()), (15, ("c1",))):
        card = OpenCard("c1", "P1", "anna", TODAY - timedelta(ago), "open", None, 1, (Reason("P1", "risk", "", TODAY - timedelta(60)),))
        assert turn(known(unseen, cards=(card,)), "anna", LIMITS, TODAY).expire == gone


# --- kept back ------------------------------------------------------------------------------------------------------------------

def test_who_is_drawn_is_not_told_of_and_it_is_written_down() -> None:
    made = turn(known(warnings(rise("P1"), rise("P2"), drawn={"P2"})), "anna", LIMITS, TODAY)
    assert [card.employee_id for card in made.day.cards] == ["P1"] and made.hold == (("P2", TODAY),) and made.news


def test_the_draw_is_always_the_same_and_about_as_large_as_its_share() -> None:
    ids = [f"P{nth:05}" for nth in range(4000)]
    drawn = {who for who in ids if rises.is_drawn(b"key", who, 0.1)}
    assert drawn == {who for who in ids if rises.is_drawn(b"key", who, 0.1)} and 320 <= len(drawn) <= 480
    assert drawn < {who for who in ids if rises.is_drawn(b"key", who, 0.2)}
    assert not {who for who in ids if rises.is_drawn(b"key", who, 0.0)}
    assert len(drawn & {who for who in ids if rises.is_drawn(b"another", who, 0.1)}) < 80


# --- every history -----------------------------------------------------------------------------------------------------------------

PEOPLE = ("P1", "P2", "P3", "P4")
builds = st.lists(st.dictionaries(st.sampled_from(PEOPLE), st.tuples(st.integers(-40, 60), st.one_of(st.none(), st.integers(0, 40))), max_size=4),
                  min_size=8, max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(builds, st.integers(1, 3), st.integers(2, 5), st.sampled_from((14, 56)), st.frozensets(st.sampled_from(PEOPLE), max_size=2))
def test_over_any_history_of_refits_nobody_is_warned_of_twice_within_the_weeks_nor_beyond_capacity_or_budget(
        history: list[dict[str, tuple[int, int | None]]], capacity: int, gap: int, again: int, talkers: frozenset[str]) -> None:
    limits, start = Limits(capacity, gap, (1,), again), TODAY
    open_cards: dict[str, OpenCard] = {}
    warned: dict[str, date] = {}
    contacted: dict[str, date] = {}
    told: dict[str, list[date]] = defaultdict(list)
    for nth in range(7 * len(history)):
        today = start + timedelta(nth)
        seen = {who: Rise(who, start + timedelta(at), None if length is None else start + timedelta(at + length))
                for who, (at, length) in history[nth // 7].items() if start + timedelta(at) <= today}
        made = turn(Known((), set(PEOPLE), list(open_cards.values()), (), Touched(dict(contacted), {}),
                          warnings=Warnings(seen, dict(warned), {}, (), again)), "anna", limits, today)
        assert len(made.raise_) <= capacity
        for card_id in made.expire:
            del open_cards[card_id]
        for card_id, new in made.merge:
            open_cards[card_id] = replace(open_cards[card_id], reasons=(*open_cards[card_id].reasons, *new))
            told[open_cards[card_id].employee_id] += [today]
            warned[open_cards[card_id].employee_id] = today
        for one in made.raise_:
            who = one.employee_id
            assert who not in {card.employee_id for card in open_cards.values()}
            assert who not in contacted or (today - contacted[who]).days >= gap
            open_cards[f"{who} {today}"] = OpenCard(f"{who} {today}", who, "anna", today, "open", None, 1, one.reasons)
            contacted[who] = warned[who] = today
            told[who].append(today)
        for card_id in [one for one in open_cards if open_cards[one].employee_id in talkers]:
            del open_cards[card_id]
    assert all((later - earlier).days > again for days in told.values() for earlier, later in zip(days, days[1:], strict=False))


# --- words ----------------------------------------------------------------------------------------------------------------------

def card_of(*reasons: Reason, lang: str = "zh"):
    person = {"employee_id": "P1", "name": "陈一", "team": "一组", "role": "", "hire_date": date(2025, 1, 6), "metric": "effective", "worked_days": 10,
              "late_evenings": 4, "rejected_share": 0.5}
    return talk_card.build(talk_card.Facts(person, reasons, "c1", 1, pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), (), (), None, (), {}, 25), TODAY, lang)


def reason(*pushes: RiskReason) -> Reason:
    return Reason("P1", "risk", "", TODAY, 0.8, evidence=rise_words.packed(pushes))


FORBIDDEN = re.compile(r"离职|辞职|离开公司|想走|跳槽|分数|概率|风险|系统显示|\b(leave|leaving|quit|resign|score|risk|probability|chance of)\b", re.IGNORECASE)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_opener_tells_the_person_that_they_may_leave_or_that_there_is_a_score(lang: str) -> None:
    for one in texts.shipped("risk"):
        for text in one.openers:
            assert not FORBIDDEN.search(text.in_(lang).replace("left late", "")), text.key


def test_the_talk_begins_with_the_strongest_reason_that_somebody_can_do_something_about() -> None:
    card = card_of(reason(replace(TENURE, place=1, contribution=2.0), replace(LATE, place=2)))
    said = {"late_lately": "4", "worked_lately": "10", "tenure": facts.tenure(date(2025, 1, 6), TODAY, "zh")}
    own = {text.zh.format_map(said) for one in texts.shipped("risk") if "on_workload" in one.needs for text in one.openers}
    assert set(card.openers) <= own and len(card.openers) == 3


def test_the_support_on_offer_fits_what_can_be_done() -> None:
    keys = {key for key, _ in card_of(reason(LATE)).support}
    assert {"half_day_off", "share_customers"} <= keys and "objection_price" not in keys
    assert {key for key, _ in card_of(reason(RiskReason("said_pay", 1, 0.4, None, 1.0))).support} == {"lunch", "talk_to_lead", "check_in"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hr_reads_the_reasons_in_words_and_that_they_are_not_the_sole_basis(lang: str) -> None:
    said = card_of(reason(LATE, TENURE), lang=lang).why[0]
    assert "45 %" in said and "20 %" in said and ("唯一依据" if lang == "zh" else "sole basis") in said


def test_the_donts_say_first_never_to_name_a_score_nor_to_ask_whether_somebody_quits_also_beside_a_tag() -> None:
    tag = Reason("P1", "tag", "high_pressure", TODAY, 0.9, evidence=json.dumps({"days": 3, "latest": 1380, "minutes_over": 45}))
    for card in (card_of(reason(LATE)), card_of(tag, reason(LATE))):
        assert card.avoid[:2] == rise_words.never("zh") and len(card.avoid) == 4
    assert card_of(tag).avoid[0] not in rise_words.never("zh")


def test_the_evidence_holds_neither_score_nor_contribution_nor_a_flag_that_is_not_set() -> None:
    packed = rise_words.packed([LATE, RiskReason("said_pressure", 2, 0.3, None, 0.0, 0.4), RiskReason("tenure_months", 3, -0.5, None, 3.0, 9.0)])
    rows = json.loads(packed)["reasons"]
    assert [row["feature"] for row in rows] == ["late_evenings_4w"] and set(rows[0]) == {"feature", "value", "team", "text"}


def test_a_difference_of_two_shares_is_told_in_points_and_one_is_not_many() -> None:
    assert rise_words.amount("rejection_own", 0.04, "en") == "+4 pp" and rise_words.amount("performance_own", -0.2, "en").endswith("20 %")
    assert rise_words.amount("rejection_own", 0.0, "en") == "0 pp" and rise_words.amount("tags_now", 1.0, "en") == "1 tag"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_feature_can_be_named_on_a_card(lang: str) -> None:
    for feature in FEATURES:
        text = "电销" if feature.kind == "category" else ""
        one = RiskReason(feature.key, 1, 0.5, None, None if text else 1.0, None if text else 0.4 if feature.direction >= 0 else 1.6, text)
        said = rise_words.why(rise_words.packed([one]), "d", lang)
        assert "{" not in said and said != rise_words.why("", "d", lang)


def test_what_is_not_known_or_reads_backwards_begins_no_talk() -> None:
    unknown = RiskReason("performance_own", 1, 0.5, None, None, 0.1)
    backwards = RiskReason("goal_attainment", 2, 0.4, None, 0.9, 0.8)
    assert not unknown.plain and not backwards.plain
    assert [row["feature"] for row in json.loads(rise_words.packed([unknown, backwards, LATE]))["reasons"]] == ["late_evenings_4w"]


def test_the_row_of_today_names_the_reasons_without_a_number() -> None:
    one = queue.planned("P1", [reason(LATE, TENURE)], TODAY)
    html = today_row.row(one, today_row.Who("陈一", "一组"), 1, False, TODAY)
    assert "晚下班" in html and "唯一依据" in html and "%" not in html


def test_no_outgoing_message_carries_a_reason() -> None:
    for lang in ("zh", "en"):
        letter = compose.today(lang, "k" * 20, 1, "http://127.0.0.1/today", ["陈一"])
        assert not re.search(r"离职|风险|risk|leav", letter.text, re.IGNORECASE)
    assert set(messages_day.HrList.__dataclass_fields__) == {"owner", "people"}


# --- on the desk ------------------------------------------------------------------------------------------------------------------

RISEN, FLAT, ALWAYS = 0, 1, 2


def people_of(demo_dir: Path, most: int = 6) -> list[str]:
    return list(Store(demo_dir).current().frame(
        "select employee_id from employees where active and employee_id not in (select employee_id from tag_episodes where until is null or until > "
        "(select as_of from build_info) - 40) and employee_id not in (select employee_id from talks where talked_on > (select as_of from build_info) - 5) "
        "order by employee_id limit $most", {"most": most})["employee_id"])


@pytest.fixture
def house(demo_dir: Path, tmp_path: Path):
    """The demo company in which the first of :func:`people_of` became high two weeks ago and the third was high all along."""
    who = people_of(demo_dir)
    weeks = "update risk_weeks set band = 'even'"
    risen = f"update risk_weeks set band = 'high' where employee_id = '{who[RISEN]}' and week >= (select max(week) from risk_weeks) - 7"
    always = f"update risk_weeks set band = 'high' where employee_id = '{who[ALWAYS]}'"
    risk_company.published(demo_dir, tmp_path / "data", "ready", "", weeks, risen, always)
    yield tmp_path / "data", who
    engine.ledger(tmp_path / "data", demo=True).close()


def hr(folder: Path) -> CareDesk:
    return CareDesk(Desk(Store(folder), Viewer("hr")))


def risky(desk: CareDesk) -> dict[str, list[str]]:
    day = desk.day()
    return {one.employee_id: [reason.kind for reason in one.reasons] for one in [*day.cards, *(waiting.planned for waiting in day.waiting)]
            if any(reason.kind == "risk" for reason in one.reasons)}


def a_large_day(folder: Path) -> None:
    app_settings.save(folder, next(row for row in app_settings.SETTINGS if row.name == "care.capacity"), 50)


def test_who_became_high_is_on_the_list_since_the_sunday_and_who_always_was_is_not(house) -> None:
    folder, who = house
    rows = Desk(Store(folder), Viewer("hr")).read("risk_rises").set_index("employee_id")["since"]
    assert rows[who[RISEN]].date() == END - timedelta(7) and pd.isna(rows[who[ALWAYS]]) and rows.notna().sum() == 1
    assert set(risky(hr(folder))) == {who[RISEN]}


def test_a_warning_is_raised_once_however_often_anybody_looks(house) -> None:
    folder, who = house
    a_large_day(folder)
    hr(folder).day()
    hr(folder).day()
    with engine.ledger(folder, demo=True).reading() as con:
        told = [row for row in cards.reminded(con) if row[1] == "risk"]
        assert told == [(who[RISEN], "risk", "", END - timedelta(7))] and interventions.warned(con) == {who[RISEN]: END}


def test_the_card_of_the_person_says_why_and_what_never_to_say(house) -> None:
    folder, who = house
    a_large_day(folder)
    hr(folder).day()
    card = hr(folder).card(who[RISEN])
    assert [reason.kind for reason in card.reasons] == ["risk"] and "唯一依据" in card.why[0] and card.avoid[:2] == rise_words.never("zh")


def test_whoever_objects_leaves_the_list_at_once_and_the_card_from_risk_is_closed(house) -> None:
    folder, who = house
    a_large_day(folder)
    assert risky(hr(folder))
    choices.choose(engine.ledger(folder, demo=True), who[RISEN], "no_scoring", True, who[RISEN], END)
    with engine.ledger(folder, demo=True).reading() as con:
        assert who[RISEN] not in {card.employee_id for card in cards.open_cards(con)}
    assert risky(hr(folder)) == {}


def test_nothing_is_raised_for_somebody_who_objected_before(house) -> None:
    folder, who = house
    choices.choose(engine.ledger(folder, demo=True), who[RISEN], "no_scoring", True, who[RISEN], END)
    a_large_day(folder)
    assert risky(hr(folder)) == {}


def test_an_open_intervention_keeps_the_warning_away(house) -> None:
    folder, who = house
    a_large_day(folder)
    interventions.start(engine.ledger(folder, demo=True), NewIntervention("k", who[RISEN], "workload", "", "demo-hr", END), None, "demo-hr", "hr", END)
    assert risky(hr(folder)) == {}


def test_when_the_score_is_hidden_the_cards_from_it_go(house, demo_dir: Path) -> None:
    folder, who = house
    a_large_day(folder)
    assert risky(hr(folder))
    risk_company.published(demo_dir, folder, "hidden", "no_better_than_tags")
    assert risky(hr(folder)) == {}
    with engine.ledger(folder, demo=True).reading() as con:
        assert who[RISEN] not in {card.employee_id for card in cards.open_cards(con)}


def test_of_the_drawn_nobody_is_told_and_the_ledger_says_whose_warning_was_kept_back(demo_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    risk_company.published(demo_dir, folder, "ready", "", "update risk_weeks set band = 'even'",
                           "update risk_weeks set band = 'high' where week = (select max(week) from risk_weeks)")
    app_settings.save(folder, next(row for row in app_settings.SETTINGS if row.name == "risk.no_alert_share"), 0.2)
    a_large_day(folder)
    told = set(risky(hr(folder)))
    book = engine.ledger(folder, demo=True)
    with book.reading() as con:
        held = {row[0]: row[1] for row in con.exec_driver_sql("select employee_id, share from risk_held")}
    everybody = set(Store(folder).current().frame("select employee_id from risk_scores")["employee_id"])
    assert held and set(held.values()) == {0.2} and not told & set(held) and len(told) + len(held) == len(everybody)
    hr(folder).day()
    with book.reading() as con:
        assert con.exec_driver_sql("select count(*) from risk_held").scalar() == len(held)
    book.close()


def test_a_version_whose_tables_of_risk_are_empty_warns_of_nobody(demo_dir: Path, tmp_path: Path) -> None:
    risk_company.published(demo_dir, tmp_path / "data", "not_ready", "few_events")
    with duckdb.connect(str(next((tmp_path / "data" / "warehouse").glob("*.duckdb"))), read_only=True) as con:
        assert con.execute("select count(*) from risk_weeks").fetchone() == (0,)
    assert risky(hr(tmp_path / "data")) == {}
    engine.ledger(tmp_path / "data", demo=True).close()
