"""Pain points of the demo company: who truly has one, from when to when, and what it does to the days.

Three pains, one at a time, on experienced people of every line, leads too.  **script**: conversations as many as before, far fewer
of them become an intent or a deal.  **prospecting**: half the conversations, although as much time or more goes into following up.
**lost_growth**: nothing in the numbers; those who check in by name say much pressure and little progress, and talks that are held
anyway touch on both.  Everything here draws from streams of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lib.demo.business import HR_LINE
from lib.demo.people import NEVER, People

if TYPE_CHECKING:
    from lib.demo.files import Writer

PAINS = ("script", "prospecting", "lost_growth")
SCRIPT, PROSPECTING, LOST_GROWTH = range(3)
SHARE = .05                 # of experienced people who have each pain in an average week
SHORTEST, LONGEST = 6, 16   # weeks
EXPERIENCED = 120           # days at work before a pain can begin
CONVERTED = .35             # script: what is left of intents and deals
REACHED = .5                # prospecting: what is left of conversations
DIALLED = .75               # prospecting: what is left of dials that reach nobody
FOLLOW_UP = (1.0, 1.35)     # prospecting: time spent on following up, times the usual
CHECKS_IN, EVERY, SKIPPED = .35, 2, .1   # share of people who check in by name, every how many weeks, and how often they skip it
MENTIONED = .7              # lost growth: share of talks that touch on it
_GIVEN = .82                # about the share of experienced people who are free for a new pain


@dataclass
class Pains:
    """The pain that each seat's person has now (−1: none), and every spell there was: person, pain, first and last day."""

    rng: np.random.Generator
    seats: int
    kind: np.ndarray = field(init=False)
    left: np.ndarray = field(init=False)
    open: np.ndarray = field(init=False)
    spells: list[list[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.kind, self.left, self.open = (np.full(self.seats, value) for value in (-1, 0, -1))

    def clear(self, seats: np.ndarray) -> None:
        """Somebody new sits on these seats."""
        self.kind[seats], self.left[seats], self.open[seats] = -1, 0, -1

    def begin_week(self, people: People, pid: np.ndarray, seat_line: np.ndarray, week: int) -> None:
        """Pains end and begin on Mondays; in the first week some are under way already."""
        n, first = self.seats, week * 7
        chance, pain, length = self.rng.random(n), self.rng.integers(0, len(PAINS), n), self.rng.integers(SHORTEST, LONGEST + 1, n)
        passed = self.rng.random(n)
        self.left = np.maximum(self.left - 1, 0)
        self.kind = np.where(self.left > 0, self.kind, -1)
        who = np.maximum(pid, 0)
        able = (pid >= 0) & (seat_line != HR_LINE) & (self.kind < 0) & (people.hired[who] <= first - EXPERIENCED) & (people.notice[who] == NEVER)
        rate = len(PAINS) * SHARE / (SHORTEST + LONGEST) * 2 / _GIVEN
        new = np.flatnonzero(able & (chance < (rate if week else len(PAINS) * SHARE)))
        weeks = length[new] if week else np.ceil(length[new] * passed[new]).astype(int)
        self.kind[new], self.left[new] = pain[new], weeks
        self.open[new] = len(self.spells) + np.arange(len(new))
        self.spells += [[int(pid[seat]), int(pain[seat]), first, first + int(span) * 7 - 1] for seat, span in zip(new, weeks, strict=True)]

    def follow_up(self, seats: np.ndarray, strength: np.ndarray) -> np.ndarray:
        """How much more or less than usual (log) each cell spends on following up: with what one gets done, but in trouble with
        prospecting never less than usual."""
        return np.where(self.kind[seats] == PROSPECTING, np.maximum(strength, 0), strength)

    def bend(self, seats: np.ndarray, counts: dict[str, np.ndarray], rest: np.ndarray, follow: np.ndarray) -> None:
        """Change one week's cells of one line in place.  ``seats``: the seat of each cell; ``rest``: answered and nothing came of it."""
        kind = self.kind[seats]
        talk = np.flatnonzero(kind == SCRIPT)
        for name in ("intents", "deals"):
            lost = self.rng.binomial(counts[name][talk], 1 - CONVERTED)
            counts[name][talk] -= lost
            counts["effective"][talk] += lost
        few = np.flatnonzero(kind == PROSPECTING)
        gone = self.rng.binomial(rest[few], 1 - REACHED)
        for name in ("rejected", "effective", "intents", "deals"):
            lost = self.rng.binomial(counts[name][few], 1 - REACHED)
            counts[name][few] -= lost
            gone += lost
        if counts["dials"].any():
            unheard = counts["dials"][few] - counts["answered"][few]
            counts["dials"][few] = counts["answered"][few] - gone + self.rng.binomial(unheard, DIALLED)
        counts["answered"][few] -= gone
        follow[few] *= self.rng.uniform(*FOLLOW_UP, len(few))

    def within(self, pain: int, person: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Whether each of these days lies in a spell of the pain of that person."""
        rows = np.array([spell for spell in self.spells if spell[1] == pain], dtype=np.int64).reshape(-1, 4)
        if not len(rows):
            return np.zeros(len(person), dtype=bool)
        rows = rows[np.lexsort((rows[:, 2], rows[:, 0]))]
        # Spells of a person do not overlap: the last one that has begun is the only one that can hold the day.
        at = np.searchsorted(rows[:, 0] * NEVER + rows[:, 2], person * NEVER + day, side="right") - 1
        found = rows[np.maximum(at, 0)]
        return (at >= 0) & (found[:, 0] == person) & (day <= found[:, 3])

    def mention(self, talks: dict[str, list[np.ndarray]], pressure: int, growth: tuple[int, ...]) -> None:
        """Let talks that were held with people who lost the feeling of growth touch on pressure and on one of ``growth`` (topic bits)."""
        person, day = np.concatenate(talks["person"]).astype(np.int64), np.concatenate(talks["day"]).astype(np.int64)
        bits = np.concatenate(talks["topics"])
        inside = self.within(LOST_GROWTH, person, day)
        said = np.flatnonzero(inside)
        said = said[self.rng.random(len(said)) < MENTIONED]
        bits[said] |= (1 << pressure) | (1 << self.rng.choice(growth, len(said))).astype(bits.dtype)
        talks["topics"] = [bits]


def check_ins(writer: Writer, rng: np.random.Generator) -> Iterator[dict[str, object]]:
    """The rows of ``check_ins``: about a third of all people say by name, every other week, how much pressure and growth there is."""
    world = writer.world
    table, cells, pains = world.people, world.cells, world.pains
    joins = np.flatnonzero((rng.random(table.count) < CHECKS_IN) & (table.line < HR_LINE))
    lean = np.where(rng.random(table.count) < .08, 1, 0)   # a few always feel more pressure than others
    person, day = [], []
    for week in range(world.calendar.weeks):
        first, last = week * 7, min(week * 7 + 7, world.calendar.count)
        turn = joins[(joins + week) % EVERY == 0]
        here = (table.hired[turn, None] <= np.arange(first, last)) & (table.last[turn, None] >= np.arange(first, last))
        result = cells["result"][table.seat[turn], first:last]
        here &= ((result > 0) & (result < 5)) | (result > 6)
        pick = (here * rng.random(here.shape)).argmax(axis=1)
        kept = here.any(axis=1) & (rng.random(len(turn)) >= SKIPPED)
        person.append(turn[kept])
        day.append(first + pick[kept])
    who, when = np.concatenate(person).astype(np.int64), np.concatenate(day).astype(np.int64)
    n = len(who)
    low = pains.within(LOST_GROWTH, who, when)
    step = rng.choice([-1, 0, 1], (2, n), p=[.12, .76, .12])
    # In a team that stays late everybody speaks of pressure; progress is another matter.
    late = rng.random(n) < np.minimum(world.fate.pressure[table.team[who], when // 7], .6)
    pressure = np.where(low, rng.integers(4, 6, n), rng.integers(2, 4, n) + np.maximum(lean[who], late)) + step[0]
    growth = np.where(low, rng.integers(1, 3, n), rng.integers(3, 5, n)) + step[1]
    order = np.lexsort((when, writer.rank[who]))
    yield {"employee_id": writer.who(who[order]), "checked_on": writer.date(when[order]),
           "pressure": np.clip(pressure, 1, 5)[order].astype(float), "growth": np.clip(growth, 1, 5)[order].astype(float)}


def write(folder: Path, writer: Writer) -> None:
    """Write ``pain_points.parquet`` into the folder of the truth: employee_id, pain, from and until (null while it lasts)."""
    table = writer.world.people
    rows = np.array(writer.world.pains.spells, dtype=np.int64).reshape(-1, 4)
    until = np.minimum(rows[:, 3], table.last[rows[:, 0]])
    order = np.lexsort((rows[:, 2], writer.rank[rows[:, 0]]))
    rows, until = rows[order], until[order]
    pq.write_table(pa.table({"employee_id": writer.who(rows[:, 0]), "pain": pa.array([PAINS[pain] for pain in rows[:, 1]], pa.string()),
                             "from": writer.date(rows[:, 2]), "until": writer.date(until, until >= writer.last)}),
                   folder / "pain_points.parquet")
