"""Whom to follow first: the rule, its reason, and which customers are open at all."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.marts import care, run
from lib.morale import suggestion
from lib.morale.suggestion import RULE, Open, ranked, said, wait
from tests.small_company import sources

TODAY = date(2026, 11, 22)
OPEN = st.builds(Open, st.text("abc", min_size=1, max_size=4), st.just("X"), st.integers(0, 60).map(lambda n: TODAY - timedelta(n)), st.just(None),
                 st.integers(0, 2), st.one_of(st.none(), st.floats(1, 1e6)), st.integers(0, 9), st.sampled_from(("", "价格")),
                 st.one_of(st.none(), st.floats(1, 100)))


def days_ago(n: int, key: str = "C1", **more: object) -> Open:
    return Open(key, key, TODAY - timedelta(n), **more)  # type: ignore[arg-type]


def test_nobody_open_is_nobody_suggested() -> None:
    assert ranked([], TODAY, 30) == []


def test_who_is_due_goes_before_who_was_spoken_with_today_and_who_has_cooled() -> None:
    assert [made.one.key for made in ranked([days_ago(0, "today"), days_ago(25, "cold"), days_ago(4, "due")], TODAY, 30)] == ["due", "cold", "today"]


def test_more_contacts_a_bigger_deal_and_a_known_concern_come_first() -> None:
    for more in ({"contacts": 3}, {"amount": 900.0, "open_deals": 1}, {"objection": "价格"}, {"satisfaction": 90.0}):
        plain = {"amount": 100.0, "open_deals": 1} if "amount" in more else {"satisfaction": 50.0} if "satisfaction" in more else {}
        assert ranked([days_ago(4, "A", **plain), days_ago(4, "B", **more)], TODAY, 30)[0].one.key == "B"


@given(st.lists(OPEN, min_size=1, max_size=12))
def test_points_stay_within_the_rule_and_the_order_does_not_depend_on_the_list(every: list[Open]) -> None:
    made = ranked(every, TODAY, 30)
    assert all(0 <= one.points[part] <= most + 1e-9 for one in made for part, most in RULE.items())
    assert [round(one.total, 6) for one in made] == sorted((round(one.total, 6) for one in made), reverse=True)
    if len({one.key for one in every}) == len(every):
        assert [one.one for one in ranked(every[::-1], TODAY, 30)] == [one.one for one in made]


@given(st.integers(-3, 90), st.integers(3, 180))
def test_the_wait_is_a_share(days: int, window: int) -> None:
    assert 0 <= wait(days, window) <= 1


def test_the_reason_names_what_is_known_and_invents_nothing() -> None:
    full = ranked([days_ago(3, contacts=2, intent_on=TODAY - timedelta(3), objection="价格", amount=14380.0, open_deals=1, satisfaction=89.0)], TODAY, 30)[0]
    assert said(full, TODAY, "zh", "14,380") == ["3 天前谈过,一共谈了 2 次", "有意向,还没有结果", "商机 14,380 元还开着", "上次的顾虑是「价格」", "满意度 89"]
    bare = ranked([days_ago(45, open_deals=1)], TODAY, 30)[0]
    assert said(bare, TODAY, "en") == ["deal opened 45 days ago, no call on record", "a deal is open"]


# --- who is open --------------------------------------------------------------------------------------------------------------

PEOPLE = [{"employee_id": "E1", "name": "A", "team": "T", "hire_date": date(2024, 1, 1)},
          {"employee_id": "E2", "name": "B", "team": "T", "hire_date": date(2024, 1, 1)}]


def call(days: int, outcome: str, customer: str | None = "C1", who: str = "E1", objection: str | None = None) -> dict[str, object]:
    at = datetime(2026, 11, 22, 10) - timedelta(days)
    return {"employee_id": who, "started_at": at, "outcome": outcome, "customer_id": customer, "objection": objection, "call_id": f"{who}{customer}{days}{outcome}"}


def opened(**rows: object) -> list[tuple[object, ...]]:
    con = sources({"employees": PEOPLE, **rows})  # type: ignore[dict-item]
    care.load(con)
    for name in ("employees", "customers", "deals", "app_consultations", "open_intents"):
        con.execute(f"create table {name} as {run.sql(name, TODAY, {})}")
    return con.execute("select employee_id, intent_key, contacts, last_contact, objection, open_deals from open_intents order by 1, 2").fetchall()


def test_an_intent_is_open_until_a_rejection_or_a_deal_of_the_same_person_and_customer() -> None:
    assert opened(calls=[call(9, "effective", objection="太贵"), call(5, "intent"), call(2, "effective")]) == \
        [("E1", "C1", 3, TODAY - timedelta(2), "太贵", 0)]
    for later in ("rejected", "deal"):
        assert opened(calls=[call(5, "intent"), call(2, later)]) == []
    assert len(opened(calls=[call(5, "rejected"), call(2, "intent")])) == 1
    assert len(opened(calls=[call(5, "intent"), call(2, "rejected", who="E2")])) == 1


@pytest.mark.parametrize("stage", ["won", "lost"])
def test_a_deal_that_was_closed_later_closes_the_intent(stage: str) -> None:
    deal = {"employee_id": "E1", "closed_on": TODAY - timedelta(1), "amount": 5.0, "customer_id": "C1", "stage": stage, "deal_id": "D"}
    assert opened(calls=[call(5, "intent")], deals=[deal]) == []
    assert len(opened(calls=[call(0, "intent")], deals=[deal])) == 1


def test_intents_that_are_too_old_or_of_nobody_in_particular_are_not_open() -> None:
    assert opened(calls=[call(30, "intent"), call(2, "intent", customer=None), call(2, "no_answer", customer="C3")]) == []
    assert len(opened(calls=[call(29, "intent")])) == 1


def test_a_company_without_calls_follows_its_open_deals() -> None:
    deals = [{"employee_id": "E1", "stage": "open", "customer_id": "C1", "engaged_on": TODAY - timedelta(40), "amount": 100.0, "deal_id": "D1"},
             {"employee_id": "E1", "stage": "open", "customer_id": None, "engaged_on": TODAY - timedelta(9), "deal_id": "D2"}]
    assert opened(deals=deals) == [("E1", "C1", 0, TODAY - timedelta(40), None, 1), ("E1", "deal:D2", 0, TODAY - timedelta(9), None, 1)]
    assert suggestion.ranked([], TODAY, 30) == []
