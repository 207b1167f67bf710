"""Shelf: an answer is kept under everything it depends on, and no page can change it for the others."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from lib.access.desk import Request
from lib.show.shelf import Kept, through

ASKED = Request("b1", ("boss", None, None), "zh", "weeks", ())


def answer(calls: list[int]) -> pd.DataFrame:
    calls.append(1)
    return pd.DataFrame({"n": [1, 2]})


def test_the_same_request_is_answered_once() -> None:
    shelf, calls = Kept(8), []
    first, second = (shelf.get(ASKED, lambda: answer(calls)) for _ in range(2))
    assert len(calls) == 1 and first.equals(second)


@pytest.mark.parametrize("other", [
    replace(ASKED, build_id="b2"), replace(ASKED, scope=("lead", ("一组",), None)), replace(ASKED, scope=("hr", None, None)),
    replace(ASKED, language="en"), replace(ASKED, query="other"), replace(ASKED, params=(("week", 1),))])
def test_another_build_scope_language_query_or_parameter_is_another_answer(other: Request) -> None:
    shelf, calls = Kept(8), []
    shelf.get(ASKED, lambda: answer(calls))
    shelf.get(other, lambda: answer(calls))
    assert len(calls) == 2


def test_what_a_page_does_to_its_frame_stays_with_the_page() -> None:
    asked = replace(ASKED, query="a page that changes its frame")
    mine = through(asked, lambda: answer([]))
    mine.loc[0, "n"] = 99
    mine["more"] = 1
    assert through(asked, lambda: answer([])).to_dict("list") == {"n": [1, 2]}


def test_the_oldest_answer_makes_room() -> None:
    shelf, calls = Kept(1), []
    for name in ("a", "b", "a"):
        shelf.get(replace(ASKED, query=name), lambda: answer(calls))
    assert len(calls) == 3


def test_a_refusal_is_not_kept() -> None:
    shelf = Kept(8)

    def refuse() -> pd.DataFrame:
        raise PermissionError

    for _ in range(2):
        with pytest.raises(PermissionError):
            shelf.get(ASKED, refuse)
