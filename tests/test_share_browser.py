"""The three acts of every page in real Chromium: a picture with content, the page in the story, the story on the whole screen."""

from __future__ import annotations

import base64
import io
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from lib.access.desk import Desk
from lib.access.roles import Viewer
from lib.access.story_desk import StoryDesk, Wish
from lib.warehouse.store import Store
from tests.conftest import running

pytestmark = pytest.mark.browser
READ = """async () => { const [item] = await navigator.clipboard.read(), bytes = new Uint8Array(await (await item.getType('image/png')).arrayBuffer());
    let text = ''; for (const byte of bytes) text += String.fromCharCode(byte); return btoa(text); }"""
# Things that must come out, and things that must not, each in a colour of its own, put into the block that is copied.
PARTS = """() => { const block = document.querySelector('.kj h1').closest('.kj');
    block.insertAdjacentHTML('beforeend', `<div style="position:relative;height:60px">
      <svg width="120" height="40" style="position:absolute;left:0;top:0"><rect width="40" height="40" style="fill:#00ffee"/></svg>
      <svg width="120" height="40" style="position:absolute;left:0;top:0"><g transform="translate(50 0)"><rect width="40" height="40" fill="#ffee00"/></g></svg>
      <canvas width="40" height="40" style="position:absolute;left:140px;top:0"></canvas></div>
      <blockquote>x <b style="display:block;background:#ff00ff;height:40px"></b></blockquote><form style="background:#ff00ff;height:40px"><input value=secret></form>
      <details style="background:#ff00ff"><summary>x</summary>y</details>`);
    const pen = block.querySelector('canvas').getContext('2d'); pen.fillStyle = '#00ee00'; pen.fillRect(0, 0, 40, 40); }"""


@pytest.fixture(scope="module")
def app(copied: Path) -> Iterator[str]:
    with running(copied) as address:
        yield address


@pytest.fixture
def tab(app: str, chromium):
    """``tab(page, role, width)``: a page, drawn to its end, that may use the clipboard."""
    opened = []

    def go(page: str, role: str = "boss", width: int = 1440, lang: str = "zh", clipboard: bool = True):
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN", permissions=["clipboard-read", "clipboard-write"] if clipboard else [])
        if not clipboard:
            context.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
        opened.append(context)
        seen = context.new_page()
        seen.goto(f"{app}/{page}?role={role}&lang={lang}")
        seen.wait_for_selector(f".kj-end[data-page='{page}']", state="attached", timeout=60_000)
        seen.wait_for_selector(".kj-share > button")
        return seen

    yield go
    for context in opened:
        context.close()


def said(seen) -> str:
    seen.wait_for_selector(".kj-share .said p", timeout=20_000)
    return seen.inner_text(".kj-share .said")


def copied_picture(seen) -> tuple[bytes, Image.Image, str]:
    seen.click(".kj-share [data-act=copy]")
    words = said(seen)
    content = base64.b64decode(seen.evaluate(READ))
    return content, Image.open(io.BytesIO(content)).convert("RGB"), words


def chunks(png: bytes) -> set[str]:
    at, found = 8, set()
    while at < len(png):
        size = struct.unpack(">I", png[at:at + 4])[0]
        found.add(png[at + 4:at + 8].decode())
        at += 12 + size
    return found


@pytest.mark.parametrize(("page", "role", "width"), [("tags", "boss", 1440), ("morale", "hr", 375), ("effect", "presenter", 1280)])
def test_a_copied_picture_is_a_png_of_what_is_on_the_screen(tab, page: str, role: str, width: int) -> None:
    content, picture, _ = copied_picture(tab(page, role, width))
    colours = picture.getcolors(1 << 24)
    ground = max(colours)[0] / (picture.width * picture.height)
    assert picture.width >= 600 and picture.height >= 400 and len(colours) > 100 and ground < 0.95
    assert chunks(content) <= {"IHDR", "IDAT", "IEND", "sRGB", "sBIT", "pHYs", "gAMA", "cHRM"}


def test_pictures_inside_come_out_and_what_somebody_wrote_does_not(tab) -> None:
    seen = tab("tags")
    seen.evaluate(PARTS)
    _, picture, _ = copied_picture(seen)
    there = {colour for _, colour in picture.getcolors(1 << 24)}
    assert {(0, 255, 238), (255, 238, 0), (0, 238, 0)} <= there and (255, 0, 255) not in there


def test_where_the_clipboard_is_refused_the_picture_is_downloaded(tab) -> None:
    seen = tab("morale", clipboard=False)
    with seen.expect_download() as got:
        seen.click(".kj-share [data-act=copy]")
    assert got.value.suggested_filename.startswith("kanjian-morale-20") and got.value.suggested_filename.endswith(".png")
    assert Image.open(got.value.path()).width > 600 and "下载" in said(seen)


def test_it_is_said_when_a_picture_holds_names_and_only_then(tab) -> None:
    assert "姓名" in copied_picture(tab("today", "hr"))[2]
    assert "姓名" not in copied_picture(tab("tags", "hr"))[2]
    assert "姓名" not in copied_picture(tab("morale", "boss"))[2]


def test_a_page_is_added_to_the_story_without_being_drawn_again(tab, copied: Path) -> None:
    seen = tab("tags")
    seen.click(".kj-heat td button >> nth=0")
    seen.wait_for_selector(".kj-heat td button[aria-pressed=true]")
    seen.wait_for_timeout(300)
    seen.evaluate("document.querySelector('.kj-end').dataset.mark = 'same'")
    seen.click(".kj-share [data-act=add]")
    assert "已加入汇报" in said(seen)
    assert seen.evaluate("document.querySelector('.kj-end').dataset.mark") == "same"
    last = StoryDesk(Desk(Store(copied), Viewer("boss"))).choices()[-1].wish
    assert last == Wish("need", team=last.team, tag=last.tag) and last.team and last.tag
    seen.click(".kj-share .said [data-act=open]")
    seen.wait_for_selector(".kj-end[data-page='present']", state="attached")
    assert "arrange=1" in seen.url and last.team in seen.inner_text(".kj-sections")


def test_one_click_tells_the_story_on_the_whole_screen(tab) -> None:
    seen = tab("morale", "hr")
    seen.click(".kj-share [data-act=present]")
    seen.wait_for_selector("dialog.kjp[open] h2", timeout=60_000)
    assert seen.evaluate("!!document.fullscreenElement") and seen.inner_text("dialog.kjp[open] h2")


@pytest.mark.parametrize("role", ["lead", "employee", "admin"])
def test_who_may_not_present_is_offered_the_picture_alone(tab, role: str) -> None:
    seen = tab({"lead": "board", "employee": "my_day", "admin": "data"}[role], role, 375)
    assert seen.eval_on_selector_all(".kj-share > button", "all => all.map(one => one.dataset.act)") == ["copy"]


@pytest.mark.parametrize(("page", "role"), [("tags", "hr"), ("board", "boss"), ("person", "hr"), ("my_day", "employee")])
@pytest.mark.parametrize("width", [375, 1280, 1440])
def test_the_acts_stand_clear_of_the_page_and_are_large_enough_for_a_finger(tab, page: str, role: str, width: int) -> None:
    seen = tab(page, role, width, "en")
    hit = seen.evaluate("""() => { const bar = document.querySelector('.kj-share').getBoundingClientRect(), small = [];
        for (const one of document.querySelectorAll('.kj-share > button')) { const r = one.getBoundingClientRect(); if (r.height < 44 || r.width < 44) small.push(one.dataset.act); }
        const over = [...document.querySelectorAll('h1, input, button, select, .kj-card, [data-testid=stSelectbox], .kj-note')].filter((one) => !one.closest('.kj-share, .kj-end'))
          .filter((one) => { const r = one.getBoundingClientRect(); return r.width && r.height && r.left < bar.right && r.right > bar.left && r.top < bar.bottom && r.bottom > bar.top; });
        return [small, over.map((one) => one.tagName + ' ' + one.className), document.documentElement.scrollWidth, bar.left]; }""")
    assert hit[1] == [] and hit[2] <= width and hit[3] >= 0
    assert width > 640 or hit[0] == []
