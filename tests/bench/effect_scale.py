"""What one look at care costs in a large company: seconds and memory of each step, on a simulated company.

``python -m tests.bench.effect_scale [--people 100000] [--weeks 78] [--team 21]``.  Teams have ``--team`` people, so that there are thousands of them.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from typing import TypeVar

from lib.effect.episodes import care_episodes
from lib.effect.estimate import company_noise, effect
from lib.effect.grid import grid, weekly_noise
from lib.effect.hazard import hazard, person_weeks
from lib.effect.simulate import START, Scenario, play

V = TypeVar("V")


def timed(name: str, work: Callable[[], V]) -> V:
    """Do it, and print how long it took and the most memory used so far."""
    begun = time.perf_counter()
    made = work()
    print(f"{name:<28} {time.perf_counter() - begun:7.1f} s   {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:7.0f} MiB", flush=True)
    return made


def main() -> None:
    """Print every step."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--weeks", type=int, default=78)
    parser.add_argument("--team", type=int, default=21)
    options = parser.parse_args()
    world = timed("company", lambda: play(Scenario(people=options.people, weeks=options.weeks, teams=max(2, options.people // options.team), care="worst"), 1))
    values = timed("calendar and grid", lambda: grid(world.people, world.weeks, world.as_of))
    episodes = timed("episodes", lambda: care_episodes(world.people, world.weeks, world.flags, world.cares, None, world.as_of, values=values))
    noise = timed("noise", lambda: company_noise(episodes, weekly_noise(values.value)))
    found = timed("effect of all cares", lambda: effect(episodes, noise))
    rows = timed("weeks of people", lambda: person_weeks(world.people, episodes, world.cares, START, world.as_of))
    ratio = timed("leaving", lambda: hazard(rows))
    print(f"{options.people:,} people, {len(set(world.people['team'])):,} teams, {found.episodes:,} of {len(episodes):,} episodes, {len(rows):,} weeks of people")
    print(found.estimate, ratio, sep="\n")


if __name__ == "__main__":
    main()
