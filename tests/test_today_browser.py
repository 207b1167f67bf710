"""Today in real Chromium, on a company of its own: a talk in two clicks, the other ways out, and that nothing is read unasked."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib import settings
from lib.access import sign_in
from lib.access.care_desk import CareDesk
from lib.access.desk import Desk
from lib.access.roles import Viewer
from lib.build import build
from lib.ledger import audit, engine, snapshot
from lib.warehouse.store import Store
from tests.conftest import END, running
from tests.crawl import visit

pytestmark = pytest.mark.browser
PASSWORD = "blue river 42"
MARKUP = "<img src=x onerror=\"document.title='owned'\"> **b** <b>note</b> & \"q\""


def copy(demo_dir: Path, to: Path) -> Path:
    """The small demo company for one test file alone, with room for many talks a day."""
    shutil.copytree(demo_dir, to, ignore=shutil.ignore_patterns("ledger.db*"))
    settings.save(to, next(row for row in settings.SETTINGS if row.name == "care.capacity"), 30)
    return to


@pytest.fixture(scope="module")
def own(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy(demo_dir, tmp_path_factory.mktemp("today") / "data")


@pytest.fixture(scope="module")
def address(own: Path) -> Iterator[str]:
    with running(own) as address:
        yield address


@pytest.fixture
def tab(address: str, chromium) -> Iterator[object]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{address}/today?role=hr&lang=zh")
    page.wait_for_selector(".kj-desk form.log")
    yield page
    context.close()


def ledger(own: Path) -> dict:
    return snapshot.take(engine.ledger(own, demo=True))


def queued(tab) -> list[str]:
    """Everybody in the queue, in order."""
    return [row.get_attribute("data-pick") for row in tab.locator(".kj-who").all()]


def opened(tab) -> str:
    """Who is open."""
    return tab.locator(".kj-who[aria-expanded=true]").get_attribute("data-pick")


def pick(tab, place: int) -> str:
    """Open the person at a place of the queue (0 first) and wait for the card."""
    row = tab.locator(".kj-who").nth(place)
    who = row.get_attribute("data-pick")
    row.click()
    tab.wait_for_selector(f".kj-desk form[data-form='log:{who}']")
    return who


def gone(tab, who: str) -> None:
    """Wait until somebody is no longer in the queue."""
    tab.wait_for_selector(f".kj-who[data-pick='{who}']", state="detached")


def test_a_talk_is_logged_from_the_open_queue_in_one_click_and_typing(tab, own: Path) -> None:
    who, first = opened(tab), queued(tab)
    began = time.monotonic()
    tab.fill("form.log [name=note]", "谈了名单")  # typing needs no click
    tab.click("form.log [data-ask=log]")
    gone(tab, who)
    assert time.monotonic() - began < 30
    assert queued(tab) == [one for one in first if one != who]
    assert "已记录与" in tab.inner_text(".kj-told") and "下一位" in tab.inner_text(".kj-told")
    assert opened(tab) == queued(tab)[0]
    talks = ledger(own)["care_talks"].query("employee_id == @who")
    assert len(talks) == 1 and set(ledger(own)["care_cards"].query("employee_id == @who")["state"]) == {"done"}


def test_another_person_takes_one_click_more(tab, own: Path) -> None:
    who = pick(tab, 2)
    tab.click("form.log [data-ask=log]")
    gone(tab, who)
    assert len(ledger(own)["care_talks"].query("employee_id == @who")) == 1


def test_a_double_click_logs_once(tab, own: Path) -> None:
    who, after = queued(tab)[:2]
    tab.dblclick("form.log [data-ask=log]")
    gone(tab, who)
    tab.wait_for_timeout(1500)
    talks = ledger(own)["care_talks"]
    assert len(talks.query("employee_id == @who")) == 1 and talks.query("employee_id == @after").empty
    assert "已记录与" in tab.inner_text(".kj-told")


def test_every_field_of_the_form_is_kept(tab, own: Path) -> None:
    who = pick(tab, 1)
    tab.click("[data-more]")
    tab.fill("[name=minutes]", "35")
    tab.select_option("[name=topic]", "workload")
    tab.fill("[name=note]", "说了加班")
    tab.fill("[name=promise]", "问主管调班")
    tab.locator("form.log .impression label").nth(1).click()
    tab.locator("form.log .useful label").nth(0).click()
    due = tab.input_value("[name=promise_due]")
    tab.click("form.log [data-ask=log]")
    gone(tab, who)
    frames = ledger(own)
    talk = frames["care_talks"].query("employee_id == @who").iloc[0]
    assert (talk["minutes"], talk["topic"], talk["impression"]) == (35, "workload", "same")
    assert bool(frames["care_cards"].query("employee_id == @who")["useful"].iloc[0])
    assert str(frames["care_promises"].query("employee_id == @who")["due"].iloc[0]) == due


def test_what_was_typed_is_still_there_after_another_person_was_opened(tab) -> None:
    pick(tab, 0)
    tab.fill("[name=note]", "还没写完")
    pick(tab, 1)
    assert tab.input_value("[name=note]") == ""
    pick(tab, 0)
    assert tab.input_value("[name=note]") == "还没写完"


def test_a_card_that_a_colleague_changed_says_who_and_keeps_what_was_typed(tab, own: Path) -> None:
    who = pick(tab, 0)
    tab.fill("[name=note]", "还没写完")
    desk = CareDesk(Desk(Store(own), Viewer("hr")))
    card = desk.card(who)
    desk.decline(card.card_id, card.version, "other")
    tab.click("form.log [data-ask=log]")
    tab.wait_for_selector(".kj-told.care")
    said = tab.inner_text(".kj-told.care")
    assert "已先处理了这张卡" in said and "还在" in said
    assert tab.input_value("[name=note]") == "还没写完"
    tab.click("form.log [data-ask=log]")  # the talk took place all the same: it is kept without the card
    tab.wait_for_selector(".kj-told[role=status]")
    assert len(ledger(own)["care_talks"].query("employee_id == @who")) == 1


def test_decline_and_put_off(tab, own: Path) -> None:
    who = pick(tab, 0)
    tab.click("details[data-key=decline] summary")
    tab.select_option("details[data-key=decline] [name=reason]", "not_a_need")
    tab.click("[data-ask=decline]")
    gone(tab, who)
    later = opened(tab)
    tab.click("details[data-key=snooze] summary")
    tab.click("[data-ask=snooze]")
    gone(tab, later)
    cards = ledger(own)["care_cards"].set_index("employee_id")
    assert cards.loc[who, "state"] == "declined" and cards.loc[who, "reason"] == "not_a_need"
    assert cards.loc[later, "state"] == "snoozed"
    assert tab.locator(f".waits [data-pick='{later}']").count() == 1


def test_a_note_opens_only_after_a_reason_is_chosen_and_shows_markup_as_text(tab, own: Path) -> None:
    who = pick(tab, 0)
    tab.fill("[name=note]", MARKUP)
    tab.click("form.log [data-ask=log]")
    gone(tab, who)
    tab.click(f".kj-told [data-pick='{who}']")  # the card can be looked at again at once
    tab.wait_for_selector(f".kj-desk form[data-form='log:{who}']")
    assert MARKUP not in tab.inner_text("body") and tab.locator("[data-ask=open_note]").first.is_hidden()
    tab.locator(".kj-desk details[data-key^='note:'] summary").first.click()
    assert tab.locator("blockquote").count() == 0  # unfolding alone opens nothing
    book = engine.ledger(own, demo=True)
    assert not [line for line in audit.lines(book, who) if line.action == "note.opened"]
    tab.locator("[data-ask=open_note]").first.click()
    tab.wait_for_selector(".kj-desk blockquote")
    assert tab.inner_text(".kj-desk blockquote") == MARKUP and tab.title() != "owned" and tab.locator("blockquote img").count() == 0
    line = next(line for line in audit.lines(book, who) if line.action == "note.opened")
    assert line.detail["reason"] == "prepare_talk"


def test_on_a_phone_the_card_opens_under_its_row_and_everything_can_be_touched(address: str, chromium) -> None:
    context = chromium.new_context(viewport={"width": 375, "height": 800}, locale="zh-CN", has_touch=True)
    tab = context.new_page()
    tab.goto(f"{address}/today?role=hr&lang=zh")
    tab.wait_for_selector(".kj-desk form.log")
    who = pick(tab, 1)
    row, card = (tab.locator(at).bounding_box() for at in (f".kj-who[data-pick='{who}']", ".kj-desk"))
    after = tab.locator(".kj-who").nth(2).bounding_box()
    assert row["y"] + row["height"] <= card["y"] + 1 and card["y"] + card["height"] <= after["y"] + 1
    tab.click("[data-more]")
    small = tab.eval_on_selector_all(".kj-care-page :is(button,summary,input:not([type=radio]):not([type=hidden]),select,textarea,.pills label)",
                                     "all => all.filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 80))")
    assert small == []
    assert tab.evaluate("Math.max(...[...document.querySelectorAll('.stMain,.stMainBlockContainer')].map(e => e.scrollWidth))") <= 375
    context.close()


@pytest.mark.parametrize(("view", "scheme"), [(view, scheme) for view in ("queue", "standard", "texts") for scheme in ("light", "dark")])
def test_axe_finds_nothing_serious_in_any_view(view: str, scheme: str, address: str, chromium) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found: list[dict] = []

    def look(tab) -> None:
        if view == "queue":
            tab.click("[data-more]")
        found.extend(Axe().run(tab).response["violations"])

    visit(chromium, address, "today", "hr", scheme=scheme, query=f"&view={view}", keep=look)
    assert [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found if v["impact"] in ("serious", "critical")] == []


def test_after_a_build_the_talks_are_on_person(own: Path, tab, address: str) -> None:
    who = pick(tab, 0)
    tab.fill("[name=minutes]", "41")
    tab.click("form.log [data-ask=log]")
    gone(tab, who)
    build(own, demo=True, people=120, months=9, seed=11, as_of=END)
    desk = Desk(Store(own), Viewer("hr"))
    assert 41 in desk.read("person_talks", id=who)["minutes"].tolist()
    tab.goto(f"{address}/person?role=hr&lang=zh&id={who}")
    tab.wait_for_selector(".kj-lanes [data-tip*='41 分钟']", state="attached")


def test_a_card_goes_to_a_colleague_who_finds_it_in_the_queue(demo_dir: Path, tmp_path: Path, chromium) -> None:

    own = copy(demo_dir, tmp_path / "data")
    sign_in.first_admin(own, "李管理", PASSWORD)
    for name in ("王人事", "赵人事"):
        sign_in.add_user(own, name, PASSWORD, "hr", [sign_in.WHOLE])
    def enter(address: str, name: str):
        tab = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN").new_page()
        tab.goto(f"{address}/today?lang=zh")
        tab.get_by_label("姓名").fill(name)
        tab.get_by_label("密码").fill(PASSWORD)
        tab.keyboard.press("Enter")
        tab.wait_for_selector(".kj-desk form.log")
        return tab

    with running(own) as address:
        tab = enter(address, "王人事")
        who = pick(tab, 0)
        name = tab.inner_text(".kj-desk h2")
        tab.click("details[data-key=hand_over] summary")
        tab.select_option("[name=to]", label="赵人事")
        tab.click("[data-ask=hand_over]")
        gone(tab, who)
        assert f"{name} 已转给 赵人事" in tab.inner_text(".kj-told")
        assert "在 赵人事 那里" in tab.inner_text(".waits")
        other = enter(address, "赵人事")
        assert who in queued(other)
        pick(other, queued(other).index(who))
        assert other.locator("form.log").count() == 1
