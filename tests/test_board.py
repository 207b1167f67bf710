"""Board: one team's figures on a wall, anew every minute; counts only, nobody's name."""

from __future__ import annotations

import json
import re
from contextlib import closing
from datetime import date
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib import words
from lib.access.desk import Desk, NotAllowed
from lib.access.roles import Viewer
from lib.show import board_view
from lib.show.board_view import Board
from lib.warehouse.store import Store
from tests.conftest import running
from tests.test_page_glance import changed


def team_of(data: Path, least: int = 5) -> str:
    return Store(data).current().frame("select team from employees where active group by team having count(*) >= $n order by team limit 1", {"n": least})["team"][0]


def opened(data: Path, role: str = "lead", lang: str = "zh", team: str = "") -> AppTest:
    def script(data: str, role: str, teams: tuple[str, ...] | None, lang: str) -> None:
        from pathlib import Path

        from lib import words
        from lib.access.desk import Desk
        from lib.access.roles import Viewer
        from lib.warehouse.store import Store
        from pages.board import page

        words.speak(lang)
        page(Desk(Store(Path(data)), Viewer(role, teams=teams)))

    teams = (team or team_of(data),) if role == "lead" else None
    return AppTest.from_function(script, kwargs={"data": str(data), "role": role, "teams": teams, "lang": lang}, default_timeout=60).run()


def shown(app: AppTest) -> str:
    assert not app.exception, app.exception
    return " ".join(json.loads(e.proto.json)["html"] for e in app.get("bidi_component"))


def text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", html))


@pytest.mark.parametrize("role", ["lead", "boss"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_shows_the_teams_bars_and_counts(demo_dir: Path, role: str, lang: str) -> None:
    said = text(shown(opened(demo_dir, role, lang)))
    for key in ("board.days_left", "board.streaks", "board.thanks", "board.period.day", "board.period.week", "board.period.month"):
        assert words.say_in(lang, key) in said, key
    assert team_of(demo_dir) in said


@pytest.mark.parametrize("role", ["lead", "boss"])
def test_nobodys_name_or_number_is_in_a_single_byte_of_it(demo_dir: Path, role: str) -> None:
    people = Store(demo_dir).current().frame("select employee_id, name from employees")
    app = opened(demo_dir, role)
    sent = b"".join(e.proto.SerializeToString() for e in [*app.get("bidi_component"), *app.get("html"), *app.selectbox]).decode("utf-8", "replace")
    assert "kj-board" in sent
    assert not [who for pair in people.itertuples(index=False) for who in pair if who in sent or json.dumps(who)[1:-1] in sent]


THANKED = "insert into app_thanks (employee_id, from_id, reason, day) select {} as employee_id, {} as from_id, 'help', date '{}' from " \
          "(select employee_id from employees where team = '{}' and active order by employee_id limit 2)"


def thanked(demo_dir: Path, data: Path, team: str) -> None:
    """Publish a version in which two people of the team have thanked each other once more."""
    changed(demo_dir, data, THANKED.format("max(employee_id)", "min(employee_id)", "2026-11-14", team),
            THANKED.format("min(employee_id)", "max(employee_id)", "2026-11-13", team))


@pytest.mark.browser
def test_after_a_minute_it_shows_the_new_version_without_a_click(demo_dir: Path, tmp_path: Path, chromium) -> None:
    data = changed(demo_dir, tmp_path)
    with running(data) as address, closing(chromium.new_page(locale="zh-CN")) as tab:
        tab.clock.install()
        tab.goto(f"{address}/board?role=lead")
        tile = tab.locator(".kj-board .tile", has_text=words.say("board.thanks")).locator("b")
        tile.wait_for()
        before, team = int(tile.inner_text()), tab.locator(".kj-board h1").inner_text().split(":")[0]
        thanked(demo_dir, data, team)
        tab.clock.fast_forward(55_000)
        tab.wait_for_timeout(500)
        assert int(tile.inner_text()) == before
        tab.clock.fast_forward(10_000)
        tab.wait_for_function("now => [...document.querySelectorAll('.kj-board .tile')].some(tile => tile.innerText.replace(/\\s+/g, ' ').startsWith(now))",
                              arg=f"{before + 2} {words.say('board.thanks')}", timeout=20_000, polling=200)


def test_a_new_version_is_on_it_at_the_next_look(demo_dir: Path, tmp_path: Path) -> None:
    team = team_of(demo_dir)
    data = changed(demo_dir, tmp_path)
    app = opened(data)
    before = shown(app)
    thanked(demo_dir, data, team)
    after = shown(app.run())
    count = lambda html: int(re.search(r"<b>(\d+)</b><span>" + re.escape(words.say("board.thanks")), html)[1])  # type: ignore[index]
    assert count(after) == count(before) + 2


def test_the_counts_are_the_teams_own(demo_dir: Path) -> None:
    store, team = Store(demo_dir), team_of(demo_dir)
    facts = Desk(store, Viewer("boss")).read("board_team", team=team).iloc[0]
    frame = store.current().frame
    members = set(frame("select employee_id from employees where active and team = $t", {"t": team})["employee_id"])
    as_of = frame("select as_of from build_info")["as_of"][0]
    thanks = frame("select employee_id, day from app_thanks")
    assert facts["people"] == len(members)
    assert facts["thanks"] == len(thanks[thanks["employee_id"].isin(members) & ((as_of - thanks["day"]).dt.days < 7)])
    days = frame("select * from goal_days")
    days = days[days["employee_id"].isin(members) & days["planned"] & days["target"].notna()]
    last = days[days["work_date"] == days["work_date"].max()]
    assert facts["reached_on"] == last["work_date"].max() and len(last) >= 5
    assert facts["reached"] == int(last["reached"].sum()) >= 5


@pytest.mark.parametrize(("with_goal", "reached", "told"), [(4, 4, None), (5, 4, "1–4"), (6, 5, "5"), (6, 0, "0")])
def test_how_many_reached_their_goal_is_told_of_a_group_only_and_a_few_as_a_range(demo_dir: Path, tmp_path: Path, with_goal: int, reached: int,
                                                                                  told: str | None) -> None:
    team = team_of(demo_dir)
    members = f"(select employee_id from employees where team = '{team}' and active order by employee_id limit {{}})"
    data = changed(demo_dir, tmp_path, "delete from goal_days where work_date > (select as_of - 3 from build_info)",
                   "insert into goal_days by name select employee_id, (select as_of from build_info) as work_date, true as planned, 5.0 as target, "
                   f"employee_id in {members.format(reached)} as reached from employees where employee_id in {members.format(with_goal)}")
    tile = re.search(r"<b>([^<]*)</b><span>" + re.escape(words.say("board.reached", day="").split("(")[0]), shown(opened(data, team=team)))
    assert (tile and tile[1]) == told


def test_few_streaks_and_stars_are_a_range_too(demo_dir: Path, tmp_path: Path) -> None:
    team = team_of(demo_dir)
    data = changed(demo_dir, tmp_path, f"update reward_team_weeks set streaks = 1, stars = 1 where team = '{team}'")
    assert pd.isna(Desk(Store(data), Viewer("boss")).read("board_team", team=team).iloc[0][["streaks", "stars"]]).all()
    html = shown(opened(data, team=team))
    assert f"<b>1–4</b><span>{words.say('board.streaks')}" in html and f"<b>1–4</b><span>{words.say('board.stars')}" in html


def test_a_small_team_shows_no_figure(demo_dir: Path, tmp_path: Path) -> None:
    team = team_of(demo_dir)
    data = changed(demo_dir, tmp_path, f"update employees set active = false where team = '{team}' and employee_id not in "
                                       f"(select employee_id from employees where team = '{team}' and active order by employee_id limit 4)")
    html = shown(opened(data, team=team))
    assert words.say("board.small", least=5) in html and "class=tile" not in html and "kj-track" not in html


def test_a_lead_gets_the_own_team_and_no_choice_and_the_boss_one_choice(demo_dir: Path) -> None:
    assert len(opened(demo_dir).selectbox) == 0
    boss = opened(demo_dir, "boss")
    assert len(boss.selectbox) == 1
    other = boss.selectbox[0].options[-1]
    assert other in text(shown(boss.selectbox[0].set_value(other).run()))


def test_nobody_looks_at_a_team_outside_the_scope(demo_dir: Path) -> None:
    desk = Desk(Store(demo_dir), Viewer("lead", teams=(team_of(demo_dir),)))
    with pytest.raises(NotAllowed):
        desk.limited("somewhere else")
    other = [t for t in Store(demo_dir).current().frame("select distinct team from employees")["team"] if t != team_of(demo_dir)][0]
    assert desk.read("board_team", team=other).empty


def test_a_limited_desk_keeps_the_role_and_sees_one_team(demo_dir: Path) -> None:
    near = Desk(Store(demo_dir), Viewer("boss")).limited(team_of(demo_dir))
    assert near.viewer.role == "boss" and set(near.read("morale_teams", department="", skip=0)["team"]) <= {team_of(demo_dir)}
    with pytest.raises(NotAllowed):
        near.read("tags_people", week=date(2026, 11, 9), team=team_of(demo_dir), tag="high_pressure", gone=[])


@pytest.mark.parametrize("role", ["hr", "presenter", "employee", "mentor", "admin"])
def test_others_may_not_ask(demo_dir: Path, role: str) -> None:
    desk = Desk(Store(demo_dir), Viewer(role, employee_id="K10001") if role in ("employee", "mentor") else Viewer(role))
    for query in ("board_team", "board_teams", "board_activity"):
        with pytest.raises(NotAllowed):
            desk.read(query)


@pytest.mark.parametrize(("today", "left"), [(date(2026, 11, 30), 1), (date(2026, 11, 1), 30), (date(2028, 2, 1), 29)])
def test_the_days_of_the_month_that_are_left_count_today(today: date, left: int) -> None:
    assert board_view.days_left(today) == left


def test_without_goals_it_says_where_to_set_them() -> None:
    facts = {"people": 9, "reached": None, "reached_on": None, "streaks": 0, "stars": 0, "thanks": 0}
    html = board_view.html(Board("A <b>", date(2026, 11, 20), [], facts, None), 5)
    assert words.say("board.no_goals") in html and "A &lt;b&gt;" in html and words.say("board.reached", day="").split("(")[0] not in html
