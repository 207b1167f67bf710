"""Sources: the checked tables on disk, the record of every import, and how a build sees them.

Layout under a data root: ``sources/<table>/<import_id>.parquet`` (rows), ``.rejects.parquet`` (rejects), ``.json`` (record; written
last, so an import without one never happened).
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from lib.intake import rejects as reject_rows
from lib.intake.contracts import TABLES
from lib.intake.mapping import Mapping
from lib.intake.shape import Table, duckdb_type

UNKNOWN = "unknown"
RECORD = ("import_id", "file", "table", "mapping", "rows_read", "rows_loaded", "rows_left_out", "rows_rejected", "first_day",
          "last_day", "days", "sha256", "imported_at", "undone_at")
INNER = ("sequence", "fields", "sheet", "replaced_by")  # of a record, but not of the history that people read


@dataclass(frozen=True)
class Refusal:
    """Why a whole file was not taken: the code, the place where there is one, and both sentences in both languages."""

    code: str
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        return f"{self.en}. {self.remedy_en}."


@dataclass(frozen=True)
class ImportReport:
    """What one import did.  ``refused`` is None when the rows were loaded; ``repeated`` when the very same import was there already.

    ``rejects`` has one line per rejected cell (see :mod:`lib.intake.rejects`).  ``days``: distinct days in the rows.
    ``sequence``: place in the order of imports.  ``fields``: the fields that the file gave.  ``sheet``: the sheet that was asked for.
    ``replaced_by``: the import of the same file into the same table, read in another way, that took this one's place;
    ``replaces``: those whose place this one took.  ``used``: the mapping that the file was read with.
    """

    import_id: str
    file: str
    table: str | None
    mapping: str | None
    rows_read: int
    rows_loaded: int
    rows_left_out: int
    rows_rejected: int
    first_day: str | None
    last_day: str | None
    days: int
    sha256: str
    imported_at: str
    refused: Refusal | None = None
    repeated: bool = False
    undone_at: str | None = None
    rejects: pd.DataFrame = field(default_factory=reject_rows.empty, compare=False, repr=False)
    sequence: int = 0
    fields: tuple[str, ...] | None = None
    sheet: str | None = None
    replaced_by: str | None = None
    replaces: tuple[str, ...] = ()
    used: Mapping | None = field(default=None, compare=False, repr=False)

    @property
    def loaded(self) -> bool:
        """Whether the rows are in the source tables now."""
        return self.refused is None and self.undone_at is None


def now() -> str:
    """This moment, as records keep it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def room(root: Path, table: str | None) -> Path:
    """The folder of a table's imports."""
    return Path(root) / "sources" / (table or UNKNOWN)


def draft(root: Path, table: str) -> Path:
    """Where an import writes before it is known to be good; what killed imports left behind is cleared away."""
    folder = room(root, table)
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob(".draft-*"):
        owner = leftover.name.split("-")[1]
        if not (owner.isdigit() and Path(f"/proc/{owner}").exists()):
            leftover.unlink(missing_ok=True)
    return folder / f".draft-{os.getpid()}-{os.urandom(4).hex()}.parquet"


def _settle(draft_file: Path, target: Path) -> None:
    with draft_file.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(draft_file, target)


def keep(root: Path, report: ImportReport, rows: Path | None) -> None:
    """Make an import (or a refused attempt) last: rows first, then rejects, the record at the very end."""
    folder = room(root, report.table)
    folder.mkdir(parents=True, exist_ok=True)
    if rows is not None:
        _settle(rows, folder / f"{report.import_id}.parquet")
    target = folder / f"{report.import_id}.rejects.parquet"
    if len(report.rejects):
        fresh = folder / f".draft-{os.getpid()}-{report.import_id}.rejects"
        report.rejects.to_parquet(fresh, index=False)
        _settle(fresh, target)
    else:
        target.unlink(missing_ok=True)
    _write_record(root, report)


def _write_record(root: Path, report: ImportReport) -> None:
    folder = room(root, report.table)
    record = {name: getattr(report, name) for name in (*RECORD, *INNER)} | {"refused": asdict(report.refused) if report.refused else None}
    fresh = folder / f".draft-{os.getpid()}-{report.import_id}.json"
    fresh.write_text(json.dumps(record, ensure_ascii=False, indent=1), "utf-8")
    _settle(fresh, folder / f"{report.import_id}.json")
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _report(record: dict[str, Any]) -> ImportReport:
    refused = Refusal(**record["refused"]) if record.get("refused") else None
    fields = record.get("fields")
    return ImportReport(**{name: record.get(name) for name in RECORD}, refused=refused, sequence=record.get("sequence") or 0,
                        fields=None if fields is None else tuple(fields), sheet=record.get("sheet"),
                        replaced_by=record.get("replaced_by"))  # type: ignore[arg-type]


def reports(root: Path, table: str | None = None) -> list[ImportReport]:
    """Every import and attempt (of one table), oldest first; without their rejects."""
    found = []
    for file in (Path(root) / "sources").glob(f"{table or '*'}/*.json"):
        try:
            found.append(_report(json.loads(file.read_text("utf-8"))))
        except (ValueError, TypeError, KeyError):
            continue  # not a record of ours
    return sorted(found, key=lambda report: (report.sequence, report.imported_at, report.import_id))


def next_sequence(root: Path) -> int:
    """The place of the next import in the order of all of them, which no clock can turn round."""
    return max((report.sequence for report in reports(root)), default=0) + 1


def replaces(newer: ImportReport, older: ImportReport) -> bool:
    """Whether an import takes the place of an earlier one: the same bytes in the same table, of the same sheet."""
    return (newer.import_id != older.import_id and newer.sha256 == older.sha256
            and (newer.sheet == older.sheet or newer.sheet is None or older.sheet is None))


def replace_earlier(root: Path, made: ImportReport) -> tuple[str, ...]:
    """Say in the records that a kept import took the place of earlier ones of the same file; their ids."""
    gone = [report for report in reports(root, made.table) if report.loaded and replaces(made, report)
            and report.sequence < made.sequence]
    for report in gone:
        _write_record(root, replace(report, undone_at=now(), replaced_by=made.import_id))
        (room(root, report.table) / f"{report.import_id}.parquet").unlink(missing_ok=True)
    return tuple(report.import_id for report in gone)


def find(root: Path, table: str | None, import_id: str) -> ImportReport | None:
    """One import by id, or None."""
    file = room(root, table) / f"{import_id}.json"
    try:
        return _report(json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def imports(root: Path) -> pd.DataFrame:
    """The history, newest first: import_id, file, table, mapping, rows_read, rows_loaded, rows_left_out, rows_rejected, first_day,
    last_day, imported_at, state (loaded, refused, undone), code, reason_zh, reason_en, remedy_zh, remedy_en."""
    rows = [{**{name: getattr(report, name) for name in RECORD},
             "state": "refused" if report.refused else "undone" if report.undone_at else "loaded",
             "code": report.refused and report.refused.code, "reason_zh": report.refused and report.refused.zh,
             "reason_en": report.refused and report.refused.en, "remedy_zh": report.refused and report.refused.remedy_zh,
             "remedy_en": report.refused and report.refused.remedy_en} for report in reversed(reports(root))]
    return pd.DataFrame(rows, columns=[*RECORD, "state", "code", "reason_zh", "reason_en", "remedy_zh", "remedy_en"])


def rejects(root: Path, import_id: str) -> pd.DataFrame:
    """The rejects of one import or attempt; empty when it had none."""
    for file in (Path(root) / "sources").glob("*/*.rejects.parquet"):
        if file.name == f"{import_id}.rejects.parquet":
            return pd.read_parquet(file)
    return reject_rows.empty()


def undo(root: Path, import_id: str) -> ImportReport:
    """Take the rows of an import out of the source tables again; the record stays and says so.  KeyError when there is none."""
    for report in reports(root):
        if report.import_id == import_id and report.loaded:
            gone = replace(report, undone_at=now(), rejects=rejects(root, import_id))
            _write_record(root, gone)
            (room(root, report.table) / f"{import_id}.parquet").unlink(missing_ok=True)
            return gone
    raise KeyError(f"no loaded import {import_id} in {root}")


def loaded(root: Path, table: str) -> list[tuple[ImportReport, Path]]:
    """The imports whose rows stand in a table, oldest first, with their files.

    Of two readings of the same file only the later one stands, from the moment its record is written.
    """
    found: list[tuple[ImportReport, Path]] = []
    for report in reports(root, table):
        file = room(root, table) / f"{report.import_id}.parquet"
        if report.loaded and file.is_file():
            found = [(older, place) for older, place in found if not replaces(report, older)] + [(report, file)]
    return found


# --- how a build sees them --------------------------------------------------------------------------------------------------

def attach(con: Any, root: Path) -> dict[str, int]:
    """Make one view ``src_<table>`` per source table on a DuckDB connection, reading the checked files in place.

    Every contract column is there (a typed null where it was never given).  Rows of a later import replace rows of an earlier
    one with the same key, in the columns that the later file had; where all columns are the key, a row that two imports give
    counts once, and one that a single import gives several times stays.  A table that was never imported has no rows.  Returns the rows loaded per table, before that.
    """
    counts = {}
    for name in TABLES:
        files = loaded(root, name)
        con.execute(f"create or replace view src_{name} as {view_sql(name, files)}")
        counts[name] = sum(report.rows_loaded for report, _ in files)
    return counts


def view_sql(name: str, files: list[tuple[ImportReport, Path]]) -> str:
    """The select behind one ``src_`` view."""
    table = TABLES[name]
    columns = ", ".join(column.name for column in table.stored)
    if not files:
        nulls = ", ".join(f"cast(null as {duckdb_type(column)}) as {column.name}" for column in table.stored)
        return f"select {nulls} where false"
    parts, given, asked = [], [], {column.name for column in table.stored}
    for number, (report, file) in enumerate(files):
        have = set(pq.read_schema(file).names)
        asked &= have
        given.append(have if report.fields is None else have & set(report.fields))
        listed = ", ".join(f"cast({column.name if column.name in have else 'null'} as {duckdb_type(column)}) as {column.name}"
                           for column in table.stored)
        path = str(file.resolve()).replace("'", "''")
        parts.append(f"select {listed}, {number} as import_number from read_parquet('{path}')")
    together = " union all ".join(parts)
    if len(files) == 1 or _apart(name, files):
        return f"select {columns} from ({together}) as every_import"
    by = list(table.key)
    if by and any(one != given[0] for one in given):
        return f"select {columns} from ({_merged(table, together, given)}) as merged"
    if not by and table.optional_key:
        others = [f"case when {table.optional_key} is null then {column.name} end" for column in table.stored
                  if column.name != table.optional_key]
        by = [table.optional_key, *others]
    # A column that the contract did not know when a file was read makes no two rows of one.
    by = by or [column.name for column in table.stored if column.name in asked]
    if not table.key:
        together = (f"select *, row_number() over (partition by import_number, {', '.join(by)}) as nth "
                    f"from ({together}) as each_import")
        by.append("nth")
    ranked = (f"select *, row_number() over (partition by {', '.join(by)} order by import_number desc) as newest "
              f"from ({together}) as every_import")
    return f"select {columns} from ({ranked}) as ranked where newest = 1"


def _merged(table: Table, together: str, given: list[set[str]]) -> str:
    """One row a key, every other column from the newest import whose file had it: a file of some columns leaves the rest alone."""
    listed = list(table.key)
    for column in (column.name for column in table.stored if column.name not in table.key):
        having = ", ".join(str(number) for number, have in enumerate(given) if column in have) or "-1"
        listed.append(f"arg_max_null({column}, import_number) filter (where import_number in ({having})) as {column}")
    return f"select {', '.join(listed)} from ({together}) as every_import group by {', '.join(table.key)}"


def _apart(name: str, files: list[tuple[ImportReport, Path]]) -> bool:
    """Whether no two imports share a day, so that no row of one can replace a row of another (daily tables only)."""
    if name not in ("attendance", "activity_days", "talks"):
        return False
    spans = sorted((str(report.first_day), str(report.last_day)) for report, _ in files if report.first_day)
    return len(spans) == len(files) and all(before[1] < after[0] for before, after in zip(spans, spans[1:], strict=False))
