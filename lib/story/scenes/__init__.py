"""Scenes: the kinds of messages a story is made of; each file turns what a presenter's desk says into one sentence, one picture, one footnote.

Nothing here knows how a scene is drawn, and nothing but a presenter's desk is ever read: what is too small to be shown, and every name, is
kept back before it comes here.
"""

from __future__ import annotations

from types import ModuleType

from lib.access.desk import Desk, NotAllowed
from lib.story.scene import Scene, Wish
from lib.story.scenes import ask as asking
from lib.story.scenes import asks, changes, cost, effect, goals, morale, need, risk, stand

SCENES: dict[str, ModuleType] = {"stand": stand, "changes": changes, "need": need, "morale": morale, "goals": goals, "risk": risk, "effect": effect, "cost": cost,
                                 "asks": asks}
"""Kind → its module, in the order of a story: ``make(ask)`` gives its scene, ``there(ask)`` whether the data for it exist."""

SETTINGS = ("care.minutes", "effect.lottery", "morale.target", "story.leaver_cost")
"""The settings that scenes read each time they are made: whoever keeps a scene keeps it under their values."""


def default(desk: Desk) -> tuple[Wish, ...]:
    """The scenes of a story that nobody has chosen yet: one of every kind for which there are data, in the order they are told."""
    ask = _asked(desk, Wish(next(iter(SCENES))))
    return () if ask is None else tuple(Wish(kind) for kind, module in SCENES.items() if module.there(ask))


def make(desk: Desk, wish: Wish) -> Scene | None:
    """The scene of a wish; None where the data for its kind do not exist at all.  What may not be told, or is not there (a team, a week), gives
    a scene without numbers that says so.

    Raises :class:`NotAllowed` for any desk but a presenter's, and LookupError for an unknown kind.
    """
    if wish.kind not in SCENES:
        raise LookupError(wish.kind)
    try:
        ask = _asked(desk, wish)
        return None if ask is None else SCENES[wish.kind].make(ask)
    except asking.Untold as why:
        return asking.untold(wish, why)


def _asked(desk: Desk, wish: Wish) -> asking.Ask | None:
    if desk.viewer.role != "presenter":
        raise NotAllowed(f"scenes are made from a presenter's desk, not from that of role {desk.viewer.role}")
    return asking.of(desk, wish)
