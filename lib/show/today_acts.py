"""Today, what was asked: the board a session keeps, and what a click does to the care desk.  No drawing, no Streamlit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import uuid4

from lib.access.care_desk import CareDesk, NothingToDraw
from lib.access.desk import NotAllowed
from lib.care.shape import TalkCard
from lib.ledger.care import Changed, Expired
from lib.ledger.engine import LedgerMoved
from lib.ledger.vault import KeyLost
from lib.show import today_form, today_texts
from lib.show.care_live import Asked
from lib.show.parts import day
from lib.show.today_form import Wrong
from lib.show.today_row import Who
from lib.show.today_view import VIEWS
from lib.words import say

_SHANGHAI = timedelta(hours=8)
_MOST_FORMS = 50


@dataclass
class Form:
    """A talk form that was drawn: its request key, and the card it stood under as it was shown."""

    key: str
    employee_id: str
    name: str
    card_id: str
    version: int
    tag: str


@dataclass
class Board:
    """What one session has on its Today page: the view, the open person, forms drawn, texts opened with a reason, what to say."""

    login: str
    view: str = VIEWS[0]
    person: str = ""
    forms: dict[str, Form] = field(default_factory=dict)
    opened: dict[str, str] = field(default_factory=dict, repr=False)
    told: str = ""
    forget: str = ""
    """The form whose typed text is no longer wanted, since it was kept."""
    logged: str = ""
    """The request key of the talk logged last: a second click on the same form says nothing new."""
    onward: bool = False
    """Whether the next person was opened by itself, which is said."""
    wrong: str = ""
    turn: int = 0
    build: str = ""
    who: dict[str, Who] = field(default_factory=dict, repr=False)
    """Names of people this session was shown, of the version ``build``."""
    by: str = "tag"
    month: str = ""
    tag: str = ""
    editing: str = ""


def form_of(board: Board, card: TalkCard) -> str:
    """The request key of this person's form: the same until it is logged, so that a second click logs nothing twice."""
    there = next((form for form in board.forms.values() if form.employee_id == card.employee_id), None)
    form = there or Form(uuid4().hex, card.employee_id, "", "", 0, "")
    form.name, form.card_id, form.version = card.name, card.card_id, card.version
    form.tag = next((reason.tag for reason in card.reasons if reason.tag), "")
    board.forms[form.key] = form
    while len(board.forms) > _MOST_FORMS:
        board.forms.pop(next(iter(board.forms)))
    return form.key


def act(office: CareDesk, board: Board, asked: Asked | None, picked: str | None = None) -> None:
    """Do what was asked for; what cannot be done is said in ``board.wrong`` and nothing typed is lost."""
    if picked:
        _open(board, picked)
    if asked is None:
        return
    board.turn += 1
    does = _DOES.get(asked.what)
    if does is None:
        return
    before = board.told, board.forget, board.onward
    board.told, board.forget, board.onward, board.wrong = "", "", False, ""
    try:
        if does(office, board, asked) is False:
            board.told, board.forget, board.onward = before
    except Changed as why:
        board.wrong = _changed(office, why)
    except (Wrong, Expired, KeyLost, LedgerMoved, NothingToDraw) as why:
        board.wrong = str(why)
    except LookupError:
        board.wrong = say("today.wrong.gone")
    except NotAllowed:
        board.wrong = say("today.wrong.not_allowed")
    except ValueError:
        board.wrong = say("today.wrong.value")


def _changed(office: CareDesk, why: Changed) -> str:
    who = say("today.you") if why.who == office.login else dict(office.colleagues()).get(why.who, why.who)
    if isinstance(why.at, datetime):
        when = f"{why.at + _SHANGHAI:%H:%M}" if (why.at + _SHANGHAI).date() == office.today else f"{day(why.at + _SHANGHAI)} {why.at + _SHANGHAI:%H:%M}"
    else:
        when = day(why.at)
    return say("today.changed", who=who, when=when)


def _open(board: Board, employee_id: str) -> None:
    if board.person != employee_id:
        board.opened.clear()
    board.person, board.view, board.told, board.forget, board.onward, board.wrong = employee_id, VIEWS[0], "", "", False, ""


def _form(board: Board, asked: Asked) -> Form:
    form = board.forms.get(asked.typed.get("key", ""))
    if form is None:
        raise Wrong(say("today.wrong.form"))
    return form


def _done(board: Board, form: Form, told: str) -> None:
    """The card is gone from the list: say so and go on to the next person."""
    board.forms.pop(form.key, None)
    board.opened.clear()
    board.person, board.told, board.forget, board.onward = "", told, form.employee_id, True


# --- what a click does --------------------------------------------------------------------------------------------------------

def _log(office: CareDesk, board: Board, asked: Asked) -> bool:
    if board.logged and asked.typed.get("key") == board.logged:
        return False
    form = _form(board, asked)
    talk = today_form.talk(asked.typed, form.key, form.employee_id, form.card_id, form.version, form.tag)
    office.log(talk)
    board.logged = form.key
    _done(board, form, say("today.logged", name=form.name, n=talk.minutes))
    return True


def _snooze(office: CareDesk, board: Board, asked: Asked) -> None:
    form = _form(board, asked)
    until: date = today_form.day_of(asked.typed, "until")
    office.snooze(form.card_id, form.version, until, asked.typed.get("reason", ""), asked.typed.get("words", "").strip())
    _done(board, form, say("today.snoozed", name=form.name, day=day(until)))


def _hand_over(office: CareDesk, board: Board, asked: Asked) -> None:
    form = _form(board, asked)
    to = asked.typed.get("to", "")
    name = dict(office.colleagues(form.employee_id)).get(to, to)
    office.hand_over(form.card_id, form.version, to)
    _done(board, form, say("today.handed_told", name=form.name, who=name))


def _decline(office: CareDesk, board: Board, asked: Asked) -> None:
    form = _form(board, asked)
    office.decline(form.card_id, form.version, asked.typed.get("reason", ""), asked.typed.get("words", "").strip())
    _done(board, form, say("today.declined", name=form.name))


def _take(office: CareDesk, board: Board, asked: Asked) -> None:
    form = _form(board, asked)
    office.hand_over(form.card_id, form.version, office.login)
    board.told = say("today.taken", name=form.name)


def _settle(office: CareDesk, board: Board, asked: Asked) -> None:
    office.settle(asked.of, asked.what)
    board.told = say(f"today.settled.{asked.what}")


def _open_text(read: str) -> Callable[[CareDesk, Board, Asked], None]:
    def does(office: CareDesk, board: Board, asked: Asked) -> None:
        of, _, reason = asked.of.partition(":")
        board.opened[of] = getattr(office, read)(of, reason)

    return does


def _draw(office: CareDesk, board: Board, asked: Asked) -> None:
    made = office.draw()
    board.opened.clear()
    board.person = ""  # whoever was open may not be first any more
    board.told = say("today.lots.told", pool=made.pool, places=made.places)


def _urgent(office: CareDesk, board: Board, asked: Asked) -> None:
    office.urgent(asked.of)
    board.told = say("today.urgent.told", name=office.names([asked.of]).get(asked.of, asked.of))


def _view(office: CareDesk, board: Board, asked: Asked) -> None:
    board.view = asked.of if asked.of in VIEWS else board.view
    board.editing = ""


def _set(name: str) -> Callable[[CareDesk, Board, Asked], None]:
    def does(office: CareDesk, board: Board, asked: Asked) -> None:
        setattr(board, name, asked.of)

    return does


def _save(office: CareDesk, board: Board, asked: Asked) -> None:
    today_texts.save(office, asked.of, asked.typed.get("zh", "").strip(), asked.typed.get("en", "").strip())
    board.told, board.editing, board.forget = say("today.texts.saved"), "", asked.form


def _use(active: bool) -> Callable[[CareDesk, Board, Asked], None]:
    def does(office: CareDesk, board: Board, asked: Asked) -> None:
        today_texts.use(office, asked.of, active)
        board.told = say("today.texts.used" if active else "today.texts.off")

    return does


_DOES: Mapping[str, Callable[[CareDesk, Board, Asked], bool | None]] = {
    "log": _log, "snooze": _snooze, "hand_over": _hand_over, "decline": _decline, "take": _take, "kept": _settle, "broken": _settle,
    "open_note": _open_text("open_note"), "open_promise": _open_text("open_promise"), "view": _view, "by": _set("by"), "month": _set("month"),
    "tag": _set("tag"), "edit": _set("editing"), "save": _save, "hide": _use(False), "show": _use(True),
    "draw": _draw, "urgent": _urgent,
}
