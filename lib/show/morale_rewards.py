"""Morale, rewards: this week's stars, requests to decide, the catalogue, and what teams are given; counts only for boss and presenter."""

from __future__ import annotations

import pandas as pd

from lib.access.desk import Desk
from lib.access.rewards_desk import RewardsOffice
from lib.ledger.points import MOST_COST, MOST_NAME, Reward
from lib.show import sections
from lib.show.care_live import Asked
from lib.show.my_rewards import name_of
from lib.show.parts import Explain, day, esc, explain, number, week_span
from lib.show.sections import Behind, Held, Wrong
from lib.words import say

_SHOWN = 12
"""Teams and requests that are drawn; the table behind has them all."""
_NEW = "reward_office.new"


def html(desk: Desk, held: Held) -> str:
    """One card: a finding, stars, requests, what teams were given, the catalogue for HR."""
    office = RewardsOffice(desk, sections.still(desk))
    teams = office.teams()
    given = teams["points"].fillna(0).sum()
    head = say("rewards.office.title", n=number(given), week=week_span(office.week())) if given else say("rewards.office.title_none")
    parts = (_stars(office, teams), _streaks(office), _requests(office), _teams(teams, office), _catalogue(office, held))
    return f"<section class='kj-card kj-stack rewards'><h2>{esc(head)}</h2>{''.join(parts)}</section>"


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Decide on a request, change the catalogue."""
    if not asked.what.startswith("reward_office."):
        return None
    office, (of, _, more) = RewardsOffice(desk, sections.still(desk)), asked.of.partition(":")
    if asked.what in ("reward_office.approve", "reward_office.decline"):
        approve = asked.what == "reward_office.approve"
        office.decide(of, int(more), approve)
        return say("rewards.office.approved" if approve else "rewards.office.declined")
    if asked.what == "reward_office.save":
        office.save_reward(asked.typed.get("key", "")[:64] or held.key(_NEW), _typed(asked, of))
        if not of:
            held.used(_NEW)
        held.forget = asked.form
        return say("rewards.office.saved")
    return None


def tables(desk: Desk, held: Held) -> Behind:
    """What every team was given."""
    teams = RewardsOffice(desk, sections.still(desk)).teams().drop(columns=["week"])
    return [(teams, "rewards", {"team": say("rewards.office.team"), "people": say("rewards.office.people"), "rewarded": say("rewards.office.rewarded"),
                                "points": say("rewards.office.points"), "points_before": say("rewards.office.points_before"),
                                "goal_days": say("rewards.office.goal_days"), "streaks": say("rewards.office.streaks"),
                                "stars": say("rewards.office.stars_n")})]


def _typed(asked: Asked, reward_id: str) -> Reward:
    zh, en, cost = (asked.typed.get(name, "").strip() for name in ("zh", "en", "cost"))
    if not zh or not en or max(len(zh), len(en)) > MOST_NAME:
        raise Wrong(say("rewards.office.wrong_name", most=MOST_NAME))
    if not cost.isascii() or not cost.isdigit() or not 0 < int(cost) <= MOST_COST:
        raise Wrong(say("rewards.office.wrong_cost", most=number(MOST_COST)))
    return Reward(reward_id, zh, en, int(cost), asked.typed.get("active", "on") == "on")


def _stars(office: RewardsOffice, teams: pd.DataFrame) -> str:
    head = f"<h3>{esc(say('rewards.office.stars', week=week_span(office.week())))}</h3>"
    if office.decides:
        found = office.stars()
        chips = "".join(f"<span class='kj-chip badge'>★ {esc(name)}{'' if office.role == 'lead' else f' <small>{esc(team)}</small>'}</span>"
                        for name, team in found)
        note = f"<p class='kj-note'>{esc(say('rewards.office.star_prize'))}</p>" if found else ""
        return f"{head}<div class=chips>{chips or esc(say('rewards.office.no_stars'))}</div>{note}"
    known, few = teams[teams["stars"].fillna(0) > 0], int((teams["stars"].isna() & teams["people"].notna()).sum())
    texts = [say("goals.stars_counted", n=number(known["stars"].sum()), teams=number(len(known)))] if len(known) else []
    texts += [say("goals.stars_few", n=number(few), least=office.desk.smallest_group())] if few else []
    return f"{head}<p>{esc(' '.join(texts) or say('rewards.office.no_stars'))}</p>"


def _streaks(office: RewardsOffice) -> str:
    if not office.decides:
        return ""
    found, days = office.on_streak(), office.setting("rewards.streak_days")
    where = (lambda team: "") if office.role == "lead" else (lambda team: f"{team} · ")  # a lead knows the own team
    chips = "".join(f"<span class='kj-chip'>{esc(name)} <small>{esc(say('rewards.office.streak_days', team=where(team), n=length))}</small></span>"
                    for name, team, length in found[:_SHOWN])
    more = f"<p class='kj-note'>{esc(say('rewards.office.streak_more', n=len(found) - _SHOWN))}</p>" if len(found) > _SHOWN else ""
    if not chips:
        return ""
    return (f"<h3>{esc(say('rewards.office.on_streak', n=len(found), days=days))}</h3><div class=chips>{chips}</div>{more}"
            f"<p class='kj-note'>{esc(say('rewards.office.better_leads'))}</p>")


def _requests(office: RewardsOffice) -> str:
    head = f"<h3>{esc(say('rewards.office.requests'))}</h3>"
    if not office.decides:
        count = office.waiting_count()
        text = say("rewards.office.waiting_few", n=office.desk.smallest_group()) if count is None else say("rewards.office.waiting", n=count)
        return f"{head}<p>{esc(text)}</p>"
    found = office.waiting()
    rows = "".join(
        f"<li><div><b>{esc(one.name)}</b> {esc(name_of(one.request))} <span class='kj-note'>{number(one.request.cost)} {esc(say('unit.points'))} · "
        f"{esc(one.team)} · {esc(day(one.request.asked_on))}</span></div><span class=chips>"
        f"<button type=button class=act data-ask='reward_office.approve' data-of='{esc(one.request.id)}:{one.request.version}' "
        f"aria-label='{esc(say('rewards.office.approve_one', name=one.name, reward=name_of(one.request)))}'>{esc(say('rewards.office.approve'))}</button>"
        f"<button type=button class=act data-ask='reward_office.decline' data-of='{esc(one.request.id)}:{one.request.version}' "
        f"aria-label='{esc(say('rewards.office.decline_one', name=one.name, reward=name_of(one.request)))}'>{esc(say('rewards.office.decline'))}</button>"
        f"</span></li>" for one in found[:_SHOWN])
    more = f"<p class='kj-note'>{esc(say('rewards.office.more', n=len(found) - _SHOWN))}</p>" if len(found) > _SHOWN else ""
    return f"{head}<ul class=rows>{rows}</ul>{more}" if rows else f"{head}<p class='kj-note'>{esc(say('rewards.office.no_requests'))}</p>"


def _teams(teams: pd.DataFrame, office: RewardsOffice) -> str:
    hidden, few = int(teams["points"].isna().sum()), lambda n: f"1–{office.desk.smallest_group() - 1}" if pd.isna(n) else number(n)
    shown = teams[teams["points"].fillna(0) > 0]  # a team without daily goals is not the last of those that have them
    # By head, so that a large team does not stand first for its size alone.
    heads = shown.assign(head=shown["points"] / shown["people"]).sort_values("head", ascending=False) if len(shown) else shown.assign(head=0.0)
    most = max(float(heads["head"].max()), 1.0) if len(heads) else 1.0
    bars = "".join(
        f"<div><span>{esc(row.team)}</span><span class='kj-track'><i style='width:{row.head / most * 100:.0f}%'></i></span>"
        f"<span>{number(row.head, 0)}</span><span class='kj-note'>{esc(say('rewards.office.team_line', goals=number(row.goal_days), streaks=few(row.streaks)))}"
        f"</span></div>" for row in heads.head(_SHOWN).itertuples())
    note = f"<p class='kj-note'>{esc(say('rewards.office.hidden', n=hidden, least=office.desk.smallest_group()))}</p>" if hidden else ""
    people = say("rewards.office.rule_people", n=number(shown["people"].sum() if len(shown) else 0))
    rule = say("rewards.office.rule") + ("" if office.role == "hr" else say("goals.stars_rule"))
    how = explain(Explain(rule, week_span(office.week()), people, say("rewards.office.rule_out")))
    return f"<h3>{esc(say('rewards.office.by_team'))}</h3><div class='kj-bars'>{bars}</div>{note}{how}" if bars else f"{note}{how}"


def _catalogue(office: RewardsOffice, held: Held) -> str:
    if office.role != "hr":
        return ""
    rows = "".join(_row(one, "") for one in office.catalogue())
    return (f"<details class=fold data-key='rewards.catalogue'><summary>{esc(say('rewards.office.catalogue'))}</summary>"
            f"<div class=kj-stack>{rows}{_row(None, held.key(_NEW))}</div></details>")


def _row(one: Reward | None, key: str) -> str:
    """The form of a row; that of a new one (None) carries the ``key`` by which a second click adds nothing twice."""
    form = f"reward_office.{one.id}" if one else _NEW
    hidden = f"<input type=hidden name=key value='{esc(key)}'>" if key else ""
    zh, en, cost = (one.zh, one.en, str(one.cost)) if one else ("", "", "")
    states = (("on", "rewards.office.on"), ("off", "rewards.office.off"))
    options = "".join(f"<option value={key}{' selected' if (key == 'on') == (one is None or one.active) else ''}>{esc(say(word))}</option>"
                      for key, word in states)
    return (f"<form data-form='{esc(form)}' class=offer>{hidden}"
            f"<label><span>{esc(say('rewards.office.zh'))}</span><input name=zh maxlength={MOST_NAME} required value='{esc(zh)}'></label>"
            f"<label><span>{esc(say('rewards.office.en'))}</span><input name=en maxlength={MOST_NAME} required value='{esc(en)}'></label>"
            f"<label><span>{esc(say('rewards.office.cost'))}</span><input name=cost inputmode=numeric pattern='[0-9]+' required value='{esc(cost)}'></label>"
            f"<label><span>{esc(say('rewards.office.offered'))}</span><select name=active>{options}</select></label>"
            f"<button type=submit class=act data-ask='reward_office.save' data-of='{esc(one.id if one else '')}'>"
            f"{esc(say('rewards.office.save' if one else 'rewards.office.add'))}</button></form>")
