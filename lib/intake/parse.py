"""Parse: from what stands in a file to the kinds of the contracts, column by column, with a code for every value that fails.

A column that is typed already (Parquet) is only cast.  Text is parsed once per distinct value; the plain forms (ISO dates and
moments, bare numbers) are cast by Arrow without any Python per row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.intake.shape import Column, arrow_type

BLANK = ("", "-", "--", "—", "——", "/", "N/A", "n/a", "#N/A", "NULL", "null", "None", "none", "NaT")
ERRORS = ("#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
ORDERS = ("mdy", "dmy", "ymd")
LOCAL_OFFSET = timedelta(hours=8)  # Asia/Shanghai has no summer time: moments with a zone are moved to it
_DICTIONARY = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True)
class Parsed:
    """One parsed column: ``values`` in the Arrow type of its kind, null where it failed.

    ``failed``: row positions; ``codes``: the code of each failed row, in the same order.
    """

    values: pa.Array
    failed: np.ndarray
    codes: tuple[str, ...]


class Wrong(ValueError):
    """A value that cannot be read; the message is the code of its reject."""


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


def reader(column: Column, order: str | None) -> Callable[[str], object]:
    """The function that reads one word of this column; it raises :class:`Wrong` with a code."""
    def guarded(word: str, read: Callable[[str], object]) -> object:
        if word in ERRORS:
            raise Wrong("error_value")
        return read(unicodedata.normalize("NFKC", word).strip())

    if column.kind == "date":
        return lambda word: guarded(word, lambda text: one_date(text, order))
    if column.kind == "moment":
        return lambda word: guarded(word, lambda text: one_moment(text, order))
    if column.kind in ("number", "whole"):
        return lambda word: guarded(word, lambda text: one_number(text, column))
    if column.kind == "flag":
        return lambda word: guarded(word, one_flag)
    if column.kind == "enum":
        known = choices(column)
        if column.lenient:
            return lambda word: known.get(folded(word), column.otherwise)
        return lambda word: guarded(word, lambda text: one_choice(text, known))
    return lambda word: word


# --- one value --------------------------------------------------------------------------------------------------------------

_YMD = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_COMPACT = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})$")
_SHORT = re.compile(r"^(\d{2})年(\d{1,2})月(\d{1,2})日?$")
_SWAPPED = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{1,2})$")  # where the order of the parts must be known
_NAMED = re.compile(r"^(?:(\d{1,2})[ -]([A-Za-z]{3,9})|([A-Za-z]{3,9}) (\d{1,2})(?:st|nd|rd|th)?),?[ -](\d{4}|\d{2})$")
_WEEKDAY = re.compile(r"\s*(?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?,?)\s*", re.I)
_TIME = re.compile(r"^(次日|第二天|\+1)?\s*(上午|下午|晚上|凌晨|中午)?\s*(\d{1,2})[:时点](\d{1,2})"
                   r"(?:[:分](\d{1,2})(?:\.(\d{1,6})\d*)?秒?)?分?\s*([AaPp]\.?[Mm]\.?)?$")
_ZONE = re.compile(r"\s*(Z|[+-]\d{2}:?\d{2})$")
_MONTHS = {name: number for number, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct",
                                                       "nov",
                                                        "dec"), start=1)}


def _day(year: int, month: int, day: int, code: str = "bad_date") -> date:
    try:
        return date(year + (2000 if year < 70 else 1900) if year < 100 else year, month, day)
    except ValueError:
        raise Wrong("no_such_day" if 1 <= month <= 12 and 1 <= day <= 31 else code) from None


def _orders(match: re.Match[str]) -> tuple[str, ...]:
    """The orders in which these three parts can have been written: a year has two digits or four."""
    first, _, third = match.groups()
    return (*(("mdy", "dmy") if len(third) in (2, 4) else ()), *(("ymd",) if len(first) == 2 and len(third) < 4 else ()))


def one_date(text: str, order: str | None = None) -> date:
    """A date in any of the forms that Chinese and American exports use; a time of day behind it is ignored."""
    bare = _WEEKDAY.sub(" ", text).strip()
    if match := _YMD.match(bare) or _COMPACT.match(bare) or _SHORT.match(bare):
        return _day(*(int(part) for part in match.groups()))
    if match := _SWAPPED.match(bare):
        written = _orders(match)
        if order is None and len(written) > 1 or order is not None and order not in written:
            raise Wrong("date_order_unclear" if written else "bad_date")
        if not written:
            raise Wrong("bad_date")
        parts = dict(zip(order or written[0], (int(part) for part in match.groups()), strict=True))
        return _day(parts["y"], parts["m"], parts["d"])
    if match := _NAMED.match(bare):
        month = _MONTHS.get((match[2] or match[3])[:3].lower())
        if month:
            return _day(int(match[5]), month, int(match[1] or match[4]))
    if re.fullmatch(r"\d{5}(\.\d+)?", bare) and 20_000 <= float(bare) <= 80_000:
        return date(1899, 12, 30) + timedelta(days=int(float(bare)))
    if re.fullmatch(r"1\d{12}", bare):
        return _epoch(bare).date()
    for gap in ("T", " "):
        front, found, back = bare.partition(gap)
        if found and _TIME.match(_ZONE.sub("", back.strip())):
            return one_date(front, order) if not _ZONE.search(back) else one_moment(bare, order).date()
    raise Wrong("bad_date")


def _epoch(text: str) -> datetime:
    return datetime(1970, 1, 1) + timedelta(milliseconds=int(text)) + LOCAL_OFFSET


def one_time(text: str) -> timedelta:
    """A time of day as the span since midnight: ``08:55``, ``下午 3:20``, ``9:12 PM``, ``次日 01:20`` and ``25:20``."""
    match = _TIME.match(text.strip())
    if not match:
        raise Wrong("bad_moment")
    next_day, half, hour, minute, second, fraction, ampm = match.groups()
    hours, minutes, seconds = int(hour), int(minute), int(second or 0)
    late = half in ("下午", "晚上") or half == "中午" and hours < 11 or bool(ampm) and ampm[0] in "Pp"
    early = half in ("上午", "凌晨") or bool(ampm) and ampm[0] in "Aa"
    if (late or early) and hours > 12 and bool(ampm):
        raise Wrong("bad_moment")
    hours = hours + 12 if late and hours < 12 else 0 if early and hours == 12 else hours
    if hours > 47 or minutes > 59 or seconds > 59 or next_day and hours > 23:
        raise Wrong("bad_moment")
    return timedelta(days=1 if next_day else 0, hours=hours, minutes=minutes, seconds=seconds,
                     microseconds=int((fraction or "0").ljust(6, "0")))


def one_moment(text: str, order: str | None = None) -> datetime:
    """A date with a time of day, in local time; a moment with a zone is moved to Asia/Shanghai."""
    if re.fullmatch(r"1\d{12}", text):
        return _epoch(text)
    if re.fullmatch(r"\d{5}\.\d+", text) and 20_000 <= float(text) <= 80_000:
        return datetime(1899, 12, 30) + timedelta(seconds=round(float(text) * 86_400))
    bare = _WEEKDAY.sub(" ", text).strip()
    zone = _ZONE.search(bare) if ":" in bare else None
    if zone:
        bare = bare[:zone.start()]
    match = re.match(r"^(.+?)(?:T|\s+)((?:次日|第二天|\+1|上午|下午|晚上|凌晨|中午)?\s*\d{1,2}[:时点].*)$", bare)
    if match:
        moment = datetime.combine(one_date(match[1].strip(), order), datetime.min.time()) + one_time(match[2])
    elif re.match(r"^(次日|第二天|\+1|上午|下午|晚上|凌晨|中午)?\s*\d{1,2}:\d", bare):
        raise Wrong("time_without_day")
    else:
        moment = datetime.combine(one_date(bare, order), datetime.min.time())
    if zone:
        sign = 0 if zone[1] == "Z" else 1 if zone[1][0] == "+" else -1
        digits = re.sub(r"\D", "", zone[1]) or "0000"
        moment = moment - sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:4])) + LOCAL_OFFSET
    return moment


# Seconds in the unit of a column, for values such as 0:02:23, 5分钟 or 0.5天 (a day of leave is 8 hours of work).
UNITS = {"duration_s": 1, "late_minutes": 60, "follow_up_minutes": 60, "minutes": 60, "leave_hours": 3600}
_CLOCK = re.compile(r"^(\d{1,4}):([0-5]?\d)(?::([0-5]?\d))?(?:\.\d+)?$")
_SPAN = re.compile(r"^(?:(\d+(?:\.\d+)?)\s*(?:天|d|days?))?\s*(?:(\d+(?:\.\d+)?)\s*(?:小时|h|hours?|hrs?))?\s*"
                   r"(?:(\d+(?:\.\d+)?)\s*(?:分钟|分|min|minutes?|m))?\s*(?:(\d+(?:\.\d+)?)\s*(?:秒|s|secs?|seconds?))?$", re.I)
_NUMBER = re.compile(r"^[+-]?(?:(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?$", re.A)
_SCALE = {"万": 10_000, "亿": 100_000_000, "千": 1_000, "k": 1_000, "K": 1_000}


def span_seconds(text: str) -> float | None:
    """``1:02:03`` (h:mm:ss), ``2:03`` (h:mm), ``5分钟``, ``1小时20分`` or ``0.5天`` in seconds; None when it is none of them."""
    if match := _CLOCK.match(text):
        return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)
    match = _SPAN.match(text)
    if not match or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return days * 8 * 3600 + hours * 3600 + minutes * 60 + seconds


def one_number(text: str, column: Column) -> float | int:
    """A number with or without thousands separators, ¥, 元, 万, % (of columns up to 100) or a unit of time."""
    if text.lower().lstrip("+-") in ("nan", "inf", "infinity", "∞"):
        raise Wrong("not_finite")
    if column.name in UNITS and (seconds := span_seconds(text)) is not None:
        return seconds / UNITS[column.name]
    bare = re.sub(r"^([+-]?)(?:[¥$€£]|CNY|RMB|USD)\s*", r"\1", text.replace("元", "").strip()).strip()
    if re.fullmatch(r"\([\d,.]+\)", bare):
        bare = "-" + bare[1:-1]
    if bare.endswith("%") and column.high == 100:
        bare = bare[:-1].strip()
    scale = 1
    if bare[-1:] in _SCALE:
        scale, bare = _SCALE[bare[-1]], bare[:-1].strip()
    if not bare.strip("+-") or not _NUMBER.match(bare):
        raise Wrong("bad_number")
    value = float(bare.replace(",", "")) * scale
    if value in (float("inf"), float("-inf")):
        raise Wrong("not_finite")
    if column.kind == "whole":
        if value != int(value) or abs(value) > 2**53:
            raise Wrong("bad_whole")
        return int(value)
    return value


_YES = frozenset(("是", "有", "同意", "真", "对", "√", "✓", "y", "yes", "true", "t", "1", "1.0"))
_NO = frozenset(("否", "无", "没有", "不同意", "假", "错", "×", "✗", "n", "no", "false", "f", "0", "0.0"))


def one_flag(text: str) -> bool:
    """Yes or no, in Chinese, English or as 1/0."""
    word = text.lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Wrong("bad_flag")


def folded(text: str) -> str:
    """A word without case, width, spaces and signs, for comparing headers and choices."""
    return re.sub(r"[\s_\-./()\[\]::、,*#]+", "", unicodedata.normalize("NFKC", text)).lower()


@cache
def choices(column: Column) -> dict[str, str]:
    """Every word (folded) that means one of the column's values."""
    known = {folded(word): value for value, words in column.choices for word in words}
    known.update({folded(value): value for value in column.values})
    return known


def one_choice(text: str, known: dict[str, str]) -> str:
    """The value that the word means."""
    try:
        return known[folded(text)]
    except KeyError:
        raise Wrong("unknown_choice") from None


def order_evidence(values: pa.Array | pa.ChunkedArray) -> tuple[int, frozenset[str]]:
    """How many dates look like 3/1/2017 or 21-09-01, and the orders in which all of them are dates.

    A day that is none in any order, such as 13/45/2026, says nothing about the others: it is rejected with its row.
    """
    if not is_text(values.type):
        return 0, frozenset(ORDERS)
    seen, fits = 0, frozenset(ORDERS)
    for word in clean(values).dictionary.to_pylist():
        match = word and _SWAPPED.match(unicodedata.normalize("NFKC", word).split(" ")[0].split("T")[0])
        if match and (written := _orders(match)):
            parts = tuple(int(part) for part in match.groups())
            if here := {order for order in written if _fits(dict(zip(order, parts, strict=True)))}:
                seen, fits = seen + 1, fits & here
    return seen, fits


def _fits(parts: dict[str, int]) -> bool:
    return parts["m"] <= 12 and parts["d"] <= 31
