"""The pulse in real Chromium: from HR's button to somebody's phone and back, without a name on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.ledger import engine, pulse
from lib.ledger.pulse import QUESTIONS
from lib.warehouse.store import Store
from tests.conftest import running
from tests.crawl import Visit, visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def own(copied: Path) -> Path:
    return copied


@pytest.fixture(scope="module")
def address(own: Path) -> Iterator[str]:
    with running(own) as address:
        yield address


@pytest.fixture(scope="module")
def wave(address: str, chromium) -> str:
    """A wave that HR opened on the page."""
    def begin(tab) -> None:
        tab.locator("button[data-ask='pulse.open']").click()
        tab.locator("button[data-ask='pulse.slips']").wait_for(state="attached")

    visit(chromium, address, "morale", "hr", query="&view=pulse", keep=begin)
    return "open"


def drawn(address: str, chromium, role: str) -> str:
    """The link that somebody draws on their phone."""
    found: list[str] = []

    def draw(tab) -> None:
        tab.locator("button[data-ask='pulse.draw']").click()
        link = tab.locator("a.pulse-go")
        link.wait_for()
        found.append(link.get_attribute("href"))

    visit(chromium, address, "my_day", role, width=375, keep=draw)
    return found[0]


def answer(address: str, chromium, link: str, act, **more: object) -> Visit:
    """Open the link as somebody who is not signed in, on a phone."""
    return visit(chromium, address, "pulse", "", query=f"&{link.partition('?')[2]}", keep=act, width=375, height=812, wait=15, **more)


def test_somebody_answers_on_a_phone_and_the_link_is_used_up(own: Path, address: str, chromium, wave: str) -> None:
    link, told = drawn(address, chromium, "employee"), []

    def act(tab) -> None:
        tab.locator(".kj-end[data-page='pulse']").wait_for(state="attached")
        send = tab.locator("button[data-ask='pulse.answer']")
        tab.locator("input[name=help][value='4']").check(force=True)
        send.click()
        tab.locator("[role=alert]").wait_for()
        assert tab.locator("input[name=help][value='4']").is_checked()  # nothing that was tapped is lost
        for question in QUESTIONS:
            tab.locator(f"input[name={question}][value='4']").check(force=True)
        tab.locator("textarea").fill("更多培训")
        send.click()
        tab.locator("h1", has_text="谢谢").wait_for()
        told.append(tab.inner_text("body"))

    seen = answer(address, chromium, link, act)
    people = Store(own).current().frame("select employee_id, name, team from employees")
    received = bytes(seen.received) + seen.text.encode()
    known = {str(value) for column in people for value in people[column].unique()}
    assert told and not [value for value in known if value.encode() in received or json.dumps(value)[1:-1].encode() in received]
    assert seen.outside == set() and seen.width <= 375
    assert not any(word in seen.text for word in ("团队士气", "总览", "今日关怀", "员工档案"))
    again = answer(address, chromium, link, lambda tab: tab.locator("h1", has_text="这个链接现在不能用").wait_for())
    assert "匿名提交" not in again.text
    book = engine.ledger(own, demo=True)
    with book.reading() as con:
        assert {row.question: row.score for row in con.execute(pulse.select(pulse.PULSE_ANSWERS))} == dict.fromkeys(QUESTIONS, 4)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_answer_page_can_be_used_by_everybody(address: str, chromium, wave: str, own: Path, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    book = engine.ledger(own, demo=True)
    with book.reading() as con:
        now = next(one for one in pulse.waves(con) if one.state == "open")
    token = pulse.draw(book, now.id, f"somebody-{scheme}", sorted(now.tree)[-1], now.opens)
    found: list[dict] = []

    def look(tab) -> None:
        tab.locator("fieldset").first.wait_for()
        found.extend(Axe().run(tab).response["violations"])
        heights = tab.evaluate("[...document.querySelectorAll('.taps label, button[type=submit]')].map(e => e.getBoundingClientRect().height)")
        assert len(heights) == 26 and min(heights) >= 44

    answer(address, chromium, f"pulse?t={token}", look, scheme=scheme)
    assert [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found if v["impact"] in ("serious", "critical")] == []


def test_the_sheet_of_slips_is_a_file_that_asks_nobody(address: str, chromium, wave: str, tmp_path: Path) -> None:
    def save(tab) -> None:
        tab.locator("summary", has_text="打印纸条").click()
        tab.locator("button[data-ask='pulse.slips']").click()
        with tab.expect_download() as saved:
            tab.locator("a[download]").click()
        saved.value.save_as(tmp_path / "slips.html")

    visit(chromium, address, "morale", "hr", query="&view=pulse", keep=save)
    sheet = (tmp_path / "slips.html").read_text("utf-8")
    assert sheet.count("<svg") == sheet.count("pulse?t=") > 0 and "<script" not in sheet


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_view_of_the_pulse_can_be_used_by_everybody(address: str, chromium, wave: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found: list[dict] = []
    seen = visit(chromium, address, "morale", "hr", query="&view=pulse", width=375, height=812, scheme=scheme,
                 keep=lambda tab: found.extend(Axe().run(tab).response["violations"]))
    assert [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found if v["impact"] in ("serious", "critical")] == []
    assert seen.width <= 375


def test_where_people_sign_in_the_answer_page_asks_for_no_name(own: Path, address: str, chromium, wave: str) -> None:
    from lib.access import sign_in

    book = engine.ledger(own, demo=True)
    with book.reading() as con:
        now = next(one for one in pulse.waves(con) if one.state == "open")
    token = pulse.draw(book, now.id, "one more", sorted(now.tree)[-1], now.opens)
    sign_in.first_admin(own, "root", "a long password 7")  # the last of this file: from here on the role switch is gone
    seen = answer(address, chromium, f"pulse?t={token}", lambda tab: tab.locator("fieldset").first.wait_for())
    assert "匿名提交" in seen.text and "密码" not in seen.text
    assert "密码" in visit(chromium, address, "morale", "hr", wait=10).text
