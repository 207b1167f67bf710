"""Moves: what else of a week really changed, beside the four figures of :mod:`lib.morale.changes`, and one rule over all of them.

Of every team its morale index (held against its own swings by :mod:`lib.morale.index`), the share of cares that were given by their due
day, and how many people gave notice; of the whole company the same three and the mean chance of notice within 90 days; and what the newest
fixed read says of the effect of care, in the four weeks after it.  Cares and notices are counted cases (:mod:`lib.morale.rare`); the chance is
judged as the figures of teams are: two looks, own past swings.

**One family.**  A boss reads all of it in one list, so all of it is one question: Holm's rule runs over everything that can be told in a
week, these and the figures of ``team_changes``, whose ``p_adjusted`` and ``real`` are written anew.  In a quiet week the chance that
anything at all is called real is thus 5 %, whichever room it comes from.  (A larger family only ever makes it harder to be real.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd

from lib import settings
from lib.morale import index, rare
from lib.morale.changes import FAMILY_ERROR, LEVEL, MONTH, PAST, SHOWN_WEEKS, Judged, Panel, by_team_and_week, holm, judge
from lib.settings import Value

Report = Callable[[str, int | None], None]

MEASURES = ("morale", "care_kept", "leaving", "risk", "effect")
WORSE_WHEN_UP = {"morale": False, "care_kept": False, "leaving": True, "risk": True, "effect": False}
COMPANY = ""
READ_WEEKS = 4          # so many weeks after its day a read is news
_FIGURES = ("value", "before", "change", "low", "high", "p")
_COLUMNS = ("level", "team", "week", "measure", *_FIGURES, "span", "people")

_TEAMS = """
with
gone as (
    select e.team, cast(date_trunc('week', coalesce(e.notice_date, e.leave_date)) as date) as week, count(*) as people
    from employees as e
    where coalesce(e.notice_date, e.leave_date) is not null and e.team is not null
    group by e.team, cast(date_trunc('week', coalesce(e.notice_date, e.leave_date)) as date)
)
select
    w.team, w.week, coalesce(w.business_line, '') as business_line, w.headcount, coalesce(g.people, 0) as gone,
    coalesce(c.kept, 0) as kept, coalesce(c.came_due, 0) as came_due,
    w.headcount >= $least or sum(case when w.headcount < $least then w.headcount end) over (partition by w.week, coalesce(w.department, '')) >= $least as counted
from team_weeks as w
left join gone as g on g.team = w.team and g.week = w.week
left join care_weeks as c on c.team = w.team and c.week = w.week
where w.week + 6 <= $as_of and w.week > $since
order by w.team, w.week
"""
_HAS = """
select
    exists (select 1 from employees where notice_date is not null or leave_date is not null) as exits,
    exists (select 1 from talks where tag is not null) as cares
"""
_MORALE = """
select team, week, headcount, value, change, usual_swing, p
from morale_weeks
where change is not null
order by team, week
"""
# The chances of a Monday know what was dated before it: they stand for the week that ended the day before.
_RISK = "select week - 7 as week, sum(p90) as p90, sum(people) as people from risk_levels where week <= $as_of + 1 group by week order by week"
_READ = """
select r.read_on, c.value, c.low, c.high, c.p_adjusted as p, c.cared + c.compared as people, c.verdict
from effect_reads as r
join effect_cells as c on c.read_on = r.read_on and c.scope = 'all' and c.outcome = 'performance'
where r.current and r.kind = 'quarterly' and c.p_adjusted is not null and c.value is not null
"""
_TABLE = """
create or replace table glance_moves as
select
    level, team, cast(week as date) as week, measure,
    {figures},
    case when isfinite(p_adjusted) then p_adjusted end as p_adjusted, real, worse, cast(span as integer) as span, cast(people as integer) as people
from moves_found
order by week, level, team, measure
"""
_AGAIN = """
create or replace table team_changes as
select t.* replace (case when a.p_adjusted is not null then a.p_adjusted end as p_adjusted, coalesce(a.real, false) as real)
from team_changes as t
left join adjusted_found as a on a.team = t.team and cast(a.week as date) = t.week and a.measure = t.measure
order by t.team, t.week, t.measure
"""


def build(con: duckdb.DuckDBPyConnection, as_of: date, values: Mapping[str, Value], report: Report = lambda step, rows: None) -> None:
    """Write ``glance_moves`` (level × team × week × measure, the last 26 completed weeks) and ``team_changes`` anew with the joint rule.

    ``level``: team or company (``team`` is '' then).  ``value``, ``before``, ``change`` and the 95 % interval of the change ``low``–``high``:
    morale in points of the index, care_kept as a share 0–1, leaving as notices per person and week, risk as the mean chance 0–1, effect in
    points.  ``p`` null: cannot tell.  ``worse``: a change that is worth a visit.  Reads the marts, ``team_changes``, ``morale_weeks``,
    ``care_weeks``, ``risk_levels``, ``effect_reads`` and ``effect_cells``.

    The company's figures leave out what totals of a page leave out: a team under the smallest group that is shown, unless those of its
    department are such a group together (of the index, which has no such sums, every such team).  So no team follows from them.
    """
    moves = _found(con, as_of, int(settings.get("privacy.min_group", values)))
    known = con.execute("select team, week, measure, p from team_changes where p is not null").df()
    adjusted = _one_family(known, moves)
    moves = moves.assign(p_adjusted=adjusted[len(known):])
    moves = moves.assign(real=moves["p_adjusted"].le(FAMILY_ERROR), worse=moves["change"].gt(0).eq(moves["measure"].map(WORSE_WHEN_UP)))
    con.register("moves_found", moves)
    con.execute(_TABLE.format(figures=", ".join(f"case when isfinite({name}) then {name} end as {name}" for name in _FIGURES)))
    con.unregister("moves_found")
    con.register("adjusted_found", known.assign(p_adjusted=adjusted[:len(known)], real=adjusted[:len(known)] <= FAMILY_ERROR))
    con.execute(_AGAIN)
    con.unregister("adjusted_found")
    report("glance_moves", len(moves))


def _one_family(known: pd.DataFrame, moves: pd.DataFrame) -> np.ndarray:
    """Holm-adjusted p of the rows of both frames in their order, week by week."""
    p = np.concatenate([known["p"].to_numpy(float), moves["p"].to_numpy(float)])
    weeks = np.concatenate([known["week"].to_numpy("datetime64[D]"), moves["week"].to_numpy("datetime64[D]")])
    adjusted = np.full(len(p), np.nan)
    order = np.argsort(weeks, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(weeks[order].astype(int))) + 1) if len(order) else ():
        adjusted[part] = holm(p[part])
    return adjusted


def _found(con: duckdb.DuckDBPyConnection, as_of: date, least: int) -> pd.DataFrame:
    since = as_of - timedelta(weeks=SHOWN_WEEKS + PAST + 2 * LEVEL)
    rows = con.execute(_TEAMS, {"as_of": as_of, "since": since, "least": least}).df()
    has = con.execute(_HAS).df().iloc[0]
    parts = [_of_rates(rows, {"leaving": bool(has["exits"]), "care_kept": bool(has["cares"])})] if len(rows) else []
    parts += [_of_morale(con.execute(_MORALE).df(), least), _of_risk(con.execute(_RISK, {"as_of": as_of}).df())]
    weeks = rows["week"].drop_duplicates().sort_values().tail(SHOWN_WEEKS) if len(rows) else rows.get("week", pd.Series(dtype="datetime64[s]"))
    parts.append(_of_read(con.execute(_READ).df(), weeks))
    parts = [part for part in parts if len(part)]
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({name: pd.Series(dtype="object") for name in _COLUMNS})
    return found.astype({"level": "str", "team": "str", "measure": "str", "week": "datetime64[s]", **dict.fromkeys(_FIGURES, "float"), "span": "int", "people": "int"})


# --- shares and rates ---------------------------------------------------------------------------------------------------------

def _of_rates(rows: pd.DataFrame, has: Mapping[str, bool]) -> pd.DataFrame:
    """Notices and punctual care of every team and of the company, in the columns of the table."""
    teams, weeks, lines, grid = by_team_and_week(rows)
    heads, counted = grid("headcount"), grid("counted") == 1
    parts = []
    for measure, kind, amount, size in (("leaving", "rate", "gone", "headcount"), ("care_kept", "share", "kept", "came_due")):
        if not has[measure]:
            continue
        whole = lambda x: np.nansum(np.where(counted, x, np.nan), axis=0, keepdims=True)
        for level, names, sums in (("team", teams, lambda x: x), ("company", np.array([COMPANY]), whole)):
            panel = Panel(kind, sums(grid(amount)), sums(grid(size)), lines if level == "team" else np.zeros(1, dtype=int))
            found = rare.judge(panel)
            parts.append(_rows(level, names, weeks, measure, {name: getattr(found, name) for name in _FIGURES}, np.full(found.p.shape, MONTH), sums(heads)))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_COLUMNS))


def _rows(level: str, teams: np.ndarray, weeks: np.ndarray, measure: str, figures: Mapping[str, np.ndarray], span: np.ndarray,
          people: np.ndarray) -> pd.DataFrame:
    """Figures of teams × weeks as rows of the weeks that are shown."""
    shown = slice(max(len(weeks) - SHOWN_WEEKS, 0), len(weeks))
    cut = lambda x: x[:, shown].ravel()
    team, monday = np.meshgrid(teams, weeks[shown], indexing="ij")
    frame = pd.DataFrame({"level": level, "team": team.ravel(), "week": monday.ravel().astype("datetime64[s]"), "measure": measure,
                          **{name: cut(values) for name, values in figures.items()}, "span": cut(span), "people": np.nan_to_num(cut(people)).astype(int)})
    return frame[np.isfinite(frame["value"])]


def _clearer(week: Judged, month: Judged) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Of the two looks the clearer one, which costs a factor of two, and its weeks."""
    slow = np.nan_to_num(month.p, nan=2) < np.nan_to_num(week.p, nan=2)
    figures = {name: np.where(slow, getattr(month, name), getattr(week, name)) for name in ("value", "before", "change", "low", "high")}
    p = np.where(np.isfinite(month.p), np.minimum(2 * np.fmin(week.p, month.p), 1), week.p)
    return {**figures, "p": p}, np.where(slow, MONTH, 1)


def _of_risk(rows: pd.DataFrame) -> pd.DataFrame:
    """The mean chance of the company."""
    if rows.empty:
        return pd.DataFrame(columns=list(_COLUMNS))
    people = rows["people"].to_numpy(float)[None]
    panel = Panel("rate", rows["p90"].to_numpy(float)[None], people, np.zeros(1, dtype=int))
    return _rows("company", np.array([COMPANY]), rows["week"].to_numpy("datetime64[D]"), "risk", *_clearer(*judge(panel)), people)


# --- morale and effect ----------------------------------------------------------------------------------------------------------

def together(weeks: pd.DataFrame) -> pd.DataFrame:
    """How several teams together moved: ``week``, ``change`` (mean over the people of the teams whose change is known), ``people``, and what the
    own earlier swings were: their ``mean``, ``wide`` (deviation of one more swing), ``free`` (degrees of freedom), and ``usual_swing`` (95 % of them
    lie within it); NaN under :data:`lib.morale.index.MIN_SWINGS` swings.

    ``weeks``: team × week with ``week``, ``headcount`` and ``change`` in points against a month earlier.  By the rule of the index: swings of the
    month under judgement and the one before it are no yardstick, and swings that lie close share weeks.
    """
    known = weeks[weeks["change"].notna()]
    sums = known.assign(points=known["change"] * known["headcount"]).groupby("week")[["points", "headcount"]].sum().sort_index()
    change = (sums["points"] / sums["headcount"]).to_numpy(float)
    mean, wide, free = (np.full(len(change), np.nan) for _ in range(3))
    for at in range(len(change)):
        past = change[max(at - index.MONTH - index.BEFORE - index.PAST + 1, 0):max(at - index.MONTH - index.BEFORE + 1, 0)]
        if len(past) >= index.MIN_SWINGS:
            mean[at], free[at] = past.mean(), max((len(past) - 1) / 2, 1)
            wide[at] = max(past.std(ddof=1), index.LEAST_SWING) * np.sqrt(1 + 1 / len(past))
    return pd.DataFrame({"week": sums.index, "change": change, "people": sums["headcount"].to_numpy(int), "mean": mean, "wide": wide, "free": free,
                         "usual_swing": wide * _student(free)})


def _student(free: np.ndarray) -> np.ndarray:
    """The 97.5 % point of Student's t (Abramowitz and Stegun 26.7.5): a page reads it, and SciPy takes a third of a second to come."""
    z = 1.959964
    terms = ((z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96, (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384)
    return z + sum(term / free**power for power, term in enumerate(terms, 1))


def _of_morale(rows: pd.DataFrame, least: int) -> pd.DataFrame:
    """The index of every team, as it was judged there, and of all together."""
    if rows.empty:
        return pd.DataFrame(columns=list(_COLUMNS))
    from scipy.special import stdtr

    large = rows[rows["headcount"] >= least]
    whole = together(large)
    whole["p"] = 2 * stdtr(whole["free"], -(whole["change"] - whole["mean"]).abs() / whole["wide"])
    value = large[large["value"].notna()].assign(points=lambda x: x["value"] * x["headcount"]).groupby("week")[["points", "headcount"]].sum()
    means = (value["points"] / value["headcount"]).reindex(whole["week"]).to_numpy(float)
    parts = [rows.assign(level="team", people=rows["headcount"]), whole.assign(level="company", team=COMPANY, value=means)]
    both = pd.concat(parts, ignore_index=True)
    return both.assign(measure="morale", before=both["value"] - both["change"], low=both["change"] - both["usual_swing"],
                       high=both["change"] + both["usual_swing"], span=MONTH)[list(_COLUMNS)]


def _of_read(read: pd.DataFrame, weeks: pd.Series) -> pd.DataFrame:
    """What the newest fixed read says, in the weeks in which it is news.  A read that cannot tell is no change, and counts as one that was asked."""
    if read.empty:
        return pd.DataFrame(columns=list(_COLUMNS))
    one = read.iloc[0]
    sunday = pd.to_datetime(weeks) + pd.Timedelta(days=6)
    news = weeks[(sunday >= pd.Timestamp(one["read_on"])) & (sunday < pd.Timestamp(one["read_on"]) + pd.Timedelta(weeks=READ_WEEKS))]
    told = one["verdict"] in ("works", "harms")
    return pd.DataFrame({"level": "company", "team": COMPANY, "week": news, "measure": "effect", "value": one["value"], "before": 0.0, "change": one["value"],
                         "low": one["low"], "high": one["high"], "p": one["p"] if told else max(float(one["p"]), 0.5), "span": READ_WEEKS,
                         "people": int(one["people"])})
