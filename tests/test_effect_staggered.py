"""Programme: every team against those that had not yet started, however the effect grows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lib.effect.grid import grid
from lib.effect.simulate import START, Scenario, play
from lib.effect.staggered import AFTER, BASE, Programme, by_event_week, judge_programme, picture, programme, team_outcome

STARTS = np.array([20, 26, 32, 38, 44, 50, 56, 62])


def plain(effect_of, noise: float = 0.0, seed: int = 0, weeks: int = 78) -> np.ndarray:
    """Teams of different levels that share a calendar, with an effect by weeks since the start."""
    rng = np.random.default_rng(seed)
    since = np.arange(weeks) - STARTS[:, None]
    return 100 + np.arange(8)[:, None] * 3 + rng.normal(0, 5, weeks) + np.where(since >= 0, effect_of(since), 0) + rng.normal(0, noise, (8, weeks))


def test_an_effect_that_grows_is_found_exactly_where_there_is_no_noise() -> None:
    grows = lambda since: 1.0 + since
    y = plain(grows)
    # Teams late enough to have two others waiting in each of the 12 weeks count fully; the mean is over what can be compared.
    known = [since for team in STARTS for since in range(AFTER) if (team + since < STARTS).sum() >= 2]
    assert programme(y, STARTS).value == pytest.approx(np.mean([grows(since) for since in known]))
    drawn = picture(y, STARTS)
    assert drawn[drawn["part"] == "after"]["value"].tolist() == pytest.approx([
        np.mean([grows(since) for team in STARTS for since in range(first, first + 4) if (team + since < STARTS).sum() >= 2]) for first in (0, 4, 8)])
    assert drawn[drawn["part"] != "after"]["value"].to_numpy() == pytest.approx(0, abs=1e-9)


def test_a_team_that_already_runs_is_never_the_comparison() -> None:
    y = plain(lambda since: np.full(since.shape, 4.0))
    broken = y.copy()
    broken[0, STARTS[0] + AFTER:] += 1000.0        # long after the first start: no other team may notice
    assert programme(broken, STARTS).value == pytest.approx(programme(y, STARTS).value)


def test_what_the_calendar_did_to_all_is_no_effect() -> None:
    y = plain(lambda since: np.zeros(since.shape))
    assert programme(y + np.linspace(0, 50, 78), STARTS).value == pytest.approx(0, abs=1e-9)


def weighted(y: np.ndarray, weight: np.ndarray) -> float:
    """The effect when teams count by weight, written down week by week."""
    above = below = 0.0
    for team, begin in enumerate(STARTS):
        gain = y - y[:, begin - BASE:begin].mean(axis=1)[:, None]
        for week in range(begin, min(begin + AFTER, y.shape[1])):
            waiting = week < STARTS
            if waiting.sum() >= 2:
                above += weight[team] * (gain[team, week] - np.average(gain[waiting, week], weights=weight[waiting]))
                below += weight[team]
    return above / below


def test_the_interval_is_made_of_how_the_effect_moves_when_a_team_counts_a_little_more() -> None:
    y = plain(lambda since: np.full(since.shape, 3.0), noise=2.0)
    whole, same = programme(y, STARTS), np.ones(8)
    assert whole.value == pytest.approx(weighted(y, same))
    moves = np.array([(weighted(y, same + 1e-5 * one) - whole.value) / 1e-5 for one in np.eye(8)])
    error = np.sqrt(8 / 7 * (moves**2).sum())
    assert (whole.high - whole.value) / error == pytest.approx(2.3646, abs=1e-3)       # t with 7 degrees of freedom
    assert whole.low < 3 < whole.high and whole.others == 7 and whole.teams + whole.left_out == 8


def test_without_teams_that_wait_there_is_no_comparison() -> None:
    y = plain(lambda since: np.zeros(since.shape))
    assert programme(y, np.full(8, 30)) is None
    assert judge_programme(None, 5.0).key == "cannot_tell"
    with pytest.raises(ValueError, match="not yet started"):
        Programme(1.0, 0.5, 1.5, .01, 4, 0, None, 0)


def test_the_verdict_needs_a_quiet_time_before() -> None:
    sound = Programme(4.0, 2.0, 6.0, .001, 8, 7, (0.1, -1.0, 1.2, .8), 0)
    assert judge_programme(sound, 5.0).key == "works" and judge_programme(sound, 5.0, higher_is_better=False).key == "harms"
    assert judge_programme(replace(sound, trend=(2.0, .5, 3.5, .01)), 5.0).key == "cannot_tell"
    assert judge_programme(replace(sound, trend=None), 5.0).key == "cannot_tell"
    assert judge_programme(replace(sound, teams=3), 5.0).key == "cannot_tell"
    assert judge_programme(replace(sound, value=.5, low=-1.0, high=2.0, p=.5), 5.0).key == "no_effect"
    assert judge_programme(replace(sound, value=.5, low=-4.0, high=6.0, p=.5), 5.0).key == "cannot_tell"


def test_a_difference_before_the_start_too_small_to_explain_the_effect_does_not_stop_the_verdict() -> None:
    minutes = Programme(-8.9, -9.4, -8.3, 1e-6, 8, 7, (-0.2, -0.5, 0.1, .19), 0)
    told = judge_programme(minutes, 3.0, higher_is_better=False)
    assert told.key == "works" and [(one.key, one.passed, round(one.number, 1)) for one in told.checks][2] == ("trend_off", True, 7.8)
    grown = replace(minutes, trend=(-6.0, -8.4, -3.6, .001))     # as much as the effect itself: it may only have gone on
    assert judge_programme(grown, 3.0, higher_is_better=False).key == "cannot_tell"
    small = replace(minutes, value=.1, low=-.9, high=1.1, p=.8, trend=(0.5, 0.2, 0.8, .01))
    assert judge_programme(small, 3.0).key == "no_effect" and judge_programme(small, 3.0).bound == pytest.approx(1.9)
    assert judge_programme(small, 1.5).key == "cannot_tell"


def test_a_played_company_gives_its_programme_back_within_the_interval() -> None:
    scenario = Scenario(people=240, teams=12, staggered=True, share=0.0)
    covered = []
    for seed in range(6):
        for size in (0.0, 5.0):
            world = play(replace(scenario, programme=size), seed)
            values = grid(world.people, world.weeks, world.as_of)
            y, start, weeks = by_event_week(team_outcome(world.people, values.value, values.weeks, world.starts), world.starts)
            found = programme(y, start)
            covered.append(found.low <= size <= found.high)
            assert abs(found.value - size) < 5
    assert np.mean(covered) >= .75 and y.shape == (12, 78) and weeks[0] == np.datetime64(START) and start.min() >= BASE


def test_the_own_mean_of_the_outcome_is_from_before_the_start() -> None:
    people = pd.DataFrame({"employee_id": ["E0", "E1"], "team": ["A", "B"]})
    weeks = pd.date_range(START, periods=30, freq="7D").to_numpy()
    starts = pd.Series([weeks[20], pd.NaT], index=["A", "B"])
    value = np.vstack([np.r_[np.full(20, 10.0), np.full(10, 15.0)], np.full(30, 8.0)])
    table = team_outcome(people, value, weeks, starts).set_index(["team", "week"])["outcome"]
    assert table["A"].tolist() == [100.0] * 20 + [150.0] * 10 and set(table["B"]) == {100.0}
