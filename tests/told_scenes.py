"""What tests of scenes share: a presenter's desk on a company with changed tables, the truth past every desk, and everything a scene says."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd

from lib import words
from lib.access.desk import Desk
from lib.access.roles import Viewer
from lib.story import scenes
from lib.story.scene import Scene, Wish
from lib.warehouse import publish
from lib.warehouse.store import Store, building

WEEK = date(2026, 11, 9)
"""The latest whole week of the small demo company."""
UNSURE = {"zh": ("可能", "说不准"), "en": ("may be", "cannot be told", "cannot tell", "chance", "too short", "no earlier weeks")}
HIDING = {"zh": ("不显示", "只说全公司"), "en": ("no figure is shown", "not shown", "whole company only")}


def changed(demo_dir: Path, folder: Path, *statements: str) -> Path:
    """A copy of the demo company after some statements, published in its own folder."""
    build_id = publish.new_build_id("changed")
    draft = publish.draft(folder, build_id)
    shutil.copy(publish.where(demo_dir), draft)
    with building(draft) as con:
        for statement in statements:
            con.execute(statement)
    publish.publish(folder, build_id, draft, 3)
    return folder


def presenter(folder: Path, role: str = "presenter", teams: tuple[str, ...] | None = None) -> Desk:
    """A desk that keeps its answers, as the app's does."""
    kept: dict[object, pd.DataFrame] = {}

    def through(request: object, run: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        if request not in kept:
            kept[request] = run()
        return kept[request].copy(deep=False)

    return Desk(Store(folder), Viewer(role, teams=teams), through)


def table(desk: Desk, sql: str) -> pd.DataFrame:
    """What the published tables hold, past every desk: the truth that scenes are held against."""
    return desk.store.current().frame(sql)


def ask(desk: Desk, kind: str, lang: str = "zh", **limits: str) -> Scene:
    words.speak(lang)
    scene = scenes.make(desk, Wish(kind, **limits))
    assert scene is not None
    return scene


def said_in(scene: Scene) -> str:
    """Everything that a scene says."""
    picture = scene.picture
    parts = [scene.title, scene.footnote, scene.period, scene.notes, scene.alt, scene.left_out, scene.hidden_note, *scene.more]
    if picture:
        parts += [*picture.labels, picture.unit, *(one.name for one in picture.series), *(line.name for line in picture.lines)]
    return "\n".join(parts)


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text))


def carriers(desk: Desk, extra: str = "") -> pd.DataFrame:
    """People who carried a need tag in the week, counted apart from every query of the app."""
    held = table(desk, f"""select distinct t.employee_id, e.team from tag_episodes t join employees e using (employee_id)
        where t.tag <> 'new_hire' and t.since <= date '{WEEK}' + 6 and coalesce(t.until, date '{WEEK}') >= date '{WEEK}'
        and not (t.tag = 'life_event' and t.evidence->>'$.kinds' = '["birthday"]') {extra}""")
    return held
