"""Data page, build: what the published version was built from, build anew beside the app, and go back to an older version."""

from __future__ import annotations

import re
from contextlib import suppress

import pandas as pd
import streamlit as st

from lib.access.builds import BuildRunning
from lib.access.desk import NotAllowed
from lib.access.office import Office
from lib.show import cards, data_view, tables
from lib.show.parts import Explain, esc, explain, full_day, number
from lib.show.plain import plain
from lib.words import say, sentences

_WATCHED = "data.build.watched"


def show(office: Office) -> None:
    """Now → build → what it read → versions."""
    if office.published:
        _now(office)
    elif not office.builds.running():
        cards.nothing_yet(say("data.build.none"), say("data.build.none_why"), say("data.build.none_how"))
    _build(office)
    if office.published:
        _read(office)
        _versions(office)


def _now(office: Office) -> None:
    row = office.desk.read("data_build").iloc[0]
    seconds = (pd.Timestamp(row["finished_at"]) - pd.Timestamp(row["started_at"])).total_seconds()
    pairs = [(say("data.build.as_of"), full_day(row["as_of"])), (say("data.build.finished"), data_view.moment(row["finished_at"])),
             (say("data.build.took"), say("data.build.seconds", seconds=number(seconds))),
             (say("data.build.rows"), number(row["source_rows"], 0)), (say("data.build.rejected"), number(row["rejected_rows"], 0)),
             (say("data.build.version"), str(row["build_id"]))]
    how = Explain(say("data.build.how_rule"), say("data.build.how_period"), say("data.build.how_people"))
    cards.draw(f"<div class='kj-card kj-stack' style='gap:8px'><h2>{esc(say('data.build.now'))}</h2>{data_view.facts(pairs)}{explain(how)}</div>")


# --- building ---------------------------------------------------------------------------------------------------------------

def _build(office: Office) -> None:
    demo = not _own(office)
    if office.builds.running() or st.session_state.get(_WATCHED):
        _watch(office)
        return
    waiting = _since(office)
    note = say("data.build.demo_note") if demo else say("data.build.waiting", count=waiting) if waiting else say("data.build.up_to_date")
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        can = demo and office.company == "demo" or not demo
        st.button(say("data.build.go"), key="data.build.go", type="primary", icon=":material/play_arrow:", disabled=not can, on_click=_start,
                  args=(office, demo))
        cards.draw(f"<p class='kj-note'>{esc(note if can else say('data.build.import_first'))}</p>")
    last = office.builds.progress()
    if last and last.failed:
        cards.problem(say("data.build.failed"), _spoken(last.failed), say("data.build.failed_mend"))
    elif last and last.steps:
        with st.expander(say("data.build.last_steps")):
            cards.draw(_steps(last.steps))


def _spoken(reason: str) -> str:
    """Why a build stopped, in the language of this run: the command line says it in English, the words know both."""
    for key, both in sentences().items():
        if key.startswith("build."):
            names = re.findall(r"\{(\w+)\}", both["en"])
            pattern = re.sub(r"\\{\w+\\}", "(.+?)", re.escape(both["en"]))
            if hit := re.fullmatch(pattern, reason):
                return say(key, **dict(zip(names, hit.groups(), strict=True)))
    return reason


def _own(office: Office) -> bool:
    """Whether there is anything of one's own to build: imports, or files in the inbox."""
    if office.open_to_all:
        return False
    history = office.history()
    return bool((history["state"] == "loaded").any()) or bool(office.inbox())


def _since(office: Office) -> int:
    """Imports and undone imports since the published version began to be built."""
    history = office.history()
    if history.empty or not office.published:
        return len(history)
    began = pd.Timestamp(office.desk.read("data_build")["started_at"].iloc[0]).tz_localize("UTC")
    at = lambda column: pd.to_datetime(history[column], utc=True, format="ISO8601") > began
    return int(((at("imported_at") & (history["state"] == "loaded")) | at("undone_at")).sum())


def _start(office: Office, demo: bool) -> None:
    with suppress(NotAllowed):  # the session is over: the door takes it from here
        with suppress(BuildRunning):  # somebody was faster: watch that one
            office.start_build(demo)
        st.session_state[_WATCHED] = True


def _watch(office: Office) -> None:
    """The running build, looked at every second; the page is drawn anew when it ends."""
    st.session_state[_WATCHED] = True

    @st.fragment(run_every=1.0, key="data.build.watch")
    def look() -> None:
        now = office.builds.progress()
        if not office.builds.running():
            st.session_state.pop(_WATCHED, None)
            if now and not now.failed:
                data_view.tell("data.build.done")
            st.rerun(scope="app")
        steps = now.steps if now else ()
        at = _step(steps[-1].name) if steps else say("data.build.starting")
        st.progress(min(len(steps) / 20, 0.97), text=say("data.build.running", step=plain(at)))
        if steps:
            cards.draw(_steps(steps))

    look()


def _step(name: str) -> str:
    key = f"data.step.{name}"
    return say(key) if key in sentences() else name


def _steps(steps) -> str:  # type: ignore[no-untyped-def]
    before = [0.0, *(step.at for step in steps)]
    frame = pd.DataFrame({say("data.build.step"): [_step(step.name) for step in steps],
                          say("data.build.step_rows"): [number(step.rows, 0) if step.rows is not None else "–" for step in steps],
                          say("data.build.step_seconds"): [f"{max(step.at - at, 0):.1f}" for step, at in zip(steps, before, strict=False)]})
    return tables.html(frame)


# --- what it read, and older versions ---------------------------------------------------------------------------------------

def _read(office: Office) -> None:
    read = office.desk.read("data_imports")
    cards.section(say("data.build.read", count=len(read)), say("data.build.read_note"))
    if read.empty:
        return
    shown = pd.DataFrame({
        say("data.history.table"): read["table_name"].map(data_view.table_label), say("data.history.file"): read["file"],
        say("data.history.loaded"): read["rows_loaded"], say("data.history.rejected"): read["rows_rejected"],
        say("data.history.days"): [f"{a:%Y-%m-%d} – {b:%Y-%m-%d}" if pd.notna(a) else "–" for a, b in zip(read["first_day"], read["last_day"], strict=True)],
        say("data.history.when"): read["imported_at"].map(data_view.moment)})
    cards.draw(data_view.still(tables.html(shown.head(tables.ROWS))))
    if len(shown) > tables.ROWS:
        tables.behind(shown, "sources", {column: column for column in shown.columns}, "data.read")


def _versions(office: Office) -> None:
    known = office.builds.versions()
    cards.section(say("data.build.versions", count=len(known)), say("data.build.versions_note"))
    for version in known:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            size = f"{version.path.stat().st_size / 2**20:.1f} MB"
            chip = f" <span class='kj-chip kj-fine'>{esc(say('data.build.current'))}</span>" if version.current else ""
            cards.draw(f"<p>{esc(_built(version.build_id))} <span class='kj-note'>{esc(version.build_id)} · {size}</span>{chip}</p>")
            if not version.current:
                st.button(say("data.build.back"), key=f"data.back.{version.build_id}", on_click=_back, args=(office, version.build_id))


def _built(build_id: str) -> str:
    return data_view.moment(pd.to_datetime(build_id[:15], format="%Y%m%d-%H%M%S"))


def _back(office: Office, build_id: str) -> None:
    with suppress(NotAllowed):
        try:
            office.roll_back(build_id)
        except OSError:  # another build or roll-back holds the folder
            data_view.tell("data.build.busy")
        else:
            data_view.tell("data.build.rolled_back", when=_built(build_id))
