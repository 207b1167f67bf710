"""Crawl: visit pages as a role in real Chromium and keep everything that reached the browser."""

from __future__ import annotations

import ast
import base64
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

from playwright.sync_api import TimeoutError as PlaywrightTimeout

HOME = Path(__file__).parents[1]


def pages() -> dict[str, tuple[str, ...]]:
    """Page key → roles that may open it, as ``app.py`` declares it."""
    for node in ast.parse((HOME / "app.py").read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "PAGES":  # type: ignore[attr-defined]
            return {key: roles for rows in ast.literal_eval(node.value).values() for key, (_, roles) in rows.items()}
    raise LookupError("app.py declares no PAGES")


@dataclass
class Visit:
    """What one visit brought: text on the page, bytes over websocket and HTTP, hosts asked, errors in the console."""

    page: str
    role: str
    text: str = ""
    received: bytearray = field(default_factory=bytearray)
    outside: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    drawn: bool = False
    width: int = 0


def visit(browser, address: str, page: str, role: str, lang: str = "zh", scheme: str = "light", width: int = 1440,
          height: int = 900, wait: float = 30.0, query: str = "", keep=None, context=None) -> Visit:
    """Open one page as a role and wait until it is drawn to its end (or, when it is not for this role, until all is quiet).

    ``keep(tab)`` may look at the page and act on it.  ``context``: reuse this browser context, so that files are cached.
    """
    seen = Visit(page, role)
    allowed = role in pages().get(page, ())
    own = context or browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme,
                                         locale="zh-CN" if lang == "zh" else "en-GB")
    tab = own.new_page()
    try:
        line = own.new_cdp_session(tab)
        line.send("Network.enable")

        def frame(event: dict) -> None:
            response = event["response"]
            seen.received.extend(base64.b64decode(response["payloadData"]) if response["opcode"] == 2 else response["payloadData"].encode())

        line.on("Network.webSocketFrameReceived", frame)
        tab.on("request", lambda r: seen.outside.add(urlparse(r.url).netloc)
               if urlparse(r.url).scheme in ("http", "https", "ws", "wss") and urlparse(r.url).hostname != "127.0.0.1" else None)
        tab.on("console", lambda m: seen.errors.append(m.text) if m.type == "error" else None)
        tab.on("pageerror", lambda e: seen.errors.append(str(e)))
        tab.goto(f"{address}/{page}?role={role}&lang={lang}{query}")
        last = f".kj-end[data-page='{page}']" if allowed else ".kj-brand"
        with suppress(PlaywrightTimeout):  # a page that never ends is told by ``drawn``, and must not hide the others
            tab.wait_for_selector(last, state="attached", timeout=wait * 1000)
        tab.wait_for_timeout(400)
        seen.drawn = tab.locator(f".kj-end[data-page='{page}']").count() > 0
        seen.text = tab.inner_text("body")
        seen.width = tab.evaluate("Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll('.stMain,.stMainBlockContainer')].map(e => e.scrollWidth))")
        if keep:
            keep(tab)
    finally:
        tab.close()
        if context is None:
            own.close()
    return seen
