"""Goals that are set: batches in the ledger, who may set what, a whole down to each person, and what the page shows and says."""

from __future__ import annotations

import html as markup
import re
import shutil
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from lib import settings, words
from lib.access.desk import Desk, NotAllowed
from lib.access.goals_desk import CannotSplit, GoalsDesk, MyGoals
from lib.access.goals_group import Group
from lib.access.roles import Viewer
from lib.ledger import audit, consultations, engine, goals
from lib.ledger.goals import NewGoal
from lib.morale import goals as rules
from lib.settings import SETTINGS
from lib.show import board_view, goal_bars, morale_goals
from lib.show.care_live import Asked
from lib.show.parts import day
from lib.show.sections import Held, Wrong
from lib.warehouse.store import Store
from tests.conftest import END

DAY = date(2026, 11, 15)


def role_goal(target: float, metric: str = "deals", unit: str = "顾问", source: str = "history") -> NewGoal:
    return NewGoal("role", unit, metric, "week", target, source)


def held(book, day: date = DAY) -> dict[tuple[str, str], float]:
    with book.reading() as con:
        return {(goal.unit, goal.metric): goal.target for goal in goals.in_force(con, day)}


# --- the ledger -----------------------------------------------------------------------------------------------------------------

def test_the_same_form_sent_twice_is_kept_once(book) -> None:
    for _ in range(2):
        assert goals.set_batch(book, [role_goal(5)], DAY, "hr1", "hr", "key") == "key"
    with book.reading() as con:
        assert [batch.goals for batch in goals.batches(con)] == [1]
    with pytest.raises(ValueError, match="request_key"):
        goals.set_batch(book, [role_goal(5)], DAY, "hr2", "hr", "key")


def test_taking_a_batch_back_lets_the_goal_before_hold_again_and_works_once(book) -> None:
    goals.set_batch(book, [role_goal(5), role_goal(9, "intents")], DAY, "hr1", "hr", "first")
    goals.set_batch(book, [role_goal(7)], DAY, "hr1", "hr", "second")
    assert held(book) == {("顾问", "deals"): 7, ("顾问", "intents"): 9}
    assert (goals.take_back(book, "second", "hr1", "hr"), goals.take_back(book, "second", "hr1", "hr")) == (1, 0)
    assert held(book) == {("顾问", "deals"): 5, ("顾问", "intents"): 9}
    with book.reading() as con:
        assert [batch.id for batch in goals.batches(con)] == ["first"]
    assert goals.take_back(book, "first", "hr1", "hr") == 2 and held(book) == {}
    with pytest.raises(LookupError):
        goals.take_back(book, "third", "hr1", "hr")


def test_a_goal_holds_from_its_first_day_on(book) -> None:
    goals.set_batch(book, [role_goal(5)], DAY, "hr1", "hr", "first")
    goals.set_batch(book, [role_goal(8)], DAY + timedelta(days=1), "hr1", "hr", "second")
    assert held(book, DAY - timedelta(days=1)) == {} and held(book)["顾问", "deals"] == 5
    assert held(book, DAY + timedelta(days=1))["顾问", "deals"] == 8


def test_what_is_on_no_list_is_refused(book) -> None:
    for goal in (role_goal(0), role_goal(-1), role_goal(float("nan")), role_goal(1e12), role_goal(1, "smiles"), NewGoal("company", "一组", "deals", "week", 1),
                 NewGoal("person", "", "deals", "week", 1), NewGoal("team", "一组", "deals", "year", 1)):
        with pytest.raises(ValueError, match=r"target|list|company"):
            goals.set_batch(book, [goal], DAY, "hr1", "hr", "key")
    assert held(book) == {}


def test_the_audit_says_who_set_goals_and_for_which_person(book) -> None:
    goals.set_batch(book, [NewGoal("person", "E1", "deals", "week", 2), NewGoal("person", "E2", "deals", "week", 2, "split")], DAY, "hr1", "hr", "key")
    goals.take_back(book, "key", "hr2", "hr")
    assert [(line.who, line.action, line.subject) for line in audit.lines(book)] == [
        ("hr2", "goals.taken_back", "key"), ("hr1", "goals.set_batch", "key"), ("hr1", "goals.set", "E1")]
    assert audit.verify(book) is None


def test_a_build_is_told_what_it_may_not_know_and_nothing_else(book) -> None:
    goals.set_batch(book, [role_goal(5)], DAY, "hr1", "hr", "now")
    goals.set_batch(book, [role_goal(6)], DAY + timedelta(days=3), "hr1", "hr", "to come")
    with book.reading() as con:
        assert [goal.target for goal in goals.since(con, datetime(2020, 1, 1), DAY)] == [5, 6]
        assert [goal.target for goal in goals.since(con, datetime(2100, 1, 1), DAY)] == [6]
        assert goals.since(con, datetime(2100, 1, 1), DAY + timedelta(days=3)) == []


# --- the desk -------------------------------------------------------------------------------------------------------------------

@pytest.fixture
def data(demo_dir: Path, tmp_path: Path) -> Path:
    """The demo company with an empty ledger."""
    return Path(shutil.copytree(demo_dir, tmp_path / "data", ignore=shutil.ignore_patterns("ledger.db*")))


def office(data: Path, role: str = "hr", *teams: str) -> GoalsDesk:
    return GoalsDesk(Desk(Store(data), Viewer(role, teams=teams or None)))


def frame(data: Path, sql: str, **params: object):
    return Store(data).current().frame(sql, params)


def a_team(data: Path) -> str:
    return str(frame(data, "select team from goal_people where role = '电话销售顾问' and active group by team order by count(*) desc, team")["team"][0])


def somebody(data: Path, role: str = "电话销售顾问") -> str:
    return str(frame(data, "select employee_id from goal_people where active and role = $role and hire_date < '2026-06-01' order by 1", role=role)["employee_id"][0])


def target_of(data: Path, who: str, metric: str, period: str) -> float | None:
    return next((bar.target for bar in MyGoals(Desk(Store(data), Viewer("employee", employee_id=who))).bars() if (bar.metric, bar.period) == (metric, period)), None)


def exact(parts) -> Fraction:
    return sum((Fraction(str(part)) for part in parts), Fraction())


@pytest.mark.parametrize("role", ["employee", "mentor", "admin"])
def test_who_looks_at_own_data_has_no_goals_desk(data: Path, role: str) -> None:
    viewer = Viewer(role, employee_id="K10000") if role != "admin" else Viewer(role)
    with pytest.raises(NotAllowed):
        GoalsDesk(Desk(Store(data), viewer))
    assert morale_goals.html(Desk(Store(data), viewer), Held()) == ""


@pytest.mark.parametrize("role", ["boss", "presenter"])
def test_boss_and_presenter_look_and_set_nothing(data: Path, role: str) -> None:
    there = office(data, role)
    assert there.groups("effective", "week")[0].bar.target and there.batches() == []
    for sets in (lambda: there.set_from_history("k"), lambda: there.set_typed("company", "", "deals", "month", 5, "k"), lambda: there.take_back("k")):
        with pytest.raises(NotAllowed):
            sets()


def test_one_click_sets_what_was_shown_and_one_click_takes_it_back(data: Path) -> None:
    there, who = office(data), somebody(data)
    before = target_of(data, who, "effective", "week")
    shown = {(one.metric, one.period): one for one in there.proposals() if one.peers == "电话销售顾问"}
    assert held(there.book) == {}
    assert there.set_from_history("key") == sum(one.target is not None for one in there.proposals())
    after, days = target_of(data, who, "effective", "week"), frame(data, "select week_days from goal_people where employee_id = $who", who=who)["week_days"][0]
    assert after != before and after is not None
    assert after * days / shown["effective", "week"].target == pytest.approx(round(after * days / shown["effective", "week"].target))
    assert there.take_back(there.batches()[0].id) > 0 and target_of(data, who, "effective", "week") == before


def test_a_role_with_few_experienced_people_gets_no_goal(data: Path) -> None:
    settings.save(data, next(row for row in SETTINGS if row.name == "goals.peers"), 50)
    there = office(data)
    assert {one.why for one in there.proposals()} == {"few"}
    with pytest.raises(LookupError):
        there.set_from_history("key")


@pytest.mark.parametrize(("metric", "period", "total"), [("deals", "month", 211.0), ("revenue", "month", 1_234_567.89), ("effective", "week", 4003.0), ("intents", "day", 7.0)])
def test_a_companys_goal_goes_down_to_each_person_and_adds_up_on_every_level(data: Path, metric: str, period: str, total: float) -> None:
    there = office(data)
    there.set_typed("company", "", metric, period, total, "key")
    teams = dict(frame(data, "select employee_id, team from goal_people").itertuples(index=False))
    with there.book.reading() as con:
        kept = goals.in_force(con, there.today)
    of_teams = {goal.unit: goal.target for goal in kept if goal.level == "team"}
    of_people = {goal.unit: goal.target for goal in kept if goal.level == "person"}
    assert exact(of_teams.values()) == exact(of_people.values()) == Fraction(str(total))
    for team, part in of_teams.items():
        assert exact(part for who, part in of_people.items() if teams[who] == team) == Fraction(str(part))
    assert there.groups(metric, period)[0].bar.target == total and there.groups(metric, period)[0].own


def test_newcomers_and_people_away_weigh_less_when_a_whole_is_split(data: Path) -> None:
    there = office(data)
    there.set_typed("team", a_team(data), "dials", "month", 50_000, "key")
    with there.book.reading() as con:
        parts = {goal.unit: goal.target for goal in goals.in_force(con, there.today) if goal.level == "person"}
    people = frame(data, "select employee_id, role, week_days, hire_date > $day - interval 1 month as fresh, plan from goal_people where active and team = $team",
                   day=END, team=a_team(data))
    consultants = people[(people["role"] == "电话销售顾问") & people["employee_id"].isin(list(parts))]
    fresh, old = (consultants[consultants["fresh"] == new] for new in (True, False))
    assert len(old) > 3 and all(parts[who] > 0 for who in old["employee_id"])
    assert all(parts[one] < min(parts[other] for other in old["employee_id"]) for one in fresh["employee_id"])


def test_a_whole_that_nobody_can_carry_is_refused_and_nothing_is_kept(data: Path) -> None:
    there = office(data)
    with pytest.raises(CannotSplit):
        there.set_typed("team", str(frame(data, "select team from goal_people where business_line is null")["team"][0]), "deals", "month", 5, "key")
    assert there.batches() == []


def test_a_lead_sets_goals_of_the_own_team_and_of_nobody_else(data: Path) -> None:
    team = a_team(data)
    there, other = office(data, "lead", team), office(data)
    assert {group.unit for group in there.groups("effective", "week")} == {team}
    stranger = str(frame(data, "select employee_id from goal_people where active and team <> $team order by 1", team=team)["employee_id"][0])
    for level, unit in (("company", ""), ("role", "电话销售顾问")):
        with pytest.raises(NotAllowed):
            there.set_typed(level, unit, "deals", "month", 5, "k")
    for level, unit in (("team", "不存在"), ("person", stranger)):
        with pytest.raises(LookupError):
            there.set_typed(level, unit, "deals", "month", 5, "k")
    other.set_typed("company", "", "deals", "month", 200, "hr")
    assert there.batches() == []
    with pytest.raises(LookupError):
        there.take_back("hr")
    assert there.set_from_history("lead") > 0
    with there.book.reading() as con:
        own = {goal.unit for goal in goals.in_force(con, there.today) if goal.source == "history"}
    members = set(frame(data, "select employee_id from goal_people where team = $team", team=team)["employee_id"])
    assert own and own <= members and there.take_back("lead") > 0


def test_a_button_drawn_before_the_session_ended_sets_nothing(data: Path) -> None:
    gone = GoalsDesk(Desk(Store(data), Viewer("hr")), lambda: False)
    with pytest.raises(NotAllowed):
        gone.set_from_history("key")
    assert not engine.exists(data, True) or held(engine.ledger(data, True)) == {}


def test_a_group_too_small_shows_nothing_to_the_boss(data: Path) -> None:
    small = [group for group in office(data, "boss").groups("effective", "week") if group.hidden]
    assert small and all(group.bar.done is None and group.people == 0 for group in small)
    shown = morale_goals.html(Desk(Store(data), Viewer("boss")), Held())
    assert not any(markup.escape(group.unit) in shown for group in small)


def test_what_is_logged_in_the_app_moves_ones_own_bar_and_the_groups(data: Path) -> None:
    who, there = somebody(data), office(data)
    def week():
        return next(bar for bar in MyGoals(Desk(Store(data), Viewer("employee", employee_id=who))).bars() if (bar.metric, bar.period) == ("deals", "week"))
    mine, company = week(), there.groups("deals", "week")[0].bar
    consultations.log(there.book, consultations.Consultation("one", who, there.today, 5, False, "deal", amount=800.0))
    consultations.log(there.book, consultations.Consultation("two", who, there.today, 25, True, "talk"))
    assert (week().done - mine.done, week().logged) == (1, 1) and there.groups("deals", "week")[0].bar.done - company.done == 1
    assert there.groups("effective", "week")[0].bar.logged == 2


# --- the section ----------------------------------------------------------------------------------------------------------------

def desk(data: Path, role: str = "hr") -> Desk:
    return Desk(Store(data), Viewer(role))


def text(html: str) -> str:
    return markup.unescape(re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("period", ["day", "week", "month"])
def test_the_section_says_what_is_done_and_what_each_day_must_bring(data: Path, lang: str, period: str) -> None:
    words.speak(lang)
    state = Held()
    assert morale_goals.act(desk(data), Asked("goals.period", period), state) == ""
    drawn = morale_goals.html(desk(data), state)
    for group in office(data).groups("effective", period):
        if group.level == "team" and group.bar.target is not None:
            assert f"aria-label='{markup.escape(goal_bars.spoken(group.bar), quote=True)}'" in drawn
            assert group.bar.needed_per_day is None or period == "day" or group.bar.days_left <= 1 or \
                words.say("goals.needs", days=goal_bars.days(group.bar.days_left), needed=goal_bars.amount("effective", group.bar.needed_per_day)) in text(drawn)
    assert drawn.count("role=img") >= 8


def test_the_proposal_is_seen_before_it_is_kept_and_taken_back_in_one_click(data: Path) -> None:
    state, there = Held(), office(data)
    assert morale_goals.act(desk(data), Asked("goals.history"), state) == "" and held(there.book) == {}
    shown = morale_goals.html(desk(data), state)
    for one in there.proposals():
        if one.target is not None:
            assert f"<b>{goal_bars.amount(one.metric, one.target)}</b>" in shown
    assert words.say("goals.proposal_few", n=1) in text(shown)
    kept = sum(one.target is not None for one in there.proposals())
    assert morale_goals.act(desk(data), Asked("goals.save"), state) == words.say("goals.saved", n=kept) and len(held(there.book)) > 10
    batch = there.batches()[0]
    assert f"data-of='{batch.id}'" in morale_goals.html(desk(data), state)
    morale_goals.act(desk(data), Asked("goals.back", batch.id), state)
    assert held(there.book) == {} and f"data-of='{batch.id}'" not in morale_goals.html(desk(data), state)


def typed(**fields: str) -> Asked:
    return Asked("goals.set", "", "goals.set", {"for": "company:", "metric": "deals", "period": "month", "target": "200", "person": ""} | fields)


def test_a_typed_goal_is_kept_and_the_page_turns_to_it(data: Path) -> None:
    state = Held()
    told = morale_goals.act(desk(data), typed(target="1,200"), state)
    assert told and state.forget == "goals.set" and "1,200" in text(morale_goals.html(desk(data), state)) and state.state["goals.metric"] == "deals"


def posted_twice(data: Path, asked: Asked, state: Held) -> None:
    """What a browser sends twice is answered twice alike, and there is one batch."""
    assert morale_goals.act(desk(data), asked, state) == morale_goals.act(desk(data), asked, state) != ""
    assert len(office(data).batches()) == 1


def test_a_typed_goal_that_is_posted_twice_is_one_batch(data: Path) -> None:
    state = Held()
    key = re.search("data-form='goals.set'[^>]*><input type=hidden name=key value='([^']+)'", morale_goals.html(desk(data), state))
    posted_twice(data, typed(key=key[1]), state)
    again = re.search("name=key value='([^']+)'", morale_goals.html(desk(data), state))
    assert again[1] != key[1] and morale_goals.act(desk(data), typed(key=again[1]), state) and len(office(data).batches()) == 2


def test_the_proposal_that_is_posted_twice_is_one_batch(data: Path) -> None:
    state = Held()
    morale_goals.act(desk(data), Asked("goals.history"), state)
    key = re.search("data-ask=goals.save data-of='([^']+)'", morale_goals.html(desk(data), state))
    posted_twice(data, Asked("goals.save", key[1]), state)


@pytest.mark.parametrize(("fields", "said"), [
    ({"target": "many"}, "goals.wrong.target"), ({"target": "-3"}, "goals.wrong.target"), ({"target": "inf"}, "goals.wrong.target"),
    ({"for": ""}, "goals.wrong.unit"), ({"metric": "smiles"}, "goals.wrong.unit"), ({"for": "team:不存在"}, "goals.wrong.unit")])
def test_what_cannot_be_taken_is_said_and_nothing_is_kept(data: Path, fields: dict[str, str], said: str) -> None:
    with pytest.raises(Wrong, match=re.escape(words.say(said))):
        morale_goals.act(desk(data), typed(**fields), Held())
    assert held(office(data).book) == {}


def test_an_unknown_employee_number_is_named_in_the_error(data: Path) -> None:
    with pytest.raises(Wrong, match="K99999"):
        morale_goals.act(desk(data), typed(**{"for": "person:", "person": "K99999"}), Held())


def test_a_name_with_markup_stays_text(data: Path) -> None:
    with pytest.raises(Wrong):
        morale_goals.act(desk(data), typed(**{"for": "person:", "person": "<b>x</b>"}), Held())
    frame_ = office(data)
    goals.set_batch(frame_.book, [NewGoal("role", "<script>x</script>", "deals", "week", 2)], frame_.today, "<i>hr</i>", "hr", "key")
    drawn = morale_goals.html(desk(data), Held())
    assert "<script>" not in drawn and "<i>hr" not in drawn and "&lt;script&gt;" in drawn


def test_ones_own_bars_are_images_with_words(data: Path) -> None:
    found = MyGoals(Desk(Store(data), Viewer("employee", employee_id=somebody(data)))).bars()
    drawn = goal_bars.bars(found)
    assert len(found) > 6 and drawn.count("role=img") == len(found) and all(markup.escape(goal_bars.spoken(bar), quote=True) in drawn for bar in found)
    assert goal_bars.bars([]) == ""


def test_the_table_behind_holds_what_is_drawn(data: Path) -> None:
    [(table, name, headers)] = morale_goals.tables(desk(data, "boss"), Held())
    assert name == "goals-effective-week" and set(headers) == set(table.columns)
    assert len(table) == sum(not group.hidden for group in office(data, "boss").groups("effective", "week"))


# --- what is set as a whole, and what is kept back --------------------------------------------------------------------------------

def test_a_team_with_a_goal_of_its_own_says_what_its_people_come_to_and_the_company_says_that_it_adds_those_up(data: Path) -> None:
    words.speak("zh")
    team, there = a_team(data), office(data)
    there.set_typed("team", team, "deals", "month", 5000, "key")
    # a later goal of one person makes the two sums differ
    there.set_typed("person", str(frame(data, "select employee_id from goal_people where active and team = $team and role is not null order by 1", team=team)["employee_id"][0]),
                    "deals", "month", 900, "key2")
    state = Held()
    for ask, of in (("goals.metric", "deals"), ("goals.period", "month")):
        morale_goals.act(desk(data, "boss"), Asked(ask, of), state)
    [group] = [group for group in office(data, "boss").groups("deals", "month") if group.unit == team]
    assert group.own and goal_bars.two_sums(group)
    drawn = text(morale_goals.html(desk(data, "boss"), state))
    assert words.say("goals.own_sum", sum=goal_bars.amount("deals", group.asked_of_people)) in drawn and words.say("goals.teams_own_one") in drawn


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_kept_back_is_never_called_missing(data: Path, lang: str) -> None:
    words.speak(lang)
    bar = rules.bar("deals", "week", None, 12.0, 0, 0)
    kept = goal_bars.of_group(Group("team", "一组", "甲", 9, bar, goals_kept=True), full=True)
    assert words.say("goals.goals_kept") in text(kept) and words.say("goals.state.no_goal") not in text(kept)
    bar = rules.bar("deals", "week", 20.0, 12.0, 5, 2, people=8)
    drawn = text(goal_bars.of_group(Group("team", "一组", "甲", 0, bar, people_kept=True, whole_kept=30.0)))
    assert words.say("goals.whole_kept", target="30") in drawn and words.say("goals.people_all", n=0) not in drawn
    drawn = text(goal_bars.of_group(Group("team", "一组", "甲", 9, bar, left_out=1, others=3.0)))
    assert words.say("goals.others", n="3") in drawn


def test_the_wall_keeps_back_of_a_team_what_is_kept_back_beside_the_others(data: Path) -> None:
    """A team that is hidden for a smaller one has no bars on its own wall either, or the smaller one would follow from the two."""
    settings.save(data, next(row for row in SETTINGS if row.name == "privacy.min_group"), 17)
    groups = {metric: office(data, "boss").groups(metric, "week") for metric in ("effective", "deals")}
    there = Desk(Store(data), Viewer("boss"))
    kept = {group.unit for found in groups.values() for group in found if group.level == "team" and group.hidden}
    for unit in sorted(kept):
        board = board_view.read(there, unit)
        shown = {(group.bar.metric, group.bar.period) for group in board.goals}
        assert not shown & {(metric, "week") for metric, found in groups.items() if any(group.unit == unit and group.goals_kept for group in found)}
        if board.facts is not None and board.kept:
            assert words.say("goals.board_kept") in text(board_view.html(board, 17))
    assert kept


@pytest.mark.parametrize(("today", "late"), [("2026-11-15", False), ("2026-11-16", False), ("2026-11-17", True)])
def test_files_are_late_when_a_weekday_has_passed_since_the_last_day_with_data(data: Path, today: str, late: bool) -> None:
    there = office(data, "boss")
    there.today = date.fromisoformat(today)  # the demo's files end on Sunday the 15th
    assert there.behind() == (DAY if late else None)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_of_a_week_that_no_file_tells_of_the_title_claims_no_pace(data: Path, lang: str) -> None:
    words.speak(lang)
    there = office(data, "boss")
    there.today = DAY + timedelta(days=4)
    finding = lambda period: morale_goals._finding(there, there.groups("effective", period), "effective", period)
    assert finding("week") == words.say("goals.title.behind", day=day(DAY), period=words.say("goals.period.week"))
    assert finding("month") != words.say("goals.title.behind", day=day(DAY), period=words.say("goals.period.month"))  # half of it is known
