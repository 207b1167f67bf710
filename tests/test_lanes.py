"""Lanes: round ticks, gaps, fields around what is said, and nothing that a number or a text could break."""

from __future__ import annotations

import re

import pytest

from lib.show.lanes import Axis, Band, Bars, Line, Spot, Tip, chart, figure, steps, strip

AXIS = Axis(0, 10, [(0, "a"), (5, "b"), (10, "c")])
NAN = float("nan")


def fields(html: str) -> list[tuple[str, float, float]]:
    """Text, left and right edge (%) of every field that says something."""
    return [(text, float(left), float(left) + float(wide)) for text, left, wide in re.findall(r"data-tip='([^']*)' style='left:([\d.]+)%;width:([\d.]+)%'", html)]


@pytest.mark.parametrize(("low", "high", "most", "expected"), [
    (0, 21, 4, [0, 10, 20]), (0, 1.08, 3, [0, 0.5, 1]), (26, 46, 3, [30, 40]), (0, 13, 3, [0, 5, 10]), (0, 0.3, 4, [0, 0.1, 0.2, 0.3]), (-5, 5, 3, [-5, 0, 5])])
def test_ticks_are_round_numbers_and_few(low: float, high: float, most: int, expected: list[float]) -> None:
    assert steps(low, high, most)[1] == pytest.approx(expected)


def test_counts_have_whole_ticks() -> None:
    assert steps(0, 1.08, 3, whole=True)[1] == [0, 1]


@pytest.mark.parametrize("size", [1e-6, 0.37, 1, 99, 12345, 7e9])
def test_every_scale_has_a_tick_and_never_too_many(size: float) -> None:
    assert all(1 <= len(steps(0, size, most)[1]) <= most for most in (2, 3, 4, 6))


@pytest.mark.parametrize("hole", [None, NAN])
def test_an_unknown_value_lifts_the_pen(hole: float | None) -> None:
    drawing = chart(AXIS, "t", 50, [Line([1, 2, 3, 4, 5], [1, 2, hole, 2, 1])]).drawing
    line, dots = re.findall("class=(?:line|dots) [^>]* d='([^']*)'", drawing)
    assert line.count("M") == 2 and dots.count("M") == 4 and "nan" not in drawing


def test_a_point_alone_between_gaps_is_still_seen() -> None:
    lone = [None, 2, None]
    assert "h0" in chart(AXIS, "t", 50, [Line([1, 2, 3], lone)]).drawing
    assert "h12" in chart(AXIS, "t", 50, [Line([1, 2, 3], lone, dashed=True)]).drawing
    assert "h12" in chart(AXIS, "t", 50, [Band([1, 2, 3], lone, [None, 3, None])]).drawing


def test_bars_stand_on_zero_and_unknown_ones_are_not_drawn() -> None:
    drawing = chart(AXIS, "t", 100, [Bars([2, 4, 6], [5, None, 10], 1)]).drawing
    bars = re.search("class=bars [^>]* d='([^']*)'", drawing)[1]
    assert bars.count("M") == 2 and re.findall(r"M[\d.]+ ([\d.]+)", bars) == ["100.0", "100.0"]


@pytest.mark.parametrize("values", [[], [None, None], [0, 0], [3, 3]])
def test_a_lane_of_nothing_or_of_one_value_is_drawn(values: list[float | None]) -> None:
    html = chart(AXIS, "t", 40, [Line(range(len(values)), values)]).drawing
    assert "nan" not in html and "inf" not in html


def test_a_tick_is_written_with_its_unit() -> None:
    assert ">40 %</b>" in chart(AXIS, "t", 40, [Line([1, 2], [26, 46])], words=lambda value, digits: f"{value:.{digits}f} %").drawing


def test_fields_reach_out_but_never_past_the_middle_to_a_neighbour() -> None:
    spots = [Spot(1, 1, "one"), Spot(1.4, 1.4, "two"), Spot(8, 8, "far")]
    one, two, far = fields(strip(AXIS, "t", spots).tips)
    assert one[2] == pytest.approx(two[1]) == 12 and far[1:] == (76, 84) and one[1] == 6


def test_things_too_near_to_tell_apart_share_one_field() -> None:
    assert [text for text, *_ in fields(strip(AXIS, "t", [Spot(3, 3, "b"), Spot(3, 3, "a"), Spot(3.05, 3.05, "c")]).tips)] == ["b\na\nc"]


def test_what_lies_outside_the_axis_stands_on_its_edge() -> None:
    assert "left:0.00%;width:50.00%" in strip(AXIS, "t", [Spot(-5, 5, "long")]).drawing


def test_text_is_escaped_everywhere() -> None:
    evil = "<b onmouseover='x'>\"&"
    axis = Axis(0, 10, [(5, evil)])
    html = figure(axis, [chart(axis, evil, 40, [Line([1], [1])], [Tip(0, 1, evil)], words=lambda value, digits: evil),
                         strip(axis, evil, [Spot(1, 2, evil)])], evil)
    assert "onmouseover='" not in html and html.count("&lt;b onmouseover=&#x27;x&#x27;&gt;&quot;&amp;") >= 7


def test_a_figure_is_one_picture_with_its_words_and_one_tab_stop() -> None:
    html = figure(AXIS, [strip(AXIS, "t", [Spot(1, 2, "x")])], "what it is")
    assert "role=img tabindex=0 aria-label='what it is'" in html and html.count("tabindex") == 1 and "<button" not in html


def test_every_second_tick_gives_way_on_a_phone_when_the_words_are_long() -> None:
    long, short = (figure(Axis(0, 6, [(i, text) for i in range(7)]), [], "x") for text in ("10月18日", "10月"))
    assert long.count("class=spare") == 3 and "spare" not in short
