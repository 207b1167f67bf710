"""Tags: which team needs care for what, who that is, and which rules say so."""

from __future__ import annotations

from pandas import DataFrame

from lib.access import objections, rules_desk
from lib.access.desk import Desk
from lib.show import cards, heat, library_alerts, library_edit, library_rule, library_view, shelf, tables, tags_picks, tags_view
from lib.show.tags_picks import HEAT, Choice
from lib.words import say


def page(desk: Desk) -> None:
    """The teams of one week, the people of one team (HR), or the rules themselves."""
    choice = tags_picks.choices(desk)
    if choice.week is None:
        cards.nothing_yet(say("heat.no_weeks"), say("heat.no_weeks_why"), say("heat.no_weeks_how"))
        return cards.end("tags", "empty")
    {"teams": _teams, "people": _people, "library": _library}[choice.view](desk, choice)


def _no_teams(choice: Choice) -> None:
    cards.nothing_yet(say("heat.no_teams"), say("heat.no_teams_why"), say("heat.no_teams_how"))
    cards.end("tags", choice)


def _teams(desk: Desk, choice: Choice) -> None:
    labels = tags_view.names(desk.read("tags_known"))
    teams = desk.read("tags_teams", week=choice.week, department=choice.department, skip=choice.skip, size=tags_view.PAGE)
    if teams.empty:
        return _no_teams(choice)
    cell = heat.picked(HEAT, "cell")
    lacks = tags_view.lacking(desk.read("person_sources"), labels)
    head, picture = (shelf.picture(desk, f"tags.{part}", (choice, cell), draw) for part, draw in (
        ("head", lambda: tags_view.head(tags_view.title(teams, labels), tags_view.under(teams, choice.week))),
        ("heat", lambda: tags_view.teams_heat(teams, labels, choice.mode, cell, names=desk.may("tags_people"))
         + tags_view.notes(lacks) + tags_view.how_teams(desk, teams, choice.week, choice.mode))))
    clicked = heat.draw(head + heat.beside(picture, *_of_cell(desk, choice, cell, labels)), HEAT)
    heat.follow(clicked)
    if tags_picks.wants_tables():
        tables.behind(*tags_view.table_rows(teams, labels), key="tags.teams")
        if cell and cell[1] in labels and not desk.may("tags_people"):
            tables.behind(*tags_view.past_rows(desk.read("tags_team_weeks", team=cell[0], week=choice.week), labels), key="tags.past")
    cards.end("tags", (choice, cell))


def _of_cell(desk: Desk, choice: Choice, cell: tuple[str, ...], labels: dict[str, str]) -> tuple[str, bool]:
    """What stands behind the picked cell (the people for HR, the team's past for everybody else), and whether that is nothing."""
    if not cell or cell[1] not in labels:
        return tags_view.hint("heat.hint" if desk.may("tags_people") else "heat.hint_group"), True
    team, tag = cell
    if desk.may("tags_people"):
        return tags_view.people_of(desk.read("tags_people", team=team, tag=tag, week=choice.week, gone=objections.gone_of(desk)),
                                   team, labels[tag], choice.week), False
    return tags_view.team_past(desk.read("tags_team_weeks", team=team, week=choice.week), team, labels), False


def _people(desk: Desk, choice: Choice) -> None:
    labels = tags_view.names(desk.read("tags_known"))
    teams = desk.read("tags_teams", week=choice.week, department=choice.department, skip=choice.skip, size=tags_view.PAGE)
    if teams.empty:
        return _no_teams(choice)
    team, tag = tags_picks.team_and_tag(tags_view.in_order(teams), labels, (choice.department, choice.skip))
    everybody = desk.read("tags_person_weeks", team=team, week=choice.week, tag=tag, skip=0, size=tags_view.EVERYBODY,
                          gone=objections.gone_of(desk))
    strip = tags_picks.people_page(everybody)
    if strip.empty:
        return _no_teams(choice)
    spot = heat.picked(HEAT, "week")
    picture = tags_view.strip_heat(strip, team, labels, bool(tag), spot) + tags_view.how_strip(strip, choice.week)
    detail = _of_spot(desk, strip, spot, labels)
    clicked = heat.draw(tags_view.head(tags_view.strip_title(strip, team, labels.get(tag, "")), tags_view.strip_under(choice.week))
                        + heat.beside(picture, detail or tags_view.hint("heat.hint_week"), not detail), HEAT)
    heat.follow(clicked)
    if tags_picks.wants_tables():
        tables.behind(*tags_view.strip_rows(everybody, labels), key="tags.strip")
    cards.end("tags", (choice, team, tag, spot))


def _of_spot(desk: Desk, strip: DataFrame, spot: tuple[str, ...], labels: dict[str, str]) -> str:
    """What stands behind the picked person and week."""
    return tags_view.week_of(strip, desk.read("person_tags", id=spot[0], gone=objections.gone_of(desk)), spot, labels) if spot and spot[0] else ""


def _library(desk: Desk, choice: Choice) -> None:
    rules = desk.read("tags_library", week=choice.week, limit=library_view.WARN_SHARE)
    carried = desk.read("tags_carried", week=choice.week)
    if tag := library_rule.picked(rules):
        return library_rule.show(desk, tag, rules, carried)
    lacks = tags_view.lacking(desk.read("person_sources"), tags_view.names(rules))
    left_out, off = tags_view.left_out_of_totals(desk), rules_desk.muted(desk)
    clicked = heat.draw(library_edit.sheet() + library_view.page(rules, carried, choice.week, lacks, left_out, off), library_rule.LIST)
    library_rule.follow(clicked)
    if tags_picks.wants_tables():
        tables.behind(*library_view.table_rows(rules), key="tags.library")
        tables.behind(*library_view.past_rows(carried, rules), key="tags.carried")
        if desk.may("alert_ledger") and (alerts := rules_desk.alerts(desk)) is not None:
            tables.behind(*library_alerts.table_rows(alerts, tags_view.names(rules)), key="tags.alerts")
    cards.end("tags", choice)
