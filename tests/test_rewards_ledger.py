"""Points in the ledger: nothing twice, nothing overdrawn, everything that is declined comes back; on a file and on a server."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from sqlalchemy import insert

from lib.ledger import audit, engine, points, snapshot
from lib.ledger.cards import Changed
from lib.ledger.engine import Ledger
from lib.ledger.morale_tables import POINTS
from lib.ledger.points import Booking, NotEnough, Reward
from lib.ledger.writes import now
from tests.test_ledger_together import at_once

HOME = Path(__file__).parents[1]
DAY = date(2026, 11, 10)


def goal(who: str = "E1", day: date = DAY, worth: int = 50) -> Booking:
    return Booking(who, "daily_goal", day.isoformat(), worth, day)


def has(book: Ledger, who: str = "E1") -> int:
    with book.reading() as con:
        return points.balance(con, who)


def offer(book: Ledger, cost: int) -> str:
    return points.save_reward(book, uuid4().hex, Reward("", "测试", "Test", cost), "hr", "hr")


def request(book: Ledger, who: str = "E1"):
    with book.reading() as con:
        return points.requests_of(con, who)[0]


def test_a_goal_is_booked_once_however_often_it_is_posted(book: Ledger) -> None:
    assert points.post(book, [goal(), goal(day=DAY + timedelta(1))]) == 2
    assert points.post(book, [goal(), goal(), goal("E2")]) == 1
    assert has(book) == 100 and has(book, "E2") == 50 and has(book, "nobody") == 0


def test_the_history_is_newest_first_and_adds_up(book: Ledger) -> None:
    points.post(book, [goal(day=DAY + timedelta(n)) for n in range(5)])
    with book.reading() as con:
        found = points.history(con, "E1")
        assert [b.day for b in found] == [DAY + timedelta(n) for n in (4, 3, 2, 1, 0)] and sum(b.points for b in found) == has(book)
        assert len(points.history(con, "E1", 2)) == 2


def test_what_is_redeemed_is_booked_at_once_and_comes_back_when_declined(book: Ledger) -> None:
    points.post(book, [goal(day=DAY + timedelta(n)) for n in range(4)])
    asked = points.redeem(book, "key", "E1", offer(book, 150), DAY)
    assert has(book) == 50 and points.redeem(book, "key", "E1", "whatever", DAY) == asked and has(book) == 50
    points.decide(book, asked, 1, False, "ann", "hr", DAY)
    assert has(book) == 200 and request(book).state == "declined" and request(book).decided_by == "ann"
    with pytest.raises(Changed):
        points.decide(book, asked, 1, True, "bob", "hr", DAY)
    with pytest.raises(Changed):
        points.withdraw(book, asked, 2, "E1", DAY)
    assert has(book) == 200 and audit.lines(book, "E1")[0].detail["approved"] is False and audit.verify(book) is None


def test_what_is_approved_stays_spent_and_what_is_withdrawn_comes_back(book: Ledger) -> None:
    points.post(book, [goal(day=DAY + timedelta(n)) for n in range(4)])
    reward = offer(book, 100)
    points.decide(book, points.redeem(book, "a", "E1", reward, DAY), 1, True, "ann", "lead", DAY)
    second = points.redeem(book, "b", "E1", reward, DAY)
    with pytest.raises(LookupError):
        points.withdraw(book, second, 1, "E2", DAY)
    points.withdraw(book, second, 1, "E1", DAY)
    assert has(book) == 100


def test_nobody_spends_more_than_there_is(book: Ledger) -> None:
    points.post(book, [goal()])
    with pytest.raises(NotEnough) as why:
        points.redeem(book, "key", "E1", offer(book, 60), DAY)
    assert why.value.short == 10 and has(book) == 50
    with pytest.raises(LookupError):
        points.redeem(book, "other", "E1", "no-such-reward", DAY)


def test_two_redemptions_at_once_cannot_overdraw(book: Ledger) -> None:
    points.post(book, [goal(day=DAY + timedelta(n)) for n in range(5)])
    reward, refused = offer(book, 100), []

    def spend(key: str) -> None:
        try:
            points.redeem(book, key, "E1", reward, DAY)
        except NotEnough:
            refused.append(key)

    at_once(*(lambda key=f"k{n}": spend(key) for n in range(6)))
    assert has(book) == 50 and len(refused) == 4


def test_the_price_is_that_of_the_day_it_was_asked_for(book: Ledger) -> None:
    points.post(book, [goal(day=DAY + timedelta(n)) for n in range(4)])
    reward = offer(book, 100)
    asked = points.redeem(book, "a", "E1", reward, DAY)
    points.save_reward(book, "", Reward(reward, "测试", "Test", 190, False), "hr", "hr")
    points.decide(book, asked, 1, False, "ann", "hr", DAY)
    assert has(book) == 200
    with pytest.raises(LookupError):
        points.redeem(book, "b", "E1", reward, DAY)


def test_the_catalogue_begins_with_a_few_rows_and_is_then_what_hr_makes_of_it(book: Ledger) -> None:
    at_once(*(lambda: points.catalogue(book) for _ in range(4)))
    first = points.catalogue(book)
    assert [r.id for r in first] == [r.id for r in points.CATALOGUE] and sorted(r.cost for r in first) == [r.cost for r in first]
    for reward in first:
        points.save_reward(book, "", Reward(reward.id, reward.zh, reward.en, reward.cost, False), "hr", "hr")
    assert points.catalogue(book) == [] and len(points.catalogue(book, all_rows=True)) == len(first)
    with pytest.raises(LookupError):
        points.save_reward(book, "", Reward("nothing", "无", "None", 5), "hr", "hr")
    with pytest.raises(ValueError):
        points.save_reward(book, "", Reward("", "", "Free", 0), "hr", "hr")


def test_the_same_form_twice_or_at_once_adds_one_row_to_the_catalogue(book: Ledger) -> None:
    new, made = Reward("", "下午茶", "Tea", 80), []
    save = lambda: made.append(points.save_reward(book, "key", new, "ann", "hr"))
    save()
    at_once(*[save] * 4)
    assert len(set(made)) == 1 and [r.zh for r in points.catalogue(book)].count("下午茶") == 1
    for key, who in (("", "ann"), ("key", "bob")):
        with pytest.raises(ValueError, match="request_key"):
            points.save_reward(book, key, new, who, "hr")
    changed = Reward(made[0], "下午茶", "Tea", 90)
    for _ in range(2):
        points.save_reward(book, "", changed, "ann", "hr")
    assert [line.action for line in audit.lines(book)].count("reward.edited") == 2  # added once, changed once


def test_a_pending_goal_is_in_no_balance_and_cannot_be_redeemed(book: Ledger) -> None:
    points.post(book, [goal(day=DAY - timedelta(1))])
    assert points.expect(book, goal()) and not points.expect(book, goal()) and has(book) == 50
    with pytest.raises(NotEnough) as why:
        points.redeem(book, "a", "E1", offer(book, 80), DAY)
    assert why.value.balance == 50
    with pytest.raises(ValueError, match="returned"):
        points.expect(book, Booking("E1", "returned", "x", 1000, DAY))
    assert points.post(book, [goal()]) == 1 and points.post(book, [goal()]) == 0 and has(book) == 100
    assert points.redeem(book, "a", "E1", offer(book, 80), DAY) and not points.expect(book, goal()) and has(book) == 20


def test_a_pending_goal_of_the_day_may_be_taken_back_and_a_confirmed_one_not(book: Ledger) -> None:
    points.expect(book, goal())
    assert not points.take_back(book, "E1", "daily_goal", DAY.isoformat(), DAY + timedelta(1))
    assert points.take_back(book, "E1", "daily_goal", DAY.isoformat(), DAY) and not points.take_back(book, "E1", "daily_goal", DAY.isoformat(), DAY)
    points.post(book, [goal()])
    assert not points.take_back(book, "E1", "daily_goal", DAY.isoformat(), DAY) and has(book) == 50


def test_only_what_is_pending_is_refused_and_the_history_keeps_it(book: Ledger) -> None:
    points.expect(book, goal())
    points.post(book, [goal(day=DAY - timedelta(1))])
    things = [("E1", "daily_goal", (DAY - timedelta(n)).isoformat()) for n in range(3)]
    assert points.refuse(book, things) == 1 and points.refuse(book, things) == 0 and has(book) == 50
    with book.reading() as con:
        assert [(b.day, b.state) for b in points.history(con, "E1")] == [(DAY, "refused"), (DAY - timedelta(1), "confirmed")]
    assert points.post(book, [goal()]) == 1 and has(book) == 100


def test_a_goal_that_builds_and_the_app_book_at_once_is_booked_once(book: Ledger) -> None:
    at_once(*(lambda n=n: (points.post if n % 2 else points.expect)(book, [goal()] if n % 2 else goal()) for n in range(8)))
    with book.reading() as con:
        assert [b.state for b in points.history(con, "E1")] == ["confirmed"]


def test_only_what_is_earned_can_be_posted(book: Ledger) -> None:
    with pytest.raises(ValueError, match="redeemed"):
        points.post(book, [Booking("E1", "redeemed", "x", 1000, DAY)])
    with pytest.raises(Exception, match="(?i)unique"), book.writing() as con:
        for _ in range(2):
            con.execute(insert(POINTS).values(employee_id="E1", kind="star", ref="w", points=1, day=DAY, at=now()))


def test_threads_that_post_the_same_things_book_each_of_them_once(book: Ledger) -> None:
    things = [goal(f"E{n % 7}", DAY + timedelta(n % 60)) for n in range(420)]
    made: list[int] = []
    at_once(*(lambda step=step: made.append(points.post(book, things[step:] + things[:step])) for step in (0, 100, 200, 300)))
    assert sum(made) == len({(b.employee_id, b.ref) for b in things})
    assert sum(has(book, f"E{n}") for n in range(7)) == 50 * sum(made)


_POSTS = """
import sys
from datetime import date, timedelta
from pathlib import Path
from lib.ledger import engine, points
from lib.ledger.points import Booking
book = engine.ledger(Path(sys.argv[1]))
days = [date(2026, 9, 1) + timedelta(n) for n in range(60)]
print(sum(points.post(book, [Booking(f"E{n}", "daily_goal", day.isoformat(), 50, day) for n in range(20)]) for day in days))
"""


def test_processes_that_post_the_same_things_book_each_of_them_once(book: Ledger, tmp_path: Path) -> None:
    running = [subprocess.Popen([sys.executable, "-c", _POSTS, str(tmp_path)], cwd=HOME, env=os.environ | {"PYTHONPATH": str(HOME)},
                                stdout=subprocess.PIPE, text=True) for _ in range(2)]
    made = [int(one.communicate(timeout=60)[0]) for one in running]
    assert sum(made) == 20 * 60 and all(one.returncode == 0 for one in running)
    assert has(book, "E3") == 50 * 60 and len(snapshot.take(book)["app_points"]) == 1200


# --- as properties: any order and repetition of posting, redeeming, deciding and withdrawing --------------------------------------

posted = st.lists(st.tuples(st.sampled_from(["E1", "E2"]), st.sampled_from(["daily_goal", "streak", "star", "badge"]), st.integers(0, 4)), max_size=12)


def test_no_points_twice_whatever_the_order_and_repetition(tmp_path: Path) -> None:
    with engine.ledger(tmp_path).writing() as con:

        @settings(max_examples=1000, deadline=None, database=None)
        @given(st.lists(posted, min_size=1, max_size=3))
        def holds(rounds) -> None:
            fresh, things = uuid4().hex, set()
            for some in rounds:
                new = set(some) - things
                assert points.add(con, [Booking(fresh + who, kind, f"r{n}", 10 + n, DAY) for who, kind, n in some]) == len(new)
                things |= new
            for who in ("E1", "E2"):
                assert points.balance(con, fresh + who) == sum(10 + n for w, _, n in things if w == who)

        holds()


class Purse(RuleBasedStateMachine):
    """One person's points beside a purse of plain numbers."""

    asked = Bundle("asked")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.book = engine.ledger(Path(self.folder.name))
        self.rewards = {cost: offer(self.book, cost) for cost in (40, 90)}
        self.purse, self.days, self.open, self.keys, self.pending = 0, set(), {}, 0, set()

    @rule(days=st.lists(st.integers(0, 9), max_size=4))
    def post(self, days: list[int]) -> None:
        new = set(days) - self.days
        assert points.post(self.book, [goal(day=DAY + timedelta(n)) for n in days]) == len(new)
        self.days |= new
        self.pending -= new
        self.purse += 50 * len(new)

    @rule(day=st.integers(0, 9), what=st.sampled_from(["expect", "refuse", "take_back"]))
    def in_the_app(self, day: int, what: str) -> None:
        one = goal(day=DAY + timedelta(day))
        if what == "expect":
            assert points.expect(self.book, one) == (day not in self.days | self.pending)
            self.pending |= {day} - self.days
        elif what == "refuse":
            assert points.refuse(self.book, [("E1", "daily_goal", one.ref)]) == (day in self.pending)
            self.pending -= {day}
        else:
            assert points.take_back(self.book, "E1", "daily_goal", one.ref, one.day) == (day in self.pending)
            self.pending -= {day}

    @rule(target=asked, cost=st.sampled_from([40, 90]), twice=st.booleans())
    def redeem(self, cost: int, twice: bool) -> str:
        self.keys += 1
        key = f"k{self.keys}"
        try:
            made = points.redeem(self.book, key, "E1", self.rewards[cost], DAY)
        except NotEnough:
            assert self.purse < cost
            return ""
        assert self.purse >= cost
        if twice:
            assert points.redeem(self.book, key, "E1", self.rewards[cost], DAY) == made
        self.purse -= cost
        self.open[made] = cost
        return made

    @rule(which=asked, what=st.sampled_from(["approve", "decline", "withdraw"]))
    def close(self, which: str, what: str) -> None:
        if not which:
            return
        try:
            if what == "withdraw":
                points.withdraw(self.book, which, 1, "E1", DAY)
            else:
                points.decide(self.book, which, 1, what == "approve", "ann", "hr", DAY)
        except Changed:
            assert which not in self.open
            return
        cost = self.open.pop(which)
        self.purse += 0 if what == "approve" else cost

    @invariant()
    def the_balance_is_the_purse_and_never_below_zero(self) -> None:
        with self.book.reading() as con:
            assert points.balance(con, "E1") == self.purse >= 0
            assert sum(b.points for b in points.history(con, "E1") if b.state == "confirmed") == self.purse
            assert {(b.day - DAY).days for b in points.history(con, "E1") if b.state == "pending"} == self.pending

    def teardown(self) -> None:
        self.book.close()
        self.folder.cleanup()


TestPurse = Purse.TestCase
TestPurse.settings = settings(max_examples=12, stateful_step_count=20, deadline=None, database=None)
