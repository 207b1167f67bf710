"""The pulse with few answers: HR is asked before a wave is closed over nothing, and such a wave does not hide the last good one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lib import words
from lib.access.desk import Desk
from lib.access.pulse_desk import HrPulse, MyPulse, PulseDoor
from lib.access.roles import Viewer
from lib.ledger.pulse import QUESTIONS
from lib.show import morale_pulse, morale_team
from lib.show.care_live import Asked
from lib.show.parts import esc, full_day
from lib.show.sections import Held
from lib.warehouse.store import Store
from tests.test_page_glance import changed

SCORES = dict.fromkeys(QUESTIONS, 3)
WAVE = "冬季"


@pytest.fixture
def data(unwritten: Path) -> Path:
    return unwritten


def hr(data: Path) -> Desk:
    return Desk(Store(data), Viewer("hr"))


def opened(data: Path, answers: int) -> HrPulse:
    """An open wave that so many people of the largest team have answered."""
    office = HrPulse(hr(data))
    office.open(WAVE, office.today + timedelta(5))
    people = Store(data).current().frame("select employee_id from employees where active and team = (select team from employees where active "
                                         "group by team order by count(*) desc, team limit 1) order by 1")["employee_id"]
    for person in people[:answers]:
        me = MyPulse(Desk(Store(data), Viewer("employee", employee_id=str(person))))
        PulseDoor(Store(data), me.draw(WAVE).partition("t=")[2]).answer(SCORES, "")
    return office


def state(data: Path) -> str:
    return next(wave.state for wave in HrPulse(hr(data)).waves() if wave.id == WAVE)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wave_of_which_nothing_would_be_shown_is_closed_only_when_hr_says_so_again(data: Path, lang: str) -> None:
    words.speak(lang)
    opened(data, 3)
    held = Held()
    assert morale_pulse.act(hr(data), Asked("pulse.close", WAVE), held) == words.say("pulse.run.ask_sure") and state(data) == "open"
    html = morale_pulse.html(hr(data), held)
    assert "data-ask='pulse.close_sure'" in html and esc(words.say("pulse.run.shut_sure")) in html
    assert WAVE in str(morale_pulse.act(hr(data), Asked("pulse.close_sure", WAVE), held)) and state(data) == "closed"


def test_a_wave_with_results_is_closed_at_once(data: Path) -> None:
    opened(data, 6)
    assert WAVE in str(morale_pulse.act(hr(data), Asked("pulse.close", WAVE), Held())) and state(data) == "closed"


def test_how_many_have_answered_is_told_only_when_no_more_answers_are_taken(data: Path) -> None:
    office = opened(data, 6)
    wave = office.open_now()
    assert wave is not None
    open_yet = office.closing(wave)
    assert open_yet.shows and open_yet.answered is None and open_yet.asked is None
    office.today = wave.closes + timedelta(1)
    over = office.closing(wave)
    active = Store(data).current().frame("select count(*) as n from employees where active and team is not null")["n"][0]
    assert (over.answered, over.asked) == (6, int(active))
    told = morale_pulse._closing(office, wave, Held())
    assert esc(words.say("pulse.run.turnout", answered=6, asked=int(active), least=5)) in told and words.say("pulse.run.nothing") not in told


def test_fewer_answers_than_are_shown_are_not_counted_out_to_hr(data: Path) -> None:
    office = opened(data, 3)
    wave = office.open_now()
    assert wave is not None
    office.today = wave.closes + timedelta(1)
    now = office.closing(wave)
    assert not now.shows and now.answered is None
    told = morale_pulse._closing(office, wave, Held())
    assert esc(words.say("pulse.run.turnout_few", asked=now.asked, least=5)) in told and esc(words.say("pulse.run.nothing")) in told


def thin(demo_dir: Path, tmp_path: Path) -> tuple[Path, str, str]:
    """A company whose newest wave had too few answers for anything: its folder, that wave and the one before."""
    waves = Desk(Store(demo_dir), Viewer("hr")).read("pulse_known")["wave_id"].tolist()
    made = changed(demo_dir, tmp_path, "update pulse_results set state = 'few', n = null, mean = null, low = null, high = null, coded = null "
                                       f"where wave_id = '{waves[0]}'")
    return made, waves[0], waves[1]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("role", ["hr", "boss", "presenter"])
def test_a_wave_without_results_does_not_hide_the_last_one_with_some(demo_dir: Path, tmp_path: Path, role: str, lang: str) -> None:
    words.speak(lang)
    made, newest, good = thin(demo_dir, tmp_path)
    desk, held = Desk(Store(made), Viewer(role)), Held()
    closes = desk.read("pulse_known").set_index("wave_id")["closes"][newest]
    html = morale_pulse.html(desk, held)
    assert f"data-of='{esc(good)}' aria-pressed=true" in html.replace("'true'", "true")
    assert esc(words.say("pulse.newer_few", waves=words.say("pulse.wave_of", wave=newest, closes=full_day(closes)))) in html
    assert morale_pulse.act(desk, Asked("pulse.wave", newest), held) == ""
    chosen = morale_pulse.html(desk, held)
    assert esc(words.say("pulse.title.few")) in chosen and esc(words.say("pulse.title.same")) not in chosen


def test_an_opened_team_shows_the_last_wave_with_results(demo_dir: Path, tmp_path: Path) -> None:
    made, _, good = thin(demo_dir, tmp_path)
    desk = Desk(Store(made), Viewer("hr"))
    told = [morale_team._pulse(desk, int(nth)) for nth in desk.read("morale_teams", department="", skip=0)["nth"]]
    assert any(f" {good}" in one or good in one for one in told)
