"""Versions of the warehouse: every build is a new file, published by re-pointing; old ones are kept for roll-back.

Layout under ``DATA_DIR/warehouse``: ``kanjian-<build id>.duckdb`` files and ``current``, a one-line text file that names the
published one.  The pointer is replaced in one step, so a reader sees the old version or the new one and nothing between.
``served`` lists what was served, newest last; it is what a roll-back goes by.  Whoever changes any of it holds ``building.lock``.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lib.words import say

PREFIX, SUFFIX = "kanjian-", ".duckdb"
REMEMBERED = 50


class Busy(OSError):
    """Another build or roll-back holds this data folder; the message names the folder."""


class NothingPublished(LookupError):
    """There is no published warehouse in this data folder yet; the message names the folder."""


@dataclass(frozen=True)
class Version:
    """One finished warehouse file; ``current`` when the app serves it."""

    build_id: str
    path: Path
    current: bool


def _room(data_dir: Path) -> Path:
    return Path(data_dir) / "warehouse"


@contextmanager
def alone(data_dir: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the data folder's one lock for building and rolling back, waiting for it at most ``wait`` seconds.

    Raises :class:`Busy`.  The lock goes with the process, however it ends.
    """
    room = _room(data_dir)
    room.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (room / "building.lock").open("w") as lock:
        until = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise Busy(say("build.already_running", folder=data_dir)) from None
                time.sleep(0.05)
        yield


def new_build_id(fingerprint: str) -> str:
    """An id that sorts by time and ends in the fingerprint of what was read: ``20261122-061500-123456-1a2b3c``."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{fingerprint[:6]}"


def draft(data_dir: Path, build_id: str) -> Path:
    """Where a build writes before it is checked and published.

    Call it under :func:`alone`: then every draft that is there, file or folder of spilled rows, was left by a killed build and is
    cleared away.
    """
    room = _room(data_dir)
    room.mkdir(parents=True, exist_ok=True, mode=0o700)
    for leftover in room.glob("draft-*"):
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)
    return room / f"draft-{os.getpid()}-{build_id}{SUFFIX}"


def publish(data_dir: Path, build_id: str, finished: Path, keep: int) -> Path:
    """Move a finished, closed and checked file into place, point to it and drop all but the newest ``keep`` versions.

    The version that was served until now stays in any case, so that a roll-back finds it.
    """
    before = _pointed(data_dir)
    target = _room(data_dir) / f"{PREFIX}{build_id}{SUFFIX}"
    with finished.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(finished, target)
    _serve(data_dir, target, [*_served(data_dir), target.name])
    for old in versions(data_dir)[max(keep, 1):]:
        if not old.current and old.path.name != before:
            # A reader that still has it open keeps reading: the name goes, the file stays until it is closed.
            old.path.unlink(missing_ok=True)
    return target


def _pointed(data_dir: Path) -> str | None:
    """The file name in ``current``; None when there is none."""
    try:
        return (_room(data_dir) / "current").read_text("utf-8").strip()
    except FileNotFoundError:
        return None


def _served(data_dir: Path) -> list[str]:
    """File names that were served, newest last, ending in the current one (a lost or torn history is made good)."""
    try:
        names = (_room(data_dir) / "served").read_text("utf-8").split()
    except (FileNotFoundError, UnicodeDecodeError):
        names = []
    current = _pointed(data_dir)
    return names if current is None or names[-1:] == [current] else [*names, current]


def _serve(data_dir: Path, target: Path, names: list[str]) -> None:
    """Point to a version and remember the versions served until then (those that still exist)."""
    _point(data_dir, target)
    kept = [name for name in names if (_room(data_dir) / name).is_file()]
    fresh = _room(data_dir) / f"served.{os.getpid()}"
    fresh.write_text("".join(f"{name}\n" for name in kept[-REMEMBERED:]), "utf-8")
    os.replace(fresh, _room(data_dir) / "served")


def _point(data_dir: Path, target: Path) -> None:
    pointer = _room(data_dir) / "current"
    fresh = pointer.with_name(f"current.{os.getpid()}")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(target.name + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, pointer)
    folder = os.open(pointer.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def where(data_dir: Path) -> Path:
    """The published file's path.  Raises :class:`NothingPublished` when there is none."""
    pointer = _room(data_dir) / "current"
    try:
        target = pointer.parent / pointer.read_text("utf-8").strip()
    except FileNotFoundError:
        raise NothingPublished(f"nothing is published in {data_dir}; run: python -m lib build --demo --data {data_dir}") from None
    if not target.is_file():
        raise NothingPublished(f"{pointer} names {target.name}, which is gone; run: python -m lib rollback --data {data_dir}")
    return target


def build_id_of(path: Path) -> str:
    """The build id in a version's file name."""
    return path.name.removeprefix(PREFIX).removesuffix(SUFFIX)


def versions(data_dir: Path) -> list[Version]:
    """All finished versions, newest first."""
    try:
        current = where(data_dir)
    except NothingPublished:
        current = None
    files = sorted(_room(data_dir).glob(f"{PREFIX}*{SUFFIX}"), reverse=True)
    return [Version(build_id_of(file), file, file == current) for file in files]


def roll_back(data_dir: Path, build_id: str | None = None, wait: float = 10.0) -> Version:
    """Point to another kept version and return it: the one named, else the one that was served before the current one (when the
    history does not know, the next older one).  Rolling back again goes one further.

    Raises :class:`NothingPublished` when there is no such version and :class:`Busy` when a build runs longer than ``wait`` seconds.
    """
    if not _room(data_dir).is_dir():
        raise NothingPublished(f"nothing is published in {data_dir}; run: python -m lib build --demo --data {data_dir}")
    with alone(data_dir, wait):
        known, served, current = versions(data_dir), _served(data_dir), _pointed(data_dir)
        if build_id:
            found = next((v for v in known if v.build_id == build_id), None)
            if found:
                served.append(found.path.name)
        else:
            while served and served[-1] == current:
                served.pop()
            by_name = {v.path.name: v for v in known}
            while served and served[-1] not in by_name:
                served.pop()
            found = by_name[served[-1]] if served else next((v for v in known if v.path.name < (current or "~")), None)
            served = served or ([found.path.name] if found else [])
        if found is None:
            kept = ", ".join(v.build_id for v in known) or "none"
            raise NothingPublished(f"no {'version ' + build_id if build_id else 'older version'} to roll back to (kept: {kept})")
        _serve(data_dir, found.path, served)
    return Version(found.build_id, found.path, True)
