"""Risk words: bands, reasons and signs in plain sentences, and what HR can do about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from lib.risk.card import RiskReason
from lib.risk.features import BY_KEY, DIFFERENCES
from lib.show.parts import chips, day, esc, number, percent, signed
from lib.show.risk_draw import known
from lib.words import say, sentences

BANDS = {"high": "care", "raised": "watch", "even": ""}
"""Band → its tone; the word is always there too."""


def band(key: str) -> str:
    """A band in words."""
    return say(f"risk.band.{key}") if key in BANDS else "–"


def band_chip(key: str) -> str:
    """A band as a chip."""
    return chips([band(key)], BANDS.get(key, ""))


def name(feature: str) -> str:
    """A feature's short name."""
    return say(f"risk.feature.{feature}") if f"risk.feature.{feature}" in sentences() else feature


def amount(feature: str, value: float | None, text: str = "") -> str:
    """A person's or a team's number of a feature with its unit."""
    declared = BY_KEY.get(feature)
    found = known(value)
    if text:
        return text
    if declared is None or found is None:
        return say("risk.unknown")
    if declared.kind == "flag":
        return say("risk.flag", share=percent(found, 0)) if 0 < found < 1 else say("parts.yes" if found else "parts.no")
    if declared.unit == "share" and feature in DIFFERENCES:
        return f"{signed(round(found * 100), 0)} {say('parts.points')}"
    if declared.unit == "share":
        return f"{signed(found * 100, 0)} %" if declared.low < 0 else percent(found, 0)
    exact = 1 if declared.unit == "months" else None  # a hundredth of a month is no difference to anybody
    told = number(found, exact if abs(found) < 9.95 and not float(found).is_integer() else 0)
    return f"{told} {unit(declared.unit, told)}" if declared.unit else told


def unit(key: str, told: str) -> str:
    """The unit of a number as it is written: one tag, two tags."""
    return say(f"unit.{key}.one" if told == "1" and f"unit.{key}.one" in sentences() else f"unit.{key}")


def reason(one: RiskReason) -> str:
    """A reason as a plain sentence with the person's number and the team's."""
    if one.unknown:
        return say("risk.reason.unknown" if one.contribution > 0 else "risk.reason.unknown_less", name=name(one.feature))
    if one.against:
        return say("risk.reason.against" if one.contribution > 0 else "risk.reason.against_less", name=name(one.feature),
                   own=amount(one.feature, one.value), team=amount(one.feature, one.team_value))
    key = f"risk.{'more' if one.contribution > 0 else 'less'}.{one.feature}"
    if key not in sentences():
        return f"{name(one.feature)} {amount(one.feature, one.value, one.text)}"
    return say(key, value=amount(one.feature, one.value, one.text), team=amount(one.feature, one.team_value))


def short(one: RiskReason) -> str:
    """A reason in a few words: what, the person's number, the team's."""
    if one.unknown:
        return say("risk.row.reason_unknown", name=name(one.feature))
    if one.text:
        return say("risk.row.reason_one", name=name(one.feature), own=one.text)
    key = "risk.row.reason_against" if one.against and one.contribution > 0 else "risk.row.reason"
    return say(key, name=name(one.feature), own=amount(one.feature, one.value), team=amount(one.feature, one.team_value))


def beside(one: RiskReason) -> str:
    """The person's number and the team's, and where the two let one think the opposite, that they do."""
    if one.text:
        return one.text
    words = "beside_unknown" if one.unknown else "beside" if not one.against else "beside_no_worse" if one.contribution > 0 else "beside_no_better"
    return say(f"risk.card.{words}", own=amount(one.feature, one.value), team=amount(one.feature, one.team_value))


def action(key: str) -> str:
    """What HR can do about a reason."""
    return say(f"risk.act.{key}")


def kind(key: str) -> str:
    """A kind of intervention."""
    return say(f"risk.kind.{key}")


def sign(key: str, since: date, evidence: Mapping[str, object]) -> str:
    """A sign by rule in one sentence with its numbers; without them only what and since when."""
    try:
        return _NUMBERS[key](since, evidence)
    except (KeyError, TypeError, ValueError, IndexError):  # a version built before these numbers were kept
        return say("risk.sign.since", sign=say(f"risk.sign.{key}"), since=day(since))


def _relative(value: object) -> str:
    return f"{signed(float(value) * 100, 0)} %"  # type: ignore[arg-type]


_NUMBERS: dict[str, Callable[[date, Mapping[str, Any]], str]] = {
    "down_3_months": lambda since, e: say("risk.sign.down_3_months.told", first=number(e["months"][0]), last=number(e["months"][-1]),
                                          change=_relative(e["change"]), since=day(since)),
    "frequent_leave": lambda since, e: say("risk.sign.frequent_leave.told", times=number(e["times"]), days=number(e["days"]), weeks=number(e["weeks"]), since=day(since)),
    "pressure_talk": lambda since, e: say("risk.sign.pressure_talk.told", talks=number(e["talks"]), last=day(e["last"])),
    "fewer_contacts": lambda since, e: say("risk.sign.fewer_contacts.told", now=number(e["now"]), usual=number(e["usual"]), change=_relative(e["change"]), since=day(since)),
}


def not_sole() -> str:
    """The line that is always there."""
    return f"<p class=sole>{esc(say('risk.not_sole'))}</p>"
