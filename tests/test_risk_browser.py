"""Risk in real Chromium, on a company of its own: from the list to a closed intervention, for a finger too, and readable by everybody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.ledger import engine, interventions
from lib.show import risk_page
from lib.warehouse.store import Store
from tests.conftest import running
from tests.crawl import visit
from tests.risk_company import published

pytestmark = pytest.mark.browser
NOTE = "和本人谈过:下周起调班 <img src=x onerror=\"document.title='owned'\">"


@pytest.fixture(scope="module")
def own(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("risk_browser") / "data"
    shutil.copytree(demo_dir, folder, ignore=shutil.ignore_patterns("ledger.db*"))
    return published(demo_dir, folder)


@pytest.fixture(scope="module")
def address(own: Path) -> Iterator[str]:
    with running(own) as address:
        yield address


@pytest.fixture(scope="module")
def people(own: Path) -> list[tuple[str, str]]:
    return list(Store(own).current().frame("select employee_id, name from employees").itertuples(index=False, name=None))


def kept(own: Path, who: str) -> list[interventions.Intervention]:
    with engine.ledger(own, demo=True).reading() as con:
        return interventions.kept(con, employee_id=who)


def test_hr_goes_from_the_list_to_a_card_begins_an_intervention_and_closes_it_with_a_note(own: Path, address: str, chromium) -> None:
    seen: dict[str, str] = {}

    def walk(tab) -> None:
        row = tab.locator("button.risk").first
        who = row.get_attribute("data-of")
        row.click()
        tab.locator(".risk-card .pushes li").first.wait_for()
        tab.locator("button[data-ask='risk.plan']").first.click()
        tab.locator("form.start input[name=due]").wait_for()
        tab.locator("button[data-ask='risk.start']").click()
        tab.locator("[role=status]", has_text="前完成").wait_for()
        opened, = kept(own, who)
        assert opened.state == "open" and opened.p60_then
        tab.locator("button[data-ask=view][data-of=actions]").click()
        tab.locator(f"button[data-ask='act.close_form'][data-of='{opened.id}:1']").click()
        done = tab.locator("button[data-ask='act.done']")
        done.click()  # the browser asks for the note first
        tab.wait_for_timeout(300)
        assert kept(own, who)[0].state == "open"
        tab.locator("textarea[name=note]").fill(NOTE)
        done.click()
        tab.locator("[role=status]", has_text="已完成").wait_for()
        tab.locator("details[data-key='risk.ended'] > summary").click()
        tab.locator(f"details[data-key='risk.note:{opened.id}'] > summary").click()
        tab.locator("button[data-ask='act.read']:visible").first.click()
        tab.locator("blockquote").wait_for()
        seen["note"], seen["who"], seen["title"] = tab.locator("blockquote").inner_text(), who, tab.title()

    visit(chromium, address, "risk", "hr", keep=walk)
    assert seen["note"] == NOTE and seen["title"] != "owned"
    assert [one.state for one in kept(own, seen["who"])] == ["done"]


def test_the_card_leads_to_the_person_whose_card_stands_there_too(address: str, chromium) -> None:
    seen: list[str] = []

    def walk(tab) -> None:
        row = tab.locator("button.risk").nth(1)
        who = row.get_attribute("data-of")
        row.click()
        tab.locator("button[data-ask='risk.person']").click()
        tab.locator(".kj-end[data-page=person]").wait_for(state="attached")
        tab.locator("section.risk-card").wait_for()
        tab.locator("section.risk-card details[data-key='risk.card'] > summary").click()
        tab.locator("button[data-ask='risk.plan']:visible").first.click()
        tab.locator("form.start button[data-ask='risk.start']:visible").click()
        tab.locator("[role=status]", has_text="前完成").wait_for()
        seen.extend([who, tab.url])

    visit(chromium, address, "risk", "hr", keep=walk)
    assert seen[0] in seen[1]


@pytest.mark.parametrize("role", ["boss", "presenter"])
def test_boss_and_presenter_receive_no_name_even_if_they_ask_for_the_list(role: str, address: str, chromium, people) -> None:
    seen = visit(chromium, address, "risk", role, query="&view=list")
    received = bytes(seen.received).decode("utf-8", "ignore") + seen.text
    assert seen.drawn and not [word for pair in people for word in pair if word in received]


def press(tab, button: str) -> None:
    """Click, and wait until the answer is drawn: what is clicked while one is on its way counts as a second click and does nothing."""
    tab.locator(button).first.click()
    tab.wait_for_timeout(100)
    tab.locator(".kj-sections:not(.busy)").first.wait_for()


def through(tab) -> Iterator[str]:
    """Every view in turn; in the list the first card with its form, among the interventions the form that closes one."""
    for view in risk_page.HR:
        press(tab, f"button[data-ask=view][data-of={view}]")
        tab.locator(f"button[data-ask=view][data-of={view}][aria-pressed=true]").wait_for()
        if view == "list" and tab.locator("button.risk[aria-expanded=false]").count():
            press(tab, "button.risk")
            press(tab, "button[data-ask='risk.plan']")
            tab.locator("form.start").wait_for()
        if view == "actions" and tab.locator("button[data-ask='act.close_form']").count():
            press(tab, "button[data-ask='act.close_form']")
            tab.locator("textarea[name=note]").first.wait_for()
        tab.wait_for_timeout(200)
        yield view


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_any_view(scheme: str, address: str, chromium) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found: list[tuple[str, dict]] = []

    def look(tab) -> None:
        for view in through(tab):
            found.extend((view, violation) for violation in Axe().run(tab).response["violations"])

    visit(chromium, address, "risk", "hr", scheme=scheme, keep=look)
    assert [(view, v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for view, v in found if v["impact"] in ("serious", "critical")] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_cut_off_on_a_phone_and_a_finger_hits_every_button(lang: str, address: str, chromium) -> None:
    small: list[object] = []

    def look(tab) -> None:
        for view in through(tab):
            small.extend(tab.evaluate("[...document.querySelectorAll('.kj-sections :is(button,summary,select,input:not([type=hidden]))')].filter(e => e.checkVisibility() "
                                      "&& e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 120))"))
            small.extend([view] * (tab.evaluate("document.querySelector('.stMain').scrollWidth") > 375))

    visit(chromium, address, "risk", "hr", lang=lang, width=375, height=812, keep=look)
    assert small == []
