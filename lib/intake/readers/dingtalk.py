"""DingTalk reader: the sheet 每日统计 of a 考勤报表 workbook as rows of attendance.

Columns are found by their header text, never by position: tenants insert 主部门, hide UserId, and may or may not have a second
header row under grouped titles.  Every cell is text.  What a row becomes:

* employee number: 工号, or UserId where 工号 is blank (option ``employee_id``: ``number``, ``user``, or ``number_else_user``);
* first and last punch: the earliest 上班n and the latest 下班n of the day, ``次日 01:20`` on the next day;
* result: late and early before missing, travel, out, normal, absent, leave and rest; a row without any token or punch is rest, or
leave when an approval covers the day and the shift is not a day off; missing punches on both ends without any punch prove no
work: such a day is leave when leave was asked for, else its result stays blank;
* minutes late: 迟到分钟数 + 严重迟到分钟数 where the file has them,
else the first late punch against the start of its shift segment;
* leave: approved leave in 关联的审批单 that covers the day; a day counts 8 hours, half of it from noon on or until 13:30.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pandas as pd

from lib.intake import mapping as mappings
from lib.intake.guard import Limits, Refused, Source
from lib.intake.readers.base import BLOCK, HEADER_DEPTH, Block, Fault, Reader, name_headers, pack
from lib.intake.readers.sheets import SheetReader, cell_text
from lib.intake.values import Wrong, folded, one_date, one_time

DAY_HOURS = 8.0
FIELDS = {"employee_id": "工号", "work_date": "日期", "check_in": "上班打卡时间", "check_out": "下班打卡时间",
          "result": "打卡结果",
          "leave_type": "关联的审批单", "leave_hours": "请假时长", "late_minutes": "迟到分钟数"}
_PUNCH = re.compile(r"^(上班|下班)(\d)打卡(时间|结果)$")
_SEGMENT = re.compile(r"(\d{1,2}:\d{2})\s*[-–~—至]\s*((?:次日)?\s*\d{1,2}:\d{2})")
_APPROVAL = re.compile(r"^\s*(?P<kind>[^\d]+?)\s*(?P<m1>\d{1,2})-(?P<d1>\d{1,2})\s+(?P<t1>\d{1,2}:\d{2})\s*到\s*"
                       r"(?P<m2>\d{1,2})-(?P<d2>\d{1,2})\s+(?P<t2>\d{1,2}:\d{2})\s*(?:(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>天|小时))?\s*$")
_OFF = re.compile(r"(?<!节)假(?:\(|$)")
_LEAVE = re.compile(r"假$|^调休$")
# What a token of a result cell says; tokens are looked for in this order, the longer before the shorter.
_TOKENS = (("旷工迟到", "absent_late"), ("严重迟到", "late"), ("迟到", "late"), ("早退", "early"), ("旷工", "absent"),
           ("未打卡", "missing"),
           ("缺卡", "missing"), ("请假", "leave"), ("调休", "leave"), ("出差", "travel"), ("公差", "travel"), ("外勤", "out"),
           ("外出", "out"),
           ("未排班", "rest"), ("不在考勤组", "rest"), ("休息", "rest"), ("正常", "normal"), ("通过", "normal"), ("加班",
                                                                                                    "normal"))


@dataclass(frozen=True)
class _Row:
    """One row of the sheet by header, blank cells left out."""

    number: int
    cells: Mapping[str, str]

    def get(self, header: str) -> str | None:
        return self.cells.get(header)


class DailyReader(Reader):
    """The rows of 每日统计, already brought to attendance; the headers are those of :data:`FIELDS`."""

    headers = tuple(FIELDS.values())

    def __init__(self, source: Source, limits: Limits, sheet: str, header: int, names: tuple[str, ...], first: int,
                 options: Mapping[str, object]):
        self._source, self._limits, self.sheet = source, limits, sheet
        self._names, self._first, self._header = names, first, header
        self._who = str(options.get("employee_id", "number_else_user"))

    def is_text(self, header: str) -> bool:
        return False  # the reader has read days and times already

    def rows(self) -> Iterator[_Row]:
        """The rows of the sheet as they stand, by header text."""
        with SheetReader.book(self._source) as book:
            for number, row in enumerate(SheetReader.cells(book[self.sheet]), start=1):
                if number < self._first:
                    continue
                texts = [(cell_text(cell) or "").strip() for cell in row[:len(self._names)]]
                cells = {name: text for name, text in zip(self._names, texts, strict=False) if text and text != "--"}
                if cells:
                    yield _Row(number, cells)

    def blocks(self) -> Iterator[Block]:
        numbers, kept, faults = [], [], []
        for seen, row in enumerate(self.rows(), start=1):
            if self._limits.rows is not None and seen > self._limits.rows:
                raise Refused("too_many_rows", sheet=self.sheet, row=row.number, limit=self._limits.rows)
            made = self._read(row)
            if isinstance(made, Fault):
                faults.append(made)
                continue
            numbers.append(row.number)
            kept.append(made)
            if len(kept) >= BLOCK:
                yield pack(self.sheet, self.headers, numbers, kept, faults)
                numbers, kept, faults = [], [], []
        if kept or faults:
            yield pack(self.sheet, self.headers, numbers, kept, faults)

    def _read(self, row: _Row) -> list[str | None] | Fault:
        who = row.get("工号") if self._who != "user" else None
        if not who and self._who != "number":
            who = row.get("UserId")
        if not who:
            return Fault(row.number, "UserId" if self._who == "user" else "工号", None, "required",
                         {"what": FIELDS["employee_id"]})
        try:
            day = one_date(unicodedata.normalize("NFKC", row.get("日期") or ""), "ymd")
        except Wrong as failure:
            return Fault(row.number, "日期", row.get("日期"), str(failure) if row.get("日期") else "required", {"what": "日期"})
        punches: dict[str, list[tuple[int, timedelta]]] = {"上班": [], "下班": []}
        tokens: list[tuple[str, int, str]] = []
        for name, text in row.cells.items():
            if not (match := _PUNCH.match(name)):
                continue
            side, segment, what = match[1], int(match[2]), match[3]
            plain = unicodedata.normalize("NFKC", text)
            if what == "时间" and re.search(r"\d", plain):
                try:
                    punches[side].append((segment, one_time(plain)))
                except Wrong as failure:
                    return Fault(row.number, name, text, str(failure))
            else:
                tokens.append((side, segment, _meaning(plain)))
        first = min((at for _, at in punches["上班"]), default=None)
        last = max((at for _, at in punches["下班"]), default=None)
        if first is not None and last is not None and last < first:
            segment = max(punches["下班"], key=lambda punch: punch[1])[0]
            name = f"下班{segment}打卡时间"
            return Fault(row.number, name, row.get(name), "out_before_in")
        try:
            late = self._late(row, punches, tokens)
        except Wrong as failure:
            return Fault(row.number, "迟到分钟数", row.get("迟到分钟数"), str(failure), {"what": "迟到分钟数"})
        kind, hours = _leave(row.get("关联的审批单"), day)
        result = _result({meaning for _, _, meaning in tokens}, first is not None or last is not None, row, kind is not None)
        if result == "rest":
            kind, hours = None, None
        return [who, day.isoformat(), _moment(day, first), _moment(day, last), result, kind,
                None if hours is None else f"{hours:g}", None if late is None else f"{late:g}"]

    def _late(self, row: _Row, punches: dict[str, list[tuple[int, timedelta]]], tokens: list[tuple[str, int,
                                                                                                   str]]) -> float | None:
        """Minutes late; 0 on a day with a punch that was on time, None on a day without any."""
        told = [row.get(name) for name in ("迟到分钟数", "严重迟到分钟数")]
        if any(told):
            total = 0.0
            for text in filter(None, told):
                match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:分钟|分)?", unicodedata.normalize("NFKC", str(text)))
                if not match:
                    raise Wrong("bad_number")
                total += float(match[1])
            return total
        starts = [one_time(start) for start, _ in _SEGMENT.findall(unicodedata.normalize("NFKC", row.get("班次") or ""))]
        at = dict(punches["上班"])
        late = [(at[segment] - starts[segment - 1]).total_seconds() // 60 for side, segment, meaning in tokens
                if side == "上班" and meaning in ("late", "absent_late") and segment in at and segment <= len(starts)]
        if late:
            return max(0.0, sum(late))
        return 0.0 if punches["上班"] and not any(meaning in ("late", "absent_late") for _, _, meaning in tokens) else None

    def people(self) -> pd.DataFrame:
        """Who stands in the file: employee_id, user_id, name, department, role (one row a person, as last seen)."""
        seen = {}
        for row in self.rows():
            number, user = row.get("工号"), row.get("UserId")
            who = user if self._who == "user" else number or (user if self._who != "number" else None)
            if who:
                seen[who] = (who, user, row.get("姓名"), row.get("主部门") or row.get("部门"), row.get("职位"))
        return pd.DataFrame(list(seen.values()), columns=["employee_id", "user_id", "name", "department", "role"])


def _meaning(text: str) -> str:
    found = next((meaning for token, meaning in _TOKENS if token in text), None)
    return found or ("normal" if text.startswith("管理员") else "leave" if _OFF.search(text) else "unknown")


def _result(meanings: set[str], punched: bool, row: _Row, approved: bool) -> str | None:
    """What the day was; None where the report does not tell.  ``approved``: an approved leave covers the day."""
    late = "late" in meanings or "absent_late" in meanings and punched
    if late and "early" in meanings:
        return "late_early"
    if late:
        return "late"
    if row.get("旷工天数") not in (None, "0", "0.0") and not punched:
        return "absent"
    if "missing" in meanings and not punched:
        meanings = meanings - {"missing"} | ({"missing"} if "normal" in meanings else set())
        if not meanings & {"early", "missing", "travel", "out", "normal", "absent", "absent_late", "rest"}:
            return "leave" if approved or "leave" in meanings else None
    for meaning, result in (("early", "early"), ("missing", "missing_punch"), ("travel", "travel"), ("out", "out"), ("normal",
                                                                                                                     "normal"),
                            ("absent", "absent"), ("absent_late", "absent"), ("leave", "leave"), ("rest", "rest")):
        if meaning in meanings:
            return result
    if punched:
        return "normal"
    shift = row.get("班次") or ""
    day_off = re.search("休息|未排班|不在考勤组", shift) and not _SEGMENT.search(unicodedata.normalize("NFKC", shift))
    return "leave" if approved and not day_off else "rest"


def _moment(day: date, at: timedelta | None) -> str | None:
    return None if at is None else (datetime.combine(day, time()) + at).strftime("%Y-%m-%d %H:%M:%S")


def _leave(approvals: str | None, day: date) -> tuple[str | None, float | None]:
    """The kind and hours of approved leave on a day; (None, None) when there is none."""
    kind, hours = None, 0.0
    for item in re.split(r"[,,;;\n]", approvals or ""):
        match = _APPROVAL.match(unicodedata.normalize("NFKC", item))
        if not match or not match["n"] or not _LEAVE.search(match["kind"]):
            continue
        total = float(match["n"]) * (DAY_HOURS if match["unit"] == "天" else 1)
        covered = _hours_on(day, match, total)
        if covered:
            kind, hours = kind or match["kind"], hours + covered
    return (kind, min(hours, 24.0)) if kind else (None, None)


def _hours_on(day: date, match: re.Match[str], total: float) -> float:
    """Hours of an approval of ``total`` hours that fall on a day.  Approvals carry no year: it is the one that covers the day."""
    for year in (day.year, day.year - 1):
        try:
            start = date(year, int(match["m1"]), int(match["d1"]))
            end = date(year, int(match["m2"]), int(match["d2"]))
            end = end if end >= start else date(year + 1, end.month, end.day)
        except ValueError:
            continue
        if not start <= day <= end:
            continue
        if start == end:
            return total
        half_first = one_time(match["t1"]) >= timedelta(hours=12)
        half_last = one_time(match["t2"]) <= timedelta(hours=13, minutes=30)
        return min(total, DAY_HOURS / 2 if day == start and half_first or day == end and half_last else DAY_HOURS)
    return 0.0


# --- finding the sheet ------------------------------------------------------------------------------------------------------

def open_daily(source: Source, limits: Limits, options: Mapping[str, object]) -> DailyReader | None:
    """The reader of the daily report in a workbook (in the sheet of that name first), or None when there is none."""
    with SheetReader.book(source) as book:
        wanted = options.get("sheet")
        titles = sorted((title for title in book.sheetnames if wanted in (None, title)),
                        key=lambda title: "每日统计" not in title)
        for title in titles:
            first = [[(cell_text(cell) or "").strip() for cell in row[:limits.columns]]
                     for _, row in zip(range(HEADER_DEPTH), SheetReader.cells(book[title]), strict=False)]
            for at, row in enumerate(first):
                names = {folded(cell) for cell in row if cell}
                if {"姓名", "日期"} <= names and any(_PUNCH.match(cell) for cell in row):
                    below = first[at + 1] if at + 1 < len(first) else []
                    grouped = _is_sub_header(row, below)
                    return DailyReader(source, limits, title, at, _names(row, below if grouped else []), at + 2 + grouped,
                                       options)
    return None


def _is_sub_header(header: list[str], below: list[str]) -> bool:
    """A second header row has nothing under 姓名 and 日期; a data row has."""
    spots = [at for at, cell in enumerate(header) if folded(cell) in ("姓名", "日期")]
    return any(below) and all(at >= len(below) or not below[at] for at in spots)


def _names(header: list[str], below: list[str]) -> tuple[str, ...]:
    """One name a column: the header, or ``group/leaf`` under a grouped title; known ones in their usual spelling."""
    names, group = [], ""
    for at in range(max(len(header), len(below))):
        top = header[at] if at < len(header) else ""
        leaf = below[at] if at < len(below) else ""
        group = top or (group if leaf else "")
        names.append(f"{group}/{leaf}" if leaf and group != leaf else group)
    usual = {"userid": "UserId"}
    return name_headers([usual.get(folded(name), name) for name in names])


def mapping_for(reader: DailyReader | None = None) -> mappings.Mapping:
    """The mapping of the daily report; the same for every tenant, because the reader brings the columns to one form."""
    return mappings.Mapping(name="dingtalk_daily", table="attendance", columns=dict(FIELDS), options={"reader": "dingtalk"})
