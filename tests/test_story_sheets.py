"""Sheets: the figures of a picture as CSV; nothing hidden is in them and no spreadsheet runs them."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from lib.story import sheets
from tests.story_scenes import scene, story


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_there_is_one_csv_a_picture_in_the_order_of_the_story() -> None:
    assert [name for name, _ in sheets.csvs(story())] == ["01-bars.csv", "02-pairs.csv", "03-band.csv", "04-gaps.csv", "05-dots.csv", "06-many.csv"]


def test_a_csv_has_the_figures_their_intervals_and_the_lines() -> None:
    found = rows(dict(sheets.csvs(story()))["01-bars.csv"])
    assert found[0] == {"label": "电销三组", "series": "需要关怀", "value": "41.7", "low": "19.3", "high": "68.0", "unit": "%", "note": ""}
    assert [(row["label"], row["series"], row["value"]) for row in found[-2:]] == [("", "全公司", "22.1"), ("", "目标", "40.0")]


def test_a_hidden_figure_is_an_empty_cell_with_a_note() -> None:
    content = dict(sheets.csvs(story()))["01-bars.csv"]
    assert rows(content)[2] == {"label": "招生二组", "series": "需要关怀", "value": "", "low": "", "high": "", "unit": "%", "note": "为保护少数人,不显示"}


def test_a_csv_opens_in_a_spreadsheet_and_runs_nothing() -> None:
    content = dict(sheets.csvs(story()))["01-bars.csv"]
    assert content.startswith(b"\xef\xbb\xbf") and rows(content)[3]["label"] == "'=1+2" and rows(content)[3]["value"] == "9.5"
    assert rows(dict(sheets.csvs(story()))["02-pairs.csv"])[2]["value"] == "-3.4"      # a number stays a number


def test_a_bundle_is_the_same_for_the_same_files_and_refuses_a_name_twice() -> None:
    files = sheets.csvs(story())
    assert sheets.bundle(files) == sheets.bundle(files)
    with zipfile.ZipFile(io.BytesIO(sheets.bundle(files))) as archive:
        assert [(name, archive.read(name)) for name in archive.namelist()] == files
    with pytest.raises(ValueError, match="two files"):
        sheets.bundle([files[0], files[0]])


def test_a_kind_never_makes_a_path() -> None:
    assert sheets.name(1, scene("../../etc/passwd", None)) == "01-etc-passwd"
