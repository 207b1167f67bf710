"""Marts: checked source tables → the tables that everything else reads, one SQL file a table."""

from lib.marts.run import LATE_AFTER, build, last_day

__all__ = ["LATE_AFTER", "build", "last_day"]
