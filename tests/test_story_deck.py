"""Deck: every slide can be edited and says what its scene says; nothing hidden, nobody's name and no way out is in the file."""

from __future__ import annotations

import io
import re
import time
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import settings as fast
from hypothesis import strategies as some
from lxml import etree
from pptx import Presentation

from lib.story import deck_charts, deck_house, deck_room, deck_text
from lib.story.deck import deck
from lib.story.measure import kept, wrap
from lib.story.scene import Line, Picture, Series, Story
from tests.story_scenes import BAND, BARS, DOTS, MANY, PAIRS, PICTURES, parts, plain, scene, story

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
VOICE = deck_text.Voice("zh")


@pytest.fixture(scope="module")
def made() -> bytes:
    return deck(story())


@pytest.fixture(scope="module")
def slides(made: bytes) -> Any:
    return Presentation(io.BytesIO(made)).slides


def chart_of(slide: Any) -> Any:
    return next(shape.chart for shape in slide.shapes if shape.has_chart)


def slide_of(slides: Any, kind: str) -> Any:
    return next(slide for slide in slides if slide.shapes.title.text.startswith(kind))


def drawn(picture: Picture, wide: float = 864, high: float = 300) -> Any:
    return etree.fromstring(deck_charts.chart(picture, VOICE, wide, high, 1.0, deck_charts.datetime(1980, 1, 1)).xml)


# --- what stands on the slides ----------------------------------------------------------------------------------------------------

def test_there_is_one_slide_a_scene_and_its_title_is_the_sentence(slides) -> None:
    assert [plain(slide.shapes.title.text) for slide in slides] == [one.title for one in story().scenes]


@pytest.mark.parametrize("kind", PICTURES)
def test_a_chart_holds_exactly_the_figures_of_its_scene(slides, kind: str) -> None:
    picture = PICTURES[kind]
    found = {series.name.split("(")[0]: tuple(series.values) for plot in chart_of(slide_of(slides, kind)).plots for series in plot.series}
    for series in picture.series:
        assert found[series.name] == series.values


@pytest.mark.parametrize("kind", PICTURES)
def test_a_chart_has_the_labels_of_its_scene(slides, kind: str) -> None:
    for plot in chart_of(slide_of(slides, kind)).plots:
        assert tuple(plot.categories) == PICTURES[kind].labels


@pytest.mark.parametrize("kind", PICTURES)
def test_the_workbook_inside_holds_figures_intervals_and_lines(slides, kind: str) -> None:
    picture = PICTURES[kind]
    book = openpyxl.load_workbook(io.BytesIO(chart_of(slide_of(slides, kind)).part.chart_workbook.xlsx_part.blob))
    columns = {column[0].value: [cell.value for cell in column[1:]] for column in book.active.iter_cols()}
    assert columns["名称"] == list(picture.labels)
    for series in picture.series:
        name = next(name for name in columns if name.split("(")[0] == series.name)
        assert columns[name] == list(series.values)
        if series.low:
            told = [None if place in picture.hidden else value for place, value in enumerate(series.low)]
            assert columns[f"{series.name}:95 % 区间下限"] == told
    for line in picture.lines:
        assert columns[line.name] == [line.value] * len(picture.labels)


@pytest.mark.parametrize("kind", ["bars", "pairs", "dots"])
def test_whiskers_reach_from_the_low_to_the_high_end(slides, kind: str) -> None:
    rows = {series.name: series for series in PICTURES[kind].series}
    for element in chart_of(slide_of(slides, kind))._chartSpace.iter(f"{C}ser"):
        name = element.find(f"{C}tx//{C}v").text.split("(")[0]
        bars = element.find(f"{C}errBars")
        series = rows.get(name)
        if series is None:
            assert bars is None      # a line to compare with
            continue
        assert (bars is not None) == bool(series.low)
        if bars is not None:
            ends = {way: {int(point.get("idx")): float(point.find(f"{C}v").text) for point in bars.find(f"{C}{way}").iter(f"{C}pt")} for way in ("minus", "plus")}
            told = [place for place, value in enumerate(series.values) if value is not None and series.low[place] is not None]
            assert sorted(ends["minus"]) == sorted(ends["plus"]) == told
            for place in told:
                assert series.values[place] - ends["minus"][place] == pytest.approx(series.low[place])
                assert series.values[place] + ends["plus"][place] == pytest.approx(series.high[place])


def test_an_interval_that_is_known_everywhere_is_a_band_between_its_ends(slides) -> None:
    area = next(chart_of(slide_of(slides, "band"))._chartSpace.iter(f"{C}areaChart"))
    low, span = ([float(point.text) for point in row.iterfind(f"{C}val//{C}v")] for row in area.findall(f"{C}ser"))
    assert low == pytest.approx(BAND.series[0].low) and [a + b for a, b in zip(low, span, strict=True)] == pytest.approx(BAND.series[0].high)


def test_a_trend_with_a_gap_has_error_bars_and_no_band(slides) -> None:
    assert not list(chart_of(slide_of(slides, "gaps"))._chartSpace.iter(f"{C}areaChart"))
    assert list(chart_of(slide_of(slides, "gaps"))._chartSpace.iter(f"{C}errBars"))


def test_notes_hold_what_the_presenter_may_say_and_what_is_not_counted(slides) -> None:
    for slide, told in zip(slides, story().scenes, strict=True):
        notes = plain(slide.notes_slide.notes_text_frame.text)
        assert all(line in notes for text in (told.notes, told.footnote, told.left_out, told.hidden_note) for line in text.split("\n"))


def test_caption_side_notes_and_footnote_stand_on_the_slide(slides) -> None:
    for slide, told in zip(slides, story().scenes, strict=True):
        words = plain("\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame))
        assert all(text in words for text in (told.caption, *told.more, told.footnote, told.left_out, told.hidden_note))


def test_a_chart_is_told_in_words_to_those_who_cannot_see_it(slides) -> None:
    for slide, told in zip(slides, story().scenes, strict=True):
        for frame in (shape for shape in slide.shapes if shape.has_chart):
            assert told.alt in frame._element.nvGraphicFramePr.cNvPr.get("descr")


def test_slides_are_made_of_the_placeholders_of_few_layouts(slides) -> None:
    for slide in slides:
        assert {shape.is_placeholder for shape in slide.shapes} == {True}
        assert not any(shape.has_text_frame and not shape.text_frame.text for shape in slide.placeholders)
    assert {slide.slide_layout.name for slide in slides} <= {name for name, _ in deck_house.LAYOUTS.values()}


def test_slides_are_numbered(slides) -> None:
    numbers = [next(shape.text_frame.text for shape in slide.placeholders if "sldNum" in etree.tostring(shape._element).decode()) for slide in slides]
    assert numbers == [str(place) for place in range(1, len(numbers) + 1)]


def test_the_deck_is_broad_and_says_its_title_and_language(made) -> None:
    found = Presentation(io.BytesIO(made))
    assert found.slide_width / found.slide_height == pytest.approx(16 / 9)
    assert (found.core_properties.title, found.core_properties.language) == ("十一月例会", "zh-CN")


def test_an_english_deck_speaks_english() -> None:
    found = parts(deck(story("en")))
    assert b'lang="en-US"' in found["ppt/slides/slide1.xml"] and "Thin lines are 95\u00a0% intervals".encode() in found["ppt/slides/slide1.xml"]
    assert "为保护少数人".encode() not in b"".join(found.values())


# --- fonts ------------------------------------------------------------------------------------------------------------------------

def test_every_run_of_a_chinese_deck_names_an_east_asian_font(made) -> None:
    seen = 0
    for name, content in parts(made).items():
        if re.match(r"ppt/(slides|notesSlides|drawings)/[^/]+\.xml$", name):
            for run in [*etree.fromstring(content).iter(f"{A}r"), *etree.fromstring(content).iter(f"{A}fld")]:
                seen += 1
                assert run.find(f"{A}rPr/{A}ea").get("typeface") == "Microsoft YaHei" and run.find(f"{A}rPr").get("lang") == "zh-CN", name
        if re.match(r"ppt/charts/[^/]+\.xml$", name):
            for properties in etree.fromstring(content).iter(f"{A}defRPr"):
                seen += 1
                assert properties.find(f"{A}ea").get("typeface") == "Microsoft YaHei", name
    assert seen > 100


def test_the_theme_has_the_house_s_colours_and_fonts(made) -> None:
    theme = parts(made)["ppt/theme/theme1.xml"].decode()
    assert all(colour in theme for colour in deck_house.COLOURS.values())
    assert theme.count('<a:ea typeface="Microsoft YaHei"/>') == 2 and theme.count('<a:latin typeface="Segoe UI"') == 2


# --- what may not be in it ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("kind", ["bars", "gaps"])
def test_a_hidden_place_has_a_point_in_no_row_of_numbers(slides, kind: str) -> None:
    lines = {line.name for line in PICTURES[kind].lines}
    seen = 0
    for row in chart_of(slide_of(slides, kind))._chartSpace.iter(f"{C}ser"):
        name = row.find(f"{C}tx//{C}v").text
        for cache in row.iter(f"{C}numCache") if name not in lines and name != "日期的位置" else ():
            seen += 1
            assert not {int(point.get("idx")) for point in cache.iter(f"{C}pt")} & PICTURES[kind].hidden, name
    assert seen >= 3


def test_a_hidden_place_is_hatched_and_says_so(made) -> None:
    shapes = [content.decode() for name, content in parts(made).items() if name.startswith("ppt/drawings/")]
    hatched = [text for text in shapes if "pattFill" in text]
    assert len(hatched) == 2 and all("为保护少数人,不显示" in text for text in hatched)
    assert "招生二组: 为保护少数人,不显示" in "".join(hatched)


def test_a_hidden_place_has_no_number_but_those_of_lines_in_the_workbook(slides) -> None:
    book = openpyxl.load_workbook(io.BytesIO(chart_of(slide_of(slides, "bars")).part.chart_workbook.xlsx_part.blob)).active
    hidden = next(row for row in book.iter_rows(values_only=True) if row[0] == "招生二组")
    assert [cell for cell in hidden if isinstance(cell, (int, float))] == [22.1, 40] and "为保护少数人,不显示" in hidden


def test_what_a_question_is_asked_with_never_leaves(made) -> None:
    assert not any("真名甲".encode() in content for content in parts(made).values())


def test_nobody_is_named_as_author_and_no_clock_is_in_the_file(made) -> None:
    for name, content in parts(made).items():
        assert not re.search(rb"<(dc:creator|cp:lastModifiedBy|Company|Manager)>[^<]", content), name
        assert b"Steve Canny" not in content and b"python-pptx" not in content, name
    assert not any("printerSettings" in name or "thumbnail" in name or name == "docProps/app.xml" for name in parts(made))


def test_the_same_story_makes_the_same_bytes(made) -> None:
    assert deck(story()) == made


def test_nothing_refers_outside(made) -> None:
    assert not any(b'TargetMode="External"' in content for content in parts(made).values())


def test_a_label_that_looks_like_a_formula_stays_text_in_the_workbook(slides) -> None:
    blob = chart_of(slide_of(slides, "bars")).part.chart_workbook.xlsx_part.blob
    cell = openpyxl.load_workbook(io.BytesIO(blob)).active["A5"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+2", "s", True)
    assert not any(b"<f>" in content for content in parts(blob).values())


@fast(max_examples=40, deadline=None)
@given(some.text(max_size=60), some.lists(some.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=4), some.sampled_from(["bars", "trend", "dots"]))
def test_no_word_and_no_number_breaks_a_chart(words: str, values: list[float], kind: str) -> None:
    picture = Picture(kind, tuple(f"{words}{place}" for place in range(len(values))), (Series(words, tuple(values), tuple(values), tuple(values)),), unit=words[:5], lines=(Line(values[0], words),))      # type: ignore[arg-type]
    root = drawn(picture)
    assert not re.search(r">(nan|inf|-inf)<", etree.tostring(root).decode())
    assert all(float(root.find(f".//{C}plotArea/{C}layout//{C}{side}").get("val")) > 0 for side in "wh")


@pytest.mark.parametrize("words", ["", "]]>&<\"'", "\x00\x1b\ud800\ufffe", "{0}%s${x}", "永" * 400, "x" * 400, "\n\t\u2028", "=cmd|' /C calc'!A0"], ids=range(8))
def test_no_word_breaks_a_deck(words: str) -> None:
    made = deck(Story(words, (scene(words, replace(BARS, labels=(words, "b", "c", "d")), title=words, footnote=words, notes=words, alt=words, caption=words, more=(words,)),), words, "zh", words))
    assert tuple(chart_of(Presentation(io.BytesIO(made)).slides[0]).plots[0].series[0].values) == BARS.series[0].values


# --- how it is drawn -------------------------------------------------------------------------------------------------------------------

def test_points_that_would_cover_each_other_become_bars() -> None:
    both = replace(DOTS, series=(replace(DOTS.series[1], values=(1.0, 2.0, 3.0)), replace(DOTS.series[2], values=(1.1, 2.1, 3.1), low=(), high=())))
    assert [deck_room.form(picture) for picture in (DOTS, both, MANY, BARS, BAND)] == ["dots", "bars", "bars", "bars", "trend"]


def test_a_figure_not_to_be_believed_is_hatched_and_one_the_title_speaks_of_stands_out() -> None:
    hatched = [row for row in drawn(PAIRS).iter(f"{C}ser") if row.find(f"{C}spPr/{A}pattFill") is not None]
    assert [row.find(f"{C}tx//{C}v").text.split("(")[0] for row in hatched] == ["看起来"]
    pale = [int(point.find(f"{C}idx").get("val")) for point in drawn(BARS).iter(f"{C}dPt")]
    assert pale == [1, 3]      # all that are told but the marked one


def test_two_series_of_one_tone_have_two_colours() -> None:
    twins = replace(PAIRS, series=(PAIRS.series[0], replace(PAIRS.series[0], name="上月")))
    colours = [row.find(f"{C}spPr/{A}solidFill/{A}schemeClr").get("val") for row in drawn(twins).iter(f"{C}ser")]
    assert len(colours) == len(set(colours)) == 2


def test_every_figure_of_bars_has_room_behind_its_interval() -> None:
    room = deck_room.Room(BARS, 864, 300, 1.0)
    at = lambda value: room.left + (value - room.low) / (room.most - room.low) * (room.right - room.left)
    assert at(68.0) + deck_room.width("42 %", room.value_size, True) < room.wide and room.left > 0
    moved = {int(label.find(f"{C}idx").get("val")): float(label.find(f".//{C}x").get("val")) * 864 for label in drawn(BARS).iter(f"{C}dLbl") if label.find(f".//{C}x") is not None}
    assert at(41.7) + moved[0] >= at(68.0)


@pytest.mark.parametrize("count", [1, 3, 7, 13, 26, 60])
def test_days_under_a_trend_do_not_touch(count: int) -> None:
    picture = Picture("trend", tuple(f"{place}月16日" for place in range(count)), (Series("一", tuple(float(place) for place in range(count))),))
    room = deck_room.Room(picture, 614, 300, 1.0)
    assert room.every * (room.right - room.left) / max(count - 1, 1) > deck_room.width("11月16日", room.label_size) or count == 1


def test_the_size_of_a_title_shrinks_until_it_fits() -> None:
    sizes = [deck_text.fit(["很长的一句话" * times], 864, 98, (36.0, 34.0, 32.0, 30.0, 28.0), True) for times in (1, 8, 12, 20, 60)]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] == 36 and sizes[-1] < 28


@pytest.mark.parametrize("title", ["Whether care works cannot be told yet: +0.4 (−2.1 to 2.9) pp beside comparable people; before/after would say +8",
                                   "2 teams stand out in need of care, first Enterprise Sales East: 12 of 15 people (80 %; mean 17 %)", "每周还缺约 29 小时谈话:到期的关怀按时完成 49 % (45–53),每周到期的比做了的多 70 次关怀,请看"])
def test_a_title_stands_in_two_lines_also_in_a_wider_font(title: str) -> None:
    slide = Presentation(io.BytesIO(deck(Story("t", (scene("bars", BARS, title=title),), "2026", "en", "")))).slides[0]
    size = slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size.pt
    assert size >= 22 and len(wrap(title, size * 1.08, 864, True)) <= 2


def test_every_marker_is_seen_on_the_ground() -> None:
    fills = [mark.find(f"{C}spPr/{A}solidFill/{A}schemeClr") for mark in drawn(DOTS).iter(f"{C}marker") if mark.find(f"{C}size") is not None]
    assert len(fills) >= 2 and all(fill.get("val") != "bg1" and fill.find(f"{A}alpha") is None for fill in fills)


def test_the_figure_of_a_hatched_column_has_room_below_the_legend() -> None:
    high = replace(DOTS, series=(replace(DOTS.series[0], values=(9.4, None, None), low=(8.0, None, None), high=(9.9, None, None)), *DOTS.series[1:]))
    room = deck_room.Room(high, 614, 300, 1.0)
    assert (room.most - 9.9) / (room.most - room.low) * (room.bottom - room.top) >= room.value_size * 1.9


@pytest.mark.parametrize(("words", "held"), [("17 % (14–20), n", "17\u00a0% (14\u2060–\u206020), n"), ("(−51 to −23)", "(−51\u00a0to\u00a0−23)"), ("(−51 到 −23)", "(−51\u00a0到\u00a0−23)"),
                                             ("15 人中 12 人,n = 640 人", "15\u00a0人中 12\u00a0人,n\u00a0=\u00a0640\u00a0人"), ("6.5 pp – up to 4 people", "6.5\u00a0pp – up to 4 people")])
def test_a_number_and_its_range_are_never_broken(words: str, held: str) -> None:
    assert kept(words) == held and plain(held) == words


def test_a_deck_of_nine_scenes_takes_less_than_ten_seconds() -> None:
    begun = time.process_time()
    deck(replace(story(), scenes=(*story().scenes, *story().scenes)[:9]))
    assert time.process_time() - begun < 10


def test_letters_of_columns_and_their_numbers_agree() -> None:
    from lib.access.letters import letter
    from lib.story.deck_sheet import place

    assert [letter(number) for number in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert all(place(letter(number)) == number for number in range(2000))


def test_a_number_is_written_as_on_the_pages() -> None:
    from lib.story.deck_sheet import code

    assert (code(1, "%", False), code(0, "", True), code(0, "¥", False)) == ('#,##0.0" %";"−"#,##0.0" %"', '"+"#,##0;"−"#,##0;"±"#,##0', '"¥"#,##0;"−¥"#,##0')
