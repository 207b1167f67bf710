"""Followed supports on a simulated company whose truth is known: coverage of the interval, bias and verdicts.

``python -m tests.bench.pain_followed_truth [RUNS]``.  Numbers fall below the limit by chance as well as by a pain that lasts, so that
almost everybody who fires rises again by themselves; HR gives support more often where the number is lowest.  A bare before/after of the
supported people is printed beside it, to be seen failing.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from lib.morale import pain_followed
from lib.morale.pain_measures import sums

WEEKS, ROLES = 40, 2
USUAL = 40.0   # what peers have in a week


def simulate(rng: np.random.Generator, effect: float, people: int = 220) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray, np.ndarray]:
    """Runs, supports, seen and usual of one company.  ``effect``: what the support truly adds (share of the peers' level) from the 2nd week on."""
    level = np.exp(rng.normal(0, .12, people))
    mood = np.zeros((people, WEEKS))
    for week in range(1, WEEKS):
        mood[:, week] = .8 * mood[:, week - 1] + rng.normal(0, .05, people)
    pain = np.zeros((people, WEEKS))
    begins = np.where(rng.random(people) < .55, rng.integers(2, WEEKS - 10, people), WEEKS)
    for one in np.flatnonzero(begins < WEEKS):
        pain[one, begins[one]:begins[one] + rng.integers(8, 17)] = .4
    usual = np.full((people, WEEKS), USUAL)
    noise = rng.poisson(USUAL, (people, WEEKS)) / USUAL - 1
    number = np.clip(level[:, None] + mood - pain + noise * .9, .02, None)
    late = sums(number, 4) / 4
    fires = late <= .7
    rows, given = [], []
    for one in range(people):
        last = -9
        for week in np.flatnonzero(fires[one]):
            if week - last > 2:
                rows.append([one, one % ROLES, week - 3, week, week])
                waits = int(rng.integers(1, 4))
                at = week + waits
                # The lower the number, the more likely HR is to step in.
                if at < WEEKS and rng.random() < np.clip(1.5 - 1.8 * late[one, week], .15, .9):
                    given.append([one, "course", at])
                    number[one, at + 2:at + 9] += effect
            rows[-1][4] = week
            last = week
    runs = pd.DataFrame(rows, columns=["row", "group", "start", "first", "last"])
    return runs, pd.DataFrame(given, columns=["row", "kind", "week"]), number * USUAL, usual


def trial(seed: int, effect: float) -> pain_followed.Followed:
    """One simulated company, followed."""
    return pain_followed.compare("prospecting", "course", *simulate(np.random.default_rng(seed), effect))


def coverage(runs: int, effect: float, first: int = 0) -> dict[str, float]:
    """Over many companies: share of intervals that hold the truth, mean error, and shares of the verdicts."""
    found = [trial(seed, effect) for seed in range(first, first + runs)]
    told = [one for one in found if one.difference is not None]
    return {"told": len(told) / runs, "people": float(np.mean([one.supported for one in told])),
            "coverage": float(np.mean([one.low <= effect <= one.high for one in told])),
            "bias": float(np.mean([one.difference - effect for one in told])),
            "naive_bias": float(np.mean([one.after - one.before - effect for one in told])),
            **{verdict: float(np.mean([one.verdict == verdict for one in found])) for verdict in ("helped", "worse", "no_difference", "cannot_tell")}}


def main() -> None:
    """Print the figures for no effect and for two true effects."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for effect in (0.0, .1, .2):
        print(effect, {name: round(value, 3) for name, value in coverage(runs, effect).items()})


if __name__ == "__main__":
    main()
