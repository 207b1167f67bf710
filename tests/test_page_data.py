"""The Data page and the door before it: what an administrator sees and does, in both languages, and what the open demo refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib import words
from lib.access import sign_in
from lib.access.office import EmptyDesk, Office
from lib.access.roles import Viewer
from lib.show.data_ways import rules_from, rules_text
from lib.warehouse.store import Store

VIEWS = ("import", "history", "build", "quality", "settings", "users")
GOOD = "blue river 42"
PEOPLE = "工号,姓名,团队,入职日期\n" + "".join(f"E{n:03},员工{n},一组,2025-01-{n:02}\n" for n in range(1, 25))


def opened(data: Path, view: str = "import", lang: str = "zh", role: str = "admin") -> AppTest:
    """The Data page of a data folder, ready to be used; where people sign in, its administrator has."""
    def script(data: str, role: str, lang: str, name: str) -> None:
        from pathlib import Path

        from lib import words
        from lib.access.office import EmptyDesk
        from lib.access.roles import Viewer
        from lib.warehouse.store import Store
        from pages.data import page

        words.speak(lang)
        page(EmptyDesk(Store(Path(data)), Viewer(role, name=name)).anew())

    name = next((user.name for user in sign_in.list_users(data) if user.role == "admin"), "")
    app = AppTest.from_function(script, kwargs={"data": str(data), "role": role, "lang": lang, "name": name}, default_timeout=60)
    if name:
        app.session_state["door.token"] = sign_in.sign_in(data, name, GOOD)
    app.query_params["data"] = view
    return app.run()


def door(data: Path) -> AppTest:
    """What somebody sees who is not signed in."""
    def script(data: str) -> None:
        from pathlib import Path

        import streamlit as st

        from lib.show import door
        from lib.warehouse.store import Store

        store = Store(Path(data))
        viewer = door.viewer(store)
        if viewer is None:
            door.ask(store)
        else:
            st.text(f"in: {viewer.role} {viewer.name}")

    return AppTest.from_function(script, kwargs={"data": str(data)}, default_timeout=30).run()


def shown(app: AppTest) -> str:
    """Everything that stands on the page in the house's own HTML and in messages."""
    assert not app.exception, app.exception
    return " ".join([*(str(element.proto.body) for element in app.get("html")), *(m.value for m in [*app.success, *app.error, *app.text])])


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with an administrator and one file in the inbox."""
    sign_in.first_admin(tmp_path, "admin", GOOD)
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "people.csv").write_text(PEOPLE, "utf-8")
    return tmp_path


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_the_demo_opens_in_both_languages(demo_dir: Path, view: str, lang: str) -> None:
    assert f"data-page='data'>{view} " in shown(opened(demo_dir, view, lang))


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_before_anything_was_built(own: Path, view: str) -> None:
    assert f"data-page='data'>{view} " in shown(opened(own, view))


@pytest.mark.parametrize("role", ["boss", "hr", "presenter"])
def test_the_page_refuses_every_other_role(demo_dir: Path, role: str) -> None:
    app = opened(demo_dir, role=role)
    assert app.exception and not app.get("html") and not app.get("segmented_control")


@pytest.mark.parametrize("view", ["import", "users"])
def test_the_open_demo_offers_a_company_of_ones_own_and_takes_no_file(demo_dir: Path, view: str) -> None:
    app = opened(demo_dir, view)
    assert words.say("data.own.title") in shown(app) and not app.get("file_uploader")


def test_a_file_of_the_inbox_is_read_previewed_imported_and_remembered(own: Path) -> None:
    app = opened(own)
    app.selectbox(key="data.inbox").set_value("people.csv").run()
    assert "员工24" not in shown(app) and "员工8" in shown(app)
    next(box for box in app.text_input if box.key.startswith("data.keep")).set_value("人事导出")
    app.button(key="data.go").click().run()
    assert words.say("data.result.done", table="员工") in shown(app)
    office = Office(EmptyDesk(Store(own), Viewer("admin")))
    assert office.history()["rows_loaded"].tolist() == [24] and [m.name for m in office.mappings()] == ["人事导出"]


def test_a_file_that_is_no_table_is_explained_with_a_remedy(own: Path) -> None:
    (own / "inbox" / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    app = opened(own)
    app.selectbox(key="data.inbox").set_value("picture.csv").run()
    assert "role='alert'" in shown(app) and words.say("parts.mend") in shown(app)


def test_a_missing_must_have_field_is_named_and_nothing_can_be_imported(own: Path) -> None:
    (own / "inbox" / "short.csv").write_text("工号,姓名,团队\nE1,甲,一组\n", "utf-8")
    app = opened(own)
    app.selectbox(key="data.inbox").set_value("short.csv").run()
    next(box for box in app.selectbox if box.key.startswith("data.table.")).set_value("employees").run()
    assert "入职日期" in shown(app) and not [b for b in app.button if b.key == "data.go"]


def test_a_field_can_be_the_same_in_every_row(own: Path) -> None:
    (own / "inbox" / "short.csv").write_text("工号,姓名,团队\nE1,甲,一组\n", "utf-8")
    app = opened(own)
    app.selectbox(key="data.inbox").set_value("short.csv").run()
    next(box for box in app.selectbox if box.key.startswith("data.table.")).set_value("employees").run()
    next(box for box in app.selectbox if box.key.endswith("employees.hire_date")).set_value("w:constant").run()
    next(box for box in app.text_input if box.key.endswith("hire_date.constant.value")).set_value("2025-03-01").run()
    app.button(key="data.go").click().run()
    assert Office(EmptyDesk(Store(own), Viewer("admin"))).history()["rows_loaded"].tolist() == [1]


def test_rejected_rows_name_row_column_value_and_remedy(own: Path) -> None:
    (own / "inbox" / "bad.csv").write_text(PEOPLE + "E099,某人,一组,2025-13-01\n", "utf-8")
    words.speak("en")  # the test harness words the options of a selectbox itself
    app = opened(own, lang="en")
    app.selectbox(key="data.inbox").set_value("bad.csv").run()
    app.button(key="data.go").click().run()
    assert "Nothing was imported" in shown(app) and "2025-13-01" in shown(app) and "26" in shown(app)


def test_columns_that_stay_unread_are_named_and_must_be_confirmed_before_the_import(own: Path) -> None:
    (own / "inbox" / "courses.csv").write_text("工号,姓名,团队,入职日期,课程,成绩\nE1,甲,一组,2025-01-02,话术,88\nE2,乙,一组,2025-01-03,话术,90\n", "utf-8")
    app = opened(own)
    app.selectbox(key="data.inbox").set_value("courses.csv").run()
    assert words.say("data.import.unread", columns="课程、成绩") in shown(app) and app.button(key="data.go").disabled
    next(box for box in app.checkbox if box.key.startswith("data.checked.")).check().run()
    app.button(key="data.go").click().run()
    assert Office(EmptyDesk(Store(own), Viewer("admin"))).history()["rows_loaded"].tolist() == [2]


def test_a_file_that_may_be_two_tables_names_both(own: Path) -> None:
    (own / "inbox" / "log.csv").write_text("Agent,Date,Status,Notes\nA1,2026-03-02,Onsite,fine\n", "utf-8")
    app = opened(own)
    app.selectbox(key="data.inbox").set_value("log.csv").run()
    assert words.say("data.import.two", one="谈话", two="考勤") in shown(app) and app.button(key="data.go").disabled


def test_the_accepted_words_stand_beside_a_field_of_choices_and_other_words_can_be_given_a_meaning(own: Path) -> None:
    (own / "inbox" / "calls.csv").write_text("工号,拨打时间,通话结果,是否加微信\nE1,2026-03-02 09:01:00,黑名单,加了\n", "utf-8")
    app = opened(own)
    app.selectbox(key="data.inbox").set_value("calls.csv").run()
    assert "未接(no_answer)、拒绝(rejected)" in shown(app)
    next(box for box in app.selectbox if box.key.endswith("outcome.is.黑名单")).set_value("rejected").run()
    next(box for box in app.selectbox if box.key.endswith("contact_left.is.加了")).set_value("yes").run()
    app.button(key="data.go").click().run()
    assert Office(EmptyDesk(Store(own), Viewer("admin"))).history()["rows_loaded"].tolist() == [1]


def test_a_setting_is_saved_and_the_page_says_that_a_build_applies_it(own: Path) -> None:
    app = opened(own, "settings")
    app.selectbox(key="data.settings.group").set_value("tags.high_pressure").run()
    app.number_input(key="data.set.tags.high_pressure.days").set_value(4)
    next(b for b in app.button if b.label == words.say("data.settings.save")).click().run()
    assert words.say("data.settings.saved", count=1) in shown(app)
    assert "tags.high_pressure.days" in (own / "settings.toml").read_text()


def test_a_user_is_added_with_a_role_and_may_sign_in(own: Path) -> None:
    app = opened(own, "users")
    app.selectbox(key="data.user.role").set_value("boss").run()
    app.text_input(key="data.user.name").set_value("王总")
    app.text_input(key="data.user.password").set_value(GOOD)
    next(b for b in app.button if b.label == words.say("data.users.add")).click().run()
    assert "王总" in shown(app)
    assert sign_in.who(own, sign_in.sign_in(own, "王总", GOOD)).role == "boss"


def test_an_hr_is_given_teams_or_the_whole_company_in_so_many_words(own: Path) -> None:
    app = opened(own, "users")
    app.text_input(key="data.user.name").set_value("王人事")
    app.text_input(key="data.user.password").set_value(GOOD)
    add = lambda: next(b for b in app.button if b.label == words.say("data.users.add")).click().run()
    add()
    assert words.say("sign_in.hr_needs_scope", whole="\\*") in shown(app)
    app.checkbox(key="data.user.whole").check()
    app.text_input(key="data.user.password").set_value(GOOD)
    add()
    assert next(u for u in sign_in.list_users(own) if u.name == "王人事").teams is None


def test_role_and_scope_of_a_user_are_changed_on_the_page(own: Path) -> None:
    sign_in.add_user(own, "ann", GOOD, "boss")
    app = opened(own, "users")
    app.selectbox(key="data.user.who").set_value("ann").run()
    app.selectbox(key="data.user.role.ann").set_value("mentor").run()
    app.text_input(key="data.user.ann.mentor.employee").set_value("E7")
    next(b for b in app.button if b.label == words.say("data.users.save")).click().run()
    ann = next(user for user in sign_in.list_users(own) if user.name == "ann")
    assert (ann.role, ann.employee_id) == ("mentor", "E7") and words.say("data.users.changed", name="ann") in shown(app)


def test_a_button_that_was_drawn_before_the_session_ended_does_nothing(own: Path) -> None:
    app = opened(own)
    app.selectbox(key="data.inbox").set_value("people.csv").run()
    app.button(key="data.go").click().run()
    history = opened(own, "history")
    assert not history.exception
    sign_in.sign_out(own, history.session_state["door.token"])
    next(b for b in history.button if str(b.key).startswith("data.undo.")).click().run()
    assert Office(EmptyDesk(Store(own), Viewer("admin"))).history()["state"].tolist() == ["loaded"]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_what_was_said_in_a_talk_is_not_shown_to_the_administrator(own: Path, lang: str) -> None:
    (own / "inbox" / "talks.csv").write_text("工号,谈话日期,谈话内容,支持措施,承诺\nE001,2025-02-01,母亲住院了,垫付医药费,调换班次\n", "utf-8")
    app = opened(own, lang=lang)
    app.selectbox(key="data.inbox").set_value("talks.csv").run()
    page = shown(app) + str(app.multiselect) + str(app.selectbox)
    assert "•••" in page and not [text for text in ("母亲", "垫付", "调换", "family_care") if text in page]
    words.speak(lang)
    assert words.say("data.map.hidden") in page


def test_life_events_and_pay_are_hidden_in_examples_and_preview(own: Path) -> None:
    (own / "inbox" / "events.csv").write_text("工号,事件类型,事件日期,是否同意\nE001,手术,2025-02-01,是\nE002,流产,2025-02-02,是\n", "utf-8")
    (own / "inbox" / "pay.csv").write_text("工号,姓名,团队,入职日期,月薪\nE001,甲,一组,2025-01-01,98765\n", "utf-8")
    app = opened(own)
    app.selectbox(key="data.inbox").set_value("events.csv").run()
    assert "•••" in shown(app) and not [text for text in ("手术", "流产") if text in shown(app) + str(app.selectbox) + str(app.multiselect)]
    app.selectbox(key="data.inbox").set_value("pay.csv").run()
    assert "•••" in shown(app) and "98765" not in shown(app) and "98,765" not in shown(app)


def test_the_last_administrator_cannot_be_disabled_on_the_page(own: Path) -> None:
    app = opened(own, "users")
    app.button(key="data.user.disable").click().run()
    assert words.say("sign_in.last_admin") in shown(app)


def test_an_empty_folder_offers_the_demo_or_a_company_of_ones_own(tmp_path: Path) -> None:
    app = door(tmp_path)
    assert words.say("door.nothing") in shown(app) and "--demo" in app.code[0].value
    assert not (tmp_path / "ledger.db").exists()


def test_the_first_administrator_is_signed_in_at_once(tmp_path: Path) -> None:
    app = door(tmp_path)
    app.text_input(key="door.admin.name").set_value("李管理")
    app.text_input(key="door.admin.new").set_value(GOOD)
    app.text_input(key="door.admin.again").set_value(GOOD)
    app.button[0].click().run()
    assert "in: admin 李管理" in shown(app)


def test_two_different_new_passwords_are_not_taken(tmp_path: Path) -> None:
    app = door(tmp_path)
    app.text_input(key="door.admin.name").set_value("李管理")
    app.text_input(key="door.admin.new").set_value(GOOD)
    app.text_input(key="door.admin.again").set_value("something else")
    app.button[0].click().run()
    assert words.say("sign_in.password_differs") in shown(app) and not sign_in.has_users(tmp_path)


def test_a_wrong_password_stays_outside_and_a_revoked_session_is_put_out(own: Path) -> None:
    app = door(own)
    app.text_input(key="door.in.name").set_value("admin")
    app.text_input(key="door.in.password").set_value("not this one")
    app.button[0].click().run()
    assert words.say("sign_in.wrong") in shown(app)
    app.text_input(key="door.in.password").set_value(GOOD)
    app.button[0].click().run()
    assert "in: admin" in shown(app)
    sign_in.set_password(own, "admin", "green hill 17")
    assert words.say("door.sign_in") in shown(app.run())


def test_an_imported_company_ignores_a_role_in_the_address(own: Path) -> None:
    app = door(own)
    app.query_params["role"] = "hr"
    assert "in:" not in shown(app.run())


@pytest.mark.parametrize("role", ["lead", "employee", "mentor"])
def test_the_demo_gives_roles_that_are_somebody_a_real_person(demo_dir: Path, role: str) -> None:
    from lib.access import demo

    viewer = demo.viewer(Store(demo_dir), role)
    assert viewer.name and (viewer.teams or viewer.employee_id)


def test_rules_written_as_lines_read_back_the_same() -> None:
    text = "Answered (Y/N)=N → no_answer\nResolved=Y|yes & Topic=a=b → effective\nelse → rejected"
    settings = rules_from(text, ("Answered (Y/N)", "Resolved", "Topic"))
    assert rules_text(settings) == text
    assert settings["rules"][1] == {"when": {"Resolved": ["Y", "yes"], "Topic": "a=b"}, "then": "effective"}


@pytest.mark.parametrize("line", ["no arrow", "Nowhere=1 → x", "else → y"])
def test_a_line_that_is_no_rule_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        rules_from(line, ("Topic",))
