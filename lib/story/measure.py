"""Measure: how wide a text stands, so that a title wraps and a label never runs out of its picture.

A picture is drawn before anybody knows in which font: PingFang on one screen, YaHei on the next, Noto on paper.  The widths below are
the wider of Liberation Sans (metric twin of Arial) and Noto Sans CJK, rounded up to a twentieth of the type size, so what is measured
here is never narrower than what is seen by more than a hair; :data:`SLACK` covers that.
"""

from __future__ import annotations

import re
import unicodedata

REGULAR = {0.30: " ',.:;Iijl|\xa0", 0.35: "!()-[]f{}", 0.40: "/\\rt°", 0.45: "²³", 0.50: '"*sxz', 0.55: "Jcvy", 0.60: "#$+0123456789<=>?L^_aegk~–−é€£¥",
           0.65: "FTZ`bdhnopqu", 0.70: "&ABEKPSVXY", 0.75: "CDHNRU", 0.80: "GOQ", 0.85: "Mw", 0.95: "%Wm½", 1.05: "@"}
BOLD = {0.30: " |\xa0", 0.35: "',.:;Iijl", 0.40: "!()-/[\\]f{}", 0.45: "rt°²³", 0.55: "*z", 0.60: '"#$+0123456789<=>J^_acesvxy~–−é€£¥', 0.65: "?FLTZ`bdghknopqu",
        0.70: "EPSVXY", 0.75: "&ABCDKNRU", 0.80: "GHOQ", 0.90: "Mw", 0.95: "W½", 1.00: "%m", 1.05: "@"}
WIDTHS = {bold: {sign: width for width, signs in table.items() for sign in signs} for bold, table in ((False, REGULAR), (True, BOLD))}
SLACK = 1.02

# Full-width signs are written by their numbers: beside their ASCII twins nobody can tell them apart.
NO_START = set("、。,.;:!?%‰)]}〉》」』】〕’”…—–·°℃") | set("\uff0c\uff1b\uff1a\uff01\uff1f\uff05\uff09")     # what may not begin a line
NO_END = set("([{〈《「『【〔‘“$£€¥#") | {"\uff08"}                                                             # what may not end one
PAUSE = set("、。,.;:!?…—·") | set("\uff0c\uff1b\uff1a\uff01\uff1f")                                          # after these a line ends well


def _one(sign: str, bold: bool) -> float:
    """The width of one sign in type sizes; 0 for what only changes another (accents, joiners)."""
    known = WIDTHS[bold].get(sign)
    if known is not None:
        return known
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Cf", "Mn", "Me", "Cc"):
        return 0.0
    if unicodedata.east_asian_width(sign) in "WFA":
        return 1.0 if ord(sign) < 0x1F000 else 1.4     # emoji stand wider than their type size
    return 0.85


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide ``text`` stands in one line at a type size of ``size`` px."""
    return sum(_one(sign, bold) for sign in text) * size * SLACK


_UNIT = re.compile(r"(?<=\d) (?=[%‰\u4e00-\u9fff]|pp\b)|(?<=\bn) (?== )|(?<=\bn =) ")            # 72 %, 6 人, n = 640
_RANGE = re.compile(r"(?<=[\d%])–(?=[−\d¥])")                                                   # (15–22)
_TO = re.compile(r"(?<=\d) (to|到) (?=[−\d])")                                                  # (−3.8 to 2.4)


def kept(text: str) -> str:
    """``text`` with what may not be broken kept together, for whoever breaks lines by rules of their own: a number and its unit, both ends of
    a range (no-break spaces, U+00A0, and word joiners, U+2060)."""
    return _UNIT.sub("\u00a0", _RANGE.sub("\u2060–\u2060", _TO.sub("\u00a0\\1\u00a0", text)))


def cut(text: str, size: float, room: float, bold: bool = False) -> str:
    """``text`` as it is when it fits into ``room`` px, else its beginning with an ellipsis; '' when not even that fits."""
    if width(text, size, bold) <= room:
        return text
    end = width("…", size, bold)
    begin, used = [], 0.0
    for sign in text:
        used += _one(sign, bold) * size * SLACK
        if used + end > room:
            break
        begin.append(sign)
    return "".join(begin).rstrip() + "…" if begin else ("…" if end <= room else "")


def _wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF" or 0x2E80 <= ord(sign) <= 0x9FFF


def _pieces(text: str) -> list[str]:
    """What may not be broken, each with the space that follows it: one Chinese sign with its punctuation, or one word; a number
    keeps its unit (72 %, 6 人)."""
    pieces: list[str] = []
    signs = _TO.sub("\u00a0\\1\u00a0", " ".join(text.split()))
    for place, sign in enumerate(signs):
        if not pieces:
            pieces.append(sign)
            continue
        before = signs[place - 1]
        glued = sign in " \u00a0" or before == "\u00a0" or sign in NO_START or before in NO_END
        if before == " ":
            last = pieces[-1].rstrip()
            glued = sign in "%‰·" or (last[-1:].isdigit() and (_wide(sign) or signs[place:place + 3].strip() == "pp"))
        elif not glued:
            glued = not _wide(sign) and not _wide(before) and not (before in PAUSE and place > 1 and _wide(signs[place - 2]))
        if glued:
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces


def _broken(piece: str, size: float, room: float, bold: bool) -> list[str]:
    """A word that is longer than a whole line, in parts that are not."""
    parts, part = [], ""
    for sign in piece:
        if part and width(part + sign, size, bold) > room:
            parts.append(part)
            part = ""
        part += sign
    return [*parts, part]


def wrap(text: str, size: float, room: float, bold: bool = False) -> list[str]:
    """``text`` in as few lines of at most ``room`` px as it needs, of even length, ending after a pause where that costs little.

    The lines are found as Knuth and Plass do for a paragraph (Software: Practice and Experience 11, 1981): the fewest lines first,
    then the least sum of squared empty ends, a break inside a Chinese phrase counting a little.
    """
    pieces: list[str] = []
    for whole in _pieces(text):
        # a range that is longer than a line is broken at its blanks
        for piece in [whole] if width(whole.rstrip(), size, bold) <= room else whole.replace("\u00a0", " \u00a0").split("\u00a0"):
            pieces += [piece] if width(piece.rstrip(), size, bold) <= room else _broken(piece.rstrip(), size, room, bold)
    if not pieces:
        return []
    spans = [sum(_one(sign, bold) for sign in piece) * size * SLACK for piece in pieces]
    trailing = [sum(_one(sign, bold) for sign in piece[len(piece.rstrip()):]) * size * SLACK for piece in pieces]
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]      # lines, cost, where the last line begins
    for end in range(1, len(pieces) + 1):
        found: tuple[int, float, int] | None = None
        used = -trailing[end - 1]
        for start in range(end - 1, -1, -1):
            used += spans[start]
            if used > room and start < end - 1:
                break
            last = pieces[end - 1].rstrip()
            ragged = ((room - used) / room) ** 2
            inside = 0.0 if end == len(pieces) or last[-1:] in PAUSE else 0.08 if pieces[end - 1].endswith(" ") else 0.3
            option = (best[start][0] + 1, best[start][1] + ragged + inside, start)
            if found is None or option[:2] < found[:2]:
                found = option
        best.append(found or (0, 0.0, 0))
    lines, end = [], len(pieces)
    while end:
        start = best[end][2]
        lines.append("".join(pieces[start:end]).replace("\u00a0", " ").strip())
        end = start
    return lines[::-1]
