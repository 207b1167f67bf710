"""The administrator's messages: channels go in sealed, a test says what happened, and every change is on the audit."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from lib import settings, words
from lib.__main__ import app as cli
from lib.access import messages_day, sign_in
from lib.access.desk import Desk, NotAllowed
from lib.access.messages_desk import ChannelWrong, MessagesDesk, dead_count
from lib.access.office import EmptyDesk
from lib.access.roles import ROLES, Viewer
from lib.ledger import audit, care, engine, letters, outbox
from lib.ledger.shape import Planned, Reason
from lib.ledger.writes import now
from lib.messages import send
from lib.messages.mail import Box
from lib.settings import SETTINGS
from lib.tags.rules import TAGS
from lib.warehouse.store import Store
from tests.robots import Server, robot, says

GOOD = "blue river 42"
DAY = date(2026, 11, 15)
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=tok-77"
SECRET = "SECvery-secret"


def put(data: Path, name: str, value: object) -> None:
    settings.save(data, next(row for row in SETTINGS if row.name == name), value)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An administrator and two HR people of a company of one's own, nothing published yet; copied for each test."""
    made = tmp_path_factory.mktemp("people")
    sign_in.first_admin(made, "Boss Admin", GOOD)
    for name in ("Li", "Wu"):
        sign_in.add_user(made, name, GOOD, "hr", ["*"])
    engine.ledger(made).close()
    return made


@pytest.fixture
def own(people: Path, tmp_path: Path) -> Path:
    """The folder of that company."""
    return Path(shutil.copytree(people, tmp_path / "own"))


@pytest.fixture
def group(own: Path) -> Iterator[Server]:
    """A robot on this machine that the settings allow."""
    with robot(says({"errcode": 0, "errmsg": "ok"})) as server:
        put(own, "messages.hosts", server.host)
        put(own, "messages.allow_internal", True)
        put(own, "messages.read_s", 1.0)
        yield server


def desk(data: Path, role: str = "admin", still_here: bool = True) -> MessagesDesk:
    return MessagesDesk(EmptyDesk(Store(data), Viewer(role, name="Boss Admin")), lambda: still_here)


def lines(data: Path) -> list[tuple[str, str]]:
    return [(line.who, line.action) for line in audit.lines(engine.ledger(data))]


def told(data: Path, server: Server, **more: object) -> str:
    return desk(data).save("dingtalk", str(more.pop("name", "group")), address=f"http://{server.host}/robot/send?access_token=tok-77", secret=SECRET, **more)


def card(data: Path, owner: str, employee: str) -> str:
    with engine.ledger(data).writing() as con:
        return care.raise_card(con, owner, Planned(employee, "", 0, None, (Reason(employee, "tag", "high_pressure", DAY),), 1.0, ()), DAY, owner)


# --- channels ---------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("admin", "lead", "mentor", "employee")])
def test_only_the_administrator_sees_channels(own: Path, role: str) -> None:
    with pytest.raises(NotAllowed):
        desk(own, role)


def test_a_session_that_is_over_may_do_nothing(own: Path) -> None:
    gone = desk(own, still_here=False)
    for act in (gone.channels, gone.dead, gone.attempts, gone.waiting, lambda: gone.save("wecom", "a", address="x"), lambda: gone.switch("x", True),
                lambda: gone.test("x"), gone.send_now, lambda: gone.revive("x"), lambda: gone.drop("x")):
        with pytest.raises(NotAllowed):
            act()


def test_an_address_and_a_secret_go_in_and_never_come_out(own: Path) -> None:
    desk(own).save("dingtalk", "组", address=DINGTALK, secret=SECRET)
    desk(own).save("email", "box", address=Box("smtp.example.com", 465, "tls", "me", "k@example.com", "someone@example.com"), secret="pass-w0rd")
    seen = repr(desk(own).channels())
    assert "oapi.dingtalk.com/…" in seen and "s…@example.com" in seen
    stored = b"".join(file.read_bytes() for file in own.glob("ledger.db*"))
    for private in ("tok-77", SECRET, "someone", "pass-w0rd"):
        assert private not in seen and private.encode() not in stored


@pytest.mark.parametrize(("kind", "address", "code"), [
    ("dingtalk", "http://oapi.dingtalk.com/robot/send", "not_https"), ("wecom", "https://127.0.0.1/", "not_listed"), ("feishu", "", "no_address"),
    ("dingtalk", "https://oapi.dingtаlk.com/", "lookalike"), ("fax", DINGTALK, "odd"),
    ("email", Box("smtp.example.com", 465, "none", "", "a@b.cn", "c@d.cn"), "not_tls"),
    ("email", Box("smtp.example.com", 465, "tls", "", "a@b.cn", "c@d.cn,e@f.cn"), "mail_address")])
def test_a_wrong_address_is_refused_in_words(own: Path, kind: str, address: str | Box, code: str) -> None:
    with pytest.raises(ChannelWrong) as wrong:
        desk(own).save(kind, "x", address=address)
    assert wrong.value.code == code and str(wrong.value) and desk(own).channels() == []


def test_a_name_is_taken_once_and_a_receiver_must_be_hr(own: Path) -> None:
    desk(own).save("dingtalk", "组", address=DINGTALK, receiver="li")
    for name, receiver, code in (("组", None, "name_taken"), (" ", None, "name"), ("b", "boss admin", "receiver"), ("b", "nobody", "receiver")):
        with pytest.raises(ChannelWrong) as wrong:
            desk(own).save("wecom", name, address="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", receiver=receiver)
        assert wrong.value.code == code


def kept(data: Path) -> outbox.Channel:
    book = engine.ledger(data)
    with book.reading() as con:
        return outbox.channels(con, book)[0]


def test_a_change_keeps_address_and_secret_but_a_new_address_never_gets_the_old_secret(own: Path) -> None:
    made = desk(own).save("dingtalk", "组", address=DINGTALK, secret=SECRET)
    desk(own).save("dingtalk", "another name", lang="en", channel_id=made)
    assert (kept(own).address, kept(own).secret, kept(own).name, kept(own).lang) == (DINGTALK, SECRET, "another name", "en")
    desk(own).save("dingtalk", "another name", address=DINGTALK + "8", channel_id=made)
    assert (kept(own).address, kept(own).secret) == (DINGTALK + "8", "")
    desk(own).save("dingtalk", "another name", secret="new", channel_id=made)
    assert (kept(own).address, kept(own).secret) == (DINGTALK + "8", "new")


def test_every_change_is_on_the_audit_without_the_address(own: Path, group: Server) -> None:
    made = told(own, group)
    desk(own).test(made)
    desk(own).switch(made, False)
    assert {("boss admin", "channel.saved"), ("boss admin", "channel.tested")} <= set(lines(own))
    everything = repr(audit.lines(engine.ledger(own)))
    assert "tok-77" not in everything and SECRET not in everything and audit.verify(engine.ledger(own)) is None


# --- testing a channel ------------------------------------------------------------------------------------------------------

def test_a_test_message_arrives_signed_in_the_channels_language(own: Path, group: Server) -> None:
    assert desk(own).test(told(own, group, lang="en")).state == "sent"
    assert "this is a test message" in group.got[0].body["text"]["content"] and "sign=" in group.got[0].path


def test_a_test_that_fails_says_why_and_is_not_tried_again(own: Path, group: Server) -> None:
    made = told(own, group)
    group.answer = says({"errcode": 310000, "errmsg": "sign not match"})
    assert desk(own).test(made).why == "310000 sign not match"
    group.answer = says({}, 503)
    assert desk(own).test(made).state == "waits"
    assert desk(own).dead() == [] and desk(own).waiting() == 0 and ("boss admin", "letter.dropped") in lines(own)


def test_a_channel_that_is_off_is_not_tested(own: Path, group: Server) -> None:
    made = told(own, group)
    desk(own).switch(made, False)
    with pytest.raises(ChannelWrong) as wrong:
        desk(own).test(made)
    assert wrong.value.code == "off" and group.got == []


def test_in_the_open_demo_messages_go_to_the_robots_own_hosts_only(demo_dir: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(demo_dir, data, ignore=shutil.ignore_patterns("ledger.db*"))
    put(data, "messages.hosts", "127.0.0.1:9")
    put(data, "messages.allow_internal", True)
    opened = MessagesDesk(Desk(Store(data), Viewer("admin")))
    with pytest.raises(ChannelWrong) as wrong:
        opened.save("wecom", "x", address="http://127.0.0.1:9/send")
    assert wrong.value.code == "not_https"
    opened.save("dingtalk", "组", address=DINGTALK, receiver="demo-hr")
    assert not (data / "ledger.db").exists() and [one.who for one in audit.lines(engine.ledger(data, True))] == ["demo-admin"]


def test_the_button_sends_what_is_due_and_says_what_became_of_it(own: Path, group: Server) -> None:
    made, book = told(own, group), engine.ledger(own)
    with book.reading() as con:
        channel = next(one for one in outbox.channels(con, book) if one.id == made)
    send.enqueue_test(book, channel, "http://127.0.0.1:8501/today", "n")
    assert [one.state for one in desk(own).send_now()] == ["sent"] and len(group.got) == 1
    assert desk(own).send_now() == [] and ("boss admin", "letters.sent") in lines(own)


# --- dead letters -----------------------------------------------------------------------------------------------------------

def fail(data: Path, made: str) -> None:
    book = engine.ledger(data)
    with book.reading() as con:
        channel = next(one for one in outbox.channels(con, book) if one.id == made)
    send.enqueue_test(book, channel, "http://127.0.0.1:8501/today", "n")
    outbox.failed(book, outbox.claim(book, now(), 60, {}).id, "310000 sign not match", None)


def test_a_dead_letter_is_counted_for_hr_and_admin_shown_to_admin_and_settled(own: Path, group: Server) -> None:
    made = told(own, group)
    fail(own, made)
    counted = {role: dead_count(EmptyDesk(Store(own), Viewer(role, **scope)))
               for role, scope in (("hr", {}), ("admin", {}), ("boss", {}), ("presenter", {}), ("lead", {"teams": ("a",)}))}
    assert counted == {"hr": 1, "admin": 1, "boss": 0, "presenter": 0, "lead": 0}
    letter, = desk(own).dead()
    assert (letter.why, letter.channel) == ("310000 sign not match", "group")
    assert desk(own).revive(letter.id) and not desk(own).revive(letter.id)
    assert {("boss admin", "letter.revived")} <= set(lines(own)) and desk(own).waiting() == 1 and desk(own).dead() == []


def test_asking_for_dead_letters_makes_no_ledger(tmp_path: Path) -> None:
    assert dead_count(EmptyDesk(Store(tmp_path), Viewer("hr"))) == 0 and not (tmp_path / "ledger.db").exists()


# --- the command ------------------------------------------------------------------------------------------------------------

def ran(data: Path, *options: str):
    done = CliRunner().invoke(cli, ["send", "--data", str(data), *options])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def test_the_command_tells_each_channel_about_its_own_hr_once(own: Path, group: Server) -> None:
    told(own, group, name="of li", receiver="li", lang="en")
    told(own, group, name="of all", lang="en")
    for owner, employee in (("li", "K1"), ("li", "K2"), ("wu", "K3")):
        card(own, owner, employee)
    dry = ran(own, "--dry-run")
    assert dry.exit_code == 0 and dry.output.count("would queue") == 2 and group.got == []
    done = ran(own)
    assert done.exit_code == 0 and done.output.count("sent  of ") == 2, done.output
    assert sorted(str(got.body["text"]["content"]).splitlines()[0] for got in group.got) == [
        "Care today: 2 people would be glad to hear from you.", "Care today: 3 people would be glad to hear from you."]
    assert ran(own).exit_code == 0 and len(group.got) == 2


@pytest.mark.parametrize(("body", "status", "code"), [({"errcode": 310000}, 200, 3), ({}, 503, 2), ({"errcode": 130101}, 200, 2)])
def test_the_command_says_by_its_exit_what_is_left(own: Path, group: Server, body: dict, status: int, code: int) -> None:
    told(own, group)
    card(own, "li", "K1")
    group.answer = says(body, status)
    assert ran(own).exit_code == code


def test_the_command_waits_when_asked(own: Path, group: Server) -> None:
    told(own, group)
    card(own, "li", "K1")
    put(own, "messages.retry_base_s", 0.2)
    answers = iter([503, 503, 200])
    group.answer = lambda handler: says({"errcode": 0}, next(answers))(handler)
    done = ran(own, "--wait")
    assert done.exit_code == 0 and [line.split()[0] for line in done.output.splitlines()] == ["queued", "waits", "waits", "sent"]


def test_the_command_stops_at_a_wrong_setting_and_at_an_empty_folder(own: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    put(own, "messages.link", "ftp://x")
    assert ran(own).exit_code == 1
    assert ran(tmp_path_factory.mktemp("empty")).exit_code == 1


def test_the_command_raises_todays_cards_before_it_tells(demo_dir: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(demo_dir, tmp_path / "data", ignore=shutil.ignore_patterns("ledger.db*")))
    book = engine.ledger(data, True)
    with robot(says({"errcode": 0, "errmsg": "ok"})) as server:
        put(data, "messages.hosts", server.host)
        put(data, "messages.allow_internal", True)
        outbox.save_channel(book, "wecom", "named", "admin", address=f"http://{server.host}/send?key=1", say_names=True)
        outbox.save_channel(book, "wecom", "quiet", "admin", address=f"http://{server.host}/send?key=2", receiver="demo-hr")
        assert ran(data).exit_code == 0 and ran(data).exit_code == 0
    with book.reading() as con:
        cards = care.open_cards(con)
        assert cards and all(letters.told(con, channel.id, [card.id for card in cards]) for channel in outbox.channels(con, book))
    named, quiet = sorted((str(got.body["text"]["content"]) for got in server.got), key=len, reverse=True)
    store = Store(data).current()
    names = store.frame("select employee_id, name from employees").set_index("employee_id")["name"]
    assert all(names[card.employee_id] in named for card in cards) and f"{len(cards)} 位" in named and f"{len(cards)} 位" in quiet
    assert not any(name in quiet for name in names if len(name) > 1) and not any(card.employee_id in named + quiet for card in cards)
    evidence = store.frame("select evidence from tag_episodes where evidence is not null")["evidence"]
    numbers = {number for text in evidence for number in re.findall(r"\d+\.\d+", str(text))}
    labels = {word for tag in TAGS for word in (tag.key, tag.label.zh, tag.label.en)}
    said = (named + quiet).replace("http://127.0.0.1:8501/today", "")
    assert numbers and not any(private in said for private in [*numbers, *labels])


def test_the_demos_list_is_the_demo_hrs(demo_dir: Path) -> None:
    home = messages_day.house(demo_dir)
    assert home.hr == (("demo-hr", Viewer("hr")),) and home.day == DAY


# --- the page ---------------------------------------------------------------------------------------------------------------

def page(data: Path, lang: str) -> AppTest:
    def script(data: str, lang: str) -> None:
        from pathlib import Path

        from lib import words
        from lib.access.office import EmptyDesk
        from lib.access.roles import Viewer
        from lib.warehouse.store import Store
        from pages.data import page

        words.speak(lang)
        page(EmptyDesk(Store(Path(data)), Viewer("admin", name="Boss Admin")).anew())

    words.speak(lang)  # the test looks choices up by their words, too
    opened = AppTest.from_function(script, kwargs={"data": str(data), "lang": lang}, default_timeout=60)
    opened.session_state["door.token"] = sign_in.sign_in(data, "Boss Admin", GOOD)
    opened.query_params["data"] = "messages"
    return opened.run()


def shown(opened: AppTest) -> str:
    assert not opened.exception, opened.exception
    return " ".join([*(str(element.proto.body) for element in opened.get("html")), *(m.value for m in [*opened.success, *opened.error, *opened.warning])])


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_page_opens_empty_and_full_in_both_languages(own: Path, group: Server, lang: str) -> None:
    words.speak(lang)
    assert words.say_in(lang, "data.messages.none") in shown(page(own, lang))
    fail(own, told(own, group, name="<b>组</b>"))
    desk(own).save("email", "box", address=Box("smtp.example.com", 465, "tls", "me", "k@example.com", "someone@example.com"), secret="pw")
    text = shown(page(own, lang))
    assert "&lt;b&gt;组" in text and "310000 sign not match" in text and "tok-77" not in text and "someone" not in text


def test_a_channel_is_added_tested_and_turned_off_on_the_page(own: Path, group: Server) -> None:
    opened = page(own, "en")
    opened.text_input(key="data.messages.add.name").set_value("HR group")
    opened.text_input(key="data.messages.add.address").set_value(f"http://{group.host}/robot/send?access_token=tok-77")
    opened.button(key="FormSubmitter:data.messages.add-Add").click().run()
    assert "HR group was added" in shown(opened) and "tok-77" not in shown(opened)
    opened.button(key="data.messages.test").click().run()
    assert "Delivered to HR group" in shown(opened).replace("\\", "") and len(group.got) == 1
    opened.button(key="data.messages.switch").click().run()
    assert "HR group is off" in shown(opened) and not desk(own).channels()[0].enabled


def test_a_password_typed_on_the_page_is_forgotten_after_saving(own: Path) -> None:
    made = desk(own).save("dingtalk", "组", address=DINGTALK, secret=SECRET)
    opened = page(own, "en")
    opened.text_input(key=f"data.messages.{made}.secret").set_value("another secret")
    opened.button(key="FormSubmitter:data.messages.change-Save").click().run()
    assert "was changed" in shown(opened) and (kept(own).address, kept(own).secret) == (DINGTALK, "another secret")
    assert opened.text_input(key=f"data.messages.{made}.secret").value == ""


def test_a_wrong_address_on_the_page_says_what_to_do(own: Path) -> None:
    opened = page(own, "en")
    opened.text_input(key="data.messages.add.name").set_value("x")
    opened.text_input(key="data.messages.add.address").set_value("https://evil.example/hook")
    opened.button(key="FormSubmitter:data.messages.add-Add").click().run()
    assert "not on the list" in shown(opened) and desk(own).channels() == []


def test_a_dead_letter_is_put_aside_on_the_page(own: Path, group: Server) -> None:
    fail(own, told(own, group))
    opened, letter = page(own, "en"), desk(own).dead()[0]
    opened.button(key=f"data.messages.drop.{letter.id}").click().run()
    assert "put aside" in shown(opened) and desk(own).dead() == []
    with engine.ledger(own).reading() as con:
        assert letters.dead_count(con) == 0
