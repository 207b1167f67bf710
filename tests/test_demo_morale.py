"""The demo company's morale: its files agree with each other, and what its people wrote in the app is the same whenever it is invented."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from sqlalchemy import select

from lib.build import build
from lib.demo import seed, supports
from lib.demo.company import write
from lib.ledger import bulk, culture, engine, mentors, morale_tables, points, snapshot
from lib.ledger.morale_tables import QUESTIONS, THANKS

END = date(2026, 11, 15)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, seed.Facts]:
    folder = tmp_path_factory.mktemp("company")
    return folder, write(folder / "files", people=300, months=12, seed=5, end=END, truth=folder / "truth")


@pytest.fixture(scope="module")
def files(facts: tuple[Path, seed.Facts]) -> duckdb.DuckDBPyConnection:
    """300 people, 12 months: a connection with one view per source file, and one ``truth_…`` per file of the truth."""
    con = duckdb.connect()
    for kind, prefix in (("files", ""), ("truth", "truth_")):
        for file in sorted((facts[0] / kind).glob("*.parquet")):
            con.execute(f"create view {prefix}{file.stem} as select * from '{file}'")
    return con


def one(con: duckdb.DuckDBPyConnection, query: str) -> float:
    """The single value of a query."""
    return con.execute(query).fetchone()[0]


# --- source files ---------------------------------------------------------------------------------------------------------------


def test_leave_that_was_taken_is_the_leave_of_the_attendance(files) -> None:
    days = f"""select employee_id, unnest(generate_series(starts_on, ends_on, interval 1 day))::date as work_date, leave_type
               from leave_requests where coalesce(approved, true) and starts_on <= date '{END}'"""
    assert one(files, f"""select count(*) from ({days}) as l full join (select * from attendance where result = 'leave') as a
        using (employee_id, work_date) where l.leave_type is distinct from a.leave_type""") == 0
    assert one(files, f"select count(*) from ({days})") > 1000


def test_leave_to_come_is_planned_for_four_weeks_by_people_who_will_be_there(files) -> None:
    planned = f"leave_requests join employees using (employee_id) where starts_on > date '{END}'"
    assert .1 < one(files, f"select count(*) from {planned}") / one(files, f"select count(*) from employees where leave_date is null or leave_date > '{END}'") < .3
    assert one(files, f"select count(*) from {planned} and (ends_on > leave_date or starts_on > date '{END}' + 28)") == 0
    assert one(files, f"select count(*) from {planned} and approved = false") > 0


def test_conversations_of_enrolment_that_count_took_ten_minutes_and_left_a_contact(files) -> None:
    talks = "calls join employees using (employee_id) where business_line = 'enrolment'"
    assert one(files, f"select count(*) from {talks} and outcome in ('intent', 'deal') and duration_s <= 600") == 0
    assert one(files, f"select avg(contact_left::int) from {talks} and duration_s > 600") > .85
    assert one(files, f"select avg(contact_left::int) from {talks} and duration_s <= 600") < .2
    assert one(files, "select count(*) from calls where contact_left is null") == 0


def test_a_promising_customer_has_a_name_and_is_the_callers_own(files) -> None:
    assert one(files, """select count(*) from calls c left join customers u using (customer_id)
        where outcome = 'intent' and (u.name is null or u.owner_id is distinct from c.employee_id)
            and c.employee_id in (select employee_id from employees where leave_date is null)""") == 0


def test_pairs_are_those_of_the_staff_list_while_both_are_employed(files) -> None:
    assert one(files, """select count(*) from mentorships m join employees e using (employee_id) join employees t on t.employee_id = m.mentor_id
        where e.mentor_id <> m.mentor_id or m.since < e.hire_date or m.since < t.hire_date
            or coalesce(m.until, date '2026-11-15') > least(e.leave_date, t.leave_date, date '2027-12-31')""") == 0
    length = "select quantile_cont(until - since, .95) from mentorships"
    assert 170 < one(files, length) < 205
    assert one(files, f"select count(*) from mentorships where until > date '{END}'") == 0 < one(files, "select count(*) from mentorships where until is null")


def test_sessions_take_place_on_days_when_both_work_and_while_they_are_a_pair(files) -> None:
    work = "attendance where result not in ('leave', 'absent')"
    assert one(files, f"""select count(*) from mentor_sessions s
        left join (select * from {work}) a on a.employee_id = s.employee_id and a.work_date = s.held_on
        left join (select * from {work}) b on b.employee_id = s.mentor_id and b.work_date = s.held_on
        left join mentorships m on m.employee_id = s.employee_id and m.mentor_id = s.mentor_id
            and s.held_on between m.since and coalesce(m.until, s.held_on)
        where a.employee_id is null or b.employee_id is null or m.employee_id is null""") == 0
    confirmed = one(files, "select avg(coalesce(confirmed, true)::int) from mentor_sessions")
    assert .9 < confirmed < 1 and one(files, "select count(distinct kind) from mentor_sessions") == 3


def test_some_mentors_do_their_duty_on_most_days_and_some_do_not(files) -> None:
    shares = """with days as (select mentor_id, count(distinct held_on) as held from mentor_sessions where kind = 'joint_consultation' group by 1),
        able as (select m.mentor_id, count(distinct a.work_date) as able from mentorships m join attendance a on a.employee_id = m.mentor_id
                 and a.work_date between m.since and coalesce(m.until, a.work_date) and a.result <> 'leave' group by 1 having able > 40)
        select coalesce(held, 0) / able as share from able left join days using (mentor_id)"""
    assert one(files, f"select avg((share > .6)::int) from ({shares})") > .25
    assert one(files, f"select avg((share < .4)::int) from ({shares})") > .15


def test_most_requests_for_help_are_answered_within_the_hour_and_some_never(files) -> None:
    hour, never = files.execute("""select avg(coalesce(answered_at - asked_at <= interval 60 minute, false)::int), avg((answered_at is null)::int)
                                   from help_requests""").fetchone()
    assert .7 < hour < .9 and .02 < never < .12
    assert one(files, f"select count(*) from help_requests where asked_at::date > date '{END}' - 3") > 0
    assert one(files, f"select count(*) from help_requests where answered_at < asked_at or answered_at::date > date '{END}'") == 0
    assert set(files.execute("select distinct topic from help_requests").df()["topic"]) <= set(mentors.TOPICS)


# --- the pulse ------------------------------------------------------------------------------------------------------------------


def test_no_team_gives_more_answers_than_it_has_people(files) -> None:
    given = "select wave, team, question, count(*) as n from pulse_answers group by 1, 2, 3"
    assert one(files, f"""select count(*) from ({given}) as g full join (select * from truth_pulse where answers > 0) as t using (wave, team, question)
                          where g.n is distinct from t.answers or t.answers > t.people""") == 0
    assert one(files, """select count(*) from truth_pulse as t join (
        select p.wave, e.team, p.closed, count(*) as heads from (select wave, max(closed_on) as closed from pulse_answers group by 1) as p
        join employees e on e.hire_date <= p.closed and coalesce(e.leave_date, p.closed) >= p.closed group by all) using (wave, team)
        where people <> heads""") == 0
    assert .65 < one(files, "select sum(answers) / sum(people) from truth_pulse") < .85
    assert one(files, "select max(r) - min(r) from (select team, sum(answers) / sum(people) as r from truth_pulse group by 1)") > .1


def test_answers_average_what_is_true_of_the_team(files) -> None:
    off = files.execute("""select (avg(score) - any_value(t.mean)) / sqrt(greatest(var_samp(score), .05) / count(*)) as z
        from pulse_answers join truth_pulse t using (wave, team, question) group by wave, team, question having count(*) >= 8""").df()["z"]
    # With eight answers a t of 7 degrees of freedom goes beyond 6 in one of 1,850 cells by chance alone, and there are hundreds.
    assert len(off) > 300 and abs(off.mean()) < .2 and .75 < off.std() < 1.3 and off.abs().max() < 12


def test_the_pulse_shows_the_team_that_gets_worse_and_what_the_care_programme_does(files, facts) -> None:
    team = json.loads((facts[0] / "truth" / "truth.json").read_text("utf-8"))["team_that_gets_worse"]
    waves = [row[0] for row in files.execute("select distinct wave from truth_pulse order by 1").fetchall()]
    last, before = (one(files, f"select avg(mean) from truth_pulse where team = '{team}' and question = 'growth' and wave = '{wave}'")
                    for wave in (waves[-1], waves[-2]))
    heavy, light = (one(files, f"select avg(mean) from truth_pulse where team = '{team}' and question = 'pressure' and wave = '{wave}'")
                    for wave in (waves[-1], waves[-2]))
    assert last < before - .2 and heavy > light + .2
    helped = """select avg(score) from pulse_answers join teams using (team) where question = 'help' and closed_on """
    assert one(files, helped + "> care_programme_start + 56") > one(files, helped + "< care_programme_start") + .3
    early, late = (one(files, f"select avg(mean) from truth_pulse where question = 'cohesion' and wave = '{wave}'") for wave in (waves[0], waves[-1]))
    assert late > early + .2


# --- support --------------------------------------------------------------------------------------------------------------------


def test_support_that_works_ends_the_pain_sooner_and_the_useless_kind_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path / "files", people=1500, months=9, seed=2, end=END, truth=tmp_path / "truth")
    truth = json.loads((tmp_path / "truth" / "truth.json").read_text("utf-8"))["supports"]
    ended = duckdb.connect().execute(f"""
        select s.kind, p.until - s.assigned_on as more from '{tmp_path}/truth/supports.parquet' s join '{tmp_path}/truth/pain_points.parquet' p
        on p.employee_id = s.employee_id and p.pain = s.pain and s.assigned_on between p."from" and coalesce(p.until, s.assigned_on)
        where s.assigned_on < date '{END}' - 91""").df()
    assert ended["more"].notna().all() and set(ended["kind"]) == set(supports.KINDS)
    works = ended[ended["kind"].isin(truth["works"])]["more"]
    useless = ended[ended["kind"] == truth["useless"]]["more"]
    assert works.max() <= 7 * truth["pain_ends_within_weeks"] and len(useless) > 8 and useless.mean() > works.mean() + 14


# --- what people wrote in the app -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(facts, tmp_path_factory: pytest.TempPathFactory) -> engine.Ledger:
    book = engine.ledger(tmp_path_factory.mktemp("app"), True)
    seed.write(book, facts[1])
    return book


def words(book: engine.Ledger) -> list[tuple[object, ...]]:
    """Stories, questions and requests as the app opens them."""
    told = [(one.id, one.title, one.text) for state in ("published", "waiting", "declined") for one in culture.stories(book, state, last=500)]
    with book.reading() as con:
        activities = sorted(set(con.scalars(select(QUESTIONS.c.activity_id))))
        asked = con.execute(select(morale_tables.HELP_REQUESTS).order_by(morale_tables.HELP_REQUESTS.c.id)).all()
    return told + [(one.id, one.text) for activity in activities for one in culture.questions(book, activity)] \
        + [(row.id, mentors.words(book, row.id, row.mentor_id)) for row in asked]


def test_the_same_company_has_the_same_ledger(facts, written, tmp_path: Path) -> None:
    again = engine.ledger(tmp_path, True)
    seed.write(again, facts[1])
    first, second = snapshot.take(written), snapshot.take(again)
    assert snapshot.fingerprint(first) == snapshot.fingerprint(second) != snapshot.fingerprint(snapshot.empty())
    assert words(written) == words(again) and len(words(written)) > 20 and all(text for *_, text in words(written))


def test_every_area_of_the_app_has_something_to_show(written) -> None:
    there = {name: frame for name, frame in snapshot.take(written).items() if len(frame)}
    assert {"app_choices", "app_sessions", "app_help", "app_thanks", "app_stories", "app_activities", "app_supports"} <= set(there)
    activities = there["app_activities"]
    assert set(activities["kind"]) == {"relaxed_hour", "sharing", "outing"} and set(activities["state"]) == {"held", "open"}
    assert (activities["state"].eq("open") == (pd.to_datetime(activities["day"]) > pd.Timestamp(END))).all()
    assert list(there["app_stories"]["state"]).count("waiting") == 2
    with written.reading() as con:
        for table in (morale_tables.VOTES, morale_tables.QUESTIONS, morale_tables.ACTIVITY_OPTIONS, morale_tables.REWARDS):
            assert con.execute(select(table)).first() is not None, table.name
        votes = con.execute(select(morale_tables.VOTES.c.activity_id, morale_tables.ACTIVITY_OPTIONS.c.activity_id).join(
            morale_tables.ACTIVITY_OPTIONS, morale_tables.ACTIVITY_OPTIONS.c.id == morale_tables.VOTES.c.option_id)).all()
    assert all(one == other for one, other in votes)


def test_no_session_that_waits_is_confirmed_by_both_and_two_people_ask_for_help_now(written, facts) -> None:
    with written.reading() as con:
        rows = con.execute(select(morale_tables.JOINT_SESSIONS)).all()
        asked = con.execute(select(morale_tables.HELP_REQUESTS)).all()
    assert rows and all((row.mentor_at is None) != (row.mentee_at is None) and (row.mentor_at is None) == (row.proposed_by == "mentee") for row in rows)
    assert len(asked) == 2 and {row.state for row in asked} == {"open"} and {row.asked_at.date() for row in asked} == {END}
    pairs = {(facts[1].ids[a], facts[1].ids[b]) for a, b in zip(facts[1].pairs.mentee, facts[1].pairs.mentor, strict=True)}
    assert {(row.employee_id, row.mentor_id) for row in [*rows, *asked]} <= pairs


def test_thanks_go_to_colleagues_of_the_team_and_are_more_frequent_where_the_climate_is_good(written, facts) -> None:
    known = facts[1]
    team = dict(zip(known.ids, known.team, strict=True))
    with written.reading() as con:
        rows = con.execute(select(THANKS)).all()
    assert len(rows) > 300 and all(team[row.from_id] == team[row.employee_id] and row.from_id != row.employee_id for row in rows)
    begin, until = (dict(zip(known.ids, days, strict=True)) for days in (known.hired, known.gone))
    for row in rows:
        day = known.last - (END - row.day).days
        assert begin[row.employee_id] <= day <= until[row.employee_id] and begin[row.from_id] <= day <= until[row.from_id]
    each = pd.Series([team[row.from_id] for row in rows]).value_counts() / pd.Series(known.team[known.here]).value_counts()
    climate = pd.Series(known.climate)
    assert each[climate[climate > .5].index].mean() > 1.3 * each[climate[climate < -.5].index].mean()


def test_few_stay_out_of_rankings_fewer_object_and_nobody_of_them_leads_or_has_to_do_with_mentors(facts, written) -> None:
    known, chosen = facts[1], snapshot.take(written)["app_choices"]
    assert chosen["choice"].value_counts().to_dict() == {"no_ranking": round(.03 * len(known.here)), "no_scoring": len(known.here) // 150}
    busy = set(known.ids[known.lead]) | set(known.ids[known.mentor >= 0]) | {known.ids[one] for one in known.mentor if one >= 0}
    assert not busy & set(chosen["employee_id"])


def test_a_small_demo_has_nobody_who_objects(demo_dir: Path) -> None:
    con = duckdb.connect(str(next(iter(sorted((demo_dir / "warehouse").glob("*.duckdb"))))), read_only=True)
    assert one(con, "select count(*) from app_choices where choice = 'no_scoring'") == 0 < one(con, "select count(*) from app_choices")


def test_the_door_for_many_rows_refuses_a_table_somebody_has_written_in_and_every_other_table(book, facts) -> None:
    known = facts[1]
    row = {"id": "t1", "from_id": known.ids[0], "employee_id": known.ids[1], "reason": culture.REASONS[0], "day": END}
    assert bulk.fill(book, {"thanks": [row]}) == 1
    with pytest.raises(bulk.NotEmpty, match="thanks"):
        bulk.fill(book, {"choices": [{"employee_id": "E1", "choice": "no_ranking", "chosen": True, "at": known.moment(known.last, 9)}],
                         "thanks": [row | {"id": "t2"}]})
    assert len(snapshot.take(book)["app_choices"]) == 0 and len(snapshot.take(book)["app_thanks"]) == 1
    for table in ("pulse_answers", "pulse_drawn", "users", "audit", "care_talks"):
        with pytest.raises(KeyError, match=table):
            bulk.fill(book, {table: [{}]})


def test_nobody_redeems_more_than_was_earned(facts, tmp_path: Path) -> None:
    book, known = engine.ledger(tmp_path, True), facts[1]
    seed.write(book, known)
    assert seed.redeem(book, known) == 0
    points.post(book, [points.Booking(who, "daily_goal", f"{day}", 50, END) for nth, who in enumerate(known.ids[known.here][:60]) for day in range(nth)])
    assert seed.redeem(book, known) >= 4
    assert min(bulk.balances(book).values()) >= 0
    with book.reading() as con:
        assert {one.state for state in points.STATES for one in points.requests(con, state)} == {"asked", "approved"}


def test_what_is_written_in_the_demo_stays_when_it_is_built_again(tmp_path: Path) -> None:
    build(tmp_path, demo=True, people=30, months=4, seed=3, as_of=END)
    book = engine.ledger(tmp_path, True)
    before = snapshot.take(book)
    asked = before["app_help"].iloc[0]
    mentors.answer(book, next(row.id for row in _requests(book) if row.employee_id == asked["employee_id"]), asked["mentor_id"])
    kept = snapshot.fingerprint(snapshot.take(book))
    build(tmp_path, demo=True, people=30, months=4, seed=3, as_of=END)
    assert engine.ledger(tmp_path, True) is book and snapshot.fingerprint(snapshot.take(book)) == kept


def _requests(book: engine.Ledger) -> list:
    with book.reading() as con:
        return con.execute(select(morale_tables.HELP_REQUESTS)).all()
