"""What a build takes of attrition risk from the ledger: interventions without their notes, and warnings that were kept back."""

from __future__ import annotations

from sqlalchemy import Select, select

from lib.ledger.risk_tables import INTERVENTIONS, RISK_HELD

# table → column → DuckDB type, as in lib.ledger.snapshot
COLUMNS: dict[str, dict[str, str]] = {
    "app_interventions": {"intervention_id": "varchar", "employee_id": "varchar", "kind": "varchar", "feature": "varchar", "owner": "varchar",
                          "opened_on": "date", "due": "date", "state": "varchar", "closed_on": "date", "p60_then": "double"},
    "app_risk_held": {"employee_id": "varchar", "due": "date", "held_on": "date", "share": "double"},
}


def questions() -> dict[str, Select]:  # type: ignore[type-arg]
    """One read per table of :data:`COLUMNS`, its columns in that order, its rows in a fixed one."""
    made, held = INTERVENTIONS.c, RISK_HELD.c
    return {
        "app_interventions": select(made.id, made.employee_id, made.kind, made.feature, made.owner, made.opened_on, made.due, made.state,
                                    made.closed_on, made.p60_then).order_by(made.id),
        "app_risk_held": select(held.employee_id, held.due, held.held_on, held.share).order_by(held.employee_id, held.due),
    }
