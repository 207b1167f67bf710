"""My mentor: ask in one click, the clock of a request, what to confirm; for a mentor also who waits, duties and the mentees' progress."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from lib.access.desk import Desk
from lib.access.mentors_desk import LATEST_SESSION, BeforePair, DutyBook, MyMentor, PairSeen, minutes_left, told
from lib.ledger.mentors import KINDS, MOST_MINUTES, MOST_WORDS, TOPICS, Request, SaidAlready, Session, StillOpen
from lib.ledger.vault import KeyLost
from lib.morale.mentors import MIN_PEERS, Duty, Score
from lib.show import sections
from lib.show.care_live import Asked
from lib.show.parts import Explain, day, esc, explain, full_day, number, percent, signed
from lib.show.person_view import per_day
from lib.show.sections import Held, Wrong
from lib.words import say

_SHANGHAI = timedelta(hours=8)
_SHOWN = 5


def html(desk: Desk, held: Held) -> str:
    """One card for the mentee, one for the mentor; a quiet line for somebody who is neither."""
    mine = MyMentor(desk, sections.still(desk))
    asked = mine.requests()
    if mine.mentor is None and not mine.mentees and not asked:
        months = int(mine.setting("mentors.months"))
        return _card(say("mentors.my.none"), f"<p class='kj-note'>{esc(say('mentors.my.none_why', months=months))}</p>")
    facts, sessions = mine.duty_book(), mine.sessions()
    names = {pair.employee_id: pair.mentee for pair in mine.pairs()} | {pair.mentor_id: pair.mentor for pair in mine.pairs()}
    strangers = {who for one in [*asked, *sessions] for who in (one.employee_id, one.mentor_id)} - set(names) - {mine.me}
    names |= mine.names(strangers) if strangers else {}
    return _mentee(mine, held, asked, sessions, facts, names) + _mentor(mine, held, asked, sessions, facts, names)


def _card(title: str, inner: str) -> str:
    return f"<section class='kj-card kj-stack'><h2>{esc(title)}</h2>{inner}</section>"


def clock(moment: datetime) -> str:
    """A moment of the ledger as the company's time of day."""
    return f"{moment + _SHANGHAI:%H:%M}"


def _when(moment: datetime, today: date) -> str:
    local = moment + _SHANGHAI
    return f"{local:%H:%M}" if local.date() == today else f"{day(local)} {local:%H:%M}"


# --- the mentee ---------------------------------------------------------------------------------------------------------------

def _mentee(mine: MyMentor, held: Held, asked: Sequence[Request], sessions: Sequence[Session], facts: DutyBook, names: dict[str, str]) -> str:
    own, pair = [one for one in asked if one.employee_id == mine.me], mine.mentor
    if pair is None and not own:
        return ""
    waiting = next((one for one in own if one.state == "open"), None)
    title = say("mentors.my.none") if pair is None else say("mentors.my.title", mentor=pair.mentor)
    if waiting is not None and waiting.escalated_at is not None:
        title = say("mentors.my.title_escalated")
    elif waiting is not None:
        title = say("mentors.my.title_waiting", mentor=names.get(waiting.mentor_id, ""), minutes=minutes_left(waiting))
    rows = "".join(_own_request(one, mine.today) for one in own[:_SHOWN])
    inner = ""
    if pair is not None:
        inner += f"<p class='kj-note'>{esc(say('mentors.my.since', day=full_day(pair.since), minutes=facts.minutes))}</p>"
        inner += "" if waiting is not None else _ask(held)
    inner += f"<h3>{esc(say('mentors.my.requests'))}</h3><ul class=rows>{rows}</ul>" if rows else ""
    if pair is not None:
        inner += _to_confirm(mine, [one for one in sessions if one.employee_id == mine.me], names)
        inner += _duties(say("mentors.together"), facts.duties(pair.key), facts, 1)
        inner += _session_form(mine, held, [pair], "mentee")
    return _card(title, inner)


def _ask(held: Held) -> str:
    topics = "".join(f"<option value='{topic}'>{esc(say(f'mentors.topic.{topic}'))}</option>" for topic in TOPICS)
    return (f"<form data-form='mentors.ask'><label><span>{esc(say('mentors.ask.topic'))}</span><select name=topic>{topics}</select></label>"
            f"<label class=all><span>{esc(say('mentors.ask.words'))}</span><input name=words maxlength={MOST_WORDS} autocomplete=off></label>"
            f"<input type=hidden name=key value='{esc(held.key('mentors.ask'))}'>"
            f"<button type=submit class=main data-ask='mentors.ask'>{esc(say('mentors.ask'))}</button></form>")


def _own_request(one: Request, today: date) -> str:
    undo = f"<button type=button class=act data-ask='mentors.withdraw' data-of='{esc(one.id)}'>{esc(say('mentors.withdraw'))}</button>" \
        if one.state == "open" else ""
    return (f"<li><div><b>{esc(_when(one.asked_at, today))}</b> {esc(say(f'mentors.topic.{one.topic}'))}<br>"
            f"<span class='kj-note'>{esc(_state(one))}</span></div>{undo}</li>")


def _state(one: Request) -> str:
    if one.state == "withdrawn":
        return say("mentors.request.withdrawn")
    if one.answered_at is not None:
        return say("mentors.request.answered", minutes=round((one.answered_at - one.asked_at).total_seconds() / 60))
    if one.escalated_at is not None:
        return say("mentors.request.escalated")
    return say("mentors.request.open", minutes=max(0, minutes_left(one)))


# --- the mentor ---------------------------------------------------------------------------------------------------------------

def _mentor(mine: MyMentor, held: Held, asked: Sequence[Request], sessions: Sequence[Session], facts: DutyBook, names: dict[str, str]) -> str:
    theirs = [one for one in asked if one.mentor_id == mine.me and one.state == "open"]
    if not mine.mentees and not theirs:
        return ""
    title = say("mentors.guide.title_waiting", n=len(theirs)) if theirs else say("mentors.guide.title", n=len(mine.mentees))
    waits = "".join(_waiting(one, mine, names) for one in theirs)
    inner = f"<ul class=rows>{waits}</ul>" if waits else ""
    inner += _to_confirm(mine, [one for one in sessions if one.mentor_id == mine.me], names)
    if mine.mentees:
        inner += _duties(say("mentors.together"), facts.duties_of(mine.me), facts, len(mine.mentees))
        inner += _session_form(mine, held, mine.mentees, "mentor")
        rows = "".join(f"<li><div><b>{esc(pair.mentee)}</b> <span class='kj-note'>{esc(_tenure(pair))}</span><br>{esc(progress(pair))}</div></li>"
                       for pair in mine.mentees)
        inner += f"<h3>{esc(say('mentors.guide.mentees'))}</h3><ul class=rows>{rows}</ul>" + _score(mine, facts)
    return _card(title, inner)


def _waiting(one: Request, mine: MyMentor, names: dict[str, str]) -> str:
    try:
        words = mine.words(one.id) if one.words else ""
    except KeyLost as why:
        words = str(why)
    except LookupError:  # taken back or answered a moment ago
        words = ""
    said = f"<br><span>{esc(words)}</span>" if words else ""
    tone = " class='kj-care'" if one.escalated_at is not None else ""
    head = say("mentors.guide.waiting", name=names.get(one.employee_id, ""), topic=say(f"mentors.topic.{one.topic}"))
    return (f"<li><div><b>{esc(head)}</b> <span{tone}>{esc(_state(one))}</span>{said}</div>"
            f"<button type=button class='act main' data-ask='mentors.answer' data-of='{esc(one.id)}'>{esc(say('mentors.guide.answer'))}</button></li>")


def _tenure(pair: PairSeen) -> str:
    return "" if pair.weeks is None else say("mentors.guide.weeks", n=pair.weeks)


def progress(pair: PairSeen) -> str:
    """A mentee's progress in one sentence, or why it cannot be told."""
    if pair.objected:
        return say("mentors.guide.objected")
    if pair.change is None:
        if pair.weeks is None or pair.weeks > 26:
            return say("mentors.guide.grown") if pair.metric else say("mentors.guide.new")
        return say("mentors.guide.early")
    facts = dict(metric=per_day(pair.metric), now=number(pair.performance), change=signed(pair.change), peers=pair.peers)
    if pair.peers < MIN_PEERS or pair.peer_change is None:
        return say("mentors.guide.few", **facts)
    return say("mentors.guide.progress", peer_change=signed(pair.peer_change), **facts)


def _score(mine: MyMentor, facts: DutyBook) -> str:
    found = facts.score(mine.me, [told(pair) for pair in mine.mentees])
    if found is None:
        return f"<p class='kj-note'>{esc(say('mentors.score.objected'))}</p>"
    if found.total is None:
        return f"<h3>{esc(say('mentors.score.none'))}</h3><p class='kj-note'>{esc(say('mentors.score.none_why'))}</p>"
    how = score_rule(facts.shares, mine.today, say("mentors.score.people", n=len(mine.mentees)))
    return f"<h3>{esc(say('mentors.score', total=number(found.total, 0)))}</h3>{score_parts(found)}{how}"


def score_rule(shares: tuple[float, float], today: date, people: str) -> str:
    """How a mentor's score is made."""
    return explain(Explain(say("mentors.score.rule", mentee=percent(shares[0]), pleased=percent(shares[1])),
                           say("mentors.score.period", day=full_day(today)), people))


def score_parts(found: Score) -> str:
    """Every part of a mentor's score with its weight, as bars; what is missing says so."""
    rows = []
    for part in found.parts:
        name = f"<span>{esc(say(f'mentors.part.{part.key}'))}</span>"
        if part.value is None:
            rows.append(f"<div class=meter>{name}<span class='kj-note'>{esc(say('mentors.score.missing'))}</span></div>")
            continue
        words = say("mentors.score.part", value=number(100 * part.value, 0), weight=percent(part.weight, 0))
        rows.append(f"<div class=meter>{name}<span class='kj-soft'>{esc(words)}</span>"
                    f"<span class='kj-track thin'><i style='width:{100 * part.value:.0f}%'></i></span></div>")
    return "".join(rows)


# --- together -----------------------------------------------------------------------------------------------------------------

def _duties(title: str, done: Sequence[Duty], facts: DutyBook, pairs: int) -> str:
    if not any(duty.due for duty in done):
        return f"<h3>{esc(title)}</h3><p class='kj-note'>{esc(say('mentors.duty.none_due'))}</p>"
    how = explain(Explain(
        say("mentors.duty.rule", joint=facts.rates["joint_consultation"], script=facts.rates["script_review"], visit=facts.rates["customer_visit"]),
        say("mentors.duty.period", first=day(facts.first), last=day(facts.today)), say("mentors.duty.people", n=pairs), say("mentors.duty.left_out")))
    return f"<h3>{esc(title)}</h3>{bars(done)}{how}"


def bars(done: Iterable[Duty]) -> str:
    """Duties as bars: how many of how many."""
    return "".join(
        f"<div class=meter><span>{esc(say(f'mentors.kind.{duty.kind}'))}</span><span>{esc(say('mentors.duty.count', done=duty.done, due=duty.due))}</span>"
        f"<span class='kj-track'><i style='width:{100 * duty.done / duty.due:.0f}%'></i></span></div>" for duty in done if duty.due)


def _to_confirm(mine: MyMentor, sessions: Sequence[Session], names: dict[str, str]) -> str:
    """What the viewer has to confirm, and what waits for the other one."""
    theirs, own = [], []
    for one in sessions:
        if one.state != "proposed":
            continue
        i_am = "mentor" if one.mentor_id == mine.me else "mentee"
        other = one.employee_id if i_am == "mentor" else one.mentor_id
        facts = dict(name=names.get(other, ""), day=day(one.day), kind=say(f"mentors.kind.{one.kind}"), minutes=one.minutes)
        if one.proposed_by == i_am:
            own.append(f"<li><div><span class='kj-note'>{esc(say('mentors.session.said', **facts))}</span></div>"
                       f"<button type=button class=kj-link data-ask='mentors.decline' data-of='{esc(one.id)}'>{esc(say('mentors.withdraw'))}</button></li>")
        else:
            theirs.append(f"<li><div>{esc(say('mentors.session.said', **facts))}</div>{_button('confirm', one.id, 'mentors.session.confirm', ' main')}"
                          f"{_button('decline', one.id, 'mentors.session.decline')}</li>")
    mine_first = f"<h3>{esc(say('mentors.session.to_confirm'))}</h3><ul class=rows>{''.join(theirs)}</ul>" if theirs else ""
    return mine_first + (f"<h3>{esc(say('mentors.session.mine'))}</h3><ul class=rows>{''.join(own)}</ul>" if own else "")


def _button(what: str, of: str, words: str, kind: str = "") -> str:
    return f"<button type=button class='act{kind}' data-ask='mentors.{what}' data-of='{esc(of)}'>{esc(say(words))}</button>"


def _session_form(mine: MyMentor, held: Held, pairs: Sequence[PairSeen], i_am: str) -> str:
    form = f"mentors.session.{i_am}"
    kinds = "".join(f"<option value='{kind}'>{esc(say(f'mentors.kind.{kind}'))}</option>" for kind in KINDS)
    others = "".join(f"<option value='{esc(pair.employee_id)}'>{esc(pair.mentee)}</option>" for pair in pairs)
    whom = f"<label><span>{esc(say('mentors.session.with'))}</span><select name=with>{others}</select></label>" if i_am == "mentor" else ""
    first = mine.today - timedelta(LATEST_SESSION)
    return (f"<details class=more data-key='{form}'><summary>{esc(say('mentors.session.new'))}</summary><form data-form='{form}'>{whom}"
            f"<label><span>{esc(say('mentors.session.kind'))}</span><select name=kind>{kinds}</select></label>"
            f"<label><span>{esc(say('mentors.session.day'))}</span><input type=date name=day value='{mine.today}' min='{first}' max='{mine.today}' required></label>"
            f"<label><span>{esc(say('mentors.session.minutes'))}</span><input type=number name=minutes value=30 min=1 max={MOST_MINUTES} required inputmode=numeric></label>"
            f"<input type=hidden name=key value='{esc(held.key(form))}'>"
            f"<button type=submit data-ask='mentors.session' data-of='{i_am}'>{esc(say('mentors.session.save'))}</button></form></details>")


# --- what was clicked ---------------------------------------------------------------------------------------------------------

def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Ask, answer, take back, enter, confirm, decline."""
    if asked.what not in ("mentors.ask", "mentors.withdraw", "mentors.answer", "mentors.session", "mentors.confirm", "mentors.decline"):
        return None
    mine = MyMentor(desk, sections.still(desk))
    if asked.what == "mentors.ask":
        return _asked(mine, asked, held)
    if asked.what == "mentors.session":
        return _proposed(mine, asked, held)
    if asked.what == "mentors.withdraw":
        mine.withdraw(asked.of)
        return say("mentors.withdrawn")
    if asked.what == "mentors.answer":
        return say("mentors.guide.answered" if mine.answer(asked.of) else "mentors.guide.answered_before")
    if asked.what == "mentors.confirm":
        mine.confirm(asked.of)
        return say("mentors.session.confirmed")
    mine.decline(asked.of)
    return say("mentors.session.declined")


def _asked(mine: MyMentor, asked: Asked, held: Held) -> str:
    words = asked.typed.get("words", "").strip()
    if len(words) > MOST_WORDS:
        raise Wrong(say("mentors.wrong.words", most=MOST_WORDS))
    try:
        request_id = mine.ask(asked.typed.get("key", ""), asked.typed.get("topic", ""), words)
    except StillOpen as why:
        raise Wrong(say("mentors.still_open", time=_when(why.at, mine.today))) from None
    held.used("mentors.ask")
    held.forget = "mentors.ask"
    due = next(one.due_at for one in mine.requests() if one.id == request_id)
    return say("mentors.asked", mentor=mine.mentor.mentor if mine.mentor else "", time=clock(due))


def _proposed(mine: MyMentor, asked: Asked, held: Held) -> str:
    form = f"mentors.session.{asked.of}"
    text = asked.typed.get("minutes", "").strip()
    minutes = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 0 < minutes <= MOST_MINUTES:
        raise Wrong(say("mentors.wrong.minutes", most=MOST_MINUTES))
    try:
        on = date.fromisoformat(asked.typed.get("day", ""))
    except ValueError:
        on = date.min
    if not mine.today - timedelta(LATEST_SESSION) <= on <= mine.today:
        raise Wrong(say("mentors.wrong.day", days=LATEST_SESSION, example=mine.today.isoformat()))
    other = asked.typed.get("with", "") if asked.of == "mentor" else mine.mentor.mentor_id if mine.mentor else ""
    try:
        mine.propose(asked.typed.get("key", ""), other, asked.typed.get("kind", ""), on, minutes)
    except BeforePair as why:
        raise Wrong(say("mentors.wrong.before_pair", since=full_day(why.since))) from None
    except SaidAlready:
        raise Wrong(say("mentors.wrong.twice", day=full_day(on))) from None
    held.used(form)
    held.forget = form
    return say("mentors.session.proposed")
