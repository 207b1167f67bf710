"""Source files of the morale tables: leave, mentors and the anonymous pulse, as systems of their own hand them over."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lib.demo import pulse
from lib.demo.days import LEAVE, LEAVE_KINDS
from lib.demo.files import Writer, coded
from lib.demo.mentoring import KINDS, TOPICS, Pairs, questions, sessions
from lib.demo.people import NEVER
from lib.demo.talks import flag

AHEAD = 28  # days for which leave is planned
# Kinds of planned leave (index into LEAVE_KINDS), their shares, and how many days in a row.
PLANNED, PLANNED_SHARE = (1, 3, 4, 5), (.66, .16, .13, .05)
PLANNED_DAYS, PLANNED_DAYS_SHARE = (1, 2, 3, 5, 8), (.44, .24, .16, .12, .04)
REFUSED, UNSAID = .05, .1   # shares of planned leave that was refused, and of all leave without a word about approval


def leave(writer: Writer, rng: np.random.Generator) -> Iterator[dict[str, object]]:
    """The rows of ``leave_requests``: leave of whole days as it was taken, and what is planned for the next four weeks.

    Half days stand in the attendance alone: a request speaks of days.
    """
    cells, table = writer.world.cells, writer.world.people
    for people in writer.pieces():
        person, seat, day = writer.days(people)
        away = cells["result"][seat, day] == LEAVE
        person, day, kind = person[away], day[away], cells["leave_kind"][seat[away], day[away]].astype(int)
        begins = np.ones(len(person), dtype=bool)
        begins[1:] = (person[1:] != person[:-1]) | (day[1:] != day[:-1] + 1) | (kind[1:] != kind[:-1])
        first = np.flatnonzero(begins)
        length = np.diff(np.append(first, len(person)))
        who, start, what = person[first], day[first], kind[first]
        said = np.where(rng.random(len(who)) < UNSAID, -1, 1)
        there = people[(table.hired[people] <= writer.last) & (table.last[people] > writer.last)]
        plans = there[rng.random(len(there)) < .2]
        n = len(plans)
        opens = writer.last + 1 + rng.integers(0, AHEAD, n)
        until = opens + rng.choice(PLANNED_DAYS, n, p=PLANNED_DAYS_SHARE) - 1
        ends = np.minimum(until, table.last[plans])
        answer = np.array([0, -1, 1])[(rng.random(n)[:, None] > np.array([REFUSED, REFUSED + UNSAID])).sum(axis=1)]
        kept = opens <= ends
        who = np.concatenate([who, plans[kept]])
        start, end = np.concatenate([start, opens[kept]]), np.concatenate([start + length - 1, ends[kept]])
        what = np.concatenate([what, rng.choice(PLANNED, n, p=PLANNED_SHARE)[kept]])
        said = np.concatenate([said, answer[kept]])
        order = np.lexsort((start, writer.rank[who]))
        yield {"employee_id": writer.who(who[order]), "starts_on": writer.date(start[order]), "ends_on": writer.date(end[order]),
               "leave_type": coded(LEAVE_KINDS, what[order]), "approved": flag(said[order])}


def mentorships(writer: Writer, found: Pairs) -> Iterator[dict[str, object]]:
    """The rows of ``mentorships``."""
    yield {"employee_id": writer.who(found.mentee), "mentor_id": writer.who(found.mentor), "since": writer.date(found.since),
           "until": writer.date(found.until, found.until == NEVER)}


def mentor_sessions(writer: Writer, rng: np.random.Generator, found: Pairs) -> Iterator[dict[str, object]]:
    """The rows of ``mentor_sessions``."""
    rows = sessions(rng, writer.world, found)
    yield {"employee_id": writer.who(found.mentee[rows["pair"]]), "mentor_id": writer.who(found.mentor[rows["pair"]]),
           "held_on": writer.date(rows["day"]), "kind": coded(KINDS, rows["kind"]), "minutes": rows["minutes"],
           "confirmed": flag(rows["confirmed"])}


def help_requests(writer: Writer, rng: np.random.Generator, found: Pairs) -> Iterator[dict[str, object]]:
    """The rows of ``help_requests``."""
    rows = questions(rng, writer.world, found)
    yield {"employee_id": writer.who(found.mentee[rows["pair"]]), "mentor_id": writer.who(found.mentor[rows["pair"]]),
           "asked_at": writer.moment(rows["day"], rows["asked"], np.zeros(len(rows["day"]), dtype=bool)),
           "answered_at": writer.moment(rows["day"], rows["answered"], rows["answered"] < 0), "topic": coded(TOPICS, rows["topic"])}


def pulse_answers(writer: Writer, rng: np.random.Generator, waves: pulse.Waves) -> Iterator[dict[str, object]]:
    """The rows of ``pulse_answers``: one per answer, without a person, a moment or an order."""
    rows = pulse.answers(rng, waves)
    yield {"wave": coded(waves.name, rows["wave"]), "closed_on": writer.date(waves.day[rows["wave"]]),
           "team": coded(writer.world.org.name, rows["team"]), "question": coded(pulse.QUESTIONS, rows["question"]),
           "score": rows["score"]}
