"""Writers of the ledger that are killed (SIGKILL) while they write: ``python -m tests.bench.ledger_kill [--kills 500]``.

Three processes raise cards and log talks with a note and a promise, and say so once it is committed.  One of them after the other is
killed at a random moment and started again; they also make the ledger, so that the first kills fall into that.  At the end every
talk that was acknowledged must be there, and none may be there without its promise, closed card, event and line of the audit.
"""

from __future__ import annotations

import argparse
import os
import random
import select
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from lib.ledger import audit, care, engine, snapshot
from lib.ledger.shape import Planned, Reason, TalkLog

TODAY = date(2026, 11, 16)
WHILE_OPENING = 0.1
"""Share of kills at any moment of a writer's life; before the others it has logged at least one talk and goes on writing."""


def write(folder: Path, name: str, pipe: int) -> None:
    """Write without end, one person after the other; a line on the pipe for every talk that is committed."""
    book = engine.ledger(folder)
    number = 0
    while True:
        number += 1
        person = f"{name}-{number}"
        with book.writing() as con:
            card = care.raise_card(con, name, Planned(person, "", 0, None, (Reason(person, "tag", "new_hire", TODAY),), 1.0, ()), TODAY, name)
        talk = care.log_talk(book, TalkLog(f"key-{person}", person, card, TODAY, 15, "new_hire", "settling_in", note=f"note of {person}",
                                           promise=f"promise to {person}", promise_due=TODAY, useful=True, version=1), name, "hr", TODAY)
        os.write(pipe, f"{talk}\n".encode())


@dataclass
class Writer:
    """One running writer and what it has said."""

    pid: int
    pipe: int
    said: bytes = b""

    def listen(self) -> None:
        """Take what is on the pipe."""
        while select.select([self.pipe], [], [], 0)[0]:
            more = os.read(self.pipe, 65536)
            if not more:
                return
            self.said += more


def start(folder: Path, name: str) -> Writer:
    """A new writer; it shares nothing with this process, which has no ledger open."""
    reads, writes = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.close(reads)
            write(folder, name, writes)
        except BaseException as why:
            print(f"writer {name}: {why!r}", file=sys.stderr, flush=True)
        finally:
            os._exit(1)
    os.close(writes)
    return Writer(pid, reads)


@dataclass
class Found:
    """What was left after all kills."""

    kills: int
    acknowledged: int
    kept: int
    idle: int
    broken: list[str] = field(default_factory=list)


def run(folder: Path, kills: int, seed: int = 1) -> Found:
    """Kill so often, then look at what is there.  ``idle``: kills of a writer that had not yet said anything."""
    chance, started, idle = random.Random(seed), 3, 0
    writers = [start(folder, f"w{n}") for n in range(3)]
    acknowledged: list[str] = []
    for _ in range(kills):
        at = chance.randrange(3)
        gone = writers[at]
        if chance.random() > WHILE_OPENING:
            select.select([gone.pipe], [], [], 30)
        time.sleep(chance.uniform(0, 0.05))
        if os.waitpid(gone.pid, os.WNOHANG)[0]:
            raise RuntimeError("a writer ended by itself: see its error above")
        os.kill(gone.pid, signal.SIGKILL)
        os.waitpid(gone.pid, 0)
        gone.listen()
        os.close(gone.pipe)
        idle += not gone.said
        acknowledged += gone.said.decode().split("\n")[:-1]
        writers[at] = start(folder, f"w{started}")
        started += 1
    for writer in writers:
        os.kill(writer.pid, signal.SIGKILL)
        os.waitpid(writer.pid, 0)
        writer.listen()
        acknowledged += writer.said.decode().split("\n")[:-1]
    kept, broken = look(folder, acknowledged)
    return Found(kills, len(acknowledged), kept, idle, broken)


def look(folder: Path, acknowledged: list[str]) -> tuple[int, list[str]]:
    """How many talks are there, and what does not hold."""
    book = engine.ledger(folder)
    frames = snapshot.take(book)
    talks, cards, events, promises = (frames[name] for name in ("care_talks", "care_cards", "care_events", "care_promises"))
    broken = [f"acknowledged and lost: {talk}" for talk in set(acknowledged) - set(talks["talk_id"])]
    done = set(cards.loc[cards["state"] == "done", "card_id"])
    logged = list(events.loc[events["what"] == "logged", "card_id"])
    audited = [line.detail["talk"] for line in audit.lines(book, last=10**9) if line.action == "talk.logged"]
    for what, there in (("card", set(talks["card_id"]) == done), ("event", sorted(talks["card_id"]) == sorted(logged)),
                        ("promise", sorted(talks["talk_id"]) == sorted(promises["talk_id"])),
                        ("audit line", sorted(talks["talk_id"]) == sorted(audited)),
                        ("raised event", sorted(cards["card_id"]) == sorted(events.loc[events["what"] == "raised", "card_id"])),
                        ("reminder", sorted(cards["card_id"]) == sorted(frames["care_reminders"]["card_id"]))):
        if not there:
            broken.append(f"half-written: a talk or card without its {what}")
    if (line := audit.verify(book)) is not None:
        broken.append(f"the audit's chain breaks at line {line}")
    for talk, person in zip(talks["talk_id"][-50:], talks["employee_id"][-50:], strict=True):
        if care.open_note(book, talk, "check", "hr", "prepare_talk", TODAY) != f"note of {person}":
            broken.append(f"the note of {talk} is another's")
    book.close()
    whole = sqlite3.connect(folder / "ledger.db").execute("pragma integrity_check").fetchone()[0]
    return len(talks), broken + ([] if whole == "ok" else [whole])


def main() -> None:
    """Run and print the figures; ends with 1 when something was lost or half-written."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--kills", type=int, default=500)
    wanted.add_argument("--seed", type=int, default=1)
    options = wanted.parse_args()
    folder, clock = Path(tempfile.mkdtemp()), time.perf_counter()
    found = run(folder, options.kills, options.seed)
    shutil.rmtree(folder)
    print(f"kills {found.kills} ({found.idle} before the first acknowledgement), acknowledged {found.acknowledged}, kept {found.kept}, "
          f"lost or half-written {len(found.broken)}, {time.perf_counter() - clock:.0f} s")
    print("\n".join(found.broken))
    sys.exit(bool(found.broken))


if __name__ == "__main__":
    main()
