"""Morale, goals: how far company and teams are and the pace they need; for HR and leads goals from history in one click, or typed."""

from __future__ import annotations

import pandas as pd

from lib.access.desk import Desk
from lib.access.goals_desk import GoalsDesk
from lib.access.goals_group import Group
from lib.morale import goals as rules
from lib.morale.goals import PERIODS
from lib.show import goal_bars, goal_forms
from lib.show.care_live import Asked
from lib.show.goal_bars import LABELS, METRICS, PERIOD
from lib.show.parts import Explain, day, esc, explain, number, percent
from lib.show.sections import Behind, Held, still
from lib.words import say

SHOWN = 30
"""Teams that are drawn; the others are in the table."""
_PROMISED = ("effective", "intents", "deals", "revenue")
"""Measures that goals are usually set for: it is said when the company does not record one."""


def html(desk: Desk, held: Held) -> str:
    """The company's and the teams' bars for the chosen measure and period, and what sets goals."""
    if desk.viewer.role not in GoalsDesk.ROLES:
        return ""
    office = GoalsDesk(desk, still(desk))
    known = office.metrics()
    if not known:
        return (f"<section class='kj-card kj-stack'><h2>{esc(say('goals.title.none'))}</h2><p>{esc(say('goals.nothing_why'))}</p>"
                f"<p class='kj-note'>{esc(say('goals.nothing_how'))}</p></section>")
    metric, period = chosen(office, known, held)
    groups = office.groups(metric, period)
    behind = office.behind()
    late = f"<p class=kj-watch>{esc(say('goals.behind', day=day(behind)))}</p>" if behind else ""
    inner = f"<h2>{esc(_finding(office, groups, metric, period))}</h2>{_pick(known, metric, period)}{late}{_default(office, metric)}{_company(groups)}{_teams(groups)}"
    return f"<section class='kj-card kj-stack'>{inner}{_missing(known)}{_how(office, groups, metric, period)}</section>{goal_forms.html(office, held)}"


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Choose a measure or a period, or set goals and take them back."""
    if asked.what == "goals.metric" and asked.of in METRICS:
        held.state["goals.metric"] = asked.of
        return ""
    if asked.what == "goals.period" and asked.of in PERIODS:
        held.state["goals.period"] = asked.of
        return ""
    if asked.what.startswith("goals."):
        return goal_forms.act(GoalsDesk(desk, still(desk)), asked, held)
    return None


def tables(desk: Desk, held: Held) -> Behind:
    """The groups' figures, hidden ones left out."""
    office = GoalsDesk(desk, still(desk))
    known = office.metrics()
    if not known:
        return []
    metric, period = chosen(office, known, held)
    rows = [{"level": say(f"goals.level.{group.level}"), "unit": goal_bars.name(group), "people": None if group.people_kept else group.people, "target": group.bar.target,
             "done": group.bar.done, "due": group.bar.due, "needed": group.bar.needed_per_day, "days_left": group.bar.days_left,
             "ahead": group.bar.ahead_days} for group in office.groups(metric, period) if not group.hidden]
    columns = ("level", "unit", "people", "target", "done", "due", "needed", "days_left", "ahead")
    return [(pd.DataFrame(rows, columns=list(columns)), f"goals-{metric}-{period}", {column: say(f"goals.table.{column}") for column in columns})]


def chosen(office: GoalsDesk, known: dict[str, bool], held: Held) -> tuple[str, str]:
    """The measure and period shown: those picked last, else the first that is recorded, this week."""
    metric = str(held.state.get("goals.metric", ""))
    if metric not in known:
        metric = next((name for name, recorded in known.items() if recorded), next(iter(known)))
    return metric, str(held.state.get("goals.period", "week"))


def _finding(office: GoalsDesk, groups: list[Group], metric: str, period: str) -> str:
    """The title; of a period of which no file tells anything yet, and the app neither, that it cannot be told."""
    behind = office.behind()
    if behind and behind < rules.span(period, office.today)[0] and not any(group.bar.done for group in groups):
        return say("goals.title.behind", day=day(behind), period=say(PERIOD[period]))
    return _title(groups, metric, period)


def _title(groups: list[Group], metric: str, period: str) -> str:
    """The finding: of the company, or of a lead's only team; of several teams in scope, how many are behind."""
    words = {"metric": say(METRICS[metric]), "period": say(PERIOD[period])}
    group = next((group for group in groups if not group.hidden), None)
    if group is None:
        return say("goals.title.hidden")
    bar = group.bar
    if bar.state == "no_record":
        return say("goals.title.no_record", metric=words["metric"])
    if group.goals_kept and bar.target is None:
        return say("goals.title.kept", done=goal_bars.amount(metric, bar.done), **words)
    if bar.state == "no_goal" or bar.target is None and bar.state not in ("off", "leave"):
        return say("goals.title.no_goal", done=goal_bars.amount(metric, bar.done), **words)
    if bar.target is None:
        return say("goals.title.off", period=words["period"])
    short = say("goals.needs_today", missing=goal_bars.amount(metric, bar.target - (bar.done or 0))) if bar.period == "day" and bar.state != "arrived" \
        else goal_bars.pace(bar).split(say("goals.and"))[0]
    metric_words = say(LABELS[metric]) if say("goals.title.share").startswith("{metric}") else words["metric"]
    return say("goals.title.share", share=percent(bar.share), words=short, period=words["period"], metric=metric_words)


def _pick(known: dict[str, bool], metric: str, period: str) -> str:
    def pills(ask: str, label: str, choices: list[tuple[str, str]], now: str) -> str:
        inner = "".join(f"<button type=button data-ask={ask} data-of='{esc(key)}' aria-pressed={'true' if key == now else 'false'}>{esc(words)}</button>"
                        for key, words in choices)
        return f"<div class=pills role=group aria-label='{esc(label)}'>{inner}</div>"

    return ("<div class=kj-row>" + pills("goals.period", say("goals.pick_period"), [(key, say(f"goals.Period.{key}")) for key in PERIODS], period)
            + pills("goals.metric", say("goals.pick_metric"), [(key, say(LABELS[key])) for key in known], metric) + "</div>")


def _default(office: GoalsDesk, metric: str) -> str:
    """Says so where nobody has set goals, and what is shown is the settings' own."""
    found = office.by_default(metric)
    if found is None:
        return ""
    people, target, period = found
    facts = {"target": goal_bars.amount(metric, target), "each": say(f"goals.each.{period}")}
    how = say("goals.by_default_most", **facts) if people is None else say("goals.by_default_how", n=number(people), **facts)
    return f"<p class='kj-note'><span class='kj-watch'>{esc(say('goals.by_default'))}</span> {esc(how)}</p>"


def _company(groups: list[Group]) -> str:
    """The company's bar, and how many teams are held against another goal than the one that is added up here."""
    found = [group for group in groups if group.level == "company"]
    bars = "".join(goal_bars.of_group(group, full=True) for group in found)
    teams = sum(goal_bars.two_sums(group) for group in groups if group.level == "team")
    told = teams and any(not group.hidden and not group.own and group.bar.target is not None for group in found)
    return bars + (f"<p class='kj-note'>{esc(_counted('goals.teams_own', teams))}</p>" if told else "")


def _teams(groups: list[Group]) -> str:
    teams = [group for group in groups if group.level == "team"]
    told = [group for group in teams if not group.hidden]
    shown = sorted((group for group in told if group.bar.state != "no_record"), key=goal_bars.urgency)
    departments = sorted((group for group in groups if group.level == "department" and not group.hidden and group.bar.state != "no_record"),
                         key=goal_bars.urgency)
    parts = []
    if len(departments) > 1 and len(departments) < len(shown):
        inner = "".join(goal_bars.of_group(group) for group in departments)
        parts.append(f"<details class=fold data-key='goals.departments'><summary>{esc(say('goals.departments'))}</summary><div class=goal-groups>{inner}</div></details>")
    if len(shown) > 1 or (shown and len(groups) == len(teams)):
        heading = f"<h3>{esc(say('goals.teams'))}</h3>" if len(shown) > 1 else ""
        parts.append(f"{heading}<div class=goal-groups>{''.join(goal_bars.of_group(group, full=len(shown) == 1) for group in shown[:SHOWN])}</div>")
    notes = []
    if len(shown) > SHOWN:
        notes.append(_counted("goals.more", len(shown) - SHOWN))
    if len(shown) < len(told):
        notes.append(_counted("goals.no_record", len(told) - len(shown)))
    if len(told) < len(teams):
        notes.append(_counted("goals.small", len(teams) - len(told)))
    return "".join(parts) + "".join(f"<p class='kj-note'>{esc(note)}</p>" for note in notes)


def _counted(key: str, n: int) -> str:
    """A sentence about one team, or about several."""
    return say(f"{key}_one") if n == 1 else say(key, n=number(n))


def _missing(known: dict[str, bool]) -> str:
    missing = [say(METRICS[metric]) for metric in _PROMISED if not known.get(metric)]
    return f"<p class='kj-note'>{esc(say('goals.missing', metrics=say('goals.comma').join(missing)))}</p>" if missing else ""


def _how(office: GoalsDesk, groups: list[Group], metric: str, period: str) -> str:
    group = next((group for group in groups if not group.hidden), None)
    if group is None:
        return ""
    first, last = rules.span(period, office.today)
    rule = say("goals.rule") + (say("goals.rule_effective") if metric == "effective" else "") + \
        (say("goals.rule_kept") if any(one.goals_kept or one.people_kept for one in groups) else "")
    people = sum(one.people for one in groups if one.level == "team") if group.level == "team" else group.people
    with_goal = sum(one.bar.people for one in groups if one.level == "team") if group.level == "team" else group.bar.people
    left_out = sum(one.left_out for one in groups if one.level == "team") if group.level == "team" else group.left_out
    return explain(Explain(rule, say("goals.rule_period", first=day(first), last=day(last), as_of=day(office.as_of)),
                           say("goals.rule_people_kept", with_goal=number(with_goal)) if group.people_kept else
                           say("goals.rule_people", people=number(people), with_goal=number(with_goal)),
                           say("goals.rule_left_out_kept") if group.people_kept or group.goals_kept else say("goals.rule_left_out", n=number(left_out))))
