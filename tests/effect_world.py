"""A played company (``lib/effect/simulate.py``) as the published tables that the build of effects reads, in memory."""

from __future__ import annotations

import duckdb
import pandas as pd

from lib.effect.simulate import World
from lib.warehouse.store import scratch

_TABLES = {
    "employees": "employee_id varchar, team varchar, department varchar, business_line varchar, hire_date date, leave_date date",
    "employee_weeks": "employee_id varchar, week date, worked_days integer, performance double",
    "tag_episodes": "employee_id varchar, tag varchar, since date, until date, strength double, evidence varchar",
    "talks": "employee_id varchar, talked_on date, hr_id varchar, minutes integer, tag varchar, support varchar, felt_cared boolean",
    "app_supports": "employee_id varchar, pain varchar, kind varchar, assigned_on date",
    "app_choices": "employee_id varchar, choice varchar",
    "pain_weeks": "employee_id varchar, pain varchar, week date",
    "leavings": "employee_id varchar, given_on date, left_on date, kind varchar",
    "teams": "team varchar, business_line varchar, care_programme_start date",
    "team_weeks": "team varchar, week date, headcount integer",
    "care_draws": "employee_id varchar, tag varchar, drawn_on date, draw_id varchar, drawn boolean, chance double",
}


def empty() -> duckdb.DuckDBPyConnection:
    """Every table that is read, without a row."""
    con = scratch()
    con.execute("set threads = 1")
    for table, columns in _TABLES.items():
        con.execute(f"create table {table} ({columns})")
    return con


def fill(con: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> None:
    """Add rows; columns that the table does not have are left out, missing ones are null."""
    names = [row[0] for row in con.execute(f"describe {table}").fetchall() if row[0] in frame]
    con.register("given", frame)
    con.execute(f"insert into {table} ({', '.join(names)}) select {', '.join(names)} from given")
    con.unregister("given")


def published(world: World, draws: bool = False, started: bool = True) -> duckdb.DuckDBPyConnection:
    """The tables of a world: two departments, HR's talks as they were logged, leaving by notice on the last day; ``started``: the teams'
    programme starts are known."""
    con = empty()
    people = world.people.assign(department=world.people["team"].str[1:].astype(int).mod(2).map({0: "North", 1: "South"}), business_line="sales",
                                 leave_date=world.people["left_on"])
    fill(con, "employees", people)
    fill(con, "employee_weeks", world.weeks)
    fill(con, "tag_episodes", world.flags)
    cares = world.cares.assign(talked_on=world.cares["care_on"], support=world.cares["kind"], felt_cared=world.cares["minutes"] > 20)
    fill(con, "talks", cares)
    gone = people[people["left_on"].notna()]
    fill(con, "leavings", gone.assign(given_on=gone["left_on"], kind="voluntary"))
    fill(con, "teams", pd.DataFrame({"team": world.starts.index, "business_line": "sales", "care_programme_start": world.starts.to_numpy() if started else pd.NaT}))
    heads = world.weeks.merge(people[["employee_id", "team"]]).groupby(["team", "week"], as_index=False).size().rename(columns={"size": "headcount"})
    fill(con, "team_weeks", heads)
    if draws:
        fill(con, "care_draws", world.draws)
    return con
