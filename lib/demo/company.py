"""The demo company: people, their days, sales and talks, as the source files a real company would hand over.

``write`` is the one entrance.  The same (people, months, seed, end) gives the same bytes; nothing but the default of ``end``
looks at the clock.  What truly drives the company goes to ``truth`` only, never into a source file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from lib.demo import market, org, simulate, talks, truth_files
from lib.demo.business import TAGS
from lib.demo.calendar import days, default_end, first_day
from lib.demo.files import Writer, coded, save
from lib.demo.names import companies, surname
from lib.demo.people import named, numbers

Report = Callable[[str, int | None], None]
TALK_PIECE = 200_000


def _silent(step: str, rows: int | None) -> None:
    """Report nothing."""


def write(folder: Path, people: int = 640, months: int = 18, seed: int = 7, end: date | None = None,
          report: Report = _silent, truth: Path | None = None) -> None:
    """Write the source files of a demo company into ``folder``, one ``<table>.parquet`` per source table.

    ``people``: active employees (about) on ``end``, the last day with data (default: the last Sunday before today);
    ``months``: how far back the days go; ``report(step, rows)`` is told each step (rows None while it runs).  ``truth``: a
    folder for what only the generator knows (effects of care, hazards, reasons), for tests; never read by the app.
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
    world = simulate.live(chance(1), org.build(people), calendar, truth is not None, lambda week: None)
    ids = numbers(chance(2), world.people.count)
    names = named(chance(3), world.people, calendar.start.year)
    report("company", world.people.count)
    writer = Writer(world, ids, names)

    def table(name: str, pieces: Iterator[dict[str, object]]) -> None:
        report(name, None)
        report(name, save(folder, name, pieces))

    table("employees", writer.employees())
    table("teams", writer.teams())
    table("attendance", writer.attendance(chance(4)))
    table("activity_days", writer.activity())
    deals, customers = market.deals(chance(5), world, writer.rank)
    customer_id = writer.customer_ids(chance(6), len(customers.owner))
    table("deals", writer.deals(deals, customer_id))
    table("customers", writer.customers(chance(7), customers, customer_id))
    table("calls", writer.calls(chance(8), deals, customers, customer_id, market.call_days(people)))
    table("talks", _talks(writer, chance(9), seed))
    table("life_events", writer.life_events(chance(10)))
    table("goals", writer.goals())
    if truth is not None:
        truth_files.write(truth, writer)


def _talks(writer: Writer, rng: np.random.Generator, seed: int) -> Iterator[dict[str, object]]:
    """The rows of ``talks``, sorted by employee number and day."""
    table = writer.world.people
    log = {name: np.concatenate(parts) for name, parts in writer.world.memory.talks.items()}
    order = np.lexsort((log["day"], writer.rank[log["person"]]))
    clients = tuple(companies(rng, 60).tolist()) + tuple(name[0] + title for name in writer.names[:200]
                                                          for title in ("先生", "女士", "姐", "总"))
    kinds = [*TAGS, None, None]
    for number, start in enumerate(range(0, len(order), TALK_PIECE)):
        rows = {name: values[order[start:start + TALK_PIECE]] for name, values in log.items()}
        person = rows["person"].astype(int)
        family = np.array([surname(name) for name in writer.names[person]], dtype=object)
        notes, supports, promises, due = talks.texts(seed * 1000 + number, rows, family, table.female[person],
                                                     table.line[person], table.hired[person], clients)
        yield {"employee_id": writer.who(person), "talked_on": writer.date(rows["day"]), "note": pa.array(notes, pa.string()),
               "hr_id": writer.who(rows["hr"].astype(int)), "minutes": rows["minutes"].astype(float),
               "tag": coded(kinds, rows["kind"]), "support": pa.array(supports, pa.string()),
               "promise": pa.array(promises, pa.string()), "promise_due": writer.date(rows["day"] + due, due == 0),
               "felt_cared": talks.flag(rows["felt"])}
