"""The conductor: what a build takes in, checks, publishes and refuses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from lib.build import BuildRefused, build
from lib.warehouse import publish
from lib.warehouse.store import Warehouse

STAFF = "employee_id,name,team,hire_date\nE1,李雷,一组,2025-01-06\nE2,韩梅梅,一组,2025-01-06\n"
DAYS = "employee_id,work_date,dials,answered,rejected\nE1,2026-03-02,80,20,5\nE2,2026-03-02,90,30,6\n"
TALKS = "employee_id,talked_on,note\nE1,2026-03-02,客户总是拒绝我\nE1,2026-03-02,客户又拒绝了我\n"
COMPANY = {"employees": STAFF, "activity_days": DAYS}


def company(folder: Path, files: Mapping[str, str]) -> Path:
    """A data folder whose inbox holds these CSV files, named after their tables."""
    inbox = folder / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for table, text in files.items():
        (inbox / f"{table}.csv").write_text(text, "utf-8")
    return folder


def published(folder: Path, sql: str) -> list[tuple]:
    frame = Warehouse(publish.where(folder)).frame(sql)
    return list(frame.itertuples(index=False, name=None))


def test_two_talks_of_a_day_may_say_the_same(tmp_path: Path) -> None:
    build(company(tmp_path, COMPANY | {"talks": TALKS}))
    assert published(tmp_path, "select signal, count(*) from talk_signals group by signal") == [("client_trouble", 2)]
