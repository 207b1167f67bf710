"""Compose: the words of a message: how many people, a link, a reference; names only when the administrator says so.

What is known about a person (tag, evidence, reason) is not even handed to this file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from lib.messages.channels import Letter
from lib.words import say_in

MOST_BYTES = 2048
"""WeCom's limit for a text; kept for every channel."""
_REF = 8


def key_of(*parts: object) -> str:
    """The idempotency key of a piece of news: the same news has the same key, whoever sends it and however often."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()


def ref_of(key: str) -> str:
    """The short form that stands in the message."""
    return key[:_REF]


def today(lang: str, key: str, people: int, link: str, names: Sequence[str] = ()) -> Letter:
    """The daily message: how many people are on today's list."""
    return _letter("today", lang, key, people, link, names)


def new(lang: str, key: str, people: int, link: str, names: Sequence[str] = ()) -> Letter:
    """The message of cards that came after the daily one."""
    return _letter("new", lang, key, people, link, names)


def own(lang: str, key: str, link: str, lines: Sequence[str] = (), week: bool = False) -> Letter:
    """A person's own summary: that it is there and a link; ``lines`` are the person's own figures, where the administrator allows them."""
    head = say_in(lang, "messages.text.own_week" if week else "messages.text.own")
    tail = "\n" + say_in(lang, "messages.text.own_link", link=link) + "\n" + say_in(lang, "messages.text.ref", ref=ref_of(key))
    body = ""
    for line in lines:
        if len((head + body + "\n" + line + tail).encode()) > MOST_BYTES:
            break
        body += "\n" + line
    return Letter(key, say_in(lang, "messages.own_title"), head + body + tail)


def test(lang: str, key: str, link: str) -> Letter:
    """The message behind the administrator's button."""
    return _letter("test", lang, key, 0, link, ())


def kept(text: str, key: str, lang: str) -> Letter:
    """A letter again from the text that waits in the outbox."""
    return Letter(key, say_in(lang, "messages.title"), text)


def _letter(kind: str, lang: str, key: str, people: int, link: str, names: Sequence[str]) -> Letter:
    word = f"messages.text.{kind}" + (".one" if people == 1 and kind != "test" else "")
    line = say_in(lang, word, people=people) if kind != "test" else say_in(lang, word)
    tail = "\n" + say_in(lang, "messages.text.link", link=link) + "\n" + say_in(lang, "messages.text.ref", ref=ref_of(key))
    room = MOST_BYTES - len((line + tail).encode())
    return Letter(key, say_in(lang, "messages.title"), line + _named(lang, names, room) + tail)


def _named(lang: str, names: Sequence[str], room: int) -> str:
    """The names in one line, as many as fit; how many more there are is said."""
    shown = [plain_name(name) for name in names]
    join = "、" if lang == "zh" else ", "
    for count in range(len(shown), 0, -1):
        more = say_in(lang, "messages.text.more", more=len(shown) - count) if count < len(shown) else ""
        line = "\n" + join.join(shown[:count]) + more
        if len(line.encode()) <= room:
            return line
    return ""


def plain_name(name: str) -> str:
    """A name that a chat shows as nothing but a name: no mention, mark-up, link or line break."""
    text = re.sub(r"\.(?=\S)", " ", re.sub(r"[^\w\s·.'’-]", "", name))
    return re.sub(r"\s+", " ", text).strip()[:40] or "–"
