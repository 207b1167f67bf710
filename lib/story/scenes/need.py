"""Who needs care: the share of people with a tag by team, neediest first; of one team, by tag; of a private tag, of everybody alone."""

from __future__ import annotations

import pandas as pd

from lib.story import said
from lib.story.scene import Line, Picture, Scene, Series
from lib.story.scenes import ask as asking
from lib.story.scenes import stand
from lib.story.scenes.ask import PRIVATE, Ask
from lib.words import say

BARS = 10
"""So many teams can be read from the back row."""
HIDDEN = 2
"""So many of the teams that are not told stand in the picture, hatched; the note counts them all."""


def there(ask: Ask) -> bool:
    """Whether a tag that asks for care was ever carried."""
    return bool(ask.desk.read("glance_sources")["has_tags"].iloc[0])


def make(ask: Ask) -> Scene | None:
    """Teams, or the tags of one team; None where no tag was ever carried."""
    if not there(ask):
        return None
    if ask.wish.tag in PRIVATE:
        return _private(ask)
    return _of_one(ask) if ask.nth else _teams(ask)


def _teams(ask: Ask) -> Scene:
    rows = (asking.ranked(ask.desk.read("story_need_teams", **ask.here, tag=ask.wish.tag), carry_share=False) if ask.wish.tag
            else asking.neediest(ask.desk.read("glance_teams", **ask.here)))
    shown = rows[rows["people"].notna()]
    if shown.empty:
        raise asking.too_few(ask)
    picture, bars = picture_of(rows, "carrying", "carry_share", say("story.need.series.tag" if ask.wish.tag else "story.need.series"))
    out, top = shown[shown["stands_out"].astype(bool)], shown.iloc[0]
    title = _title(ask, shown, out)
    teams, small = int(rows["teams_in_all"].iloc[0]), int(rows["small_teams"].iloc[0])
    people = int(shown["people"].sum())
    rest = teams - small - len(bars)
    alt = say("story.need.alt", where=asking.everybody(ask), bars=said.listed(
        say("story.need.bar", team=row["team"], share=said.percent(row["carry_share"]), carrying=int(row["carrying"]), people=int(row["people"])) for row in bars[:5]))
    # the first that stands out need not be on top: of a small team with a higher share less is certain
    first = out.iloc[0] if len(out) else top
    whose = {"team": first["team"], "people": int(first["people"]), "carrying": int(first["carrying"])}
    notes = said.text(say("story.need.note.out.first", n=said.count("teams", len(out)), **whose) if len(out) else say("story.need.note.top", **whose),
                      "" if len(out) else say("story.need.note.none" if len(shown) > 1 else "story.need.note.only"), say("story.need.note.not"))
    left = said.text(say("story.need.left.rest", n=said.count("teams", rest)) if rest > 0 else "", "" if ask.wish.tag else say("story.stand.left"))
    rule = say("story.need.rule" if not ask.wish.tag else "story.need.rule.tag", tag=asking.tag_name(ask.desk, ask.wish.tag) if ask.wish.tag else "")
    return Scene(ask.wish, title, picture, asking.foot(rule, said.count("people", people), said.week(ask.week)), people, said.week(ask.week), notes, alt,
                 sure=bool(len(out)), left_out=left, hidden_note=asking.small(small, ask.desk.smallest_group()), more=() if ask.wish.tag else _by_tag(ask))


def _by_tag(ask: Ask) -> tuple[str, ...]:
    """The tags that most people carry here, as Glance counts them; private ones and settling in are not among them."""
    rows = ask.desk.read("glance_tags", **ask.here)
    rows = rows[~rows["tag"].isin([*PRIVATE, "new_hire"]) & (rows["people"].fillna(0) > 0)].sort_values("people", ascending=False, kind="stable").head(2)
    tags = said.listed(say("story.need.more.tag", tag=asking.tag_name(ask.desk, row.tag), n=said.number(row.people)) for row in rows.itertuples())
    return (say("story.need.more.tags", tags=tags),) if tags else ()


def _title(ask: Ask, shown: pd.DataFrame, out: pd.DataFrame) -> str:
    """The finding: which team stands out from the mean of all that are shown, that none does, or that there is none to compare with."""
    of = "story.need.tag" if ask.wish.tag else "story.need"
    if not int(shown["carrying"].sum()):
        return asking.titled(ask, say(f"{of}.nobody"))
    first = out.iloc[0] if len(out) else shown.iloc[0]
    values = {"people": int(first["people"]), "carrying": int(first["carrying"]), "share": said.percent(first["carry_share"]), "team": said.short(first["team"]), "n": len(out),
              "mean": said.percent(shown["carrying"].sum() / shown["people"].sum())}
    key = f"{of}.out" if len(out) > 1 else f"{of}.out.one" if len(out) else f"{of}.chance" if len(shown) > 1 else f"{of}.only"
    return asking.titled(ask, say(key, **values), say(f"{key}.short", **values))


def picture_of(rows: pd.DataFrame, hits: str, share: str, series: str, lines: tuple[Line, ...] = ()) -> tuple[Picture, list]:
    """Teams as bars with their Wilson intervals, the first :data:`BARS`, and the rows that are drawn; teams without ``people`` are hidden."""
    shown, hidden = rows[rows["people"].notna()], rows[rows["people"].isna()].sort_values("team").head(HIDDEN)
    bars = shown.head(BARS - len(hidden)).to_dict("records")
    ends = [said.wilson(min(row[hits], row["people"]), row["people"]) for row in bars]
    labels = (*(say("story.label", name=row["team"], n=int(row["people"])) for row in bars), *hidden["team"])
    none = (None,) * len(hidden)
    marked = frozenset(place for place, row in enumerate(bars) if row.get("stands_out"))
    return Picture(
        "bars", labels, (Series(series, (*(float(row[share]) * 100 for row in bars), *none), (*(low * 100 for low, _ in ends), *none),
                                (*(high * 100 for _, high in ends), *none), tone="care" if marked else "primary"),),
        unit="%", asks=(*(str(row["team"]) for row in bars), *hidden["team"]), hidden=frozenset(range(len(bars), len(labels))), marked=marked, lines=lines), bars


def _of_one(ask: Ask) -> Scene:
    """One team by tag: what it is that its people carry."""
    trend = stand.trend_of(ask)
    rows = ask.desk.read("story_team_tags", week=ask.week, nth=ask.nth)
    if rows.empty or trend.empty:
        raise asking.too_few(ask)
    # settling in is no need for care, unless it is what is asked for
    rows = rows[rows["tag"] == ask.wish.tag] if ask.wish.tag else rows[rows["tag"] != "new_hire"]
    rows = rows.sort_values("carrying", ascending=False, kind="stable")
    people, carrying = int(trend["people"].iloc[-1]), int(trend["carrying"].iloc[-1])
    names = [asking.tag_name(ask.desk, tag) for tag in rows["tag"]]
    top = rows.iloc[0]
    values = {"people": people, "carrying": carrying, "share": said.ranged(*(trend[name].iloc[-1] for name in ("carry_share", "carry_low", "carry_high"))),
              "tag": names[0], "n": said.count("people", top["carrying"])}
    if not ask.wish.tag and carrying > int(rows["carrying"].sum()):
        return _together(ask, values, trend)
    key = "story.need.one.nobody" if not carrying else "story.need.one.tag" if ask.wish.tag else "story.need.one"
    title = asking.titled(ask, say(key, **values), say("story.need.one.short", **values))
    shares = [float(value) / people * 100 for value in rows["carrying"]]
    ends = [said.wilson(min(value, people), people) for value in rows["carrying"]]
    picture = Picture("bars", tuple(names), (Series(say("story.need.series.one"), tuple(shares), tuple(low * 100 for low, _ in ends), tuple(high * 100 for _, high in ends)),),
                      unit="%", marked=frozenset({0}) if carrying else frozenset())
    alt = say("story.need.alt", where=ask.wish.team, bars=said.listed(
        say("story.need.bar", team=name, share=said.percent(value / people), carrying=int(value), people=people) for name, value in zip(names, rows["carrying"], strict=True)))
    notes = said.text(say("story.need.note.one", team=ask.wish.team, people=people, carrying=carrying), say("story.need.note.small", n=said.count("people", people)),
                      say("story.need.note.not"))
    before = said.known(top["before"])
    more = (say("story.need.more.before", tag=names[0], now=int(top["carrying"]), before=said.number(before)),) if before is not None else ()
    return Scene(ask.wish, title, picture, asking.foot(say("story.need.rule.one"), said.count("people", people), said.week(ask.week)), people, said.week(ask.week), notes, alt,
                 left_out=say("story.need.left.private" if ask.wish.tag else "story.need.left.one"), more=more)


def _together(ask: Ask, values: dict, trend: pd.DataFrame) -> Scene:
    """A team in which more people carry a tag than the tags that may be told of it add up to: by tag the rest would be told of somebody."""
    now, people = trend.iloc[-1], values["people"]
    title = asking.titled(ask, say("story.need.one.few", **values), say("story.need.one.short", **values))
    picture = Picture("bars", (say("story.label", name=ask.wish.team, n=people),),
                      (Series(say("story.need.series"), (float(now["carry_share"]) * 100,), (float(now["carry_low"]) * 100,), (float(now["carry_high"]) * 100,)),), unit="%")
    notes = said.text(say("story.need.note.one", team=ask.wish.team, people=people, carrying=values["carrying"]), say("story.need.note.small", n=said.count("people", people)),
                      say("story.need.note.not"))
    return Scene(ask.wish, title, picture, asking.foot(say("story.need.rule.all"), said.count("people", people), said.week(ask.week)), people, said.week(ask.week), notes, title,
                 left_out=say("story.stand.left"))


def _private(ask: Ask) -> Scene:
    """A private tag: the whole company's share alone; never by team, nor of a department."""
    trend = stand.trend_of(ask)
    if trend.empty:
        raise asking.too_few(ask)
    now = trend.iloc[-1]
    people, share = int(now["people"]), said.ranged(now["carry_share"], now["carry_low"], now["carry_high"])
    values = {"carrying": said.count("people", now["carrying"]), "people": said.number(people), "share": share}
    title = asking.titled(ask, say("story.need.private", **values), say("story.need.private.short", **values))
    picture = Picture("bars", (say("story.label", name=asking.everybody(ask), n=people),),
                      (Series(say("story.stand.series"), (float(now["carry_share"]) * 100,), (float(now["carry_low"]) * 100,), (float(now["carry_high"]) * 100,)),), unit="%")
    return Scene(ask.wish, title, picture, asking.foot(say("story.stand.rule.tag"), said.count("people", people), said.week(ask.week)), people, said.week(ask.week),
                 said.text(say("story.need.note.private"), say("story.need.note.not")), title, left_out=say("story.need.left.private"))
