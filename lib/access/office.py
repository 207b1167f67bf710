"""Office: what an administrator may do with files, builds, settings and users; every door of it asks for the role first."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lib.access.desk import Desk, NotAllowed, Through
from lib.access.roles import Viewer
from lib.warehouse import publish
from lib.warehouse.store import Store


class EmptyDesk:
    """What a page is handed while nothing is published: it knows who looks and where, and has nothing to read."""

    build_id = ""

    def __init__(self, store: Store, viewer: Viewer, through: Through | None = None):
        self.store, self.viewer, self._through = store, viewer, through

    @property
    def data_dir(self) -> Path:
        """The data folder."""
        return self.store.data_dir

    def anew(self) -> Desk | EmptyDesk:
        """A real desk as soon as something is published, else this one."""
        return Desk(self.store, self.viewer, self._through) if publish.versions(self.data_dir) else self

    def may(self, name: str) -> bool:
        """No: there is nothing to ask."""
        return False

    def read(self, name: str, **params: object) -> pd.DataFrame:
        """Raises :class:`lib.warehouse.publish.NothingPublished`."""
        raise publish.NothingPublished(f"nothing is published in {self.data_dir}")


def admin_only(viewer: Viewer) -> None:
    """Raises :class:`NotAllowed` for everybody but the administrator."""
    if viewer.role != "admin":
        raise NotAllowed(f"role {viewer.role} may not use the office")
