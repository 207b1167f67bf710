"""Senders that are killed (SIGKILL) between sending and acknowledging: ``python -m tests.bench.messages_crash [--times 100]``.

Half of them die before the robot has answered, half right after its answer is on the line.  Afterwards another sender takes over.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from lib.ledger import engine, outbox
from lib.ledger.writes import now
from lib.messages import compose, send
from tests.robots import Handler, robot, terms

HOME = Path(__file__).parents[2]
_SENDER = """
import sys
from pathlib import Path
from lib.ledger import engine
from lib.messages import send
from tests.robots import terms
send.run(engine.ledger(Path(sys.argv[1])), terms(sys.argv[2], per_minute=10_000, read_s=300.0))
"""


@dataclass(frozen=True)
class Figures:
    """What was counted over all messages."""

    messages: int
    killed: int
    arrived: int
    lost: int
    twice: int
    more_than_twice: int
    keys_changed: int
    seconds: float


def crash(times: int, folder: Path) -> Figures:
    """Queue ``times`` messages, kill one sender over each, let another finish, and count."""
    began, book, killed = perf_counter(), engine.ledger(folder), 0
    sender: list[subprocess.Popen] = []
    dead = threading.Event()

    def answer(handler: Handler) -> None:
        early = len(handler.server.got) % 2 == 1  # type: ignore[attr-defined]
        if sender and not early:
            handler.say(200, b'{"errcode":0,"errmsg":"ok"}')
        if sender:
            os.kill(sender[0].pid, signal.SIGKILL)
            dead.set()
        else:
            handler.say(200, b'{"errcode":0,"errmsg":"ok"}')

    with robot(answer) as server:
        under = terms(server.host, per_minute=10_000, read_s=300.0)  # leases outlast the run: one kill a message
        channel = outbox.save_channel(book, "dingtalk", "robot", "admin", address=f"http://{server.host}/robot/send?access_token=1", secret="SEC")
        keys = []
        for number in range(times):
            keys.append(compose.key_of("crash", number))
            with book.writing() as con:
                outbox.put(con, keys[-1], channel, f"{number} {compose.ref_of(keys[-1])}", book)
            dead.clear()
            sender[:] = [subprocess.Popen([sys.executable, "-c", _SENDER, str(folder), server.host], cwd=HOME)]
            assert dead.wait(60), "the sender sent nothing"
            killed += sender[0].wait(10) == -signal.SIGKILL
        sender.clear()
        later = timedelta(seconds=under.lease_s + 1)
        send.run(book, under, clock=lambda: now() + later)
        arrived = Counter(got.headers["idempotency-key"] for got in server.got)
        refs = {(got.headers["idempotency-key"], str(got.body["text"]["content"])) for got in server.got}  # type: ignore[index]
    with book.reading() as con:
        counted = outbox.counts(con)
    lost = sum(key not in arrived for key in keys) + times - counted.get("sent", 0)
    return Figures(times, killed, sum(arrived.values()), lost, sum(n == 2 for n in arrived.values()), sum(n > 2 for n in arrived.values()),
                   len(set(arrived) - set(keys)) + len(refs) - len(arrived), perf_counter() - began)


def main() -> None:
    """Print the figures; exit 1 when a message was lost, came more than twice or under another key."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=100)
    times = options.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        found = crash(times, Path(folder))
    print(f"messages {found.messages}, senders killed {found.killed}, arrivals {found.arrived}: lost {found.lost}, once "
          f"{found.messages - found.twice - found.more_than_twice - found.lost}, twice {found.twice}, more often {found.more_than_twice}, "
          f"under another key {found.keys_changed}; {found.seconds:.0f} s")
    sys.exit(bool(found.lost or found.more_than_twice or found.keys_changed))


if __name__ == "__main__":
    main()
