"""Mentors at the desk: each sees the own pairs only, the clock runs into the lead's hands, HR pairs, and figures as counted by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lib.__main__ import app
from lib.access.desk import Desk, NotAllowed
from lib.access.mentors_desk import BeforePair, MyMentor, minutes_left, told
from lib.access.mentors_office import MentorsOffice
from lib.access.roles import Viewer
from lib.ledger import audit, choices, engine, mentors
from lib.ledger.mentors import Paired, StillOpen
from lib.ledger.writes import now
from lib.morale.mentors import wilson
from lib.warehouse.store import Store
from tests.paired_company import END, company


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return company(tmp_path)


def my(data: Path, who: str, role: str = "employee", still_here=lambda: True) -> MyMentor:
    return MyMentor(Desk(Store(data), Viewer(role, employee_id=who)), still_here)


def office(data: Path, role: str = "hr", *teams: str) -> MentorsOffice:
    return MentorsOffice(Desk(Store(data), Viewer(role, teams=teams or None)))


def late_request(data: Path, who: str = "E1", words: str = "客户说太贵") -> str:
    return mentors.ask(engine.ledger(data, True), f"late-{who}", who, "M1", "objection", words, 60, now() - timedelta(minutes=61))


# --- who sees what ------------------------------------------------------------------------------------------------------------

def test_a_mentor_sees_the_own_mentees_and_nobody_elses(data: Path) -> None:
    assert {pair.employee_id for pair in my(data, "M1", "mentor").mentees} == {"E1", "E2"}
    assert my(data, "M2", "mentor").pairs() == [] and my(data, "A1").pairs() == []
    own = my(data, "E1")
    assert own.mentor is not None and own.mentor.mentor == "马导师" and [pair.employee_id for pair in own.pairs()] == ["E1"] and own.mentees == []


def test_a_pair_of_long_ago_is_over(tmp_path: Path) -> None:
    data = company(tmp_path, "update mentee_progress set since = '2025-08-21'")
    assert my(data, "E1").mentor is None and my(data, "M1", "mentor").mentees == []


def test_the_mentees_progress_is_held_against_comparable_newcomers(data: Path) -> None:
    first, second = sorted(my(data, "M1", "mentor").mentees, key=lambda pair: pair.employee_id)
    # E1 gained 4; the seven others −2 −1 0 1 2 3 and E2's 0.
    assert (first.weeks, first.performance, first.before, first.change, first.peers) == (13, 14.0, 10.0, 4.0, 7)
    assert first.peer_change == pytest.approx(3 / 7) and first.standing == 1.0
    assert second.change == 0.0 and second.peer_change == pytest.approx(1.0) and second.standing == pytest.approx(2.5 / 7)


def test_no_figure_of_a_mentee_who_objected(tmp_path: Path) -> None:
    data = company(tmp_path, "update mentee_progress set objected = true, performance = null, change = null, standing = null where employee_id = 'E1'")
    pair = next(pair for pair in my(data, "M1", "mentor").mentees if pair.employee_id == "E1")
    assert pair.objected and told(pair).standing is None


def test_boss_and_presenter_and_lead_get_no_person(data: Path) -> None:
    late_request(data)
    for role, teams in (("boss", ()), ("presenter", ()), ("lead", ("一组",))):
        desk = office(data, role, *teams)
        for refused in (desk.overview, desk.suggestions, lambda d=desk: d.pair("M2", "N1"), lambda d=desk: d.unpair("M1", "E1")):
            with pytest.raises(NotAllowed):
                refused()
    for role in ("boss", "presenter"):
        assert office(data, role).waiting() == []
        with pytest.raises(NotAllowed):
            office(data, role).open(late_request(data, "E1"))


@pytest.mark.parametrize("role", ["hr", "boss", "lead", "presenter", "admin"])
def test_only_people_have_a_mentor_of_their_own_and_only_who_runs_teams_an_office(data: Path, role: str) -> None:
    viewer = Viewer(role, teams=("一组",) if role == "lead" else None)
    with pytest.raises(NotAllowed):
        MyMentor(Desk(Store(data), viewer))
    with pytest.raises(NotAllowed):
        MentorsOffice(Desk(Store(data), Viewer("employee", employee_id="E1")))


# --- help ---------------------------------------------------------------------------------------------------------------------

def test_a_request_reaches_the_mentor_with_its_minutes_and_words(data: Path) -> None:
    request = my(data, "E1").ask("k1", "objection", "  太贵怎么接  ")
    [seen] = [one for one in my(data, "M1", "mentor").requests() if one.state == "open"]
    assert seen.id == request and 59 <= minutes_left(seen) <= 60 and my(data, "M1", "mentor").words(request) == "太贵怎么接"
    assert minutes_left(seen, seen.due_at) == 0 and minutes_left(seen, seen.asked_at) == 60
    assert my(data, "M1", "mentor").answer(request) and my(data, "E1").requests()[0].on_time is True


def test_an_employee_cannot_answer_read_or_take_back_somebody_elses_request(data: Path) -> None:
    request = my(data, "E1").ask("k1", "objection", "secret")
    for who in ("E2", "A1", "M2"):
        for refused in (my(data, who).answer, my(data, who).withdraw, my(data, who).words):
            with pytest.raises(NotAllowed):
                refused(request)
    with pytest.raises(NotAllowed):
        my(data, "E1").answer(request)
    assert my(data, "E2").requests() == [] and my(data, "E1").withdraw(request)


def test_who_has_no_mentor_has_nobody_to_ask(data: Path) -> None:
    with pytest.raises(NotAllowed):
        my(data, "N1").ask("k1", "objection")


def test_one_request_at_a_time(data: Path) -> None:
    my(data, "E1").ask("k1", "objection")
    with pytest.raises(StillOpen):
        my(data, "E1").ask("k2", "closing")


def test_what_nobody_answered_goes_to_the_lead_of_the_team_and_to_hr(data: Path) -> None:
    request = late_request(data)
    [seen] = office(data, "lead", "一组").waiting()
    assert (seen.request.id, seen.team, seen.who, seen.mentor) == (request, "一组", "", "")  # not by name before it is opened
    assert office(data, "lead", "二组").waiting() == [] and office(data, "hr", "二组").waiting() == []
    assert [(one.who, one.mentor) for one in office(data).waiting()] == [("艾新人", "马导师")]
    who, words = office(data, "lead", "一组").open(request)
    assert (who.name, words) == ("艾新人", "客户说太贵")
    assert office(data, "lead", "一组").answer(request) and office(data).waiting() == []
    assert [(line.action, line.role) for line in audit.lines(engine.ledger(data, True), "E1")] == [("help.answered", "lead"), ("help.opened", "lead")]


def test_another_teams_lead_and_hr_may_neither_open_nor_answer(data: Path) -> None:
    request = late_request(data)
    for desk in (office(data, "lead", "二组"), office(data, "hr", "二组")):
        for refused in (desk.open, desk.answer):
            with pytest.raises(NotAllowed):
                refused(request)
    assert audit.lines(engine.ledger(data, True), "E1") == []


def test_before_its_time_is_over_a_request_is_the_mentors_alone(data: Path) -> None:
    request = my(data, "E1").ask("k1", "objection", "secret")
    assert office(data).waiting() == []
    for refused in (office(data).open, office(data).answer):
        with pytest.raises(NotAllowed):
            refused(request)


# --- sessions -----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("proposer", "other"), [("M1", "E1"), ("E1", "M1")])
def test_nobody_awards_themselves_a_session(data: Path, proposer: str, other: str) -> None:
    session = my(data, proposer).propose("k1", other, "customer_visit", END, 60)
    for nobody in (proposer, "E2", "A1"):
        with pytest.raises(NotAllowed):
            my(data, nobody).confirm(session)
    visit = lambda: next(duty for duty in my(data, "M1").duty_book().duties(("E1", "M1")) if duty.kind == "customer_visit")
    assert (visit().done, visit().due) == (0, 1)
    assert my(data, other).confirm(session) and (visit().done, visit().due) == (1, 1)


def test_a_session_needs_a_pair_and_a_day_of_the_last_month(data: Path) -> None:
    for who, other in (("M1", "A1"), ("A1", "A2"), ("E1", "E2"), ("M1", "M1")):
        with pytest.raises(NotAllowed):
            my(data, who).propose("k", other, "script_review", END, 30)
    for day in (END + timedelta(1), END - timedelta(32)):
        with pytest.raises(ValueError, match="within the last 31 days"):
            my(data, "M1").propose("k", "E1", "script_review", day, 30)


def test_no_session_from_before_the_pair(data: Path) -> None:
    office(data).pair("M1", "N1")  # from today on
    with pytest.raises(BeforePair):
        my(data, "M1").propose("k", "N1", "script_review", END - timedelta(1), 30)
    assert my(data, "M1").propose("k", "N1", "script_review", END, 30)


def test_what_the_build_and_the_ledger_both_know_counts_once(data: Path) -> None:
    session = my(data, "M1").propose("k1", "E1", "joint_consultation", END - timedelta(5), 30)  # the one of the file, entered again
    my(data, "E1").confirm(session)
    joint = my(data, "M1").duty_book().duties(("E1", "M1"))[0]
    assert (joint.done, joint.due) == (1, 14)


def test_when_the_session_is_over_nothing_is_written(data: Path) -> None:
    gone = my(data, "E1", still_here=lambda: False)
    for refused in (lambda: gone.ask("k", "objection"), lambda: gone.propose("k", "M1", "script_review", END, 30), lambda: gone.answer("x")):
        with pytest.raises(NotAllowed, match="session is over"):
            refused()
    assert my(data, "E1").requests() == []


# --- duties and score ---------------------------------------------------------------------------------------------------------

def test_duties_and_score_as_counted_by_hand(data: Path) -> None:
    mine = my(data, "M1", "mentor")
    facts = mine.duty_book()
    # 14 days with E1 (away on the 20th) and 15 with E2, three weeks, one month each; one consultation and one review were confirmed.
    assert [(duty.kind, duty.done, duty.due) for duty in facts.duties_of("M1")] == [
        ("joint_consultation", 1, 29), ("script_review", 1, 6), ("customer_visit", 0, 2)]
    assert facts.replies("M1") == (3, 1)
    found = facts.score("M1", [told(pair) for pair in mine.mentees])
    duties, standing = (1 / 29 + 1 / 6 + 0) / 3, (1.0 + 2.5 / 7) / 2
    assert found is not None and found.total == pytest.approx(100 * (0.3 * duties + 0.2 / 3 + 0.3 * 1.0 + 0.1 * 0.85 + 0.1 * standing))
    assert {part.key: part.weight for part in found.parts}["mentee_progress"] == 0.1


def test_who_objected_to_scoring_has_no_score(tmp_path: Path) -> None:
    data = company(tmp_path, "update mentor_facts set objected = true, performance = null, satisfaction = null")
    mine = my(data, "M1", "mentor")
    assert mine.duty_book().score("M1", [told(pair) for pair in mine.mentees]) is None
    [row] = office(data).overview()[0]
    assert row.score is None


def test_a_mentee_does_not_learn_the_mentors_figures(data: Path) -> None:
    found = my(data, "E1").duty_book().score("M1", [])
    assert found is not None and {"own_results", "satisfaction", "mentee_progress"} <= set(found.missing)


# --- HR -----------------------------------------------------------------------------------------------------------------------

def test_suggestions_are_for_newcomers_without_a_mentor_and_say_why(data: Path) -> None:
    found, without, objected = office(data).suggestions()
    assert {one.newcomer.employee_id for one in found} == {"N1"} | {f"C{n}" for n in range(1, 7)} and (without, objected) == (7, 0)
    for_n1 = [one for one in found if one.newcomer.employee_id == "N1"]
    # M1 is far above the team's median and of the same team; a colleague of another role or a newcomer is nobody's mentor.
    assert for_n1[0].mentor.employee_id == "M1" and len(for_n1) == 3
    assert {one.mentor.employee_id for one in found} <= {"M1", "M2", *(f"{team}{n}" for team in "AB" for n in range(1, 5))}
    part = {part.key: part for part in for_n1[0].parts}
    assert dict(part["performance"].facts)["above"] == pytest.approx(16 / 10 - 1) and dict(part["room"].facts)["mentees"] == 2
    assert dict(part["passed"].facts) == {"passed": 2, "past": 2} and part["same_city"].value is None


def test_who_objected_is_no_candidate_and_a_newcomer_who_objected_is_only_counted(tmp_path: Path) -> None:
    data = company(tmp_path, "insert into app_choices values ('M1', 'no_scoring'), ('N1', 'no_scoring')")
    found, without, objected = office(data).suggestions()
    assert all(one.mentor.employee_id != "M1" and one.newcomer.employee_id != "N1" for one in found) and (without, objected) == (7, 1)


def objects(data: Path, *people: str, chosen: bool = True) -> None:
    for who in people:
        choices.choose(engine.ledger(data, True), who, "no_scoring", chosen, who, END)


def test_an_objection_takes_score_and_progress_away_without_a_build(data: Path) -> None:
    mine, before = my(data, "M1", "mentor"), office(data).overview()[0][0].score
    whole = mine.duty_book().score("M1", [told(pair) for pair in mine.mentees])
    objects(data, "E1")
    mine = my(data, "M1", "mentor")
    pair = next(pair for pair in mine.mentees if pair.employee_id == "E1")
    assert pair.objected and (pair.performance, pair.before, pair.change, pair.peer_change, pair.standing) == (None,) * 5
    found = mine.duty_book().score("M1", [told(pair) for pair in mine.mentees])
    assert whole is not None and before is not None and found is not None and found.total != whole.total
    assert office(data).overview()[0][0].score == found and before == whole
    objects(data, "M1")
    mine = my(data, "M1", "mentor")
    assert mine.duty_book().score("M1", [told(pair) for pair in mine.mentees]) is None and office(data).overview()[0][0].score is None
    objects(data, "M1", "E1", chosen=False)
    assert office(data).overview()[0][0].score == whole


def test_an_objection_leaves_the_suggestions_without_a_build(data: Path) -> None:
    objects(data, "M1", "N1")
    found, without, objected = office(data).suggestions()
    assert found and all(one.mentor.employee_id != "M1" and one.newcomer.employee_id != "N1" for one in found) and (without, objected) == (7, 1)


def test_a_new_pair_is_there_at_once_and_leaves_the_suggestions(data: Path) -> None:
    office(data).pair("M1", "N1")
    mine = my(data, "N1")
    assert mine.mentor is not None and (mine.mentor.mentor, mine.mentor.mentee) == ("马导师", "牛新人") and mine.ask("k1", "tools")
    assert "牛新人" in {pair.mentee for pair in my(data, "M1", "mentor").mentees}
    found, without, _ = office(data).suggestions()
    assert "N1" not in {one.newcomer.employee_id for one in found} and without == 6
    assert not [one for one in found if one.mentor.employee_id == "M1"]  # three mentees now
    [row] = office(data).overview()[0]
    assert {name for _, name, _, _ in row.mentees} == {"艾新人", "尔新人", "牛新人"}


def test_three_mentees_are_the_most_whoever_brought_them(data: Path) -> None:
    office(data).pair("M1", "N1")
    with pytest.raises(Paired):
        office(data).pair("M1", "C1")
    with pytest.raises(Paired):
        office(data).pair("M2", "E1")  # has a mentor by file


def test_hr_pairs_only_people_in_scope(data: Path) -> None:
    for mentor, mentee in (("M2", "N1"), ("M1", "C1"), ("M2", "X1"), ("M2", "nobody")):
        with pytest.raises(NotAllowed):
            office(data, "hr", "二组").pair(mentor, mentee)
    office(data, "hr", "二组").pair("M2", "C1")
    with pytest.raises(NotAllowed):
        office(data, "hr", "二组").unpair("M1", "E1")


def test_an_ended_pair_of_a_file_is_over_at_once(data: Path) -> None:
    office(data).unpair("M1", "E1")
    assert my(data, "E1").mentor is None and {pair.employee_id for pair in my(data, "M1", "mentor").mentees} == {"E2"}
    assert {who for who, *_ in office(data).overview()[0][0].mentees} == {"E2"}
    office(data).pair("M2", "E1")
    assert my(data, "E1").mentor is not None and my(data, "E1").mentor.mentor == "米导师"
    with pytest.raises(LookupError):
        office(data).unpair("M1", "C2")


# --- groups -------------------------------------------------------------------------------------------------------------------

def test_the_probation_as_counted_by_hand(data: Path) -> None:
    found = office(data).probation()
    # November: X1 left after six weeks, eight passed, three of them with a mentor; February is not over.
    assert [(rate.passed, rate.n) for _, rate in found.months] == [(8, 9)] and found.open_months == 1
    assert (found.with_mentor, found.without) == (wilson(3, 3), wilson(5, 6)) and found.whole == wilson(8, 9)


def test_small_sides_stay_hidden_from_the_boss(data: Path) -> None:
    found = office(data, "boss").probation()
    assert found.whole == wilson(8, 9) and (found.with_mentor.n, found.without.n, found.unsplit) == (0, 0, 1)


def test_counts_of_too_few_people_stay_hidden(data: Path) -> None:
    everything, boss = office(data).counts(), office(data, "boss").counts()
    assert (everything["newcomers"], everything["with_mentor"], everything["pairs"], everything["mentors"]) == (9, 2, 2, 1)
    assert (everything["sessions"], everything["asked"], everything["in_time"], everything["judged"], everything["ahead"]) == (2, 3, 1, 2, 1)
    assert (boss["newcomers"], boss["with_mentor"]) == (9, 2)
    assert [boss[name] for name in ("pairs", "mentors", "sessions", "asked", "in_time", "judged", "ahead")] == [None] * 7


def test_months_before_there_is_data_of_work_are_left_out_and_said(tmp_path: Path) -> None:
    found = office(company(tmp_path, "delete from employee_days where work_date < '2026-01-05'", "update employees set leave_date = null")).probation()
    assert found.whole.n == 0 and found.early_months == 1 and found.no_leavers


def test_send_passes_on_what_nobody_answered_in_time_once(data: Path) -> None:
    late_request(data)
    run = lambda *more: CliRunner().invoke(app, ["send", "--once", "--data", str(data), *more]).output
    assert "passed on" not in run("--dry-run") and "1 requests for help" in run() and "passed on" not in run()
