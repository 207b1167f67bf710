"""Words about a rise of the risk, for HR's card: the reasons that push up with their numbers, and what a talk about them begins with.

The person never hears of a score: openers are about what can be done, and two sentences say what must never be said.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from lib.risk.card import RiskReason
from lib.risk.features import BY_KEY, DIFFERENCES
from lib.words import say_in, sentences

FIRST, MOST = 3, 8
"""Reasons that a card names, and that it knows of."""
THEME_OF = {
    "promotion_talk": "on_growth", "pay_review": "on_pay", "joint_visit": "on_performance", "training": "on_learning", "goal_change": "on_performance",
    "mentor": "on_learning", "other_department": "on_help", "workload_talk": "on_workload", "shift_change": "on_workload",
    "hand_over_customers": "on_customers", "team_contact": "on_colleagues", "stay_talk": "on_workload"}
"""What can be done first about a reason → what the talk begins with."""
SUPPORT_OF = {"on_workload": "high_pressure", "on_customers": "client_trouble", "on_performance": "performance_dip", "on_learning": "performance_dip"}
"""Theme → the tag whose support fits it; for every other theme only what fits everybody is offered."""
NEVER = ("care.avoid.score", "care.avoid.quit")
_CHANGES = -0.05
"""Features that may fall below this are changes or differences: their shares are said with a sign."""


def packed(reasons: Sequence[RiskReason]) -> str:
    """The reasons that push up, as evidence of a care reason: facts as JSON, never a score or a contribution; what is not known or reads
    backwards begins no talk."""
    up = sorted((one for one in reasons if one.contribution > 0 and one.plain and _so(one)), key=lambda one: one.place)[:MOST]
    return json.dumps({"reasons": [{"feature": one.feature, "value": one.value, "team": one.team_value, "text": one.text} for one in up]},
                      ensure_ascii=False)


def _so(reason: RiskReason) -> bool:
    # A flag pushes up by not being set, too; its name would then say what is not so.
    return reason.feature in BY_KEY and (BY_KEY[reason.feature].kind != "flag" or (reason.value or 0.0) > 0.5)


def theme(evidence: str) -> str:
    """The theme of the strongest reason that somebody can do something about; '' when there is none."""
    for row in json.loads(evidence).get("reasons", ()):
        feature = BY_KEY.get(row["feature"])
        if feature and feature.actions:
            return THEME_OF.get(feature.actions[0], "")
    return ""


def support(evidence: str) -> str:
    """What kind of support fits: a tag, or ``risk`` for what fits everybody."""
    return SUPPORT_OF.get(theme(evidence) if evidence else "", "risk")


def why(evidence: str, on: str, lang: str) -> str:
    """Why HR is told, in one sentence with its caveat; ``on`` is the day in words."""
    rows = json.loads(evidence).get("reasons", ()) if evidence else ()
    named = [reason for reason in (_reason(row, lang) for row in rows[:FIRST]) if reason]
    if not named:
        return say_in(lang, "care.why.risk_bare", day=on)
    return say_in(lang, "care.why.risk", day=on, reasons=say_in(lang, "care.risk.join").join(named))


def short(evidence: str, lang: str) -> str:
    """The names of the first reasons, without numbers; '' when there are none."""
    rows = json.loads(evidence).get("reasons", ()) if evidence else ()
    return say_in(lang, "today.part.comma").join(name for name in (_name(str(row["feature"]), lang) for row in rows[:FIRST]) if name)


def never(lang: str) -> tuple[str, ...]:
    """What is never said to the person."""
    return tuple(say_in(lang, key) for key in NEVER)


def _name(feature: str, lang: str) -> str:
    return say_in(lang, f"risk.feature.{feature}") if f"risk.feature.{feature}" in sentences() else ""


def _reason(row: dict[str, object], lang: str) -> str:
    name = _name(str(row["feature"]), lang)
    if not name:
        return ""
    if BY_KEY[str(row["feature"])].kind == "flag":
        return name
    value, team = (amount(str(row["feature"]), row.get(side), lang) for side in ("value", "team"))
    if row.get("text"):
        return say_in(lang, "care.risk.reason_alone", name=name, value=str(row["text"]))
    if not value:
        return name
    return say_in(lang, "care.risk.reason", name=name, value=value, team=team) if team else say_in(lang, "care.risk.reason_alone", name=name, value=value)


def amount(feature: str, value: object, lang: str) -> str:
    """A number of a feature with its unit; '' when unknown."""
    declared = BY_KEY.get(feature)
    if declared is None or value is None or value != value:
        return ""
    number = float(str(value))
    if declared.unit == "share":
        # A difference of two shares is in points, not in percent of either.
        rounded = f"{round(abs(number) * 100)} {say_in(lang, 'parts.points') if feature in DIFFERENCES else '%'}"
        if declared.low > _CHANGES or rounded.startswith("0 "):
            return rounded
        return say_in(lang, "care.risk.more" if number > 0 else "care.risk.less", value=rounded)
    plain = f"{number:.0f}" if abs(number) >= 10 or abs(number - round(number)) < 0.05 else f"{number:.1f}"
    one = f"unit.{declared.unit}.one"
    return f"{plain} {say_in(lang, one if plain == '1' and one in sentences() else f'unit.{declared.unit}')}" if declared.unit else plain
