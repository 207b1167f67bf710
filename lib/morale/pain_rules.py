"""The three pain points, each declared once; limits are settings, the examples are small companies.

Numbers are judged beside the person's role peers (:mod:`lib.morale.pain_measures`).  Nothing here reads the anonymous pulse: what a
named person feels comes only from check-ins and talks given by name.
"""

from __future__ import annotations

from collections.abc import Mapping

from lib import settings
from lib.morale import pain_examples as examples
from lib.morale.pain_shape import Both, Pain, Support, Unknown, short
from lib.settings import Value

NO_CONSULTATIONS = Unknown("no_consultations", "not counts_talks")
NEWCOMER = Unknown("newcomer", "newcomer")
AWAY = Unknown("away", "leave_days >= {away_days} or planned_leave")
FEW_DAYS = Unknown("few_days", "coalesce(worked_days, 0) < {min_days}")
FEW_COUNTED = Unknown("few_days", "counted_days < {min_days}")
FEW_PEERS = Unknown("few_peers", "peers < {peers}")

SCRIPT = Pain(
    key="script",
    label=Both("话术", "Talk script"),
    rule=Both("咨询够多(日均至少为同岗位中位数的 {enough}),转化却不到同岗位中位数的 {share},而且同岗位的人纯属偶然这么低的可能性不超过 {chance}。"
              "从最近 {weeks} 周看起,成交或意向太少的岗位往前加周,直到预计约有 {expected} 次转化,最多 {most_weeks} 周。",
              "Enough consultations (a day at least {enough} of the peers' median), but a conversion of at most {share} of the peers' median, "
              "which a peer would fall to by chance at most {chance} of the time.  Judged over the last {weeks} weeks, and over more where deals "
              "and intents are rare, until about {expected} conversions are to be expected, at most {most_weeks} weeks."),
    limits=("pain.weeks", "pain.most_weeks", "pain.min_days", "pain.peers", "pain.away_days", "pain.newcomer_months", "pain.script.enough",
            "pain.script.share", "pain.script.chance", "pain.script.expected", "pain.script.least"),
    unknown=(NO_CONSULTATIONS, NEWCOMER, AWAY, FEW_DAYS, FEW_COUNTED, FEW_PEERS,
             Unknown("small_counts", "talks is null or not coalesce(expected >= {least}, false)")),
    condition="talks_a_day >= {enough} * peer_talks_a_day and conversion <= {share} * peer_conversion and chance <= {chance}",
    strength="-log10(greatest(chance, 1e-12))",
    began="script_began",
    evidence=(("weeks", "script_weeks"), ("a_day", "talks_a_day"), ("peers_a_day", "peer_talks_a_day"), ("talks", "talks"), ("hits", "hits"),
              ("only_deals", "only_deals"), ("rate", "conversion"), ("peers_rate", "peer_conversion"), ("chance", "chance"), ("peers", "peers")),
    number=Both("转化率", "conversion"),
    supports=(
        Support("mentor_session", Both("和导师一起复盘一次真实咨询,看卡在哪一句。", "A real consultation reviewed with the mentor shows at which sentence it gets stuck.")),
        Support("course", Both("针对成交环节的话术课,每节练一个场景。", "A course on closing, one scene a lesson.")),
        Support("hr_talk", Both("数字没动时,先问问本人怎么看。", "Where the number has not moved, ask how the person sees it.")),
    ),
    fires=examples.SCRIPT_FIRES,
    quiet=examples.SCRIPT_QUIET,
)

PROSPECTING = Pain(
    key="prospecting",
    label=Both("客户挖掘", "Prospecting"),
    rule=Both("最近 {weeks} 周日均咨询低于同岗位中位数的 {few},跟进时间却够(日均至少为同岗位中位数的 {follow_up},每次咨询至少为同岗位水平的 {per_talk})。",
              "Over the last {weeks} weeks fewer consultations a day than {few} of the peers' median, though follow-up time is enough (a day at "
              "least {follow_up} of the peers' median, and for each consultation at least {per_talk} of it)."),
    limits=("pain.weeks", "pain.min_days", "pain.peers", "pain.away_days", "pain.newcomer_months", "pain.prospecting.few",
            "pain.prospecting.follow_up", "pain.prospecting.per_talk"),
    unknown=(NO_CONSULTATIONS, Unknown("no_follow_up", "not counts_minutes"), NEWCOMER, AWAY, FEW_DAYS, FEW_COUNTED,
             Unknown("few_days", "timed_days < {min_days}"), Unknown("few_peers", "timed_peers < {peers}")),
    condition="reached_a_day < {few} * peer_reached_a_day and minutes_a_day >= {follow_up} * peer_minutes_a_day "
              "and minutes_a_day * peer_reached_a_day >= {per_talk} * peer_minutes_a_day * reached_a_day",
    strength="1 - reached_a_day / peer_reached_a_day",
    began="prospecting_began",
    evidence=(("weeks", "prospecting_weeks"), ("a_day", "reached_a_day"), ("peers_a_day", "peer_reached_a_day"), ("minutes", "minutes_a_day"),
              ("peers_minutes", "peer_minutes_a_day"), ("peers", "timed_peers")),
    number=Both("日均咨询", "consultations a day"),
    supports=(
        Support("extra_leads", Both("补一批新线索,把时间从老客户转到新客户上。", "New leads move time from old customers to new ones.")),
        Support("mentor_session", Both("和导师一起排一天,看新客户从哪里来。", "A day planned with the mentor shows where new customers come from.")),
        Support("course", Both("找客户与约客户的课程。", "A course on finding and inviting customers.")),
    ),
    fires=examples.PROSPECTING_FIRES,
    quiet=examples.PROSPECTING_QUIET,
)

LOST_GROWTH = Pain(
    key="lost_growth",
    label=Both("成长感丧失", "Lost growth"),
    rule=Both("本人实名说的:最近 {weeks} 周至少 {times} 次签到压力达到 {pressure} 而成长感不超过 {growth};没有签到的人,至少 {times} 次谈话"
              "同时提到压力和培训或晋升,而且业绩没有进展(比之前 {weeks} 周增长不超过 {flat})。匿名问卷从不使用。",
              "Said by name: within {weeks} weeks at least {times} check-ins with pressure of {pressure} or more and growth of {growth} or less; "
              "of who does not check in, at least {times} talks that mention pressure together with training or promotion, and flat "
              "performance (grown by at most {flat} over the {weeks} weeks before).  The anonymous pulse is never used."),
    limits=("pain.min_days", "pain.weeks", "pain.away_days", "pain.newcomer_months", "pain.lost_growth.weeks", "pain.lost_growth.pressure",
            "pain.lost_growth.growth", "pain.lost_growth.times", "pain.lost_growth.flat"),
    unknown=(NEWCOMER, AWAY, Unknown("never_said", "said = 0 and pressed = 0"),
             Unknown("no_performance", "said = 0 and wishes >= {times} and growth_of_performance is null")),
    condition="low >= {times} or (said = 0 and wishes >= {times} and growth_of_performance <= {flat})",
    strength="low + 0.5 * wishes",
    began="lost_began",
    evidence=(("weeks", "lost_weeks"), ("said", "said"), ("low", "low"), ("pressure", "pressure_said"), ("growth", "growth_said"),
              ("pressed", "pressed"), ("wishes", "wishes"), ("change", "growth_of_performance")),
    number=Both("签到中的成长感", "growth said in check-ins"),
    supports=(
        Support("career_plan", Both("一起写下未来半年想学会什么、由谁带。", "What to learn in the next half year, written down together, and with whom.")),
        Support("hr_talk", Both("先听:压力从哪里来,进步为什么看不见。", "Listen first: where the pressure comes from and why progress cannot be seen.")),
        Support("mentor_session", Both("导师指出最近做得更好的一处,具体到一次咨询。", "The mentor shows one thing that got better, in one consultation.")),
    ),
    fires=examples.LOST_FIRES,
    quiet=examples.LOST_QUIET,
    leads_see=False,
)

PAINS: tuple[Pain, ...] = (SCRIPT, PROSPECTING, LOST_GROWTH)
SUPPORT_KINDS = ("course", "mentor_session", "extra_leads", "career_plan", "hr_talk")
WHYS = ("newcomer", "away", "few_days", "few_peers", "no_consultations", "no_follow_up", "small_counts", "never_said", "no_performance")
"""Every reason why nothing can be told; each has its words under ``pain.why.``."""


def by_key(key: str) -> Pain:
    """The pain of this key; KeyError when there is none."""
    for pain in PAINS:
        if pain.key == key:
            return pain
    raise KeyError(f"there is no pain point {key}")


def limits_of(pain: Pain, values: Mapping[str, Value]) -> dict[str, Value]:
    """The limits in force of one rule by short name."""
    return {short(name): settings.get(name, values) for name in pain.limits}


def rule_sentence(pain: Pain, values: Mapping[str, Value], lang: str) -> str:
    """The rule in words with the limits in force."""
    words = {}
    for name in pain.limits:
        row = next(row for row in settings.SETTINGS if row.name == name)
        limit = settings.value(row, values)
        words[short(name)] = f"{float(limit) * 100:g} %" if row.unit == "share" else f"{limit:g}"
    return pain.rule.in_(lang).format(**words)
