"""Team morale: the index of each team with its interval and the target, lowest first; of one team its weeks."""

from __future__ import annotations

from statistics import NormalDist

import pandas as pd

from lib import settings
from lib.story import said
from lib.story.scene import Line, Picture, Scene, Series
from lib.story.scenes import ask as asking
from lib.story.scenes.ask import Ask
from lib.story.scenes.need import BARS, HIDDEN
from lib.words import say


def there(ask: Ask) -> bool:
    """Whether any team ever had an index."""
    return _since(ask) is not None


def make(ask: Ask) -> Scene | None:
    """Teams, or the weeks of one team; None where no team ever had an index."""
    if not there(ask):
        return None
    return trend(ask) if ask.nth else _teams(ask)


def target(ask: Ask) -> float:
    """The target of the index, as it is set now."""
    return float(settings.get("morale.target", settings.stored(ask.desk.data_dir)))


def _since(ask: Ask) -> object | None:
    first = ask.desk.read("story_since")["morale"].iloc[0]
    return None if pd.isna(first) else first


def _unknown(ask: Ask) -> asking.Untold:
    """Why there is no index of the week: the week lies before the first one, or those asked for are too few."""
    first = _since(ask)
    if pd.Timestamp(ask.week) < pd.Timestamp(first):  # type: ignore[arg-type]
        return asking.Untold("story.untold.from", first=said.day(first))
    return asking.too_few(ask)


def _between(low: float | None, high: float | None) -> str:
    """An interval as it stands behind its figure; '' where none is known."""
    found = said.between(low, high)
    return f" {found}" if found else ""


# --- teams ------------------------------------------------------------------------------------------------------------------------

def _teams(ask: Ask) -> Scene:
    aim = target(ask)
    rows = asking.ranked(ask.desk.read("story_morale_teams", **ask.here, target=aim), value=True)
    weeks = ask.desk.read("story_morale_weeks", **ask.here, nth=0)
    if rows.empty or rows["value"].isna().all() or weeks.empty or weeks["week"].iloc[-1] != pd.Timestamp(ask.week):
        raise _unknown(ask)
    now, first = weeks.iloc[-1], rows.iloc[0]
    known, small = rows[rows["value"].notna()], int(first["small_teams"])
    hidden = rows[rows["people"].isna()].sort_values("team").head(HIDDEN)
    bars = known.head(BARS - len(hidden))
    title, sure = _title(ask, now, rows, aim)
    none = (None,) * len(hidden)
    labels = (*(say("story.label", name=row.team, n=int(row.people)) for row in bars.itertuples()), *hidden["team"])
    span = lambda name: (*(said.known(value) for value in bars[name]), *none)
    picture = Picture("bars", labels, (Series(say("story.morale.series"), span("value"), span("low"), span("high")),), digits=0,
                      asks=(*bars["team"], *hidden["team"]), hidden=frozenset(range(len(bars), len(labels))),
                      marked=frozenset(place for place, real in enumerate(bars["real"]) if real), lines=(Line(aim, say("story.morale.target")),))
    people, rest = int(first["known_people"]), int(first["teams_in_all"]) - small - len(bars)
    alt = say("story.morale.alt", where=asking.everybody(ask), target=said.number(aim, 0), bars=said.listed(
        say("story.morale.bar", team=row.team, value=said.number(row.value, 0), between=_between(row.low, row.high)) for row in bars.head(5).itertuples()))
    notes = said.text(
        say("story.morale.note.all", value=said.number(now["value"], 0), between=_between(now["low"], now["high"]), people=said.count("people", people)),
        say("story.morale.note.under", n=said.count("teams", first["under"]), m=said.count("teams", first["surely_under"]), target=said.number(aim, 0)) if int(first["under"]) else "",
        say("story.morale.note.real" if sure else "story.morale.note.swing" if int(first["told"]) else "story.morale.note.untold"), say("story.morale.note.not"))
    left = say("story.morale.left", n=said.count("teams", rest)) if rest > 0 else ""
    more = [say("story.morale.more.all", value=said.number(now["value"], 0), between=_between(now["low"], now["high"]))]
    if int(first["under"]):
        more.append(say("story.morale.more.under", n=said.count("teams", first["under"]), target=said.number(aim, 0)))
    return Scene(ask.wish, title, picture, asking.foot(say("story.morale.rule"), said.count("people", people), said.week(ask.week)), people, said.week(ask.week), notes, alt,
                 sure=sure, left_out=left, hidden_note=asking.small(small, ask.desk.smallest_group()), more=(*asking.not_by(ask, "tag"), *more)[:3])


def _title(ask: Ask, now: pd.Series, rows: pd.DataFrame, aim: float) -> tuple[str, bool]:
    """The finding and whether it is more than chance: who moved by more than the own swings, else how many are under the target."""
    first = rows.iloc[0]
    value, between = said.number(now["value"], 0), _between(now["low"], now["high"])
    titled = lambda *sentences: asking.titled(ask, *sentences, tag=False)
    real = rows[rows["real"]]
    for way, sign in (("down", -1), ("up", 1)):
        n = int(first[way])
        movers = real[real["change"] * sign > 0]
        if not n or movers.empty:
            continue
        mover = movers.loc[movers["change"].abs().idxmax()]
        words = {"team": said.short(mover["team"]), "points": said.count("points", abs(mover["change"])), "value": said.number(mover["value"], 0), "n": said.number(n)}
        key = f"story.morale.{way}" if n == 1 else f"story.morale.{way}.more"
        return titled(say(key, **words), say(f"{key}.short", **words)), True
    under, surely = int(first["under"]), _surely_under(rows, aim)
    words = {"value": value, "between": between, "n": said.count("teams", surely or under), "target": said.number(aim, 0)}
    if surely:
        return titled(say("story.morale.under.one" if surely == 1 else "story.morale.under", **words), say("story.morale.short", **words)), True
    if not int(first["told"]):
        return titled(say("story.morale.untold", value=value, between=between), say("story.morale.untold.short", value=value)), False
    key = "story.morale.maybe.one" if under == 1 else "story.morale.maybe" if under else "story.morale.steady"
    return titled(say(key, **words), say("story.morale.short", **words)), False


def _surely_under(rows: pd.DataFrame, aim: float) -> int:
    """How many teams lie under the target by more than chance gives any of so many: their intervals at the width of Bonferroni's rule."""
    known = rows[rows["value"].notna()]
    wider = NormalDist().inv_cdf(1 - 0.025 / max(len(known), 1)) / NormalDist().inv_cdf(0.975)
    return int((known["value"] + (known["high"] - known["value"]) * wider < aim).sum())


# --- weeks ------------------------------------------------------------------------------------------------------------------------

def trend(ask: Ask) -> Scene:
    """The index over 12 weeks: of one team, a department or everybody."""
    weeks = ask.desk.read("story_morale_weeks", **ask.here, nth=ask.nth)
    if weeks.empty or weeks["week"].iloc[-1] != pd.Timestamp(ask.week):
        raise _unknown(ask)
    aim, now = target(ask), weeks.iloc[-1]
    value, between, people = said.number(now["value"], 0), _between(now["low"], now["high"]), int(now["people"])
    words = {"value": value, "between": between, "target": said.number(aim, 0), "points": said.count("points", abs(now["change"])) if said.known(now["change"]) is not None else "–"}
    over = said.known(now["low"]) is not None and now["low"] > aim
    below = said.known(now["high"]) is not None and now["high"] < aim
    if ask.nth and bool(now["real"]):
        key, sure = ("story.morale.one.down" if now["change"] < 0 else "story.morale.one.up"), True
    elif ask.nth and said.known(now["usual_swing"]) is not None:
        key, sure = "story.morale.one.swing", False
    else:
        key, sure = ("story.morale.all.over", True) if over else ("story.morale.all.below", True) if below else ("story.morale.all.near", False)
    title = asking.titled(ask, say(key, **words), say("story.morale.short", **words), tag=False)
    index, ends_low, ends_high = (tuple(said.known(each) for each in weeks[name]) for name in ("value", "low", "high"))
    picture = Picture("trend", tuple(said.short_day(week) for week in weeks["week"]), (Series(say("story.morale.series"), index, ends_low, ends_high),),
                      days=said.days(weeks["week"]), marked=frozenset({len(weeks) - 1}), lines=(Line(aim, say("story.morale.target")),))
    low, high = weeks.loc[weeks["value"].idxmin()], weeks.loc[weeks["value"].idxmax()]
    alt = say("story.morale.trend.alt", where=asking.everybody(ask), weeks=len(weeks), value=value, between=between, low=said.number(low["value"], 0),
              low_week=said.short_day(low["week"]), high=said.number(high["value"], 0), high_week=said.short_day(high["week"]))
    notes = said.text(say("story.morale.note.all", value=value, between=between, people=said.count("people", people)),
                      say("story.morale.note.real") if sure else say("story.morale.note.swing"), say("story.morale.note.not"))
    period = asking.span(ask.week, len(weeks))
    return Scene(ask.wish, title, picture, asking.foot(say("story.morale.rule.trend"), said.count("people", people), period), people, period, notes, alt, sure=sure,
                 more=tuple(asking.not_by(ask, "tag")))
