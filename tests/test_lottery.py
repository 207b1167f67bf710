"""The lottery: alike chances, everybody once, nothing urgent drawn, a day holds what it holds, and the seed gives the same again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.care import lottery, queue
from lib.care.lottery import Lots
from lib.care.queue import Touched
from lib.care.shape import OpenCard, Planned, Reason
from lib.care.turn import Known, Limits, Turn
from lib.care.turn import fired as fired_of
from lib.ledger import audit, draws, engine, snapshot
from lib.ledger.shape import Draw, DrawSeen, Entry
from tests.test_care_queue import DAYS, FIRST, PEOPLE, SCOPES, START, TAGS, House, Truth, acts, limit

TODAY = date(2026, 5, 4)
SEED = lottery.seed(b"k" * 32, "anna", TODAY)
LOTS = Lots(SEED, on=True)
WORK, PRIVATE = ("performance_dip", "high_pressure", "client_trouble"), ("life_event", "family_care")


def tag(who: str, of: str = "performance_dip", standing: float = 0.2, ago: int = 0) -> Reason:
    return Reason(who, "tag", of, TODAY - timedelta(ago), standing)


def laid(fired: list[Reason], lots: Lots = LOTS, *, cards: tuple[OpenCard, ...] = (), done: int = 0, raised: int = 0, capacity: int = 3,
         touched: Touched | None = None, today: date = TODAY) -> queue.Laid:
    return queue.lay_out(fired, cards, touched or Touched({}, {}), "anna", done, raised, capacity, 3, today, lots=lots)


def listed(found: queue.Laid) -> set[str]:
    return {one.employee_id for one in found.day.cards}


def waits(found: queue.Laid, why: str) -> dict[str, date | None]:
    return {one.planned.employee_id: one.until for one in found.day.waiting if one.why == why}


# --- properties over invented days ------------------------------------------------------------------------------------------------

def crowd_of(seed: int) -> tuple:  # type: ignore[type-arg]
    """A crowded day: most have trouble at work and nothing else, so that there is something to draw; cards lie open, some wait for a lot."""
    dice = Random(seed)
    every = (*WORK, *PRIVATE, "promise", "follow_up", "touch", "risk")
    crowd = [(dice.sample(every, dice.randint(1, 3)) if dice.random() < 0.3 else [dice.choice(WORK)], dice.choice((0.05, 0.2, 0.4, 0.45, 0.6, 0.9)),
              dice.choice((0, 0, 1, 5, 12)), dice.choices(("", "touched", "untouched"), (8, 1, 1))[0]) for _ in range(dice.randint(4, 24))]
    marked = {dice.randrange(24) for _ in range(dice.choice((0, 0, 1, 3)))}
    waiting = {dice.randrange(24): dice.randint(-3, 6) for _ in range(dice.choice((0, 2, 5)))}
    return crowd, dice.randint(1, 12), dice.choice((0, 0, 1, 3)), dice.choice((0, 0, 1, 4)), marked, waiting, dice.random() < 0.5, seed


days = st.integers(0, 10**6).map(crowd_of)
many = settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def reason(who: str, kind: str, standing: float, ago: int) -> Reason:
    due = TODAY - timedelta(ago)
    if kind in (*WORK, *PRIVATE):
        return Reason(who, "tag", kind, due, standing)
    return Reason(who, kind, "new_hire" if kind == "touch" else "", due, standing, nth=7 if kind == "touch" else 0)


def invented(facts: tuple) -> tuple[list[Reason], Lots, dict]:  # type: ignore[type-arg]
    """Reasons that fire, what is known about lots, and the rest of a day."""
    crowd, capacity, done, raised, urgent, undrawn, back, nth = facts
    names = [f"P{place:02}" for place in range(len(crowd))]
    fired = [reason(who, kind, standing, ago) for who, (kinds, standing, ago, _) in zip(names, crowd, strict=True) for kind in kinds]
    cards = tuple(OpenCard(f"c{who}", who, "anna", TODAY, "open", None, 1, tuple(one for one in fired if one.employee_id == who))
                  for who, one in zip(names, crowd, strict=True) if one[3])
    loose = {f"c{who}" for who, one in zip(names, crowd, strict=True) if one[3] == "untouched"}
    raised = max(raised, len(loose))
    lots = Lots(lottery.seed(bytes(32), f"hr{nth}", TODAY), True, back,
                {names[place]: TODAY + timedelta(ahead) for place, ahead in undrawn.items() if place < len(names) and not crowd[place][3]},
                {names[place] for place in urgent if place < len(names)}, (), loose)
    fresh = [one for one in fired if one.employee_id not in {card.employee_id for card in cards}]
    return fresh, lots, {"cards": cards, "capacity": capacity, "done": done, "raised": raised}


def everybody(fired: list[Reason], more: dict) -> dict[str, list[Reason]]:  # type: ignore[type-arg]
    known: dict[str, list[Reason]] = {}
    for one in [*fired, *(one for card in more["cards"] for one in card.reasons)]:
        known.setdefault(one.employee_id, []).append(one)
    return known


def test_more_than_a_third_of_these_days_have_something_to_draw() -> None:
    drawn: list[bool] = []

    @many
    @given(days)
    def count(facts: tuple) -> None:  # type: ignore[type-arg]
        fired, lots, more = invented(facts)
        drawn.append(laid(fired, lots, **more).draw is not None)

    count()
    assert sum(drawn) > len(drawn) / 3


@many
@given(days)
def test_nothing_urgent_is_ever_drawn(facts: tuple) -> None:  # type: ignore[type-arg]
    fired, lots, more = invented(facts)
    known = everybody(fired, more)
    for entry in (laid(fired, lots, **more).draw or Draw(SEED, 0, 1, 2, ())).entries:
        assert entry.employee_id not in lots.urgent and entry.tag in WORK
        assert all(one.kind == "tag" and one.tag in WORK for one in known[entry.employee_id])


@many
@given(days)
def test_whoever_is_never_drawn_is_listed_or_waits_as_without_lots(facts: tuple) -> None:  # type: ignore[type-arg]
    fired, lots, more = invented(facts)
    never = {who for who, own in everybody(fired, more).items() if who in lots.urgent or not all(one.kind == "tag" and one.tag in WORK for one in own)}
    assert listed(laid(fired, lots, **more)) & never == listed(laid(fired, replace(lots, on=False), **more)) & never


@many
@given(days)
def test_everybody_is_there_exactly_once_and_in_the_pool_once(facts: tuple) -> None:  # type: ignore[type-arg]
    fired, lots, more = invented(facts)
    found = laid(fired, lots, **more)
    there = [one.employee_id for one in found.day.cards] + [one.planned.employee_id for one in found.day.waiting]
    assert sorted(there) == sorted(everybody(fired, more))
    if found.draw:
        entries = found.draw.entries
        pool, first = {entry.employee_id for entry in entries}, {entry.employee_id for entry in entries if entry.drawn}
        assert len(entries) == len({(entry.employee_id, entry.tag) for entry in entries})
        assert len(pool) == found.draw.pool and len(first) == found.draw.places and 0 < len(first) < len(pool)
        assert first <= listed(found) and pool - first == {who for who in waits(found, "not_drawn") if who in pool}
        assert len({round(found.draw.need / lottery.STEP)} | {lottery.step(one) for one in found.day.cards if one.employee_id in first}) == 1


@many
@given(days)
def test_a_day_holds_no_more_with_lots_than_without(facts: tuple) -> None:  # type: ignore[type-arg]
    fired, lots, more = invented(facts)
    found = laid(fired, lots, **more)
    assert len(found.day.cards) <= max(more["capacity"] - more["done"], 0)
    news = sum(not one.card_id for one in found.day.cards)
    assert set(found.back) <= set(lots.untouched if lots.back else ())
    assert more["raised"] - len(found.back) + news <= max(more["capacity"], more["raised"])


@many
@given(days)
def test_what_is_drawn_holds_when_the_day_is_laid_out_again(facts: tuple) -> None:  # type: ignore[type-arg]
    fired, lots, more = invented(facts)
    found = laid(fired, lots, **more)
    if not found.draw:
        return
    assert lottery.reproduced(found.draw)
    raised = {one.employee_id: OpenCard(f"c{one.employee_id}", one.employee_id, "anna", TODAY, "open", None, 1, one.reasons)
              for one in found.day.cards if not one.card_id}
    kept_cards = [card for card in more["cards"] if card.id not in found.back]
    fired += [one for card in more["cards"] if card.id in found.back for one in card.reasons]
    later = more | {"cards": (*kept_cards, *raised.values()), "raised": more["raised"] + len(raised) - len(found.back)}
    gone = {who for who, _ in found.ended}
    undrawn = {who: again for who, again in lots.undrawn.items() if who not in gone} | {
        entry.employee_id: entry.again_from for entry in found.draw.entries if entry.again_from}
    for entry in found.draw.entries:
        if entry.drawn:
            undrawn.pop(entry.employee_id, None)
    made = DrawSeen("d", "anna", TODAY, "setting", "anna", None, found.draw.places, found.draw.pool)  # type: ignore[arg-type]
    again = laid([one for one in fired if one.employee_id not in raised],
                 replace(lots, on=False, back=False, undrawn=undrawn, made=made, first={e.employee_id for e in found.draw.entries if e.drawn}), **later)
    assert listed(again) == listed(found) and again.draw is None and again.day.could_draw is None
    assert waits(again, "not_drawn").keys() == waits(found, "not_drawn").keys()


# --- chances ------------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("places", "pool"), [(1, 3), (3, 7), (5, 6)])
def test_everybody_of_a_pool_is_drawn_as_often_as_the_chance_says(places: int, pool: int) -> None:
    fired = [tag(f"P{place}") for place in range(pool)]
    times, hits = 3000, Counter[str]()
    for nth in range(times):
        draw = laid(fired, replace(LOTS, seed=lottery.seed(b"k" * 32, "anna", TODAY + timedelta(nth))), capacity=places).draw
        assert draw is not None and draw.chance == places / pool
        hits.update(entry.employee_id for entry in draw.entries if entry.drawn)
    chance = places / pool
    # Chi-square of the people's counts (they sum to places × times): mean about pool − 1; 35 is beyond 1 in 100,000 for up to 6 degrees of freedom.
    spread = sum((hits[f"P{place}"] - times * chance) ** 2 for place in range(pool)) / (times * chance * (1 - chance)) * (pool - 1) / pool
    assert spread < 35


def test_the_lot_knows_nothing_of_tag_strength_or_number() -> None:
    weak_first = [tag("A", standing=0.01), tag("B", standing=0.4), tag("C", "high_pressure", 0.3), tag("D", "client_trouble", 0.2)]
    drawn: set[str] = set()
    for nth in range(60):
        drawn |= listed(laid(weak_first, replace(LOTS, seed=lottery.seed(b"", "anna", TODAY + timedelta(nth))), capacity=1))
    assert drawn == set("ABCD")


def test_a_lot_stays_whoever_else_is_in_the_pool() -> None:
    whole = lottery.order(SEED, "ABCDEFGH")
    assert [who for who in whole if who != "D"] == lottery.order(SEED, "ABCEFGH") and sorted(whole) == list("ABCDEFGH")


# --- need first -----------------------------------------------------------------------------------------------------------------------

def test_only_the_step_of_need_that_does_not_fit_is_drawn() -> None:
    strong, even, weak = [tag(f"S{n}", standing=0.9) for n in range(2)], [tag(f"E{n}", standing=0.3) for n in range(4)], []
    found = laid(strong + even + weak)
    assert {"S0", "S1"} < listed(found) and found.draw is not None
    assert {entry.employee_id for entry in found.draw.entries} == {"E0", "E1", "E2", "E3"} and found.draw.chance == 0.25


def test_where_everybody_fits_nothing_is_drawn() -> None:
    found = laid([tag("A"), tag("B"), tag("C")])
    assert found.draw is None and listed(found) == set("ABC")


def test_two_tags_of_one_person_are_one_lot_and_two_rows() -> None:
    found = laid([tag("A"), tag("A", "high_pressure"), *(tag(f"B{n}", standing=0.45) for n in range(2)), tag("C", standing=0.49)], capacity=1)
    assert found.draw is None or found.draw.pool == len({entry.employee_id for entry in found.draw.entries})
    both = laid([*(one for who in "AB" for one in (tag(who), tag(who, "high_pressure")))], capacity=1)
    assert both.draw is not None and len(both.draw.entries) == 4 and both.draw.pool == 2


def test_without_the_setting_the_best_by_score_come_first_and_a_draw_is_offered() -> None:
    fired = [tag("A", standing=0.4), tag("B", standing=0.3), tag("C", standing=0.2), tag("D", standing=0.1)]
    found = laid(fired, replace(LOTS, on=False))
    assert listed(found) == set("ABC") and found.draw is None and found.day.could_draw == (4, 3)


# --- who was not drawn ------------------------------------------------------------------------------------------------------------------

def test_who_was_not_drawn_waits_until_a_lot_decides_nothing_any_more() -> None:
    found = laid([tag(f"P{n}", ago=n) for n in range(9)], replace(LOTS, undrawn={}), capacity=1)
    assert found.draw is not None
    for entry in found.draw.entries:
        assert entry.again_from == (None if entry.drawn else max(TODAY + timedelta(1), entry.since + timedelta(7)))


def test_who_was_not_drawn_is_on_the_list_as_soon_as_a_day_has_room() -> None:
    held = replace(LOTS, undrawn={"A": TODAY + timedelta(3), "B": TODAY + timedelta(3)})
    found = laid([tag("A", standing=0.4), tag("B"), tag("C")], held, capacity=2)
    assert listed(found) == {"A", "C"} and found.ended == (("A", "room"),) and waits(found, "not_drawn") == {"B": TODAY + timedelta(3)}


def test_who_was_not_drawn_is_drawn_again_on_the_day_that_was_said() -> None:
    fired = [tag(f"P{n}") for n in range(6)]
    held = {"P0": TODAY + timedelta(1)}
    assert "P0" not in {entry.employee_id for entry in laid(fired, replace(LOTS, undrawn=held)).draw.entries}  # type: ignore[union-attr]
    again = laid(fired, replace(LOTS, undrawn={"P0": TODAY}))
    assert "P0" in {entry.employee_id for entry in again.draw.entries}  # type: ignore[union-attr]


@pytest.mark.parametrize("urgent", ["promise", "life_event", "hr"])
def test_something_urgent_ends_the_waiting_for_a_lot_at_once(urgent: str) -> None:
    more = [] if urgent == "hr" else [reason("A", urgent, 0.5, 0)]
    held = replace(LOTS, undrawn={"A": TODAY + timedelta(5)}, urgent={"A"} if urgent == "hr" else ())
    found = laid([tag("A"), *more, *(tag(f"P{n}") for n in range(6))], held)
    assert "A" in listed(found) and ("A", "urgent") in found.ended


def test_whom_hr_calls_urgent_comes_before_stronger_evidence() -> None:
    found = laid([tag("A", standing=0.05), *(tag(f"S{n}", standing=0.9) for n in range(5))], replace(LOTS, urgent={"A"}), capacity=1)
    assert listed(found) == {"A"} and found.draw is None


def test_the_contact_budget_holds_for_whoever_may_be_drawn() -> None:
    lately = Touched({"P0": TODAY - timedelta(1)}, {"P1": TODAY - timedelta(2)})
    found = laid([tag(f"P{n}") for n in range(8)], touched=lately)
    assert found.draw is not None and not {"P0", "P1"} & {entry.employee_id for entry in found.draw.entries}
    assert waits(found, "budget").keys() == {"P0", "P1"}


def test_who_was_drawn_keeps_the_place_beside_a_card_with_a_higher_score() -> None:
    loose = [one for who, standing in (("A", 1.0), ("B", 0.75)) for one in (tag(who, standing=standing), tag(who, "high_pressure", standing))]
    due = TODAY - timedelta(5)
    older = OpenCard("cC", "C", "anna", due, "open", None, 1, (Reason("C", "tag", "life_event", due), Reason("C", "follow_up", "", due)))
    lots = next(lots for lots in (replace(LOTS, seed=lottery.seed(b"", "anna", TODAY + timedelta(nth))) for nth in range(99))
                if lottery.order(lots.seed, "AB")[0] == "B")
    early = Touched({"C": due}, {})
    found = laid(loose, lots, cards=(older,), capacity=1, touched=early)
    assert [one.employee_id for one in found.day.cards] == ["B"] and waits(found, "capacity").keys() == {"C"}
    card = replace(older, id="cB", employee_id="B", raised_on=TODAY, reasons=tuple(one for one in loose if one.employee_id == "B"))
    later = laid([one for one in loose if one.employee_id == "A"], replace(lots, on=False, undrawn={"A": TODAY + timedelta(7)}, first={"B"}),
                 cards=(older, card), capacity=1, raised=1, touched=early)
    assert listed(later) == {"B"}


# --- checking ---------------------------------------------------------------------------------------------------------------------------

def kept(pool: str = "ABCDEFG", places: int = 3) -> Draw:
    people = [Planned(who, "", 0, None, (tag(who),), 0.2, ()) for who in pool]
    return lottery.draw(lottery.Split((), (), tuple(people), places), LOTS, TODAY)


def test_a_kept_draw_is_reproduced_from_its_seed_and_another_result_is_found_out() -> None:
    true = kept()
    assert lottery.reproduced(true)
    swapped = tuple(replace(entry, drawn=not entry.drawn) if entry.employee_id in {next(e.employee_id for e in true.entries if e.drawn == side)
                                                                                    for side in (True, False)} else entry for entry in true.entries)
    assert not lottery.reproduced(replace(true, entries=swapped))
    assert not lottery.reproduced(replace(true, places=2))
    assert sum(lottery.reproduced(replace(true, seed=f"{nth:064x}")) for nth in range(35)) < 6  # one in 35 sets of three is the same by chance
    assert not lottery.reproduced(replace(true, entries=(*true.entries, Entry("Z", "performance_dip", TODAY, True, None))))


@pytest.mark.parametrize("gone", "ABCDEFG")
def test_a_draw_can_be_checked_after_somebody_was_taken_out_of_it(gone: str) -> None:
    true = kept()
    assert lottery.reproduced(replace(true, entries=tuple(entry for entry in true.entries if entry.employee_id != gone)))


def test_each_hr_and_day_has_a_seed_of_its_own_that_the_key_gives_again() -> None:
    seeds = {lottery.seed(b"k" * 32, who, TODAY + timedelta(nth)) for who in ("anna", "bo") for nth in range(50)}
    assert len(seeds) == 100 and lottery.seed(b"k" * 32, "anna", TODAY) == SEED and lottery.seed(b"j" * 32, "anna", TODAY) != SEED


# --- over days ----------------------------------------------------------------------------------------------------------------------------

class Drawing(House):
    """A house whose two HR people draw lots on every day on which that decides anything."""

    draws: dict[tuple[str, date], Draw]
    waiting: dict[str, date]

    def known(self, owner: str, today: date) -> Known:
        if self.turns:
            self.keep(self.turns[-1][0])
        draw = self.draws.get((owner, today))
        made = DrawSeen("d", owner, today, "setting", owner, None, draw.places, draw.pool) if draw else None  # type: ignore[arg-type]
        lots = Lots(lottery.seed(b"", owner, today), draw is None, False, dict(self.waiting), (),
                    {entry.employee_id for entry in draw.entries if entry.drawn} if draw else (), (), 4, made)
        return replace(super().known(owner, today), lots=lots)

    def keep(self, done: Turn) -> None:
        for who, _ in done.ended:
            self.waiting.pop(who, None)
        if done.draw and (done.day.owner, done.day.today) not in self.draws:
            self.draws[done.day.owner, done.day.today] = done.draw
            for entry in done.draw.entries:
                self.waiting.pop(entry.employee_id, None)
            self.waiting |= {entry.employee_id: entry.again_from for entry in done.draw.entries if entry.again_from}


def lived(truth: list[Truth], hired: dict[str, int], limits: Limits, done: list) -> Drawing:  # type: ignore[type-arg]
    house = Drawing(truth, hired, limits)
    house.draws, house.waiting = {}, {}
    for nth in range(DAYS):
        for owner in SCOPES:
            today_ = START + timedelta(nth)
            turned = house.open(owner, today_)
            for _, _, what, which, ahead in [act for act in done if act[:2] == (nth, owner)]:
                house.act(owner, what, which, ahead, turned, today_)
                turned = house.open(owner, today_)
    return house


crowds = st.lists(st.builds(Truth, st.sampled_from(PEOPLE), st.sampled_from(TAGS), st.integers(-3, DAYS - 6), st.integers(2, 12), st.just(-5), st.just(0),
                            st.just(0), st.just(False), st.sampled_from((0.3, 0.4)), st.just(False)), min_size=4, max_size=14)


@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(crowds, st.dictionaries(st.sampled_from(PEOPLE), st.integers(-40, DAYS - 1), max_size=1), limit, acts)
def test_over_weeks_of_draws_capacity_and_budget_hold_and_nobody_is_lost(truth, hired, limits, done) -> None:  # type: ignore[no-untyped-def]
    house = lived(truth, hired, limits, done)
    assert max(house.raised.values(), default=0) <= limits.capacity
    last: dict[str, date] = {}
    for today_, _, who in house.raises:
        assert who not in last or (today_ - last[who]).days >= limits.gap
        last[who] = today_
    for one, known in house.turns:
        assert len(one.day.cards) + known.done <= max(limits.capacity, known.done)
        there = [card.employee_id for card in one.day.cards] + [w.planned.employee_id for w in one.day.waiting]
        assert len(there) == len(set(there))
        assert {card.employee_id for card in known.cards if card.id not in one.expire} <= set(there)
        news = {reason.employee_id for reason in fired_of(known, limits, one.day.today)}
        assert news <= set(there)
        for w in one.day.waiting:
            assert w.why != "not_drawn" or w.until and w.until > one.day.today


def test_draws_happen_in_these_histories() -> None:
    truth = [Truth(who, tag_, start, 4, -5, 0, 0, False, 0.3, False) for who in PEOPLE for tag_, start in zip(TAGS, (0, 5, 10), strict=True)]
    talks = [(nth, owner, "talk", 0, 1) for nth in range(DAYS) for owner in SCOPES]
    assert len(lived(truth, {}, Limits(1, 1, FIRST), talks).draws) >= 3


# --- in the ledger, as a file and on a server -------------------------------------------------------------------------------------------------

def test_a_draw_is_kept_with_who_waits_until_when_and_forgets_whoever_objects(book: engine.Ledger) -> None:
    found = kept()
    with book.writing() as con:
        made = draws.record(con, found, "anna", TODAY, "button", "anna")
    with book.reading() as con:
        [(seen, again)] = draws.kept(con)
        assert seen.id == made and draws.made(con, "anna", TODAY) == seen and draws.made(con, "bo", TODAY) is None
        assert again == replace(found, entries=tuple(sorted(found.entries, key=lambda entry: entry.employee_id))) and lottery.reproduced(again)
        first = {entry.employee_id for entry in found.entries if entry.drawn}
        assert draws.first(con, "anna", TODAY) == first and draws.undrawn(con, TODAY).keys() == set("ABCDEFG") - first
    room, talked, urgent, objects = sorted(set("ABCDEFG") - first)
    with book.writing() as con:
        draws.end(con, room, "room", TODAY)
        draws.talked(con, talked, "anna", "hr", TODAY)
        draws.forget(con, objects)
    assert draws.mark(book, urgent, "anna", TODAY) and not draws.mark(book, urgent, "anna", TODAY)
    with book.reading() as con:
        assert draws.undrawn(con, TODAY) == {} and draws.urgent(con, TODAY) == {urgent: TODAY}
        assert draws.urgent(con, TODAY + timedelta(draws.URGENT_DAYS)) == {}
    rows = snapshot.take(book)["care_draws"].set_index("employee_id")
    assert set(rows.index) == set("ABCDEFG") - {objects} and list(rows.index[rows["outside"].astype(bool)]) == [talked]
    assert {round(chance, 9) for chance in rows["chance"]} == {round(3 / 7, 9)} and audit.verify(book) is None


def test_waiting_is_over_once_the_next_draw_says_so(book: engine.Ledger) -> None:
    found = kept()
    with book.writing() as con:
        draws.record(con, found, "anna", TODAY, "setting", "anna")
        waits = draws.undrawn(con, TODAY).keys()
        next_day = TODAY + timedelta(1)
        later = tuple(Entry(who, "performance_dip", TODAY, who == min(waits), None if who == min(waits) else next_day + timedelta(3)) for who in waits)
        draws.record(con, replace(found, entries=later, pool=len(waits), places=1), "anna", next_day, "setting", "anna")
        assert draws.undrawn(con, next_day) == {who: next_day + timedelta(3) for who in waits if who != min(waits)}
