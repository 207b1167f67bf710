"""Shared: what several test processes need is made by one of them and read by all."""

from __future__ import annotations

import fcntl
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

V = TypeVar("V")


def folder(factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of this run have in common (xdist gives each its own inside it)."""
    own = factory.getbasetemp()
    return own.parent if own.name.startswith("popen-") else own


def once(place: Path, name: str, make: Callable[[Path], V]) -> V:
    """What ``make`` gives for a path of its own, made by the first process that asks; the others wait for it and read it."""
    kept, lock = place / f"{name}.kept", place / f"{name}.lock"
    with open(lock, "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if kept.exists():
            return pickle.loads(kept.read_bytes())
        made: Any = make(place / name)
        kept.write_bytes(pickle.dumps(made))
        return made
