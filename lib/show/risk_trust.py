"""Risk, how far to trust it: the model card in plain language, how it did in past weeks, about whom it errs, and what has moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from lib.access.desk import Desk
from lib.risk.features import FEATURES
from lib.show import risk_draw, risk_words, shelf
from lib.show.care_live import Asked
from lib.show.parts import Explain, esc, explain, full_day, number
from lib.show.risk_draw import between, chance, known, ranged
from lib.show.sections import Behind, Held
from lib.words import say

CAPACITY = 10
"""People a week that the pictures are about."""
KINDS = ("logistic", "direct", "steps")
"""Kinds of model that may have been published."""
Row = Mapping[Any, Any]


def html(desk: Desk, held: Held) -> str:
    """All of it; the version decides what there is, so it is drawn once a version."""
    return shelf.picture(desk, "risk.trust", (), lambda: _page(desk))


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Nothing is done here."""
    return None


def tables(desk: Desk, held: Held) -> Behind:
    """The rows behind every picture."""
    method = lambda rows: rows.assign(method=rows["method"].map(lambda key: say(f"risk.method.{key}")))
    feature = lambda rows: rows.assign(feature=rows["feature"].map(risk_words.name))
    parts = desk.read("risk_calibrated")
    frames = ((method(desk.read("risk_weeks_tested", capacity=_capacity(desk))), "risk-weeks-tested"),
              (parts.assign(part=[_part(row.kind, row.part) for row in parts.itertuples()]), "risk-calibration"),
              (desk.read("risk_by_quarter"), "risk-quarters"), (_groups_named(desk.read("risk_by_group")), "risk-groups"),
              (feature(desk.read("risk_drifted")), "risk-drift"), (desk.read("risk_alarmed"), "risk-alarms"))
    return [(frame, name, {column: say(f"risk.column.{column}") for column in frame.columns if column != "kind"}) for frame, name in frames if len(frame)]


def _capacity(desk: Desk) -> int:
    rows = desk.read("risk_now")
    return int(rows["capacity"].iloc[0]) if len(rows) and known(rows["capacity"].iloc[0]) else CAPACITY


def _page(desk: Desk) -> str:
    rows = desk.read("risk_now")
    if rows.empty:
        return f"<section class='kj-card kj-stack'><h2>{esc(say('risk.trust.nothing'))}</h2><p class='kj-note'>{esc(say('risk.trust.nothing_how'))}</p></section>"
    now = rows.iloc[0].to_dict()
    tested = known(now["precision"]) is not None
    parts = [_card(now), *([_weeks(desk, now), _calibration(desk), _quarters(desk), _alarms(desk), _groups(desk)] if tested else []), _drift(desk, now)]
    return "".join(part for part in parts if part)


def _section(title: str, inner: str, how: Explain | None = None, note: str = "") -> str:
    quiet = f"<p class='kj-note'>{esc(note)}</p>" if note else ""
    return f"<section class='kj-card kj-stack'><div class=kj-head><h2>{esc(title)}</h2>{explain(how) if how else ''}</div>{quiet}{inner}</section>"


def _span(now: Row) -> str:
    return say("risk.trust.period", first=full_day(now["first_week"]), last=full_day(now["last_week"]))


# --- the model card -----------------------------------------------------------------------------------------------------------

def _card(now: Row) -> str:
    sources = say("risk.joint").join(dict.fromkeys(say(f"risk.theme.{feature.group}") for feature in FEATURES))
    rows = [("predicts", say("risk.trust.predicts")), ("uses", sources), ("never", say("risk.trust.never")), ("period", _span(now)),
            ("people", say("risk.trust.people", people=number(now["people"]), rows=number(now["rows"]), events=number(now["events"]))),
            ("left", say("risk.trust.left", objected=number(now["objected"]), notice=number(now["in_notice"]))), ("kind", say("risk.trust.kind", kind=say(f"risk.trust.kind.{now['kind'] if now['kind'] in KINDS else 'none'}")))]
    if known(now["precision"]) is not None:
        rows += [("hits", hits(now)), ("rank", say("risk.trust.rank", auc=number(now["auc"] * 100, 0), low=number(now["auc_low"] * 100, 0), high=number(now["auc_high"] * 100, 0))),
                 ("right", say("risk.trust.right", ratio=number(now["ratio"], 2), ece=number(now["ece"] * 100)))]
    rows.append(("cannot", say("risk.trust.cannot")))
    inner = "".join(f"<dt>{esc(say(f'risk.trust.row.{key}'))}</dt><dd>{esc(text)}</dd>" for key, text in rows)
    how = Explain(say("risk.trust.rule"), _span(now), say("risk.trust.people_short", people=number(now["people"])), say("risk.trust.left_out"))
    return _section(title(now), f"<dl class=model-card>{inner}</dl>", how)


def title(now: Row) -> str:
    """How far to trust it, as a finding."""
    if known(now["precision"]) is None:
        return say("risk.trust.untested")
    sure = (known(now["precision_gain_low"]) or 0) > 0
    key = "risk.title.too_good" if now.get("why") == "too_good" else "risk.trust.title.hidden" if now["state"] != "ready" else "risk.trust.title" if sure else "risk.trust.title.unsure"
    return say(key, x=_in_ten(now["precision"]), y=_in_ten(now["precision_tags"]))


def hits(now: Row) -> str:
    """Of ten people named, how many gave notice: the model beside tags, tenure and the lot."""
    return say("risk.trust.hits", model=ranged(now["precision"], now["precision_low"], now["precision_high"]), tags=chance(now["precision_tags"]),
               tenure=chance(now["precision_tenure"]), base=chance(now["precision_base"]))


def _in_ten(share: Any) -> str:
    found = known(share)
    return "–" if found is None else number(found * 10, 1)


# --- how it did -----------------------------------------------------------------------------------------------------------------

def _weeks(desk: Desk, now: Row) -> str:
    rows = desk.read("risk_weeks_tested", capacity=_capacity(desk))
    drawn = risk_draw.weeks(rows, say("risk.weeks.alt")) if len(rows) else ""
    if not drawn:
        return ""
    how = Explain(say("risk.weeks.rule"), say("risk.weeks.period", n=number(rows["week"].nunique())), say("risk.weeks.people", n=number(_capacity(desk))), say("risk.weeks.left"))
    return _section(say("risk.weeks", n=number(_capacity(desk))), drawn, how, say("risk.weeks.note"))


def _beside(name: str, row: Row, top: float, n: str) -> str:
    """Predicted as a bar, actual as a dot with its interval."""
    spoken = say("risk.beside", name=name, predicted=chance(row["predicted"]), actual=ranged(row["actual"], row["low"], row["high"]))
    span = "" if known(row["low"]) is None else (
        f"<u style='left:{risk_draw.at(row['low'], top):.1f}%;width:{max(risk_draw.at(row['high'], top) - risk_draw.at(row['low'], top), 0.5):.1f}%'></u>")
    dot = "" if known(row["actual"]) is None else f"<s style='left:{risk_draw.at(row['actual'], top):.1f}%'></s>"
    return (f"<li><b>{esc(name)}</b><span class='kj-track beside' role=img aria-label='{esc(spoken)}'><i style='width:{risk_draw.at(row['predicted'], top):.1f}%'></i>{span}{dot}</span>"
            f"<span>{esc(chance(row['predicted']))} → <b>{esc(chance(row['actual']))}</b> <span class='kj-note'>{esc(between(row['low'], row['high']))}</span></span>"
            f"<span class='kj-note n'>{esc(n)}</span></li>")


def _keys() -> str:
    return (f"<div class='kj-note kj-keys'><span><i class=predicted aria-hidden=true></i> {esc(say('risk.predicted'))}</span>"
            f"<span><i class=actual aria-hidden=true></i> {esc(say('risk.actual'))}</span></div>")


def _part(kind: str, part: str) -> str:
    return risk_words.band(part) if kind == "band" else say("risk.decile", n=part)


def _calibration(desk: Desk) -> str:
    rows = desk.read("risk_calibrated")
    if rows.empty:
        return ""
    drawn = ""
    for kind in ("band", "decile"):
        found = rows[rows["kind"] == kind].sort_values("predicted")
        top = risk_draw.top_of([*found["high"], *found["predicted"]])
        inner = "".join(_beside(_part(kind, row["part"]), row, top, say("risk.weeks_of_people", n=number(row["n"]))) for row in found.to_dict("records"))
        listed = f"<ul class=besides>{inner}</ul>"
        drawn += listed if kind == "band" else f"<details class=fold data-key='risk.deciles'><summary>{esc(say('risk.deciles'))}</summary>{listed}</details>" if inner else ""
    how = Explain(say("risk.calibration.rule"), say("risk.tested"), say("risk.weeks_of_people", n=number(rows.loc[rows["kind"] == "band", "n"].sum())))
    return _section(say("risk.calibration"), _keys() + drawn, how, say("risk.calibration.note"))


def _quarters(desk: Desk) -> str:
    rows = desk.read("risk_by_quarter")
    if rows.empty:
        return ""
    top = risk_draw.top_of([*rows["high"], *rows["predicted"]])
    inner = "".join(_beside(str(row["quarter"]), row, top, say("risk.quarter.n", people=number(row["people"]), ratio=number(row["ratio"], 2))) for row in rows.to_dict("records"))
    how = Explain(say("risk.quarter.rule"), say("risk.tested"), say("risk.weeks_of_people", n=number(rows["rows"].sum())))
    return _section(say("risk.quarter"), f"{_keys()}<ul class=besides>{inner}</ul>", how)


def _alarms(desk: Desk) -> str:
    rows = desk.read("risk_alarmed")
    rows = rows[rows["capacity"] == _capacity(desk)]
    if rows.empty or not rows["flagged"].iloc[0]:
        return ""
    row = rows.iloc[0].to_dict()
    parts = [(key, float(row[key] or 0)) for key in ("gone", "stayed_cared", "stayed_alone", "unknown")]
    bar = "".join(f"<i class={key} style='width:{value / row['flagged'] * 100:.1f}%'></i>" for key, value in parts if value)
    listed = "".join(f"<li><i class={key} aria-hidden=true></i> {esc(say(f'risk.alarms.{key}'))} <b>{number(value)}</b> <span class='kj-note'>{esc(chance(value / row['flagged']))}</span></li>"
                     for key, value in parts)
    how = Explain(say("risk.alarms.rule"), say("risk.tested"), say("risk.alarms.people", n=number(row["flagged"])), say("risk.alarms.left"))
    return _section(say("risk.alarms", n=number(row["flagged"])), f"<div class=parted aria-hidden=true>{bar}</div><ul class=parted-keys>{listed}</ul>", how, say("risk.alarms.note"))


# --- about whom it errs, and what has moved -------------------------------------------------------------------------------------

def _groups_named(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(grouping=rows["grouping"].map(lambda key: say(f"risk.grouping.{key}")), part=rows["part"].map(_group))


def _group(part: str) -> str:
    """A group in words: bands of age are open at their ends."""
    return f"≤ {part[1:]}" if part.startswith("-") else f"≥ {part[:-1]}" if part.endswith("-") else part


def _groups(desk: Desk) -> str:
    rows = desk.read("risk_by_group")
    if rows.empty:
        return ""
    columns = ("auc", "predicted", "actual", "flag_rate", "tpr", "fpr")
    heads = "".join(f"<th scope=col class=n>{esc(say(f'risk.column.{name}'))}</th>" for name in ("people", *columns))
    body = "".join(
        f"<tr><th scope=row><span class='kj-note'>{esc(say('risk.grouping.' + row['grouping']))}</span> {esc(_group(row['part']))}</th><td class=n>{number(row['people'])}</td>"
        + ("".join(f"<td class=n>{_cell(name, row)}</td>" for name in columns)) + "</tr>" for row in rows.to_dict("records"))
    how = Explain(say("risk.groups.rule"), say("risk.tested"), say("risk.groups.people", n=number(rows.loc[rows["grouping"] == "gender", "people"].sum())), say("risk.groups.left"))
    return _section(say("risk.groups"), f"<div class='kj-scroll' tabindex=0 role=region aria-label='{esc(say('risk.groups'))}'><table class=kj-table><thead><tr>"
                    f"<th scope=col>{esc(say('risk.column.part'))}</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>", how, say("risk.groups.note"))


def _cell(name: str, row: Row) -> str:
    if known(row[name]) is None:
        return f"<span class='kj-note'>{esc(say('risk.groups.few'))}</span>"
    if name == "auc":
        return f"{number(row['auc'] * 100, 0)} <span class='kj-note'>({number((known(row['auc_low']) or 0) * 100, 0)}–{number((known(row['auc_high']) or 0) * 100, 0)})</span>"
    return esc(chance(row[name]))


def _drift(desk: Desk, now: Row) -> str:
    rows = desk.read("risk_drifted")
    if rows.empty:
        return ""
    told = rows[rows["notice"].fillna(False).astype(bool)]
    lines = [say("risk.drift.calibration", ratio=number(now["drift_ratio"], 2))] if now["drift"] == "calibration" else []
    lines += [say("risk.drift.psi", name=risk_words.name(row.feature), psi=number(row.psi, 2)) for row in told.itertuples()]
    inner = "".join(f"<li class='kj-watch'>{esc(line)}</li>" for line in lines) or f"<li>{esc(say('risk.drift.quiet'))}</li>"
    how = Explain(say("risk.drift.rule"), _span(now), say("risk.trust.people_short", people=number(now["people"])))
    return _section(say("risk.drift" if lines else "risk.drift.none"), f"<ul class=plain-list>{inner}</ul>", how)
