"""Risk, the signs by rule: what is known without any model, for as long as there is no score; HR only."""

from __future__ import annotations

import json

import pandas as pd

from lib.access.desk import Desk
from lib.access.objections import gone_of
from lib.access.risk_desk import RiskDesk
from lib.show import risk_card, risk_words
from lib.show.parts import Explain, chips, esc, explain, number
from lib.show.sections import Behind, Held, still
from lib.words import say

SIGNS = ("down_3_months", "frequent_leave", "pressure_talk", "fewer_contacts")
MOST = 40


def html(desk: Desk, held: Held) -> str:
    """People with a sign, those with most first; a row opens to the card without a score."""
    office = RiskDesk(desk, still(desk))
    rows = desk.read("risk_signs_now", gone=gone_of(desk), most=MOST)
    how = explain(Explain(say("risk.signs.rule"), say("risk.signs.period"), say("risk.signs.people"), say("risk.signs.left")))
    if rows.empty:
        return f"<section class='kj-card kj-stack'><h2>{esc(say('risk.signs.none'))}</h2><p class='kj-note'>{esc(say('risk.signs.what'))}</p>{how}</section>"
    total = int(rows["people"].iloc[0])
    office.say_listed(rows["employee_id"])
    inner = "".join(_person(office, held, str(who), found) for who, found in rows.groupby("employee_id", sort=False))
    more = f"<p class='kj-note'>{esc(say('risk.signs.more', n=number(MOST), all=number(total)))}</p>" if total > rows["employee_id"].nunique() else ""
    return (f"<section class='kj-card kj-stack risk-list'><div class='kj-head'><h2>{esc(say('risk.signs', n=number(total)))}</h2>{how}</div>"
            f"<p class='kj-note'>{esc(say('risk.signs.what'))}</p>{risk_words.not_sole()}<div class=risk-rows>{inner}</div>{more}</section>")


def _person(office: RiskDesk, held: Held, who: str, found: pd.DataFrame) -> str:
    first, opened = found.iloc[0], held.state.get(risk_card.OPEN) == who
    said = "".join(f"<span>{esc(words(row))}</span>" for row in found.itertuples(index=False))
    return (f"<button type=button class='kj-pick risk sign' data-ask='risk.open' data-of='{esc(who)}' aria-expanded={'true' if opened else 'false'}>"
            f"<span class=who><b>{esc(first['name'])}</b> <span class='kj-note'>{esc(first['team'])}</span></span>"
            f"<span class=band>{chips([say('risk.signs.count', n=number(first['signs']))])}</span><span class=why>{said}</span></button>"
            + (risk_card.drill(office, who, held) if opened else ""))


def words(row) -> str:  # type: ignore[no-untyped-def]
    """One row of ``risk_signs_now`` in a sentence."""
    return risk_words.sign(row.sign, row.since, json.loads(row.evidence) if isinstance(row.evidence, str) else {})


def tables(desk: Desk, held: Held) -> Behind:
    """People and signs."""
    rows = desk.read("risk_signs_now", gone=gone_of(desk), most=MOST)
    frame = rows.assign(evidence=[words(row) for row in rows.itertuples(index=False)], sign=rows["sign"].map(lambda key: say(f"risk.sign.{key}")))
    return [(frame, "risk-signs", {name: say(f"risk.column.{name}") for name in ("name", "team", "sign", "since", "evidence")})]
