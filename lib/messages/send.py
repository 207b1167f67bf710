"""Send: news into the outbox once, and out of it until it has arrived: claim, try, acknowledge.

A sender may die at any moment: what it held is taken by another when its lease is over, with the same idempotency key.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lib.ledger import letters, outbox
from lib.ledger.engine import Ledger
from lib.ledger.outbox import Channel, Message
from lib.ledger.writes import now as this_moment
from lib.messages import compose, post
from lib.messages.channels import Outcome, dead
from lib.messages.terms import Terms


@dataclass(frozen=True)
class Done:
    """What became of one attempt: ``sent``, ``waits`` (it is tried again at ``again``) or ``dead``."""

    key: str
    channel: str
    state: str
    why: str = ""
    again: datetime | None = None


def enqueue(book: Ledger, channel: Channel, day: date, owner: str, people: Mapping[str, str], link: str) -> str | None:
    """Queue the news of one HR's list for one channel; returns its key, None when there is none.

    ``owner`` is the HR ('' for everybody's list); ``people`` the cards of the list as card id → name.  The first message of a day
    says how many are on the list; later ones only speak of cards that this channel was not told about.
    """
    if not people or not channel.enabled:
        return None
    with book.writing() as con:
        known = letters.told(con, channel.id, people)
        fresh = sorted(card for card in people if card not in known)
        names = [people[card] for card in fresh] if channel.say_names else []
        key = compose.key_of("today", channel.id, day, owner)
        letter = compose.today(channel.lang, key, len(people), link, names)
        queued = outbox.put(con, key, channel.id, letter.text, book)
        if not queued and fresh:
            key = compose.key_of("new", channel.id, day, owner, *fresh)
            letter = compose.new(channel.lang, key, len(fresh), link, names)
            queued = outbox.put(con, key, channel.id, letter.text, book)
        if not queued:
            return None
        letters.tell(con, channel.id, fresh, key)
    return key


def enqueue_own(book: Ledger, channel: Channel, day: date, owner: str, lines: Sequence[str], week: bool, link: str) -> str | None:
    """Queue a person's own summary of a day, once for each channel, day and person; returns its key, None when it was queued before.

    ``lines`` are only written where the channel may say names.
    """
    if not channel.enabled:
        return None
    key = compose.key_of("own", channel.id, day, owner)
    letter = compose.own(channel.lang, key, link, lines if channel.say_names else (), week)
    with book.writing() as con:
        return key if outbox.put(con, key, channel.id, letter.text, book) else None


def enqueue_test(book: Ledger, channel: Channel, link: str, nonce: str) -> str:
    """Queue a test message (a new one for every ``nonce``); returns its key."""
    key = compose.key_of("test", channel.id, nonce)
    with book.writing() as con:
        outbox.put(con, key, channel.id, compose.test(channel.lang, key, link).text, book)
    return key


def back_off(attempt: int, terms: Terms, chance: float) -> float:
    """Seconds until the next attempt after ``attempt`` failed ones: doubled each time, bounded, and spread by up to a half.

    ``chance`` in 0…1 places it in the spread, so that senders that failed together do not come back together.
    """
    return min(terms.base_s * 2.0 ** min(attempt - 1, 30), terms.max_s) * (0.5 + 0.5 * chance)


def run(book: Ledger, terms: Terms, *, wait: bool = False, max_s: float | None = None, until: str | None = None,
        told: Callable[[Done], None] = lambda done: None, clock: Callable[[], datetime] = this_moment) -> list[Done]:
    """Send what is due and return what became of each attempt.

    ``wait``: stay until nothing waits any more; ``max_s``: but begin no attempt after so many seconds; ``until``: stop when the
    letter of this key was tried; ``told``: called after each attempt.  Raises :class:`lib.ledger.vault.KeyLost`.
    """
    ends = None if max_s is None else time.monotonic() + max_s
    done: list[Done] = []
    while ends is None or time.monotonic() < ends:
        channels = _channels(book)
        message = outbox.claim(book, clock(), terms.lease_s, dict.fromkeys(channels, terms.per_minute))
        if message is not None:
            done.append(_attempt(book, channels.get(message.channel_id) or _channels(book)[message.channel_id], message, terms, clock))
            told(done[-1])
            if until == message.key:
                break
        elif not wait or not _sleep(book, clock, ends):
            break
    return done


def _channels(book: Ledger) -> dict[str, Channel]:
    with book.reading() as con:
        return {channel.id: channel for channel in outbox.channels(con, book)}


def _attempt(book: Ledger, channel: Channel, message: Message, terms: Terms, clock: Callable[[], datetime]) -> Done:
    if message.attempt > terms.attempts:  # its senders died over it again and again
        outcome = dead(f"given up after {terms.attempts} attempts")
    else:
        outcome = post.deliver(channel.kind, channel.address, channel.secret, compose.kept(message.text, message.key, channel.lang), terms)
    return acknowledge(book, channel.name, message, outcome, terms, clock())


def acknowledge(book: Ledger, channel: str, message: Message, outcome: Outcome, terms: Terms, at: datetime) -> Done:
    """Write down what became of an attempt."""
    if outcome.state == "ok":
        outbox.sent(book, message.id, at)
        return Done(message.key, channel, "sent")
    if outcome.state == "dead" or message.attempt >= terms.attempts:
        outbox.failed(book, message.id, outcome.why, None)
        return Done(message.key, channel, "dead", outcome.why)
    wait = back_off(message.attempt, terms, random.random())
    if outcome.after_s:  # the other side said when, and not before
        wait = outcome.after_s * (1 + 0.1 * random.random())
    again = at + timedelta(seconds=wait)
    outbox.failed(book, message.id, outcome.why, again)
    return Done(message.key, channel, "waits", outcome.why, again)


def _sleep(book: Ledger, clock: Callable[[], datetime], ends: float | None) -> bool:
    """Wait for what comes next; False when nothing will, or not in time."""
    with book.reading() as con:
        moment = letters.next_at(con)
    if moment is None:
        return False
    left = float("inf") if ends is None else ends - time.monotonic()
    time.sleep(max(min(max((moment - clock()).total_seconds(), 0.5), 1.0, left), 0.0))
    return True


