"""The pulse on the pages: a wave from opening to results, who may do what, and that nothing is counted while it is open."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib import words
from lib.access.desk import Desk, NotAllowed
from lib.access.pulse_desk import HrPulse, MyPulse, PulseComments, PulseDoor, Refused, with_token
from lib.access.roles import ROLES, Viewer
from lib.build import build
from lib.ledger import audit, engine, pulse
from lib.ledger.pulse import QUESTIONS
from lib.show import morale_pulse, my_pulse, pulse_cells, pulse_slips
from lib.show.care_live import Asked
from lib.show.parts import esc, full_day
from lib.show.sections import Held, Wrong
from lib.warehouse.store import Store
from tests.conftest import END

SCORES = dict.fromkeys(QUESTIONS, 3)


@pytest.fixture
def data(unwritten: Path) -> Path:
    return unwritten


def desk(data: Path, role: str = "hr", **scope: object) -> Desk:
    return Desk(Store(data), Viewer(role, **scope))  # type: ignore[arg-type]


def somebody(data: Path, nth: int = 0) -> tuple[str, str]:
    """Number and team of somebody in the largest team."""
    rows = Store(data).current().frame("select employee_id, team from employees where active and team = (select team from employees where active "
                                       "group by team order by count(*) desc, team limit 1) order by 1")
    return str(rows["employee_id"][nth]), str(rows["team"][nth])


def opened(data: Path) -> HrPulse:
    office = HrPulse(desk(data))
    office.open("冬季", office.today + timedelta(5))
    return office


def link(data: Path, nth: int) -> str:
    me = MyPulse(desk(data, "employee", employee_id=somebody(data, nth)[0]))
    wave, why = me.now() or pytest.fail("no wave")
    assert why == ""
    return me.draw(wave.id)


def token(address: str) -> str:
    return address.partition("t=")[2]


def answered(data: Path, people: int, words_: str = "") -> None:
    for nth in range(people):
        PulseDoor(Store(data), token(link(data, nth))).answer(SCORES, words_)


# --- the desk -------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("made", "roles"), [(HrPulse, {"hr"}), (MyPulse, {"employee", "mentor"}), (PulseComments, {"hr", "boss"})])
def test_only_its_roles_get_a_desk(data: Path, made, roles: set[str]) -> None:
    for role in ROLES:
        scope = {"teams": (somebody(data)[1],)} if role == "lead" else {"employee_id": somebody(data)[0]} if role in ("employee", "mentor") else {}
        if role in roles:
            made(desk(data, role, **scope))
        else:
            with pytest.raises(NotAllowed):
                made(desk(data, role, **scope))


def test_an_hr_of_some_teams_opens_and_closes_no_wave_and_prints_for_its_own(data: Path) -> None:
    team = somebody(data)[1]
    office = HrPulse(desk(data, teams=(team,)))
    with pytest.raises(NotAllowed):
        office.open("x", office.today)
    wave = opened(data).open_now()
    with pytest.raises(NotAllowed):
        office.close(wave.id)
    other = next(name for name in wave.tree if name != team)
    assert office.teams(wave) == [team]
    with pytest.raises(NotAllowed):
        office.slips(wave.id, other)
    assert office.slips(wave.id, team)


def test_a_wave_from_opening_to_what_stands_on_the_page(data: Path, tmp_path: Path) -> None:
    office = opened(data)
    answered(data, 6)
    assert office.close("冬季") and not office.close("冬季")
    later = Path(shutil.copytree(data, tmp_path / "later"))
    build(later, demo=True, people=120, months=9, seed=11, as_of=END)
    html = morale_pulse.html(desk(later), Held())
    assert "冬季" in html and esc(words.say("pulse.state.few")) in html
    cells = desk(later).read("pulse_cells", wave="冬季")
    assert cells[cells["level"] == "company"]["n"].tolist() == [6] * 5


def test_while_a_wave_is_open_no_role_sees_a_number_of_it(data: Path) -> None:
    opened(data)
    held = Held()
    before = [morale_pulse.html(desk(data, role), held) for role in ("hr", "boss", "presenter")]
    answered(data, 3)
    assert [morale_pulse.html(desk(data, role), held) for role in ("hr", "boss", "presenter")] == before


def test_an_address_keeps_its_own_query() -> None:
    assert with_token("https://pulse.example/p?lang=zh", "a") == "https://pulse.example/p?lang=zh&t=a"


def test_comments_are_read_by_hr_and_boss_and_only_among_ten(data: Path) -> None:
    office = opened(data)
    answered(data, 10, "请多一些<b>培训</b>")
    office.close("冬季")
    for role in ("hr", "boss"):
        assert [one.text for one in PulseComments(desk(data, role)).read()] == ["请多一些<b>培训</b>"] * 10
    html = morale_pulse._comments(desk(data, "boss"), "冬季")
    assert "请多一些&lt;b&gt;培训" in html and morale_pulse._comments(desk(data, "presenter"), "冬季") == ""


# --- the sections -----------------------------------------------------------------------------------------------------------------

def test_my_day_says_nothing_while_no_wave_is_open(data: Path) -> None:
    assert my_pulse.html(desk(data, "employee", employee_id=somebody(data)[0]), Held()) == ""


def test_a_person_draws_once_and_the_link_leads_to_the_questions(data: Path) -> None:
    opened(data)
    mine, held = desk(data, "employee", employee_id=somebody(data)[0]), Held()
    assert "pulse.draw" in my_pulse.html(mine, held)
    assert my_pulse.act(mine, Asked("pulse.draw", "冬季"), held) == ""
    html = my_pulse.html(mine, held)
    found = re.search(r"href='pulse\?t=([\w-]+)'", html)
    assert found and PulseDoor(Store(data), found[1]).good() and somebody(data)[0] not in html
    assert words.say("pulse.my.drawn") in my_pulse.html(mine, Held())
    with pytest.raises(Wrong):
        my_pulse.act(mine, Asked("pulse.draw", "冬季"), Held())


def test_once_slips_are_printed_the_team_answers_on_paper(data: Path) -> None:
    team, held = somebody(data)[1], Held()
    hr = desk(data)
    opened(data)
    assert morale_pulse.act(hr, Asked("pulse.slips", "冬季", "pulse.slips", {"team": team}), held)
    html = morale_pulse.html(hr, held)
    assert "download='slips.html'" in html and esc(words.say("pulse.slips.printer")) in html
    assert words.say("pulse.my.paper") in my_pulse.html(desk(data, "employee", employee_id=somebody(data)[0]), Held())


def test_the_sheet_of_slips_asks_nobody_for_anything_and_has_a_code_each() -> None:
    html = pulse_slips.sheet(["http://127.0.0.1:8501/pulse?t=a", "http://127.0.0.1:8501/pulse?t=b"], "一组 <x>", "2026-11", "2026-11-30")
    assert html.count("<svg") == 2 and "一组 &lt;x&gt;" in html
    assert all(esc(words.say_in(lang, "pulse.slips.sheet", n=2)) in html for lang in words.LANGUAGES)
    assert not re.search(r"(src|href)=|@import|url\(", html)


@pytest.mark.parametrize("typed", [{"name": "", "closes": "2026-11-20"}, {"name": "x", "closes": "gestern"}, {"name": "x", "closes": "2020-01-01"},
                                   {"name": "x" * 21, "closes": "2026-11-20"}])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_cannot_be_opened_is_said_in_words(data: Path, typed: dict[str, str], lang: str) -> None:
    words.speak(lang)
    with pytest.raises(Wrong) as why:
        morale_pulse.act(desk(data), Asked("pulse.open", "", "pulse.open", typed), Held())
    assert str(why.value) in {words.say("pulse.refused.name"), words.say("pulse.refused.days")}


def test_hr_opens_and_closes_by_the_form(data: Path) -> None:
    hr, held = desk(data), Held()
    name, closes = HrPulse(hr).suggested()
    assert morale_pulse.act(hr, Asked("pulse.open", "", "pulse.open", {"name": name, "closes": closes.isoformat()}), held)
    assert "data-ask='pulse.close'" in morale_pulse.html(hr, held)
    answered(data, 6)
    assert name in morale_pulse.act(hr, Asked("pulse.close", name), held)
    assert morale_pulse.act(hr, Asked("pulse.close", name), held) == words.say("pulse.run.closed_before", wave=name)


def test_a_wave_that_is_opened_by_two_posts_of_one_form_is_open_once_and_nothing_is_refused(data: Path) -> None:
    hr, held = desk(data), Held()
    name, closes = HrPulse(hr).suggested()
    posted = Asked("pulse.open", "", "pulse.open", {"name": name, "closes": closes.isoformat()})
    assert morale_pulse.act(hr, posted, held) == morale_pulse.act(hr, posted, held) != ""
    assert [wave.id for wave in HrPulse(hr).waves() if wave.state == "open"] == [name]


def test_slips_that_are_asked_for_by_two_posts_of_one_form_are_printed_once_and_stay_on_the_page(data: Path) -> None:
    opened(data)
    hr, held = desk(data), Held()
    posted = Asked("pulse.slips", "冬季", "pulse.slips", {"team": somebody(data)[1]})
    first, page = morale_pulse.act(hr, posted, held), morale_pulse.html(hr, held)
    assert morale_pulse.act(hr, posted, held) == first != "" and morale_pulse.html(hr, held) == page and "download='slips.html'" in page
    assert [line.action for line in audit.lines(engine.ledger(data, demo=True)) if line.action == "pulse.slips"] == ["pulse.slips"]
    with pytest.raises(Wrong, match=re.escape(words.say("pulse.refused.no_slips"))):  # in another session they are not
        morale_pulse.act(hr, posted, Held())


def test_a_token_that_is_drawn_by_two_clicks_stays_the_one_on_the_page(data: Path) -> None:
    opened(data)
    mine, held = desk(data, "employee", employee_id=somebody(data)[0]), Held()
    assert my_pulse.act(mine, Asked("pulse.draw", "冬季"), held) == ""
    page = my_pulse.html(mine, held)
    assert my_pulse.act(mine, Asked("pulse.draw", "冬季"), held) == "" and my_pulse.html(mine, held) == page and "href='pulse?t=" in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_second_wave_right_after_the_first_is_refused_with_the_day_on_which_it_is_possible(data: Path, lang: str) -> None:
    words.speak(lang)
    office, hr, held = opened(data), desk(data), Held()
    assert office.too_early() is None and office.close("冬季")
    first = office.too_early()
    assert first == office.today + timedelta(28)
    with pytest.raises(Wrong) as why:
        morale_pulse.act(hr, Asked("pulse.open", "", "pulse.open", {"name": "x", "closes": office.today.isoformat()}), held)
    assert str(why.value) == words.say("pulse.refused.gap", day=full_day(first)) and full_day(first) in str(why.value)
    html = morale_pulse.html(hr, held)
    assert esc(str(why.value)) in html and "data-form='pulse.open'" not in html


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("role", ["hr", "boss", "presenter"])
def test_hidden_cells_say_why_and_shown_ones_have_interval_and_answers(demo_dir: Path, role: str, lang: str) -> None:
    words.speak(lang)
    viewer = Desk(Store(demo_dir), Viewer(role))
    html, cells = morale_pulse.html(viewer, Held()), viewer.read("pulse_cells", wave=viewer.read("pulse_known")["wave_id"][0])
    for state in set(cells["state"]) - {"shown"}:
        assert esc(words.say(f"pulse.state.{state}")) in html
    company = cells[(cells["level"] == "company") & cells["coded"].isna()].iloc[0]
    assert f"{company['low']:.1f}–{company['high']:.1f}" in html


def test_a_lead_sees_the_company_the_departments_and_the_own_team_only(demo_dir: Path) -> None:
    team = somebody(demo_dir)[1]
    lead = Desk(Store(demo_dir), Viewer("lead", teams=(team,)))
    cells = lead.read("pulse_cells", wave=lead.read("pulse_known")["wave_id"][0])
    assert set(cells[cells["level"] == "team"]["unit"]) == {team} and {"company", "department"} <= set(cells["level"])
    assert morale_pulse._run(Desk(Store(demo_dir), Viewer("hr")), Held()) not in morale_pulse.html(lead, Held())


def test_a_change_stands_only_where_both_waves_are_shown_and_none_is_coded() -> None:
    assert pulse_cells.change((3.4, None), (3.1, None)) == 0.3
    assert pulse_cells.change((4.5, "top"), (3.1, None)) is None and pulse_cells.change((3.4, None), None) is None


def test_the_title_names_what_moved_beyond_chance() -> None:
    cells = pd.DataFrame([{"level": "company", "unit": "", "question": "help", "state": "shown", "n": 90, "mean": 4.1, "low": 3.9, "high": 4.3, "coded": None}])
    assert morale_pulse.title(cells, {("company", "", "help"): (3.6, None)}) == words.say("pulse.title.up", question=words.say("pulse.question.help"), change="0.5")
    assert morale_pulse.title(cells, {("company", "", "help"): (4.0, None)}) == words.say("pulse.title.same")
    assert morale_pulse.title(cells, {}) == words.say("pulse.title.first")


# --- the answer page --------------------------------------------------------------------------------------------------------------

def page(data: Path, found: str, lang: str = "zh") -> str:
    """The HTML of the answer page for a token."""
    def script(data: str, lang: str) -> None:
        from pathlib import Path

        from lib import words
        from lib.warehouse.store import Store
        from pages.pulse import page

        words.speak(lang)
        page(Store(Path(data)))

    app = AppTest.from_function(script, kwargs={"data": str(data), "lang": lang}, default_timeout=30)
    app.query_params["t"] = found
    app.run()
    assert not app.exception, app.exception
    return " ".join(json.loads(element.proto.json)["html"] for element in app.get("bidi_component"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_good_link_shows_five_questions_and_how_it_stays_anonymous(data: Path, lang: str) -> None:
    opened(data)
    found = token(link(data, 0))
    words.speak(lang)
    html = page(data, found, lang)
    assert html.count("<fieldset") == 5 and html.count("type=radio") == 25
    assert all(esc(words.say(key)) in html for key in my_pulse.WHY)


@pytest.mark.parametrize("found", ["", "made-up", "' or 1=1 --"])
def test_any_other_link_shows_one_sentence_and_nothing_else(data: Path, found: str) -> None:
    opened(data)
    html = page(data, found)
    assert words.say("pulse.not_good") in html and "<fieldset" not in html


def test_the_page_names_nobody_no_team_and_no_wave(data: Path) -> None:
    opened(data)
    html = page(data, token(link(data, 0)))
    known = Store(data).current().frame("select name, employee_id, team from employees")
    assert not any(str(value) in html for column in known for value in known[column].unique()) and "冬季" not in html


def test_an_answer_is_kept_once_and_the_link_is_used_up(data: Path) -> None:
    opened(data)
    found = token(link(data, 0))
    PulseDoor(Store(data), found).answer(SCORES, "")
    assert words.say("pulse.not_good") in page(data, found)
    with pytest.raises(Refused):
        PulseDoor(Store(data), found).answer(SCORES, "")


def test_the_door_is_shut_where_nothing_was_ever_built(tmp_path: Path) -> None:
    door = PulseDoor(Store(tmp_path), "x")
    assert not door.good()
    with pytest.raises(Refused):
        door.answer(SCORES, "")
    assert not (tmp_path / "ledger.db").exists()


# --- what is anywhere -------------------------------------------------------------------------------------------------------------

def test_no_published_table_holds_an_answer_or_who_drew(data: Path) -> None:
    opened(data)
    answered(data, 2)
    columns = Store(data).current().frame("select table_name, string_agg(column_name, ',') as columns from information_schema.columns group by 1")
    about = columns[columns["table_name"].str.contains("pulse")].set_index("table_name")["columns"]
    assert set(about.index) == {"pulse_waves", "pulse_results"} and not about.str.contains("employee_id").any()


def test_nothing_of_an_answer_or_a_token_is_logged(data: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture) -> None:
    caplog.set_level(0)
    opened(data)
    found = token(link(data, 0))
    PulseDoor(Store(data), found).answer(SCORES, "只有我会这么说")
    said = caplog.text + "".join(capfd.readouterr())
    assert found not in said and pulse._hash(found) not in said and "只有我会这么说" not in said and somebody(data)[0] not in said


def test_the_last_day_is_the_companys(data: Path) -> None:
    office = opened(data)
    assert office.open_now().closes == office.today + timedelta(5) and isinstance(office.today, date)
