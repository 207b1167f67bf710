"""Support for pain points in the demo company: who was given what, and whether it did anything.

HR notices about half of the pains a month or so after they began and gives one kind of support.  A kind that works ends the pain
two weeks later; :data:`USELESS` changes nothing, whatever pain it is given for.  Who is helped is chance, so that what support does
can be learnt from those who were not.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lib.demo.pain import PAINS, Pains
from lib.demo.people import NEVER, People

KINDS = ("course", "mentor_session", "extra_leads", "career_plan", "hr_talk")
USELESS = "course"
# What is given for each pain (script, prospecting, lost growth) and how often.
GIVEN = ((.35, .65, 0, 0, 0), (.2, .2, .6, 0, 0), (0, 0, 0, .6, .4))
NOTICED = .6          # share of pains that are noticed
AFTER = (4, 5)        # in the fourth or fifth week of the pain
LEFT = 3              # weeks that the pain lasts from then on, that week included, where the support works
WEEKS = 26            # support is given in the last half year: before that there was none


@dataclass
class Supports:
    """Every support that was given: person, pain, kind and day of each."""

    rng: np.random.Generator
    weeks: int
    given: list[tuple[int, int, int, int]] = field(default_factory=list)
    helped: set[int] = field(default_factory=set)

    def give(self, pains: Pains, people: People, pid: np.ndarray, week: int) -> None:
        """Give this week's supports, after the week's pains have begun; those that work bring the end of the pain nearer."""
        n = len(pid)
        noticed, kind, day = self.rng.random(n) < NOTICED / len(AFTER), self.rng.random(n), self.rng.integers(0, 5, n)
        if week < self.weeks - WEEKS:
            return
        for seat in np.flatnonzero((pains.kind >= 0) & noticed & (pid >= 0)).tolist():
            spell, person = int(pains.open[seat]), int(pid[seat])
            _, pain, first, _ = pains.spells[spell]
            if week - first // 7 + 1 not in AFTER or spell in self.helped or people.notice[person] < NEVER:
                continue
            chosen = int(np.searchsorted(np.cumsum(GIVEN[pain]), kind[seat], side="right"))
            self.helped.add(spell)
            self.given.append((person, pain, chosen, week * 7 + int(day[seat])))
            if KINDS[chosen] != USELESS and pains.left[seat] > LEFT:
                pains.left[seat] = LEFT
                pains.spells[spell][3] = (week + LEFT) * 7 - 1


def truth() -> dict[str, object]:
    """What is true of the kinds of support, for the truth file."""
    return {"works": [kind for kind in KINDS if kind != USELESS], "useless": USELESS, "pain_ends_within_weeks": LEFT,
            "noticed_about": NOTICED, "given_for": {pain: [
        kind for kind, share in zip(KINDS, shares, strict=True) if share] for pain, shares in zip(PAINS, GIVEN, strict=True)}}
