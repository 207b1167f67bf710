"""Mappings: how the columns of one kind of file become the fields of a source table; made once, saved by name, used again."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.intake.contracts import ATTENDANCE, TABLES
from lib.intake.derive import WAYS, Derived, Memory, derive, needs
from lib.intake.guard import Refused
from lib.intake.parse import as_text, clean, is_text, one_array, parse
from lib.intake.readers.base import Block
from lib.intake.values import folded

NAME = re.compile(r"^[\w\-. ]{1,80}$")


class BrokenMapping(ValueError):
    """A mapping that cannot be used: unknown table, field or way, or a file that is no mapping; the message says which."""


@dataclass(frozen=True)
class Where:
    """Rows to take: those whose ``column`` is one of ``values`` (or, with ``keep`` False, none of them; ``""`` means blank)."""

    column: str
    values: tuple[str, ...]
    keep: bool = True


@dataclass(frozen=True)
class Mapping:
    """How a file becomes rows of ``table``.

    ``columns``: field → header of the file.  ``derived``: fields made from other columns.  ``values``: field → (text in the file →
    text to read instead),
    for aliases and codes.  ``where``: which rows to take; the others are left out on purpose and counted.
    ``headers``: the headers of the file it was made for, by which it is found again.

    ``options``: ``date_order`` (mdy, dmy, ymd), ``sheet``, ``header_row``, ``delimiter``, ``reader`` (dingtalk),
    ``drop_identical`` (rows
    that repeat a whole earlier row are left out), ``distinct`` (only the first row of each key is taken), ``overnight`` (a last
    punch earlier than the first one is on the next day), ``spread_hours`` (leave longer than so many hours runs on over the
    following weekdays), ``max_reject_share``,
    ``day_text`` (the day that clock times without a date belong to is another field).
    """

    name: str
    table: str
    columns: Dict[str, str] = field(default_factory=dict)
    derived: tuple[Derived, ...] = ()
    values: Dict[str, Dict[str, str]] = field(default_factory=dict)
    where: tuple[Where, ...] = ()
    options: Dict[str, object] = field(default_factory=dict)
    headers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.table not in TABLES:
            raise BrokenMapping(f"mapping {self.name}: no table {self.table!r}; tables: {', '.join(TABLES)}")
        known = {column.name for column in TABLES[self.table].incoming}
        for name in [*self.columns, *(spec.field for spec in self.derived), *self.values]:
            if name not in known:
                raise BrokenMapping(f"mapping {self.name}: {self.table} has no field {name!r}; fields: {', '.join(sorted(known))}")
        for spec in self.derived:
            if spec.how not in WAYS:
                raise BrokenMapping(f"mapping {self.name}: no way {spec.how!r}; ways: {', '.join(WAYS)}")

    @property
    def fields(self) -> frozenset[str]:
        """The fields that the mapping fills."""
        return frozenset(self.columns) | {spec.field for spec in self.derived}

    @property
    def sources(self) -> tuple[str, ...]:
        """The headers that the file must have."""
        named = [*self.columns.values(), *(name for spec in self.derived for name in needs(spec)),
                 *(w.column for w in self.where)]
        return tuple(dict.fromkeys(named))

    def source_of(self, name: str) -> str:
        """What stands in the file for a field: its header, or the columns it is derived from."""
        if name in self.columns:
            return self.columns[name]
        spec = next((spec for spec in self.derived if spec.field == name), None)
        return " + ".join(needs(spec)) if spec and needs(spec) else name

    def with_option(self, name: str, value: object) -> Mapping:
        """The same mapping with one option changed."""
        return replace(self, options={**self.options, name: value})

    def to_json(self) -> str:
        """The mapping as the text of its file: stable, readable, one key a line."""
        return json.dumps({
            "name": self.name, "table": self.table, "columns": dict(self.columns),
            "derived": [{"field": d.field, "how": d.how, "sources": list(d.sources),
                         **({"settings": dict(d.settings)} if d.settings
                                                                                         else {})} for d in self.derived],
            "values": {name: dict(pairs) for name, pairs in self.values.items()},
            "where": [{"column": w.column, "values": list(w.values), "keep": w.keep} for w in self.where],
            "options": dict(self.options), "headers": list(self.headers)}, ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Mapping:
        """A mapping from the text of its file.  Raises :class:`BrokenMapping`."""
        try:
            raw = json.loads(text)
            return cls(
                name=str(raw["name"]), table=str(raw["table"]), columns=dict(raw.get("columns", {})),
                derived=tuple(Derived(d["field"], d["how"], tuple(d.get("sources", ())), dict(d.get("settings", {})))
                              for d in raw.get("derived", ())),
                values={name: {str(k): str(v) for k, v in pairs.items()} for name, pairs in raw.get("values", {}).items()},
                where=tuple(Where(w["column"], tuple(map(str, w["values"])), bool(w.get("keep",
                                                                                        True))) for w in raw.get("where", ())),
                options=dict(raw.get("options", {})), headers=tuple(raw.get("headers", ())))
        except BrokenMapping:
            raise
        except (ValueError, KeyError, TypeError, AttributeError) as broken:
            raise BrokenMapping(f"not a mapping: {type(broken).__name__} {broken}") from None


# --- kept in the data folder ------------------------------------------------------------------------------------------------

def _file(data_dir: Path, name: str) -> Path:
    if not NAME.match(name) or name.startswith("."):
        raise BrokenMapping(f"{name!r} cannot be the name of a mapping: use letters, digits, blanks, - and _")
    return Path(data_dir) / "mappings" / f"{name}.json"


def save(data_dir: Path, mapping: Mapping) -> Path:
    """Keep a mapping under its name (an older one of this name is replaced in one step)."""
    file = _file(data_dir, mapping.name)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.write_text(mapping.to_json() + "\n", "utf-8")
    os.replace(draft, file)
    return file


def load(data_dir: Path, name: str) -> Mapping:
    """A saved mapping by name.  Raises :class:`BrokenMapping` when there is none."""
    file = _file(data_dir, name)
    if not file.is_file():
        raise BrokenMapping(f"no mapping is saved under {name!r}; saved: {', '.join(m.name for m in saved(data_dir)) or 'none'}")
    return Mapping.from_json(file.read_text("utf-8"))


def saved(data_dir: Path) -> list[Mapping]:
    """All saved mappings by name; files that are no mapping are passed over."""
    found = []
    for file in sorted((Path(data_dir) / "mappings").glob("*.json")):
        try:
            found.append(Mapping.from_json(file.read_text("utf-8")))
        except (BrokenMapping, UnicodeDecodeError):
            continue
    return found


def find(data_dir: Path, headers: Iterable[str], table: str | None = None) -> Mapping | None:
    """The saved mapping made for a file with exactly these headers (in any order), or None."""
    names = frozenset(headers)
    for mapping in saved(data_dir):
        if mapping.headers and frozenset(mapping.headers) == names and table in (None, mapping.table):
            return mapping
    return None


# --- used on a block --------------------------------------------------------------------------------------------------------

@dataclass
class Applied:
    """A block brought to fields: ``values`` by field, ``rows`` their true numbers, ``left_out`` how many rows were not wanted,
    ``wrong`` the derived cells that failed (position, field, code), ``raw`` the texts of the file for the rejects."""

    values: dict[str, pa.Array | pa.ChunkedArray]
    rows: np.ndarray
    left_out: int
    wrong: list[tuple[int, str, str]]
    block: Block

    def raw(self, mapping: Mapping, name: str, at: int) -> str | None:
        """What stands in the file for a field in one row."""
        named = [mapping.columns[name]] if name in mapping.columns else next(
            (list(needs(spec)) for spec in mapping.derived if spec.field == name), [])
        texts = [self.block.columns[header][at].as_py() for header in named if header in self.block.columns]
        known = [str(text) for text in texts if text is not None]
        return " + ".join(known) if known else None


def check_headers(mapping: Mapping, headers: Iterable[str], sheet: str | None) -> None:
    """Refuse a file that lacks a column of the mapping, or a mapping that lacks a must-have field."""
    have = set(headers)
    if lost := [name for name in mapping.sources if name not in have]:
        raise Refused("headers_changed", sheet=sheet, column=lost[0], missing=", ".join(lost[:8]),
                      found=", ".join(list(headers)[:20]))
    wanting = [column.name for column in TABLES[mapping.table].must
               if column.name not in mapping.fields and not (column.unless and column.unless[0] in mapping.fields)]
    if wanting:
        raise Refused("missing_columns", sheet=sheet, column=wanting[0], table=mapping.table, missing=", ".join(wanting),
                      found=", ".join(list(headers)[:20]))


def apply(mapping: Mapping, block: Block, memory: Memory) -> Applied:
    """The fields of a block: rows chosen, columns named, values replaced, derived fields made.  Nothing is parsed yet."""
    keep = _chosen(mapping, block, memory)
    left_out = 0
    if keep is not None and not keep.all():
        left_out = int((~keep).sum())
        mask = pa.array(keep)
        block = Block(block.sheet, block.rows[keep], {name: values.filter(mask) for name, values in block.columns.items()},
                      block.faults)
    values = {name: block.columns[header] for name, header in mapping.columns.items()}
    wrong: list[tuple[int, str, str]] = []
    if mapping.derived:
        named = dict.fromkeys(name for spec in mapping.derived for name in needs(spec))
        texts = {name: clean(as_text(block.columns[name])).to_pylist() for name in named}
        for spec in mapping.derived:
            made, failed = derive(spec, texts, len(block.rows), memory)
            values[spec.field] = pa.array(made, pa.string())
            wrong += [(at, spec.field, code) for at, code in failed.items()]
    for name, pairs in mapping.values.items():
        if name in values:
            values[name] = _replaced(values[name], pairs)
    applied = Applied(values, block.rows, left_out, wrong, block)
    return _spread(applied, float(str(mapping.options["spread_hours"]))) if mapping.options.get("spread_hours") else applied


def _chosen(mapping: Mapping, block: Block, memory: Memory) -> np.ndarray | None:
    keep: np.ndarray | None = None
    for rule in mapping.where:
        words = pc.fill_null(as_text(clean(as_text(block.columns[rule.column]))).cast(pa.string()), "")
        hit = pc.is_in(words, value_set=pa.array(rule.values, pa.string())).to_numpy(zero_copy_only=False)
        hit = hit if rule.keep else ~hit
        keep = hit if keep is None else keep & hit
    if mapping.options.get("drop_identical"):
        fresh = np.ones(len(block.rows), dtype=bool)
        for at, row in enumerate(zip(*(as_text(values).to_pylist() for values in block.columns.values()), strict=True)):
            mark = hash(row)
            fresh[at] = mark not in memory.rows
            memory.rows.add(mark)
        keep = fresh if keep is None else keep & fresh
    return keep


def _spread(applied: Applied, a_day: float) -> Applied:
    """Leave longer than a day's hours runs on over the following weekdays on which the person has no row of the file."""
    wanted = ("employee_id", "work_date", "leave_hours")
    if not set(wanted) <= applied.values.keys():
        return applied
    who, days, hours = (parse(ATTENDANCE.column(name), applied.values[name]).values.to_pylist() for name in wanted)
    taken = set(zip(who, days, strict=True))
    at, on, long = list(range(len(who))), list(days), [h if h is None else min(h, a_day) for h in hours]
    for row, (person, day, total) in enumerate(zip(who, days, hours, strict=True)):
        left, step = (total or 0) - a_day, 0
        while day is not None and left > 0 and step < 366:
            step += 1
            later = day + timedelta(days=step)
            if later.weekday() < 5 and (person, later) not in taken:
                taken.add((person, later))
                at, on, long, left = [*at, row], [*on, later], [*long, min(left, a_day)], left - a_day
    picks = pa.array(at, pa.int64())
    values = {name: one_array(column).take(picks) for name, column in applied.values.items()}
    values |= {"work_date": pc.if_else(pc.is_null(pa.array(on, pa.date32())), as_text(values["work_date"]).cast(pa.string()),
                                       pc.cast(pa.array(on, pa.date32()), pa.string())),
               "leave_hours": pc.if_else(pc.is_null(pa.array(long, pa.float64())),
                                         as_text(values["leave_hours"]).cast(pa.string()),
                                         pc.cast(pa.array(long, pa.float64()), pa.string()))}
    block = applied.block
    again = Block(block.sheet, block.rows[at], {name: one_array(column).take(picks) for name, column in block.columns.items()},
                  block.faults)
    return Applied(values, again.rows, applied.left_out, applied.wrong, again)


def _replaced(values: pa.Array | pa.ChunkedArray, pairs: Dict[str, str]) -> pa.Array:
    words = clean(values if is_text(values.type) else as_text(values))
    known = {folded(old): new for old, new in pairs.items()}
    swapped = [None if word is None else known.get(folded(word), word) for word in words.dictionary.to_pylist()]
    return pc.take(pa.array(swapped, pa.string()), words.indices)
