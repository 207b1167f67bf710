"""Sheets: the figures of a picture as CSV; nothing hidden is in them and no spreadsheet runs them."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from lib.story import sheets
from lib.story.scene import Picture, Series, Story
from tests.story_scenes import scene, story


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_there_is_one_csv_a_picture_in_the_order_of_the_story() -> None:
    assert [name for name, _ in sheets.csvs(story())] == ["01-bars.csv", "02-pairs.csv", "03-band.csv", "04-gaps.csv", "05-dots.csv", "06-many.csv"]


def test_a_csv_has_the_figures_their_intervals_and_the_lines() -> None:
    found = rows(dict(sheets.csvs(story()))["01-bars.csv"])
    assert found[0] == {"名称": "电销三组", "系列": "需要关怀", "数值(%)": "41.7", "95 % 区间下限(%)": "19.3", "95 % 区间上限(%)": "68", "说明": ""}
    assert [(row["名称"], row["系列"], row["数值(%)"]) for row in found[-2:]] == [("", "全公司", "22.1"), ("", "目标", "40")]


def test_a_series_that_is_of_other_labels_has_no_row_and_a_gap_in_a_line_has_one() -> None:
    content = dict(sheets.csvs(story()))
    assert [(row["名称"], row["系列"]) for row in rows(content["05-dots.csv"])][:3] == [("看起来", "只看前后"), ("没有关怀", "对照"), ("扣除自然回升", "关怀")]
    assert [row["数值(分)"] for row in rows(content["04-gaps.csv"]) if row["名称"] == "8月"] == ["", "51.5"]


def test_a_figure_that_is_not_known_is_an_empty_cell_without_a_note_beside_one_that_is() -> None:
    told = Picture("bars", ("一组", "二组", "三组"), (Series("过期", (3.0, None, None)), Series("没到期", (1.0, 2.0, None))), hidden=frozenset({2}))
    found = rows(sheets.csvs(Story("", (scene("asks", told),), "", "zh", ""))[0][1])
    assert [tuple(row.values())[:3] for row in found] == [(label, series, value) for label, *values in (("一组", "3", "1"), ("二组", "", "2"), ("三组", "", ""))
                                                          for series, value in zip(("过期", "没到期"), values, strict=True)]
    assert [row["说明"] != "" for row in found] == [False] * 4 + [True] * 2


def test_columns_are_named_in_the_language_of_the_story() -> None:
    content = dict(sheets.csvs(story("en")))
    assert list(rows(content["01-bars.csv"])[0]) == ["label", "series", "value (%)", "95 % interval, low (%)", "95 % interval, high (%)", "note"]
    assert "value" in rows(content["06-many.csv"])[0]      # no unit, no brackets


def test_a_trend_has_its_days_with_their_year() -> None:
    told = Picture("trend", ("28 Dec", "4 Jan"), (Series("share", (16.7, 17.0)),), days=("2026-12-28", "2027-01-04"))
    found = rows(sheets.csvs(Story("", (scene("stand", told),), "", "en", ""))[0][1])
    assert [row["date"] for row in found] == ["2026-12-28", "2027-01-04"]


@pytest.mark.parametrize(("value", "cell"), [(16.666666666666664, 16.67), (0.030000000000000002, 0.03), (1184.4, 1184), (1234567.0, 1234567), (-3.4, -3.4), (14.0, 14), (None, None), (float("nan"), None)])
def test_numbers_have_no_more_digits_than_are_read(value: float | None, cell: float | None) -> None:
    assert sheets.rounded(value) == cell and repr(sheets.rounded(value)) == repr(cell)


def test_a_hidden_figure_is_an_empty_cell_with_a_note() -> None:
    content = dict(sheets.csvs(story()))["01-bars.csv"]
    assert rows(content)[2] == {"名称": "招生二组", "系列": "需要关怀", "数值(%)": "", "95 % 区间下限(%)": "", "95 % 区间上限(%)": "", "说明": "为保护少数人,不显示"}


def test_a_csv_opens_in_a_spreadsheet_and_runs_nothing() -> None:
    content = dict(sheets.csvs(story()))["01-bars.csv"]
    assert content.startswith(b"\xef\xbb\xbf") and rows(content)[3]["名称"] == "'=1+2" and rows(content)[3]["数值(%)"] == "9.5"
    assert rows(dict(sheets.csvs(story()))["02-pairs.csv"])[2]["数值(次/人)"] == "-3.4"      # a number stays a number


def test_a_bundle_is_the_same_for_the_same_files_and_refuses_a_name_twice() -> None:
    files = sheets.csvs(story())
    assert sheets.bundle(files) == sheets.bundle(files)
    with zipfile.ZipFile(io.BytesIO(sheets.bundle(files))) as archive:
        assert [(name, archive.read(name)) for name in archive.namelist()] == files
    with pytest.raises(ValueError, match="two files"):
        sheets.bundle([files[0], files[0]])


def test_a_kind_never_makes_a_path() -> None:
    assert sheets.name(1, scene("../../etc/passwd", None)) == "01-etc-passwd"
