"""Files that are broken as a whole, files with rows that are no rows, and honest files in unusual shapes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tests.faults import rows


@dataclass(frozen=True)
class Broken:
    """A file: how it is made, and the code, row and column that must be named (the last three unused for an honest file)."""

    name: str
    make: Callable[[], bytes]
    code: str = ""
    row: int | None = None
    column: str | None = None
    file: str = "employees.csv"
    table: str | None = "employees"
    limits: dict[str, int] = field(default_factory=dict)


def plain(table: str = "employees") -> str:
    return rows.text(rows.rows(table))


def workbook(lines: list[list[object]] | None = None, above: int = 0, change: Callable[[object], None] | None = None) -> bytes:
    """The good employees (or these lines) as XLSX, with rows of title above them."""
    made = rows.rows("employees")
    lines = lines or [list(made[0]), *[list(row.values()) for row in made]]
    book = openpyxl.Workbook()
    sheet = book.active
    for at in range(above):
        sheet.append([f"员工花名册 {at}"])
    for line in lines:
        sheet.append([None if cell == "" else cell for cell in line])
    if change:
        change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None) -> bytes:
    """The workbook with its parts changed and others added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(part, old.read(part)))
        for part, content in (extra or {}).items():
            new.writestr(part, content)
    return out.getvalue()


def parquet(frame: pd.DataFrame | None = None) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame if frame is not None else pd.DataFrame(rows.rows("employees")),
                                        preserve_index=False), out)
    return out.getvalue()


def entity_bomb(part: str, content: bytes) -> bytes:
    if part != "xl/workbook.xml":
        return content
    return b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + content.split(b"?>")[-1]


def _same(part: str, content: bytes) -> bytes:
    return content


def _lines(change: Callable[[list[str]], list[str]]) -> Callable[[], bytes]:
    return lambda: "\n".join(change(plain().splitlines())).encode() + b"\n"


def _merge(sheet: object) -> None:
    sheet.merge_cells("C10:C11")  # type: ignore[attr-defined]


def _formula(sheet: object) -> None:
    sheet["C10"] = '="一"&"组"'  # type: ignore[attr-defined]


def _glued() -> bytes:
    lines = plain().splitlines()
    return "\n".join(lines[:20]).encode() + b"\n" + lines[20].encode("gb18030") + b"\n" + "\n".join(lines[21:]).encode() + b"\n"


BROKEN = (
    Broken("an empty file", lambda: b"", "empty"),
    Broken("a file of blank lines", lambda: b"\n\r\n   \n", "empty"),
    Broken("only a byte order mark", lambda: b"\xef\xbb\xbf", "empty"),
    Broken("a header and nothing else", lambda: plain().splitlines()[0].encode(), "header_only"),
    Broken("a picture called csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "wrong_kind"),
    Broken("a PDF", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "wrong_kind"),
    Broken("a gzip file", lambda: b"\x1f\x8b\x08\x00" + b"\x00" * 50, "wrong_kind"),
    Broken("an old xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old_xls"),
    Broken("a workbook with a password", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
           "encrypted"),
    Broken("a sign-in page", lambda: b"<!DOCTYPE html><html><body>please sign in</body></html>", "web_page"),
    Broken("a workbook cut short", lambda: workbook()[:3000], "broken_xlsx", file="x.xlsx"),
    Broken("a workbook with a torn sheet", lambda: repacked(lambda part,
                                                            content: content[:400] if "sheet1" in part else content),
           "broken_xlsx", file="x.xlsx"),
    Broken("a zip that is no workbook", lambda: _zip({"a.txt": b"x"}), "wrong_kind", file="x.xlsx"),
    Broken("a Word document", lambda: _zip({"word/document.xml": b"<x/>"}), "wrong_kind", file="x.xlsx"),
    Broken("an archive bomb", lambda: repacked(_same, {"xl/media/a.bin": b"\0" * 30 * 2**20}), "zip_ratio", file="x.xlsx"),
    Broken("an archive that unpacks to too much", lambda: repacked(_same, {"xl/a.bin": b"\0" * 70 * 2**20}), "unpacked_too_big",
           file="x.xlsx"),
    Broken("XML entities", lambda: repacked(entity_bomb), "xml_entities", file="x.xlsx"),
    Broken("an empty sheet", lambda: workbook([[None]]), "empty_sheet", row=None, file="x.xlsx"),
    Broken("a sheet with a header only", lambda: workbook([list(rows.good("employees", 0))]), "header_only", file="x.xlsx"),
    Broken("a Parquet file cut short", lambda: parquet()[:-200], "broken_parquet", file="x.parquet"),
    Broken("a Parquet file with torn pages", lambda: parquet()[:8] + b"\0" * 400 + parquet()[408:], "broken_parquet",
           file="x.parquet"),
    Broken("too big a file", lambda: plain().encode(), "too_big", limits={"size": 1000}),
    Broken("too many rows", lambda: plain().encode(), "too_many_rows", row=12, limits={"rows": 10}),
    Broken("too many columns", lambda: plain().encode(), "too_many_columns", row=1, limits={"columns": 3}),
    Broken("an unknown delimiter", lambda: plain().replace(",", "^").encode(), "missing_columns", column="name"),
    Broken("a lost must-have column", _lines(lambda lines: [",".join(line.split(",")[:3]) for line in lines]),
           "missing_columns",
           column="hire_date"),
    Broken("a quote that never closes", _lines(lambda lines: [*lines[:30],
                                                              'E1,"' + lines[30].split(",", 1)[1], *lines[31:]]), "broken_quotes", row=31),
    Broken("a file cut in the middle of a line", lambda: plain().encode()[:-30].rsplit(b",", 1)[0], "truncated", row=61),
    Broken("an encoding nobody reads",
           lambda: b"employee_id,name,team,hire_date\n" + b"E1,\xff\xfe\xff\x80\x81,A,2024-01-01\n" * 9, "unknown_encoding", row=2),
    Broken("half a UTF-16 file", lambda: b"\xff\xfe" + plain().encode("utf-16-le")[:1001], "unknown_encoding"),
    Broken("month or day first, nobody knows", lambda: plain().replace("2023-05-04", "5/4/2023").encode(), "date_order_unclear",
           column="hire_date"),
    Broken("month first and day first mixed", _lines(lambda lines: [lines[0], *[line.replace("2023-05-04",
                                                                                             "5/24/2023" if at % 2 else "24/5/2023")
                                                                               for at, line in enumerate(lines[1:])]]),
           "date_order_mixed", column="hire_date"),
    Broken("an export done twice", lambda: (plain() + plain().split("\n", 1)[1]).encode(), "doubled"),
    Broken("every row with the same number", _lines(lambda lines: [lines[0], *["E1," + line.split(",",
                                                                                                  1)[1] for line in lines[1:]]]),
           "too_many_rejects", row=2, column="employee_id"),
    Broken("a table nobody knows", lambda: plain().encode(), "no_such_table", table="salaries"),
    Broken("a file of another kind without a table", lambda: b"colour,size,price\nred,3,4\nblue,4,5\n", "needs_mapping",
           table=None, file="x.csv"),
    Broken("not a line of JSON", lambda: b"[{\"employee_id\": 1,", "bad_json", row=1, file="x.jsonl"),
)


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return out.getvalue()


ROWS = (
    Broken("a cell too many", _lines(lambda lines: [*lines[:30], lines[30] + ",extra", *lines[31:]]), "column_count", 31),
    Broken("a cell too few", _lines(lambda lines: [*lines[:30], lines[30].rsplit(",", 2)[0], *lines[31:]]), "column_count", 31),
    Broken("one line in another encoding", _glued, "mixed_encoding", 21, "name"),
    Broken("zero bytes after a crash", lambda: plain().encode() + b"\0" * 40 + b"\n", "column_count", 62),
    Broken("a repeated row", _lines(lambda lines: [*lines, lines[5]]), "duplicate_row", 62, "employee_id"),
    Broken("a merged cell among the data", lambda: workbook(change=_merge), "merged_cells", 11, "team", file="x.xlsx"),
    Broken("a formula that was never computed", lambda: workbook(change=_formula), "formula_without_value", 10, "team",
           file="x.xlsx"),
    Broken("a line that is no JSON", lambda: "\n".join([*(json.dumps(row) for row in rows.rows("employees")),
                                                        "{oops"]).encode(), "bad_json", 61,
           file="x.jsonl"),
    Broken("a NaN in a Parquet column", lambda: parquet(pd.DataFrame(rows.rows("employees")).assign(monthly_salary=lambda f: [
        float("inf") if at == 7 else 8000.0 for at in range(len(f))])), "not_finite", 8, "monthly_salary", file="x.parquet"),
)


def _many_sheets() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    book.create_sheet("说明", 0).append(["请勿修改"])
    book["Sheet"].column_dimensions["A"].hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


GOOD = (
    Broken("UTF-8", lambda: plain().encode()),
    Broken("UTF-8 with a mark", lambda: plain().encode("utf-8-sig")),
    Broken("GB18030", lambda: plain().encode("gb18030")),
    Broken("UTF-16 with a mark", lambda: plain().encode("utf-16")),
    Broken("UTF-16 without a mark", lambda: plain().encode("utf-16-le")),
    Broken("semicolons", lambda: rows.text(rows.rows("employees"), ";").encode()),
    Broken("tabs", lambda: rows.text(rows.rows("employees"), "\t").encode(), file="employees.tsv"),
    Broken("line ends of Windows", lambda: plain().replace("\n", "\r\n").encode()),
    Broken("no line end at the end", lambda: plain().rstrip("\n").encode()),
    Broken("title rows above the header", lambda: ("员工花名册,,,,,,\n统计日期:2024-03-01,,,,,,\n" + plain()).encode()),
    Broken("blank lines between rows", lambda: plain().replace("\n", "\n\n").encode()),
    Broken("Chinese headers", lambda: plain().replace("employee_id,name,team,hire_date", "工号,姓名,所属团队,入职日期",
                                                      1).encode()),
    Broken("a workbook", workbook, file="x.xlsx"),
    Broken("a workbook with titles above the header", lambda: workbook(above=3), file="x.xlsx"),
    Broken("a workbook with a note sheet first and a hidden column", _many_sheets, file="x.xlsx"),
    Broken("a workbook called csv", workbook),
    Broken("Parquet", parquet, file="x.parquet"),
    Broken("JSON lines", lambda: "\n".join(json.dumps(row) for row in rows.rows("employees")).encode(), file="x.jsonl"),
    Broken("a JSON array", lambda: json.dumps(rows.rows("employees")).encode(), file="x.json"),
    Broken("dates of America told by one of them", _lines(lambda lines: [lines[0], *[
        line.replace("2023-05-04", f"5/{at % 28 + 1}/2023") for at, line in enumerate(lines[1:])]])),
)
