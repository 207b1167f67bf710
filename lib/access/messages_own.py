"""Messages own: each person's own summary at the end of the day, to the channel the administrator made for their login, if they asked for it.

A channel's receiver is an HR (then it is told of that HR's list, :mod:`lib.access.messages_day`) or an employee or mentor (then this).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urljoin

from lib import settings
from lib.access import sign_in
from lib.access.desk import Desk, NotAllowed
from lib.access.messages_day import House
from lib.access.my_desk import MyDesk
from lib.access.roles import SELF_ONLY, Viewer
from lib.care.day import ZONE
from lib.ledger import choices, outbox
from lib.ledger.outbox import Channel
from lib.messages import send
from lib.morale import summary
from lib.warehouse import publish


def tell(home: House, link: str, wrong: Callable[[str, Exception], None], dry: bool = False,
         clock: Callable[[], datetime] = lambda: datetime.now(ZONE)) -> list[tuple[Channel, str]]:
    """Queue the summaries that are due; returns (channel, login) of what is new.

    Once a day for each person, after the hour of the setting ``morale.summary_after``, and only for people who chose it, did not object
    to scoring, and worked or logged something that day (on Fridays: that week).  What cannot be made is given to ``wrong`` and the others
    go on.  ``dry``: nothing is queued.
    """
    if home.store is None:
        return []
    values = settings.stored(home.store.data_dir)
    now = clock().astimezone(ZONE)
    if now.hour + now.minute / 60 < float(settings.get("morale.summary_after", values)):
        return []
    people = {user.login: Viewer(user.role, None, user.employee_id, user.name) for user in sign_in.list_users(home.store.data_dir)
              if user.role in SELF_ONLY and user.employee_id and not user.disabled}
    with home.book.reading() as con:
        about = [channel for channel in outbox.channels(con, home.book) if channel.enabled and channel.receiver in people]
        asked = choices.who_chose(con, "summary_message") - choices.who_chose(con, "no_scoring") if about else frozenset()
    news: list[tuple[Channel, str]] = []
    for channel in about:
        login = str(channel.receiver)
        if people[login].employee_id not in asked:
            continue
        try:
            office = MyDesk(Desk(home.store, people[login]))
            lines = told(office, channel.lang)
            queued = lines and (dry or send.enqueue_own(home.book, channel, home.day, login, lines, _friday(office), urljoin(link, "my_day")))
        except (ValueError, OSError, LookupError, NotAllowed, publish.NothingPublished) as why:
            wrong(login, why)
            continue
        if queued:
            news.append((channel, login))
    return news


def told(office: MyDesk, lang: str) -> list[str]:
    """The lines of a person's own summary of today, on Fridays with the week's; none when there is nothing to sum up."""
    mine = office.mine()
    goal = office.goal()
    days = office.days(mine, goal)
    today = days.get(office.today)
    lines = summary.of_day(days, office.today, goal, lang) if today and today.worked else []
    if _friday(office):
        week = summary.of_week(days, office.today, lang)
        lines += week if len(week) > 1 else []
    return lines


def _friday(office: MyDesk) -> bool:
    return office.today.weekday() == summary.FRIDAY
