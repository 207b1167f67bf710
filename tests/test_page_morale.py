"""Morale: a finding, a row a team, what it is made of; groups only, for every role and in both languages."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib import words
from lib.access.desk import Desk, NotAllowed
from lib.access.roles import Viewer
from lib.show import morale_page, morale_teams, sections
from lib.show.care_live import Asked
from lib.show.sections import Held, Wrong
from lib.warehouse.store import Store
from tests.conftest import page_of
from tests.test_page_glance import changed

ROLES = ("boss", "hr", "lead", "presenter")


def lead_of(data: Path) -> str:
    return Store(data).current().frame("select team from morale_weeks where headcount >= 5 order by team limit 1")["team"][0]


def viewer(data: Path, role: str) -> Viewer:
    return Viewer(role, teams=(lead_of(data),)) if role == "lead" else Viewer(role)


def opened(data: Path, role: str, lang: str = "zh", held: Held | None = None, team: str = "") -> AppTest:
    who = Viewer(role, teams=(team,)) if team else viewer(data, role)
    app = page_of("morale", data, role, lang, who.teams)
    if held:
        held.of = (*who.scope, who.name)
        app.session_state["morale.held"] = held
    return app.run()


def shown(app: AppTest) -> str:
    assert not app.exception, app.exception
    return " ".join(json.loads(e.proto.json)["html"] for e in app.get("bidi_component"))


def text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", html))


def newest(data: Path) -> list[dict[str, object]]:
    return Store(data).current().frame("select * from morale_weeks where week = (select max(week) from morale_weeks) order by value, team").to_dict("records")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_role_gets_a_finding_and_its_teams_with_index_and_target(demo_dir: Path, role: str, lang: str) -> None:
    html = shown(opened(demo_dir, role, lang))
    rows = [row for row in newest(demo_dir) if (role == "hr" or row["headcount"] >= 5) and (role != "lead" or row["team"] == lead_of(demo_dir))]
    assert html.count("class='kj-pick team'") == len(rows) and html.count("class=kj-track role=img") == len(rows)
    assert all(f"<b>{morale_teams.esc(row['team'])}</b>" in html for row in rows)
    assert words.say_in(lang, "parts.how") in html and "<h1>" in html


def test_the_worst_team_stands_first(demo_dir: Path) -> None:
    seen = re.findall(r"<span class=t><b>(.*?)</b>", shown(opened(demo_dir, "boss")))
    assert seen == [row["team"] for row in newest(demo_dir) if row["headcount"] >= 5]


def test_no_name_and_no_id_of_anybody_is_on_the_page_or_in_its_tables(demo_dir: Path) -> None:
    people = Store(demo_dir).current().frame("select employee_id, name from employees")
    for role in ("boss", "presenter", "lead"):
        nth = str(Desk(Store(demo_dir), viewer(demo_dir, role)).read("morale_teams", department="", skip=0)["nth"][0])
        app = opened(demo_dir, role, held=Held(state={"teams.open": nth}))
        app.toggle(key="morale.tables").set_value(True).run()
        said = shown(app) + " ".join(str(e.proto.body) for e in app.get("html"))
        assert not [who for pair in people.itertuples(index=False) for who in pair if who in said]


def test_a_small_team_is_shown_to_hr_alone_and_left_out_of_the_totals(demo_dir: Path, tmp_path: Path) -> None:
    team = lead_of(demo_dir)
    data = changed(demo_dir, tmp_path, f"update morale_weeks set headcount = 4 where team = '{team}'")
    assert f"<b>{team}</b>" not in shown(opened(data, "boss")) and f"<b>{team}</b>" in shown(opened(data, "hr"))
    desk = Desk(Store(data), Viewer("boss"))
    now, rows = desk.read("morale_company", department="", target=70.0).iloc[0], desk.read("morale_teams", department="", skip=0)
    assert now["people"] == rows.loc[rows["value"].notna(), "people"].sum() and now["small_teams"] == rows["small_teams"].iloc[0] >= 1
    nth = int(Desk(Store(data), Viewer("hr")).read("morale_teams", department="", skip=0).set_index("team")["nth"][team])
    for query in ("morale_team", "morale_team_weeks"):
        assert desk.read(query, nth=nth).empty
    lead = shown(opened(data, "lead", team=team))
    assert words.say("morale.title.small") in lead and "kj-pick team" not in lead


def test_a_lead_sees_no_other_team_also_when_asking_by_number(demo_dir: Path) -> None:
    desk = Desk(Store(demo_dir), viewer(demo_dir, "lead"))
    assert set(desk.read("morale_teams", department="", skip=0)["team"]) == {lead_of(demo_dir)}
    assert desk.read("morale_team", nth=2).empty and desk.read("morale_team_weeks", nth=2).empty and desk.read("morale_team_recognition", nth=2).empty


@pytest.mark.parametrize("role", ["employee", "mentor", "admin"])
@pytest.mark.parametrize("query", ["morale_teams", "morale_company", "morale_team", "morale_trend", "morale_coverage"])
def test_others_may_not_ask(demo_dir: Path, role: str, query: str) -> None:
    desk = Desk(Store(demo_dir), Viewer(role, employee_id="K10001") if role != "admin" else Viewer(role))
    with pytest.raises(NotAllowed):
        desk.read(query)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_open_team_shows_its_parts_with_weights_and_says_what_is_missing(demo_dir: Path, tmp_path: Path, lang: str) -> None:
    team = lead_of(demo_dir)
    data = changed(demo_dir, tmp_path, f"update morale_parts set score = null, raw = null, share = null, why_missing = 'pulse_hidden' where part = 'pulse' and team = '{team}'")
    desk = Desk(Store(data), Viewer("boss"))
    nth = int(desk.read("morale_teams", department="", skip=0).set_index("team")["nth"][team])
    said = text(shown(opened(data, "boss", lang, Held(state={"teams.open": str(nth)}))))
    assert words.say_in(lang, "morale.why.pulse_hidden") in said and words.say_in(lang, "morale.drill.parts", team=team) in said
    for row in desk.read("morale_team", nth=nth).to_dict("records"):
        assert words.say_in(lang, f"morale.part.{row['part']}") in said


def test_only_published_cells_of_the_pulse_are_shown(demo_dir: Path, tmp_path: Path) -> None:
    team = lead_of(demo_dir)
    data = changed(
        demo_dir, tmp_path, "delete from pulse_waves", "delete from pulse_results",
        "insert into pulse_waves (wave_id, opens, closes, state, source) values ('2026-11', date '2026-11-02', date '2026-11-06', 'closed', 'app')",
        f"insert into pulse_results (wave_id, level, unit, question, state, n, mean, low, high) values ('2026-11', 'team', '{team}', 'help', 'shown', 7, 3.7, 3.1, 4.3)",
        f"insert into pulse_results (wave_id, level, unit, question, state) values ('2026-11', 'team', '{team}', 'growth', 'protects')")
    desk = Desk(Store(data), Viewer("boss"))
    nth = int(desk.read("morale_teams", department="", skip=0).set_index("team")["nth"][team])
    said = text(shown(opened(data, "boss", held=Held(state={"teams.open": str(nth)}))))
    assert words.say("morale.drill.pulse_value", mean="3.7", low="3.1", high="4.3", n=7) in said and words.say("morale.drill.pulse_hidden") in said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_anything_to_reckon_from_it_says_what_is_needed(demo_dir: Path, tmp_path: Path, lang: str) -> None:
    data = changed(demo_dir, tmp_path, "delete from morale_weeks", "delete from morale_parts")
    said = text(shown(opened(data, "boss", lang)))
    assert words.say_in(lang, "morale.title.nothing") in said and words.say_in(lang, "morale.title.nothing.how") in said


def test_a_presenter_opens_a_team_that_is_called_after_somebody(demo_dir: Path, tmp_path: Path) -> None:
    team = lead_of(demo_dir)
    name = Store(demo_dir).current().frame("select name from employees where length(name) > 1 order by employee_id limit 1")["name"][0]
    renamed = [f"update {table} set team = '{name}组' where team = '{team}'" for table in ("teams", "morale_weeks", "morale_parts", "employees")]
    data = changed(demo_dir, tmp_path, *renamed)
    desk = Desk(Store(data), Viewer("presenter"))
    rows = desk.read("morale_teams", department="", skip=0)
    nth = int(Desk(Store(data), Viewer("boss")).read("morale_teams", department="", skip=0).set_index("team")["nth"][f"{name}组"])
    assert name not in " ".join(rows["team"]) and len(desk.read("morale_team", nth=nth)) == 5
    html = shown(opened(data, "presenter", held=Held(state={"teams.open": str(nth)})))
    assert name not in html and "class=drill" in html


def test_pages_of_twenty_and_one_department_at_a_time(demo_dir: Path, tmp_path: Path) -> None:
    more = [f"insert into {table} select t.* replace (t.team || s.n as team) from {table} as t, (select unnest(generate_series(1, 6)) as n) as s"
            for table in ("teams", "morale_weeks")]
    desk = Desk(Store(changed(demo_dir, tmp_path, *more)), Viewer("boss"))
    held = Held()
    html = morale_teams.html(desk, held)
    assert html.count("kj-pick team") == 20 and "data-ask='teams.skip' data-of=20" in html
    assert morale_teams.act(desk, Asked("teams.skip", "20"), held) == ""
    after = morale_teams.html(desk, held)
    first, second = (set(re.findall(r"data-ask='teams.open' data-of=(\d+)", part)) for part in (html, after))
    assert second and not first & second
    department = desk.read("glance_departments")["department"][0]
    morale_teams.act(desk, Asked("teams.department", department), held)
    assert held.state["teams.skip"] == 0 and morale_teams.where(desk, held) == department
    assert set(desk.read("morale_teams", department=department, skip=0)["department"]) == {department}


def test_nonsense_in_a_click_breaks_nothing(demo_dir: Path) -> None:
    desk, held = Desk(Store(demo_dir), Viewer("boss")), Held()
    for asked in (Asked("teams.open", "'; drop"), Asked("teams.skip", "-9"), Asked("teams.skip", "x"), Asked("teams.department", "nowhere"), Asked("teams.open", "999")):
        assert morale_teams.act(desk, asked, held) == ""
        assert "kj-pick team" in morale_teams.html(desk, held)
    assert morale_teams.act(desk, Asked("goals.set"), held) is None


# --- the title ------------------------------------------------------------------------------------------------------------------

def row(**more: object) -> dict[str, object]:
    return {"teams": 4, "small_teams": 0, "value": 72.4, "unknown_teams": 0, "under_target": 0, "told": 4, "down": 0, "up": 0, "mover": None, "mover_change": None,
            "mover_driver": None} | more


@pytest.mark.parametrize(("facts", "key"), [
    ({"teams": 0}, "nothing"), ({"teams": 0, "small_teams": 2}, "small"), ({"value": None}, "nothing"), ({"told": 0}, "untold"), ({}, "steady"), ({"under_target": 2}, "steady_under"),
    ({"teams": 1}, "steady_one"), ({"down": 1, "mover": "A", "mover_change": -12.0, "mover_driver": "late"}, "down"),
    ({"down": 3, "mover": "A", "mover_change": -12.0, "mover_driver": "late"}, "down_more"),
    ({"up": 1, "mover": "A", "mover_change": 12.0, "mover_driver": "pace"}, "up")])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_title_is_true_of_the_figures(facts: dict[str, object], key: str, lang: str) -> None:
    words.speak(lang)
    pattern = re.escape(words.sentences()[f"morale.title.{key}"][lang])
    assert re.fullmatch(re.sub(r"\\\{\w+\\\}", ".+", pattern), morale_teams.title(row(**facts)))


# --- sections -------------------------------------------------------------------------------------------------------------------

class Part:
    """A section that does what a test says."""

    __name__ = "lib.show.morale_part"

    def __init__(self, does):
        self.does = does

    def html(self, desk: Desk, held: Held) -> str:
        return f"<section>{held.state.get('part.written', '')}</section>"

    def act(self, desk: Desk, asked: Asked, held: Held) -> str | None:
        return self.does(held) if asked.what.startswith("part.") else None


@pytest.mark.parametrize(("raised", "key"), [(LookupError("x"), "gone"), (NotAllowed("x"), "not_allowed"), (ValueError("x"), "value")])
def test_what_cannot_be_done_is_said_and_nothing_is_forgotten(desk_of, raised: Exception, key: str) -> None:
    def does(held: Held) -> str:
        raise raised

    held, part = Held(), Part(does)
    sections.act(desk_of("boss"), held, [part], Asked("part.set"))
    html = sections.drawn(desk_of("boss"), held, [part])
    assert words.say(f"morale.wrong.{key}") in html and "role=alert" in html and "data-forget" not in html


def test_a_wrong_value_is_said_in_the_sections_own_words(desk_of) -> None:
    def does(held: Held) -> str:
        raise Wrong("七天以内")

    held, part = Held(), Part(does)
    sections.act(desk_of("boss"), held, [part], Asked("part.set"))
    assert held.wrong == "七天以内" and not held.told


def test_what_was_written_is_seen_in_the_same_run_and_its_form_is_emptied(desk_of) -> None:
    def does(held: Held) -> str:
        held.state["part.written"], held.forget = "written", "part.set"
        return "kept"

    held, part = Held(), Part(does)
    sections.act(desk_of("boss"), held, [part], Asked("part.set"))
    html = sections.drawn(desk_of("boss"), held, [part])
    assert html.index("kept") < html.index("written") and "data-forget='part.set'" in html


def test_a_request_key_stays_until_it_is_used() -> None:
    held = Held()
    first = held.key("goals")
    assert held.key("goals") == first != held.key("other")
    held.used("goals")
    assert held.key("goals") != first


def test_what_a_click_did_is_said_once(demo_dir: Path) -> None:
    held = Held(told="kept that", forget="x")
    app = opened(demo_dir, "boss", held=held)
    assert "kept that" in shown(app)
    assert "kept that" not in shown(app.run())


def test_another_viewer_begins_with_an_empty_page(demo_dir: Path) -> None:
    held = Held(state={"teams.department": "x"}, told="somebody else's")
    app = opened(demo_dir, "boss", held=held)
    held.of = ("hr", None, None, "")
    assert "somebody else's" not in shown(app.run())


@pytest.mark.parametrize("role", ROLES)
def test_every_view_of_a_role_has_something_to_show(demo_dir: Path, role: str) -> None:
    desk = Desk(Store(demo_dir), viewer(demo_dir, role))
    for key, parts in morale_page.VIEWS.items():
        assert "<h2>" in sections.drawn(desk, Held(view=key), parts), key
