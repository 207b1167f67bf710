"""Effect, groups: no figure, and no difference of figures, is about fewer people than a group; an attacker subtracts all that is shown."""

from __future__ import annotations

from functools import cache
from itertools import product

import duckdb
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.access.contract import queries
from lib.access.roles import Viewer
from lib.access.scope import narrowed
from lib.effect import tables
from lib.warehouse.store import scratch
from tests import effect_world
from tests.effect_company import READ


@cache
def empty() -> duckdb.DuckDBPyConnection:
    """A company without rows."""
    con = scratch()
    tables.create(con)
    con.execute("create table teams (team varchar, department varchar)")
    return con


def told(teams: list[tuple[str, int, int]], least: int = 5, own: frozenset[str] | None = None) -> list[dict[str, object]]:
    """What is told of teams given as (department, people cared for, people compared): to everybody but HR, or to an HR of the teams ``own``."""
    con = empty()
    con.execute("delete from teams; delete from effect_cells; delete from effect_reads; delete from effect_sides")
    con.execute("insert into effect_reads (read_on, kind, current) values (?, 'quarterly', true)", [READ])
    names = [f"T{nth}" for nth in range(len(teams))]
    cells = [("team", name, cared, others) for name, (_, cared, others) in zip(names, teams, strict=True)]
    cells.append(("all", "", sum(row[1] for row in teams), sum(row[2] for row in teams)))
    sides = [("all", "", name, cared, others) for name, (_, cared, others) in zip(names, teams, strict=True)]
    for name in sorted({department for department, *_ in teams}):
        mine = [(team, row) for team, row in zip(names, teams, strict=True) if row[0] == name]
        sides += [("department", name, team, row[1], row[2]) for team, row in mine]
        if name:
            cells.append(("department", name, sum(row[1] for _, row in mine), sum(row[2] for _, row in mine)))
    con.executemany("insert into teams values (?, nullif(?, ''))", [(name, department) for name, (department, *_) in zip(names, teams, strict=True)])
    con.executemany("insert into effect_cells (read_on, outcome, verdict, cells, causal, scope, part, cared, compared) values (?, 'performance', 'cannot_tell', 1, false, ?, ?, ?, ?)",
                    [(READ, *cell) for cell in cells])
    con.executemany("insert into effect_sides (read_on, scope, part, team, cared, compared) values (?, ?, ?, ?, ?, ?)", [(READ, *side) for side in sides])
    sql, scope = narrowed(queries()["effect_cells_read"].sql, Viewer("boss" if own is None else "hr", teams=None if own is None else tuple(sorted(own))))
    return con.execute(sql, {"min_group": least if own is None else 1, "elsewhere": 1 if own is None else least, "read_on": READ, **scope}).df().to_dict("records")


TEAM = st.tuples(st.sampled_from(["A", "B", ""]), st.integers(0, 14), st.integers(0, 14))


@settings(deadline=None, max_examples=60)
@given(st.lists(TEAM, min_size=1, max_size=7))
def test_no_difference_of_shown_counts_is_about_fewer_people_than_a_group(teams: list[tuple[str, int, int]]) -> None:
    rows = {(row["scope"], row["part"]): row for row in told(teams)}
    shown = {key for key, row in rows.items() if not row["few"]}
    own = {f"T{nth}": team for nth, team in enumerate(teams)}
    for scope, part in shown:
        # A shown department less its shown teams is nobody, or a group on both sides of more than one team.
        if scope == "department":
            inside = [name for name, team in own.items() if team[0] == part]
            hidden = [own[name] for name in inside if ("team", name) not in shown]
            assert not hidden or len(hidden) > 1 and sum(team[1] for team in hidden) >= 5 and sum(team[2] for team in hidden) >= 5
        elif scope == "team":
            assert own[part][1] >= 5 and own[part][2] >= 5
            assert not own[part][0] or ("department", own[part][0]) in shown
    # All together (known from the company's cell) less everything that is shown.
    left = [team for name, team in own.items() if ("team", name) not in shown and ("department", team[0]) not in shown]
    whole = sum(team[1] for team in own.values()) >= 5 and sum(team[2] for team in own.values()) >= 5
    if left and whole:
        assert sum(team[1] for team in left) >= 5 and sum(team[2] for team in left) >= 5


@settings(deadline=None, max_examples=120)
@given(st.lists(TEAM, min_size=2, max_size=8), st.sets(st.integers(0, 7), min_size=1, max_size=4))
def test_an_hr_of_some_teams_who_takes_off_the_own_people_is_left_with_nobody_or_a_group(teams: list[tuple[str, int, int]], mine: set[int]) -> None:
    own = frozenset(f"T{nth}" for nth in mine if nth < len(teams))
    rows = told(teams, own=own)
    assert {row["part"] for row in rows if row["scope"] == "team"} <= own and not any(row["few"] for row in rows if row["scope"] == "team")
    # The attacker knows the own teams, every shown figure, and which team is in which department; every sum of teams that follows is looked at.
    names = [f"T{nth}" for nth in range(len(teams))]
    known = [np.array([float(name == mine) for name in names]) for mine in own]
    for row in rows:
        if not row["few"] and row["scope"] in ("all", "department"):
            known.append(np.array([1.0 if row["scope"] == "all" or team[0] == row["part"] else 0.0 for team in teams]))
    basis = np.array([*known, np.zeros(len(teams))]).T
    for inside in product((0.0, 1.0), repeat=len(teams)):
        wanted = np.array(inside) * [name not in own for name in names]
        if np.abs(basis @ np.linalg.lstsq(basis, wanted, rcond=None)[0] - wanted).max() > 1e-9:
            continue
        for side in (1, 2):
            people = sum(team[side] for team, which in zip(teams, wanted, strict=True) if which)
            assert people == 0 or people >= 5, (wanted, people)


def test_an_hr_of_every_team_of_a_department_sees_it_to_the_last_person_and_the_others_as_a_boss_does() -> None:
    teams = [("A", 2, 3), ("A", 1, 1), ("B", 3, 9), ("C", 20, 20)]
    rows = {(row["scope"], row["part"]): row for row in told(teams, own=frozenset({"T0", "T1"}))}
    assert not rows["department", "A"]["few"] and rows["department", "A"]["cared"] == 3
    assert rows["department", "B"]["few"] and rows["department", "C"]["few"] and not rows["all", ""]["few"]  # C would give B away
    few = {(row["scope"], row["part"]): row["few"] for row in told([("A", 20, 20), ("A", 3, 9), ("B", 20, 20)], own=frozenset({"T0"}))}
    assert few["department", "A"] and few["department", "B"] and not few["all", ""]
    assert told([("A", 20, 20), ("A", 3, 9)], own=frozenset({"T0"}))[0]["few"]   # everybody less the own is a handful


def test_a_kind_of_support_that_few_got_takes_the_next_smallest_with_it() -> None:
    con = empty()
    con.execute("delete from effect_cells; delete from effect_sides; delete from effect_reads; insert into effect_reads (read_on, kind, current) values ('2026-09-30', 'quarterly', true)")
    kinds = (("course", 3), ("visit", 6), ("lunch", 20), ("pain/course", 9))
    con.executemany("insert into effect_cells (read_on, outcome, verdict, cells, causal, scope, part, cared, compared) values (?, 'performance', 'cannot_tell', 1, false, 'kind', ?, ?, 90)",
                    [(READ, *kind) for kind in kinds])
    rows = con.execute(queries()["effect_cells_read"].sql, {"min_group": 5, "elsewhere": 1, "read_on": READ}).df().set_index("part")["few"]
    assert rows.to_dict() == {"course": True, "visit": True, "lunch": False, "pain/course": False}


def test_hr_is_told_every_team() -> None:
    assert [row["cared"] for row in told([("A", 2, 9), ("B", 9, 1)], least=1) if row["scope"] == "team"] == [2, 9]


def test_a_small_department_takes_the_next_smallest_with_it() -> None:
    rows = {(row["scope"], row["part"]): row["few"] for row in told([("A", 3, 3), ("B", 9, 9), ("C", 20, 20)])}
    assert rows["department", "A"] and rows["department", "B"] and not rows["department", "C"]
    assert rows["team", "T0"] and rows["team", "T1"] and not rows["team", "T2"]


# --- what a scope leaves of the tables ---------------------------------------------------------------------------------------------------

def test_an_hr_of_some_teams_sees_no_other_teams_cell() -> None:
    con = effect_world.empty()
    con.execute("create table effect_cells as select * from (values ('team', 'A'), ('team', 'B'), ('tag', 'B'), ('all', '')) as v(scope, part)")
    sql, params = narrowed("select scope, part from effect_cells order by 1, 2", Viewer(role="hr", name="h", teams=("A",)))
    assert con.execute(sql, params).fetchall() == [("all", ""), ("tag", "B"), ("team", "A")]


def test_an_hr_of_some_teams_is_told_of_the_others_as_one() -> None:
    con = effect_world.empty()
    con.execute("create table effect_sides as select * from (values ('all', 'A', 3), ('all', 'B', 4), ('all', 'C', 5)) as v(scope, team, cared)")
    ask = "select team, sum(cared) as cared from effect_sides group by team order by team"
    sql, params = narrowed(ask, Viewer(role="hr", name="h", teams=("A",)))
    assert con.execute(sql, params).fetchall() == [("", 9), ("A", 3)]
    assert narrowed(ask, Viewer(role="boss", name="b"))[0] == ask
    sql, params = narrowed(ask, Viewer(role="employee", name="e", employee_id="E1"))
    assert con.execute(sql, {}).fetchall() == []
