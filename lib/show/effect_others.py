"""Effect, what others report: published figures of the field as they are set, to compare with; no result of this company, and nothing is computed from them."""

from __future__ import annotations

from dataclasses import dataclass

from lib import settings
from lib.access.desk import Desk
from lib.show.figures import chance
from lib.show.parts import number, signed
from lib.words import say

NAMES = ("effect.others.felt_before", "effect.others.felt_low", "effect.others.felt_high", "effect.others.leaving_before", "effect.others.leaving_after",
         "effect.others.performance_low", "effect.others.performance_high", "effect.others.performance_chat", "effect.others.minutes_before", "effect.others.minutes_after")


@dataclass(frozen=True)
class Others:
    """Shares that felt cared for and that leave in a year, growth of performance in % and HR's minutes a day, before and after (or with daily chat)."""

    felt_before: float
    felt_low: float
    felt_high: float
    leaving_before: float
    leaving_after: float
    performance_low: float
    performance_high: float
    performance_chat: float
    minutes_before: float
    minutes_after: float

    def changes(self, outcome: str) -> tuple[float, ...]:
        """What the figures would be as a change of this outcome of the programme, in its unit; () where there is none."""
        pairs: dict[str, tuple[float, ...]] = {
            "performance": (self.performance_low - self.performance_chat, self.performance_high - self.performance_chat),
            "leaving": (100 * (self.leaving_after - self.leaving_before),),
            "felt": (100 * (self.felt_low - self.felt_before), 100 * (self.felt_high - self.felt_before))}
        return tuple(round(value, 6) for value in pairs.get(outcome, ()))

    def felt(self, side: str) -> tuple[tuple[float, float], ...]:
        """The bands of the shares that felt cared for, before or after."""
        return ((self.felt_before, self.felt_before),) if side == "before" else ((min(self.felt_low, self.felt_high), max(self.felt_low, self.felt_high)),)

    @property
    def minutes(self) -> tuple[float, float]:
        """HR's minutes a day before and after."""
        return self.minutes_before, self.minutes_after

    def said(self, about: str) -> str:
        """The marked line about ``programme``, ``leaving``, ``felt`` or ``time``."""
        felt = {"felt_before": chance(self.felt_before), "felt_after": _range(chance(self.felt_low), chance(self.felt_high))}
        left = {"before": chance(self.leaving_before), "after": chance(self.leaving_after)}
        if about == "leaving":
            return say("effect.others.leaving", **left)
        if about == "felt":
            return say("effect.others.felt", **felt)
        if about == "time":
            return say("effect.others.time", before=number(self.minutes_before / 60), after=number(self.minutes_after / 60))
        return say("effect.others.programme", **left, **felt, chat=signed(self.performance_chat, 0),
                   performance=_range(signed(self.performance_low, 0), number(self.performance_high, 0)))


def _range(low: str, high: str) -> str:
    """15–18 %; one figure where both ends are the same.  The unit stands once."""
    first, last = low.removesuffix("%").strip(), high.removesuffix("%").strip()
    return high if first.lstrip("+") == last else f"{first}–{high}"


def of(desk: Desk) -> Others:
    """The figures as they are set now."""
    values = settings.stored(desk.data_dir)
    return Others(*(float(settings.get(name, values)) for name in NAMES))
