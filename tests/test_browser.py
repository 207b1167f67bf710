"""In real Chromium: who sees what by URL, what leaves, whether everybody can use it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from lib.access import demo
from lib.access.desk import Desk
from lib.access.roles import ROLES
from lib.warehouse.store import Store
from tests import shared
from tests.conftest import running
from tests.crawl import Visit, pages, visit

pytestmark = pytest.mark.browser
PAGES = pages()
OPEN = sorted((page, role) for page, roles in PAGES.items() for role in roles)
FIRST = sorted({page: roles[0] for page, roles in PAGES.items()}.items())


class Visits:
    """Every page asked for by URL as every role, each visited once in a run of tests, by whichever process asks first."""

    def __init__(self, place: Path, browser, address: str):
        self._place, self._browser, self._address = place, browser, address
        self._context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        self._seen: dict[tuple[str, str], Visit] = {}

    def __getitem__(self, asked: tuple[str, str]) -> Visit:
        if asked not in self._seen:
            go = lambda _: visit(self._browser, self._address, *asked, context=self._context)
            self._seen[asked] = shared.once(self._place, "visit-" + "-".join(asked), go)
        return self._seen[asked]

    def close(self) -> None:
        self._context.close()


@pytest.fixture(scope="module")
def visits(served: str, chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visits]:
    """Every page asked for by URL as every role."""
    seen = Visits(shared.folder(tmp_path_factory), chromium, served)
    yield seen
    seen.close()


@pytest.fixture(scope="module")
def people(demo_dir: Path) -> dict[str, str]:
    """Everybody's name by id."""
    frame = Store(demo_dir).current().frame("select employee_id, name from employees")
    return dict(zip(frame["employee_id"], frame["name"], strict=True))


@pytest.fixture(scope="module")
def known(demo_dir: Path) -> dict[str, set[str]]:
    """Whose names the demo's person of each role may read on own pages: the own (for a lead one name in the header), those of mentors and
    mentees in a pair, a session or a request, and the first of the rankings open to them, who agreed to be named."""
    store, found = Store(demo_dir), {}
    house = store.current()
    for role in ("lead", "employee", "mentor"):
        who = demo.viewer(store, role)
        found[role] = {row for row in house.frame("select employee_id from employees where starts_with($name, name)", {"name": who.name})["employee_id"]}
        if who.employee_id is None:
            continue
        both = "select unnest([employee_id, mentor_id]) as who from {} where $me in (employee_id, mentor_id)"
        for table in ("mentor_pairs", "mentor_sessions", "help_requests"):
            found[role] |= set(house.frame(both.format(table), {"me": who.employee_id})["who"])
        for week in house.frame("select distinct week from reward_top")["week"]:
            named = Desk(store, who).read("reward_top", week=week)["name"]
            found[role] |= set(house.frame("select employee_id from employees where list_contains($names, name)", {"names": list(named)})["employee_id"])
        found[role].add(who.employee_id)
    return found


def reached(seen: Visit, people: dict[str, str]) -> list[str]:
    """Ids of everybody whose id or name came over the line, as plain UTF-8 or escaped in JSON, or stands on the page."""
    received = bytes(seen.received) + seen.text.encode()
    forms = {who: (who.encode(), name.encode(), json.dumps(name)[1:-1].encode()) for who, name in people.items()}
    return [who for who, spellings in forms.items() if any(spelling in received for spelling in spellings)]


@pytest.mark.parametrize(("page", "role"), sorted(product(PAGES, ROLES)))
def test_a_page_opens_for_its_roles_and_for_nobody_else(page: str, role: str, visits) -> None:
    assert visits[page, role].drawn == (role in PAGES[page])


@pytest.mark.parametrize(("page", "role"), sorted((p, r) for p, r in product(PAGES, ROLES) if r in ("boss", "presenter", "admin")))
def test_no_name_and_no_id_of_anybody_reaches_a_role_that_sees_groups(page: str, role: str, visits, people: dict[str, str]) -> None:
    assert reached(visits[page, role], people) == []


@pytest.mark.parametrize(("page", "role"), sorted(product(PAGES, ("lead", "employee", "mentor"))))
def test_people_who_sign_in_for_themselves_receive_no_name_of_a_stranger(page: str, role: str, visits, people: dict[str, str],
                                                                         known: dict[str, set[str]]) -> None:
    assert set(reached(visits[page, role], people)) <= known[role]


@pytest.mark.parametrize(("page", "role"), sorted(product(PAGES, ROLES)))
def test_no_request_leaves_for_an_outside_host(page: str, role: str, visits) -> None:
    assert visits[page, role].outside == set()


@pytest.mark.parametrize(("page", "role"), OPEN)
def test_a_page_shows_no_error(page: str, role: str, visits) -> None:
    seen = visits[page, role]
    assert "Traceback" not in seen.text and "Oh no" not in seen.text
    assert [e for e in seen.errors if "404" not in e and "favicon" not in e] == []


def test_hr_does_see_people(visits, people: dict[str, str]) -> None:
    assert len(reached(visits["today", "hr"], people)) > 5


@pytest.mark.parametrize("page", ["glance", "person"])
def test_a_page_asked_for_first_in_a_fresh_process_shows_no_data(page: str, demo_dir: Path, chromium, people: dict[str, str]) -> None:
    with running(demo_dir, awake=False) as address:
        seen = visit(chromium, address, page, "hr", wait=3)
    assert seen.received and reached(seen, people) == []


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("hr",)])
def test_a_persons_address_gives_nothing_to_other_roles(role: str, served: str, chromium, people: dict[str, str],
                                                             known: dict[str, set[str]]) -> None:
    somebody = max(people)
    seen = visit(chromium, served, "person", role, query=f"&id={somebody}&q={somebody}", wait=8)
    # The id asked for stands in the address itself; who asks is led to the own page.
    assert set(reached(seen, people)) - {somebody} <= known.get(role, set())
    assert people[somebody] not in seen.text and somebody not in seen.text


@pytest.mark.parametrize("role", ["boss", "presenter"])
def test_a_click_into_the_heatmap_gives_groups_and_no_person(role: str, served: str, chromium, people: dict[str, str]) -> None:
    def click(tab) -> None:
        before = tab.inner_text("body")
        tab.locator("td button[data-pick]").nth(3).click()
        tab.wait_for_function("before => document.body.innerText !== before", arg=before)
        tab.wait_for_timeout(800)

    assert reached(visit(chromium, served, "tags", role, keep=click), people) == []


def test_the_toggled_tables_of_glance_name_nobody(served: str, chromium, people: dict[str, str]) -> None:
    def toggle(tab) -> None:
        tab.locator("[data-testid='stCheckbox'] label").first.click()
        tab.locator("[data-testid='stExpander']").first.wait_for()
        tab.wait_for_timeout(800)

    assert reached(visit(chromium, served, "glance", "boss", keep=toggle), people) == []


@pytest.mark.parametrize(("page", "role"), OPEN)
def test_nothing_is_cut_off_on_a_phone(page: str, role: str, served: str, chromium) -> None:
    if role != PAGES[page][0]:
        return
    assert visit(chromium, served, page, role, width=375, height=812).width <= 375


@pytest.mark.parametrize(("page", "role", "scheme"), [(p, r, s) for (p, r), s in product(FIRST, ("light", "dark"))])
def test_axe_finds_nothing_serious(page: str, role: str, scheme: str, served: str, chromium) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found: list[dict] = []
    visit(chromium, served, page, role, scheme=scheme, keep=lambda tab: found.extend(Axe().run(tab).response["violations"]))
    serious = [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found if v["impact"] in ("serious", "critical")]
    assert serious == []


def test_the_language_switch_changes_the_page(served: str, chromium) -> None:
    after: list[str] = []

    def switch(tab) -> None:
        tab.get_by_role("button", name="EN", exact=True).click()
        tab.get_by_text("Demo company, invented data").wait_for()
        after.append(tab.inner_text("body"))

    before = visit(chromium, served, "glance", "boss", keep=switch)
    assert "演示公司" in before.text and "演示公司" not in after[0]


def test_the_role_switch_changes_what_may_be_opened(served: str, chromium) -> None:
    def switch(tab) -> None:
        tab.locator(".st-key-header [data-testid='stSelectbox']").click()
        tab.get_by_role("option", name="人事", exact=True).click()
        tab.get_by_role("link", name="今日关怀").first.wait_for()

    visit(chromium, served, "glance", "boss", keep=switch)
