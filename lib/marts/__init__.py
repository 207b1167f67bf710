"""Marts: checked source tables → the tables that everything else reads, one SQL file a table."""

from lib.marts.run import LATE_AFTER, PUBLISHED, broken, build, last_day

__all__ = ["LATE_AFTER", "PUBLISHED", "broken", "build", "last_day"]
