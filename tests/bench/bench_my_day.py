"""My day on a phone (375 px) in Chromium, as ratios to a hello-world page alternating in the same run.

``python -m tests.bench.bench_my_day --data DIR [--rounds 8]``: warm load (navigation → bars, form and suggestion drawn and clickable)
and a consultation logged (tap on the button → the bar has moved), medians of the per-round ratios.  It writes consultations into the
demo's ledger.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from lib.serving import wake
from tests.bench.bench_pages import NEXT, WAIT
from tests.conftest import ARGS, CHROMIUM, HOME, free_port, start_app

READY = ("() => !!document.querySelector(\".kj-end[data-page='my_day']\") && document.querySelectorAll('.today .meter').length > 2 "
         "&& !!document.querySelector('[data-ask=\"my.log\"]') && !!document.querySelector('.kj-sections')?.onclick")
BAR = "document.querySelector('.today .meter > span').textContent"
HELLO = "() => !!document.querySelector('.endmark')"
COUNT = "document.querySelector('.endmark').textContent"


def spent(tab: Page, target: str, text: str, done: str) -> float:
    """Milliseconds from a click on ``target`` until ``text`` has changed and ``done`` holds."""
    return float(tab.evaluate(f"async () => {{ const was = {text}, t = performance.now(); {target}.click(); "
                              f"const now = await ({WAIT})(() => {text} !== was && ({done})()); return now - t }}".replace("eval(done)()", "done()")))


def main() -> None:
    """Serve both apps, alternate, print ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=HOME / "data")
    options.add_argument("--rounds", type=int, default=8)
    chosen = options.parse_args()
    port, floor = free_port(), free_port()
    app = start_app(chosen.data.resolve(), port)
    hello = subprocess.Popen([sys.executable, "-m", "streamlit", "run", str(Path(__file__).with_name("hello.py")), "--server.port", str(floor),
                              "--server.address", "127.0.0.1"], cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    pages = {"hello": (f"http://127.0.0.1:{floor}/", HELLO), "my_day": (f"http://127.0.0.1:{port}/my_day?role=employee&lang=zh", READY)}
    warm: dict[str, list[float]] = {name: [] for name in pages}
    click: dict[str, list[float]] = {name: [] for name in pages}
    try:
        assert wake(port) and wake(floor)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
            context = browser.new_context(viewport={"width": 375, "height": 812}, locale="zh-CN")
            for number in range(chosen.rounds + 1):
                for name, (url, done) in list(pages.items())[:: 1 if number % 2 else -1]:
                    tab = context.new_page()
                    tab.goto(url, wait_until="commit")
                    took = float(tab.evaluate(WAIT, done))
                    tab.wait_for_timeout(500)
                    if name == "my_day":
                        tab.evaluate("() => { document.querySelector('details.begin').open = true; for (const [n, v] of [['minutes', '20'], ['contact', 'yes']]) "
                                     "document.querySelector(`form.log-one [name=${n}][value=\"${v}\"]`).checked = true }")
                        moved = spent(tab, "document.querySelector('[data-ask=\"my.log\"]')", BAR, READY)
                    else:
                        moved = spent(tab, NEXT, COUNT, HELLO)
                    tab.wait_for_timeout(300)
                    if number:  # the first round fills the caches
                        warm[name].append(took)
                        click[name].append(moved)
                    tab.close()
            browser.close()
    finally:
        for server in (app, hello):
            server.terminate()
            server.wait(10)
    for what, times in (("interactive", warm), ("logged → moved", click)):
        ratio = statistics.median(a / b for a, b in zip(times["my_day"], times["hello"], strict=True))
        print(f"{what:16} my_day {statistics.median(times['my_day']):5.0f} ms  hello {statistics.median(times['hello']):5.0f} ms  ratio {ratio:.2f}")
    print(f"rounds {chosen.rounds}, load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
