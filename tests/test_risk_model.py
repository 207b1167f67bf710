"""The attrition model: an additive hazard with exact reasons, kept as JSON, and honest about how sure it is."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lib import words
from lib.risk import challengers, design, evaluation, fitting, model, reasons
from lib.risk.build import DIRECTIONS, KINDS
from lib.risk.features import SAID_DAYS
from tests import risk_panels


@pytest.fixture(scope="module")
def rows() -> evaluation.Rows:
    found = risk_panels.panel(people=250, weeks=52, seed=4)
    return evaluation.rows_of(found[found["event_7"].notna()], KINDS)


@pytest.fixture(scope="module")
def fitted(rows: evaluation.Rows) -> model.Model:
    return replace(model.fit(rows.frame, rows.event_7, KINDS, directions=DIRECTIONS, cluster=rows.person), platt={60: model.Platt(2.0, 0.9, ((0.01, 0.002), (0.002, 0.001)))})


def test_a_spline_is_linear_beyond_its_outer_knots_and_constant_beyond_what_was_seen() -> None:
    x = np.random.default_rng(1).normal(size=2000)
    term = design.learn({"x": x}, {"x": "spline"}).terms[0]
    outer = np.linspace(term.knots[-1], term.high, 5)
    beyond = term.columns(np.array([term.high, term.high + 1, 1e9]))
    assert np.allclose(np.diff(term.columns(outer), n=2, axis=0), 0, atol=1e-9) and np.allclose(beyond, beyond[0])


def test_the_columns_of_a_spline_are_orthogonal_and_the_straight_one_has_spread_1() -> None:
    x = np.random.default_rng(2).exponential(size=3000)
    made = design.learn({"x": x}, {"x": "spline"}).matrix({"x": x})
    cross = np.corrcoef(made.T)
    assert abs(made[:, 0].std() - 1) < 1e-6 and np.abs(cross - np.eye(len(cross))).max() < 1e-6


def test_what_is_not_known_has_a_column_of_its_own_and_counts_as_no_number() -> None:
    x = np.array([1.0, 2, 3, 4, np.nan] * 20)
    made = design.learn({"x": x}, {"x": "linear"}).matrix({"x": x})
    assert (made[np.isnan(x)] == [0, 1]).all() and (made[~np.isnan(x), 1] == 0).all()


def test_a_value_that_training_never_saw_adds_nothing() -> None:
    given = np.array(["a", "b"] * 30, dtype=object)
    assert (design.learn({"c": given}, {"c": "category"}).matrix({"c": np.array(["z", None], dtype=object)}) == 0).all()


def test_a_feature_that_nobody_has_is_no_term() -> None:
    assert design.learn({"x": np.full(50, np.nan), "y": np.ones(50)}, {"x": "spline", "y": "linear"}).terms == ()


def test_reasons_and_base_add_up_to_the_log_odds_of_the_probability(rows: evaluation.Rows, fitted: model.Model) -> None:
    teams = np.char.add("t", (rows.person % 7).astype(str))
    told = reasons.of(fitted.parts(rows.frame), fitted.keys, fitted.intercept, teams, fitted.platt[60])
    whole = told.base + told.contribution.sum(axis=1)
    assert np.abs(whole - model.logit(fitted.chance(fitted.eta(rows.frame), 60))).max() < 1e-9


def test_contributions_of_a_team_are_zero_on_average(rows: evaluation.Rows, fitted: model.Model) -> None:
    teams = np.char.add("t", (rows.person % 7).astype(str))
    told = reasons.of(fitted.parts(rows.frame), fitted.keys, fitted.intercept, teams, fitted.platt[60])
    assert np.abs(told.contribution[teams == "t3"].mean(axis=0)).max() < 1e-9


def test_a_team_of_four_is_compared_with_the_company() -> None:
    at, count = reasons.groups(np.array(["big"] * 6 + ["small"] * 4))
    assert at.tolist() == [0] * 6 + [count - 1] * 4


def test_scores_of_the_stored_json_are_those_of_the_fitted_model(rows: evaluation.Rows, fitted: model.Model) -> None:
    read = challengers.read(fitted.to_json())
    assert np.array_equal(read.eta(rows.frame), fitted.eta(rows.frame)) and read.platt == fitted.platt


def test_scores_are_those_of_scikit_learn_on_the_same_matrix(rows: evaluation.Rows, fitted: model.Model) -> None:
    from sklearn.linear_model import LogisticRegression

    used = (np.array(fitted.signs) == 0) | (fitted.coef != 0)
    matrix = (fitted.design.matrix(rows.frame) / np.sqrt(np.array(fitted.penalties)[list(fitted.design.of)]))[:, used]
    other = LogisticRegression(C=1.0, tol=1e-8, max_iter=5000).fit(matrix, rows.event_7)
    assert np.abs(other.decision_function(matrix) - fitted.eta(rows.frame)).max() < 5e-3


def test_scoring_and_the_build_module_load_without_scikit_learn() -> None:
    code = "import lib.risk.build, lib.risk.snapshot, sys; assert not any(name.startswith('sklearn') for name in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_feature_that_says_nothing_is_shrunk_and_a_strong_one_is_not() -> None:
    rng = np.random.default_rng(5)
    frame = {"strong": rng.normal(size=4000), **{f"noise{n}": rng.normal(size=4000) for n in range(5)}}
    y = (rng.random(4000) < model.sigmoid(frame["strong"] - 3)).astype(float)
    found = model.fit(frame, y, dict.fromkeys(frame, "linear"))
    penalties = dict(zip(found.keys, found.penalties, strict=True))
    assert all(penalties[f"noise{n}"] > 5 * penalties["strong"] for n in range(5)) and abs(found.coef[0] - 1) < 0.15


def test_the_penalties_are_those_under_which_the_labels_are_likeliest() -> None:
    rng = np.random.default_rng(6)
    x = rng.normal(size=(3000, 2))
    y = (rng.random(3000) < model.sigmoid(0.5 * x[:, 0] + 0.1 * x[:, 1] - 2)).astype(float)
    of, none = np.array([0, 1]), np.zeros(2)
    found, _ = fitting.shrink(x, y, of, none, np.full(2, fitting.BEGIN), np.array([-2.0, 0, 0]))

    def evidence(penalties: np.ndarray) -> float:   # Laplace's approximation, with the gamma prior of the penalties
        b = fitting.climb(x, y, penalties, none, np.array([-2.0, 0, 0]))
        eta = b[0] + x @ b[1:]
        hessian = fitting.information(x, model.sigmoid(eta), penalties)
        prior = np.sum(fitting.PRIOR * np.log(penalties) - fitting.PRIOR / found.mean() * penalties)
        return float(y @ eta - np.logaddexp(0, eta).sum() - penalties @ b[1:] ** 2 / 2 + np.log(penalties).sum() / 2 - np.linalg.slogdet(hessian)[1] / 2 + prior)

    assert all(evidence(found) > evidence(found * np.exp(step)) for step in ([0.4, 0], [-0.4, 0], [0, 0.4], [0, -0.4]))


@pytest.mark.parametrize("sign", [1, -1])
def test_a_coefficient_keeps_the_sign_that_is_known_or_is_nought(sign: int) -> None:
    rng = np.random.default_rng(7)
    frame = {"x": rng.normal(size=2000), "z": rng.normal(size=2000)}
    y = (rng.random(2000) < model.sigmoid(0.8 * frame["x"] + 0.5 * frame["z"] - 2)).astype(float)
    kinds, cluster = {"x": "linear", "z": "linear"}, np.arange(2000)
    found = model.fit(frame, y, kinds, directions={"x": sign}, cluster=cluster)
    free = model.fit(frame, y, kinds if sign == 1 else {"z": "linear"}, cluster=cluster)
    assert (found.coef[0] > 0.5) if sign == 1 else (found.coef[0] == 0 and found.cov[1].max() == 0)
    assert np.abs(found.eta(frame) - free.eta(frame)).max() < 5e-3


def test_a_coefficient_that_would_cross_nought_on_the_way_or_at_the_end_stops_at_it() -> None:
    rng = np.random.default_rng(9)
    x = rng.normal(size=3000)
    matrix = np.column_stack([x, x + rng.normal(0, 0.5, 3000)])   # alone the second goes with the label, beside the first against it
    y = (rng.random(3000) < model.sigmoid(matrix @ [1.5, -0.6] - 2)).astype(float)
    penalty, signs = np.full(2, 3.0), np.array([0, 1])
    alone = fitting.climb(matrix[:, :1], y, penalty[:1], signs[:1], np.array([-2.0, 0]))
    for found in (fitting.climb(matrix, y, penalty, signs, np.array([-2.0, 0, 0])), fitting.climb(matrix, y, penalty, signs, np.array([-2.0, 0, 0.8])),
                  model._logistic(matrix, y, penalty, signs, np.array([-2.0, 1, 0.05]))):
        assert found[2] == 0 and found[:2] == pytest.approx(alone, abs=1e-4)


def test_where_the_labels_say_the_opposite_of_every_direction_nothing_is_left_but_the_level() -> None:
    x = np.random.default_rng(3).normal(size=2000)
    y = (np.random.default_rng(4).random(2000) < model.sigmoid(x - 2)).astype(float)
    for how in ({}, {"penalty": 1.0}):
        found = model.fit({"x": x}, y, {"x": "linear"}, directions={"x": -1}, **how)
        assert found.coef.tolist() == [0] and found.intercept == pytest.approx(model.logit(y.mean()), abs=1e-6)


TRUTHS = {"against it": lambda x: 0.8 * x, "against it at the ends": lambda x: -1.4 * x + 0.4 * x**3, "a bend with it": lambda x: 0.5 * x**2 - 0.4 * x}


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("unknown", [False, True])
def test_a_curve_may_bend_against_its_direction_but_not_turn_around_from_end_to_end(truth: str, unknown: bool) -> None:
    rng = np.random.default_rng(11)
    x, z = rng.normal(size=6000).clip(-2.5, 2.5), rng.normal(size=6000)
    y = (rng.random(6000) < model.sigmoid(TRUTHS[truth](x) + z - 2.5)).astype(float)
    given = {"x": np.where((z > 1.5) & unknown, np.nan, x), "z": z}
    grid = {"x": np.linspace(-2.5, 2.5, 41), "z": np.zeros(41)}
    for found in (model.fit(given, y, {"x": "spline", "z": "linear"}, directions={"x": -1}), challengers.steps(given, y, {"x": "spline", "z": "linear"}, {"x": -1})):
        curve = found.parts(grid)[:, found.keys.index("x")]
        assert curve[-1] <= curve[0] + 1e-9, (found.kind, truth)
        if truth == "against it":
            assert np.ptp(curve) < 1e-9
        if truth == "a bend with it":
            assert curve[-1] - curve.min() > 0.3   # it rises again, as the truth does


def test_what_is_held_of_a_curve_stays_held_in_the_refits() -> None:
    rng = np.random.default_rng(12)
    x = rng.normal(size=3000)
    y = (rng.random(3000) < model.sigmoid(0.8 * x - 2)).astype(float)
    found = model.fit({"x": x}, y, {"x": "spline"}, directions={"x": -1})
    read = challengers.read(found.to_json())
    again = reasons.refits(read, read.design.matrix({"x": x}), y, np.arange(3000))
    assert len(found.coef) > 2 and all((one.coef == 0).all() for one in (found, read, *again))


def test_a_climb_from_far_away_arrives_and_does_not_go_round_in_circles() -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        matrix, signs = rng.normal(size=(200, 6)) @ rng.normal(size=(6, 6)) * 3, rng.integers(-1, 2, 6)
        y = (rng.random(200) < model.sigmoid(matrix @ rng.normal(size=6) * 2 - 3)).astype(float)
        start = np.concatenate([[4 * rng.normal()], 4 * np.abs(rng.normal(size=6)) * np.where(signs == 0, 1, signs)])
        penalty = np.full(6, 0.01)
        found = fitting.climb(matrix, y, penalty, signs, start)
        slope = fitting.slope(matrix, y - model.sigmoid(found[0] + matrix @ found[1:]), penalty, found)
        stands = np.concatenate([[False], (found[1:] == 0) & (signs * slope[1:] <= 0) & (signs != 0)])
        assert np.abs(slope[~stands]).max() < 1e-3 and (signs * found[1:] >= 0).all()


def test_a_climb_that_does_not_settle_says_so() -> None:
    x = np.linspace(-1, 1, 50)[:, None]
    with pytest.raises(ArithmeticError, match="still moved"):   # the two are told apart wholly and nothing holds the coefficient
        fitting.climb(x * 1e-3, (x[:, 0] > 0).astype(float), np.zeros(1), np.zeros(1), np.zeros(2), close=0.0)


def test_what_was_said_in_talks_is_told_with_the_days_that_are_counted() -> None:
    told = [text for key, both in words.sentences().items() if key.startswith(("risk.more.said_", "risk.less.said_")) for text in both.values()]
    assert len(told) == 24 and all(re.findall(r"\d+", text) == [str(SAID_DAYS)] for text in told)


def test_weighted_samples_are_what_fits_of_repeated_rows_are(rows: evaluation.Rows, fitted: model.Model) -> None:
    matrix = fitted.design.matrix(rows.frame)
    weights = np.random.default_rng(3).integers(0, 3, (2, len(rows)))
    for found, weight in zip(model.samples(fitted, matrix, rows.event_7, weights.astype(float)), weights, strict=True):
        other = model.again(fitted, np.repeat(matrix, weight, axis=0), np.repeat(rows.event_7, weight))
        assert np.abs(found.coef - other.coef).max() < 1e-3 and abs(found.intercept - other.intercept) < 1e-3


def test_of_a_shortfall_more_than_usual_is_as_good_as_usual() -> None:
    rng = np.random.default_rng(4)
    made = design.learn({"x": rng.normal(size=500)}, {"x": "shortfall"}).matrix({"x": np.array([0.0, 0.4, 9.0, -0.5])})[:, 0]
    assert made[0] == made[1] == made[2] > made[3]


def test_the_known_hazard_is_recovered_and_its_range_covers_it(rows: evaluation.Rows, fitted: model.Model) -> None:
    found = risk_panels.panel(people=250, weeks=52, seed=4)
    truth = model.logit(found.loc[found["event_7"].notna(), "truth_7"].to_numpy())
    matrix = fitted.design.matrix(rows.frame)
    eta, wide = fitted.eta({}, matrix), model.Z95 * np.sqrt(fitted.variance(matrix))
    covered = np.mean(np.abs(eta - truth) <= wide)
    assert np.corrcoef(eta, truth)[0, 1] > 0.85 and 0.85 <= covered <= 1.0, covered


def test_ranges_are_wider_for_people_whose_rows_repeat_than_if_rows_were_people() -> None:
    rng = np.random.default_rng(8)
    x, person = np.repeat(rng.normal(size=200), 10), np.repeat(np.arange(200), 10)
    y = np.repeat((rng.random(200) < 0.3).astype(float), 10)  # ten copies of each
    kinds, frame = {"x": "linear"}, {"x": x}
    once, copies = (model.fit(frame, y, kinds, penalty=1.0, cluster=cluster).cov[1, 1] for cluster in (person, np.arange(2000)))
    assert once > 5 * copies


def test_calibration_finds_the_level_and_stays_with_the_prior_when_there_is_nothing() -> None:
    rng = np.random.default_rng(6)
    eta = rng.normal(-4, 1, 20_000)
    y = (rng.random(len(eta)) < model.sigmoid(0.8 + 1.1 * eta)).astype(float)
    line = model.platt(eta, y, np.ones(len(eta)), model.implied(60), spread=(10, 10))
    none = model.platt(np.zeros(0), np.zeros(0), np.zeros(0), model.implied(60))
    assert abs(line.a - 0.8) < 0.3 and abs(line.b - 1.1) < 0.1 and (none.a, none.b) == pytest.approx(model.implied(60))


def test_how_long_a_distance_lasts_is_read_from_the_facts_alone() -> None:
    rng, held = np.random.default_rng(8), 0.9
    eta = np.zeros((400, 60))
    for week in range(60):
        eta[:, week] = (held * eta[:, week - 1] if week else 0) + rng.normal(0, 1 if not week else np.sqrt(1 - held**2), 400)
    person, week = np.repeat(np.arange(400), 60), 20_000 - 20_000 % 7 + 7 * np.tile(np.arange(60), 400)
    found = evaluation.lasting(person, week, eta.ravel() - 4)
    assert {days: found[days] for days in model.HORIZONS} == pytest.approx({days: np.mean(held ** np.arange(days // 7)) for days in model.HORIZONS}, abs=0.02)
    steady = evaluation.lasting(person, week, np.repeat(rng.normal(size=400), 60))
    assert steady == pytest.approx(dict.fromkeys(model.HORIZONS, 1.0))
    own = evaluation.lasting(person, week, eta.ravel(), trained=60)   # a label of 60 days has worn off already
    assert own[60] == 1 and own[90] == pytest.approx(found[90] / found[60])
    assert evaluation.lasting(person[:0], week[:0], eta.ravel()[:0])[60] == 1


def test_the_line_implied_by_the_facts_is_the_one_that_labels_show_later() -> None:
    found = risk_panels.panel(people=1200, weeks=60, seed=4, level=-4.8)
    rows = evaluation.rows_of(found, KINDS)
    eta, label = model.logit(found["truth_7"].to_numpy()), rows.labels[60]
    known = np.isfinite(label)
    seen = model.platt(eta[known], label[known], np.full(known.sum(), 7 / 60), (0.0, 1.0), spread=(100, 100))
    a, b = model.implied(60, 7, eta.mean(), evaluation.lasting(rows.person, rows.week, eta)[60])
    assert abs(b - seen.b) < 0.12 < 1 - seen.b and a + b * eta.mean() == pytest.approx(eta.mean() + np.log(60 / 7))


def test_calibration_never_turns_ranks_around() -> None:
    eta = np.linspace(-3, 3, 500)
    line = model.platt(eta, (eta < 0).astype(float), np.ones(500), (0.0, 1.0), spread=(10, 10))
    assert line.b > 0


def test_the_first_three_reasons_are_the_same_in_other_samples_of_the_company(rows: evaluation.Rows, fitted: model.Model) -> None:
    matrix = fitted.design.matrix(rows.frame)
    last = rows.week == rows.week.max()
    told = reasons.of(fitted.parts(rows.frame, matrix)[last], fitted.keys, fitted.intercept, np.full(last.sum(), ""), fitted.platt[60])
    again = reasons.refits(fitted, matrix, rows.event_7, rows.person)
    share = reasons.kept(told, [refit.parts({}, matrix)[last] for refit in again])
    assert len(again) == 6 and reasons.overlap(told, share).mean() >= 0.65


def test_a_boosted_challenger_is_a_sum_of_one_step_function_per_feature(rows: evaluation.Rows) -> None:
    boosted = challengers.steps(rows.frame, rows.event_7, KINDS)
    moved = rows.frame.iloc[:50].copy()
    before = boosted.parts(moved)
    moved["tenure_months"] = 1.0
    changed = np.abs(boosted.parts(moved) - before).sum(axis=0) > 0
    assert np.allclose(boosted.eta(moved), boosted.intercept + boosted.parts(moved).sum(axis=1))
    assert [key for key, moves in zip(boosted.keys, changed, strict=True) if moves] == ["tenure_months"]
    assert np.array_equal(challengers.read(boosted.to_json()).eta(moved), boosted.eta(moved))


def test_the_steps_of_a_boosted_challenger_rise_or_fall_as_is_known(rows: evaluation.Rows) -> None:
    boosted = challengers.steps(rows.frame, rows.event_7, KINDS, {"tags_now": -1, "tenure_months": 1})
    for key, sign in (("tags_now", -1), ("tenure_months", 1)):
        heights = boosted.heights[boosted.features.index(key)][:-1]   # the last is of what is not known
        assert (np.diff(heights) * sign >= -1e-12).all()


def test_a_model_needs_both_leavers_and_stayers() -> None:
    with pytest.raises(ValueError, match="left and of people who stayed"):
        model.fit(pd.DataFrame({"x": np.arange(5.0)}), np.zeros(5), {"x": "linear"})
