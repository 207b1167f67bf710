"""The four business lines: how big each is, what it is called, how its days look, what it sells and what it aims for.

A line is data; ``days.py`` plays it.  Figures follow the field cases of the product definition: telesales dials 100–200 a day
with more than 80 % not reached or turned down, store staff of the top fifth sell about ¥80,000 a month, enrolment aims at one
deal a month, two intents a week and five effective consultations a day.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One business line of the demo company.

    Volumes are means per worked day of an experienced person: ``dials``, ``reached`` (share of dials answered), ``rejected``
    (share of answered), ``effective``/``intents``/``deals`` (share of answered).  ``noise`` is the spread (log) of a day.
    Clock times are minutes after midnight.  ``late`` is the everyday chance of a check-out after 21:00, ``burst`` the weekly
    chance that a stretch of late evenings begins.
    """

    key: str
    share: float
    role: str
    lead_role: str
    ages: tuple[int, int]
    women: float
    salary: int
    dials: float
    reached: float
    rejected: float
    effective: float
    intents: float
    deals: float
    noise: float
    ability: float
    begin: int
    finish: int
    stay: int
    late: float
    burst: float
    leaving: float
    products: tuple[tuple[str, int, float], ...]


LINES: tuple[Line, ...] = (
    Line("telesales", .41, "电话销售顾问", "电销组长", (20, 33), .56, 5200,
         dials=148, reached=.19, rejected=.285, effective=.66, intents=.045, deals=.010, noise=.10, ability=.10,
         begin=540, finish=1110, stay=32, late=.04, burst=.016, leaving=1.16,
         products=(("职场英语入门课", 1980, 5), ("职场英语进阶课", 3980, 4), ("数据分析就业班", 6980, 2.2),
                   ("雅思冲刺班", 8980, 1.4), ("会计职称通关班", 2680, 3), ("成人口语年卡", 4580, 2.5), ("考研全程班", 9980, 1))),
    Line("stores", .30, "门店销售顾问", "店长", (20, 38), .52, 5600,
         dials=0, reached=1, rejected=0, effective=.42, intents=0, deals=.098, noise=.14, ability=.16,
         begin=570, finish=1080, stay=14, late=.02, burst=.009, leaving=1.05,
         products=(("蓝牙耳机", 499, 2.6), ("智能手表", 1199, 1.8), ("千元手机", 1399, 3.2), ("主流手机", 2299, 3.4),
                   ("旗舰手机", 4599, .9), ("折叠屏手机", 7999, .15), ("平板电脑", 1999, 1.3), ("延保服务", 299, 1.2),
                   ("5G 套餐合约", 1188, 2.2), ("以旧换新补差", 1799, 1.6))),
    Line("key_accounts", .115, "大客户经理", "大客户组长", (26, 43), .44, 9000,
         dials=17, reached=.62, rejected=.13, effective=.42, intents=.03, deals=.0035, noise=.12, ability=.14,
         begin=540, finish=1080, stay=40, late=.055, burst=.018, leaving=.66,
         products=(("年度服务合同", 128000, 4), ("集团解决方案", 460000, 1), ("设备维保包", 68000, 4), ("驻场服务", 236000, 2))),
    Line("enrolment", .1625, "招生顾问", "招生主管", (22, 37), .68, 6000,
         dials=46, reached=.31, rejected=.24, effective=.37, intents=.028, deals=.0048, noise=.12, ability=.12,
         begin=570, finish=1110, stay=30, late=.035, burst=.015, leaving=.95,
         products=(("UI 设计全栈班", 19800, 3), ("Java 工程师班", 22800, 3), ("新媒体运营班", 12800, 4), ("短视频剪辑班", 9800, 3),
                   ("电商运营班", 13800, 2.5))),
)
HR_LINE = 4  # people of the HR department belong to no business line
LINE_KEYS = tuple(line.key for line in LINES)

LEVELS = ("初级", "中级", "高级", "资深", "主管")
LEVEL_PAY = (1.0, 1.18, 1.42, 1.75, 2.1)

# Effect of the same talk differs by line: what HR can offer after a dip in a shop (few sales, mostly chance) changes nothing.
TAGS = ("new_hire", "performance_dip", "high_pressure", "life_event", "client_trouble", "family_care")
CARE_PERFORMANCE: dict[str, dict[str, float]] = {
    "new_hire": dict.fromkeys(LINE_KEYS, .04),
    "performance_dip": {"telesales": .07, "stores": .0, "key_accounts": .06, "enrolment": .06},
    "high_pressure": dict.fromkeys(LINE_KEYS, .02),
    "life_event": dict.fromkeys(LINE_KEYS, .0),
    "client_trouble": dict.fromkeys(LINE_KEYS, .09),
    "family_care": dict.fromkeys(LINE_KEYS, .0),
}
CARE_HAZARD = {"new_hire": .75, "performance_dip": .85, "high_pressure": .6, "life_event": 1.0, "client_trouble": .85,
               "family_care": .6}
CARE_WEEKS = 4      # performance effect: the four weeks after the week of the talk
HAZARD_WEEKS = 8    # hazard ratio: the eight weeks after the week of the talk
USELESS_TAG = "life_event"
NO_EFFECT_CARE = (("life_event", "all"), ("performance_dip", "stores"), ("daily_chat", "all"))

SITES = {  # call centres and campuses: (city, region)
    "telesales": (("合肥", "华东"), ("成都", "西南"), ("武汉", "华中"), ("西安", "西北"), ("长沙", "华中"), ("郑州", "华中"),
                  ("济南", "华东"), ("重庆", "西南"), ("南昌", "华东"), ("沈阳", "东北")),
    "enrolment": (("杭州", "华东"), ("广州", "华南"), ("北京", "华北"), ("成都", "西南"), ("武汉", "华中"), ("南京", "华东"),
                  ("深圳", "华南"), ("天津", "华北")),
}
STORES: tuple[tuple[str, str, str], ...] = (  # city, region, districts
    ("上海", "华东", "徐汇 浦东 静安 五角场 虹桥"), ("杭州", "华东", "西湖 滨江 下沙 武林"), ("南京", "华东", "新街口 江宁 河西"),
    ("广州", "华南", "天河 番禺 海珠 白云"), ("深圳", "华南", "南山 福田 龙华 宝安"), ("成都", "西南", "春熙 高新 双流"),
    ("重庆", "西南", "解放碑 观音桥 南坪"), ("武汉", "华中", "光谷 江汉 武昌"), ("苏州", "华东", "观前 园区 吴江"), ("宁波", "华东", "天一 鄞州"),
    ("北京", "华北", "朝阳 海淀 西单 通州"), ("天津", "华北", "滨江道 南开"), ("西安", "西北", "小寨 高新 钟楼"), ("郑州", "华中", "二七 郑东"),
    ("长沙", "华中", "五一 岳麓"), ("青岛", "华东", "市南 崂山"), ("合肥", "华东", "庐阳 政务"), ("厦门", "华南", "中山路 集美"),
)
TRADES = ("金融", "制造", "医疗", "政企", "零售", "能源", "互联网", "教育", "物流", "地产")

OBJECTIONS: dict[str, tuple[str, ...]] = {
    "telesales": ("价格太贵", "没有时间学", "已经报了别家", "要和家人商量", "担心学不会", "对效果有疑问", "不需要", "不信任电话推销", "直接挂断",
                  "让以后再联系"),
    "stores": ("网上更便宜", "再看看别家", "旧机折价太低", "等新品降价", "套餐太贵"),
    "key_accounts": ("预算被砍", "现有供应商还在合同期", "要走招标流程", "对方换了负责人", "服务响应慢", "价格高于竞品"),
    "enrolment": ("学费太高", "担心就业", "家里不同意", "离校区太远", "再考虑一下", "时间排不开", "对比了别的学校"),
}
# goals by role: (metric, period, target of an experienced person, share of it in the first three months)
GOALS: dict[str, tuple[tuple[str, str, float, float], ...]] = {
    "telesales": (("effective", "day", 18, .6), ("intents", "week", 6, .5), ("deals", "month", 6, .4)),
    "stores": (("deals", "day", 2, .6), ("revenue", "week", 14000, .5), ("revenue", "month", 60000, .5)),
    "key_accounts": (("effective", "day", 4, .6), ("intents", "week", 2, .5), ("revenue", "month", 120000, .3)),
    "enrolment": (("effective", "day", 5, .6), ("intents", "week", 2, .5), ("deals", "month", 1, 1.0)),
}
