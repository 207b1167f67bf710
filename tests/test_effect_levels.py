"""Levels of teams without a column each: the numbers are those of the fit with the columns, and of the libraries."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lib.effect import aipw as second_opinion
from lib.effect import hazard as leaving
from lib.effect.design import Design, Levels, design
from lib.effect.estimate import CareEffect, NoComparison, effect
from lib.effect.levels import binomial, climb, hazards, independent, products, ridge, totals, within
from lib.effect.matched import MATES, _nearest, matched
from lib.effect.regress import adjusted, cr3
from lib.effect.simulate import START, Scenario, play
from tests.bench.effect_truth import measured


@pytest.fixture(scope="module")
def company() -> tuple[pd.DataFrame, float]:
    return measured(play(Scenario(people=160, teams=14, care="worst", effect=6.0), 3))


@pytest.fixture(scope="module")
def d(company) -> Design:
    return design(company[0])[0]


def columns(d: Design) -> np.ndarray:
    """The history with a centred and scaled column for every team but the one that the intercept stands for."""
    own = (d.team.code[:, None] == np.arange(1, d.team.size)).astype(float)
    return np.column_stack([d.x, (own - own.mean(axis=0)) / own.std(axis=0)])


def test_the_effect_and_its_error_are_those_with_a_column_for_every_team(d) -> None:
    assert d.team.size > 8 and d.held == columns(d).shape[1]
    absorbed, plain = adjusted(d.y, d.care, d.x, d.person, d.team), cr3(d.y, np.column_stack([d.care, np.ones(len(d.y)), columns(d)]), d.person)
    assert absorbed.interval() == pytest.approx(plain.interval(), rel=1e-6) and absorbed.df == plain.df
    few = d.with_outcome(np.where(np.arange(len(d.y)) % 3 == 0, np.nan, d.y))       # some teams lose most of their rows
    assert adjusted(few.y, few.care, few.x, few.person, few.team).interval() == pytest.approx(
        cr3(few.y, np.column_stack([few.care, np.ones(len(few.y)), columns(d)[np.arange(len(d.y)) % 3 != 0]]), few.person).interval(), rel=1e-6)


def test_the_error_is_the_spread_of_refits_with_each_person_and_every_team_fitted_anew(d) -> None:
    x = np.column_stack([d.care, np.ones(len(d.y)), columns(d)])
    refits = np.array([np.linalg.lstsq(x[d.person != one], d.y[d.person != one], rcond=None)[0][0] for one in np.unique(d.person)])
    fit = adjusted(d.y, d.care, d.x, d.person, d.team)
    assert fit.covariance[0, 0] == pytest.approx((len(refits) - 1) / len(refits) * np.sum((refits - fit.beta[0]) ** 2), rel=1e-6)


def test_a_column_that_only_says_what_the_teams_say_changes_nothing(d) -> None:
    twice = np.column_stack([d.x, (d.team.code == 2).astype(float)])
    assert adjusted(d.y, d.care, twice, d.person, d.team).interval() == pytest.approx(adjusted(d.y, d.care, d.x, d.person, d.team).interval(), rel=1e-6)


def test_a_team_of_one_person_changes_no_other_number(d) -> None:
    alone = d.person == np.bincount(d.person).argmax()
    own = adjusted(d.y, d.care, d.x, d.person, Levels(np.where(alone, d.team.size, d.team.code), np.r_[d.team.spread, 0.1]))
    x = np.column_stack([d.care, np.ones(len(d.y)), columns(d), alone.astype(float)])
    refits = np.array([np.linalg.lstsq(x[d.person != one], d.y[d.person != one], rcond=None)[0][0] for one in np.unique(d.person)])
    assert alone.sum() > 2 and own.beta[0] == pytest.approx(np.linalg.lstsq(x, d.y, rcond=None)[0][0], rel=1e-6)
    assert own.covariance[0, 0] == pytest.approx((len(refits) - 1) / len(refits) * np.sum((refits - own.beta[0]) ** 2), rel=1e-6)


def test_the_chance_of_care_is_that_of_the_library(d) -> None:
    from sklearn.linear_model import LogisticRegression

    x = columns(d)
    library = LogisticRegression(C=second_opinion.LOGISTIC_C, solver="newton-cholesky", tol=1e-12).fit(x, d.care)
    mine = second_opinion._chance(d.care, d.x, d.x, d.team, d.team.code)
    assert mine == pytest.approx(library.predict_proba(x)[:, 1], abs=1e-6)


def test_the_outcome_without_care_is_a_ridge_with_a_column_for_every_team(d) -> None:
    x = np.column_stack([np.ones(len(d.y)), d.care, columns(d)])
    shrink = np.diag(np.r_[0.0, 0.0, np.full(x.shape[1] - 2, second_opinion.RIDGE)])
    beta = np.linalg.solve(x.T @ x + shrink, x.T @ d.y)
    assert second_opinion._without(d.y, d.care, d.x, d.x, d.team, d.team.code) == pytest.approx(beta[0] + x[:, 2:] @ beta[2:])


def by_all_pairs(d: Design) -> tuple[float, np.ndarray]:
    """The matched value and the mates, from every pair and with a column for every team."""
    cared, alone = np.flatnonzero(d.care == 1), np.flatnonzero(d.care == 0)
    from lib.effect.matched import ALIKE

    x = d.x[:, [d.names.index(name) for name in ALIKE if name in d.names]]
    at = x @ np.linalg.cholesky(np.linalg.pinv(np.cov(x.T)) + 1e-9 * np.eye(x.shape[1]))
    far = ((at[cared][:, None] - at[alone][None]) ** 2).sum(axis=2)
    far[d.person[cared][:, None] == d.person[alone][None]] = np.inf
    mates = alone[np.argsort(far, axis=1, kind="stable")[:, :MATES]]
    full, gain = np.column_stack([np.ones(len(d.y)), columns(d)]), d.y - d.dip
    rest = gain - full @ np.linalg.lstsq(full[alone], gain[alone], rcond=None)[0]
    return float((rest[cared] - rest[mates].mean(axis=1)).mean()), mates


def test_the_matched_line_is_that_of_all_pairs_with_a_column_for_every_team(d) -> None:
    value, low, high, _ = matched(d)
    assert value == pytest.approx(by_all_pairs(d)[0], rel=1e-6) and low < value < high


def test_mates_are_other_people_however_many_episodes_a_person_has() -> None:
    rng = np.random.default_rng(2)
    at, others = rng.normal(0, 1, (40, 3)), rng.normal(0, 1, (90, 3))
    others[:60] = at[0] + rng.normal(0, .01, (60, 3))       # the first person stands close to the own sixty other episodes
    mine, theirs = np.arange(40), np.r_[np.zeros(60, dtype=int), np.arange(30) % 7]
    far = ((at[:, None] - others[None]) ** 2).sum(axis=2)
    far[mine[:, None] == theirs[None]] = np.inf
    assert np.array_equal(_nearest(at, others, mine, theirs), np.argsort(far, axis=1)[:, :MATES])


def test_where_whole_teams_were_cared_for_and_others_never_nobody_is_compared(company) -> None:
    episodes, noise = company
    teams = sorted(set(episodes["team"]))
    apart = episodes.assign(cared=episodes["team"].isin(teams[:7]))
    assert isinstance(effect(apart, noise), NoComparison) and isinstance(effect(episodes, noise), CareEffect)


def test_a_likelihood_with_levels_is_climbed_to_where_the_library_stops() -> None:
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.families.links import CLogLog
    from statsmodels.genmod.generalized_linear_model import GLM

    rng = np.random.default_rng(4)
    level, x = rng.integers(0, 5, 4000), np.column_stack([np.ones(4000), rng.normal(0, 1, (4000, 2))])
    event = rng.random(4000) < -np.expm1(-np.exp(-2.5 + .5 * x[:, 1] + .2 * level))
    held = np.r_[np.inf, np.zeros(4)]
    beta, own = climb(hazards(event), x, level, 5, np.zeros(3), held, np.zeros(3))
    library = GLM(event.astype(float), np.column_stack([x, level[:, None] == np.arange(1, 5)]), family=Binomial(CLogLog())).fit()
    assert np.r_[beta, own[1:]] == pytest.approx(library.params, abs=1e-5) and own[0] == 0
    for likelihood in (hazards(event), binomial(event)):    # slope and curvature are those of the value
        log = np.array([-1.3])
        one = likelihood(np.full(4000, log[0]))
        step = 1e-5
        up, down = likelihood(np.full(4000, log[0] + step))[0], likelihood(np.full(4000, log[0] - step))[0]
        assert (up - down) / (2 * step) == pytest.approx(one[1].sum(), rel=1e-5) and -(up - 2 * one[0] + down) / step**2 == pytest.approx(one[2].sum(), rel=1e-2)


def test_totals_within_and_ridge_count_by_hand() -> None:
    rows, level = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 9.0]]), np.array([0, 0, 2])
    assert totals(rows, level, 3).tolist() == [[4, 6], [0, 0], [5, 9]] and totals(rows[:, 0], level, 3).tolist() == [4, 0, 5]
    assert within(rows, level, 3).tolist() == [[-1, -1], [1, 1], [0, 0]]
    beta, own = ridge(np.array([1.0, 3.0, 8.0]), np.ones((3, 1)), level, 3, np.zeros(1), np.array([np.inf, 1.0, 0.0]))
    assert beta == pytest.approx([2]) and own == pytest.approx([0, 0, 6])


# --- leaving ------------------------------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def weeks() -> pd.DataFrame:
    from lib.effect.episodes import care_episodes

    world = play(Scenario(people=260, teams=4, leaving=.7, care="worst"), 8)
    episodes = care_episodes(world.people, world.weeks, world.flags, world.cares, None, world.as_of)
    return leaving.person_weeks(world.people, episodes, world.cares, START + pd.Timedelta(weeks=4), world.as_of)


def test_the_ratio_of_leaving_and_its_error_by_person_are_the_librarys(weeks) -> None:
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.families.links import CLogLog
    from statsmodels.genmod.generalized_linear_model import GLM

    x, (team, teams) = leaving._columns(weeks), leaving._teams(weeks)
    full = np.column_stack([x, team[:, None] == np.arange(1, teams)])
    fit = GLM(weeks["event"].to_numpy(float), full, family=Binomial(CLogLog())).fit(cov_type="cluster", cov_kwds={"groups": weeks["person"].to_numpy()}, tol=1e-12, maxiter=100)
    found = leaving.hazard(weeks)
    assert teams >= 3 and found.ratio == pytest.approx(np.exp(fit.params[0]), rel=1e-5) and found.p == pytest.approx(fit.pvalues[0], rel=1e-4)
    assert [found.low, found.high] == pytest.approx(np.exp(fit.params[0] + np.array([-1.96, 1.96]) * fit.bse[0]), rel=1e-5)


def test_a_history_that_says_the_same_twice_is_said_once_and_care_stays(weeks, monkeypatch) -> None:
    found = leaving.hazard(weeks)
    history = leaving._history
    monkeypatch.setattr(leaving, "_history", lambda rows: (column for at, one in enumerate(history(rows)) for column in ((one, 3 - 2 * one) if at in (4, 8) else (one,))))
    twice = leaving.hazard(weeks)
    assert [twice.ratio, twice.low, twice.high] == pytest.approx([found.ratio, found.low, found.high], rel=1e-6)


def test_a_part_of_the_history_in_which_nobody_leaves_does_not_break_the_ratio(weeks) -> None:
    tenure = weeks["tenure"].between(13, 25)       # told by two columns together, so that neither is without an event
    quiet = weeks.assign(event=weeks["event"] & ~tenure)
    found, without = leaving.hazard(quiet), leaving.hazard(quiet[~tenure])
    assert tenure.any() and found.ratio == pytest.approx(without.ratio, rel=1e-3) and found.p == pytest.approx(without.p, rel=.02)


def test_care_that_is_nothing_but_history_has_no_ratio(weeks, monkeypatch) -> None:
    history = leaving._history
    monkeypatch.setattr(leaving, "_history", lambda rows: (*history(rows), rows["cared"].to_numpy(float)))
    assert isinstance(leaving.hazard(weeks), leaving.NoHazard)


def test_columns_are_independent_within_levels() -> None:
    rng = np.random.default_rng(1)
    x, level = rng.normal(0, 1, (60, 3)), rng.integers(0, 4, 60)
    shares = products(np.column_stack([x, x[:, 0] - x[:, 1], level == 2]), level, 4)
    kept = independent(shares, np.arange(5))
    assert len(kept) == 3 and 4 not in kept and independent(shares, np.array([2])).tolist() == [2] and len(independent(shares, np.zeros(0, dtype=int))) == 0
