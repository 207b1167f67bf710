"""Shelf: every cache of the app, and what each is keyed by.

``st.cache_data`` is shared by all users and samples large frames when it hashes them, so answers are kept under the request
alone: build, role and scope, language, query and parameters.  Nothing a session holds is ever part of an answer.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import streamlit as st

from lib.access import demo
from lib.access.desk import Request
from lib.access.roles import Viewer
from lib.warehouse.store import Store


@st.cache_resource(show_spinner=False)
def store(data_dir: str) -> Store:
    """The one store of this process for a data folder."""
    return Store(Path(data_dir))


def data_dir() -> Path:
    """The data folder the app serves: ``KANJIAN_DATA`` or ``data`` beside ``app.py``."""
    return Path(os.environ.get("KANJIAN_DATA") or Path(__file__).parents[2] / "data")


@st.cache_data(max_entries=1024, show_spinner=False)
def _kept(request: Request, _run: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    return _run()


def through(request: Request, run: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """The answer to a request: from the shelf, or run now and kept."""
    return _kept(request, _run=run)


@st.cache_data(max_entries=16, show_spinner=False)
def _company(build_id: str, _store: Store) -> str:
    return str(_store.current().frame("select company from build_info")["company"].iloc[0])


def company(store: Store) -> str:
    """``demo`` or ``imported``: what the published version was built from."""
    return _company(store.current().build_id, store)


@st.cache_data(max_entries=64, show_spinner=False)
def _demo_viewer(build_id: str, role: str, _store: Store) -> Viewer:
    return demo.viewer(_store, role)


def demo_viewer(store: Store, role: str) -> Viewer:
    """The person that the demo's role switch stands for."""
    return _demo_viewer(store.current().build_id, role, store)
