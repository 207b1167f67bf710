"""Markup: what stands in files and names is shown as text; nothing in it is read as markdown or HTML, and no picture is fetched."""

from __future__ import annotations

from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from lib.access import sign_in
from lib.show.plain import plain
from tests.test_page_data import GOOD, opened

PICTURE, TAG = "![x](https://evil.example/p.png)", "<img src=x onerror=1>"
EVIL = [PICTURE, TAG, "[x](https://evil.example)", "**bold**", "`code`", "# head", "$x$", "1. one", "- one", "a\n\n---\n> b", ":red[x]", "a | b", "&lt;b&gt;",
        "~~x~~", "<https://evil.example>", "a\\*b*"]


def labels(app: AppTest) -> str:
    """Every label and message that Streamlit itself would read as markdown."""
    assert not app.exception, app.exception
    found: list[str] = []

    def walk(block: object) -> None:
        for child in getattr(block, "children", {}).values():
            proto = getattr(child, "proto", None)
            if getattr(child, "type", "") != "html":
                found.extend(str(getattr(proto, name)) for name in ("label", "body", "text", "help") if hasattr(proto, name))
                found.extend(getattr(proto, name).label for name in ("popover", "expandable") if hasattr(proto, name))
            walk(child)

    walk(app._tree)
    return "\n".join(found)


def markup(app: AppTest) -> str:
    """Everything drawn, ours and Streamlit's."""
    return labels(app) + " ".join(str(element.proto.body) for element in app.get("html"))


@pytest.mark.parametrize("text", EVIL)
def test_plain_text_renders_as_exactly_itself(text: str) -> None:
    from html import unescape

    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(plain(text))
    inner = html.strip().removeprefix("<p>").removesuffix("</p>")
    assert "<" not in inner and unescape(inner).replace("\u2060", "") == " ".join(text.split())


@pytest.mark.parametrize("text", ["https://evil.example", "www.evil.example", "me@evil.example", ":material/home:", ":smile:"])
def test_plain_text_holds_no_address_and_no_icon_even_without_its_backslashes(text: str) -> None:
    bare = plain(text).replace("\\", "")
    assert not any(sign in bare for sign in ("https:/", "www.", "@e", ":m", ":s"))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    sign_in.first_admin(tmp_path, TAG, GOOD)
    (tmp_path / "inbox").mkdir()
    return tmp_path


def test_a_cell_of_a_file_stays_text_where_its_meaning_is_asked(own: Path) -> None:
    rows = f"工号,日期,上班,下班,结果\nE1,2025-01-02,09:00,18:00,{PICTURE}\nE2,2025-01-02,09:00,18:00,{TAG}\n"
    (own / "inbox" / "days.csv").write_text(rows, "utf-8")
    app = opened(own)
    app.selectbox(key="data.inbox").set_value("days.csv").run()
    next(box for box in app.selectbox if box.key.startswith("data.table.")).set_value("attendance").run()
    fields = next(box for box in app.multiselect if box.key.endswith(".may"))
    fields.set_value([*fields.value, "result"]).run()
    next(box for box in app.selectbox if box.key.endswith("attendance.result")).set_value("h:结果").run()
    assert "evil" in labels(app) and "![" not in labels(app) and "](" not in labels(app) and TAG not in markup(app)


def test_the_name_of_a_file_stays_text(own: Path) -> None:
    name = "![x](evil.example).csv"
    (own / "inbox" / name).write_text("工号,姓名\nE1,甲\n", "utf-8")
    app = opened(own)
    app.selectbox(key="data.inbox").set_value(name).run()
    assert "![x](" not in labels(app)


def test_a_message_about_a_name_stays_text() -> None:
    def script(name: str) -> None:
        import streamlit as st

        from lib import words
        from lib.show.plain import plain_values

        words.speak("zh")
        st.success(words.say("data.history.undone", **plain_values({"file": name})))

    for name in (PICTURE, TAG):
        shown = AppTest.from_function(script, kwargs={"name": name}).run().success[0].value
        assert "![" not in shown and "](" not in shown and name not in shown


def test_a_users_name_and_team_stay_text(own: Path) -> None:
    sign_in.add_user(own, PICTURE, GOOD, "lead", [PICTURE, TAG])
    app = opened(own, "users")
    app.selectbox(key="data.user.who").set_value(PICTURE).run()
    app.button(key="data.user.disable").click().run()
    assert "![" not in labels(app) and TAG not in markup(app)


def test_a_name_in_a_refusal_stays_text(own: Path) -> None:
    app = opened(own, "users")
    app.selectbox(key="data.user.role").set_value("boss").run()
    app.text_input(key="data.user.name").set_value(TAG)
    app.text_input(key="data.user.password").set_value(GOOD)
    next(b for b in app.button if b.key and b.key.startswith("FormSubmitter:data.users.add")).click().run()
    assert app.error and TAG not in app.error[0].value
