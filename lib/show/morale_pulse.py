"""Morale, the anonymous pulse: what was published, by unit and question; comments for HR and boss; HR opens, prints and closes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd

from lib.access.desk import Desk
from lib.access.pulse_desk import Closing, HrPulse, PulseComments, Refused, Wave
from lib.ledger.vault import KeyLost
from lib.show import pulse_cells, pulse_slips, sections
from lib.show.care_live import Asked
from lib.show.my_pulse import WHY
from lib.show.parts import Explain, esc, explain, full_day, number, signed, spark
from lib.show.pulse_cells import QUESTIONS
from lib.show.sections import Behind, Held, Wrong
from lib.words import say

_WAVE, _SHEET, _SURE = "pulse.wave", "pulse.sheet", "pulse.sure"
_COMPANY = ("company", "")
Known = dict[tuple[str, str, str], tuple[float, str | None]]


def html(desk: Desk, held: Held) -> str:
    """What was published of the chosen wave; for HR, below it, what there is to do."""
    waves = desk.read("pulse_known")
    run = _run(desk, held) if desk.viewer.role == "hr" else ""
    if waves.empty:
        how = say("pulse.none_hr" if run else "pulse.none_others")
        return f"<section class='kj-card kj-stack'><h2>{esc(say('pulse.none'))}</h2><p>{esc(say('pulse.none_why'))}</p><p class='kj-note'>{esc(how)}</p></section>{run}"
    wave = chosen(desk, held, list(waves["wave_id"]))
    return f"{_company(desk, held, waves, wave)}{_units(desk, wave)}{_comments(desk, wave)}{run}"


def chosen(desk: Desk, held: Held, waves: list[str]) -> str:
    """The wave that this session looks at: until one was chosen the newest of which anything is shown, else the newest."""
    wanted, told = held.state.get(_WAVE), _told(desk)
    return next((wave for wave in waves if wave == wanted), next((wave for wave in waves if wave in told), waves[0]))


def _told(desk: Desk) -> frozenset[str]:
    """The waves of which anything is shown to this viewer."""
    trend = desk.read("pulse_trend")
    return frozenset(trend.loc[trend["mean"].notna(), "wave_id"])


def _untold(desk: Desk, waves: pd.DataFrame, wave: str) -> str:
    """A line for waves that are newer than the one looked at and of which nothing is shown; '' for none."""
    told, newer = _told(desk), waves.iloc[:list(waves["wave_id"]).index(wave)]
    quiet = [say("pulse.wave_of", wave=row.wave_id, closes=full_day(row.closes)) for row in newer.itertuples() if row.wave_id not in told]
    return f"<p class='kj-watch'>{esc(say('pulse.newer_few', waves=say('pain.comma').join(quiet)))}</p>" if quiet else ""


def _means(trend: pd.DataFrame, wave: str) -> Known:
    """(level, unit, question) → mean and code of one wave, where it is shown."""
    rows = trend[(trend["wave_id"] == wave) & trend["mean"].notna()]
    return {(row.level, row.unit, row.question): (float(row.mean), pulse_cells.coded(row.coded)) for row in rows.itertuples()}


def _before(trend: pd.DataFrame, wave: str) -> Known:
    """The same of the last wave before of which anything is shown; empty when there is none."""
    order = list(trend["wave_id"].drop_duplicates())
    earlier = order[:order.index(wave)] if wave in order else []
    return next((means for one in reversed(earlier) if (means := _means(trend, one))), {})


def title(company: pd.DataFrame, before: Known) -> str:
    """The finding: what moved most since the last published wave beyond its interval, else that nothing did."""
    moves, shown = [], company[company["state"] == "shown"]
    if shown.empty:
        return say("pulse.title.few")
    for row in shown.itertuples():
        was = before.get((*_COMPANY, row.question))
        moved = pulse_cells.change((row.mean, pulse_cells.coded(row.coded)), was)
        # Both waves have an interval about as wide; a change counts beyond the two together.
        if moved is not None and abs(moved) > 2 ** 0.5 * (row.high - row.low) / 2:
            moves.append((abs(moved), moved, row.question))
    if moves:
        _, moved, question = max(moves)
        return say("pulse.title.up" if moved > 0 else "pulse.title.down", question=say(f"pulse.question.{question}"), change=number(abs(moved), 1))
    return say("pulse.title.same" if before else "pulse.title.first")


def _company(desk: Desk, held: Held, waves: pd.DataFrame, wave: str) -> str:
    cells, trend = desk.read("pulse_cells", wave=wave), desk.read("pulse_trend")
    company, before = cells[cells["level"] == "company"], _before(trend, wave)
    about = waves[waves["wave_id"] == wave].iloc[0]
    tiles = "".join(_tile(row, trend, before) for _, row in company.iterrows())
    shown = company[company["state"] == "shown"]
    people = number(shown["n"].max()) if len(shown) else "–"
    pills = "".join(f"<button type=button data-ask='pulse.wave' data-of='{esc(one)}' aria-pressed={'true' if one == wave else 'false'}>{esc(one)}</button>"
                    for one in waves["wave_id"][:8])
    picker = f"<nav class=pills aria-label='{esc(say('pulse.pick'))}'>{pills}</nav>" if len(waves) > 1 else ""
    how = explain(Explain(say("pulse.rule"), say("pulse.period", wave=wave, closes=full_day(about["closes"])), say("pulse.people", n=people), say("pulse.left_out")))
    return (f"<section class='kj-card kj-stack'><h2>{esc(title(company, before))}</h2>{picker}{_untold(desk, waves, wave)}"
            f"<p class='kj-note'>{esc(say('pulse.under', wave=wave, closes=full_day(about['closes']), n=people))}</p>"
            f"<div class='pulse-tiles'>{tiles}</div>{how}</section>")


def _tile(row: pd.Series, trend: pd.DataFrame, before: Known) -> str:
    label, note = say(f"pulse.question.{row['question']}"), say(f"pulse.question.{row['question']}.scale")
    if row["state"] != "shown":
        return f"<div><h3>{esc(label)}</h3><p class='kj-note'>{esc(say(f'pulse.state.{row.state}'))}</p></div>"
    code = pulse_cells.coded(row["coded"])
    past = trend[(trend["level"] == "company") & (trend["question"] == row["question"])]["mean"]
    moved = pulse_cells.change((row["mean"], code), before.get((*_COMPANY, row["question"])))
    under = [] if code else [f"{number(row['low'], 1)}–{number(row['high'], 1)}"]
    under += [] if moved is None else [say("pulse.since", change=signed(moved, 1))]
    return (f"<div><h3>{esc(label)}</h3><p><span class='kj-num'>{esc(pulse_cells.mean(row['mean'], code))}</span> "
            f"{spark([None if pd.isna(value) else value for value in past], width=72)}</p>"
            f"<p class='kj-note'>{esc(' · '.join(under))}</p><p class='kj-note'>{esc(note)}</p></div>")


def _units(desk: Desk, wave: str) -> str:
    cells = desk.read("pulse_cells", wave=wave)
    before = _before(desk.read("pulse_trend"), wave)
    rows = "".join(_unit(level, unit, part, before) for (level, unit), part in cells[cells["level"] != "company"].groupby(["level", "unit"], sort=False))
    if not rows:
        return ""
    head = "".join(f"<th scope=col>{esc(say(f'pulse.question.{question}'))}</th>" for question in QUESTIONS)
    hidden = cells[cells["level"] != "company"].groupby(["level", "unit"])["state"].agg(lambda states: "shown" not in set(states)).sum()
    finding = say("pulse.units.all") if not hidden else say("pulse.units.some", n=int(hidden))
    return (f"<section class='kj-card kj-stack'><h2>{esc(finding)}</h2><p class='kj-note'>{esc(say('pulse.units.note'))}</p>"
            f"<div class='kj-scroll' tabindex=0 role=region aria-label='{esc(say('pulse.units.table'))}'><table class='kj-table pulse-table'>"
            f"<thead><tr><th scope=col>{esc(say('pulse.unit'))}</th><th scope=col class=n>{esc(say('pulse.n'))}</th>{head}</tr></thead><tbody>{rows}</tbody></table></div></section>")


def _unit(level: str, unit: str, part: pd.DataFrame, before: Known) -> str:
    by = {row["question"]: row for _, row in part.iterrows()}
    n = part["n"].max()
    told = "".join(pulse_cells.cell(by[question], _moved(by[question], before)) if question in by else "<td></td>" for question in QUESTIONS)
    return (f"<tr class={level}><th scope=row>{esc(pulse_cells.unit(level, unit))}</th>"
            f"<td class=n>{'–' if pd.isna(n) else number(n)}</td>{told}</tr>")


def _moved(row: pd.Series, before: Known) -> float | None:
    now = None if pd.isna(row["mean"]) else (float(row["mean"]), pulse_cells.coded(row["coded"]))
    return pulse_cells.change(now, before.get((row["level"], row["unit"], row["question"])))


def _comments(desk: Desk, wave: str) -> str:
    if desk.viewer.role not in PulseComments.ROLES:
        return ""
    try:
        found = [one for one in PulseComments(desk, sections.still(desk)).read() if one.wave == wave]
    except KeyLost as why:
        return f"<section class='kj-card kj-stack'><h2>{esc(say('pulse.comments'))}</h2><p class='kj-note'>{esc(why)}</p></section>"
    if not found:
        return ""
    places = dict.fromkeys((one.level, one.unit) for one in found)
    inner = "".join(f"<h3>{esc(pulse_cells.unit(*place))}</h3>" + "".join(f"<blockquote>{esc(one.text)}</blockquote>" for one in found
                                                                         if (one.level, one.unit) == place) for place in places)
    return (f"<section class='kj-card kj-stack'><h2>{esc(say('pulse.comments_n', n=len(found)))}</h2>"
            f"<p class='kj-note'>{esc(say('pulse.comments_note'))}</p>{inner}</section>")


# --- what HR does ---------------------------------------------------------------------------------------------------------------

def _run(desk: Desk, held: Held) -> str:
    office = HrPulse(desk, sections.still(desk))
    wave = office.open_now()
    inner = _opened(office, wave, held) if wave else _new(office)
    why = "".join(f"<li>{esc(say(key))}</li>" for key in WHY)
    return (f"<section class='kj-card kj-stack'><h2>{esc(say('pulse.run.open', wave=wave.id, closes=full_day(wave.closes)) if wave else say('pulse.run.none'))}</h2>"
            f"{inner}<details class=fold data-key='pulse.run.why'><summary>{esc(say('pulse.why'))}</summary><ul class=plain-list>{why}</ul></details></section>")


def _new(office: HrPulse) -> str:
    if not office.whole:
        return f"<p class='kj-note'>{esc(say('pulse.run.whole'))}</p>"
    if first := office.too_early():
        return f"<p class='kj-note'>{esc(say('pulse.refused.gap', day=full_day(first)))}</p>"
    name, closes = office.suggested()
    return (f"<form data-form='pulse.open'><label><span>{esc(say('pulse.run.name'))}</span><input name=name value='{esc(name)}' maxlength=20 required autocomplete=off></label>"
            f"<label><span>{esc(say('pulse.run.closes'))}</span><input type=date name=closes value='{closes.isoformat()}' required></label>"
            f"<button type=submit data-ask='pulse.open'>{esc(say('pulse.run.begin'))}</button>"
            f"<p class='kj-note'>{esc(say('pulse.run.begin_note'))}</p></form>")


def _opened(office: HrPulse, wave: Wave, held: Held) -> str:
    over = office.today > wave.closes
    options = "".join(f"<option value='{esc(team)}'>{esc(team)}</option>" for team in office.teams(wave))
    sheet = held.state.get(_SHEET)
    ready = ""
    if isinstance(sheet, tuple) and sheet[0] == wave.id:
        ready = f"<p class='kj-told'>{pulse_slips.as_link(sheet[2], say('pulse.slips.save', team=sheet[1]), 'slips.html')}</p><p class='kj-note'>{esc(say('pulse.slips.note'))}</p>"
    paper = "" if over else (
        f"<details class=more data-key='pulse.paper'{' open' if ready else ''}><summary>{esc(say('pulse.slips.for'))}</summary><form data-form='pulse.slips'>"
        f"<label><span>{esc(say('pulse.slips.team'))}</span><select name=team>{options}</select></label>"
        f"<button type=submit data-ask='pulse.slips' data-of='{esc(wave.id)}'>{esc(say('pulse.slips.print'))}</button>"
        f"<p class='kj-note'>{esc(say('pulse.slips.warn'))}</p><p class='kj-note'>{esc(say('pulse.slips.printer'))}</p></form>{ready}</details>")
    return f"<p>{esc(say('pulse.run.over' if over else 'pulse.run.waiting'))}</p>{paper}{_closing(office, wave, held) if office.whole else ''}"


def _closing(office: HrPulse, wave: Wave, held: Held) -> str:
    """What closing brings, as far as it may be told, and the button; where nothing would be shown it asks once more."""
    over, sure, words = office.today > wave.closes, held.state.get(_SURE) == wave.id, ""
    if over or sure:  # while answers are taken nothing is said of them, until somebody is about to close over nothing
        now = office.closing(wave)
        words = f"<p>{esc(_turnout(now))}</p>" if now.over else ""
        words += "" if now.shows else f"<p class='kj-watch'>{esc(say('pulse.run.nothing' if over else 'pulse.run.nothing_yet', least=now.least, closes=full_day(wave.closes)))}</p>"
        sure = sure and not now.shows
    does, label = ("pulse.close_sure", "pulse.run.shut_sure") if sure else ("pulse.close", "pulse.run.shut_now")
    return (f"<details class=more data-key='pulse.shut'{' open' if over or sure else ''}><summary>{esc(say('pulse.run.shut'))}</summary>"
            f"<p>{esc(say('pulse.run.shut_note'))}</p>{words}"
            f"<button type=button class=act data-ask='{does}' data-of='{esc(wave.id)}'>{esc(say(label))}</button></details>")


def _turnout(now: Closing) -> str:
    if now.answered is None:
        return say("pulse.run.turnout_few", least=now.least, asked=number(now.asked))
    return say("pulse.run.turnout", answered=number(now.answered), asked=number(now.asked), least=now.least)


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Choose a wave; open, print slips, close."""
    if asked.what == "pulse.wave":
        held.state[_WAVE] = asked.of
        return ""
    does = _DOES.get(asked.what)
    if does is None:
        return None
    try:
        return does(HrPulse(desk, sections.still(desk)), asked, held)
    except Refused as why:
        raise Wrong(refusal(why)) from None


def refusal(why: Refused) -> str:
    """What cannot be done, in words."""
    return say(f"pulse.refused.{why.code}", **({} if why.day is None else {"day": full_day(why.day)}))


def _begin(office: HrPulse, asked: Asked, held: Held) -> str:
    try:
        closes = date.fromisoformat(asked.typed.get("closes", ""))
    except ValueError:
        raise Refused("days") from None
    name = asked.typed.get("name", "").strip()
    office.open(name, closes)
    held.forget = asked.form
    return say("pulse.run.opened", wave=name, closes=full_day(closes))


def _slips(office: HrPulse, asked: Asked, held: Held) -> str:
    team, wave = asked.typed.get("team", ""), office.open_now()
    if wave is None or wave.id != asked.of:
        raise Refused("over")
    sheet = held.state.get(_SHEET)
    if not isinstance(sheet, tuple) or sheet[:2] != (wave.id, team):  # these slips lie ready in this session; nobody has them anywhere else
        links = office.slips(wave.id, team)
        held.state[_SHEET] = (wave.id, team, pulse_slips.sheet(links, team, wave.id, wave.closes.isoformat()))
    return say("pulse.slips.ready", team=team)


def _shut(office: HrPulse, asked: Asked, held: Held) -> str:
    wave = office.open_now()
    if asked.what == "pulse.close" and wave is not None and wave.id == asked.of and not office.closing(wave).shows:
        held.state[_SURE] = wave.id
        return say("pulse.run.ask_sure")
    held.state.pop(_SHEET, None)
    held.state.pop(_SURE, None)
    return say("pulse.run.closed" if office.close(asked.of) else "pulse.run.closed_before", wave=asked.of)


_DOES: dict[str, Callable[[HrPulse, Asked, Held], str]] = {"pulse.open": _begin, "pulse.slips": _slips, "pulse.close": _shut, "pulse.close_sure": _shut}


def tables(desk: Desk, held: Held) -> Behind:
    """The published cells of the chosen wave, as they stand in the table."""
    waves = desk.read("pulse_known")
    if waves.empty:
        return []
    wave = chosen(desk, held, list(waves["wave_id"]))
    cells = desk.read("pulse_cells", wave=wave)
    cells = cells.assign(unit=[pulse_cells.unit(level, unit) for level, unit in zip(cells["level"], cells["unit"], strict=True)],
                         question=[say(f"pulse.question.{question}") for question in cells["question"]],
                         state=[say(f"pulse.state.{state}") for state in cells["state"]],
                         mean=[None if pd.isna(row.mean) else pulse_cells.mean(row.mean, pulse_cells.coded(row.coded)) for row in cells.itertuples()])
    return [(cells, f"pulse_{wave}", {name: say(f"pulse.table.{name}") for name in ("unit", "question", "state", "n", "mean", "low", "high")})]
