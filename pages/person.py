"""Person: find somebody and see the whole story on one time axis, each number beside the team's."""

from __future__ import annotations

from lib.access import objections
from lib.access.desk import Desk
from lib.show import cards, person_view, pick, risk_person, shelf, stage, tables, tags_view, timeline
from lib.show.find import find
from lib.show.live import live
from lib.words import say


def page(desk: Desk) -> None:
    """The person of the address (``?id=…``), with a box to find another."""
    went = find("person.find", say("person.find"), say("person.find_hint"),
                lambda text: person_view.found(desk.read("person_search", text=text), text))
    if went:
        stage.open_page("person", id=went)
    asked = pick.address("id")
    labels = tags_view.names(desk.read("tags_known"))
    if not asked:
        return _nobody(desk, labels)
    card = desk.read("person_card", id=asked)
    if card.empty:
        cards.nothing_yet(say("person.unknown"), say("person.unknown_why"), say("person.unknown_how"))
        return cards.end("person", asked)
    _story(desk, card.iloc[0], labels)


def _nobody(desk: Desk, labels: dict[str, str]) -> None:
    went = live(person_view.nobody(desk.read("person_newest", gone=objections.gone_of(desk)), labels), "person.newest")
    if went:
        stage.open_page("person", id=went)
    cards.end("person", "nobody")


def _story(desk: Desk, person, labels: dict[str, str]) -> None:
    who = person["employee_id"]
    gone = objections.gone_of(desk)  # asked for at every run: an objection holds from the moment it is made
    objects, tags, talks = who in gone, desk.read("person_tags", id=who, gone=gone), desk.read("person_talks", id=who)
    talks = person_view.unread(talks) if objects else talks
    cards.draw(person_view.story(person, tags, desk.read("person_peers", id=who), labels, objects))
    risk_person.draw(desk, who)
    weeks = desk.read("person_weeks", id=who)
    if weeks.empty:
        cards.nothing_yet(say("person.no_weeks"), say("person.no_weeks_why"), say("person.no_weeks_how"))
        return cards.end("person", who)
    span = pick.among(say("person.span"), list(timeline.SPANS), "person.span", lambda key: say(f"person.span.{key}"))
    story = timeline.Story(weeks, tags, talks, desk.read("person_leave", id=who), person["as_of"],
                           person_view.per_day(person["metric"]), labels)
    days, missing = timeline.SPANS[span], person_view.missing(desk.read("person_sources").iloc[0])
    live(shelf.picture(desk, "person.timeline", (who, span, objects), lambda: timeline.picture(story, days, person["name"], missing)), "person.timeline")
    tables.behind(*timeline.table_rows(story.since(days)), key="person.table")
    cards.end("person", (who, span))
