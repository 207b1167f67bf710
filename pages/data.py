"""Data: what comes in, what was built from it, what does not fit, and who may see it."""

from lib.access.office import Office
from lib.show import (
    cards,
    data_audit,
    data_build,
    data_history,
    data_import,
    data_messages,
    data_quality,
    data_settings,
    data_users,
    data_view,
    door,
)

VIEWS = {
    "import": data_import.show,
    "history": data_history.show,
    "build": data_build.show,
    "quality": data_quality.show,
    "messages": data_messages.show,
    "settings": data_settings.show,
    "users": data_users.show,
    "audit": data_audit.show,
}


def page(desk):
    office = Office(desk, lambda: door.still_here(desk.store, desk.viewer))
    data_view.head(office)
    chosen = data_view.choose(tuple(VIEWS))
    VIEWS[chosen](office)
    cards.end("data", f"{chosen} {desk.build_id}")
