"""DingTalk reader."""

from __future__ import annotations

from lib.intake.readers.base import Reader


class DailyReader(Reader):
    """Daily report."""


def open_daily(source, limits, options):
    """None when there is no daily report in the file."""
    return None


def mapping_for(reader):
    """The mapping."""
