"""The anonymous pulse in the ledger: waves, one-time tokens, answers without a person, and results that are computed once.

Who has drawn a token of a wave is kept (``pulse_drawn``), which token it was is kept nowhere: a person's name and a token's hash stand
in tables that share no column but the wave, without a moment, in the order of random keys.  Using a token deletes it.  Neither
drawing nor answering leaves a line in the audit; the bytes of both are taken out of the ledger's log at once, so that
it does not tell which rows were written together.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from lib.ledger import audit, vault
from lib.ledger.engine import Ledger
from lib.ledger.pulse_tables import (
    PULSE_ANSWERS,
    PULSE_COMMENTS,
    PULSE_DRAWN,
    PULSE_LEFT,
    PULSE_RESULTS,
    PULSE_TOKENS,
    PULSE_WAVES,
    PULSE_WORDS,
)
from lib.ledger.writes import now

QUESTIONS = ("pressure", "help", "growth", "cohesion", "recommend")
WORDS, COMMENT = "pulse_words.text", "pulse_comments.text"
"""What comments are sealed for: while they wait, and once they are published."""
MOST_WORDS = 1_000
_OPEN = (PULSE_TOKENS, PULSE_DRAWN, PULSE_LEFT, PULSE_ANSWERS, PULSE_WORDS)
"""What is there only while a wave is open."""


class Refused(ValueError):
    """What cannot be done; ``code`` names the sentence ``pulse.refused.<code>``, ``day`` is the day that it speaks of, if it does."""

    def __init__(self, code: str, day: date | None = None):
        super().__init__(code)
        self.code, self.day = code, day


@dataclass(frozen=True)
class Wave:
    """One wave; ``tree`` is team → department, fixed when it opened."""

    id: str
    opens: date
    closes: date
    state: str = "open"
    source: str = "app"
    tree: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One published cell, as in ``pulse_results``."""

    level: str
    unit: str
    question: str
    state: str
    n: int | None = None
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    coded: str | None = None


Counts = Mapping[str, Mapping[str, int]]
Heard = Mapping[str, Mapping[str, Sequence[int]]]


@dataclass(frozen=True)
class Earlier:
    """A wave that was published: its tree, how many answered by question and team, and its cells."""

    tree: Mapping[str, str]
    counts: Counts
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Collected:
    """What results are computed from: question → team → scores, team → comments, and every wave that was published before."""

    tree: Mapping[str, str]
    heard: Heard
    words: Mapping[str, Sequence[str]]
    earlier: tuple[Earlier, ...]


@dataclass(frozen=True)
class Outcome:
    """What is published: counts for later waves, cells, and (level, unit, text) of comments."""

    counts: Counts
    rows: Sequence[Row]
    comments: Sequence[tuple[str, str, str]] = ()


Compute = Callable[[Collected], Outcome]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# --- waves ----------------------------------------------------------------------------------------------------------------------

def waves(con: Connection) -> list[Wave]:
    """Every wave, newest first."""
    rows = con.execute(select(PULSE_WAVES).order_by(PULSE_WAVES.c.closes.desc(), PULSE_WAVES.c.id.desc()))
    return [Wave(row.id, row.opens, row.closes, row.state, row.source, row.tree) for row in rows]


def next_opening(con: Connection, gap_days: int) -> date | None:
    """The first day on which a wave may open after those that were answered in the app; None when none was closed.

    Two waves that follow each other at once would have everybody answer the same twice, and tell of one who came between what that
    one said.  Imported waves do not count: whoever imports a file has its answers.
    """
    closed = con.scalar(select(func.max(PULSE_WAVES.c.closes)).where(PULSE_WAVES.c.state == "closed", PULSE_WAVES.c.source == "app"))
    return None if closed is None else closed + timedelta(gap_days)


def open_wave(book: Ledger, wave: Wave, heads: Mapping[str, int], who: str, role: str, gap_days: int = 0) -> None:
    """Open a wave with one token for every head of a team.  The same opening again (name, days and who) changes nothing while it is open.

    Raises :class:`Refused`: ``taken`` when there was a wave of this name, ``another`` while one is open, ``nobody`` without a head,
    ``gap`` (with the first day on which it is possible) less than ``gap_days`` after the last one was closed.
    """
    if not any(heads.values()):
        raise Refused("nobody")
    with book.writing() as con:
        there = con.execute(select(PULSE_WAVES).where(PULSE_WAVES.c.id == wave.id)).first()
        if there is not None:
            if (there.state, there.source, there.opens, there.closes, there.who) == ("open", "app", wave.opens, wave.closes, who):
                return
            raise Refused("taken")
        if con.scalar(select(func.count()).select_from(PULSE_WAVES).where(PULSE_WAVES.c.state == "open")):
            raise Refused("another")
        if (first := next_opening(con, gap_days)) is not None and wave.opens < first:
            raise Refused("gap", first)
        _add(con, wave, "open", "app", who)
        con.execute(insert(PULSE_LEFT), [{"wave_id": wave.id, "team": team, "tokens": heads.get(team, 0)} for team in sorted(wave.tree)])
        audit.write(con, who, role, "pulse.opened", None, wave=wave.id, closes=wave.closes.isoformat(), teams=len(wave.tree))


def _add(con: Connection, wave: Wave, state: str, source: str, who: str, counts: Counts | None = None) -> None:
    con.execute(insert(PULSE_WAVES).values(id=wave.id, opens=wave.opens, closes=wave.closes, state=state, source=source,
                                           tree=dict(wave.tree), who=who, at=now(), counts=counts))


# --- tokens ---------------------------------------------------------------------------------------------------------------------

def may_draw(con: Connection, wave: Wave, employee_id: str, team: str) -> str:
    """``''`` when this person may draw a token, else why not: ``drawn``, ``paper`` (the team's tokens are slips), ``not_in`` the wave."""
    if team not in wave.tree:
        return "not_in"
    if con.scalar(select(func.count()).select_from(PULSE_DRAWN).where(PULSE_DRAWN.c.wave_id == wave.id,
                                                                      PULSE_DRAWN.c.employee_id == employee_id)):
        return "drawn"
    return "" if _left(con, wave.id, team) else "paper"


def draw(book: Ledger, wave_id: str, employee_id: str, team: str, today: date) -> str:
    """A new token for a person, once a wave.  Who drew is kept, which token is not.

    Raises :class:`Refused`: ``over``, ``not_in``, ``drawn`` or ``paper``.
    """
    token = secrets.token_urlsafe(16)
    with book.writing() as con:
        wave = _open(con, wave_id, today)
        if why := may_draw(con, wave, employee_id, team):
            raise Refused(why)
        con.execute(update(PULSE_LEFT).where(PULSE_LEFT.c.wave_id == wave_id, PULSE_LEFT.c.team == team)
                    .values(tokens=PULSE_LEFT.c.tokens - 1))
        con.execute(insert(PULSE_DRAWN).values(wave_id=wave_id, employee_id=employee_id))
        con.execute(insert(PULSE_TOKENS).values(token_hash=_hash(token), wave_id=wave_id, team=team))
        _mix(con, PULSE_DRAWN, PULSE_TOKENS)
    _forget(book, PULSE_TOKENS, PULSE_DRAWN)
    return token


def slips(book: Ledger, wave_id: str, team: str, today: date, who: str, role: str) -> list[str]:
    """All tokens of a team that nobody drew, for slips of paper; from now on the team answers on paper.

    Raises :class:`Refused`: ``over``, ``not_in``, or ``no_slips`` when none are left.
    """
    with book.writing() as con:
        wave = _open(con, wave_id, today)
        if team not in wave.tree:
            raise Refused("not_in")
        left = _left(con, wave_id, team)
        if not left:
            raise Refused("no_slips")
        tokens = [secrets.token_urlsafe(16) for _ in range(left)]
        con.execute(update(PULSE_LEFT).where(PULSE_LEFT.c.wave_id == wave_id, PULSE_LEFT.c.team == team).values(tokens=0))
        con.execute(insert(PULSE_TOKENS), [{"token_hash": _hash(token), "wave_id": wave_id, "team": team} for token in tokens])
        audit.write(con, who, role, "pulse.slips", None, wave=wave_id, team=team, slips=len(tokens))
    return tokens


def _left(con: Connection, wave_id: str, team: str) -> int:
    return con.scalar(select(PULSE_LEFT.c.tokens).where(PULSE_LEFT.c.wave_id == wave_id, PULSE_LEFT.c.team == team)) or 0


def _open(con: Connection, wave_id: str, today: date) -> Wave:
    row = con.execute(select(PULSE_WAVES).where(PULSE_WAVES.c.id == wave_id)).first()
    if row is None or row.state != "open" or not row.opens <= today <= row.closes:
        raise Refused("over")
    return Wave(row.id, row.opens, row.closes, row.state, row.source, row.tree)


# --- answers --------------------------------------------------------------------------------------------------------------------

def token_good(con: Connection, token: str, today: date) -> bool:
    """Whether this token can be used now; nothing else is said of it."""
    wave_id = con.scalar(select(PULSE_TOKENS.c.wave_id).where(PULSE_TOKENS.c.token_hash == _hash(token)))
    with suppress(Refused):
        return wave_id is not None and bool(_open(con, wave_id, today))
    return False


def answer(book: Ledger, token: str, scores: Mapping[str, int], words: str, today: date) -> None:
    """Keep five scores and at most one comment, each under a random key of its own, and delete the token: all of it or nothing.

    Raises :class:`Refused`: ``used`` for a token that is used or unknown, ``over`` when its wave takes no answers any more.
    Raises ValueError for anything but five scores from 1 to 5, or a comment longer than :data:`MOST_WORDS`.
    """
    if set(scores) != set(QUESTIONS) or any(type(score) is not int or not 1 <= score <= 5 for score in scores.values()):
        raise ValueError("an answer is five scores from 1 to 5")
    if len(words) > MOST_WORDS:
        raise ValueError("the comment is too long")
    with book.writing() as con:
        found = con.execute(select(PULSE_TOKENS.c.wave_id, PULSE_TOKENS.c.team).where(PULSE_TOKENS.c.token_hash == _hash(token))).first()
        if found is None:
            raise Refused("used")
        _open(con, found.wave_id, today)
        con.execute(delete(PULSE_TOKENS).where(PULSE_TOKENS.c.token_hash == _hash(token)))
        about = {"wave_id": found.wave_id, "team": found.team}
        con.execute(insert(PULSE_ANSWERS), [{**about, "key": secrets.token_hex(16), "question": question, "score": scores[question]}
                                            for question in QUESTIONS])
        if words.strip():
            con.execute(insert(PULSE_WORDS).values(**about, key=secrets.token_hex(16), text_sealed=vault.seal_house(book, words.strip(), WORDS)))
        _mix(con, PULSE_ANSWERS, PULSE_WORDS, PULSE_TOKENS)
    _forget(book, PULSE_TOKENS, PULSE_ANSWERS, PULSE_WORDS)


def _mix(con: Connection, *tables: Table) -> None:
    """On a server, write all rows of the tables anew in the order of their keys.

    A server keeps rows in the order in which they came, each with the number of the transaction that wrote it, which would tell
    what was written together.  SQLite keeps these tables by their keys alone.
    """
    if con.dialect.name != "postgresql":
        return
    for table in tables:
        rows = [dict(row._mapping) for row in con.execute(select(table).order_by(*table.primary_key.columns))]
        con.execute(delete(table))
        if rows:
            con.execute(insert(table), rows)


def _forget(book: Ledger, *tables: Table) -> None:
    """Take what was just written out of the log.  It is kept already, so nothing here may fail it; the next one tries again."""
    for table in tables[:1] if book.file is not None else tables:  # a file has one log for all tables
        with suppress(SQLAlchemyError, OSError):
            book.scrub(table.name)


# --- results --------------------------------------------------------------------------------------------------------------------

def close(book: Ledger, wave_id: str, compute: Compute, today: date, who: str, role: str) -> bool:
    """Close a wave: compute its results, publish them, and delete tokens, draws, answers and comments that are not shown.

    Returns False, with nothing computed, when it was closed before.  Raises LookupError when there is no such wave.
    """
    with book.writing() as con:
        row = con.execute(select(PULSE_WAVES).where(PULSE_WAVES.c.id == wave_id)).first()
        if row is None:
            raise LookupError(wave_id)
        if row.state == "closed":
            return False
        outcome = compute(Collected(row.tree, *_heard(con, book, wave_id), _earlier(con)))
        _keep(con, book, wave_id, outcome)
        con.execute(update(PULSE_WAVES).where(PULSE_WAVES.c.id == wave_id)
                    .values(state="closed", closes=max(row.opens, min(row.closes, today)), counts=outcome.counts))
        for table in _OPEN:
            con.execute(delete(table).where(table.c.wave_id == wave_id))
        audit.write(con, who, role, "pulse.closed", None, wave=wave_id)
    _forget(book, *_OPEN)
    return True


def turnout(con: Connection, wave_id: str) -> tuple[int, int]:
    """How many have answered an open wave, and how many were asked: a head's token was used, is in somebody's hands, or waits.

    Nobody may be told while answers are taken.
    """
    here = lambda table: select(func.count()).select_from(table).where(table.c.wave_id == wave_id)
    answered = con.scalar(here(PULSE_ANSWERS).where(PULSE_ANSWERS.c.question == QUESTIONS[0])) or 0
    waiting = con.scalar(select(func.sum(PULSE_LEFT.c.tokens)).where(PULSE_LEFT.c.wave_id == wave_id)) or 0
    return answered, answered + int(waiting) + (con.scalar(here(PULSE_TOKENS)) or 0)


def would_show(con: Connection, book: Ledger, wave_id: str, compute: Compute) -> bool:
    """Whether anything of an open wave would be shown if it were closed now; nothing is kept.  LookupError when it is not open."""
    row = con.execute(select(PULSE_WAVES).where(PULSE_WAVES.c.id == wave_id)).first()
    if row is None or row.state != "open":
        raise LookupError(wave_id)
    return any(cell.state == "shown" for cell in compute(Collected(row.tree, *_heard(con, book, wave_id), _earlier(con))).rows)


def publish_import(book: Ledger, wave: Wave, heard: Heard, compute: Compute) -> bool:
    """Publish a wave that was answered elsewhere.  False, with nothing computed, when there is a wave of this name already."""
    with book.writing() as con:
        if con.scalar(select(func.count()).select_from(PULSE_WAVES).where(PULSE_WAVES.c.id == wave.id)):
            return False
        outcome = compute(Collected(wave.tree, heard, {}, _earlier(con)))
        _add(con, wave, "closed", "import", "import", outcome.counts)
        _keep(con, book, wave.id, outcome)
        audit.write(con, "import", "system", "pulse.imported", None, wave=wave.id)
    return True


def comments(con: Connection, book: Ledger) -> list[tuple[str, str, str, str]]:
    """(wave, level, unit, text) of every published comment, newest wave first, in no order within a place."""
    rows = con.execute(select(PULSE_COMMENTS, PULSE_WAVES.c.closes).join(PULSE_WAVES, PULSE_WAVES.c.id == PULSE_COMMENTS.c.wave_id)
                       .order_by(PULSE_WAVES.c.closes.desc(), PULSE_COMMENTS.c.wave_id, PULSE_COMMENTS.c.level, PULSE_COMMENTS.c.unit,
                                 PULSE_COMMENTS.c.key))
    return [(row.wave_id, row.level, row.unit, vault.open_house(book, row.text_sealed, COMMENT)) for row in rows]


def _keep(con: Connection, book: Ledger, wave_id: str, outcome: Outcome) -> None:
    if outcome.rows:
        con.execute(insert(PULSE_RESULTS), [{"wave_id": wave_id, **vars(row)} for row in sorted(outcome.rows, key=_place)])
    if outcome.comments:
        con.execute(insert(PULSE_COMMENTS), sorted(
            ({"key": secrets.token_hex(16), "wave_id": wave_id, "level": level, "unit": unit, "text_sealed": vault.seal_house(book, text, COMMENT)}
             for level, unit, text in outcome.comments), key=lambda row: str(row["key"])))


def _place(row: Row) -> tuple[str, str, str]:
    return row.level, row.unit, row.question


def _heard(con: Connection, book: Ledger, wave_id: str) -> tuple[Heard, Mapping[str, Sequence[str]]]:
    heard: dict[str, dict[str, list[int]]] = {}
    for row in con.execute(select(PULSE_ANSWERS).where(PULSE_ANSWERS.c.wave_id == wave_id)):
        heard.setdefault(row.question, {}).setdefault(row.team, []).append(row.score)
    words: dict[str, list[str]] = {}
    for row in con.execute(select(PULSE_WORDS).where(PULSE_WORDS.c.wave_id == wave_id)):
        words.setdefault(row.team, []).append(vault.open_house(book, row.text_sealed, WORDS))
    return heard, words


def _earlier(con: Connection) -> tuple[Earlier, ...]:
    rows: dict[str, list[Row]] = {}
    for row in con.execute(select(PULSE_RESULTS)):
        rows.setdefault(row.wave_id, []).append(Row(row.level, row.unit, row.question, row.state, row.n, row.mean, row.low, row.high, row.coded))
    closed: Iterable[object] = con.execute(select(PULSE_WAVES).where(PULSE_WAVES.c.state == "closed").order_by(PULSE_WAVES.c.closes, PULSE_WAVES.c.id))
    return tuple(Earlier(wave.tree, wave.counts or {}, tuple(rows.get(wave.id, ()))) for wave in closed)  # type: ignore[attr-defined]
