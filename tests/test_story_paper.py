"""Paper: what is read out of the PDF is what the scenes say; Chinese is in embedded fonts, PNGs carry nothing but the picture."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import psutil
import pypdf
import pypdfium2
import pytest

from lib.story import fonts, paper
from lib.story.scene import Line, Picture, Scene, Series, Story, Wish
from lib.words import speak


def scene(kind: str, title: str, picture: Picture | None, **more: object) -> Scene:
    return Scene(Wish(kind), title, picture, footnote="士气指数 0–100,95 % 区间。n = 512 人 · 11月16日–22日", n=512, period="", notes="只有讲的人看到", alt="丙组最低", **more)      # type: ignore[arg-type]


@pytest.fixture(scope="module")
def story() -> Story:
    bars = Picture("bars", ("甲组", "乙组", "丙组"), (Series("士气", (72.0, None, 58.0), (69.0, None, 53.0), (75.0, None, 63.0)),), unit="分", asks=("真名甲", "", "真名丙"), hidden=frozenset({1}))
    trend = Picture("trend", ("Sep", "Oct", "Nov"), (Series("Share", (12.0, 14.0, 18.0), (10.0, 12.0, 15.0), (14.0, 16.0, 22.0), "care"),), unit="%", lines=(Line(14, "before"),))
    dots = Picture("dots", ("晚加班",), (Series("看起来", (-1.9,), hatched=True), Series("扣除自然回升后", (-0.8,), (-1.4,), (-0.2,))), digits=1, signed=True)
    return Story("示例公司", (scene("morale", "电销三组的士气最低:58 分,比目标低 14 分,比上个月低 9 分", bars, hidden_note="1 个组不足 5 人,不显示", caption="先去电销三组"),
                              scene("stand", "117 of 640 people need care (18 %, 15–22)", trend, left_out="12 newcomers are not counted."),
                              scene("../Did care work?", "关怀以后每周晚加班少 0.8 次", dots, more=("7 项检查通过",))), "2026年11月22日", "zh", "版本 abc,少于 5 人不显示")


@pytest.fixture(scope="module")
def made(story) -> bytes:
    return paper.pdf(story)


def bare(words: str) -> str:
    return "".join(words.split())


def test_a_page_a_scene_says_its_title_caption_footnote_and_source(story, made):
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    assert len(pages) == 3
    for page, one in zip(pages, story.scenes, strict=True):
        read = bare(page.extract_text())
        for words in (one.title, one.caption, one.footnote, one.left_out, one.hidden_note, *one.more, story.source, story.as_of):
            assert bare(words) in read, words


def test_another_reader_of_pdf_reads_the_same(story, made):
    read = [bare(page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(made)]
    assert [bare(one.title) in page for one, page in zip(story.scenes, read, strict=True)] == [True] * 3


def test_notes_and_questions_are_not_on_paper(made):
    reader = pypdf.PdfReader(io.BytesIO(made))
    everything = "".join(page.extract_text() for page in reader.pages) + str(reader.metadata) + reader.trailer["/Root"]["/Metadata"].get_data().decode()
    objects = [reader.get_object(n) for n in range(1, len(reader.xref[0]) + 1)]
    inside = b"".join(one.get_data() if isinstance(one, pypdf.generic.StreamObject) else repr(one).encode() for one in objects)
    for words in ("只有讲的人看到", "真名"):
        assert words not in everything and words.encode() not in inside and words.encode("utf-16-be") not in inside


def test_chinese_is_text_in_embedded_fonts(made):
    fonts_used = set()
    for page in pypdf.PdfReader(io.BytesIO(made)).pages:
        for font in _fonts(page["/Resources"]):
            kid = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(kid), font["/BaseFont"]
            fonts_used.add(font["/BaseFont"])
    assert fonts_used


def _fonts(resources) -> list:
    """Every font of a page and of the pictures in it."""
    found = [font.get_object() for font in resources.get("/Font", {}).values()]
    for form in resources.get("/XObject", {}).values():
        found += _fonts(form.get_object().get("/Resources", {}))
    return found


def test_the_document_has_title_language_tags_and_bookmarks_and_names_nobody(story, made):
    reader = pypdf.PdfReader(io.BytesIO(made))
    assert dict(reader.metadata).keys() == {"/Title", "/Creator"} and reader.metadata["/Title"] == "示例公司"
    assert re.fullmatch(r"Typst [\d.]+", reader.metadata["/Creator"])
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "zh-CN" and root["/MarkInfo"]["/Marked"]
    assert [one.title for one in reader.outline] == [one.title for one in story.scenes]


def test_every_picture_of_the_document_has_its_words(story, made):
    reader = pypdf.PdfReader(io.BytesIO(made))
    said = [one["/Alt"] for n in range(1, len(reader.xref[0]) + 1) if isinstance(one := reader.get_object(n), pypdf.generic.DictionaryObject) and "/Alt" in one]
    assert sorted(said) == sorted(f"{one.title} {one.alt}" for one in story.scenes)


def test_the_same_story_makes_the_same_bytes(story, made):
    assert paper.pdf(story) == made and paper.pngs(story, 400) == paper.pngs(story, 400)


def test_pictures_are_as_wide_as_asked_and_carry_nothing_but_the_picture(story):
    for width, sheet, high in ((1600, (1024, 768), 1200), (1280, (1280, 720), 720)):
        for _, png in paper.pngs(story, width, sheet=sheet):
            chunks = _chunks(png)
            assert (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")) == (width, high)
            assert set(chunks) <= {b"IHDR", b"IDAT", b"IEND"}


def _chunks(png: bytes) -> list[bytes]:
    at, found = 8, []
    while at < len(png):
        found.append(png[at + 4:at + 8])
        at += 12 + int.from_bytes(png[at:at + 4], "big")
    return found


def test_a_file_is_named_by_its_place_and_kind_and_by_nothing_that_leads_elsewhere(story):
    assert [name for name, _ in paper.pngs(story, 200)] == ["01-morale.png", "02-stand.png", "03-did-care-work.png"]


def test_one_scene_makes_one_picture(story):
    assert len(paper.pngs(replace(story, scenes=story.scenes[:1]), 200)) == 1


def test_paper_and_black_ground_are_what_they_are_called(story):
    from PIL import Image
    corner = [Image.open(io.BytesIO(paper.pngs(replace(story, scenes=story.scenes[:1]), 200, ground)[0][1])).convert("RGB").getpixel((2, 2)) for ground in ("paper", "black")]
    assert corner == [(0xFA, 0xF8, 0xF5), (0x16, 0x18, 0x1D)]


def test_a_story_without_scenes_makes_no_paper(story):
    with pytest.raises(ValueError, match="without scenes"):
        paper.pdf(replace(story, scenes=()))


def test_a_server_does_not_keep_what_it_has_set(story):
    process, held = psutil.Process(), []
    for nth in range(9):
        paper.pngs(replace(story, scenes=tuple(replace(one, title=f"{one.title} {nth}") for one in story.scenes)))
        held.append(process.memory_info().rss / 2**20)
    assert min(held[-3:]) - held[0] < 40, held


# --- fonts --------------------------------------------------------------------------------------------------------------------------

def test_a_server_without_fonts_sets_chinese_in_the_typeface_that_is_installed_with_the_app(story, monkeypatch):
    bare_server = fonts.typeface(system=False)
    monkeypatch.setattr(fonts, "typeface", lambda: bare_server)
    names = {str(font["/BaseFont"]) for page in pypdf.PdfReader(io.BytesIO(paper.pdf(story))).pages for font in _fonts(page["/Resources"])}
    assert bare_server.family == "Noto Sans SC" and names and all("NotoSansSC" in name for name in names)


@pytest.mark.parametrize(("language", "way"), [("zh", "安装"), ("en", "Install")])
def test_without_any_chinese_font_nothing_is_made_and_it_is_said_how_to_mend_it(language, way):
    speak(language)
    with pytest.raises(fonts.NoFont, match=way) as wrong:
        fonts.typeface(system=False, bundled=False)
    assert "fonts-noto-cjk" in str(wrong.value)


def test_a_sign_that_no_font_has_is_named_with_its_scene_and_never_becomes_a_box(story, monkeypatch):
    speak("zh")
    bare_server = fonts.typeface(system=False)
    monkeypatch.setattr(fonts, "typeface", lambda: bare_server)
    odd = replace(story, scenes=(story.scenes[0], replace(story.scenes[1], caption="加油 \U0001F389\uFE0F")))
    with pytest.raises(fonts.NoFont, match="第 2 幕") as wrong:
        paper.pdf(odd)
    assert "\U0001F389" in str(wrong.value)


def test_a_sign_that_only_another_font_has_is_set_in_that(story):
    face = fonts.typeface()
    other = next((sign for sign in "\u2C60\u1E9E\u0531\u10D0\u16A0\u0E01" if sign not in fonts._signs_of(face.found, face.family) and not face.lacks(sign)), None)
    if other is None:
        pytest.skip("this machine's fonts add no sign to the Chinese one")
    read = pypdf.PdfReader(io.BytesIO(paper.pdf(replace(story, scenes=(replace(story.scenes[0], caption=f"x {other} y"),))))).pages[0].extract_text()
    assert other in read
