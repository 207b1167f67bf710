"""My day on a phone (375 px) in Chromium, as ratios to a hello-world page alternating in the same run.

``python -m tests.bench.bench_my_day --data DIR [--rounds 8]``: warm load (navigation → bars, form and suggestion drawn and clickable)
and a consultation logged (tap on the button → the bar has moved), medians of the per-round ratios.  It writes consultations into the
demo's ledger.
"""

from __future__ import annotations

import argparse
import os
import statistics
from pathlib import Path

from tests.bench.beside import COUNT, HELLO, NEXT, WAIT, beside, ratio, spent
from tests.conftest import HOME

READY = ("() => !!document.querySelector(\".kj-end[data-page='my_day']\") && document.querySelectorAll('.today .meter').length > 2 "
         "&& !!document.querySelector('[data-ask=\"my.log\"]') && !!document.querySelector('.kj-sections')?.onclick")
BAR = "document.querySelector('.today .meter > span').textContent"


def main() -> None:
    """Serve both apps, alternate, print ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=HOME / "data")
    options.add_argument("--rounds", type=int, default=8)
    chosen = options.parse_args()
    with beside(chosen.data) as (app, floor, browser):
        pages = {"hello": (floor, HELLO), "my_day": (f"{app}/my_day?role=employee&lang=zh", READY)}
        warm: dict[str, list[float]] = {name: [] for name in pages}
        click: dict[str, list[float]] = {name: [] for name in pages}
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
                    moved = spent(tab, "document.querySelector('[data-ask=\"my.log\"]').click()", BAR, READY)
                else:
                    moved = spent(tab, f"{NEXT}.click()", COUNT, HELLO)
                tab.wait_for_timeout(300)
                if number:  # the first round fills the caches
                    warm[name].append(took)
                    click[name].append(moved)
                tab.close()
    for what, times in (("interactive", warm), ("logged → moved", click)):
        print(f"{what:16} my_day {statistics.median(times['my_day']):5.0f} ms  hello {statistics.median(times['hello']):5.0f} ms  "
              f"ratio {ratio(times['my_day'], times['hello']):.2f}")
    print(f"rounds {chosen.rounds}, load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
