"""Glance: what each role sees, what it says of a company that lacks a source, and whom a picture is kept for."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.show.glance_read import up_to
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
PEOPLE_ONLY = ("delete from employee_days", "delete from employee_weeks", "delete from team_weeks", "delete from tag_episodes",
               "delete from team_changes", "delete from team_tag_weeks", "delete from talks", "delete from morale_weeks", "delete from morale_parts",
               "delete from care_weeks", "delete from glance_moves")


def test_the_boss_sees_a_verdict_four_numbers_teams_changes_and_care(demo_dir: Path) -> None:
    html = shown(opened(demo_dir, "boss"))
    assert html.count("kj-figure") == 4 and "<h1" in html
    assert all(words in html for words in ("各团队士气,最需要的在前", "这周真正的变化", "关怀有没有用", "哪里需要关怀"))
    assert all(f">{label}<" in html for label in ("团队士气", "本月成交目标", "近 90 天离职", "本周关怀"))


def test_every_headline_number_says_how_it_is_computed_and_for_how_many_people(demo_dir: Path) -> None:
    html = shown(opened(demo_dir, "boss"))
    for figure in html.split("kj-figure")[1:5]:
        assert "这个数怎么算的" in figure and re.search(r"<dd>\d+ 人(,\d+ 个团队)?</dd>", figure)


@pytest.mark.parametrize("role", ["boss", "presenter", "hr"])
def test_no_name_of_a_person_is_on_the_page(demo_dir: Path, role: str) -> None:
    names = Store(demo_dir).current().frame("select distinct name from employees where length(name) > 2")["name"]
    html = shown(opened(demo_dir, role))
    assert not [name for name in names if name in html]


def test_a_lead_sees_only_the_own_team_and_no_private_tag(demo_dir: Path) -> None:
    teams = Store(demo_dir).current().frame("select team from employees where active group by team order by count(*) desc, team")["team"]
    html = shown(opened(demo_dir, "lead", teams=(teams[0],)))
    assert teams[0] in html and not [team for team in teams[1:] if f">{team}<" in html]
    assert "家庭关怀" not in html.replace("生活事件和家庭关怀", "") and "生活事件期</span>" not in html


def test_a_lead_reads_nothing_of_risk_of_how_care_is_kept_up_with_or_of_what_it_did(demo_dir: Path) -> None:
    team = Store(demo_dir).current().frame("select team from employees where active group by team order by count(*) desc, team")["team"][0]
    html = shown(opened(demo_dir, "lead", teams=(team,)))
    assert [re.search(r"<div class='kj-note'>(.*?)</div>", part)[1] for part in html.split("kj-figure'>")[1:]] == ["团队士气", "本月有效咨询目标", "晚下班", "需要关怀"]
    assert not [word for word in ("离职", "逾", "关怀有没有用") if word in html]


def test_the_page_speaks_english(demo_dir: Path) -> None:
    html = shown(opened(demo_dir, "boss", "en"))
    assert "Teams by morale, neediest first" in html and "How is this computed?" in html


def test_a_page_is_a_handful_of_elements_and_few_bytes(demo_dir: Path) -> None:
    app = opened(demo_dir, "boss")
    assert len(app.get("html")) <= 2 and len(shown(app).encode()) < 40_000


def test_the_tables_come_only_when_asked_for(demo_dir: Path) -> None:
    app = opened(demo_dir, "boss")
    assert "kj-table" not in shown(app)
    app.toggle[0].set_value(True).run()
    assert shown(app).count("<table") == 5


def test_another_week_is_another_picture(demo_dir: Path) -> None:
    app = opened(demo_dir, "boss")
    first = shown(app)
    app.button[0].click().run()
    assert shown(app) != first


def test_without_attendance_a_lead_reads_which_file_would_give_late_evenings(demo_dir: Path, tmp_path: Path) -> None:
    team = Store(demo_dir).current().frame("select min(team) as t from teams")["t"][0]
    html = shown(opened(changed(demo_dir, tmp_path, *NO_HOURS), "lead", teams=(team,)))
    assert "attendance(employee_id、work_date、check_out)" in html


@pytest.mark.parametrize(("statements", "said"), [
    (("delete from morale_weeks", "delete from morale_parts"), "pulse_answers"),
    (("delete from goal_metrics",), "goals(role、metric、period、target)"),
    (("update employees set notice_date = null, leave_date = null",), "notice_date、leave_date"),
    (("update talks set tag = null",), "talks(employee_id、talked_on、tag、minutes)"),
    (("delete from tag_episodes",), "标签需要考勤、通话或谈话数据")])
def test_a_number_whose_source_is_missing_says_which_file_would_give_it(demo_dir: Path, tmp_path: Path, statements: tuple[str, ...], said: str) -> None:
    html = shown(opened(changed(demo_dir, tmp_path, *statements), "boss"))
    assert said in html.split("kj-two")[0] and html.count("kj-figure") == 4 and html.count("<span class='kj-num'>–</span>") == 1


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
    row = html[html.rindex("<li><span>家庭关怀" if lang == "zh" else "<li><span>Family care"):]
    assert one in row and spread not in row


def test_an_hr_of_some_teams_reads_of_the_own_teams_and_not_of_the_company(demo_dir: Path) -> None:
    teams = Store(demo_dir).current().frame("select team from employees where active group by team order by count(*) desc, team limit 2")["team"]
    html = shown(opened(demo_dir, "hr", teams=tuple(teams)))
    assert "我负责的团队" in html and "全公司" not in html


def test_two_departments_are_enough_to_be_asked_for(demo_dir: Path, tmp_path: Path) -> None:
    two = [f"update {table} set department = case when team < (select max(team) from teams) then '甲' else '乙' end"
           for table in ("employees", "team_weeks", "teams")]
    app = opened(changed(demo_dir, tmp_path, *two), "boss")
    assert app.selectbox[0].options == ["全公司", "甲", "乙"]


def test_a_week_too_small_to_show_is_not_replaced_by_an_older_one() -> None:
    weeks = pd.DataFrame({"week": pd.date_range("2026-08-24", periods=12, freq="7D")})
    assert up_to(weeks.head(11), WEEK).empty and len(up_to(weeks, WEEK)) == 12


def test_an_older_week_is_told_without_what_only_the_newest_has(demo_dir: Path) -> None:
    app = opened(demo_dir, "boss")
    app.button[0].click().run()
    html = shown(app)
    assert "当周目标完成" in html and "预计只有最新一周有" in html and "本月成交目标" not in html


def test_care_by_tag_says_that_birthdays_are_left_out(demo_dir: Path) -> None:
    assert "只因生日" in shown(opened(demo_dir, "boss"))


def test_a_kept_picture_is_never_shown_to_another_scope_language_or_smallest_group(demo_dir: Path, tmp_path: Path) -> None:
    data = changed(demo_dir, tmp_path)
    whole, lead = shown(opened(data, "boss")), shown(opened(data, "lead", teams=(Store(data).current().frame("select min(team) as t from teams")["t"][0],)))
    english = shown(opened(data, "boss", "en"))
    (data / "settings.toml").write_text('"privacy.min_group" = 20\n', "utf-8")
    hidden = shown(opened(data, "boss"))
    assert len({whole, lead, english, hidden}) == 4
