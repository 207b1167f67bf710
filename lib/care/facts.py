"""The facts that sentences of a talk card may speak with: the person's own numbers as words, by slot name.

A fact that is not known is left out, so that no sentence speaks of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from lib.care import rise_words
from lib.care.shape import Reason
from lib.tags.compile import clock
from lib.words import say_in

ALWAYS = ("name",)
SLOTS: dict[str, tuple[str, str]] = {
    "name": ("姓名", "name"),
    "tenure": ("来公司多久", "how long with the company"),
    "day_of_employment": ("入职第几天", "day at work"),
    "mentor": ("导师", "mentor"),
    "measure": ("业绩指标的名称", "what performance measures"),
    "calls_per_day": ("近两周每天拨打", "calls a day, last two weeks"),
    "answered_per_day": ("近两周每天接通", "answered calls a day, last two weeks"),
    "effective_per_day": ("近两周每天有效沟通", "effective calls a day, last two weeks"),
    "rejected_lately": ("近两周被拒绝率", "rejected share, last two weeks"),
    "worked_lately": ("近两周出勤天数", "days worked, last two weeks"),
    "late_lately": ("近两周晚下班次数", "late check-outs, last two weeks"),
    "own_week": ("最近一个完整周的日均业绩", "performance a day, last complete week"),
    "peer_effective": ("同期新人的中位数", "median of newcomers in the same week at work"),
    "falls": ("每周的变化", "change of each week"),
    "weeks": ("连续下降周数", "weeks in a row"),
    "performance": ("最后一个下降周的日均业绩", "performance a day in the last week that fell"),
    "usual": ("本人平时的日均业绩", "the person's usual performance a day"),
    "chance": ("可能只是偶然", "may be chance"),
    "days": ("连续晚下班的出勤日", "worked days in a row that ended late"),
    "latest": ("最晚一次下班", "latest check-out"),
    "minutes_over": ("平均超过时限的分钟数", "mean minutes past the limit"),
    "event": ("登记的事件", "what is on record"),
    "birthday": ("生日那天", "the birthday"),
    "joy": ("喜事", "a happy event"),
    "hardship": ("难处", "a hard time"),
    "rejected": ("被拒绝次数", "calls rejected"),
    "answered": ("接通次数", "calls answered"),
    "rate": ("拒绝率", "rejection rate"),
    "own_rate": ("本人之前的拒绝率", "the person's own rate before"),
    "team_median": ("团队中位数", "the team's median"),
    "said": ("谈话中提到过", "a talk says so"),
    "talked_on": ("谈话的日子", "day of the talk"),
    "days_since": ("过去几天", "days since"),
    "last_promise_due": ("承诺的日子", "day the promise was due"),
    "overdue": ("超过几天", "days overdue"),
    "last_talk": ("上次谈话的日子", "day of the last talk"),
    "on_workload": ("最可以着手的是工作量", "what can be helped most is the workload"),
    "on_customers": ("最可以着手的是客户", "what can be helped most is customers"),
    "on_performance": ("最可以着手的是业绩", "what can be helped most is performance"),
    "on_growth": ("最可以着手的是发展", "what can be helped most is growth"),
    "on_pay": ("最可以着手的是薪酬", "what can be helped most is pay"),
    "on_colleagues": ("最可以着手的是与同事的联系", "what can be helped most is contact with colleagues"),
    "on_help": ("最可以着手的是其他部门的帮助", "what can be helped most is help from others"),
    "on_learning": ("最可以着手的是学习", "what can be helped most is learning"),
}
"""Every slot a sentence may use, and what it stands for."""

JOYS = frozenset({"marriage", "birth"})
HARDSHIPS = frozenset({"hospital", "illness", "bereavement"})


def day(on: date, lang: str) -> str:
    """A day as one says it: ``11 月 20 日``, ``20 November``."""
    return f"{on.month} 月 {on.day} 日" if lang == "zh" else f"{on.day} {on:%B}"


def number(value: float) -> str:
    """A figure as one says it: no decimals from ten on, else one where it matters."""
    return f"{value:,.0f}" if abs(value) >= 10 or abs(value - round(value)) < 0.05 else f"{value:.1f}"


def percent(share: float) -> str:
    """A share as percent without decimals."""
    return f"{round(share * 100)} %"


def _known(value: object) -> bool:
    return value is not None and value == value


def tenure(hired: date, today: date, lang: str) -> str:
    """How long somebody has been here, roughly: days, months or years."""
    days = (today - hired).days + 1
    if days < 60:
        return f"{days} 天" if lang == "zh" else f"{days} days"
    if days < 730:
        return f"{days // 30} 个月" if lang == "zh" else f"{days // 30} months"
    return f"{days // 365} 年" if lang == "zh" else f"{days // 365} years"


def of_person(person: Mapping[str, object], hired: date, today: date, lang: str) -> dict[str, str]:
    """Facts of a row of ``care_person``."""
    facts = {"name": str(person["name"]), "tenure": tenure(hired, today, lang), "day_of_employment": str((today - hired).days + 1)}
    if _known(person.get("mentor_name")):
        facts["mentor"] = str(person["mentor_name"])
    if _known(person.get("metric")):
        facts["measure"] = say_in(lang, f"care.measure.{person['metric']}")
    if int(str(person.get("worked_days") or 0)) >= 2:
        facts["worked_lately"] = str(person["worked_days"])
        for slot, column in (("calls_per_day", "dials"), ("answered_per_day", "answered"), ("effective_per_day", "effective")):
            if _known(person.get(column)) and float(str(person[column])) > 0:
                facts[slot] = number(float(str(person[column])))
        if _known(person.get("rejected_share")):
            facts["rejected_lately"] = percent(float(str(person["rejected_share"])))
    if int(str(person.get("late_evenings") or 0)) > 0:
        facts["late_lately"] = str(person["late_evenings"])
    return facts


def of_reason(reason: Reason, today: date, lang: str) -> dict[str, str]:
    """Facts of one reason: its evidence, and when it was."""
    facts = {"days_since": str(max((today - reason.due).days, 0))}
    if reason.kind == "promise":
        facts["last_promise_due"] = day(reason.due, lang)
        if reason.due < today:
            facts["overdue"] = str((today - reason.due).days)
    if not reason.evidence:
        return facts
    if reason.kind == "risk":
        theme = rise_words.theme(reason.evidence)
        return facts | ({theme: "1"} if theme else {})
    found = {key: value for key, value in json.loads(reason.evidence).items() if value is not None}
    return facts | {"performance_dip": _dip, "high_pressure": _pressure, "client_trouble": _client, "life_event": _event,
                    "family_care": _family}.get(reason.tag, lambda *_: {})(found, reason, lang)


def _signed(share: float) -> str:
    rounded = round(share * 100)
    return f"{'−' if rounded < 0 else ''}{abs(rounded)} %"


def _dip(found: Mapping[str, object], reason: Reason, lang: str) -> dict[str, str]:
    falls: list[float] = found.get("falls") or []  # type: ignore[assignment]
    joined = say_in(lang, "tags.and").join(_signed(fall) for fall in falls)
    facts = {"falls": joined, "weeks": str(found.get("weeks", len(falls)))}
    if _known(found.get("performance")):
        facts["performance"] = number(float(str(found["performance"])))
    if _known(found.get("usual")):
        facts["usual"] = number(float(str(found["usual"])))
    if found.get("chance"):
        facts["chance"] = "1"
    return facts


def _pressure(found: Mapping[str, object], reason: Reason, lang: str) -> dict[str, str]:
    facts = {}
    if "days" in found:
        facts["days"] = str(found["days"])
    if "latest" in found:
        facts["latest"] = clock(float(str(found["latest"])) / 60)
    if "minutes_over" in found:
        facts["minutes_over"] = f"{float(str(found['minutes_over'])):.0f}"
    return facts


def _client(found: Mapping[str, object], reason: Reason, lang: str) -> dict[str, str]:
    facts = {slot: str(found[slot]) for slot in ("rejected", "answered") if slot in found}
    facts |= {slot: percent(float(str(found[key]))) for slot, key in (("rate", "rate"), ("own_rate", "own"), ("team_median", "team"))
              if key in found}
    if found.get("said"):
        facts["said"] = "1"
    return facts


def _event(found: Mapping[str, object], reason: Reason, lang: str) -> dict[str, str]:
    kinds: list[str] = found.get("kinds") or []  # type: ignore[assignment]
    facts = {"event": say_in(lang, "tags.and").join(say_in(lang, f"life.{kind}") for kind in kinds), "talked_on": day(reason.due, lang)}
    if kinds == ["birthday"]:
        facts["birthday"] = day(date.fromordinal(reason.due.toordinal() + 1), lang)
    if set(kinds) & HARDSHIPS:
        facts["hardship"] = "1"
    elif set(kinds) & JOYS:
        facts["joy"] = "1"
    return facts


def _family(found: Mapping[str, object], reason: Reason, lang: str) -> dict[str, str]:
    on = date.fromisoformat(str(found["talked_on"])) if "talked_on" in found else reason.due
    return {"talked_on": day(on, lang)}
