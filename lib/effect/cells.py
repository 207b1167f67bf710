"""One read: every figure about care and performance as it could be known on one day, with Holm over what is shown together.

A cell is a scope (all, a tag, a kind of support, both, a department, a team) and its part.  The verdicts of a scope are one family.  A draw's data
stand in for what people chose as soon as enough people were drawn and not drawn: by their number, never by what they say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.effect import design, tables
from lib.effect.episodes import Windows, care_episodes
from lib.effect.estimate import CareEffect, NoComparison, company_noise, effect
from lib.effect.frames import Frames
from lib.effect.grid import Grid, grid, weekly_noise
from lib.effect.verdict import PEOPLE, Look, Verdict, judge_all

TAGS = ("new_hire", "performance_dip", "high_pressure", "life_event", "client_trouble", "family_care")
SCOPES = ("all", "tag", "kind", "tag_kind", "department", "team")
BEFORE, OBJECTED = "before_start", "objected"
"""Reasons beside those of the core: before care could come to the team; somebody who objects to scoring."""
ALONE, PAIN = "none", "pain/"
"""The kind of a talk that led to no support that is on record, where kinds are on record at all; and what stands before the kinds that are given for
pain points: a course for a pain is another question than one for a tag."""


@dataclass(frozen=True)
class Known:
    """What is known on a day.  ``episodes``: all of them (``department`` and ``comparable`` beside the columns of the core); ``pains``: those of pain
    points, whose cares are supports; ``noise``: the company's own; ``objected`` and ``waiting``: flags that are only counted."""

    day: pd.Timestamp
    grid: Grid
    episodes: pd.DataFrame
    pains: pd.DataFrame
    noise: float
    objected: pd.DataFrame
    waiting: pd.DataFrame

    @property
    def comparable(self) -> pd.DataFrame:
        """Episodes from the time on in which care could come."""
        return self.episodes[self.episodes["comparable"]]


@dataclass(frozen=True)
class Cell:
    """A part of a scope with what was found, the kind of support that it asks about ('' for any), its episodes, the reasons of this room for leaving
    others out, and the teams that it is about."""

    scope: str
    part: str
    kind: str
    found: CareEffect | NoComparison
    used: pd.DataFrame
    extra: Mapping[str, int]
    teams: frozenset[str]


def known(frames: Frames, day: pd.Timestamp, respond_days: int, support_days: int) -> Known:
    """The episodes as they could be known on ``day``."""
    people = frames.people[frames.people["hire_date"] <= day].reset_index(drop=True)
    values = grid(people, frames.weeks, day)

    def made(flags: pd.DataFrame, cares: pd.DataFrame, draws: pd.DataFrame | None, days: int) -> pd.DataFrame:
        table = care_episodes(people, frames.weeks, flags, cares, draws, day, Windows(respond_days=days), values)
        table["department"] = people.set_index("employee_id")["department"].reindex(table["employee_id"]).to_numpy()
        table["kind"] = table["kind"].astype(object).where(table["cared"], "")
        if (table["kind"] != "").any():
            table["kind"] = table["kind"].mask(table["cared"] & (table["kind"] == ""), ALONE)
        table["comparable"] = (table["since"] >= table["team"].map(frames.care_from)).to_numpy(bool)
        return table

    episodes = made(frames.flags, frames.cares, frames.draws, respond_days)
    pains = made(frames.pains, frames.supports, None, support_days)
    begun = frames.supports["care_on"].min()
    pains["comparable"] = (pains["since"] >= begun).to_numpy(bool)  # from the first support that was ever given
    usable = episodes[episodes["comparable"]]
    return Known(day, values, episodes, pains, company_noise(usable, weekly_noise(values.value)),
                 *(counted[counted["since"] <= day] for counted in (frames.objected, frames.waiting)))


def _one(episodes: pd.DataFrame, noise: float, tag: str = "", kind: str = "") -> CareEffect | NoComparison:
    """What a draw decided where enough people are on both sides of it, else what people chose."""
    if not kind and episodes["drawn"].notna().any():
        drawn = effect(episodes, noise, tag=tag, lottery=True)
        if isinstance(drawn, CareEffect) and min(drawn.estimate.n_cared, drawn.estimate.n_compared) >= PEOPLE:
            return drawn
    return effect(episodes, noise, tag=tag, kind=kind)


def _too_few(episodes: pd.DataFrame, noise: float, part: str) -> NoComparison | None:
    """A team with fewer than 20 people on a side can have no verdict: what would stand there is noise, so nothing is estimated."""
    why = design.left_out(episodes, None, False)
    used = episodes[why == ""]
    people = lambda which: int(used.loc[which, "employee_id"].nunique())
    cared, alone = people(used["cared"]), people(~used["cared"])
    if min(cared, alone) >= PEOPLE:
        return None
    counts = why[why != ""].value_counts()
    return NoComparison("", "", part, "observed", cared, alone, used["employee_id"].nunique(), len(used), noise, {str(k): int(n) for k, n in counts.items()})


def _parts(read: Known, scopes: tuple[str, ...]) -> Iterator[tuple[str, str, pd.DataFrame, str]]:
    """Scope, part, its episodes (with those before care could come) and the kind of support that is asked about."""
    table, pains = read.episodes, read.pains
    given = lambda frame: sorted({kind for kind in frame.loc[frame["comparable"], "kind"] if kind})
    for scope in scopes:
        if scope == "all":
            yield scope, "", table, ""
        elif scope == "tag":
            for tag in TAGS:
                yield scope, tag, table[table["tag"] == tag], ""
        elif scope == "kind":
            for frame, before in ((table, ""), (pains, PAIN)):
                for kind in given(frame):
                    with_it = set(frame.loc[frame["kind"] == kind, "tag"])
                    # A support is compared with none where it is given at all: only within the tags that ever led to it.
                    yield scope, f"{before}{kind}", frame[frame["tag"].isin(with_it)], kind
        elif scope == "tag_kind":
            for frame in (table, pains):
                for tag in sorted(set(frame["tag"])):
                    mine = frame[frame["tag"] == tag]
                    for kind in given(mine):
                        yield scope, f"{tag}/{kind}", mine, kind
        else:
            for name in sorted((set(table[scope]) | set(read.waiting[scope])) - {""}):
                yield scope, name, table[table[scope] == name], ""


def _counted(flags: pd.DataFrame, scope: str, part: str) -> int:
    return int(len(flags) if scope == "all" else (flags[scope] == part).sum())


def cells(read: Known, scopes: tuple[str, ...] = SCOPES) -> Iterator[Cell]:
    """Every cell of the scopes, also those without a comparison."""
    for scope, part, mine, kind in _parts(read, scopes):
        inside = mine["comparable"].to_numpy(bool)
        used = mine[inside]
        extra = {BEFORE: int((~inside).sum()) + (0 if kind else _counted(read.waiting, scope, part))}
        if scope in ("all", "tag"):  # in smaller groups the number would point at somebody
            extra[OBJECTED] = _counted(read.objected, scope, part)
        found = (_too_few(used, read.noise, part) if scope == "team" else None) or _one(used, read.noise, kind=kind)
        waiting = read.waiting[read.waiting[scope] == part] if scope in ("department", "team") else read.waiting[:0]
        yield Cell(scope, part, kind, found, used, {reason: n for reason, n in extra.items() if n}, frozenset(mine["team"]) | frozenset(waiting["team"]))


def rows(found: list[Cell], day: pd.Timestamp, look: Look, worth: float) -> list[dict[str, object]]:
    """The rows of ``effect_cells``: Holm within each scope."""
    out = []
    for scope in dict.fromkeys(cell.scope for cell in found):
        family = {cell.part: cell for cell in found if cell.scope == scope}
        verdicts = judge_all({part: cell.found for part, cell in family.items()}, look, worth)
        out += [{"read_on": day, **_row(cell, verdicts[part])} for part, cell in family.items()]
    return out


def _row(cell: Cell, verdict: Verdict) -> dict[str, object]:
    found = cell.found
    out = {**dict(found.left_out), **cell.extra}
    row: dict[str, object] = {
        "scope": cell.scope, "part": cell.part, "outcome": "performance", "design": found.design, "people": found.people, "episodes": found.episodes,
        "noise": found.noise, "verdict": verdict.key, "bound": verdict.bound, "more": verdict.more, "cells": verdict.cells, "causal": verdict.causal,
        "p": verdict.p, "p_adjusted": verdict.p_adjusted, "warnings": json.dumps(verdict.warnings), "checks": tables.checks(verdict.checks),
        "left_out": json.dumps(out), "minutes": _minutes(cell)}
    if isinstance(found, NoComparison):
        return row | {"cared": found.n_cared, "compared": found.n_compared}  # nothing before and after without a comparison
    ends = lambda name, each: {f"{name}value": each.value, f"{name}low": each.low, f"{name}high": each.high} if each is not None else {}
    naive, beside, minutes = found.naive, found.comparison, row["minutes"]
    row |= {"cared": found.estimate.n_cared, "compared": found.estimate.n_compared, "naive_before": naive.before, "naive_after": naive.after,
            "naive_change": naive.change, "naive_low": naive.low, "naive_high": naive.high, "compared_before": beside.before,
            "compared_after": beside.after, "expected": beside.expected, **ends("", found.estimate), **ends("second_", found.second),
            **ends("matched_", found.matched), **ends("placebo_", found.placebo[0] if found.placebo else None),
            "placebo_p": max(each.p for each in found.placebo) if found.placebo else None, "overlap_share": found.overlap.share,
            "effective": found.overlap.effective, "mde": found.mde, "first": found.first, "last": found.last}
    if verdict.key in ("works", "harms") and minutes:
        row["points_per_hour"] = found.estimate.value * 60 / minutes  # type: ignore[operator]
    return row


def sides(found: list[Cell], read: Known) -> list[dict[str, object]]:
    """The rows of ``effect_sides``: what each team has in each cell but the teams' own.  A department has a row for every team that it is about; what is
    in no department is the department ''."""
    out: list[dict[str, object]] = []
    loose = read.comparable[read.comparable["department"] == ""]
    parts = [(cell.scope, cell.part, cell.used, cell.kind, cell.found.design == "lottery", cell.teams) for cell in found if cell.scope != "team"]
    if any(cell.scope == "department" for cell in found):
        parts.append(("department", "", loose, "", False, frozenset(loose["team"])))
    for scope, part, mine, kind, lottery, teams in parts:
        used = mine[design.left_out(mine, kind or None, lottery) == ""]
        cared = (used["drawn"] if lottery else used["cared"]).to_numpy(bool)
        count = pd.DataFrame({"cared": used[cared].groupby("team")["employee_id"].nunique(), "compared": used[~cared].groupby("team")["employee_id"].nunique(),
                              "cared_episodes": used[cared].groupby("team").size(), "compared_episodes": used[~cared].groupby("team").size()})
        count = count.reindex(sorted(teams)) if scope == "department" else count
        out += [{"read_on": read.day, "scope": scope, "part": part, "team": team, **row} for team, row in count.fillna(0).astype(int).to_dict("index").items()]
    return out


def _minutes(cell: Cell) -> float | None:
    """Mean minutes of the cares that are in the estimate; None where no length is known."""
    inside = design.left_out(cell.used, cell.kind or None, cell.found.design == "lottery") == ""
    minutes = cell.used.loc[inside & cell.used["cared"], "minutes"].to_numpy(float)
    minutes = minutes[np.isfinite(minutes)]
    return float(minutes.mean()) if len(minutes) else None


def person_rows(read: Known) -> pd.DataFrame:
    """The rows of ``care_episodes``: every episode, with why it is in no estimate of all cares."""
    table = read.episodes.copy()
    why = design.left_out(table, None, False)
    table["left_out"] = np.where(table["comparable"], why, BEFORE)
    table["lottery"] = table["drawn"].notna() & (table["chance"] > 0) & (table["chance"] < 1)
    return table
