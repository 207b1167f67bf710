"""What reaches a presenter's browser, in a company whose teams and people have names that mean harm: no name, no number, no live markup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.access.desk import Desk
from lib.access.roles import Viewer
from lib.access.story_desk import StoryDesk
from lib.warehouse.store import Store
from tests import nasty_company
from tests.conftest import running
from tests.crawl import visit
from tests.test_story_names import flat, flat_name, own_words, secrets_of

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return nasty_company.made_of(demo_dir, tmp_path_factory.mktemp("nasty_pages") / "data")


@pytest.fixture(scope="module")
def nasty(folder: Path) -> Iterator[str]:
    with running(folder) as address:
        yield address


@pytest.mark.parametrize("letters", [False, True], ids=["pseudonyms", "teams as letters"])
@pytest.mark.parametrize("page", ["tags", "morale", "present"])
def test_no_name_reaches_a_presenter_nor_a_teams_where_teams_are_letters(nasty: str, folder: Path, chromium, page: str, letters: bool) -> None:
    office = StoryDesk(Desk(Store(folder), Viewer("presenter")))
    office.change(office.meeting(), "", letters)
    hidden = secrets_of(folder) | (set(office.desk.everybody.teams) if letters else set())
    got: list[str] = []

    def look(tab) -> None:
        if page != "present":
            tab.click(".kj-share [data-act=add]")
            tab.wait_for_selector(".kj-share .said p", timeout=30_000)
            tab.click(".kj-share .said [data-act=open]")
            tab.wait_for_selector(".kj-end[data-page='present']", state="attached", timeout=30_000)
        got.extend([tab.url, tab.content(), tab.evaluate("String(window.owned)")])

    seen = visit(chromium, nasty, page, "presenter", keep=look)
    everything = "\n".join(map(flat, [bytes(seen.received).decode("utf-8", "replace"), *got]))
    assert seen.drawn and got[-1] == "undefined" and not seen.outside
    assert [name for name in hidden if len(flat_name(name)) > 1 and flat_name(name) not in own_words() and flat_name(name) in everything] == []


def test_a_presenters_search_would_find_a_name(nasty: str, folder: Path, chromium) -> None:
    """HR's page of the same company is full of them: the search can fail."""
    seen = visit(chromium, nasty, "today", "hr")
    everything = flat(bytes(seen.received).decode("utf-8", "replace"))
    assert [name for name in secrets_of(folder) if flat_name(name) not in own_words() and flat_name(name) in everything]
