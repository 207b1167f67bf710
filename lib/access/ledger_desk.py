"""Ledger desk: what every desk that writes stands on: who writes, into which ledger, on which day of the company."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from lib import settings
from lib.access import sign_in
from lib.access.desk import Desk, NotAllowed
from lib.care import day as company_day
from lib.care.talk_card import as_day
from lib.ledger import engine
from lib.settings import Value


class LedgerDesk:
    """Reads through ``desk`` and writes to the ledger for one viewer.  Making one raises :class:`NotAllowed` for a role that
    :attr:`ROLES` does not name.

    ``still_here`` tells whether the viewer's session is still good.  Whoever writes asks :meth:`here` first, so that a button that
    was drawn before the session ended does nothing.
    """

    ROLES: frozenset[str] = frozenset()

    def __init__(self, desk: Desk, still_here: Callable[[], bool] = lambda: True):
        if desk.viewer.role not in self.ROLES:
            raise NotAllowed(f"role {desk.viewer.role} may not use {type(self).__name__}")
        self.desk, self._still_here = desk, still_here
        house = desk.read("house_day").iloc[0]
        self.demo = str(house["company"]) == "demo"
        self.as_of: date = as_day(house["as_of"])
        """The last day with data."""
        self.today: date = company_day.today(self.as_of, self.demo, company_day.calendar())
        """The company's day."""

    @property
    def role(self) -> str:
        """The viewer's role."""
        return self.desk.viewer.role

    @property
    def login(self) -> str:
        """Who writes: the login, or ``demo-<role>`` in the open demo."""
        name = self.desk.viewer.name
        return f"demo-{self.role}" if self.demo or not name else sign_in.login_of(name)

    @property
    def me(self) -> str:
        """The employee number of a viewer who looks at own data; raises :class:`NotAllowed` for others."""
        if self.desk.viewer.employee_id is None:
            raise NotAllowed(f"role {self.role} is nobody in particular")
        return self.desk.viewer.employee_id

    @property
    def book(self) -> engine.Ledger:
        """The company's ledger; asked for anew for every piece of work."""
        return engine.ledger(self.desk.data_dir, self.demo)

    def values(self) -> dict[str, Value]:
        """The stored settings."""
        return settings.stored(self.desk.data_dir)

    def setting(self, name: str) -> Value:
        """The value in force of a general setting."""
        return settings.get(name, self.values())

    def here(self) -> None:
        """Raises :class:`NotAllowed` when the session is over."""
        if not self._still_here():
            raise NotAllowed("the session is over")
