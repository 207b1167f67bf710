"""What the people of the demo company wrote in the app: rows of the ledger, put in once, when the company is invented.

``write`` is the one entrance, ``redeem`` follows when the first build has booked what people earned.  Ids and moments come from the
seed and the company's last day, never from the clock, so that the same company has the same ledger.  Support is what the simulation
really gave (:mod:`lib.demo.supports`); thanks are more frequent in teams with a good climate; nothing else here follows a hidden truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_OID, uuid5

import numpy as np

from lib.demo import seed_culture, seed_risk
from lib.demo.business import HR_LINE
from lib.demo.files import Writer
from lib.demo.mentoring import ABSENT_DAYS, Pairs
from lib.demo.pain import PAINS
from lib.demo.people import NEVER
from lib.demo.seed_words import HELP
from lib.demo.supports import KINDS
from lib.ledger import bulk, points
from lib.ledger.engine import Ledger

HR = "demo-hr"               # the login that the open demo writes with
NO_RANKING, NO_SCORING = .03, 150   # share of people who stay out of rankings; one of so many objects to scoring
FOLLOWED = 28                # days after which a support is looked at and closed
DROPPED = .08
REPLY = 60                   # minutes in which a mentor should answer
REDEEMED, WAITING = 40, 3    # one of so many people has redeemed something; so many requests wait for HR
Row = dict[str, object]


@dataclass(frozen=True)
class Facts:
    """What is needed of a finished company: people (arrays, in the order in which they were hired), teams and the last day."""

    seed: int
    end: date
    ids: np.ndarray
    team: np.ndarray
    line: np.ndarray
    lead: np.ndarray      # bool: leads its team on the last day
    hired: np.ndarray     # day numbers, ``last`` is the end's
    gone: np.ndarray
    mentor: np.ndarray    # of the staff list, −1 without one
    team_names: np.ndarray
    climate: np.ndarray   # per team
    pairs: Pairs
    at_work: np.ndarray   # bool: on the last day, and mostly on its weekday
    given: np.ndarray     # supports: person, pain, kind, day
    last: int

    def day(self, number: int) -> date:
        """The date of a day number."""
        return self.end + timedelta(days=int(number) - self.last)

    def moment(self, number: int, hour: float) -> datetime:
        """A moment of a day in UTC; ``hour`` is the company's local time."""
        return datetime.combine(self.day(number), time()) + timedelta(hours=hour - 8)

    def key(self, *parts: object) -> str:
        """A fixed id."""
        return uuid5(NAMESPACE_OID, f"kanjian demo {self.seed} {self.end} {len(self.ids)} {' '.join(map(str, parts))}").hex

    @property
    def here(self) -> np.ndarray:
        """Numbers of the people who are there after the last day, too."""
        return np.flatnonzero((self.hired <= self.last) & (self.gone > self.last))


def facts(writer: Writer, pairs: Pairs, seed: int, end: date) -> Facts:
    """The facts of a company that has been played."""
    world, table = writer.world, writer.world.people
    lead = np.zeros(table.count, dtype=bool)
    leads = writer.leads()
    lead[leads[leads >= 0]] = True
    ids = np.array(writer.ids.to_pylist(), dtype=object)
    result = world.cells["result"][table.seat][:, max(writer.last % 7, writer.last - 21)::7]
    worked = ~np.isin(result, ABSENT_DAYS)
    at_work = worked[:, -1] & (worked.sum(axis=1) >= 3) & (table.last > writer.last) & (table.hired <= writer.last - 14)
    given = np.array([row for row in world.support.given if row[3] <= writer.last], dtype=np.int64).reshape(-1, 4)
    return Facts(seed, end, ids, table.team.copy(), table.line.copy(), lead, table.hired.copy(), table.last.copy(), table.mentor.copy(),
                 world.org.name, world.fate.climate, pairs, at_work, given, writer.last)


def write(book: Ledger, known: Facts) -> int:
    """Put everything but redemptions into a new ledger; returns how many rows."""
    def chance(part: int) -> np.random.Generator:
        return np.random.Generator(np.random.SFC64(np.random.SeedSequence([known.seed, len(known.ids), known.end.toordinal(), part])))

    rewards: list[Row] = [{"id": one.id, "zh": one.zh, "en": one.en, "cost": one.cost, "active": one.active, "who": "system",
                           "at": known.moment(known.last - 200, 9)} for one in points.CATALOGUE]
    chosen = choices(chance(1), known)
    objectors = frozenset(str(row["employee_id"]) for row in chosen if row["choice"] == "no_scoring")
    return bulk.fill(book, {
        "rewards": rewards, "choices": chosen, "thanks": seed_culture.thanks(chance(2), known),
        "stories": seed_culture.stories(chance(3), known), **seed_culture.activities(chance(4), known),
        "joint_sessions": waiting(chance(5), known), "help_requests": asked(known), "supports": supports(chance(6), known),
        "interventions": seed_risk.interventions(chance(7), known, objectors)})


def choices(rng: np.random.Generator, known: Facts) -> list[Row]:
    """Who stays out of rankings, and the very few who object to scoring: nobody who leads, is a mentor or has one."""
    here = known.here
    quiet = here[(known.line[here] < HR_LINE) & ~known.lead[here] & (known.mentor[here] < 0) & ~np.isin(here, known.mentor)]
    order = rng.permutation(quiet)
    scored, ranked = len(here) // NO_SCORING, round(NO_RANKING * len(here))
    return [{"employee_id": known.ids[one], "choice": "no_scoring" if nth < scored else "no_ranking", "chosen": True,
             "at": known.moment(known.last - 20 - nth % 90, 11)} for nth, one in enumerate(order[:scored + ranked].tolist())]


# --- mentors ------------------------------------------------------------------------------------------------------------------


def alive(known: Facts) -> np.ndarray:
    """How much there is to see on each person's own page: conversations and customers to follow, and work on the last day."""
    return 2 * np.isin(known.line, (0, 3)) + known.at_work


def lasting(known: Facts) -> np.ndarray:
    """Numbers of the pairs that last: first those of the mentors whose own page has most to show and who have most newcomers."""
    pairs = known.pairs
    rows = np.flatnonzero(np.isin(pairs.mentee, known.here) & np.isin(pairs.mentor, known.here) & (pairs.until == NEVER))
    load = np.bincount(known.mentor[known.here][known.mentor[known.here] >= 0], minlength=len(known.ids))
    mentor = pairs.mentor[rows]
    return rows[np.lexsort((known.ids[pairs.mentee[rows]].astype(str), known.ids[mentor].astype(str), -load[mentor],
                            known.lead[mentor], -alive(known)[mentor]))]


def _first_mentee(known: Facts, rows: np.ndarray) -> int:
    """The pair of the mentee whose own page has most to show, by team and number where there are several."""
    mentee = known.pairs.mentee[rows]
    names = known.team_names[known.team[mentee]].astype(str)
    return int(rows[np.lexsort((known.ids[mentee].astype(str), names, np.isin(mentee, known.mentor[known.here]), -alive(known)[mentee]))[0]])


def waiting(rng: np.random.Generator, known: Facts) -> list[Row]:
    """Sessions that one of the two has told and the other has not confirmed yet."""
    rows = lasting(known)
    if not len(rows):
        return []
    shown = _first_mentee(known, rows)
    made: list[Row] = []
    for place, pair in enumerate(rows.tolist()):
        back, by_mentor, told = int(rng.integers(0, 3)), bool(rng.random() < .75), rng.random() < .3
        minutes, kind = int(rng.integers(15, 46)), ("joint_consultation", "joint_consultation", "script_review")[int(rng.integers(0, 3))]
        # The first mentor has one to confirm, and so has the first mentee.
        by_mentor = pair == shown or (by_mentor and place > 0)
        if not told and place > 2 and pair != shown:
            continue
        day = max(known.last - back, int(known.pairs.since[pair]))
        said = {"mentor_at" if by_mentor else "mentee_at": known.moment(day, 18.2)}
        made.append({"id": known.key("session", pair), "request_key": known.key("session asked", pair),
                     "mentor_id": known.ids[known.pairs.mentor[pair]], "employee_id": known.ids[known.pairs.mentee[pair]], "kind": kind,
                     "day": known.day(day), "minutes": minutes, "proposed_by": "mentor" if by_mentor else "mentee",
                     "mentor_at": None, "mentee_at": None} | said)
    return made


def asked(known: Facts) -> list[Row]:
    """Requests for help that are open on the last day, to two mentors: one of the last hour, one that is overdue and not passed on."""
    rows, made = lasting(known), []
    mentors = list(dict.fromkeys(known.pairs.mentor[rows].tolist()))
    for place, (mentor, hour, (topic, words)) in enumerate(zip(mentors, (17.6, 15.2), HELP, strict=False)):
        pair = next(row for row in rows.tolist() if known.pairs.mentor[row] == mentor)
        at = known.moment(known.last, hour)
        made.append({"id": known.key("help", place), "request_key": known.key("help asked", place),
                     "employee_id": known.ids[known.pairs.mentee[pair]], "mentor_id": known.ids[mentor], "topic": topic, "words_sealed": words,
                     "asked_at": at, "due_at": at + timedelta(minutes=REPLY), "state": "open"})
    return made


# --- support and points -------------------------------------------------------------------------------------------------------


def supports(rng: np.random.Generator, known: Facts) -> list[Row]:
    """The support that was given for pain points, closed four weeks or so later."""
    leads = {int(known.team[one]): one for one in np.flatnonzero(known.lead).tolist()}
    made: list[Row] = []
    for place, (person, pain, kind, day) in enumerate(known.given.tolist()):
        mentor = leads.get(int(known.team[person]), person)
        closed = day + FOLLOWED + int(rng.integers(-3, 6))
        left, dropped = known.gone[person] <= known.last, rng.random() < DROPPED
        closed = min(closed, int(known.gone[person])) if left else closed
        over = closed <= known.last
        made.append({"id": known.key("support", place), "request_key": known.key("support asked", place), "employee_id": known.ids[person],
                     "pain": PAINS[pain], "kind": KINDS[kind],
                     "owner": known.ids[mentor] if KINDS[kind] == "mentor_session" and mentor != person else HR,
                     "assigned_on": known.day(day), "due": known.day(day + FOLLOWED),
                     "state": ("dropped" if dropped or left else "done") if over else "open",
                     "closed_on": known.day(closed) if over else None, "who": HR, "version": 2 if over else 1})
    return made


def redeem(book: Ledger, known: Facts) -> int:
    """A few redemptions of those who have most points, the last of them waiting for HR; returns how many."""
    here = set(known.ids[known.here].tolist())
    rich = sorted(((have, who) for who, have in bulk.balances(book).items() if who in here), key=lambda one: (-one[0], one[1]))
    wanted, spent = [], []
    for place, (have, who) in enumerate(rich[:max(WAITING + 1, len(here) // REDEEMED)]):
        within = [one for one in points.CATALOGUE if one.cost <= have]
        if not within:
            break
        one, open_ = within[(place * 7) % len(within)], place < WAITING
        day = known.last - (place % 3 if open_ else 3 + place * 5 % 40)
        made = known.key("redemption", who)
        wanted.append({"id": made, "request_key": known.key("redemption asked", who), "employee_id": who, "reward_id": one.id, "cost": one.cost,
                       "state": "asked" if open_ else "approved", "asked_on": known.day(day),
                       "decided_on": None if open_ else known.day(day + 2), "decided_by": None if open_ else HR, "version": 1 if open_ else 2})
        spent.append({"employee_id": who, "kind": "redeemed", "ref": made, "points": -one.cost, "day": known.day(day),
                      "at": known.moment(day, 12.5)})
    bulk.fill(book, {"redemptions": wanted, "points": spent})
    return len(wanted)
