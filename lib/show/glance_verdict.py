"""Glance, the verdict: how the week is in one sentence made from its figures: going well, steady, mixed or under strain, which team, and who is seen to.

A **sign** is one thing that is well or asks for a visit, of a team or of everybody here.  Signs of change are the week's real changes (one family
over all rooms, :mod:`lib.morale.moves`); signs of level hold a figure with its interval against what was set: morale against its target, goals
against an even pace, the expected notices against the last 90 days, and cares that are overdue against those that were given.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from lib.access.desk import Desk
from lib.morale.changes import MIN_BEFORE, MIN_SWINGS
from lib.show.figures import known
from lib.show.glance_read import Row, Seen, four_before
from lib.show.parts import esc, number, percent, week_span
from lib.words import say

NEEDED = MIN_SWINGS + MIN_BEFORE + 1
A_DAY = 1.0             # so many days ahead or behind are a sign
MANY = 1 / 3            # changes in teams of so large a part of the people are everybody's matter
QUARTER = 90 / 365      # of a yearly rate
FEW_CARES = 3           # fewer cares than this, given or overdue, are no sign
WHEN_UP_WORSE = {"performance": False, "rejection_rate": True, "late_evenings": True, "tags_held": True}
MOODS = {"good": "fine", "good_but": "fine", "steady": "", "steady_but": "", "mixed": "watch", "bad": "care", "untold": "", "untold_but": "", "hidden": ""}
"""How a week may be → the tone of the word that says so."""


@dataclass(frozen=True)
class Sign:
    """``good`` or not, in words that stand after the team's name (or alone, where ``team`` is '': everybody here)."""

    good: bool
    words: str
    team: str = ""


@dataclass(frozen=True)
class Verdict:
    """How the week is (a key of :data:`MOODS`), the team that it speaks of first ('' for none), and the sentence."""

    mood: str
    team: str
    sentence: str


# --- signs --------------------------------------------------------------------------------------------------------------------

def real(seen: Seen) -> list[Row]:
    """The real changes of the week, those worth a visit first, the clearest first."""
    return list(seen.real.dropna(subset=["measure"]).to_dict("records"))


def of_change(change: Row) -> Sign:
    """A real change as a sign."""
    rose = float(change["change"]) > 0
    return Sign(not bool(change["worse"]), say(f"glance.sign.{change['measure']}.{'up' if rose else 'down'}", **_sizes(change)), str(change["team"] or ""))


def _sizes(change: Row) -> dict[str, str]:
    size = abs(float(change["change"]))
    return {"points": number(size, 0), "pp": number(size * 100, 0), "value": percent(change["value"], 0), "before": percent(change["before"], 0),
            "n": number(float(change["value"]) * float(change["people"]) * 4, 0)}


def levels(seen: Seen) -> list[Sign]:
    """How everybody here stands, where that is clear."""
    return [sign for sign in (_morale(seen), _goal(seen), _leaving(seen), _care(seen), *_strain(seen)) if sign]


def _morale(seen: Seen) -> Sign | None:
    found = seen.mood
    if found is None or known(found["low"]) is None:
        return None
    words = {"value": number(found["value"], 0), "target": number(seen.target, 0)}
    if found["high"] < seen.target:
        return Sign(False, say("glance.sign.morale.low", **words))
    return Sign(True, say("glance.sign.morale.high", **words)) if found["low"] > seen.target else None


def _goal(seen: Seen) -> Sign | None:
    bar = seen.goal.bar if seen.goal and not seen.goal.hidden else None
    if bar is None or bar.share is None or bar.ahead_days is None or abs(bar.ahead_days) < A_DAY:
        return None
    ahead = bar.ahead_days > 0
    return Sign(ahead, say("glance.sign.goal.ahead" if ahead else "glance.sign.goal.behind", days=number(abs(bar.ahead_days), 1)))


def _leaving(seen: Seen) -> Sign | None:
    """The expected share of notices, where it differs from that of the last 90 days by more than the chance in both."""
    if not risk_told(seen) or seen.trend.empty:
        return None
    risk, past = seen.risk or {}, float(seen.now["left_90"]) / float(seen.now["people"])
    more = risk["share"] > past
    ends = (risk["low"], seen.now["leave_high"] * QUARTER) if more else (risk["high"], seen.now["leave_low"] * QUARTER)
    if abs(risk["share"] - past) <= math.hypot(risk["share"] - ends[0], past - ends[1]):
        return None
    return Sign(not more, say("glance.sign.leaving.more" if more else "glance.sign.leaving.fewer", share=percent(risk["share"], 0), past=percent(past, 0)))


def _care(seen: Seen) -> Sign | None:
    care = seen.cared
    if care is None:
        return None
    done, overdue = int(care["done"]), int(care["overdue"])
    if overdue > done and overdue >= FEW_CARES:
        return Sign(False, say("glance.sign.care.overdue", done=done, overdue=overdue))
    return Sign(True, say("glance.sign.care.kept", done=done)) if done >= FEW_CARES and not overdue else None


def _strain(seen: Seen) -> Iterable[Sign]:
    """More people with a tag, or more late evenings, than in the weeks before by more than chance."""
    if seen.trend.empty:
        return
    people, late, reach = four_before(seen.trend, "carry_share"), four_before(seen.trend, "late"), known(seen.spread["late_reach"])
    if people is not None and seen.now["carry_low"] > people:
        yield Sign(False, say("glance.sign.strain_care", people=int(seen.now["carrying"]), before=number(four_before(seen.trend, "carrying"), 0)))
    if late is not None and reach is not None and known(seen.now["late"]) is not None and seen.now["late"] - reach > late:
        yield Sign(False, say("glance.sign.strain_late", late=number(seen.now["late"]), before=number(late)))


def risk_told(seen: Seen) -> bool:
    """Whether a chance of leaving may be shown, of the week shown."""
    return bool(seen.newest and seen.model and seen.model["state"] == "ready" and seen.risk and not seen.risk["few"])


def lowest(seen: Seen) -> Row | None:
    """The team with the lowest morale, where that is under the target and under everybody's by more than chance gives the lowest of so many;
    None where there is none.

    The largest of n standard normal values stays under sqrt(2 ln 20n) in 19 of 20 weeks.
    """
    found, rows = seen.mood, seen.bars[seen.bars["high"].notna()]
    if found is None or known(found["low"]) is None or len(rows) < 2:
        return None
    row = rows.sort_values("morale", kind="stable").iloc[0].to_dict()
    reach = (row["high"] - row["morale"]) / 1.96 * math.sqrt(2 * math.log(20 * len(rows)))
    return row if row["morale"] + reach < found["low"] and row["morale"] < seen.target else None


# --- the sentence ----------------------------------------------------------------------------------------------------------------

def judge(seen: Seen) -> Verdict:
    """The week in one sentence, made from its figures and nothing else."""
    if seen.trend.empty:
        return Verdict("hidden", "", say("glance.verdict.hidden"))
    changes = real(seen)
    worse, better = [row for row in changes if row["worse"]], [row for row in changes if not row["worse"]]
    signs = [of_change(row) for row in changes if row["level"] == "company"] + levels(seen)
    bad, good = [sign for sign in signs if not sign.good], [sign for sign in signs if sign.good]
    first, best = _team(worse, seen), _team(better, seen, besides={row["team"] for row in worse})
    out = None if first else lowest(seen)
    mood = _mood(seen, bool(bad), bool(good), bool(first), bool(best), out is not None)
    told = {"team": first, "out": out, "best": best, "bad": bad, "good": good, "worse": worse, "better": better}
    return Verdict(mood, first or (str(out["team"]) if out else "") or best, _sentence(seen, mood, told))


def _mood(seen: Seen, bad: bool, good: bool, first: bool, best: bool, out: bool) -> str:
    counts = seen.real.iloc[0]
    people = int(seen.now["people"])
    many = first and int(counts["worse_people"]) >= MANY * people
    if (bad or many) and (good or best):
        return "mixed"
    if bad or many:
        return "bad"
    if first or out:
        return "mixed" if best else "good_but" if good else "steady_but" if int(counts["judged"]) else "untold_but"
    if good or best:
        return "good"
    return "steady" if int(counts["judged"]) else "untold"


def _team(changes: list[Row], seen: Seen, besides: Collection[object] = ()) -> str:
    """The team of these changes that is spoken of: of those worth a visit the one that stands first among the bars, else the clearest."""
    teams = [str(row["team"]) for row in changes if row["level"] == "team" and row["team"] not in besides]
    place = {team: nth for nth, team in enumerate(seen.bars["team"])}
    return min(teams, key=lambda team: place.get(team, len(place)) if changes[0]["worse"] else 0, default="")


def _sentence(seen: Seen, mood: str, told: dict[str, Any]) -> str:
    """The word for the week, the reasons for it, and who is seen to."""
    worst = _about(told["team"], told["worse"]) + _others(told["team"], told["worse"]) if told["team"] else _lowest(seen, told["out"]) if told["out"] else ""
    best = _about(told["best"], told["better"]) if told["best"] else ""
    # what is of everybody is said to be so beside a team
    whole = (lambda sign: say("glance.verdict.about", team=say("glance.verdict.here"), what=sign.words)) if worst or best else (lambda sign: sign.words)
    bad, good = ([whole(sign) for sign in told[side]] for side in ("bad", "good"))
    parts = {"bad": [worst, *bad[:1 if worst else 2]], "mixed": [best or next(iter(good), ""), worst, *bad[:1]],
             "good": [best, *good[:1 if best else 2]]}.get(mood, [worst])
    first = say(f"glance.verdict.{mood}", because=say("glance.joint").join(part for part in parts if part), needed=NEEDED)
    return say("glance.verdict.whole", first=first, tail=_tail(seen)).strip()


def _about(team: str, changes: list[Row]) -> str:
    """A team and its one or two clearest changes."""
    words = [of_change(row).words for row in changes if row["team"] == team][:2]
    return say("glance.verdict.about", team=team, what=say("glance.verdict.and").join(words))


def _others(team: str, changes: list[Row]) -> str:
    """Which other teams have a change that is worth a visit: named where they are two at most."""
    more = list(dict.fromkeys(str(row["team"]) for row in changes if row["level"] == "team" and row["team"] != team))
    if not more:
        return ""
    return say("glance.verdict.other", teams=say("glance.verdict.and").join(more)) if len(more) <= 2 else say("glance.verdict.others", team=more[0], n=len(more))


def _lowest(seen: Seen, row: Row) -> str:
    return say("glance.verdict.about", team=row["team"], what=say("glance.sign.lowest", value=number(row["morale"], 0), mean=number((seen.mood or {})["value"], 0)))


def _tail(seen: Seen) -> str:
    """How many people need care, and with how many of them somebody talked."""
    if not seen.sources["has_tags"]:
        return ""
    people, followed = int(seen.now["carrying"]), int(known(seen.spread["followed"]) or 0)
    if not people:
        return say("glance.tail.nobody")
    return say("glance.tail" if followed else "glance.tail.only", people=people, followed=followed)


# --- the title -------------------------------------------------------------------------------------------------------------------

def whose(desk: Desk, department: str) -> str:
    """Whose week it is: the department picked, the lead's team, the teams that an HR looks after, or the whole company."""
    if department:
        return department
    return say("glance.crumb_team" if desk.viewer.role == "lead" else "glance.crumb_all" if desk.viewer.teams is None else "glance.crumb_mine")


def title(found: Verdict, where: str, seen: Seen) -> str:
    """The verdict, its word first, and the team that it speaks of in strong type."""
    text = esc(found.sentence)
    word = esc(say(f"glance.mood.{found.mood}")) if found.mood != "hidden" else ""
    tone = MOODS[found.mood]
    if word and text.startswith(word):
        text = f"<b{f' class=kj-{tone}' if tone else ''}>{word}</b>{text[len(word):]}"
    if found.team:
        text = text.replace(esc(found.team), f"<b>{esc(found.team)}</b>", 1)
    return f"<div class='kj-verdict'><h1 title='{esc(where)} · {esc(week_span(seen.week))}'>{text}</h1></div>"
