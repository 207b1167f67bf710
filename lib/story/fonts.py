"""Fonts: which typeface paper is set in, and whether it has every sign: a box in the place of a sign is worse than no paper.

A server may have no Chinese font at all.  Then Noto Sans SC is used, which is installed with the app (SIL Open Font License 1.1, the
package ``pylopdf-fonts-zh-cn``: one weight, so that titles are not bold).  Faces of one file that can take every weight ("variable")
are passed over: what sets the paper knows only their thinnest.
"""

from __future__ import annotations

import importlib.util
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lib.words import say

FAMILIES = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC", "Hiragino Sans GB", "WenQuanYi Micro Hei",
            "WenQuanYi Zen Hei")
"""Chinese typefaces, the first one there is used: those of the screens, then those of Linux and of older systems."""
BUNDLED = "pylopdf_fonts_zh_cn"
SAMPLE = "看见关怀团队士气周月日人组分的一是不了Aa09%–−±"


class NoFont(Exception):
    """Paper cannot be set: no Chinese font, or a sign that no font has.  The message says what to do, in the language of the run."""


@dataclass(frozen=True)
class Typeface:
    """The family that paper is set in, and all the fonts (as typst wants them) in which a sign that it lacks is looked for."""

    family: str
    found: Any

    def lacks(self, words: str) -> list[str]:
        """The signs of ``words`` that no font has, in order."""
        missing = {sign for sign in words if not _silent(sign)} - _signs_of(self.found, self.family)
        for font in self.found.fonts() if missing else ():
            if font.family != self.family and font.path:
                missing -= _signs(font.path, font.index)
            if not missing:
                break
        return sorted(missing)


def _silent(sign: str) -> bool:
    """Whether a sign shows nothing by itself: spaces, joiners, variation selectors."""
    return sign.isspace() or unicodedata.category(sign) in ("Cf", "Cc") or 0xFE00 <= ord(sign) <= 0xFE0F


@cache
def _signs(path: str, index: int) -> frozenset[str]:
    """Every sign that one face has; none for a file that cannot be read."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            return frozenset(map(chr, font.getBestCmap() or ()))
    except (OSError, TTLibError, KeyError, AssertionError):
        return frozenset()


def _signs_of(found: Any, family: str) -> frozenset[str]:
    """The signs that every upright face of a family has."""
    faces = [_signs(font.path, font.index) for font in found.fonts() if font.family == family and font.style == "normal" and font.path]
    return frozenset.intersection(*faces) if faces else frozenset()


@cache
def typeface(system: bool = True, bundled: bool = True) -> Typeface:
    """The typeface of this machine's paper.  Raises :class:`NoFont` where there is no Chinese font."""
    import typst

    spec = importlib.util.find_spec(BUNDLED) if bundled else None
    own = [str(Path(place)) for place in (spec.submodule_search_locations or ())] if spec else []
    found = typst.Fonts(include_system_fonts=system, include_embedded_fonts=False, font_paths=own)
    usual = {font.family for font in found.fonts() if font.style == "normal" and 300 <= font.weight <= 500}
    for family in FAMILIES:
        if family in usual and set(SAMPLE) <= _signs_of(found, family):
            return Typeface(family, found)
    raise NoFont(say("paper.no_font"))
