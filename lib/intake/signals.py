"""Signals: what a talk note says, as a few keys, so that the note itself can be dropped.

A note is cut into sentences and clauses; a rule of :mod:`lib.intake.signal_rules` fires on a clause that its ``says`` pattern
matches and its ``unless`` pattern does not (negation, good news, somebody else's trouble).  Chinese and English leave the
subject out of a follow-up clause ("母亲查出问题,要做手术"), so rules marked ``carries`` also see the subject of the clause
before: that is how a customer's mother in hospital stays the customer's, and an employee's mother stays the employee's.  A
clause that says that things are well again takes back the one before it.

Keys: client_trouble, family_care, pressure, pay, promotion, leaving, training, climate (data.md, ``talk_signals``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pandas as pd

from lib.intake.signal_rules import BUSINESS, COLLEAGUE, CUSTOMER, NOT_WITH, PAST, RECOVERED, RELATIVE, RULES, SELF, TELLING, Rule

__all__ = ["RULES", "SIGNALS", "Reading", "Rule", "read", "read_many"]

SIGNALS = ("client_trouble", "climate", "family_care", "leaving", "pay", "pressure", "promotion", "training")
REMEMBERED = 400_000  # sentences, of a few dozen bytes each, that one reading of many notes keeps in mind

# Full-width punctuation is written by its number: it looks like the half-width kind.
_SENTENCE = re.compile(r"[。!?;\uff01\uff1f\uff1b\n\r…]+|(?<=[a-z0-9])\.(?=\s|$)", re.IGNORECASE)
_CLAUSE = re.compile(
    r"[,、:\uff0c\uff1a]+|(?<=[一-龥]) +(?=[一-龥])|但是|不过(?!来|去|气)|可是|然而|(?<!不)但(?!凡)|只是|就是(?=压力|工资|想|客户|家里|惦记|担心)"
    r"|\b(?:but|however|although|though|yet)\b", re.IGNORECASE)
_DIGIT = re.compile("[1-9]")
_NOTHING: frozenset[str] = frozenset()


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# A subject that the next clause may leave out: the customer('s relative), a relative, a colleague.
_SUBJECT = _compiled(rf"{NOT_WITH}(?:(?:{CUSTOMER}|{COLLEAGUE})(?:'s|s')?(?:的|说|家|家里|[一-龥]{{0,3}}?)?\s?(?:{RELATIVE})?|{RELATIVE})")
_HOLDER = _compiled(rf"{NOT_WITH}(?:{CUSTOMER}|{COLLEAGUE})")
_SELF, _FAMILY, _TELLING = _compiled(SELF), _compiled(rf"{RELATIVE}|家里|家中|\bat home\b"), _compiled(TELLING)
_BUSINESS, _RECOVERED, _PAST = _compiled(BUSINESS), _compiled(RECOVERED), _compiled(PAST)
_ANYBODY = _compiled(rf"{SELF}|{CUSTOMER}|{COLLEAGUE}")


def clauses(sentence: str) -> Iterator[tuple[str, str]]:
    """The clauses of a sentence in order, each as (the clause, the clause with the subject that it leaves out)."""
    subject, teller = "", ""
    about_business = bool(_BUSINESS.search(sentence))
    for part in _CLAUSE.split(sentence):
        clause = part.strip()
        if not clause:
            continue
        if _ANYBODY.search(clause):
            carried = clause
        elif _FAMILY.search(clause):
            # "家长说这周来不了,孩子发烧": the child is whose words are told.
            carried = f"{teller}的{clause}" if teller else clause
        else:
            carried = f"{subject}|{clause}" if subject else clause
        yield clause, carried
        found, holder = _SUBJECT.search(carried if teller and carried.startswith(teller) else clause), _HOLDER.search(clause)
        if found:
            subject = found.group(0)
            if holder and (about_business or _TELLING.search(clause)):
                teller = holder.group(0)
        elif _SELF.search(clause):
            subject = teller = ""


def _sentence(sentence: str) -> frozenset[str]:
    """What one sentence says."""
    said: list[set[str]] = []
    past: list[bool] = []
    for clause, carried in clauses(sentence):
        found: set[str] = set()
        for rule in RULES:
            text = carried if rule.carries else clause
            if rule.signal not in found and rule.says.search(text) and not (rule.unless and rule.unless.search(text)):
                found.add(rule.signal)
        if _RECOVERED.search(clause):
            found.clear()
            for at, earlier in enumerate(said):
                if past[at] or at == len(said) - 1:
                    earlier.clear()
        said.append(found)
        past.append(bool(_PAST.search(clause)))
    return frozenset().union(*said)


def read(note: str | None) -> tuple[str, ...]:
    """The signal keys that a note carries, sorted; empty for an empty or missing note."""
    if not isinstance(note, str) or not note.strip():
        return ()
    return tuple(sorted(frozenset().union(*map(_sentence, _SENTENCE.split(note)))))


class Reading:
    """Reads many notes as :func:`read` does, each sentence once: sentences come back far more often than notes do.

    To the rules one digit is as good as another, so sentences that differ in digits only are one.
    """

    def __init__(self) -> None:
        self._known: dict[str, frozenset[str]] = {}
        self._plain: dict[str, frozenset[str]] = {}
        self._joined: dict[frozenset[str], str] = {}

    def __call__(self, notes: Iterable[str | None]) -> list[str]:
        """What each note says, joined by commas (``''`` when that is nothing)."""
        known, joined = self._known, self._joined
        said: list[str] = []
        for note in notes:
            found = _NOTHING
            if isinstance(note, str):
                for sentence in _SENTENCE.split(note):
                    more = known.get(sentence)
                    if more is None:
                        more = self._learn(sentence)
                    if more:
                        found = found | more
            words = joined.get(found)
            if words is None:
                words = joined[found] = ",".join(sorted(found))
            said.append(words)
        return said

    def _learn(self, sentence: str) -> frozenset[str]:
        bare = _DIGIT.sub("0", sentence)
        found = self._plain.get(bare)
        if found is None:
            if len(self._plain) >= REMEMBERED:
                self._plain.clear()
            found = self._plain[bare] = _sentence(bare)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[sentence] = found
        return found


def read_many(notes: pd.Series) -> pd.Series:
    """Per note the signals joined by commas (``''`` when there are none); same index."""
    return pd.Series(Reading()(notes.tolist()), index=notes.index, name="signals", dtype="str")
