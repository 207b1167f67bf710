"""Glance: what each role sees, the shapes of the verdict, and companies that lack a source."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib import words
from lib.show import glance_view
from lib.warehouse import publish
from lib.warehouse.store import Store, building
from tests.conftest import page_of

WEEK = date(2026, 11, 9)


def opened(data: Path, role: str, lang: str = "zh", teams: tuple[str, ...] | None = None) -> AppTest:
    return page_of("glance", data, role, lang, teams, timeout=30).run()


def shown(app: AppTest) -> str:
    assert not app.exception, app.exception
    return " ".join(str(element.proto.body) for element in app.get("html"))


def changed(demo_dir: Path, tmp_path: Path, *statements: str) -> Path:
    """A copy of the demo company after some statements, published in its own folder."""
    build_id = publish.new_build_id("changed")
    draft = publish.draft(tmp_path, build_id)
    shutil.copy(publish.where(demo_dir), draft)
    with building(draft) as con:
        for statement in statements:
            con.execute(statement)
    publish.publish(tmp_path, build_id, draft, 3)
    return tmp_path


NO_HOURS = ("update employee_days set check_in = null, check_out = null", "update team_weeks set late_evenings = 0",
            "delete from tag_episodes where tag = 'high_pressure'", "delete from team_changes where measure = 'late_evenings'")
NO_ACTIVITY = ("update team_weeks set performance = null, answered = null, rejected = null, rejection_rate = null",
               "update employee_weeks set performance = null", "delete from team_changes where measure in ('performance', 'rejection_rate')",
               "delete from tag_episodes where tag in ('performance_dip', 'client_trouble')")
PEOPLE_ONLY = ("delete from employee_days", "delete from employee_weeks", "delete from team_weeks", "delete from tag_episodes",
               "delete from team_changes", "delete from team_tag_weeks", "delete from talks")


def test_the_boss_sees_a_verdict_four_numbers_teams_changes_and_care(demo_dir: Path) -> None:
    html = shown(opened(demo_dir, "boss"))
    assert html.count("kj-figure") == 4 and "<h1" in html
    assert "各团队,最需要的在前" in html and "这周真正的变化" in html and "哪里需要关怀" in html


def test_every_headline_number_says_how_it_is_computed_and_for_how_many_people(demo_dir: Path) -> None:
    html = shown(opened(demo_dir, "boss"))
    for figure in html.split("kj-figure")[1:5]:
        assert "这个数怎么算的" in figure and re.search(r"<dd>\d+ 人</dd>", figure)


@pytest.mark.parametrize("role", ["boss", "presenter", "hr"])
def test_no_name_of_a_person_is_on_the_page(demo_dir: Path, role: str) -> None:
    names = Store(demo_dir).current().frame("select distinct name from employees where length(name) > 2")["name"]
    html = shown(opened(demo_dir, role))
    assert not [name for name in names if name in html]


def test_a_lead_sees_only_the_own_team_and_no_private_tag(demo_dir: Path) -> None:
    teams = Store(demo_dir).current().frame("select team from employees where active group by team order by count(*) desc, team")["team"]
    html = shown(opened(demo_dir, "lead", teams=(teams[0],)))
    assert teams[0] in html and not [team for team in teams[1:] if f">{team}<" in html]
    assert "家庭关怀</span>" not in html and "生活事件期</span>" not in html


def test_the_page_speaks_english(demo_dir: Path) -> None:
    html = shown(opened(demo_dir, "boss", "en"))
    assert "Teams, neediest first" in html and "How is this computed?" in html


def test_a_page_is_a_handful_of_elements_and_few_bytes(demo_dir: Path) -> None:
    app = opened(demo_dir, "boss")
    assert len(app.get("html")) <= 2 and len(shown(app).encode()) < 40_000


def test_the_tables_come_only_when_asked_for(demo_dir: Path) -> None:
    app = opened(demo_dir, "boss")
    assert "kj-table" not in shown(app)
    app.toggle[0].set_value(True).run()
    assert shown(app).count("<table") == 4


def test_another_week_is_another_picture(demo_dir: Path) -> None:
    app = opened(demo_dir, "boss")
    first = shown(app)
    app.button[0].click().run()
    assert shown(app) != first


def test_without_attendance_the_page_names_the_file_and_its_columns(demo_dir: Path, tmp_path: Path) -> None:
    html = shown(opened(changed(demo_dir, tmp_path, *NO_HOURS), "boss"))
    assert "attendance(employee_id、work_date、check_out)" in html


def test_without_activity_the_page_names_the_file_and_its_columns(demo_dir: Path, tmp_path: Path) -> None:
    html = shown(opened(changed(demo_dir, tmp_path, *NO_ACTIVITY), "boss"))
    assert "activity_days(employee_id、work_date、effective 等)" in html


def test_with_nothing_but_employees_the_page_says_what_to_import(demo_dir: Path, tmp_path: Path) -> None:
    html = shown(opened(changed(demo_dir, tmp_path, *PEOPLE_ONLY), "boss"))
    assert "还没有完整的一周可看" in html and "data/inbox" in html


def test_teams_smaller_than_the_smallest_group_are_hidden_and_the_page_says_so(demo_dir: Path, tmp_path: Path) -> None:
    team = Store(demo_dir).current().frame("select min(team) as t from team_weeks where week = date '2026-11-09'")["t"][0]
    data = changed(demo_dir, tmp_path, f"update team_weeks set headcount = 3 where team = '{team}'")
    html = shown(opened(data, "boss"))
    assert re.search(r"\d+ 个团队人数太少", html) and f">{team}<" not in html


@pytest.mark.parametrize(("lang", "one", "spread"), [("zh", "只有一人", "分散在各团队"), ("en", "one person", "spread over the teams")])
def test_a_tag_that_one_person_carries_is_not_said_to_be_spread_over_teams(demo_dir: Path, tmp_path: Path, lang: str, one: str, spread: str) -> None:
    data = changed(demo_dir, tmp_path, "delete from tag_episodes where tag = 'family_care'",
                   """insert into tag_episodes (employee_id, tag, since, until, strength, evidence)
                   select employee_id, 'family_care', date '2026-11-10', date '2026-11-12', 1, '{}' from employees
                   where active and hire_date < date '2026-01-01' and team in (select team from team_weeks where headcount >= 10) limit 1""")
    html = shown(opened(data, "boss", lang))
    row = html[html.rindex("<li>"):]
    assert one in row and spread not in row


def trend(carrying: int = 5, late: float = 0.5) -> pd.DataFrame:
    weeks = pd.DataFrame({"week": pd.date_range("2026-08-24", periods=12, freq="7D"), "people": 100, "teams": 6, "performance": 100.0,
                          "carrying": 5, "carry_share": 0.05, "carry_low": 0.02, "carry_high": 0.1, "late": 0.5})
    weeks.loc[11, ["carrying", "carry_share", "carry_low", "late"]] = [carrying, carrying / 100, carrying / 100 - 0.05, late]
    return weeks


def changes(*found: tuple[str, float], judged: int = 24) -> pd.DataFrame:
    worse = sum((measure == "performance") == (change < 0) for measure, change in found)
    rows = [{"team": "一组", "measure": measure, "change": change} for measure, change in found] or [{"team": None, "measure": None, "change": None}]
    return pd.DataFrame(rows).assign(real_in_all=len(found), worse_in_all=worse, judged=judged)


TEAMS = pd.DataFrame({"team": ["一组", "二组"], "people": [10, 10], "carrying": [1, 1], "stands_out": [False, False]})
SPREAD = {"performance_reach": 3.0, "late_reach": 0.1, "followed": 2}


@pytest.mark.parametrize(("kind", "weeks", "found", "teams"), [
    ("calm", trend(), changes(), TEAMS),
    ("good", trend(), changes(("performance", 9.0)), TEAMS),
    ("worse", trend(), changes(("performance", -9.0)), TEAMS),
    ("worse", trend(), changes(("late_evenings", 2.0), ("performance", 9.0)), TEAMS),
    ("strain_care", trend(carrying=20), changes(), TEAMS),
    ("strain_late", trend(late=0.8), changes(), TEAMS),
    ("team", trend(), changes(), TEAMS.assign(stands_out=True)),
    ("untold", trend(), changes(judged=0), TEAMS),
    ("hidden", trend().head(0), changes(), TEAMS.head(0)),
])
def test_the_verdict_says_what_the_figures_say(kind: str, weeks: pd.DataFrame, found: pd.DataFrame, teams: pd.DataFrame) -> None:
    assert glance_view.shape(weeks, SPREAD, found, teams) == kind
    for lang in words.LANGUAGES:
        words.speak(lang)
        assert len(glance_view.verdict(weeks, SPREAD, found, teams, {"has_tags": True})) > 10


def test_a_change_is_told_with_its_interval_the_right_way_round() -> None:
    row = {"team": "一组", "measure": "performance", "value": 77.0, "change": -23.0, "low": -30.0, "high": -16.0, "span": 4}
    html = glance_view.change_list(changes(("performance", -23.0)).assign(**row), WEEK)
    assert "低了 23 点(16–30)" in html and "近 4 周与之前 8 周比" in html


def test_a_week_too_small_to_show_is_not_replaced_by_an_older_one() -> None:
    weeks = trend().head(11)
    assert glance_view.up_to(weeks, WEEK).empty and len(glance_view.up_to(trend(), WEEK)) == 12


def test_the_verdict_names_the_first_team_that_stands_out_and_not_the_first_of_all() -> None:
    teams = TEAMS.assign(stands_out=[False, True])
    assert "二组" in glance_view.verdict(trend(), SPREAD, changes(), teams, {"has_tags": True})


def test_an_hr_of_some_teams_reads_of_the_own_teams_and_not_of_the_company(demo_dir: Path) -> None:
    teams = Store(demo_dir).current().frame("select team from employees where active group by team order by count(*) desc, team limit 2")["team"]
    html = shown(opened(demo_dir, "hr", teams=tuple(teams)))
    assert "我负责的团队" in html and "全公司" not in html


def test_two_departments_are_enough_to_be_asked_for(demo_dir: Path, tmp_path: Path) -> None:
    two = [f"update {table} set department = case when team < (select max(team) from teams) then '甲' else '乙' end"
           for table in ("employees", "team_weeks", "teams")]
    app = opened(changed(demo_dir, tmp_path, *two), "boss")
    assert app.selectbox[0].options == ["全公司", "甲", "乙"]


def test_care_by_tag_says_that_birthdays_are_left_out(demo_dir: Path) -> None:
    assert "只因生日" in shown(opened(demo_dir, "boss"))


def test_a_kept_picture_is_never_shown_to_another_scope_language_or_smallest_group(demo_dir: Path, tmp_path: Path) -> None:
    data = changed(demo_dir, tmp_path)
    whole, lead = shown(opened(data, "boss")), shown(opened(data, "lead", teams=(Store(data).current().frame("select min(team) as t from teams")["t"][0],)))
    english = shown(opened(data, "boss", "en"))
    (data / "settings.toml").write_text('"privacy.min_group" = 20\n', "utf-8")
    hidden = shown(opened(data, "boss"))
    assert len({whole, lead, english, hidden}) == 4
