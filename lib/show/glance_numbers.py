"""Glance, the headline numbers: morale, goals, who may leave, care; each with its past, how sure it is, and how it was made."""

from __future__ import annotations

from collections.abc import Sequence

from lib.morale.goals import span
from lib.show import goal_bars, risk_draw, risk_words
from lib.show.cards import Headline
from lib.show.figures import between, chance, known
from lib.show.glance_read import Seen, four_before, last_four
from lib.show.glance_verdict import QUARTER, risk_told
from lib.show.parts import Explain, day, esc, explain, number, percent, points, signed, spark, week_span
from lib.tags.measure import wilson
from lib.words import say, sentences

WEEKS = 12
"""So many weeks a number's line is long."""
LONG = 9
"""A value of more characters than this is set smaller."""


def headlines(seen: Seen) -> list[Headline]:
    """At most four; a number whose source is missing says which file would give it.  A lead's have nothing of risk and of others' care."""
    if seen.lead:
        return [_morale(seen), _goal(seen), _late(seen), _carrying(seen)]
    return [_morale(seen), _goal(seen), _leaving(seen), _care(seen)]


def card(shown: Headline) -> str:
    """One headline number, its past beside it."""
    unit = f"<span class='kj-unit'>{esc(shown.unit)}</span>" if shown.unit else ""
    long = " long" if len(shown.value) > LONG else ""
    return (f"<div class='kj-card kj-figure'><div class='kj-note'>{esc(shown.label)}</div>"
            f"<div class='v'><span class='kj-num{long}'>{esc(shown.value)}</span>{unit}{spark(shown.past, width=44)}</div>"
            f"<div class='kj-note'>{esc(shown.interval)}</div><div class='kj-note'>{esc(shown.compared)}</div>{explain(shown.how)}</div>")


def _missing(seen: Seen, key: str, why: str = "", words: str = "") -> Headline:
    """A number that is not there: which file or what else would give it."""
    how = Explain(say(f"glance.{key}.rule", **_RULES.get(key, lambda _: {})(seen)), _period(seen), say("glance.n_people", n=number(_people(seen))))
    return Headline(say(f"glance.{key}"), "–", "", words, (), why or say(f"glance.{key}.missing"), how)


_RULES = {"morale": lambda seen: {"target": number(seen.target, 0)}}


def _people(seen: Seen) -> int:
    return 0 if seen.trend.empty else int(seen.now["people"])


def _period(seen: Seen) -> str:
    return say("glance.period_week", week=week_span(seen.week))


def _left_out(seen: Seen, *words: str) -> str:
    return say("glance.and").join(word for word in (*words, say("glance.small_left_out") if seen.small else "") if word)


def _joined(*words: str) -> str:
    return " · ".join(word for word in words if word)


def n(people: object) -> str:
    """How many people a figure stands on."""
    return say("glance.n", n=number(people))  # type: ignore[arg-type]


# --- morale ------------------------------------------------------------------------------------------------------------------------

def _morale(seen: Seen) -> Headline:
    now = seen.mood
    if now is None:
        return _missing(seen, "morale")
    low, high = known(now["low"]), known(now["high"])
    reach = say("glance.between", low=number(low, 0), high=number(high, 0)) if low is not None and high is not None else say("glance.morale.no_range")
    change, swing = known(now["change"]), known(now["usual_swing"])
    moved = "" if change is None else say("glance.morale.change", change=signed(change, 0), how=say(
        "glance.morale.untold" if swing is None else "glance.morale.more" if now["more"] else "glance.morale.usual"))
    left = say("glance.small_out", n=seen.least) if seen.small else ""
    if unknown := int(now["unknown_teams"]):
        left = say("glance.and").join(one for one in (left, say("glance.morale.unknown", n=number(unknown))) if one)
    how = Explain(say("glance.morale.rule", target=number(seen.target, 0)), _period(seen), say("glance.n_teams", n=number(now["people"]), teams=number(now["teams"])), left)
    return Headline(say("glance.morale"), number(now["value"], 0), reach, say("glance.morale.target", target=number(seen.target, 0)),
                    _tail(seen.morale["value"]), _joined(moved or say("glance.no_month"), n(now["people"])), how)


def _tail(values: object) -> Sequence[float | None]:
    return [known(value) for value in values][-WEEKS:]  # type: ignore[attr-defined]


# --- goals -------------------------------------------------------------------------------------------------------------------------

def _goal(seen: Seen) -> Headline:
    past = _tail(seen.pace["share"]) if len(seen.pace) else []
    if not seen.newest:
        return _goal_then(seen, past)
    group = seen.goal
    if group is None or not seen.metric:
        return _missing(seen, "goal")
    bar, metric = group.bar, say(goal_bars.METRICS[seen.metric])
    label, name = say("glance.goal.of", metric=metric), say(goal_bars.METRICS[seen.metric])
    first, last = span("month", seen.today)
    how = Explain(say("glance.goal.rule", metric=name), say("glance.goal.period", first=day(first), last=day(last), today=day(seen.today)),
                  say("glance.n_people", n=number(bar.people or group.people)), say("glance.goal.left_out", n=number(group.left_out)) if group.left_out else "")
    if group.hidden or bar.share is None:
        why = say("glance.hidden") if group.hidden or group.goals_kept else goal_bars.pace(bar)
        return Headline(label, "–", "", why, past, "", how)
    days = abs(bar.ahead_days or 0)
    where = goal_bars.pace(bar) if bar.state in ("arrived", "short") or bar.ahead_days is None else \
        say("goals.state.on_pace") if bar.state == "on_pace" else say(f"goals.state.{bar.state}", days=goal_bars.days(days))
    return Headline(label, percent(bar.share, 0), where, _usual(seen), past, _joined(goal_bars.value(bar), n(bar.people or group.people)), how)


def _goal_then(seen: Seen, past: Sequence[float | None]) -> Headline:
    """Of a week that is over: how far its goals were reached."""
    rows = seen.pace
    if rows.empty or rows["week"].iloc[-1].date() != seen.week:
        return _missing(seen, "goal")
    now = rows.iloc[-1]
    before = four_before(rows, "share")
    moved = say("glance.compared", change=points(float(now["share"]) - before)) if before is not None else say("glance.no_past")
    how = Explain(say("glance.goal.rule_week"), _period(seen), say("glance.n_teams", n=number(now["people"]), teams=number(now["teams"])))
    return Headline(say("glance.goal.week"), percent(now["share"], 0), "", _usual(seen), past, _joined(moved, n(now["people"])), how)


def _usual(seen: Seen) -> str:
    """Within what the share of the week's goals usually lies: the middle nine tenths of the weeks known."""
    shares = seen.pace["share"].dropna()
    if len(shares) < WEEKS:
        return say("glance.goal.short")
    return say("glance.goal.usual", low=number(shares.quantile(0.05) * 100, 0), high=number(shares.quantile(0.95) * 100, 0))


# --- who may leave -------------------------------------------------------------------------------------------------------------------

def _leaving(seen: Seen) -> Headline:
    if not seen.sources["has_exits"]:
        return _missing(seen, "leaving")
    now = seen.now
    past = [known(value) for value in (seen.trend["left_90"] / seen.trend["people"])]
    actual = say("glance.leaving.actual", share=percent(now["left_90"] / now["people"]), n=number(now["left_90"]))
    if risk_told(seen):
        risk, model = seen.risk or {}, seen.model or {}
        missed = say("glance.leaving.calibrated", ratio=number(model["ratio"], 2)) if known(model["ratio"]) is not None else ""
        left = _left_out(seen, say("glance.leaving.left_out"))
        how = Explain(say("glance.leaving.rule"), say("glance.leaving.period", week=week_span(seen.week)), say("glance.n_people", n=number(risk["people"])), left)
        return Headline(say("glance.leaving"), percent(risk["share"]), _range(risk["low"], risk["high"]), _joined(missed, say("glance.leaving.drift") if model["drift"] == "calibration" else ""),
                        past, _joined(actual, n(risk["people"])), how)
    how = Explain(say("glance.leaving.rule_actual"), _period(seen), say("glance.n_people", n=number(now["people"])), _left_out(seen))
    low, high = now["leave_low"] * QUARTER, now["leave_high"] * QUARTER
    return Headline(say("glance.leaving.was"), percent(now["left_90"] / now["people"]), _range(low, high), no_chance(seen), past,
                    _joined(say("glance.leaving.left", n=number(now["left_90"])), n(now["people"])), how)


def _range(low: float, high: float) -> str:
    """A range of percentages beside one that has its sign."""
    return say("glance.between", low=number(low * 100), high=number(high * 100))


def no_chance(seen: Seen) -> str:
    """Why no chance of leaving is shown, in a few words."""
    if not seen.newest:
        return say("glance.risk.then")
    model = seen.model
    if model is None:
        return say("glance.risk.nothing")
    if model["state"] == "ready":
        return say("glance.risk.few")
    key = f"glance.risk.{model['why'] or model['state']}"
    return say(key if key in sentences() else "glance.risk.other", events=number(model["events"]), missing=number(model["events_needed"]),
               model=risk_draw.chance(model["precision"]), tags=risk_draw.chance(model["precision_tags"]), feature=risk_words.name(str(model["suspect"])))


# --- care --------------------------------------------------------------------------------------------------------------------------

def _care(seen: Seen) -> Headline:
    if not seen.sources["has_tags"]:
        return _missing(seen, "care", say("glance.carrying.missing"))
    if not seen.sources["has_cares"]:
        return _missing(seen, "care")
    now = seen.cared
    if now is None or seen.care is None:
        return _missing(seen, "care", say("glance.hidden"))
    done, open_, overdue = (int(now[name]) for name in ("done", "open", "overdue"))
    came, kept, cares = last_four(seen.care, "came_due", "kept", "cares")
    in_time = say("glance.care.in_time", share=percent(kept / came, 0), range=_range(*wilson(kept / came, came))) if came else ""
    people = int(now["people"])
    each = say("glance.care.each", n=number(cares * 30 / 28 / people)) if people else ""
    how = Explain(say("glance.care.rule"), say("glance.care.period", week=week_span(seen.week)), say("glance.n_people", n=number(people)), _left_out(seen))
    late = say("glance.care.overdue", n=number(overdue))
    return Headline(say("glance.care"), say("glance.care.of", done=number(done), due=number(done + open_ + overdue)), say("glance.care.unit"), _joined(late, in_time),
                    _tail(seen.care["done"]), _joined(each, n(people)), how)


# --- what a lead has instead ---------------------------------------------------------------------------------------------------------

def _late(seen: Seen) -> Headline:
    if not seen.sources["has_hours"]:
        return _missing(seen, "late")
    now, late, reach = seen.now, known(seen.now["late"]), known(seen.spread["late_reach"])
    before = four_before(seen.trend, "late")
    moved = say("glance.compared", change=signed(late - before, 2)) if late is not None and before is not None else say("glance.no_past")
    interval = say("glance.between", low=number(max(late - reach, 0), 2), high=number(late + reach, 2)) if late is not None and reach is not None else ""
    how = Explain(say("glance.late.rule"), _period(seen), say("glance.n_people", n=number(now["working"])), _left_out(seen))
    return Headline(say("glance.late"), number(late, 2), say("glance.late.unit"), interval, seen.trend["late"].tolist(), _joined(moved, n(now["working"])), how)


def _carrying(seen: Seen) -> Headline:
    if not seen.sources["has_tags"]:
        return _missing(seen, "carrying")
    now, before = seen.now, four_before(seen.trend, "carrying")
    moved = say("glance.compared", change=signed(now["carrying"] - before, 0)) if before is not None else say("glance.no_past")
    share = f"{chance(now['carry_share'])} {between(now['carry_low'], now['carry_high'])}"
    how = Explain(say("glance.carrying.rule"), _period(seen), say("glance.n_people", n=number(now["people"])), _left_out(seen, say("glance.carrying.left_out_lead")))
    return Headline(say("glance.carrying"), number(now["carrying"]), say("glance.carrying.unit"), share, seen.trend["carrying"].tolist(), _joined(moved, n(now["people"])), how)


