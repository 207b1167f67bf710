"""The risk card: what HR sees of one person's risk, made of facts; it opens no ledger and no warehouse.

A score never stands alone: the card carries its range, its reasons with the person's own number and the team's, how stable these are,
what is being done and what became of it.  It is one hint among others, and never the sole basis of a decision.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from lib.ledger.shape import Intervention
from lib.risk.features import BY_KEY

STATES = ("ready", "hidden", "not_ready", "not_scored", "objected")
"""``ready``: there is a score; ``hidden`` and ``not_ready``: nobody has one, see ``why``; ``not_scored``: this person is in no row (notice
given, gone, just hired); ``objected``: the person objects to scoring, so nothing about it is here."""
KIND_OF = {"training": "training", "mentor": "mentor", "goal_change": "goal_change", "joint_visit": "joint_visit", "pay_review": "pay_review",
           "promotion_talk": "promotion_talk", "other_department": "other_department", "workload_talk": "workload", "shift_change": "workload",
           "hand_over_customers": "workload", "team_contact": "other", "stay_talk": "other"}
"""What HR can do about a reason (``risk.act.<action>``) → the kind of intervention that it is kept as (``risk.kind.<kind>``)."""


@dataclass(frozen=True)
class RiskReason:
    """One reason of a score: a feature with the person's number and the team's.

    ``contribution``: log-odds that it adds to the team's mean (all of them with the base add up to the 60-day log-odds); ``before`` the
    same four weeks ago.  ``kept``: share of bootstrap refits in which it is among the first three.  ``value``, ``team_value``: None where
    unknown; ``text`` for categories.  ``actions``: what HR can do about it, most fitting first, () where nothing can be done.
    """

    feature: str
    place: int
    contribution: float
    before: float | None = None
    value: float | None = None
    team_value: float | None = None
    text: str = ""
    kept: float | None = None

    @property
    def actions(self) -> tuple[str, ...]:
        """What HR can do about it; () for a reason that nobody can change, that does not push upward by :data:`LEAST_PUSH` or is not :attr:`plain`."""
        feature = BY_KEY.get(self.feature)
        return feature.actions if feature and self.contribution >= LEAST_PUSH and self.plain else ()

    @property
    def unknown(self) -> bool:
        """Whether nothing is known of the person here: what the model then adds is no fact about anybody."""
        return self.value is None and not self.text

    @property
    def against(self) -> bool:
        """Whether it pushes the other way than the person's number beside the team's would let one think (or the two are the same).

        A contribution is centred on the mean of what each of the team gets, those of whom the fact is not known among them, and not on
        what the team's mean number would get; and a curve may bend.  So a better number can raise, and a worse one lower.
        """
        direction = BY_KEY[self.feature].direction if self.feature in BY_KEY else 0
        if not direction or self.value is None or self.team_value is None or abs(self.contribution) < LEAST_PUSH:
            return False
        push = 1 if self.contribution > 0 else -1
        return (self.value - self.team_value) * direction * push < SAME["share" if self.unit == "share" else ""]

    @property
    def plain(self) -> bool:
        """Whether the person's number says by itself why it counts as it does."""
        return not self.unknown and not self.against

    @property
    def unit(self) -> str:
        """The unit of ``value`` and ``team_value``."""
        return BY_KEY[self.feature].unit if self.feature in BY_KEY else ""

    @property
    def change(self) -> float | None:
        """What became of its contribution within four weeks."""
        return None if self.before is None else self.contribution - self.before


@dataclass(frozen=True)
class RiskSign:
    """A sign by rule, without any model: what it is (``risk_signs.sign``), since when, and the numbers behind it."""

    sign: str
    since: date
    evidence: dict[str, object]


@dataclass(frozen=True)
class Followed:
    """What became of the person after an intervention: ``stayed``, ``left`` or ``open`` (too early, or it cannot be known)."""

    days: int
    state: str


@dataclass(frozen=True)
class Done(Intervention):
    """One intervention for the person, as the card and the list show it on ``today``.

    ``called``: the owner's name, '' for the viewer; ``p60_now``: today's chance, from another fit of the model than ``p60_then``, so that
    the two are to be compared with care.  ``followed`` has 30, 60 and 90 days, () until a build has seen it.
    """

    name: str
    team: str
    called: str
    today: date
    p60_now: float | None
    followed: tuple[Followed, ...] = ()

    @property
    def late(self) -> bool:
        """Whether it is open and its day has passed."""
        return self.overdue(self.today)

    @property
    def readable(self) -> bool:
        """Whether there is a note that may be opened."""
        return self.note(self.today)


@dataclass(frozen=True)
class RiskScore:
    """A person's score of one week: chances of giving notice within 30, 60 and 90 days, the 95 % range of ``p60``, its band and rank.

    ``base``: log-odds of the team's mean row; ``before`` and ``band_before``: four weeks ago, None when the person was not scored then.
    ``badge``: ``firm`` or ``loose``, by how often bootstrap refits name the same reasons.
    """

    week: date
    p30: float
    p60: float
    p90: float
    low: float
    high: float
    band: str
    base: float
    rank: int
    before: float | None
    band_before: str
    badge: str

    @property
    def known(self) -> date:
        """The Sunday up to which facts are in the score and its reasons."""
        return self.week - timedelta(days=1)

    @property
    def change(self) -> float | None:
        """Change of ``p60`` within four weeks, None when there is nothing to hold it against."""
        return None if self.before is None else self.p60 - self.before


@dataclass(frozen=True)
class RiskCard:
    """Everything about one person's risk; ``score`` is None in every state but ``ready`` (see :data:`STATES`).

    ``reasons`` in order of how much they push upward; ``weeks`` the last 13 weeks as (week, p60, band), by today's model on facts known
    then; ``offers`` what can be done, as (feature, action), strongest reason first, without what is under way.
    """

    employee_id: str
    name: str
    team: str
    role: str
    state: str
    why: str = ""
    score: RiskScore | None = None
    reasons: tuple[RiskReason, ...] = ()
    signs: tuple[RiskSign, ...] = ()
    weeks: tuple[tuple[date, float, str], ...] = ()
    interventions: tuple[Done, ...] = ()
    offers: tuple[tuple[str, str], ...] = ()

    @property
    def upward(self) -> tuple[RiskReason, ...]:
        """The first three reasons that push the score up, see :func:`main`."""
        return main(self.reasons, 3)

    @property
    def changed(self) -> tuple[RiskReason, ...]:
        """The three reasons whose push changed most within four weeks, largest change first."""
        known = [reason for reason in self.reasons if reason.change is not None and abs(reason.change) >= LEAST_CHANGE]
        return tuple(sorted(known, key=lambda reason: (-abs(reason.change or 0.0), reason.place)))[:3]


LEAST_PUSH = 0.005
"""Log-odds below which a contribution is no reason: it is told as a factor of 1.00."""
SAME = {"share": 0.005, "": 0.05}
"""Numbers nearer than this are the same on the page: half a percent of a share, a twentieth of anything else."""
LEAST_CHANGE = 0.05
"""Log-odds below which a change of a contribution is not worth a word (about a twentieth of the chance)."""


@dataclass(frozen=True)
class Ranked:
    """One person of the ranked list."""

    employee_id: str
    name: str
    team: str
    role: str
    score: RiskScore
    reasons: tuple[RiskReason, ...]
    signs: tuple[str, ...]
    open: int
    """Interventions that are open."""


@dataclass(frozen=True)
class Horizon:
    """What became of people within some days after an intervention was opened: counts, and the share who left with its 95 % Wilson
    interval (None where nobody's days are over).  ``tells`` is False while fewer than :data:`ENOUGH` people's days are over."""

    days: int
    stayed: int
    left: int
    open: int
    share: float | None
    low: float | None
    high: float | None
    tells: bool


@dataclass(frozen=True)
class KindRow:
    """Interventions of one kind ('' for all together): how many were opened, are open, done, dropped, overdue, for how many people, and
    what followed.  This is no proof of an effect: who is helped was at higher risk to begin with."""

    kind: str
    opened: int
    open: int
    done: int
    dropped: int
    overdue: int
    people: int
    after: tuple[Horizon, ...]


ENOUGH = 20
"""People whose days are over from which on a share is shown as one; below it the page says that it cannot tell."""


@dataclass(frozen=True)
class Outcomes:
    """The outcome table: all kinds together first, then each kind that was ever used; and people whose warning was kept back.

    ``left_out``: interventions of people who objected to scoring, which are not counted.  ``held``: of those whose warning was kept back
    to measure false alarms what followed within 60 days (None without any); ``held_share``: the share that is drawn now.
    """

    rows: tuple[KindRow, ...] = ()
    left_out: int = 0
    held: Horizon | None = None
    held_share: float = 0.0
    notes: tuple[str, ...] = field(default=("risk.outcome.no_proof",))
    """Keys of what has to stand under the table."""


def main(reasons: tuple[RiskReason, ...], most: int) -> tuple[RiskReason, ...]:
    """The reasons that are named first: those that push upward, the largest first, where one that is not :attr:`RiskReason.plain` counts
    half.  What is known and speaks for itself stands before it wherever the two are comparable; the contributions stay as they are."""
    up = [reason for reason in reasons if reason.contribution >= LEAST_PUSH]
    return tuple(sorted(up, key=lambda reason: (-reason.contribution * (1.0 if reason.plain else 0.5), reason.place))[:most])


def offers(reasons: tuple[RiskReason, ...], under_way: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """What can be done about the reasons that push upward, as (feature, action), the strongest reason first, each action once, without
    those whose kind of intervention is under way (``under_way``)."""
    found: dict[str, str] = {}
    for reason in reasons:
        for action in reason.actions:
            if KIND_OF.get(action, "other") not in under_way:
                found.setdefault(action, reason.feature)
    return tuple((feature, action) for action, feature in found.items())


def _number(cell: object) -> float | None:
    return None if cell is None or cell != cell else float(cell)  # type: ignore[arg-type]


def reason_of(row) -> RiskReason:  # type: ignore[no-untyped-def]
    """A row of the query ``risk_reasons_of`` as a reason; empty cells (None or NaN) are unknown."""
    text = "" if row.text is None or row.text != row.text else str(row.text)
    return RiskReason(str(row.feature), int(row.place), float(row.contribution), _number(row.contribution_before), _number(row.value),
                      _number(row.team_value), text, _number(row.kept))
