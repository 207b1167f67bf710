"""One bad row among good ones: what is planted, and the reject that must name it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

GOOD = 60


@dataclass(frozen=True)
class Planted:
    """A bad row in a table: the cells that replace those of a good row, and what its reject must say."""

    name: str
    table: str
    cells: dict[str, str]
    code: str
    column: str


def good(table: str, at: int) -> dict[str, str]:
    """The ``at``-th good row of a table."""
    person, day = f"E{at:04d}", f"2024-03-{at % 28 + 1:02d}"
    return {
        "employees": {"employee_id": person, "name": f"员工{at}", "team": "一组", "hire_date": "2023-05-04",
                      "birth_date": "1995-02-03",
                      "leave_date": "", "monthly_salary": "8000"},
        "attendance": {"employee_id": person, "work_date": day, "check_in": "08:55", "check_out": "18:05", "result": "正常",
                       "leave_hours": "", "late_minutes": "0"},
        "activity_days": {"employee_id": person, "work_date": day, "dials": "80", "answered": "40", "rejected": "10",
                          "effective": "12",
                          "intents": "3", "deals": "1", "revenue": "1,200.50"},
        "calls": {"call_id": f"C{at}", "employee_id": person, "started_at": f"{day} 09:{at % 60:02d}", "outcome": "有效",
                  "duration_s": "0:03:20",
                  "score": "88"},
        "deals": {"deal_id": f"D{at}", "employee_id": person, "closed_on": day, "amount": "¥5,000", "stage": "赢单",
                  "engaged_on": "2024-01-05"},
        "talks": {"employee_id": person, "talked_on": day, "note": f"聊了近况 {at}", "minutes": "20", "felt_cared": "是"},
        "life_events": {"employee_id": person, "kind": "结婚", "event_date": day, "consent": "是", "expires_on": ""},
        "goals": {"metric": "成交", "period": "月", "target": str(10 + at), "team": f"{at}组"},
        "customers": {"customer_id": f"K{at}", "name": f"客户{at}", "satisfaction": "80"},
    }[table]


def rows(table: str, bad: dict[str, str] | None = None) -> list[dict[str, str]]:
    """Sixty good rows, with the bad one in the middle: it stands in row 32 of the file."""
    made = [good(table, at) for at in range(GOOD)]
    if bad is not None:
        made.insert(30, {**good(table, GOOD), **bad})
    return made


BAD_ROW = 32


def text(lines: list[dict[str, str]], delimiter: str = ",") -> str:
    """The rows as CSV text with a header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(lines[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


PLANTED = (
    Planted("a blank employee number", "employees", {"employee_id": ""}, "required", "employee_id"),
    Planted("a blank of spaces", "employees", {"team": "  \u3000 "}, "required", "team"),
    Planted("N/A in a must-have column", "employees", {"name": "N/A"}, "required", "name"),
    Planted("30 February", "employees", {"hire_date": "2024-02-30"}, "no_such_day", "hire_date"),
    Planted("29 February of a common year", "employees", {"hire_date": "2023-02-29"}, "no_such_day", "hire_date"),
    Planted("month 13", "employees", {"hire_date": "2024-13-01"}, "bad_date", "hire_date"),
    Planted("words for a date", "employees", {"hire_date": "去年春天"}, "bad_date", "hire_date"),
    Planted("a number for a date", "employees", {"hire_date": "12"}, "bad_date", "hire_date"),
    Planted("the year 1023", "employees", {"hire_date": "1023-05-04"}, "out_of_range", "hire_date"),
    Planted("the year 2203", "employees", {"hire_date": "2203-05-04"}, "out_of_range", "hire_date"),
    Planted("born tomorrow", "employees", {"birth_date": "2099-01-01"}, "in_the_future", "birth_date"),
    Planted("born after the hire", "employees", {"birth_date": "2024-01-01"}, "born_after_hire", "birth_date"),
    Planted("left before the hire", "employees", {"leave_date": "2022-01-01"}, "leaves_before_hire", "leave_date"),
    Planted("an overlong id", "employees", {"employee_id": "E" * 65}, "overlong", "employee_id"),
    Planted("an overlong name", "employees", {"name": "王" * 101}, "overlong", "name"),
    Planted("a NUL in a name", "employees", {"name": "王\x00伟"}, "control_characters", "name"),
    Planted("an escape sequence in a team", "employees", {"team": "\x1b[31m一组"}, "control_characters", "team"),
    Planted("a negative salary", "employees", {"monthly_salary": "-8000"}, "negative", "monthly_salary"),
    Planted("an impossible salary", "employees", {"monthly_salary": "99999999999"}, "too_large", "monthly_salary"),
    Planted("25:61 on the clock", "attendance", {"check_in": "25:61"}, "bad_moment", "check_in"),
    Planted("48 o'clock", "attendance", {"check_out": "48:10"}, "bad_moment", "check_out"),
    Planted("a check-out before the check-in", "attendance", {"check_out": "07:00"}, "out_before_in", "check_out"),
    Planted("a check-in on another day", "attendance", {"check_in": "2024-05-09 08:00", "check_out": ""}, "in_far_from_day",
            "check_in"),
    Planted("a check-out three days later", "attendance", {"check_out": "2024-04-20 08:00"}, "out_far_from_day", "check_out"),
    Planted("an unknown result", "attendance", {"result": "神游"}, "unknown_choice", "result"),
    Planted("30 hours of leave in a day", "attendance", {"leave_hours": "30"}, "too_large", "leave_hours"),
    Planted("a day that has not come yet", "attendance", {"work_date": "2031-03-01", "check_in": "", "check_out": ""},
            "in_the_future",
            "work_date"),
    Planted("a number with letters", "activity_days", {"dials": "12O"}, "bad_number", "dials"),
    Planted("half a call", "activity_days", {"dials": "80.5"}, "bad_whole", "dials"),
    Planted("a negative count", "activity_days", {"deals": "-1"}, "negative", "deals"),
    Planted("NaN revenue", "activity_days", {"revenue": "NaN"}, "not_finite", "revenue"),
    Planted("infinite revenue", "activity_days", {"revenue": "inf"}, "not_finite", "revenue"),
    Planted("1e999 revenue", "activity_days", {"revenue": "1e99"}, "too_large", "revenue"),
    Planted("a thousands separator in the wrong place", "activity_days", {"revenue": "1,20,0"}, "bad_number", "revenue"),
    Planted("more answered than dialled", "activity_days", {"dials": "20"}, "more_answered_than_dialled", "answered"),
    Planted("parts above the whole", "activity_days", {"rejected": "39"}, "parts_exceed_answered", "answered"),
    Planted("a day without any number", "activity_days", {name: "" for name in ("dials", "answered", "rejected", "effective",
                                                                                "intents",
                                                                               "deals", "revenue")}, "nothing_given", "dials"),
    Planted("an error of the spreadsheet", "activity_days", {"answered": "#REF!"}, "error_value", "answered"),
    Planted("an unknown outcome", "calls", {"outcome": "也许"}, "unknown_choice", "outcome"),
    Planted("a score above 100 %", "calls", {"score": "120%"}, "too_large", "score"),
    Planted("a negative duration", "calls", {"duration_s": "-5"}, "negative", "duration_s"),
    Planted("a call without a time", "calls", {"started_at": ""}, "required", "started_at"),
    Planted("only a clock time", "calls", {"started_at": "09:30"}, "time_without_day", "started_at"),
    Planted("won without an amount", "deals", {"amount": ""}, "required", "amount"),
    Planted("won without a day", "deals", {"closed_on": ""}, "required", "closed_on"),
    Planted("closed before it was opened", "deals", {"engaged_on": "2024-12-01", "closed_on": "2024-03-01"},
            "closed_before_engaged", "closed_on"),
    Planted("an unknown stage", "deals", {"stage": "maybe"}, "unknown_choice", "stage"),
    Planted("neither yes nor no", "talks", {"felt_cared": "有点"}, "bad_flag", "felt_cared"),
    Planted("a talk of 900 minutes", "talks", {"minutes": "900"}, "too_large", "minutes"),
    Planted("a talk without a note", "talks", {"note": ""}, "required", "note"),
    Planted("care that ends before the event", "life_events", {"expires_on": "2020-01-01"}, "expires_before_event",
            "expires_on"),
    Planted("an unknown event", "life_events", {"kind": "彩票"}, "unknown_choice", "kind"),
    Planted("a goal of zero", "goals", {"target": "0"}, "too_small", "target"),
    Planted("an unknown period", "goals", {"period": "世纪"}, "unknown_choice", "period"),
    Planted("satisfaction above 100", "customers", {"satisfaction": "101"}, "too_large", "satisfaction"),
)
