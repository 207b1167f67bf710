"""A small part of the bench: what must hold on simulated companies, in few runs.  All cells: ``python -m tests.bench.effect_truth``."""

from __future__ import annotations

import pytest

from tests.bench.effect_truth import cell

SEED = 900_000  # far from the seeds of the bench


@pytest.fixture(scope="module")
def nothing() -> dict[str, float]:
    return cell("worst", 20, SEED)


def test_with_no_effect_the_naive_figure_says_works_every_time_and_the_verdict_does_not(nothing) -> None:
    assert nothing["naive works"] == 1 and nothing["naive"] > 12
    assert nothing.get("works", 0) + nothing.get("harms", 0) <= .1


def test_the_estimate_is_unbiased_and_its_interval_holds_the_truth(nothing) -> None:
    assert abs(nothing["estimate bias"]) < 1.2 and nothing["estimate coverage"] >= .8 and nothing["second coverage"] >= .75
    assert nothing["matched coverage"] >= .75 and abs(nothing["matched bias"]) < 1.8
    assert .6 < 2.8 * nothing["estimate spread"] / nothing["mde"] < 1.5       # the smallest effect seen is what is said


def test_an_effect_of_ten_points_is_found() -> None:
    found = cell("worst_plus10", 12, SEED)
    assert found["works"] >= .6 and abs(found["estimate bias"]) < 1.5


def test_an_effect_of_minus_ten_points_is_found_to_harm() -> None:
    assert cell("worst_minus10", 8, SEED)["harms"] >= .5


def test_thirty_people_cannot_tell_even_ten_points() -> None:
    assert cell("n30_plus10", 12, SEED)["cannot_tell"] == 1


def test_picking_those_about_to_recover_fools_the_analysis_which_warns_and_the_lottery_is_not_fooled() -> None:
    picked = cell("recover", 12, SEED)
    assert picked["warned"] == 1 and picked["estimate bias"] > 2
    drawn = cell("lottery_favourites", 12, SEED)
    assert drawn["warned"] == 0 and drawn.get("works", 0) <= .1 and abs(drawn["estimate bias"]) < 2


def test_ten_teams_and_many_looks_are_asked_as_the_families_they_are() -> None:
    teams = cell("ten_teams", 1, SEED)
    assert teams["teams with 20 and 20"] == 1 and teams["any works"] == 0
    looked = cell("looks", 1, SEED)
    assert looked["looks"] == 13 and looked["any works live"] <= looked["any works if read as fixed"]
