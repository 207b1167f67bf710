"""Shelf: every cache of the app, and what each is keyed by.

Answers are shared by all users, so they are kept under the request alone: build, role and scope, language, query and
parameters.  Nothing a session holds is ever part of an answer.  A reader gets a lazy copy: pandas copies on write, so what a page
does to its frame never reaches the shelf, and nothing is pickled or hashed cell by cell on the way.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

import pandas as pd
import streamlit as st

from lib.access import demo
from lib.access.desk import Desk, Request
from lib.access.roles import Viewer
from lib.warehouse.store import Store
from lib.words import language

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@st.cache_resource(show_spinner=False)
def store(data_dir: str) -> Store:
    """The one store of this process for a data folder."""
    return Store(Path(data_dir))


def data_dir() -> Path:
    """The data folder the app serves: ``KANJIAN_DATA`` or ``data`` beside ``app.py``."""
    return Path(os.environ.get("KANJIAN_DATA") or Path(__file__).parents[2] / "data")


class Kept(Generic[K, V]):
    """The most recent values by key, at most ``size`` of them; safe to use from many threads."""

    def __init__(self, size: int):
        self._size, self._lock = size, Lock()
        self._values: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of a key: from the shelf, or made now and kept.  What raises is not kept."""
        with self._lock:
            found = self._values.get(key)
            if found is not None:
                self._values.move_to_end(key)
                return found
        made = make()
        with self._lock:
            self._values[key] = made
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return made


@st.cache_resource(show_spinner=False)
def _answers() -> Kept[Request, pd.DataFrame]:
    return Kept(1024)


@st.cache_resource(show_spinner=False)
def _pictures() -> Kept[Hashable, str]:
    return Kept(256)


def through(request: Request, run: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """The answer to a request: from the shelf, or run now and kept."""
    return _answers().get(request, run).copy(deep=False)


@st.cache_resource(show_spinner=False)
def _worked_out() -> Kept[Hashable, object]:
    return Kept(64)


def keep(key: Hashable, make: Callable[[], object]) -> object:
    """A value that :meth:`lib.access.desk.Desk.worked_out` asks for: from the shelf, or made now and kept."""
    return _worked_out().get(key, make)


def picture(desk: Desk, name: str, chosen: tuple[Hashable, ...], make: Callable[[], str]) -> str:
    """Finished HTML of a page, kept under everything it depends on: data folder and version, role and scope, language, the
    smallest group shown, its name and what was chosen.  A picture holds nothing of a session."""
    key = (desk.data_dir, desk.build_id, desk.viewer.scope, language(), desk.smallest_group(), name, chosen)
    return _pictures().get(key, make)


@st.cache_data(max_entries=16, show_spinner=False)
def _company(build_id: str, data_dir: str, _store: Store) -> str:
    return str(_store.current().frame("select company from build_info")["company"].iloc[0])


def company(store: Store) -> str:
    """``demo`` or ``imported``: what the published version was built from."""
    return _company(store.current().build_id, str(store.data_dir), store)


@st.cache_data(max_entries=64, show_spinner=False)
def _demo_viewer(build_id: str, data_dir: str, role: str, _store: Store) -> Viewer:
    return demo.viewer(_store, role)


def demo_viewer(store: Store, role: str) -> Viewer:
    """The person that the demo's role switch stands for."""
    return _demo_viewer(store.current().build_id, str(store.data_dir), role, store)
