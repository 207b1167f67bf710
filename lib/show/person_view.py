"""Person view: who it is, why today, the numbers beside the team, and the lists of the search box, as HTML strings."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from lib.show.parts import Explain, esc, explain, full_day, number, percent
from lib.show.tags_view import when
from lib.tags.compile import reminder
from lib.words import language, say

_CARE = ("high_pressure", "performance_dip", "client_trouble", "family_care")


def found(people: pd.DataFrame, text: str) -> str:
    """The list under the search box (rows of ``person_search``)."""
    if people.empty:
        return f"<p class='kj-note'>{esc(say('person.found_none', text=text))}</p>"
    total = int(people["found"].iloc[0])
    count = say("person.found", n=number(total)) if total <= len(people) else say("person.found_more", n=number(total), shown=len(people))
    rows = "".join(f"<li>{_person(row, '' if row.active else say('person.left'))}</li>" for row in people.itertuples())
    return f"<p class='kj-note'>{esc(count)}</p><ul class='kj-list'>{rows}</ul>"


def _person(row, note: str) -> str:
    quiet = " · ".join(esc(part) for part in (row.employee_id, row.team, row.role, note) if not pd.isna(part) and part)
    return (f"<button class='kj-pick' data-pick='{esc(row.employee_id)}'><span class='kj-row'><b>{esc(row.name)}</b>"
            f"<span class='kj-note'>{quiet}</span></span></button>")


def nobody(newest: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """What stands here before somebody is picked: people who began to carry a tag most lately (rows of ``person_newest``)."""
    head = (f"<h1>{esc(say('person.nobody'))}</h1><p class='kj-note' style='margin:4px 0 16px'>{esc(say('person.nobody_under'))}</p>")
    if newest.empty:
        return f"{head}<p>{esc(say('person.newest_none'))}</p>"
    rows = "".join(
        f"<li><button class='kj-pick' data-pick='{esc(row.employee_id)}'><span class='kj-row'><b>{esc(row.name)}</b>{_chip(row.tag, labels)}"
        f"<span class='kj-note'>{esc(row.team)} · {esc(say('heat.since', day=full_day(row.since)))}</span></span>"
        f"<span>{esc(reminder(row.tag, row.evidence, language()))}</span></button></li>" for row in newest.itertuples())
    return f"{head}<div class='kj-card kj-stack' style='gap:4px'><h2>{esc(say('person.newest'))}</h2><ul class='kj-list'>{rows}</ul></div>"


def _chip(tag: str, labels: Mapping[str, str]) -> str:
    return f"<span class='kj-chip{' kj-care' if tag in _CARE else ''}'>{esc(labels.get(tag, tag))}</span>"


def _months(months: int) -> str:
    years, rest = divmod(int(months), 12)
    if not years:
        return say("person.month" if rest == 1 else "person.months", months=rest) if rest else say("person.new")
    return say("person.years_months", years=years, months=rest)


def head(person: pd.Series) -> str:
    """Name line with tenure, team, lead and mentor (the row of ``person_card``)."""
    here = say("person.here", months=_months(person["months"]), day=full_day(person["hire_date"]))
    left = "" if pd.isna(person["leave_date"]) else f" <span class='kj-chip'>{esc(say('person.leaving_on' if person['leave_date'] > person['as_of'] else 'person.left_on', day=full_day(person['leave_date'])))}</span>"
    facts = [("number", person["employee_id"]), ("team", person["team"]), ("role", person["role"]), ("region", person["region"]),
             ("lead", person["lead_name"]), ("mentor", person["mentor_name"])]
    line = "".join(f"<span><span class='kj-note'>{esc(say(f'person.{key}'))}</span> {esc(value)}</span>" for key, value in facts
                   if not pd.isna(value) and value)
    return (f"<div class='kj-row'><h1>{esc(person['name'])}</h1><span class='kj-soft'>{esc(here)}</span>{left}</div>"
            f"<div class='kj-row kj-person' style='gap:4px 20px;margin-top:4px'>{line}</div>")


def why(tags: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Why today: every tag that holds now with its evidence in a sentence (rows of ``person_tags``)."""
    now = tags[tags["until"].isna()].sort_values("since", ascending=False, kind="stable")
    if now.empty:
        last = tags.dropna(subset=["until"]).sort_values("until").tail(1)
        past = "".join(esc(say("person.why_last", tag=labels.get(row.tag, row.tag), when=when(row))) for row in last.itertuples())
        inner = f"<p>{esc(say('person.why_none'))}</p><p class='kj-note'>{past}</p>"
    else:
        inner = "<ul class='kj-list'>" + "".join(
            f"<li style='padding:6px 0'><div class='kj-row'>{_chip(row.tag, labels)}<span class='kj-note'>{esc(when(row))}</span></div>"
            f"<p>{esc(reminder(row.tag, row.evidence, language()))}</p></li>" for row in now.itertuples()) + "</ul>"
    return f"<section class='kj-card kj-stack' style='gap:6px'><h2>{esc(say('person.why'))}</h2>{inner}</section>"


def metric(key: object) -> str:
    """A measure's name in the viewer's language."""
    return say(f"person.metric.{key}") if isinstance(key, str) and key else say("person.metric.revenue")


def per_day(key: object) -> str:
    """What performance means for this metric, with its unit."""
    return say("person.measure.performance_money") if key == "revenue" else say("person.measure.performance", metric=metric(key))


def _amount(measure: str, value: float) -> str:
    return percent(value) if measure == "rejection_rate" else number(value)


def facts(rows: pd.DataFrame, person: pd.Series) -> str:
    """Own last four weeks, own usual and the team's median side by side (rows of ``person_peers``)."""
    title = f"<div class='kj-row'><h2>{esc(say('person.facts'))}</h2><span class='kj-note'>{esc(say('person.facts_note'))}</span></div>"
    known = rows[rows["now"].notna() | rows["usual"].notna()]
    if known.empty:
        return f"<section class='kj-card kj-stack' style='gap:6px'>{title}<p class='kj-note'>{esc(say('person.facts_none'))}</p></section>"
    heads = "".join(f"<th scope=col{'' if key == 'measure' else ' class=n'}>{esc(say(f'person.facts_{key}'))}</th>"
                    for key in ("measure", "now", "usual", "peers"))
    body = "".join(
        f"<tr><th scope=row>{esc(per_day(person['metric']) if row.measure == 'performance' else say(f'person.measure.{row.measure}'))}</th>"
        f"<td class=n><b>{_amount(row.measure, row.now)}</b></td><td class=n>{_amount(row.measure, row.usual)}</td>"
        f"<td class=n>{_amount(row.measure, row.median)} <span class='kj-note'>n={row.peers}</span></td></tr>" for row in known.itertuples())
    how = explain(Explain(say("person.facts_rule"), say("person.facts_period", day=full_day(person["as_of"])),
                          say("person.facts_people", n=int(known["peers"].max()))))
    return (f"<section class='kj-card kj-stack' style='gap:6px'>{title}<div class='kj-scroll' tabindex=0 role=region aria-label='{esc(say('person.facts'))}'>"
            f"<table class='kj-table'><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>{how}</section>")


def objected() -> str:
    """What stands in place of the tags of somebody who objects to scoring: that it is so, and what is still here."""
    return (f"<section class='kj-card kj-stack' style='gap:6px'><h2>{esc(say('person.objects'))}</h2><p>{esc(say('person.objects_what'))}</p>"
            f"<p>{esc(say('person.objects_stays'))}</p></section>")


def unread(talks: pd.DataFrame) -> pd.DataFrame:
    """Talks (rows of ``person_talks``) as they took place, without what the rules read out of their notes."""
    return talks.assign(signals="")


def story(person: pd.Series, tags: pd.DataFrame, rows: pd.DataFrame, labels: Mapping[str, str], objects: bool = False) -> str:
    """Everything above the time axis: name line, why today (for who ``objects`` to scoring: that there is none), numbers beside the team."""
    first = objected() if objects else why(tags, labels)
    return f"{head(person)}<div class='kj-two' style='margin-top:16px'>{first}{facts(rows, person)}</div>"


def missing(sources: pd.Series) -> str:
    """What this company's data does not hold, and how to add it (the row of ``person_sources``); '' when nothing is missing."""
    lacking = [kind for kind in ("attendance", "calls", "talks", "revenue") if not sources[kind]]
    if not lacking:
        return ""
    rows = "".join(f"<li>{esc(say(f'person.missing_{kind}'))}</li>" for kind in lacking)
    return f"<div class='kj-note'><b>{esc(say('person.missing'))}</b><ul style='padding-left:18px'>{rows}</ul></div>"
