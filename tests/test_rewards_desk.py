"""Rewards on My day and Morale: what each role sees and may do, and that a goal reached in the app is booked on the spot."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from lib import words
from lib.access.desk import Desk, NotAllowed
from lib.access.rewards_desk import MyRewards, RewardsDesk, RewardsOffice
from lib.access.roles import Viewer
from lib.ledger import audit, choices, consultations, engine, points
from lib.ledger.cards import Changed
from lib.ledger.consultations import Consultation
from lib.ledger.points import Booking, NotEnough, Reward
from lib.morale import award
from lib.show import morale_rewards, my_rewards
from lib.show.care_live import Asked
from lib.show.parts import number
from lib.show.sections import Held, Wrong
from lib.warehouse import publish
from lib.warehouse.store import Store

ROLES = ("boss", "lead", "hr", "presenter", "mentor", "employee", "admin")


@pytest.fixture
def data(demo_dir: Path, tmp_path: Path) -> Path:
    """The demo company with a ledger in which nothing but earned points is written."""
    folder = Path(shutil.copytree(demo_dir, tmp_path / "data", ignore=shutil.ignore_patterns("ledger.db*")))
    award.book(folder, True, publish.where(folder))
    return folder


def frame(data: Path, sql: str, **params: object):
    return Store(data).current().frame(sql, params)


def seller(data: Path, nth: int = 0) -> str:
    """Somebody with a daily goal of effective consultations, not reached on the last day."""
    return frame(data, "select g.employee_id from goal_days as g join employees as e on e.employee_id = g.employee_id and e.active "
                       "group by g.employee_id having max(case when g.metric = 'effective' then g.work_date end) >= (select as_of - 5 from build_info) "
                       "and not bool_or(g.reached and g.work_date = (select as_of from build_info)) order by 1")["employee_id"][nth]


def mine(data: Path, who: str, role: str = "employee") -> MyRewards:
    return MyRewards(Desk(Store(data), Viewer(role, employee_id=who)))


def office(data: Path, role: str, teams: tuple[str, ...] | None = None) -> RewardsOffice:
    return RewardsOffice(Desk(Store(data), Viewer(role, teams=teams)))


def team_of(data: Path, who: str) -> str:
    return frame(data, "select team from employees where employee_id = $who", who=who)["team"][0]


def rich(data: Path, who: str, worth: int = 2000) -> None:
    points.post(engine.ledger(data, True), [Booking(who, "star", "test", worth, date(2026, 11, 1))])


def talk(data: Path, who: str, day: date, minutes: int = 15) -> str:
    return consultations.log(engine.ledger(data, True), Consultation(uuid4().hex, who, day, minutes, True, "talk"))


@pytest.mark.parametrize("role", ROLES)
def test_who_gets_which_desk(desk_of, role: str) -> None:
    for desk, roles in ((MyRewards, {"employee", "mentor"}), (RewardsOffice, {"hr", "lead", "boss", "presenter"})):
        if role in roles:
            assert desk(desk_of(role)).role == role
        else:
            with pytest.raises(NotAllowed):
                desk(desk_of(role))


def test_the_balance_is_what_was_earned_and_the_days_are_ones_own(data: Path) -> None:
    who = seller(data)
    found = mine(data, who).mine()
    assert found.balance == frame(data, "select sum(points)::integer as n from reward_earned where employee_id = $who", who=who)["n"][0] > 0
    assert found.has_goal and len(found.days) == 14 and found.days[-1][0] == mine(data, who).today
    reached = set(frame(data, "select work_date from goal_days where employee_id = $who and reached", who=who)["work_date"].dt.date)
    assert {day for day, state in found.days if state == "reached"} == {day for day in reached if day >= found.days[0][0]}


def test_a_goal_reached_in_the_app_is_pending_on_the_spot_and_in_no_balance(data: Path) -> None:
    who = seller(data)
    desk = mine(data, who)
    before, today = desk.mine(), desk.today
    need = desk._today()
    assert need is not None
    target, done = need
    made = None
    for _ in range(int(target - done) + 1):
        assert made is None
        talk(data, who, today)
        made = RewardsDesk(desk.desk).credit_today()
        if made:
            break
    assert made is not None and (made.kind, made.points) == ("daily_goal", 50) and desk.credit_today() is None
    after = desk.mine()
    assert (after.balance, after.pending, after.today) == (before.balance, 50, before.today) and after.streak.length == before.streak.length + 1
    assert after.days[-1] == (today, "reached") and after.history[0].state == "pending" and after.waits_today and not before.waits_today
    assert award.book(data, True, publish.where(data)) == 0 and desk.mine().pending == 50  # a version from before knows nothing of it


@pytest.mark.parametrize(("length", "waits", "told"), [(6, True, True), (6, False, False), (5, True, False), (0, True, False)])
def test_a_streak_that_today_completes_says_which_points_wait_for_the_confirmation(data: Path, length: int, waits: bool, told: bool) -> None:
    found = mine(data, seller(data)).mine()
    assert found.rates.streak_days == 3
    drawn = my_rewards._streak(replace(found, streak=replace(found.streak, length=length), waits_today=waits))
    assert (words.say("rewards.next_due", n=length, points=found.rates.streak).strip() in drawn) == told


def test_points_that_are_pending_cannot_be_redeemed(data: Path) -> None:
    who = seller(data)
    desk, book = mine(data, who), engine.ledger(data, True)
    have = desk.mine().balance
    office(data, "hr").save_reward("k", Reward("book", "自选图书一本", "A book of your choice", have + 50))
    assert points.expect(book, Booking(who, "daily_goal", desk.today.isoformat(), 50, desk.today)) and desk.mine().pending == 50
    with pytest.raises(NotEnough) as why:
        desk.redeem("key", "book")
    assert (why.value.balance, why.value.short) == (have, 50)
    html = my_rewards.html(desk.desk, Held())
    assert words.say("rewards.pending", n=50) in html and words.say("rewards.pending_one") in html and "data-of='book:" not in html


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_points_that_a_build_refused_stay_in_the_history_with_what_was_found(data: Path, lang: str) -> None:
    words.speak(lang)
    who = seller(data)
    day = frame(data, "select max(work_date) as day from goal_days where employee_id = $who and not reached and target > 0 and work_date < "
                      "(select as_of from build_info)", who=who)["day"][0].date()
    desk, book = mine(data, who), engine.ledger(data, True)
    before = desk.mine()
    for one in (day, desk.today):
        points.expect(book, Booking(who, "daily_goal", one.isoformat(), 50, one))
        points.refuse(book, [(who, "daily_goal", one.isoformat())])
    after, html = desk.mine(), my_rewards.html(desk.desk, Held())
    assert (after.balance, after.pending, after.streak, after.days) == (before.balance, 0, before.streak, before.days)
    done, target = frame(data, "select done, target from goal_days where employee_id = $who and work_date = $day", who=who, day=day).iloc[0]
    assert words.say("rewards.refused", done=number(done), target=number(target)) in html and "<s>+50</s>" in html


def test_two_taps_log_one_consultation_and_one_pending_goal(data: Path) -> None:
    who = seller(data)
    desk, book = mine(data, who), engine.ledger(data, True)
    one = Consultation("same", who, desk.today, 15, True, "talk")
    assert consultations.log(book, one) == consultations.log(book, one)
    target, done = desk._today()  # type: ignore[misc]
    for _ in range(int(target - done)):
        talk(data, who, desk.today)
    assert [RewardsDesk(desk.desk).credit_today() is not None for _ in range(2)] == [True, False] and desk.mine().pending == 50


def test_a_consultation_that_is_taken_back_takes_the_goal_of_the_day_with_it(data: Path) -> None:
    who = seller(data)
    desk, book = mine(data, who), engine.ledger(data, True)
    target, done = desk._today()  # type: ignore[misc]
    logged = [talk(data, who, desk.today) for _ in range(int(target - done) + 1)]
    before = desk.mine().balance
    assert desk.credit_today() is not None and desk.mine().pending == 50
    for one in logged:
        consultations.undo(book, one, who, desk.today)
    assert desk.credit_today() is None and (desk.mine().balance, desk.mine().pending) == (before, 0)


def test_short_talks_book_nothing(data: Path) -> None:
    who = seller(data)
    desk = mine(data, who)
    for _ in range(40):
        talk(data, who, desk.today, minutes=5)
    assert desk.credit_today() is None and desk.mine().today == 0


def test_redeeming_waits_for_the_own_lead_or_hr_and_is_in_the_audit(data: Path) -> None:
    who = seller(data)
    rich(data, who)
    desk, book = mine(data, who), engine.ledger(data, True)
    before = desk.mine().balance
    asked = desk.redeem("key", "book")
    assert desk.mine().balance == before - 300 and desk.mine().requests[0].state == "asked"
    own, others = team_of(data, who), frame(data, "select min(team) as t from employees where team <> $own", own=team_of(data, who))["t"][0]
    assert [one.request.id for one in office(data, "lead", (own,)).waiting()] == [asked] and office(data, "lead", (others,)).waiting() == []
    with pytest.raises(NotAllowed):
        office(data, "lead", (others,)).decide(asked, 1, True)
    for role in ("boss", "presenter"):
        with pytest.raises(NotAllowed):
            office(data, role).decide(asked, 1, True)
        with pytest.raises(NotAllowed):
            office(data, role).waiting()
    office(data, "lead", (own,)).decide(asked, 1, False)
    assert desk.mine().balance == before and audit.lines(book, who)[0].action == "reward.decided"
    with pytest.raises(Changed):
        office(data, "hr").decide(asked, 1, True)
    with pytest.raises(NotAllowed):
        office(data, "hr").decide("no-such-request", 1, True)


def test_the_catalogue_is_hrs(data: Path) -> None:
    new = Reward("", "下午茶", "Afternoon tea", 80)
    for role, teams in (("lead", ("x",)), ("boss", None), ("presenter", None)):
        with pytest.raises(NotAllowed):
            office(data, role, teams).save_reward("k", new)
    made = office(data, "hr").save_reward("k", new)
    assert made in [one.id for one in mine(data, seller(data)).mine().rewards]
    office(data, "hr").save_reward("k", Reward(made, "下午茶", "Afternoon tea", 80, False))
    assert made not in [one.id for one in mine(data, seller(data)).mine().rewards]


def test_a_session_that_is_over_writes_nothing(data: Path) -> None:
    who = seller(data)
    rich(data, who)
    gone = MyRewards(Desk(Store(data), Viewer("employee", employee_id=who)), lambda: False)
    for write in (lambda: gone.redeem("k", "book"), lambda: gone.opt_out(True), gone.credit_today, lambda: gone.withdraw("x", 1)):
        with pytest.raises(NotAllowed):
            write()
    closed = RewardsOffice(Desk(Store(data), Viewer("hr")), lambda: False)
    for write in (lambda: closed.decide("x", 1, True), lambda: closed.save_reward("k", Reward("", "a", "a", 1))):
        with pytest.raises(NotAllowed):
            write()


# --- rankings -------------------------------------------------------------------------------------------------------------------

def ranked_group(data: Path):
    """People of one ranked group of the last completed week, best first."""
    return frame(data, "select w.*, e.name from reward_weeks as w join employees as e on e.employee_id = w.employee_id where w.place is not null and "
                       "w.week = (select max(week) from reward_weeks) and w.peers = (select peers from reward_top where week = (select max(week) from "
                       "reward_weeks) group by peers order by count(*) desc, peers limit 1) order by w.place, w.employee_id")


def test_the_first_see_their_place_and_the_last_see_their_way(data: Path) -> None:
    group = ranked_group(data)
    first, last = (mine(data, group["employee_id"].iloc[at]).mine().week for at in (0, -1))
    assert first is not None and last is not None and first.seen.state == "place" and first.seen.place == 1
    assert last.seen.state == "way" and last.seen.place is None
    assert 1 <= len(last.top) <= 3 and not any(one.me for one in last.top)
    html = my_rewards.html(Desk(Store(data), Viewer("employee", employee_id=group["employee_id"].iloc[-1])), Held())
    told = re.sub(r"<[^>]+>", " ", html)
    assert str(group["name"].iloc[-1]) not in told and f"第 {int(group['place'].iloc[-1])}" not in told


def test_who_opts_out_is_gone_at_once_and_sees_no_ranking(data: Path) -> None:
    group = ranked_group(data)
    star, other = group["employee_id"].iloc[0], group["employee_id"].iloc[-1]
    assert group["name"].iloc[0] in [one.name for one in mine(data, other).mine().week.top]  # type: ignore[union-attr]
    assert mine(data, star).opt_out(True)
    assert group["name"].iloc[0] not in [one.name for one in mine(data, other).mine().week.top]  # type: ignore[union-attr]
    own = mine(data, star).mine()
    assert own.no_ranking and own.week is not None and own.week.seen.state == "out" and not own.week.star and own.week.top == ()
    assert group["name"].iloc[0] not in [name for name, _ in office(data, "hr").stars()]
    assert group["name"].iloc[0] not in [name for name, _ in office(data, "lead", (team_of(data, star),)).stars()]


def test_who_objects_to_scoring_is_on_no_list_and_keeps_the_points(data: Path) -> None:
    name, team, _ = office(data, "hr").on_streak()[0]
    who = frame(data, "select employee_id from employees where name = $name and team = $team", name=name, team=team)["employee_id"][0]
    balance = mine(data, who).mine().balance
    choices.choose(engine.ledger(data, True), who, "no_scoring", True, "x", date(2026, 11, 15))
    assert name not in [n for n, t, _ in office(data, "hr").on_streak() if t == team]
    assert mine(data, who).mine().balance == balance > 0 and mine(data, who).mine().no_scoring


def test_an_employee_reads_nobody_elses_rows(data: Path) -> None:
    who = seller(data)
    desk = Desk(Store(data), Viewer("employee", employee_id=who))
    own = desk.read("reward_days")
    assert len(own) == frame(data, "select count(*) as n from goal_days where employee_id = $who", who=who)["n"][0]
    week = frame(data, "select max(week) as w from reward_weeks")["w"][0]
    peers = frame(data, "select peers from reward_weeks where employee_id = $who and week = $week", who=who, week=week)
    shown = desk.read("reward_top", week=week)
    allowed = frame(data, "select md5(employee_id) as who from reward_top where week = $week and peers = $peers", week=week,
                    peers=peers["peers"][0] if len(peers) else "")
    assert set(shown["who"]) == set(allowed["who"])


# --- drawn and clicked ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("role", ["hr", "lead", "boss", "presenter"])
def test_the_office_is_drawn_and_only_who_decides_sees_names(data: Path, role: str, lang: str) -> None:
    words.speak(lang)
    who = seller(data)
    rich(data, who)
    mine(data, who).redeem("k", "lunch")
    name = frame(data, "select name from employees where employee_id = $who", who=who)["name"][0]
    desk = Desk(Store(data), Viewer(role, teams=(team_of(data, who),) if role == "lead" else None))
    html = morale_rewards.html(desk, Held())
    assert (name in html) == (role in ("hr", "lead")) and ("reward_office.save" in html) == (role == "hr")
    if role in ("boss", "presenter"):
        names = frame(data, "select name from employees where length(name) > 1")["name"]
        assert not any(one in html for one in names)
    assert len(morale_rewards.tables(desk, Held())[0][0])


def test_a_second_click_on_the_same_button_asks_for_nothing_twice(data: Path) -> None:
    who = seller(data)
    rich(data, who)
    desk, held = Desk(Store(data), Viewer("employee", employee_id=who)), Held()
    button = re.search(r"data-ask='rewards.redeem' data-of='(book:[0-9a-f]+)'", my_rewards.html(desk, held))
    assert button
    asked = Asked("rewards.redeem", button[1])
    assert my_rewards.act(desk, asked, held) == my_rewards.act(desk, asked, held) == words.say("rewards.told.redeemed")
    assert len(mine(data, who).mine().requests) == 1
    withdraw = re.search(r"data-ask='rewards.withdraw' data-of='([^']+)'", my_rewards.html(desk, held))
    assert withdraw and my_rewards.act(desk, Asked("rewards.withdraw", withdraw[1]), held)
    with pytest.raises(Changed):
        my_rewards.act(desk, Asked("rewards.withdraw", withdraw[1]), held)
    assert button[1] not in my_rewards.html(desk, held)


def test_too_few_points_are_said_in_words(data: Path) -> None:
    who = seller(data)
    office(data, "hr").save_reward("k", Reward("half_day", "半天调休", "Half a day off in lieu", 99_999))
    desk = Desk(Store(data), Viewer("employee", employee_id=who))
    with pytest.raises(Wrong, match="积分还不够"):
        my_rewards.act(desk, Asked("rewards.redeem", "half_day:k"), Held())
    with pytest.raises(NotEnough):
        mine(data, who).redeem("k2", "half_day")


@pytest.mark.parametrize(("typed", "wrong"), [({"zh": "", "en": "x", "cost": "5"}, "中文名"), ({"zh": "茶", "en": "Tea", "cost": "-5"}, "整数"),
                                              ({"zh": "茶", "en": "Tea", "cost": "很多"}, "整数"), ({"zh": "茶" * 41, "en": "Tea", "cost": "5"}, "40")])
def test_a_row_of_the_catalogue_that_cannot_be_is_refused_in_words(data: Path, typed: dict[str, str], wrong: str) -> None:
    desk = Desk(Store(data), Viewer("hr"))
    with pytest.raises(Wrong, match=wrong):
        morale_rewards.act(desk, Asked("reward_office.save", "", "f", typed), Held())
    assert morale_rewards.act(desk, Asked("reward_office.save", "", "f", {"zh": "<b>茶</b>", "en": "Tea", "cost": "5", "active": "on"}), Held())
    assert "<b>茶</b>" not in morale_rewards.html(desk, Held())


def test_a_new_row_of_the_catalogue_that_is_sent_twice_is_there_once(data: Path) -> None:
    desk, held = Desk(Store(data), Viewer("hr")), Held()
    key = lambda: re.search(r"data-form='reward_office.new'.*?name=key value='([^']+)'", morale_rewards.html(desk, held), re.S)[1]  # type: ignore[index]
    form = {"zh": "茶", "en": "Tea", "cost": "5", "active": "on", "key": key()}
    for _ in range(2):
        assert morale_rewards.act(desk, Asked("reward_office.save", "", "reward_office.new", form), held) == words.say("rewards.office.saved")
    assert [one.zh for one in office(data, "hr").catalogue()].count("茶") == 1 and key() != form["key"]


def test_clicks_of_other_sections_are_left_alone(data: Path) -> None:
    assert my_rewards.act(Desk(Store(data), Viewer("employee", employee_id=seller(data))), Asked("goals.set"), Held()) is None
    assert morale_rewards.act(Desk(Store(data), Viewer("hr")), Asked("goals.set"), Held()) is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_my_rewards_marks_frozen_days_by_shape_and_word(data: Path, lang: str) -> None:
    words.speak(lang)
    frozen = [who for who in frame(data, "select distinct employee_id from reward_streaks order by 1")["employee_id"]
              if any(state == "frozen" for _, state in mine(data, who).mine().days)][0]
    html = my_rewards.html(Desk(Store(data), Viewer("employee", employee_id=frozen)), Held())
    assert "<li class='frozen'" in html and words.say("rewards.day.frozen") in html and words.say("rewards.badges") in html


def test_somebody_without_any_goal_is_told_what_is_missing(data: Path) -> None:
    who = frame(data, "select employee_id from employees where active and employee_id not in (select employee_id from goal_days where target is not null) "
                      "and employee_id not in (select employee_id from reward_earned) order by 1")["employee_id"][0]
    html = my_rewards.html(Desk(Store(data), Viewer("employee", employee_id=who)), Held())
    assert words.say("rewards.none_why") in html and mine(data, who).credit_today() is None
    assert mine(data, who).mine().days[-1][0] - mine(data, who).mine().days[0][0] == timedelta(13)
