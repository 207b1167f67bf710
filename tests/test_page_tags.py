"""Tags: who sees what behind a cell, what the colours and words say, and companies that lack a source."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib import words
from lib.access.contract import queries
from lib.access.desk import Desk, NotAllowed
from lib.access.roles import Viewer
from lib.ledger import choices, engine
from lib.show import heat, library_view, tags_view
from lib.show.heat import Cell, Row
from lib.warehouse.store import Store
from tests.conftest import page_of
from tests.test_page_glance import PEOPLE_ONLY, changed

WEEK = date(2026, 11, 9)
ALL = {"department": "", "skip": 0, "size": 40}


def opened(data: Path, role: str, lang: str = "zh", **state: object) -> AppTest:
    app = page_of("tags", data, role, lang, timeout=30)
    for key, value in state.items():
        app.session_state[key.replace("__", ".")] = value
    return app.run()


def shown(app: AppTest) -> str:
    """All HTML that the page sends, that of the live element included."""
    assert not app.exception, app.exception
    lives = [json.loads(element.proto.json)["html"] for element in app.get("bidi_component")]
    return " ".join(lives + [str(element.proto.body) for element in app.get("html")])


@pytest.fixture
def cell(desk_of) -> tuple[str, str]:
    """A team and a tag that somebody of it carries in the newest week."""
    teams = desk_of("hr").read("tags_teams", week=WEEK, **ALL)
    row = teams[(teams["people"] > 0) & (teams["tag"] == "new_hire")].iloc[0]
    return row["team"], row["tag"]


def test_hr_sees_who_stands_behind_a_cell_and_can_open_the_person(demo_dir, desk_of, cell) -> None:
    people = desk_of("hr").read("tags_people", team=cell[0], tag=cell[1], week=WEEK, gone=[])
    html = shown(opened(demo_dir, "hr", kept__tags__heat__cell=cell))
    assert len(people) and all(name in html for name in people["name"])
    assert heat.pick("person", people["employee_id"].iloc[0]) in html


def test_whoever_objects_is_on_neither_list_at_once(demo_dir, tmp_path, desk_of, cell) -> None:
    first = desk_of("hr").read("tags_people", team=cell[0], tag=cell[1], week=WEEK, gone=[]).iloc[0]
    data = changed(demo_dir, tmp_path)
    drawn = lambda: (shown(opened(data, "hr", kept__tags__heat__cell=cell)),
                     shown(opened(data, "hr", kept__tags__view="people", kept__tags__team=cell[0])))
    picks = heat.pick("person", first["employee_id"])
    assert all(picks in html for html in drawn())
    choices.choose(engine.ledger(data, True), first["employee_id"], "no_scoring", True, "me", WEEK)
    assert not any(picks in html or first["name"] in html for html in drawn())
    choices.choose(engine.ledger(data, True), first["employee_id"], "no_scoring", False, "me", WEEK)
    assert all(picks in html for html in drawn())


@pytest.mark.parametrize("role", ["boss", "presenter"])
def test_boss_and_presenter_see_the_teams_past_and_no_name(demo_dir, desk_of, cell, role: str) -> None:
    names = desk_of("hr").read("tags_people", team=cell[0], tag=cell[1], week=WEEK, gone=[])["name"]
    html = shown(opened(demo_dir, role, kept__tags__heat__cell=cell))
    assert "只给人事看" in html and not any(name in html for name in names)


@pytest.mark.parametrize("role", ["boss", "presenter", "lead", "admin"])
@pytest.mark.parametrize("query", ["tags_people", "tags_person_weeks"])
def test_nobody_but_hr_may_ask_for_people(desk_of, role: str, query: str) -> None:
    with pytest.raises(NotAllowed):
        desk_of(role).read(query, team="x")


def test_a_cell_is_a_button_that_says_team_tag_people_and_share(demo_dir, cell) -> None:
    html = shown(opened(demo_dir, "hr"))
    assert re.search(rf"<button data-pick='[^']+' aria-label='{cell[0]},新员工适应期:\d+ 人,[\d.]+ %'>", html)
    assert "<th scope=row>" in html and "<th scope=col" in html


def test_shares_are_people_of_the_team_out_of_its_headcount(desk_of, demo_dir) -> None:
    teams = desk_of("hr").read("tags_teams", week=WEEK, **ALL)
    counted = Store(demo_dir).current().frame(
        "select e.team, t.tag, count(distinct e.employee_id) as people from tag_episodes as t join employees as e on e.employee_id = t.employee_id "
        "where t.since <= $w::date + 6 and coalesce(t.until, $w) >= $w group by e.team, t.tag", {"w": WEEK})
    both = teams.merge(counted, on=["team", "tag"], how="left", suffixes=("", "_counted"))
    assert (both["people"] == both["people_counted"].fillna(0)).all()
    assert ((both["share"] - both["people"] / both["headcount"]).abs() < 1e-9).all()


def test_teams_stand_in_the_order_of_need_without_settling_in_and_birthdays(desk_of) -> None:
    teams = desk_of("hr").read("tags_teams", week=WEEK, **ALL)
    needs = teams[~teams["tag"].isin(tags_view.EXPECTED)].groupby("place")["share"].sum()
    assert needs.is_monotonic_decreasing


def test_a_page_of_teams_holds_no_more_than_asked_and_says_how_many_there_are(desk_of) -> None:
    desk = desk_of("boss")
    first = desk.read("tags_teams", week=WEEK, department="", skip=0, size=2)
    rest = desk.read("tags_teams", week=WEEK, department="", skip=2, size=100)
    assert first["team"].nunique() == 2 and not set(first["team"]) & set(rest["team"])
    assert first["teams"].iloc[0] == first["team"].nunique() + rest["team"].nunique()


def test_a_team_too_small_to_show_is_hatched_for_the_boss_and_not_for_hr(demo_dir, tmp_path) -> None:
    data = changed(demo_dir, tmp_path, "update team_weeks set headcount = 4", "update team_tag_weeks set headcount = 4")
    teams = Desk(Store(data), Viewer("boss")).read("tags_teams", week=WEEK, **ALL)
    assert teams["people"].isna().all() and teams["share"].isna().all()
    assert "class=none" in shown(opened(data, "boss")) and "class=none" not in shown(opened(data, "hr"))


def test_the_change_is_this_weeks_share_less_the_week_before(demo_dir, desk_of) -> None:
    before = desk_of("hr").read("tags_teams", week=date(2026, 11, 2), **ALL).set_index(["team", "tag"])["share"]
    now = desk_of("hr").read("tags_teams", week=WEEK, **ALL).set_index(["team", "tag"])["share_before"]
    assert (now.dropna() - before.reindex(now.dropna().index)).abs().max() < 1e-9
    assert "kj-heat change" in shown(opened(demo_dir, "boss", kept__tags__mode="change"))


def test_the_strip_of_a_team_is_for_hr_and_counts_the_tags_of_each_week(demo_dir, desk_of, cell) -> None:
    strip = desk_of("hr").read("tags_person_weeks", team=cell[0], week=WEEK, tag="", skip=0, size=40, gone=[])
    assert (strip.groupby("employee_id").size() == 26).all()
    assert (strip["held"].fillna(0) == strip["keys"].fillna("").str.split(",").map(lambda k: len([x for x in k if x]))).all()
    html = shown(opened(demo_dir, "hr", kept__tags__view="people"))
    assert "kj-heat share dense" in html


def test_a_person_has_no_cell_before_being_hired(desk_of, demo_dir, cell) -> None:
    strip = desk_of("hr").read("tags_person_weeks", team=cell[0], week=WEEK, tag="", skip=0, size=40, gone=[])
    hired = Store(demo_dir).current().frame("select employee_id, hire_date from employees")
    both = strip.merge(hired, on="employee_id")
    early = both["week"] + pd.Timedelta(days=6) < both["hire_date"]
    assert early.any() and both.loc[early, "held"].isna().all() and both.loc[~early, "held"].notna().all()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_library_says_every_rule_in_words_with_how_many_carry_it(demo_dir, desk_of, lang: str) -> None:
    rules = desk_of("boss").read("tags_library", week=WEEK, limit=0.3)
    html = shown(opened(demo_dir, "boss", lang, kept__tags__view="library"))
    assert len(rules) == 6 and html.count("<section class=kj-card") == 6
    assert all(heat.esc(rule) in html for rule in rules[f"rule_{lang}"])


def test_the_library_counts_each_person_once(desk_of, demo_dir) -> None:
    rules = desk_of("boss").read("tags_library", week=WEEK, limit=0.3).set_index("tag")
    now = Store(demo_dir).current().frame("select tag, count(distinct employee_id) as n from tag_episodes where until is null group by tag")
    assert all(rules.loc[row.tag, "now_people"] == row.n for row in now.itertuples())
    assert (rules["past_people"] >= rules["now_people"]).all()


def test_a_rule_that_flags_half_a_team_or_nobody_is_warned_about(demo_dir, tmp_path) -> None:
    data = changed(demo_dir, tmp_path, "delete from tag_episodes where tag = 'family_care'",
                   "update team_tag_weeks set people = headcount where tag = 'high_pressure'")
    rules = Desk(Store(data), Viewer("boss")).read("tags_library", week=WEEK, limit=library_view.WARN_SHARE)
    assert (rules.set_index("tag")["teams_over"]["high_pressure"]) > 0
    html = shown(opened(data, "boss", kept__tags__view="library"))
    assert re.search("高压力期.*在部分团队里提醒了太多人", html) and words.say("library.nobody") in html


@pytest.mark.parametrize("view", ["teams", "people", "library"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_company_without_any_week_is_told_what_to_add(demo_dir, tmp_path, view: str, lang: str) -> None:
    data = changed(demo_dir, tmp_path, *PEOPLE_ONLY)
    html = shown(opened(data, "hr", lang, kept__tags__view=view))
    assert words.say_in(lang, "heat.no_weeks") in html


@pytest.mark.parametrize("view", ["teams", "library"])
def test_a_company_without_attendance_is_told_which_rule_cannot_tell(demo_dir, tmp_path, view: str) -> None:
    data = changed(demo_dir, tmp_path, "update employee_days set check_in = null, check_out = null",
                   "delete from tag_episodes where tag = 'high_pressure'", "delete from team_tag_weeks where tag = 'high_pressure'")
    assert words.say("heat.lacks_attendance", tag="高压力期") in shown(opened(data, "boss", kept__tags__view=view))


def test_a_heatmap_escapes_names_and_leaves_unpickable_cells_without_a_button() -> None:
    html = heat.table([Row("<b>x", "", [Cell("1", 0.5, "a'b", "cell"), Cell("0", 0, ""), Cell("", None, "")])], ["<i>"] * 3, "c", "cap")
    assert "<b>x" not in html and "<i>" not in html and html.count("<button") == 1 and "a&#x27;b" in html


def test_no_change_stands_in_the_middle_of_the_scale() -> None:
    assert heat.step(0.5) * 2 == heat.STEPS - 1


TOTALS = ("glance_tags", "glance_trend", "glance_spread", "tags_teams", "tags_library", "tags_carried")


def _small_org(demo_dir: Path, folder: Path, *more: str) -> Desk:
    """A boss's desk on a company of team A with 8 people and team B with one, who has a life event."""
    folder.mkdir()
    keep = Store(demo_dir).current().frame(
        "select team from employees where active group by team order by count(*) desc, team limit 2")["team"].tolist()
    people = Store(demo_dir).current().frame(
        "select employee_id, team, row_number() over (partition by team order by employee_id) as n from employees where active")
    a, b = (people[(people["team"] == team) & (people["n"] <= size)]["employee_id"].tolist() for team, size in zip(keep, (8, 1), strict=True))
    who = ", ".join(f"'{one}'" for one in a + b)
    of_people = ("employees", "employee_days", "employee_weeks", "tag_episodes", "talks", "talk_signals")
    data = changed(
        demo_dir, folder, *[f"delete from {table} where employee_id not in ({who})" for table in of_people],
        *[f"delete from {table} where team not in ('{keep[0]}', '{keep[1]}')" for table in ("team_weeks", "team_tag_weeks", "teams")],
        *[f"update {table} set headcount = case when team = '{keep[0]}' then 8 else 1 end" for table in ("team_weeks", "team_tag_weeks")],
        *[f"update {table} set department = 'D'" for table in ("employees", "team_weeks", "teams")],
        f"insert into tag_episodes by name select '{b[0]}' as employee_id, 'life_event' as tag, date '2026-11-10' as since, 1.0 as strength, "
        "'{\"kinds\": [\"marriage\"]}' as evidence",
        *(statement.format(a=keep[0], b=keep[1], who=b[0]) for statement in more))
    return Desk(Store(data), Viewer("boss"))


@pytest.mark.parametrize("department", ["", "D"])
def test_no_total_depends_on_a_team_too_small_to_show(demo_dir, tmp_path, department: str) -> None:
    without = [f"delete from {table} where employee_id = '{{who}}'" for table in
               ("employees", "employee_days", "employee_weeks", "tag_episodes", "talks", "talk_signals")]
    with_b = _small_org(demo_dir, tmp_path / "with", "delete from team_tag_weeks where team = '{b}' and tag <> 'life_event'")
    without_b = _small_org(demo_dir, tmp_path / "without", *without, "delete from team_tag_weeks where team = '{b}'",
                           "delete from team_weeks where team = '{b}'")
    for query in TOTALS:
        asked = {"week": WEEK, "department": department, "skip": 0, "size": 40, "limit": 0.3}
        takes = {key: asked[key] for key in queries()[query].parameters}
        one, other = (desk.read(query, **takes) for desk in (with_b, without_b))
        if query == "tags_teams":
            hidden = one[one["team"].ne(other["team"].iloc[0])]
            assert len(hidden) and hidden[["headcount", "need", "people", "share", "people_before", "share_before"]].isna().all(axis=None)
            one, other = one[one["team"].isin(other["team"])].drop(columns="teams"), other.drop(columns="teams")
        pd.testing.assert_frame_equal(one, other, check_dtype=False)


def test_small_teams_of_one_department_count_together_once_they_are_a_group(demo_dir, tmp_path) -> None:
    split = ("update team_weeks set headcount = 4 where team = '{a}'", "update team_tag_weeks set headcount = 4 where team = '{a}'")
    desk = _small_org(demo_dir, tmp_path / "small", *split)
    trend = desk.read("glance_trend", week=WEEK, department="")
    assert trend["people"].iloc[-1] == 5 and desk.read("glance_teams", week=WEEK, department="")["people"].isna().all()


def test_a_large_team_is_turned_page_by_page_and_its_carriers_are_counted_whole(demo_dir, tmp_path) -> None:
    team = Store(demo_dir).current().frame("select min(team) as t from team_weeks")["t"][0]
    data = changed(demo_dir, tmp_path, f"update employees set team = '{team}'")
    strip = Desk(Store(data), Viewer("hr")).read("tags_person_weeks", team=team, week=WEEK, tag="", skip=0, size=1000, gone=[])
    now = strip[strip["week"] == pd.Timestamp(WEEK)]
    assert (now["held"] > 0).sum() == strip["carriers"].iloc[0] and strip["people"].iloc[0] > 90
    app = opened(data, "hr", kept__tags__view="people", kept__tags__team=team)
    first = shown(app)
    assert f"{strip['carriers'].iloc[0]} 人带着标签" in first and first.count("<th scope=row>") == tags_view.PAGE
    second = shown(app.selectbox(key="pick.tags.people.page").set_value("45").run())
    assert f"{strip['carriers'].iloc[0]} 人带着标签" in second and strip["name"].iloc[-1] not in first


def test_another_department_shows_a_team_of_that_department(demo_dir, desk_of) -> None:
    known = desk_of("hr").read("tags_departments")["department"].tolist()
    of = {d: desk_of("hr").read("tags_teams", week=WEEK, department=d, skip=0, size=40)["team"].unique().tolist() for d in known if d}
    one, other = [d for d in of if of[d]][:2]
    app = opened(demo_dir, "hr", kept__tags__view="people", kept__tags__department=one)
    assert app.selectbox(key="pick.tags.team").value in of[one]
    app.selectbox(key="pick.tags.department").set_value(other).run()
    assert app.selectbox(key="pick.tags.team").value in of[other]
