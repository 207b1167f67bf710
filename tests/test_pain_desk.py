"""Pain points on the desk and on the page: who is listed, who sees what, support assigned and closed, counts that cannot be worked out."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from itertools import product
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import streamlit as st
from hypothesis import given, settings, strategies

from lib import words
from lib.access import contract
from lib.access.desk import Desk, NotAllowed
from lib.access.pain_desk import PainDesk
from lib.access.roles import Viewer
from lib.build import build
from lib.intake import load
from lib.ledger import audit, choices, engine, supports, writes
from lib.ledger.cards import Changed
from lib.ledger.supports import AlreadyOpen, NewSupport
from lib.morale.pain_examples import AS_OF, days, said
from lib.morale.pain_rules import PAINS, WHYS
from lib.show import morale_pain, pain_lines
from lib.show.care_live import Asked
from lib.show.sections import Held, Wrong
from lib.warehouse.store import Store

TODAY = AS_OF
POOR = {"effective": 19, "intents": 1, "deals": 0, "follow_up_minutes": 60}
USUAL = {"effective": 16, "intents": 3, "deals": 1, "follow_up_minutes": 60}
FEW = {"effective": 8, "intents": 1, "deals": 1, "follow_up_minutes": 66}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An imported company: A (30 people, 6 with script), B (26; 2 script, 1 prospecting), C (22; 3 script, 1 lost growth), D (3, 1 script)."""
    folder = tmp_path_factory.mktemp("pain") / "data"
    files = folder.parent / "files"
    files.mkdir()
    sizes, poor, few = {"A": 30, "B": 26, "C": 22, "D": 3}, {"A": 6, "B": 2, "C": 3, "D": 1}, {"B": 1}
    people, rows = [], []
    for team, size in sizes.items():
        for nth in range(1, size + 1):
            who = f"{team}{nth:02}"
            kind = POOR if nth <= poor[team] else FEW if nth <= poor[team] + few.get(team, 0) else USUAL
            people.append({"employee_id": who, "name": f"员工{who}", "team": team, "hire_date": date(2024, 3, 4), "role": "顾问", "business_line": "enrolment"})
            rows += days(who, 10, **kind)
    pd.DataFrame(people).to_csv(files / "people.csv", index=False)
    pd.DataFrame(rows).to_csv(files / "days.csv", index=False)
    pd.DataFrame([*said("C12", (30, 5, 1), (9, 5, 1)), *said("C11", (30, 2, 4))]).to_csv(files / "checks.csv", index=False)
    pd.DataFrame([{"employee_id": "A01", "mentor_id": "B10", "since": date(2026, 1, 5)}]).to_csv(files / "pairs.csv", index=False)
    for name, table in (("people", "employees"), ("days", "activity_days"), ("checks", "check_ins"), ("pairs", "mentorships")):
        done = load.import_file(files / f"{name}.csv", folder, name=f"{name}.csv", table=table)
        assert done.refused is None, done.refused
    build(folder, as_of=AS_OF)
    return folder


@pytest.fixture
def data(house: Path, tmp_path: Path) -> Path:
    """A copy of the house with a ledger of its own."""
    return Path(shutil.copytree(house, tmp_path / "data"))


def desk(data: Path, role: str = "hr", teams: tuple[str, ...] | None = None, name: str = "wang") -> Desk:
    return Desk(Store(data), Viewer(role, teams=teams, name=name))


@pytest.fixture
def signed_in(data: Path) -> Iterator[Path]:
    """The same with the HR wang signed in, as a page needs it."""
    sign_wang_in(data)
    yield data
    st.session_state.clear()


def sign_wang_in(data: Path) -> None:
    book = engine.ledger(data, False)
    writes.add_user(book, writes.User("wang", "wang", "-", "hr", None, None, False, writes.now()))
    writes.open_session(book, hashlib.sha256(b"token").hexdigest(), "wang", writes.now() + timedelta(hours=1))
    st.session_state["door.token"] = "token"


def office(data: Path, **scope: object) -> PainDesk:
    return PainDesk(desk(data, **scope))  # type: ignore[arg-type]


def new(who: str = "A01", kind: str = "course", key: str = "k1", owner: str = "wang", due: int = 7, pain: str = "script", today: date = TODAY) -> NewSupport:
    return NewSupport(key, who, pain, kind, owner, today + timedelta(due))


# --- the ledger -----------------------------------------------------------------------------------------------------------------

def test_a_support_sent_twice_is_kept_once_and_stands_in_the_audit(book) -> None:
    first = supports.assign(book, new(), "wang", "hr", TODAY)
    assert supports.assign(book, new(), "wang", "hr", TODAY) == first
    with book.reading() as con:
        assert [(one.id, one.state, one.due) for one in supports.open_and_recent(con, TODAY)] == [(first, "open", TODAY + timedelta(7))]
    lines = audit.lines(book, "A01")
    assert [(line.action, line.who, line.detail["kind"]) for line in lines] == [("support.assign", "wang", "course")]
    with pytest.raises(ValueError, match="another person's"):
        supports.assign(book, new("A02"), "wang", "hr", TODAY)


def test_the_same_support_is_not_given_twice_at_a_time(book) -> None:
    supports.assign(book, new(), "wang", "hr", TODAY)
    with pytest.raises(AlreadyOpen):
        supports.assign(book, new(key="k2"), "li", "hr", TODAY)
    supports.assign(book, new(kind="mentor_session", key="k3"), "li", "hr", TODAY)


@pytest.mark.parametrize("wrong", [{"kind": "party"}, {"pain": "boredom"}, {"owner": ""}, {"due": -1}, {"key": ""}])
def test_words_and_days_outside_the_lists_are_refused(book, wrong: dict) -> None:
    with pytest.raises(ValueError, match="support"):
        supports.assign(book, new(**wrong), "wang", "hr", TODAY)


def test_closing_counts_versions_and_says_who_was_first(book) -> None:
    made = supports.assign(book, new(), "wang", "hr", TODAY)
    supports.close(book, made, 1, "done", "wang", "hr", TODAY + timedelta(3))
    with pytest.raises(Changed) as seen:
        supports.close(book, made, 1, "dropped", "li", "hr", TODAY + timedelta(4))
    assert seen.value.who == "wang"
    with book.reading() as con:
        assert [(one.state, one.closed_on, one.version) for one in supports.open_and_recent(con, TODAY)] == [("done", TODAY + timedelta(3), 2)]
    with pytest.raises(LookupError):
        supports.close(book, "nobody", 1, "done", "wang", "hr", TODAY)
    with pytest.raises(ValueError, match="none of"):
        supports.close(book, made, 2, "open", "wang", "hr", TODAY)
    assert [line.action for line in audit.lines(book, "A01")] == ["support.done", "support.assign"]
    assert audit.verify(book) is None


def test_an_open_support_is_overdue_the_day_after_its_day(book) -> None:
    supports.assign(book, new(due=0), "wang", "hr", TODAY)
    supports.assign(book, new(kind="hr_talk", key="k2", due=5), "wang", "hr", TODAY)
    with book.reading() as con:
        first, second = supports.open_and_recent(con, TODAY)
    assert not first.overdue(TODAY) and first.overdue(TODAY + timedelta(1)) and not second.overdue(TODAY + timedelta(1))


def test_a_look_is_written_once_a_day_and_viewer(book) -> None:
    assert supports.looked(book, ["A01", "A02", "A01"], "wang", "hr", "all") == 2
    assert supports.looked(book, ["A01", "A03"], "wang", "hr", "all") == 1
    assert supports.looked(book, ["A01"], "li", "hr", "all") == 1 and supports.looked(book, [], "li", "hr", "all") == 0
    assert Counter(line.subject for line in audit.lines(book)) == {"A01": 2, "A02": 1, "A03": 1}


# --- the desk -------------------------------------------------------------------------------------------------------------------

def test_hr_sees_who_and_the_numbers_that_say_so(data: Path) -> None:
    rows, total = office(data).carriers()
    assert total == 14 and Counter(row.pain for row in rows) == {"script": 12, "prospecting": 1, "lost_growth": 1}
    script = next(row for row in rows if row.employee_id == "A01")
    words.speak("en")
    line = pain_lines.evidence("script", script.evidence)
    assert line == "20 consultations a day, peers 20; 20 of 400 became an intent or a deal, peers about 1 in 5 · last 4 weeks"
    assert script.since == date(2026, 9, 7) and script.suggested == ("mentor_session", "course", "hr_talk")
    assert [(owner, what) for owner, _, what in script.owners] == [("wang", "me"), ("B10", "mentor")]
    few = next(row for row in rows if row.pain == "prospecting")
    assert pain_lines.evidence("prospecting", few.evidence) == "10 consultations a day, peers 20; 66 minutes of follow-up a day, peers 60 · last 4 weeks"
    lost = next(row for row in rows if row.pain == "lost_growth")
    assert "2 of 2 own check-ins" in pain_lines.evidence("lost_growth", lost.evidence) and lost.employee_id == "C12"


def test_the_list_is_capped_filtered_and_limited_to_the_scope(data: Path) -> None:
    rows, total = office(data).carriers(most=3)
    assert len(rows) == 3 and total == 14
    assert {row.employee_id for row in office(data).carriers("prospecting")[0]} == {"B03"}
    mine, total = office(data, teams=("B",)).carriers()
    assert {row.team for row in mine} == {"B"} and total == 3
    # The mentor of A01 is in another team: nobody whom this HR may see.
    assert all(what != "mentor" for row in office(data, teams=("A",)).carriers()[0] for _, _, what in row.owners)
    assert {row.pain for row in office(data, teams=("C",)).told().itertuples() if row.state == "fires"} == {"script", "lost_growth"}


def test_who_was_looked_at_stands_in_the_audit(data: Path) -> None:
    one = office(data, teams=("B",))
    one.carriers()
    one.carriers()
    lines = audit.lines(engine.ledger(data, False))
    assert Counter((line.action, line.subject) for line in lines) == {("pain.looked", who): 1 for who in ("B01", "B02", "B03")}


def test_an_objection_made_today_counts_today(data: Path) -> None:
    book = engine.ledger(data, False)
    one = office(data)
    one.assign(new("A01", today=one.today))
    choices.choose(book, "A01", "no_scoring", True, "A01", one.today)
    assert "A01" not in {row.employee_id for row in one.carriers()[0]} and not one.supports()
    assert int(one.told().query("pain == 'script' and state == 'fires'")["people"].sum()) == 11
    with pytest.raises(NotAllowed):
        one.assign(new("A01", kind="hr_talk", key="k2", today=one.today))


def test_after_the_next_build_an_objection_is_in_no_table(data: Path) -> None:
    choices.choose(engine.ledger(data, False), "A01", "no_scoring", True, "A01", TODAY)
    build(data, as_of=AS_OF)
    found = Store(data).current().frame("select count(*) as n from pain_points where employee_id = 'A01'")
    assert found["n"][0] == 0 and int(desk(data).read("pain_counts").query("team == 'A' and pain == 'script'")["firing"].iloc[0]) == 5


def test_support_is_assigned_listed_and_closed(data: Path) -> None:
    one = office(data)
    made = one.assign(new(kind="mentor_session", owner="B10", today=one.today))
    assert one.assign(new(kind="mentor_session", owner="B10", today=one.today)) == made
    row = one.supports()[0]
    assert (row.support.id, row.name, row.team, row.owner, row.overdue) == (made, "员工A01", "A", "员工B10", False)
    assert next(found for found in one.carriers()[0] if found.employee_id == "A01").given == ("mentor_session",)
    one.close(made, 1, "done")
    assert one.supports()[0].support.state == "done"


@pytest.mark.parametrize(("wrong", "why"), [({"kind": "extra_leads"}, "does not lead"), ({"owner": "stranger"}, "owner"), ({"due": 400}, "due within"),
                                            ({"due": -1}, "due within")])
def test_what_no_form_offers_is_refused(data: Path, wrong: dict, why: str) -> None:
    one = office(data)
    with pytest.raises(ValueError, match=why):
        one.assign(new(today=one.today, **wrong))


def test_nobody_outside_the_scope_can_be_given_or_closed_anything(data: Path) -> None:
    whole = office(data)
    made = whole.assign(new("A01", today=whole.today))
    mine = office(data, teams=("B",), name="li")
    assert mine.supports() == []
    with pytest.raises(NotAllowed):
        mine.assign(new("A02", key="k9", owner="li", today=mine.today))
    with pytest.raises(NotAllowed):
        mine.close(made, 1, "done")


def test_a_session_that_is_over_reads_and_writes_nothing(data: Path) -> None:
    gone = PainDesk(desk(data), lambda: False)
    for ask in (gone.carriers, gone.told, gone.supports, lambda: gone.assign(new()), lambda: gone.close("x", 1, "done")):
        with pytest.raises(NotAllowed):
            ask()


@pytest.mark.parametrize("role", ["boss", "lead", "presenter", "mentor", "employee", "admin"])
def test_only_hr_gets_a_desk_and_rows_about_persons(data: Path, role: str) -> None:
    scope = {"teams": ("A",)} if role == "lead" else {"employee_id": "A01"} if role in ("mentor", "employee") else {}
    other = Desk(Store(data), Viewer(role, **scope))
    with pytest.raises(NotAllowed):
        PainDesk(other)
    for name, params in (("pain_people", {"pain": "", "gone": [], "most": 5}), ("pain_told", {"gone": []}), ("pain_mentor", {"employee_id": "A01"})):
        with pytest.raises(NotAllowed):
            other.read(name, **params)


# --- counts ---------------------------------------------------------------------------------------------------------------------

def counts(data: Path, role: str, teams: tuple[str, ...] | None = None) -> dict[tuple[str, str], int | None]:
    rows = desk(data, role, teams).read("pain_counts")
    return {(row.team, row.pain): None if pd.isna(row.firing) else int(row.firing) for row in rows.itertuples()}


@pytest.mark.parametrize("role", ["boss", "presenter"])
def test_others_see_counts_of_five_and_more_and_no_total_that_gives_the_hidden_away(data: Path, role: str) -> None:
    seen = counts(data, role)
    assert seen[("A", "script")] == 6
    assert [seen[(team, "script")] for team in "BCD"] == [None] * 3
    assert seen[("", "script")] == 12     # 6 in B, C and D, of 11 that could be: each could still be any number up to 4 (D: 3)
    assert {seen[(team, pain)] for team in ("", *"ABCD") for pain in ("prospecting", "lost_growth")} == {None}


def test_hr_sees_every_number_and_a_lead_only_the_own_team_without_lost_growth(data: Path) -> None:
    seen = counts(data, "hr")
    assert [seen[(team, "script")] for team in ("", *"ABCD")] == [12, 6, 2, 3, 1] and seen[("C", "lost_growth")] == 1
    assert counts(data, "lead", ("A",)) == {("", "script"): 6, ("", "prospecting"): None, ("A", "script"): 6, ("A", "prospecting"): None}
    assert counts(data, "lead", ("A", "B"))[("", "script")] is None   # 8 less 6 would be B's


def shown(cells: list[tuple[int, int]], total: bool = True) -> pd.DataFrame:
    """What ``pain_counts`` shows to a boss of teams of (people, firing)."""
    con = duckdb.connect()
    people = [(f"E{team}-{nth}", f"T{team}") for team, (size, _) in enumerate(cells) for nth in range(size)]
    points = [(f"E{team}-{nth}", "script", "fires" if nth < firing else "quiet") for team, (size, firing) in enumerate(cells) for nth in range(size)]
    con.register("employees", pd.DataFrame(people, columns=["employee_id", "team"]).assign(active=True))
    con.register("pain_points", pd.DataFrame(points, columns=["employee_id", "pain", "state"]))
    return con.execute(contract.queries()["pain_counts"].sql, {"min_group": 5}).df()


@given(strategies.lists(strategies.integers(1, 9).flatmap(lambda size: strategies.tuples(strategies.just(size), strategies.integers(0, size))),
                        min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_no_subtraction_narrows_a_hidden_count(cells: list[tuple[int, int]]) -> None:
    rows = shown(cells)
    teams = rows[rows["team"] != ""].set_index("team")["firing"]
    whole = rows[rows["team"] == ""]["firing"].iloc[0]
    hidden = [team for team in range(len(cells)) if pd.isna(teams[f"T{team}"])]
    assert all(cells[team][0] >= 5 and cells[team][1] >= 5 for team in range(len(cells)) if team not in hidden)
    rooms = [range(min(4, cells[team][0]) + 1) if cells[team][0] >= 5 else range(cells[team][0] + 1) for team in hidden]
    known = sum(cells[team][1] for team in range(len(cells)) if team not in hidden)
    possible = [set() for _ in hidden]
    for guess in product(*rooms):
        if pd.isna(whole) or known + sum(guess) == whole:
            for place, value in enumerate(guess):
                possible[place].add(value)
    assert all(found == set(room) for found, room in zip(possible, rooms, strict=True))
    assert pd.isna(whole) or (whole >= 5 and whole == sum(firing for _, firing in cells))


def test_the_property_would_see_a_total_that_is_shown_always() -> None:
    """A planted bug: with the total of 6 + 2, whoever subtracts knows that the hidden team has 2."""
    rows = shown([(12, 6), (12, 2)])
    assert pd.isna(rows[rows["team"] == ""]["firing"].iloc[0])
    assert shown([(12, 6), (12, 6)])["firing"].tolist() == [12, 6, 6]


# --- the section -----------------------------------------------------------------------------------------------------------------

def text(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hr_reads_evidence_suggestion_and_what_cannot_be_told(signed_in: Path, data: Path, lang: str) -> None:
    words.speak(lang)
    told = text(morale_pain.html(desk(data), Held()))
    for piece in ("员工A01", "员工B03", *(rule.label.in_(lang) for rule in PAINS), {"zh": "同岗位约每 5 次成 1 次", "en": "peers about 1 in 5"}[lang],
                  {"zh": "没有签到,谈话也没有提到:79", "en": "neither check-ins nor talks that say so: 79"}[lang]):
        assert piece in told, piece
    assert "{" not in told and "None" not in told and "nan" not in told


@pytest.mark.parametrize(("role", "teams"), [("boss", None), ("presenter", None), ("lead", ("A",))])
def test_nobody_but_hr_reads_a_name_and_a_lead_nothing_of_lost_growth(data: Path, role: str, teams: tuple[str, ...] | None) -> None:
    words.speak("en")
    html = morale_pain.html(desk(data, role, teams), Held())
    assert "Talk script 6" in text(html) or "Talk script 12" in text(html)
    assert "员工" not in html and "data-ask" not in html and not re.search(r"[A-D]\d\d\b", html)
    if role == "lead":
        shown_rules = text(html).split("are left out")[0]
        assert "Lost growth:" not in shown_rules and "Lost growth" not in morale_pain.tables(desk(data, role, teams), Held())[0][0]["pain"].tolist()
    for frame, _, _ in morale_pain.tables(desk(data, role, teams), Held()):
        assert "employee_id" not in frame.columns


def test_a_form_is_opened_sent_once_and_shows_the_support(signed_in: Path, data: Path) -> None:
    words.speak("en")
    held, look = Held(), desk(data)
    assert morale_pain.act(look, Asked("pain.open", "A01:script"), held) == ""
    form = morale_pain.html(look, held)
    assert "data-form='pain.assign:A01:script'" in form and "员工B10 (mentor)" in form
    today = office(data).today
    typed = {"of": "A01:script", "called": "员工A01", "kind": "mentor_session", "owner": "B10", "due": (today + timedelta(9)).isoformat()}
    assert "Mentor session assigned to 员工A01" in morale_pain.act(look, Asked("pain.assign", "", "pain.assign:A01:script", typed), held)
    after = text(morale_pain.html(look, held))
    assert "Support under way: 1, overdue 0" in after and "seen to by 员工B10" in after and held.forget == "pain.assign:A01:script"
    with pytest.raises(Wrong, match="under way already"):
        morale_pain.act(look, Asked("pain.assign", "", "", typed), held)
    made = office(data).supports()[0].support
    assert morale_pain.act(look, Asked("pain.done", f"{made.id}:1"), held) == "Kept as done"
    with pytest.raises(Changed):
        morale_pain.act(look, Asked("pain.dropped", f"{made.id}:1"), held)
    assert "No support under way" in text(morale_pain.html(look, held))


def test_a_form_that_is_posted_twice_is_answered_twice_alike_and_kept_once(signed_in: Path, data: Path) -> None:
    held, look = Held(), desk(data)
    morale_pain.act(look, Asked("pain.open", "A01:script"), held)
    key = re.search("data-form='pain.assign:A01:script'><input type=hidden name=key value='([^']+)'", morale_pain.html(look, held))
    typed = {"of": "A01:script", "called": "员工A01", "kind": "course", "owner": "wang", "due": office(data).today.isoformat(), "key": key[1]}
    posted = Asked("pain.assign", "", "pain.assign:A01:script", typed)
    assert morale_pain.act(look, posted, held) == morale_pain.act(look, posted, held) != ""
    assert [row.support.employee_id for row in office(data).supports()] == ["A01"]


@pytest.mark.parametrize("typed", [{"due": "soon"}, {"due": "2020-01-01"}, {"kind": "party"}, {"owner": "stranger"}])
def test_what_cannot_be_taken_is_said_in_words_and_kept_nowhere(signed_in: Path, data: Path, typed: dict[str, str]) -> None:
    good = {"of": "A01:script", "kind": "course", "owner": "wang", "due": (office(data).today + timedelta(3)).isoformat()}
    with pytest.raises(Wrong):
        morale_pain.act(desk(data), Asked("pain.assign", "", "", good | typed), Held())
    assert office(data).supports() == []


def test_a_click_of_another_section_or_role_is_not_taken(signed_in: Path, data: Path) -> None:
    assert morale_pain.act(desk(data), Asked("goals.set"), Held()) is None
    assert morale_pain.act(desk(data, "boss"), Asked("pain.done", "x:1"), Held()) is None
    held = Held()
    morale_pain.act(desk(data), Asked("pain.pick", "prospecting"), held)
    told = text(morale_pain.html(desk(data), held))
    assert "员工B03" in told and "员工A01" not in told


def test_what_people_are_called_is_escaped(data: Path) -> None:
    rows, _ = office(data).carriers(most=1)
    evil = replace(rows[0], name="<img src=x onerror=alert(1)>", team="\"><script>")
    drawn = morale_pain._person(office(data), evil, Held())
    assert "<img" not in drawn and "<script" not in drawn


def test_without_any_data_the_page_says_what_is_missing(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    pd.DataFrame([{"employee_id": f"P{nth}", "name": f"P{nth}", "team": "T", "hire_date": "2024-01-08"} for nth in range(9)]).to_csv(files / "people.csv", index=False)
    pd.DataFrame([{"employee_id": f"P{nth}", "closed_on": "2026-11-12", "amount": 10, "deal_id": f"d{nth}"} for nth in range(9)]).to_csv(
        files / "deals.csv", index=False)
    for name, table in (("people", "employees"), ("deals", "deals")):
        assert load.import_file(files / f"{name}.csv", tmp_path / "data", name=f"{name}.csv", table=table).refused is None
    build(tmp_path / "data", as_of=AS_OF)
    words.speak("en")
    sign_wang_in(tmp_path / "data")
    for role in ("hr", "boss"):
        told = text(morale_pain.html(desk(tmp_path / "data", role), Held()))
        assert "the data cannot tell yet" in told and "daily consultations" in told
    assert "no consultations recorded: 9" in text(morale_pain.html(desk(tmp_path / "data"), Held()))


def test_every_reason_for_not_telling_has_words() -> None:
    known = words.sentences()
    assert all(f"pain.why.{why}" in known for why in WHYS) and all(f"pain.kind.{kind}" in known for kind in supports.KINDS)
