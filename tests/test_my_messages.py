"""A person's own summary by message: once a day, only who asked for it, no figures unless the administrator allows them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from lib.access import messages_day, messages_own, sign_in
from lib.access.desk import Desk
from lib.access.messages_desk import MessagesDesk
from lib.access.my_desk import MyDesk
from lib.access.roles import Viewer
from lib.care.day import ZONE
from lib.ledger import letters
from lib.messages import send
from lib.warehouse.store import Store
from tests.robots import Server, robot, says, terms
from tests.test_messages_desk import GOOD, put

EVENING, MORNING = (datetime(2026, 11, 15, hour, 0, tzinfo=ZONE) for hour in (18, 9))
LINK = "http://127.0.0.1:8501/today"


@pytest.fixture
def house(demo_dir: Path, tmp_path: Path) -> Path:
    """The demo company with an administrator, an HR and an employee who worked on its day."""
    data = Path(shutil.copytree(demo_dir, tmp_path / "data", ignore=shutil.ignore_patterns("ledger.db*")))
    sign_in.first_admin(data, "Boss Admin", GOOD)
    sign_in.add_user(data, "Li", GOOD, "hr", ["*"])
    worked = Store(data).current().frame("select min(employee_id) as e from employee_days join employees using (employee_id) where active and worked "
                                         "and effective > 0 and work_date = date '2026-11-15'")["e"][0]
    sign_in.add_user(data, "Mei", GOOD, "employee", employee_id=str(worked))
    return data


@pytest.fixture
def group(house: Path) -> Iterator[Server]:
    with robot(says({"errcode": 0, "errmsg": "ok"})) as server:
        put(house, "messages.hosts", server.host)
        put(house, "messages.allow_internal", True)
        yield server


def channel(house: Path, server: Server, say_names: bool = False) -> str:
    admin = MessagesDesk(Desk(Store(house), Viewer("admin", name="Boss Admin")))
    return admin.save("dingtalk", "Mei", address=f"http://{server.host}/robot/send?access_token=tok", secret="SEC", receiver="mei", lang="en", say_names=say_names)


def me(house: Path) -> MyDesk:
    user = next(user for user in sign_in.list_users(house) if user.login == "mei")
    return MyDesk(Desk(Store(house), Viewer("employee", employee_id=user.employee_id, name="Mei")))


def tell(house: Path, at: datetime = EVENING, dry: bool = False) -> list[str]:
    home = messages_day.house(house)
    assert home is not None
    return [login for _, login in messages_own.tell(home, LINK, fail, dry, lambda: at)]


def fail(login: str, why: Exception) -> None:
    raise AssertionError(f"{login}: {why}")


def sent(house: Path, server: Server) -> list[str]:
    home = messages_day.house(house)
    assert home is not None
    send.run(home.book, terms(server.host), max_s=5)
    return [str(got.body["text"]["content"]) for got in server.got]  # type: ignore[index]


def test_only_who_asked_for_it_gets_it_once_a_day_and_with_a_link_and_no_figure(house: Path, group: Server) -> None:
    channel(house, group)
    assert tell(house) == []
    me(house).choose("summary_message", True)
    assert tell(house, dry=True) == ["mei"] and tell(house) == ["mei"] and tell(house) == []
    text, = sent(house, group)
    assert text.splitlines()[:2] == ["Kanjian: the summary of your day is ready.", "Open it: http://127.0.0.1:8501/my_day"]
    assert not any(char.isdigit() for char in text.splitlines()[0]) and len(text.splitlines()) == 3


def test_figures_go_along_only_where_the_administrator_allows_names_and_they_are_ones_own(house: Path, group: Server) -> None:
    channel(house, group, say_names=True)
    office = me(house)
    office.choose("summary_message", True)
    assert tell(house) == ["mei"]
    text, = sent(house, group)
    assert messages_own.told(office, "en") and all(line in text for line in messages_own.told(office, "en"))
    names = Store(house).current().frame("select name from employees where length(name) > 1")["name"]
    assert not any(name in text for name in names)


@pytest.mark.parametrize("stop", [lambda office, data: office.choose("no_scoring", True), lambda office, data: office.choose("summary_message", False),
                                  lambda office, data: sign_in.disable_user(data, "mei")], ids=["objected", "taken back", "disabled"])
def test_whoever_objected_or_took_it_back_or_is_gone_gets_nothing(house: Path, group: Server, stop: Callable[[MyDesk, Path], object]) -> None:
    channel(house, group)
    office = me(house)
    office.choose("summary_message", True)
    stop(office, house)
    assert tell(house) == [] and sent(house, group) == []


def test_before_the_end_of_the_day_nothing_is_queued(house: Path, group: Server) -> None:
    channel(house, group)
    me(house).choose("summary_message", True)
    assert tell(house, MORNING) == []
    put(house, "morale.summary_after", 8.5)
    assert tell(house, MORNING) == ["mei"]


def test_a_day_without_work_is_not_summed_up(house: Path, group: Server) -> None:
    idle = Store(house).current().frame("select min(employee_id) as e from employees where active and employee_id not in (select employee_id from employee_days "
                                        "where work_date = date '2026-11-15' and worked)")["e"][0]
    sign_in.change_user(house, "Mei", employee_id=str(idle))
    channel(house, group)
    me(house).choose("summary_message", True)
    assert tell(house) == []


def test_hrs_messages_stay_as_they_are_and_a_persons_channel_is_told_of_no_list(house: Path, group: Server) -> None:
    channel(house, group)
    home = messages_day.house(house)
    assert home is not None
    assert messages_day.tell(home, LINK, fail) == []
    with home.book.reading() as con:
        assert letters.waiting(con) == 0
    assert messages_day.wanted(home.hr, []) == []


def test_a_channel_may_be_about_employees_and_mentors_with_an_account(house: Path) -> None:
    admin = MessagesDesk(Desk(Store(house), Viewer("admin", name="Boss Admin")))
    assert admin.receivers() == ["li", "mei"]
