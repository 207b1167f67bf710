"""Leaving: care switches on when it happened, people who are not there to be cared for make no care look good, curves are the library's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lib.effect.episodes import care_episodes
from lib.effect.hazard import HazardEffect, NoHazard, hazard, judge_hazard, landmark_curves, person_weeks
from lib.effect.simulate import START, Scenario, play

WEEK = pd.Timedelta(weeks=1)


def weeks_of(scenario: Scenario, seed: int) -> pd.DataFrame:
    world = play(scenario, seed)
    episodes = care_episodes(world.people, world.weeks, world.flags, world.cares, None, world.as_of)
    return person_weeks(world.people, episodes, world.cares, START + 4 * WEEK, world.as_of)


@pytest.fixture
def one() -> pd.DataFrame:
    """A person hired in week 2, flagged in week 10, cared for on the Thursday of week 10, gone on the Wednesday of week 16."""
    people = pd.DataFrame({"employee_id": ["E0"], "team": ["A"], "hire_date": [START + 2 * WEEK], "left_on": [START + 16 * WEEK + pd.Timedelta(days=2)]})
    episodes = pd.DataFrame({"employee_id": ["E0"], "tag": "performance_dip", "since": [START + 10 * WEEK], "strength": [2.0], "dip": [70.0]})
    cares = pd.DataFrame({"employee_id": ["E0"], "care_on": [START + 10 * WEEK + pd.Timedelta(days=3)]})
    return person_weeks(people, episodes, cares, START, START + 40 * WEEK - pd.Timedelta(days=1), lasts=4).set_index("time")


def test_a_person_has_a_row_for_each_week_at_work_and_leaves_in_the_last(one) -> None:
    assert one.index.tolist() == list(range(2, 17)) and one["tenure"].tolist() == list(range(15))
    assert one["event"].sum() == 1 and one["event"].loc[16]


def test_care_switches_on_in_the_week_after_it_and_off_again(one) -> None:
    assert one.index[one["cared"]].tolist() == [11, 12, 13, 14]


def test_the_tag_and_its_strength_are_known_from_its_week_on(one) -> None:
    assert one["age"].loc[9] == -1 and one["age"].loc[10] == 0 and one["age"].loc[11] == 1 and one["age"].loc[16] == 2
    assert one["strength"].loc[9] == 0 and one["strength"].loc[10] == 2 and one["dip"].loc[12] == pytest.approx(3) and one["tags"].loc[10] == 1


def test_the_ratio_that_was_put_in_comes_out_and_none_where_none_was() -> None:
    large = Scenario(people=900, care="worst")
    halved = [hazard(weeks_of(replace(large, hazard_ratio=.5), seed)) for seed in (1, 2)]
    assert .35 < np.exp(np.mean([np.log(each.ratio) for each in halved])) < .7
    assert any(judge_hazard(each).key == "works" for each in halved)
    nothing = hazard(weeks_of(large, 1))
    assert nothing.low < 1 < nothing.high and judge_hazard(nothing).key == "cannot_tell"
    assert nothing.expected == pytest.approx(nothing.events_cared / nothing.ratio, rel=.15)
    assert nothing.n_compared > 20 and nothing.events_compared > 20


def test_ever_against_never_would_have_been_fooled() -> None:
    world = play(Scenario(people=900), 3)
    gone, ever = world.people["left_on"].notna(), world.people["employee_id"].isin(world.cares["employee_id"])
    assert gone[ever].mean() < gone[~ever].mean() - .05
    episodes = care_episodes(world.people, world.weeks, world.flags, world.cares, None, world.as_of)
    found = hazard(person_weeks(world.people, episodes, world.cares, START + 4 * WEEK, world.as_of))
    assert found.low < 1 < found.high


def effect(ratio: float, error: float, **changes: object) -> HazardEffect:
    base = HazardEffect(ratio, ratio * np.exp(-1.96 * error), ratio * np.exp(1.96 * error), .001, 60, 60, 100, 800, 800, 20, 40, 30.0)
    return replace(base, **changes)


def test_the_verdict_on_leaving_follows_the_same_rule() -> None:
    assert judge_hazard(effect(.5, .2)).key == "works" and judge_hazard(effect(2, .2)).key == "harms"
    open_still = judge_hazard(effect(.8, .3))
    assert open_still.key == "cannot_tell" and open_still.more > 100
    nothing = judge_hazard(effect(1.0, .05))
    assert nothing.key == "no_effect" and .8 <= nothing.bound < 1
    for change, key in (({"people": 39}, "compared_people"), ({"n_cared": 19}, "cared_people"), ({"expected": 9.0}, "expected"),
                        ({"events_compared": 9}, "compared_events")):
        verdict = judge_hazard(effect(.5, .2, **change))
        assert verdict.key == "cannot_tell" and key in [check.key for check in verdict.checks if not check.passed]
    assert judge_hazard(effect(.5, .3), "live").key == "cannot_tell" and judge_hazard(effect(.5, .3)).key == "works"
    assert judge_hazard(effect(.5, .2, p=.02), cells=10).key == "cannot_tell"
    assert judge_hazard(NoHazard(3, 4, 7, 0, 1)).key == "cannot_tell"
    assert "private_knowledge" in judge_hazard(effect(.5, .2)).warnings and not judge_hazard(effect(.5, .2), lottery=True).warnings


def test_a_ratio_needs_its_comparison() -> None:
    with pytest.raises(ValueError, match="comparison"):
        effect(.5, .2, n_compared=0)
    world = play(Scenario(people=20, leaving=.01), 1)
    episodes = care_episodes(world.people, world.weeks, world.flags, world.cares, None, world.as_of)
    assert isinstance(hazard(person_weeks(world.people, episodes, world.cares, START, world.as_of)), NoHazard)


def test_the_curves_begin_at_the_landmark_and_count_by_hand() -> None:
    names = [f"E{i}" for i in range(6)]
    people = pd.DataFrame({"employee_id": names, "left_on": [START + pd.Timedelta(days=3), START + 3 * WEEK, START + 5 * WEEK, pd.NaT, START + 3 * WEEK, pd.NaT]})
    episodes = pd.DataFrame({"employee_id": names, "since": START, "cared": [False, False, False, False, True, True]})
    curves = landmark_curves(people, episodes, START + 20 * WEEK)
    alone = curves[~curves["cared"]]
    assert alone["people"].iloc[0] == 3                                        # whoever left before the landmark is in no curve
    assert alone["weeks"].tolist() == [2, 4] and alone["staying"].tolist() == pytest.approx([2 / 3, 1 / 3]) and alone["at_risk"].tolist() == [3, 2]
    assert curves[curves["cared"]]["staying"].tolist() == [.5]
    assert ((curves["low"] < curves["staying"]) & (curves["staying"] < curves["high"])).all()
