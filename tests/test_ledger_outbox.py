"""The outbox: queued once, claimed by one, never faster than the channel allows, and never forgotten."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from lib.ledger import audit, outbox
from lib.ledger.engine import Ledger
from lib.ledger.tables import ATTEMPTS, OUTBOX

NOW = datetime(2026, 11, 16, 8)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def channel(book: Ledger, name: str = "群", **more) -> str:
    return outbox.save_channel(book, "dingtalk", name, "root", **{"address": f"https://robot/{name}"} | more)


def queue(book: Ledger, to: str, *keys: str) -> None:
    for key in keys:
        with book.writing() as con:
            assert outbox.put(con, key, to, f"text of {key}", book, NOW + timedelta(microseconds=ord(key)) - timedelta(seconds=1))


def outcomes(book: Ledger) -> list[str | None]:
    with book.reading() as con:
        return list(con.scalars(select(ATTEMPTS.c.outcome).order_by(ATTEMPTS.c.id)))


def test_the_same_news_is_queued_once_whatever_became_of_it(book: Ledger) -> None:
    to = channel(book)
    queue(book, to, "a")
    outbox.sent(book, outbox.claim(book, NOW, 60, {}).id)
    with book.writing() as con:
        assert not outbox.put(con, "a", to, "again", book, NOW)


def test_a_claimed_message_is_nobody_elses_until_its_lease_is_over(book: Ledger) -> None:
    queue(book, channel(book), "a")
    first = outbox.claim(book, NOW, 60, {})
    assert (first.key, first.text, first.attempt) == ("a", "text of a", 1)
    assert outbox.claim(book, after(59), 60, {}) is None
    second = outbox.claim(book, after(60), 60, {})
    assert (second.id, second.attempt) == (first.id, 2) and outcomes(book) == ["no answer", None]


def test_of_many_senders_each_gets_another_message(book: Ledger) -> None:
    queue(book, channel(book), *"abcdefgh")
    got: list[str] = []

    def sender() -> None:
        while (message := outbox.claim(book, NOW, 60, {})) is not None:
            got.append(message.key)

    threads = [threading.Thread(target=sender) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list("abcdefgh")


def test_a_channel_is_never_asked_more_often_than_it_allows(book: Ledger) -> None:
    slow, other = channel(book, "slow"), channel(book, "other")
    queue(book, slow, "a", "b", "c")
    queue(book, other, "d")
    limits = {slow: 2, other: 20}
    got = [outbox.claim(book, after(second), 600, limits) for second in range(5)]
    assert [message and message.key for message in got] == ["a", "b", "d", None, None]
    outbox.failed(book, got[0].id, "busy", after(10))
    assert outbox.claim(book, after(59), 600, limits) is None
    assert outbox.claim(book, after(61), 600, limits).key in ("a", "c")


def test_a_failed_message_waits_and_a_hopeless_one_is_dead_until_revived(book: Ledger) -> None:
    queue(book, channel(book), "a")
    id = outbox.claim(book, NOW, 60, {}).id
    outbox.failed(book, id, "45009 too fast", after(30))
    assert outbox.claim(book, after(29), 60, {}) is None and outbox.claim(book, after(30), 60, {}).attempt == 2
    outbox.failed(book, id, "310000 sign", None)
    with book.reading() as con:
        [gone] = outbox.dead(con)
    assert (gone.id, gone.attempts, gone.error) == (id, 2, "310000 sign") and outcomes(book) == ["45009 too fast", "310000 sign"]
    assert outbox.claim(book, after(9999), 60, {}) is None
    assert outbox.revive(book, id, after(10000)) and not outbox.revive(book, id)
    assert outbox.claim(book, after(10000), 60, {}).attempt == 1


def test_the_words_of_a_message_that_arrived_are_removed_and_it_stays_sent(book: Ledger) -> None:
    queue(book, channel(book), "a")
    id = outbox.claim(book, NOW, 60, {}).id
    outbox.sent(book, id, NOW)
    outbox.failed(book, id, "late", after(1))  # a sender whose lease was over
    with book.reading() as con:
        row = con.execute(select(OUTBOX)).one()
        assert (row.state, row.text_sealed, outbox.counts(con)) == ("sent", b"", {"sent": 1})


def test_a_channel_that_is_off_keeps_its_messages(book: Ledger) -> None:
    to = channel(book)
    queue(book, to, "a")
    outbox.save_channel(book, "dingtalk", "群", "root", enabled=False, channel_id=to)
    assert outbox.claim(book, NOW, 60, {}) is None
    outbox.save_channel(book, "dingtalk", "群", "root", channel_id=to)
    assert outbox.claim(book, NOW, 60, {}).key == "a"


def test_a_channel_keeps_its_address_and_secret_when_only_the_rest_changes(book: Ledger) -> None:
    to = channel(book, secret="SEC1")
    outbox.save_channel(book, "dingtalk", "新名字", "eve", receiver="ann", lang="en", say_names=True, channel_id=to)
    with book.reading() as con:
        [kept] = outbox.channels(con, book)
    assert (kept.address, kept.secret, kept.name, kept.receiver, kept.lang, kept.say_names) == ("https://robot/群", "SEC1", "新名字", "ann", "en", True)
    assert "robot" not in repr(kept) and "SEC1" not in repr(kept) and "robot" not in str(audit.lines(book))
    outbox.save_channel(book, "dingtalk", "新名字", "eve", secret="", channel_id=to)
    with book.reading() as con:
        assert outbox.channels(con, book)[0].secret == ""


def test_a_channel_needs_an_address_and_a_name_of_its_own(book: Ledger) -> None:
    channel(book)
    for wrong in ({"name": "群"}, {"name": "b", "address": ""}):
        with pytest.raises(ValueError):
            channel(book, **wrong)
    with pytest.raises(LookupError):
        outbox.save_channel(book, "email", "c", "root", channel_id="nothing")
