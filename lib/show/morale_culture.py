"""Culture on Morale: cohesion beside what was done together, what is to come, stories; HR moderates, HR and leads plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pandas as pd

from lib.access.culture_desk import LATEST_PLAN, CultureOffice, Wave
from lib.access.desk import Desk, NotAllowed
from lib.ledger.culture import KINDS, MOST_OPTIONS, MOST_TITLE, Activity, Closed
from lib.show import my_culture, sections
from lib.show.care_live import Asked
from lib.show.my_culture import readable
from lib.show.parts import Explain, day, esc, explain, full_day, number
from lib.show.sections import Behind, Held, Wrong
from lib.words import say

_UNIT = "culture.unit"
_COMPANY = ("company", "")


def html(desk: Desk, held: Held) -> str:
    """Cohesion and activities, what is to come, and stories."""
    office = CultureOffice(desk, sections.still(desk))
    return _cohesion(office, held) + _activities(office, held) + readable(lambda: _stories(office))


def _card(title: str, inner: str) -> str:
    return f"<section class='kj-card kj-stack'><h2>{esc(title)}</h2>{inner}</section>"


# --- cohesion -----------------------------------------------------------------------------------------------------------------

def chosen(held: Held, units: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Level and unit that this session looks at: the company until another was chosen."""
    wanted = held.state.get(_UNIT)
    return next((unit for unit in units if unit == wanted), units[0] if units else _COMPANY)


def named(level: str, unit: str) -> str:
    """A unit by name."""
    return say("culture.company") if level == "company" else unit


def title(waves: Sequence[Wave], level: str, unit: str) -> str:
    """What became of cohesion in one sentence: only intervals that do not overlap are called a change."""
    shown = [wave for wave in waves if wave.mean is not None]
    if not shown:
        return say("culture.title.none")
    first, last = shown[0], shown[-1]
    if len(shown) == 1:
        return say("culture.title.one", unit=named(level, unit), last=mean(last))
    apart = None not in (first.low, first.high, last.low, last.high) and not first.coded and not last.coded
    facts = dict(unit=named(level, unit), first=mean(first), last=mean(last))
    if apart and (last.low or 0) > (first.high or 0):
        return say("culture.title.up", **facts)
    if apart and (last.high or 0) < (first.low or 0):
        return say("culture.title.down", **facts)
    return say("culture.title.same", **facts)


def mean(wave: Wave) -> str:
    """The mean as it was published: coded at both ends."""
    value = number(wave.mean, 1)
    return say("culture.wave.at_least", mean=value) if wave.coded == "top" else say("culture.wave.at_most", mean=value) if wave.coded == "bottom" else value


def done(what: Sequence[tuple[str, int, int]]) -> str:
    """Activities by kind in words."""
    return " · ".join(say("culture.done", kind=say(f"culture.kind.{kind}"), n=n, people=number(people)) for kind, n, people in what) \
        or say("culture.wave.nothing")


def _wave(wave: Wave) -> str:
    bar = ""
    if wave.mean is None:
        words = {"few": say("culture.wave.few"), "protects": say("culture.wave.protects")}.get(wave.state, say("culture.wave.none"))
    elif wave.low is None or wave.high is None or wave.coded:
        words = mean(wave)
    else:
        words = say("culture.wave.value", mean=mean(wave), low=number(wave.low, 1), high=number(wave.high, 1), n=number(wave.n))
    if wave.mean is not None:
        at = lambda value: 25 * (value - 1)  # 1–5 over the whole width
        between = "" if wave.low is None or wave.high is None or wave.coded else \
            f"<u style='left:{at(wave.low):.1f}%;width:{at(wave.high) - at(wave.low):.1f}%'></u>"
        bar = f"<span class='kj-track thin between'><i style='width:{at(wave.mean):.1f}%'></i>{between}</span>"
    before = say("culture.wave.done", what=done(wave.activities))
    return (f"<div class=meter><b>{esc(say('culture.wave', day=full_day(wave.closes)))}</b><span>{esc(words)}</span>{bar}"
            f"<span class='kj-note'>{esc(before)}</span></div>")


def _cohesion(office: CultureOffice, held: Held) -> str:
    units = office.units()
    level, unit = chosen(held, units)
    waves = office.cohesion(level, unit) if units else []
    shown = [wave for wave in waves if wave.mean is not None]
    if not shown:
        return _card(say("culture.title.none"), f"<p class='kj-note'>{esc(say('culture.title.none_why'))}</p>")
    picker = ""
    if len(units) > 1:
        options = "".join(f"<option value='{n}'{' selected' if one == (level, unit) else ''}>{esc(named(*one))}</option>" for n, one in enumerate(units))
        picker = (f"<form class=choice data-form='culture.unit:{esc(unit)}'><label><span>{esc(say('culture.unit'))}</span><select name=unit>{options}</select></label>"
                  f"<button type=submit data-ask='culture.unit'>{esc(say('culture.unit.show'))}</button></form>")
    since = say("culture.wave.since", what=done(office.since_last(waves[-1].closes, level, unit)))
    how = explain(Explain(say("culture.rule"), say("culture.period", first=full_day(waves[0].closes), last=full_day(waves[-1].closes), n=len(waves)),
                          say("culture.people", n=number(shown[-1].n)), say("culture.left_out", n=len(waves) - len(shown))))
    return _card(title(waves, level, unit), f"{picker}{''.join(_wave(wave) for wave in waves)}<p class='kj-note'>{esc(since)}</p>"
                                            f"<p><b>{esc(say('culture.no_cause'))}</b></p>{how}")


# --- activities ---------------------------------------------------------------------------------------------------------------

def _activities(office: CultureOffice, held: Held) -> str:
    held_lately = office.counts()
    head = say("culture.office.title", n=sum(n for _, n, _ in held_lately), people=number(sum(people for *_, people in held_lately))) \
        if held_lately else say("culture.office.none")
    what = f"<p class='kj-note'>{esc(done(held_lately))}</p>" if held_lately else ""
    coming = [one for one in office.activities(office.today - timedelta(14)) if one.state == "open"]
    rows = "".join(_activity(office, one) for one in coming)
    listed = f"<ul class=rows>{rows}</ul>" if rows else f"<p class='kj-note'>{esc(say('culture.upcoming.none'))}</p>"
    plan = _plan(office, held) if office.role in ("hr", "lead") else ""
    return _card(head, f"{what}<h3>{esc(say('culture.upcoming'))}</h3>{listed}{plan}")


def _activity(office: CultureOffice, one: Activity) -> str:
    under = f"{my_culture.where(one)} · {one.team or say('culture.for_all')} · {my_culture.taken(one)}"
    votes = "".join(f"<span class='kj-chip'>{esc(say('culture.vote.option', label=option.label, n=option.votes))}</span>" for option in one.options) \
        if office.role != "presenter" else ""
    asks = readable(lambda: _questions(office, one)) if one.kind == "sharing" and office.role in ("hr", "lead") else ""
    settle = ""
    if office.may_settle(one.team):
        settle = (_button("held", one.id, "culture.held") if one.day <= office.today else "") + _button("cancel", one.id, "culture.cancel")
    return (f"<li><div><b>{esc(one.title)}</b><br><span class='kj-note'>{esc(under)}</span>{f'<div class=chips>{votes}</div>' if votes else ''}{asks}</div>{settle}</li>")


def _button(what: str, of: str, words: str, kind: str = "") -> str:
    return f"<button type=button class='act{kind}' data-ask='culture.office.{what}' data-of='{esc(of)}'>{esc(say(words))}</button>"


def _questions(office: CultureOffice, one: Activity) -> str:
    rows = []
    for question, who in office.questions(one.id):
        by = f" <span class='kj-note'>{esc(who)}</span>" if who else ""
        button = "" if office.role != "hr" else _button("unhide", question.id, "culture.unhide") if question.hidden else _button("hide", question.id, "culture.hide")
        rows.append(f"<li><div{' class=kj-soft' if question.hidden else ''}>{esc(question.text)}{by}</div>{button}</li>")
    if not rows:
        return ""
    return (f"<details class=more data-key='culture.asked:{esc(one.id)}'><summary>{esc(say('culture.questions', n=one.questions))}</summary>"
            f"<ul class=rows>{''.join(rows)}</ul></details>")


def _plan(office: CultureOffice, held: Held) -> str:
    kinds = "".join(f"<option value='{kind}'>{esc(say(f'culture.kind.{kind}'))}</option>" for kind in KINDS)
    own = office.teams()
    if own:
        teams = "".join(f"<option>{esc(team)}</option>" for team in own)
        team = f"<label><span>{esc(say('culture.plan.own_team'))}</span><select name=team>{teams}</select></label>"
    else:
        team = f"<label><span>{esc(say('culture.plan.team'))}</span><input name=team maxlength=120 autocomplete=off></label>"
    last = office.today + timedelta(LATEST_PLAN)
    return (f"<details class=more data-key='culture.plan'><summary>{esc(say('culture.plan'))}</summary><form data-form='culture.plan'>"
            f"<input type=hidden name=key value='{esc(held.key('culture.plan'))}'>"
            f"<label><span>{esc(say('culture.plan.kind'))}</span><select name=kind>{kinds}</select></label>"
            f"<label><span>{esc(say('culture.plan.title'))}</span><input name=title maxlength={MOST_TITLE} required autocomplete=off></label>"
            f"<label><span>{esc(say('culture.plan.day'))}</span><input type=date name=day value='{office.today + timedelta(7)}' min='{office.today}' max='{last}' required></label>"
            f"<label><span>{esc(say('culture.plan.starts'))}</span><input type=time name=starts value='16:00'></label>"
            f"<label><span>{esc(say('culture.plan.place'))}</span><input name=place maxlength={MOST_TITLE} autocomplete=off></label>{team}"
            f"<label><span>{esc(say('culture.plan.seats'))}</span><input type=number name=seats min=1 max=10000 inputmode=numeric></label>"
            f"<label class=all><span>{esc(say('culture.plan.options'))}</span><textarea name=options rows=3></textarea></label>"
            f"<button type=submit data-ask='culture.office.plan'>{esc(say('culture.plan.save'))}</button></form></details>")


# --- stories ------------------------------------------------------------------------------------------------------------------

def _stories(office: CultureOffice) -> str:
    public = my_culture.told((name, text) for name, text, _ in office.published()) or f"<p class='kj-note'>{esc(say('culture.stories.none'))}</p>"
    waiting = office.waiting() if office.role == "hr" else []
    rows = "".join(
        f"<li><div><b>{esc(one.title)}</b> <span class='kj-note'>{esc(who)} · {esc(day(one.told_on))}</span><blockquote>{esc(one.text)}</blockquote></div>"
        f"{_button('publish', one.id, 'culture.publish', ' main')}{_button('decline', one.id, 'culture.decline')}</li>" for one, who in waiting)
    moderate = f"<h3>{esc(say('culture.moderate', n=len(waiting)))}</h3><ul class=rows>{rows}</ul>" if rows else ""
    return _card(say("culture.stories"), moderate + public)


def tables(desk: Desk, held: Held) -> Behind:
    """Cohesion by wave with the activities before it."""
    office = CultureOffice(desk, sections.still(desk))
    level, unit = chosen(held, office.units())
    words = {"shown": say("culture.state.shown"), "few": say("culture.wave.few"), "protects": say("culture.wave.protects")}
    frame = pd.DataFrame([{"wave": wave.wave_id, "closes": wave.closes, "state": words.get(wave.state, say("culture.wave.none")), "n": wave.n,
                           "mean": wave.mean, "low": wave.low, "high": wave.high, "activities": done(wave.activities)}
                          for wave in office.cohesion(level, unit)], columns=["wave", "closes", "state", "n", "mean", "low", "high", "activities"])
    return [(frame, "cohesion", {
        "wave": say("culture.table.wave"), "closes": say("culture.table.closes"), "state": say("culture.table.state"), "n": say("culture.table.n"),
        "mean": say("culture.table.mean"), "low": say("culture.table.low"), "high": say("culture.table.high"),
        "activities": say("culture.table.activities")})]


# --- what was clicked ---------------------------------------------------------------------------------------------------------

def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Choose a unit, plan, settle, hide, publish."""
    if asked.what == "culture.unit":
        units, wanted = CultureOffice(desk, sections.still(desk)).units(), asked.typed.get("unit", "")
        if wanted.isascii() and wanted.isdigit() and int(wanted) < len(units):
            held.state[_UNIT] = units[int(wanted)]
        return ""
    does = _DOES.get(asked.what)
    if does is None:
        return None
    try:
        return does(CultureOffice(desk, sections.still(desk)), asked, held)
    except Closed:
        raise Wrong(say("culture.wrong.closed")) from None


def _planned(office: CultureOffice, asked: Asked, held: Held) -> str:
    typed = asked.typed
    wrong = say("culture.wrong.plan", title=MOST_TITLE, options=MOST_OPTIONS)
    seats, team = typed.get("seats", "").strip(), typed.get("team", "").strip() or None
    try:
        on = date.fromisoformat(typed.get("day", ""))
        office.plan(typed.get("key", "")[:64] or held.key("culture.plan"), typed.get("kind", ""), typed.get("title", ""), on, team, typed.get("place", ""), typed.get("starts", "")[:5],
                    int(seats) if seats else None, typed.get("options", "").splitlines())
    except NotAllowed:
        office.here()  # when it is the session that is over, that is what is said
        raise Wrong(say("culture.wrong.team", team=team or say("culture.for_all"))) from None
    except ValueError:
        raise Wrong(wrong) from None
    held.used("culture.plan")
    held.forget = "culture.plan"
    return say("culture.planned")


def _settle(state: str) -> Callable[[CultureOffice, Asked, Held], str]:
    def does(office: CultureOffice, asked: Asked, held: Held) -> str:
        office.settle(asked.of, state)
        return say("culture.settled")

    return does


def _hide(hidden: bool) -> Callable[[CultureOffice, Asked, Held], str]:
    def does(office: CultureOffice, asked: Asked, held: Held) -> str:
        office.hide(asked.of, hidden)
        return say("culture.hidden" if hidden else "culture.unhidden")

    return does


def _decide(state: str) -> Callable[[CultureOffice, Asked, Held], str]:
    def does(office: CultureOffice, asked: Asked, held: Held) -> str:
        office.decide(asked.of, state)
        return say("culture.published" if state == "published" else "culture.declined")

    return does


_DOES: dict[str, Callable[[CultureOffice, Asked, Held], str]] = {
    "culture.office.plan": _planned, "culture.office.held": _settle("held"), "culture.office.cancel": _settle("cancelled"),
    "culture.office.hide": _hide(True), "culture.office.unhide": _hide(False),
    "culture.office.publish": _decide("published"), "culture.office.decline": _decide("declined"),
}
