"""The verdict of Glance: which word, which team, which reasons, from the figures and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from lib import words
from lib.access.goals_group import Group
from lib.morale import goals as rules
from lib.show import glance_changes, glance_numbers, glance_teams, glance_verdict
from lib.show.glance_read import Seen

WEEK = date(2026, 11, 9)
WEEKS = pd.date_range("2026-08-24", periods=12, freq="7D")
SOURCES = {"has_tags": True, "has_cares": True, "has_exits": True, "has_hours": True}
_SIZES = {"performance": 23.0, "rejection_rate": 0.1, "late_evenings": 2.0, "tags_held": 0.4, "morale": 12.0, "care_kept": 0.3, "leaving": 0.08, "risk": 0.05, "effect": 5.0}


def trend(carrying: int = 5, late: float = 0.5, left: int = 5) -> pd.DataFrame:
    weeks = pd.DataFrame({"week": WEEKS, "people": 100, "carrying": 5, "carry_share": 0.05, "carry_low": 0.02, "carry_high": 0.1, "late": 0.5, "left_90": left, "working": 100,
                          "leave_low": (left - 2 * left**0.5) * 365 / 9000, "leave_high": (left + 2 * left**0.5) * 365 / 9000})
    weeks.loc[11, ["carrying", "carry_share", "carry_low", "late"]] = [carrying, carrying / 100, carrying / 100 - 0.05, late]
    return weeks


def change(team: str, measure: str, worse: bool, p: float = 1e-6) -> dict[str, object]:
    up = worse == {"performance": False, "morale": False, "care_kept": False, "effect": False}.get(measure, True)
    size = _SIZES[measure] * (1 if up else -1)
    return {"level": "team" if team else "company", "team": team, "measure": measure, "value": 0.5, "before": 0.5 - size, "change": size, "low": size - abs(size) / 2,
            "high": size + abs(size) / 2, "span": 4, "people": 10, "worse": worse}


def real(*found: dict[str, object], judged: int = 24, people: int | None = None) -> pd.DataFrame:
    teams = {row["team"]: any(one["worse"] for one in found if one["team"] == row["team"]) for row in found if row["team"]}
    worse = sum(teams.values())
    rows = sorted(found, key=lambda row: not row["worse"]) or [dict.fromkeys(change("", "morale", True))]
    return pd.DataFrame(rows).assign(judged=judged, real_in_all=len(found), worse_teams=worse, better_teams=len(teams) - worse,
                                     worse_people=10 * worse if people is None else people)


def bars(**lows: float) -> pd.DataFrame:
    values = lows or {"一组": 70.0, "二组": 72.0}
    return pd.DataFrame([{"team": team, "people": 10, "morale": value, "low": value - 5, "high": value + 5, "change": 1.0, "real": False, "worse": 0, "better": 0,
                          "carrying": 1, "dip": 1, "pressure": 0, "client": 0, "life": 0, "family": 0, "driver": "late", "driver_change": 1.0, "done": 1, "open": 1, "overdue": 0,
                          "small_teams": 0, "teams_in_all": len(values)} for team, value in values.items()])


def morale(value: float = 70.0) -> pd.DataFrame:
    return pd.DataFrame({"week": WEEKS, "value": value, "low": value - 3, "high": value + 3, "people": 100, "teams": 2, "change": 1.0, "headcount": 100, "unknown_teams": 0,
                         "usual_swing": 4.0, "more": False})


def goal(ahead: float) -> Group:
    bar = rules.bar("deals", "month", 100.0, 50.0 + 5 * ahead, 20.0, 10.0, due=50.0)
    return Group("company", "", "", 100, bar)


def care(done: int = 5, overdue: int = 1) -> pd.DataFrame:
    return pd.DataFrame({"week": WEEKS, "done": done, "open": 2, "overdue": overdue, "came_due": 6, "kept": 4, "cares": 6, "people": 100})


SEEN = Seen(role="boss", week=WEEK, newest=True, department="", least=5, target=70.0, sources=SOURCES, trend=trend(), spread={"late_reach": 0.1, "followed": 2},
            real=real(), bars=bars(), tags=pd.DataFrame(), morale=morale(), pace=pd.DataFrame({"week": WEEKS, "share": 1.0, "people": 100, "teams": 2}), metric="deals",
            goal=goal(0), today=date(2026, 11, 15), care=care(), risk={"people": 100, "share": 0.06, "low": 0.04, "high": 0.08, "few": False},
            model={"state": "not_ready", "why": "few_events", "events": 23, "events_needed": 37, "precision": 0.2, "precision_tags": 0.3, "suspect": "", "ratio": 1.0,
                   "drift": ""}, read=None, effect=None)
HIGH = {"people": 100, "share": 0.2, "low": 0.15, "high": 0.25, "few": False}
READY = {**SEEN.model, "state": "ready", "why": ""}
DOWN, UP = change("一组", "performance", True), change("二组", "performance", False)


@pytest.mark.parametrize(("mood", "team", "parts"), [
    ("steady", "", {}),
    ("good", "", {"morale": morale(80)}),
    ("good", "", {"goal": goal(2)}),
    ("good", "二组", {"real": real(UP)}),
    ("good", "", {"care": care(done=9, overdue=0)}),
    ("steady_but", "一组", {"real": real(DOWN)}),
    ("good_but", "一组", {"real": real(DOWN), "morale": morale(80)}),
    ("steady_but", "一组", {"bars": bars(一组=50, 二组=72)}),
    ("mixed", "一组", {"real": real(DOWN, UP)}),
    ("mixed", "", {"morale": morale(80), "goal": goal(-2)}),
    ("mixed", "二组", {"real": real(UP), "care": care(done=2, overdue=9)}),
    ("bad", "", {"morale": morale(60)}),
    ("bad", "", {"goal": goal(-2)}),
    ("bad", "一组", {"real": real(DOWN), "morale": morale(60)}),
    ("bad", "一组", {"real": real(DOWN, people=40)}),
    ("bad", "", {"care": care(done=2, overdue=9)}),
    ("bad", "", {"real": real(change("", "leaving", True))}),
    ("good", "", {"real": real(change("", "effect", False))}),
    ("bad", "", {"trend": trend(carrying=20)}),
    ("bad", "", {"trend": trend(late=0.8)}),
    ("bad", "", {"model": READY, "trend": trend(left=2), "risk": HIGH}),
    ("good", "", {"model": READY, "trend": trend(left=40), "risk": HIGH}),
    ("steady", "", {"model": READY, "trend": trend(left=12), "risk": HIGH}),
    ("untold", "", {"real": real(judged=0)}),
    ("untold_but", "一组", {"real": real(judged=0), "bars": bars(一组=50, 二组=72)}),
    ("hidden", "", {"trend": trend().head(0)}),
])
def test_the_verdict_says_what_the_figures_say(mood: str, team: str, parts: dict[str, object]) -> None:
    seen = replace(SEEN, **parts)
    for lang in words.LANGUAGES:
        words.speak(lang)
        found = glance_verdict.judge(seen)
        assert (found.mood, found.team) == (mood, team)
        assert 10 < len(found.sentence) < 300 and (team in found.sentence) and "{" not in found.sentence


def test_the_verdict_names_the_team_that_is_in_trouble_with_its_two_clearest_reasons_and_how_many_more() -> None:
    seen = replace(SEEN, bars=bars(三组=40, 一组=70, 二组=72), morale=morale(), real=real(change("三组", "morale", True), change("三组", "late_evenings", True), change("三组", "tags_held", True), DOWN, UP))
    sentence = glance_verdict.judge(seen).sentence
    assert sentence == "有好有坏:二组业绩高于自己平时;三组士气下降 12 点、晚下班变多(还有一组)。5 人需要关怀,2 人已有人谈过。"
    many = real(*(change(f"T{nth}", "morale", True) for nth in range(4)))
    assert "T0士气下降 12 点(还有T1等 3 个团队)" in glance_verdict.judge(replace(seen, real=many, bars=bars(x=70))).sentence


def test_of_several_teams_in_trouble_the_one_that_stands_first_among_the_bars_is_named() -> None:
    seen = replace(SEEN, real=real(change("一组", "morale", True), change("二组", "morale", True)), bars=bars(二组=40, 一组=50))
    assert glance_verdict.judge(seen).team == "二组" and [group[0]["team"] for group in glance_changes.grouped(seen)] == ["二组", "一组"]


def test_what_is_of_everybody_is_said_to_be_so_beside_a_team() -> None:
    assert glance_verdict.judge(replace(SEEN, real=real(DOWN), morale=morale(60))).sentence.startswith("总体吃紧:一组业绩低于自己平时;整体士气 60,低于目标 70。")
    assert glance_verdict.judge(replace(SEEN, morale=morale(60))).sentence.startswith("总体吃紧:士气 60,低于目标 70。")


def test_the_word_of_the_verdict_and_its_team_stand_out_and_everything_is_escaped() -> None:
    seen = replace(SEEN, real=real(change("<b>组", "performance", True)))
    html = glance_verdict.title(glance_verdict.judge(seen), "x", seen)
    assert "<b>总体平稳</b>,先去看看<b>&lt;b&gt;组</b>业绩低于自己平时" in html
    mixed = glance_verdict.title(glance_verdict.judge(replace(SEEN, real=real(DOWN, UP))), "x", SEEN)
    assert "<b class=kj-watch>有好有坏</b>:二组业绩" in mixed and "<b>一组</b>" in mixed


def test_the_lowest_of_many_teams_is_named_only_where_chance_does_not_make_it() -> None:
    values = {f"T{nth}": 68.0 for nth in range(30)}
    assert glance_verdict.lowest(replace(SEEN, bars=bars(**values, 一组=60))) is None  # 60 + 2.6 × 3.6 reaches the others
    assert (glance_verdict.lowest(replace(SEEN, bars=bars(**values, 一组=55))) or {})["team"] == "一组"
    assert glance_verdict.lowest(replace(SEEN, bars=bars(一组=72, 二组=95), morale=morale(90))) is None  # it is above the target


def test_without_tags_the_verdict_does_not_say_that_nobody_needs_care() -> None:
    assert "关怀" not in glance_verdict.judge(replace(SEEN, sources={**SOURCES, "has_tags": False, "has_cares": False}, care=None)).sentence
    assert glance_verdict.judge(replace(SEEN, trend=trend(carrying=0))).sentence.endswith("没有人带着需要关怀的标签。")
    assert "还没有人谈过" in glance_verdict.judge(replace(SEEN, spread={"late_reach": 0.1, "followed": 0})).sentence


@pytest.mark.parametrize(("measure", "said"), [
    ("performance", "低了 23 点(12–34)"), ("morale", "士气下降:0,低了 12 点(6–18)"), ("care_kept", "按时 50 %,少 30 个百分点(15–45)"),
    ("leaving", "4 周 20 人,多 3 人(2–5)"), ("late_evenings", "多 2 次(1–3)"), ("tags_held", "占 50 %,多 40 个百分点(20–60)"),
    ("rejection_rate", "多 10 个百分点(5–15)"), ("risk", "上升:50 %,高 5 个百分点(2–8)"), ("effect", "业绩低 5 点(2.5–7.5)")])
def test_a_change_for_the_worse_is_told_with_its_interval_the_right_way_round(measure: str, said: str) -> None:
    row = change("一组", measure, True)
    assert said in glance_changes.said(row)
    for lang in words.LANGUAGES:
        words.speak(lang)
        for worse in (True, False):
            assert "{" not in glance_changes.said(change("", measure, worse)) + glance_verdict.of_change(change("", measure, worse)).words


def test_changes_of_one_team_are_one_line_and_at_most_three_are_shown() -> None:
    found = real(*[change(f"T{nth}", "morale", True) for nth in range(5)], change("T0", "late_evenings", True))
    html = glance_changes.section(replace(SEEN, real=found))
    assert html.count("<li>") == 3 and "同时晚下班变多" in html and "另有 2 个团队有变化" in html
    assert "没有不寻常的变化:24 个数字" in glance_changes.section(SEEN)
    assert "还说不准" in glance_changes.section(replace(SEEN, real=real(judged=0)))


def test_a_score_that_is_not_there_is_said_with_its_why_and_what_is_known_instead() -> None:
    found = glance_numbers.headlines(SEEN)[2]
    assert (found.label, found.value, found.compared) == ("近 90 天离职", "5 %", "5 人 · n=100") and found.interval == "还不能预计:已知 23 次离职,还差 37 次"
    hidden = {**SEEN.model, "state": "hidden", "why": "no_better_than_tags"}
    assert "不比数标签准(20 % 比 30 %)" in glance_numbers.headlines(replace(SEEN, model=hidden))[2].interval
    assert "好得不像真的" in glance_numbers.headlines(replace(SEEN, model={**hidden, "why": "too_good", "suspect": "talks_month"}))[2].interval
    few = glance_numbers.headlines(replace(SEEN, model=READY, risk={**SEEN.risk, "share": None, "few": True}))[2]
    assert few.value == "5 %" and "不到 30 人" in few.interval
    ready = glance_numbers.headlines(replace(SEEN, model=READY))[2]
    assert (ready.label, ready.value, ready.unit) == ("90 天离职风险", "6 %", "(4–8)") and "已校准" in ready.interval and "5 %" in ready.compared


def test_goals_are_told_with_the_days_ahead_or_behind_and_the_usual_weeks() -> None:
    behind = glance_numbers.headlines(replace(SEEN, goal=goal(-1.2)))[1]
    assert (behind.value, behind.unit) == ("44 %", "落后 1.2 天") and behind.interval == "平时每周 100–100 %"
    hidden = replace(goal(1), hidden=True)
    assert glance_numbers.headlines(replace(SEEN, goal=hidden))[1].value == "–"


def test_care_is_given_of_due_with_what_is_overdue_and_how_sure_the_share_in_time_is() -> None:
    found = glance_numbers.headlines(SEEN)[3]
    assert (found.value, found.interval, found.compared) == ("5 / 8", "逾期 1 · 按时 67 % (47–82)", "人均 0.26 次/月 · n=100")


def test_a_team_says_what_drives_its_need() -> None:
    row = bars().iloc[0].to_dict()
    assert glance_teams.drivers(row) == "业绩波动 1"
    assert glance_teams.drivers({**row, "dip": 0, "driver_change": -9.0}) == "晚下班多了"
    assert glance_teams.drivers({**row, "dip": 0}) == "无需特别关注"
    assert glance_teams.drivers({**row, "pressure": 5, "worse": 1, "driver": "pace", "driver_change": -9.0}) == "目标落后 · 高压力 5"
