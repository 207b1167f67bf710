"""How long pages take in Chromium, as ratios to a hello-world page alternating in the same run.

``python -m tests.bench.bench_pages --data DIR [--rounds 6] [--only glance,tags]``: warm load (navigation → last element drawn) and filter change
(click → redrawn), medians of the per-round ratios, and the bytes a filter change sends.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from lib.serving import wake
from lib.warehouse.store import Store
from tests.conftest import ARGS, CHROMIUM, HOME, free_port, start_app

WAIT = """(done) => new Promise((ok, fail) => { const begin = performance.now(), look = () => { let yes = false;
  try { yes = eval(done)() } catch (e) {}
  if (performance.now() - begin > 30000) fail(new Error('not drawn within 30 s: ' + location.href));
  else yes ? requestAnimationFrame(() => ok(performance.now())) : requestAnimationFrame(look) }; look() })"""
BACK = "[...document.querySelectorAll('button')].find(b => b.innerText.trim() === '‹' || b.innerText.trim() === '›' && !b.disabled)"
VERDICT = "document.querySelector('.kj-verdict').textContent"  # of another week it is another one: numbers stand in it
NEXT = "[...document.querySelectorAll('button')].find(b => b.innerText.includes('Next week'))"
TEAM = "[...document.querySelectorAll('button.team')][1 + Math.floor(Math.random() * 5)]"
RISK = "[...document.querySelectorAll('button.risk')][1 + Math.floor(Math.random() * 5)]"
VIEW = "document.querySelector('nav.views [data-of=parts]')"
ROW = "[...document.querySelectorAll('[data-pick]')].filter(e => !e.dataset.pick.startsWith('open'))[1 + Math.floor(Math.random() * 15)]"


def end(page: str) -> str:
    """JavaScript: the page is drawn to its end.  What is clicked may come after that mark: then it is waited for beside it."""
    return f"() => !!document.querySelector(\".kj-end[data-page='{page}']\")"


def main() -> None:
    """Serve both apps, alternate, print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=HOME / "data")
    options.add_argument("--rounds", type=int, default=6)
    options.add_argument("--only", default="", help="pages, comma-separated; default: all")
    chosen = options.parse_args()
    person = Store(chosen.data).current().frame("select min(employee_id) as id from tag_episodes where until is null")["id"][0]
    port, floor = free_port(), free_port()
    app = start_app(chosen.data.resolve(), port)
    hello = subprocess.Popen([sys.executable, "-m", "streamlit", "run", str(Path(__file__).with_name("hello.py")), "--server.port", str(floor),
                              "--server.address", "127.0.0.1"], cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    drawn = f"() => ({end('person')})() && !!document.querySelector('.kj-lanes svg')"  # the end mark may come before the timeline is drawn
    targets = {
        "hello": (f"http://127.0.0.1:{floor}/", "() => !!document.querySelector('.endmark')", NEXT, "document.querySelector('.endmark').textContent"),
        "glance": (f"{base}/glance?role=boss", f"() => ({end('glance')})() && !!({BACK}) && !!document.querySelector('.kj-teams')", BACK, VERDICT),
        "today": (f"{base}/today?role=hr", end("today"), ROW, "document.querySelector('.stMainBlockContainer').innerText"),
        "tags": (f"{base}/tags?role=hr", f"() => ({end('tags')})() && !!({BACK})", BACK, "document.querySelector('.kj-end').textContent"),
        "morale": (f"{base}/morale?role=boss", f"() => ({end('morale')})() && !!document.querySelector('button.team')", TEAM, "document.querySelector('.kj-end').textContent"),
        "risk": (f"{base}/risk?role=hr", f"() => ({end('risk')})() && !!document.querySelector('button.risk')", RISK, "document.querySelector('.kj-end').textContent"),
        "effect": (f"{base}/effect?role=boss", f"() => ({end('effect')})() && !!document.querySelector('.ef-track')", VIEW, "document.querySelector('.kj-end').textContent"),
        "person": (f"{base}/person?role=hr&id={person}", drawn, None, ""),
    }
    targets = {name: target for name, target in targets.items() if name == "hello" or not chosen.only or name in chosen.only.split(",")}
    warm: dict[str, list[float]] = {name: [] for name in targets}
    click: dict[str, list[float]] = {name: [] for name in targets}
    sent: dict[str, list[int]] = {name: [] for name in targets}
    try:
        assert wake(port) and wake(floor)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
            context = browser.new_context(viewport={"width": 1400, "height": 2000}, locale="zh-CN")
            for number in range(chosen.rounds + 1):
                for name, (url, done, target, text) in list(targets.items())[:: 1 if number % 2 else -1]:
                    tab = context.new_page()
                    line = context.new_cdp_session(tab)
                    line.send("Network.enable")
                    received = [0]
                    line.on("Network.webSocketFrameReceived", lambda e, box=received: box.__setitem__(0, box[0] + len(e["response"]["payloadData"]) * 3 // 4))
                    tab.goto(url, wait_until="commit")
                    took = tab.evaluate(WAIT, done)
                    tab.wait_for_timeout(500)
                    if number:  # the first round fills the caches
                        warm[name].append(took)
                    if target:
                        before = received[0]
                        spent = tab.evaluate(f"async () => {{ const was = {text}, t = performance.now(); {target}.click(); "
                                             f"const now = await ({WAIT})(() => {text} !== was && ({done})()); return now - t }}".replace(
                                                 "eval(done)()", "done()"))
                        tab.wait_for_timeout(300)
                        if number:
                            click[name].append(spent)
                            sent[name].append(received[0] - before)
                    tab.close()
            browser.close()
    finally:
        for server in (app, hello):
            server.terminate()
            server.wait(10)
    ratio = lambda mine, floors: statistics.median(a / b for a, b in zip(mine, floors, strict=True)) if mine else float("nan")
    print(f"{'page':8}{'warm ms':>9}{'x hello':>9}{'click ms':>10}{'x hello':>9}{'click kB':>10}")
    for name in targets:
        middle = statistics.median(click[name]) if click[name] else float("nan")
        print(f"{name:8}{statistics.median(warm[name]):9.0f}{ratio(warm[name], warm['hello']):9.2f}{middle:10.0f}"
              f"{ratio(click[name], click['hello']):9.2f}{(statistics.median(sent[name]) / 1e3 if sent[name] else 0):10.1f}")


if __name__ == "__main__":
    main()
