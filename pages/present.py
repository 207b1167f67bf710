"""Present: show it in a meeting at once, answer what is asked there, leave an editable deck behind; nobody is named."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.show import present_page


def page(desk: Desk) -> None:
    """Draw the page of boss, HR and presenter."""
    present_page.draw(desk)
