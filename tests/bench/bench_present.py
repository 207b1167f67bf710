"""How long the story takes in Chromium, as ratios to a hello-world page alternating in the same run.

``python -m tests.bench.bench_present --data DIR [--rounds 6]``: first scene (navigation → its title and picture are drawn), next scene
(key → drawn) and a live question (click on a bar → its answer is drawn), as medians of the per-round ratios to hello-world's warm load
and to its rerun; and what each sends over the websocket.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from lib.serving import wake
from tests.bench.bench_pages import NEXT, WAIT
from tests.conftest import ARGS, CHROMIUM, HOME, free_port, start_app

SHOWN = "() => !!document.querySelector('.kjp[open] .kjp-picture svg') && !!document.querySelector('.kjp[open] h2').textContent"
END = "() => !!document.querySelector(\".kj-end[data-page='present']\")"
HELLO = "() => !!document.querySelector('.endmark')"
KEY = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown', bubbles: true }))"
BAR = "document.querySelector('.kjp-picture [data-i]').dispatchEvent(new MouseEvent('click', { bubbles: true }))"
TITLE = "document.querySelector('.kjp h2').textContent"


def spent(tab, text: str, act: str) -> float:
    """Milliseconds from an act until a text is another one and a frame is drawn."""
    return tab.evaluate(f"async () => {{ const was = {text}, t = performance.now(); {act}; const now = await ({WAIT})(() => {text} !== was); return now - t }}".replace(
        "eval(done)()", "done()"))


def main() -> None:
    """Serve both apps, alternate, print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=HOME / "data")
    options.add_argument("--rounds", type=int, default=6)
    chosen = options.parse_args()
    port, floor = free_port(), free_port()
    app = start_app(chosen.data.resolve(), port)
    hello = subprocess.Popen([sys.executable, "-m", "streamlit", "run", str(Path(__file__).with_name("hello.py")), "--server.port", str(floor),
                              "--server.address", "127.0.0.1"], cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    took: dict[str, list[float]] = {name: [] for name in ("hello warm", "hello rerun", "first scene", "whole page", "next scene", "live question")}
    sent: dict[str, list[float]] = {name: [] for name in took}
    try:
        assert wake(port) and wake(floor)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
            context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
            for number in range(chosen.rounds + 1):
                for story in ((True, False) if number % 2 else (False, True)):
                    tab = context.new_page()
                    line, received = context.new_cdp_session(tab), [0]
                    line.send("Network.enable")
                    line.on("Network.webSocketFrameReceived", lambda e, box=received: box.__setitem__(0, box[0] + len(e["response"]["payloadData"]) * 3 // 4))

                    def note(name: str, ms: float, before: int, received: list[int] = received, counted: bool = bool(number)) -> None:
                        if counted:  # the first round fills the caches
                            took[name].append(ms)
                            sent[name].append((received[0] - before) / 1e3)

                    tab.goto(f"http://127.0.0.1:{port}/present?role=presenter" if story else f"http://127.0.0.1:{floor}/", wait_until="commit")
                    if not story:
                        note("hello warm", tab.evaluate(WAIT, HELLO), 0)
                        tab.wait_for_timeout(500)
                        before = received[0]
                        note("hello rerun", spent(tab, "document.querySelector('.endmark').textContent", f"{NEXT}.click()"), before)
                        tab.close()
                        continue
                    first = tab.evaluate(WAIT, SHOWN)
                    note("whole page", tab.evaluate(WAIT, END), 0)
                    note("first scene", first, 0)
                    tab.wait_for_timeout(500)
                    before = received[0]
                    note("next scene", spent(tab, TITLE, KEY), before)
                    while not tab.locator(".kjp-picture [data-i]").count():
                        tab.keyboard.press("PageDown")
                    before = received[0]
                    ms = spent(tab, "document.querySelector('.kjp').dataset.live", BAR)
                    tab.wait_for_timeout(300)
                    note("live question", ms, before)
                    tab.close()
            browser.close()
    finally:
        for server in (app, hello):
            server.terminate()
            server.wait(10)
    for name, mine in took.items():
        by = took["hello warm" if name in ("hello warm", "first scene", "whole page") else "hello rerun"]
        ratio = statistics.median(a / b for a, b in zip(mine, by, strict=True))
        print(f"{name:14}{statistics.median(mine):8.0f} ms{ratio:7.2f} x hello{statistics.median(sent[name]):9.1f} kB")


if __name__ == "__main__":
    main()
