"""Verdicts: each condition of the rule by itself, families, looks, and what is said about people who choose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lib.effect.estimate import CareEffect, Comparison, Estimate, Naive, NoComparison, Overlap
from lib.effect.verdict import LIVE_Z, fixed_reads, holm, judge, judge_all, live, more_people, next_read


def estimate(value: float, error: float = 1.0, cared: int = 60, compared: int = 60) -> Estimate:
    from scipy.special import ndtr

    return Estimate(value, value - 1.96 * error, value + 1.96 * error, float(2 * ndtr(-abs(value) / error)), cared, compared)


def found(value: float = 5.0, error: float = 1.0, second: float | None = None, **changes: object) -> CareEffect:
    """A sound comparison with this effect."""
    base = CareEffect("performance_dip", "", "", "observed", Naive(70, 100, 30, 25, 35, 0.0), Comparison(60, 80, 72, 97, 95), estimate(value, error),
                      estimate(value if second is None else second, error), None, (estimate(.1), estimate(.1)), Overlap(.95, 50.0), 100, 160, 4.0, 20.0,
                      (.05, .05), {}, pd.Timestamp("2026-01-05"), pd.Timestamp("2026-06-01"))
    return replace(base, **changes)


def test_works_harms_no_effect_and_cannot_tell() -> None:
    works = judge(found(5))
    assert works.key == "works" and not works.failed and works.more is None and works.bound is None
    assert judge(found(-5)).key == "harms"
    nothing = judge(found(.5))
    assert nothing.key == "no_effect" and nothing.bound == 2.5 and "estimate" in nothing.failed
    open_still = judge(found(4, error=3))
    assert open_still.key == "cannot_tell" and open_still.more >= 1
    assert judge(found(.5), worth=2).key == "cannot_tell"


@pytest.mark.parametrize(("changes", "key"), [
    ({"estimate": estimate(5, 1, cared=19)}, "cared_people"), ({"estimate": estimate(5, 1, compared=19)}, "compared_people"), ({"people": 39}, "compared_people"),
    ({"overlap": Overlap(.79, 50.0)}, "overlap"), ({"overlap": Overlap(.95, 19.9)}, "effective"),
    ({"placebo": (estimate(2.0), estimate(2.0))}, "placebo"), ({"placebo": None}, "placebo"), ({"second": estimate(1.9)}, "second"),
    ({"estimate": estimate(1.9)}, "estimate")])
def test_one_failed_condition_is_enough_to_take_works_back(changes: dict, key: str) -> None:
    verdict = judge(replace(found(5), **changes))
    assert verdict.key not in ("works", "harms") and key in verdict.failed
    assert judge(found(5)).key == "works"


def test_the_two_methods_must_agree_on_the_direction() -> None:
    verdict = judge(found(5, second=-5))
    assert verdict.key == "cannot_tell" and "second" in verdict.failed


def test_thirty_people_can_never_tell_whatever_the_figures_say() -> None:
    # All 30 may have been cared for once and left alone once: they are still only 30.
    verdict = judge(replace(found(30), estimate=estimate(30, 1, 30, 30), second=estimate(30, 1, 30, 30), people=30))
    assert verdict.key == "cannot_tell" and verdict.failed == ("compared_people",) and verdict.more >= 10


def test_more_people_are_only_asked_for_where_they_would_help() -> None:
    assert judge(found(4, 3)).more > 0
    assert judge(found(5, overlap=Overlap(.5, 50.0))).more is None
    assert more_people(50, 10.0, [(0.0, 7.0)], 5.0) == 150      # four times as many halve what is seen
    assert more_people(50, 4.0, [(5.0, 6.0)], 5.0) == 22
    assert more_people(50, 4.0, [(0.4, 2.5), (-1.5, 3.8)], 5.0) == 9     # the second method must come within ±5 too: by its own value
    assert more_people(50, 1.0, [(4.99, 5.0)], 5.0) == 5                # never "one more"
    assert more_people(50, 4.0, [(6.0, 5.0)], 5.0, strict=1.5) > more_people(50, 4.0, [(6.0, 5.0)], 5.0) == 5
    assert more_people(50, 4.0, [(7.0, 9.0), (-6.0, 9.0)], 5.0) == 598    # they contradict one another: known to half of what would matter
    assert more_people(50, 4.0, [(7.0, 9.0), (0.01, 9.0)], 5.0) == 598    # an estimate near 0 asks for no more than that
    few = judge(NoComparison("performance_dip", "", "", "observed", 3, 2, 5, 6, 20.0, {}))
    assert few.key == "cannot_tell" and few.more >= 18 and set(few.failed) >= {"cared_people", "compared_people"}


def test_of_many_cells_and_on_any_day_more_people_are_needed() -> None:
    one = found(6, 3.0)
    alone, among = judge(one, worth=1, p_adjusted=.2), judge(one, worth=1, p_adjusted=.2, cells=20)
    assert alone.key == among.key == "cannot_tell" and among.more > alone.more >= 6
    assert judge(one, "live", worth=1).more > alone.more


def test_newcomers_have_no_past_and_more_of_them_would_have_none_either() -> None:
    verdict = judge(NoComparison("new_hire", "", "", "observed", 0, 0, 0, 0, 20.0, {"no_history": 60}))
    assert verdict.key == "cannot_tell" and verdict.more is None and "no_history" in verdict.warnings
    assert "no_history" not in judge(found(5, left_out={"no_history": 100})).warnings


def test_words_of_cause_are_for_the_lottery_and_choosing_is_always_warned_of() -> None:
    assert not judge(found(5)).causal and "private_knowledge" in judge(found(5)).warnings
    drawn = judge(found(5, design="lottery"))
    assert drawn.causal and "private_knowledge" not in drawn.warnings
    assert not judge(found(.5, design="lottery")).causal
    assert "lost" in judge(found(5, lost=(.02, .2))).warnings


def test_holm_is_the_librarys() -> None:
    from statsmodels.stats.multitest import multipletests

    p = np.random.default_rng(4).random(25) ** 3
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])
    with_unknown = holm([.01, float("nan"), .04])
    assert with_unknown[0] == pytest.approx(.03) and np.isnan(with_unknown[1]) and with_unknown[2] == pytest.approx(.08)


def test_the_best_of_many_is_held_to_a_stricter_bound_and_says_how_many() -> None:
    cells = {f"team {i}": found(0, 1) for i in range(9)} | {"best": found(2.5, 1)}
    assert judge(cells["best"]).key == "works"
    together = judge_all(cells)
    assert together["best"].key != "works" and together["best"].failed == ("family",) and together["best"].cells == 10 and "one_of_many" in together["best"].warnings
    assert together["best"].p_adjusted == pytest.approx(10 * judge(cells["best"]).p)
    assert judge_all(cells | {"best": found(3.5, 1)})["best"].key == "works"


def test_a_look_at_any_day_needs_z_above_2_8() -> None:
    assert judge(found(2.79), "live", worth=1).key == "cannot_tell" and judge(found(2.81), "live", worth=1).key == "works"
    assert judge(found(2.79)).key == "works"
    assert live(judge(found(LIVE_Z)).p) == pytest.approx(.05, abs=1e-6)
    assert "live" in judge(found(5), "live").warnings
    assert judge(found(.5, .3), "live", worth=1.2).key == "cannot_tell" and judge(found(.5, .3), worth=1.2).key == "no_effect"


def test_fixed_reads_are_the_ends_of_the_quarters() -> None:
    reads = fixed_reads(pd.Timestamp("2026-01-15"), pd.Timestamp("2026-09-30"))
    assert [f"{day:%m-%d}" for day in reads] == ["03-31", "06-30", "09-30"]
    assert f"{next_read(pd.Timestamp('2026-09-30')):%Y-%m-%d}" == "2026-12-31"
    assert f"{next_read(pd.Timestamp('2026-08-02')):%m-%d}" == "09-30"
