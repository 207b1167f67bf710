"""Run the marts: each ``*.sql`` file of this room becomes one table, in the order of :data:`ORDER`.

A mart's header is its contract: what a row is, its ``grain``, and ``truth`` lines (``-- truth: sentence | condition``), each a
condition that no row may break (an unknown value keeps it).  :func:`truths` reads them and :func:`broken` counts what breaks
them; tests run both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import duckdb

from lib.intake.signals import SIGNALS
from lib.marts import care, holidays
from lib.settings import METRICS, SETTINGS, Setting, SettingError, Value, get, value

Report = Callable[[str, int | None], None]

# Declared here and not beside its tag because the marts count late evenings too; lib/tags/rules.py takes it from here.
LATE_AFTER = Setting("tags.high_pressure.after", 21.0, "clock",
                     "下班打卡晚于该时刻(24 小时制,可用小数)算晚下班", "A check-out after this hour (24-hour clock) is late", 12, 30)

ORDER = ("employees", "teams", "employee_days", "week_sums", "business_lines", "employee_weeks", "team_weeks", "talk_signals",
         "talks", "life_events", "leavings", "deals", "customers", "goals", "peer_weeks", "quality",
         "promotions", "peer_contacts", "tickets",
         "care_talks", "care_cards", "care_reminders", "care_promises", "care_events", "care_draws",
         "app_goals", "app_consultations", "app_points", "app_choices", "mentor_pairs", "mentor_sessions", "help_requests", "app_thanks",
         "app_stories", "app_activities", "check_ins", "leave_requests", "app_supports", "app_felt", "pulse_waves", "pulse_results",
         "risk_interventions", "risk_outcomes", "risk_held",
         "consultations", "open_intents",
         "mentee_progress", "mentor_days", "mentor_facts", "colleagues",
         "goal_recorders", "goal_line_days", "goal_weekdays", "goal_people", "goal_metrics", "goal_facts", "goal_rules", "goal_wholes",
         "goal_paces", "goal_given",
         "goal_team_weeks",
         "goal_days")
NEWCOMER_SHARES = ("goals.newcomer.1", "goals.newcomer.2", "goals.newcomer.3")
DEFAULT_GOALS = (("goals.default.deals_month", "deals", "month"), ("goals.default.intents_week", "intents", "week"),
                 ("goals.default.effective_day", "effective", "day"))
# Tables that only serve the next step and are dropped at the end.
PASSING = ("week_sums", "goal_recorders", "goal_line_days", "goal_weekdays")
PUBLISHED = tuple(name for name in ORDER if name not in PASSING)
_METRIC = "performance.metric."
SCORE_PARTS = ("length", "contact", "outcome", "handled", "quality")
"""What the score of a consultation is made of: settings ``morale.score.length``, ``morale.score.contact``, ``morale.score.outcome``,
``morale.score.handled``, ``morale.score.quality``."""


def _quoted(text: object) -> str:
    """A SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"


def metric_choices(values: Mapping[str, Value]) -> dict[str, str]:
    """The measure that settings choose for each business line, by line (defaults included).

    Raises :class:`lib.settings.SettingError` for a measure that is not counted.
    """
    chosen = {row.name.removeprefix(_METRIC): str(value(row, values)) for row in SETTINGS if row.name.startswith(_METRIC)}
    for name, metric in values.items():
        if name.startswith(_METRIC):
            if metric not in METRICS:
                raise SettingError(f"{name}: {metric!r} is none of {', '.join(METRICS)}")
            chosen[name.removeprefix(_METRIC)] = str(metric)
    return chosen


def literals(values: Mapping[str, Value]) -> dict[str, str]:
    """What the ``{names}`` in the SQL files stand for: checked numbers and quoted text only."""
    return {
        "late_after_minutes": str(round(float(value(LATE_AFTER, values)) * 60)),
        "metric_choices": ", ".join(f"({_quoted(line)}, {_quoted(metric)})" for line, metric in sorted(metric_choices(values).items())),
        "signal_names": ", ".join(_quoted(signal) for signal in SIGNALS),
        **{f"score_{part}": str(int(get(f"morale.score.{part}", values))) for part in SCORE_PARTS},
        "effective_minutes": str(int(get("goals.effective_minutes", values))),
        "effective_contact": str(bool(get("goals.effective_contact", values))).lower(),
        "suggest_days": str(int(get("morale.suggest_days", values))),
        **{f"newcomer_{nth}": repr(float(get(name, values))) for nth, name in enumerate(NEWCOMER_SHARES, 1)},
        "goal_defaults": ", ".join(
            f"({_quoted(metric)}, {_quoted(period)}, {float(get(name, values))!r})" for name, metric, period in DEFAULT_GOALS),
        # a day that is long gone stands for no holiday at all
        "goal_holidays": ", ".join(f"(date '{first}', date '{last}')" for first, last in
                                   holidays.spans(str(get(holidays.NAME, values))) or [(date(1900, 1, 1), date(1900, 1, 1))]),
    }


@cache
def _text(name: str) -> str:
    return (Path(__file__).parent / f"{name}.sql").read_text("utf-8")


def sql(name: str, as_of: date, values: Mapping[str, Value]) -> str:
    """The statement of one mart with its literals in place."""
    text = _text(name).replace("$as_of", f"date '{as_of:%Y-%m-%d}'")
    for key, literal in literals(values).items():
        text = text.replace("{" + key + "}", literal)
    return text


def truths(name: str, as_of: date, values: Mapping[str, Value]) -> list[tuple[str, str]]:
    """The truths of one mart: (sentence, SQL condition that every row keeps)."""
    return [(found[1].strip(), found[2].strip())
            for found in re.finditer(r"^-- truth: (.+?) \| (.+)$", sql(name, as_of, values), re.MULTILINE)]


def grain(name: str) -> tuple[str, ...]:
    """The columns of the ``grain`` line of a mart."""
    found = re.search(r"^-- grain: (.+)$", _text(name), re.MULTILINE)
    return tuple(part.strip() for part in found[1].split(",")) if found else ()


def broken(con: duckdb.DuckDBPyConnection, name: str, as_of: date, values: Mapping[str, Value]) -> dict[str, int]:
    """How many rows of the built mart break each of its truths; only truths that are broken are named."""
    kept = truths(name, as_of, values)
    if not kept:
        return {}
    asked = ", ".join(f"count(case when not ({condition}) then 1 end)" for _, condition in kept)
    found = con.execute(f"select {asked} from {name}").fetchone()
    counts = dict(zip((sentence for sentence, _ in kept), found, strict=True))
    return {sentence: rows for sentence, rows in counts.items() if rows}


def build(con: duckdb.DuckDBPyConnection, as_of: date, values: Mapping[str, Value],
          report: Report = lambda step, rows: None) -> None:
    """Make every mart from the ``src_*`` tables of the connection, as the company stood on ``as_of``.

    Without ``src_care_*`` tables (:func:`lib.marts.care.load`) nobody has logged anything in the app.

    ``values`` are the stored settings; ``report(step, rows)`` is called after each table.
    """
    care.load(con)
    for name in ORDER:
        con.execute(f"create or replace table {name} as\n{sql(name, as_of, values)}")
        if name not in PASSING:
            report(name, con.execute(f"select count(*) from {name}").fetchone()[0])
    for name in PASSING:
        con.execute(f"drop table {name}")


_LAST = """
select max(day) from (
    select max(work_date) as day from src_attendance
    union all select max(cast(started_at as date)) from src_calls
    union all select max(work_date) from src_activity_days
    union all select max(closed_on) from src_deals where stage <> 'open'
    union all select max(talked_on) from src_talks
) as days
"""
_LAST_KNOWN = "select greatest(max(hire_date), max(leave_date)) from src_employees"


def last_day(con: duckdb.DuckDBPyConnection) -> date:
    """The company's "today": the last day with data in a dated source, else the latest day of hiring or leaving.

    LookupError when there is nothing at all.
    """
    for question in (_LAST, _LAST_KNOWN):
        found = con.execute(question).fetchone()[0]
        if found is not None:
            return found
    raise LookupError("no source has a single day; import employees and attendance, calls or daily totals first")
