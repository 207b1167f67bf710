"""The six care tags, each declared once (definition: README, *The care tags*).

A tag's limits, its sentence in both languages, its SQL, its reminder and its examples stand in one row of :data:`TAGS`.
Everything else is derived: the episodes, the heatmap, the settings page, the reminder and the table of the README.
"""

from __future__ import annotations

from lib.marts import LATE_AFTER
from lib.settings import Setting
from lib.tags import conditions, examples
from lib.tags.shape import Both, Evidence, Tag

NEW_HIRE = Tag(
    key="new_hire",
    label=Both("新员工适应期", "New-hire adaptation"),
    limits=(
        Setting("tags.new_hire.months", 3, "months", "入职后多少个月内算适应期", "How many months after the hire date count as settling in", 1, 24),
    ),
    rule=Both("从入职当天到满 {months} 个月的前一天。", "From the hire date to the day before {months} months have passed."),
    condition=conditions.NEW_HIRE,
    evidence=(
        Evidence("hire_date", "hire_date", Both("入职日期", "hire date"), text=True),
        Evidence("ends_on", "until", Both("适应期最后一天", "last day of settling in"), text=True),
    ),
    strength=Both("恒为 1:事实,不是推断。", "Always 1: a fact, nothing inferred."),
    reminder=Both("{hire_date} 入职,适应期到 {ends_on}。", "Hired on {hire_date}; settling in until {ends_on}."),
    opening=Both("这几天上手哪一步最费劲?我们一起看看数字里卡在哪里。",
                 "Which step has been hardest so far? Let us look together at where it gets stuck."),
    avoid=Both("不要说“别人一周就会了”。", "Do not say \"others learned this in a week\"."),
    support=Both("针对数字里最弱的一步给一段示范录音或安排导师陪练。",
                 "A sample call or a practice session with the mentor on the weakest step in the numbers."),
    care_due=Both("第 1、3、7、20 天各谈 1 次适应情况,之后每月 1 次。", "1 talk on settling in on day 1, 3, 7 and 20, then monthly."),
    fires=examples.NEW_HIRE_FIRES,
    quiet=examples.NEW_HIRE_QUIET,
)

PERFORMANCE_DIP = Tag(
    key="performance_dip",
    label=Both("业绩波动期", "Performance dip"),
    limits=(
        Setting("tags.performance_dip.weeks", 2, "weeks", "连续下降多少周才算", "How many weeks in a row must fall", 1, 8),
        Setting("tags.performance_dip.drop", 0.15, "share", "每周比前一周下降超过该比例", "Each week falls by more than this share of the week before", 0.01, 0.9),
        Setting("tags.performance_dip.min_days", 3, "days", "出勤不足该天数的周跳过不算", "Weeks with fewer worked days than this are skipped", 1, 7),
        Setting("tags.performance_dip.baseline", 8, "weeks", "与本人之前多少周比较来判断是否可能是偶然",
                "How many of the person's own earlier weeks the fall is held against", 4, 26),
        Setting("tags.performance_dip.chance", 1.64, "deviations", "偏离不足该值时提示“可能是偶然”",
                "A fall smaller than this many of the person's own deviations may be chance", 0, 5),
    ),
    rule=Both("连续 {weeks} 个计入的周,每周的日均业绩都比前一个计入的周下降超过 {drop};出勤不足 {min_days} 天的周跳过。从其后的周一开始,"
              "到下一个不再这样下降的计入周的周日为止。与本人之前 {baseline} 周相比偏离不足 {chance} 个标准差时,注明可能是偶然。",
              "{weeks} counted weeks in a row, each with performance per worked day more than {drop} below the counted week before; "
              "weeks with fewer than {min_days} worked days are skipped. From the Monday after, to the Sunday of the next counted week "
              "that does not fall like this. Marked as possibly chance when it is less than {chance} deviations from the person's own "
              "{baseline} weeks before."),
    condition=conditions.PERFORMANCE_DIP,
    evidence=(
        Evidence("falls", "fall_list", Both("每周的变化(比例),由早到晚", "change of each week as a share, earliest first")),
        Evidence("weeks", "len(fall_list)", Both("连续下降的周数", "weeks in a row")),
        Evidence("week", "week", Both("最后一个下降周的周一", "Monday of the last week that fell"), text=True),
        Evidence("performance", "round(performance, 2)", Both("该周日均业绩", "performance per worked day in that week")),
        Evidence("usual", "round(usual, 2)", Both("本人之前各周的平均", "mean of the person's own weeks before; null when there are none")),
        Evidence("z", "round(z, 2)", Both("与本人之前各周相比偏离几个标准差", "deviations from the person's own weeks before; null under 4 weeks")),
        Evidence("chance", "coalesce(abs(z) < {chance}, true)", Both("是否可能只是偶然", "whether it may be chance")),
    ),
    strength=Both("低于本人之前各周平均几个标准差(负的 z;不足 4 周时为 0)。",
                  "How many deviations below the person's own weeks before (minus z; 0 under 4 weeks)."),
    reminder=Both("连续 {weeks} 周下降,{falls}{chance}", "{weeks} weeks in a row, {falls}{chance}"),
    opening=Both("我听了你这周的一通电话,开头的提问很好。后面客户犹豫的时候,你当时是怎么想的?",
                 "I listened to one of your calls this week; the opening question was good. What went through your mind when the customer hesitated?"),
    avoid=Both("不要说“加油”或“别人都做到了”。", "Do not say \"cheer up\" or \"everyone else managed\"."),
    support=Both("一段本人真实录音的复盘,或同岗位同事的具体做法。", "A review of one real recorded call, or a peer's concrete practice."),
    care_due=Both("谈 1 次如何改进。", "1 talk on how to improve."),
    fires=examples.DIP_FIRES,
    quiet=examples.DIP_QUIET,
)

HIGH_PRESSURE = Tag(
    key="high_pressure",
    label=Both("高压力期", "High pressure"),
    limits=(
        Setting("tags.high_pressure.days", 3, "days", "连续多少个出勤日晚下班才算", "How many worked days in a row must end late", 1, 14),
        LATE_AFTER,
        Setting("tags.high_pressure.linger", 7, "days", "最后一个晚下班日之后最多保持多少天", "For at most how many days after the last late day it holds", 0, 31),
    ),
    rule=Both("最近 {days} 个出勤日(休息和请假跳过)每天都在 {after} 之后打卡下班,次日凌晨也算。到下一个没有晚下班的出勤日的前一天为止,"
              "最多到最后一个晚下班日之后 {linger} 天。",
              "Check-out after {after} on each of the last {days} worked days (rest and leave are skipped; past midnight counts). Until the day "
              "before the next worked day that does not end late, at most {linger} days after the last late day."),
    condition=conditions.HIGH_PRESSURE,
    evidence=(
        Evidence("days", "days", Both("连续晚下班的出勤日数", "worked days in a row that ended late")),
        Evidence("latest", "latest", Both("其中最晚一次(从当天 0 点算起的分钟数)", "the latest check-out, in minutes after midnight of its work date")),
        Evidence("minutes_over", "round(minutes_over, 0)", Both("平均超过时限多少分钟", "mean minutes past the limit")),
    ),
    strength=Both("这几天平均超过时限几小时。", "Mean hours past the limit on those days."),
    reminder=Both("连续 {days} 个出勤日晚下班,最晚 {latest},平均超过时限 {minutes_over} 分钟。",
                  "Late check-out on {days} worked days in a row, the latest at {latest}, on average {minutes_over} minutes past the limit."),
    opening=Both("这几天都走得很晚,手上哪件事最占时间?", "You have left late these days. What takes the most time?"),
    avoid=Both("不要说“年轻人扛一扛就过去了”。", "Do not say \"you are young, you can take it\"."),
    support=Both("半天调休、挪开一个会、一份提效的材料。", "Half a day off in lieu, a meeting moved, material that saves time."),
    care_due=Both("标签出现当天谈 1 次工作量。", "1 talk on workload, on the day the tag begins."),
    fires=examples.PRESSURE_FIRES,
    quiet=examples.PRESSURE_QUIET,
)

LIFE_EVENT = Tag(
    key="life_event",
    label=Both("生活事件期", "Life event"),
    limits=(
        Setting("tags.life_event.before", 1, "days", "生日提前多少天提醒", "How many days before a birthday", 0, 14),
        Setting("tags.life_event.days", 14, "days", "其他事件没有截止日期时保持多少天", "How many days other events hold when they have no last day", 1, 90),
    ),
    rule=Both("生日:前 {before} 天和当天(2 月 29 日在平年算 28 日)。其他本人同意登记的事件:从发生日起 {days} 天,或到登记的截止日。",
              "Birthday: {before} day(s) before and the day itself (29 February counts as the 28th in common years). Other declared events: "
              "{days} days from the event, or to its last day."),
    condition=conditions.LIFE_EVENT,
    evidence=(
        Evidence("kinds", "'[\"' || string_agg(distinct kind, '\", \"' order by kind) || '\"]'",
                 Both("事件类型(封闭列表)", "kinds of event, from the closed list"), whole=True),
    ),
    strength=Both("恒为 1:事实,不是推断。", "Always 1: a fact, nothing inferred."),
    reminder=Both("登记的事件:{kinds}。", "On record: {kinds}."),
    opening=Both("这几天怎么样?有什么需要我们搭把手的?", "How are you these days? Is there anything we can take off your hands?"),
    avoid=Both("不要打听细节,不要在众人面前提起。", "Do not ask for details, do not mention it in front of others."),
    support=Both("一句问候或一份合适的小礼物;需要时调班。", "A greeting or a small gift that fits; a changed shift where needed."),
    care_due=Both("表达 1 次心意。", "1 personal gesture."),
    fires=examples.LIFE_FIRES,
    quiet=examples.LIFE_QUIET,
)

CLIENT_TROUBLE = Tag(
    key="client_trouble",
    label=Both("客户沟通困惑", "Client-communication trouble"),
    limits=(
        Setting("tags.client_trouble.share", 0.4, "share", "拒绝数占接通数的比例达到该值", "Rejected calls as a share of answered calls, at or above", 0.01, 1),
        Setting("tags.client_trouble.answered", 20, "calls", "窗口内至少接通多少次才判断", "Fewest answered calls in the window", 1, 500),
        Setting("tags.client_trouble.window", 7, "days", "看最近多少天", "How many days are looked at", 1, 31),
        Setting("tags.client_trouble.baseline", 56, "days", "与窗口之前多少天的本人拒绝率比较", "How many days before the window are the person's own past", 7, 180),
        Setting("tags.client_trouble.signal_days", 14, "days", "谈话中提到后多少天内算数", "For how many days a talk that says so counts", 1, 60),
    ),
    rule=Both("最近 {window} 天至少接通 {answered} 次,其中被拒绝达到 {share},并且高于本人之前 {baseline} 天的水平,或高于团队的中位数,"
              "或最近 {signal_days} 天的谈话中提到。中间只隔休息日不中断。",
              "At least {answered} answered calls in the last {window} days, of which {share} or more were rejected, and either more than the "
              "person's own {baseline} days before, or more than the team's median, or a talk of the last {signal_days} days says so. Days off "
              "in between do not end it."),
    condition=conditions.CLIENT_TROUBLE,
    evidence=(
        Evidence("rate", "round(rate, 3)", Both("拒绝率", "rejected as a share of answered")),
        Evidence("rejected", "rejected", Both("被拒绝次数", "calls rejected")),
        Evidence("answered", "answered", Both("接通次数", "calls answered")),
        Evidence("own", "round(own_rate, 3)", Both("本人之前的拒绝率", "the person's own rate before; null without calls before")),
        Evidence("team", "round(team_rate, 3)",
                 Both("团队中位数,仅在与本人比较和谈话都不成立时计算", "the team's median; worked out only when neither the own past nor a talk settles it")),
        Evidence("said", "said", Both("谈话中是否提到", "whether a talk said so")),
    ),
    strength=Both("拒绝率比对照(本人之前,否则团队中位数,否则时限)高几个标准误。",
                  "How many standard errors the rate lies above what it is compared with (own past, else team median, else the limit)."),
    reminder=Both("最近接通 {answered} 次,被拒绝 {rejected} 次({rate}){compared}。", "{rejected} of the last {answered} answered calls rejected ({rate}){compared}."),
    opening=Both("最近客户拒绝时最常说的是哪一句?我们就练这一句。", "Which sentence do customers use most when they refuse? Let us practise that one."),
    avoid=Both("不要说“多打几个就好了”。", "Do not say \"just make more calls\"."),
    support=Both("针对谈话中提到的异议的话术材料,或一次陪听。", "Material for the objection named in the talks, or a call listened to together."),
    care_due=Both("就具体异议谈 1 次。", "1 talk on the concrete objection."),
    fires=examples.CLIENT_FIRES,
    quiet=examples.CLIENT_QUIET,
)

FAMILY_CARE = Tag(
    key="family_care",
    label=Both("家庭关怀", "Family care"),
    limits=(
        Setting("tags.family_care.days", 14, "days", "谈话提到后保持多少天", "How many days it holds from the talk", 1, 60),
    ),
    rule=Both("谈话中提到亲属生病或困难,从谈话当天起 {days} 天。", "A talk mentions a relative's illness or hardship: {days} days from the talk."),
    condition=conditions.FAMILY_CARE,
    evidence=(
        Evidence("talked_on", "talked_on", Both("谈话日期", "day of the talk"), text=True),
        Evidence("talks", "cast(sum(talks) as integer)", Both("提到的谈话次数", "talks that mention it"), whole=True),
    ),
    strength=Both("恒为 1。", "Always 1."),
    reminder=Both("{talked_on} 的谈话提到家人的情况。", "A talk on {talked_on} mentions the family."),
    opening=Both("上次你说家里有事,现在怎么样了?排班上需要我们调整吗?", "You said things were hard at home. How is it now? Should we change your shifts?"),
    avoid=Both("不要追问病情,不要说“别影响工作”。", "Do not press for the illness, do not say \"do not let it affect work\"."),
    support=Both("问需要什么,给具体的帮助:调班、请假、同事顶一天。", "Ask what is needed and offer it: a changed shift, leave, a colleague for a day."),
    care_due=Both("表达 1 次心意。", "1 gesture."),
    fires=examples.FAMILY_FIRES,
    quiet=examples.FAMILY_QUIET,
)

TAGS: tuple[Tag, ...] = (NEW_HIRE, PERFORMANCE_DIP, HIGH_PRESSURE, LIFE_EVENT, CLIENT_TROUBLE, FAMILY_CARE)
