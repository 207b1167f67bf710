"""A small company with mentors, built from files once a run: two teams of the same work, one of another, newcomers of the same tenure."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from lib.build import build
from lib.warehouse import publish
from lib.warehouse.store import building

END = date(2026, 2, 22)
"""A Sunday: the company's day."""
MONDAY = date(2026, 2, 16)
PEOPLE = [  # employee_id, name, team, role, hire_date
    ("L1", "林组长", "一组", "组长", "2022-01-03"), ("M1", "马导师", "一组", "顾问", "2023-01-02"), ("M2", "米导师", "二组", "顾问", "2023-01-02"),
    *((f"A{n}", f"安{n}号", "一组", "顾问", "2024-03-04") for n in range(1, 5)), *((f"B{n}", f"毕{n}号", "二组", "顾问", "2024-03-04") for n in range(1, 5)),
    ("E1", "艾新人", "一组", "顾问", "2025-11-24"), ("E2", "尔新人", "二组", "顾问", "2025-11-24"),
    *((f"C{n}", f"陈{n}号", "二组", "顾问", "2025-11-24") for n in range(1, 7)),
    ("N1", "牛新人", "一组", "顾问", "2026-02-09"), ("S1", "双胞", "三组", "店员", "2024-03-04"), ("S2", "双胞", "三组", "店员", "2024-03-04"),
    ("S3", "史店员", "三组", "店员", "2024-03-04")]
"""E1 and E2 are mentees of M1; C1–C6 are their comparable newcomers; N1 has nobody."""


def effective(who: str, week: int) -> int:
    """Effective consultations a day in week 0 … 12 of the newcomers: E1 gains 4 in the last 4 weeks, Cn gains n − 3."""
    late = week >= 9
    if who == "E1":
        return 10 + 4 * late
    if who == "E2":
        return 10
    if who[0] == "C":
        return 10 + (int(who[1:]) - 3) * late
    return {"M1": 16, "M2": 8}.get(who, 10)


def _files() -> dict[str, str]:
    days = ["employee_id,work_date,dials,answered,rejected,effective"]
    first = MONDAY - timedelta(weeks=12)  # 2025-11-24, a Monday
    for who, *_, hired in PEOPLE:
        for week in range(13):
            for n in range(5):
                day = first + timedelta(days=7 * week + n)
                if day >= date.fromisoformat(hired) and not (who == "E1" and day == date(2026, 2, 20)):  # E1 was away on the last Friday
                    days.append(f"{who},{day},100,60,20,{effective(who, week)}")
    return {
        "employees": "employee_id,name,team,role,hire_date,leave_date\n" + "".join(f"{','.join(row)},\n" for row in PEOPLE)
        + "X1,走了的人,二组,顾问,2025-11-03,2025-12-15\n",
        "teams": "team,lead_id\n一组,L1\n二组,\n三组,\n",
        "activity_days": "\n".join(days) + "\n",
        "mentorships": "employee_id,mentor_id,since,until\nE1,M1,2025-11-24,\nE2,M1,2025-11-24,\nC1,M2,2025-11-24,2025-12-29\n",
        "mentor_sessions": "employee_id,mentor_id,held_on,kind,minutes,confirmed\nE1,M1,2026-02-17,joint consultation,30,yes\n"
                           "E1,M1,2026-02-18,joint consultation,30,no\nE1,M1,2026-02-18,script review,20,yes\n",
        "help_requests": "employee_id,mentor_id,asked_at,answered_at,topic\nE1,M1,2026-02-17 10:00,2026-02-17 10:30,objection\n"
                         "E1,M1,2026-02-18 10:00,2026-02-18 11:30,objection\nE2,M1,2026-02-19 10:00,,closing\n",
        "customers": "customer_id,name,owner_id,satisfaction\nK1,客户一,M1,80\nK2,客户二,M1,90\n",
    }


@cache
def _built() -> Path:
    folder = Path(mkdtemp())
    (folder / "inbox").mkdir()
    for table, text in _files().items():
        (folder / "inbox" / f"{table}.csv").write_text(text, "utf-8")
    build(folder, as_of=END)
    return publish.where(folder)


def company(folder: Path, *statements: str) -> Path:
    """A data folder with this company, published as an open demo, after some statements on its tables."""
    build_id = publish.new_build_id("paired")
    draft = publish.draft(folder, build_id)
    shutil.copy(_built(), draft)
    with building(draft) as con:
        for statement in ("update build_info set company = 'demo'", *statements):
            con.execute(statement)
    publish.publish(folder, build_id, draft, 3)
    return folder
