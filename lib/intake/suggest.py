"""Suggest: which table a file is and which column is which field, from names, synonyms, types and values, with the reasons."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from lib.intake.accepted import closed
from lib.intake.contracts import TABLES
from lib.intake.mapping import Mapping
from lib.intake.parse import clean, is_text, parse
from lib.intake.shape import Column, Table
from lib.intake.values import ORDERS, folded
from lib.words import say_in

SURE, NAMED = 0.8, 0.85
CLOSE = 0.05


@dataclass(frozen=True)
class Guess:
    """One field of the suggestion: the header it would come from, how sure that is (0–1), why, and whether the header is a known name."""

    field: str
    header: str
    confidence: float
    reason_zh: str
    reason_en: str
    named: bool = False


@dataclass(frozen=True)
class Suggestion:
    """The best reading of a file: the mapping to start from, field by field with reasons, must-have fields that were not found,
    headers that nothing takes, and how sure the table is (0–1).

    ``strange``: fields of choices whose column is known by its header while most words in it are not.  ``second``: the table that fits
    next best, with ``runner_up`` as its confidence."""

    table: str
    guesses: tuple[Guess, ...]
    missing: tuple[str, ...]
    unused: tuple[str, ...]
    confidence: float
    mapping: Mapping
    runner_up: float = 0.0
    second: str = ""
    strange: tuple[str, ...] = ()

    @property
    def close(self) -> bool:
        """Whether another table fits nearly as well."""
        return bool(self.second) and self.runner_up > self.confidence - CLOSE


def suggest(headers: tuple[str, ...], sample: Dict[str, pa.Array | pa.ChunkedArray], table: str | None = None,
            file: str = "") -> Suggestion | None:
    """The best suggestion for a file with these headers and first rows (for one table, when ``table`` is given).

    None when no column fits anything.
    """
    found = [made for name in ([table] if table else TABLES) if (made := _for_table(TABLES[name], headers, sample, file))]
    if not found:
        return None
    found.sort(key=lambda made: -made.confidence)
    second = found[1] if len(found) > 1 else None
    return replace(found[0], runner_up=second.confidence, second=second.table) if second else found[0]


def question(made: Suggestion, told: bool = False) -> str | None:
    """What has to be asked before a suggestion is used, as the code of a refusal; None when it is beyond doubt.

    ``told``: somebody said which table it is, so that neither another table nor columns that stay unread are a question any more.
    """
    if made.missing:
        return "missing_columns" if told or made.confidence >= 0.6 else "needs_mapping"
    if not told and made.close:
        return "two_tables"
    if not told and made.unused:
        return "columns_unread"
    if unsure(made):
        return "fields_unsure"
    return "unknown_words" if made.strange else None


def unsure(made: Suggestion) -> tuple[Guess, ...]:
    """Must-have fields whose column is only a guess.  A known header of a column of choices is none: single words that are unknown
    are rejected by row, many of them are asked for."""
    table = TABLES[made.table]
    return tuple(guess for guess in made.guesses if guess.confidence < SURE and table.column(guess.field).must
                 and not (closed(table.column(guess.field)) and guess.named))


def confident(made: Suggestion) -> bool:
    """Whether a suggestion may be used without asking."""
    return question(made) is None


def _for_table(table: Table, headers: tuple[str, ...], sample: Dict[str, pa.Array | pa.ChunkedArray], file: str) -> Suggestion | None:
    scored, strange = [], set()
    for column in table.incoming:
        for header in headers:
            name, why = _by_name(column, header)
            if name == 0 and (column.kind != "enum" or column.lenient):
                continue
            fit = _by_values(column, sample.get(header))
            if name == 0 and not (column.kind == "enum" and fit == 1.0):
                continue
            # Words that nobody knows yet do not make another column of one whose header says what it is: they are asked for.
            known = fit is None or fit >= 0.5 or closed(column) and name >= NAMED
            sure = 0.5 if name == 0 else name if fit is None else name * (0.6 + 0.4 * fit if known else 0.2)
            scored.append((round(sure, 3), column.must, column.name, header, why if name else "values"))
            if closed(column) and name and fit is not None and fit < 0.5:
                strange.add((column.name, header))
    taken: dict[str, Guess] = {}
    used: set[str] = set()
    for sure, _, name, header, why in sorted(scored, key=lambda row: (-row[0], not row[1], headers.index(row[3]))):
        if sure >= 0.4 and name not in taken and header not in used:
            taken[name] = Guess(name, header, sure, say_in("zh", f"intake.reason.{why}", header=header),
                                say_in("en", f"intake.reason.{why}", header=header), why in ("same_name", "synonym"))
            used.add(header)
    if "employee_id" in {c.name for c in table.must} and "employee_id" not in taken and "name" in taken:
        # People without numbers: the name is all there is to tell them apart.
        header = taken["name"].header
        taken["employee_id"] = Guess("employee_id", header, 0.6, say_in("zh", "intake.reason.name_as_id", header=header),
                                     say_in("en", "intake.reason.name_as_id", header=header))
    if "team" in {c.name for c in table.must} and "team" not in taken and "department" in taken and table.name == "employees":
        # The only grouping that the file has; where a second column names the department, that one stays what it is.
        guess = taken.pop("department")
        taken["team"] = Guess("team", guess.header, min(guess.confidence, SURE), say_in("zh", "intake.reason.department_as_team",
                              header=guess.header), say_in("en", "intake.reason.department_as_team", header=guess.header))
        second = next(((sure, header, why) for sure, _, name, header, why in sorted(scored, key=lambda row: -row[0])
                       if name == "department" and header not in used and sure >= 0.4), None)
        if second:
            sure, header, why = second
            taken["department"] = Guess("department", header, sure, say_in("zh", f"intake.reason.{why}", header=header),
                                        say_in("en", f"intake.reason.{why}", header=header))
            used.add(header)
    if not taken:
        return None
    optional = {column.name for column in table.columns if column.unless and column.unless[0] in taken}
    missing = tuple(column.name for column in table.must if column.name not in taken and column.name not in optional)
    if table.any_of and not any(name in taken for name in table.any_of):
        missing += (table.any_of[0],)
    must = max(1, len(table.must))
    covered = 1 - len(missing) / (must + bool(table.any_of))
    used_share = len(used) / max(1, len(headers))
    sure = sum(guess.confidence for guess in taken.values()) / len(taken)
    confidence = covered * (0.5 + 0.3 * sure + 0.2 * used_share)
    if folded(table.name) in folded(Path(file).stem):
        confidence = min(1.0, confidence + 0.1 * covered)
    guesses = tuple(sorted(taken.values(), key=lambda guess: [c.name for c in table.columns].index(guess.field)))
    mapping = Mapping(name=f"{table.name}", table=table.name, columns={guess.field: guess.header for guess in guesses}, headers=headers)
    return Suggestion(table.name, guesses, missing, tuple(name for name in headers if name not in used), round(confidence, 3), mapping,
                      strange=tuple(guess.field for guess in guesses if (guess.field, guess.header) in strange))


def _by_name(column: Column, header: str) -> tuple[float, str]:
    """How well a header names a column, and the key of the reason."""
    text = folded(header)
    if text == folded(column.name):
        return 1.0, "same_name"
    words = [folded(word) for word in column.names]
    if text in words:
        return 0.9, "synonym"
    if match := _UNIT.match(unicodedata.normalize("NFKC", header)):
        bare, unit = match.groups()
        if (own := _own_units(column)) and unit.lower() in own:
            return (0.85, "synonym") if folded(bare) in (*words, folded(column.name)) else (0.55, "part_of_name") if _holds(folded(bare), words) else (0.0, "")
        if own and unit.lower() in _UNITS:
            return 0.0, ""  # minutes must not be read as seconds, nor 万元 as 元: a person decides
    return (0.55, "part_of_name") if _holds(text, words) else (0.0, "")


def _holds(text: str, words: list[str]) -> bool:
    """Whether a header holds one of the words that are long enough to mean something inside another."""
    return any(word in text for word in words if len(word) >= (3 if word.isascii() is False else 5))


_UNIT = re.compile(r"^(.+?)\s*[(\[【]\s*([^()\[\]【】]+?)\s*[)\]】]$")  # 业绩(元): what is measured, and in what
_MONEY = frozenset(("元", "¥", "cny", "rmb", "yuan", "人民币"))
_TIMES = {"s": frozenset(("秒", "s", "sec", "seconds")), "minutes": frozenset(("分", "分钟", "min", "minutes")),
          "hours": frozenset(("小时", "时", "h", "hours"))}
_COUNTS = frozenset(("个", "次", "通", "笔", "单", "人", "条"))
_UNITS = _MONEY.union(_COUNTS, *_TIMES.values(), ("万", "万元", "千元", "亿", "亿元", "k", "美元", "usd", "$", "天", "日", "days", "%"))


def _own_units(column: Column) -> frozenset[str]:
    """The units in which a column's values may be written without changing them; empty when it has none."""
    if column.kind == "whole":
        return _COUNTS
    if column.kind != "number":
        return frozenset()
    if column.name in ("amount", "revenue", "monthly_salary"):
        return _MONEY
    return _TIMES.get(column.name.rpartition("_")[2], frozenset())


def _by_values(column: Column, values: pa.Array | pa.ChunkedArray | None) -> float | None:
    """The share of the sample's values that can be read as this kind; None when the sample is blank."""
    if values is None or not len(values):
        return None
    if is_text(values.type):
        values = clean(values)
    filled = len(values) - values.null_count
    if not filled:
        return None
    if column.kind == "text":
        return 1.0
    best = 0.0
    for order in ORDERS if column.kind in ("date", "moment") else (None,):
        # A clock time needs the day that another column gives.
        failed = sum(code != "time_without_day" for code in parse(column, values, order).codes)
        best = max(best, 1 - failed / filled)
        if not failed:
            break
    return best
