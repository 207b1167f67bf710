"""A company with every table of what care did, filled by hand with rows that agree with one another: what the page draws under each verdict.

``works``: observed data and a verdict; ``lottery``: a draw decided; ``cannot_tell``: with a comparison, without a verdict; ``alone``: nobody to
compare with; ``nothing``: no care at all, every table empty, as in a version of a company without talks.
"""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import duckdb

from lib.effect import tables
from lib.effect.cells import TAGS
from lib.warehouse import publish
from lib.warehouse.store import building

STATES = ("works", "lottery", "cannot_tell", "alone", "nothing")
READ, LIVE = date(2026, 9, 30), date(2026, 11, 15)
FIGURES = {  # part → (naive change, credible value)
    "": (14.5, 5.2), "new_hire": (3.0, 0.4), "performance_dip": (22.0, 6.4), "high_pressure": (9.0, 1.2), "life_event": (-3.0, -1.0), "client_trouble": (8.0, 2.6)}


def checks(failed: tuple[str, ...] = ()) -> str:
    """The checks of a verdict as JSON."""
    rows = (("cared_people", 120, 20), ("compared_people", 110, 20), ("overlap", 0.97, 0.8), ("effective", 88, 20), ("placebo", 0.44, 0.2), ("estimate", 2.1, 0), ("second", 1.7, 0),
            ("family", 0.004, 0.05))
    return json.dumps([{"key": key, "passed": key not in failed, "number": -number if key in failed and not bound else number, "bound": bound} for key, number, bound in rows])


def cell(scope: str, part: str, verdict: str, *, causal: bool = False, cared: int = 120, compared: int = 110, family: int = 1, kind: str = "quarterly", read_on: date = READ,
         minutes: float = 25.0, without: bool = False) -> dict[str, object]:
    """A row of ``effect_cells``."""
    naive, value = FIGURES.get(part, (12.0, 4.0))
    half = 3.1 if verdict in ("works", "harms") else 7.0
    value = -abs(value) if verdict == "harms" else value
    warnings = [*([] if causal else ["private_knowledge"]), *(["one_of_many"] if family > 1 else []), *(["live"] if kind == "live" else []), *(["no_history"] if part == "new_hire" else [])]
    told = verdict in ("works", "harms")
    row: dict[str, object] = {
        "read_on": read_on, "scope": scope, "part": part, "outcome": "performance", "design": "lottery" if causal else "observed", "people": cared + compared - 20, "cared": cared,
        "compared": compared, "episodes": cared + compared, "noise": 21.0, "verdict": verdict, "more": 380 if verdict == "cannot_tell" else None, "cells": family,
        "bound": 4.5 if verdict == "no_effect" else None, "causal": causal and told, "warnings": json.dumps(warnings), "checks": checks(() if told else ("estimate", "second", "family")),
        "left_out": json.dumps({"no_history": 41, "too_new": 12, "left": 3, "other_care": 7, **({"before_start": 500} if scope == "all" else {})}), "minutes": minutes}
    if without:
        return row | {"verdict": "cannot_tell", "more": 340}
    row |= {"naive_before": 78.0, "naive_after": 78.0 + naive, "naive_change": naive, "naive_low": naive - 2.2, "naive_high": naive + 2.2, "compared_before": 84.0,
            "compared_after": 84.0 + naive - value, "expected": 78.0 + naive - value, "value": value, "low": value - half, "high": value + half, "p": 0.001, "p_adjusted": 0.004,
            "second_value": value * 0.9, "second_low": value * 0.9 - half, "second_high": value * 0.9 + half, "matched_value": value * 1.1, "matched_low": value * 1.1 - half - 1,
            "matched_high": value * 1.1 + half + 1, "placebo_p": 0.44, "overlap_share": 0.97, "effective": 88.0, "mde": 5.4, "first": date(2026, 1, 5), "last": date(2026, 8, 28)}
    return row | ({"points_per_hour": value * 60 / minutes} if told else {})


def rows(state: str, teams: list[tuple[str, str]]) -> dict[str, list[dict[str, object]]]:
    """The rows of every table; ``teams``: (team, department) of the company."""
    if state == "nothing":
        return {}
    draw, alone = state == "lottery", state == "alone"
    verdict = "works" if state in ("works", "lottery") else "cannot_tell"
    out: dict[str, list[dict[str, object]]] = {name: [] for name in tables.TABLES}
    out["effect_reads"] = [{"read_on": LIVE, "kind": "live", "current": False, "next_on": date(2026, 12, 31), "first": date(2026, 1, 5), "episodes": 300, "cared": 150, "noise": 21.0},
                           {"read_on": READ, "kind": "quarterly", "current": True, "next_on": date(2026, 12, 31), "first": date(2026, 1, 5), "episodes": 240, "cared": 120, "noise": 21.0}]
    for day, kind in ((LIVE, "live"), (READ, "quarterly")):
        told = verdict if kind == "quarterly" else "cannot_tell"
        out["effect_cells"].append(cell("all", "", told, causal=draw, kind=kind, read_on=day, without=alone))
        for tag in TAGS:
            few = tag == "family_care"
            out["effect_cells"].append(cell("tag", tag, told if tag == "performance_dip" else "cannot_tell", causal=draw and tag == "performance_dip", cared=3 if few else 40,
                                            compared=2 if few else 45, family=len(TAGS), kind=kind, read_on=day, without=alone or few))
        for part, minutes, known in (("listen_together", 25.0, told), ("course", 40.0, "no_effect" if told == "works" else told)):
            out["effect_cells"].append(cell("kind", part, known, causal=draw, cared=48, compared=60, family=2, kind=kind, read_on=day, minutes=minutes, without=alone))
        out["effect_cells"].append(cell("tag_kind", "performance_dip/listen_together", "cannot_tell", cared=30, compared=35, kind=kind, read_on=day, without=alone))
        for name in sorted({department for _, department in teams if department}):
            out["effect_cells"].append(cell("department", name, "cannot_tell", cared=30, compared=31, family=4, kind=kind, read_on=day, without=alone))
        for nth, (name, _) in enumerate(teams):
            out["effect_cells"].append(cell("team", name, "cannot_tell", cared=9 + nth % 4, compared=11, family=len(teams), kind=kind, read_on=day, without=alone))
    ratio = {"ratio": 0.62, "low": 0.44, "high": 0.87, "p": 0.006, "expected": 41.0} if verdict == "works" else {"ratio": 0.81, "low": 0.5, "high": 1.3, "p": 0.4, "expected": 41.0}
    out["effect_leaving"] = [{"read_on": READ, "scope": "all", "part": "", **({} if alone else ratio), "people": 170, "cared": 120, "compared": 110, "weeks_cared": 1500, "weeks_compared": 1300,
                              "events_cared": 26, "events_compared": 37, "verdict": verdict, "more": None if verdict == "works" else 1600, "cells": 1,
                              "warnings": json.dumps(["private_knowledge"]), "checks": json.dumps([{"key": "cared_people", "passed": True, "number": 120, "bound": 20},
                                                                                                    {"key": "ratio", "passed": verdict == "works", "number": 0.14, "bound": 0}])}]
    if not alone:
        for cared, fall in ((False, 0.012), (True, 0.008)):
            out["effect_curves"] += [{"cared": cared, "weeks": float(week), "staying": 1 - fall * week, "low": 1 - fall * week - 0.05, "high": 1 - fall * week * 0.6, "at_risk": 60 - week,
                                      "people": 60} for week in range(3, 40, 4)]
        for outcome, value, half, known in (("performance", 4.1, 3.0, "works"), ("leaving", -12.0, 30.0, "cannot_tell"), ("hr_minutes", -8.5, 1.0, "works"), ("felt", 13.0, 14.0, "cannot_tell")):
            out["effect_programme"].append({"outcome": outcome, "read_on": READ, "value": value, "low": value - half, "high": value + half, "p": 0.01, "p_adjusted": 0.03, "teams": 9, "not_started": 8,
                                            "trend": 0.3, "trend_low": -1.8, "trend_high": 2.4, "trend_p": 0.7, "verdict": known if verdict == "works" else "cannot_tell", "left_out": json.dumps({"teams": 2}),
                                            "checks": json.dumps([{"key": "teams", "passed": True, "number": 9, "bound": 4}, {"key": "trend", "passed": True, "number": 0.7, "bound": 0.2}])})
            for week in range(-20, 12, 4):
                out["effect_picture"].append({"outcome": outcome, "weeks_from_start": week, "value": value if week >= 0 else 0.2, "low": (value if week >= 0 else 0.2) - half,
                                              "high": (value if week >= 0 else 0.2) + half, "part": "after" if week >= 0 else "base" if week >= -8 else "lead", "teams": 9})
    for month in range(1, 11):
        for side, minutes, share in (("before", 230.0, 0.31), ("after", 82.0, 0.58)):
            if (side == "after") == (month < 4):
                continue
            out["effect_time"].append({"month": date(2026, month, 1), "programme": side, "minutes": 900.0, "talks": 60, "untimed": 2, "people": 60.0, "hr": 2, "minutes_per_person_week": 6.0,
                                       "minutes_per_hr_day": minutes})
            out["effect_felt"].append({"month": date(2026, month, 1), "programme": side, "tag": "", "answers": 50, "people": 44, "cared": int(50 * share), "share": share,
                                       "low": share - 0.12, "high": share + 0.12})
        out["effect_standard"].append({"month": date(2026, month, 1), "due": 40, "done": 27, "people": 33, "share": 0.675, "low": 0.52, "high": 0.8})
    # One month of a handful of people: told to HR alone.
    out["effect_felt"].append({"month": date(2026, 11, 1), "programme": "before", "tag": "", "answers": 3, "people": 2, "cared": 3, "share": 1.0, "low": 0.44, "high": 1.0})
    pace = {"cared_episodes": 60, "compared_episodes": 70, "cared_a_week": 4.0, "compared_a_week": 5.0, "episodes_a_week": 9.0, "mde": 8.66, "weeks": 9}
    out["effect_noise"] = [{"noise": 21.0, "worth": 5.0, **pace}]
    out["effect_pace"] = [{"tag": tag, **pace, **({"cared_episodes": 3, "mde": 25.0, "weeks": None} if tag == "family_care" else {})} for tag in TAGS]
    return out


def fill(con: duckdb.DuckDBPyConnection, state: str) -> None:
    """Make the tables anew."""
    tables.create(con)
    teams = con.execute("select team, coalesce(department, '') from teams order by team").fetchall()
    for name, made in rows(state, teams).items():
        tables.write(con, name, made)


def published(demo_dir: Path, to: Path, state: str, *statements: str) -> Path:
    """A copy of the demo company with these tables (and after some more statements), published in a folder of its own."""
    build_id = publish.new_build_id(state)
    draft = publish.draft(to, build_id)
    shutil.copy(publish.where(demo_dir), draft)
    with building(draft) as con:
        fill(con, state)
        for statement in statements:
            con.execute(statement)
    publish.publish(to, build_id, draft, 3)
    return to
