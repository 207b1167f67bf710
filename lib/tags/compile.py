"""From the declaration of a tag to everything that follows from it: SQL, sentences, settings, rows of tables.

Nothing here knows a single tag by name except how a few evidence values read in a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from lib.settings import Setting, SettingError, Value, value
from lib.tags.rules import TAGS
from lib.tags.shape import Tag, short
from lib.words import say_in

FOREVER = "date '2999-12-31'"


def by_key(key: str) -> Tag:
    """The tag of this key; KeyError when there is none."""
    for tag in TAGS:
        if tag.key == key:
            return tag
    raise KeyError(f"there is no tag {key}")


def settings() -> tuple[Setting, ...]:
    """The limits of all tags as settings rows, in the order of the tags."""
    return tuple(row for tag in TAGS for row in tag.limits)


def check_names(values: Mapping[str, Value]) -> None:
    """Raise :class:`lib.settings.SettingError` when a stored value is the limit of a tag that has no such limit."""
    known = {row.name for row in settings()}
    if unknown := sorted(name for name in values if name.startswith("tags.") and name not in known):
        raise SettingError(f"settings.toml: no tag has the limit {', '.join(unknown)}; mend the name or delete the line")


def limits_of(tag: Tag, values: Mapping[str, Value]) -> dict[str, Value]:
    """The limits in force of one tag by short name; raises :class:`lib.settings.SettingError` for a value out of bounds."""
    return {short(row): value(row, values) for row in tag.limits}


def limits(values: Mapping[str, Value]) -> dict[str, dict[str, Value]]:
    """The limits in force of every tag: ``{"high_pressure": {"days": 3, "after": 21.0, "linger": 7}, …}``."""
    return {tag.key: limits_of(tag, values) for tag in TAGS}


def _number(limit: Value) -> str:
    """A checked number as a SQL literal without exponent."""
    if isinstance(limit, bool) or not isinstance(limit, (int, float)):
        raise TypeError(f"a limit must be a number, not {limit!r}")
    return format(Decimal(repr(limit)), "f")


def _filled(template: str, tag: Tag, as_of: date, values: Mapping[str, Value]) -> str:
    text = template.replace("{as_of}", f"date '{as_of:%Y-%m-%d}'").replace("{forever}", FOREVER)
    for name, limit in limits_of(tag, values).items():
        text = text.replace("{" + name + "}", _number(limit))
    return text


def _json(tag: Tag) -> str:
    """SQL that writes the evidence of one episode as JSON text, keys in the declared order."""
    parts = []
    for item in tag.evidence:
        raw = f"cast({item.sql} as varchar)"
        if item.text:
            raw = f"'\"' || {raw} || '\"'"
        taken = raw if item.whole else f"max(case when r.place = 1 then {raw} end)"
        parts.append(f"'\"{item.key}\": ' || coalesce({taken}, 'null')")
    return "'{' || " + " || ', ' || ".join(parts) + " || '}'"


def sql(tag: Tag, as_of: date, values: Mapping[str, Value]) -> str:
    """The statement that yields the episodes of one tag: person_no, tag, since, until, strength, evidence (JSON text).

    Intervals are clipped to the time of employment, begin by ``as_of``, and are joined where they overlap or touch; ``until`` is
    null while the last day lies on or after ``as_of``.
    """
    return _filled(f"""
with
{tag.condition.strip()},
employed as (
    select
        i.*,
        greatest(i.since, p.hire_date) as from_day,
        least(i.until, coalesce(p.leave_date, i.until)) as to_day
    from intervals as i
    join employees as p on p.person_no = i.person_no
),
held as (select e.* from employed as e where e.from_day <= e.to_day and e.from_day <= {{as_of}}),
reached as (
    select
        h.*,
        max(h.to_day) over (
            partition by h.person_no order by h.from_day, h.since, h.until rows between unbounded preceding and 1 preceding
        ) as day_before
    from held as h
),
numbered as (
    select
        r.*,
        sum(case when r.day_before is null or r.from_day > r.day_before + 1 then 1 else 0 end) over (
            partition by r.person_no order by r.from_day, r.since, r.until rows between unbounded preceding and current row
        ) as run
    from reached as r
),
runs as (
    select n.*, row_number() over (partition by n.person_no, n.run order by n.from_day, n.since, n.until) as place
    from numbered as n
),
episodes as (
    select
        r.person_no,
        '{tag.key}' as tag,
        min(r.from_day) as since,
        case when max(r.to_day) >= {{as_of}} then null else max(r.to_day) end as until,
        round(max(case when r.place = 1 then r.strength end), 3) as strength,
        {_json(tag)} as evidence
    from runs as r
    group by r.person_no, r.run
)
select * from episodes
""", tag, as_of, values).strip()


# --- sentences --------------------------------------------------------------------------------------------------------------

def _percent(share: float, lang: str, signed: bool = False) -> str:
    """``-0.184`` → ``−18 %``; a zero after rounding keeps no sign."""
    rounded = round(share * 100)
    sign = "−" if rounded < 0 else "+" if signed and rounded > 0 else ""
    return f"{sign}{abs(rounded)} %"


def clock(hours: float) -> str:
    """Hours after midnight as a clock time: ``21.5`` → ``21:30``; the next day begins again at 00."""
    minutes = round(hours * 60)
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _limit_words(row: Setting, limit: Value, lang: str) -> str:
    if row.unit == "share":
        return f"{float(limit) * 100:g} %"
    if row.unit == "clock":
        return clock(float(limit))
    return f"{limit:g}" if isinstance(limit, (int, float)) else str(limit)


def rule_sentence(tag: Tag, values: Mapping[str, Value], lang: str) -> str:
    """The rule in words with the limits in force."""
    words = {short(row): _limit_words(row, value(row, values), lang) for row in tag.limits}
    return tag.rule.in_(lang).format(**words)


def _joined(items: Iterable[str], lang: str) -> str:
    listed = list(items)
    if len(listed) < 2:
        return "".join(listed)
    comma, last = say_in(lang, "tags.comma"), say_in(lang, "tags.and")
    return comma.join(listed[:-1]) + last + listed[-1]


def _words_of(tag: Tag, evidence: Mapping[str, object], lang: str) -> dict[str, object]:
    """The evidence as words of the reminder: shares as percent, minutes as clock time, kinds by their label."""
    words: dict[str, object] = {key: "–" if found is None else found for key, found in evidence.items()}
    if "falls" in evidence:
        words["falls"] = _joined((_percent(float(fall), lang) for fall in evidence["falls"] or ()), lang)  # type: ignore[union-attr]
        words["chance"] = say_in(lang, "tags.chance") if evidence.get("chance") else ""
    if "latest" in evidence:
        words["latest"] = clock(float(evidence["latest"] or 0) / 60)  # type: ignore[arg-type]
    if "minutes_over" in evidence:
        words["minutes_over"] = f"{float(evidence['minutes_over'] or 0):.0f}"  # type: ignore[arg-type]
    if "kinds" in evidence:
        words["kinds"] = _joined((say_in(lang, f"life.{kind}") for kind in evidence["kinds"] or ()), lang)  # type: ignore[union-attr]
    if "rate" in evidence:
        own, team = evidence.get("own"), evidence.get("team")
        compared = [say_in(lang, "tags.than_own", share=_percent(float(own), lang))] if own is not None else []  # type: ignore[arg-type]
        compared += [say_in(lang, "tags.than_team", share=_percent(float(team), lang))] if team is not None else []  # type: ignore[arg-type]
        compared += [say_in(lang, "tags.said")] if evidence.get("said") else []
        words["rate"] = _percent(float(evidence["rate"] or 0), lang)  # type: ignore[arg-type]
        words["compared"] = "".join(compared)
    return words


def reminder(tag: str, evidence: Mapping[str, object] | str, lang: str) -> str:
    """The reminder sentence of one episode, for example ``连续 2 周下降,−18 % 和 −22 %``.

    ``evidence`` is the episode's JSON, read or as text; KeyError for an unknown tag or missing evidence.
    """
    known = by_key(tag)
    read = json.loads(evidence) if isinstance(evidence, str) else evidence
    return known.reminder.in_(lang).format(**_words_of(known, read, lang))


# --- rows -------------------------------------------------------------------------------------------------------------------

def tag_rows(values: Mapping[str, Value]) -> list[tuple[str, str, str, str, str, str, int]]:
    """The rows of the published table ``tags``: tag, zh, en, rule_zh, rule_en, limits (JSON), sort."""
    return [(tag.key, tag.label.zh, tag.label.en, rule_sentence(tag, values, "zh"), rule_sentence(tag, values, "en"),
             json.dumps(limits_of(tag, values)), place) for place, tag in enumerate(TAGS, 1)]


_HEADS = {"zh": ("标签", "规则", "应有的关怀", "限值(设置项 = 默认值)"), "en": ("Tag", "Rule", "Care due", "Limits (setting = default)")}


def readme_table(lang: str) -> str:
    """The tags as a Markdown table with their default limits, for the README."""
    lines = ["| " + " | ".join(_HEADS[lang]) + " |", "|---|---|---|---|"]
    for tag in TAGS:
        listed = "<br>".join(f"`{row.name}` = {row.default:g}" for row in tag.limits)
        lines.append(f"| {tag.label.in_(lang)} `{tag.key}` | {rule_sentence(tag, {}, lang)} | {tag.care_due.in_(lang)} | {listed} |")
    return "\n".join(lines) + "\n"
