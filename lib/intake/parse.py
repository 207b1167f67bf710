"""Parse: from what stands in a file to the kinds of the contracts, column by column, with a code for every value that fails.

A column that is typed already (Parquet) is only cast.  Text is parsed once per distinct value; the plain forms (ISO dates and
moments, bare numbers) are cast by Arrow without any Python per row; the others are read by :mod:`lib.intake.values`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.intake.shape import Column, arrow_type
from lib.intake.values import ORDERS, Wrong, possible_orders, reader

BLANK = ("", "-", "--", "—", "——", "/", "N/A", "n/a", "#N/A", "NULL", "null", "None", "none", "NaT")
_DICTIONARY = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True)
class Parsed:
    """One parsed column: ``values`` in the Arrow type of its kind, null where it failed.

    ``failed``: row positions; ``codes``: the code of each failed row, in the same order.
    """

    values: pa.Array
    failed: np.ndarray
    codes: tuple[str, ...]


_NONE = np.empty(0, dtype=np.int64)


def one_array(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The same values in one piece."""
    if not isinstance(values, pa.ChunkedArray):
        return values
    if values.num_chunks == 1:
        return values.chunk(0)
    if pa.types.is_dictionary(values.type):
        values = values.unify_dictionaries()
    joined = values.combine_chunks()
    return joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined


def is_text(kind: pa.DataType) -> bool:
    """Whether an Arrow type is text, dictionary-encoded or not."""
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or (pa.types.is_dictionary(kind) and is_text(kind.value_type))


def clean(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Text as a dictionary array: outer blanks trimmed, blank words (``-``, ``N/A``, ``NULL`` …) made null."""
    values = one_array(values)
    if pa.types.is_null(values.type):
        return pa.nulls(len(values), _DICTIONARY)
    if not pa.types.is_dictionary(values.type):
        values = values.cast(pa.string()).dictionary_encode()
    words = values.dictionary.cast(pa.string())
    tidy = pc.utf8_trim_whitespace(words)
    tidy = pc.if_else(pc.is_in(tidy, value_set=pa.array(BLANK)), pa.scalar(None, pa.string()), tidy)
    if tidy.null_count == 0 and tidy.equals(words) and values.type == _DICTIONARY:
        return values
    # Trimming may make two words the same and blanks null: encode again, so that null stands in the indices.
    return pc.take(tidy, values.indices.cast(pa.int32())).dictionary_encode() if tidy.null_count or _has_twins(tidy) else (
        pa.DictionaryArray.from_arrays(values.indices.cast(pa.int32()), tidy))


def _has_twins(words: pa.Array) -> bool:
    return pc.count_distinct(words).as_py() < len(words)


def parse(column: Column, values: pa.Array | pa.ChunkedArray, order: str | None = None) -> Parsed:
    """Bring one column to its kind.  ``order`` (``mdy``, ``dmy`` or ``ymd``) is how dates such as 3/1/2017 and
    21-09-01 are meant."""
    values = one_array(values)
    if not is_text(values.type) and not pa.types.is_null(values.type):
        return _typed(column, values, order)
    words = clean(values)
    if column.kind == "text":
        return Parsed(words, _NONE, ())
    if (plain := _plain(column, words)) is not None:
        return Parsed(plain, _NONE, ())
    return _each(column, words, order)


def _typed(column: Column, values: pa.Array, order: str | None) -> Parsed:
    """A column that comes with a type: cast it when nothing can be lost, else go by its text."""
    kind, have = arrow_type(column), values.type
    whole = pa.types.is_integer(have)
    fits = (have == kind or column.kind == "number" and (whole or pa.types.is_floating(have) or pa.types.is_decimal(have))
            or column.kind == "whole" and whole or column.kind == "moment" and pa.types.is_timestamp(have) and have.tz is None
            or column.kind == "date" and pa.types.is_date(have))
    if fits:
        try:
            return Parsed(values if have == kind else values.cast(kind, safe=column.kind != "moment"), _NONE, ())
        except pa.ArrowInvalid:
            pass
    if column.kind in ("date", "moment") and pa.types.is_timestamp(have):
        if have.tz is not None:
            values = values.cast(pa.timestamp("us", have.tz), safe=False).cast(pa.timestamp("us", "+08:00"))
            values = pc.local_timestamp(values)
        values = values.cast(pa.timestamp("us"), safe=False)
        return Parsed(values if column.kind == "moment" else values.cast(pa.date32(), safe=False), _NONE, ())
    if column.kind == "moment" and pa.types.is_date(have):
        return Parsed(values.cast(pa.date32()).cast(pa.timestamp("us")), _NONE, ())
    text = as_text(values)
    return parse(column, text, order)


def as_text(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Any column as the text a person would see (whole numbers without a decimal point)."""
    values = one_array(values)
    if is_text(values.type):
        return values
    if pa.types.is_floating(values.type):
        return pa.array([None if v is None else f"{v:.0f}" if v == v and abs(v) < 1e15 and v == int(v) else repr(v)
                         for v in values.to_pylist()], pa.string())
    try:
        return values.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([None if v is None else str(v) for v in values.to_pylist()], pa.string())


def _plain(column: Column, words: pa.DictionaryArray) -> pa.Array | None:
    """The column by a cast of its distinct words, or None when any of them is not in the plain form."""
    distinct = words.dictionary
    try:
        if column.kind == "number":
            typed = pc.cast(distinct, pa.float64()) if not _has_twists(distinct, r"[^0-9.\-]") else None
        elif column.kind == "whole":
            typed = pc.cast(distinct, pa.int64()) if not _has_twists(distinct, r"[^0-9\-]") else None
        elif column.kind == "date":
            typed = pc.cast(distinct, pa.date32()) if _all_like(distinct, r"^\d{4}-\d{2}-\d{2}$") else None
        elif column.kind == "moment":
            typed = (pc.cast(distinct, pa.timestamp("us"))
                     if _all_like(distinct, r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$") else None)
        else:
            return None
    except pa.ArrowInvalid:
        return None
    return None if typed is None else pc.take(typed, words.indices)


def _has_twists(words: pa.Array, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(words, pattern)).as_py())


def _all_like(words: pa.Array, pattern: str) -> bool:
    return pc.all(pc.match_substring_regex(words, pattern)).as_py() is not False


def _each(column: Column, words: pa.DictionaryArray, order: str | None) -> Parsed:
    """The column value by value, once per distinct word."""
    read = reader(column, order)
    typed: list[object] = []
    wrong: list[str | None] = []
    for word in words.dictionary.to_pylist():
        try:
            typed.append(read(word))
            wrong.append(None)
        except Wrong as failure:
            typed.append(None)
            wrong.append(str(failure))
    values = pc.take(pa.array(typed, arrow_type(column)), words.indices)
    if not any(wrong):
        return Parsed(values, _NONE, ())
    bad = np.array([code is not None for code in wrong])
    indices = pc.fill_null(words.indices, -1).to_numpy(zero_copy_only=False)
    failed = np.flatnonzero((indices >= 0) & bad[np.maximum(indices, 0)])
    return Parsed(values, failed, tuple(wrong[indices[at]] or "" for at in failed))


def order_evidence(values: pa.Array | pa.ChunkedArray) -> tuple[int, frozenset[str]]:
    """How many dates look like 3/1/2017 or 21-09-01, and the orders in which all of them are dates.

    A day that is none in any order, such as 13/45/2026, says nothing about the others: it is rejected with its row.
    """
    if not is_text(values.type):
        return 0, frozenset(ORDERS)
    seen, fits = 0, frozenset(ORDERS)
    for word in clean(values).dictionary.to_pylist():
        if word and (here := possible_orders(word)):
            seen, fits = seen + 1, fits & here
    return seen, fits
