"""My day, today: the bars with the pace they need, a consultation logged in one tap, whom to follow first, the day and the week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from lib.access.desk import Desk
from lib.access.goals_desk import MyGoals
from lib.access.my_desk import Mine, MyDesk, goal_of, heard, objection_words
from lib.access.rewards_desk import MyRewards
from lib.ledger.consultations import MOST_CALLED, MOST_MINUTES, OBJECTIONS, OUTCOMES, Effective, Logged
from lib.morale import consultation, suggestion, summary
from lib.morale.consultation import Heard, Score, Terms
from lib.morale.goals import METRICS, Bar
from lib.morale.suggestion import Open, Suggestion
from lib.show import goal_bars, my_mine, my_view
from lib.show.care_live import Asked
from lib.show.parts import Explain, day, esc, explain, full_day, number
from lib.show.sections import Held, Wrong, still
from lib.words import language, say

MINUTES = (5, 10, 15, 20, 30)
"""Lengths with a button of their own."""
MEANT = {"day": "effective", "week": "intents", "month": "deals"}
"""The measure that is looked at first in each period."""
TAPPED = "my.tapped"
"""In ``held.state``: the desk of the run in which something of this section was tapped; every run has a desk of its own."""
_CUSTOMER, _FORM = "my.customer", "my.log"
_SHANGHAI = timedelta(hours=8)
_SHOWN = 10
"""Consultations of today that are listed."""


def html(desk: Desk, held: Held) -> str:
    """Today's bars, the form, the suggestion, what was logged, and the summaries."""
    office, mine = my_mine.anew(desk, held)
    goals = MyGoals(desk, still(desk))
    bars = goals.bars()
    every = office.open(mine)
    first = _title(desk, bars) + _bars(bars, goals.behind()) + _log(office, mine, every, held)
    return first + _suggestion(office, mine, every) + _summary(office, mine, goal_of(bars))


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Log a consultation, take one back, or begin the form for one of the open customers."""
    does = {"my.log": _do_log, "my.undo": _do_undo, "my.follow": _do_follow}.get(asked.what)
    if does is None:
        return None
    held.state[TAPPED] = desk
    return does(MyDesk(desk, still(desk)), asked, held)


# --- the bars -------------------------------------------------------------------------------------------------------------------

def three(bars: Sequence[Bar]) -> list[Bar]:
    """The bar of the day, of the week and of the month that is looked at first: the measure meant for the period where it has a goal, else
    the first measure that has one."""
    found = []
    for period, meant in MEANT.items():
        of_period = [bar for bar in bars if bar.period == period and bar.target is not None]
        found += sorted(of_period, key=lambda bar: (bar.done is None, bar.metric != meant, METRICS.index(bar.metric)))[:1]
    return found


def _title(desk: Desk, bars: Sequence[Bar]) -> str:
    me = desk.read("my_week").iloc[0]
    now = next((bar for bar in three(bars) if bar.period == "day" and bar.done is not None), None)
    told = my_view.title(me) if now is None else say("my.title_today", name=me["name"], metric=say(goal_bars.METRICS[now.metric]), value=goal_bars.value(now),
                                                     pace=goal_bars.pace(now))
    return f"<h1>{esc(told)}</h1>"


def _bars(bars: Sequence[Bar], behind: date | None) -> str:
    """The first bars, and where files are late (``behind``: their last day) that they may say too little."""
    first = three(bars)
    if not first:
        return f"<section class='kj-card kj-stack'><h2>{esc(say('my.bars.none'))}</h2><p class='kj-note'>{esc(say('my.bars.none_why'))}</p></section>"
    inner = "".join(goal_bars.one(bar, say("my.bar", period=say(f"goals.Period.{bar.period}"), metric=say(goal_bars.METRICS[bar.metric]))) for bar in first)
    inner += f"<p class='kj-note kj-watch'>{esc(say('my.bars.behind', day=day(behind)))}</p>" if behind else ""
    asked = [bar for bar in bars if bar.target is not None]
    more = (f"<details class=fold data-key='my.bars'><summary>{esc(say('my.bars.all', n=len(asked)))}</summary>{goal_bars.bars(asked)}</details>"
            if len(asked) > len(first) else "")
    how = explain(Explain(say("my.bars.rule"), say("my.bars.period"), say("my.people_you")))
    return f"<section class='kj-card kj-stack today' aria-label='{esc(say('my.bars'))}'>{inner}<div class='kj-head'>{more}{how}</div></section>"


# --- what a click does ----------------------------------------------------------------------------------------------------------

def _do_log(office: MyDesk, asked: Asked, held: Held) -> str:
    typed = asked.typed
    _, one, made = office.log(typed.get("key", "")[:64] or held.key(_FORM), _minutes(typed), typed.get("contact") == "yes", typed.get("outcome", ""),
                            typed.get("customer", ""), typed.get("called", "").strip()[:MOST_CALLED], typed.get("objection", ""), _amount(typed))
    held.used(_FORM)
    held.forget = _FORM
    held.state.pop(_CUSTOMER, None)
    counts = consultation.counts(one, Effective.of(office.values()), language())
    earned = MyRewards(office.desk, still(office.desk)).credit_today()
    points = say("my.earned", n=earned.points) if earned else ""
    if made is None:
        return say("my.logged_unscored", counts=counts) + points
    if made.value is None:
        return say("my.logged_unknown", counts=counts) + points
    return say("my.logged", score=made.value, reason=_reason(one, made, office.terms()), counts=counts) + points


def _minutes(typed: Mapping[str, str]) -> int:
    """The length that was typed, else the one of the button."""
    text = typed.get("minutes_typed", "").strip() or typed.get("minutes", "")
    if not text.isdecimal() or not 0 < int(text) <= MOST_MINUTES:
        raise Wrong(say("my.wrong.minutes", most=MOST_MINUTES))
    return int(text)


def _amount(typed: Mapping[str, str]) -> float | None:
    text = typed.get("amount", "").replace(",", "").strip()
    if not text or typed.get("outcome") != "deal":
        return None
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found <= 1_000_000_000:
        raise Wrong(say("my.wrong.amount"))
    return found


def _do_undo(office: MyDesk, asked: Asked, held: Held) -> str:
    if not office.undo(asked.of):
        return say("my.undone_before")
    MyRewards(office.desk, still(office.desk)).credit_today()
    return say("my.undone")


def _do_follow(office: MyDesk, asked: Asked, held: Held) -> str:
    held.state[_CUSTOMER] = asked.of
    return ""


# --- the form -------------------------------------------------------------------------------------------------------------------

def _log(office: MyDesk, mine: Mine, every: list[Open], held: Held) -> str:
    chosen = str(held.state.get(_CUSTOMER, ""))
    outcomes = _pills("outcome", say("my.form.outcome"), [(outcome, say(f"my.outcome.{outcome}")) for outcome in OUTCOMES], "talk")
    minutes = _pills("minutes", say("my.form.minutes"), [(str(n), str(n)) for n in MINUTES], "15")
    contact = _pills("contact", say("my.form.contact"), [("yes", say("my.contact.yes")), ("no", say("my.contact.no"))], "no")
    own = [(one.key, one.customer) for one in every if one.customer and not one.key.startswith(("deal:", "called:"))]
    customers = "".join(f"<option value='{esc(key)}'{' selected' if key == chosen else ''}>{esc(name)}</option>"
                        for key, name in sorted(own, key=lambda pair: (pair[0] != chosen, pair[1])))
    objections = "".join(f"<option value={word}>{esc(say(f'my.objection.{word}'))}</option>" for word in OBJECTIONS)
    more = (f"<label><span>{esc(say('my.form.customer'))}</span><select name=customer><option value=''>{esc(say('my.form.customer_none'))}</option>"
            f"{customers}</select></label>"
            f"<label><span>{esc(say('my.form.called'))}</span><input name=called maxlength={MOST_CALLED} autocomplete=off></label>"
            f"<label><span>{esc(say('my.form.objection'))}</span><select name=objection><option value=''>{esc(say('my.form.objection_none'))}</option>"
            f"{objections}</select></label>"
            f"<label><span>{esc(say('my.form.minutes_typed'))}</span><input name=minutes_typed inputmode=numeric autocomplete=off maxlength=3></label>"
            f"<label><span>{esc(say('my.form.amount'))}</span><input name=amount inputmode=decimal autocomplete=off maxlength=14></label>")
    form = (f"<form data-form='{_FORM}' class=log-one aria-label='{esc(say('my.form'))}'>"
            f"<input type=hidden name=key value='{esc(held.key(_FORM))}'>{minutes}{contact}{outcomes}"
            f"<button type=submit class='act main all' data-ask='{_FORM}'>{esc(say('my.form.save'))}</button>"
            f"<details class='more all' data-key='my.log.more'{' open' if chosen else ''}><summary>{esc(say('my.form.more'))}</summary>"
            f"<div class=grid>{more}</div></details></form>")
    begin = f"<details class='fold begin' data-key='my.log.open'{' open' if chosen else ''}><summary>{esc(say('my.form.begin'))}</summary>{form}</details>"
    return f"<section class='kj-card kj-stack'>{begin}{_logged(office, mine, every)}</section>"


def _pills(name: str, label: str, choices: list[tuple[str, str]], chosen: str) -> str:
    inner = "".join(f"<label><input type=radio name={name} value='{esc(value)}'{' checked' if value == chosen else ''}><span>{esc(words)}</span></label>"
                    for value, words in choices)
    return f"<fieldset class=all><legend>{esc(label)}</legend><div class=pills>{inner}</div></fieldset>"


def _logged(office: MyDesk, mine: Mine, every: list[Open]) -> str:
    """What was logged today, newest first, each with its score and a way to take it back."""
    today = mine.of(office.today)
    if not today:
        return f"<p class='kj-note'>{esc(say('my.none_logged'))}</p>"
    names, terms = {one.key: one.customer for one in every}, office.terms() if office.scored(mine) else None
    rows = "".join(_row(one, names, terms) for one in today[:_SHOWN])
    more = f"<p class='kj-note'>{esc(say('my.logged_more', n=len(today) - _SHOWN))}</p>" if len(today) > _SHOWN else ""
    return (f"<details class=fold data-key='my.logged'><summary>{esc(say('my.logged_today', n=len(today)))}</summary>"
            f"<ul class=rows>{rows}</ul>{more}</details>")


def _row(one: Logged, names: Mapping[str, str], terms: Terms | None) -> str:
    customer = one.called or names.get(one.customer_id, one.customer_id)
    what = say("my.row", time=f"{one.at + _SHANGHAI:%H:%M}", minutes=one.minutes, outcome=say(f"my.outcome.{one.outcome}"))
    about = f"{what} · {customer}" if customer else what
    score = ""
    if terms is not None and one.score is not None:
        told = heard(one)
        score = f"<p class='kj-note'><b>{esc(say('my.score', n=one.score))}</b> {esc(_reason(told, consultation.score(told, terms), terms))}</p>"
    undo = f"<button type=button class='act small' data-ask=my.undo data-of='{esc(one.id)}' aria-label='{esc(say('my.undo_what', what=about))}'>{esc(say('my.undo'))}</button>"
    return f"<li><div><span>{esc(about)}</span>{score}</div>{undo}</li>"


def _reason(one: Heard, made: Score, terms: Terms) -> str:
    return say("my.clause").join(consultation.said(made, one, terms, language(), objection_words(one.objection or "")))


# --- whom to follow first -------------------------------------------------------------------------------------------------------

def _suggestion(office: MyDesk, mine: Mine, every: list[Open]) -> str:
    window = int(office.setting("morale.suggest_days"))
    made = suggestion.ranked(every, office.today, window)
    if not made:
        return (f"<section class='kj-card kj-stack'><h2>{esc(say('my.suggest.none'))}</h2>"
                f"<p class='kj-note'>{esc(say('my.suggest.none_why', days=window))}</p></section>")
    first = made[0]
    clauses = suggestion.said(first, office.today, language(), number(first.one.amount))
    called = first.one.customer or first.one.product or say("my.suggest.nameless")
    follow = (f"<button type=button class=act data-ask=my.follow data-of='{esc(first.one.key)}'>{esc(say('my.suggest.follow'))}</button>"
              if not first.one.key.startswith(("deal:", "called:")) else "")
    return (f"<section class='kj-card kj-stack first'><h2>{esc(say('my.suggest', customer=called))}</h2>"
            f"<p>{esc(say('my.clause').join(clauses))}</p>{follow}{explain(_how(office, first, window))}</section>")


def _how(office: MyDesk, first: Suggestion, window: int) -> Explain:
    points = say("my.clause").join(say("my.suggest.points", part=say(f"my.suggest.part.{part}"), n=number(first.points[part], 0), most=most)
                                   for part, most in suggestion.RULE.items())
    low, high = suggestion.BEST_WAIT
    return Explain(say("my.suggest.rule", low=low, high=high, points=points, total=number(first.total, 0)),
                   say("my.suggest.period", days=window, day=full_day(office.as_of)), say("my.suggest.people", n=first.of))


# --- the day and the week -------------------------------------------------------------------------------------------------------

def _summary(office: MyDesk, mine: Mine, goal: float | None) -> str:
    days = office.days(mine, goal)
    told = summary.of_day(days, office.today, goal, language())
    inner = f"<p>{esc(say('my.clause').join(told))}</p>"
    if office.today.weekday() >= summary.FRIDAY:
        rows = "".join(f"<li>{esc(line)}</li>" for line in summary.of_week(days, office.today, language()))
        inner += f"<h3>{esc(say('my.week'))}</h3><ul class=plain-list>{rows}</ul>"
    how = explain(Explain(say("my.sum.rule"), say("my.sum.period", first=day(office.today - timedelta(summary.BACK)), last=day(office.today)),
                          say("my.people_you")))
    return f"<section class='kj-card kj-stack'><h2>{esc(say('my.summary', day=day(office.today)))}</h2>{inner}{_calls(office, mine)}{how}</section>"


def _calls(office: MyDesk, mine: Mine) -> str:
    """The scores of imported calls of the last week, where there are any and the viewer did not object."""
    row = office.desk.read("my_calls").iloc[0]
    if not row["scored"] or row["score"] != row["score"] or not office.scored(mine):
        return ""
    told = [say("my.calls.score", n=number(row["score"], 0))]
    if row["score_before"] == row["score_before"]:
        told.append(say("my.calls.before", n=number(row["score_before"], 0)))
    if row["objections"]:
        told.append(say("my.calls.objection", objection=row["objection"], n=number(row["objections"])))
    missing = [say(f"my.score.part.{part}") for part in ("length", "contact") if row[f"no_{part}"] == row["calls"]]
    if missing:
        told.append(say("my.score.unknown", parts=say("my.score.and").join(missing)))
    return f"<p class='kj-note'>{esc(say('my.clause').join(told))}</p>"
