"""Values: one word of a file brought to one value of a contract's kind; a word that fails raises its code.

Dates, moments, spans, numbers, flags and choices in the forms that Chinese and American exports use.  :mod:`lib.intake.parse`
does whole columns with them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache

from lib.intake.shape import Column

ERRORS = ("#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
ORDERS = ("mdy", "dmy", "ymd")
LOCAL_OFFSET = timedelta(hours=8)  # Asia/Shanghai has no summer time: moments with a zone are moved to it


class Wrong(ValueError):
    """A value that cannot be read; the message is the code of its reject."""


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


YES = ("是", "有", "同意", "真", "对", "√", "✓", "通过", "已通过", "批准", "已批准", "y", "yes", "true", "t", "approved", "1", "1.0")
NO = ("否", "无", "没有", "不同意", "假", "错", "×", "✗", "驳回", "已驳回", "未通过", "不通过", "n", "no", "false", "f", "0", "0.0")


def one_flag(text: str) -> bool:
    """Yes or no, in Chinese, English or as 1/0."""
    word = text.lower()
    if word in YES:
        return True
    if word in NO:
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


def possible_orders(word: str) -> frozenset[str]:
    """The orders in which a word such as 3/1/2017 or 21-09-01 is a date; empty when it is no such word, or none in any order."""
    match = _SWAPPED.match(unicodedata.normalize("NFKC", word).split(" ")[0].split("T")[0])
    if not match:
        return frozenset()
    parts = tuple(int(part) for part in match.groups())
    return frozenset(order for order in _orders(match) if _fits(dict(zip(order, parts, strict=True))))


def _fits(parts: dict[str, int]) -> bool:
    return parts["m"] <= 12 and parts["d"] <= 31
