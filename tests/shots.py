"""Screenshots of every page × zh/en × light/dark × 1440/375 into ``shots/``: ``python -m tests.shots [--data DIR] [--only PAGE]``."""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.conftest import ARGS, CHROMIUM, HOME, running
from tests.crawl import pages, visit


def main() -> None:
    """Serve the data folder (built already) and take every picture."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=HOME / "data")
    options.add_argument("--only")
    options.add_argument("--roles", help="comma-separated; default: the first role of each page")
    options.add_argument("--query", default="", help="more of the address, such as &id=K00001")
    chosen = options.parse_args()
    folder = HOME / "shots"
    folder.mkdir(exist_ok=True)
    with running(chosen.data.resolve()) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        for (page, roles), lang, scheme, width in product(pages().items(), ("zh", "en"), ("light", "dark"), (1440, 375)):
            if chosen.only and page != chosen.only:
                continue
            for role in chosen.roles.split(",") if chosen.roles else roles[:1]:
                if role not in roles:
                    continue
                file = folder / f"{page}-{role}-{lang}-{scheme}-{width}.png"

                def keep(tab, file=file) -> None:
                    # Streamlit scrolls an inner box: make the window as tall as the page, then take it whole.
                    tall = tab.evaluate("document.querySelector('.stMain').scrollHeight")
                    tab.set_viewport_size({"width": tab.viewport_size["width"], "height": min(max(tall, 812), 6000)})
                    tab.wait_for_timeout(500)
                    tab.screenshot(path=str(file))

                visit(browser, address, page, role, lang, scheme, width, 900 if width > 700 else 812,
                      query=chosen.query, keep=keep)
                print(file.relative_to(HOME))
        browser.close()


if __name__ == "__main__":
    main()
