"""Schemas: the contracts rendered to pandera, which judges every typed row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow
import pyarrow.compute as pc

from lib.intake.contracts import TABLES
from lib.intake.shape import EARLIEST, LATEST, Column


def _on_values(series: pd.Series, test: Callable[[arrow.Array], arrow.Array]) -> pd.Series:
    """A test of text values, asked once per distinct value where the column is dictionary-encoded."""
    data = arrow.chunked_array(series.array.__arrow_array__())
    parts = []
    for chunk in data.chunks:
        if not arrow.types.is_dictionary(chunk.type):
            parts.append(pc.fill_null(test(chunk), True).to_numpy(zero_copy_only=False))
            continue
        verdict = pc.fill_null(test(chunk.dictionary.cast(arrow.string())), True)
        if pc.all(verdict).as_py() is False:
            parts.append(pc.fill_null(pc.take(verdict, chunk.indices), True).to_numpy(zero_copy_only=False))
        else:
            parts.append(np.ones(len(chunk), dtype=bool))
    return pd.Series(np.concatenate(parts) if parts else np.ones(0, dtype=bool), index=series.index)


def _checks(column: Column, today: date) -> list[pa.Check]:
    """Vectorised checks of one column, each named by the code that its reject will carry."""
    def check(code: str, holds: Callable[[pd.Series], pd.Series]) -> pa.Check:
        return pa.Check(holds, name=code, ignore_na=False, n_failure_cases=1)

    checks = []
    if column.kind == "text":
        checks.append(check("overlong", lambda s: _on_values(s, lambda v: pc.less_equal(pc.utf8_length(v), column.length))))
        checks.append(check("control_characters", lambda s: _on_values(s, lambda v: pc.invert(
            pc.match_substring_regex(v, "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]")))))
    if column.kind == "enum":
        allowed = arrow.array(column.values)
        checks.append(check("unknown_choice", lambda s: _on_values(s, lambda v: pc.or_kleene(pc.is_in(v, allowed),
                                                                                             pc.is_null(v)))))
    if column.kind in ("number", "whole"):
        if column.kind == "number":
            checks.append(check("not_finite", lambda s: (abs(s) < float("inf")).fillna(True)))
        if column.low is not None:
            checks.append(check("negative" if column.low == 0 else "too_small", lambda s: (s >= column.low).fillna(True)))
        if column.high is not None:
            checks.append(check("too_large", lambda s: (s <= column.high).fillna(True)))
    if column.kind in ("date", "moment"):
        wrap = (lambda day: datetime(day.year, day.month, day.day)) if column.kind == "moment" else (lambda day: day)
        first, last = wrap(EARLIEST), wrap(LATEST)
        checks.append(check("out_of_range", lambda s: ((s >= first) & (s <= last)).fillna(True)))
        if column.past:
            # Clocks of two sites may differ by a day; more than that is a typing error or a wrong date order.
            tomorrow = wrap(today + timedelta(days=2))
            checks.append(check("in_the_future", lambda s: (s < tomorrow).fillna(True)))
    return checks


@cache
def schema(table: str, columns: frozenset[str], today: date) -> pa.DataFrameSchema:
    """The pandera schema of a typed frame that holds these columns of the table.

    Validate with ``lazy=True``: the name of a failed check is the code of the reject (``code@column`` for whole rows), its
    ``check_output`` tells the rows.  A must-have column that is not among
    ``columns`` is not asked for here: a mapping is refused before anything is read.
    """
    contract = TABLES[table]
    given = [column for column in contract.incoming if column.name in columns]
    rows: list[pa.Check] = []
    for column in given:
        if column.must and column.unless:
            other, value = column.unless
            rows.append(pa.Check(_required_unless(column.name, other, value), name=f"required@{column.name}", ignore_na=False,
                                 n_failure_cases=1))
    if contract.any_of:
        asked = [name for name in contract.any_of if name in columns]
        rows.append(pa.Check(lambda frame: frame[asked].notna().any(axis=1) if asked else pd.Series(False, index=frame.index),
                             name=f"nothing_given@{asked[0] if asked else contract.any_of[0]}", ignore_na=False,
                             n_failure_cases=1))
    for truth in contract.truths:
        if set(truth.needs) <= columns:
            rows.append(pa.Check(truth.holds, name=f"{truth.code}@{truth.column}", ignore_na=False, n_failure_cases=1))
    return pa.DataFrameSchema(
        {column.name: pa.Column(None, _checks(column, today), nullable=not column.must or column.unless is not None)
         for column in given}, checks=rows, strict=False, name=table)


def _required_unless(name: str, other: str, value: str) -> Callable[[pd.DataFrame], pd.Series]:
    def holds(frame: pd.DataFrame) -> pd.Series:
        excused = (frame[other] == value).fillna(False) if other in frame else pd.Series(False, index=frame.index)
        return frame[name].notna() | excused.astype(bool)
    return holds
