"""How much of the pulse is shown and how much an attacker recovers: ``python -m tests.bench.bench_pulse [sequences]``."""

from __future__ import annotations

import sys
from collections import defaultdict
from time import perf_counter

from lib.morale import pulse
from tests.pulse_attacker import Attack, House, story


def run(sequences: int, programmes: int = 20, questions: int = 1, **switches: bool) -> dict[str, float]:
    """Play companies through and attack each: sequences, recovered, share of the eligible cells that is shown, seconds."""
    start, sums = perf_counter(), defaultdict(float)
    for seed in range(sequences):
        told = story(seed, House(**switches), questions)
        for question in pulse.QUESTIONS[:questions]:
            attack = Attack(told, question)
            sums["recovered"] += bool(attack.solved() or seed % programmes == 0 and attack.bounded())
        sums["eligible"] += told.eligible
        sums["visible"] += told.visible
    return {"sequences": sequences, "recovered": sums["recovered"], "shown": sums["visible"] / sums["eligible"], "seconds": perf_counter() - start}


if __name__ == "__main__":
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rows = {"as it is": run(many), "five questions, some skipped": run(many // 20, questions=5),
            "planted: no complementary hiding": run(many // 100, complementary=False), "planted: earlier waves not looked at": run(many // 100, across=False),
            "planted: computed again on import": run(many // 100, again=True)}
    for name, found in rows.items():
        print(f"{name:38} {found['sequences']:6.0f} sequences  {found['recovered']:5.0f} recovered  {found['shown']:6.1%} shown  {found['seconds']:6.1f} s")
