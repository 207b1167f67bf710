"""Risk: what a reader could misread is said plainly – two measures of a model, a list of one team, reasons that are not known or read
backwards, teams that are not shown, and differences that are checked against the figures beside them."""

from __future__ import annotations

import math
import re
import shutil
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from lib import words
from lib.access.desk import Desk
from lib.access.roles import Viewer
from lib.risk import card
from lib.risk.card import RiskReason
from lib.show import risk_capacity, risk_card, risk_draw, risk_list, risk_page, risk_words, sections
from lib.show.sections import Held
from lib.warehouse.store import Store
from tests.risk_company import published

TEAM_OF_TEN = """update risk_scores set p60 = 0.9 - rowid / 1000.0, high = 0.95, low = 0.3, band = 'high', rank = rank - 1000
    where employee_id in (select e.employee_id from employees as e where e.active and e.team = (
        select t.team from employees as t where t.active group by t.team order by count(*) desc, t.team limit 1) order by e.employee_id limit {n})"""


def desk(data: Path, role: str = "hr", **scope: object) -> Desk:
    return Desk(Store(data), Viewer(role, **scope))  # type: ignore[arg-type]


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def drawn(data: Path, view: str, held: Held | None = None, role: str = "hr", **scope: object) -> str:
    mine = desk(data, role, **scope)
    return sections.drawn(mine, held or Held(), risk_page.views(mine)[view])


def built(demo_dir: Path, tmp_path: Path, *statements: str) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(demo_dir, folder, ignore=shutil.ignore_patterns("ledger.db*"))
    return published(demo_dir, folder, "ready", "", *statements)


def reason(feature: str, push: float, value: float | None, team: float | None = 0.5, place: int = 1, text: str = "") -> RiskReason:
    return RiskReason(feature, place, push, None, value, team, text)


# --- two measures of one model ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("model", "tags", "told"), [((0.24, 0.40), (0.24, 0.40), "same"), ((0.30, 0.45), (0.20, 0.30), "same"),
                                                     ((0.40, 0.57), (0.20, 0.39), "more"), ((0.10, 0.19), (0.20, 0.39), "fewer")])
def test_whether_more_leavers_are_found_than_by_tags_follows_from_whether_the_ranges_overlap(model, tags, told: str) -> None:
    assert risk_capacity.finds(*({"low": low, "high": high} for low, high in (model, tags))) == told


@pytest.mark.parametrize(("low", "high", "told"), [(0.009, 0.107, "more"), (-0.01, 0.1, "same"), (-0.1, -0.01, "fewer"), (None, None, "")])
def test_whether_more_of_those_named_leave_follows_from_the_interval_of_the_difference(low, high, told: str) -> None:
    assert risk_capacity.precise({"precision": 0.2, "precision_tags": 0.14, "precision_gain_low": low, "precision_gain_high": high}) == told


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_if_says_that_as_many_leavers_are_found_and_why_the_headline_can_still_be_better(demo_dir: Path, tmp_path: Path, lang: str) -> None:
    data = built(demo_dir, tmp_path, "update risk_caught set caught = 13, low = 0.2, high = 0.48 where method in ('model', 'tags')")
    words.speak(lang)
    said = text(drawn(data, "capacity"))
    joint = words.say("risk.joint")
    assert words.say("risk.what_if.beside", found=words.say("risk.what_if.beside.same", n=joint.join(("5", "10", "20")))) in said
    assert words.say("risk.what_if.precise.more", n="10", x="1.6", y="0.9") in said
    assert words.say("risk.what_if.so.sharper") in said and words.say("risk.what_if.differ") in said


def test_what_if_says_at_which_number_of_talks_the_model_finds_more_and_at_which_fewer(demo_dir: Path, tmp_path: Path) -> None:
    data = built(demo_dir, tmp_path, "update risk_caught set low = 0.2, high = 0.4", "update risk_caught set low = 0.5, high = 0.7 where method = 'model' and capacity = 20",
                 "update risk_caught set low = 0.1, high = 0.15 where method = 'model' and capacity = 10")
    said = text(drawn(data, "capacity"))
    assert words.say("risk.what_if.beside.same", n="5") in said and words.say("risk.what_if.beside.fewer", n="10") in said and words.say("risk.what_if.beside.more", n="20") in said
    assert words.say("risk.what_if.so.fewer") in said  # ten a week is what this company does


# --- a list of one team -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_team_that_holds_much_of_the_list_is_named_with_a_way_to_the_teams(demo_dir: Path, tmp_path: Path, lang: str) -> None:
    data = built(demo_dir, tmp_path, TEAM_OF_TEN.format(n=8))
    words.speak(lang)
    html = drawn(data, "list")
    team = desk(data).read("risk_scored", gone=[], only=[], most=10)["team"]
    n = int(team.value_counts().iloc[0])
    assert n >= 8 and words.say("risk.list.crowd", all=10, named=words.say("risk.list.crowd.team", n=n, team=team.mode()[0])) in text(html)
    assert "data-ask=view data-of=teams" in html and text(html).index(words.say("risk.list.crowd.see")) < html.index("class=risk-rows")
    more = text(drawn(data, "list", Held(state={"risk.most": 60})))
    assert words.say("risk.list.crowd.team", n=n, team=team.mode()[0]) in more  # about the week's ten, however many are drawn


def test_an_hr_of_one_team_is_not_told_that_all_are_of_one_team(demo_dir: Path, tmp_path: Path) -> None:
    data = built(demo_dir, tmp_path, TEAM_OF_TEN.format(n=8))
    team = desk(data).read("risk_scored", gone=[], only=[], most=10)["team"].mode()[0]
    html = drawn(data, "list", teams=(team,))
    assert html.count("class='kj-pick risk'") >= 8 and "class=crowd" not in html


@pytest.mark.parametrize(("teams", "told"), [("AAABCDEFGH", ""), ("AAAABCDEFG", "A"), ("AAAABBBBCD", "AB"), ("AABC", ""), ("AAABCD", "A")])
def test_a_team_is_named_from_three_people_and_two_fifths_of_the_list_on(teams: str, told: str) -> None:
    assert [team for team, _ in risk_list.crowds(list(teams))] == list(told)


# --- reasons that are not known, or read backwards ----------------------------------------------------------------------------------

def test_what_is_not_known_suggests_nothing_and_says_so() -> None:
    known, missing = reason("performance_own", 0.1, -0.3, -0.1), reason("performance_own", 0.1, None, -0.1)
    assert known.actions and card.offers((known,), frozenset()) and not missing.actions and card.offers((missing,), frozenset()) == ()
    for lang, said in (("zh", "还不知道"), ("en", "not known yet")):
        words.speak(lang)
        assert said in risk_words.reason(missing) and said in risk_words.short(missing) and said in risk_words.beside(missing)
        assert words.say("risk.unknown") not in risk_words.short(missing) and said not in risk_words.reason(known)


def test_a_category_is_known_by_its_text() -> None:
    assert reason("line", 0.2, None, None, text="电销").plain and risk_words.short(reason("line", 0.2, None, None, text="电销")).endswith("电销")


def test_known_facts_stand_before_one_that_is_not_known_where_they_are_comparable() -> None:
    tenure, missing = reason("tenure_months", 0.24, 0.6, 12.0, 1), reason("performance_own", 0.096, None, -0.17, 2)
    climate, small = reason("said_climate", 0.067, 1.0, 0.43, 3), reason("said_training", 0.037, 1.0, 0.29, 4)
    assert card.main((tenure, missing, climate, small), 3) == (tenure, climate, missing)  # 0.037 is no match for 0.096
    assert card.main((reason("said_pay", 1e-17, 1.0, 0.0),), 3) == ()


@pytest.mark.parametrize(("feature", "push", "value", "team", "against"), [
    ("goal_attainment", 0.082, 0.847, 0.833, True), ("goal_attainment", 0.082, 0.70, 0.833, False), ("goal_attainment", 0.082, 0.831, 0.833, True),
    ("goal_attainment", -0.082, 0.70, 0.833, True), ("goal_attainment", -0.082, 0.95, 0.833, False), ("tags_now", 0.09, 3, 1.07, False), ("tags_now", 0.09, 0, 1.07, True),
    ("said_climate", 0.06, 0, 0.43, True), ("tenure_months", 0.2, 60, 12, False), ("goal_attainment", 0.004, 0.847, 0.833, False)])
def test_a_number_on_the_better_side_that_still_raises_is_seen(feature: str, push: float, value: float, team: float, against: bool) -> None:
    assert reason(feature, push, value, team).against == against


def test_a_reason_that_reads_backwards_says_that_the_number_is_no_worse_and_suggests_nothing() -> None:
    odd, plain = reason("goal_attainment", 0.082, 0.847, 0.833, 1), reason("tags_now", 0.05, 3, 1.07, 2)
    assert card.main((odd, plain), 2) == (plain, odd) and not odd.actions
    assert "并不更差" in risk_words.reason(odd) and "并不更差" in risk_words.short(odd) and "并不更差" in risk_words.beside(odd)
    assert "并不更好" in risk_words.beside(reason("goal_attainment", -0.082, 0.70, 0.833)) and "并不" not in risk_words.reason(plain)


def test_the_card_keeps_every_contribution_and_explains_the_backward_ones(demo_dir: Path, tmp_path: Path) -> None:
    data = built(demo_dir, tmp_path, "update risk_reasons set value = null where feature = 'performance_own'",
                 "update risk_reasons set value = team_value + 0.1, contribution = 0.9 where feature = 'goal_attainment'")
    who = desk(data).read("risk_scored", gone=[], only=[], most=1)["employee_id"].iloc[0]
    html = drawn(data, "list", Held(state={"risk.opened": who}))
    reasons = desk(data).read("risk_reasons_of", ids=[who])
    factors = [float(one) for one in re.findall(r"<span class=n>× ([\d.]+)</span>", html)]
    assert len(factors) == risk_card.SHOWN + 1 and math.log(math.prod(factors)) == pytest.approx(reasons["contribution"].sum(), abs=0.06)
    assert words.say("risk.card.against") in text(html)
    assert "goal_attainment:" not in html and "performance_own:" not in html  # nothing to do is offered about either


# --- teams that are not shown -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("above", [14, 0])
def test_a_boss_reads_that_hidden_teams_may_be_higher_or_lower_whatever_they_are(demo_dir: Path, tmp_path: Path, lang: str, above: int) -> None:
    with_band = f"""update risk_scores set band = case when seat.nth <= case when seat.team_no = 1 then 6 when seat.team_no = 2 then {above} else 2 end then 'high' else 'even' end
        from (select e.employee_id, row_number() over (partition by e.team order by e.employee_id) as nth, dense_rank() over (order by e.team) as team_no
              from employees as e where e.active) as seat
        where seat.employee_id = risk_scores.employee_id"""
    data = built(demo_dir, tmp_path, with_band)
    words.speak(lang)
    rows = desk(data, "boss").read("risk_teams", gone=[])
    teams = rows[rows["level"] == "team"]
    assert teams["few"].any() and not teams["few"].all()
    assert words.say("risk.teams.hidden.either") in text(drawn(data, "teams", role="boss"))
    assert words.say("risk.teams.hidden.either") not in text(drawn(data, "teams"))  # HR sees every team


# --- words and figures --------------------------------------------------------------------------------------------------------------

def test_since_when_a_sign_stands_is_not_said_of_the_leave_itself() -> None:
    words.speak("en")
    said = risk_words.sign("frequent_leave", date(2026, 11, 22), {"times": 4, "days": 6, "weeks": 13})
    assert said.endswith("6 days in all; the sign stands from 22 Nov on") and "since" not in said


@pytest.mark.parametrize(("before", "now", "told"), [(0.204, 0.216, "+2 个百分点"), (0.20, 0.27, "+7 个百分点"), (0.158763, 0.282341, "+12 个百分点"), (0.30, 0.26, "−4 个百分点"),
                                                     (0.204, 0.203, "几乎没有变化"), (None, 0.2, "无从比较")])
def test_a_change_is_the_difference_of_the_figures_that_are_shown(before: float | None, now: float, told: str) -> None:
    assert risk_draw.change(now, before) == told
    if before is not None and told[0] in "+−":
        shown = [int(risk_draw.chance(p).split()[0]) for p in (before, now)]
        assert told.startswith(f"{shown[1] - shown[0]:+d}".replace("-", "−"))
