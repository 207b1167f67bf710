"""Effect in real Chromium: from the answer to another capacity and another played company, for a finger too, and readable by everybody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from lib import words
from lib.show import effect_page
from tests.conftest import running
from tests.crawl import visit
from tests.effect_company import published

pytestmark = pytest.mark.browser
VIEWS = tuple(effect_page.VIEWS)


@pytest.fixture(scope="module")
def address(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("effect_browser") / "data"
    shutil.copytree(demo_dir, folder, ignore=shutil.ignore_patterns("ledger.db*"))
    with running(published(demo_dir, folder, "works")) as address:
        yield address


def test_the_answer_its_picture_and_the_warning_stand_on_the_first_screen(address: str, chromium) -> None:
    tops: list[float] = []

    def measure(tab) -> None:
        for found in (tab.locator("h1"), tab.locator(".ef-picture").first, tab.locator(".ef-said").first, tab.locator("p.sole.main").first):
            box = found.bounding_box()
            tops.append(box["y"] + box["height"])

    visit(chromium, address, "effect", "boss", keep=measure)
    assert tops == sorted(tops) and tops[-1] <= 900


def test_a_boss_asks_how_long_at_another_capacity_and_is_told_what_cannot_be(address: str, chromium) -> None:
    seen: list[str] = []

    def ask(tab) -> None:
        tab.locator("input[name=capacity]").fill("1")
        tab.locator("button[data-ask='effect.when']").click()
        tab.wait_for_function("() => document.querySelector('input[name=capacity]').getAttribute('value') === '1'")
        seen.append(tab.locator("#effect_when h2").inner_text())
        tab.locator("input[name=worth]").fill("0.1")
        tab.locator("form.ef-when").evaluate("form => form.noValidate = true")
        tab.locator("button[data-ask='effect.when']").click()
        tab.locator("#effect_when [role=alert]").wait_for()
        seen.append(tab.locator("#effect_when [role=alert]").inner_text())

    before = visit(chromium, address, "effect", "boss", keep=ask)
    assert "周" in seen[0] and seen[0] not in before.text
    assert words.say("effect.when.wrong.worth", low="0.5", high="50") in seen[1]


def test_a_row_opens_its_view_and_an_outcome_its_picture(address: str, chromium) -> None:
    def walk(tab) -> None:
        tab.locator(".ef-also button[data-of=programme]").first.click()
        tab.locator("button.ef-outcome[data-of=felt]").click()
        tab.locator("h2", has_text=words.say("effect.event", outcome=words.say("effect.outcome.felt"))).wait_for()
        assert tab.locator("button.ef-outcome[aria-pressed=true]").get_attribute("data-of") == "felt"

    assert not [error for error in visit(chromium, address, "effect", "presenter", keep=walk).errors if "404" not in error and "favicon" not in error]


def test_another_company_is_played_with_a_click(address: str, chromium) -> None:
    def walk(tab) -> None:
        first = tab.locator("#effect_fooled .ef-row.naive .v").inner_text()
        tab.locator("button[data-ask='effect.again']").click()
        tab.wait_for_function("was => document.querySelector('#effect_fooled .ef-row.naive .v').innerText !== was", arg=first)
        assert words.say("effect.fooled.tally", n=2, naive=2, left=0) in tab.inner_text("body")

    visit(chromium, address, "effect", "boss", query="&view=fooled", keep=walk)


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_cut_off_on_a_phone(address: str, chromium, view: str) -> None:
    assert visit(chromium, address, "effect", "boss", width=375, height=812, query=f"&view={view}").width <= 375


@pytest.mark.parametrize("view", VIEWS)
def test_a_finger_finds_every_button(address: str, chromium, view: str) -> None:
    small: list[tuple[str, float]] = []

    def measure(tab) -> None:
        for found in tab.locator(".kj-sections :is(button,summary):visible").all():
            box = found.bounding_box()
            if box and box["height"] < 43.5:
                small.append((found.inner_text(), box["height"]))

    visit(chromium, address, "effect", "boss", width=375, height=812, query=f"&view={view}", keep=measure)
    assert small == []


@pytest.mark.parametrize(("view", "scheme"), sorted(product(VIEWS, ("light", "dark"))))
def test_axe_finds_nothing_serious(address: str, chromium, view: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found: list[dict] = []

    def look(tab) -> None:
        tab.evaluate("document.querySelectorAll('.kj-sections details').forEach(d => { d.open = true })")
        found.extend(Axe().run(tab).response["violations"])

    visit(chromium, address, "effect", "hr", scheme=scheme, query=f"&view={view}", keep=look)
    assert [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found if v["impact"] in ("serious", "critical")] == []
