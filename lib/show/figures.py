"""Figures in words that several pages share: a number that may be unknown, shares and their ranges; strings out, no Streamlit."""

from __future__ import annotations

import pandas as pd

from lib.show.parts import number, percent


def known(value: object) -> float | None:
    """A number, or None where nothing is known."""
    return None if value is None or pd.isna(value) else float(value)  # type: ignore[call-overload, arg-type]


def chance(p: float | None) -> str:
    """A probability in whole percent; less than one percent is said so."""
    found = known(p)
    if found is None:
        return "–"
    return "< 1 %" if 0 < found < 0.01 else percent(found, 0)


def between(low: float | None, high: float | None) -> str:
    """A range of shares in brackets: (11–22 %); '' where none is known."""
    if known(low) is None or known(high) is None:
        return ""
    first, last = number((known(low) or 0) * 100, 0), percent(high, 0)
    return f"({last})" if f"{first} %" == last else f"({first}–{last})"


def ranged(p: float | None, low: float | None, high: float | None) -> str:
    """A share with its range: 16 % (11–22 %)."""
    return f"{chance(p)} {between(low, high)}".strip()
