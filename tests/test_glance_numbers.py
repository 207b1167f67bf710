"""Glance beside the pages that tell more: the same numbers on Morale, Risk, Effect and in the care standard; and nothing that can be subtracted."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from lib.access.care_desk import CareDesk
from lib.access.contract import queries
from lib.access.desk import Desk, NotAllowed
from lib.access.goals_desk import GoalsDesk
from lib.access.roles import Viewer
from lib.show import effect_read, effect_seen, glance_page, glance_read
from lib.show.parts import number, percent
from lib.warehouse.store import Store, scratch
from tests import risk_company
from tests.test_page_glance import WEEK, changed

ALL = {"week": WEEK, "department": ""}


def html_of(desk: Desk) -> str:
    return glance_page.picture(desk, WEEK, "", glance_read.moment(desk, ""))


def seen_by(desk: Desk, department: str = "") -> glance_read.Seen:
    return glance_read.read(desk, WEEK, department, glance_read.moment(desk, department))


def figures(html: str) -> list[str]:
    return re.findall(r"<span class='kj-num[^']*'>(.*?)</span>", html)


@pytest.fixture(scope="module")
def scored(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small demo company with a score of everybody."""
    return risk_company.published(demo_dir, tmp_path_factory.mktemp("scored"))


@pytest.mark.parametrize("department", ["", "any"])
def test_morale_is_that_of_the_morale_page(desk_of: Callable[..., Desk], department: str) -> None:
    desk = desk_of("boss")
    chosen = desk.read("glance_departments")["department"].iloc[0] if department else ""
    page = desk.read("morale_company", department=chosen, target=70.0).iloc[0]
    mine = seen_by(desk, chosen).mood
    assert mine is not None and {key: mine[key] for key in ("value", "low", "high", "unknown_teams")} == pytest.approx({key: page[key] for key in ("value", "low", "high", "unknown_teams")}, nan_ok=True)
    trend = desk.read("morale_trend", department=chosen)
    pd.testing.assert_series_equal(trend["value"], seen_by(desk, chosen).morale["value"])
    assert not chosen and figures(html_of(desk))[0] == number(page["value"], 0) or chosen
    assert page["week"].date() == WEEK


def test_the_bars_are_the_teams_of_the_morale_page_and_the_neediest_is_first(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of("boss")
    page = desk.read("morale_teams", department="", skip=0).set_index("team")
    mine = desk.read("glance_bars", **ALL)
    told = mine[mine["morale"].notna()]
    assert set(told["team"]) == set(page.index[page["value"].notna()]) and len(told) > 3
    for row in told.to_dict("records"):
        there = page.loc[row["team"]]
        assert [row["morale"], row["low"], row["high"], row["change"]] == pytest.approx([there["value"], there["low"], there["high"], there["change"]], nan_ok=True)
        assert row["driver"] == there["driver"] or pd.isna(row["driver"]) and pd.isna(there["driver"])
    visits = mine["worse"].fillna(0).gt(0).tolist()
    assert visits == sorted(visits, reverse=True)
    rest = told.loc[told["worse"].eq(0), "morale"]
    assert rest.is_monotonic_increasing


def test_goal_progress_is_that_of_the_goals_on_the_morale_page(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of("boss")
    metric = str(desk.read("glance_goal", department="")["metric"].iloc[0])
    company = GoalsDesk(desk).groups(metric, "month")[0]
    mine = seen_by(desk).goal
    assert mine is not None and company.level == "company" and (mine.bar.share, mine.bar.ahead_days, mine.bar.people) == (company.bar.share, company.bar.ahead_days, company.bar.people)
    assert figures(html_of(desk))[1] == percent(company.bar.share, 0)


def test_the_chance_of_leaving_is_the_mean_of_the_scores_that_hr_sees(scored: Path) -> None:
    boss, hr = (Desk(Store(scored), Viewer(role)) for role in ("boss", "hr"))
    scores = hr.read("risk_scored", gone=[], only=[], most=1000)["p90"]
    mine = boss.read("glance_risk", department="", gone=[]).iloc[0]
    assert mine["people"] == len(scores) > 100 and mine["share"] == pytest.approx(scores.mean())
    assert mine["low"] < mine["share"] < mine["high"]
    # chance alone: a deviation of the sum of so many yes or no
    least = 1.96 * (scores * (1 - scores)).sum() ** 0.5 / len(scores)
    assert mine["high"] - mine["share"] >= least - 1e-9
    html = html_of(boss)
    assert figures(html)[2] == percent(mine["share"]) and "90 天离职风险" in html and "已校准" in html
    with pytest.raises(NotAllowed):
        Desk(Store(scored), Viewer("lead", teams=("x",))).read("glance_risk", department="", gone=[])


def test_who_objects_is_in_no_chance_that_hr_reads(scored: Path) -> None:
    hr = Desk(Store(scored), Viewer("hr"))
    scores = hr.read("risk_scored", gone=[], only=[], most=1000)
    who = str(scores["employee_id"].iloc[0])
    assert hr.read("glance_risk", department="", gone=[who])["share"].iloc[0] == pytest.approx(scores["p90"].iloc[1:].mean())


@pytest.mark.parametrize(("state", "why", "said"), [("not_ready", "few_events", "还差 37 次"), ("hidden", "no_better_than_tags", "不比数标签准"),
                                                    ("hidden", "no_better_than_chance", "分不出谁会离职"), ("hidden", "too_good", "好得不像真的")])
def test_without_a_score_that_may_be_shown_the_page_says_why_and_what_was(demo_dir: Path, tmp_path: Path, state: str, why: str, said: str) -> None:
    desk = Desk(Store(risk_company.published(demo_dir, tmp_path, state, why)), Viewer("boss"))
    html = html_of(desk)
    now = seen_by(desk).now
    assert said in html and "90 天离职风险" not in html and figures(html)[2] == percent(now["left_90"] / now["people"])


def test_what_care_did_is_the_title_of_the_effect_page(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of("boss")
    cell = effect_read.whole(desk)
    assert cell is not None and effect_seen.title(cell) in html_of(desk).replace("&#x27;", "'")


def test_care_is_that_of_the_care_standard(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of("hr")  # whom no team is too small for
    office = CareDesk(desk)
    weeks = desk.read("glance_care", **ALL)
    now, minutes = weeks.iloc[-1], office.minutes()
    assert now["overdue"] == len(office.overdue()) and weeks["cares"].tail(4).sum() == minutes["cares"] and now["people"] == minutes["people"]
    html = html_of(desk)
    assert figures(html)[3] == f"{now['done']} / {now['done'] + now['open'] + now['overdue']}" and f"人均 {number(minutes['per_person_month'])} 次/月" in html
    assert desk.read("glance_bars", **ALL)[["done", "open", "overdue"]].sum().tolist() == now[["done", "open", "overdue"]].tolist()


def test_a_team_that_changed_for_the_worse_is_named_first_of_all(demo_dir: Path, tmp_path: Path) -> None:
    team = Store(demo_dir).current().frame("select team from morale_weeks where headcount >= 10 group by team order by team desc limit 1")["team"][0]
    plain = ("update team_changes set real = false", "update glance_moves set real = false")
    data = changed(demo_dir, tmp_path, *plain, "insert into glance_moves by name select 'team' as level, '" + team + f"' as team, date '{WEEK}' as week, 'leaving' as measure, "
                   "0.1 as value, 0.01 as before, 0.09 as change, 0.05 as low, 0.13 as high, 1e-9 as p, 1e-7 as p_adjusted, true as real, true as worse, 4 as span, 12 as people")
    desk = Desk(Store(data), Viewer("boss"))
    html = html_of(desk)
    assert f"<b>{team}</b>提出离职的人变多(4 周 5 人)" in html and re.search(r"<ul class='kj-teams'>.*?<b title='(.*?)'>", html)[1] == team
    assert "class=out" in html.split(f"<b title='{team}'>")[1].split("</li>")[0]


# --- nothing that can be subtracted -----------------------------------------------------------------------------------------------------

TOTALS = ("glance_real", "glance_morale", "glance_pace", "glance_care", "glance_bars")


def with_small(demo_dir: Path, folder: Path, *more: str) -> Desk:
    """A boss's desk on the demo company whose first team, alone in its department, has 3 people."""
    team = Store(demo_dir).current().frame("select min(team) as t from team_weeks")["t"][0]
    folder.mkdir()
    small = [f"update {table} set headcount = 3 where team = '{team}'" for table in ("team_weeks", "morale_weeks", "team_tag_weeks")]
    alone = [f"update {table} set department = 'alone' where team = '{team}'" for table in ("team_weeks", "teams", "employees")]
    return Desk(Store(changed(demo_dir, folder, *small, *alone, *(one.format(team=team) for one in more))), Viewer("boss"))


def test_no_figure_of_glance_depends_on_a_team_too_small_to_show(demo_dir: Path, tmp_path: Path) -> None:
    one = with_small(demo_dir, tmp_path / "one")
    other = with_small(
        demo_dir, tmp_path / "other", "update morale_weeks set value = 5, low = 1, high = 9, change = -60, real = true where team = '{team}'",
        "update morale_parts set raw = 0.01, score = 1 where team = '{team}'", "update care_weeks set done = 50, overdue = 70, open = 9, cares = 80, kept = 0 where team = '{team}'",
        "update team_changes set people = 3, change = -40, p = 1e-9, real = true where team = '{team}'",
        "update glance_moves set people = 3, change = -40, p = 1e-9, real = true, worse = true where team = '{team}' and level = 'team'")
    quiet = ("update team_changes set people = 3 where team = '{team}'", "update glance_moves set people = 3 where team = '{team}' and level = 'team'")
    calm = with_small(demo_dir, tmp_path / "calm", *quiet)
    for department in ("", "alone"):
        for query in TOTALS:
            first, second = (desk.read(query, week=WEEK, department=department) for desk in (calm, other))
            pd.testing.assert_frame_equal(first, second, check_dtype=False)
    assert html_of(calm) == html_of(other)
    hidden = one.read("glance_bars", **ALL)
    assert hidden["people"].isna().sum() == 2 and hidden[hidden["people"].isna()][["morale", "carrying", "done", "open", "overdue", "worse", "change"]].isna().all(axis=None)


def test_care_of_small_teams_counts_only_where_they_are_a_group_together(demo_dir: Path, tmp_path: Path) -> None:
    desk = with_small(demo_dir, tmp_path / "pair")
    alone = desk.read("glance_care", **ALL).iloc[-1]
    whole = Desk(Store(demo_dir), Viewer("boss")).read("glance_care", **ALL).iloc[-1]
    team = desk._warehouse.frame("select c.* from care_weeks as c join teams as t on t.team = c.team where t.department = 'alone' and c.week = $week", {"week": WEEK}).iloc[0]
    assert whole["people"] - alone["people"] == team["people"] and whole["done"] - alone["done"] == team["done"]


def scored_by(demo_dir: Path, folder: Path, sizes: dict[str, int], p90: str = "0.1") -> Desk:
    """A boss's desk on a company whose scored people lie in departments of these sizes."""
    folder.mkdir()
    risk_company.published(demo_dir, folder)
    store = Store(folder)
    people = store.current().frame("select employee_id from risk_scores order by employee_id")["employee_id"].tolist()
    statements, at = [], 0
    for department, size in sizes.items():
        who = ", ".join(f"'{one}'" for one in people[at:at + size])
        statements.append(f"update employees set department = '{department}' where employee_id in ({who})")
        at += size
    statements.append(f"delete from risk_scores where employee_id not in ({', '.join(repr(one) for one in people[:at])})")
    statements.append(f"update risk_scores set p90 = {p90}")
    return Desk(Store(changed_again(folder, statements)), Viewer("boss"))


def changed_again(folder: Path, statements: list[str]) -> Path:
    """The company of a folder after some statements, in the same folder."""
    return changed(folder, folder, *statements)


@pytest.mark.parametrize(("sizes", "shown"), [
    ({"a": 40, "b": 50}, {"", "a", "b"}), ({"a": 40, "b": 12}, {""}), ({"a": 35, "b": 45, "c": 12}, {"", "b"}), ({"a": 20, "b": 18, "c": 60}, {"", "c"}),
    ({"a": 12, "b": 10}, set()), ({"a": 30}, {"", "a"})])
def test_a_chance_is_told_of_thirty_people_or_more_and_leaves_as_many_over_or_nobody(demo_dir: Path, tmp_path: Path, sizes: dict[str, int], shown: set[str]) -> None:
    desk = scored_by(demo_dir, tmp_path / "x", sizes)
    rows = {part: desk.read("glance_risk", department=part, gone=[]) for part in ("", *sizes)}
    told = {part for part, frame in rows.items() if len(frame) and not frame["few"].iloc[0]}
    assert told == shown and all(frame[["people", "share", "low", "high"]].isna().all(axis=None) for part, frame in rows.items() if part not in shown)
    if "" in told:
        left = sum(sizes.values()) - sum(size for part, size in sizes.items() if part in told)
        assert left == 0 or left >= 30


def test_an_hr_of_some_teams_reads_the_chance_of_these_alone(scored: Path) -> None:
    teams = tuple(Store(scored).current().frame("select team from employees where active group by team order by count(*) desc limit 2")["team"])
    mine, whole = (Desk(Store(scored), Viewer("hr", teams=scope)).read("glance_risk", department="", gone=[]).iloc[0] for scope in (teams, None))
    assert mine["people"] < whole["people"] and not mine["few"]


def test_an_older_week_has_no_chance_and_no_goal_of_today(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of("boss")
    before = date(2026, 11, 2)
    seen = glance_read.read(desk, before, "", glance_read.moment(desk, ""))
    assert seen.goal is None and not seen.newest and seen.mood is not None and seen.mood["week"].date() == before


# --- an attacker with every total and every bar -------------------------------------------------------------------------------------------

def random_company(dice: random.Random) -> tuple[duckdb.DuckDBPyConnection, dict[str, tuple[str, int]]]:
    """Teams of any size in a few departments (and in none), with cares on the table; team → department and people."""
    teams = {f"T{nth}": (dice.choice(["", "a", "b", "c"]), dice.choice([1, 2, 3, 4, 6, 9, 14])) for nth in range(dice.randint(2, 14))}
    con = scratch()
    rows = [(team, WEEK, department or None, size, dice.randint(0, 9), dice.randint(0, 9), dice.randint(0, 9)) for team, (department, size) in teams.items()]
    frame = pd.DataFrame(rows, columns=["team", "week", "department", "headcount", "done", "open", "overdue"])
    con.register("given", frame)
    con.execute("create table team_weeks as select team, cast(week as date) as week, department, headcount from given")
    con.execute("create table care_weeks as select team, cast(week as date) as week, done, open, overdue, done + overdue as came_due, done as kept, done as cares, headcount as people from given")
    return con, teams


def test_no_sums_and_differences_of_care_totals_and_bars_tell_of_fewer_people_than_a_group() -> None:
    dice, told, left_over = random.Random(4), 0, 0
    query = queries()["glance_care"].sql
    for _ in range(60):
        con, teams = random_company(dice)
        cells = con.execute("select team, done from care_weeks").fetchall()
        bars = {team: done for team, done in cells if teams[team][1] >= 5}
        for department in ("", "a", "b", "c"):
            here = {team for team, (of, _) in teams.items() if not department or of == department}
            total = con.execute(query, {"week": WEEK, "department": department, "min_group": 5}).df()
            if total.empty:
                continue
            told += 1
            # what is over when every bar is taken off: nobody's, or a group's together in each department
            over = int(total["people"].iloc[0]) - sum(size for team, (_, size) in teams.items() if team in here and size >= 5)
            rest = int(total["done"].iloc[0]) - sum(done for team, done in bars.items() if team in here)
            small = {part: sum(size for team, (of, size) in teams.items() if of == part and size < 5) for part in {of for of, _ in teams.values()}}
            expected = sum(size for part, size in small.items() if size >= 5 and (not department or part == department))
            assert over == expected and (over == 0 or over >= 5) and (over or rest == 0)
            left_over += over > 0
    assert told > 100 and left_over > 20
