"""Names of people as they are met in China: surnames by their true frequency, given names by generation and gender.

The surname weights are the shares (per thousand) of the census-based rankings of the Ministry of Public Security; the given
names mix names that were popular in each decade with free combinations of the characters parents chose then, because a list
of popular names alone makes every tenth person a namesake.
"""

from __future__ import annotations

import numpy as np

SURNAMES: tuple[tuple[str, float], ...] = (
    ("王", 72.5), ("李", 71.9), ("张", 68.3), ("刘", 53.8), ("陈", 45.3), ("杨", 30.8), ("黄", 22.3), ("赵", 22.9),
    ("吴", 20.5), ("周", 21.2), ("徐", 16.7), ("孙", 15.4), ("马", 12.9), ("朱", 12.6), ("胡", 13.1), ("郭", 11.5),
    ("何", 11.7), ("林", 11.8), ("罗", 8.6), ("高", 10.0), ("郑", 9.3), ("梁", 8.4), ("谢", 7.6), ("宋", 8.1),
    ("唐", 7.0), ("许", 6.6), ("邓", 6.2), ("韩", 6.8), ("冯", 6.4), ("曹", 6.0), ("彭", 5.8), ("曾", 5.8),
    ("肖", 5.9), ("田", 5.5), ("董", 5.6), ("潘", 4.9), ("袁", 5.0), ("蔡", 4.8), ("蒋", 4.7), ("余", 4.8),
    ("于", 4.7), ("杜", 4.7), ("叶", 4.6), ("程", 4.6), ("魏", 4.5), ("苏", 4.4), ("吕", 4.4), ("丁", 4.3),
    ("任", 4.2), ("卢", 4.1), ("姚", 4.0), ("沈", 3.9), ("钟", 3.8), ("姜", 3.8), ("崔", 3.7), ("谭", 3.7),
    ("陆", 3.6), ("范", 3.6), ("汪", 3.5), ("廖", 3.4), ("石", 3.4), ("金", 3.3), ("韦", 3.1), ("贾", 3.0),
    ("夏", 2.9), ("付", 2.9), ("方", 2.8), ("邹", 2.7), ("熊", 2.6), ("白", 2.6), ("孟", 2.6), ("秦", 2.5),
    ("邱", 2.5), ("侯", 2.4), ("江", 2.4), ("尹", 2.3), ("薛", 2.3), ("闫", 2.2), ("段", 2.1), ("雷", 2.1),
    ("龙", 2.0), ("黎", 2.0), ("史", 2.0), ("陶", 1.9), ("贺", 1.9), ("毛", 1.9), ("郝", 1.8), ("顾", 1.8),
    ("龚", 1.8), ("邵", 1.7), ("万", 1.7), ("覃", 1.6), ("武", 1.6), ("钱", 1.6), ("戴", 1.6), ("严", 1.5),
    ("莫", 1.4), ("孔", 1.4), ("向", 1.3), ("常", 1.3), ("汤", 1.3), ("康", 1.2), ("易", 1.2), ("乔", 1.1),
    ("赖", 1.1), ("文", 1.1), ("庞", 1.0), ("樊", 1.0), ("殷", .9), ("施", .9), ("洪", .9), ("翟", .9),
    ("安", .8), ("颜", .8), ("倪", .8), ("梅", .7), ("鲁", .7), ("耿", .6), ("关", .6), ("俞", .6),
    ("欧阳", .6), ("焦", .5), ("聂", .5), ("柯", .4), ("兰", .4), ("滕", .3), ("上官", .08), ("司马", .05),
)

# Popular whole given names: (last birth year of the cohort, gender) -> names.
POPULAR: dict[tuple[int, str], str] = {
    (1985, "男"): "伟 强 军 勇 杰 涛 斌 辉 刚 健 建军 建国 志强 志刚 海涛 国强 建华 文斌 永强 晓东 卫东 立新 小军 红兵",
    (1985, "女"): "芳 敏 静 丽 艳 娟 霞 燕 玲 红 秀英 丽娟 海燕 晓红 玉兰 春梅 桂英 秀兰 丽华 红梅 雪梅 小红 晓燕 建芳",
    (1995, "男"): "磊 鹏 超 浩 飞 凯 宇 帅 俊 鑫 俊杰 志伟 文博 家豪 晓明 海波 明辉 振宇 少华 建伟 浩宇 嘉伟 立峰 世杰",
    (1995, "女"): "婷 倩 娜 雪 丹 莉 颖 慧 欢 琳 婷婷 丹丹 娜娜 雅婷 晓雯 美玲 思思 佳佳 文静 雪莹 小敏 冬梅 晶晶 梦洁",
    (2010, "男"): "浩 博 宇航 浩然 子豪 俊豪 天宇 志远 晨曦 泽宇 子轩 宇轩 文轩 明轩 嘉豪 梓豪 鹏飞 博文 逸飞 睿 航 旭 昊天 一鸣",
    (2010, "女"): "欣怡 梦婷 雨欣 思雨 佳怡 诗涵 梦瑶 子涵 雨晴 可欣 紫涵 静怡 心怡 雪儿 梦琪 慧敏 嘉怡 若曦 诗琪 佳琪 悦 瑶 萱 蕊",
}
# Characters for free two-character names.
FIRST: dict[tuple[int, str], str] = {
    (1985, "男"): "建志国海文晓永立小春光新庆德正振东少明长世玉宏福学克",
    (1985, "女"): "丽秀晓玉春海小红雪桂美彩金翠燕艳淑爱月素亚凤冬云",
    (1995, "男"): "俊志文晓家嘉浩海明振少世建立国伟子鹏宇永泽天思一景",
    (1995, "女"): "雅晓丽思佳梦文美雪小婷海春玉慧静诗艳倩碧莹敏若秋",
    (2010, "男"): "子浩宇泽梓俊博天嘉文明晨一逸睿铭思承景奕瑞柏昱皓",
    (2010, "女"): "子梓欣雨思诗佳梦语可心静若雅紫怡沐芷舒婉依晨艺妍",
}
SECOND: dict[tuple[int, str], str] = {
    (1985, "男"): "军华平明林东海峰波生良强民辉斌宁江忠祥山松武全亮",
    (1985, "女"): "华梅兰芳珍琴萍红霞英玲燕莲娥云香凤芬清琼娟玉莉敏",
    (1995, "男"): "杰伟明辉鹏飞龙宇波峰涛超凯健豪斌宁阳林洋彬晖亮伦",
    (1995, "女"): "婷娜敏静琪莹颖雯洁玲慧丹琳萍燕媛芸妮霞瑶蓉莎倩君",
    (2010, "男"): "轩宇豪杰然涵睿泽博文航辰阳熙翔恒霖鸣哲尧昊远成谦",
    (2010, "女"): "涵怡欣萱琪瑶雯彤妍婷瑜宁玥琳洁菲悦曦月薇钰莹然蕾",
}
COHORTS = (1985, 1995, 2010)


def names(rng: np.random.Generator, birth_year: np.ndarray, gender: np.ndarray) -> np.ndarray:
    """Full names, one per row of ``birth_year`` (int) and ``gender`` ('男' or '女'); array of str objects."""
    n = len(birth_year)
    family = np.array([name for name, _ in SURNAMES], dtype="<U2")
    weight = np.array([share for _, share in SURNAMES])
    surname = family[rng.choice(len(family), n, p=weight / weight.sum())]
    given = np.empty(n, dtype="<U2")
    popular = rng.random(n) < 0.38
    pick = rng.random((3, n))
    cohort = np.searchsorted(np.array(COHORTS[:-1]), birth_year, side="left")
    for place, last in enumerate(COHORTS):
        for sex in ("男", "女"):
            rows = np.flatnonzero((cohort == place) & (gender == sex))
            if not len(rows):
                continue
            whole = np.array(POPULAR[last, sex].split(), dtype="<U2")
            first, second = np.array(list(FIRST[last, sex])), np.array(list(SECOND[last, sex]))
            # The first names of a list are the more frequent ones, hence the power.
            listed = whole[(pick[0, rows] ** 1.3 * len(whole)).astype(int)]
            free = np.char.add(first[(pick[1, rows] * len(first)).astype(int)],
                               second[(pick[2, rows] * len(second)).astype(int)])
            given[rows] = np.where(popular[rows], listed, free)
    return np.char.add(surname, given).astype(object)


def surname(name: str) -> str:
    """The surname of a full name of this list (欧阳 and the like have two characters)."""
    return name[:2] if name[:2] in DOUBLE and len(name) > 2 else name[:1]


DOUBLE = frozenset(name for name, _ in SURNAMES if len(name) == 2)
COMPANY_HEADS = ("华", "中", "金", "天", "恒", "瑞", "海", "盛", "鼎", "创", "远", "东", "新", "信", "安", "汇", "博", "泰", "嘉", "润")
COMPANY_TAILS = ("信", "达", "辰", "诚", "联", "通", "源", "宇", "康", "晟", "泽", "峰", "科", "业", "和", "美", "宏", "图", "跃", "邦")
COMPANY_TRADES = ("科技", "实业", "制造", "物流", "医疗", "食品", "教育", "电子", "商贸", "建设", "能源", "化工", "软件", "连锁")
COMPANY_PLACES = ("上海", "杭州", "苏州", "南京", "合肥", "武汉", "成都", "重庆", "广州", "深圳", "北京", "天津", "西安", "郑州")


def companies(rng: np.random.Generator, count: int) -> np.ndarray:
    """Names of ``count`` client companies."""
    parts = [np.array(words)[rng.integers(0, len(words), count)]
             for words in (COMPANY_PLACES, COMPANY_HEADS, COMPANY_TAILS, COMPANY_TRADES)]
    return np.char.add(np.char.add(np.char.add(parts[0], parts[1]), np.char.add(parts[2], parts[3])), "有限公司").astype(object)
