"""Desk: a query's header is enforced, and nobody's question reaches beyond role and scope."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from lib.access import contract, mentions, scope
from lib.access.contract import BrokenContract, compare, parse, queries
from lib.access.desk import Desk, NotAllowed
from lib.access.masks import key_of, mask, token
from lib.access.roles import ROLES, Viewer

DeskOf = Callable[..., Desk]
GOOD = "-- q: one row per team\n-- roles: hr, boss   grain: group\n-- $week date  Monday\n-- > team text  team\n-- > n whole  people\nselect 1\n"
PERSONAL = frozenset({"hr", "mentor", "employee"})


def test_a_header_is_read() -> None:
    query = parse(GOOD, "q.sql")
    assert (query.roles, query.grain, query.parameters) == ({"hr", "boss"}, "group", {"week": "date"})


@pytest.mark.parametrize(("old", "new", "line"), [
    ("-- q:", "-- other:", ":1:"), ("grain: group", "grain: whatever", ":2:"), ("hr, boss", "hr, king", ":2:"),
    ("grain: group", "grain: person", "not for boss"), ("team text", "team varchar", ":4:"), ("-- > team text  team\n-- > n whole  people\n", "", "no column")])
def test_a_broken_header_names_its_line(old: str, new: str, line: str) -> None:
    with pytest.raises(BrokenContract, match=line):
        parse(GOOD.replace(old, new), "q.sql")


OWN = GOOD.replace("hr, boss   grain: group", "hr, lead   grain: person  lead: own team")


def test_rows_about_persons_are_for_leads_only_where_the_header_says_of_which_team() -> None:
    assert parse(OWN, "q.sql").own_team and parse(OWN, "q.sql").grain == "person" and not parse(GOOD, "q.sql").own_team
    with pytest.raises(BrokenContract, match="not for lead"):
        parse(OWN.replace("  lead: own team", ""), "q.sql")


@pytest.mark.parametrize("role", ["boss", "presenter", "admin"])
def test_nobody_else_comes_in_by_the_leads_word(role: str) -> None:
    with pytest.raises(BrokenContract, match=f"not for {role}"):
        parse(OWN.replace("hr, lead", f"hr, lead, {role}"), "q.sql")


@pytest.mark.parametrize(("old", "new"), [("grain: person", "grain: group"), ("hr, lead", "hr"), ("own team", "all teams")])
def test_the_leads_word_stands_only_where_it_means_something(old: str, new: str) -> None:
    with pytest.raises(BrokenContract, match=":2:"):
        parse(OWN.replace(old, new), "q.sql")


def test_a_lead_reads_persons_of_the_own_team_only(desk_of: DeskOf) -> None:
    everybody, lead = desk_of("hr").read("reward_on_streak", days=1), desk_of("lead")
    own = lead.read("reward_on_streak", days=1)
    assert len(everybody) > 1 and set(own["team"]) <= set(lead.viewer.teams or ())
    assert Desk(lead.store, Viewer("lead", teams=())).read("reward_on_streak", days=1).empty
    one = everybody["team"].iloc[0]
    seen = Desk(lead.store, Viewer("lead", teams=(one,))).read("reward_on_streak", days=1)
    assert seen["names"].tolist() == everybody.loc[everybody["team"] == one, "names"].tolist()


def test_a_statement_with_other_columns_than_promised_is_refused() -> None:
    with pytest.raises(BrokenContract, match="promises columns"):
        compare(parse(GOOD, "q.sql"), [("team", "VARCHAR"), ("people", "BIGINT")])


def test_a_statement_with_another_type_than_promised_is_refused() -> None:
    with pytest.raises(BrokenContract, match="column n is promised as whole"):
        compare(parse(GOOD, "q.sql"), [("team", "VARCHAR"), ("n", "VARCHAR")])


@pytest.mark.parametrize("name", sorted(queries()))
def test_a_query_names_no_schema_and_shadows_no_published_table(name: str) -> None:
    sql = queries()[name].sql.lower()
    assert "main." not in sql and "information_schema" not in sql
    assert not [table for table in scope.TABLES if f" {table} as (" in sql or f"\n{table} as (" in sql]


@pytest.mark.parametrize("name", sorted(queries()))
def test_a_query_only_reads_tables_whose_scope_is_known(name: str) -> None:
    import re
    sql = re.sub(r"--[^\n]*", "", queries()[name].sql)
    own = set(re.findall(r"(\w+)\s+as\s+\(", sql)) | set(re.findall(r"as\s+(\w+)\b", sql)) | {"generate_series", "unnest", "range"}
    read = set(re.findall(r"\b(?:from|join)\s+(\w+)", sql)) - own
    assert read <= set(scope.TABLES) | {"lateral"}


@pytest.mark.parametrize("name", sorted(queries()))
def test_rows_about_persons_are_only_for_hr_and_the_person(name: str) -> None:
    query = queries()[name]
    if query.grain == "person":
        assert query.roles <= PERSONAL | ({"lead"} if query.own_team else set())
    named = {"name", "employee_id", "lead", "mentor", "manager", "lead_name", "mentor_name"}
    assert {c.name for c in query.columns if c.name in named} <= set(query.person_columns)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_that_the_header_does_not_name_is_refused(role: str, desk_of: DeskOf) -> None:
    desk, refused = desk_of(role), [query for query in queries().items() if role not in query[1].roles]
    for name, query in refused:
        with pytest.raises(NotAllowed, match=f"role {role} may not read {name}"):
            desk.read(name, **dict.fromkeys(query.parameters))
    assert refused


def example(desk: Desk, parameters: dict[str, str]) -> dict[str, object]:
    """Plausible values for a query's parameters, from the whole company."""
    warehouse = desk.store.current()
    one = lambda sql: warehouse.frame(sql).iloc[0, 0]
    known = {
        "week": one("select max(week) from team_weeks where week + 6 <= (select as_of from build_info)"),
        "employee_id": one("select min(employee_id) from employees where active"), "id": one("select min(employee_id) from employees"),
        "person": one("select min(employee_id) from employees where active"),
        "team": one("select max(team) from employees"), "tag": "high_pressure", "department": None, "search": "a", "text": "张",
    }
    by_kind = {"text": None, "whole": 20, "number": 1.0, "date": known["week"], "moment": None, "flag": False, "list": []}
    return {name: known.get(name, by_kind[kind]) for name, kind in parameters.items()}


@pytest.mark.parametrize(("name", "role"), sorted((n, r) for n in queries() for r in queries()[n].roles))
def test_every_query_runs_for_every_role_it_names_and_keeps_its_header(name: str, role: str, desk_of: DeskOf) -> None:
    desk = desk_of(role)
    frame = desk.read(name, **example(desk, queries()[name].parameters))
    assert list(frame.columns) == [column.name for column in queries()[name].columns]


@pytest.mark.parametrize("name", sorted(n for n in queries() if "lead" in queries()[n].roles))
def test_a_lead_sees_no_other_team(name: str, desk_of: DeskOf) -> None:
    desk = desk_of("lead")
    others = set(desk.store.current().frame("select distinct team from employees")["team"]) - set(desk.viewer.teams or ())
    frame = desk.read(name, **example(desk, queries()[name].parameters))
    assert not others & set(frame.astype(str).to_numpy().ravel())


@pytest.mark.parametrize("name", sorted(n for n in queries() if "hr" in queries()[n].roles and queries()[n].grain == "person"))
def test_an_hr_limited_to_teams_sees_nobody_else(name: str, desk_of: DeskOf) -> None:
    everybody = desk_of("hr").store.current().frame("select employee_id, team from employees order by team")
    mine = everybody["team"].iloc[0]
    desk = desk_of("hr", teams=(mine,))
    outsiders = set(everybody.loc[everybody["team"] != mine, "employee_id"])
    parameters = example(desk, queries()[name].parameters) | {k: v for k, v in {
        "team": everybody["team"].iloc[-1], "employee_id": min(outsiders), "id": min(outsiders), "person": min(outsiders)}.items()
        if k in queries()[name].parameters}
    # Who held a talk is HR's own and belongs to no team in scope.
    assert not outsiders & set(desk.read(name, **parameters).drop(columns="hr_id", errors="ignore").astype(str).to_numpy().ravel())


@pytest.mark.parametrize("name", sorted(n for n in queries() if "employee" in queries()[n].roles))
def test_an_employee_sees_nobody_else(name: str, desk_of: DeskOf) -> None:
    desk = desk_of("employee")
    others = set(desk.store.current().frame("select employee_id from employees")["employee_id"]) - {desk.viewer.employee_id}
    # but the own mentor and mentees, whom the viewer is paired with by name
    pairs = desk.store.current().frame("select * from mentor_pairs where $me in (employee_id, mentor_id)", {"me": desk.viewer.employee_id})
    others -= set(pairs["employee_id"]) | set(pairs["mentor_id"])
    parameters = example(desk, queries()[name].parameters)
    parameters |= {k: min(others) for k in ("employee_id", "id", "person") if k in parameters}
    assert not others & set(desk.read(name, **parameters).astype(str).to_numpy().ravel())


def test_a_lead_never_learns_of_life_events_or_family_matters(desk_of: DeskOf) -> None:
    desk = desk_of("lead")
    sql, params = scope.narrowed("select distinct tag from team_tag_weeks", desk.viewer)
    assert not set(desk.store.current().frame(sql, params)["tag"]) & set(scope.PRIVATE_TAGS)


def test_an_unknown_parameter_is_refused(desk_of: DeskOf) -> None:
    with pytest.raises(TypeError, match="weeks takes"):
        desk_of("boss").read("weeks", team="x")


def test_a_lead_without_a_team_and_an_unknown_role_do_not_exist() -> None:
    for wrong in ({"role": "lead"}, {"role": "employee"}, {"role": "king"}):
        with pytest.raises(ValueError):
            Viewer(**wrong)


def test_pseudonyms_are_stable_and_need_the_key(tmp_path: Path) -> None:
    key = key_of(tmp_path)
    assert key == key_of(tmp_path) and token(key, "K1") == token(key, "K1") != token(b"other", "K1")


def test_the_key_of_pseudonyms_is_for_its_owner_only(tmp_path: Path) -> None:
    key_of(tmp_path)
    assert (tmp_path / "keys" / "pseudonym.key").stat().st_mode & 0o077 == 0


def test_masking_leaves_no_name_and_does_not_touch_the_original(tmp_path: Path) -> None:
    frame = pd.DataFrame({"name": ["张伟", None], "n": [1, 2]})
    masked = mask(frame, ("name",), key_of(tmp_path))
    assert "张伟" not in masked.to_csv() and frame["name"][0] == "张伟"


def test_a_team_called_after_a_person_is_masked_too(tmp_path: Path) -> None:
    frame = pd.DataFrame({"team": ["张伟组", "Dustin Brinkmann", "电销一组", None]})
    hidden = mentions.hide(frame, ("team",), frozenset({"张伟", "Dustin Brinkmann"}), key_of(tmp_path))["team"]
    assert "张伟" not in hidden[0] and "组" in hidden[0] and "Dustin" not in hidden[1] and hidden[2] == "电销一组"


def test_a_name_inside_a_longer_word_is_no_mention(tmp_path: Path) -> None:
    frame = pd.DataFrame({"team": ["Anna Lee", "Annabel"]})
    hidden = mentions.hide(frame, ("team",), frozenset({"Anna"}), key_of(tmp_path))["team"]
    assert "Anna" not in hidden[0] and hidden[1] == "Annabel"


def test_every_query_file_is_named_like_its_query() -> None:
    assert {file.stem for file in contract.FOLDER.glob("*.sql")} == set(queries())
