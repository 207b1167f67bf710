"""Pain lines: what fired a pain point, and what became of a support, in one sentence each.  Strings in, strings out."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from lib.morale.pain_rules import by_key
from lib.show.parts import number, percent, points, signed
from lib.words import language, say

_TONE = {"helped": "fine", "worse": "care", "no_difference": "", "cannot_tell": ""}


def label(pain: str) -> str:
    """A pain point's name."""
    return by_key(pain).label.in_(language())


def reason(pain: str, kind: str) -> str:
    """Why this support fits this pain; '' when the pain does not lead to it."""
    return next((one.reason.in_(language()) for one in by_key(pain).supports if one.kind == kind), "")


def kind_name(kind: str) -> str:
    """A support's name."""
    return say(f"pain.kind.{kind}")


def evidence(pain: str, found: Mapping[str, object]) -> str:
    """The numbers that fired it, the person's own beside the peers'."""
    figure = lambda name: None if found.get(name) is None else float(found[name])  # type: ignore[arg-type]
    if pain == "script":
        rate = figure("peers_rate")
        words = say("pain.script.line", a=number(figure("a_day")), b=number(figure("peers_a_day")), n=number(figure("talks"), 0), h=number(figure("hits"), 0),
                    what=say("pain.became.deals" if found.get("only_deals") else "pain.became.both"), k=number(1 / rate if rate else None))
    elif pain == "prospecting":
        words = say("pain.prospecting.line", a=number(figure("a_day")), b=number(figure("peers_a_day")), m=number(figure("minutes")),
                    p=number(figure("peers_minutes")))
    elif figure("said"):
        words = say("pain.lost.said", n=number(figure("said"), 0), low=number(figure("low"), 0), p=number(figure("pressure"), 1), g=number(figure("growth"), 1))
    else:
        change = figure("change")
        words = say("pain.lost.talked", n=number(figure("wishes"), 0), change="–" if change is None else f"{signed(change * 100)} %")
    return f"{words} · {say('pain.weeks', n=number(figure('weeks'), 0))}"


def verdict(row: pd.Series) -> tuple[str, str]:
    """The verdict of a followed support in words, and its tone."""
    if row["verdict"] == "cannot_tell":
        known = not pd.isna(row["more"]) and row["more"] > 0
        return say("pain.verdict.cannot_tell", n=number(row["more"])) if known else say("pain.verdict.unknown"), ""
    return say(f"pain.verdict.{row['verdict']}"), _TONE[str(row["verdict"])]


def followed(row: pd.Series) -> list[str]:
    """What a support did, always beside the comparable people: the two changes, and their difference with its interval."""
    if pd.isna(row["difference"]):
        return [] if pd.isna(row["supported"]) else [say("pain.followed.small", n=number(row["supported"]), m=number(row["comparable"]))]
    grown = row["pain"] == "lost_growth"
    level = (lambda value: number(value, 1)) if grown else (lambda value: percent(value))
    moved = (lambda value: signed(value, 1)) if grown else points
    return [say("pain.followed.with", n=number(row["supported"]), m=number(row["comparable"]), a=level(row["before"]), b=level(row["after"]),
                c=level(row["compared_before"]), d=level(row["compared_after"])),
            say("pain.followed.difference", d=moved(row["difference"]), low=moved(row["low"]), high=moved(row["high"])) + " · "
            + say("pain.followed.of_growth" if grown else "pain.followed.of_peers")]
