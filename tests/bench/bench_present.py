"""How long the story takes in Chromium, as ratios to a hello-world page alternating in the same run.

``python -m tests.bench.bench_present --data DIR [--rounds 6]``: first scene (navigation → its title and picture are drawn), next scene
(key → drawn) and a live question (click on a bar → its answer is drawn), as medians of the per-round ratios to hello-world's warm load
and to its rerun; and what each sends over the websocket.
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path

from tests.bench.beside import COUNT, HELLO, NEXT, WAIT, beside, counting, ratio, spent
from tests.conftest import HOME

SHOWN = "() => !!document.querySelector('.kjp[open] .kjp-picture svg') && !!document.querySelector('.kjp[open] h2').textContent"
END = "() => !!document.querySelector(\".kj-end[data-page='present']\")"
KEY = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown', bubbles: true }))"
BAR = "document.querySelector('.kjp-picture [data-i]').dispatchEvent(new MouseEvent('click', { bubbles: true }))"
TITLE = "document.querySelector('.kjp h2').textContent"


def main() -> None:
    """Serve both apps, alternate, print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=HOME / "data")
    options.add_argument("--rounds", type=int, default=6)
    chosen = options.parse_args()
    took: dict[str, list[float]] = {name: [] for name in ("hello warm", "hello rerun", "first scene", "whole page", "next scene", "live question")}
    sent: dict[str, list[float]] = {name: [] for name in took}
    with beside(chosen.data) as (app, floor, browser):
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        for number in range(chosen.rounds + 1):
            for story in ((True, False) if number % 2 else (False, True)):
                tab, received = counting(context)

                def note(name: str, ms: float, before: int, received: list[int] = received, counted: bool = bool(number)) -> None:
                    if counted:  # the first round fills the caches
                        took[name].append(ms)
                        sent[name].append((received[0] - before) / 1e3)

                tab.goto(f"{app}/present?role=presenter" if story else floor, wait_until="commit")
                if not story:
                    note("hello warm", tab.evaluate(WAIT, HELLO), 0)
                    tab.wait_for_timeout(500)
                    before = received[0]
                    note("hello rerun", spent(tab, f"{NEXT}.click()", COUNT), before)
                    tab.close()
                    continue
                first = tab.evaluate(WAIT, SHOWN)
                note("whole page", tab.evaluate(WAIT, END), 0)
                note("first scene", first, 0)
                tab.wait_for_timeout(500)
                before = received[0]
                note("next scene", spent(tab, KEY, TITLE), before)
                while not tab.locator(".kjp-picture [data-i]").count():
                    tab.keyboard.press("PageDown")
                before = received[0]
                ms = spent(tab, BAR, "document.querySelector('.kjp').dataset.live")
                tab.wait_for_timeout(300)
                note("live question", ms, before)
                tab.close()
    for name, mine in took.items():
        by = took["hello warm" if name in ("hello warm", "first scene", "whole page") else "hello rerun"]
        print(f"{name:14}{statistics.median(mine):8.0f} ms{ratio(mine, by):7.2f} x hello{statistics.median(sent[name]):9.1f} kB")


if __name__ == "__main__":
    main()
