"""Contracts: what every source table holds, declared once as data and enforced by pandera.

:data:`TABLES` is the only place that names a source table's columns, kinds, bounds, choices and truths.  Readers and mappings
bring a file to these columns; :mod:`lib.intake.schemas` renders a table to a pandera ``DataFrameSchema`` that does the
checking; :mod:`lib.intake.shape` is what a contract is made of.
"""

from __future__ import annotations

from lib.intake.columns import count, date, near, number, ordered, sum_within, text, who
from lib.intake.contracts_morale import MORALE_TABLES
from lib.intake.contracts_risk import RISK_TABLES
from lib.intake.contracts_support import SUPPORTS
from lib.intake.shape import Column, Table, Truth

LEAVINGS = (
    ("voluntary", ("主动", "主动离职", "辞职", "自愿", "自愿离职", "个人原因", "自离", "voluntary", "resignation", "resigned", "quit")),
    ("involuntary", ("被动", "被动离职", "辞退", "解雇", "开除", "裁员", "试用期不合格", "非自愿", "involuntary", "dismissed", "dismissal",
                     "laid off", "layoff", "terminated", "fired")),
    ("other", ("其他", "其它", "合同到期", "协商解除", "退休", "other", "end of contract", "retirement")),
)

EMPLOYEES = Table("employees", "每位员工一行", "one row per person", (
    who(),
    text("name", "姓名", "name", "员工姓名", "full name", "employee name", "sales agent", "agent", must=True, length=100),
    text("team", "所在团队", "team the person works in", "团队", "小组", "班组", "组别", "所属团队", "门店", "所属门店", "归属门店",
         "team name", must=True, length=100),
    date("hire_date", "入职日期", "first day at work", "入职时间", "入职日", "到岗日期", "到职日", "到职日期", "入司日期", "hired on", "start date", "join date",
          "hire date", must=True),
    text("gender", "性别", "gender", "sex", length=20),
    date("birth_date", "出生日期", "date of birth", "生日", "出生年月日", "birthday", "date of birth", "dob", past=True),
    text("department", "部门", "department", "主部门", "dept", "division", length=100),
    text("business_line", "业务线", "business line", "事业部", "business unit", "line of business", length=100),
    text("role", "岗位", "role", "职位", "职务", "岗位名称", "job role", "job title", "position", "title", length=100),
    text("level", "职级", "level", "级别", "job level", "grade", length=40),
    text("region", "地区", "region", "区域", "城市", "大区", "regional office", "office", "location", length=100),
    text("manager_id", "直属主管的员工编号", "employee number of the manager", "主管工号", "直属上级", "上级工号", "直属上级编号",
          "manager id", length=64),
    text("mentor_id", "导师的员工编号", "employee number of the mentor", "导师工号", "师傅工号", "mentor id", length=64),
    number("monthly_salary", "月薪(元)", "monthly pay in yuan", "月收入", "工资", "薪资", "monthly income", "salary",
            high=10_000_000,
            sensitive=True),
    date("last_promotion_date", "上次晋升日期", "day of the last promotion", "晋升日期", "最近晋升日期", "last promotion",
          past=True),
    date("notice_date", "提出离职的日期", "day notice was given", "离职申请日期", "提出离职日期", "resignation date",
          "notice date", past=True),
    date("leave_date", "最后工作日", "last day at work", "离职日期", "离职时间", "leave date", "termination date", "last day"),
    # What people give as their reason is often free text: only the kind of leaving is kept, never the words.
    Column("leave_type", "enum", "离职类型", "kind of leaving", ("离职原因类型", "leave type"), choices=LEAVINGS, sensitive=True,
           lenient=True, otherwise="other"),
    text("consents", "已同意的用途", "what the person agreed to", "授权", "同意项", length=400),
), key=("employee_id",), truths=(
    Truth("leaves_before_hire", "leave_date", ("hire_date", "leave_date"), ordered("hire_date", "leave_date")),
    Truth("born_after_hire", "birth_date", ("birth_date", "hire_date"), ordered("birth_date", "hire_date")),
    Truth("notice_after_leave", "notice_date", ("notice_date", "leave_date"), ordered("notice_date", "leave_date")),
))

TEAMS = Table("teams", "每个团队一行", "one row per team", (
    text("team", "团队名称", "team name", "团队", "小组", "班组", "组别", must=True, length=100),
    text("department", "部门", "department", "主部门", "dept", length=100),
    text("business_line", "业务线", "business line", "事业部", length=100),
    text("region", "地区", "region", "区域", "大区", "regional office", length=100),
    text("lead_id", "团队主管的员工编号", "employee number of the lead", "主管工号", "组长工号", "负责人工号", "lead",
          "team lead", length=64),
    text("industry_pack", "行业用语包", "words of the trade", "行业包", length=40),
    date("care_programme_start", "关怀项目开始日期", "day the care programme started", "关怀开始日期", "care start"),
), key=("team",))

RESULTS = (
    ("normal", ("正常", "出勤", "on time", "present", "normal")),
    ("late", ("迟到", "严重迟到", "late", "serious late")),
    ("early", ("早退", "left early", "early leave", "early")),
    ("late_early", ("迟到早退", "迟到且早退", "late and early")),
    ("missing_punch", ("缺卡", "未打卡", "漏打卡", "missing", "missing punch", "not signed")),
    ("absent", ("旷工", "旷工迟到", "缺勤", "absent", "absenteeism")),
    ("leave", ("请假", "休假", "事假", "病假", "年假", "调休", "on leave", "leave")),
    ("rest", ("休息", "未排班", "公休", "节假日", "rest", "off", "day off")),
    ("travel", ("出差", "公差", "travel", "business trip")),
    ("out", ("外勤", "外出", "field", "out", "go out")),
)

ATTENDANCE = Table("attendance", "每人每天一行", "one row per person and day", (
    who(),
    date("work_date", "工作日期", "the day", "日期", "考勤日期", "出勤日期", "work date", "date", "attendance date", must=True,
          past=True),
    Column("check_in", "moment", "上班打卡时间", "first punch", ("上班时间", "签到时间", "上班打卡", "上班1打卡时间", "最早",
                                                           "clock in", "check in",
                                                     "punch in")),
    Column("check_out", "moment", "下班打卡时间", "last punch; after midnight with its real date",
           ("下班时间", "签退时间", "下班打卡", "下班1打卡时间", "最晚", "clock out", "check out", "punch out")),
    Column("result", "enum", "考勤结果", "what the day was", ("打卡结果", "出勤结果", "考勤状态", "状态", "status", "attendance result"),
           choices=RESULTS),
    text("leave_type", "假别", "kind of leave", "请假类型", "休假类型", "假期类型", "leave type", "reason for absence", length=60),
    number("leave_hours", "请假小时数", "hours of leave", "请假时长", "请假小时", "leave hours", "absenteeism time in hours",
            high=24),
    number("late_minutes", "迟到分钟数", "minutes late", "迟到分钟", "迟到时长", "迟到时长(分钟)", "late minutes", "minutes late",
            high=1440),
), key=("employee_id", "work_date"), truths=(
    Truth("out_before_in", "check_out", ("check_in", "check_out"), ordered("check_in", "check_out")),
    Truth("in_far_from_day", "check_in", ("check_in", "work_date"), near("check_in", "work_date", 6, 36)),
    Truth("out_far_from_day", "check_out", ("check_out", "work_date"), near("check_out", "work_date", 0, 48)),
))

OUTCOMES = (
    ("no_answer", ("未接", "未接通", "无人接听", "未应答", "空号", "停机", "关机", "占线", "busy", "no answer", "unanswered", "missed", "abandoned")),
    ("rejected", ("拒绝", "拒接", "被拒", "挂断", "rejected", "refused", "declined", "no")),
    ("effective", ("有效", "有效沟通", "接通", "有效通话", "effective", "answered", "connected")),
    ("intent", ("意向", "有意向", "意向客户", "感兴趣", "interested", "intent", "lead")),
    ("deal", ("成交", "成单", "签约", "deal", "won", "success", "sold", "yes")),
)

CALLS = Table("calls", "每通电话或每次拜访一行", "one row per call or visit", (
    who(),
    Column("started_at", "moment", "开始时间", "when it began", ("拨打时间", "呼叫时间", "通话时间", "拜访时间", "通话开始时间", "呼叫开始时间", "拨打开始时间",
                                                             "拜访开始时间", "start time", "call time", "call start time", "started at", "datetime"),
           must=True, past=True),
    Column("outcome", "enum", "结果", "how it ended", ("通话结果", "拜访结果", "呼叫结果", "结果", "call result", "disposition",
                                                     "result"),
           must=True, choices=OUTCOMES),
    number("duration_s", "时长(秒)", "length in seconds", "通话时长", "通话时长(秒)", "duration", "talk time",
            "avgtalkduration", high=86_400),
    text("customer_id", "客户编号", "customer number", "客户ID", "客户", "customer", "account", length=100),
    text("objection", "客户异议", "what the customer objected to", "异议", "拒绝原因", "objection", "topic", length=200),
    number("score", "质检得分(0–100)", "quality score, 0–100", "质检分", "得分", "评分", "quality score", high=100),
    number("amount", "成交金额(元)", "amount in yuan", "金额", "成交额", "amount", "value", high=1_000_000_000),
    Column("contact_left", "flag", "是否留下联系方式", "whether the customer left a contact", ("留下联系方式", "是否加微信", "留资", "contact left",
                                                                              "contact")),
    text("call_id", "通话编号", "call number", "通话ID", "流水号", "call id", "record id", length=100),
), optional_key="call_id")

_MEASURES = ("dials", "answered", "rejected", "effective", "intents", "deals", "revenue", "follow_up_minutes")
ACTIVITY_DAYS = Table("activity_days", "每人每天一行的业务数量", "one row of daily totals per person and day", (
    who(),
    date("work_date", "工作日期", "the day", "日期", "统计日期", "work date", "date", "day", must=True, past=True),
    count("dials", "拨打数", "calls made", "外呼量", "拨打量", "呼出量", "拨打", "外呼", "calls made", "calls"),
    count("answered", "接通数", "calls answered", "接通量", "接听数", "接通", "connected"),
    count("rejected", "被拒绝数", "calls rejected", "拒绝数", "拒绝量", "拒绝", "refusals"),
    count("effective", "有效沟通数", "useful conversations", "有效数", "有效咨询数", "有效通话数", "有效沟通", "有效", "effective calls"),
    count("intents", "意向数", "customers who showed interest", "意向客户数", "意向量", "leads"),
    count("deals", "成交数", "deals closed", "成单数", "成交量", "签约数", "sales", "orders"),
    number("revenue", "业绩金额(元)", "revenue in yuan", "业绩", "销售额", "成交金额", "营业额", "sales amount",
            high=1_000_000_000),
    number("follow_up_minutes", "跟进分钟数", "minutes of follow-up", "跟进分钟", "跟进时长", "跟进时长(分钟)", "follow up", high=1440),
), key=("employee_id", "work_date"), any_of=_MEASURES, truths=(
    Truth("more_answered_than_dialled", "answered", ("answered", "dials"), ordered("answered", "dials")),
    Truth("parts_exceed_answered", "answered", ("answered",), sum_within(("rejected", "effective", "intents", "deals"),
                                                                          "answered")),
))

STAGES = (
    ("open", ("进行中", "跟进中", "未成交", "open", "prospecting", "engaging", "in progress", "negotiation")),
    ("won", ("成交", "赢单", "已签约", "won", "closed won")),
    ("lost", ("丢单", "输单", "流失", "lost", "closed lost")),
)

DEALS = Table("deals", "每笔成交或商机一行", "one row per deal", (
    who(),
    date("closed_on", "成交日期", "day it closed", "签约日期", "关闭日期", "日期", "close date", "closed on", "won on", "date",
         must=True,
          unless=("stage", "open"), past=True),
    number("amount", "金额(元)", "amount in yuan", "成交金额", "合同金额", "签约金额", "close value", "value", "price",
            must=True,
            unless=("stage", "open"), high=1_000_000_000),
    text("customer_id", "客户编号", "customer number", "客户ID", "客户", "客户名称", "customer", "account", length=100),
    Column("stage", "enum", "阶段", "where it stands", ("商机阶段", "状态", "deal stage", "status"), choices=STAGES,
           default="won"),
    text("segment", "客户类别", "kind of customer", "客户类型", "客户等级", "segment", "sector", length=60),
    text("product", "产品", "product", "产品名称", "商品", "product", length=100),
    date("engaged_on", "首次接触日期", "day it was opened", "跟进日期", "建立日期", "engage date", "created on", past=True),
    text("deal_id", "商机编号", "deal number", "成交编号", "合同编号", "订单编号", "opportunity id", "deal id", "order id", length=100),
), optional_key="deal_id", truths=(
    Truth("closed_before_engaged", "closed_on", ("closed_on", "engaged_on"), ordered("engaged_on", "closed_on")),
))

CUSTOMERS = Table("customers", "每位客户一行", "one row per customer", (
    text("customer_id", "客户编号", "customer number", "客户ID", "客户代码", "customer", "account id", "account", must=True,
          length=100),
    text("name", "客户名称", "customer name", "客户", "公司名称", "customer name", "company", length=200),
    text("owner_id", "负责员工的编号", "employee number of the owner", "负责人工号", "归属销售", "owner", "account manager",
          length=64),
    text("region", "地区", "region", "区域", "城市", "office location", "country", length=100),
    text("segment", "客户类别", "kind of customer", "客户类型", "行业", "segment", "sector", "industry", length=60),
    number("satisfaction", "满意度", "satisfaction", "满意度评分", "satisfaction rating", "csat", high=100),
    date("last_purchase_on", "上次购买日期", "day of the last purchase", "最近购买日期", "last purchase", past=True),
    date("replacement_due_on", "预计换购日期", "day a replacement is due", "换机日期", "到期日期", "replacement due",
          "renewal date"),
), key=("customer_id",))

TALK_TAGS = (
    ("new_hire", ("新员工适应期", "new hire")), ("performance_dip", ("业绩波动期", "performance dip")),
    ("high_pressure", ("高压力期", "high pressure")), ("life_event", ("生活事件期", "life event")),
    ("client_trouble", ("客户沟通困惑", "client trouble")), ("family_care", ("家庭关怀", "family care")),
)

TALKS = Table("talks", "每次谈话一行", "one row per talk", (
    who(),
    date("talked_on", "谈话日期", "day of the talk", "日期", "沟通日期", "talk date", "date", must=True, past=True),
    text("note", "谈话记录(只读取关怀信号,不保存原文)", "what was said (read once for signals, never kept)", "谈话内容",
          "沟通内容", "记录",
          "内容", "notes", "comment", must=True, length=20_000, sensitive=True, kept=False),
    text("hr_id", "谈话人的员工编号", "employee number of who talked", "谈话人", "hrbp", "hr", length=64),
    number("minutes", "谈话分钟数", "minutes talked", "时长", "时长(分钟)", "duration", high=600),
    Column("tag", "enum", "谈话起因的标签", "the tag that led to it", ("标签",), choices=TALK_TAGS, sensitive=True, lenient=True),
    # What was given is often said in free words: only its kind is kept, never the words.
    Column("support", "enum", "提供的支持(只保存种类,不保存原文)", "support given (its kind alone is kept, never the words)",
           ("支持措施", "支持", "提供的支持", "帮助措施", "support given", "support kind"), length=20_000, choices=SUPPORTS, sensitive=True, lenient=True,
           otherwise="other"),
    text("promise", "承诺事项(不保存原文)", "what was promised (never kept)", "承诺", length=20_000, sensitive=True,
          kept=False),
    date("promise_due", "承诺到期日", "day the promise is due", "承诺日期", "到期日"),
    Column("felt_cared", "flag", "是否感到被关心", "whether the person felt cared for", ("感到被关心", "是否感受到关怀",
                                                                                  "felt cared"), sensitive=True),
    text("signals", "从记录读出的关怀信号", "signals read from the note", given=False),
))

KINDS = (
    ("birthday", ("生日", "birthday")), ("hospital", ("住院", "手术", "hospital", "surgery")),
    ("illness", ("生病", "疾病", "患病", "illness", "sick")), ("bereavement", ("丧事", "亲人去世", "bereavement", "death")),
    ("marriage", ("结婚", "婚礼", "marriage", "wedding")), ("birth", ("生育", "生子", "新生儿", "birth", "newborn")),
    ("moving", ("搬家", "moving")), ("exam", ("考试", "exam")), ("other", ("其他", "其它", "other")),
)

LIFE_EVENTS = Table("life_events", "每件人生大事一行", "one row per event", (
    who(),
    Column("kind", "enum", "事件类型", "what happened", ("类型", "事件", "event", "event kind"), must=True, choices=KINDS,
           sensitive=True),
    date("event_date", "事件日期", "day it happened or will happen", "日期", "发生日期", "event date", "date", must=True),
    Column("consent", "flag", "本人是否同意使用", "whether the person agreed to its use", ("是否同意", "同意", "授权",
                                                                                   "agreed"), sensitive=True),
    date("expires_on", "关怀截止日期", "day until which to care", "到期日", "截止日期", "until", "expires"),
), key=("employee_id", "kind", "event_date"), truths=(
    Truth("expires_before_event", "expires_on", ("event_date", "expires_on"), ordered("event_date", "expires_on")),
))

_METRICS = tuple((name, words) for name, words in (
    ("dials", ("拨打数", "拨打量", "calls")), ("answered", ("接通数", "接通量")), ("effective", ("有效数", "有效沟通数", "有效咨询", "有效咨询数")),
    ("intents", ("意向数", "意向")), ("deals", ("成交数", "成交", "成单数")), ("revenue", ("业绩", "销售额", "金额", "sales")),
))

GOALS = Table("goals", "每个目标一行", "one row per goal", (
    Column("metric", "enum", "指标", "what is counted", ("目标指标", "指标名称", "measure"), must=True, choices=_METRICS),
    Column("period", "enum", "周期", "day, week or month", ("目标周期", "周期类型"), must=True,
           choices=(("day", ("天", "日", "每日", "日度", "daily")), ("week", ("周", "每周", "周度", "weekly")),
                    ("month", ("月", "每月", "月度", "monthly")))),
    number("target", "目标值(大于 0)", "target, above 0", "目标", "目标值", "goal", must=True, low=1e-9, high=1_000_000_000),
    who(must=False),
    text("team", "团队", "team", "小组", length=100),
    text("role", "岗位", "role", "职位", length=100),
    date("starts_on", "开始日期", "first day", "生效日期", "start date", "from"),
))

TABLES: dict[str, Table] = {table.name: table for table in (
    EMPLOYEES, TEAMS, ATTENDANCE, CALLS, ACTIVITY_DAYS, DEALS, CUSTOMERS, TALKS, LIFE_EVENTS, GOALS, *MORALE_TABLES, *RISK_TABLES)}
