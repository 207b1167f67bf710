"""Contracts of the morale tables: leave to come, named check-ins, mentors and the anonymous pulse; the others stand in :mod:`lib.intake.contracts`."""

from __future__ import annotations

from lib.intake.columns import date, number, ordered, text, who
from lib.intake.shape import Column, Table, Truth

LEAVE_REQUESTS = Table("leave_requests", "每次请假一行", "one row per leave", (
    who(),
    date("starts_on", "请假开始日期", "first day of leave", "开始日期", "请假开始", "from", "start date", must=True),
    date("ends_on", "请假结束日期", "last day of leave", "结束日期", "请假结束", "to", "end date", must=True),
    text("leave_type", "假别", "kind of leave", "请假类型", "休假类型", "假期类型", "leave type", length=60),
    Column("approved", "flag", "是否批准(空白视为已批准)", "whether it was approved (blank: yes)", ("审批结果", "审批状态", "是否通过", "approved")),
), key=("employee_id", "starts_on"), truths=(
    Truth("ends_before_start", "ends_on", ("starts_on", "ends_on"), ordered("starts_on", "ends_on")),
))

CHECK_INS = Table("check_ins", "每人每次实名签到一行", "one row per named check-in", (
    who(),
    date("checked_on", "签到日期", "day of the check-in", "日期", "填写日期", "date", must=True, past=True),
    number("pressure", "压力(1 无 – 5 很大)", "pressure, 1 none – 5 very high", "压力", "压力感受", "压力值", "压力评分", "pressure", must=True, low=1, high=5),
    number("growth", "成长感(1 无 – 5 明显)", "growth, 1 none – 5 a lot", "成长", "成长感", "进步感受", "成长评分", "growth", "progress", must=True, low=1, high=5),
), key=("employee_id", "checked_on"))

MENTORSHIPS = Table("mentorships", "每段师徒关系一行", "one row per pair of mentor and mentee", (
    who(),
    text("mentor_id", "导师的员工编号", "employee number of the mentor", "导师工号", "师傅工号", "mentor id", "mentor", must=True, length=64),
    date("since", "开始日期", "first day", "结对日期", "from", "start date", must=True),
    date("until", "结束日期", "last day; blank while it lasts", "解除日期", "to", "end date"),
), key=("employee_id", "mentor_id", "since"), truths=(
    Truth("ends_before_start", "until", ("since", "until"), ordered("since", "until")),
))

SESSION_KINDS = (
    ("joint_consultation", ("联合咨询", "陪访", "陪同咨询", "joint consultation", "joint call")),
    ("script_review", ("话术复盘", "复盘", "script review", "review")),
    ("customer_visit", ("客户拜访", "拜访", "customer visit", "visit")),
)

MENTOR_SESSIONS = Table("mentor_sessions", "每次带教一行", "one row per session of mentor and mentee", (
    who(),
    text("mentor_id", "导师的员工编号", "employee number of the mentor", "导师工号", "师傅工号", "mentor id", "mentor", must=True, length=64),
    date("held_on", "带教日期", "day of the session", "日期", "date", must=True, past=True),
    Column("kind", "enum", "带教类型", "what was done together", ("类型", "kind"), must=True, choices=SESSION_KINDS),
    number("minutes", "时长(分钟)", "minutes", "时长", "minutes", high=600),
    Column("confirmed", "flag", "双方是否确认", "whether both confirmed it", ("已确认", "双方确认", "confirmed")),
), key=("employee_id", "mentor_id", "held_on", "kind"))

HELP_REQUESTS = Table("help_requests", "每次求助一行", "one row per request for help", (
    who(),
    text("mentor_id", "导师的员工编号", "employee number of the mentor", "导师工号", "师傅工号", "mentor id", "mentor", must=True, length=64),
    Column("asked_at", "moment", "求助时间", "when help was asked for", ("提出时间", "asked at"), must=True, past=True),
    Column("answered_at", "moment", "回复时间", "when it was answered", ("答复时间", "answered at"), past=True),
    text("topic", "求助内容分类", "what it was about", "主题", "topic", length=60),
), key=("employee_id", "mentor_id", "asked_at"), truths=(
    Truth("answered_before_asked", "answered_at", ("asked_at", "answered_at"), ordered("asked_at", "answered_at")),
))

PULSE_QUESTIONS = (
    ("pressure", ("压力", "压力感受", "工作压力", "pressure")),
    ("help", ("帮助", "支持", "得到的帮助", "help", "support")),
    ("growth", ("成长", "成长感", "growth", "progress")),
    ("cohesion", ("凝聚力", "团队凝聚力", "cohesion")),
    ("recommend", ("推荐", "推荐意愿", "愿意推荐", "recommend", "would recommend")),
)

PULSE_ANSWERS = Table("pulse_answers", "匿名问卷的每个回答一行", "one row per answer of the anonymous pulse", (
    text("wave", "哪一次问卷,例如 2026-06", "which wave, for example 2026-06", "批次", "波次", "问卷批次", "期次", "survey wave", must=True, length=40),
    date("closed_on", "问卷截止日期", "day the wave was closed", "截止日期", "结束日期", "closed on", "end date", must=True, past=True),
    text("team", "团队", "team", "团队名称", "小组", "班组", "所属团队", "team name", must=True, length=100),
    Column("question", "enum", "问题", "which of the five questions", ("题目", "问题", "维度", "item"), must=True, choices=PULSE_QUESTIONS),
    Column("score", "whole", "分数(1–5,整数;压力 5 为很大)", "score, a whole number 1–5; 5 of pressure is very high", ("得分", "评分", "答案", "answer"),
           must=True, low=1, high=5),
    text("comment", "意见(文件中的意见只跳过,不保存)", "comment (comments of files are passed over and never kept)", "留言", "建议", "意见", "remarks",
         length=20_000, sensitive=True, kept=False),
), repeats=True, nobody=True)

MORALE_TABLES: tuple[Table, ...] = (LEAVE_REQUESTS, CHECK_INS, MENTORSHIPS, MENTOR_SESSIONS, HELP_REQUESTS, PULSE_ANSWERS)
