"""Care effects on simulated companies whose truth is known: bias, coverage, verdicts, power.

``python -m tests.bench.effect_truth [--runs 400] [--seed 0] [--cells random,worst,…]``; without ``--cells`` all of them.  Each run is a company of
its own (``lib/effect/simulate.py``); the seed of run i is ``seed + i``.  The bars of the specification stand beside the cells.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from lib.effect.episodes import care_episodes
from lib.effect.estimate import CareEffect, NoComparison, company_noise, effect
from lib.effect.grid import grid, weekly_noise
from lib.effect.hazard import NoHazard, hazard, judge_hazard, person_weeks
from lib.effect.simulate import START, Scenario, World, play
from lib.effect.staggered import by_event_week, judge_programme, programme, team_outcome
from lib.effect.verdict import Verdict, judge, judge_all

Row = dict[str, float]
RANDOM = Scenario()


def measured(world: World, as_of: pd.Timestamp | None = None) -> tuple[pd.DataFrame, float]:
    """Episodes and the company's own noise as they are known on ``as_of``."""
    day = world.as_of if as_of is None else as_of
    values = grid(world.people, world.weeks, day)
    episodes = care_episodes(world.people, world.weeks, world.flags, world.cares, world.draws, day, values=values)
    return episodes, company_noise(episodes, weekly_noise(values.value))


def row(found: CareEffect | NoComparison, verdict: Verdict, truth: float) -> Row:
    """What one run adds to the averages."""
    out = {verdict.key: 1.0, "warned": float("private_knowledge" in verdict.warnings), **{f"failed {key}": 1.0 for key in verdict.failed}}
    if isinstance(found, NoComparison):
        return out
    for name, each in (("estimate", found.estimate), ("second", found.second), ("matched", found.matched)):
        if each is not None:
            out |= {f"{name} bias": each.value - truth, f"{name} spread": each.value, f"{name} coverage": float(each.low <= truth <= each.high)}
    return out | {"naive": found.naive.change, "naive works": float(found.naive.low > 0), "mde": found.mde, "overlap": found.overlap.share,
                  "cared": found.estimate.n_cared, "compared": found.estimate.n_compared}


def one(scenario: Scenario, lottery: bool = False) -> Callable[[int], Row]:
    """A cell with one question."""
    def run(seed: int) -> Row:
        episodes, noise = measured(play(scenario, seed))
        found = effect(episodes, noise, lottery=lottery)
        return row(found, judge(found), scenario.effect)
    return run


def family(scenario: Scenario) -> Callable[[int], Row]:
    """A cell with one question per team, looked at together."""
    def run(seed: int) -> Row:
        episodes, noise = measured(play(scenario, seed))
        found = {team: effect(episodes, noise, team=team) for team in sorted(set(episodes["team"]))}
        together, alone = judge_all(found), [judge(each) for each in found.values()]
        return {"any works": float(any(each.key == "works" for each in together.values())),
                "any works without Holm": float(any(each.key == "works" for each in alone)),
                "teams with 20 and 20": float(np.mean([not {"cared_people", "compared_people"} & set(each.failed) for each in alone]))}
    return run


def looks(scenario: Scenario) -> Callable[[int], Row]:
    """A look every 4 weeks for the last year (live), beside the four fixed reads of that year and looking without correction."""
    def run(seed: int) -> Row:
        world = play(scenario, seed)
        days = [START + pd.Timedelta(weeks=week) - pd.Timedelta(days=1) for week in range(scenario.weeks - 48, scenario.weeks + 1, 4)]
        found = [effect(*measured(world, day)) for day in days]
        works = lambda verdicts: float(any(each.key == "works" for each in verdicts))
        return {"any works live": works([judge(each, "live") for each in found]), "any works if read as fixed": works([judge(each) for each in found]),
                "any works at 4 quarterly reads": works([judge(each) for each in found[3::3]]), "looks": len(found)}
    return run


def leaving(scenario: Scenario) -> Callable[[int], Row]:
    """A cell about leaving, with "ever cared for" against "never" beside it, to be seen failing (one-sided 2.5 % test of two shares)."""
    def run(seed: int) -> Row:
        world = play(scenario, seed)
        episodes = care_episodes(world.people, world.weeks, world.flags, world.cares, None, world.as_of)
        found = hazard(person_weeks(world.people, episodes, world.cares, START + pd.Timedelta(weeks=4), world.as_of))
        ever = world.people["employee_id"].isin(world.cares["employee_id"])
        gone = world.people["left_on"].notna()
        a, b, n, m = gone[ever].mean(), gone[~ever].mean(), ever.sum(), (~ever).sum()
        pooled = gone.mean()
        out = {judge_hazard(found).key: 1.0, "ever/never works": float((b - a) / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m)) > 1.96)}
        if isinstance(found, NoHazard):
            return out | {"no ratio": 1.0}
        return out | {"log ratio": np.log(found.ratio), "log ratio spread": np.log(found.ratio), "coverage": float(found.low <= scenario.hazard_ratio <= found.high),
                      "below 1": float(found.high < 1), "leavers cared": found.events_cared, "leavers compared": found.events_compared}
    return run


def started(scenario: Scenario) -> Callable[[int], Row]:
    """A cell about a programme that teams started one after another."""
    def run(seed: int) -> Row:
        world = play(scenario, seed)
        values = grid(world.people, world.weeks, world.as_of)
        y, start, _ = by_event_week(team_outcome(world.people, values.value, values.weeks, world.starts), world.starts)
        found = programme(y, start)
        verdict = judge_programme(found, 5.0)
        if found is None:
            return {verdict.key: 1.0}
        return {verdict.key: 1.0, "bias": found.value - scenario.programme, "spread": found.value, "coverage": float(found.low <= scenario.programme <= found.high),
                "above 0": float(found.low > 0), "trend": float(found.trend is not None and found.trend[3] < .2)}
    return run


TEAMS = Scenario(people=320, teams=16, staggered=True, share=0.0)
CELLS: dict[str, tuple[Callable[[int], Row], str]] = {
    "random": (one(RANDOM), "works <= 5 %, |bias| <= .5, coverage 92-98 %"),
    "worst": (one(replace(RANDOM, care="worst")), "works <= 5 %, |bias| <= .5, coverage 92-98 %"),
    "top_k": (one(replace(RANDOM, care="top_k")), "works <= 5 %, |bias| <= .5, coverage 92-98 %"),
    "stars": (one(replace(RANDOM, care="stars")), "works <= 5 %"),
    "n100": (one(replace(RANDOM, people=100)), "works <= 5 %"),
    "n100_worst": (one(replace(RANDOM, people=100, care="worst")), "works <= 5 %"),
    "n30": (one(replace(RANDOM, people=30, teams=3)), "cannot tell 100 %"),
    "n30_plus10": (one(replace(RANDOM, people=30, teams=3, effect=10.0, care="worst")), "cannot tell 100 %"),
    "worst_plus5": (one(replace(RANDOM, care="worst", effect=5.0)), "works >= 50 %"),
    "worst_plus10": (one(replace(RANDOM, care="worst", effect=10.0)), "works >= 80 %"),
    "worst_minus10": (one(replace(RANDOM, care="worst", effect=-10.0)), "harms as often"),
    "recover": (one(replace(RANDOM, care="about_to_recover")), "warned 100 % (nothing can repair it)"),
    "favourites": (one(replace(RANDOM, care="lottery_with_favourites")), "nothing can repair it: observed"),
    "lottery": (one(replace(RANDOM, care="lottery"), True), "works <= 5 %"),
    "lottery_favourites": (one(replace(RANDOM, care="lottery_with_favourites"), True), "works <= 5 %"),
    "lottery_plus10": (one(replace(RANDOM, care="lottery", effect=10.0), True), "power, for information"),
    "ten_teams": (family(replace(RANDOM, people=1200, care="worst")), "any works <= 5 %"),
    "looks": (looks(replace(RANDOM, care="worst")), "any works live <= 5 %"),
    "leaving_random": (leaving(RANDOM), "works <= 5 %"),
    "leaving_worst": (leaving(replace(RANDOM, care="worst")), "works <= 5 %"),
    "leaving_half": (leaving(replace(RANDOM, hazard_ratio=.5)), "recovered within .4-.6"),
    "leaving_half_worst": (leaving(replace(RANDOM, care="worst", hazard_ratio=.5)), "recovered within .4-.6"),
    "teams16": (started(TEAMS), "coverage 92-98 %, works <= 5 %"),
    "teams16_plus5": (started(replace(TEAMS, programme=5.0)), "coverage 92-98 %"),
    "teams10": (started(replace(TEAMS, people=200, teams=10)), "coverage 92-98 %, works <= 5 %"),
    "teams10_plus5": (started(replace(TEAMS, people=200, teams=10, programme=5.0)), "coverage 92-98 %"),
    "rough": (one(replace(RANDOM, teams=4, leaving=.5, newcomers=.6, season=.15, absent=.12, team_swing=.05, care="worst")), "other settings: works <= 5 %"),
    "noisy": (one(replace(RANDOM, noise=0.35, care="worst")), "other settings: works <= 5 %"),
    "quiet": (one(replace(RANDOM, noise=0.12, dips=1.5, care="worst")), "other settings: works <= 5 %"),
}


def summary(rows: list[Row]) -> Row:
    """Averages over the runs (a verdict or failed check that a run does not name counts 0); ``spread`` columns are standard deviations."""
    table = pd.DataFrame(rows)
    shares = [name for name in table if name.startswith("failed ") or name in ("works", "harms", "no_effect", "cannot_tell", "no ratio")]
    table[shares] = table[shares].fillna(0.0)
    out = {name: float(table[name].std() if name.endswith("spread") else table[name].mean()) for name in table}
    if "log ratio" in table:
        out |= {"ratio (geometric mean)": float(np.exp(table["log ratio"].mean())), "ratio (median)": float(np.exp(table["log ratio"].median()))}
    return out


def cell(name: str, runs: int, seed: int = 0) -> Row:
    """The averages of one cell."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return summary([CELLS[name][0](seed + i) for i in range(runs)])


def main() -> None:
    """Print every cell with its bar."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cells", default=",".join(CELLS))
    options = parser.parse_args()
    for name in options.cells.split(","):
        begun = time.perf_counter()
        found = cell(name, options.runs, options.seed)
        print(f"{name}  [{CELLS[name][1]}]  {options.runs} runs, seeds from {options.seed}, {time.perf_counter() - begun:.0f} s")
        print("   ", "  ".join(f"{key} {value:.3f}" for key, value in found.items()), flush=True)


if __name__ == "__main__":
    main()
