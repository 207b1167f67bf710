"""What a story costs on its way out: seconds and peak memory of each step, one after the other in one process.

    python -m tests.bench.bench_story --data DIR [--rounds 3] [--lang zh]

``story``: a new presenter's desk, the default scenes, nothing kept from before; the others from the finished story.  ``peak`` is the
resident memory at its highest during the step, ``+`` what that is above the moment before it.  Bar: a deck of nine scenes in 10 s.
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

from lib.access.desk import Desk
from lib.access.roles import Viewer
from lib.story import paper, sheets, snapshot, tell
from lib.story.deck import deck
from lib.story.scene import Story
from lib.warehouse.store import Store
from lib.words import speak


def memory(which: str) -> float:
    """MiB of this process, now (``VmRSS``) or at its highest since the last reset (``VmHWM``)."""
    return next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(which)) / 1024


def timed(name: str, rounds: int, run: Callable[[], object]) -> object:
    """Runs a step several times and says its cost: the first time (imports and all), the median, and its memory."""
    before, took, made = memory("VmRSS"), [], None
    Path("/proc/self/clear_refs").write_text("5")       # forgets the highest so far
    for _ in range(rounds):
        begun = perf_counter()
        made = run()
        took.append(perf_counter() - begun)
    size = f"{len(made) / 1024:8,.0f} kB" if isinstance(made, bytes) else " " * 11
    print(f"{name:<8}{took[0]:8.2f} s first{statistics.median(took):8.2f} s median{size}   peak {memory('VmHWM'):6,.0f} MiB (+{memory('VmHWM') - before:,.0f})")
    return made


def main() -> None:
    """Every way out of one data folder's default story."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--lang", default="zh")
    chosen = options.parse_args()
    speak(chosen.lang)
    store = Store(chosen.data)
    people = Desk(store, Viewer("boss")).read("house_day")
    story = timed("story", chosen.rounds, lambda: tell.story(Desk(store, Viewer("presenter"))))
    assert isinstance(story, Story)
    timed("deck", chosen.rounds, lambda: deck(story))
    timed("pdf", chosen.rounds, lambda: paper.pdf(story))
    timed("png", chosen.rounds, lambda: sheets.bundle(paper.pngs(story)))
    timed("csv", chosen.rounds, lambda: sheets.bundle(sheets.csvs(story)))
    timed("html", chosen.rounds, lambda: snapshot.snapshot(story, date.today() + timedelta(days=14), date.today()))
    print(f"{len(story.scenes)} scenes, as of {people['as_of'].iloc[0]}, load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
