"""What a build says that people earned: the days and goals behind it, the same streaks as the rule by hand, and bookings made once."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from lib.build import build
from lib.care import day as day_of_company
from lib.ledger import consultations, engine, points, snapshot
from lib.ledger.consultations import Consultation
from lib.ledger.points import Booking
from lib.marts import care
from lib.morale import award
from lib.morale.points import Rates, of_days
from lib.morale.streaks import streak
from lib.warehouse.store import Store, scratch
from tests.small_company import sources
from tests.test_build import COMPANY, company
from tests.test_rewards_rules import days

AS_OF = date(2026, 11, 22)
FIRST = AS_OF - timedelta(62)
TABLES = {
    "employees": "employee_id varchar, name varchar, team varchar, role varchar, business_line varchar, hire_date date, leave_date date, active boolean",
    "employee_days": "employee_id varchar, work_date date, deals integer",
    "employee_weeks": "employee_id varchar, week date, worked_days integer, performance double, effective integer, intents integer, deals integer",
    "app_points": "employee_id varchar, kind varchar, ref varchar, points integer, day date, state varchar",
    "app_choices": "employee_id varchar, choice varchar", "app_stories": "employee_id varchar, told_on date, state varchar",
    "mentor_sessions": "employee_id varchar, mentor_id varchar, held_on date",
    "goal_days": "employee_id varchar, work_date date, planned boolean, metric varchar, target double, done double, reached boolean",
}


def house(people: dict[str, str], **values: object):
    """A connection with the tables an award is made from: one person per name, their last days as marks (see test_rewards_rules)."""
    con = scratch()
    for name, columns in TABLES.items():
        con.execute(f"create table {name} ({columns})")
    rows = pd.DataFrame([(who, one.day, one.planned, one.planned or one.reached, one.reached) for who, marks in people.items()
                         for one in days(marks, AS_OF - timedelta(len(marks) - 1))], columns=["who", "day", "planned", "due", "reached"])
    con.register("given", rows)
    con.execute("insert into employees select distinct who, '名' || who, '一组', '顾问', 'x', date '2024-01-01', null, true from given")
    con.execute("insert into goal_days select who, day, planned, 'effective', case when due then 5 end, case when reached then 6 else 1 end, reached "
                "from given")
    con.execute("insert into employee_weeks select distinct who, date_trunc('week', day), 5, 4.0, 10, 0, 0 from given")
    award.build(con, AS_OF, values)
    return con


def earned(con, kind: str) -> list[tuple[str, str]]:
    return con.execute("select employee_id, ref from reward_earned where kind = ? order by 1, 2", [kind]).fetchall()


def test_the_build_pays_what_the_rule_pays_for_two_thousand_people() -> None:
    chance = random.Random(5)
    people = {f"E{n:04}": "".join(chance.choices("RM-+", (chance.random() * 4 + 0.5, 1, 1, 0.3), k=chance.randint(1, 60))) for n in range(2000)}
    con, rates = house(people), Rates()
    found = con.execute("select employee_id, kind, ref, points from reward_earned where kind in ('daily_goal', 'streak')").df()
    booked = set(found.itertuples(index=False, name=None))
    since = AS_OF - timedelta(rates.days_back)
    by_hand = {(who, e.kind, e.ref, e.points) for who, marks in people.items()
               for e in of_days(days(marks, AS_OF - timedelta(len(marks) - 1)), rates) if e.day > since}
    assert booked == by_hand and len(booked) == len(found)
    running = dict(con.execute("select employee_id, length from reward_streaks").fetchall())
    for who, marks in people.items():
        expected = streak(days(marks, AS_OF - timedelta(len(marks) - 1)), AS_OF, rates.freeze_days)
        assert running.get(who, 0) == expected.length, (who, marks)


def test_late_data_that_moves_the_beginning_of_a_streak_pays_no_bonus_twice() -> None:
    con = house({"E1": "RRRRRR"})
    assert [ref for _, ref in earned(con, "streak")] == ["2026-11-19", "2026-11-22"]
    con.execute("insert into app_points select *, 'confirmed' from reward_earned")
    con.execute("insert into goal_days values ('E1', date '2026-11-16', true, 'effective', 5, 6, true)")
    award.build(con, AS_OF, {})
    assert earned(con, "streak") == []  # 18 and 21 November would be the same two rounds again


def test_badges_are_had_once_and_a_personal_best_needs_eight_weeks_before_it() -> None:
    con = house({"E1": "RRR", "E2": "M"})
    con.execute("insert into employee_days values ('E1', date '2026-11-02', 1), ('E1', date '2026-11-03', 2)")
    con.execute("insert into app_stories values ('E2', date '2026-11-01', 'published'), ('E1', date '2026-11-01', 'waiting')")
    con.execute("insert into mentor_sessions values ('E1', 'E2', date '2026-11-10'), ('E1', 'E2', date '2026-11-11')")
    con.execute("delete from employee_weeks")
    con.execute("insert into employee_weeks select who, date '2026-11-16' - 7 * n::integer, 4, case when n = 0 then 9 else 4 end, "
                "case when n = 0 and who = 'E1' then 15 else 2 end, case when n = 0 and who = 'E1' then 4 else 0 end, 1 "
                "from range(9) as t (n), (values ('E1'), ('E2')) as p (who) where who = 'E1' or n < 8")
    award.build(con, AS_OF, {})
    assert earned(con, "badge") == [("E1", "effective_20"), ("E1", "first_deal"), ("E1", "personal_best:2026-11-16"), ("E1", "streak_3"), ("E2", "helper"),
                                    ("E2", "storyteller")]


def test_the_star_is_the_first_of_five_or_more_and_nobody_who_opted_out() -> None:
    people = {f"E{n}": "R" * n + "M" * (7 - n) for n in range(1, 7)}
    con = house(people)
    assert [who for who, _ in earned(con, "star")] == ["E6"]
    con.execute("insert into app_choices values ('E6', 'no_ranking')")
    award.build(con, AS_OF, {})
    assert [who for who, _ in earned(con, "star")] == ["E5"]
    assert con.execute("select count(*) from reward_top where employee_id = 'E6'").fetchone() == (0,)
    con.execute("insert into app_choices values ('E5', 'no_scoring')")
    award.build(con, AS_OF, {})
    assert earned(con, "star") == [] and con.execute("select count(*) from reward_top").fetchone() == (0,)


def test_what_teams_were_given_adds_up_to_what_people_earned() -> None:
    con = house({f"E{n}": "RRMRRRR"[n % 3:] for n in range(9)})
    con.execute("insert into app_points values ('E1', 'redeemed', 'x', -50, date '2026-11-20', 'confirmed'), ('E1', 'returned', 'x', 50, date '2026-11-20', "
                "'confirmed'), ('E1', 'daily_goal', '2026-11-18', 50, date '2026-11-18', 'refused'), ('E1', 'daily_goal', 'x', 50, date '2026-11-18', 'pending')")
    award.build(con, AS_OF, {})
    given = con.execute("select sum(points), sum(goal_days) from reward_team_weeks").fetchone()
    since = AS_OF - timedelta(60)
    assert given == con.execute("select sum(points), count(case when kind = 'daily_goal' then 1 end) from reward_earned where day > ?", [since]).fetchone()


# --- the days behind it ---------------------------------------------------------------------------------------------------------

MONDAY = date(2026, 11, 2)
WORKDAYS = [MONDAY - timedelta(28) + timedelta(n) for n in range(48) if (MONDAY + timedelta(n)).weekday() < 5]


def worked(who: str, day: date, effective: int = 5) -> dict[str, object]:
    return {"employee_id": who, "work_date": day, "answered": 20, "effective": effective, "intents": 0, "deals": 0}


def goal_days(extra: dict[str, object] | None = None, logged: list[dict[str, object]] | None = None, skip: tuple[date, ...] = ()):
    """Goal days of E1 in a company of twelve who work from Monday to Friday."""
    from lib import marts

    people = [{"employee_id": f"E{n}", "name": f"名{n}", "team": "一组", "role": "顾问", "business_line": "x", "hire_date": date(2024, 1, 1)}
              for n in range(1, 13)]
    rows = {"employees": people, "activity_days": [worked(p["employee_id"], day) for p in people for day in WORKDAYS
                                                   if not (p["employee_id"] == "E1" and day in skip)]}
    for name, more in (extra or {}).items():
        rows[name] = [*rows.get(name, []), *more]
    con = sources(rows)
    if logged:
        frames = snapshot.empty() | {"app_consultations": pd.DataFrame(logged, columns=list(snapshot.COLUMNS["app_consultations"]), dtype=object)}
        care.load(con, frames)
    marts.build(con, AS_OF, {})
    found = con.execute("select work_date, planned, target, done, reached from goal_days where employee_id = 'E1' order by work_date").fetchall()
    return {row[0]: row[1:] for row in found}


def test_a_worked_day_has_the_goal_of_the_settings_and_a_weekend_is_no_planned_day() -> None:
    found = goal_days()
    assert found[date(2026, 11, 10)] == (True, 5.0, 5.0, True)
    assert date(2026, 11, 14) not in found and date(2026, 11, 15) not in found


def test_a_missed_planned_day_is_there_and_leave_is_not() -> None:
    missed, away = date(2026, 11, 10), date(2026, 11, 11)
    found = goal_days({"leave_requests": [{"employee_id": "E1", "starts_on": away, "ends_on": away, "approved": True}]}, skip=(missed, away))
    assert found[missed] == (True, 5.0, 0.0, False) and away not in found


def test_a_holiday_on_which_nobody_works_is_no_planned_day() -> None:
    off = date(2026, 11, 12)
    everyone = [{"employee_id": f"E{n}", "name": f"名{n}", "team": "一组", "role": "顾问", "business_line": "x", "hire_date": date(2024, 1, 1)}
                for n in range(1, 13)]
    from lib import marts
    con = sources({"employees": everyone, "activity_days": [worked(p["employee_id"], day) for p in everyone for day in WORKDAYS if day != off]})
    marts.build(con, AS_OF, {})
    assert con.execute("select count(*) from goal_days where work_date = ?", [off]).fetchone() == (0,)


def test_a_goal_of_ones_own_counts_from_its_day_on_and_judges_no_day_before_it() -> None:
    start = date(2026, 11, 11)
    found = goal_days({"goals": [{"metric": "effective", "period": "day", "target": 9.0, "employee_id": "E1", "starts_on": start},
                                 {"metric": "effective", "period": "day", "target": 4.0, "role": "顾问"}]})
    assert (found[date(2026, 11, 10)][1], found[start][1], found[start][3]) == (4.0, 9.0, False)


def test_a_newcomer_has_a_share_of_the_goal() -> None:
    new = {"employee_id": "N1", "name": "新", "team": "一组", "role": "顾问", "business_line": "x", "hire_date": date(2026, 9, 20)}
    from lib import marts
    rows = {"employees": [{"employee_id": f"E{n}", "name": f"名{n}", "team": "一组", "role": "顾问", "business_line": "x", "hire_date": date(2024, 1, 1)}
                          for n in range(1, 13)] + [new]}
    rows["activity_days"] = [worked(p["employee_id"], day) for p in rows["employees"] for day in WORKDAYS]
    con = sources(rows)
    marts.build(con, AS_OF, {})
    found = dict(con.execute("select work_date, target from goal_days where employee_id = 'N1' and target is not null").fetchall())
    assert (found[date(2026, 10, 19)], found[date(2026, 10, 20)], found[date(2026, 11, 20)]) == (2.5, 3.5, 4.25)


def test_what_was_logged_in_the_app_counts_where_the_files_hold_nothing() -> None:
    day = date(2026, 11, 10)
    logged = [{"consultation_id": f"c{n}", "employee_id": "E1", "day": day, "minutes": 15, "contact_left": n < 5, "outcome": "talk", "customer_id": None,
               "objection": "", "amount": None, "score": 50, "logged_at": datetime(2026, 11, 10, 3)} for n in range(6)]
    assert goal_days(logged=logged, skip=(day,))[day] == (True, 5.0, 5.0, True)
    assert goal_days(logged=logged)[day] == (True, 5.0, 5.0, True)  # the file's five, and not eleven


# --- booking at the end of a build ---------------------------------------------------------------------------------------------

LAST = date(2026, 2, 27)
WORK = "employee_id,work_date,dials,answered,rejected,effective,deals\n" + "".join(
    f"{who},{day},80,20,5,6,{1 if day.day == 5 else 0}\n" for day in (date(2026, 2, 2) + timedelta(n) for n in range(26)) if day.weekday() < 5
    for who in ("E1", "E2"))


def points_of(folder: Path) -> dict[tuple[str, str], int]:
    with engine.ledger(folder).reading() as con:
        return {(b.kind, b.ref): b.points for b in points.history(con, "E1") if b.state == "confirmed"}


def test_a_build_books_once_and_the_next_one_books_nothing_new(tmp_path: Path) -> None:
    company(tmp_path, COMPANY | {"activity_days": WORK})
    first = build(tmp_path)
    booked = points_of(tmp_path)
    assert {kind for kind, _ in booked} >= {"daily_goal", "streak", "badge"} and first.needs_attention == []
    step = {name: rows for name, rows, _ in first.steps}
    assert step["points"] == 2 * len(booked)  # E2 earned the same
    second = build(tmp_path)
    assert points_of(tmp_path) == booked and {name: rows for name, rows, _ in second.steps}["points"] == 0
    shown = Store(tmp_path).current().frame("select kind, ref, points from app_points where employee_id = 'E1'")
    assert {(row.kind, row.ref): row.points for row in shown.itertuples()} == booked


def test_a_day_that_the_app_booked_on_the_spot_is_not_booked_again(tmp_path: Path) -> None:
    company(tmp_path, COMPANY | {"activity_days": WORK})
    day = LAST
    points.post(engine.ledger(tmp_path), [Booking("E1", "daily_goal", day.isoformat(), 50, day)])
    build(tmp_path)
    with engine.ledger(tmp_path).reading() as con:
        assert [b.points for b in points.history(con, "E1") if b.kind == "daily_goal" and b.day == day] == [50]


# --- what was reached in the app ------------------------------------------------------------------------------------------------

def without(day: date, who: str = "E1") -> dict[str, str]:
    """The company's files, in which nothing stands about one person's day."""
    return COMPANY | {"activity_days": "".join(line for line in WORK.splitlines(keepends=True) if not line.startswith(f"{who},{day},"))}


def reached(folder: Path, day: date, talks: int = 5) -> list[str]:
    """Consultations that E1 logs on a day, and the goal that the app then books as pending."""
    book = engine.ledger(folder)
    logged = [consultations.log(book, Consultation(f"{day} {n}", "E1", day, 15, True, "talk")) for n in range(talks)]
    assert points.expect(book, Booking("E1", "daily_goal", day.isoformat(), 50, day))
    return logged


def stands(folder: Path, day: date) -> str:
    """The state of E1's goal of a day."""
    with engine.ledger(folder).reading() as con:
        [one] = [b for b in points.history(con, "E1") if b.kind == "daily_goal" and b.day == day]
    return one.state


def in_hand(folder: Path) -> int:
    with engine.ledger(folder).reading() as con:
        return points.balance(con, "E1")


def test_a_pending_goal_is_confirmed_by_a_build_once_and_by_the_next_one_not_again(tmp_path: Path) -> None:
    day = date(2026, 2, 26)
    company(tmp_path, without(day))
    reached(tmp_path, day)
    assert stands(tmp_path, day) == "pending" and in_hand(tmp_path) == 0
    build(tmp_path)
    booked = points_of(tmp_path)
    assert booked[("daily_goal", day.isoformat())] == 50 and in_hand(tmp_path) == sum(booked.values())
    second = build(tmp_path)
    assert points_of(tmp_path) == booked and {name: rows for name, rows, _ in second.steps}["points"] == 0


def test_a_pending_goal_whose_consultations_were_taken_back_is_refused_and_costs_nothing(tmp_path: Path) -> None:
    day = date(2026, 2, 26)
    company(tmp_path, without(day))
    logged = reached(tmp_path, day)
    for one in logged:
        assert consultations.undo(engine.ledger(tmp_path), one, "E1", day)
    build(tmp_path)
    assert stands(tmp_path, day) == "refused" and ("daily_goal", day.isoformat()) not in points_of(tmp_path)
    assert in_hand(tmp_path) == sum(points_of(tmp_path).values()) > 0
    build(tmp_path)
    assert stands(tmp_path, day) == "refused"


def test_what_the_files_say_of_a_day_decides_and_a_later_file_may_still_bear_it_out(tmp_path: Path) -> None:
    day = date(2026, 2, 26)
    few = f"employee_id,work_date,dials,answered,rejected,effective,deals\nE1,{day},80,20,5,1,0\n"
    company(tmp_path, without(day) | {"activity_days": without(day)["activity_days"] + few.splitlines()[1] + "\n"})
    reached(tmp_path, day)
    build(tmp_path)
    assert stands(tmp_path, day) == "refused"
    (tmp_path / "inbox" / "activity_days.csv").write_text(WORK, "utf-8")
    build(tmp_path)
    assert stands(tmp_path, day) == "confirmed"


def test_a_goal_of_a_day_that_no_file_covers_yet_stays_pending(tmp_path: Path) -> None:
    company(tmp_path, COMPANY | {"activity_days": WORK})
    later = LAST + timedelta(3)
    reached(tmp_path, later)
    build(tmp_path)
    assert stands(tmp_path, later) == "pending" and in_hand(tmp_path) == sum(points_of(tmp_path).values())
    after = f"E2,{later + timedelta(1)},80,20,5,6,0\n"
    (tmp_path / "inbox" / "activity_days.csv").write_text(WORK + after, "utf-8")
    build(tmp_path)
    assert stands(tmp_path, later) == "confirmed"


def test_nothing_dated_the_day_the_company_lives_on_is_confirmed_while_its_consultations_may_be_taken_back(tmp_path: Path) -> None:
    company(tmp_path, without(LAST))  # old data: the company lives on its last day, which is E2's
    logged = reached(tmp_path, LAST)
    assert build(tmp_path).needs_attention == []
    assert stands(tmp_path, LAST) == "pending" and not [kind for kind, ref in points_of(tmp_path) if ref == LAST.isoformat()]
    for one in logged:
        consultations.undo(engine.ledger(tmp_path), one, "E1", LAST)
    assert points.take_back(engine.ledger(tmp_path), "E1", "daily_goal", LAST.isoformat(), LAST)
    build(tmp_path)
    assert not [kind for kind, ref in points_of(tmp_path) if ref == LAST.isoformat()]


@pytest.mark.parametrize("demo", [True, False])
def test_a_day_is_over_when_the_companys_day_is_a_later_one(demo: bool) -> None:
    for late in range(-3, 40):
        calendar = AS_OF + timedelta(late)
        assert award.over(AS_OF, demo, calendar) == min(AS_OF, day_of_company.today(AS_OF, demo, calendar) - timedelta(1))


def test_a_ledger_that_cannot_be_written_is_said_and_the_version_is_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    company(tmp_path, COMPANY | {"activity_days": WORK})
    (tmp_path / "ledger.db").mkdir()
    monkeypatch.setattr(snapshot, "of", lambda *_: snapshot.empty())  # the build itself could read no ledger either
    done = build(tmp_path)
    assert len(done.needs_attention) == 1 and "积分" in done.needs_attention[0]
    assert Store(tmp_path).current().frame("select count(*) as n from reward_earned")["n"][0] > 0
    (tmp_path / "ledger.db").rmdir()
    monkeypatch.undo()
    build(tmp_path)
    assert points_of(tmp_path)
