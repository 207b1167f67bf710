"""Pulse waves: how the ledger's answers, and those of imported files, become published results; each wave once."""

from __future__ import annotations

import secrets
from datetime import date

import duckdb

from lib.ledger import pulse as kept
from lib.ledger.engine import Ledger
from lib.ledger.pulse import Collected, Compute, Outcome, Row, Wave
from lib.morale import pulse
from lib.morale.pulse import Cell, Published


def compute(least: int, least_comments: int = pulse.LEAST_COMMENTS) -> Compute:
    """What closes a wave: the cells that may be shown and the comments that may be read.

    ``least``: answers that a shown cell has at least; ``least_comments``: those that comments stand among.
    """
    def does(collected: Collected) -> Outcome:
        before = [Published(wave.tree, wave.counts, tuple(Cell(**vars(row)) for row in wave.rows)) for wave in collected.earlier]
        cells = pulse.publish(collected.heard, collected.tree, before, least)
        counts = pulse.counts_of(collected.heard)
        answered = {team: max(teams.get(team, 0) for teams in counts.values()) for team in collected.tree} if counts else {}
        words = pulse.comments(collected.words, answered, collected.tree, secrets.SystemRandom().shuffle, least_comments)
        return Outcome(counts, [Row(**vars(cell)) for cell in cells], words)

    return does


_WAVES = "select wave, max(closed_on) as closed_on, min(closed_on) as first_day from src_pulse_answers group by wave order by 2, 1"
_HEARD = """
select question, team, list(score order by score) as scores
from src_pulse_answers
where wave = $wave
group by question, team
order by question, team
"""
_TREE = """
with
asked as (select distinct team from src_pulse_answers where wave = $wave),
said as (select team, max(department) as department from src_teams where department is not null group by team),
members as (select team, department, count(*) as people from src_employees where department is not null group by team, department),
most as (select team, department, row_number() over (partition by team order by people desc, department) as nth from members)
select a.team, coalesce(s.department, m.department, '') as department
from asked as a
left join said as s on s.team = a.team
left join most as m on m.team = a.team and m.nth = 1
order by a.team
"""


def imported(con: duckdb.DuckDBPyConnection, book: Ledger, as_of: date, least: int) -> int:
    """Publish the imported waves that are closed by ``as_of`` and were never published; returns how many.

    ``con`` has the ``src_*`` tables.  A wave that was published stays as it is, whatever was imported since.
    """
    done = 0
    for name, closed_on, first_day in con.execute(_WAVES).fetchall():
        if closed_on > as_of:
            continue
        with book.reading() as reading:
            if any(wave.id == name for wave in kept.waves(reading)):
                continue
        tree = dict(con.execute(_TREE, {"wave": name}).fetchall())
        heard: dict[str, dict[str, list[int]]] = {}
        for question, team, scores in con.execute(_HEARD, {"wave": name}).fetchall():
            heard.setdefault(question, {})[team] = [int(score) for score in scores]
        done += kept.publish_import(book, Wave(name, first_day, closed_on, "closed", "import", tree), heard, compute(least))
    return done
