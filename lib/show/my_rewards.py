"""My rewards: points, the streak as a row of days, badges, the last week beside comparable people, and what points can be redeemed for."""

from __future__ import annotations

from collections.abc import Mapping

from lib.access.desk import Desk
from lib.access.rewards_desk import SHOWN_DAYS, Mine, MyRewards, Week
from lib.ledger.points import Booking, NotEnough, Request, Reward
from lib.morale import ranking, streaks
from lib.show import sections
from lib.show.care_live import Asked
from lib.show.goal_bars import METRICS
from lib.show.parts import Explain, day, esc, explain, number, percent, week_span
from lib.show.sections import Held, Wrong
from lib.words import language, say

_STATES: Mapping[str, str] = {"reached": "rewards.day.reached", "frozen": "rewards.day.frozen", "missed": "rewards.day.missed", "off": "rewards.day.off",
                              "open": "rewards.day.open"}
_BANDS: Mapping[str, str] = {"newcomer": "rewards.band.newcomer", "year": "rewards.band.year", "more": "rewards.band.more"}
_REQUESTS: Mapping[str, str] = {"asked": "rewards.state.asked", "approved": "rewards.state.approved", "declined": "rewards.state.declined",
                                "withdrawn": "rewards.state.withdrawn"}
_KINDS: Mapping[str, str] = {"daily_goal": "rewards.kind.daily_goal", "streak": "rewards.kind.streak", "star": "rewards.kind.star",
                             "badge": "rewards.kind.badge", "redeemed": "rewards.kind.redeemed", "returned": "rewards.kind.returned"}
_SHOWN = 4
"""Requests and bookings that are shown."""


def html(desk: Desk, held: Held) -> str:
    """Two cards: points with the streak, badges and ranking; and what can be redeemed."""
    mine = MyRewards(desk, sections.still(desk)).mine()
    return f"{_points(mine)}{_redeem(mine, held)}"


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Redeem, withdraw, leave or join rankings."""
    if not asked.what.startswith("rewards."):
        return None
    mine, (of, _, more) = MyRewards(desk, sections.still(desk)), asked.of.partition(":")
    if asked.what == "rewards.redeem":
        try:
            mine.redeem(more, of)
        except NotEnough as why:
            raise Wrong(str(why)) from None
        held.used(f"rewards.{of}")
        return say("rewards.told.redeemed")
    if asked.what == "rewards.withdraw":
        mine.withdraw(of, int(more))
        return say("rewards.told.withdrawn")
    if asked.what == "rewards.ranking":
        mine.opt_out(of == "out")
        return say("rewards.told.out" if of == "out" else "rewards.told.in")
    return None


def name_of(one: Reward | Request) -> str:
    """What a reward is called in the viewer's language."""
    return one.zh if language() == "zh" else one.en


# --- points, streak, badges ---------------------------------------------------------------------------------------------------

def title(mine: Mine) -> str:
    """The finding: the star, else the streak, else the balance."""
    if mine.week is not None and mine.week.star:
        return say("rewards.title.star")
    if mine.streak.length:
        return say("rewards.title.streak", n=mine.streak.length)
    return say("rewards.title.balance", n=number(mine.balance)) if mine.has_goal or mine.balance else say("rewards.title.none")


def _points(mine: Mine) -> str:
    today = f"<span class='kj-note'>{esc(say('rewards.today', n=number(mine.today)))}</span>" if mine.today else ""
    waits = f"<p>{esc(say('rewards.pending', n=number(mine.pending)))}</p>" if mine.pending else ""
    figures = (f"<div class=figures><div><span><span class='kj-num'>{number(mine.balance)}</span><span class='kj-unit'> {esc(say('unit.points'))}</span></span>"
               f"{today}</div></div>")
    rates = mine.rates
    rule = say("rewards.rule", goal=rates.daily_goal, streak=rates.streak, days=rates.streak_days, freeze=rates.freeze_days, star=rates.star)
    how = explain(Explain(rule, say("rewards.rule_period", days=rates.days_back), say("my.people_you"), say("rewards.rule_out")))
    body = f"{_streak(mine)}{_badges(mine)}{_week(mine)}{_history(mine)}" if mine.has_goal or mine.balance or mine.history else \
        f"<p>{esc(say('rewards.none_why'))}</p>"
    return f"<section class='kj-card kj-stack rewards'><h2>{esc(title(mine))}</h2>{figures}{waits}{body}{how}</section>"


def _streak(mine: Mine) -> str:
    if not mine.has_goal:
        return ""
    dots = "".join(f"<li class='{state}{' now' if n == len(mine.days) - 1 else ''}'><i role=img "
                   f"aria-label='{esc(say('rewards.dot', day=day(when), state=say(_STATES[state])))}'></i>"
                   f"<span aria-hidden=true>{when.day}</span></li>" for n, (when, state) in enumerate(mine.days))
    keys = "".join(f"<span class='{state}'><i></i>{esc(say(_STATES[state]))}</span>" for state in _STATES
                   if state in {s for _, s in mine.days} or state == streaks.FROZEN)
    left = streaks.to_next(mine.streak.length, mine.rates.streak_days)
    next_ = say("rewards.next", n=left, points=mine.rates.streak)
    if mine.streak.length and left == mine.rates.streak_days and mine.waits_today:
        next_ = say("rewards.next_due", n=mine.streak.length, points=mine.rates.streak) + next_
    frozen = [when for when in mine.streak.frozen if any(when == shown for shown, _ in mine.days)]
    kept = say("rewards.frozen", days=say("rewards.and").join(day(when) for when in frozen)) if frozen else ""
    notes = " ".join(part for part in (kept, say("rewards.left", n=mine.streak.left)) if part)
    return (f"<ol class=days aria-label='{esc(say('rewards.days', n=SHOWN_DAYS))}'>{dots}</ol><div class='day-keys kj-note'>{keys}</div>"
            f"<p>{esc(next_)}</p><p class='kj-note'>{esc(notes)}</p>")


def _badges(mine: Mine) -> str:
    names = lambda badge: badge.zh if language() == "zh" else badge.en
    rules = lambda badge: badge.rule_zh if language() == "zh" else badge.rule_en
    had = [(badge, when, times) for badge, when, times in mine.badges if when is not None]
    chips = "".join(f"<span class='kj-chip badge' title='{esc(rules(badge))}'>{esc(names(badge))}{f' × {times}' if times > 1 else ''}"
                    f" <small>{esc(day(when))}</small></span>" for badge, when, times in had)
    rest = "".join(f"<li><div><b>{esc(names(badge))}</b><p class='kj-note'>{esc(rules(badge))}</p></div>"
                   f"<span class='kj-note'>{esc(say('rewards.plus', n=badge.points))}</span></li>" for badge, when, _ in mine.badges if when is None)
    more = (f"<details class=fold data-key='rewards.badges'><summary>{esc(say('rewards.badges_more', n=rest.count('<li>')))}</summary>"
            f"<ul class=rows>{rest}</ul></details>") if rest else ""
    return f"<h3>{esc(say('rewards.badges'))}</h3><div class=chips>{chips or esc(say('rewards.badges_none'))}</div>{more}"


def _week(mine: Mine) -> str:
    out = mine.no_ranking or mine.no_scoring
    switch = "" if mine.no_scoring else (
        f"<button type=button class='act' data-ask='rewards.ranking' data-of='{'in' if mine.no_ranking else 'out'}' aria-pressed="
        f"'{'true' if mine.no_ranking else 'false'}'>{esc(say('rewards.join' if mine.no_ranking else 'rewards.leave'))}</button>")
    if mine.week is None:
        inner = f"<p class='kj-note'>{esc(say('rewards.week_none'))}</p>" if not out else f"<p>{esc(_out(mine))}</p>"
        return f"<h3>{esc(say('rewards.ranking'))}</h3>{inner}<div>{switch}</div>"
    week = mine.week
    star = f"<p>{esc(say('rewards.star', week=week_span(week.week), points=mine.rates.star))}</p>" if week.star else ""
    people = say("rewards.peers", role=week.role or say("rewards.company"), band=say(_BANDS[week.band]), n=week.seen.people)
    how = explain(Explain(say("rewards.ranking_rule", worked=ranking.MIN_WORKED, least=ranking.MIN_PEOPLE), week_span(week.week), people,
                          say("rewards.ranking_out")))
    told = "".join(f"<p>{esc(line)}</p>" for line in ([_out(mine)] if out else _told(week)))
    top = "".join(f"<li><span>{esc(say('rewards.place', n=one.place))}</span><b>{esc(one.name)}{esc(say('rewards.me')) if one.me else ''}</b>"
                  f"<span>{esc(percent(one.share, 0))}{' ★' if one.star else ''}</span></li>" for one in week.top)
    named = f"<p class='kj-note'>{esc(say('rewards.top'))}</p><ol class=top>{top}</ol>" if top else ""
    return (f"<h3>{esc(say('rewards.ranking_week', week=week_span(week.week)))}</h3>{star}{told}{named}{how}<div>{switch}</div>")


def _out(mine: Mine) -> str:
    return say("rewards.out_scoring" if mine.no_scoring else "rewards.out")


def _told(week: Week) -> list[str]:
    seen, lines = week.seen, []
    if seen.state == "out":  # taking part again begins with the next version
        return [say("rewards.back_soon")]
    if seen.state == "away":
        return [say("rewards.away", worked=ranking.MIN_WORKED)]
    lines.append(say("rewards.own", share=percent(week.share, 0), done=number(week.done), target=number(week.target), metric=say(METRICS[week.metric])))
    if seen.state == "few":
        lines.append(say("rewards.few", least=ranking.MIN_PEOPLE))
    if seen.state == "place":
        lines.append(say("rewards.placed", place=seen.place, people=seen.people))
    if seen.milestone is not None and seen.state != "place":
        lines.append(say("rewards.way", missing=number(seen.missing), metric=say(METRICS[week.metric]), step=percent(seen.milestone, 0)))
    return lines


def _history(mine: Mine) -> str:
    rows = "".join(_booking(mine, one) for one in mine.history)
    return (f"<details class=fold data-key='rewards.history'><summary>{esc(say('rewards.history'))}</summary><ul class=rows>{rows}</ul></details>"
            if rows else "")


def _booking(mine: Mine, one: Booking) -> str:
    """A line of the history; what is pending or refused says so, and why."""
    said = f"{esc(say(_KINDS[one.kind]))} <span class='kj-note'>{esc(day(one.day))}</span>"
    amount = f"{'+' if one.points > 0 else '−'}{number(abs(one.points))}"
    if one.state == "pending":
        said += f"<p class='kj-note'>{esc(say('rewards.pending_one'))}</p>"
    elif one.state == "refused":
        done, target = mine.found.get(one.day, (0.0, 0.0))
        why = say("rewards.refused", done=number(done), target=number(target)) if done < target else say("rewards.refused_none")
        said, amount = f"{said}<p class='kj-note'>{esc(why)}</p>", f"<s>{amount}</s>"
    return f"<li><div>{said}</div><span class=n>{amount}</span></li>"


# --- redeeming ------------------------------------------------------------------------------------------------------------------

def _redeem(mine: Mine, held: Held) -> str:
    offers = "".join(_offer(mine, one, held) for one in mine.rewards)
    asked = "".join(_asked(one) for one in mine.requests[:_SHOWN])
    waits = sum(one.state == "asked" for one in mine.requests)
    can = sum(one.cost <= mine.balance for one in mine.rewards)
    head = say("rewards.redeem_waits", n=waits) if waits else say("rewards.redeem_can", n=can) if can else say("rewards.redeem_later")
    listed = f"<h3>{esc(say('rewards.requests'))}</h3><ul class=rows>{asked}</ul>" if asked else ""
    inner = f"<ul class=rows>{offers}</ul>" if offers else f"<p class='kj-note'>{esc(say('rewards.no_offers'))}</p>"
    return (f"<section class='kj-card kj-stack rewards'><h2>{esc(head)}</h2>{listed}{inner}"
            f"<p class='kj-note'>{esc(say('rewards.redeem_note'))}</p></section>")


def _offer(mine: Mine, one: Reward, held: Held) -> str:
    """A row of the catalogue; the request key goes with the button, so that a second click on the same button asks for nothing twice."""
    enough = one.cost <= mine.balance
    short = "" if enough else f"<p class='kj-note'>{esc(say('rewards.short', n=number(one.cost - mine.balance)))}</p>"
    button = (f"<button type=button class='act' data-ask='rewards.redeem' data-of='{esc(one.id)}:{esc(held.key(f'rewards.{one.id}'))}' "
              f"aria-label='{esc(say('rewards.redeem_one', reward=name_of(one)))}'>{esc(say('rewards.redeem'))}</button>") if enough else ""
    return f"<li><div><b>{esc(name_of(one))}</b> <span class='kj-note'>{number(one.cost)} {esc(say('unit.points'))}</span>{short}</div>{button}</li>"


def _asked(one: Request) -> str:
    back = (f"<button type=button class='act' data-ask='rewards.withdraw' data-of='{esc(one.id)}:{one.version}' "
            f"aria-label='{esc(say('rewards.withdraw_one', reward=name_of(one)))}'>{esc(say('rewards.withdraw'))}</button>") if one.state == "asked" else ""
    when = day(one.decided_on or one.asked_on)
    return (f"<li><div><b>{esc(name_of(one))}</b> <span class='kj-note'>{number(one.cost)} {esc(say('unit.points'))}</span>"
            f"<p class='kj-note'>{esc(say(_REQUESTS[one.state]))} · {esc(when)}</p></div>{back}</li>")
