"""Care notes: the words of the care desk: notes and promises opened with a reason, and the sentences of the talk cards."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import date

from lib.care import texts
from lib.care.facts import SLOTS
from lib.care.texts import Set, Text
from lib.ledger import care, choices, engine
from lib.ledger import texts as written_texts
from lib.tags.rules import TAGS

MOST_WORDS = 4000
"""Characters of one text."""


def short(words: str) -> str:
    """The same words.  Raises ValueError for more than :data:`MOST_WORDS` characters."""
    if len(words) > MOST_WORDS:
        raise ValueError(f"at most {MOST_WORDS} characters")
    return words


class CareNotes(ABC):
    """What an HR may read and write in words; :class:`lib.access.care_desk.CareDesk` says who, about whom and in which ledger."""

    login: str
    today: date

    @abstractmethod
    def _here(self) -> None: ...

    @property
    @abstractmethod
    def _book(self) -> engine.Ledger: ...

    @abstractmethod
    def _people(self, ids: Iterable[str]) -> dict[str, dict[str, object]]: ...

    @abstractmethod
    def _scoped(self, employee_id: str | None) -> str: ...

    # --- words about a person ---

    def open_note(self, talk_id: str, reason: str) -> str:
        """The note of a talk; opening it is in the audit first.  Raises :class:`lib.ledger.care.Expired`, KeyLost, LookupError."""
        self._here()
        with self._book.reading() as con:
            who = care.person_of_talk(con, talk_id)
        self._scoped(who)
        return care.open_note(self._book, talk_id, self.login, "hr", reason, self.today)

    def open_promise(self, promise_id: str, reason: str) -> str:
        """The words of a promise; opening them is in the audit first."""
        self._here()
        with self._book.reading() as con:
            who = care.person_of_promise(con, promise_id)
        self._scoped(who)
        return care.open_promise(self._book, promise_id, self.login, "hr", reason)

    def promises(self) -> list[tuple[str, date]]:
        """Whom something was promised by today that nobody has settled, with the day, oldest first; of people in scope who
        did not object to scoring."""
        self._here()
        with self._book.reading() as con:
            due, objectors = care.promises_due(con, self.today), choices.who_chose(con, "no_scoring")
        seen = self._people(promise.employee_id for promise in due)
        return [(promise.employee_id, promise.due) for promise in due if promise.employee_id in seen and promise.employee_id not in objectors]

    # --- sentences of the cards ---

    def texts(self, tag: str) -> tuple[Set, ...]:
        """The sets of openers and don'ts in force for a tag, ``promise`` or ``follow_up``."""
        self._here()
        with self._book.reading() as con:
            return texts.sets(tag, written_texts.overrides(con))

    def support(self, tag: str = "") -> tuple[Text, ...]:
        """What can be offered, for a tag or all of it."""
        self._here()
        with self._book.reading() as con:
            return texts.support(tag, written_texts.overrides(con))

    def save_text(self, key: str, kind: str, tag: str, zh: str, en: str, set_no: int | None = None, active: bool = True) -> None:
        """Keep a sentence of a talk card.  Raises ValueError for slots that are none or differ between the languages, and for a
        sentence longer than :data:`MOST_WORDS`."""
        self._here()
        if tag not in {*texts.OTHER, *(known.key for known in TAGS), *([""] if kind == "support" else [])}:
            raise ValueError(f"there is no tag {tag}")
        texts.check(short(zh), short(en), SLOTS if kind != "support" else ())
        written_texts.save_text(self._book, key, kind, tag, zh, en, self.login, set_no, active)
