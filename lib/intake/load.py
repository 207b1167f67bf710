"""Load: one file in, all or nothing: guard → reader → mapping → contract → checked rows and rejects, with a record of it.

Everything that stops a file is a refusal in the report, never half an import: rows are written beside the table and moved into
place only when the whole file has passed.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lib import settings
from lib.intake import asking, check, guard, keys, nobody, signals, sources
from lib.intake import mapping as mappings
from lib.intake.contracts import TABLES
from lib.intake.derive import Memory
from lib.intake.guard import Limits, Refused
from lib.intake.mapping import Mapping
from lib.intake.parse import parse
from lib.intake.readers import base, dingtalk, tabular
from lib.intake.rejects import Reject, Rejects
from lib.intake.sources import ImportReport, Refusal, attach, imports, undo
from lib.intake.sources import rejects as rejects_of
from lib.intake.suggest import question, suggest

__all__ = ["ImportReport", "Refusal", "attach", "import_file", "imports", "inspect", "pick_up", "rejects_of", "undo"]

Progress = Callable[[str, int], None]
DOUBLED = 0.4
# Tables of which a much smaller export is an accident: a staff list, and what machines write every day.
GATED, GATE_FLOOR = ("employees", "attendance", "calls", "activity_days"), 50
DATA_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".jsonl", ".json")


def data_dir_of(root: Path) -> Path:
    """The data folder of a data root: the demo's root lies in ``demo`` inside it."""
    return Path(root).parent if Path(root).name == "demo" else Path(root)


def import_file(content: bytes | Path | str, data_root: Path, *, name: str | None = None, table: str | None = None,
                mapping: Mapping | str | None = None, limits: Limits | None = None, force: bool = False,
                report: Progress | None = None, today: date | None = None) -> ImportReport:
    """Import one file into the source tables under ``data_root`` (DATA_DIR or DATA_DIR/demo).

    ``content``: the bytes of an upload, or the path of a file on this machine (streamed; without the caps of an upload).
    ``name``: what to call the file (only shown).  ``table``: where it goes, if known.  ``mapping``: a mapping,
    the name of a saved
    one, or None: then a saved one for these headers is used,
    else the suggestion if it is beyond doubt.  ``force`` passes the gate
    that stops a doubled, halved or truncated export (bad rows stay rejected).  ``report(step, rows)`` is told about progress.

    Never raises for what is in the file: see ``refused`` and ``rejects`` of the report.  Raises :class:`mappings.BrokenMapping` for a
    mapping that does not exist, and OSError when the disk fails.
    """
    data_root, content = Path(data_root), Path(content) if isinstance(content, str) else content
    stored = settings.stored(data_dir_of(data_root))
    limits = limits or (Limits.own_disk() if isinstance(content, Path) else Limits.upload(stored))
    shown = Path(name or (content.name if isinstance(content, Path) else "upload")).name[:200] or "upload"
    run = _Run(shown, data_root, stored, limits, force, report or (lambda step, rows: None), today or date.today())
    if isinstance(mapping, str):
        mapping = mappings.load(data_dir_of(data_root), mapping)
    try:
        return run.go(content, table, mapping)
    except Refused as reason:
        return run.refuse(reason)


def inspect(content: bytes | Path, data_root: Path, *, name: str, limits: Limits | None = None,
            options: dict[str, object] | None = None) -> base.Reader:
    """The reader of a file that is not imported yet: its headers and first rows, for a suggestion and a preview.

    Raises :class:`Refused`.
    """
    limits = limits or Limits.upload(settings.stored(data_dir_of(Path(data_root))))
    source = guard.examine(content, name, limits)
    return _reader(source, limits, options or {}, frozenset())


def _reader(source: guard.Source, limits: Limits, options: dict[str, object], wanted: frozenset[str]) -> base.Reader:
    if source.kind == "xlsx" and (options.get("reader") == "dingtalk" or "reader" not in options):
        if daily := dingtalk.open_daily(source, limits, options):
            return daily
        if options.get("reader") == "dingtalk":
            raise Refused("no_dingtalk_sheet")
    return tabular.open_table(source, limits, options, wanted)


class _Run:
    """One import from start to end."""

    def __init__(self, file: str, root: Path, stored: dict[str, settings.Value], limits: Limits, force: bool, report: Progress,
                 today: date):
        self.file, self.root, self.stored, self.limits = file, root, stored, limits
        self.force, self.report, self.today = force, report, today
        self.sha256 = self.import_id = ""
        self.table: str | None = None
        self.mapping: Mapping | None = None
        self.rejects = Rejects(file, None)
        self.read = self.left_out = self.written = 0
        self.first: date | None = None
        self.last: date | None = None
        self.days: Counter[date] = Counter()

    def go(self, content: bytes | Path, table: str | None, mapping: Mapping | None) -> ImportReport:
        """Read, check and keep the file; raises :class:`Refused` when the whole of it is stopped."""
        self.table = table or (mapping.table if mapping else None)
        if table is not None and table not in TABLES:
            self.table = None
            raise Refused("no_such_table", wanted=table, tables=", ".join(TABLES))
        source = guard.examine(content, self.file, self.limits)
        self.sha256 = source.sha256
        self.report("open", 0)
        options = dict(mapping.options) if mapping else {}
        if mapping is not None:
            options.setdefault("reader", "table")  # a mapping says itself when it is made for a special reader
        reader = _reader(source, self.limits, options, frozenset(mapping.sources) if mapping else frozenset())
        self.mapping = mapping = mapping or self._choose(reader, table)
        if table is not None and mapping.table != table:
            raise Refused("other_table", wanted=table, found=mapping.table)
        self.table = mapping.table
        self.rejects = Rejects(self.file, TABLES[self.table])
        self.import_id = _identity(source.sha256, mapping)
        before = next((made for made, _ in sources.loaded(self.root, self.table) if made.import_id == self.import_id), None)
        if before is not None:
            return replace(before, repeated=True, used=mapping, rejects=rejects_of(self.root, self.import_id))
        mappings.check_headers(mapping, reader.headers, reader.sheet)
        if TABLES[self.table].nobody:
            nobody.check(reader, people(self.root))
        draft = sources.draft(self.root, self.table)
        try:
            if self._may_copy(reader, mapping) and self._write(reader, mapping, draft, verbatim=True):
                shutil.copyfile(source.content, draft)  # type: ignore[arg-type]
                if guard.digest(draft) != source.sha256:
                    raise Refused("changed_while_read")
            else:
                self._write(reader, mapping, draft)
            self._gates(mapping)
            made = self._made(None)
            sources.keep(self.root, made, draft)
            made = replace(made, replaces=sources.replace_earlier(self.root, made))
            self.report("done", self.written)
            return made
        finally:
            draft.unlink(missing_ok=True)

    def _choose(self, reader: base.Reader, table: str | None) -> Mapping:
        if isinstance(reader, dingtalk.DailyReader):
            return dingtalk.mapping_for(reader)
        saved = mappings.find(data_dir_of(self.root), reader.headers, table)
        if saved:
            return saved
        sample = reader.sample()
        guess = suggest(reader.headers, sample.columns, table=table, file=self.file)
        asked = question(guess, told=table is not None) if guess else "needs_mapping"
        if guess is not None and asked is None:
            return guess.mapping
        raise asking.refused(asked or "needs_mapping", guess, reader, sample)

    def _write(self, reader: base.Reader, mapping: Mapping, draft: Path, verbatim: bool = False) -> bool:
        """Check every block and write it to the draft.  With ``verbatim`` nothing is written: False at the first block that the
        file does not hold just as it would be stored, True when all of it may be copied."""
        contract = TABLES[mapping.table]
        self.read = self.left_out = 0
        self.rejects, self.days = Rejects(self.file, contract), Counter()
        order = check.date_order(mapping, reader)
        memory = Memory(people=people(self.root) if any(spec.how == "person" for spec in mapping.derived) else {})
        watch, key = keys.KeyWatch(), keys.key_of(contract, mapping.fields)
        schema = pa.schema([(column.name, check.stored_type(column.kind)) for column in contract.stored])
        writer = None if verbatim else pq.ParquetWriter(draft, schema, compression="lz4")
        reading = signals.Reading()
        with ThreadPoolExecutor(1) as writing:
            waiting = writing.submit(int)
            try:
                for block in self._blocks(reader, mapping):
                    self.read += len(block.rows) + len(block.faults)
                    for fault in block.faults:
                        if fault.code == "truncated" and not self.force:
                            raise Refused("truncated", sheet=block.sheet, row=fault.row)
                    checked = check.check(mappings.apply(mapping, block, memory), mapping, order, self.today)
                    if verbatim and not checked.verbatim:
                        return False
                    self.rejects.add(checked.rejects)
                    self.left_out += checked.left_out
                    self._span(contract.name, checked.table)
                    watch.add(keys.row_marks(contract, checked.table, key), checked.rows, checked.sheet)
                    waiting.result()  # one block is written while the next is checked
                    if writer is not None:
                        waiting = writing.submit(writer.write_table, check.finish(contract, checked.table, reading),
                                                 row_group_size=1_000_000)
                    self.report("check", self.read)
                waiting.result()
            finally:
                if writer is not None:
                    waiting.cancel()
                    writing.shutdown(wait=True)
                    writer.close()
        if self.read == 0:
            raise Refused("header_only", sheet=reader.sheet)
        self.written = watch.size
        suspects = np.empty(0, dtype=np.int64) if contract.repeats else watch.suspects()
        if verbatim:
            return not len(suspects)
        if len(suspects):
            self._twins(watch, suspects, key, mapping, draft)
        return True

    def _may_copy(self, reader: base.Reader, mapping: Mapping) -> bool:
        """Whether a Parquet file of the administrator may be kept as it is once it proves clean: it holds nothing but columns of
        the table that are stored.  What is uploaded is always written anew."""
        return (isinstance(reader, tabular.ParquetReader) and self.limits.size is None and mapping.table not in ("talks", "life_events")
                and all(column.kept for column in TABLES[mapping.table].incoming if column.name in mapping.fields)
                and not mapping.where and not mapping.options.get("drop_identical")
                and all(name == header for name, header in mapping.columns.items()) and set(reader.headers) == set(mapping.columns))

    def _blocks(self, reader: base.Reader, mapping: Mapping):
        if isinstance(reader, tabular.ParquetReader) and not mapping.options.get("drop_identical"):
            return base.ahead(reader.blocks(mapping.sources))
        return reader.blocks()

    def _span(self, table: str, rows: pa.Table) -> None:
        """Remember the first and last day of the rows, and which days there are."""
        name = check.DAY.get(table)
        if name is None or name not in rows.column_names or not len(rows):
            return
        self.days.update(_by_day(rows.column(name)))
        if self.days:
            self.first, self.last = min(self.days), max(self.days)

    def _twins(self, watch: keys.KeyWatch, suspects: np.ndarray, key: tuple[str, ...], mapping: Mapping, draft: Path) -> None:
        distinct = bool(mapping.options.get("distinct"))
        gone = keys.twins(draft, suspects, key if TABLES[mapping.table].key or len(key) == 1 else (), distinct)
        if not gone:
            return
        keys.drop(draft, np.array([twin.position for twin in gone], dtype=np.int64))
        self.written -= len(gone)
        if distinct:
            self.left_out += len(gone)
            return
        column = " + ".join(mapping.source_of(name) for name in key[:3])
        found = []
        for twin in gone:
            sheet, row = watch.place(twin.position)
            found.append(Reject(sheet, row, column, key[0], None, "duplicate_row" if twin.identical else "duplicate_key",
                                {"other": watch.place(twin.other)[1]}))
        self.rejects.add(found)

    def _gates(self, mapping: Mapping) -> None:
        """Stop the file when too many rows are bad, or when it looks doubled or cut against itself or the last import."""
        copies = self.rejects.by_code.get("duplicate_row", 0)
        if copies >= DOUBLED * self.read and not self.force:
            raise Refused("doubled", found=copies, rows=self.read)
        rejected = self.rejects.rows - copies  # a row that stands twice loses nothing: it is named, but stops no file
        asked = mapping.options.get("max_reject_share")
        share = float(settings.get("import.max_reject_share", self.stored)) if asked is None else float(str(asked))
        if rejected > share * self.read or not self.written and rejected:
            bad = self.rejects.frame()
            if words := asking.unknown_words(TABLES[mapping.table], bad, rejected, self.read):
                raise words
            first = bad[bad["code"] != "duplicate_row"].iloc[0] if len(bad) > copies else bad.iloc[0]
            raise Refused("too_many_rejects", sheet=first["sheet"] if isinstance(first["sheet"], str) else None,
                          row=int(first["row"]),
                          column=first["column"] if isinstance(first["column"], str) else None, found=rejected,
                          rows=self.read, share=f"{share:.0%}")
        if not self.written:
            raise Refused("nothing_left", rows=self.read)
        least = float(settings.get("import.min_rows_share", self.stored))
        last = next(((made, file) for made, file in reversed(sources.loaded(self.root, self.table))
                     if made.mapping == mapping.name), None)
        if self.force or last is None or not least or self.table not in GATED or last[0].rows_loaded < GATE_FLOOR:
            return
        now, then = (float(self.written), float(last[0].rows_loaded)) if self.table == "employees" else self._days_beside(last[1])
        if now < least * then or self.table == "employees" and now == least * then and least < 1:
            raise Refused("too_few_rows", found=f"{now:.0f}", before=f"{then:.0f}", share=f"{least:.0%}")

    def _days_beside(self, before: Path) -> tuple[float, float]:
        """Rows of an average day of this file, and of the same weekdays in an earlier one; (0, 0) when no weekday is in both."""
        name = check.DAY[str(self.table)]
        rows: Counter[int] = Counter()
        seen: Counter[int] = Counter()
        for day, found in _by_day(pq.read_table(before, columns=[name]).column(name)).items():
            rows[day.weekday()] += found
            seen[day.weekday()] += 1
        shared = [(found, rows[day.weekday()] / seen[day.weekday()]) for day, found in self.days.items() if seen[day.weekday()]]
        if not shared:
            return 0.0, 0.0
        return sum(now for now, _ in shared) / len(shared), sum(then for _, then in shared) / len(shared)

    def _made(self, refused: Refusal | None) -> ImportReport:
        day = lambda value: None if value is None else (value.date() if isinstance(value,
                                                                                   datetime) else value).isoformat()
        return ImportReport(
            import_id=self.import_id, file=self.file, table=self.table, mapping=self.mapping.name if self.mapping else None,
            rows_read=self.read, rows_loaded=0 if refused else self.written, rows_left_out=self.left_out,
            rows_rejected=self.rejects.rows, first_day=day(self.first), last_day=day(self.last), days=len(self.days),
            sha256=self.sha256, imported_at=sources.now(), refused=refused, rejects=self.rejects.frame(),
            sequence=sources.next_sequence(self.root), fields=tuple(sorted(self.mapping.fields)) if self.mapping else None,
            sheet=str(self.mapping.options["sheet"]) if self.mapping and self.mapping.options.get("sheet") else None,
            used=self.mapping)

    def refuse(self, reason: Refused) -> ImportReport:
        """Record an attempt that changed nothing."""
        if not self.import_id:
            seed = f"{self.sha256 or self.file}:{self.table}:{reason.code}"
            self.import_id = hashlib.sha256(seed.encode()).hexdigest()[:16]
        refusal = Refusal(reason.code, reason.sentence("zh"), reason.sentence("en"), reason.remedy("zh"), reason.remedy("en"),
                          reason.sheet, reason.row, reason.column)
        made = self._made(refusal)
        sources.keep(self.root, made, None)
        return made


def _by_day(values: pa.ChunkedArray | pa.Array) -> dict[date, int]:
    """How many rows each day has."""
    counted = pc.value_counts(values.cast(pa.date32(), safe=False))
    return {day: found for day, found in zip(counted.field(0).to_pylist(), counted.field(1).to_pylist(), strict=True) if day}


def _identity(sha256: str, mapping: Mapping) -> str:
    """The id of an import: the same bytes read in the same way have the same one."""
    how = replace(mapping, headers=()).to_json()
    return hashlib.sha256(f"{sha256}\n{how}".encode()).hexdigest()[:16]


def people(root: Path) -> dict[str, tuple[str, ...]]:
    """Employee numbers by name, from the imported employees."""
    known: dict[str, str] = {}
    for _, file in sources.loaded(root, "employees"):
        table = pq.read_table(file, columns=["employee_id", "name"])
        known.update(zip(table.column("employee_id").to_pylist(), table.column("name").to_pylist(), strict=True))
    named: dict[str, list[str]] = {}
    for number, name in known.items():
        named.setdefault(" ".join(name.split()), []).append(number)
    return {name: tuple(sorted(numbers)) for name, numbers in named.items()}


def pick_up(data_dir: Path, report: Progress | None = None, today: date | None = None) -> list[ImportReport]:
    """Import every new file of DATA_DIR/inbox, and loose files of DATA_DIR that are named after a source table.

    Employees come first, then files by their first day, name and bytes; one that was imported before (same bytes) is passed over.
    """
    data_dir = Path(data_dir)
    inbox = [file for file in (data_dir / "inbox").glob("*") if file.suffix.lower() in DATA_SUFFIXES and not file.name.startswith(".")]
    loose = [file for file in data_dir.glob("*") if file.suffix.lower() in DATA_SUFFIXES and file.stem in TABLES]
    known = {made.sha256 for made in sources.reports(data_dir) if made.refused is None}
    waiting = []
    for file in inbox + loose:
        if not file.is_file() or (digest := guard.digest(file)) in known:
            continue
        named = next((name for name in TABLES if file.stem == name or file.stem.startswith((f"{name}_", f"{name}-"))), None)
        people_first, first_day = _place(file, data_dir, named)
        waiting.append(((people_first, first_day, file.name, digest), file, named))
    # People first: a mapping may look up employee numbers by name.  When a file was last touched says nothing about what it holds.
    return [import_file(file, data_dir, name=file.name, table=named, report=report, today=today)
            for _, file, named in sorted(waiting, key=lambda one: one[0])]


def _place(file: Path, data_dir: Path, table: str | None) -> tuple[bool, str]:
    """Where a waiting file stands among others: False for employees, and the first day among its first rows ('' without any)."""
    try:
        looked = inspect(file, data_dir, name=file.name, limits=Limits.own_disk())
        if isinstance(looked, dingtalk.DailyReader):
            mapping: Mapping | None = dingtalk.mapping_for(looked)
        else:
            guess = suggest(looked.headers, looked.sample().columns, table=table, file=file.name)
            mapping = mappings.find(data_dir, looked.headers, table) or (guess.mapping if guess else None)
        if mapping is None:
            return True, ""
        day = check.DAY.get(mapping.table)
        if day not in mapping.columns:
            return mapping.table != "employees", ""
        values = looked.sample().columns[mapping.columns[day]]
        order = str(mapping.options["date_order"]) if mapping.options.get("date_order") else None
        days = [one for one in parse(TABLES[mapping.table].column(day), values, order).values.to_pylist() if one is not None]
        return True, min(days).isoformat()[:10] if days else ""
    except Refused:
        return table != "employees", ""
