"""The panel: who was at risk of leaving in which week, what was known then, and what came of it.

:func:`panel` makes temporary tables out of the marts and the tags:

- ``risk_facts`` (person_no, week): plain facts of the week.  ``risk_goals``: what was asked for and done.
- ``risk_known`` (person_no, week): every feature of :mod:`lib.risk.features`, for everybody employed; the signs read it.
- ``risk_panel`` (person_no, week): the rows that a model may learn from or score, with labels.  The newest week is the one to be scored.

They go with the connection; :func:`drop` ends them earlier.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import duckdb

from lib.marts import run
from lib.risk.features import SAID_DAYS
from lib.settings import Value, get

TABLES = {"risk_facts": "facts", "risk_goals": "goals", "risk_known": "panel", "risk_panel": "labels"}
"""The temporary tables in the order in which they are made, and the file of each."""
WARM_UP = 8
"""Weeks of history before the first row: until then counts over eight weeks would be about fewer."""
DOWN = 0.05
"""A week or month counts as down when it is lower than the one before by more than this share: less is nobody's change."""

PARKED = 0.1
"""Share of the people gone who may stand in teams (or lines) in which nobody works today, before places tell who left."""


@cache
def _text(name: str) -> str:
    return (Path(__file__).parent / f"{name}.sql").read_text("utf-8")


def _literals(values: Mapping[str, Value]) -> dict[str, str]:
    """What the ``{names}`` in the SQL files stand for: checked numbers only."""
    return run.literals(values) | {
        "down": repr(DOWN), "said_days": str(SAID_DAYS), "warm_up": str(WARM_UP),
        "drop": repr(float(get("risk.sign.drop", values))), "leave_times": str(int(get("risk.sign.leave_times", values))),
        "pressure_days": str(int(get("risk.sign.pressure_days", values))), "contacts": repr(float(get("risk.sign.contacts", values)))}


def sql(name: str, as_of: date, values: Mapping[str, Value]) -> str:
    """One statement of this room with its literals in place."""
    text = _text(name).replace("$as_of", f"date '{as_of:%Y-%m-%d}'")
    for key, literal in _literals(values).items():
        text = text.replace("{" + key + "}", literal)
    return text


def scoring_week(as_of: date) -> date:
    """The Monday after the last complete week."""
    return as_of + timedelta(days=1) - timedelta(days=(as_of + timedelta(days=1)).weekday())


def panel(con: duckdb.DuckDBPyConnection, as_of: date, values: Mapping[str, Value]) -> None:
    """Make the temporary tables of :data:`TABLES` from the marts and tags, as the company stood on ``as_of``."""
    for table, name in TABLES.items():
        con.execute(f"create or replace temporary table {table} as\n{sql(name, as_of, values)}")


def forget_places(con: duckdb.DuckDBPyConnection) -> bool:
    """Take out of ``risk_panel`` what looks at teams and lines, for everybody, when they say who left; whether it was done.

    Team and line are today's.  Where the staff list moves people to a place of its own when they leave, a model would learn that place.
    """
    teams, lines = con.execute("""
        select
            coalesce(avg(case when not e.active then case when t.team is null then 1.0 else 0.0 end end), 0),
            coalesce(avg(case when not e.active and e.business_line is not null then case when b.line is null then 1.0 else 0.0 end end), 0)
        from employees as e
        left join (select distinct a.team from employees as a where a.active) as t on t.team = e.team
        left join (select distinct a.business_line as line from employees as a where a.active) as b on b.line = e.business_line""").fetchall()[0]
    if teams > PARKED:
        con.execute("update risk_panel set performance_team = null, rejection_team = null, team_left_52w = null")
    if lines > PARKED:
        con.execute("update risk_panel set line = ''")
    return bool(max(teams, lines) > PARKED)


def signs(con: duckdb.DuckDBPyConnection, as_of: date, values: Mapping[str, Value]) -> None:
    """Write ``risk_signs`` (employee_id, sign, since, evidence) after :func:`panel`: signs that hold now, by rules that need no model.

    They are there whether or not a model can be trusted.  People who objected to scoring, and people whose leaving is known, have none.
    """
    con.execute(f"create or replace table risk_signs as\n{sql('signs', as_of, values)}")


def drop(con: duckdb.DuckDBPyConnection) -> None:
    """Drop them again."""
    for table in TABLES:
        con.execute(f"drop table if exists {table}")
