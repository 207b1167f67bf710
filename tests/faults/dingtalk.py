"""Writes a DingTalk 考勤报表 (每日统计) the way the service exports it, and tells what each row means."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta

import openpyxl
import pandas as pd

WEEKDAYS = "一二三四五六日"
PLAIN = ["姓名", "考勤组", "部门", "工号", "职位", "UserId", "日期", "班次", "上班1打卡时间", "上班1打卡结果", "下班1打卡时间", "下班1打卡结果", "上班2打卡时间", "上班2打卡结果", "下班2打卡时间", "下班2打卡结果", "上班3打卡时间", "上班3打卡结果", "下班3打卡时间", "下班3打卡结果", "关联的审批单", "迟到次数", "早退次数", "上班缺卡次数", "下班缺卡次数"]
GROUPED = ["姓名", "考勤组", "部门", "主部门", "工号", "职位", "UserID", "日期", "workDate", "班次", "上班1打卡时间", "上班1打卡结果", "下班1打卡时间", "下班1打卡结果", "上班2打卡时间", "上班2打卡结果", "下班2打卡时间", "下班2打卡结果", "上班3打卡时间", "上班3打卡结果", "下班3打卡时间", "下班3打卡结果", "关联的审批单", "出勤天数", "休息天数", "工作时长", "迟到次数", "迟到分钟数", "严重迟到次数", "严重迟到分钟数", "旷工迟到天数", "早退次数", "早退分钟数", "上班缺卡次数", "下班缺卡次数", "旷工天数", "出差天数", "外出时长", "加班总时长"]
GROUPS = (("加班时长（转调休）", ("工作日（转调休）", "休息日（转调休）", "节假日（转调休）")), ("加班时长（转加班费）",
                                                                ("工作日", "休息日", "节假日")))


def moment(day: date, text: str | None, next_day: bool = False) -> pd.Timestamp | None:
    if text is None:
        return None
    hour, minute = map(int, text.split(":"))
    return pd.Timestamp(datetime.combine(day, time(hour, minute)) + timedelta(days=next_day))


def story(person: int, day: date) -> tuple[dict[str, str], dict[str, object]]:
    """What the export says about a person's day, and what it means; twelve kinds of days take turns."""
    kind = (person * 7 + day.toordinal()) % 12
    if day.weekday() == 6:
        return {"班次": "休息"}, {"result": "rest"}
    cells = {"班次": "行政岗 09:00-12:00 13:30-18:00"}
    mark, late = f"{person % 30:02d}", person % 25 + 1
    on, off = f"08:{mark}", f"18:{mark}"
    told: dict[str, object] = {"check_in": moment(day, on), "check_out": moment(day, off), "result": "normal",
                               "late_minutes": 0.0}
    both = {"上班1打卡时间": on, "上班1打卡结果": "正常", "下班2打卡时间": off, "下班2打卡结果": "正常"}
    if kind == 0:
        both |= {"上班1打卡时间": f"09:{late:02d}", "上班1打卡结果": "迟到"}
        told |= {"check_in": moment(day, f"09:{late:02d}"), "result": "late", "late_minutes": float(late)}
    elif kind == 1:
        both |= {"下班2打卡时间": "次日 01:20"}
        told |= {"check_out": moment(day, "01:20", next_day=True)}
    elif kind == 2:
        both |= {"下班2打卡时间": "", "下班2打卡结果": "缺卡"}
        told |= {"check_out": None, "result": "missing_punch"}
    elif kind == 3:
        both = {"上班1打卡结果": "请假", "下班2打卡结果": "请假",
                "关联的审批单": f"事假{day:%m-%d} 09:00到{day:%m-%d} 18:00 1天"}
        told = {"result": "leave", "leave_type": "事假", "leave_hours": 8.0}
    elif kind == 4:
        both |= {"关联的审批单": f"补卡申请{day:%m-%d} 08:00到{day:%m-%d} 08:00,病假{day:%m-%d} 13:30到{day:%m-%d} 15:30 2小时"}
        told |= {"leave_type": "病假", "leave_hours": 2.0}
    elif kind == 5:
        both |= {"上班1打卡结果": "管理员李雷改为正常", "下班2打卡结果": "补卡审批通过"}
    elif kind == 6:
        both |= {"下班2打卡时间": "16:40", "下班2打卡结果": "早退"}
        told |= {"check_out": moment(day, "16:40"), "result": "early"}
    elif kind == 7:
        both = {"上班1打卡结果": "旷工", "下班2打卡结果": "旷工"}
        told = {"result": "absent"}
    elif kind == 8:
        both = {"上班1打卡结果": "出差", "下班2打卡结果": "出差",
                "关联的审批单": f"公差{day:%m-%d} 09:00到{day:%m-%d} 18:00 1天"}
        told = {"result": "travel"}
    elif kind == 9:
        both |= {"上班1打卡结果": "外勤", "下班1打卡时间": "12:02", "下班1打卡结果": "正常", "上班2打卡时间": "13:25",
                 "上班2打卡结果": "正常"}
        told |= {"result": "out"}
    elif kind == 10:
        both |= {"上班1打卡时间": "缺卡", "上班1打卡结果": ""}
        told |= {"check_in": None, "result": "missing_punch", "late_minutes": None}
    return cells | both, told


def write(grouped: bool, people: int = 200, days: int = 30, start: date = date(2024, 3, 1), other_sheets: bool = False,
          change: object = None) -> tuple[bytes, pd.DataFrame]:
    """The workbook in one of the two header variants, and the attendance it means."""
    header = list(GROUPED if grouped else PLAIN)
    top = header + [text for group, leaves in GROUPS for text in (group, *[""] * (len(leaves) - 1))] if grouped else header
    book = openpyxl.Workbook()
    if other_sheets:
        book.active.title = "月度汇总"
        book.active.append(["月度汇总 统计日期：2024-03-01 至 2024-03-30"])
        sheet = book.create_sheet("每日统计")
    else:
        sheet = book.active
    end = start + timedelta(days=days - 1)
    sheet.append([f"每日统计 统计日期：{start} 至 {end}"])
    sheet.append([f"报表生成时间：{end} 13:12"])
    sheet.append(top)
    if grouped:
        sheet.append([""] * len(header) + [leaf for _, leaves in GROUPS for leaf in leaves])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(top))
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=len(top))
    user = "UserID" if grouped else "UserId"
    sheet.column_dimensions[openpyxl.utils.get_column_letter(header.index(user) + 1)].hidden = True
    meant = []
    for person in range(people):
        for step in range(days):
            day = start + timedelta(days=step)
            cells, told = story(person, day)
            number = f"{person:05d}" if person % 10 else ""
            cells |= {"姓名": f"员工{person}", "考勤组": "夏令", "部门": "销售一部", "主部门": "销售中心", "工号": number,
                      "职位": "顾问",
                      user: f"manager{person}", "日期": f"{day:%y-%m-%d} 星期{WEEKDAYS[day.weekday()]}"}
            if grouped and told.get("late_minutes") is not None:
                cells["迟到分钟数"] = f"{told['late_minutes']:g}"
            sheet.append([cells.get(name) or None for name in header])
            meant.append({"employee_id": number or f"manager{person}", "work_date": day, **told})
    if callable(change):
        change(sheet)
    out = io.BytesIO()
    book.save(out)
    columns = ["employee_id", "work_date", "check_in", "check_out", "result", "leave_type", "leave_hours", "late_minutes"]
    return out.getvalue(), pd.DataFrame(meant).reindex(columns=columns)
