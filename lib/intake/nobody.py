"""Nobody: a file of a table that may not say whose a row is, such as answers to an anonymous survey, is refused when it does."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from lib.intake.columns import EMPLOYEE_HEADERS
from lib.intake.guard import Refused
from lib.intake.parse import clean, is_text, one_array
from lib.intake.readers.base import Reader
from lib.intake.values import folded

HEADERS = (*EMPLOYEE_HEADERS, "employee_id", "姓名", "员工姓名", "名字", "name", "full name", "employee name", "手机", "手机号", "手机号码", "电话",
           "电话号码", "phone", "mobile", "邮箱", "电子邮箱", "email", "e-mail", "身份证", "身份证号", "填写人", "填写者", "提交人", "提交者", "答题人",
           "答题者", "回答人", "微信昵称", "昵称", "openid", "unionid", "respondent", "respondent id", "submitted by", "user", "username", "ip",
           "ip address", "IP地址")
"""Header texts of columns that say who somebody is."""
_SHARE = 0.5
_WORDS = frozenset(folded(header) for header in HEADERS)
_PARTS = ("工号", "员工编号", "employeeid", "employeenumber", "employeeno")


def check(reader: Reader, known: Mapping[str, tuple[str, ...]]) -> None:
    """Raise :class:`Refused` (``names_people``) for the first column that says whose a row is.

    By its header, or because most of its first values are numbers or names of employees (``known``: numbers by name).
    """
    for header in reader.headers:
        if folded(header) in _WORDS or any(part in folded(header) for part in _PARTS):
            raise Refused("names_people", sheet=reader.sheet, column=header, header=header)
    people = {*known, *(number for numbers in known.values() for number in numbers)}
    for header, values in reader.sample().columns.items():
        if people and _speaks_of(values, people):
            raise Refused("names_people", sheet=reader.sheet, column=header, header=header)


def _speaks_of(values: pa.Array | pa.ChunkedArray, people: set[str]) -> bool:
    values = one_array(values)
    if is_text(values.type):
        values = clean(values)
    found = {str(value) for value in values.to_pylist() if value is not None}
    return bool(found) and len(found & people) >= _SHARE * len(found)
