"""Mentors on Morale: counts for everybody who runs a team, what was escalated, pairs and suggestions for HR, and the probation."""

from __future__ import annotations

from itertools import groupby

import pandas as pd

from lib.access.desk import Desk, NotAllowed
from lib.access.mentors_office import MentorRow, MentorsOffice, Probation, Waiting
from lib.ledger.mentors import Paired
from lib.ledger.writes import now
from lib.morale.mentors import Part, Rate, Suggestion
from lib.show import my_mentor, sections
from lib.show.care_live import Asked
from lib.show.parts import Explain, day, esc, explain, full_day, number, percent, signed
from lib.show.sections import Behind, Held, Wrong
from lib.words import language, say

_OPENED = "mentors.opened"
_SHOWN = 20
"""Requests that are listed at once, longest waiting first."""


def html(desk: Desk, held: Held) -> str:
    """What this viewer may see of mentors."""
    office = MentorsOffice(desk, sections.still(desk))
    parts = [_counts(office, held)]
    if office.role == "hr":
        parts += [_suggestions(office), _overview(office)]
    return "".join(parts) + _probation(office)


def _card(title: str, inner: str) -> str:
    return f"<section class='kj-card kj-stack'><h2>{esc(title)}</h2>{inner}</section>"


# --- counts and what was escalated --------------------------------------------------------------------------------------------

def _counts(office: MentorsOffice, held: Held) -> str:
    found, waiting = office.counts(), office.waiting()
    months, minutes = int(office.setting("mentors.months")), int(office.setting("mentors.reply_minutes"))
    lines = [say("mentors.counts.pairs", **{name: number(found[name]) for name in ("pairs", "mentors", "sessions")})
             if found["pairs"] else say("mentors.counts.no_pairs")]
    asked, in_time = found["asked"], found["in_time"]
    lines.append(say("mentors.counts.help", asked=number(asked), share=percent((in_time or 0) / asked), minutes=minutes)
                 if asked else say("mentors.counts.no_help"))
    if found["judged"]:
        lines.append(say("mentors.counts.ahead", judged=number(found["judged"]), ahead=number(found["ahead"])))
    if waiting:
        title = say("mentors.title_escalated", n=len(waiting))
    elif found["newcomers"] is None:
        title = say("mentors.title_few")
    else:
        title = say("mentors.title", n=found["newcomers"], with_mentor=found["with_mentor"]) if found["newcomers"] else say("mentors.title_none")
    how = explain(Explain(say("mentors.counts.rule", months=months), say("mentors.counts.period", day=full_day(office.as_of)),
                          say("mentors.counts.people", n=number(found["newcomers"])), say("mentors.counts.left_out")))
    rows = "".join(_waiting(one, held) for one in reversed(waiting[-_SHOWN:]))
    more = f"<p class='kj-note'>{esc(say('mentors.waiting.more', shown=_SHOWN, n=number(len(waiting))))}</p>" if len(waiting) > _SHOWN else ""
    listed = f"<h3>{esc(say('mentors.waiting'))}</h3>{more}<ul class=rows>{rows}</ul>" if rows else ""
    return _card(title, f"{listed}<p>{'<br>'.join(esc(line) for line in lines)}</p>{how}")


def opened(held: Held) -> dict[str, tuple[str, str]]:
    """Name and words of the requests that were opened in this session, by id."""
    found = held.state.setdefault(_OPENED, {})
    assert isinstance(found, dict)
    return found


def _waiting(one: Waiting, held: Held) -> str:
    asked = one.request
    head = say("mentors.waiting.row", team=one.team, topic=say(f"mentors.topic.{asked.topic}"), long=long((now() - asked.asked_at).total_seconds() / 60))
    under = say("mentors.waiting.who", who=one.who, mentor=one.mentor) if one.who else say("mentors.waiting.hidden")
    seen = opened(held).get(asked.id)
    if seen:
        under = say("mentors.waiting.opened", who=seen[0], words=seen[1] or say("mentors.waiting.no_words"))
    show = "" if seen or (one.who and not asked.words) else _button("open", asked.id, "mentors.waiting.open")
    return (f"<li><div><b>{esc(head)}</b><br><span class='kj-note'>{esc(under)}</span></div>{show}"
            f"{_button('take', asked.id, 'mentors.waiting.answer', ' main')}</li>")


def long(minutes: float) -> str:
    """A time in minutes, hours or days."""
    if minutes < 120:
        return say("mentors.long.minutes", n=round(minutes))
    return say("mentors.long.hours", n=round(minutes / 60)) if minutes < 48 * 60 else say("mentors.long.days", n=round(minutes / 1440))


def _button(what: str, of: str, words: str, kind: str = "") -> str:
    return f"<button type=button class='act{kind}' data-ask='mentors.office.{what}' data-of='{esc(of)}'>{esc(say(words))}</button>"


# --- suggestions --------------------------------------------------------------------------------------------------------------

def reason(part: Part) -> str:
    """One part of a suggestion in words."""
    facts = dict(part.facts)
    if part.value is None:
        return {"same_city": say("mentors.reason.city_unknown"), "performance": say("mentors.reason.performance_unknown"),
                "rested": say("mentors.reason.rested_unknown"), "passed": say("mentors.reason.passed_unknown")}[part.key]
    if part.key == "same_team":
        return say("mentors.reason.same_team" if part.value else "mentors.reason.other_team", **facts)
    if part.key == "same_city":
        return say("mentors.reason.same_city" if part.value else "mentors.reason.other_city", **facts)
    if part.key == "performance":
        above = facts["above"]
        assert isinstance(above, float)
        return say("mentors.reason.performance", above=f"{signed(100 * above, 0)} %")
    if part.key == "room":
        return say("mentors.reason.room", **facts)
    if part.key == "rested":
        late = facts["late"]
        assert isinstance(late, float)
        return say("mentors.reason.rested", late=number(late))
    return say("mentors.reason.passed", **facts)


def _suggestions(office: MentorsOffice) -> str:
    found, without, objected = office.suggestions()
    months, most = int(office.setting("mentors.experience_months")), int(office.setting("mentors.most_mentees"))
    blocks = []
    for _, group in groupby(found, key=lambda one: one.newcomer.employee_id):
        fits = list(group)
        new = fits[0].newcomer
        head = say("mentors.suggest.for", name=new.name, team=new.team, day=day(new.hire_date))
        blocks.append(f"<h3>{esc(head)}</h3><ul class=rows>{''.join(_fit(fit) for fit in fits)}</ul>")
    if blocks and without - objected > len(blocks):
        blocks.append(f"<p class='kj-note'>{esc(say('mentors.suggest.more', n=number(without - objected - len(blocks))))}</p>")
    if without and not blocks:
        blocks.append(f"<p class='kj-note'>{esc(say('mentors.suggest.nobody', months=months, most=most))}</p>")
    how = explain(Explain(say("mentors.suggest.rule", months=months, most=most), say("mentors.counts.period", day=full_day(office.as_of)),
                          say("mentors.counts.people", n=number(without)), say("mentors.suggest.left_out", objected=objected)))
    form = (f"<details class=more data-key='mentors.pair'><summary>{esc(say('mentors.pair.form'))}</summary><form data-form='mentors.pair'>"
            f"<label><span>{esc(say('mentors.pair.mentor'))}</span><input name=mentor maxlength=64 required autocomplete=off></label>"
            f"<label><span>{esc(say('mentors.pair.mentee'))}</span><input name=mentee maxlength=64 required autocomplete=off></label>"
            f"<button type=submit data-ask='mentors.office.pair'>{esc(say('mentors.suggest.pair'))}</button></form></details>")
    title = say("mentors.suggest", n=without) if without else say("mentors.suggest.all")
    return _card(title, "".join(blocks) + (how if without else "") + form)


def _fit(fit: Suggestion) -> str:
    why = " · ".join(reason(part) for part in sorted(fit.parts, key=lambda part: -part.points))
    head = say("mentors.suggest.score", name=fit.mentor.name, team=fit.mentor.team, score=number(fit.score, 0))
    return (f"<li><div><b>{esc(head)}</b><br><span class='kj-note'>{esc(why)}</span></div>"
            f"{_button('pair', f'{fit.mentor.employee_id}:{fit.newcomer.employee_id}', 'mentors.suggest.pair', ' main')}</li>")


# --- the mentors --------------------------------------------------------------------------------------------------------------

def _overview(office: MentorsOffice) -> str:
    rows, mentors = office.overview()
    if not rows:
        return ""
    more = f"<p class='kj-note'>{esc(say('mentors.overview.more', shown=len(rows), n=number(mentors)))}</p>" if mentors > len(rows) else ""
    shares = float(office.setting("mentors.mentee_share")), float(office.setting("mentors.satisfaction_share"))
    how = my_mentor.score_rule(shares, office.today, say("mentors.overview.people", n=len(rows)))
    return _card(say("mentors.overview"), more + "".join(_mentor(row) for row in rows) + how)


def _mentor(row: MentorRow) -> str:
    total = say("mentors.overview.objected") if row.score is None else say("mentors.overview.no_score") if row.score.total is None \
        else say("mentors.overview.score", total=number(row.score.total, 0))
    asked, in_time = row.replies
    replies = say("mentors.overview.replies", asked=asked, in_time=in_time) if asked else say("mentors.overview.no_replies")
    mentees = "".join(
        f"<li><div>{esc(say('mentors.overview.mentee', name=name, team=team, day=day(since)))}</div>"
        f"{_button('unpair', f'{row.mentor_id}:{who}', 'mentors.unpair')}</li>" for who, name, team, since in row.mentees)
    parts = my_mentor.score_parts(row.score) if row.score is not None and row.score.total is not None else ""
    head = say("mentors.overview.row", name=row.name, n=len(row.mentees))
    return (f"<details class=more data-key='mentors:{esc(row.mentor_id)}'><summary>{esc(head)} · {esc(total)}</summary><div class=grid>"
            f"<div><ul class=rows>{mentees}</ul></div><div>{my_mentor.bars(row.duties)}<p class='kj-note'>{esc(replies)}</p></div><div>{parts}</div></div></details>")


# --- probation ----------------------------------------------------------------------------------------------------------------

def month(first: object) -> str:
    """A month with its year."""
    when = pd.Timestamp(first)  # type: ignore[arg-type]
    return f"{when.year}年{when.month}月" if language() == "zh" else f"{when:%b %Y}"


def _said(rate: Rate) -> str:
    if not rate.n:
        return say("mentors.probation.nobody")
    return say("mentors.probation.one", share=percent(rate.share, 0), low=number(100 * (rate.low or 0), 0), high=number(100 * (rate.high or 0), 0), n=rate.n)


def _bar(label: str, rate: Rate) -> str:
    inner = ""
    if rate.n:
        low, high, share = (100 * (value or 0) for value in (rate.low, rate.high, rate.share))
        inner = f"<span class='kj-track thin between'><i style='width:{share:.1f}%'></i><u style='left:{low:.1f}%;width:{high - low:.1f}%'></u></span>"
    return f"<div class=meter><span>{esc(label)}</span><span class='kj-soft'>{esc(_said(rate))}</span>{inner}</div>"


def _probation(office: MentorsOffice) -> str:
    found, days = office.probation(), int(office.setting("mentors.probation_days"))
    if not found.whole.n:
        return _card(say("mentors.probation.none"), f"<p class='kj-note'>{esc(say('mentors.probation.none_why', days=days))}</p>")
    whole = found.whole
    title = say("mentors.probation.title", share=percent(whole.share, 0), low=number(100 * (whole.low or 0), 0), high=percent(whole.high, 0))
    halves = f"<p>{esc(say('mentors.probation.halves', earlier=_said(found.halves[0]), later=_said(found.halves[1])))}</p>" if found.halves else ""
    months = "".join(_bar(month(first), rate) for first, rate in found.months)
    sides = _bar(say("mentors.probation.with"), found.with_mentor) + _bar(say("mentors.probation.without"), found.without)
    how = explain(Explain(
        say("mentors.probation.rule", days=days), say("mentors.probation.period", first=month(found.months[0][0]), last=month(found.months[-1][0])),
        say("mentors.probation.people", n=number(whole.n)),
        say("mentors.probation.left_out", open=found.open_months, early=found.early_months, small=found.small_months,
            unsplit=found.unsplit)))
    sides += f"<p class='kj-note'>{esc(say('mentors.probation.no_leavers'))}</p>" if found.no_leavers else ""
    return _card(title, f"{halves}<div class='grid tops'><div class='kj-stack'>{months}</div><div class='kj-stack'>{sides}"
                        f"<p class='kj-note'>{esc(say('mentors.probation.no_cause'))}</p><p class='kj-note'>{esc(say('mentors.probation.reference'))}</p></div></div>{how}")


def tables(desk: Desk, held: Held) -> Behind:
    """The probation by month."""
    found: Probation = MentorsOffice(desk, sections.still(desk)).probation()
    frame = pd.DataFrame([{"month": month(first), "hired": rate.n, "passed": rate.passed, "share": rate.share, "low": rate.low, "high": rate.high}
                          for first, rate in found.months], columns=["month", "hired", "passed", "share", "low", "high"])
    return [(frame, "probation", {"month": say("mentors.table.month"), "hired": say("mentors.table.hired"), "passed": say("mentors.table.passed"),
                                  "share": say("mentors.table.share"), "low": say("mentors.table.low"), "high": say("mentors.table.high")})]


# --- what was clicked ---------------------------------------------------------------------------------------------------------

def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Pair, end, open and answer."""
    if not asked.what.startswith("mentors.office."):
        return None
    office, what = MentorsOffice(desk, sections.still(desk)), asked.what.removeprefix("mentors.office.")
    if what == "open":
        who, words = office.open(asked.of)
        opened(held)[asked.of] = (who.name, words)
        return ""
    if what == "take":
        office.answer(asked.of)
        opened(held).pop(asked.of, None)
        return say("mentors.waiting.answered")
    mentor, _, mentee = asked.of.partition(":")
    if what == "unpair":
        office.unpair(mentor, mentee)
        return say("mentors.unpaired")
    if what == "pair":
        return _pair(office, mentor or asked.typed.get("mentor", "").strip(), mentee or asked.typed.get("mentee", "").strip(), held)
    return None


def _pair(office: MentorsOffice, mentor: str, mentee: str, held: Held) -> str:
    if mentor == mentee:
        raise Wrong(say("mentors.wrong.same"))
    try:
        office.pair(mentor, mentee)
    except Paired:
        raise Wrong(say("mentors.wrong.paired", most=int(office.setting("mentors.most_mentees")))) from None
    except NotAllowed:
        office.here()  # when it is the session that is over, that is what is said
        raise Wrong(say("mentors.wrong.nobody", ids=f"{mentor}, {mentee}")) from None
    held.forget = "mentors.pair"
    return say("mentors.paired")
