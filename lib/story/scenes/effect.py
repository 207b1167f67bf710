"""Did care work: what a before/after would say, hatched, beside the people who were not cared for and what is left, with the verdict of the
published read."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from lib.access.desk import Desk
from lib.story import said
from lib.story.scene import Line, Picture, Scene, Series, Tone
from lib.story.scenes import ask as asking
from lib.story.scenes.ask import Ask
from lib.words import say

Row = Mapping[Hashable, Any]
TOLD = ("works", "harms", "no_effect")
TONES: dict[str, Tone] = {"works": "fine", "harms": "care", "no_effect": "primary", "cannot_tell": "primary"}


def read_of(desk: Desk) -> Row | None:
    """The read that counts; None where no care could be judged yet."""
    rows = desk.read("effect_reads_kept").to_dict("records")
    found = next((row for row in rows if row["current"]), rows[0] if rows else None)
    return None if found is None or pd.isna(found["first"]) else found


def there(ask: Ask) -> bool:
    """Whether any care could be judged."""
    return read_of(ask.desk) is not None


def make(ask: Ask) -> Scene | None:
    """The cell that is asked for in the read that counts; None where no care could be judged yet."""
    read = read_of(ask.desk)
    if read is None:
        return None
    wish = ask.wish
    scope, part = ("team", wish.team) if ask.nth else ("department", wish.department) if wish.department else ("tag", wish.tag) if wish.tag else ("all", "")
    rows = ask.desk.read("effect_cells_read", read_on=read["read_on"])
    rows = rows[(rows["scope"] == scope) & (rows["part"] == part)]
    if rows.empty:
        raise asking.Untold("story.untold.effect", about=asking.about(ask, week=False, tag=scope == "tag"), day=said.day(read["read_on"]))
    row = rows.iloc[0].to_dict()
    if row["few"]:
        raise asking.Untold("story.untold.few_effect", about=asking.about(ask, week=False, tag=scope == "tag"), least=ask.desk.smallest_group())
    return _scene(ask, read, row, scope)


def compared(row: Row) -> bool:
    """Whether there is anything to compare with: a before/after is never shown without it."""
    return all(said.known(row[name]) is not None for name in ("naive_change", "value", "low", "high", "compared_before", "compared_after")) and bool(row["compared"])


def figure(value: object, low: object, high: object) -> str:
    """Points with their interval: −0.7 (−3.8 到 2.4)."""
    ends = [said.known(one) for one in (value, low, high)]
    if None in ends:
        return "–"
    digits = 0 if max(abs(end) for end in ends if end is not None) >= 20 else 1
    return f"{said.signed(ends[0], digits)} {said.between(ends[1], ends[2], digits)}"


def verdict(row: Row) -> str:
    """The verdict in a few words; words of cause are for what a draw decided."""
    if row["verdict"] in ("works", "harms"):
        return say(f"story.effect.word.{row['verdict']}" if row["causal"] else f"story.effect.word.{row['verdict']}.observed")
    if row["verdict"] == "no_effect":
        return say("story.effect.word.no_effect", bound=said.number(row["bound"]))
    return say("story.effect.word.cannot_tell")


def _title(ask: Ask, row: Row, scope: str) -> str:
    values = {"naive": said.signed(row["naive_change"], 0), "left": figure(row["value"], row["low"], row["high"]), "value": said.number(abs(said.known(row["value"]) or 0)),
              "bound": said.number(row["bound"]), "bare": said.signed(row["value"], 1)}
    titled = lambda *keys: asking.titled(ask, *(say(key, **values) for key in keys), week=False, tag=scope == "tag")
    if not compared(row):
        more = said.known(row["more"])
        return asking.titled(ask, say("story.effect.nobody.more", n=_about(more)) if more else say("story.effect.nobody"), week=False, tag=scope == "tag")
    if row["verdict"] in ("works", "harms"):
        key = f"story.effect.{row['verdict']}" if row["causal"] else f"story.effect.{row['verdict']}.observed"
        return titled(key, f"{key}.short")
    return titled(f"story.effect.{row['verdict']}", f"story.effect.{row['verdict']}.short")


def _about(n: float) -> str:
    """A rough number: two significant digits."""
    size = 10 ** max(len(str(int(n))) - 2, 0)
    return said.number(round(n / size) * size)


def _scene(ask: Ask, read: Row, row: Row, scope: str) -> Scene:
    title = _title(ask, row, scope)
    cared, others = said.known(row["cared"]) or 0, said.known(row["compared"]) or 0
    n = int(cared + others)
    checks = json.loads(row["checks"]) if isinstance(row["checks"], str) else []
    passed = sum(bool(one["passed"]) for one in checks)
    period = say("story.effect.period", read=said.day(read["read_on"]))
    if not pd.isna(row["first"]) and not pd.isna(row["last"]):
        period = say("story.effect.period.from", first=said.day(row["first"]), last=said.day(row["last"]), read=said.day(read["read_on"]))
    more = [verdict(row), *([_checked(checks, passed)] if checks else []), *_wait(ask, row, scope)]
    lost = ["tag"] if scope in ("team", "department") else []
    notes = said.text(
        say("story.effect.note.naive", naive=said.signed(row["naive_change"], 0), alone=said.signed(_alone(row), 0), left=figure(row["value"], row["low"], row["high"]))
        if compared(row) else say("story.effect.note.nobody"),
        say("story.effect.note.lottery" if row["causal"] else "story.effect.note.observed"), leaving(ask.desk))
    return Scene(ask.wish, title, _picture(row) if compared(row) else None, asking.foot(say("story.effect.rule"), _people(cared, others), period), n, period, notes,
                 _alt(row) if compared(row) else title, sure=row["verdict"] in TOLD, left_out=_left_out(ask, read, row),
                 more=(*asking.not_by(ask, *lost, "week"), *more)[:3])


def _checked(checks: list[dict[str, Any]], passed: int) -> str:
    """How many checks hold, and which do not."""
    failed = said.listed(say(f"story.effect.check.{one['key']}") for one in checks if not one["passed"])
    return say("story.effect.more.failed" if failed else "story.effect.more.checks", passed=passed, all=len(checks), failed=failed)


def _people(cared: float, others: float) -> str:
    return say("story.effect.people", cared=said.number(cared), others=said.number(others))


def _alone(row: Row) -> float:
    """How those who were not cared for changed by themselves."""
    return float(row["compared_after"]) - float(row["compared_before"])


def _picture(row: Row) -> Picture:
    # one row of numbers each, so that what is not to be believed by itself is hatched and the others are not
    first = Series(say("story.effect.naive"), (float(row["naive_change"]), None, None), (said.known(row["naive_low"]), None, None),
                   (said.known(row["naive_high"]), None, None), tone="quiet", hatched=True)
    second = Series(say("story.effect.alone"), (None, _alone(row), None), tone="quiet")
    third = Series(say("story.effect.left"), (None, None, float(row["value"])), (None, None, float(row["low"])), (None, None, float(row["high"])), tone=TONES[row["verdict"]])
    labels = (say("story.effect.label.naive"), say("story.effect.label.alone", n=said.number(row["compared"])), say("story.effect.label.left"))
    return Picture("dots", labels, (first, second, third), unit=say("parts.points"), digits=1, signed=True, marked=frozenset({2}), lines=(Line(0.0, say("story.effect.zero")),))


def _alt(row: Row) -> str:
    return say("story.effect.alt", naive=said.signed(row["naive_change"], 1), alone=said.signed(_alone(row), 1), people=said.number(row["compared"]),
               left=figure(row["value"], row["low"], row["high"]), verdict=verdict(row))


def _wait(ask: Ask, row: Row, scope: str) -> list[str]:
    """How long until it can be told, where it cannot be yet."""
    if row["verdict"] != "cannot_tell" or scope not in ("all", "tag"):
        return []
    paces = ask.desk.read("effect_how_long")
    paces = paces[paces["tag"] == (row["part"] if scope == "tag" else "")]
    weeks = None if paces.empty else said.known(paces["weeks"].iloc[0])
    if weeks is None:
        return []
    return [say("story.effect.more.now", worth=said.number(paces["worth"].iloc[0]))] if weeks <= 0 else [say("story.effect.more.weeks", n=said.count("weeks", weeks))]


def _left_out(ask: Ask, read: Row, row: Row) -> str:
    """How many tag episodes are in no estimate."""
    rows = ask.desk.read("effect_left_out", read_on=read["read_on"])
    rows = rows[(rows["scope"] == row["scope"]) & (rows["part"] == row["part"]) & (rows["episodes"] > 0)]
    return say("story.effect.left_out", n=said.number(rows["episodes"].sum())) if len(rows) else ""


def leaving_row(desk: Desk) -> Row | None:
    """What the read that counts says of leaving; None when nothing is known."""
    read = read_of(desk)
    return next((one for one in desk.read("effect_leaving_read").to_dict("records") if read is not None and one["read_on"] == read["read_on"]), None)


def leaving(desk: Desk) -> str:
    """The same of leaving, in one sentence; '' when nothing is known."""
    row = leaving_row(desk)
    if row is None or said.known(row["ratio"]) is None:
        return "" if row is None else say("story.effect.note.leaving.unknown")
    values = f"{said.number(row['ratio'], 2)} {said.between(row['low'], row['high'], 2)}"
    return say(f"story.effect.note.leaving.{row['verdict'] if row['verdict'] in TOLD else 'unsure'}", ratio=values)
