"""Drawing scenes: any picture draws inside its box, hidden figures and questions are in no part of it, words are only words."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lib.story import draw, pen
from lib.story.measure import cut, width, wrap
from lib.story.scene import Line, Picture, Scene, Series, Wish

SVG = "{http://www.w3.org/2000/svg}"
ROOMY = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
TONES = st.sampled_from(["primary", "care", "watch", "fine", "quiet"])
WORDS = st.text(st.one_of(st.sampled_from("电销三组门店华东 AbcWM%&<>\"',。(–"), st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc"))),
                max_size=40)


@st.composite
def pictures(draw_: st.DrawFn) -> Picture:
    labels = draw_(st.lists(WORDS, max_size=14))
    count = len(labels)
    hidden = frozenset(draw_(st.sets(st.integers(0, count - 1), max_size=4))) if count else frozenset()
    one = st.one_of(st.none(), st.floats(-1e7, 1e7), st.sampled_from([0.0, 1e-9, 72.4, float("nan")]))

    def series() -> Series:
        row = st.lists(one, min_size=count, max_size=count)
        told = lambda: tuple(None if place in hidden else value for place, value in enumerate(draw_(row)))
        ranged = draw_(st.booleans())
        return Series(draw_(WORDS), told(), told() if ranged else (), told() if ranged else (), draw_(TONES), draw_(st.booleans()))

    return Picture(draw_(st.sampled_from(["bars", "trend", "dots"])), tuple(labels), tuple(series() for _ in range(draw_(st.integers(0, 3)))), draw_(st.sampled_from(["", "%", "¥", "分", "evenings a week"])),
                   draw_(st.integers(0, 2)), tuple(f"SECRET{place}" if place % 2 else "" for place in range(count)), hidden,
                   frozenset(draw_(st.sets(st.integers(0, count - 1), max_size=3))) if count else frozenset(),
                   tuple(Line(draw_(st.floats(-100, 100)), draw_(WORDS)) for _ in range(draw_(st.integers(0, 2)))), draw_(st.booleans()))


def scene(picture: Picture | None, title: str = "电销三组的士气最低:58 分,比目标低 14 分", **more: object) -> Scene:
    return Scene(Wish("morale"), title, picture, footnote="n = 512 · 11月16日–22日", n=512, period="", notes="NOTES", alt="一张图", **more)     # type: ignore[arg-type]


def bars(**changes: object) -> Picture:
    one = Picture("bars", ("甲组", "乙组", "丙组"), (Series("士气", (72.0, None, 58.0), (69.0, None, 53.0), (75.0, None, 63.0)),), unit="分", hidden=frozenset({1}), marked=frozenset({2}))
    return replace(one, **changes)      # type: ignore[arg-type]


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def outside(svg: str) -> list[str]:
    """The marks that stand outside the view box, by more than the width of a line."""
    root = ElementTree.fromstring(svg)
    _, _, wide, high = map(float, root.attrib["viewBox"].split())
    found = []
    for mark in root.iter():
        at = {key: float(value) for key, value in mark.attrib.items() if key in ("x", "y", "width", "height", "cx", "cy", "r", "font-size")}
        if mark.tag == f"{SVG}text":
            span = width(mark.text or "", at["font-size"], "font-weight" in mark.attrib)
            left = at["x"] - (span if mark.get("text-anchor") == "end" else 0)
            box = (left, at["y"] - at["font-size"] * 0.8, left + span, at["y"])
        elif mark.tag == f"{SVG}rect":
            box = (at["x"], at["y"], at["x"] + at["width"], at["y"] + at["height"])
        elif mark.tag == f"{SVG}circle":
            box = (at["cx"] - at["r"], at["cy"] - at["r"], at["cx"] + at["r"], at["cy"] + at["r"])
        elif mark.tag == f"{SVG}path":
            points = [(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", mark.attrib["d"])]
            box = (min(x for x, _ in points), min(y for _, y in points), max(x for x, _ in points), max(y for _, y in points))
        else:
            continue
        if box[0] < -2 or box[1] < -2 or box[2] > wide + 2 or box[3] > high + 2:
            found.append(ElementTree.tostring(mark, encoding="unicode")[:200])
    return found


# --- any picture ------------------------------------------------------------------------------------------------------------------

@ROOMY
@given(pictures(), st.booleans())
@example(Picture("trend", (), ()), True)
@example(Picture("bars", ("甲",) * 60, (Series("", (1.0,) * 60),)), False)
@example(Picture("trend", ("",) * 14, (Series("", (None,) * 12 + (0.0, 0.0)), Series("", (None,) * 12 + (10000.0, 0.0))), marked=frozenset({12})), False)
def test_any_picture_draws_and_nothing_of_it_stands_outside(picture, narrow):
    assert outside(draw.picture(picture, alt="x", narrow=narrow)) == []


@ROOMY
@given(pictures(), st.text(max_size=200), st.text(max_size=120), st.lists(st.text(max_size=60), max_size=3), st.sampled_from([(1024, 768), (1280, 720), (640, 480)]))
def test_any_scene_draws_and_nothing_of_it_stands_outside(picture, title, caption, more, sheet):
    one = scene(picture, title, caption=caption, more=tuple(more), hidden_note="少于 5 人的组不显示" if picture.hidden else "")
    assert outside(draw.page(one, width=sheet[0], height=sheet[1], place=(3, 9), foot="示例公司 · 2026年11月22日")) == []


@ROOMY
@given(pictures())
def test_what_a_question_is_asked_with_is_never_in_a_picture(picture):
    svg = draw.picture(picture) + draw.page(scene(picture))
    assert "SECRET" not in svg and "NOTES" not in svg


@pytest.mark.parametrize(("kind", "narrow", "most"), [("bars", True, 200), ("dots", True, 220), ("trend", True, 320), ("bars", False, 300)])
def test_a_picture_is_no_higher_than_its_rows_need(kind: str, narrow: bool, most: float) -> None:
    svg = draw.picture(bars(kind=kind), narrow=narrow)
    high = float(ElementTree.fromstring(svg).attrib["viewBox"].split()[3])
    assert high <= most and outside(svg) == []


def test_many_rows_take_the_whole_box() -> None:
    many = Picture("bars", tuple("abcdefghijkl"), (Series("", (1.0,) * 12),))
    assert ElementTree.fromstring(draw.picture(many, narrow=True)).attrib["viewBox"] == "0 0 360 400"


@pytest.mark.parametrize("words", ["it moved by +0.4 (−2.1 to 2.9) pp here", "比同类人 +0.4 (−2.1 到 2.9) 个百分点", "17 % (14–20) of 640 people"])
def test_a_line_never_ends_inside_a_number_its_unit_or_its_range(words: str) -> None:
    for room in range(160, 400, 10):
        lines = wrap(words, 20, room)
        assert not any(line.endswith(("to", "到", "(−2.1", "17", "(14–")) for line in lines[:-1]), lines
        assert "\u00a0" not in "".join(lines)


# --- what is drawn ----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("kind", ["bars", "trend", "dots"])
def test_figures_stand_beside_their_marks_with_unit_and_interval(kind):
    told = texts(draw.picture(bars(kind=kind)))
    assert "58 分" in told and "(53–63)" in told
    assert kind == "trend" or ("72 分" in told and "(69–75)" in told)


def test_a_hidden_group_is_hatched_and_the_page_says_why():
    svg = draw.page(scene(bars(), hidden_note="1 个组不足 5 人,不显示"))
    assert "1 个组不足 5 人,不显示" in texts(svg)
    assert len(re.findall(r'<path d="M[^"]*M[^"]*M', svg)) == 2      # the group itself and the sign before the sentence


def test_a_figure_that_is_not_to_be_believed_by_itself_is_hatched():
    naive = Picture("dots", ("晚加班",), (Series("看起来", (-1.9,), hatched=True), Series("扣除自然回升后", (-0.8,), (-1.4,), (-0.2,))), digits=1, signed=True)
    svg = draw.picture(naive)
    assert len(re.findall(r'<path d="M[^"]*M[^"]*M', svg)) == 2 and "(−1.4 … −0.2)" in texts(svg)


def test_what_is_not_known_is_an_en_dash():
    assert "–" in texts(draw.picture(Picture("bars", ("甲", "乙"), (Series("", (1.0, None)),))))


def test_where_each_row_has_one_mark_the_series_without_a_figure_take_no_room_and_say_nothing():
    one = Picture("dots", ("看起来", "扣除自然回升后"), (Series("前后", (9.5, None), hatched=True), Series("比较", (None, 2.8))), digits=1)
    two = replace(one, series=(replace(one.series[0], values=(9.5, 1.0)), one.series[1]))
    assert "–" not in texts(draw.picture(one)) and "–" in texts(draw.picture(two))


def test_the_places_that_can_be_asked_about_carry_their_number_only():
    svg = draw.picture(bars(asks=("甲组的真名", "", "丙组的真名")))
    assert re.findall(r'data-i="([^"]*)"', svg) == ["0", "2"] and "真名" not in svg


def test_a_picture_that_can_be_clicked_is_a_group_and_every_other_an_image():
    assert 'role="group"' in draw.picture(bars(asks=("a", "b", "c")))
    assert 'role="img"' in draw.picture(bars()) and 'role="img"' in draw.page(scene(bars(asks=("a", "b", "c"))))


def test_words_are_words_and_never_markup():
    bad = '<script>alert(1)</script>&"\''
    picture = bars(labels=(bad, "b", "c"), lines=(Line(60, bad),), series=(replace(bars().series[0], name=bad),))
    svg = draw.page(scene(picture, bad, caption=bad, more=(bad,), hidden_note=bad), foot=bad, place=(1, 2)) + draw.picture(picture, alt=bad, fonts=bad)
    assert "<script" not in svg
    for part in svg.split("</svg>")[:2]:
        tags = {mark.tag.removeprefix(SVG) for mark in ElementTree.fromstring(part + "</svg>").iter()}
        assert tags <= {"svg", "desc", "text", "rect", "circle", "path", "g"}


def test_a_picture_refers_to_nothing_outside():
    svg = draw.page(scene(bars())) + draw.picture(bars())
    assert re.findall(r"(?:href|url\(|src|@import|style)", svg) == []
    assert re.findall(r"https?://[^\"' ]+", svg) == ["http://www.w3.org/2000/svg"] * 2


def test_a_page_says_title_picture_in_words_footnote_and_which_scene_of_how_many():
    svg = draw.page(scene(bars(), more=("7 项检查通过",), left_out="12 人没有计入"), place=(3, 9), foot="示例公司")
    root = ElementTree.fromstring(svg)
    assert root.attrib["aria-label"].startswith("电销三组") and root.find(f"{SVG}desc").text == "一张图"
    told = texts(svg)
    assert [told.index(words) for words in ("n = 512 · 11月16日–22日", "12 人没有计入", "示例公司")] == sorted(told.index(words) for words in ("n = 512 · 11月16日–22日", "12 人没有计入", "示例公司"))
    assert {"7 项检查通过", "3 / 9"} <= set(told) and len(root.findall(f"{SVG}circle")) == 9


# --- read from the back row ---------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("sheet", [(1024, 768), (1280, 720)])
@pytest.mark.parametrize("title", ["少", "本周 640 人中 117 人需要关怀(18 %,15–22),比前四周的 14 % 多,其中 64 人已经有人谈过,53 人还没有人谈",
                                   "After care, late evenings fell by 0.8 a week more than without (0.2–1.4); half of what it looks like at first sight"])
def test_sizes_can_be_read_from_the_back_row(title, sheet):
    teams = tuple(f"电销第{nth}组" for nth in range(12))
    many = Picture("bars", teams, (Series("士气", tuple(float(60 + nth) for nth in range(12)), (50.0,) * 12, (80.0,) * 12),), unit="分", lines=(Line(72, "目标 72"),))
    sizes: dict[str, float] = {}
    for text in ElementTree.fromstring(draw.page(scene(many, title), width=sheet[0], height=sheet[1], place=(1, 9), foot="示例公司")).iter(f"{SVG}text"):
        sizes[text.text or ""] = float(text.attrib["font-size"])
    assert min(sizes[line] for line in sizes if line and line in title.replace("\n", "")) >= 34
    assert min(sizes[team] for team in teams) >= 18 and min(sizes[f"{60 + nth} 分"] for nth in range(12)) >= 18
    assert min(sizes.values()) >= 14


def test_a_title_is_told_whole():
    title = "本周 640 人中 117 人需要关怀(18 %,15–22),比前四周的 14 % 多,其中 64 人已经有人谈过,53 人还没有人谈"
    assert "".join(texts(draw.page(scene(None, title)))).startswith(title)


@ROOMY
@given(st.text(st.sampled_from("看见关怀,。(团队 a72%–Wm"), max_size=120), st.floats(60, 900))
def test_wrapping_loses_no_sign_and_no_line_is_too_wide(words, room):
    lines = wrap(words, 20, room)
    assert "".join("".join(lines).split()) == "".join(words.split())
    assert all(width(line, 20) <= room or len(line) <= 2 for line in lines)


def test_a_line_neither_begins_with_a_comma_nor_parts_a_number_from_its_unit():
    words = "本周平稳\uff0c电销三组 72 % 的人、客服一组 6 人需要关怀 · n = 512\uff0c比上周多"
    for room in range(90, 600, 7):
        lines = wrap(words, 20, room)
        assert not any(line[0] in "\uff0c、%人" and lines[nth - 1][-1].isdigit() or line[0] in "\uff0c、%·" for nth, line in enumerate(lines) if nth)


@given(st.text(max_size=60), st.floats(0, 300))
def test_what_is_cut_fits_and_says_so(words, room):
    shown = cut(words, 18, room)
    assert width(shown, 18) <= room and (shown == words or shown == "" or shown.endswith("…"))


# --- colours ------------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("ground", ["paper", "black"])
def test_words_and_tones_stand_out_from_their_ground(ground):
    colours = pen.GROUNDS[ground]
    for name in ("text", "soft", "primary", "care", "watch", "fine", "quiet"):
        assert pen.contrast(colours[name], colours["ground"]) >= 4.5, name
        assert pen.contrast(pen.mix(colours[name], colours["ground"], pen.PALE), colours["ground"]) >= 3, f"pale {name}"


def test_on_the_players_ground_colours_are_the_pages_own():
    svg = draw.picture(bars())
    assert "var(--text,#1F2430)" in svg and not re.findall(r'fill="#', svg)


def test_a_status_is_a_shape_too():
    drawn = set()
    for tone in ("primary", "care", "watch", "fine", "quiet"):
        one = pen.Pen()
        one.shape(10, 10, 12, tone)
        hollow = f'fill="{one.colour("ground")}"' in one.marks[0]
        drawn.add((re.sub(r' (?:fill|stroke)="#[0-9A-F]{6}"', "", one.marks[0]), hollow))
    assert len(drawn) == 5


# --- figures in words -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("value", "unit", "digits", "signed", "said"), [
    (72.4, "%", 1, False, "72.4 %"), (-0.5, "", 1, False, "−0.5"), (2.1, "%", 1, True, "+2.1 %"), (-0.04, "", 1, True, "±0.0"), (1234567, "¥", 0, False, "¥1,234,567"),
    (-12, "¥", 0, True, "−¥12"), (3.3, "evenings a person and week", 1, False, "3.3"), (None, "%", 0, False, "–")])
def test_a_figure_is_written_as_on_the_pages(value, unit, digits, signed, said):
    assert pen.written(Picture("bars", (), (), unit=unit, digits=digits, signed=signed), value) == said


@pytest.mark.parametrize("size", [13.7, 14.0, 17.3, 19.9, 21.0, 23.0, 24.1])
@pytest.mark.parametrize("labels", [("判断了的数字", "超出平时波动"), ("看起来", "没有关怀(24 人)"), ("figures judged", "more than chance")])
def test_a_label_that_has_room_stands_in_one_line_at_every_size(labels: tuple[str, str], size: float) -> None:
    drawn = draw.picture(Picture("bars", labels, (Series("", (42.0, 0.0)),)), size=(860.0, 350.0), label=size)
    assert [label for label in labels if f">{label}<" not in drawn] == []
