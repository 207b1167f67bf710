"""Today, put together: what the care desk says, drawn as one element, with the tables behind it only when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pandas as pd
import streamlit as st

from lib import settings
from lib.access.care_desk import CareDesk
from lib.access.desk import NotAllowed
from lib.access.messages_desk import dead_count
from lib.care.shape import Day
from lib.show import pick, today_acts, today_card, today_lots, today_standard, today_texts, today_view
from lib.show.parts import esc, full_day
from lib.show.today_acts import Board
from lib.show.today_card import Around
from lib.show.today_row import Who
from lib.words import language, say

LIVE = "today.live"
_BOARD, _ASKED = "today.board", "today.address"
Behind = Callable[[], Sequence[tuple[pd.DataFrame, str, dict[str, str]]]]


def board(office: CareDesk) -> Board:
    """What this session has on the page; another person who signs in begins with an empty one.

    The address may ask for a view (``?view=standard``) or a person's card (``?id=…``), once.
    """
    there = st.session_state.get(_BOARD)
    if not isinstance(there, Board) or there.login != office.login:
        there = st.session_state[_BOARD] = Board(office.login)
    asked = pick.address("view"), pick.address("id")
    if any(asked) and st.session_state.get(_ASKED) != asked:
        st.session_state[_ASKED] = asked
        there.view = asked[0] if asked[0] in today_view.VIEWS else there.view
        there.person = asked[1] or there.person
    return there


def wants_tables() -> bool:
    """Whether the tables behind the picture are asked for: they are drawn only then."""
    return st.toggle(say("today.tables"), key="today.tables")


def draw(office: CareDesk, on: Board) -> tuple[str, Behind | None]:
    """The page as HTML, and the tables behind it (None for none)."""
    return {"queue": _queue, "standard": _standard, "texts": _texts}[on.view](office, on)


def _standard(office: CareDesk, on: Board) -> tuple[str, Behind | None]:
    one = today_standard.read(office, on.by, on.month)
    head = today_view.head(today_standard.title(one), say("today.standard.note", day=full_day(office.today)), on.view)
    return head + today_view.told(on.told, on.forget, on.wrong) + today_standard.page(one), lambda: today_standard.tables(one)


def _texts(office: CareDesk, on: Board) -> tuple[str, Behind | None]:
    of = on.tag if on.tag in today_texts.known() else today_texts.known()[0]
    every = today_texts.lines(office, of)
    head = today_view.head(today_texts.title(of, every), say("today.texts.note"), on.view)
    told = today_view.told(on.told, on.forget, "" if on.editing else on.wrong)
    return head + told + today_texts.page(of, every, on.editing, on.wrong), None


def _queue(office: CareDesk, on: Board) -> tuple[str, Behind | None]:
    day = office.day()
    handed = [(who, owner) for _, who, owner, state in office.handed() if state in ("open", "snoozed")]
    promised = office.promises()
    who = _people(office, on, today_view.shown(day) | {who for who, _ in [*handed, *promised]})
    names = dict(office.colleagues())
    head = today_view.head(today_view.title(day), today_view.note(day, office.demo, dead_count(office.desk)), on.view)
    if not day.cards and not day.waiting and not promised and not on.person:
        return head + today_view.told(on.told, on.forget, on.wrong) + _nobody(office, day), None
    if not on.person and day.cards:
        on.person = day.cards[0].employee_id
    card = _card(office, on, day, names)
    following = who.get(on.person, Who("")).name if on.onward and card else ""
    told = today_view.told(on.told, on.forget, "" if card else on.wrong, on.forget if on.onward else "",
                           say("today.next", name=following) if following else "")
    values = settings.stored(office.desk.data_dir)
    gap = int(settings.get("care.gap_days", values))
    lots = today_lots.section(day, {**names, office.login: say("today.me")}, int(settings.get("effect.respond_days", values)),
                              bool(settings.get("effect.lottery", values)))
    queue = today_view.queue(day, who, on.person, card, told, gap)
    waits = today_view.waiting(day, who, [(person, names.get(owner, owner)) for person, owner in handed], names, promised)
    return head + queue + lots + waits, lambda: [today_view.table(day, _people(
        office, on, {one.employee_id for one in day.cards} | {one.planned.employee_id for one in day.waiting}))]


def _people(office: CareDesk, on: Board, ids: Iterable[str]) -> dict[str, Who]:
    """Name and team of those who are in scope; people whom this session has seen already are not read again."""
    asked = set(ids)
    if on.build != office.desk.build_id:
        on.build, on.who = office.desk.build_id, {}
    if new := sorted(asked - on.who.keys()):
        rows = office.desk.read("care_people", ids=new)
        on.who |= {who: Who(name, "" if pd.isna(team) else team)
                   for who, name, team in zip(rows["employee_id"], rows["name"], rows["team"], strict=True)}
    return {who: on.who[who] for who in asked if who in on.who}


def _card(office: CareDesk, on: Board, day: Day, names: dict[str, str]) -> str:
    """The open card; '' when nobody is open, or the person has left one's scope."""
    if not on.person:
        return ""
    try:
        one = office.card(on.person)
    except NotAllowed:
        on.person, on.wrong = "", say("today.wrong.not_allowed")
        return ""
    offers = dict(one.support)
    if any(talk.support and talk.support not in offers for talk in one.talks):
        offers |= {text.key: text.in_(language()) for text in office.support("")}
    elsewhere = next((waiting.with_whom for waiting in day.waiting if waiting.why == "handed_over" and waiting.planned.employee_id == on.person), "")
    return today_card.card(one, Around(
        today=office.today, form=today_acts.form_of(on, one), opened=on.opened, colleagues=office.colleagues(on.person) if one.card_id and names else (),
        wrong=on.wrong, lots=today_lots.about(day, on.person, one.name), elsewhere=names.get(elsewhere, elsewhere), offers=offers,
        names={**{who: hr.name for who, hr in _people(office, on, (talk.hr for talk in one.talks if talk.hr)).items()}, **names, office.login: say("today.me")}))


def _nobody(office: CareDesk, day: Day) -> str:
    """Nobody needs care: good news, or no data that could say so."""
    missing = not bool(office.desk.read("glance_sources").iloc[0]["has_tags"])
    what, why, how = (say(key) for key in (("today.missing", "today.missing.why", "today.missing.how") if missing else
                                           ("today.title_none", "today.none.why", "today.none.how")))
    return (f"<div class='kj-card kj-stack' style='gap:8px;max-width:640px;margin-top:16px'><h2>{esc(what)}</h2><p>{esc(why)}</p>"
            f"<p class='kj-note'>{esc(how)}</p></div>")
