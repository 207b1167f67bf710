"""Effect drawings: a naive bar beside a credible dot on one scale, dots with intervals, ticks; HTML strings.

What a before/after says is drawn by :func:`picture` and :func:`pair` alone, and both take a :class:`lib.show.effect_seen.Compared`, which
carries its comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lib.show.effect_seen import Compared, Span, ends, figure
from lib.show.figures import known
from lib.show.lanes import steps
from lib.show.parts import esc, number, signed
from lib.words import say


@dataclass(frozen=True)
class Scale:
    """A horizontal scale from ``low`` to ``high``; what lies outside is cut off at the edge and drawn open."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Where a value stands, in % of the width."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0) * 100


def scale(spans: Iterable[Span | None], marks: Iterable[float] = (), most: float = 40.0) -> Scale:
    """A scale around zero that holds every value; an interval beyond ``most`` (or beyond the values, when these lie further out) is cut."""
    there = [span for span in spans if span is not None]
    values = [0.0, *marks, *(span.value for span in there)]
    low, high = min(-most, *values), max(most, *values)
    ends_ = [*values, *(min(max(end, low), high) for span in there for end in (span.low, span.high))]
    first, last = min(ends_), max(ends_)
    air = max((last - first) * 0.06, 0.5)
    return Scale(first - air, last + air)


def _box(first: float, last: float) -> str:
    return f"left:{min(first, last):.2f}%;width:{max(abs(last - first), 0.3):.2f}%"


def _line(span: Span, on: Scale, kind: str) -> str:
    cut = f"{' from' if span.low < on.low else ''}{' on' if span.high > on.high else ''}"
    return f"<u class='{kind}{cut}' style='{_box(on.at(span.low), on.at(span.high))}'></u>"


def _zero(on: Scale) -> str:
    return f"<b class=zero style='left:{on.at(0):.2f}%'></b>"


def _track(inner: str, on: Scale, spoken: str, kind: str = "") -> str:
    return f"<span class='ef-track{f' {kind}' if kind else ''}' role=img aria-label='{esc(spoken)}'>{_zero(on)}{inner}</span>"


def dot(span: Span, on: Scale, spoken: str, others: Sequence[float] = (), kind: str = "dot") -> str:
    """An estimate as a dot with its interval; ``others``: what others report, as marks that are no result of this company."""
    marks = "".join(f"<s class=others style='left:{on.at(value):.2f}%'></s>" for value in others)
    return _track(f"{marks}{_line(span, on, kind)}<i class='{kind}' style='left:{on.at(span.value):.2f}%'></i>", on, spoken)


def _compared(effect: Compared) -> Compared:
    if not isinstance(effect, Compared):
        raise TypeError(f"a before/after is drawn from {Compared.__name__}, which carries its comparison, not from {type(effect).__name__}")
    return effect


def _bar(span: Span, on: Scale, kind: str) -> str:
    return f"<i class='{kind}' style='{_box(on.at(0), on.at(span.value))}'></i>"


def pair(effect: Compared, on: Scale, name: str) -> str:
    """Both on one narrow track: the naive change as a hatched bar, the credible estimate as a dot with its interval."""
    effect = _compared(effect)
    spoken = say("effect.aria.pair", name=name, naive=figure(effect.naive), credible=figure(effect.credible), people=number(effect.beside.people))
    return _track(f"{_bar(effect.naive, on, 'naive')}{_line(effect.credible, on, 'dot')}<i class=dot style='left:{on.at(effect.credible.value):.2f}%'></i>", on, spoken, "slim")


def picture(effect: Compared, truth: float | None = None) -> str:
    """The picture that answers: what a before/after would say, what happened to others without care, and what is left.

    ``truth``: where it is known (a simulated company), as a line of its own.
    """
    effect = _compared(effect)
    alone = effect.beside.after - effect.beside.before
    on = scale([effect.naive, effect.credible], [alone] if truth is None else [alone, truth])
    change = lambda before, after: say("effect.from_to", before=number(before, 0), after=number(after, 0))
    naive = _track(f"{_bar(effect.naive, on, 'naive')}{_line(effect.naive, on, 'naive')}", on, say("effect.aria.naive", value=figure(effect.naive)))
    others = _track(_bar(Span(alone, alone, alone), on, "alone"), on, say("effect.aria.alone", value=signed(alone, 1)))
    left = dot(effect.credible, on, say("effect.aria.credible", value=figure(effect.credible)))
    rows = [("naive", say("effect.naive"), say("effect.naive.note"), naive, effect.naive, change(effect.before, effect.after)),
            ("alone", say("effect.alone", people=number(effect.beside.people)), say("effect.alone.note"), others, alone, change(effect.beside.before, effect.beside.after)),
            ("credible", say("effect.credible"), say("effect.credible.note"), left, effect.credible, "")]
    if truth is not None:
        mark = _track(f"<i class=truth style='left:{on.at(truth):.2f}%'></i>", on, say("effect.aria.truth", value=signed(truth, 1)))
        rows.append(("truth", say("effect.truth"), say("effect.truth.note"), mark, truth, ""))
    # Readers subtract what stands above each other; here that is not how the third figure comes about.
    return f"<div class=ef-picture>{''.join(_row(*row) for row in rows)}{axis(on, say('effect.axis'))}</div><p class='kj-note'>{esc(say('effect.credible.not_gap'))}</p>"


def methods(effect: Compared) -> str:
    """The credible estimate beside the same by other methods: they should not contradict one another."""
    effect = _compared(effect)
    spans = [("regression", effect.credible), ("second", effect.second), *([("matched", effect.matched)] if effect.matched else [])]
    on = scale([span for _, span in spans])
    rows = "".join(_row(key, say(f"effect.method.{key}"), "", dot(span, on, f"{say(f'effect.method.{key}')} {figure(span)}", kind="dot" if key == "regression" else "dot soft"), span, "")
                   for key, span in spans)
    return f"<div class='ef-picture small'>{rows}{axis(on, say('effect.axis'))}</div>"


def _row(key: str, name: str, note: str, drawing: str, value: Span | float, under: str) -> str:
    head = f"<b>{esc(name)}</b>" + (f"<span class='kj-note'>{esc(note)}</span>" if note else "")
    big = signed(value.value, 0 if abs(value.value) >= 20 else 1) if isinstance(value, Span) else signed(value, 0 if abs(value) >= 20 else 1)
    small = " · ".join(part for part in (ends(value) if isinstance(value, Span) else "", under) if part)
    return f"<div class='ef-row {key}'><div class=l>{head}</div>{drawing}<div class=v><b>{esc(big)}</b><span class='kj-note'>{esc(small)}</span></div></div>"


def axis(on: Scale, unit: str, words: Sequence[tuple[float, str]] | None = None) -> str:
    """Ticks under the tracks, with the unit; ``words``: places and texts of ticks that are not round numbers of the scale."""
    if words is None:
        step, values = steps(on.low, on.high, 6)
        words = [(value, signed(value, 0 if step >= 1 else 1) if value else "0") for value in values]
    ticks = "".join(f"<b style='left:{on.at(value):.2f}%'>{esc(text)}</b>" for value, text in words)
    return f"<div class='ef-axis' aria-hidden=true><span></span><div>{ticks}</div><span class='kj-note'>{esc(unit)}</span></div>"


def share(value: float | None, low: float | None, high: float | None, spoken: str, bands: Sequence[tuple[float, float]] = (), tone: str = "") -> str:
    """A share from 0 to 100 % with its interval; ``bands``: what others report."""
    there = "".join(f"<s class=band style='left:{first * 100:.1f}%;width:{max((last - first) * 100, 0.4):.1f}%'></s>" for first, last in bands)
    fill = f"<i{f' class={tone}' if tone else ''} style='width:{min(value * 100, 100):.1f}%'></i>" if known(value) is not None and value is not None else ""
    line = f"<u style='left:{low * 100:.1f}%;width:{max((high - low) * 100, 0.4):.1f}%'></u>" if low is not None and high is not None and known(low) is not None else ""
    return f"<span class='kj-track whisker ef-share' role=img aria-label='{esc(spoken)}'>{there}{fill}{line}</span>"
