"""Messages day: everybody's list of today, raised and handed to the channels; what ``python -m lib send`` does before it sends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from lib.access import sign_in
from lib.access.care_day import DEMO_HR
from lib.access.care_desk import CareDesk
from lib.access.desk import Desk, NotAllowed
from lib.access.roles import Viewer
from lib.care import day as care_day
from lib.ledger import care, engine, outbox
from lib.ledger.engine import Ledger
from lib.ledger.outbox import Channel
from lib.messages import send
from lib.warehouse import publish
from lib.warehouse.store import Store


@dataclass(frozen=True)
class HrList:
    """One HR's list of today: card id → the person's name ('' where it was not asked for)."""

    owner: str
    people: dict[str, str]


@dataclass(frozen=True)
class House:
    """What messages are about: the ledger, the company's day, and its HR people (login, what they may see)."""

    book: Ledger
    day: date
    hr: tuple[tuple[str, Viewer], ...]
    store: Store | None


def house(data_dir: Path) -> House | None:
    """The published company's; before anything is published, the ledger's alone; None when there is nothing at all."""
    users = tuple((user.login, Viewer("hr", user.teams, None, user.name))
                  for user in sign_in.list_users(data_dir) if user.role == "hr" and not user.disabled)
    store = Store(data_dir)
    try:
        build = store.current().frame("select company, as_of from build_info").iloc[0]
    except publish.NothingPublished:
        return House(engine.ledger(data_dir), care_day.calendar(), users, None) if engine.exists(data_dir) else None
    demo = build["company"] == "demo"
    if demo and not users:
        users = ((DEMO_HR, Viewer("hr")),)
    as_of = build["as_of"].date() if hasattr(build["as_of"], "date") else build["as_of"]
    return House(engine.ledger(data_dir, demo), care_day.today(as_of, demo, care_day.calendar()), users, store)


def wanted(hr: Sequence[tuple[str, Viewer]], channels: Sequence[Channel]) -> list[tuple[str, Viewer]]:
    """The HR people that some channel is about."""
    about = {channel.receiver for channel in channels if channel.enabled}
    return [(login, viewer) for login, viewer in hr if None in about or login in about]


def raised(home: House, login: str, viewer: Viewer, names: bool) -> HrList:
    """One HR's list of today; what is new is raised.  Without a published company: what is open already."""
    if home.store is None:
        return opened(home, login)
    desk = CareDesk(Desk(home.store, replace(viewer, name="" if login == DEMO_HR else viewer.name)))
    cards = {card.card_id: card.employee_id for card in desk.day().cards if card.card_id}
    called = desk.names(list(cards.values())) if names and cards else {}
    return HrList(login, {card: str(called.get(employee, "")) for card, employee in cards.items()})


def opened(home: House, login: str) -> HrList:
    """The cards that are open with an HR now; nothing is raised."""
    with home.book.reading() as con:
        return HrList(login, {card.id: "" for card in care.open_cards(con) if card.owner == login and card.state == "open"})


def tell(home: House, link: str, wrong: Callable[[str, Exception], None], dry: bool = False) -> list[tuple[Channel, str, int]]:
    """Raise everybody's list and queue its news; returns (channel, HR, people on the list) of what has news.

    A list that cannot be made is given to ``wrong`` and the others go on.  ``dry``: nothing is raised and nothing is queued.
    """
    with home.book.reading() as con:
        channels = [channel for channel in outbox.channels(con, home.book) if channel.enabled]
    lists: dict[str, HrList] = {}
    for login, viewer in wanted(home.hr, channels):
        names = any(channel.say_names for channel in channels if channel.receiver in (None, login))
        try:
            lists[login] = opened(home, login) if dry else raised(home, login, viewer, names)
        except (ValueError, OSError, LookupError, NotAllowed, publish.NothingPublished) as why:
            wrong(login, why)
    news = []
    for channel in channels:
        own = [one for login, one in lists.items() if channel.receiver in (None, login)]
        people = {card: name for one in own for card, name in one.people.items()}
        if people and (dry or send.enqueue(home.book, channel, home.day, channel.receiver or "", people, link)):
            news.append((channel, channel.receiver or "", len(people)))
    return news
