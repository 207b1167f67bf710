"""Settings: one row per setting, its value in one small file of the data folder.

A setting is declared once as a :class:`Setting` row: here when the whole app uses it, in ``lib/tags/rules.py`` when it is
the limit of one tag.  Values that differ from the default stand in ``settings.toml`` of the data folder
(``"tags.high_pressure.days" = 3``); nothing else in the app knows where they are kept.
"""

from __future__ import annotations

import json
import os
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Value = int | float | str | bool
writing = threading.RLock()
"""Held by whoever changes the file, from reading it to replacing it: two changes at once are both kept."""


@dataclass(frozen=True)
class Setting:
    """One setting: what it is called, what it means, and which values it may take.

    ``unit`` is a key of ``words/settings.toml`` (``days``, ``share``, ``clock`` …); ``low`` and ``high`` bound numbers,
    ``choices`` bounds text.  ``zh`` and ``en`` are the one-sentence help shown beside it.
    """

    name: str
    default: Value
    unit: str
    zh: str
    en: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


class SettingError(ValueError):
    """A value that a setting may not take; the message names the setting, the value and what is allowed."""


METRICS = ("effective", "intents", "deals", "revenue", "answered", "dials")

SETTINGS: tuple[Setting, ...] = (
    Setting("performance.metric.telesales", "effective", "metric",
            "电销的主要业绩指标(每个出勤日的平均值)", "Main performance measure of telesales, per worked day", choices=METRICS),
    Setting("performance.metric.stores", "revenue", "metric",
            "门店销售的主要业绩指标(每个出勤日的平均值)", "Main performance measure of phone stores, per worked day", choices=METRICS),
    Setting("performance.metric.key_accounts", "effective", "metric",
            "大客户服务的主要业绩指标(每个出勤日的平均值)", "Main performance measure of key-account service, per worked day", choices=METRICS),
    Setting("performance.metric.enrolment", "effective", "metric",
            "招生销售的主要业绩指标(每个出勤日的平均值)", "Main performance measure of enrolment sales, per worked day", choices=METRICS),
    Setting("privacy.min_group", 5, "people",
            "团队人数少于该值时,不向老板、主管和汇报人显示团队数字", "Team figures of fewer people than this are hidden from everyone but HR", 3, 50),
    Setting("import.max_reject_share", 0.02, "share",
            "一个文件中被拒绝的行超过该比例时,整个文件不导入", "A file is not loaded at all when more than this share of its rows is rejected", 0, 1),
    Setting("import.max_upload_mb", 20, "megabytes", "上传文件的大小上限", "Largest file that may be uploaded", 1, 200),
    Setting("import.max_unpacked_mb", 64, "megabytes", "表格文件解压后的大小上限", "Largest size of a workbook once unpacked", 1, 2000),
    Setting("import.min_rows_share", 0.5, "share",
            "新文件的行数少于上一次同类导入的该比例时,需要人工确认", "A file with fewer rows than this share of the last one of its kind is stopped at the gate", 0, 1),
    Setting("build.keep_versions", 3, "versions", "保留多少个已发布的版本用于回退", "How many published versions are kept for roll-back", 1, 50),
    Setting("messages.link", "http://127.0.0.1:8501/today", "text",
            "消息里的链接,指向「今日关怀」页", "The link in messages; it leads to the Today page"),
    Setting("messages.hosts", "", "text",
            "除钉钉、企业微信、飞书外还可以发送到的主机,用逗号分隔,可带端口",
            "Hosts that may be told beside DingTalk, WeCom and Feishu: separated by commas, with a port where it is not the usual one"),
    Setting("messages.allow_internal", False, "yes_no",
            "允许名单上的主机在内网(本机也允许 http)", "Listed hosts may be in the house's own network (this machine also by http)"),
    Setting("messages.proxy", "", "text",
            "发送机器人消息用的代理,留空表示直连(不读取环境变量)",
            "Proxy for messages to robots; blank for none (the environment's proxies are never used)"),
    Setting("messages.per_minute", 20, "messages", "每个通道每分钟最多发送的条数", "Most messages a minute and channel", 1, 600),
    Setting("messages.attempts", 8, "attempts", "一条消息最多尝试几次", "Attempts before a message is given up", 1, 30),
    Setting("messages.retry_base_s", 30.0, "seconds", "第一次重试前等待多久,之后每次加倍",
            "Wait before the first retry; each later one waits twice as long", 0.1, 3600),
    Setting("messages.retry_max_s", 3600.0, "seconds", "两次尝试之间最长等待多久", "Longest wait between two attempts", 1, 86_400),
    Setting("messages.connect_s", 5.0, "seconds", "连接对方最多等待多久", "Longest wait for a connection", 0.1, 60),
    Setting("messages.read_s", 15.0, "seconds", "等待对方答复最多多久", "Longest wait for an answer", 0.1, 120),
    Setting("care.capacity", 5, "people", "每位人事每天最多提醒多少人", "At most how many people each HR is told about in a day", 1, 50),
    Setting("care.gap_days", 3, "days", "同一个人多少天内最多只有一次关怀", "A person is contacted at most once in this many days", 1, 30),
    *(Setting(f"care.touch_day.{nth}", day, "day_at_work", f"新员工第 {nth} 个关怀节点是入职第几天(之后每 30 天一次)",
              f"On which day at work touch point {nth} of a newcomer falls (then every 30 days)", 1, 29)
      for nth, day in enumerate((1, 3, 7, 20), 1)),
    Setting("care.minutes", 25, "minutes", "一次关怀谈话预计多少分钟", "How many minutes a care talk is expected to take", 5, 120),
    Setting("care.note_days", 180, "days", "谈话记录保存多少天后不能再打开", "After how many days the note of a talk can no longer be opened", 7, 1095),
    *(Setting(f"care.due_days.{tag}", days, "days", f"“{zh}”出现后多少天内应有一次关怀", f"Within how many days of \"{en}\" one care is due", 1, 60)
      for tag, days, zh, en in (
          ("new_hire", 7, "新员工适应期", "New-hire adaptation"), ("performance_dip", 7, "业绩波动期", "Performance dip"),
          ("high_pressure", 3, "高压力期", "High pressure"), ("life_event", 3, "生活事件期", "Life event"),
          ("client_trouble", 7, "客户沟通困惑", "Client-communication trouble"), ("family_care", 3, "家庭关怀", "Family care"))),
    Setting("goals.effective_minutes", 10, "minutes", "超过多少分钟的咨询才算有效(意向和成交总是算)",
            "A consultation is effective when it is longer than this (intents and deals always are)", 0, 240),
    Setting("goals.effective_contact", True, "yes_no", "有效咨询还必须留下联系方式", "An effective consultation also needs a contact that was left"),
    *(Setting(f"goals.newcomer.{nth}", share, "share", f"新人入职第 {nth} 个月的目标占岗位目标的比例",
              f"Share of the role's goal that a newcomer has in month {nth} at work", 0, 1) for nth, share in enumerate((0.5, 0.7, 0.85), 1)),
    *(Setting(f"goals.default.{metric}_{period}", target, "per_person", f"没有别的目标时,每人每{zh_period}的{zh}目标(0 表示没有)",
              f"Goal of a person for {en} a {period} where nothing else is set (0: none)", 0, 1_000_000)
      for metric, period, target, zh, zh_period, en in (("deals", "month", 1.0, "成交", "月", "deals"), ("intents", "week", 2.0, "意向", "周", "intents"),
                                                        ("effective", "day", 5.0, "有效咨询", "天", "effective consultations"))),
    Setting("goals.holidays", "2026-01-01..2026-01-03, 2026-02-15..2026-02-23, 2026-04-04..2026-04-06, 2026-05-01..2026-05-05, "
            "2026-06-19..2026-06-21, 2026-09-25..2026-09-27, 2026-10-01..2026-10-07, 2027-01-01..2027-01-03", "text",
            "公共假日:日期或“首日..末日”,用逗号分隔;那些天没有目标(往年假日照常上班的业务线除外)",
            "Public holidays: days or first..last, separated by commas; no goal on them (except in business lines that worked on those before)"),
    Setting("goals.peers", 3, "people", "同岗位至少多少名老员工有记录,才按他们的中位数给出目标",
            "At least so many experienced people of a role before a goal is made from their median", 3, 50),
    *(Setting(f"morale.score.{part}", most, "score_points", f"一次咨询评分中“{zh}”最多几分(不知道的部分不计入,总分按 100 折算)",
              f"Most points for \"{en}\" in the score of a consultation (what is not known is left out, and the sum is scaled to 100)", 0, 100)
      for part, most, zh, en in (("length", 30, "时长", "length"), ("contact", 20, "留下联系方式", "contact left"), ("outcome", 30, "结果", "outcome"),
                                 ("handled", 20, "异议有了下一步", "objection with a next step"), ("quality", 30, "质检", "quality check"))),
    Setting("morale.summary_after", 17.5, "clock", "每天几点(24 小时制,可用小数)以后发送个人小结", "After which hour (24-hour clock) people's own summaries are sent", 0, 24),
    Setting("morale.suggest_days", 30, "days", "多少天内的意向客户算还在跟进、可以建议先联系", "Within how many days an intent counts as open and may be suggested to follow",
            3, 180),
    Setting("rewards.daily_goal", 50, "points", "达成一天的目标得多少积分", "Points for reaching the goal of a day", 1, 1000),
    Setting("rewards.streak", 30, "points", "连续达成每满一轮得多少积分", "Points each time a streak is another so many days long", 1, 1000),
    Setting("rewards.streak_days", 3, "days", "连续达成多少天算一轮", "After how many days in a row a streak is rewarded, each time again", 2, 30),
    Setting("rewards.freeze_days", 2, "days", "每月自动使用的冻结天数:没达成也不中断连续",
            "Freeze days a calendar month: missed days that do not break a streak", 0, 10),
    Setting("rewards.star", 100, "points", "周之星得多少积分", "Points for the star of the week", 1, 5000),
    Setting("rewards.days_back", 60, "days", "每次构建补记最近多少天的积分", "For how many days back a build books points", 7, 180),
    Setting("mentors.most_mentees", 3, "people", "一位导师同时最多带几名新人", "At most how many mentees a mentor has at a time", 1, 10),
    Setting("mentors.experience_months", 12, "months", "入职满多少个月才可以做导师", "From how many months at work on somebody may be a mentor", 3, 60),
    Setting("mentors.months", 6, "months", "一段师徒关系从结对起算多少个月", "For how many months from its first day a pair counts", 1, 24),
    *(Setting(f"mentors.duty.{duty}", 1, "times", f"导师职责:{zh}的次数", f"Mentor's duty: how many {en}", 0, 5)
      for duty, zh, en in (("joint_consultation", "每个共同出勤日联合咨询", "joint consultations on a day both work"),
                           ("script_review", "每周话术复盘", "script reviews a week"), ("customer_visit", "每月客户拜访", "customer visits a month"))),
    Setting("mentors.mentee_share", 0.10, "share", "徒弟的进步占导师评分的比例", "Share of a mentor's score that the mentees' progress has", 0, 0.5),
    Setting("mentors.satisfaction_share", 0.10, "share", "客户满意度占导师评分的比例",
            "Share of a mentor's score that the satisfaction of the own customers has", 0, 0.4),
    Setting("mentors.probation_days", 90, "days", "试用期多少天,入职满这么多天仍在职算通过",
            "Length of the probation: who is still there after so many days has passed it", 14, 365),
    Setting("mentors.reply_minutes", 60, "minutes", "求助多少分钟内应得到回复,之后转给主管和人事",
            "Within how many minutes a request for help is answered; then it goes on to the lead and HR", 5, 1440),
    Setting("culture.thanks_a_day", 3, "times", "每人每天最多表达几次感谢", "How often somebody may say thanks in a day", 1, 20),
    *(Setting(f"morale.weight.{part}", weight, "share", f"士气指数中“{zh}”的权重(缺少的部分不计,其余按比例放大)",
              f"Weight of {en} in the morale index (a part that is missing leaves its weight to the others)", 0, 1)
      for part, weight, zh, en in (("pulse", 0.4, "匿名问卷", "the anonymous pulse"), ("pace", 0.25, "目标进度", "goal pace"),
                                   ("late", 0.15, "晚下班", "late evenings"), ("tags", 0.1, "关怀标签", "care tags"),
                                   ("recognition", 0.1, "认可", "recognition"))),
    *(Setting(f"morale.{end}.{part}", value, unit, f"士气指数:{zh}为该值时记 {points} 分", f"Morale index: {en} at this value score {points}", low, high)
      for part, unit, worst, best, low, high, zh, en in (
          ("pulse", "of_five", 1.0, 5.0, 1, 5, "问卷平均分(1–5,压力反向)", "pulse answers (mean 1–5, pressure reversed)"),
          ("pace", "share", 0.5, 1.0, 0, 2, "一周目标的完成比例", "goals of a week, share reached,"),
          ("late", "evenings_a_head", 3.0, 0.0, 0, 7, "每位出勤者一周的晚下班次数", "late evenings a working person and week"),
          ("tags", "people_a_head", 0.6, 0.0, 0, 1, "带有工作类关怀标签的人的比例", "people with a care tag about work, share of the team,"),
          ("recognition", "times_a_head", 0.0, 0.25, 0, 5, "人均一周收到的感谢与发布的故事", "thanks and published stories a head and week"))
      for end, value, points in (("worst", worst, 0), ("best", best, 100))),
    Setting("morale.pulse_weeks", 13, "weeks", "最近一次匿名问卷多少周内计入士气指数", "For how many weeks the last pulse wave counts in the morale index", 1, 52),
    Setting("morale.target", 70, "index", "士气指数的目标线", "Target of the morale index, shown as a tick on the bars", 1, 100),
    Setting("pulse.min_answers", 5, "people", "匿名问卷少于多少人回答时不显示(不能低于 5)", "The pulse shows nothing of fewer answers than this (never below 5)", 5, 50),
    Setting("pulse.min_comments", 10, "people", "少于多少人回答时不显示意见(不能低于 10)", "Comments are shown among at least so many answers (never below 10)", 10, 100),
    Setting("pulse.days", 10, "days", "一次匿名问卷默认开放多少天", "For how many days a wave of the pulse is open unless another day is chosen", 2, 60),
    Setting("pulse.gap_days", 28, "days", "一次匿名问卷结束后至少多少天才能开启下一次(不能少于 14)",
            "Least days from the close of a wave of the pulse to the opening of the next (never below 14)", 14, 365),
    Setting("pulse.link", "http://127.0.0.1:8501/pulse", "text", "匿名问卷的链接,员工的手机必须能打开", "The link of the anonymous pulse; it must open on people's phones"),
    Setting("pain.weeks", 4, "weeks", "痛点诊断看最近多少个完整的周", "How many complete weeks a pain point is judged over", 2, 8),
    Setting("pain.most_weeks", 12, "weeks", "成交或意向较少的岗位,最多往前看多少周", "For roles with few deals or intents: over at most how many weeks", 4, 20),
    Setting("pain.min_days", 10, "days", "期间出勤不足多少天就不判断", "With fewer worked days than this nothing is told", 3, 30),
    Setting("pain.peers", 8, "people", "同岗位至少多少名有经验的同事才比较", "Fewest experienced peers of the role to be compared with", 4, 50),
    Setting("pain.newcomer_months", 3, "months", "入职不满多少个月算新人,不判断", "People with fewer months at work are newcomers and not judged", 1, 12),
    Setting("pain.away_days", 10, "days", "期间请假达到多少天算长假,不判断", "With this many days of leave somebody is away and not judged", 3, 30),
    Setting("pain.script.enough", 0.7, "share", "话术:日均咨询至少为同岗位中位数的该比例,才算咨询够多",
            "Script: enough consultations a day are at least this share of the peers' median", 0.3, 1.5),
    Setting("pain.script.share", 0.6, "share", "话术:转化率不超过同岗位中位数的该比例", "Script: conversion at most this share of the peers' median", 0.1, 1),
    Setting("pain.script.chance", 0.002, "share", "话术:同岗位的人纯属偶然这么低的可能性不超过该值",
            "Script: a peer would do as badly by chance at most this often", 0.0001, 0.2),
    Setting("pain.script.expected", 40, "conversions", "话术:看到同岗位中位数预计有多少次转化为止(最多看满上限的周数)",
            "Script: weeks are added until the peers' median is this many conversions (up to the limit)", 5, 500),
    Setting("pain.script.least", 20, "conversions", "话术:按同岗位水平本人预计不足多少次转化就不判断",
            "Script: with fewer conversions than this to be expected of a person nothing is told", 3, 500),
    Setting("pain.prospecting.few", 0.7, "share", "客户挖掘:日均咨询低于同岗位中位数的该比例", "Prospecting: consultations a day below this share of the peers' median", 0.1, 1),
    Setting("pain.prospecting.follow_up", 0.9, "share", "客户挖掘:日均跟进时间至少为同岗位中位数的该比例",
            "Prospecting: follow-up minutes a day at least this share of the peers' median", 0.1, 2),
    Setting("pain.prospecting.per_talk", 1.5, "share", "客户挖掘:每次咨询的跟进时间至少为同岗位水平的该比例",
            "Prospecting: follow-up minutes for each consultation at least this share of the peers'", 1, 5),
    Setting("pain.lost_growth.weeks", 8, "weeks", "成长感丧失:看最近多少周的实名签到和谈话", "Lost growth: over how many weeks check-ins and talks count", 2, 26),
    Setting("pain.lost_growth.pressure", 4, "of_five", "成长感丧失:签到中的压力至少为该值(1–5)", "Lost growth: pressure in a check-in at least this (1–5)", 1, 5),
    Setting("pain.lost_growth.growth", 2, "of_five", "成长感丧失:同一次签到中的成长感至多为该值(1–5)", "Lost growth: growth in the same check-in at most this (1–5)", 1, 5),
    Setting("pain.lost_growth.times", 2, "times", "成长感丧失:至少多少次签到(或谈话)这么说", "Lost growth: said in at least so many check-ins (or talks)", 1, 20),
    Setting("pain.lost_growth.flat", 0.03, "share", "成长感丧失:谈话提到时,业绩增长不超过该比例才算没有进展",
            "Lost growth: where talks say so, performance counts as flat when it grew by at most this share", -0.5, 1),
    Setting("pain.list", 30, "people", "痛点名单最多显示多少人", "At most how many people the list of pain points shows", 5, 500),
    Setting("pain.support_days", 14, "days", "支持措施默认多少天内完成", "Within how many days a support is due unless another day is chosen", 1, 90),
    Setting("risk.capacity", 10, "people", "每周能为离职风险谈话的人数,模型按此评估", "People who can be spoken to in a week because of their risk; the model is judged at this", 1, 200),
    Setting("risk.pause_weeks", 4, "weeks", "评估时,同一个人被点名后多少周内不再点名", "In the evaluation: for how many weeks somebody who was named is not named again", 1, 26),
    Setting("risk.min_events", 60, "people", "历史上主动离职少于多少人时,不给出离职风险分数", "With fewer people who left in the history there is no score", 30, 1000),
    Setting("risk.band.raised", 1.4, "fold", "离职可能性达到公司平均的多少倍,称为“偏高”", "From how many times the company's average on a chance is called raised", 1, 10),
    Setting("risk.band.high", 2.0, "fold", "离职可能性达到公司平均的多少倍,称为“高”", "From how many times the company's average on a chance is called high", 1, 20),
    Setting("risk.again_days", 56, "days", "离职风险的提醒发出后多少天内,同一个人不再为风险提醒", "For how many days after a warning of risk nobody is warned of the same person's again", 7, 365),
    Setting("risk.no_alert_share", 0.0, "share", "按固定密钥抽出多大比例的人不发风险提醒,用来衡量虚惊(0 表示不抽)",
            "Share of people, drawn by a fixed key, whose risk raises no reminder, so that false alarms can be measured (0: nobody)", 0, 0.2),
    Setting("risk.sign.drop", 0.05, "share", "迹象「业绩连降三月」:每个月(四周)比前一个月低多少才算下降",
            "Sign of three months down: a month (four weeks) counts as lower when it falls by more than this", 0, 0.5),
    Setting("risk.sign.leave_times", 4, "times", "迹象「请假频繁」:13 周内请假多少次起算", "Sign of frequent leave: from so many separate times in 13 weeks on", 2, 20),
    Setting("risk.sign.pressure_days", 30, "days", "迹象「谈话提到压力」:看最近多少天的谈话", "Sign of talks that mention pressure: over how many days talks count", 7, 120),
    Setting("risk.sign.contacts", 0.3, "share", "迹象「与同事联系变少」:比本人之前最多半年至少少多少",
            "Sign of fewer contacts with colleagues: at least so much below the person's own weeks before, up to half a year", 0.1, 0.9),
    Setting("effect.respond_days", 7, "days", "关怀效果:标签出现后多少天内的谈话算是及时的关怀(其余算作没有)",
            "Effect of care: a talk counts as care for a tag within so many days after it appeared (all others count as none)", 3, 21),
    Setting("effect.support_days", 14, "days", "关怀效果:痛点出现后多少天内给出的支持算数", "Effect of care: a support counts within so many days after the pain point appeared", 7, 42),
    Setting("effect.worth", 5.0, "of_usual", "关怀效果:本人平时业绩的多少个百分点才值得在意", "Effect of care: the smallest change that would matter, in % of the person's own usual performance",
            1, 30),
    *(Setting(f"effect.others.{name}", value, unit, f"别处公布的数字:{zh}(只作参照,不参与计算)", f"What others report: {en} (to compare with; nothing is computed from it)", low, high)
      for name, value, unit, low, high, zh, en in (
          ("felt_before", 0.30, "share", 0, 1, "精准关怀之前感到被关心的比例", "share who felt cared for before precise care"),
          ("felt_low", 0.60, "share", 0, 1, "精准关怀之后感到被关心的比例,低端", "share who felt cared for after it, lower end"),
          ("felt_high", 0.65, "share", 0, 1, "精准关怀之后感到被关心的比例,高端", "share who felt cared for after it, upper end"),
          ("leaving_before", 0.32, "share", 0, 1, "精准关怀之前一年离职的比例", "share who left in a year before precise care"),
          ("leaving_after", 0.18, "share", 0, 1, "精准关怀之后一年离职的比例", "share who left in a year after it"),
          ("performance_low", 15.0, "of_usual", -100, 300, "精准关怀之后下一个月的业绩增长,低端", "growth of the next month's performance with precise care, lower end"),
          ("performance_high", 18.0, "of_usual", -100, 300, "精准关怀之后下一个月的业绩增长,高端", "growth of the next month's performance with precise care, upper end"),
          ("performance_chat", 5.0, "of_usual", -100, 300, "每天谈话时下一个月的业绩增长", "growth of the next month's performance with daily chat"),
          ("minutes_before", 240.0, "minutes", 0, 1440, "精准关怀之前人事每天的谈话时间", "HR's talks a day before precise care"),
          ("minutes_after", 90.0, "minutes", 0, 1440, "精准关怀之后人事每天的谈话时间", "HR's talks a day after it"))),
    Setting("effect.lottery", False, "yes_no", "关怀抽签:需要程度相近的人比当天名额多时,自动抽签决定先联系谁(紧急的事从不抽签)",
            "Lottery of care: when more people in about the same need wait than a day holds, draw lots for who is contacted first (nothing urgent is ever drawn)"),
    Setting("story.meeting_days", 14, "days", "汇报:化名保持不变多少天,之后算作下一次会议、换一套化名",
            "Stories: for how many days pseudonyms stay the same; after that it is the next meeting, with new ones", 1, 90),
    Setting("story.leaver_cost", 18_000, "yuan", "汇报:补上一名离职的人要花多少元(招聘、培训);只有能说“走的人更少”时才用来折算",
            "Stories: what it costs to replace somebody who left (hiring, training), in yuan; used only where fewer leavers can be told", 0, 1_000_000),
)


# Names that start like this are declared elsewhere: limits of tags, and the measure of a business line of any name.
_OPEN = ("tags.", "performance.metric.")


def check(setting: Setting, value: object) -> Value:
    """The value as this setting stores it (``"3"`` becomes 3 for a whole-number setting).

    Raises :class:`SettingError` when the type, the bounds or the choices are not met.
    """
    kind = type(setting.default)
    try:
        if kind is bool:
            if str(value).lower() not in ("true", "false", "1", "0"):
                raise ValueError
            cast: Value = str(value).lower() in ("true", "1")
        elif kind is int:
            if isinstance(value, bool) or float(str(value)) != int(float(str(value))):
                raise ValueError
            cast = int(float(str(value)))
        else:
            cast = float(str(value)) if kind is float else str(value)
    except (TypeError, ValueError, OverflowError):
        raise SettingError(f"{setting.name}: {value!r} is not a {kind.__name__}") from None
    if setting.choices and cast not in setting.choices:
        raise SettingError(f"{setting.name}: {value!r} is none of {', '.join(setting.choices)}")
    if isinstance(cast, (int, float)) and not isinstance(cast, bool):
        low, high = setting.low, setting.high
        if cast != cast or (low is not None and cast < low) or (high is not None and cast > high):
            raise SettingError(f"{setting.name}: {value!r} is outside {low:g} … {high:g}")
    return cast


def stored(data_dir: Path) -> dict[str, Value]:
    """The values that differ from their default, by name; empty when nothing was ever changed.

    Names may be quoted, dotted or tables (``"tags.high_pressure.days" = 3``, ``tags.high_pressure.days = 3``,
    ``[tags.high_pressure]``).  Raises :class:`SettingError` for a file that cannot be read and for names that no setting can have;
    whether a limit of a tag exists is for the tags to say.
    """
    file = Path(data_dir) / "settings.toml"
    if not file.exists():
        return {}
    try:
        rows = _flat(tomllib.loads(file.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise SettingError(f"{file}: not readable as TOML ({broken}); mend the line or delete the file") from None
    values = dict(rows)
    if twice := sorted({name for name, _ in rows if [other for other, _ in rows].count(name) > 1}):
        raise SettingError(f"{file}: {', '.join(twice)} is given twice; keep one of the lines")
    general = {row.name for row in SETTINGS}
    if unknown := sorted(name for name in values if name not in general and not name.startswith(_OPEN)):
        raise SettingError(f"{file}: no such setting: {', '.join(unknown)}; mend the name or delete the line")
    if odd := sorted(name for name, found in values.items() if not isinstance(found, (int, float, str, bool))):
        raise SettingError(f"{file}: {', '.join(odd)} must be one number, text, true or false")
    return values  # type: ignore[return-value]


def _flat(table: Mapping[str, object], before: str = "") -> list[tuple[str, object]]:
    """Nested TOML tables as (dotted name, value)."""
    rows: list[tuple[str, object]] = []
    for key, found in table.items():
        rows += _flat(found, f"{before}{key}.") if isinstance(found, dict) else [(before + key, found)]
    return rows


def value(setting: Setting, values: Mapping[str, Value]) -> Value:
    """The value in force: the stored one when there is one (checked), else the default."""
    return check(setting, values[setting.name]) if setting.name in values else setting.default


def get(name: str, values: Mapping[str, Value]) -> Value:
    """The value in force of a general setting, by name."""
    return value(next(row for row in SETTINGS if row.name == name), values)


def save(data_dir: Path, setting: Setting, new: object) -> Value:
    """Store one value (or drop it when it equals the default) and return it; the file is replaced in one step."""
    cast = check(setting, new)
    with writing:
        values = stored(data_dir)
        values.pop(setting.name, None)
        if cast != setting.default:
            values[setting.name] = cast
        rows = "".join(f"{json.dumps(k)} = {json.dumps(values[k], ensure_ascii=False)}\n" for k in sorted(values))
        put(data_dir, rows.encode())
    return cast


def put(data_dir: Path, content: bytes) -> None:
    """Replace the whole file in one step; it is on disk before the old one goes."""
    file = Path(data_dir) / "settings.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    with writing:
        with draft.open("wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(draft, file)
