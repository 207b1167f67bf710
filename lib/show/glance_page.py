"""Glance, put together: what is picked, the picture as one element, and the tables behind it."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from lib.access.desk import Desk
from lib.show import cards, glance_changes, glance_numbers, glance_read, glance_teams, glance_verdict, pick, tables
from lib.show.glance_read import Moment
from lib.words import say


def picks(desk: Desk) -> tuple[date | None, str]:
    """The week shown and the department ('' for all), in one line; a department is asked only where there are several."""
    departments = [] if desk.viewer.teams is not None else desk.read("glance_departments")["department"].tolist()
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="glance.picks"):
        if len(departments) > 1:
            found = pick.one(say("glance.department"), ["", *departments], "department", lambda d: d or say("glance.crumb_all"), 190)
        else:
            found = ""
        return pick.week(desk), found or ""


def picture(desk: Desk, week: date, department: str, at: Moment) -> str:
    """The whole picture of one week as HTML."""
    seen = glance_read.read(desk, week, department, at)
    where = glance_verdict.whose(desk, department)
    numbers = [] if seen.trend.empty else glance_numbers.headlines(seen)
    return (glance_verdict.title(glance_verdict.judge(seen), where, seen)
            + f"<div class='kj-grid kj-four'>{''.join(glance_numbers.card(one) for one in numbers)}</div>"
            + f"<div class='kj-two'>{glance_teams.section(seen)}"
            + f"<div class='kj-stack'>{glance_changes.section(seen)}{glance_changes.works(seen)}{glance_changes.care_by_tag(seen)}</div></div>")


def behind(desk: Desk, week: date, department: str) -> None:
    """The tables behind the picture, drawn only when somebody asks for them: the landing page stays light."""
    if not st.toggle(say("glance.tables"), key="glance.tables"):
        return
    chosen, lead = {"week": week, "department": department}, desk.viewer.role == "lead"
    head = lambda *columns: {column: say(f"glance.column.{column}") for column in columns}
    teams, trend, tags = (desk.read(name, **chosen) for name in ("glance_bars", "glance_trend", "glance_tags"))
    private, cared = ((), ()) if lead else (("life", "family"), ("done", "open", "overdue"))
    cards.section(say("glance.table.teams"))
    columns = ("team", "department", "people", "morale", "low", "high", "change", "carrying", "dip", "pressure", "client", *private, "newcomers", *cared)
    tables.behind(teams[teams["people"].notna()], "teams", head(*columns), "glance.teams")
    cards.section(say("glance.table.trend"))
    tables.behind(_weeks(desk, chosen, trend), "weeks", head("week", "people", "morale", "pace", "carrying", "late", "left_90"), "glance.trend")
    if not lead:
        cards.section(say("glance.table.care"))
        tables.behind(desk.read("glance_care", **chosen), "care-weeks", head("week", "done", "open", "overdue", "came_due", "kept", "cares", "people"), "glance.care_weeks")
    cards.section(say("glance.changes"))
    found = desk.read("glance_real", **chosen).dropna(subset=["measure"])
    told = found.assign(team=found["team"].where(found["team"] != "", say("glance.crumb_all")), measure=[say(f"glance.measure.{m}") for m in found["measure"]],
                        span=[glance_changes.span(row) for row in found.to_dict("records")])
    tables.behind(told, "changes", head("team", "measure", "value", "before", "change", "low", "high", "span", "people"), "glance.changes")
    cards.section(say("glance.needs"))
    public = tags[~tags["tag"].isin(("life_event", "family_care"))] if lead else tags
    tables.behind(public.assign(tag=[say(f"glance.label.{tag}") for tag in public["tag"]]), "care",
                  head("tag", "people", "before", "first_team", "first_people", "second_team", "second_people"), "glance.care")


def _weeks(desk: Desk, chosen: dict[str, object], trend: pd.DataFrame) -> pd.DataFrame:
    """The 12 weeks with morale and the goals reached beside what is counted."""
    morale, pace = (desk.read(name, **chosen).set_index("week") for name in ("glance_morale", "glance_pace"))
    return trend.join(morale["value"].rename("morale"), on="week").join(pace["share"].rename("pace"), on="week")
