"""How long pages take in Chromium, as ratios to a hello-world page alternating in the same run.

``python -m tests.bench.bench_pages --data DIR [--rounds 6] [--only glance,tags]``: warm load (navigation → last element drawn) and filter change
(click → redrawn), medians of the per-round ratios, and the bytes a filter change sends.
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path

from lib.warehouse.store import Store
from tests.bench.beside import COUNT, HELLO, NEXT, WAIT, beside, counting, ratio, spent
from tests.conftest import HOME

BACK = "[...document.querySelectorAll('button')].find(b => b.innerText.trim() === '‹' || b.innerText.trim() === '›' && !b.disabled)"
VERDICT = "document.querySelector('.kj-verdict').textContent"  # of another week it is another one: numbers stand in it
TEAM = "[...document.querySelectorAll('button.team')][1 + Math.floor(Math.random() * 5)]"
RISK = "[...document.querySelectorAll('button.risk')][1 + Math.floor(Math.random() * 5)]"
VIEW = "document.querySelector('nav.views [data-of=parts]')"
ROW = "[...document.querySelectorAll('[data-pick]')].filter(e => !e.dataset.pick.startsWith('open'))[1 + Math.floor(Math.random() * 15)]"


def end(page: str) -> str:
    """JavaScript: the page is drawn to its end.  What is clicked may come after that mark: then it is waited for beside it."""
    return f"() => !!document.querySelector(\".kj-end[data-page='{page}']\")"


def pages(app: str, floor: str, person: str) -> dict[str, tuple[str, str, str | None, str]]:
    """By page: its address, when it is drawn, what is clicked, and the text that the click changes."""
    drawn = f"() => ({end('person')})() && !!document.querySelector('.kj-lanes svg')"  # the end mark may come before the timeline is drawn
    return {
        "hello": (floor, HELLO, NEXT, COUNT),
        "glance": (f"{app}/glance?role=boss", f"() => ({end('glance')})() && !!({BACK}) && !!document.querySelector('.kj-teams')", BACK, VERDICT),
        "today": (f"{app}/today?role=hr", end("today"), ROW, "document.querySelector('.stMainBlockContainer').innerText"),
        "tags": (f"{app}/tags?role=hr", f"() => ({end('tags')})() && !!({BACK})", BACK, "document.querySelector('.kj-end').textContent"),
        "morale": (f"{app}/morale?role=boss", f"() => ({end('morale')})() && !!document.querySelector('button.team')", TEAM, "document.querySelector('.kj-end').textContent"),
        "risk": (f"{app}/risk?role=hr", f"() => ({end('risk')})() && !!document.querySelector('button.risk')", RISK, "document.querySelector('.kj-end').textContent"),
        "effect": (f"{app}/effect?role=boss", f"() => ({end('effect')})() && !!document.querySelector('.ef-track')", VIEW, "document.querySelector('.kj-end').textContent"),
        "person": (f"{app}/person?role=hr&id={person}", drawn, None, ""),
    }


def main() -> None:
    """Serve both apps, alternate, print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=HOME / "data")
    options.add_argument("--rounds", type=int, default=6)
    options.add_argument("--only", default="", help="pages, comma-separated; default: all")
    chosen = options.parse_args()
    person = Store(chosen.data).current().frame("select min(employee_id) as id from tag_episodes where until is null")["id"][0]
    with beside(chosen.data) as (app, floor, browser):
        targets = {name: target for name, target in pages(app, floor, person).items() if name == "hello" or not chosen.only or name in chosen.only.split(",")}
        warm: dict[str, list[float]] = {name: [] for name in targets}
        click: dict[str, list[float]] = {name: [] for name in targets}
        sent: dict[str, list[int]] = {name: [] for name in targets}
        context = browser.new_context(viewport={"width": 1400, "height": 2000}, locale="zh-CN")
        for number in range(chosen.rounds + 1):
            for name, (url, done, target, text) in list(targets.items())[:: 1 if number % 2 else -1]:
                tab, received = counting(context)
                tab.goto(url, wait_until="commit")
                took = tab.evaluate(WAIT, done)
                tab.wait_for_timeout(500)
                if number:  # the first round fills the caches
                    warm[name].append(took)
                if target:
                    before = received[0]
                    ms = spent(tab, f"{target}.click()", text, done)
                    tab.wait_for_timeout(300)
                    if number:
                        click[name].append(ms)
                        sent[name].append(received[0] - before)
                tab.close()
    print(f"{'page':8}{'warm ms':>9}{'x hello':>9}{'click ms':>10}{'x hello':>9}{'click kB':>10}")
    for name in targets:
        middle = statistics.median(click[name]) if click[name] else float("nan")
        print(f"{name:8}{statistics.median(warm[name]):9.0f}{ratio(warm[name], warm['hello']):9.2f}{middle:10.0f}"
              f"{ratio(click[name], click['hello']):9.2f}{(statistics.median(sent[name]) / 1e3 if sent[name] else 0):10.1f}")


if __name__ == "__main__":
    main()
