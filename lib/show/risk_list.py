"""Risk, the list: whom to talk with first this week, with the range, the reasons and what is being done; a row opens to its card.

Where there is no score the signs by rule stand here instead.
"""

from __future__ import annotations

from collections import Counter

from lib import settings
from lib.access.desk import Desk
from lib.access.objections import gone_of
from lib.access.risk_desk import RiskDesk
from lib.risk.card import Ranked, main
from lib.show import risk_card, risk_draw, risk_signs, risk_words
from lib.show.care_live import Asked
from lib.show.parts import Explain, esc, explain, full_day, number
from lib.show.sections import Behind, Held, still
from lib.words import say

MOST = "risk.most"
CROWD, CROWD_SHARE = 3, 0.4
"""A team is named when it holds so many of the week's list, and this share of it: then it is about the team, too."""
ALL = 60
"""At most so many rows are drawn; everybody else's place says nothing that HR could use."""


def html(desk: Desk, held: Held) -> str:
    """The list of the week, or the signs by rule where there is no score."""
    office = RiskDesk(desk, still(desk))
    if office.state()[0] != "ready":
        return risk_signs.html(desk, held)
    now = desk.read("risk_now").iloc[0]
    counts = desk.read("risk_counts", gone=gone_of(desk)).iloc[0]
    capacity = int(now["capacity"])
    rows = office.ranked(min(int(str(held.state.get(MOST, capacity))), ALL))
    shown = [row for row in rows if row.score.band != "even"]
    head = (f"<div class='kj-head'><h2>{esc(say('risk.list', n=number(min(capacity, int(counts['above'])))))}</h2>{_how(desk, now, counts)}</div>"
            f"{risk_words.not_sole()}")
    if not shown:
        return f"<section class='kj-card kj-stack'>{head}<p>{esc(say('risk.list.nobody'))}</p></section>"
    top = risk_draw.top_of([row.score.high for row in shown])
    average = float(counts["average"])
    legend = f"<p class='kj-note'>{esc(say('risk.list.legend', top=risk_draw.chance(top), average=risk_draw.chance(average)))}</p>"
    lines = "".join(_row(desk, office, held, nth, row, top, average, capacity) for nth, row in enumerate(shown, 1))
    more = min(int(counts["above"]), ALL) - len(shown)
    button = (f"<div class=does><button type=button class=act data-ask='risk.more'>{esc(say('risk.list.more', n=number(more)))}</button></div>" if more > 0 else "")
    return f"<section class='kj-card kj-stack risk-list'>{head}{crowded(desk, shown[:capacity])}{legend}<div class=risk-rows>{lines}</div>{button}</section>"


def crowded(desk: Desk, listed: list[Ranked]) -> str:
    """One sentence where a team holds much of the week's list, with a way to the teams; '' without such a team, or where there is one only."""
    teams = crowds([row.team for row in listed])
    if not teams or (desk.read("risk_teams", gone=gone_of(desk))["level"] == "team").sum() < 2:
        return ""
    named = say("risk.list.crowd.join").join(say("risk.list.crowd.team", n=number(n), team=team) for team, n in teams)
    return (f"<p class=crowd>{esc(say('risk.list.crowd', all=number(len(listed)), named=named))} "
            f"<button type=button class=kj-link data-ask=view data-of=teams>{esc(say('risk.list.crowd.see'))}</button></p>")


def crowds(teams: list[str]) -> list[tuple[str, int]]:
    """Which teams hold much of a list, given the team of each of its people, and how many of them."""
    return [(team, n) for team, n in Counter(teams).most_common() if team and n >= CROWD and n >= CROWD_SHARE * len(teams)]


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Open or close a card, see more people, or what the card asks for."""
    if not asked.what.startswith("risk.") or desk.viewer.role not in RiskDesk.ROLES:
        return None
    if asked.what == "risk.open":
        held.state[risk_card.OPEN] = "" if held.state.get(risk_card.OPEN) == asked.of else asked.of
        held.state.pop(risk_card.PLAN, None)
        return ""
    if asked.what == "risk.more":
        held.state[MOST] = ALL
        return ""
    return risk_card.act(RiskDesk(desk, still(desk)), asked, held)


def tables(desk: Desk, held: Held) -> Behind:
    """Everybody above the limit; of the open card its reasons and its weeks."""
    office = RiskDesk(desk, still(desk))
    if office.state()[0] != "ready":
        return risk_signs.tables(desk, held)
    rows = desk.read("risk_scored", gone=gone_of(desk), only=[], most=ALL)
    frame = rows[rows["band"] != "even"].assign(band=rows["band"].map(risk_words.band), badge=rows["badge"].map(lambda key: say(f"risk.badge.{key}")))
    heads = {name: say(f"risk.column.{name}") for name in ("rank", "name", "team", "role", "p30", "p60", "low", "high", "p90", "band", "p60_before", "badge")}
    found: Behind = [(frame, "risk-people", heads)]
    who = str(held.state.get(risk_card.OPEN, ""))
    return found + (risk_card.tables(office.card(who)) if who else [])


def _row(desk: Desk, office: RiskDesk, held: Held, nth: int, row: Ranked, top: float, average: float, capacity: int) -> str:
    score, opened = row.score, held.state.get(risk_card.OPEN) == row.employee_id
    spoken = say("risk.row.aria", name=row.name, chance=risk_draw.ranged(score.p60, score.low, score.high), band=risk_words.band(score.band))
    bar = risk_draw.whisker(score.p60, score.low, score.high, top, spoken, average)
    why = "".join(f"<span>{esc(risk_words.short(one))}</span>" for one in main(row.reasons, 2)) or f"<span class='kj-note'>{esc(say('risk.no_reason'))}</span>"
    moved = risk_draw.change(score.p60, score.before)
    state = say("risk.row.open", n=number(row.open)) if row.open else say("risk.row.none")
    line = (f"<button type=button class='kj-pick risk' data-ask='risk.open' data-of='{esc(row.employee_id)}' aria-expanded={'true' if opened else 'false'}>"
            f"<span class=nth>{nth}</span><span class=who><b>{esc(row.name)}</b> <span class='kj-note'>{esc(row.team)}</span></span>"
            f"<span class=band>{risk_words.band_chip(score.band)}</span>"
            f"<span class=p>{bar}<span><b>{esc(risk_draw.chance(score.p60))}</b> <span class='kj-note'>{esc(risk_draw.between(score.low, score.high))}</span></span></span>"
            f"<span class=why>{why}</span>"
            f"<span class=since><span>{esc(say('risk.row.month', change=moved))}</span><span class='{'kj-fine' if row.open else 'kj-note'}'>{esc(state)}</span></span></button>")
    cut = f"<p class='cut kj-note'>{esc(say('risk.list.cut', n=number(capacity)))}</p>" if nth == capacity + 1 else ""
    return cut + line + (risk_card.drill(office, row.employee_id, held) if opened else "")


def _how(desk: Desk, now, counts) -> str:  # type: ignore[no-untyped-def]
    left = [say("risk.left.notice", n=number(now["in_notice"]))] if now["in_notice"] else []
    left += [say("risk.left.objected", n=number(now["objected"]))] if now["objected"] else []
    times = float(settings.get("risk.band.raised", settings.stored(desk.data_dir)))
    rule = say("risk.list.rule", average=risk_draw.chance(counts["average"]), times=number(times))
    period = say("risk.list.period", day=full_day(now["week"]))
    return explain(Explain(rule, period, say("risk.list.people", n=number(counts["scored"]), above=number(counts["above"])), say("risk.joint").join(left)))
