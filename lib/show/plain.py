"""Plain: text of a file or a person inside Streamlit's own labels and messages, which would read it as markdown."""

from __future__ import annotations

import re
from string import punctuation

from lib.access.sign_in import SignInError
from lib.words import say

_SPECIAL = str.maketrans({char: f"\\{char}" for char in punctuation})
_JOINER = "\u2060"  # invisible, no width, no place to break a line


def plain(text: object) -> str:
    """The text as markdown that shows exactly this text: no picture, link, colour, icon, formula or HTML, all in one line.

    Every ASCII punctuation mark gets a backslash (CommonMark, backslash escapes).  Streamlit looks for bare addresses and for
    ``:icon:`` after the backslashes are gone, so an invisible joiner stands behind ``:`` and ``@`` and before the dot of ``www.``.
    """
    line = re.sub(r"\s+", " ", "".join(char if char.isprintable() else " " for char in str(text))).strip()
    line = re.sub(r"(?i)\bwww(?=\.)", rf"\g<0>{_JOINER}", re.sub(r"[:@]", rf"\g<0>{_JOINER}", line))
    return line.translate(_SPECIAL)


def plain_values(values: dict[str, object]) -> dict[str, object]:
    """The values of a sentence with every text among them made plain."""
    return {key: plain(value) if isinstance(value, str) else value for key, value in values.items()}


def complaint(why: SignInError) -> str:
    """What is wrong with a user or a password, for a message: our sentence as it is, names that were typed made plain."""
    return say(f"sign_in.{why.code}", **plain_values(why.values))
