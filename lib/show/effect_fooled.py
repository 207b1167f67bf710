"""Effect, why before/after fools: a company is played in which care does nothing at all, and the naive figure is held against that truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.access.desk import Desk
from lib.show import effect_draw, effect_read, effect_seen
from lib.show.care_live import Asked
from lib.show.effect_seen import Compared
from lib.show.lanes import Axis, Line, Tip, chart, figure
from lib.show.parts import Explain, esc, explain, number, signed
from lib.show.sections import Behind, Held
from lib.words import say

WORLDS = ("worst", "about_to_recover", "lottery")
"""Whom HR sees in the played company: the deepest dips, those it privately knows to be about to recover, or whom a draw names."""
PEOPLE, WEEKS, MOST = 200, 78, 12
BEFORE, AFTER = 10, 9
"""Weeks drawn before and after the tag."""


@dataclass(frozen=True)
class Played:
    """One played company: the figures with their comparison, the verdict of both, and how both groups went around the tag (% of the own usual)."""

    compared: Compared
    verdict: str
    more: int | None
    causal: bool
    naive_works: bool
    cared_path: tuple[float, ...]
    others_path: tuple[float, ...]


def html(desk: Desk, held: Held) -> str:
    """The world that is open, the company that was played last, and how often the naive figure was wrong so far."""
    world, seed = _world(held), _seed(held)
    return _page(desk, world, seed)


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Play another company, or another way in which HR chooses."""
    if asked.what == "effect.world" and asked.of in WORLDS:
        held.state["effect.world"], held.state["effect.seed"] = asked.of, 1
        return ""
    if asked.what == "effect.again":
        held.state["effect.seed"] = _seed(held) % MOST + 1
        return ""
    return None


def tables(desk: Desk, held: Held) -> Behind:
    """Every company that was played so far in this world."""
    world = _world(held)
    rows = [(seed, found.compared.naive.value, found.compared.credible.value, found.compared.credible.low, found.compared.credible.high, 0.0,
             effect_seen.word(found.verdict, None, found.more, found.causal)) for seed in range(1, _seed(held) + 1) for found in [played(desk, world, seed)]]
    frame = pd.DataFrame(rows, columns=["company", "naive_change", "value", "low", "high", "truth", "verdict"])
    return [(frame, f"effect-played-{world}", {name: say(f"effect.column.{name}") for name in frame.columns})]


def _world(held: Held) -> str:
    world = str(held.state.get("effect.world", WORLDS[0]))
    return world if world in WORLDS else WORLDS[0]


def _seed(held: Held) -> int:
    return int(held.state.get("effect.seed", 1))  # type: ignore[call-overload]


def played(desk: Desk, world: str, seed: int) -> Played:
    """A played company; the same world and seed give the same one, so it is kept."""
    return desk.worked_out("effect.played", (world, seed), lambda: play(world, seed))


def play(world: str, seed: int) -> Played:
    """Play a company in which care does nothing, and estimate what it did by the same code as for the real one."""
    from lib.effect.episodes import care_episodes
    from lib.effect.estimate import CareEffect, company_noise, effect
    from lib.effect.grid import grid, weekly_noise
    from lib.effect.simulate import Scenario
    from lib.effect.simulate import play as simulate
    from lib.effect.verdict import judge

    made = simulate(Scenario(people=PEOPLE, weeks=WEEKS, care=world, effect=0.0), seed)
    values = grid(made.people, made.weeks, made.as_of)
    episodes = care_episodes(made.people, made.weeks, made.flags, made.cares, made.draws, made.as_of, values=values)
    found = effect(episodes, company_noise(episodes, weekly_noise(values.value)), lottery=world == "lottery")
    if not isinstance(found, CareEffect):
        raise ValueError(f"the played company {world} {seed} has no comparison")
    verdict = judge(found)
    used = episodes[episodes["censored"] == ""]
    row = {who: nth for nth, who in enumerate(values.people)}
    first = np.datetime64(values.weeks[0], "D")
    at = lambda part: [(row[who], int((np.datetime64(since, "D") - first).astype(int) // 7)) for who, since in zip(part["employee_id"], part["since"], strict=True)]
    path = lambda part: _path(values.value, at(part))
    return Played(effect_seen.of_effect(found), verdict.key, verdict.more, verdict.causal, found.naive.low > 0, path(used[used["cared"]]), path(used[~used["cared"]]))


def _path(value: np.ndarray, at: list[tuple[int, int]]) -> tuple[float, ...]:
    """Mean of the weeks around a tag, in % of each person's own mean of the weeks before the dip."""
    rows = []
    for who, week in at:
        span = np.arange(week - BEFORE, week + AFTER)
        line = np.where((span >= 0) & (span < value.shape[1]), value[who, np.clip(span, 0, value.shape[1] - 1)], np.nan)
        own = np.nanmean(line[:BEFORE - 2]) if np.isfinite(line[:BEFORE - 2]).any() else np.nan
        rows.append(line / own * 100)
    found = np.array(rows)
    return tuple(float(np.nanmean(column)) for column in found.T)


def _page(desk: Desk, world: str, seed: int) -> str:
    found = played(desk, world, seed)
    so_far = [played(desk, world, one) for one in range(1, seed + 1)]
    fooled = sum(one.naive_works for one in so_far)
    wrong = sum(one.verdict in ("works", "harms") for one in so_far)
    pills = "".join(f"<button type=button data-ask=effect.world data-of='{key}' aria-pressed={'true' if key == world else 'false'}>{esc(say(f'effect.world.{key}'))}</button>" for key in WORLDS)
    naive = effect_read.chip(say("effect.fooled.naive", value=signed(found.compared.naive.value, 0)), "watch")
    left = effect_read.chip(say("effect.fooled.left", verdict=effect_seen.word(found.verdict, None if found.verdict != "no_effect" else _bound(found), found.more, found.causal)), "")
    drawer = explain(Explain(say("effect.fooled.rule"), say("effect.fooled.period", n=number(WEEKS)),
                             say("effect.fooled.people", n=number(PEOPLE), cared=number(found.compared.cared), others=number(found.compared.beside.people)), say("effect.fooled.left_out")))
    tally = say("effect.fooled.tally", n=number(len(so_far)), naive=number(fooled), left=number(wrong))
    more = f"<button type=button class='act main' data-ask=effect.again>{esc(say('effect.fooled.again'))}</button>"
    return effect_read.section(say("effect.fooled", naive=signed(found.compared.naive.value, 0)),
                               f"<p>{esc(say('effect.fooled.what'))}</p><nav class='pills' aria-label='{esc(say('effect.fooled.who'))}'>{pills}</nav><p class='kj-note'>{esc(say(f'effect.world.{world}.note'))}</p>"
                               f"{_recovery(found)}{effect_draw.picture(found.compared, truth=0.0)}<div class='ef-said'>{naive}{left}</div>"
                               f"<p>{esc(tally)}</p><div class=chips>{more}</div>", drawer)


def _bound(found: Played) -> float:
    spans = (found.compared.credible, found.compared.second)
    return float(np.ceil(max(abs(end) for span in spans for end in (span.low, span.high)) * 2) / 2)


def _recovery(found: Played) -> str:
    """How both groups went around the tag: down and up again, with care and without."""
    weeks = [float(week) for week in range(-BEFORE, AFTER)]
    lines = [Line(weeks, found.others_path, "soft"), Line(weeks, found.cared_path)]
    tips = [Tip(week - 0.5, week + 0.5, "\n".join([say("effect.fooled.week", n=number(week) if week <= 0 else f"+{week:.0f}"), say("effect.fooled.tip", cared=number(one, 0), others=number(two, 0))]))
            for week, one, two in zip(weeks, found.cared_path, found.others_path, strict=True)]
    axis = Axis(-BEFORE - 0.5, AFTER - 0.5, [(float(week), say("effect.fooled.start") if week == 0 else number(week) if week < 0 else f"+{week}") for week in range(-8, AFTER, 4)])
    lane = chart(axis, say("effect.fooled.lane"), 150, lines, tips, most=4)
    keys = "".join(f"<span><i class='{kind}' aria-hidden=true></i> {esc(words)}</span>" for kind, words in (("own", say("effect.fooled.cared")), ("before", say("effect.fooled.others"))))
    return f"<h3>{esc(say('effect.fooled.recovery'))}</h3><div class='kj-note kj-keys'>{keys}</div>{figure(axis, [lane], say('effect.fooled.recovery'))}"
