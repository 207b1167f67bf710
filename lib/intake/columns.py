"""Columns and truths that contracts are written with: short ways to say text, day, number, count, and who it is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pandas as pd

from lib.intake.shape import Column


def text(name: str, zh: str, en: str, *headers: str, **more: object) -> Column:
    """A column of text."""
    return Column(name, "text", zh, en, headers, **more)  # type: ignore[arg-type]


def date(name: str, zh: str, en: str, *headers: str, **more: object) -> Column:
    """A column of days."""
    return Column(name, "date", zh, en, headers, **more)  # type: ignore[arg-type]


def number(name: str, zh: str, en: str, *headers: str, low: float = 0, **more: object) -> Column:
    """A column of numbers, not below ``low``."""
    return Column(name, "number", zh, en, headers, low=low, **more)  # type: ignore[arg-type]


def count(name: str, zh: str, en: str, *headers: str, **more: object) -> Column:
    """A column of whole numbers from 0 on."""
    return Column(name, "whole", zh, en, headers, low=0, high=1_000_000, **more)  # type: ignore[arg-type]


EMPLOYEE_HEADERS = ("工号", "员工编号", "员工工号", "员工编码", "人员编号", "人员编码", "员工ID", "用户ID", "UserId", "employee id", "employee number",
                    "emp id",
                    "staff id", "agent id", "sales agent", "agent", "销售", "销售员", "坐席", "坐席工号", "业务员")


def who(must: bool = True) -> Column:
    """The employee number that a row is about."""
    return text("employee_id", "员工编号,例如 E0012", "employee number, for example E0012", *EMPLOYEE_HEADERS, must=must,
                 length=64)


def ordered(first: str, last: str) -> Callable[[pd.DataFrame], pd.Series]:
    """The one lies not after the other, where both are known."""
    return lambda frame: (frame[first] <= frame[last]).fillna(True)


def near(moment: str, day: str, hours_before: int, hours_after: int) -> Callable[[pd.DataFrame], pd.Series]:
    """The moment lies between ``hours_before`` the day's midnight and ``hours_after`` it (a night shift ends the next day)."""
    def holds(frame: pd.DataFrame) -> pd.Series:
        start = frame[day].astype("timestamp[us][pyarrow]")
        gap = frame[moment] - start
        return ((gap >= timedelta(hours=-hours_before)) & (gap < timedelta(hours=hours_after))).fillna(True)
    return holds


def sum_within(parts: tuple[str, ...], whole: str) -> Callable[[pd.DataFrame], pd.Series]:
    """The parts together are not more than the whole."""
    def holds(frame: pd.DataFrame) -> pd.Series:
        total = sum(frame[part].fillna(0) for part in parts if part in frame)
        return (total <= frame[whole]).fillna(True) if not isinstance(total, int) else pd.Series(True, index=frame.index)
    return holds
