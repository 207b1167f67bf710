"""Office: what an administrator may do with files, mappings, settings and users; its door asks for the role.

Nothing here draws.  What reads files is imported when it is first needed, so that the other pages stay quick to start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from lib import settings
from lib.access import sign_in
from lib.access.builds import Builds
from lib.access.desk import Desk, Keep, NotAllowed, Through
from lib.access.roles import Viewer
from lib.ledger.writes import User
from lib.settings import Setting, Value
from lib.warehouse import publish
from lib.warehouse.store import Store

if TYPE_CHECKING:
    from lib.intake.mapping import Mapping
    from lib.intake.readers.base import Block
    from lib.intake.sources import ImportReport
    from lib.intake.suggest import Suggestion

SAMPLE = 200
SUFFIXES = ("csv", "tsv", "txt", "xlsx", "parquet", "jsonl", "json")


HIDDEN = "•••"
_CARE = {"talks": ("tag", "felt_cared", "signals"), "life_events": ("consent",)}


def private(table: str) -> frozenset[str]:
    """The fields of a source table whose values an administrator is not shown: pay, life events, what was said in talks."""
    from lib.intake.contracts import TABLES

    return frozenset({column.name for column in TABLES[table].columns if column.sensitive}.union(_CARE.get(table, ())))


class EmptyDesk:
    """What a page is handed while nothing is published: it knows who looks and where, and has nothing to read."""

    build_id = ""

    def __init__(self, store: Store, viewer: Viewer, through: Through | None = None, keep: Keep | None = None):
        self.store, self.viewer, self._through, self._keep = store, viewer, through, keep

    @property
    def data_dir(self) -> Path:
        """The data folder."""
        return self.store.data_dir

    def anew(self) -> Desk | EmptyDesk:
        """A real desk as soon as something is published, else this one."""
        try:
            return Desk(self.store, self.viewer, self._through, self._keep)
        except publish.NothingPublished:
            return self

    def may(self, name: str) -> bool:
        """No: there is nothing to ask."""
        return False

    def read(self, name: str, **params: object) -> pd.DataFrame:
        """Raises :class:`lib.warehouse.publish.NothingPublished`."""
        raise publish.NothingPublished(f"nothing is published in {self.data_dir}")


@dataclass(frozen=True)
class Looked:
    """A file that was opened but not imported: what it is, its headers and its first rows.

    ``ready`` is the mapping of a file whose layout is known (a DingTalk report): nothing is left to map.
    """

    name: str
    kind: str
    encoding: str
    size: int
    sha256: str
    sheet: str | None
    other_sheets: tuple[str, ...]
    headers: tuple[str, ...]
    sample: Block
    ready: Mapping | None

    def values(self, header: str, most: int = 60) -> list[str]:
        """The distinct texts of a column among the first rows, most frequent first; a blank as ``""``."""
        from lib.intake.parse import as_text

        texts = pd.Series(as_text(self.sample.columns[header]).to_pylist(), dtype="object").fillna("").astype(str).str.strip()
        return texts.value_counts().index.tolist()[:most]


@dataclass(frozen=True)
class Preview:
    """How the first rows will be read: ``rows`` (with their row numbers) typed, ``rejects`` as on import, how many were left out.

    Values of :func:`private` fields are :data:`HIDDEN`.
    """

    asked: int
    rows: pd.DataFrame
    rejects: pd.DataFrame
    left_out: int


class Office:
    """The administrator's tools on one data folder.  Making one raises :class:`NotAllowed` for every other role.

    ``still_here`` tells whether the viewer's session is still good.  Everything that changes something or opens a file asks it
    again and raises :class:`NotAllowed`: a button that was drawn before the session ended does nothing.
    """

    def __init__(self, desk: Desk | EmptyDesk, still_here: Callable[[], bool] = lambda: True):
        if desk.viewer.role != "admin":
            raise NotAllowed(f"role {desk.viewer.role} may not use the office")
        self.desk, self.data_dir, self._still_here = desk, desk.data_dir, still_here
        self.builds = Builds(desk.data_dir)

    # --- the state of the house ---

    @property
    def published(self) -> bool:
        """Whether there is a published version to read from."""
        return isinstance(self.desk, Desk)

    @property
    def company(self) -> str | None:
        """``demo``, ``imported`` or None."""
        return None if not self.published else str(self.desk.read("data_build")["company"].iloc[0])

    @property
    def open_to_all(self) -> bool:
        """Whether this is the open demo: then nobody is known by name, and no real file may be taken in."""
        return sign_in.doors_open(self.data_dir, self.company)

    def _here(self) -> None:
        if not self._still_here():
            raise NotAllowed("the session is over")

    def _closed_only(self) -> None:
        self._here()
        if self.open_to_all:
            raise NotAllowed("the open demo takes no real files; set an administrator password first")

    # --- builds ---

    def start_build(self, demo: bool) -> None:
        """Start a build and return at once.  Raises :class:`lib.access.builds.BuildRunning`."""
        self._here()
        self.builds.start(demo)

    def roll_back(self, build_id: str) -> None:
        """Publish a kept version again.  Raises :class:`lib.warehouse.publish.NothingPublished`."""
        self._here()
        self.builds.roll_back(build_id)

    # --- files ---

    @property
    def upload_limit(self) -> int:
        """Largest file that may be uploaded, in megabytes."""
        return int(settings.get("import.max_upload_mb", settings.stored(self.data_dir)))

    def inbox(self) -> list[Path]:
        """Files that wait in ``inbox`` of the data folder, newest first."""
        files = [file for file in (self.data_dir / "inbox").glob("*")
                 if file.is_file() and not file.is_symlink() and file.suffix.lower().lstrip(".") in SUFFIXES]
        return sorted(files, key=lambda file: (-file.stat().st_mtime_ns, file.name))

    def waiting(self, name: str) -> Path:
        """The file of this name in the inbox; LookupError when there is none (a name is never used as a path)."""
        for file in self.inbox():
            if file.name == name:
                return file
        raise LookupError(name)

    def look(self, content: bytes | Path, name: str, options: dict[str, object]) -> Looked:
        """Open a file without importing it.  Raises :class:`lib.intake.guard.Refused`."""
        self._closed_only()
        from lib.intake import guard, load
        from lib.intake.readers import dingtalk

        limits = guard.Limits.own_disk() if isinstance(content, Path) else guard.Limits.upload(settings.stored(self.data_dir))
        source = guard.examine(content, name, limits)
        reader = load.inspect(content, self.data_dir, name=name, limits=limits, options=options)
        ready = dingtalk.mapping_for(reader) if isinstance(reader, dingtalk.DailyReader) else None
        return Looked(name, source.kind, source.encoding, source.size, source.sha256, reader.sheet, tuple(reader.ignored),
                      tuple(reader.headers), reader.sample(SAMPLE), ready)

    def suggest(self, looked: Looked, table: str | None = None) -> Suggestion | None:
        """Which table the file is and which column is which field, with reasons; None when nothing fits."""
        from lib.intake.suggest import suggest

        return suggest(looked.headers, looked.sample.columns, table=table, file=looked.name)

    def preview(self, looked: Looked, mapping: Mapping) -> Preview:
        """The first rows as an import would read them.  Raises :class:`lib.intake.guard.Refused`."""
        self._closed_only()
        from lib.intake import check, load
        from lib.intake import mapping as mappings
        from lib.intake.contracts import TABLES
        from lib.intake.derive import Memory
        from lib.intake.rejects import Rejects

        mappings.check_headers(mapping, looked.headers, looked.sheet)
        memory = Memory(people=load.people(self.data_dir) if any(d.how == "person" for d in mapping.derived) else {})
        order = check.date_order(mapping, _sampled(looked.sample))
        applied = mappings.apply(mapping, looked.sample, memory)
        checked = check.check(applied, mapping, order, date.today())
        rejects = Rejects(looked.name, TABLES[mapping.table])
        rejects.add(checked.rejects)
        rows = checked.table.to_pandas()
        for column in rows.columns.intersection(sorted(private(mapping.table))):
            rows[column] = [None if pd.isna(value) else HIDDEN for value in rows[column]]
        rows.insert(0, "#", checked.rows)
        return Preview(len(looked.sample.rows) + len(looked.sample.faults), rows, rejects.frame(), checked.left_out)

    def import_file(self, content: bytes | Path, name: str, mapping: Mapping, force: bool = False) -> ImportReport:
        """Import the file, all or nothing; what went wrong stands in the report."""
        self._closed_only()
        from lib.intake import load

        return load.import_file(content, self.data_dir, name=name, mapping=mapping, force=force)

    # --- what was read ---

    @property
    def _root(self) -> Path:
        return self.data_dir / "demo" if self.open_to_all else self.data_dir

    def history(self) -> pd.DataFrame:
        """Every import and refused attempt, newest first (columns of :func:`lib.intake.sources.imports`)."""
        from lib.intake import sources

        return sources.imports(self._root)

    def rejects(self, import_id: str) -> pd.DataFrame:
        """The rejected cells of one import."""
        from lib.intake import sources

        return sources.rejects(self._root, import_id)

    def undo(self, import_id: str) -> ImportReport:
        """Take the rows of an import out of the source tables again (the next build is without them).  KeyError when unknown."""
        self._closed_only()
        from lib.intake import sources

        return sources.undo(self.data_dir, import_id)

    # --- mappings ---

    def mappings(self) -> list[Mapping]:
        """Saved mappings, by name."""
        from lib.intake import mapping as mappings

        return mappings.saved(self.data_dir)

    def save_mapping(self, mapping: Mapping, name: str) -> None:
        """Keep a mapping under a name.  Raises :class:`lib.intake.mapping.BrokenMapping` for a name that cannot be one."""
        self._closed_only()
        from lib.intake import mapping as mappings

        mappings.save(self.data_dir, replace(mapping, name=name))

    # --- settings ---

    def settings(self) -> list[tuple[Setting, Value]]:
        """Every setting with the value in force: general ones first, then the limits of the tags."""
        from lib.tags.rules import TAGS

        stored = settings.stored(self.data_dir)
        rows = [*settings.SETTINGS, *(limit for tag in TAGS for limit in tag.limits)]
        return [(row, settings.value(row, stored)) for row in rows]

    def save_setting(self, setting: Setting, value: object) -> Value:
        """Store one value, and who changed it, or neither; the next build uses it.

        A limit of a tag becomes a version of the tag's rule.  Raises :class:`lib.settings.SettingError`.
        """
        self._here()
        with settings.writing:
            old = settings.value(setting, settings.stored(self.data_dir))
            new = settings.save(self.data_dir, setting, value)
            try:
                self._remember(setting, old, new)
            except BaseException:
                settings.save(self.data_dir, setting, old)
                raise
        return new

    def _remember(self, setting: Setting, old: Value, new: Value) -> None:
        from lib.ledger import engine, rules
        from lib.tags.rules import TAGS

        book = engine.ledger(self.data_dir, self.company == "demo")
        who = sign_in.login_of(self.desk.viewer.name) or "demo-admin"
        rules.setting_changed(book, setting.name, old, new, who)
        for tag in TAGS:
            if setting in tag.limits:
                with book.reading() as con:
                    muted = next((row.muted for row in rules.rules(con, tag.key)), False)
                stored = settings.stored(self.data_dir)
                rules.save_rule(book, tag.key, {row.name: settings.value(row, stored) for row in tag.limits}, muted, None, who, "admin")

    # --- users ---

    def users(self) -> list[User]:
        """Who may sign in."""
        return sign_in.list_users(self.data_dir)

    def add_user(self, name: str, password: str, role: str, teams: Sequence[str], employee_id: str) -> User:
        """Let somebody sign in.  Raises :class:`lib.access.sign_in.SignInError`."""
        self._closed_only()
        return sign_in.add_user(self.data_dir, name, password, role, list(teams), employee_id)

    def change_user(self, name: str, role: str, teams: Sequence[str], employee_id: str) -> User:
        """Change what somebody is and may see; their open sessions end.  Raises :class:`lib.access.sign_in.SignInError`."""
        self._closed_only()
        return sign_in.change_user(self.data_dir, name, role, list(teams), employee_id)

    def disable_user(self, name: str, disabled: bool) -> None:
        """Lock a user out, or let them in again.  Raises :class:`lib.access.sign_in.SignInError`."""
        self._here()
        sign_in.disable_user(self.data_dir, name, disabled)

    def set_password(self, name: str, password: str) -> None:
        """Give a user a new password.  Raises :class:`lib.access.sign_in.SignInError`."""
        self._here()
        sign_in.set_password(self.data_dir, name, password)


def _sampled(block: Block):  # type: ignore[no-untyped-def]
    """A reader of nothing but the first rows."""
    from lib.intake.parse import is_text
    from lib.intake.readers.base import Reader

    class Sampled(Reader):
        """The first rows, asked like a file."""

        headers, sheet = tuple(block.columns), block.sheet

        def blocks(self):  # type: ignore[no-untyped-def]
            return iter([block])

        def is_text(self, header: str) -> bool:
            return is_text(block.columns[header].type)

    return Sampled()
