"""A PostgreSQL server of the tests' own, from Debian's binaries, on a socket in a temporary folder; it writes nowhere else."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

REQUIRE = "KANJIAN_REQUIRE_POSTGRES"


def binaries() -> Path | None:
    """The folder of the newest installed server, or None."""
    found = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "initdb").exists()]
    return max(found, key=lambda folder: float(folder.parent.name), default=None)


def _owner() -> dict[str, object]:
    """The server refuses to run as root; then it runs as the user that Debian's package makes."""
    if os.geteuid():
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def server() -> Iterator[str]:
    """Start a server; the address of its databases with ``{name}`` for the name.  Skips the test where none is installed."""
    found = binaries()
    if found is None:
        why = "no PostgreSQL server is installed (apt-get install postgresql)"
        pytest.fail(why) if os.environ.get(REQUIRE) else pytest.skip(why)
    folder, owner = Path(tempfile.mkdtemp(prefix="kanjian-pg-")), _owner()
    if owner:
        os.chown(folder, owner["user"], owner["group"])
    running = None
    try:
        subprocess.run([found / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
                       check=True, capture_output=True, cwd=folder, **owner)
        log = (folder / "log").open("wb")
        running = subprocess.Popen([found / "postgres", "-D", folder / "data", "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"],
                                   cwd=folder, stdout=log, stderr=log, **owner)
        until = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(f"host={folder} user=postgres dbname=postgres").close()
                break
            except psycopg.OperationalError:
                if running.poll() is not None or time.monotonic() > until:
                    pytest.fail(f"the PostgreSQL server did not start: {(folder / 'log').read_text()[-2000:]}")
                time.sleep(0.1)
        yield f"postgresql+psycopg://postgres@/{{name}}?host={folder}"
    finally:
        if running is not None:
            running.terminate()
            running.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(address: str) -> Iterator[str]:
    """A fresh database of the server; its address."""
    name = f"t{time.monotonic_ns()}"
    folder = address.partition("host=")[2]
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as admin:
        admin.execute(f"create database {name}")
        try:
            yield address.format(name=name)
        finally:
            admin.execute(f"drop database {name} with (force)")
