"""The lottery in real Chromium: drawn with one click, said in words, and readable on a phone, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.ledger import draws, engine
from tests.conftest import running
from tests.test_lottery_desk import CROWD
from tests.test_page_glance import changed

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def own(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return changed(demo_dir, tmp_path_factory.mktemp("lots"), *CROWD)


@pytest.fixture(scope="module")
def address(own: Path) -> Iterator[str]:
    with running(own) as address:
        yield address


def visit(chromium, address: str, lang: str, scheme: str = "light", width: int = 1440):  # type: ignore[no-untyped-def]
    tab = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="zh-CN").new_page()
    tab.goto(f"{address}/today?role=hr&lang={lang}")
    tab.wait_for_selector(".kj-desk form.log")
    tab.wait_for_selector(".lots")
    return tab


def queued(tab) -> list[str]:  # type: ignore[no-untyped-def]
    return [row.get_attribute("data-pick") for row in tab.locator(".kj-who").all()]


def test_one_click_draws_and_the_drawn_are_the_list(own: Path, address: str, chromium) -> None:  # type: ignore[no-untyped-def]
    tab = visit(chromium, address, "zh")
    tab.locator("[data-ask=draw]").click()
    tab.wait_for_selector(".kj-told")
    with engine.ledger(own, demo=True).reading() as con:
        [(seen, kept)] = draws.kept(con)
    assert sorted(queued(tab)) == sorted(entry.employee_id for entry in kept.entries if entry.drawn) and len(queued(tab)) == 5
    assert "10 人里先联系 5 人" in tab.locator(".kj-told").inner_text() and tab.locator("[data-ask=draw]").count() == 0
    tab.context.close()


@pytest.mark.parametrize(("lang", "scheme", "width"), [("zh", "light", 1440), ("en", "dark", 1440), ("en", "light", 375), ("zh", "dark", 375)])
def test_what_lots_are_about_fits_every_screen(address: str, chromium, lang: str, scheme: str, width: int) -> None:  # type: ignore[no-untyped-def]
    from axe_playwright_python.sync_playwright import Axe

    tab = visit(chromium, address, lang, scheme, width)
    tab.locator(".lots summary").click()
    assert tab.locator(".lots dd").first.bounding_box()["width"] > 250
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(tab, context=".kj-care-page")
    serious = [one for one in found.response["violations"] if one["impact"] in ("serious", "critical")]
    assert not serious, [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in serious]
    tab.context.close()
