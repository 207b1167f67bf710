"""Messages desk: what an administrator may do with the channels: add, change, test, switch off; what became of letters.

Addresses and secrets go in and never come out again: what is shown of them is the host.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from lib.access import messages_day, messages_own, sign_in
from lib.access.desk import Desk, NotAllowed
from lib.access.office import EmptyDesk
from lib.access.roles import SELF_ONLY
from lib.ledger import audit, engine, letters, outbox
from lib.ledger.engine import Ledger
from lib.messages import allow, mail, post, send, terms
from lib.messages.channels import KINDS, ROBOTS
from lib.messages.mail import Box
from lib.messages.send import Done
from lib.messages.terms import Terms
from lib.words import LANGUAGES, say

TEST_S = 45.0
"""Seconds that the test button waits at most."""
_MAX_NAME = 60


class ChannelWrong(ValueError):
    """Something about a channel that a person can mend; ``code`` names its sentence ``messages.refused.<code>``."""

    def __init__(self, code: str, **values: object):
        super().__init__(code)
        self.code, self.values = code, values

    def __str__(self) -> str:
        return say(f"messages.refused.{self.code}", **self.values)


@dataclass(frozen=True)
class Seen:
    """A channel as it is shown: ``where`` is its host (and whom a letter goes to, half hidden); the rest of the address stays sealed."""

    id: str
    kind: str
    name: str
    where: str
    signed: bool
    receiver: str | None
    lang: str
    say_names: bool
    enabled: bool
    at: datetime


@dataclass(frozen=True)
class Letter:
    """A letter that nobody tries any more, or an attempt: never its words."""

    id: str
    ref: str
    channel: str
    at: datetime
    why: str
    attempts: int = 0


def ledger_of(desk: Desk | EmptyDesk) -> tuple[Ledger, bool]:
    """The ledger that the published company's care and messages are in, and whether it is the demo's."""
    demo = isinstance(desk, Desk) and company(desk) == "demo"
    return engine.ledger(desk.data_dir, demo), demo


def company(desk: Desk) -> str:
    """``demo`` or ``imported``."""
    return str(desk.store.current().frame("select company from build_info")["company"].iloc[0])


def dead_count(desk: Desk | EmptyDesk) -> int:
    """How many letters could not be delivered; for HR and administrators, 0 for everybody else."""
    if desk.viewer.role not in ("hr", "admin"):
        return 0
    demo = isinstance(desk, Desk) and company(desk) == "demo"
    if not engine.exists(desk.data_dir, demo):
        return 0
    with engine.ledger(desk.data_dir, demo).reading() as con:
        return letters.dead_count(con)


class MessagesDesk:
    """The channels of one company.  Making one raises :class:`lib.access.desk.NotAllowed` for every role but the administrator.

    ``still_here`` tells whether the viewer's session is still good; everything asks it again and raises NotAllowed when it ended.
    """

    def __init__(self, desk: Desk | EmptyDesk, still_here: Callable[[], bool] = lambda: True):
        if desk.viewer.role != "admin":
            raise NotAllowed(f"role {desk.viewer.role} may not see channels")
        self.desk, self.data_dir, self._still_here = desk, desk.data_dir, still_here
        self.book, self.demo = ledger_of(desk)

    def _here(self) -> None:
        if not self._still_here():
            raise NotAllowed("the session is over")

    @property
    def _who(self) -> str:
        return sign_in.login_of(self.desk.viewer.name) or "demo-admin"

    def terms(self) -> Terms:
        """The terms in force; where everybody is administrator (the open demo) messages go to the robots' own hosts only.

        Raises :class:`lib.settings.SettingError`.
        """
        found = terms.of(self.data_dir)
        if self.demo and sign_in.doors_open(self.data_dir, "demo"):
            return replace(found, hosts=(), internal=False, proxy="")
        return found

    def receivers(self) -> list[str]:
        """Logins that a channel may be about: HR people for their lists, then employees and mentors for their own summaries."""
        users = [user for user in sign_in.list_users(self.data_dir) if not user.disabled]
        known = [user.login for user in users if user.role == "hr"] or (["demo-hr"] if self.demo else [])
        return known + [user.login for user in users if user.role in SELF_ONLY and user.employee_id]

    # --- channels ---

    def _channels(self) -> list[outbox.Channel]:
        with self.book.reading() as con:
            return outbox.channels(con, self.book)

    def _channel(self, id: str) -> outbox.Channel:
        for channel in self._channels():
            if channel.id == id:
                return channel
        raise ChannelWrong("gone")

    def channels(self) -> list[Seen]:
        """Every channel, by name.  Raises :class:`lib.ledger.vault.KeyLost`."""
        self._here()
        return [Seen(one.id, one.kind, one.name, shown(one.kind, one.address), bool(one.secret), one.receiver, one.lang, one.say_names,
                     one.enabled, one.at) for one in self._channels()]

    def save(self, kind: str, name: str, *, address: str | Box = "", secret: str = "", receiver: str | None = None, lang: str = "zh",
             say_names: bool = False, channel_id: str = "") -> str:
        """Keep a new channel, or change the one of ``channel_id``; returns its id.

        Changing: an empty address keeps address and secret; a new address comes with its own secret, so that a stored password is
        never carried to another host.  Raises :class:`ChannelWrong`, :class:`lib.settings.SettingError`.
        """
        self._here()
        name = unicodedata.normalize("NFKC", name).strip()
        if not name or len(name) > _MAX_NAME or not name.isprintable():
            raise ChannelWrong("name", most=_MAX_NAME)
        before = self._channel(channel_id) if channel_id else None
        kind = before.kind if before else kind
        if kind not in KINDS or lang not in LANGUAGES:
            raise ChannelWrong("odd")
        if receiver is not None and receiver not in self.receivers() and not (before and before.receiver == receiver):
            raise ChannelWrong("receiver")
        text = address.as_text() if isinstance(address, Box) else address.strip()
        if text:
            try:
                post.check(kind, text, self.terms())
            except allow.Refused as why:
                raise ChannelWrong(why.code) from None
        elif before is None:
            raise ChannelWrong("no_address")
        secret = secret.strip() if kind in ROBOTS and ROBOTS[kind].signs else secret if kind == "email" else ""
        keep = None if before and not text and not secret else secret
        try:
            return outbox.save_channel(self.book, kind, name, self._who, address=text, secret=keep, receiver=receiver, lang=lang,
                                       say_names=say_names, enabled=before.enabled if before else True, channel_id=channel_id)
        except ValueError:
            raise ChannelWrong("name_taken", name=name) from None

    def switch(self, id: str, enabled: bool) -> None:
        """Switch a channel off (what waits stays) or on again.  Raises :class:`ChannelWrong`."""
        self._here()
        one = self._channel(id)
        outbox.save_channel(self.book, one.kind, one.name, self._who, receiver=one.receiver, lang=one.lang, say_names=one.say_names,
                            enabled=enabled, channel_id=id)

    def test(self, id: str) -> Done:
        """Send a test message now and say what became of it; one that fails is put aside, not tried again.

        Raises :class:`ChannelWrong`, :class:`lib.settings.SettingError`.
        """
        self._here()
        channel, under = self._channel(id), self.terms()
        if not channel.enabled:
            raise ChannelWrong("off")
        key = send.enqueue_test(self.book, channel, under.link, uuid4().hex)
        done = send.run(self.book, under, until=key, max_s=TEST_S)
        found = next((one for one in done if one.key == key), None) or Done(key, channel.name, "waits", "limit")
        with self.book.reading() as con:
            fate = letters.fate(con, key)
        if fate and found.state != "sent":
            letters.drop(self.book, fate.id, self._who)
        with self.book.writing() as con:
            audit.write(con, self._who, "admin", "channel.tested", id, outcome=found.state)
        return found

    def send_now(self) -> list[Done]:
        """What ``python -m lib send`` does, once: raise today's cards, tell every channel that is on, people's own summaries too, try what is due.

        Returns what became of each message, in order; what failed waits for its next try.  Raises
        :class:`lib.settings.SettingError`.
        """
        self._here()
        under, home = self.terms(), messages_day.house(self.data_dir)
        if home is None:
            return []
        missed: list[str] = []
        messages_day.tell(home, under.link, lambda login, why: missed.append(login))
        messages_own.tell(home, under.link, lambda login, why: missed.append(login))
        done = send.run(self.book, under, max_s=TEST_S)
        with self.book.writing() as con:
            audit.write(con, self._who, "admin", "letters.sent", None, sent=sum(one.state == "sent" for one in done), tried=len(done), missed=len(missed))
        return list(done)

    # --- letters ---

    def _names(self) -> dict[str, str]:
        return {one.id: one.name for one in self._channels()}

    def dead(self) -> list[Letter]:
        """Letters that could not be delivered, oldest first, with the reason."""
        self._here()
        names = self._names()
        with self.book.reading() as con:
            return [Letter(one.id, one.key[:8], names.get(one.channel_id, "–"), one.created, one.error, one.attempts) for one in letters.dead(con)]

    def attempts(self, last: int = 50) -> list[Letter]:
        """The last attempts, newest first; ``why`` is ``sent``, an error, or blank while nobody knows."""
        self._here()
        names = self._names()
        with self.book.reading() as con:
            return [Letter("", one.key[:8], names.get(one.channel_id, "–"), one.at, one.outcome or "") for one in letters.attempts(con, last)]

    def waiting(self) -> int:
        """How many letters wait for another attempt."""
        self._here()
        with self.book.reading() as con:
            return letters.waiting(con)

    def revive(self, id: str) -> bool:
        """Try a letter again with the next ``send``; False when somebody was faster."""
        self._here()
        return letters.revive(self.book, id, self._who)

    def drop(self, id: str) -> bool:
        """Put a letter aside for good; False when somebody was faster."""
        self._here()
        return letters.drop(self.book, id, self._who)


def shown(kind: str, address: str) -> str:
    """What may be seen of an address: its host; for e-mail also the receiver, half hidden."""
    if kind == "email":
        with suppress(allow.Refused):
            found = mail.box(address)
            who, _, where = found.to.partition("@")
            return f"{found.host} → {who[:1]}…@{where}"
        return "…"
    return f"{allow.host_of(address)}/…"

