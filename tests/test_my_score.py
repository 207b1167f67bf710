"""A consultation's score: its parts, its words, and the same rule in SQL."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib import words
from lib.ledger.consultations import Effective
from lib.marts import care, run
from lib.morale import consultation
from lib.morale.consultation import PARTS, Heard, Terms, score
from tests.small_company import sources

SUNDAY = date(2026, 11, 22)
TERMS = Terms.of({})
HEARD = st.builds(Heard, st.sampled_from(("talk", "intent", "deal")), st.one_of(st.none(), st.integers(0, 7200).map(lambda s: s / 60.0)),
                  st.sampled_from((None, True, False)), st.sampled_from((None, "price")), st.one_of(st.none(), st.floats(0, 100).map(lambda q: round(q, 1))))


def points(heard: Heard) -> dict[str, int | None]:
    return {part.key: part.points for part in score(heard, TERMS).parts}


def test_eight_minutes_with_a_contact_are_not_effective_yet_and_the_reason_says_so() -> None:
    heard = Heard("talk", 8, True)
    made = score(heard, TERMS)
    assert (made.value, made.effective) == (70, False)
    assert consultation.said(made, heard, TERMS, "zh") == ["谈了 8 分钟,不到 10 分钟(+24)", "留下了联系方式(+20)", "聊过一次(+12)",
                                                        "这些方面共 80 分,得 56 分,折成 70 分"]
    assert consultation.counts(heard, TERMS.effective, "zh") == "超过 10 分钟才算有效,这次先记下"


@pytest.mark.parametrize(("heard", "effective"), [
    (Heard("talk", 10, True), False), (Heard("talk", 10.5, True), True), (Heard("talk", 30, False), False), (Heard("intent", 2, False), True),
    (Heard("deal", 2, False), True), (Heard("talk", 30, None), True), (Heard("talk"), True)])
def test_effective_is_over_ten_minutes_and_a_contact_left_and_intents_and_deals_always_are(heard: Heard, effective: bool) -> None:
    assert score(heard, TERMS).effective is effective


def test_a_part_that_is_not_known_is_left_out_and_said_not_counted_as_nothing() -> None:
    unknown, nothing = Heard("intent", 12, None), Heard("intent", 12, False)
    assert points(unknown)["contact"] is None and points(nothing)["contact"] == 0
    assert (score(unknown, TERMS).value or 0) > (score(nothing, TERMS).value or 0)
    assert "没有记录是否留下联系方式,不计入" in consultation.said(score(unknown, TERMS), unknown, TERMS, "zh")


def test_with_nothing_but_an_outcome_there_is_no_score() -> None:
    assert score(Heard("deal"), TERMS).value is None


def test_an_objection_is_handled_by_a_next_step() -> None:
    assert [points(Heard("talk", 12, left, "price"))["handled"] for left in (True, False)] == [20, 0]
    assert points(Heard("intent", 12, False, "price"))["handled"] == 20 and points(Heard("talk", 12, True))["handled"] is None


def test_a_length_is_measured_against_the_role_where_its_usual_is_known() -> None:
    usual = Terms.of({}, usual_minutes=3.0)
    assert (points(Heard("talk", 3.0))["length"], {p.key: p.points for p in score(Heard("talk", 3.0), usual).parts}["length"]) == (9, 30)


def test_the_weights_are_settings() -> None:
    only_outcome = Terms.of({f"morale.score.{part}": 0 for part in PARTS if part != "outcome"})
    assert score(Heard("intent", 1, False), only_outcome).value == 80


@given(HEARD)
def test_a_score_is_0_to_100_and_what_it_is_made_of_adds_up(heard: Heard) -> None:
    made = score(heard, TERMS)
    known = [part for part in made.parts if part.points is not None]
    assert all(0 <= (part.points or 0) <= part.most for part in known)
    if made.value is not None:
        assert 0 <= made.value <= 100
        assert abs(made.value - 100 * sum(part.points or 0 for part in known) / sum(part.most for part in known)) <= 0.5


@given(HEARD)
def test_more_never_scores_less(heard: Heard) -> None:
    longer = Heard(heard.outcome, None if heard.minutes is None else heard.minutes + 5, heard.contact_left, heard.objection, heard.quality)
    assert (score(longer, TERMS).value or 0) >= (score(heard, TERMS).value or 0)
    left = Heard(heard.outcome, heard.minutes, True, heard.objection, heard.quality)
    if heard.contact_left is False:
        assert (score(left, TERMS).value or 0) >= (score(heard, TERMS).value or 0)


@given(HEARD)
def test_the_points_that_are_said_make_the_score(heard: Heard) -> None:
    made = score(heard, TERMS)
    said = consultation.said(made, heard, TERMS, "en")
    named = sum(int(n) for clause in said for n in re.findall(r"\(\+(\d+)", clause))
    scaled = [re.match(r"(\d+) of the (\d+) points .* makes (\d+) of 100", clause) for clause in said]
    assert made.value is None or named == made.value or [tuple(map(int, one.groups())) for one in scaled if one] == [
        (named, sum(part.most for part in made.parts if part.points is not None), made.value)]


@given(HEARD)
def test_every_clause_is_said_in_both_languages(heard: Heard) -> None:
    made = score(heard, TERMS)
    said = {lang: consultation.said(made, heard, TERMS, lang) for lang in words.LANGUAGES}
    assert len(said["zh"]) == len(said["en"]) >= 2 or heard == Heard(heard.outcome)
    assert all(consultation.counts(heard, TERMS.effective, lang) for lang in words.LANGUAGES)


NEEDED = ("employees", "app_choices", "consultations")
"""What the mart is made from, in order: a whole company would take seconds for each example."""


# --- the same rule in SQL -----------------------------------------------------------------------------------------------------

def company(calls: list[dict[str, object]], values: dict[str, object] | None = None, role: str | None = "招生顾问"):
    people = [{"employee_id": f"E{n}", "name": f"N{n}", "team": "T", "hire_date": date(2024, 1, 1), "role": role} for n in range(6)]
    rows = [{"call_id": str(n), "started_at": datetime(2026, 11, 10, 9) + timedelta(minutes=n), "employee_id": f"E{n % 6}", **call}
            for n, call in enumerate(calls)]
    con = sources({"employees": people, "calls": rows})
    care.load(con)
    for name in NEEDED:
        con.execute(f"create table {name} as {run.sql(name, SUNDAY, values or {})}")
    return con


@settings(max_examples=12, deadline=None)
@given(st.lists(HEARD, min_size=20, max_size=60), st.booleans(), st.integers(0, 60), st.integers(0, 60))
def test_the_mart_scores_exactly_as_the_app_does(many: list[Heard], contact: bool, length: int, handled: int) -> None:
    values = {"goals.effective_contact": contact, "morale.score.length": length, "morale.score.handled": handled}
    con = company([{"outcome": "effective" if h.outcome == "talk" else h.outcome, "duration_s": None if h.minutes is None else round(h.minutes * 60),
                    "contact_left": h.contact_left, "objection": h.objection, "score": h.quality} for h in many], values)
    found = con.execute("select * from consultations order by cast(call_id as integer)").df()
    terms = Terms.of(values)  # too few calls for a usual of the role
    assert len(found) == len(many)
    for row, heard in zip(found.to_dict("records"), many, strict=True):
        made = score(heard, terms)
        assert {part.key: part.points for part in made.parts} == {key: None if pd.isna(row[f"{key}_points"]) else int(row[f"{key}_points"]) for key in PARTS}
        assert (None if pd.isna(row["score"]) else int(row["score"])) == made.value and bool(row["effective"]) is made.effective


def test_the_usual_length_of_a_role_is_the_median_of_its_conversations() -> None:
    con = company([{"outcome": "effective", "duration_s": 60 * (1 + n % 5)} for n in range(60)])
    assert con.execute("select distinct need_minutes from consultations").fetchall() == [(3.0,)]


def test_calls_that_were_no_conversation_or_are_older_than_two_weeks_are_not_there() -> None:
    con = company([{"outcome": "no_answer"}, {"outcome": "rejected"}, {"outcome": "effective", "started_at": datetime(2026, 11, 8, 23, 59)},
                   {"outcome": "effective", "started_at": datetime(2026, 11, 9, 0, 0)}, {"outcome": "deal", "started_at": datetime(2026, 11, 22, 20, 0)}])
    assert con.execute("select outcome from consultations order by 1").fetchall() == [("deal",), ("talk",)]


def test_whoever_objects_to_scoring_has_no_score_in_the_mart() -> None:
    con = company([{"outcome": "effective", "duration_s": 900, "employee_id": f"E{n}"} for n in range(2)])
    con.execute("insert into src_app_choices values ('E0', 'no_scoring', true)")
    for name in NEEDED:
        con.execute(f"create or replace table {name} as {run.sql(name, SUNDAY, {})}")
    assert con.execute("select employee_id, score is not null from consultations order by 1").fetchall() == [("E0", False), ("E1", True)]


def test_a_company_without_calls_has_no_conversations() -> None:
    assert company([]).execute("select count(*) from consultations").fetchone() == (0,)


def test_the_default_of_effective_is_that_of_the_settings() -> None:
    assert Effective.of({}) == Effective() and TERMS.effective == Effective(10.0, True)
