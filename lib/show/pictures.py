"""Pictures: finished HTML of a page, kept under everything that it depends on, so that a known picture costs no work twice.

Shared by all users, as the answers of the shelf are; a picture holds nothing of a session.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from lib import settings
from lib.access.desk import Desk
from lib.words import language

SIZE = 256
_kept: OrderedDict[Hashable, str] = OrderedDict()
_lock = Lock()


def kept(desk: Desk, name: str, chosen: tuple[Hashable, ...], make: Callable[[], str]) -> str:
    """The picture ``name`` of what was chosen: the kept one, or made now.

    Kept by version of the data, role and scope, language, smallest group shown, name and choice; the most recent ``SIZE`` stay.
    """
    smallest = settings.get("privacy.min_group", settings.stored(desk.data_dir))
    key = (desk.data_dir, desk.build_id, desk.viewer.scope, language(), smallest, name, chosen)
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    found = make()
    with _lock:
        _kept[key] = found
        while len(_kept) > SIZE:
            _kept.popitem(last=False)
    return found
