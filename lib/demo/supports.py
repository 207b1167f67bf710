"""Support in the demo company: what a talk about a tag led to, what was given for pain points, and whether it did anything.

A talk's effect hangs on the support that it led to (:data:`OFFERS`); which one it is, is chance.  HR notices about half of the pains a month or
so after they began and gives one kind of support; a kind that works ends the pain two weeks later.  :data:`USELESS` changes nothing, whatever
it is given for.  Who is helped is chance too, so that what support does can be learnt from those who were not.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lib.demo.business import TAGS
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


@dataclass(frozen=True)
class Offer:
    """What a talk may lead to: ``key`` of the kind of support ('' for nothing but the talk), how often, how many times the effect of
    an average talk about the tag it has, and how many minutes more than that the talk takes HR."""

    key: str
    share: float
    strength: float
    minutes: int = 0


OFFERS: dict[str, tuple[Offer, ...]] = {
    "new_hire": (Offer("mentor_practice", .26, 1.5, -4), Offer("pair_with_peer", .18, 1.5), Offer("sample_call", .20, 1.1, -3), Offer(USELESS, .18, 0, 2),
                 Offer("", .18, 2 / 3)),
    "performance_dip": (Offer("pair_with_peer", .22, 1.5), Offer("target_review", .22, 1.3, 5), Offer("listen_together", .20, 1.4, 9), Offer(USELESS, .18, 0, 2),
                        Offer("", .18, 104 / 180)),
    "high_pressure": (Offer("half_day_off", .30, 1.3, -5), Offer("move_meeting", .27, 1.2, -3), Offer("time_saver", .25, .8), Offer("", .18, 86 / 180)),
    "life_event": (Offer("gift_handwritten", .35, 1, -6), Offer("gift_small", .30, 1, -6), Offer("visit", .17, 1, 12), Offer("", .18, 1)),
    "client_trouble": (Offer("objection_price", .24, 1.3), Offer("mentor_practice", .20, 1.5, -4), Offer("listen_together", .20, 1.4, 9), Offer(USELESS, .18, 0, 2),
                       Offer("", .18, .6)),
    "family_care": (Offer("flexible_shift", .35, 1), Offer("leave_talk", .25, 1, 4), Offer("colleague_covers", .22, 1), Offer("", .18, 1)),
}
"""What HR gives in talks about each tag.  Over a tag's talks the strengths average 1: ``business.CARE_PERFORMANCE`` is that of an average talk."""
GIVEN_IN_TALKS = tuple(dict.fromkeys(offer.key for offers in OFFERS.values() for offer in offers if offer.key))
"""The kinds by the numbers under which the log of talks holds them (−1: none)."""
_MOST = max(len(offers) for offers in OFFERS.values())
_row = lambda values: [[*found, *([0] * (_MOST - len(found)))] for found in values]
_REACHED = np.array([[*np.cumsum([offer.share for offer in offers]), *([2.0] * (_MOST - len(offers)))] for offers in (OFFERS[tag] for tag in TAGS)])
_KIND = np.array(_row([GIVEN_IN_TALKS.index(offer.key) if offer.key else -1 for offer in OFFERS[tag]] for tag in TAGS))
_STRENGTH = np.array(_row([offer.strength for offer in OFFERS[tag]] for tag in TAGS), dtype=float)
_MINUTES = np.array(_row([offer.minutes for offer in OFFERS[tag]] for tag in TAGS))


def offered(rng: np.random.Generator, tags: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For talks about these tags (numbers in ``business.TAGS``): kind of support (−1: none), times the effect, minutes more."""
    place = (rng.random(len(tags))[:, None] >= _REACHED[tags]).sum(axis=1)
    return _KIND[tags, place], _STRENGTH[tags, place], _MINUTES[tags, place]


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
    return {"in_talks": {tag: {offer.key or "none": offer.strength for offer in offers} for tag, offers in OFFERS.items()},
            "works": [kind for kind in KINDS if kind != USELESS], "useless": USELESS, "pain_ends_within_weeks": LEFT,
            "noticed_about": NOTICED, "given_for": {pain: [
        kind for kind, share in zip(KINDS, shares, strict=True) if share] for pain, shares in zip(PAINS, GIVEN, strict=True)}}
