"""What a build takes of the lottery from the ledger: who was in which pool, and what came out.  Nobody who objects to scoring is in it."""

from __future__ import annotations

from sqlalchemy import Float, Select, cast, func, select

from lib.ledger.draw_tables import DRAW_ENTRIES, DRAWS
from lib.ledger.morale_tables import CHOICES

# table → column → DuckDB type, as in lib.ledger.snapshot
COLUMNS: dict[str, dict[str, str]] = {
    "care_draws": {"employee_id": "varchar", "tag": "varchar", "drawn_on": "date", "draw_id": "varchar", "drawn": "boolean", "chance": "double",
                   "outside": "boolean"},
}


def questions() -> dict[str, Select]:  # type: ignore[type-arg]
    """One read per table of :data:`COLUMNS`, its columns in that order, its rows in a fixed one."""
    draw, entry = DRAWS.c, DRAW_ENTRIES.c
    objects = select(CHOICES.c.employee_id).where(CHOICES.c.choice == "no_scoring", CHOICES.c.chosen.is_(True))
    return {
        "care_draws": select(entry.employee_id, entry.tag, draw.drawn_on, entry.draw_id, entry.drawn, cast(draw.places, Float) / draw.pool,
                             func.coalesce(entry.ended, "") == "outside")
        .join(DRAWS, draw.id == entry.draw_id).where(entry.employee_id.not_in(objects)).order_by(entry.draw_id, entry.employee_id, entry.tag),
    }
