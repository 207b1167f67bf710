"""The care standard of one HR's people: reads for :mod:`lib.care.standard`, limited to the scope by the desk that reads them."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from lib.access.desk import Desk
from lib.care import standard
from lib.care.queue import SHIFT, Episode
from lib.care.shape import Reason, StandardRow
from lib.care.standard import Due, Talk
from lib.ledger import snapshot
from lib.ledger.engine import Ledger
from lib.settings import Value

MONTHS = 6
MINUTES_OVER = 28
"""Days over which HR's minutes are counted."""


def _day(value: object) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()  # type: ignore[call-overload,arg-type]


class CareStandard:
    """Due and done of the people that ``desk`` may read; made anew for every question."""

    def __init__(self, desk: Desk, book: Ledger, today: date, values: dict[str, Value]):
        self._desk, self._today, self._values = desk, today, values
        self._written = snapshot.take(book)
        self._told: dict[tuple[str, str], list[tuple[date, str]]] | None = None

    def rows(self, by: str, month: date | None) -> list[StandardRow]:
        """See :func:`lib.care.standard.rows`; the month of ``month``, by default this one, by month the last six."""
        first = (month or self._today).replace(day=1)
        if by == "month" and month is None:
            first = _months_back(first, MONTHS - 1)
        last = min(_months_back((month or self._today).replace(day=1), -1) - timedelta(1), self._today)
        dues, teams = self._due(first, last)
        return standard.rows(dues, by, teams, self._owner, self._today)

    def overdue(self) -> list[Reason]:
        """See :func:`lib.care.standard.overdue`; of people who work here."""
        dues, _ = self._due(self._today - timedelta(75), self._today, active=True)
        return standard.overdue(dues, self._today)

    def minutes(self) -> dict[str, float]:
        """See :func:`lib.care.standard.minutes`, over the last four weeks."""
        people = int(self._desk.read("care_headcount")["people"].iloc[0])
        first = self._today - timedelta(MINUTES_OVER - 1)
        return standard.minutes(self._talks(first, self._today), people, first, self._today)

    def _due(self, first: date, last: date, active: bool = False) -> tuple[list[Due], dict[str, str]]:
        frame = self._desk.read("care_due", first=first, last=last)
        if active:
            frame = frame[frame["active"]]
        episodes = [Episode(row["employee_id"], row["tag"], _day(row["since"]), _day(row["until"]), hire_date=_day(row["hire_date"]),  # type: ignore[arg-type]
                            ends_on=_day(row["ends_on"])) for row in frame.to_dict("records")]
        teams = {row["employee_id"]: "" if pd.isna(row["team"]) else row["team"] for row in frame.to_dict("records")}
        talks = self._talks(first, self._today)
        found = standard.due(episodes, talks, self._values, self._today)
        return [one for one in found if first <= one.since <= last], teams

    def _talks(self, first: date, last: date) -> list[Talk]:
        """Imported talks and those logged in the app up to this moment."""
        rows = self._desk.read("care_given", first=first, last=last).to_dict("records")
        found = [Talk(row["employee_id"], _day(row["talked_on"]), "" if pd.isna(row["tag"]) else row["tag"],  # type: ignore[arg-type]
                      0.0 if pd.isna(row["minutes"]) else float(row["minutes"]), "" if pd.isna(row["hr_id"]) else row["hr_id"]) for row in rows]
        logged = self._written["care_talks"].to_dict("records")
        people = {row["employee_id"] for row in logged}
        seen = set(self._desk.read("care_people", ids=sorted(people))["employee_id"]) if people else set()
        return found + [Talk(row["employee_id"], row["talked_on"], row["tag"] or "", float(row["minutes"]), row["hr"]) for row in logged
                        if row["employee_id"] in seen and first <= row["talked_on"] <= last]

    def _owner(self, one: Due) -> str:
        """Who has, or had, the card that was raised for this; nobody when there was none."""
        if self._told is None:
            cards, self._told = self._written["care_cards"], {}
            owner = dict(zip(cards["card_id"], cards["owner"], strict=True))
            for row in self._written["care_reminders"].to_dict("records"):
                self._told.setdefault((row["employee_id"], row["tag"]), []).append((row["due"], owner[row["card_id"]]))
        near = [(abs((day - one.since).days), who) for day, who in self._told.get((one.employee_id, one.tag), ())]
        return min((found for found in near if found[0] <= SHIFT), default=(0, standard.NOBODY))[1]


def _months_back(first: date, months: int) -> date:
    """The first day of the month that lies ``months`` before."""
    count = first.year * 12 + first.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)
