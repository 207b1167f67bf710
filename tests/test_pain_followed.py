"""Followed supports: never a bare before and after; the interval holds the truth; and the rules find what was planted."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lib.morale import pain_followed
from lib.morale.pain_followed import FEWEST, Followed, compare
from tests.bench import pain_followed_truth, pain_truth

WEEKS = 24


def arrays(levels: list[tuple[float, float]], change: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Seen and usual of people whose number is the first value before week ``change`` + 2 and the second from then on."""
    seen = np.array([[before] * (change + 2) + [after] * (WEEKS - change - 2) for before, after in levels]) * 10.0
    return seen, np.full(seen.shape, 10.0)


def runs(count: int, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"row": range(count), "group": 0, "start": 6, "first": 9, "last": 14} | columns)


def given(rows: list[int], week: int = 12, kind: str = "course") -> pd.DataFrame:
    return pd.DataFrame({"row": rows, "kind": kind, "week": week}).astype({"row": int, "week": int})


def pair_of(n: int, helped: float, alone: float) -> Followed:
    """``n`` people with support whose number rises to ``helped``, ``n`` without whose number rises to ``alone``, with a little noise."""
    rng = np.random.default_rng(3)
    before = .4 + rng.normal(0, .03, 2 * n)
    after = np.where(np.arange(2 * n) < n, helped, alone) + rng.normal(0, .03, 2 * n)
    return compare("prospecting", "course", runs(2 * n), given(list(range(n))), *arrays(list(zip(before, after, strict=True))))


def test_the_recovery_that_everybody_has_is_taken_off() -> None:
    same = pair_of(15, .7, .7)
    assert same.verdict == "no_difference" and abs(same.difference) < .05 and same.after - same.before > .25
    helped = pair_of(15, .9, .7)
    assert helped.verdict == "helped" and helped.low > 0 and helped.difference == pytest.approx(.2, abs=.04)
    assert pair_of(15, .5, .7).verdict == "worse"


def test_a_change_without_its_comparison_cannot_be_made() -> None:
    needed = {field.name for field in dataclasses.fields(Followed) if field.default is dataclasses.MISSING}
    assert {"comparable", "compared_before", "compared_after", "difference", "low", "high"} <= needed
    few = pair_of(FEWEST - 1, .9, .7)
    assert few.verdict == "cannot_tell" and 0 < few.supported < FEWEST and few.more == FEWEST - few.supported
    assert [few.before, few.after, few.difference, few.low] == [None] * 4


def test_a_wide_interval_says_how_many_more_are_needed() -> None:
    rng = np.random.default_rng(1)
    levels = [(.4 + rng.normal(0, .02), .6 + rng.normal(0, .4)) for _ in range(24)]
    found = compare("prospecting", "course", runs(24), given(list(range(12))), *arrays(levels))
    reach = (found.high - found.low) / 2
    assert found.verdict == "cannot_tell"
    assert found.more == pytest.approx(found.supported * ((reach / max(abs(found.difference), .1)) ** 2 - 1), abs=1.01)


@pytest.mark.parametrize(("change", "comparable"), [
    ({}, True), ({"group": 1}, False), ({"start": 1}, False), ({"start": 11, "first": 14, "last": 20}, False), ({"last": 10}, False), ({"first": 13}, False)])
def test_comparable_is_the_same_role_and_pain_begun_within_four_weeks_and_still_there(change: dict[str, int], comparable: bool) -> None:
    table = runs(2)
    for name, value in change.items():
        table.loc[1, name] = value
    found = compare("script", "course", table, given([0]), *arrays([(.4, .7), (.4, .7)]))
    assert (found.supported, found.unmatched) == ((1, 0) if comparable else (0, 1))


def test_somebody_with_another_number_before_is_not_comparable() -> None:
    found = compare("script", "course", runs(4), given([0]), *arrays([(.4, .7), (1.9, 1.9), (2.0, 2.0), (1.8, 1.9)]))
    assert (found.supported, found.unmatched) == (0, 1)


def test_whoever_was_given_anything_near_is_not_among_the_comparable() -> None:
    both = pd.concat([given([0]), given([1], week=17, kind="hr_talk")])
    assert compare("script", "course", runs(2), both, *arrays([(.4, .7), (.4, .7)])).supported == 0


def test_a_support_given_before_the_pain_showed_or_long_after_belongs_to_no_pain() -> None:
    for week in (8, 16):
        found = compare("script", "course", runs(2), given([0], week=week), *arrays([(.4, .7), (.4, .7)]))
        assert (found.supported, found.unmatched, found.too_new) == (0, 0, 0)


def test_a_support_whose_weeks_are_not_over_is_counted_as_too_new() -> None:
    table = runs(2, start=12, first=15, last=22)
    found = compare("script", "course", table, given([0], week=20), *arrays([(.4, .7), (.4, .7)]))
    assert (found.supported, found.too_new) == (0, 1)


def test_nobody_is_compared_with_two_people() -> None:
    found = compare("script", "course", runs(13), given(list(range(12))), *arrays([(.4, .7)] * 13))
    assert (found.supported, found.comparable, found.unmatched) == (1, 1, 11)


@pytest.mark.parametrize("effect", [0.0, .15])
def test_over_many_companies_the_interval_holds_the_truth(effect: float) -> None:
    found = pain_followed_truth.coverage(400, effect)
    assert found["told"] == 1 and .92 <= found["coverage"] <= .98
    assert abs(found["bias"]) < .02 and found["naive_bias"] > .05   # before and after alone would say it works
    assert found["helped"] <= .05 if effect == 0 else found["helped"] > .9


@pytest.mark.parametrize("kind", sorted({"helped", "worse", "no_difference", "cannot_tell"}))
def test_every_verdict_has_words_in_both_languages(kind: str) -> None:
    from lib.words import sentences

    assert set(sentences()[f"pain.verdict.{kind}"]) == {"zh", "en"} and pain_followed.WORTH.keys() == {"script", "prospecting", "lost_growth"}


# --- planted truth (five companies of 640: python -m tests.bench.pain_truth) ---------------------------------------------------------

def test_the_rules_find_what_the_generator_planted(tmp_path: Path) -> None:
    con, truth = pain_truth.company(tmp_path, 320, 2)
    assert set(truth["pain"]) == {"script", "prospecting", "lost_growth"}
    found = pain_truth.scores(con, truth)
    together = sum(found.values(), pain_truth.Score())
    assert together.precision >= .9 and together.recall >= .9
    for key, score in found.items():
        assert score.right >= 3 and score.wrong <= 2 and score.missed <= 2, (key, score)


def test_planted_pains_last_six_to_sixteen_weeks_and_some_last_at_the_end(tmp_path: Path) -> None:
    con, truth = pain_truth.company(tmp_path, 120, 3, months=12)
    people = pd.read_parquet(tmp_path / "files" / "employees.parquet").set_index("employee_id")
    supported = set(pd.read_parquet(tmp_path / "truth" / "supports.parquet")["employee_id"])
    days = (pd.to_datetime(truth["until"]) - pd.to_datetime(truth["from"])).dt.days + 1
    plain = truth[(pd.to_datetime(truth["from"]) > pd.to_datetime(truth["from"]).min()) & truth["until"].notna()
                  & ~truth["employee_id"].isin(supported) & truth["employee_id"].map(people["leave_date"]).isna()]
    assert len(plain) > 10 and days[plain.index].between(42, 112).all() and truth["until"].isna().any()
    tenure = pd.to_datetime(truth["from"]) - pd.to_datetime(truth["employee_id"].map(people["hire_date"]))
    assert (tenure.dt.days >= 120).all() and (pd.to_datetime(truth["from"]).dt.day_of_week == 0).all()
    assert con.execute("select count(*) from information_schema.columns where column_name in ('from', 'spell', 'planted')").fetchone()[0] == 0
