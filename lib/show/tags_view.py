"""Tags view: the heatmap of teams, what a picked cell means, and the strip of one team's people, as HTML strings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import groupby

import pandas as pd

from lib import settings
from lib.access.desk import Desk
from lib.show import heat
from lib.show.heat import Cell, Row
from lib.show.parts import Explain, day, esc, explain, number, percent, points, signed, week_span
from lib.tags.compile import reminder
from lib.words import language, say

PAGE = 45
TOP_SHARE, TOP_CHANGE = 0.4, 0.2
"""Where the colour scales end: a share of 40 % of a team, a change of 20 points."""
EXPECTED = ("new_hire", "life_event")
LISTED = 30
EVERYBODY = 100_000
Behind = tuple[pd.DataFrame, str, dict[str, str]]
"""A table behind a chart: its rows, its file name, and its columns with their titles."""


def names(known: pd.DataFrame) -> dict[str, str]:
    """Tag key → its name in the viewer's language, in the tags' own order (rows of the query ``tags_known``)."""
    return dict(zip(known["tag"], known[language()], strict=True))


def title(teams: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """The finding of the week: the team in most need and the two tags that make it so (rows of ``tags_teams``)."""
    neediest = teams[teams["place"] == 1].to_dict("records")
    ranked = [row for row in neediest if row["tag"] not in EXPECTED and not pd.isna(row["people"]) and row["people"] > 0]
    if not ranked:
        return say("heat.title_calm")
    most = sorted(ranked, key=lambda row: -row["people"])[:2]
    what = say("heat.title_join").join(say("heat.title_part", tag=labels[row["tag"]], n=number(row["people"])) for row in most)
    return say("heat.title", team=most[0]["team"], what=what)


def head(finding: str, under: str) -> str:
    """The page's title and the quiet line under it, as HTML."""
    return f"<h1>{esc(finding)}</h1><p class='kj-note' style='margin:4px 0 12px'>{esc(under)}</p>"


def under(teams: pd.DataFrame, week: date) -> str:
    """Week, number of teams and what can be done here."""
    return say("heat.under", week=week_span(week), n=number(teams["teams"].iloc[0]))


def in_order(teams: pd.DataFrame) -> list[str]:
    """The teams of this page, most need first."""
    return teams["team"].drop_duplicates().tolist()


NEEDS = {"high_pressure": "attendance", "client_trouble": "calls", "family_care": "talks"}
"""The kind of data without which a tag can never hold (columns of the query ``person_sources``)."""


def lacking(sources: pd.DataFrame, labels: Mapping[str, str]) -> dict[str, str]:
    """Tag key → what is missing for it and how to add it, for the tags that this company's data cannot feed."""
    return {tag: say(f"heat.lacks_{kind}", tag=labels[tag]) for tag, kind in NEEDS.items() if tag in labels and not sources[kind].iloc[0]}


def notes(lacks: Mapping[str, str]) -> str:
    """What is missing, as quiet lines; '' when nothing is."""
    return "".join(f"<p class='kj-note'>{esc(text)}</p>" for text in lacks.values())


def _share_cell(row, tag: str) -> Cell:
    if pd.isna(row.share):
        return Cell("", None, say("heat.cell_hidden", team=row.team, tag=tag))
    label = say("heat.cell", team=row.team, tag=tag, n=number(row.people), share=percent(row.share))
    text = f"{row.people:.0f} · {percent(row.share, 0)}" if row.people else "0"
    return Cell(text, row.share / TOP_SHARE, label if row.people else "", heat.pick("cell", row.team, row.tag) if row.people else "")


def _change_cell(row, tag: str) -> Cell:
    if pd.isna(row.share):
        return Cell("", None, say("heat.cell_hidden", team=row.team, tag=tag))
    if pd.isna(row.share_before):
        return Cell("–", None, say("heat.cell_new", team=row.team, tag=tag))
    change = row.share - row.share_before
    if not row.people and not row.people_before:
        return Cell("0", 0.5, "")
    label = say("heat.cell_change", team=row.team, tag=tag, change=points(change), before=number(row.people_before), n=number(row.people))
    return Cell(signed(change * 100, 0).removeprefix("±"), 0.5 + change / TOP_CHANGE / 2, label, heat.pick("cell", row.team, row.tag))


def teams_heat(teams: pd.DataFrame, labels: Mapping[str, str], mode: str, picked: tuple[str, ...], names: bool) -> str:
    """Team × tag for one week: shares, or changes against the week before (``mode`` ``share`` or ``change``).

    With ``names`` a team's name opens the strip of its people.
    """
    change, cell = mode == "change", _change_cell if mode == "change" else _share_cell
    rows = []
    # One pass over the rows: a frame per team would cost more than everything else here.
    for team, of_team in groupby(teams.itertuples(), key=lambda row: row.team):
        cells = list(of_team)
        size = "" if pd.isna(cells[0].headcount) else say("heat.people_n", n=number(cells[0].headcount))
        rows.append(Row(team, size, [cell(row, labels[row.tag]) for row in cells],
                        heat.pick("team", team) if names else ""))
    caption = say("heat.caption_change" if change else "heat.caption")
    ends = (say("heat.legend_down"), say("heat.legend_up")) if change else (say("heat.legend_low"), say("heat.legend_high", top=percent(TOP_SHARE)))
    return (heat.legend(*ends, rows, change=change)
            + heat.table(rows, list(labels.values()), say("heat.corner"), caption, change=change,
                         picked=heat.pick("cell", *picked) if picked else ""))


def how_teams(desk: Desk, teams: pd.DataFrame, week: date, mode: str) -> str:
    """How the heatmap of teams is computed."""
    people = number(teams.drop_duplicates("team")["headcount"].sum())
    left_out = say("heat.left_out_hr") if desk.viewer.role == "hr" else say("heat.left_out", n=_smallest(desk))
    return explain(Explain(say("heat.rule_change" if mode == "change" else "heat.rule"), say("heat.period", week=week_span(week)),
                           say("heat.people_n", n=people), left_out))


def _smallest(desk: Desk) -> int:
    return int(settings.get("privacy.min_group", settings.stored(desk.data_dir)))


def left_out_of_totals(desk: Desk) -> str:
    """Which teams a total over teams leaves out for this viewer; '' for HR, who sees every team."""
    return "" if desk.viewer.role == "hr" else say("library.left_out", n=_smallest(desk))


def when(row) -> str:
    """Since when, or from when to when, an episode held."""
    if pd.isna(row.until):
        return say("heat.since", day=day(row.since))
    if row.since == row.until:
        return day(row.since)
    return say("heat.since_until", day=day(row.since), until=day(row.until))


def people_of(people: pd.DataFrame, team: str, label: str, week: date) -> str:
    """Who carries the picked tag, since when and why (rows of ``tags_people``)."""
    head = (f"<div class='kj-row'><h2>{esc(say('heat.detail', team=team, tag=label))}</h2>"
            f"<span class='kj-note'>{esc(say('heat.detail_n', n=len(people), week=week_span(week)))}</span>{heat.close('cell')}</div>")
    if people.empty:
        return f"{head}<p class='kj-note'>{esc(say('heat.detail_nobody'))}</p>"
    rows = "".join(
        f"<li><button class='kj-pick' data-pick='{esc(heat.pick('person', row.employee_id))}' title='{esc(say('heat.open', name=row.name))}'>"
        f"<span class='kj-row'><b>{esc(row.name)}</b><span class='kj-note'>{esc(row.role)} · {esc(when(row))}</span></span>"
        f"<span>{esc(reminder(row.tag, row.evidence, language()))}</span></button></li>"
        for row in people.head(LISTED).itertuples())
    more = f"<p class='kj-note'>{esc(say('heat.more', n=len(people) - LISTED))}</p>" if len(people) > LISTED else ""
    return f"{head}<ul class='kj-list'>{rows}</ul>{more}"


def hint(key: str) -> str:
    """What will appear here once something is picked."""
    return f"<p class='kj-soft'>{esc(say(key))}</p>"


def team_past(past: pd.DataFrame, team: str, labels: Mapping[str, str]) -> str:
    """One team's counts by tag over the last 12 weeks, and why there are no names (rows of ``tags_team_weeks``)."""
    weeks = sorted(past["week"].unique())
    top = max(past["share"].max(), TOP_SHARE) if past["share"].notna().any() else TOP_SHARE
    rows = [Row(labels[tag], "", [
        Cell("", None, say("heat.cell_hidden", team=team, tag=labels[tag])) if pd.isna(row.share)
        else Cell(f"{row.people:.0f}", row.share / top, say("heat.strip_cell", name=labels[tag], week=week_span(row.week),
                                                            tags=say("heat.people_n", n=number(row.people))))
        for row in of_tag.itertuples()]) for tag, of_tag in past.groupby("tag", sort=False)]
    table = heat.table(rows, [_short(w, i, weeks) for i, w in enumerate(weeks)], say("heat.tag"), say("heat.twelve_caption", team=team), dense=True)
    return (f"<div class='kj-row'><h2>{esc(say('heat.twelve_weeks', team=team))}</h2>{heat.close('cell')}</div>{table}"
            f"<p class='kj-note' style='margin-top:8px'>{esc(say('heat.names_for_hr'))}</p>")


def _short(week: object, at: int, weeks: list) -> str:
    """A week's short column title: the month where it begins, else the Monday's day."""
    monday = pd.Timestamp(week)  # type: ignore[arg-type]
    first = at == 0 or pd.Timestamp(weeks[at - 1]).month != monday.month
    return (f"{monday.month}月" if language() == "zh" else f"{monday:%b}") if first else str(monday.day)


def past_rows(past: pd.DataFrame, labels: Mapping[str, str]) -> Behind:
    """One team's 12 weeks as a plain table with its file name and titles: one row per week and tag, shares in percent."""
    rows = past.assign(tag=past["tag"].map(labels), share=(past["share"].astype("float64") * 100).round(1))
    return rows, "tags-team-weeks", {c: say(f"heat.column.{c}") for c in ("week", "tag", "headcount", "people", "share")}


def strip_title(strip: pd.DataFrame, team: str, label: str) -> str:
    """How many people of the whole team carry a tag (or the picked one) in the week shown (rows of ``tags_person_weeks``)."""
    carrying = int(strip["carriers"].iloc[0])
    key = "heat.strip_title_tag" if label else "heat.strip_title"
    return say(key, team=team, n=carrying, all=int(strip["people"].iloc[0]), **({"tag": label} if label else {}))


def strip_heat(strip: pd.DataFrame, team: str, labels: Mapping[str, str], one_tag: bool, picked: tuple[str, ...]) -> str:
    """Person × week of one team: how many tags each person carried, or whether the picked one."""
    weeks = sorted(strip["week"].unique())
    rows = []
    for who, of_person in groupby(strip.itertuples(), key=lambda row: row.employee_id):
        cells = []
        for row in of_person:
            name = row.name
            if pd.isna(row.held):
                cells.append(Cell("", None, ""))
            elif row.held == 0:
                cells.append(Cell("", 0, ""))
            else:
                carried = say("heat.title_join").join(labels.get(key, key) for key in row.keys.split(","))
                monday = pd.Timestamp(row.week)
                cells.append(Cell("●" if one_tag else f"{row.held:.0f}", 0.75 if one_tag else row.held / 3,
                                  say("heat.strip_cell", name=name, week=week_span(monday), tags=carried),
                                  heat.pick("week", who, f"{monday:%Y-%m-%d}")))
        rows.append(Row(name, "", cells, heat.pick("person", who)))
    high = say("heat.strip_high_tag" if one_tag else "heat.strip_high")
    return (heat.legend(say("heat.strip_low"), high, rows)
            + heat.table(rows, [_short(w, i, weeks) for i, w in enumerate(weeks)], say("heat.strip_corner"),
                         say("heat.strip_caption", team=team), dense=True, picked=heat.pick("week", *picked) if picked else ""))


def how_strip(strip: pd.DataFrame, week: date) -> str:
    """How the strip of one team is computed."""
    return explain(Explain(say("heat.strip_rule"), say("heat.strip_period", week=week_span(week)),
                           say("heat.people_n", n=int(strip["people"].iloc[0]))))


def strip_under(week: date) -> str:
    """Which weeks, in which order, and what can be picked."""
    return say("heat.strip_under", week=week_span(week))


def week_of(strip: pd.DataFrame, episodes: pd.DataFrame, spot: tuple[str, ...], labels: Mapping[str, str]) -> str:
    """What the picked person carried in the picked week, and why (rows of ``person_tags``); '' for somebody of another team."""
    who, monday = spot[0], pd.Timestamp(spot[1])
    name = strip.loc[strip["employee_id"] == who, "name"]
    if name.empty:
        return ""
    rows = "".join(f"<li style='padding:8px 0'><div class='kj-row'><b>{esc(labels[row.tag])}</b><span class='kj-note'>{esc(when(row))}</span></div>"
                   f"<div>{esc(reminder(row.tag, row.evidence, language()))}</div></li>"
                   for row in episodes.itertuples()
                   if row.since <= monday + pd.Timedelta(days=6) and (pd.isna(row.until) or row.until >= monday))
    return (f"<div class='kj-row'><h2>{esc(name.iloc[0])}</h2>"
            f"<span class='kj-note'>{esc(week_span(monday))}</span><button class='kj-link' data-pick='{esc(heat.pick('person', who))}'>"
            f"{esc(say('heat.open', name=name.iloc[0]))}</button>{heat.close('week')}</div><ul class='kj-list'>{rows}</ul>")


def table_rows(teams: pd.DataFrame, labels: Mapping[str, str]) -> Behind:
    """The heatmap as a plain table with its file name and titles: one row per team and tag, shares in percent."""
    rows = teams.assign(tag=teams["tag"].map(labels), share=(teams["share"] * 100).round(1), before=(teams["share_before"] * 100).round(1))
    columns = ("team", "department", "headcount", "tag", "people", "share", "before")
    return rows, "tags-teams", {c: say(f"heat.column.{c}") for c in columns}


def strip_rows(strip: pd.DataFrame, labels: Mapping[str, str]) -> Behind:
    """The strip as a plain table with its file name and titles: one row per person and week with a tag."""
    held = strip[strip["held"] > 0]
    words = [say("heat.title_join").join(labels.get(k, k) for k in keys.split(",")) for keys in held["keys"]]
    columns = ("id", "name", "week", "held", "keys")
    return held.assign(id=held["employee_id"], keys=words), "tags-people", {c: say(f"heat.column.{c}") for c in columns}
