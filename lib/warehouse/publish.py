"""Versions of the warehouse: every build is a new file, published by re-pointing; old ones are kept for roll-back.

Layout under ``DATA_DIR/warehouse``: ``kanjian-<build id>.duckdb`` files and ``current``, a one-line text file that names the
published one.  The pointer is replaced in one step, so a reader sees the old version or the new one and nothing between.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PREFIX, SUFFIX = "kanjian-", ".duckdb"


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


def new_build_id(fingerprint: str) -> str:
    """An id that sorts by time and ends in the fingerprint of what was read: ``20261122-061500-123456-1a2b3c``."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{fingerprint[:6]}"


def draft(data_dir: Path, build_id: str) -> Path:
    """Where a build writes before it is checked and published; leftovers of killed builds are cleared away."""
    room = _room(data_dir)
    room.mkdir(parents=True, exist_ok=True)
    for leftover in room.glob("draft-*"):
        owner = leftover.name.split("-")[1]
        if not (owner.isdigit() and Path(f"/proc/{owner}").exists()):
            leftover.unlink(missing_ok=True)
    return room / f"draft-{os.getpid()}-{build_id}{SUFFIX}"


def publish(data_dir: Path, build_id: str, finished: Path, keep: int) -> Path:
    """Move a finished, closed and checked file into place, point to it and drop all but the newest ``keep`` versions."""
    target = _room(data_dir) / f"{PREFIX}{build_id}{SUFFIX}"
    with finished.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(finished, target)
    _point(data_dir, target)
    for old in versions(data_dir)[max(keep, 1):]:
        if not old.current:
            # A reader that still has it open keeps reading: the name goes, the file stays until it is closed.
            old.path.unlink(missing_ok=True)
    return target


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


def roll_back(data_dir: Path, build_id: str | None = None) -> Version:
    """Point to an older version (the one before the current, or the one named) and return it.

    Raises :class:`NothingPublished` when there is no such version.
    """
    known = versions(data_dir)
    at = next((i for i, version in enumerate(known) if version.current), -1)
    older = [v for v in known if v.build_id == build_id] if build_id else known[at + 1:]
    if not older:
        kept = ", ".join(v.build_id for v in known) or "none"
        raise NothingPublished(f"no {'version ' + build_id if build_id else 'older version'} to roll back to (kept: {kept})")
    _point(data_dir, older[0].path)
    return Version(older[0].build_id, older[0].path, True)
