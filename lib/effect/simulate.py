"""Companies whose truth is known: weekly panels with noise, mood, real dips, care given in a known way and of known effect.

Everything that care does not cause (noise, mood, dips, the calendar, teams) is drawn before the first week is played, so that care of
zero effect changes no number of anybody.  A person's week is, as a share of their own level,
``calendar × (1 + learning + team + mood − dip + care / 100 + programme / 100 + noise)``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.effect.dips import Watch

START = pd.Timestamp("2025-01-06")
CARE = ("random", "worst", "top_k", "stars", "about_to_recover", "lottery", "lottery_with_favourites")
"""How HR chooses whom of the newly flagged to see: by chance; the deeper the dip the likelier; the deepest up to capacity; stars;
those it privately knows to be about to recover; drawn when there are more than capacity; the same after HR has taken its own picks."""


@dataclass(frozen=True)
class Scenario:
    """What is put in.  Shares and spreads are of the person's own level; ``effect`` and ``programme`` are points of it."""

    people: int = 300
    weeks: int = 78
    teams: int = 10
    noise: float = 0.20            # of a week
    mood_keeps: float = 0.8        # of mood, from week to week
    mood: float = 0.05             # spread of mood
    dips: float = 0.5              # real dips a person-year
    dip_depth: tuple[float, float] = (0.1, 0.35)
    dip_weeks: tuple[int, int] = (3, 8)
    season: float = 0.06           # spread of the calendar that all share
    team_swing: float = 0.02       # spread of what a team shares, slow
    absent: float = 0.04           # chance of a week with too few worked days
    newcomers: float = 0.3         # share hired less than half a year before the first week, or later
    care: str = "random"
    share: float = 0.5             # of the newly flagged who are cared for (not for top_k and lottery)
    capacity: float = 0.015        # a week, per head (top_k and lottery)
    effect: float = 0.0            # points of own level, in the 4 weeks after the week of care
    effect_weeks: int = 4
    leaving: float = 0.25          # hazard a year of somebody in an even mood
    hazard_ratio: float = 1.0      # in the weeks after the week of care
    hazard_weeks: int = 13
    staggered: bool = False        # teams start care one after another, and the programme with it
    programme: float = 0.0         # points of own level for everybody in the team from its start on


@dataclass(frozen=True)
class World:
    """A company that was played: the frames that the estimators take, and ``starts`` (first week of care per team)."""

    people: pd.DataFrame
    weeks: pd.DataFrame
    flags: pd.DataFrame
    cares: pd.DataFrame
    draws: pd.DataFrame
    starts: pd.Series
    as_of: pd.Timestamp


def _persisting(rng: np.random.Generator, rows: int, columns: int, keeps: float, spread: float) -> np.ndarray:
    """First-order autoregression of that stationary spread."""
    out = rng.normal(0, spread, (rows, columns))
    for at in range(1, columns):
        out[:, at] = keeps * out[:, at - 1] + np.sqrt(1 - keeps**2) * out[:, at]
    return out


def _dips(rng: np.random.Generator, world: Scenario, stars: np.ndarray) -> np.ndarray:
    """Real dips: depth per person and week, 0 outside them.  Stars get out in half the time."""
    depth = np.zeros((world.people, world.weeks))
    begins = rng.random(depth.shape) < world.dips / 52
    for who, when in zip(*np.nonzero(begins), strict=True):
        length = int(rng.integers(*world.dip_weeks, endpoint=True))
        length = max(2, length // 2) if stars[who] else length
        depth[who, when:when + length] = np.maximum(depth[who, when:when + length], rng.uniform(*world.dip_depth))
    return depth


def _chosen(rng: np.random.Generator, world: Scenario, new: np.ndarray, strength: np.ndarray, stars: np.ndarray,
            gain: np.ndarray) -> tuple[np.ndarray, np.ndarray | None, float]:
    """Which of ``new`` (person numbers) are cared for; which were drawn, or None where nothing was drawn; the chance of the draw."""
    n, room = len(new), max(1, round(world.capacity * world.people))
    by_chance = rng.random(n)
    if world.care == "random":
        return by_chance < world.share, None, np.nan
    if world.care == "worst":
        odds = np.log(world.share / (1 - world.share)) + 1.2 * (strength - 1.5)
        return by_chance < np.clip(1 / (1 + np.exp(-odds)), 0.08, 0.92), None, np.nan
    if world.care == "top_k":
        return np.argsort(np.argsort(-strength, kind="stable"), kind="stable") < room, None, np.nan
    if world.care == "stars":
        return by_chance < np.where(stars[new], 0.85, world.share / 2), None, np.nan
    if world.care == "about_to_recover":
        return by_chance < np.where(gain[new] > 0.03, 0.95, 0.05), None, np.nan
    picked = np.zeros(n, dtype=bool)
    if world.care == "lottery_with_favourites":
        picked = (gain[new] > 0.03) & (by_chance < 0.3)
    pool = np.flatnonzero(~picked)
    drawn = np.zeros(n, dtype=bool)
    drawn[pool[rng.permutation(len(pool))[:room]]] = True
    cared = picked | drawn
    if world.care == "lottery_with_favourites":      # and afterwards HR visits a few whom the draw left out
        cared |= (gain[new] > 0.03) & (rng.random(n) < 0.15)
    return cared, np.where(picked, np.nan, drawn), min(1.0, room / max(len(pool), 1))


def play(world: Scenario, seed: int) -> World:
    """Play a company.  The same scenario and seed give the same company."""
    if world.care not in CARE:
        raise ValueError(f"care must be one of {', '.join(CARE)}, not {world.care!r}")
    rng = np.random.default_rng(seed)
    n, span = world.people, world.weeks
    team = rng.permutation(np.arange(n) % world.teams)
    level = np.exp(rng.normal(3.0, 0.3, n))
    stars = level >= np.quantile(level, 0.8)
    hired = np.where(rng.random(n) < world.newcomers, rng.integers(-26, max(span - 26, -25), n), -rng.integers(27, 400, n))
    tenure = np.arange(span) - hired[:, None]
    season = np.exp(rng.normal(0, world.season, span))
    mood = _persisting(rng, n, span + 8, world.mood_keeps, world.mood)
    depth = np.pad(_dips(rng, world, stars), ((0, 0), (0, 8)))
    latent = mood - depth
    shared = _persisting(rng, world.teams, span, 0.95, world.team_swing)
    learning = -0.35 * np.exp(-np.maximum(tenure, 0) / 8)
    noise = rng.normal(0, world.noise, (n, span))
    absent = rng.random((n, span)) < world.absent
    order = rng.permutation(world.teams)
    starts = np.full(world.teams, 0)
    if world.staggered:
        starts[order] = np.linspace(span * 0.28, span * 0.82, world.teams).round().astype(int)
    running = np.arange(span) >= starts[team][:, None]
    plain = 1 + learning + shared[team] + latent[:, :span] + noise + running * world.programme / 100
    hazard = world.leaving / 52 * np.exp(4.0 * -latent[:, :span]) * np.where(tenure < 13, 1.8, 1.0)
    luck, care_rng = rng.random((n, span)), np.random.default_rng([seed, 1])
    performance = np.full((n, span), np.nan)
    cared_in, left = np.full(n, -99), np.full(n, 9999)
    watch, flags, cares, draws = Watch(n, span), [], [], []
    for week in range(span):
        here = (tenure[:, week] >= 0) & (left > week)
        if week:
            counted = ~absent[:, week - 1] & np.isfinite(performance[:, week - 1])
            new = np.flatnonzero(watch.see(performance[:, week - 1], counted) & here)
            evidence = np.array([watch.strength(who) for who in new])
            flags += [(who, week, round(weight, 3)) for who, weight in zip(new, evidence, strict=True)]
            open_to = running[new, week]
            new, evidence = new[open_to], evidence[open_to]
            if len(new):
                gain = latent[:, week + 1:week + 5].mean(axis=1) - latent[:, week - 1]
                chosen, drawn, chance = _chosen(care_rng, world, new, evidence, stars, gain)
                cared_in[new[chosen]] = week
                cares += [(who, week) for who in new[chosen]]
                if drawn is not None:
                    draws += [(who, week, bool(hit), chance) for who, hit in zip(new, drawn, strict=True) if hit == hit]
        helps = (cared_in < week) & (cared_in >= week - world.effect_weeks)
        value = level * season[week] * np.maximum(plain[:, week] + helps * world.effect / 100, 0.02)
        performance[:, week] = np.where(here, value, np.nan)
        calm = np.where((cared_in < week) & (cared_in >= week - world.hazard_weeks), world.hazard_ratio, 1.0)
        left[here & (luck[:, week] < -np.expm1(-hazard[:, week] * calm))] = week + 1
    return _framed(world, care_rng, team, hired, left, performance, absent, flags, cares, draws, starts)


def _framed(world: Scenario, rng: np.random.Generator, team: np.ndarray, hired: np.ndarray, left: np.ndarray, performance: np.ndarray,
            absent: np.ndarray, flags: list, cares: list, draws: list, starts: np.ndarray) -> World:
    """The frames of a played company."""
    name = np.array([f"E{i:05d}" for i in range(world.people)])
    names = np.array([f"T{i:02d}" for i in range(world.teams)])
    monday = lambda weeks: START.to_datetime64().astype("datetime64[D]") + 7 * np.asarray(weeks, dtype=int).astype("timedelta64[D]")
    out = monday(np.minimum(left, world.weeks + 1)) - np.timedelta64(1, "D")        # Sunday of the last week
    people = pd.DataFrame({"employee_id": name, "team": names[team], "line": "sales", "hire_date": monday(hired),
                           "left_on": np.where(left <= world.weeks, out, np.datetime64("NaT"))})
    who, week = np.nonzero(np.isfinite(performance))
    panel = pd.DataFrame({"employee_id": name[who], "week": monday(week), "worked_days": np.where(absent[who, week], 2, 5),
                          "performance": performance[who, week]})
    flag = np.array(flags, dtype=float).reshape(-1, 3)
    care = np.array(cares, dtype=int).reshape(-1, 2)
    lots = np.array(draws, dtype=float).reshape(-1, 4)
    day = rng.integers(0, 5, len(care)).astype("timedelta64[D]")
    return World(
        people, panel,
        pd.DataFrame({"employee_id": name[flag[:, 0].astype(int)], "tag": "performance_dip", "since": monday(flag[:, 1]), "strength": flag[:, 2]}),
        pd.DataFrame({"employee_id": name[care[:, 0]], "care_on": monday(care[:, 1]) + day, "tag": "performance_dip",
                      "kind": rng.choice(["talk", "material", "day_off"], len(care)), "hr_id": rng.choice(["H1", "H2"], len(care)),
                      "minutes": rng.integers(15, 36, len(care))}),
        pd.DataFrame({"employee_id": name[lots[:, 0].astype(int)], "tag": "performance_dip", "drawn_on": monday(lots[:, 1]),
                      "draw_id": [f"D{int(w):03d}" for w in lots[:, 1]], "drawn": lots[:, 2].astype(bool), "chance": lots[:, 3]}),
        pd.Series(monday(starts), index=names), pd.Timestamp(monday(world.weeks) - np.timedelta64(1, "D")))
