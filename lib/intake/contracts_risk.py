"""Contracts of two tables that say how well somebody is connected and served: contacts with colleagues, and tickets."""

from __future__ import annotations

from lib.intake.columns import count, date, ordered, text, who
from lib.intake.shape import Table, Truth

PEER_CONTACTS = Table("peer_contacts", "每人每天或每周一行的同事联系次数", "one row of contacts with colleagues per person and day, or per person and week", (
    who(),
    date("contacted_on", "日期(按周统计时填周一)", "the day; of a weekly total its Monday", "联系日期", "统计日期", "日期", "周一", "week", "date", must=True, past=True),
    count("contacts", "与同事联系的次数(消息、通话、会议,只计次数)", "how often there was contact with colleagues: a number, never what was said",
          "同事联系次数", "联系次数", "协作次数", "内部沟通次数", "内部消息数", "peer contacts", "colleague contacts", "internal contacts", must=True),
), key=("employee_id", "contacted_on"))

TICKETS = Table("tickets", "员工提出的每个请求一行", "one row per request of an employee", (
    who(),
    date("opened_on", "提出日期", "day it was opened", "工单提出日期", "提单日期", "开单日期", "opened on", "created on", "opened", must=True, past=True),
    date("due_on", "应完成日期", "day it is due", "工单到期日", "截止日期", "要求完成日期", "due date", "due on"),
    date("closed_on", "完成日期(空白表示未完成)", "day it was closed; blank while it is open", "工单关闭日期", "关闭日期", "办结日期", "closed on", "resolved on",
         past=True),
    text("department", "负责处理的部门", "department that deals with it", "处理部门", "受理部门", "handled by", length=100),
    text("kind", "请求类别", "kind of request", "工单类型", "工单类别", "ticket type", "ticket kind", length=100),
    text("ticket_id", "工单编号", "ticket number", "工单号", "ticket id", length=100),
), optional_key="ticket_id", truths=(
    Truth("closed_before_opened", "closed_on", ("opened_on", "closed_on"), ordered("opened_on", "closed_on")),
    Truth("due_before_opened", "due_on", ("opened_on", "due_on"), ordered("opened_on", "due_on")),
))

RISK_TABLES: tuple[Table, ...] = (PEER_CONTACTS, TICKETS)
