"""The queue holds its promises over thousands of invented histories: capacity, contact budget, never twice, nothing lost, same order."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.care import day, queue, touch
from lib.care.queue import Episode, Touched
from lib.care.shape import OpenCard, Reason
from lib.care.turn import Known, Limits, Turn, turn

START = date(2026, 3, 2)
DAYS = 16
PEOPLE = tuple(f"P{i}" for i in range(6))
SCOPES = {"anna": PEOPLE[:4], "bo": PEOPLE[2:]}
TAGS = ("performance_dip", "client_trouble", "high_pressure")
FIRST = (1, 3, 7, 20)


@dataclass(frozen=True)
class Truth:
    """One invented episode: it is seen from ``seen`` on, and from ``moves`` on a rebuild puts its first day (``whole``: all of it)
    ``shift`` days elsewhere."""

    person: str
    tag: str
    start: int
    length: int
    seen: int
    moves: int
    shift: int
    whole: bool
    standing: float
    chance: bool


truths = st.lists(st.builds(
    Truth, st.sampled_from(PEOPLE), st.sampled_from(TAGS), st.integers(-10, DAYS - 2), st.integers(1, 12), st.integers(-5, DAYS - 3),
    st.integers(0, DAYS), st.sampled_from((-7, -6, -4, -1, 0, 2, 5, 6, 7)), st.booleans(), st.sampled_from((0.1, 0.5, 0.9)), st.booleans()), max_size=10)
# Few people and one tag, known late and moved often: what rebuilds do to episodes that were raised already.
moved = st.lists(st.builds(
    Truth, st.sampled_from(PEOPLE[:2]), st.just(TAGS[0]), st.integers(-10, DAYS - 2), st.integers(1, 12), st.integers(-5, DAYS - 3),
    st.integers(0, DAYS), st.sampled_from((-7, -6, -4, -1, 0, 2, 5, 6, 7)), st.booleans(), st.just(0.5), st.just(False)), max_size=6)
hires = st.dictionaries(st.sampled_from(PEOPLE), st.integers(-40, DAYS - 1), max_size=3)
acts = st.lists(st.tuples(st.integers(0, DAYS - 1), st.sampled_from(("anna", "bo")),
                          st.sampled_from(("talk", "talk", "snooze", "hand", "decline", "chat", "promise", "leave")),
                          st.integers(0, 5), st.integers(1, 6)), max_size=25)
limit = st.builds(Limits, st.integers(1, 3), st.integers(1, 5), st.just(FIRST))


@dataclass
class House:
    """A ledger and a warehouse in a few dictionaries; what happens in it is checked by the properties."""

    truth: list[Truth]
    hires: dict[str, int]
    limits: Limits
    cards: dict[str, OpenCard] = field(default_factory=dict)
    told: set[tuple[str, str, str, date]] = field(default_factory=set)
    told_on: dict[str, date] = field(default_factory=dict)
    talked_on: dict[str, date] = field(default_factory=dict)
    promises: list[Reason] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    raised: Counter = field(default_factory=Counter)
    done: Counter = field(default_factory=Counter)
    raises: list[tuple[date, str, str]] = field(default_factory=list)
    openings: list[tuple[object, ...]] = field(default_factory=list)
    built: tuple[date | None, list[tuple[Episode, tuple[Truth, ...]]]] = (None, [])
    turns: list[tuple[Turn, Known]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)

    def view(self, today: date) -> list[tuple[Episode, tuple[Truth, ...]]]:
        """Today's build: episodes moved, and joined where they overlap or touch, each with those it is made of."""
        if today != self.built[0]:
            self.built = (today, self.build(today))
        return [pair for pair in self.built[1] if pair[0].employee_id not in self.gone]

    def build(self, today: date) -> list[tuple[Episode, tuple[Truth, ...]]]:
        nth = (today - START).days
        groups: dict[tuple[str, str], list[tuple[date, date, Truth]]] = defaultdict(list)
        for one in self.truth:
            shift = one.shift if nth >= one.moves else 0
            since = START + timedelta(one.start + shift)
            if one.seen <= nth and since <= today:
                groups[one.person, one.tag].append((since, START + timedelta(one.start + one.length + shift * one.whole), one))
        found: list[tuple[Episode, tuple[Truth, ...]]] = []
        for (person, tag), spans in groups.items():
            runs: list[tuple[date, date, tuple[Truth, ...]]] = []
            for since, until, one in sorted(spans, key=lambda span: span[:2]):
                until = max(until, since)
                if runs and since <= runs[-1][1] + timedelta(1):
                    runs[-1] = (runs[-1][0], max(runs[-1][1], until), (*runs[-1][2], one))
                else:
                    runs.append((since, until, (one,)))
            found += [(Episode(person, tag, s, None if u >= today else u, t[0].standing, 1.0, t[0].chance, "{}"), t) for s, u, t in runs]
        for person, start in self.hires.items():
            hired = START + timedelta(start)
            if hired <= today:
                found.append((Episode(person, "new_hire", hired, None, hire_date=hired, ends_on=hired + timedelta(90)), ()))
        return found

    def known(self, owner: str, today: date) -> Known:
        mine = SCOPES[owner]
        return Known([e for e, _ in self.view(today) if e.employee_id in mine], [p for p in mine if p not in self.gone],
                     [card for _, card in sorted(self.cards.items()) if card.employee_id in mine], frozenset(self.told),
                     Touched(dict(self.told_on), dict(self.talked_on)),
                     [p for p in self.promises if p.employee_id in mine and p.due <= today], {p.ref for p in self.promises}, (),
                     self.done[owner, today], self.raised[owner, today])

    def open(self, owner: str, today: date) -> Turn:
        """One HR opens the page: plan, write what is new, plan again."""
        known = self.known(owner, today)
        first = turn(known, owner, self.limits, today)
        opened = {(e.employee_id, e.tag, e.since): one for e, one in self.view(today)}
        for card_id in first.wake:
            self.cards[card_id] = replace(self.cards[card_id], state="open")
        for card_id in first.expire:
            self.closed.append(self.cards.pop(card_id).id)
        for card_id, new in first.merge:
            self.cards[card_id] = replace(self.cards[card_id], reasons=self.cards[card_id].reasons + new)
            self._tell(new, opened)
        for one in first.raise_:
            card_id = f"c{len(self.raises):03}"
            self.cards[card_id] = OpenCard(card_id, one.employee_id, owner, today, "open", None, 1, one.reasons)
            self._tell(one.reasons, opened)
            self.told_on[one.employee_id] = today
            self.raises.append((today, owner, one.employee_id))
            self.raised[owner, today] += 1
        self.turns.append((first, known))
        again = turn(self.known(owner, today), owner, self.limits, today)
        assert not again.news
        self.turns.append((again, self.known(owner, today)))
        return again

    def _tell(self, new: tuple[Reason, ...], opened: dict) -> None:
        for reason in new:
            assert (reason.employee_id, reason.kind, reason.tag, reason.due) not in self.told
            self.told.add((reason.employee_id, reason.kind, reason.tag, reason.due))
            if reason.kind == "tag":
                self.openings.append(opened[reason.employee_id, reason.tag, reason.due])
            elif reason.kind == "touch":
                self.openings.append(((reason.employee_id, reason.nth),))

    def act(self, owner: str, what: str, which: int, days: int, listed: Turn, today: date) -> None:
        """HR does something with one of the listed cards, or talks with somebody without one."""
        if what == "leave":
            self.gone.add(PEOPLE[which])
        elif what == "promise":
            self.promises.append(Reason(PEOPLE[which], "promise", "", today + timedelta(days), ref=f"r{len(self.promises)}"))
        elif what == "chat":
            self.talked_on[SCOPES[owner][which % 4]] = today
        elif listed.day.cards:
            card = self.cards.get(listed.day.cards[which % len(listed.day.cards)].card_id)
            if card is None or card.owner != owner or card.state != "open":
                return
            if what == "snooze":
                self.cards[card.id] = replace(card, state="snoozed", until=today + timedelta(days))
            elif what == "hand":
                other = "bo" if owner == "anna" else "anna"
                if card.employee_id in SCOPES[other]:
                    self.cards[card.id] = replace(card, owner=other, version=card.version + 1)
            else:
                self.closed.append(self.cards.pop(card.id).id)
                if what == "talk":
                    self.talked_on[card.employee_id] = today
                    self.done[owner, today] += 1


def live(truth: list[Truth], hired: dict[str, int], limits: Limits, done: list) -> House:
    """All days of a history, both HRs opening the page morning and evening."""
    house = House(truth, hired, limits)
    for nth in range(DAYS):
        today = START + timedelta(nth)
        for owner in SCOPES:
            listed = house.open(owner, today)
            for _, _, what, which, days in [act for act in done if act[:2] == (nth, owner)]:
                house.act(owner, what, which, days, listed, today)
                listed = house.open(owner, today)
    return house


def histories(count: int, of: st.SearchStrategy = truths):  # type: ignore[no-untyped-def]
    """A property over ``count`` histories."""
    def wrap(test):  # type: ignore[no-untyped-def]
        return settings(max_examples=count, deadline=None, derandomize=True,
                        suppress_health_check=[HealthCheck.too_slow])(given(of, hires, limit, acts)(test))
    return wrap


@histories(400)
def test_nobody_is_told_of_more_than_a_day_holds(truth, hired, limits, done) -> None:  # type: ignore[no-untyped-def]
    house = live(truth, hired, limits, done)
    assert max(house.raised.values(), default=0) <= limits.capacity
    for one, known in house.turns:
        assert len(one.day.cards) + known.done <= max(limits.capacity, known.done)


@histories(400)
def test_nobody_is_contacted_twice_within_the_gap(truth, hired, limits, done) -> None:  # type: ignore[no-untyped-def]
    house = live(truth, hired, limits, done)
    last: dict[str, date] = {}
    for today, _, who in house.raises:
        assert who not in last or (today - last[who]).days >= limits.gap
        last[who] = today
    for one, known in house.turns:
        for card in one.day.cards:
            talked, told = known.touched.talked.get(card.employee_id), known.touched.told.get(card.employee_id)
            if card.card_id:
                assert not talked or (one.day.today - talked).days >= limits.gap
            else:
                assert all(not seen or (one.day.today - seen).days >= limits.gap for seen in (talked, told))


@histories(500, moved)
def test_no_episode_is_raised_twice_even_when_a_rebuild_moves_or_joins_it(truth, hired, limits, done) -> None:  # type: ignore[no-untyped-def]
    house = live(truth, hired, limits, done)
    opened: set[object] = set()
    for made_of in house.openings:
        parts = {id(part) if isinstance(part, Truth) else part for part in made_of}
        assert not parts & opened
        opened.add(next(id(part) if isinstance(part, Truth) else part for part in made_of))


@histories(500)
def test_nothing_is_lost(truth, hired, limits, done) -> None:  # type: ignore[no-untyped-def]
    house = live(truth, hired, limits, done)
    for one, known in house.turns:
        seen = {(r.employee_id, r.kind, r.tag, r.due) for planned in [*one.day.cards, *(w.planned for w in one.day.waiting)]
                for r in planned.reasons}
        gone = {card.id for card in known.cards if card.id in one.expire}
        for card in known.cards:
            assert card.id in gone or all((r.employee_id, r.kind, r.tag, r.due) in seen for r in card.reasons)
        today = one.day.today
        newest = {(e.employee_id, e.tag): e for e in sorted(known.episodes, key=lambda e: e.since)}
        for episode in newest.values():
            if episode.tag == "new_hire":
                continue
            end = episode.until or today
            told = any(k[0] == episode.employee_id and k[2] == episode.tag and k[1] == "tag"
                       and episode.since - timedelta(7) <= k[3] <= end + timedelta(7) for k in known.told)
            shown = any(k[:3] == (episode.employee_id, "tag", episode.tag)
                        and episode.since - timedelta(7) <= k[3] <= end + timedelta(7) for k in seen)
            assert told or shown or (today - end).days > queue.LAPSE
        for promise in known.others:
            key = (promise.employee_id, "promise", "", promise.due)
            assert key in known.told or promise.employee_id in house.gone or key in seen
        assert all(w.why in ("budget", "capacity", "snoozed", "handed_over") for w in one.day.waiting)
        people = [p.employee_id for p in one.day.cards] + [w.planned.employee_id for w in one.day.waiting]
        assert len(people) == len(set(people))


@histories(200)
def test_a_card_put_off_comes_back_on_its_day_and_not_before(truth, hired, limits, done) -> None:  # type: ignore[no-untyped-def]
    house = live(truth, hired, limits, done)
    for one, known in house.turns:
        today, shown = one.day.today, {card.card_id for card in one.day.cards}
        held = {w.planned.card_id for w in one.day.waiting if w.why == "budget"}
        back = [c for c in known.cards if c.owner == one.day.owner and c.until == today and c.id not in one.expire and c.id not in held]
        assert sum(card.id in shown for card in back) >= min(len(back), max(limits.capacity - known.done, 0))
        for card in known.cards:
            if card.state == "snoozed" and card.until and card.until > today:
                assert card.id not in shown and card.id not in one.expire


@histories(100)
def test_the_same_facts_give_the_same_day_in_whatever_order_they_come(truth, hired, limits, done) -> None:  # type: ignore[no-untyped-def]
    house = live(truth, hired, limits, done)
    for one, known in house.turns[-6:]:
        turned = replace(known, episodes=known.episodes[::-1], cards=known.cards[::-1], others=known.others[::-1])
        assert turn(turned, one.day.owner, limits, one.day.today) == one
        scores = [(-card.score, card.employee_id) for card in one.day.cards]
        assert scores == sorted(scores)


# --- single cases -----------------------------------------------------------------------------------------------------------

def fired(who: str, tag: str = "performance_dip", days_ago: int = 0, **more: object) -> Reason:
    return Reason(who, "tag", tag, START - timedelta(days_ago), **more)  # type: ignore[arg-type]


def test_evidence_that_may_be_chance_counts_a_third() -> None:
    assert queue.score([fired("A", standing=0.9, chance=True)], START)[1][0] == ("evidence", 0.27)


def test_what_is_over_by_itself_counts_less_and_waits_no_longer() -> None:
    old = Episode("A", "high_pressure", START - timedelta(14), START - timedelta(7))
    gone = queue.ends([old], START)
    assert dict(queue.score([fired("A", "high_pressure", 14, standing=1.0)], START, gone)[1]) == {
        "evidence": 0.3, "waiting": 0.5, "several": 0.0, "promise": 0.0}


def test_of_several_episodes_of_a_tag_only_the_newest_is_raised() -> None:
    two = [Episode("A", "high_pressure", START - timedelta(12), START - timedelta(9)), Episode("A", "high_pressure", START - timedelta(2), None)]
    assert [reason.due for reason in queue.reasons(two, (), FIRST, (), (), START)] == [START - timedelta(2)]
    assert queue.reasons(two, {("A", "tag", "high_pressure", START - timedelta(2))}, FIRST, (), (), START) == []


def test_what_began_before_the_house_told_anybody_has_kept_nobody_waiting() -> None:
    old, new = fired("A", days_ago=40, standing=0.4), fired("B", standing=0.5)
    assert [c.employee_id for c in queue.plan([old, new], (), Touched({}, {}), "hr", 0, 0, 5, 3, START).cards] == ["B", "A"]
    since = Touched({"X": START - timedelta(7)}, {})
    assert [c.employee_id for c in queue.plan([old, new], (), since, "hr", 0, 0, 5, 3, START).cards] == ["A", "B"]


def test_waiting_counts_up_to_three_weeks_and_an_overdue_promise_most() -> None:
    total, parts = queue.score([fired("A", days_ago=90), Reason("A", "promise", "", START - timedelta(1))], START)
    assert dict(parts) == {"evidence": 0.5, "waiting": 1.5, "several": 0.3, "promise": 0.8} and total == 3.1
    assert dict(queue.score([Reason("A", "promise", "", START)], START)[1])["promise"] == 0.5


def test_everything_that_fires_for_one_person_is_one_card() -> None:
    day_ = queue.plan([fired("A"), fired("A", "high_pressure")], (), Touched({}, {}), "hr", 0, 0, 5, 3, START)
    assert [len(card.reasons) for card in day_.cards] == [2] and not day_.waiting


def test_an_open_card_waits_when_a_talk_of_the_days_before_is_logged_late() -> None:
    card = OpenCard("c", "A", "hr", START, "open", None, 1, (fired("A"),))
    [waits] = queue.plan((), [card], Touched({"A": START}, {"A": START - timedelta(1)}), "hr", 0, 0, 5, 3, START).waiting
    assert (waits.why, waits.until) == ("budget", START + timedelta(2))


def test_an_illness_a_few_days_after_a_birthday_is_raised_of_its_own() -> None:
    birthday = Episode("A", "life_event", START - timedelta(5), START - timedelta(4))
    illness = Episode("A", "life_event", START - timedelta(1), None)
    told = {("A", "tag", "life_event", birthday.since)}
    assert [reason.due for reason in queue.reasons([birthday, illness], told, FIRST, (), (), START)] == [illness.since]
    corrected = replace(birthday, since=birthday.since + timedelta(1))
    assert queue.reasons([corrected], told, FIRST, (), (), START) == []


def test_a_muted_tag_raises_nothing_and_an_answered_one_is_closed() -> None:
    dip = Episode("A", "performance_dip", START, None)
    assert queue.reasons([dip], (), FIRST, {"performance_dip"}, (), START) == []
    assert queue.reasons([replace(dip, answered=START)], (), FIRST, (), (), START) == []
    assert len(queue.reasons([replace(dip, answered=START - timedelta(1))], (), FIRST, (), (), START)) == 1


def test_a_newcomer_fires_touch_points_and_never_the_tag_itself() -> None:
    new = Episode("A", "new_hire", START, None, hire_date=START, ends_on=START + timedelta(90))
    told: set = set()
    found = []
    for nth in range(100):
        for reason in queue.reasons([new], told, FIRST, (), (), START + timedelta(nth)):
            found.append((reason.kind, reason.nth, (reason.due - START).days + 1))
            told.add((reason.employee_id, reason.kind, reason.tag, reason.due))
    assert found == [("touch", n, n) for n in (1, 3, 7, 20, 30, 60, 90)]


def test_touch_points_stay_inside_the_time_of_settling_in() -> None:
    assert [p.nth for p in touch.points(START, START + timedelta(27), FIRST)] == [1, 3, 7, 20]
    assert [p.nth for p in touch.points(START, START + timedelta(1), FIRST)] == [1]


def test_a_card_expires_two_weeks_after_all_its_episodes_ended() -> None:
    dip = Episode("A", "performance_dip", START, START + timedelta(3))
    card = OpenCard("c", "A", "hr", START, "open", None, 1, (fired("A"),))
    assert not queue.over(card, [dip], FIRST, (), START + timedelta(17))
    assert queue.over(card, [dip], FIRST, (), START + timedelta(18))
    assert not queue.over(replace(card, state="snoozed", until=START + timedelta(30)), [dip], FIRST, (), START + timedelta(18))
    kept = replace(card, reasons=(*card.reasons, Reason("A", "promise", "", START, ref="r")))
    assert not queue.over(kept, [dip], FIRST, {"r"}, START + timedelta(18))


def test_a_card_of_somebody_who_left_expires_at_once() -> None:
    card = OpenCard("c", "A", "hr", START, "open", None, 1, (fired("A"),))
    known = Known([], [], [card], {("A", "tag", "performance_dip", START)}, Touched({"A": START}, {}))
    assert turn(known, "hr", Limits(5, 3, FIRST), START).expire == ("c",)


@pytest.mark.parametrize(("as_of", "demo", "calendar", "expected"), [
    (date(2026, 11, 22), True, date(2026, 11, 24), date(2026, 11, 22)),
    (date(2026, 11, 22), False, date(2026, 11, 24), date(2026, 11, 24)),
    (date(2026, 11, 22), False, date(2026, 12, 6), date(2026, 12, 6)),
    (date(2026, 11, 22), False, date(2026, 12, 7), date(2026, 11, 22)),
    (date(2026, 11, 25), False, date(2026, 11, 24), date(2026, 11, 25))])
def test_the_companys_day(as_of: date, demo: bool, calendar: date, expected: date) -> None:
    assert day.today(as_of, demo, calendar) == expected
