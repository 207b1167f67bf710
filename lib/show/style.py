"""Style: the visual language once, as CSS; colours follow the theme by themselves through ``light-dark()``.

The palette, type scale and 8 px grid are those of the product's look; every colour pair was checked for contrast >= 4.5 : 1.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

PALETTE = {
    "ground": ("#FAF8F5", "#16181D"), "card": ("#FFFFFF", "#1E2128"), "line": ("#E7E2DA", "#333842"),
    "text": ("#1F2430", "#ECEAE6"), "soft": ("#5B6270", "#A7ADB8"), "primary": ("#0B6E69", "#5CC2BA"),
    "care": ("#B23A1E", "#F08A6B"), "watch": ("#8A5A00", "#E0B055"), "fine": ("#2F6B3A", "#86C795"),
    "down": ("#2B5FA8", "#7FB0EE"), "up": ("#B4571A", "#F0A56B"), "track": ("#EFEAE2", "#2A2E37"),
}
HEAT = (("#F5EFE6", "#E9B48A", "#B4431F"), ("#24262C", "#8A4A33", "#F2A07F"))
CHANGE = (("#2B5FA8", "#F3EFE8", "#B4571A"), ("#7FB0EE", "#24262C", "#F0A56B"))


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i:i + 2], 16) for i in (1, 3, 5))


def _hex(rgb: tuple[int, ...]) -> str:
    return "#" + "".join(f"{part:02x}" for part in rgb)


def _between(stops: tuple[str, ...], at: float) -> tuple[int, ...]:
    at = min(max(at, 0.0), 1.0) * (len(stops) - 1)
    low = min(int(at), len(stops) - 2)
    return tuple(round(a + (b - a) * (at - low)) for a, b in zip(_rgb(stops[low]), _rgb(stops[low + 1]), strict=True))


def _ink(rgb: tuple[int, ...]) -> str:
    """Black or white text, whichever contrasts more with the ground (WCAG 2 relative luminance)."""
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#14161b" if (luminance + 0.05) / 0.0581 >= 1.05 / (luminance + 0.05) else "#ffffff"


def shade(at: float, scale: tuple[tuple[str, ...], ...] = HEAT) -> str:
    """CSS for a cell at position 0–1 of a colour scale: ground and readable ink, for light and dark."""
    light, dark = _between(scale[0], at), _between(scale[1], at)
    return f"background:light-dark({_hex(light)},{_hex(dark)});color:light-dark({_ink(light)},{_ink(dark)})"


_TOKENS = "".join(f"--kj-{name}:light-dark({light},{dark});" for name, (light, dark) in PALETTE.items())

MARK = Path(__file__).parent / "pictures" / "mark.png"
_SHEET = Path(__file__).with_suffix(".css")


@cache
def css() -> str:
    """The style sheet with the palette's tokens in front."""
    return f":root,.stApp{{{_TOKENS}}}\n" + _SHEET.read_text("utf-8")


def apply() -> None:
    """Send the style sheet; once a run, before anything is drawn."""
    st.html(f"<style>{css()}</style>")
