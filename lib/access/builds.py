"""Builds: start one beside the app, watch its progress, list and change the published version.

A build runs in a process of its own (``python -m lib build``) and writes what it does into ``warehouse/build.log``, so that the
page stays alive, a reload finds it again, and a build started from a terminal is seen as well.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from lib.warehouse import publish
from lib.warehouse.publish import Version

HOME = Path(__file__).parents[2]
_STEP = re.compile(r"^(?P<step>\S.*?)\s+(?:(?P<rows>[\d,]+) rows)?\s+(?P<at>[\d.]+) s$")
_lock = threading.Lock()
_started: dict[str, subprocess.Popen[bytes]] = {}


class BuildRunning(RuntimeError):
    """A build of this data folder runs already."""


@dataclass(frozen=True)
class Step:
    """One finished step: its key, the rows it made, and seconds since the build began."""

    name: str
    rows: int | None
    at: float


@dataclass(frozen=True)
class Progress:
    """Where the build that was started from the app is: its steps so far, and what it complained about."""

    running: bool
    steps: tuple[Step, ...]
    failed: str | None


class Builds:
    """The builds and versions of one data folder."""

    def __init__(self, data_dir: Path):
        self.data_dir = Path(data_dir)
        self._room = self.data_dir / "warehouse"

    def command(self, demo: bool) -> list[str]:
        """The command that builds what this folder holds: the imported company, or the demo company as it was invented."""
        words = [sys.executable, "-m", "lib", "build", "--data", str(self.data_dir.resolve())]
        stamp = self.data_dir / "demo" / "company.json"
        if demo:
            words.append("--demo")
            if stamp.exists():
                made = json.loads(stamp.read_text("utf-8"))
                for option, key in (("--people", "people"), ("--months", "months"), ("--seed", "seed"), ("--as-of", "end")):
                    words += [option, str(made[key])]
        return words

    def running(self) -> bool:
        """Whether any build of this folder runs now, whoever started it."""
        own = _started.get(str(self.data_dir))
        if own is not None and own.poll() is None:
            return True
        lock = self._room / "building.lock"
        if not lock.exists():
            return False
        with lock.open("r") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def start(self, demo: bool) -> None:
        """Start a build and return at once.  Raises :class:`BuildRunning`."""
        with _lock:
            if self.running():
                raise BuildRunning(str(self.data_dir))
            self._room.mkdir(parents=True, exist_ok=True)
            with (self._room / "build.log").open("wb") as log, (self._room / "build.err").open("wb") as errors:
                _started[str(self.data_dir)] = subprocess.Popen(
                    self.command(demo), cwd=HOME, stdout=log, stderr=errors, stdin=subprocess.DEVNULL,
                    env=os.environ | {"PYTHONUNBUFFERED": "1", "COLUMNS": "120", "TERM": "dumb"})

    def progress(self) -> Progress | None:
        """The build that was last started from the app; None when there was none."""
        log, errors = self._room / "build.log", self._room / "build.err"
        if not log.exists():
            return None
        steps = tuple(Step(hit["step"].strip(), int(hit["rows"].replace(",", "")) if hit["rows"] else None, float(hit["at"]))
                      for line in log.read_text("utf-8", "replace").splitlines() if (hit := _STEP.match(line.rstrip())))
        running = self.running()
        published = any(step.name == "publish" for step in steps)
        complaint = errors.read_text("utf-8", "replace").strip() if errors.exists() else ""
        # A crash ends in a traceback; its last line is the one that says something.
        failed = None if running or published else (complaint.splitlines() or ["?"])[-1]
        if failed and "Traceback" not in complaint:
            failed = " ".join(complaint.split()) or "?"
        return Progress(running, steps, failed)

    def versions(self) -> list[Version]:
        """Kept versions, newest first."""
        return publish.versions(self.data_dir)

    def roll_back(self, build_id: str) -> Version:
        """Publish a kept version again.  Raises :class:`lib.warehouse.publish.NothingPublished`."""
        return publish.roll_back(self.data_dir, build_id)
