"""Pulse: where somebody with a one-time link answers, without a name, a menu or a sign-in."""

from __future__ import annotations

from lib.show import pulse_page
from lib.warehouse.store import Store


def page(store: Store) -> None:
    """The questions, the thank-you, or why the link is not good any more."""
    pulse_page.draw(store)
