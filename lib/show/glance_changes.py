"""Glance, what really changed, whether care works, and where it is needed: three lists, never a name of a person."""

from __future__ import annotations

from lib.show import effect_seen
from lib.show.figures import known
from lib.show.glance_read import Row, Seen
from lib.show.glance_verdict import NEEDED, of_change, real
from lib.show.parts import Explain, esc, explain, full_day, number, percent, signed, week_span
from lib.words import say

MOST = 3
SHARES = ("rejection_rate", "tags_held", "care_kept", "risk")
"""Measures that are a share 0–1, told in percent and in points."""
WHOLE = ("performance", "morale")
"""Measures that are told in whole points."""


# --- what changed -----------------------------------------------------------------------------------------------------------------

def section(seen: Seen) -> str:
    """The real changes of the week, one line a team (or the company) and at most three, or that there is nothing unusual, or that nobody can tell."""
    judged, found = int(seen.real["judged"].iloc[0]), int(seen.real["real_in_all"].iloc[0])
    groups = grouped(seen)
    if not judged:
        inside = f"<p>{esc(say('glance.changes.untold', needed=NEEDED))}</p>"
    elif not groups:
        inside = f"<p>{esc(say('glance.changes.none', judged=number(judged)))}</p>"
    else:
        lines = "".join(_line(place, changes) for place, changes in enumerate(groups[:MOST], 1))
        rest = len(groups) - MOST
        after = say("glance.changes.more", n=number(rest)) if rest > 0 else say("glance.changes.no_more", rest=number(judged - found), all=number(judged))
        inside = f"<ol class='kj-changes'>{lines}</ol><p class='kj-note'>{esc(after)}</p>"
    rule = say("glance.changes.how_lead" if seen.lead else "glance.changes.how")
    how = explain(Explain(rule, week_span(seen.week), say("glance.changes.people", judged=number(judged))))
    return f"<section class='kj-card kj-stack' style='gap:8px'><div class='kj-head'><h2>{esc(say('glance.changes'))}</h2>{how}</div>{inside}</section>"


def grouped(seen: Seen) -> list[list[Row]]:
    """Real changes by whom they are of, those worth a visit first, the clearest first; the three that are shown in the order of the bars."""
    groups: dict[str, list[Row]] = {}
    for change in real(seen):
        groups.setdefault(f"{change['level']} {change['team']}", []).append(change)
    found, place = list(groups.values()), {team: nth for nth, team in enumerate(seen.bars["team"])}
    shown = sorted(found[:MOST], key=lambda one: (not one[0]["worse"], place.get(one[0]["team"], -1)))
    return [*shown, *found[MOST:]]


def _line(place: int, changes: list[Row]) -> str:
    first, rest = changes[0], changes[1:3]
    tone = "watch" if first["worse"] else "fine"
    arrow = "▲" if float(first["change"]) > 0 else "▼"
    also = say("glance.changes.also", what=say("glance.verdict.and").join(of_change(change).words for change in rest)) if rest else ""
    note = say("glance.and").join(words for words in (span(first), also) if words)
    return (f"<li><b class='kj-{tone}'>{place} {arrow}</b>"
            f"<span>{esc(said(first))} <span class='kj-note'>{esc(note)}</span></span></li>")


def span(change: Row) -> str:
    """What was compared with what."""
    if change["measure"] in ("morale", "effect"):
        return say(f"glance.span.{change['measure']}")
    return say("glance.span.counted" if change["measure"] in ("care_kept", "leaving") else f"glance.span.{int(change['span'])}")


def said(change: Row) -> str:
    """One real change in a sentence, with its interval the right way round."""
    rose, measure = float(change["change"]) > 0, change["measure"]
    scale = 100 if measure in SHARES else float(change["people"]) * 4 if measure == "leaving" else 1
    digits = 0 if measure in (*SHARES, *WHOLE, "leaving") else None
    size = lambda key: abs(float(change[key]) * scale)
    low, high = (size("low"), size("high")) if rose else (size("high"), size("low"))
    value = percent(float(change["value"]), 0) if measure in SHARES else number(float(change["value"]) * (scale if measure == "leaving" else 1), digits)
    team = change["team"] or say("glance.crumb_all")
    return say(f"glance.change.{measure}.{'up' if rose else 'down'}", team=team, value=value, change=number(size("change"), digits),
               low=number(low, digits), high=number(high, digits))


# --- whether care works -------------------------------------------------------------------------------------------------------------

def works(seen: Seen) -> str:
    """One line: what the read that counts says of care; '' for a lead."""
    if seen.lead:
        return ""
    read, cell = seen.read, seen.effect
    head = lambda how: f"<div class='kj-head'><h2>{esc(say('glance.works'))}</h2>{how}</div>"
    if read is None or cell is None:
        return f"<section class='kj-card kj-stack' style='gap:4px'>{head('')}<p>{esc(say('effect.title.nothing'))}</p></section>"
    key = "effect.under" if read["kind"] == "quarterly" else "effect.under.live"
    people = say("effect.people", cared=number(cell.cared), others=number(cell.others)) if cell.cared is not None else say("effect.people.hidden", n=number(seen.least))
    how = explain(Explain(say("effect.rule"), say(key, read=full_day(read["read_on"]), next=full_day(read["next_on"])), people))
    tone = effect_seen.TONES[cell.verdict]
    text = f"<span class='kj-{tone}'>{esc(effect_seen.title(cell))}</span>" if tone else esc(effect_seen.title(cell))
    return (f"<section class='kj-card kj-stack' style='gap:4px'>{head(how)}<p>{text} "
            f"<span class='kj-note'>{esc(say('glance.works.read', read=full_day(read['read_on'])))}</span></p></section>")


# --- where care is needed -----------------------------------------------------------------------------------------------------------

def care_by_tag(seen: Seen) -> str:
    """How many people carry each tag, in one line that opens to the change and to the teams where most of them are."""
    tags = [tag for tag in seen.tags.to_dict("records") if not (seen.lead and tag["tag"] in ("life_event", "family_care"))]
    if not seen.sources["has_tags"]:
        inside = f"<p class='kj-note'>{esc(say('glance.carrying.missing'))}</p>"
        return f"<section class='kj-card kj-stack' style='gap:4px'><h2>{esc(say('glance.needs'))}</h2>{inside}</section>"
    needs = sorted((tag for tag in tags if known(tag["people"]) and tag["tag"] != "new_hire"), key=lambda tag: -tag["people"])
    named = [say("glance.needs.one", label=say(f"glance.label.{tag['tag']}"), n=number(tag["people"])) for tag in needs]
    summary = say("glance.needs.joint").join(named) or say("glance.needs.hidden" if any(known(tag["people"]) is None for tag in tags) else "glance.needs.nobody")
    lines = "".join(_tag(tag) for tag in tags)
    in_all = number(seen.now["people"]) if len(seen.trend) else "–"
    left = say("glance.and").join(words for words in (say("glance.needs.left_out"), say("glance.small_left_out") if seen.small else "") if words)
    how = explain(Explain(say("glance.needs.how"), week_span(seen.week), say("glance.n_people", n=in_all), left))
    return (f"<section class='kj-card kj-stack' style='gap:4px'><div class='kj-head'><h2>{esc(say('glance.needs'))}</h2>{how}</div><p>{esc(summary)}</p>"
            f"<details class='fold'><summary>{esc(say('glance.needs.where'))}</summary><ul class='kj-care-list'>{lines}</ul></details></section>")


def _tag(tag: Row) -> str:
    people, label = known(tag["people"]), say(f"glance.label.{tag['tag']}")
    if people is None:
        return f"<li><span>{esc(label)}</span><b></b><b></b><div class='kj-hidden'>{esc(say('glance.needs.hidden'))}</div></li>"
    teams = [say("glance.needs.in", team=tag[f"{nth}_team"], n=int(tag[f"{nth}_people"])) for nth in ("first", "second") if known(tag[f"{nth}_people"])]
    where = " · ".join(teams) or say(f"glance.needs.{'nobody' if not people else 'alone' if people == 1 else 'spread'}")
    return (f"<li><span>{esc(label)}</span><b class='n'>{number(people)}</b>"
            f"<span class='kj-note n'>{signed(people - float(tag['before']), 0)}</span><span class='kj-note'>{esc(where)}</span></li>")


