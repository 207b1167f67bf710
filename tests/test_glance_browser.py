"""Glance in real Chromium: one screen of a desk, and on a phone the verdict, the four numbers and the first team."""

from __future__ import annotations

import pytest

from tests.crawl import visit

pytestmark = pytest.mark.browser
_PLACES = """() => { const at = (css) => [...document.querySelectorAll(css)].map(e => e.getBoundingClientRect());
  return {cards: at('.kj-four, .kj-two section').map(r => r.bottom), numbers: at('.kj-figure').map(r => r.bottom), verdict: at('.kj-verdict').map(r => r.bottom),
          team: at('.kj-teams li:not(.head)').map(r => r.top), right: Math.max(...at('.kj *').map(r => r.right)), spark: at('.kj-figure .kj-spark').length} }"""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_boss_sees_everything_on_one_screen_without_scrolling(lang: str, served: str, chromium) -> None:
    seen: dict[str, object] = {}
    visit(chromium, served, "glance", "boss", lang=lang, keep=lambda tab: seen.update(tab.evaluate(_PLACES)))
    assert len(seen["cards"]) == 5 and max(seen["cards"]) <= 900 and len(seen["numbers"]) == 4  # type: ignore[arg-type, type-var]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_phone_shows_the_verdict_the_four_numbers_and_the_first_team_at_once(lang: str, served: str, chromium) -> None:
    seen: dict[str, object] = {}
    visit(chromium, served, "glance", "boss", lang=lang, width=375, height=800, keep=lambda tab: seen.update(tab.evaluate(_PLACES)))
    assert max(seen["numbers"]) <= 740 and seen["verdict"][0] <= 360 and seen["right"] <= 375  # type: ignore[type-var, index, operator]
    assert min(seen["team"]) <= 780  # type: ignore[type-var]
