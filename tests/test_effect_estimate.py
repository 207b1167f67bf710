"""Estimates: hand-made parts against refits and libraries, and no effect without its comparison."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from lib.effect import aipw as second_opinion
from lib.effect.aipw import aipw
from lib.effect.design import Design, design, left_out, one_level
from lib.effect.estimate import CareEffect, NoComparison, effect, smallest_seen
from lib.effect.matched import matched
from lib.effect.regress import adjusted, cr3
from lib.effect.simulate import Scenario, play
from tests.bench.effect_truth import measured


@pytest.fixture(scope="module")
def company() -> tuple[pd.DataFrame, float]:
    """Episodes of 200 people, care for the worst dips, +10 points, and the noise."""
    return measured(play(Scenario(people=200, care="worst", effect=10.0), 11))


@pytest.fixture(scope="module")
def found(company) -> CareEffect:
    return effect(*company)


def clustered(n: int = 60, people: int = 15, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    person = rng.integers(0, people, n)
    x = np.column_stack([rng.random(n) < .5, np.ones(n), rng.normal(0, 1, (n, 2))]).astype(float)
    return x @ [2.0, 1.0, .5, -1.0] + rng.normal(0, 1, people)[person] + rng.normal(0, 1, n), x, person


def test_cr3_is_the_spread_of_refits_with_each_person_left_out() -> None:
    y, x, person = clustered()
    refits = np.array([np.linalg.lstsq(x[person != one], y[person != one], rcond=None)[0] for one in np.unique(person)])
    fit, people = cr3(y, x, person), len(refits)
    assert fit.beta == pytest.approx(np.linalg.lstsq(x, y, rcond=None)[0])
    assert fit.covariance == pytest.approx((people - 1) / people * (refits - fit.beta).T @ (refits - fit.beta))
    assert fit.df == people - 1


def test_cr3_with_one_row_a_person_is_hc3_of_the_library() -> None:
    from statsmodels.regression.linear_model import OLS

    y, x, _ = clustered()
    library = OLS(y, x).fit(cov_type="HC3").cov_params()
    assert cr3(y, x, np.arange(len(y))).covariance * len(y) / (len(y) - 1) == pytest.approx(np.asarray(library))


def test_cr3_stands_a_team_that_only_one_person_is_in() -> None:
    y, x, person = clustered()
    own = np.column_stack([x, (person == 3).astype(float)])
    keep = person != 3
    refits = [np.linalg.lstsq(own[person != one], y[person != one], rcond=None)[0][0] for one in np.unique(person)]
    assert cr3(y, own, person).beta[0] == pytest.approx(cr3(y[keep], x[keep], person[keep]).beta[0])
    assert cr3(y, own, person).covariance[0, 0] == pytest.approx((len(refits) - 1) / len(refits) * np.sum((refits - cr3(y, own, person).beta[0]) ** 2))


def made(n: int, seed: int, effect_of, outcome_of) -> tuple[Design, float]:
    """A design whose care depends on history; the true effect on the cared-for."""
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 1, (n, 3))
    care = (rng.random(n) < 1 / (1 + np.exp(-x[:, 0]))).astype(float)
    gain = effect_of(x)
    y = outcome_of(x) + care * gain + rng.normal(0, 5, n)
    return Design(y, care, x, ("pre", "dip_1", "dip_2"), np.arange(n) // 2, np.full(n, np.nan), None, np.zeros(n), one_level(n)), float(gain[care == 1].mean())


def test_the_second_opinion_finds_the_effect_on_the_cared_for_where_it_differs_from_person_to_person() -> None:
    d, truth = made(6000, 1, lambda x: 5 + 4 * x[:, 0], lambda x: 10 * x[:, 0])
    second = aipw(d)
    assert truth > 6 and abs(second.value - truth) < .6 and second.low < truth < second.high
    assert abs(adjusted(d.y, d.care, d.x, d.person).beta[0] - truth) > 1  # a regression alone averages otherwise


def test_the_second_opinion_stands_one_wrong_model() -> None:
    # The ridge is linear, the outcome is not: the propensity mends it.
    d, truth = made(6000, 2, lambda x: np.full(len(x), 3.0), lambda x: 8 * np.exp(x[:, 0] / 1.5))
    naive = d.y[d.care == 1].mean() - d.y[d.care == 0].mean()
    assert naive > 8 and abs(aipw(d).value - truth) < 1


def test_nobody_helps_to_predict_themselves(monkeypatch) -> None:
    d, _ = made(400, 3, lambda x: np.zeros(len(x)), lambda x: x[:, 0])
    for split in range(second_opinion.SPLITS):
        fold = second_opinion._folds(d.person, d.care, split)
        assert pd.Series(fold).groupby(d.person).nunique().max() == 1 and len(set(fold.tolist())) == second_opinion.FOLDS
    seen = []
    monkeypatch.setattr(second_opinion, "_without", lambda y, care, x, at, *teams: seen.append((x, at)) or np.zeros(len(at)))
    aipw(d)
    assert all(not set(map(tuple, x)) & set(map(tuple, at)) for x, at in seen)


def test_a_known_draw_is_weighted_by_its_chance_not_by_a_guess() -> None:
    d, _ = made(300, 4, lambda x: np.zeros(len(x)), lambda x: x[:, 0])
    drawn = dataclasses.replace(d, chance=np.where(np.arange(300) % 3 == 0, .75, .25))
    second = aipw(drawn)
    assert second.propensity.tolist() == drawn.chance.tolist()
    assert second.weight[d.care == 0] == pytest.approx((drawn.chance / (1 - drawn.chance))[d.care == 0])


def test_the_matched_line_takes_off_what_care_was_chosen_by() -> None:
    d, truth = made(1500, 5, lambda x: np.full(len(x), 6.0), lambda x: 10 * x[:, 0])
    value, low, high, _ = matched(d)
    assert abs(value - truth) < 1.2 and low < truth < high
    assert matched(dataclasses.replace(d, care=np.ones(1500))) is None
    few = dataclasses.replace(d, care=np.r_[np.zeros(20), np.ones(1480)], x=np.random.default_rng(0).normal(0, 1, (1500, 12)))
    assert matched(few) is None


def test_an_effect_cannot_be_made_without_its_comparison(found) -> None:
    needed = {field.name for field in dataclasses.fields(CareEffect) if field.default is dataclasses.MISSING}
    assert {"naive", "comparison", "estimate", "second"} <= needed
    for bad in (None, dataclasses.replace(found.comparison, people=0)):
        with pytest.raises(ValueError, match="comparison group"):
            dataclasses.replace(found, comparison=bad)
    with pytest.raises(ValueError, match="comparison group"):
        dataclasses.replace(found, estimate=dataclasses.replace(found.estimate, n_compared=0))
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.comparison = None


def test_where_everybody_was_cared_for_there_is_no_figure_at_all(company) -> None:
    episodes, noise = company
    nobody = effect(episodes.assign(cared=True, kind="talk"), noise)
    assert isinstance(nobody, NoComparison) and nobody.n_compared == 0 and not hasattr(nobody, "naive")
    assert isinstance(effect(episodes.iloc[:0], noise), NoComparison)


def test_the_naive_figure_stands_beside_the_comparison(company, found) -> None:
    episodes, _ = company
    used = episodes[episodes["censored"] == ""]
    cared, alone = used[used["cared"]], used[~used["cared"]]
    assert found.naive.change == pytest.approx((cared["after"] - cared["dip"]).mean())
    assert found.comparison.after == pytest.approx(alone["after"].mean()) and found.comparison.people == alone["employee_id"].nunique()
    assert found.comparison.expected == pytest.approx(found.naive.after - found.estimate.value)
    assert found.naive.change > found.estimate.value + 8          # what everybody regains by themselves
    assert abs(found.estimate.value - 10) < 5 and found.estimate.low > 0
    assert found.estimate.low < found.estimate.value < found.estimate.high and len(used) == found.episodes


def test_left_out_counts_every_episode_once_with_its_first_reason(company) -> None:
    episodes, noise = company
    changed = episodes.copy()
    known = changed.index[changed["censored"] == ""]
    changed.loc[known[:5], "other_care"] = 1
    one = effect(changed, noise, kind="talk")
    assert one.left_out["other_care"] == 5 and one.left_out["other_kind"] > 0 and "no_history" in one.left_out
    assert sum(one.left_out.values()) + one.episodes == len(changed)
    assert (left_out(changed, None, True) != "").all()           # no draw: nothing for a lottery to compare


def test_a_draw_says_nothing_about_which_support(company) -> None:
    with pytest.raises(ValueError, match="who is seen first"):
        effect(*company, kind="talk", lottery=True)


def test_history_never_holds_what_came_after_the_tag(company) -> None:
    episodes, _ = company
    known = episodes["censored"] == ""
    rng = np.random.default_rng(0)
    later = episodes.assign(after=np.where(known, rng.normal(100, 10, len(episodes)), np.nan), care_after=5, after_weeks=1, minutes=99.0)
    assert np.array_equal(design(episodes)[0].x, design(later)[0].x)


def test_the_smallest_effect_seen_is_47_over_root_n_and_grows_with_the_noise() -> None:
    assert smallest_seen(20, 100, 100) == pytest.approx(4.7)
    assert smallest_seen(40, 100, 100) == pytest.approx(9.4)
    assert smallest_seen(20, 100, 20) > smallest_seen(20, 100, 100) and smallest_seen(20, 0, 50) == float("inf")
