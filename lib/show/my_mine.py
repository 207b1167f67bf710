"""My day, once a run: the desk and what the ledger holds, read by the first section and used by those that come after it."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.access.my_desk import Mine, MyDesk
from lib.show.sections import Held, still

_KEPT = "my.mine"


def anew(desk: Desk, held: Held) -> tuple[MyDesk, Mine]:
    """Read now; the sections of this run that come after it get the same."""
    office = MyDesk(desk, still(desk))
    made = office, office.mine()
    held.state[_KEPT] = (desk, made)
    return made


def once(desk: Desk, held: Held) -> tuple[MyDesk, Mine]:
    """What the first section of this run has read, else read now: every run has a desk of its own."""
    kept = held.state.pop(_KEPT, None)
    if isinstance(kept, tuple) and kept[0] is desk:
        held.state[_KEPT] = kept
        return kept[1]  # type: ignore[no-any-return]
    return anew(desk, held)
