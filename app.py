"""The front door: who is here, which language, which pages."""

from importlib import import_module

import streamlit as st

from lib import words
from lib.access.desk import Desk
from lib.access.office import EmptyDesk
from lib.show import door, header, share, shelf, stage, style
from lib.words import say

PAGES = {  # group → page key → (icon, roles); the file is pages/<key>.py, the label is words "page.<key>"
    "glance": {"glance": ("visibility", ("boss", "lead", "hr", "presenter"))},
    "care": {"today": ("favorite", ("hr",)), "tags": ("grid_view", ("hr", "boss", "presenter", "admin")), "person": ("person", ("hr",)),
             "effect": ("balance", ("boss", "hr", "presenter"))},
    "team": {"morale": ("groups", ("boss", "hr", "lead", "presenter")), "risk": ("monitoring", ("hr", "boss", "presenter")), "board": ("tv", ("lead", "boss"))},
    "present": {"present": ("slideshow", ("presenter", "boss", "hr"))},
    "data": {"data": ("database", ("admin",)), "my_day": ("today", ("employee", "mentor"))},
}

FIRST = {"hr": "today", "admin": "data"}  # what a role opens the app for, where it is not the first of its pages

# A picture of our own: Streamlit would fetch a material icon for the tab from an outside host.
st.set_page_config(page_title="看见 Kanjian", page_icon=str(style.MARK), layout="wide")
style.apply()
words.speak(header.language())
store = shelf.store(str(shelf.data_dir()))
if stage.asked_for("pulse"):
    # Who answers the anonymous pulse is nobody here, signed in or not: no viewer is looked up, no menu and no other page exists.
    answer = st.Page(lambda: import_module("pages.pulse").page(store), title=say("page.pulse"), url_path="pulse")
    here = st.navigation([st.Page(lambda: None, title=say("door.title"), default=True), answer], position="hidden")
    header.draw(store, None)
    here.run()
    st.stop()
viewer = door.viewer(store)
if viewer is None:
    # Every address leads to the same door, and to its page again once somebody is in.
    addresses = [key for rows in PAGES.values() for key in rows]
    doors = [st.Page(lambda: None, title=say("door.title"), url_path=key) for key in addresses]
    st.navigation([st.Page(lambda: None, title=say("door.title"), default=True), *doors], position="hidden").run()
    header.draw(store, None)
    door.ask(store)
    st.stop()
published = door.published(store)
desk = (Desk if published else EmptyDesk)(store, viewer, shelf.through, shelf.keep)


def _page(key: str, icon: str) -> st.Page:
    def run() -> None:
        stage.play(key, import_module(f"pages.{key}").page, desk, share.bar)

    run.__name__ = key
    return st.Page(run, title=say(f"page.{key}"), icon=f":material/{icon}:", url_path=key)


menu = {say(f"group.{group}"): [_page(key, icon) for key, (icon, roles) in rows.items()
                                if viewer.role in roles and (published or key == "data")]
        for group, rows in PAGES.items()}
menu = {group: pages for group, pages in menu.items() if pages} or {"": [st.Page(door.wait_for_build, title=say("door.title"))]}
pages = [page for group in menu.values() for page in group]
first = next((page for page in pages if page.url_path == FIRST.get(viewer.role)), pages[0])
landing = st.Page(lambda: st.switch_page(first), title=say("door.title"), default=True, visibility="hidden")
# A menu that fits stands in one line; a long one in its groups.
here = st.navigation([landing, *pages] if len(pages) <= 8 else {"": [landing], **menu}, position="top")
stage.know({page.url_path: page for page in pages})
header.draw(store, viewer)
here.run()
