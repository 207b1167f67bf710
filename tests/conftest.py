"""What tests share: one small demo company, built once a run through the real path, and a real Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib import words
from lib.access.desk import Desk
from lib.access.roles import Viewer
from lib.build import build
from lib.ledger import engine
from lib.serving import wake
from lib.warehouse.store import Store
from tests import postgres, shared

HOME = Path(__file__).parents[1]
END = date(2026, 11, 15)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic", "--no-first-run",
        "--disable-component-update", "--disable-sync"]


@pytest.fixture(autouse=True)
def _a_session_of_its_own() -> None:
    """Outside of a page Streamlit has one session for the whole process: what a test before left in it is taken out."""
    for key in list(st.session_state):
        del st.session_state[key]
    st.cache_data.clear()
    words.speak("zh")


@pytest.fixture(scope="session")
def demo_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a published small demo company (read it, never write to it); built once for all test processes."""
    def make(folder: Path) -> Path:
        build(folder, demo=True, people=120, months=9, seed=11, as_of=END)
        return folder

    built = shared.once(shared.folder(tmp_path_factory), "demo-data", make)
    return Path(shutil.copytree(built, tmp_path_factory.mktemp("demo") / "data"))


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """A PostgreSQL server of this run (see :mod:`tests.postgres`); skips where none is installed."""
    with postgres.server() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def book(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[engine.Ledger]:
    """A new ledger in ``tmp_path``, once as a file and once on a PostgreSQL server."""
    if request.param == "sqlite":
        monkeypatch.delenv(engine.ADDRESS, raising=False)
        yield engine.ledger(tmp_path)
        return
    with postgres.database(request.getfixturevalue("postgres_address")) as address:
        monkeypatch.setenv(engine.ADDRESS, address)
        opened = engine.ledger(tmp_path)
        yield opened
        opened.close()


@pytest.fixture
def desk_of(demo_dir: Path):
    """``desk_of("hr")``: a desk of the small demo company for a role; leads and employees get the first team or person."""
    store = Store(demo_dir)

    def make(role: str, **scope: object) -> Desk:
        if role == "lead":
            scope.setdefault("teams", (store.current().frame("select min(team) as t from employees")["t"][0],))
        if role in ("mentor", "employee"):
            scope.setdefault("employee_id", store.current().frame("select min(employee_id) as e from employees where active")["e"][0])
        return Desk(store, Viewer(role, **scope))

    return make


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_app(data: Path, port: int) -> subprocess.Popen:
    """The app, served for a data folder; waits until it is healthy, but asks it for no page."""
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), "--server.address", "127.0.0.1"],
        cwd=HOME, env=os.environ | {"KANJIAN_DATA": str(data)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(150):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1)
            return server
        except OSError:
            time.sleep(0.2)
    server.kill()
    raise RuntimeError("the app did not start")


@contextmanager
def running(data: Path, awake: bool = True) -> Iterator[str]:
    """The address of the app that serves a data folder for as long as the block lasts; ``awake``: it was asked for its first page."""
    port = free_port()
    server = start_app(data, port)
    try:
        assert not awake or wake(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="session")
def served(demo_dir: Path) -> Iterator[str]:
    """The address of the app serving the small demo company, awake."""
    with running(demo_dir) as address:
        yield address


def page_of(page: str, data: Path, role: str, lang: str = "zh", teams: tuple[str, ...] | None = None, timeout: int = 60) -> AppTest:
    """One page for a role, without the front door around it; it has not run yet."""
    def script(page: str, data: str, role: str, lang: str, teams: tuple[str, ...] | None) -> None:
        from importlib import import_module
        from pathlib import Path

        from lib import words
        from lib.access.desk import Desk
        from lib.access.roles import Viewer
        from lib.warehouse.store import Store

        words.speak(lang)
        import_module(f"pages.{page}").page(Desk(Store(Path(data)), Viewer(role, teams=teams)))

    return AppTest.from_function(script, kwargs={"page": page, "data": str(data), "role": role, "lang": lang, "teams": teams}, default_timeout=timeout)


@pytest.fixture(scope="module")
def copied(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small demo company for one test file; nobody has written in its app yet."""
    return Path(shutil.copytree(demo_dir, tmp_path_factory.mktemp("copied") / "data", ignore=shutil.ignore_patterns("ledger.db*")))


@pytest.fixture
def unwritten(copied: Path) -> Iterator[Path]:
    """That copy for one test: what the test writes in the app is gone before the next."""
    yield copied
    engine.ledger(copied, demo=True).close()
    for file in (copied / "demo").glob("ledger.db*"):
        file.unlink()


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """A real headless Chromium; skips when the machine has none, fails where one is required."""
    if not CHROMIUM:
        if os.environ.get("KANJIAN_REQUIRE_BROWSER"):
            pytest.fail("Chromium is required here and missing")
        pytest.skip("Chromium is not installed on this machine (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()
