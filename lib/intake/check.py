"""Check: blocks of raw values become typed rows that keep their contract, plus the rejects of those that do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandera.errors import SchemaErrors

from lib.intake import signals
from lib.intake.contracts import TABLES
from lib.intake.guard import Refused
from lib.intake.mapping import Applied, Mapping
from lib.intake.parse import as_text, is_text, one_array, order_evidence, parse
from lib.intake.readers.base import Reader
from lib.intake.rejects import Reject
from lib.intake.schemas import schema
from lib.intake.shape import ARROW, Table, arrow_type
from lib.intake.values import ORDERS

DAY = {"attendance": "work_date", "activity_days": "work_date", "calls": "started_at", "deals": "closed_on",
       "talks": "talked_on",
       "life_events": "event_date"}


@dataclass(frozen=True)
class Checked:
    """Typed rows that keep the contract (``table`` with the mapped columns, ``rows`` their numbers), and what was not taken.

    ``verbatim``: every row was taken and every value stands in the file just as it is stored."""

    sheet: str | None
    table: pa.Table
    rows: np.ndarray
    rejects: list[Reject]
    left_out: int
    verbatim: bool = False


def date_order(mapping: Mapping, reader: Reader) -> str | None:
    """How dates such as 3/1/2017 and 21-09-01 are meant: the mapping's option, or the only order that all of them allow.

    Raises :class:`Refused` when several orders are possible, or none is for all.
    """
    if mapping.options.get("date_order"):
        return str(mapping.options["date_order"])
    table = TABLES[mapping.table]
    asked = [(name, header) for name, header in mapping.columns.items() if table.column(name).kind in ("date", "moment")]
    asked += [(spec.field, source) for spec in mapping.derived if spec.how in ("join", "copy") for source in spec.sources[:1]
              if table.column(spec.field).kind in ("date", "moment")]
    asked = [(name, header) for name, header in asked if reader.is_text(header)]
    seen, fits = 0, frozenset(ORDERS)
    where = None
    if not asked:
        return None
    for number, block in enumerate(reader.blocks()):
        for _, header in asked:
            here, orders = order_evidence(block.columns[header])
            seen, fits = seen + here, fits & orders
            where = where or (header if here else None)
        if number == 0 and not seen:
            return None  # the first hundred thousand rows write dates in a clear form; odd ones are rejected by row
    if not seen:
        return None
    if len(fits) != 1:
        raise Refused("date_order_unclear" if fits else "date_order_mixed", sheet=reader.sheet, column=where)
    return next(iter(fits))


def check(applied: Applied, mapping: Mapping, order: str | None, today: date) -> Checked:
    """Parse one block and hold it against its contract with pandera."""
    contract, sheet, size = TABLES[mapping.table], applied.block.sheet, len(applied.rows)
    wrong: dict[tuple[int, str], str] = {(at, name): code for at, name, code in applied.wrong}
    typed: dict[str, pa.Array] = {}
    for column in sorted(contract.incoming, key=lambda c: c.kind == "moment"):  # days first: clock times lean on them
        if column.name not in applied.values:
            continue
        values = applied.values[column.name] = one_array(applied.values[column.name])  # joined once, it is asked for twice
        if column.kind == "moment" and "work_date" in typed:
            values = _with_day(values, typed["work_date"])
        parsed = parse(column, values, order)
        wrong.update({(int(at), column.name): code for at, code in zip(parsed.failed, parsed.codes, strict=True)
                      if (int(at), column.name) not in wrong})
        typed[column.name] = parsed.values
    _fill(contract, mapping, typed, size)
    declined = _declined(contract, typed)
    table = pa.table({c.name: typed[c.name] for c in contract.incoming if c.name in typed})
    rejects = [_reject(applied, mapping, contract, at, name, code) for (at, name), code in wrong.items()]
    bad = np.zeros(size, dtype=bool)
    bad[[at for at, _ in wrong]] = True
    for at, name, code in _violations(contract, table, today, bad, set(wrong)):
        bad[at] = True
        rejects.append(_reject(applied, mapping, contract, at, name, code))
    rejects += [Reject(sheet, fault.row, fault.column, _field(mapping, fault.column), fault.value, fault.code, fault.values)
                for fault in applied.block.faults]
    if declined is not None and declined.any():
        private = set(applied.rows[declined].tolist())
        rejects = [replace(reject, value=None) if reject.row in private else reject for reject in rejects]
    rows = applied.rows
    if bad.any():
        table, rows = table.filter(pa.array(~bad)), rows[~bad]
        return Checked(sheet, table, rows, rejects, applied.left_out)
    same = not rejects and not applied.left_out and not mapping.derived and not mapping.values and (
        set(typed) == set(mapping.columns) and all(_stands(applied.values[name], typed[name]) for name in typed))
    return Checked(sheet, table, rows, rejects, applied.left_out, same)


def _stands(given: pa.Array | pa.ChunkedArray, typed: pa.Array) -> bool:
    """Whether a column needed nothing but a cast that the warehouse makes too."""
    given = one_array(given)
    if given is typed or given.type == typed.type and given.equals(typed):
        return True
    if is_text(given.type):
        return is_text(typed.type) and given.cast(pa.string()).equals(typed.cast(pa.string()))
    return not is_text(typed.type) and getattr(given.type, "tz", None) is None and not pa.types.is_decimal(given.type)


def _with_day(values: pa.Array | pa.ChunkedArray, days: pa.Array) -> pa.Array | pa.ChunkedArray:
    """Clock times without a date, put on the work date of their row."""
    values = one_array(values)
    if pa.types.is_time(values.type):
        values = as_text(values)
    if not is_text(values.type):
        return values
    texts = values.cast(pa.string())
    clock = pc.match_substring_regex(texts, r"^\s*(次日|第二天|\+1|上午|下午|晚上|凌晨|中午)?\s*\d{1,2}[::时点]\d")
    if not pc.any(clock).as_py():
        return values
    dated = pc.binary_join_element_wise(pc.cast(days, pa.string()), pc.utf8_trim_whitespace(texts), " ")
    return pc.if_else(pc.fill_null(clock, False), dated, texts)


def _fill(contract: Table, mapping: Mapping, typed: dict[str, pa.Array], size: int) -> None:
    """Defaults of the contract, and a last punch after midnight where the mapping says that nights are worked."""
    for column in contract.incoming:
        if column.default is not None:
            given = typed.get(column.name, pa.nulls(size, arrow_type(column)))
            typed[column.name] = pc.fill_null(given, column.default)
        if column.must and column.unless and column.unless[0] in typed and column.name not in typed:
            # Where no row gives it, every row must be one that needs none: a won deal without its day is a reject.
            typed[column.name] = pa.nulls(size, arrow_type(column))
    if mapping.options.get("overnight") and {"check_in", "check_out"} <= typed.keys():
        earlier = pc.fill_null(pc.less(typed["check_out"], typed["check_in"]), False)
        a_day = pa.scalar(86_400_000_000, pa.duration("us"))
        typed["check_out"] = pc.if_else(earlier, pc.add(typed["check_out"], a_day), typed["check_out"])


def _declined(contract: Table, typed: dict[str, pa.Array]) -> np.ndarray | None:
    """Life events without the person's consent: only that there is none is kept, so that it takes back an earlier yes.

    Where the file has the column, a blank cell is no consent.
    """
    if contract.name != "life_events" or "consent" not in typed:
        return None
    typed["consent"] = pc.fill_null(typed["consent"], False)
    if "expires_on" in typed:
        typed["expires_on"] = pc.if_else(typed["consent"], typed["expires_on"], pa.scalar(None, pa.date32()))
    return pc.invert(typed["consent"]).to_numpy(zero_copy_only=False)


def _violations(contract: Table, table: pa.Table, today: date, bad: np.ndarray,
                wrong: set[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    """Every cell that breaks the contract: row position, field, code.  The judge is the pandera schema."""
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    try:
        schema(contract.name, frozenset(table.column_names), today).validate(frame, lazy=True)
    except SchemaErrors as failures:
        for failure in failures.schema_errors:
            if failure.check == "not_nullable":
                code, name, holds = "required", failure.column_name or failure.schema.name, frame[failure.schema.name].notna()
            else:
                code, _, name = str(failure.check.name).partition("@")
                name, holds = name or str(failure.schema.name), failure.check_output
            fails = ~np.asarray(holds.fillna(True), dtype=bool)
            whole_row = "@" in str(getattr(failure.check, "name", ""))
            for at in np.flatnonzero(fails):
                # A cell that could not be read is reported once, as what it is, and says nothing about its row.
                if (int(at), name) not in wrong and not (whole_row and bad[at]):
                    yield int(at), name, code


def _reject(applied: Applied, mapping: Mapping, contract: Table, at: int, name: str, code: str) -> Reject:
    return Reject(applied.block.sheet, int(applied.rows[at]), mapping.source_of(name), name, applied.raw(mapping, name, at),
                  code)


def _field(mapping: Mapping, header: str | None) -> str | None:
    return next((name for name, source in mapping.columns.items() if source == header), None)


def finish(contract: Table, table: pa.Table, reading: signals.Reading) -> pa.Table:
    """The rows as they are stored: every kept column of the contract in order, talk notes turned into signals by ``reading``."""
    if contract.name == "talks":
        notes = table.column("note").cast(pa.string()).to_pylist()
        said = pa.array(reading(notes), pa.string())
        table = table.append_column("signals", said)
    columns = []
    for column in contract.stored:
        kind = stored_type(column.kind)
        columns.append(pa.chunked_array([pa.nulls(len(table), kind)]) if column.name not in table.column_names
                       else _as(table.column(column.name), kind))
    return pa.table(columns, names=[column.name for column in contract.stored])


def stored_type(kind: str) -> pa.DataType:
    """The Arrow type of a stored column: text is dictionary-encoded, which writes and reads fastest."""
    return pa.dictionary(pa.int32(), pa.string()) if kind in ("text", "enum") else ARROW[kind]


def _as(values: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if values.type == kind:
        return values
    return values.cast(pa.string()).dictionary_encode() if pa.types.is_dictionary(kind) else values.cast(kind)
