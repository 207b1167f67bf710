"""Points: what a person earns, and for what.  Badges are declared here once: name, rule, points and the read that finds who has one.

The same thing always has the same ``ref`` (the day, the week, the badge), so that it is booked once, whoever finds it first: the app
when a goal is reached, or the next build.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lib import settings
from lib.morale import streaks
from lib.morale.streaks import Day
from lib.settings import Value


@dataclass(frozen=True)
class Rates:
    """What is given, in points, and the rules of streaks; as the settings say."""

    daily_goal: int = 50
    streak: int = 30
    streak_days: int = 3
    freeze_days: int = 2
    star: int = 100
    days_back: int = 60

    @classmethod
    def of(cls, values: Mapping[str, Value]) -> Rates:
        """The settings ``rewards.…`` in force."""
        return cls(daily_goal=int(settings.get("rewards.daily_goal", values)), streak=int(settings.get("rewards.streak", values)),
                   streak_days=int(settings.get("rewards.streak_days", values)), freeze_days=int(settings.get("rewards.freeze_days", values)),
                   star=int(settings.get("rewards.star", values)), days_back=int(settings.get("rewards.days_back", values)))


@dataclass(frozen=True)
class Earned:
    """Points for one thing: ``kind`` (daily_goal, streak, star, badge) and ``ref`` say which."""

    kind: str
    ref: str
    points: int
    day: date


def daily(day: date, rates: Rates) -> Earned:
    """What reaching the goal of a day gives."""
    return Earned("daily_goal", day.isoformat(), rates.daily_goal, day)


def of_days(days: Iterable[Day], rates: Rates) -> list[Earned]:
    """What one person's days give: each goal reached, and each time the streak is another ``streak_days`` long; by day."""
    given = list(days)
    found = [daily(one.day, rates) for one in given if one.reached]
    found += [Earned("streak", day.isoformat(), rates.streak, day) for day in streaks.bonus_days(given, rates.streak_days, rates.freeze_days)]
    return sorted(found, key=lambda e: (e.day, e.kind))


@dataclass(frozen=True)
class Badge:
    """A badge: its name and rule in both languages, its points, and the read of the published tables that finds it.

    ``sql`` gives ``employee_id``, ``ref`` (the badge's key for what is had once; key and week for what may come again) and ``day``.
    It may use ``$since`` and ``$as_of``, and the passing table ``reward_positions`` (see :mod:`lib.morale.award`).
    """

    key: str
    zh: str
    en: str
    rule_zh: str
    rule_en: str
    points: int
    sql: str


def _of_streak(length: int) -> str:
    return f"select employee_id, 'streak_{length}' as ref, min(work_date) as day from reward_positions where position >= {length} group by employee_id"


BADGES: tuple[Badge, ...] = (
    Badge("first_deal", "第一单", "First deal", "签下第一单", "The first deal is closed", 30,
          "select employee_id, 'first_deal' as ref, min(work_date) as day from employee_days where deals > 0 group by employee_id"),
    Badge("streak_3", "连续 3 天", "3 days in a row", "连续 3 个计划工作日达成每日目标", "The daily goal reached on 3 planned days in a row", 20, _of_streak(3)),
    Badge("streak_10", "连续 10 天", "10 days in a row", "连续 10 个计划工作日达成每日目标", "The daily goal reached on 10 planned days in a row", 100,
          _of_streak(10)),
    Badge("effective_20", "一周 20 次", "20 in a week", "一周内完成 20 次有效咨询(意向和成交也算)",
          "20 effective consultations in one week (intents and deals count)", 30,
          "select employee_id, 'effective_20' as ref, min(week) + 6 as day from employee_weeks where week + 6 <= $as_of "
          "and coalesce(effective, 0) + coalesce(intents, 0) + coalesce(deals, 0) >= 20 and effective is not null group by employee_id"),
    Badge("personal_best", "个人最佳周", "Personal best week", "每个出勤日的业绩超过自己以前所有的周(至少 8 周,每周出勤至少 3 天)",
          "Performance per worked day above every own week before (at least 8 of them, with 3 worked days each)", 40,
          "select employee_id, 'personal_best:' || strftime(week, '%Y-%m-%d') as ref, week + 6 as day from ("
          "select employee_id, week, performance, max(performance) over before as best, count(performance) over before as weeks "
          "from employee_weeks where worked_days >= 3 and performance is not null and week + 6 <= $as_of "
          "window before as (partition by employee_id order by week rows between unbounded preceding and 1 preceding)) "
          "where weeks >= 8 and performance > best and week + 6 > $since"),
    Badge("helper", "带人", "Helper", "第一次双方都确认的带教", "The first session as a mentor that both sides confirmed", 30,
          "select mentor_id as employee_id, 'helper' as ref, min(held_on) as day from mentor_sessions group by mentor_id"),
    Badge("storyteller", "讲故事的人", "Storyteller", "讲述的第一个客户故事被发布", "The first customer story that was published", 30,
          "select employee_id, 'storyteller' as ref, min(told_on) as day from app_stories where state = 'published' group by employee_id"),
)


def badge_of(ref: str) -> Badge | None:
    """The badge that a booking's ``ref`` names; None for one that is not given any more."""
    key = ref.partition(":")[0]
    return next((badge for badge in BADGES if badge.key == key), None)
