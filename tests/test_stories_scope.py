"""What HR of some teams shows in a meeting hides what hides from that HR, and what hides from everybody who presents."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.access.contract import queries
from lib.access.desk import Desk
from lib.access.masks import Pseudonyms
from lib.access.roles import Viewer
from lib.access.scope import narrowed
from lib.warehouse.store import Store
from tests.test_effect_groups import READ, TEAM, empty, told

ASKED = sorted(name for name, query in queries().items() if "$elsewhere" in query.sql and "presenter" in query.roles)
KEYS = {"effect_cells_read": ["scope", "part"], "effect_left_out": ["scope", "part", "reason"], "effect_how_long": ["tag"], "effect_leaving_read": ["read_on"],
        "effect_felt_told": ["month", "programme"], "effect_hr_time": ["month", "programme"], "effect_standard_kept": ["month"],
        "effect_staying": ["cared", "weeks"], "effect_reads_kept": ["read_on"]}


def facts(frame: pd.DataFrame, name: str) -> set[tuple[object, ...]]:
    """Every figure that an answer tells, with what it is about."""
    keys = KEYS[name]
    return {(*(str(row[key]) for key in keys), column, str(row[column])) for row in frame.to_dict("records") for column in frame.columns
            if column not in keys and column != "few" and pd.notna(row[column]) and not (name == "effect_left_out" and row[column] == 0)}


def test_every_question_that_knows_of_other_teams_is_looked_at() -> None:
    assert sorted(KEYS) == ASKED


def test_what_an_hr_of_one_team_shows_is_told_to_that_hr_and_to_every_presenter(demo_dir: Path) -> None:
    store = Store(demo_dir)
    hidden = 0
    for team in store.current().frame("select distinct team from effect_sides where team is not null and team <> '' order by team limit 4")["team"]:
        hr, boss = Desk(store, Viewer("hr", teams=(team,))), Desk(store, Viewer("boss", teams=(team,)))
        shown = hr.presenting(Pseudonyms(b"k" * 32))
        read_on: date = boss.read("effect_reads_kept")["read_on"].iloc[0]
        for name in ASKED:
            params = {"read_on": read_on} if "read_on" in queries()[name].parameters else {}
            told_to = [facts(desk.read(name, **params), name) for desk in (shown, hr, boss)]
            assert told_to[0] <= told_to[1] & told_to[2], name
            hidden += len(told_to[2] - told_to[0])
    assert hidden  # else the HR's own limit was never met


@settings(deadline=None, max_examples=60)
@given(st.lists(TEAM, min_size=2, max_size=7), st.sets(st.integers(0, 6), min_size=1, max_size=3))
def test_a_cell_is_shown_where_neither_way_hides_it(teams: list[tuple[str, int, int]], mine: set[int]) -> None:
    own = frozenset(f"T{nth}" for nth in mine if nth < len(teams))
    hides = {(row["scope"], row["part"]) for row in told(teams, own=own) if row["few"]}
    sql, scope = narrowed(queries()["effect_cells_read"].sql, Viewer("boss", teams=tuple(sorted(own))))
    few = {elsewhere: {(row["scope"], row["part"]) for row in empty().execute(
        sql, {"min_group": 5, "elsewhere": elsewhere, "read_on": READ, **scope}).df().to_dict("records") if row["few"]} for elsewhere in (1, 5)}
    assert few[5] == few[1] | hides


@pytest.mark.parametrize("role", ["boss", "presenter"])
def test_a_story_of_all_teams_is_told_as_before(demo_dir: Path, role: str) -> None:
    desk = Desk(Store(demo_dir), Viewer(role))
    assert desk.presenting(Pseudonyms(b"k" * 32)).smallest_elsewhere() == 1
