"""What the benches of pages share: the app and hello-world served side by side, a tab that counts what it receives, and the watch."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from lib.serving import wake
from tests.conftest import ARGS, CHROMIUM, HOME, free_port, running

WAIT = """(done) => new Promise((ok, fail) => { const begin = performance.now(), look = () => { let yes = false;
  try { yes = eval(done)() } catch (e) {}
  if (performance.now() - begin > 30000) fail(new Error('not drawn within 30 s: ' + location.href));
  else yes ? requestAnimationFrame(() => ok(performance.now())) : requestAnimationFrame(look) }; look() })"""
"""JavaScript: milliseconds from the navigation until ``done`` holds and a frame is drawn."""
HELLO = "() => !!document.querySelector('.endmark')"
"""JavaScript: hello-world is drawn."""
NEXT = "[...document.querySelectorAll('button')].find(b => b.innerText.includes('Next week'))"
"""JavaScript: hello-world's button, …"""
COUNT = "document.querySelector('.endmark').textContent"
"""… and the text that a press of it changes."""


@contextmanager
def hello() -> Iterator[tuple[int, subprocess.Popen]]:
    """The floor, awake: its port and its process."""
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "streamlit", "run", str(Path(__file__).with_name("hello.py")), "--server.port", str(port),
                               "--server.address", "127.0.0.1"], cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert wake(port)
        yield port, server
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def beside(data: Path) -> Iterator[tuple[str, str, Browser]]:
    """The addresses of the app (serving ``data``) and of hello-world, and a browser."""
    with running(data.resolve()) as app, hello() as (floor, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield app, f"http://127.0.0.1:{floor}", browser
        browser.close()


def counting(context: BrowserContext) -> tuple[Page, list[int]]:
    """A new tab, and the bytes its websocket has received so far (one number, which grows)."""
    tab = context.new_page()
    line, received = context.new_cdp_session(tab), [0]
    line.send("Network.enable")
    line.on("Network.webSocketFrameReceived", lambda e: received.__setitem__(0, received[0] + len(e["response"]["payloadData"]) * 3 // 4))
    return tab, received


def spent(tab: Page, act: str, text: str, done: str = "() => true") -> float:
    """Milliseconds from an act until ``text`` is another one, ``done`` holds and a frame is drawn."""
    return float(tab.evaluate(f"async () => {{ const was = {text}, t = performance.now(); {act}; "
                              f"const now = await ({WAIT})(() => {text} !== was && ({done})()); return now - t }}".replace("eval(done)()", "done()")))


def ratio(mine: Sequence[float], floor: Sequence[float]) -> float:
    """The median of the ratios round by round; nan without rounds."""
    return statistics.median(a / b for a, b in zip(mine, floor, strict=True)) if mine else float("nan")
