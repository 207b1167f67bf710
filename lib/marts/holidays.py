"""Public holidays as the setting ``goals.holidays`` lists them: days and spans of days, separated by commas."""

from __future__ import annotations

from datetime import date

from lib.settings import SettingError

NAME = "goals.holidays"
LONGEST = 60
"""Days of one span: a longer one is a slip of the pen, not a holiday."""


def spans(text: str) -> list[tuple[date, date]]:
    """The first and last day of each holiday: ``2026-10-01..2026-10-07, 2027-01-01``, in order.

    Raises :class:`lib.settings.SettingError` naming the part that cannot be read.
    """
    found = []
    for part in filter(None, (part.strip() for part in text.replace(",", ",").split(","))):
        first, _, last = part.partition("..")
        try:
            span = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
        except ValueError:
            raise SettingError(f"{NAME}: {part!r} is no day such as 2026-10-01 and no span such as 2026-10-01..2026-10-07") from None
        if not 0 <= (span[1] - span[0]).days < LONGEST:
            raise SettingError(f"{NAME}: {part!r} ends before it begins, or is longer than {LONGEST} days")
        found.append(span)
    return sorted(found)
