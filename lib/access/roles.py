"""Roles: who may open the app, which part of the company each may see, and what the demo offers to try."""

from __future__ import annotations

from dataclasses import dataclass, field

ROLES = ("boss", "lead", "hr", "presenter", "mentor", "employee", "admin")
SELF_ONLY = frozenset({"mentor", "employee"})
PRESENTERS = frozenset({"boss", "hr", "presenter"})
"""Who may show figures to others: with pseudonyms in the place of every name."""


@dataclass(frozen=True)
class Viewer:
    """Who is looking: a role and the scope it is limited to.

    ``teams`` is None for the whole company, else the teams that may be seen (a lead's own team, an HR's teams).
    ``employee_id`` is set for people who look at their own data; their scope is that one person.
    """

    role: str
    teams: tuple[str, ...] | None = None
    employee_id: str | None = None
    name: str = ""
    meeting: str = field(default="", compare=False)
    """Which pseudonyms a presenter's answers are made with (:attr:`lib.access.masks.Pseudonyms.mark`); '' for the app's own."""

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"unknown role {self.role!r}; known: {', '.join(ROLES)}")
        if self.role == "lead" and self.teams is None:
            raise ValueError("a lead sees named teams only; teams is missing")
        if self.role in SELF_ONLY and self.employee_id is None:
            raise ValueError(f"a {self.role} sees own data only; employee_id is missing")

    @property
    def scope(self) -> tuple[object, ...]:
        """What caches are keyed by, beside the role."""
        return (self.role, self.teams, self.employee_id) + ((self.meeting,) if self.meeting else ())
