"""The sentences of the talk cards: both languages, every slot known and filled, and not the same words for everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pandas as pd
import pytest

from lib.access.desk import Desk
from lib.care import facts, rise_words, talk_card, texts
from lib.care.shape import Reason, TalkSeen
from lib.ledger.texts import CardText
from lib.ledger.writes import now
from lib.risk.card import RiskReason
from lib.risk.features import FEATURES
from lib.tags.rules import TAGS

KEYS = tuple(tag.key for tag in TAGS)
FILES = (*KEYS, *texts.OTHER)
FLAGS = {"chance", "said", "joy", "hardship", *texts.THEMES}
DeskOf = Callable[..., Desk]


@pytest.mark.parametrize("tag", FILES)
def test_every_tag_has_six_sets_of_three_openers_and_two_donts(tag: str) -> None:
    sets = texts.shipped(tag)
    assert len(sets) >= 6 and len({one.no for one in sets}) == len(sets)
    assert all(len(one.openers) == 3 and len(one.avoid) == 2 for one in sets)
    said = [text.zh for one in sets for text in (*one.openers, *one.avoid)]
    assert len(said) - len(set(said)) <= 1


@pytest.mark.parametrize("tag", FILES)
def test_both_languages_have_the_same_slots_and_a_set_needs_what_it_speaks_of(tag: str) -> None:
    for one in texts.shipped(tag):
        used: set[str] = set()
        for text in (*one.openers, *one.avoid):
            texts.check(text.zh, text.en, facts.SLOTS)
            assert text.zh != text.en
            used |= texts.slots(text.zh)
        assert used - set(facts.ALWAYS) <= one.needs and one.needs - used <= FLAGS
        assert any(texts.slots(text.zh) for text in one.openers)


def test_support_fits_tags_that_exist_and_every_tag_has_enough_to_offer() -> None:
    for one in texts.shipped_support():
        assert set(one.tags) <= set(KEYS) and not texts.slots(one.text.zh) and not texts.slots(one.text.en)
    keys = [one.text.key for one in texts.shipped_support()]
    assert len(keys) == len(set(keys)) >= 25
    assert all(len(texts.support(tag)) >= 6 for tag in KEYS)


# --- real people of the demo ------------------------------------------------------------------------------------------------

def occasions(desk: Desk, tag: str) -> list[tuple[Reason, date]]:
    """Real episodes of the tag, one a person, with the day on which HR opens the card."""
    rows = desk.store.current().frame(
        "select employee_id, since, strength, cast(evidence as varchar) as evidence, row_number() over (partition by employee_id "
        "order by since desc) as nth from tag_episodes where tag = $tag order by since desc, employee_id", {"tag": tag})
    kind = "touch" if tag == "new_hire" else "tag"
    many = rows if len(rows[rows["nth"] == 1]) < 50 else rows[rows["nth"] == 1]
    points = (3, 7, 20, 30, 60) if tag == "new_hire" else (1,)
    found = []
    for place, row in enumerate(many.itertuples()):
        nth = points[place % len(points)]
        due = talk_card.as_day(row.since) + timedelta(nth - 1)
        found.append((Reason(row.employee_id, kind, tag, due, 0.5, row.strength, False, row.evidence, nth=nth), due + timedelta(2)))
    return found


def other_occasions(desk: Desk, kind: str) -> list[tuple[Reason, date]]:
    rows = desk.store.current().frame("select employee_id from employees where active order by employee_id")
    end = talk_card.as_day(desk.read("care_today")["as_of"].iloc[0])
    # A rise is about one feature after the other, and now and then about none that anybody can do something about.
    pushes = [rise_words.packed([RiskReason(feature.key, 1, 0.4, None, 1.0, 0.5)]) for feature in FEATURES]
    return [(Reason(who, kind, "", end - timedelta(nth % 17), ref="r", evidence=pushes[nth % len(pushes)] if kind == "risk" else ""), end)
            for nth, who in enumerate(rows["employee_id"])]


def card_facts(desk: Desk, reason: Reason, today: date) -> talk_card.Facts:
    person = desk.read("care_person", id=reason.employee_id, today=today).to_dict("records")[0]
    newcomers = desk.read("care_newcomers", id=reason.employee_id) if reason.tag == "new_hire" else pd.DataFrame()
    talks = [TalkSeen("t", reason.due - timedelta(9), 20, "", "other", "", "hr", False, "ledger")]
    return talk_card.Facts(person, (reason,), "", 0, pd.DataFrame(), pd.DataFrame(), newcomers, talks, (), None, (), {}, 25)


def asked(desk: Desk, name: str) -> list[tuple[Reason, date]]:
    return occasions(desk, name) if name in KEYS else other_occasions(desk, name)


@pytest.mark.parametrize("name", FILES)
def test_every_set_can_be_filled_for_a_real_person_and_fifty_people_hear_many_different_openers(name: str, desk_of: DeskOf) -> None:
    desk = desk_of("hr")
    unfilled, used, first = {one.no for one in texts.shipped(name)}, set(), []
    for nth, (reason, today) in enumerate(asked(desk, name)):
        if nth >= 50 and not unfilled or nth >= 400:
            break
        known = card_facts(desk, reason, today)
        hired = talk_card.as_day(known.person["hire_date"])
        for lang in ("zh", "en"):
            found = talk_card.all_facts(known, reason, hired, today, lang)
            assert set(found) <= set(facts.SLOTS)
            for one in texts.shipped(name):
                if one.needs <= found.keys():
                    unfilled.discard(one.no)
                    for sentence in (s for group in texts.said(one, found, reason.employee_id, reason.due, lang) for s in group):
                        assert "{" not in sentence and "}" not in sentence and "nan" not in sentence.split() and "None" not in sentence
        if nth < 50:
            chosen = texts.choose(texts.shipped(name), talk_card.all_facts(known, reason, hired, today, "zh"), reason.employee_id, reason.due)
            assert chosen is not None
            used.add(chosen.no)
            first.append(texts.said(chosen, talk_card.all_facts(known, reason, hired, today, "zh"), reason.employee_id, reason.due, "zh")[0][0])
    assert not unfilled, f"nobody in the demo fits set {sorted(unfilled)}"
    if len(first) >= 50:
        # In other companies of the same kind fifty people hear 33 to 50 different ones, out of 5 to 14 sets.
        assert len(used) >= 5 and len(set(first)) >= 30, (len(used), len(set(first)))


@pytest.mark.parametrize(("name", "lang"), list(product(KEYS, ("zh", "en"))))
def test_a_card_of_a_real_person_says_everything(name: str, lang: str, desk_of: DeskOf) -> None:
    desk = desk_of("hr")
    reason, today = occasions(desk, name)[0]
    card = talk_card.build(card_facts(desk, reason, today), today, lang)
    assert (len(card.openers), len(card.avoid), len(card.why)) == (3, 2, 1) and card.support and card.next_on > today


# --- what HR writes ---------------------------------------------------------------------------------------------------------

def text(key: str, kind: str = "opener", **more: object) -> CardText:
    return replace(CardText(key, kind, "high_pressure", 1, "新的一句", "A new one", True, "hr", now()), **more)


def test_hrs_sentence_stands_in_place_of_the_shipped_one() -> None:
    sets = texts.sets("high_pressure", [text("high_pressure.1.opener.1")])
    assert sets[0].openers[0].zh == "新的一句" and sets[0].openers[0].edited


def test_a_sentence_that_is_switched_off_is_not_said() -> None:
    sets = texts.sets("high_pressure", [text("high_pressure.1.avoid.2", "avoid", active=False)])
    assert len(sets[0].avoid) == 1


def test_a_set_without_openers_is_not_used() -> None:
    off = [text(f"high_pressure.1.opener.{nth}", active=False) for nth in (1, 2, 3)]
    assert 1 not in {one.no for one in texts.sets("high_pressure", off)}


def test_a_new_sentence_makes_or_joins_a_set_and_brings_its_needs() -> None:
    sets = texts.sets("high_pressure", [text("mine", set_no=99, zh="最晚 {latest}", en="until {latest}")])
    assert sets[-1].no == 99 and sets[-1].needs == {"latest"}


@pytest.mark.parametrize(("zh", "en"), [("{latest}", "none"), ("{nope}", "{nope}"), ("{latest", "x")])
def test_a_sentence_with_wrong_slots_is_refused(zh: str, en: str) -> None:
    with pytest.raises(ValueError):
        texts.check(zh, en, facts.SLOTS)


def test_the_same_person_and_day_always_get_the_same_set_and_neighbours_differ() -> None:
    sets = texts.shipped("family_care")
    known = dict.fromkeys(facts.SLOTS, "1")
    chosen = [texts.choose(sets, known, f"K{nth}", date(2026, 3, 2)) for nth in range(60)]
    assert chosen == [texts.choose(sets, known, f"K{nth}", date(2026, 3, 2)) for nth in range(60)]
    assert sum(a == b for a, b in zip(chosen, chosen[1:], strict=False)) < 20


def test_a_hard_time_is_never_met_with_congratulations() -> None:
    sets = texts.shipped("life_event")
    known = {slot: "1" for slot in facts.SLOTS if slot not in ("birthday", "joy")}
    for nth in range(100):
        chosen = texts.choose(sets, known, f"K{nth}", date(2026, 3, 2))
        assert chosen is not None and "hardship" in chosen.needs


@pytest.mark.parametrize("slot", ["{name:>999999999}", "{name:d}", "{name!x}", "{name:{secret}}"])
def test_a_slot_that_would_break_the_card_it_stands_on_is_refused(slot: str) -> None:
    with pytest.raises(ValueError):
        texts.check(f"你好 {slot}", f"Hello {slot}", facts.SLOTS)
