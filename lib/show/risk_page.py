"""Risk, put together: the title says how many and how far to trust it; HR has five views, bosses and presenters counts of teams."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.access.objections import gone_of
from lib.show import risk_actions, risk_capacity, risk_draw, risk_list, risk_teams, risk_trust, risk_words
from lib.show.parts import esc, number
from lib.show.sections import Held, Views
from lib.words import say

HR: Views = {"list": [risk_list], "teams": [risk_teams], "actions": [risk_actions], "trust": [risk_trust], "capacity": [risk_capacity]}
GROUPS: Views = {"teams": [risk_teams]}
"""For roles that see groups alone."""


def views(desk: Desk) -> Views:
    """The views of this role, in the order of the page."""
    return HR if desk.viewer.role == "hr" else GROUPS


def head(desk: Desk, held: Held) -> str:
    """The finding, and what the model can tell and what it cannot."""
    title, under = _hr(desk) if desk.viewer.role == "hr" else _groups(desk)
    return f"<h1>{esc(title)}</h1><p class='kj-note under'>{esc(under)}</p>"


def _none(desk: Desk) -> tuple[str, str] | None:
    """Why there is no score; None when there is one."""
    rows = desk.read("risk_now")
    if rows.empty:
        return say("risk.title.nothing"), say("risk.why.no_weeks")
    now = rows.iloc[0].to_dict()
    if now["state"] == "ready":
        return None
    key = f"risk.why.{now['why'] or now['state']}"
    why = say(key if key in _WHYS else "risk.why.other", events=number(now["events"]), missing=number(now["events_needed"]),
              auc=risk_draw.chance(now["auc"]), feature=risk_words.name(str(now["suspect"])), model=risk_draw.chance(now["precision"]), tags=risk_draw.chance(now["precision_tags"]))
    return say("risk.title.not_ready" if now["state"] == "not_ready" else "risk.title.too_good" if now["why"] == "too_good" else "risk.title.hidden"), why


_WHYS = {"risk.why.few_events", "risk.why.no_better_than_tags", "risk.why.no_better_than_chance", "risk.why.no_weeks", "risk.why.too_good"}


def _trust(desk: Desk) -> str:
    now = desk.read("risk_now").iloc[0]
    ten = lambda share: number(share * 10, 1)
    return say("risk.under", x=ten(now["precision"]), y=ten(now["precision_tags"]), z=ten(now["precision_base"]))


def _hr(desk: Desk) -> tuple[str, str]:
    if none := _none(desk):
        return none
    counts = desk.read("risk_counts", gone=gone_of(desk)).iloc[0]
    above, capacity = int(counts["above"]), int(desk.read("risk_now")["capacity"].iloc[0])
    if not above:
        return say("risk.title.nobody"), _trust(desk)
    key = "risk.title.one" if above == 1 else "risk.title.fit" if above <= capacity else "risk.title"
    return say(key, above=number(above), capacity=number(capacity)), _trust(desk)


def _groups(desk: Desk) -> tuple[str, str]:
    if none := _none(desk):
        return none
    row = risk_teams.whole(desk)
    if row is None or row["few"]:
        return say("risk.title.few"), f"{_trust(desk)} {say('risk.under.groups')}"
    return say("risk.title.groups", above=number(row["above"]), people=number(row["people"])), f"{_trust(desk)} {say('risk.under.groups')}"
