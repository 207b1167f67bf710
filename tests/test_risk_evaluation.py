"""The evaluation of the attrition model: what was known then, who would have been named, and when a score may be shown at all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest

from lib.risk import backtest, build, challengers, evaluation, metrics, reasons
from lib.risk import model as models
from lib.risk.build import DIRECTIONS, KINDS
from tests import risk_panels, small_company

ASKED = build.Asked(10, 4, 60, (1.4, 2.0))
NOBODY = pd.DataFrame({"person_no": pd.Series(dtype=int), "on": pd.Series(dtype="datetime64[s]")})


def rows_of(panel: pd.DataFrame) -> evaluation.Rows:
    return evaluation.rows_of(panel[panel["event_7"].notna()], KINDS)


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return risk_panels.panel(people=200, weeks=52, seed=2, level=-4.6)


@pytest.fixture(scope="module")
def rows(panel: pd.DataFrame) -> evaluation.Rows:
    return rows_of(panel)


@pytest.fixture(scope="module")
def trained(panel: pd.DataFrame, rows: evaluation.Rows) -> build.Trained:
    gender = np.where(rows.person % 2, "F", "M").astype(object)
    return build.train(rows, ASKED, panel[panel["week"] == panel["week"].max()], {"gender": gender}, NOBODY)


# --- what was known then ----------------------------------------------------------------------------------------------------

def test_no_label_that_was_not_over_on_a_day_changes_what_was_said_on_it(rows: evaluation.Rows) -> None:
    starts = evaluation.origins(rows, 60)[:3]
    other = lambda days, label: np.where(rows.week + days > starts[-1], 1 - label, label)
    moved = replace(rows, event_7=other(7, rows.event_7), labels={days: other(days, label) for days, label in rows.labels.items()})
    said = [evaluation.roll(given, evaluation.Hazard(given, KINDS), starts).p[60] for given in (rows, moved)]
    assert np.array_equal(*said)


def test_no_fact_of_a_later_week_changes_what_was_said_of_an_earlier_one(rows: evaluation.Rows) -> None:
    starts = evaluation.origins(rows, 60)[:2]
    late = rows.week >= starts[-1] + 28
    frame = rows.frame.copy()
    frame.loc[late, "performance_team"] = 99.0
    said = []
    for given in (rows, replace(rows, frame=frame)):
        rolled = evaluation.roll(given, evaluation.Hazard(given, KINDS), starts)
        said.append(rolled.p[60][given.week[rolled.at] < starts[-1] + 28])
    assert np.array_equal(*said)


def test_a_direct_model_learns_only_from_weeks_whose_60_days_are_over(rows: evaluation.Rows) -> None:
    start = evaluation.origins(rows, 60)[4]
    assert rows.week[evaluation.known_by(rows, start, 60)].max() == start - 63


def test_weeks_are_tested_in_order_and_each_once_whatever_the_origins_are(rows: evaluation.Rows) -> None:
    starts = evaluation.origins(rows, 60)
    fine, coarse = (evaluation.roll(rows, evaluation.Hazard(rows, {"tenure_months": "linear"}), given).at for given in (starts, starts[::3]))
    assert np.array_equal(fine, coarse) and np.array_equal(fine, np.flatnonzero(rows.week >= starts[0]))


def test_a_person_with_two_rows_of_a_week_is_refused(panel: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="two rows of one week"):
        rows_of(pd.concat([panel, panel.iloc[[5]]]))


def test_rows_of_the_notice_period_are_refused(panel: pd.DataFrame) -> None:
    late = panel.iloc[[5]].assign(event_on=panel["week"].iloc[5] - pd.Timedelta(days=1))
    with pytest.raises(ValueError, match="after the notice"):
        rows_of(pd.concat([panel.drop(index=5), late]))


# --- who would have been named ----------------------------------------------------------------------------------------------

def test_who_was_named_is_not_named_again_within_four_weeks() -> None:
    person, week = np.tile([0, 1, 2], 8), np.repeat(np.arange(8) * 7, 3)
    flagged = evaluation.flags(person, week, np.tile([3.0, 2.0, 1.0], 8), 1, 4, np.zeros(24))
    assert person[flagged].tolist() == [0, 1, 2, 0, 1, 2] and (week[flagged] // 7).tolist() == [0, 1, 2, 4, 5, 6]


def test_a_leaver_is_caught_when_named_7_to_91_days_ahead() -> None:
    person, week = np.array([0, 1, 2, 2]), np.array([0, 0, 0, 70])
    leavers, caught, lead = evaluation.caught(person, week, np.array([True, True, True, True]), np.array([6.0, 92.0, 77.0, 77.0]))
    assert (leavers, caught, lead.tolist()) == (1, 1, [77.0])


def test_precision_counts_only_weeks_whose_60_days_are_over(rows: evaluation.Rows, trained: build.Trained) -> None:
    shown = trained.tables["risk_backtest"]
    model = shown[(shown["capacity"] == 10) & (shown["method"] == "model")]
    assert shown["week"].max() + 60 <= rows.week.max() + 7 and trained.figures["precision"] == pytest.approx(model["hits"].sum() / model["flagged"].sum())
    assert (model["flagged"] <= 10).all()


def test_every_capacity_has_every_method(trained: build.Trained) -> None:
    caught = trained.tables["risk_caught"]
    assert sorted(zip(caught["capacity"], caught["method"], strict=True)) == sorted((c, m) for c in (5, 10, 20) for m in backtest.METHODS)


# --- what may be shown ------------------------------------------------------------------------------------------------------

def test_a_true_hazard_earns_its_score_and_its_probabilities_are_true(trained: build.Trained) -> None:
    figures = trained.figures
    assert trained.why == "" and figures["auc_low"] > 0.55 and 0.8 < figures["ratio"] < 1.25 and figures["precision"] > 1.3 * figures["base_rate"]


def test_random_labels_earn_none() -> None:
    found = risk_panels.panel(people=200, weeks=52, seed=3, level=-4.6, random_labels=True)
    told = build.train(rows_of(found), ASKED, found[found["week"] == found["week"].max()], {}, NOBODY)
    assert told.why in ("no_better_than_chance", "no_better_than_tags") and told.model is None and len(told.tables["risk_backtest"])


@pytest.mark.parametrize(("auc_low", "precision", "why"), [(0.49, 0.3, "no_better_than_chance"), (0.6, 0.15, "no_better_than_tags"), (0.6, 0.2, "no_better_than_tags"), (0.6, 0.3, "")])
def test_a_score_has_to_beat_chance_and_the_tag_count(auc_low: float, precision: float, why: str) -> None:
    assert backtest.verdict({"auc": 0.7, "auc_low": auc_low, "precision": precision, "precision_tags": 0.2, "precision_gain_high": 0.1}) == why


def test_a_ranking_that_is_too_good_to_be_true_is_hidden_and_the_feature_that_tells_the_leaving_is_named() -> None:
    found = risk_panels.panel(people=200, weeks=52, seed=3, level=-4.6, random_labels=True)
    ahead = (pd.to_datetime(found["event_on"]) - pd.to_datetime(found["week"])).dt.days
    found["line"] = np.where(ahead < 60, "gone", "sales")  # written after they left
    told = build.train(rows_of(found), ASKED, found[found["week"] == found["week"].max()], {}, NOBODY)
    assert (told.why, told.model, told.suspect) == ("too_good", None, "line") and told.figures["auc"] > backtest.TOO_GOOD


def filled(panel: pd.DataFrame, values: dict[str, object] | None = None) -> duckdb.DuckDBPyConnection:
    """An otherwise empty company whose panel is this one, with the risk tables filled."""
    con = small_company.built({"employees": [{"employee_id": "P0", "name": "a", "team": "t", "hire_date": date(2020, 1, 1)}]}, as_of=date(2026, 1, 4))
    last = pd.Timestamp(panel["week"].max()).date()
    build.build(con, date(2026, 1, 4), {})
    con.register("given", panel)
    con.execute("create temporary table risk_panel as select * from given")
    for table in build.TABLES:
        con.execute(f"delete from {table}")
    build.fill(con, last - timedelta(days=1), values or {})
    return con


def test_a_hidden_score_is_nowhere_in_the_published_tables() -> None:
    con = filled(risk_panels.panel(people=200, weeks=52, seed=3, level=-4.6, random_labels=True))
    state, why, model = con.execute("select state, why, model from risk_model").fetchall()[0]
    assert state == "hidden" and why and model is None
    assert [con.execute(f"select count(*) from {table}").fetchall()[0][0] for table in ("risk_scores", "risk_reasons", "risk_weeks")] == [0, 0, 0]
    assert con.execute("select count(*) from risk_backtest").fetchall()[0][0] > 0


def test_a_ready_score_is_published_with_reasons_that_add_up(panel: pd.DataFrame) -> None:
    con = filled(panel)
    assert con.execute("select state, why from risk_model").fetchall()[0] == ("ready", "")
    gap, people = con.execute("""
        select max(abs(s.base + r.total - ln(s.p60 / (1 - s.p60)))), count(*)
        from risk_scores as s join (select employee_id, sum(contribution) as total from risk_reasons group by 1) as r on r.employee_id = s.employee_id""").fetchall()[0]
    assert gap < 1e-9 and people == (panel["week"] == panel["week"].max()).sum()
    assert con.execute("select count(*) from risk_scores where not (low <= p60 and p60 <= high and p30 < p60 and p60 < p90)").fetchall()[0][0] == 0
    assert con.execute("select max(rank), min(rank), count(distinct rank) from risk_scores").fetchall()[0] == (people, 1, people)
    held = challengers.read(con.execute("select model from risk_model").fetchall()[0][0])
    now = build.evaluation_frame(panel[panel["week"] == panel["week"].max()].sort_values("person_no"))
    scores = con.execute("select p60 from risk_scores as s order by cast(substr(employee_id, 2) as integer)").df()["p60"].to_numpy()
    assert np.allclose(held.chance(held.eta(now), 60), scores, atol=1e-12)


def test_few_leavers_are_not_ready_and_how_many_are_missing_is_told() -> None:
    found = risk_panels.panel(people=60, weeks=20, seed=5, level=-6.5)
    con = filled(found)
    state, why, events, needed = con.execute("select state, why, events, events_needed from risk_model").fetchall()[0]
    assert (state, why) == ("not_ready", "few_events") and events + needed == 60 and events == found["event_7"].sum()


def test_a_company_without_weeks_has_every_table_and_no_score() -> None:
    con = small_company.built({"employees": [{"employee_id": "P0", "name": "a", "team": "t", "hire_date": date(2020, 1, 1)}]}, as_of=date(2026, 1, 4))
    build.build(con, date(2026, 1, 4), {})
    assert con.execute("select state, why, events_needed from risk_model").fetchall()[0] == ("not_ready", "few_events", 60)
    for table, columns in build.TABLES.items():
        assert set(columns) <= {row[0] for row in con.execute(f"describe {table}").fetchall()}


# --- challengers, drift, groups, alarms --------------------------------------------------------------------------------------

def test_a_challenger_that_is_not_clearly_better_does_not_replace_the_model() -> None:
    given = rows_of(risk_panels.panel(people=150, weeks=52, seed=2, level=-5.6, bend=0.0, lines=2.0))  # the truth is a sum of straight lines
    starts = evaluation.origins(given, 60)
    kind, rolled, compared = challengers.against(given, mine := evaluation.roll(given, evaluation.Hazard(given, KINDS), starts), starts, KINDS)
    assert kind == "hazard" and rolled is mine and compared["steps"]["low"] <= 0 and compared["direct"]["low"] <= 0


@pytest.fixture(scope="module")
def stepped() -> pd.DataFrame:
    """A company whose truth is a step up and down again in what the model reads as a straight line."""
    found = risk_panels.panel(people=250, weeks=60, seed=6, level=-4.6, random_labels=True)
    rng = np.random.default_rng(1)
    found["talks_month"] = found.groupby("person_no")["talks_month"].transform(lambda x: rng.random())
    middle = found["talks_month"].between(0.4, 0.6)
    drop = (found.groupby("person_no")["week"].transform(lambda x: rng.random()) < 0.93) & ~middle & found["event_on"].notna()
    found.loc[found["person_no"].isin(found.loc[drop, "person_no"]), ["event_on", "event_7", "label_30", "label_60", "label_90"]] = [pd.NaT, 0.0, 0.0, 0.0, 0.0]
    return found


def test_a_challenger_whose_reasons_are_loose_where_the_models_are_firm_replaces_nothing(stepped: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reasons, "FIRM", 0.5)   # of the challenger's first three reasons a third stays in the refits, of the model's 0.59
    given = rows_of(stepped)
    told = build.train(given, ASKED, stepped[stepped["week"] == stepped["week"].max()], {}, NOBODY)
    mine = evaluation.roll(given, evaluation.Hazard(given, KINDS, directions=DIRECTIONS), evaluation.origins(given, 60))
    known = np.isfinite(given.labels[60][mine.at])
    assert told.compared["steps"]["low"] > 0 and told.figures["auc"] == metrics.auc(given.labels[60][mine.at][known], mine.p[60][known])


def test_a_challenger_that_is_clearly_better_replaces_the_model_and_its_reasons_add_up(stepped: pd.DataFrame) -> None:
    con = filled(stepped)
    kind, compared = con.execute("select kind, challengers from risk_model").fetchall()[0]
    assert kind == "steps" and json.loads(compared)["steps"]["low"] > 0
    gap = con.execute("""
        select max(abs(s.base + r.total - ln(s.p60 / (1 - s.p60))))
        from risk_scores as s join (select employee_id, sum(contribution) as total from risk_reasons group by 1) as r on r.employee_id = s.employee_id""").fetchall()[0][0]
    assert gap < 1e-9 and con.execute("select count(*) from risk_scores where low > p60 or high < p60").fetchall()[0][0] == 0


@pytest.fixture(scope="module")
def rolled(rows: evaluation.Rows) -> evaluation.Rolled:
    return evaluation.roll(rows, evaluation.Hazard(rows, KINDS, directions=DIRECTIONS), evaluation.origins(rows, 60))


def test_the_published_model_and_its_refits_keep_to_every_direction(trained: build.Trained) -> None:
    known, given = np.array(trained.model.design.signs(DIRECTIONS)), np.array(trained.model.signs)
    lines = known != 0
    assert (known > 0).sum() > 10 and (known < 0).sum() > 3 and np.array_equal(given[lines], known[lines])
    assert len(trained.refits) == 6 and all((known * one.coef >= 0).all() for one in (trained.model, *trained.refits))


def test_what_is_tested_keeps_to_the_directions_as_what_is_published_does(rows: evaluation.Rows, trained: build.Trained, rolled: evaluation.Rolled) -> None:
    known = np.isfinite(rows.labels[60][rolled.at])
    assert trained.figures["auc"] == metrics.auc(rows.labels[60][rolled.at][known], rolled.p[60][known])
    assert trained.compared == challengers.against(rows, rolled, evaluation.origins(rows, 60), KINDS, DIRECTIONS)[2]


def test_before_any_label_has_matured_the_line_is_what_the_facts_persistence_implies(rows: evaluation.Rows, rolled: evaluation.Rolled) -> None:
    start = evaluation.origins(rows, 60)[0]
    score = evaluation.Hazard(rows, KINDS, directions=DIRECTIONS)(evaluation.known_by(rows, start, 7))
    seen = np.flatnonzero(rows.week <= start)
    level, lasts = score(np.flatnonzero(rows.week == start)).mean(), evaluation.lasting(rows.person[seen], rows.week[seen], score(seen))
    for days, line in rolled.lines[start].items():
        assert line.b == pytest.approx(lasts[days]) and line.b < 0.95
        assert line.a == pytest.approx(np.log(days / 7) + (1 - line.b) * level)


def test_the_published_line_begins_from_the_same_word_as_the_tested_one(rows: evaluation.Rows, rolled: evaluation.Rolled) -> None:
    new = rows.week[rolled.at] > rows.week.max() - 28   # nothing of these weeks has matured
    fresh = evaluation.Rolled(rolled.at[new], rolled.eta[new], {days: p[new] for days, p in rolled.p.items()}, rolled.origin[new])
    fitted, _ = build.final(rows, "hazard", fresh)
    eta = fitted.eta(rows.frame)
    lasts = evaluation.lasting(rows.person, rows.week, eta)
    level = eta[rows.week == rows.week.max()].mean()
    assert fitted.platt[60].b == pytest.approx(lasts[60]) and lasts[60] < 0.95
    assert fitted.platt[60].a == pytest.approx(np.log(60 / 7) + (1 - lasts[60]) * level)


def test_rows_that_tell_the_same_leaving_count_as_a_part_of_one_each(rows: evaluation.Rows, rolled: evaluation.Rolled) -> None:
    start = evaluation.origins(rows, 60)[-1]
    known = evaluation.known_by(rows, start, 60)
    trainer = evaluation.Hazard(rows, KINDS, 60, DIRECTIONS)
    trainer(known)
    fit = lambda keep, told: models.fit(rows.frame[keep], rows.labels[60][keep], KINDS, directions=DIRECTIONS, told=told).penalties
    assert trainer.model.penalties == pytest.approx(fit(known, 60 / 7)) and not np.allclose(fit(known, 60 / 7), fit(known, 1.0), rtol=0.3)
    last = evaluation.known_by(rows, int(rows.week.max()) + 7, 60)
    assert build.final(rows, "direct", rolled)[0].penalties == pytest.approx(fit(last, 60 / 7))


def test_a_shifted_feature_is_a_notice_and_an_unchanged_one_is_none() -> None:
    rng = np.random.default_rng(7)
    before = rng.normal(size=5000)
    assert metrics.psi(before, rng.normal(size=1000)) < 0.1 < 0.2 < metrics.psi(before, rng.normal(0.8, 1, 1000))
    assert metrics.psi(before, np.where(rng.random(1000) < 0.3, np.nan, rng.normal(size=1000))) > 0.2


def drifted(values: np.ndarray, people: int = 40) -> pd.DataFrame:
    """The drift of one feature of people × weeks, the last week being today's."""
    weeks = values.shape[1]
    person, week = np.repeat(np.arange(people), weeks), np.tile(np.arange(weeks) * 7, people)
    frame, past = pd.DataFrame({"x": values.ravel()}), week < (weeks - 1) * 7
    nothing = np.zeros(past.sum())
    rows = evaluation.Rows(frame[past], person[past], week[past], nothing, {60: nothing}, nothing, nothing)
    return backtest.shift(rows, {"x": "spline"}, frame[~past])


def test_what_a_few_teams_share_is_no_drift_though_its_index_is_large_and_a_real_shift_is() -> None:
    rng = np.random.default_rng(3)
    team = np.arange(40) % 6
    walk = np.empty((6, 60))
    walk[:, 0] = rng.normal(size=6)
    for week in range(1, 60):  # moves slowly and comes back, as the share that left in half a year does
        walk[:, week] = 0.9 * walk[:, week - 1] + rng.normal(0, 0.44, 6)
    quiet = drifted(walk[team]).iloc[0]
    assert quiet["psi"] > 0.2 and not quiet["notice"]
    own = rng.normal(size=(40, 60))
    assert not drifted(own)["notice"][0]
    own[:, -5:] += 1.5
    assert drifted(own)["notice"][0]


def test_a_warning_stands_for_its_pause_and_the_shares_of_a_group_add_up() -> None:
    person, week = np.repeat([3, 1], 8), np.tile(np.arange(8) * 7, 2)
    flagged = np.zeros(16, dtype=bool)
    flagged[[1, 9, 14]] = True
    assert np.flatnonzero(backtest.standing(person, week, flagged, 4)).tolist() == [1, 2, 3, 4, 9, 10, 11, 12, 14, 15]
    rng = np.random.default_rng(5)
    person, week = np.repeat(np.arange(60), 20), np.tile(np.arange(20) * 7, 60)
    label = np.where(week < 90, (rng.random(1200) < 0.1).astype(float), np.nan)
    rows = evaluation.Rows(pd.DataFrame(index=range(1200)), person, week, label, {60: label}, np.zeros(1200), np.full(1200, np.nan))
    flag = rng.random(1200) < 0.1
    test = backtest.Tested(rows, np.full(1200, 0.1), label, np.isfinite(label), {(10, "model"): flag}, {}, 4)
    row = backtest.groups(test, {"gender": np.full(1200, "f", dtype=object)}, 10).iloc[0]
    assert row["flag_rate"] == pytest.approx(row["actual"] * row["tpr"] + (1 - row["actual"]) * row["fpr"])


def _test(p: np.ndarray, label: np.ndarray) -> backtest.Tested:
    n = len(p)
    rows = evaluation.Rows(pd.DataFrame(index=range(n)), np.arange(n), np.arange(n) % 13 * 7, label, {60: label}, np.zeros(n), np.full(n, np.nan))
    return backtest.Tested(rows, p, label, np.isfinite(label), {})


def test_a_level_that_moved_beyond_chance_is_a_drift() -> None:
    rng = np.random.default_rng(9)
    true = np.full(4000, 0.1)
    label = (rng.random(4000) < true).astype(float)
    assert backtest.level(_test(1.6 * true, label))[1] and not backtest.level(_test(true, label))[1]
    assert backtest.level(_test(1.6 * true, label))[0] == pytest.approx(1.6 * 0.1 / label.mean())


def test_a_group_of_few_is_not_measured(rows: evaluation.Rows, trained: build.Trained) -> None:
    assert trained.tables["risk_groups"].set_index("part")["auc"].notna().all()
    few = np.where(rows.person < 12, "few", "many").astype(object)
    starts = evaluation.origins(rows, 60)
    rolled = evaluation.roll(rows, evaluation.Hazard(rows, {"tenure_months": "spline"}), starts)
    test = backtest.tested(rows, rolled, rolled, (10,), 4)
    found = backtest.groups(test, {"gender": few[rolled.at]}, 10).set_index("part")
    assert np.isnan(found.loc["few", "auc"]) and np.isfinite(found.loc["many", "auc"])


def test_who_stayed_and_was_cared_for_is_no_silent_false_alarm() -> None:
    n = 4
    rows = evaluation.Rows(pd.DataFrame(index=range(n)), np.arange(n), np.full(n, 700), np.zeros(n), {60: np.array([1.0, 0, 0, np.nan])}, np.zeros(n), np.full(n, np.nan))
    flag = np.full(n, True)
    test = backtest.Tested(rows, np.full(n, 0.2), rows.labels[60], np.isfinite(rows.labels[60]), {(5, "model"): flag}, {5: [flag]})
    cared = pd.DataFrame({"person_no": [1, 2], "on": pd.to_datetime([np.datetime64(730, "D"), np.datetime64(760, "D")])})
    told = backtest.alarms(test, cared).iloc[0].to_dict()
    assert told == {"capacity": 5, "flagged": 4, "left": 1, "stayed_cared": 1, "stayed_alone": 1, "unknown": 1}


# --- measures ---------------------------------------------------------------------------------------------------------------

def test_measures_are_those_of_scikit_learn() -> None:
    from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

    rng = np.random.default_rng(3)
    p = np.round(rng.random(2000), 2)  # with ties
    y = (rng.random(2000) < p).astype(float)
    assert metrics.auc(y, p) == pytest.approx(roc_auc_score(y, p)) and metrics.brier(y, p) == pytest.approx(brier_score_loss(y, p))
    assert metrics.average_precision(y, p) == pytest.approx(average_precision_score(y, p))


def test_true_probabilities_have_a_small_calibration_error_and_doubled_ones_a_large() -> None:
    rng = np.random.default_rng(4)
    p = rng.uniform(0, 0.4, 20_000)
    y = (rng.random(len(p)) < p).astype(float)
    assert metrics.ece(y, p) < 0.01 and metrics.ece(y, 2 * p) > 0.15


def test_intervals_over_persons_are_wider_than_over_their_copied_rows() -> None:
    rng = np.random.default_rng(5)
    p, person = np.repeat(rng.random(150), 12), np.repeat(np.arange(150), 12)
    y = np.repeat((rng.random(150) < 0.4).astype(float), 12)
    low, high = metrics.Clusters(person).auc(y, p)
    rows_low, rows_high = metrics.Clusters(np.arange(len(p))).auc(y, p)
    assert high - low > 2 * (rows_high - rows_low)


def test_a_large_company_is_learnt_from_whole_people_and_says_what_share(panel: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "MOST_ROWS", len(panel) // 2)
    con = filled(panel)
    share, people, rows, scored = con.execute("select share, people, rows, (select count(*) from risk_scores) from risk_model").fetchall()[0]
    known = panel[panel["event_7"].notna()].groupby("person_no").size()
    assert share == 0.5 and 0.35 < people / len(known) < 0.65 and scored == (panel["week"] == panel["week"].max()).sum()
    assert rows == known[[person for person in known.index if person * 2654435761 % 1000003 < 500001]].sum()
