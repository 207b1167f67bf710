"""The demo company: people, their days, sales and talks, as the source files a real company would hand over.

``write`` is the one entrance.  The same (people, months, seed, end) gives the same bytes; nothing but the default of ``end``
looks at the clock.  What truly drives the company goes to ``truth`` only, never into a source file.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import date
from itertools import chain
from pathlib import Path

import numpy as np

from lib.demo import (
    conversations,
    market,
    mentoring,
    morale_files,
    org,
    pain,
    pulse,
    risk_files,
    simulate,
    supports,
    talks,
    truth_files,
)
from lib.demo import seed as seed_rows
from lib.demo.business import TAGS
from lib.demo.calendar import days, default_end, first_day
from lib.demo.files import Writer, coded, save
from lib.demo.names import companies, surname
from lib.demo.people import named, numbers

Report = Callable[[str, int | None], None]
TALK_PIECE = 200_000
ASIDE = 2 * TALK_PIECE  # from so many talks on they are worded by a second process


def _silent(step: str, rows: int | None) -> None:
    """Report nothing."""


def write(folder: Path, people: int = 640, months: int = 18, seed: int = 7, end: date | None = None,
          report: Report = _silent, truth: Path | None = None) -> seed_rows.Facts:
    """Write the source files of a demo company into ``folder``, one ``<table>.parquet`` per source table.

    ``people``: active employees (about) on ``end``, the last day with data (default: the last Sunday before today);
    ``months``: how far back the days go; ``report(step, rows)`` is told each step (rows None while it runs).  ``truth``: a
    folder for what only the generator knows (effects of care, hazards, reasons), for tests; never read by the app.  Returns what
    :mod:`lib.demo.seed` needs to write in the app for these people.
    Raises ValueError when the company would be too small (20 people) or too short (2 months).
    """
    if months < 2:
        raise ValueError("a demo company needs at least 2 months")
    end = end or default_end(date.today())
    folder.mkdir(parents=True, exist_ok=True)
    calendar = days(first_day(end, months), end)

    def chance(stage: int) -> np.random.Generator:
        # Each stage has its own stream: a new sentence in the talk notes must not change who leaves.
        return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, people, months, end.toordinal(), stage])))

    report("company", None)
    world = simulate.live(chance(1), chance(50), chance(31), chance(60), chance(62), org.build(people), calendar, truth is not None, lambda week: None)
    ids = numbers(chance(2), world.people.count)
    names = named(chance(3), world.people, calendar.start.year)
    report("company", world.people.count)
    writer = Writer(world, ids, names)
    found, waves = mentoring.pairs(chance(25), world, writer.rank), pulse.waves(chance(29), world)

    def table(name: str, pieces: Iterator[dict[str, object]]) -> None:
        report(name, None)
        report(name, save(folder, name, pieces))

    with ExitStack() as aside:
        _tables(table, writer, found, waves, chance, seed, people, aside)
    if truth is not None:
        truth_files.write(truth, writer, waves)
    return seed_rows.facts(writer, found, seed, end)


def _tables(table: Callable[[str, Iterator[dict[str, object]]], None], writer: Writer, found: mentoring.Pairs, waves: pulse.Waves,
            chance: Callable[[int], np.random.Generator], seed: int, people: int, aside: ExitStack) -> None:
    """Write every table; the talks of a large company are worded in the meantime."""
    talked = _talks(writer, chance(9), seed, aside)
    table("employees", writer.employees())
    table("teams", writer.teams())
    table("attendance", writer.attendance(chance(4)))
    table("activity_days", writer.activity())
    deals, customers = market.deals(chance(5), writer.world, writer.rank)
    customer_id = writer.customer_ids(chance(6), len(customers.owner))
    listed, more = conversations.with_calling_lists(customers, writer.world)
    # Numbers of the calling lists of enrolment follow those of everybody else.
    listed_id = np.concatenate([customer_id, len(customer_id) + writer.customer_ids(chance(20), len(more.owner))])
    table("deals", writer.deals(deals, customer_id))
    table("customers", chain(writer.customers(chance(7), customers, customer_id),
                             writer.customers(chance(21), more, listed_id[len(customer_id):])))
    table("calls", writer.calls(chance(8), (chance(22), chance(23)), deals, listed, listed_id, market.call_days(people)))
    table("talks", talked)
    table("life_events", writer.life_events(chance(10)))
    table("goals", writer.goals())
    table("leave_requests", morale_files.leave(writer, chance(24)))
    table("mentorships", morale_files.mentorships(writer, found))
    table("mentor_sessions", morale_files.mentor_sessions(writer, chance(26), found))
    table("help_requests", morale_files.help_requests(writer, chance(27), found))
    table("check_ins", pain.check_ins(writer, chance(28)))
    table("pulse_answers", morale_files.pulse_answers(writer, chance(30), waves))
    table("peer_contacts", risk_files.peer_contacts(writer))
    table("tickets", risk_files.tickets(writer, chance(61)))


def _talks(writer: Writer, rng: np.random.Generator, seed: int, aside: ExitStack) -> Iterator[dict[str, object]]:
    """The rows of ``talks``, sorted by employee number and day.  Those of a large company are begun at once, in a process of
    their own that ends with ``aside``."""
    table, world = writer.world.people, writer.world
    families = np.array([surname(name) for name in writer.names], dtype=object)
    log = {name: np.concatenate(parts) for name, parts in world.memory.talks.items()}
    order = np.lexsort((log["day"], writer.rank[log["person"]]))
    clients = tuple(companies(rng, 60).tolist()) + tuple(name[0] + title for name in writer.names[:200]
                                                          for title in ("先生", "女士", "姐", "总"))
    kinds = [*TAGS, None, None]
    pieces = [order[start:start + TALK_PIECE] for start in range(0, len(order), TALK_PIECE)]

    def about(number: int) -> tuple[object, ...]:
        rows = {name: values[pieces[number]] for name, values in log.items()}
        person = rows["person"].astype(int)
        return seed * 1000 + number, rows, families[person], table.female[person], table.line[person], table.hired[person], clients

    if len(order) >= ASIDE:
        pool = aside.enter_context(ProcessPoolExecutor(1, multiprocessing.get_context("spawn")))
        waiting = [pool.submit(talks.texts, *about(number)) for number in range(len(pieces))]
        worded = (future.result() for future in waiting)
    else:
        worded = (talks.texts(*about(number)) for number in range(len(pieces)))

    def rows_of() -> Iterator[dict[str, object]]:
        for piece, (notes, promises, due) in zip(pieces, worded, strict=True):
            rows = {name: values[piece] for name, values in log.items()}
            yield {"employee_id": writer.who(rows["person"].astype(int)), "talked_on": writer.date(rows["day"]), "note": notes,
                   "hr_id": writer.who(rows["hr"].astype(int)), "minutes": rows["minutes"].astype(float),
                   "tag": coded(kinds, rows["kind"]), "support": coded(supports.GIVEN_IN_TALKS, rows["support"].astype(int)), "promise": promises,
                   "promise_due": writer.date(rows["day"] + due, due == 0), "felt_cared": talks.flag(rows["felt"])}

    return rows_of()
