"""Tables: what is downloaded can be opened in a spreadsheet without anything in it being run."""

from __future__ import annotations

import pandas as pd
import pytest

from lib.show.tables import html, safe_csv


@pytest.mark.parametrize("before", ["", " ", "\t", "\r", "\n", "\x00", "\x0b", "\x1f", "\xa0", "\xad", "\u2028", "\u200b", "\u2060", "\u3000", "\ufeff", "\u200b \x0b"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦"])
def test_a_formula_is_quoted_whatever_stands_before_it(before: str, sign: str) -> None:
    text = f"{before}{sign}cmd"
    assert f"'{text}" in safe_csv(pd.DataFrame({"a": [text]})).decode("utf-8-sig")


def test_a_header_that_is_a_formula_is_quoted_too() -> None:
    assert safe_csv(pd.DataFrame({"\u200b=a": ["x"]})).decode("utf-8-sig").startswith("'")


@pytest.mark.parametrize("text", ["张伟", "a=b", "2026-01-02", " blank", "\u200b", ""])
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert "'" not in safe_csv(pd.DataFrame({"a": [text]})).decode("utf-8-sig")


def test_numbers_stay_numbers() -> None:
    assert safe_csv(pd.DataFrame({"a": [-1.5]})).decode("utf-8-sig").splitlines()[1] == "-1.5"


def test_every_cell_of_a_drawn_table_is_escaped() -> None:
    assert "<img" not in html(pd.DataFrame({"<img src=x>": ["<img src=x onerror=1>"]}))


@pytest.mark.parametrize("dtype", ["int32", "int64", "Int64", "float32"])
def test_a_number_of_any_width_stands_on_the_right_like_its_heading(dtype: str) -> None:
    shown = html(pd.DataFrame({"n": pd.array([16], dtype=dtype)}))
    assert "<th class=n" in shown and "<td class='n'>16</td>" in shown
