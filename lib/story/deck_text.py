"""Deck text: words as PowerPoint keeps them: every run with its language and its East Asian font, and in a size at which it fits."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from lib.story.measure import kept, width, wrap

LATIN, EAST_ASIAN = "Segoe UI", "Microsoft YaHei"
LEADING = 1.2

# What XML 1.0 cannot hold: it would make the whole file unreadable.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """The text without signs that XML cannot hold."""
    return _NO_XML.sub("", text)


def esc(text: str) -> str:
    """The text as content of an element."""
    return escape(clean(text))


def attr(text: str) -> str:
    """The text as an attribute's value, with its quotes; on one line, as attributes are."""
    return quoteattr(" ".join(clean(text).split()))


@dataclass(frozen=True)
class Voice:
    """How words of a deck are set: the story's language and the East Asian font (that of a company template, where it has one)."""

    language: str
    east_asian: str = EAST_ASIAN
    latin: str = LATIN      # only for words that a program does not set in the theme's font by itself

    @property
    def lang(self) -> str:
        """The language that the spelling checker is told."""
        return "zh-CN" if self.language == "zh" else "en-US"

    def properties(self, tag: str = "a:rPr", size: float | None = None, bold: bool | None = None, colour: str = "",
                   latin: bool = False) -> str:
        """The properties of a run (``a:rPr``) or of all text of a chart (``a:defRPr``); ``size`` in points, ``colour`` a colour of the theme."""
        size_, bold_ = ("" if size is None else f' sz="{round(size * 100)}"'), ("" if bold is None else f' b="{int(bold)}"')
        fill = f'<a:solidFill>{scheme(colour)}</a:solidFill>' if colour else ""
        other = "en-US" if self.language == "zh" else "zh-CN"
        return (f'<{tag} lang="{self.lang}" altLang="{other}"{size_}{bold_}>{fill}'
                f'{f"<a:latin typeface={attr(self.latin)}/>" if latin else ""}<a:ea typeface={attr(self.east_asian)}/></{tag}>')

    def paragraph(self, text: str, size: float | None = None, bold: bool | None = None, colour: str = "", properties: str = "", latin: bool = False) -> str:
        """One paragraph of one run."""
        text = kept(" ".join(text.split()))
        run = f'<a:r>{self.properties("a:rPr", size, bold, colour, latin)}<a:t>{esc(text)}</a:t></a:r>' if text else ""
        return f"<a:p>{properties}{run}</a:p>"


def scheme(colour: str) -> str:
    """A colour of the theme: ``accent1``, ``accent1*66`` for 66 % of it over white, ``accent1~25`` for 25 % of it over what is behind."""
    name, _, share = colour.partition("*")
    name, _, alpha = name.partition("~")
    change = f'<a:lumMod val="{int(share) * 1000}"/><a:lumOff val="{(100 - int(share)) * 1000}"/>' if share else ""
    return f'<a:schemeClr val="{name}">{change}{f"""<a:alpha val="{int(alpha) * 1000}"/>""" if alpha else ""}</a:schemeClr>'


WIDER = 1.08
"""So much wider than measured a font may be that stands in for one that a computer does not have."""


def fit(texts: list[str], wide: float, high: float, sizes: tuple[float, ...], bold: bool = False, least: float = 8.0, most: float = math.inf) -> float:
    """The largest of ``sizes`` at which the paragraphs stand in a box of ``wide`` × ``high`` points, in a font that is :data:`WIDER` too, and in
    at most ``most`` lines; where none does, the largest smaller one, down to ``least``."""
    room = wide / WIDER
    lines = lambda size: sum(max(len(wrap(text, size, room, bold)), 1) for text in texts)

    def stands(size: float) -> bool:
        held = min(high / (size * LEADING), most)
        # Breaking lines is slow and seldom needed to see that words do not fit.
        return sum(width(text, size, bold) // wide + 1 for text in texts) <= held and lines(size) <= held
    size = next((size for size in sizes if stands(size)), sizes[-1])
    while size > least and not stands(size):
        size -= 0.5
    return max(size, least) if size < sizes[-1] else size
