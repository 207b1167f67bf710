"""Morale, pain points: for HR who has one and why, the support assigned and what it did; for the others how many, by pain and team."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from lib import settings
from lib.access.desk import Desk
from lib.access.pain_desk import LATEST_DUE, RECENT, Carrier, PainDesk, SupportRow
from lib.ledger.supports import AlreadyOpen, NewSupport
from lib.morale.pain_rules import PAINS, rule_sentence
from lib.show import pain_lines
from lib.show.care_live import Asked
from lib.show.pain_lines import kind_name, label
from lib.show.parts import Explain, chips, day, esc, explain, number
from lib.show.sections import Behind, Held, Wrong, still
from lib.words import language, say

COUNTED = frozenset({"boss", "lead", "presenter"})
_PICKED, _OPENED = "pain.picked", "pain.opened"
_FOLD = 10
"""Rows of the list that stand open; the others are folded."""


def html(desk: Desk, held: Held) -> str:
    """The part of this viewer's role; '' for people who look at their own data."""
    if desk.viewer.role in PainDesk.ROLES:
        office = PainDesk(desk, still(desk))
        return _people(office, held) + _supports(office) + _followed(desk)
    return (_counts(desk) + (_followed(desk) if desk.may("pain_followed_by") else "")) if desk.viewer.role in COUNTED else ""


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Choose a pain point, open a person's form, assign a support, or close one."""
    if not asked.what.startswith("pain.") or desk.viewer.role not in PainDesk.ROLES:
        return None
    if asked.what == "pain.pick":
        held.state[_PICKED] = asked.of if asked.of in _keys() else ""
        return ""
    if asked.what == "pain.open":
        held.state[_OPENED] = "" if held.state.get(_OPENED) == asked.of else asked.of
        return ""
    office = PainDesk(desk, still(desk))
    if asked.what == "pain.assign":
        return _assign(office, asked, held)
    if asked.what in ("pain.done", "pain.dropped"):
        of, _, version = asked.of.partition(":")
        state = asked.what.removeprefix("pain.")
        office.close(of, int(version or 0), state)
        return say(f"pain.closed.{state}")
    return None


def tables(desk: Desk, held: Held) -> Behind:
    """Counts by team and pain as this viewer may see them, and what each support did."""
    found = []
    if desk.may("pain_counts"):
        counts = desk.read("pain_counts")
        frame = counts.assign(team=counts["team"].where(counts["team"] != "", say("pain.total")), pain=counts["pain"].map(label)).drop(columns=["few", "judged"])
        found.append((frame, "pain-points", {name: say(f"pain.table.{name}") for name in ("team", "pain", "people", "firing")}))
    if desk.may("pain_followed_by"):
        rows = desk.read("pain_followed_by")
        frame = rows.assign(pain=rows["pain"].map(label), kind=rows["kind"].map(kind_name))
        shown = ("pain", "kind", "supported", "comparable", "difference", "low", "high")
        found.append((frame[list(shown)], "pain-supports", {name: say(f"pain.table.{name}") for name in shown}))
    return found


def _keys() -> tuple[str, ...]:
    return tuple(pain.key for pain in PAINS)


# --- HR: who ----------------------------------------------------------------------------------------------------------------------

def _people(office: PainDesk, held: Held) -> str:
    picked = str(held.state.get(_PICKED, ""))
    told = office.told()
    fires = told[told["state"] == "fires"].groupby("pain")["people"].sum()
    if (told["state"] == "cannot_tell").all():
        return _nothing(_cannot(told, ""))
    rows, total = office.carriers(picked)
    parts = say("pain.comma").join(say("pain.part", pain=label(key), n=number(int(fires[key]))) for key in _keys() if key in fires)
    title = say("pain.title.hr", n=number(int(fires.sum())), parts=parts) if len(fires) else say("pain.title.none")
    drawn = [_person(office, one, held) for one in rows]
    body = f"<ul class=rows>{''.join(drawn[:_FOLD])}</ul>" if drawn else ""
    if len(drawn) > _FOLD:
        body += (f"<details class=fold data-key='pain.rest'><summary>+{len(drawn) - _FOLD}</summary>"
                 f"<ul class=rows>{''.join(drawn[_FOLD:])}</ul></details>")
    more = f"<p class='kj-note'>{esc(say('pain.more', n=number(len(rows)), total=number(total)))}</p>" if total > len(rows) else ""
    return (f"<section class='kj-card kj-stack'><h2>{esc(title)}</h2><p class='kj-note'>{esc(say('pain.what'))}</p>{_pills(picked)}{body}{more}"
            f"{_cannot(told, picked)}{_how(office.desk, 'pain.how.left')}</section>")


def _pills(picked: str) -> str:
    inner = "".join(f"<button type=button data-ask=pain.pick data-of='{esc(key)}' aria-pressed={'true' if key == picked else 'false'}>{esc(words)}</button>"
                    for key, words in (("", say("pain.all")), *((key, label(key)) for key in _keys())))
    return f"<div class=kj-row><div class=pills role=group aria-label='{esc(say('pain.pick'))}'>{inner}</div></div>"


def _person(office: PainDesk, one: Carrier, held: Held) -> str:
    of = f"{one.employee_id}:{one.pain}"
    opened = held.state.get(_OPENED) == of
    suggested = one.suggested[0] if one.suggested else ""
    advice = (f"<p>{esc(say('pain.suggest', kind=kind_name(suggested), why=pain_lines.reason(one.pain, suggested)))}</p>" if suggested else "")
    given = f"<p class='kj-note'>{esc(say('pain.given', kinds=say('pain.comma').join(map(kind_name, one.given))))}</p>" if one.given else ""
    head = (f"<div class=kj-row><span><b>{esc(one.name)}</b> {chips([label(one.pain)])}</span>"
            f"<span class='kj-note'>{esc(one.team)} · {esc(say('pain.since', day=day(one.since)))}</span></div>")
    button = (f"<button type=button class='act' data-ask=pain.open data-of='{esc(of)}' aria-expanded={'true' if opened else 'false'} "
              f"aria-label='{esc(say('pain.assign_for', name=one.name, pain=label(one.pain)))}'>{esc(say('pain.close_form' if opened else 'pain.assign'))}</button>")
    return (f"<li class=pain><div>{head}<p class='kj-note'>{esc(pain_lines.evidence(one.pain, one.evidence))}</p>{advice}{given}</div>{button}"
            f"{_form(office, one, held) if opened else ''}</li>")


def _form(office: PainDesk, one: Carrier, held: Held) -> str:
    name = f"pain.assign:{one.employee_id}:{one.pain}"
    # What fits and was not given lately comes first; what was given may be given again.
    kinds = "".join(f"<option value='{esc(kind)}'>{esc(kind_name(kind))}</option>" for kind in (*one.suggested, *one.given))
    names = {"me": lambda found: say("pain.me"), "mentor": lambda found: say("pain.owner.mentor", name=found), "hr": lambda found: found}
    owners = "".join(f"<option value='{esc(owner)}'>{esc(names[what](found))}</option>" for owner, found, what in one.owners)
    due = office.today + timedelta(int(office.setting("pain.support_days")))
    return (f"<form class=all data-form='{esc(name)}'><input type=hidden name=key value='{esc(held.key(name))}'>"
            f"<label><span>{esc(say('pain.kind'))}</span><select name=kind>{kinds}</select></label>"
            f"<label><span>{esc(say('pain.owner'))}</span><select name=owner>{owners}</select></label>"
            f"<label><span>{esc(say('pain.due'))}</span><input type=date name=due value='{due.isoformat()}' min='{office.today.isoformat()}' required></label>"
            f"<input type=hidden name=of value='{esc(one.employee_id)}:{esc(one.pain)}'><input type=hidden name=called value='{esc(one.name)}'>"
            f"<button type=submit class='act main' data-ask=pain.assign>{esc(say('pain.save'))}</button></form>")


def _assign(office: PainDesk, asked: Asked, held: Held) -> str:
    who, _, pain = asked.typed.get("of", "").partition(":")
    name = f"pain.assign:{who}:{pain}"
    kind, owner = asked.typed.get("kind", ""), asked.typed.get("owner", "")
    try:
        due = date.fromisoformat(asked.typed.get("due", ""))
    except ValueError:
        raise Wrong(say("pain.wrong.due", n=LATEST_DUE)) from None
    if not office.today <= due <= office.today + timedelta(LATEST_DUE):
        raise Wrong(say("pain.wrong.due", n=LATEST_DUE))
    try:
        office.assign(NewSupport(held.sent(name, asked.typed.get("key", "")), who, pain, kind, owner, due))
    except AlreadyOpen as why:
        raise Wrong(str(why)) from None
    except ValueError:
        raise Wrong(say("pain.wrong.choice")) from None
    held.used(name)
    held.forget, held.state[_OPENED] = name, ""
    return say("pain.assigned", name=asked.typed.get("called", who), kind=kind_name(kind), day=day(due))


def _cannot(told: pd.DataFrame, picked: str) -> str:
    rows = told[(told["state"] == "cannot_tell") & ((told["pain"] == picked) | (picked == ""))]
    if rows.empty:
        return ""
    inner = "".join(
        f"<li><b>{esc(label(str(pain)))}</b> <span class='kj-note'>"
        + esc(say("pain.comma").join(say("pain.cannot.row", why=say(f"pain.why.{row.why}"), n=number(row.people)) for row in found.itertuples()))
        + "</span></li>" for pain, found in rows.groupby("pain", sort=False))
    total = number(int(rows["people"].sum())) if picked else say("pain.comma").join(
        say("pain.part", pain=label(str(pain)), n=number(int(found["people"].sum()))) for pain, found in rows.groupby("pain", sort=False))
    return (f"<details class=fold data-key='pain.cannot'><summary>{esc(say('pain.cannot', n=total))}</summary><ul class=kj-list>{inner}</ul></details>")


# --- HR: support -------------------------------------------------------------------------------------------------------------------

def _supports(office: PainDesk) -> str:
    rows = office.supports()
    there = [row for row in rows if row.support.state == "open"]
    ended = [row for row in rows if row.support.state != "open"]
    late = sum(row.overdue for row in there)
    title = say("pain.open", n=number(len(there)), late=number(late)) if there else say("pain.open_none")
    first = "".join(_support(row) for row in there)
    rest = (f"<details class=fold data-key='pain.ended'><summary>{esc(say('pain.recent', n=RECENT))} ({len(ended)})</summary>"
            f"<ul class=rows>{''.join(_support(row) for row in ended)}</ul></details>") if ended else ""
    return f"<section class='kj-card kj-stack'><h2>{esc(title)}</h2>{f'<ul class=rows>{first}</ul>' if first else ''}{rest}</section>"


def _support(row: SupportRow) -> str:
    one = row.support
    words = say("pain.row", kind=kind_name(one.kind), pain=label(one.pain), owner=row.owner or say("pain.you"))
    if one.state != "open":
        state = f"<span class='kj-note'>{esc(say(f'pain.state.{one.state}', day=day(one.closed_on)))}</span>"
        return f"<li><div><b>{esc(row.name)}</b> <span class='kj-note'>{esc(row.team)}</span><p class='kj-note'>{esc(words)}</p></div>{state}</li>"
    due = (f"<span class='kj-care'>{esc(say('pain.overdue', day=day(one.due)))}</span>" if row.overdue else
           f"<span class='kj-note'>{esc(say('pain.due_on', day=day(one.due)))}</span>")
    of = f"{esc(one.id)}:{one.version}"
    buttons = "".join(f"<button type=button class='act' data-ask=pain.{state} data-of='{of}' aria-label='{esc(say(key))} · {esc(row.name)} · {esc(kind_name(one.kind))}'>"
                      f"{esc(say(key))}</button>" for state, key in (("done", "pain.done"), ("dropped", "pain.drop")))
    return (f"<li><div><b>{esc(row.name)}</b> <span class='kj-note'>{esc(row.team)}</span> · {due}<p class='kj-note'>{esc(words)}</p></div>"
            f"<span class=chips>{buttons}</span></li>")


def _followed(desk: Desk) -> str:
    rows = desk.read("pain_followed_by")
    if rows.empty:
        inner = f"<p class='kj-note'>{esc(say('pain.followed.none'))}</p>"
    else:
        inner = f"<ul class=rows>{''.join(_result(row) for _, row in rows.iterrows())}</ul><p class='kj-note'>{esc(say('pain.followed.caveat'))}</p>"
    return (f"<section class='kj-card kj-stack'><h2>{esc(say('pain.followed'))}</h2><p class='kj-note'>{esc(say('pain.followed.what'))}</p>{inner}</section>")


def _result(row: pd.Series) -> str:
    words, tone = pain_lines.verdict(row)
    lines = "".join(f"<p class='kj-note'>{esc(line)}</p>" for line in pain_lines.followed(row))
    return f"<li><div><b>{esc(label(row['pain']))} · {esc(kind_name(row['kind']))}</b>{lines}</div>{chips([words], tone)}</li>"


# --- counts ------------------------------------------------------------------------------------------------------------------------

def _counts(desk: Desk) -> str:
    rows = desk.read("pain_counts")
    rows = rows[rows["pain"].isin(rows.loc[(rows["team"] == "") & rows["judged"].fillna(False).astype(bool), "pain"])]
    if rows.empty:
        return _nothing()
    wholes, teams = rows[rows["team"] == ""].sort_values("pain", key=lambda keys: keys.map(_keys().index)), rows[rows["team"] != ""]
    shown = teams[teams["firing"].notna()]
    told = wholes[wholes["firing"].notna()]
    parts = say("pain.comma").join(say("pain.part", pain=label(row.pain), n=number(row.firing)) for row in told.itertuples())
    title = say("pain.title.counts", parts=parts) if parts else say("pain.title.hidden")
    sums = "".join(f"<div><span class='kj-note'>{esc(label(row.pain))}</span><span class='kj-num'>{_amount(row.firing)}</span></div>" for row in wholes.itertuples())
    bars = "".join(_team(str(team), found) for team, found in shown.groupby("team", sort=False))
    hidden = teams["team"].nunique() - shown["team"].nunique()
    note = say("pain.teams_few", n=number(hidden)) if bars and hidden else "" if bars or teams["team"].nunique() < 2 else say("pain.teams_none")
    left = "pain.how.left_lead" if desk.viewer.role == "lead" else "pain.how.left"
    return (f"<section class='kj-card kj-stack'><h2>{esc(title)}</h2><p class='kj-note'>{esc(say('pain.what'))}</p><div class='figures pains'>{sums}</div>"
            f"{f'<ul class=rows>{bars}</ul>' if bars else ''}{f'<p class=kj-note>{esc(note)}</p>' if note else ''}{_how(desk, left)}</section>")


def _amount(firing: float | None) -> str:
    if firing is None or pd.isna(firing):
        return f"<span class=few>{esc(say('pain.few'))}</span>"
    return esc(say("pain.count_one") if firing == 1 else say("pain.count", n=number(firing)))


def _team(team: str, found: pd.DataFrame) -> str:
    people = found["people"].iloc[0]
    inner = say("pain.comma").join(say("pain.part", pain=label(row.pain), n=number(row.firing)) for row in found.itertuples())
    return f"<li><div><b>{esc(team)}</b> <span class='kj-note'>{esc(say('pain.of_people', n=number(people)))}</span></div><span>{esc(inner)}</span></li>"


def _how(desk: Desk, left: str) -> str:
    values, lang = settings.stored(desk.data_dir), language()
    seen = [pain for pain in PAINS if pain.leads_see or desk.viewer.role != "lead"]
    rules = " ".join(say("pain.how.rule", pain=pain.label.in_(lang), rule=rule_sentence(pain, values, lang)) for pain in seen)
    return explain(Explain(rules, say("pain.how.period"), say("pain.how.people"), say(left)))


def _nothing(why: str = "") -> str:
    return (f"<section class='kj-card kj-stack'><h2>{esc(say('pain.title.nothing'))}</h2><p>{esc(say('pain.nothing_why'))}</p>"
            f"<p class='kj-note'>{esc(say('pain.nothing_how'))}</p>{why}</section>")
