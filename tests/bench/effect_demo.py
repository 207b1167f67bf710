"""Effects of care in demo companies, held against what their generator knows: is the truth inside the interval as often as it says?

``python -m tests.bench.effect_demo [--seeds 7,8,9,10,11] [--people 640] [--months 18]``.  Each seed is a company built through the real path.

The truth of a cell: ``truth.json`` says by how much each talk lifts the four weeks after its week, by the support that it led to.  Every week of everybody
is divided by what talks truly did to it, and the same outcome is measured again; the difference is what care did to each episode, later and other
talks included.  The same regression of that difference says what the cell would show without any noise: the effect of care in time against none in time.
Supports for pain points: only the useless one has a known effect on performance (none at all).  Rates stand with their Wilson intervals; cells of a company
share people, so that these are somewhat too narrow.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from scipy.stats import binom

from lib.build import build
from lib.demo import supports
from lib.effect import cells, frames
from lib.effect.build import LIVE, OLDER
from lib.effect.design import design
from lib.effect.episodes import Windows, care_episodes
from lib.effect.estimate import CareEffect
from lib.effect.programme import wilson
from lib.effect.regress import adjusted
from lib.effect.verdict import Look, judge_all
from lib.warehouse import publish

END = date(2026, 11, 15)
RESPOND, SUPPORT = 7, 14


def factor(found: frames.Frames, facts: dict[str, object], read: cells.Known) -> np.ndarray:
    """What talks truly did to each person and week of the grid, as a factor (1: nothing)."""
    gain, weeks = facts["care_performance"], int(facts["care_performance_weeks"])  # type: ignore[call-overload]
    log = np.zeros_like(read.grid.value)
    strength = facts["supports"]["in_talks"]  # type: ignore[index]
    line = found.people.set_index("employee_id")["line"]
    for tag, given in found.cares.groupby("tag"):
        row, week = read.grid.row(given["employee_id"]), read.grid.column(given["care_on"].to_numpy())
        lift = np.log1p([gain[tag].get(line[who], 0.0) * strength[tag][kind or "none"]  # type: ignore[index]
                         for who, kind in zip(given["employee_id"], given["kind"], strict=True)])
        helped = np.zeros_like(log)  # a second talk about the same tag begins its weeks anew, and adds nothing
        for at, begin, size in zip(row, week, lift, strict=True):
            if at >= 0:
                helped[at, max(begin + 1, 0):max(begin + 1 + weeks, 0)] = size
        log += helped
    return np.exp(log)


def truths(found: frames.Frames, facts: dict[str, object], day: pd.Timestamp, look: Look, scopes: tuple[str, ...]) -> pd.DataFrame:
    """Every cell of a read with its interval, its verdict and the truth (NaN where nobody knows it)."""
    read = cells.known(found, day, RESPOND, SUPPORT)
    people = found.people[found.people["hire_date"] <= day].reset_index(drop=True)
    unhelped = replace(read.grid, value=read.grid.value / factor(found, facts, read))
    without = care_episodes(people, found.weeks, found.flags, found.cares, found.draws, day, Windows(respond_days=RESPOND), unhelped)
    read.episodes["after_without"] = without["after"] * without["own_mean"] / read.episodes["own_mean"]
    rows = []
    made = list(cells.cells(read, scopes))
    for scope in dict.fromkeys(cell.scope for cell in made):
        family = {cell.part: cell for cell in made if cell.scope == scope}
        verdicts = judge_all({part: cell.found for part, cell in family.items()}, look)
        for part, cell in family.items():
            row = {"scope": scope, "part": part, "verdict": verdicts[part].key, "told": isinstance(cell.found, CareEffect), "truth": np.nan}
            if isinstance(cell.found, CareEffect):
                estimate, second = cell.found.estimate, cell.found.second
                row |= {"truth": _truth(cell), "value": estimate.value, "low": estimate.low, "high": estimate.high, "second": second.value,
                        "second_low": second.low, "second_high": second.high, "naive": cell.found.naive.change, "cared": estimate.n_cared,
                        "compared": estimate.n_compared}
            rows.append(row)
    return pd.DataFrame(rows)


def _truth(cell: cells.Cell) -> float:
    if "after_without" not in cell.used:  # a support for a pain point
        return 0.0 if cell.kind == supports.USELESS else float("nan")
    lottery = cell.found.design == "lottery"
    d, _ = design(cell.used, cell.kind or None, lottery)
    bare = cell.used.assign(after=cell.used["after"] - cell.used["after_without"])
    caused, _ = design(bare, cell.kind or None, lottery)
    return float(adjusted(caused.y, d.care, d.x, d.person, d.team).beta[0])


def company(seed: int, people: int, months: int, folder: Path) -> tuple[pd.DataFrame, dict[str, float]]:
    """Cells of the current fixed read and of the live one of one demo company, and what its build of effects cost."""
    data = folder / f"seed{seed}"
    begun = time.perf_counter()
    steps = {step: spent for step, _, spent in build(data, demo=True, people=people, months=months, seed=seed, as_of=END).steps}
    seconds = time.perf_counter() - begun
    facts = json.loads((data / "truth" / "truth.json").read_text("utf-8"))
    with duckdb.connect(str(publish.where(data)), read_only=True) as con:
        found = frames.read(con, END)
        reads = con.execute("select read_on, kind, current from effect_reads order by read_on desc").fetchall()
        cost = {"effect seconds": steps["care_episodes"], "build seconds": seconds}
        parts = []
        for day, kind, current in reads:
            scopes = cells.SCOPES if current else LIVE if kind == "live" else OLDER
            if current or kind == "live":
                table = truths(found, facts, pd.Timestamp(day), kind, scopes)
                published = con.execute("select scope, part, value as shown from effect_cells where read_on = ?", [day]).df()
                both = table.merge(published, on=["scope", "part"], how="left")
                assert np.allclose(both["value"], both["shown"], equal_nan=True), "the bench and the build disagree"
                parts.append(table.assign(read="current" if current else "live", seed=seed))
    return pd.concat(parts, ignore_index=True), cost


def rate(hits: int, n: int) -> str:
    """A share with its 95 % Wilson interval, in %."""
    low, high = wilson(np.array([hits]), np.array([n]))
    return f"{hits} of {n} = {hits / n:.1%} ({low[0]:.1%} to {high[0]:.1%})" if n else "0 of 0"


def rates(table: pd.DataFrame) -> None:
    """Print how often the truth lies in the interval and how often a cell without any effect is said to work, over tags and supports, with the spread over
    the seeds."""
    known = table[table["truth"].notna() & table["scope"].isin(["tag", "kind", "tag_kind"])]
    inside = (known["low"] <= known["truth"]) & (known["truth"] <= known["high"])
    for (read, scope), mine in known.groupby(["read", "scope"], sort=False):
        print(f"{read} {scope}: truth inside {rate(int(inside[mine.index].sum()), len(mine))}")
    for read, mine in known.groupby("read", sort=False):
        seeds = inside[mine.index].groupby(mine["seed"]).mean()
        print(f"{read}, tags and supports: truth inside {rate(int(inside[mine.index].sum()), len(mine))}; by seed {', '.join(f'{share:.0%}' for share in seeds)}")
    useless = table[table["part"].str.split("/").str[-1].eq(supports.USELESS) | table["part"].eq("life_event")]
    none = known[known["truth"].abs() < 0.5]
    print(f"useless support or tag said to work: {rate(int((useless['verdict'] == 'works').sum()), len(useless))}")
    print(f"cells without any effect (truth within half a point of 0) said to work: {rate(int((none['verdict'] == 'works').sum()), len(none))}")


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Per read and scope: cells told, share of intervals that hold the truth (both methods), the fewest that 95 % intervals would hold by
    chance in 97.5 % of cases, mean error, and false "works" (truth within half a point of 0) and "harms"."""
    rows = []
    for (read, scope), mine in table.groupby(["read", "scope"], sort=False):
        known = mine[mine["truth"].notna()]
        inside = (known["low"] <= known["truth"]) & (known["truth"] <= known["high"])
        second = (known["second_low"] <= known["truth"]) & (known["truth"] <= known["second_high"])
        rows.append({"read": read, "scope": scope, "cells": len(mine), "known": len(known), "inside": int(inside.sum()), "second inside": int(second.sum()),
                     "fewest": int(binom.ppf(0.025, len(known), 0.95)) if len(known) else 0, "error": (known["value"] - known["truth"]).mean(),
                     "naive error": (known["naive"] - known["truth"]).mean(), "truth": known["truth"].mean(),
                     "works": int((mine["verdict"] == "works").sum()), "false works": int(((known["verdict"] == "works") & (known["truth"].abs() < 0.5)).sum()),
                     "harms": int((mine["verdict"] == "harms").sum())})
    return pd.DataFrame(rows)


def main() -> None:
    """Print the cells about tags and supports of every seed, the summary, and what it cost."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--seeds", default="7,8,9,10,11")
    parser.add_argument("--people", type=int, default=640)
    parser.add_argument("--months", type=int, default=18)
    options = parser.parse_args()
    tables = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in map(int, options.seeds.split(",")):
            table, cost = company(seed, options.people, options.months, Path(folder))
            tables.append(table)
            shown = table[(table["read"] == "live") & table["told"] & table["scope"].isin(["all", "tag", "kind", "tag_kind"])]
            print(f"seed {seed}", cost, f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
            print(shown.drop(columns=["told", "read", "seed"]).round(2).to_string(index=False), flush=True)
    everything = pd.concat(tables, ignore_index=True)
    print(summary(everything).round(2).to_string(index=False))
    rates(everything)


if __name__ == "__main__":
    main()
