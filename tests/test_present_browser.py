"""Present in real Chromium: a talk by keys alone, a question and back, a file that expires; nothing is asked of a server for the next scene."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from lib.access.desk import Desk
from lib.access.roles import Viewer
from lib.ledger import audit, engine
from lib.show import present_story
from lib.story import snapshot
from lib.story.scene import Picture, Scene, Series, Story
from lib.warehouse.store import Store
from lib.words import say, speak
from tests.conftest import running

pytestmark = pytest.mark.browser
OPEN, LIVE = ".kjp[open]", ".kjp[data-live=yes]"


@pytest.fixture(scope="module")
def data(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo company with a limit that hides some of its teams."""
    folder = tmp_path_factory.mktemp("present_browser") / "data"
    shutil.copytree(demo_dir, folder, ignore=shutil.ignore_patterns("ledger.db*"))
    sizes = Store(folder).current().frame("select count(*) as n from employees where active group by team order by n")["n"]
    (folder / "settings.toml").write_text(f'"privacy.min_group" = {int(sizes.iloc[1]) + 1}\n', "utf-8")
    return folder


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    with running(data) as address:
        yield address


@pytest.fixture(scope="module")
def context(chromium) -> Iterator[object]:
    context = chromium.new_context(viewport={"width": 1024, "height": 768}, locale="zh-CN", accept_downloads=True)
    yield context
    context.close()


@pytest.fixture
def tab(address: str, context) -> Iterator[object]:
    """The page as a presenter opens it, with its story up."""
    tab = context.new_page()
    tab.goto(f"{address}/present?role=presenter&lang=zh")
    tab.wait_for_selector(OPEN)
    tab.wait_for_selector(".kj-end[data-page=present]", state="attached")
    yield tab
    tab.close()


def title(tab) -> str:
    return tab.locator(".kjp h2").inner_text()


def bare(words: str) -> str:
    """Without what keeps a number together with its sign where a line breaks."""
    return words.replace("\N{NO-BREAK SPACE}", " ").replace("\N{WORD JOINER}", "")


def at(tab) -> int:
    return int(tab.locator(".kjp[data-at]").get_attribute("data-at"))


def sent(tab) -> list[str]:
    """What the browser sends over its websocket from now on."""
    line, frames = tab.context.new_cdp_session(tab), []
    line.send("Network.enable")
    line.on("Network.webSocketFrameSent", lambda event: frames.append(event["response"]["payloadData"]))
    return frames


def to_bars(tab) -> None:
    """To the first scene whose picture can be asked."""
    tab.keyboard.press("Home")
    for _ in range(tab.locator(".kjp-dots button").count()):
        if tab.locator(".kjp-picture [data-i]").count():
            return
        tab.keyboard.press("PageDown")
    raise AssertionError("no scene can be asked anything")


def test_a_talk_is_given_by_keys_and_asks_the_server_nothing(tab) -> None:
    frames, last = sent(tab), tab.locator(".kjp-dots button").count() - 1
    seen = [at(tab)]
    for key in ("ArrowRight", " ", "PageDown", "ArrowLeft", "PageUp", "End", "Home", "3", "ArrowDown", "ArrowUp"):
        tab.keyboard.press(key)
        seen.append(at(tab))
    assert seen == [0, 1, 2, 3, 2, 1, last, 0, 2, 3, 2] and frames == []


def test_the_next_scene_is_drawn_before_the_key_comes_up_again(tab) -> None:
    tab.keyboard.press("2")
    drawn = tab.evaluate("""() => { const told = () => ['h2', '.kjp-picture', '.kjp-note'].map((css) => document.querySelector(`.kjp ${css}`).innerHTML), was = told();
      document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown', bubbles: true }));
      return told().map((now, i) => now !== was[i]); }""")  # in the same task: nothing is waited for
    assert drawn == [True, True, True]


@pytest.mark.parametrize(("key", "seen"), [("n", ".kjp-notes:not([hidden])"), ("t", ".kjp-time:not([hidden])"), ("b", ".kjp-dark:not([hidden])"), (".", ".kjp-dark:not([hidden])"),
                                           ("l", ".kjp.pointing"), ("g", ".kjp[data-ground=black]"), ("q", ".kjp-ask:not([hidden])"),
                                           ("?", ".kjp-keys:not([hidden])"), ("\uff1f", ".kjp-keys:not([hidden])")])
def test_one_key_shows_it_and_hides_it_again(key: str, seen: str, tab) -> None:
    # a full-width sign is on no keyboard that the driver knows: it is sent as an input method sends it
    press = tab.keyboard.press if key.isascii() else lambda sign: tab.evaluate("key => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))", sign)
    assert not tab.locator(seen).count()
    press(key)
    assert tab.locator(seen).count()
    press(key)
    assert not tab.locator(seen).count()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_question_mark_tells_every_key_and_escape_goes_back_to_the_same_scene(lang: str, address: str, context) -> None:
    tab = context.new_page()
    tab.goto(f"{address}/present?role=presenter&lang={lang}")
    tab.wait_for_selector(OPEN)
    tab.keyboard.press("2")
    tab.keyboard.press("?")
    told = tab.locator(".kjp-keys").inner_text()
    speak(lang)
    assert [key for key in ("next", "before", "ask", "notes", "window", "timer", "ground", "laser", "dark", "full") if say(f"present.player.{key}") not in told] == []
    tab.keyboard.press("Escape")
    assert not tab.locator(".kjp-keys:not([hidden])").count() and at(tab) == 1 and tab.locator(OPEN).count()
    tab.close()


def test_any_key_ends_the_black_screen_and_turns_no_page(tab) -> None:
    tab.keyboard.press("b")
    tab.keyboard.press("PageDown")
    assert not tab.locator(".kjp-dark:not([hidden])").count() and at(tab) == 0


def test_notes_hold_what_to_say_the_next_title_and_the_time(tab) -> None:
    tab.keyboard.press("n")
    told = tab.locator(".kjp-notes").inner_text()
    tab.keyboard.press("PageDown")
    assert title(tab) in told and "0:0" in told


def test_notes_open_in_a_window_of_their_own_and_turn_the_page_from_there(tab) -> None:
    with tab.expect_popup() as opened:
        tab.keyboard.press("p")
    window = opened.value
    window.wait_for_selector(".kjp-now")
    assert title(tab) in window.inner_text("body")
    window.keyboard.press("PageDown")
    window.wait_for_function("title => document.body.innerText.includes(title)", arg=title(tab))
    assert at(tab) == 1
    window.close()


def test_the_pointer_is_followed_by_a_dot_that_is_seen_from_the_back(tab) -> None:
    tab.keyboard.press("l")
    tab.mouse.move(400, 300)
    box = tab.locator(".kjp-laser").bounding_box()
    assert box["width"] >= 20 and abs(box["x"] + box["width"] / 2 - 400) < 6 and abs(box["y"] + box["height"] / 2 - 300) < 6


def test_one_key_fills_the_screen_and_escape_goes_back_step_by_step(tab) -> None:
    tab.keyboard.press("f")
    tab.wait_for_function("() => document.fullscreenElement?.classList.contains('kjp-page')")
    to_bars(tab)
    tab.locator(".kjp-picture [data-i]").first.click()
    tab.wait_for_selector(LIVE)
    tab.keyboard.press("Escape")
    assert not tab.locator(LIVE).count() and tab.locator(OPEN).count()
    tab.keyboard.press("Escape")
    tab.wait_for_function("() => !document.fullscreenElement")
    if tab.locator(OPEN).count():
        tab.keyboard.press("Escape")
    assert not tab.locator(OPEN).count() and tab.locator("h1").is_visible()


def test_a_finger_turns_the_page(address: str, chromium) -> None:
    context = chromium.new_context(viewport={"width": 375, "height": 800}, has_touch=True, is_mobile=True, locale="zh-CN")
    tab = context.new_page()
    tab.goto(f"{address}/present?role=boss&lang=zh")
    tab.wait_for_selector(OPEN)
    swipe = """([from, to]) => { const on = document.querySelector('.kjp-scene'), finger = (x) => new Touch({ identifier: 1, target: on, clientX: x, clientY: 300 });
      on.dispatchEvent(new TouchEvent('touchstart', { touches: [finger(from)], changedTouches: [finger(from)], bubbles: true }));
      on.dispatchEvent(new TouchEvent('touchend', { touches: [], changedTouches: [finger(to)], bubbles: true })); }"""
    tab.evaluate(swipe, [300, 100])
    assert at(tab) == 1
    tab.evaluate(swipe, [100, 300])
    assert at(tab) == 0
    assert tab.evaluate("document.querySelector('.kjp-page').scrollWidth") <= 375
    small = tab.evaluate("[...document.querySelectorAll('.kjp-bar .kjp-key')].filter(e => e.offsetParent).map(e => Math.min(e.offsetWidth, e.offsetHeight))")
    assert min(small) >= 44
    context.close()


@pytest.mark.parametrize(("width", "height", "lang"), [(1024, 768, "zh"), (1440, 900, "zh"), (1024, 768, "en")])
def test_words_can_be_read_from_the_back_row(width: int, height: int, lang: str, address: str, context) -> None:
    tab = context.new_page()
    tab.set_viewport_size({"width": width, "height": height})
    tab.goto(f"{address}/present?role=presenter&lang={lang}")
    tab.wait_for_selector(OPEN)
    size = "css => parseFloat(getComputedStyle(document.querySelector(css)).fontSize)"
    for _ in range(tab.locator(".kjp-dots button").count()):
        assert tab.evaluate(size, ".kjp h2") >= 34 and tab.evaluate(size, ".kjp-note") >= 14
        words = tab.evaluate("""() => { const svg = document.querySelector('.kjp-picture svg'); if (!svg) return [];
          const scale = svg.getScreenCTM().a; return [...svg.querySelectorAll('text')].map(t => parseFloat(t.getAttribute('font-size')) * scale) }""")
        assert all(word >= 18 for word in words), words
        assert tab.evaluate("document.querySelector('.kjp-scene').scrollHeight - document.querySelector('.kjp-scene').clientHeight") <= 1
        tab.keyboard.press("PageDown")
    tab.close()


# --- a question in the meeting ------------------------------------------------------------------------------------------------------

def test_one_click_on_a_bar_shows_that_team_and_one_key_goes_back(tab) -> None:
    to_bars(tab)
    before, bar = title(tab), tab.locator(".kjp-picture [data-i]").first
    team = bar.get_attribute("aria-label")
    bar.click()
    tab.wait_for_selector(LIVE)
    shown = tab.locator(".kjp-back").inner_text().split(":")[1].split("(")[0]
    assert shown and shown in team and title(tab) != before
    tab.keyboard.press("Backspace")
    assert title(tab) == before and not tab.locator(LIVE).count()


def test_a_bar_is_asked_by_keyboard_too(tab) -> None:
    to_bars(tab)
    tab.locator(".kjp-picture [data-i]").first.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_selector(LIVE)


def test_a_month_is_two_clicks_away_and_the_panel_begins_with_the_teams(tab) -> None:
    tab.locator(".kjp-key[data-do=ask]").click()
    assert tab.evaluate("[...document.querySelectorAll('.kjp-row')].map(row => row.querySelector('button').dataset.pick)") == ["team", "week", "month", "tag"]
    chip = tab.locator("[data-pick=month][data-of='1']")
    words = chip.inner_text()
    chip.click()
    tab.wait_for_selector(LIVE)
    assert words in tab.locator(".kjp-back").inner_text()
    tab.keyboard.press("Escape")
    assert not tab.locator(LIVE).count() and at(tab) == 0


@pytest.mark.parametrize(("pick", "of"), [("team", 2), ("week", 3), ("tag", 2)])
def test_team_period_and_tag_are_two_clicks_away_from_any_scene(pick: str, of: int, tab) -> None:
    tab.locator(".kjp-key[data-do=ask]").click()
    chip = tab.locator(f"[data-pick={pick}][data-of='{of}']")
    words = chip.inner_text()
    chip.click()
    tab.wait_for_selector(LIVE)
    assert words in tab.locator(".kjp-back").inner_text()


def test_a_team_under_the_limit_stays_hidden_and_says_so(tab, data: Path) -> None:
    store = Store(data)
    least = Desk(store, Viewer("presenter")).smallest_group()
    small = str(store.current().frame("select team from employees where active group by team order by count(*), team limit 1")["team"][0])
    to_bars(tab)
    tab.keyboard.press("q")
    tab.locator("[data-pick=team]", has_text=small).click()
    tab.wait_for_selector(LIVE)
    assert not tab.locator(".kjp-picture svg").count() and str(least) in title(tab)


# --- arranging and files ------------------------------------------------------------------------------------------------------------

def test_arranging_goes_on_by_keyboard_where_it_was(tab) -> None:
    tab.keyboard.press("Escape")
    second = tab.locator(".pr-row").nth(1).locator("b").first.inner_text()
    tab.locator("[data-pick^='present.up']").nth(1).focus()
    tab.keyboard.press("Enter")
    tab.wait_for_function("words => document.querySelector('.pr-row b').textContent === words", arg=second)
    assert tab.evaluate("document.activeElement.dataset.pick ?? ''").startswith("present.up") or tab.evaluate("document.activeElement.disabled !== false")
    tab.locator(".kjp-start").click()
    assert bare(title(tab)) == second
    tab.keyboard.press("Escape")
    tab.locator("[data-ask='present.reset']").click()
    tab.wait_for_function("words => document.querySelector('.pr-row b').textContent !== words", arg=second)


@pytest.mark.parametrize("kind", ["pptx", "pdf"])
def test_one_click_in_the_story_brings_a_file_and_a_line_in_the_audit(kind: str, tab, data: Path) -> None:
    with tab.expect_download(timeout=30000) as coming:
        tab.locator(f".kjp-key[data-of={kind}]").click()
    file = coming.value
    content = Path(file.path()).read_bytes()
    assert re.fullmatch(rf"kanjian-{date.today().isoformat()}-[0-9a-f]{{8}}\.{kind}", file.suggested_filename)
    assert zipfile.ZipFile(BytesIO(content)).testzip() is None if kind == "pptx" else content.startswith(b"%PDF")
    assert audit.lines(engine.ledger(data, demo=True))[0].detail["kind"] == kind
    tab.wait_for_function("words => document.querySelector('.kjp-said').textContent === words", arg=say("present.player.out_done", what=kind.upper()))


@pytest.mark.parametrize("ground", ["paper", "black"])
def test_axe_finds_nothing_serious_in_the_story_and_on_the_page(ground: str, tab) -> None:
    from axe_playwright_python.sync_playwright import Axe

    if ground == "black":
        tab.keyboard.press("g")
    to_bars(tab)
    for keys in (["n", "t"], ["q"], ["Escape", "Escape"]):
        for key in keys:
            tab.keyboard.press(key)
        tab.wait_for_timeout(350)
        found = [(one["id"], [node["target"] for node in one["nodes"]]) for one in Axe().run(tab).response["violations"] if one["impact"] in ("serious", "critical")]
        assert found == []


# --- the snapshot -------------------------------------------------------------------------------------------------------------------

def told(hidden: str = "甲乙丙") -> Story:
    """Three invented scenes; one team is below the limit."""
    teams = ("一组", "二组", hidden)
    bars = Picture("bars", teams, (Series("占比", (12.0, 34.0, None)),), unit="%", asks=("asked-one", "asked-two", "asked-three"), hidden=frozenset({2}))
    scene = Scene(wish=present_story.Wish("need"), title="二组 34 % 的人需要关怀", picture=bars, footnote="n = 40 · 11月9日–15日", n=40, period="", notes="只有讲的人看得到", alt="条形图",
                  hidden_note="1 个团队不足 5 人,不显示数字。")
    return Story("周会", (scene, scene, scene), "2026年11月15日", "zh", "版本 1;不足 5 人不显示。")


@pytest.fixture
def opened(chromium, tmp_path: Path) -> Iterator[Callable[..., tuple[object, list[str]]]]:
    """``opened(day)``: a snapshot of 2026-11-25 that ends on 2026-12-09, opened as a file on that day; and everything it asked for."""
    context = chromium.new_context(viewport={"width": 1024, "height": 768}, locale="zh-CN")

    def open_on(day: str, story: Story | None = None) -> tuple[object, list[str]]:
        file = tmp_path / "kanjian.html"
        speak("zh")
        file.write_bytes(snapshot.snapshot(story or told(), date(2026, 12, 9), date(2026, 11, 25)))
        tab, asked = context.new_page(), []
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: asked.append(message.text) if message.type == "error" else None)
        tab.clock.install(time=f"{day}T12:00:00")
        tab.goto(f"file://{file}")
        return tab, asked

    yield open_on
    context.close()


def test_a_snapshot_plays_from_a_file_and_asks_nobody(opened) -> None:
    tab, asked = opened("2026-11-26")
    tab.keyboard.press("PageDown")
    tab.keyboard.press("g")
    assert at(tab) == 1 and bare(title(tab)) == "二组 34 % 的人需要关怀" and tab.locator(".kjp-picture svg").count()
    assert [url for url in asked if not url.startswith("file://") or not url.endswith("/kanjian.html")] == []
    assert say("present.snapshot.until", day="2026年12月9日") in tab.inner_text("body")


def test_a_snapshot_shows_itself_on_its_last_day(opened) -> None:
    assert title(opened("2026-12-09")[0])


@pytest.mark.parametrize("day", ["2026-12-10", "2030-01-01", "2026-11-20"])
def test_a_snapshot_shows_nothing_after_its_day_or_with_a_clock_that_is_wrong(day: str, opened) -> None:
    tab, _ = opened(day)
    assert tab.inner_text("body").strip() == say("present.snapshot.over", day="2026年12月9日")
    assert "二组" not in tab.content()


def test_a_snapshot_that_is_open_when_its_day_ends_clears_itself(opened) -> None:
    tab, _ = opened("2026-12-09")
    assert "二组" in tab.content()
    tab.clock.fast_forward("13:00:00")
    tab.wait_for_function("() => !document.getElementById('over').hidden")
    assert "二组" not in tab.content() and not tab.locator(".kjp-scene").count()


def test_a_snapshot_holds_no_notes_no_question_and_no_figure_below_the_limit(opened) -> None:
    held = snapshot.snapshot(told(), date(2026, 12, 9), date(2026, 11, 25)).decode()
    assert "只有讲的人看得到" not in held and "asked-" not in held and "data-i=" not in held
    tab, _ = opened("2026-11-26")
    tab.keyboard.press("q")
    tab.keyboard.press("n")
    assert not tab.locator(".kjp-ask:not([hidden]), .kjp-notes:not([hidden])").count()


def test_words_in_a_snapshot_are_never_run(opened) -> None:
    hostile = "</script><script>document.title='run'</script><img src=https://example.org/x onerror=alert(1)>"
    first = told(hidden=hostile).scenes[0]
    scene = Scene(first.wish, hostile, first.picture, hostile, 1, "", "", hostile, caption=hostile, hidden_note=hostile, more=(hostile,))
    tab, asked = opened("2026-11-26", Story(hostile, (scene,), "", "zh", hostile))
    assert title(tab) == hostile and tab.title() == hostile
    assert [url for url in asked if "example" in url] == [] and not tab.locator("img").count()


def test_a_snapshot_tells_machines_to_leave_it_alone() -> None:
    held = snapshot.snapshot(told(), date(2026, 12, 9), date(2026, 11, 25)).decode()
    assert "noindex" in held and "no-referrer" in held and "default-src 'none'" in held
    body = json.loads(held.split("data-since='2026-11-24'>")[1].split("</script>")[0])
    assert len(body["scenes"]) == 3
    with pytest.raises(ValueError):
        snapshot.snapshot(told(), date(2026, 11, 24), date(2026, 11, 25))
