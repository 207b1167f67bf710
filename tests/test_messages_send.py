"""Sending: news goes out once, failures wait longer each time, limits hold, and a killed sender loses nothing."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from pathlib import Path

import pytest

from lib import words
from lib.ledger import care, engine, letters, outbox
from lib.ledger.shape import Planned, Reason
from lib.ledger.writes import now
from lib.messages import compose, send
from lib.messages.terms import Terms
from tests.bench.messages_crash import crash
from tests.robots import Answer, breaks_off, robot, says, silent, terms

DAY = date(2026, 11, 15)
OK: Answer = says({"errcode": 0, "errmsg": "ok"})
LINK = "http://127.0.0.1:8501/today"


def channel(book: engine.Ledger, host: str = "127.0.0.1:9", name: str = "组", **more: object) -> outbox.Channel:
    made = outbox.save_channel(book, "dingtalk", name, "admin", address=f"http://{host}/robot/send?access_token=t", secret="SEC", **more)
    with book.reading() as con:
        return next(one for one in outbox.channels(con, book) if one.id == made)


def queued(book: engine.Ledger, to: outbox.Channel, count: int = 1) -> list[str]:
    keys = [compose.key_of("k", to.id, number) for number in range(count)]
    with book.writing() as con:
        for key in keys:
            outbox.put(con, key, to.id, "text", book)
    return keys


def card(book: engine.Ledger, employee: str) -> str:
    with book.writing() as con:
        return care.raise_card(con, "li", Planned(employee, "", 0, None, (Reason(employee, "tag", "high_pressure", DAY),), 1.0, ()), DAY, "li")


def texts(book: engine.Ledger) -> list[str]:
    """What waits in the outbox, as it would be sent, oldest first."""
    found = []
    while message := outbox.claim(book, now() + timedelta(seconds=1), 60, {}):
        found.append(message.text)
    return found


# --- the outcome of each answer ---------------------------------------------------------------------------------------------

def state(book: engine.Ledger, key: str) -> tuple[str, str]:
    with book.reading() as con:
        fate = letters.fate(con, key)
    return fate.state, fate.error


@pytest.mark.parametrize(("answer", "kept", "why"), [
    (OK, "sent", ""), (says({"errcode": 310000, "errmsg": "sign not match"}), "dead", "310000 sign not match"), (silent(1), "queued", "timeout"),
    (says({}, 429, Retry_After="120"), "queued", "HTTP 429"), (breaks_off, "queued", "unreadable"), (says({"errcode": 130101}), "queued", "130101"),
    (says({"errcode": 0}, 302, Location="http://127.0.0.1:9/"), "dead", "302"), (says({}, 500), "queued", "HTTP 500")])
def test_a_message_ends_where_its_answer_sends_it(book: engine.Ledger, answer: Answer, kept: str, why: str) -> None:
    with robot(answer) as server:
        key, = queued(book, channel(book, server.host))
        done, = send.run(book, terms(server.host, read_s=0.3))
        assert len(server.got) == 1 and server.got[0].headers["idempotency-key"] == key
    assert state(book, key)[0] == kept and why in state(book, key)[1] and why in done.why


def test_retry_after_is_waited_for_and_then_the_message_arrives(book: engine.Ledger) -> None:
    with robot(says({}, 429, Retry_After="120")) as server:
        key, = queued(book, channel(book, server.host))
        under = terms(server.host)
        again = send.run(book, under)[0].again
        assert timedelta(seconds=115) < again - now() < timedelta(seconds=133)
        assert send.run(book, under, clock=lambda: now() + timedelta(seconds=100)) == []
        server.answer = OK
        assert [done.state for done in send.run(book, under, clock=lambda: now() + timedelta(seconds=140))] == ["sent"]
        assert [got.headers["idempotency-key"] for got in server.got] == [key, key]


def test_a_message_is_given_up_after_eight_attempts_that_wait_ever_longer(book: engine.Ledger) -> None:
    key, = queued(book, channel(book))
    at, waits = now(), []
    for _ in range(8):
        done, = send.run(book, terms("127.0.0.1:9"), clock=lambda: at)  # noqa: B023
        if done.again:
            waits.append((done.again - at).total_seconds())
            at = done.again
    assert done.state == "dead" and state(book, key)[0] == "dead" and len(waits) == 7
    assert all(15 * 2 ** n <= wait <= min(30 * 2 ** n, 3600) for n, wait in enumerate(waits))
    assert send.run(book, terms("127.0.0.1:9"), clock=lambda: at + timedelta(days=9)) == []


def test_the_wait_is_bounded_and_spread() -> None:
    spread = {send.back_off(3, Terms(), chance / 10) for chance in range(11)}
    assert min(spread) == 60 and max(spread) == 120 and len(spread) == 11
    assert send.back_off(30, Terms(), 1) == 3600


def test_a_revived_letter_is_tried_again_and_a_dropped_one_never(book: engine.Ledger) -> None:
    with robot(says({"errcode": 310000})) as server:
        first, second = queued(book, channel(book, server.host), 2)
        send.run(book, terms(server.host))
        with book.reading() as con:
            dead = {letter.key: letter.id for letter in letters.dead(con)}
        assert letters.revive(book, dead[first], "admin") and letters.drop(book, dead[second], "admin")
        assert not letters.revive(book, dead[second], "admin") and not letters.drop(book, dead[second] + "x", "admin")
        server.answer = OK
        send.run(book, terms(server.host))
    assert state(book, first)[0] == "sent" and state(book, second) == ("dead", letters.DROPPED)
    with book.reading() as con:
        assert letters.dead_count(con) == 0


def test_a_channel_that_is_switched_off_sends_nothing_and_holds_nobody_up(book: engine.Ledger) -> None:
    with robot(OK) as server:
        queued(book, channel(book, server.host, "off", enabled=False))
        queued(book, channel(book, server.host, "on"))
        assert [done.channel for done in send.run(book, terms(server.host), wait=True, max_s=5)] == ["on"]


def test_waiting_sends_what_fails_at_first(book: engine.Ledger) -> None:
    with robot(says({}, 503)) as server:
        queued(book, channel(book, server.host))
        threading.Timer(1.2, lambda: setattr(server, "answer", OK)).start()
        done = send.run(book, terms(server.host, base_s=0.5, max_s=1), wait=True, max_s=15)
    assert [one.state for one in done][-1] == "sent" and len(done) > 1


# --- limits -----------------------------------------------------------------------------------------------------------------

def test_a_robot_gets_no_more_than_twenty_a_minute_from_two_senders_together(book: engine.Ledger) -> None:
    with robot(OK) as server, robot(OK) as other:
        queued(book, channel(book, server.host), 30)
        queued(book, channel(book, other.host, "other"), 3)
        under = terms(server.host, other.host)
        senders = [threading.Thread(target=send.run, args=(book, under)) for _ in range(2)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert (len(server.got), len(other.got)) == (20, 3)
        send.run(book, under, clock=lambda: now() + timedelta(seconds=61))
        assert len({got.headers["idempotency-key"] for got in server.got}) == len(server.got) == 30


def test_two_senders_never_send_the_same_message(book: engine.Ledger) -> None:
    with robot(OK) as server:
        keys = queued(book, channel(book, server.host), 15)
        senders = [threading.Thread(target=send.run, args=(book, terms(server.host))) for _ in range(4)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert sorted(got.headers["idempotency-key"] for got in server.got) == sorted(keys)


# --- a killed sender --------------------------------------------------------------------------------------------------------

def test_a_sender_killed_before_it_acknowledged_loses_nothing_and_repeats_at_most_once(tmp_path: Path) -> None:
    found = crash(5, tmp_path)
    assert (found.killed, found.lost, found.more_than_twice, found.keys_changed) == (5, 0, 0, 0)
    assert found.twice >= 1


def test_a_message_over_which_senders_keep_dying_is_given_up(book: engine.Ledger) -> None:
    with robot(OK) as server:
        key, = queued(book, channel(book, server.host))
        at = now()
        for turn in range(8):
            assert outbox.claim(book, at + timedelta(hours=turn), 60, {}) is not None
        done, = send.run(book, terms(server.host), clock=lambda: at + timedelta(hours=9))
        assert done.state == "dead" and state(book, key)[0] == "dead" and server.got == []


# --- news -------------------------------------------------------------------------------------------------------------------

def test_a_day_is_told_once_and_later_only_what_is_new(book: engine.Ledger) -> None:
    to, people = channel(book, lang="en"), {card(book, f"K{n}"): f"Name{n}" for n in range(3)}
    assert send.enqueue(book, to, DAY, "li", people, LINK)
    assert send.enqueue(book, to, DAY, "li", people, LINK) is None
    assert send.enqueue(book, to, DAY, "li", dict(list(people.items())[:1]), LINK) is None  # two are done: no news
    more = people | {card(book, "K9"): "Name9"}
    assert send.enqueue(book, to, DAY, "li", more, LINK)
    assert send.enqueue(book, to, DAY, "li", more, LINK) is None
    assert send.enqueue(book, to, DAY + timedelta(days=1), "li", more, LINK)
    told = texts(book)
    assert [text.splitlines()[0] for text in told] == ["Care today: 3 people would be glad to hear from you.",
                                                       "Care today: 1 more person joined today's list.",
                                                       "Care today: 4 people would be glad to hear from you."]


def test_an_empty_list_and_a_switched_off_channel_are_no_news(book: engine.Ledger) -> None:
    assert send.enqueue(book, channel(book), DAY, "li", {}, LINK) is None
    assert send.enqueue(book, channel(book, name="off", enabled=False), DAY, "li", {card(book, "K1"): "A"}, LINK) is None


def test_news_is_queued_once_by_two_senders_together(book: engine.Ledger) -> None:
    to, people = channel(book), {card(book, "K1"): "A"}
    threads = [threading.Thread(target=send.enqueue, args=(book, to, DAY, "li", people, LINK)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts(book)) == 1


def test_another_channel_another_day_and_another_hr_are_other_news(book: engine.Ledger) -> None:
    first, second, people = channel(book), channel(book, name="b"), {card(book, "K1"): "A"}
    keys = [send.enqueue(book, to, day, who, people, LINK) for to in (first, second) for day in (DAY, DAY + timedelta(days=1)) for who in ("li", "wu")]
    assert len(set(keys)) == 8 and None not in keys


# --- what stands in a message -----------------------------------------------------------------------------------------------

PEOPLE = {"K1": "张伟", "K2": "李 秀英", "K3": "Ann O'Neil"}


def private_words() -> set[str]:
    """Everything that says why: tag labels and keys, reasons, topics."""
    from lib.care import shape
    from lib.tags.rules import TAGS

    tags = {word for tag in TAGS for word in (tag.key, tag.label.zh, tag.label.en)}
    return tags | {"tag", "touch", "promise", "follow_up", "承诺", "高压", "家庭", "住院", *shape.TOPICS} - {"people", "team", "other"}


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("kind", ["today", "new"])
def test_a_message_says_how_many_where_and_which_and_nothing_else(lang: str, kind: str) -> None:
    key = compose.key_of(kind, lang)
    letter = getattr(compose, kind)(lang, key, 3, LINK)
    rest = letter.text.replace(LINK, "", 1).replace(compose.ref_of(key), "", 1).replace("3", "", 1)
    assert LINK in letter.text and compose.ref_of(key) in letter.text
    assert not any(char.isdigit() for char in rest), rest
    assert not any(word.casefold() in (letter.text + letter.title).casefold() for word in [*private_words(), *PEOPLE.values(), *PEOPLE])


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_names_stand_in_a_message_only_when_the_channel_may_say_them(book: engine.Ledger, lang: str) -> None:
    people = {card(book, employee): name for employee, name in PEOPLE.items()}
    silent_, open_ = channel(book, name="a", lang=lang), channel(book, name="b", lang=lang, say_names=True)
    for to in (silent_, open_):
        send.enqueue(book, to, DAY, "li", people, LINK)
    quiet, named = sorted(texts(book), key=len)
    assert not any(name in quiet for name in PEOPLE.values()) and all(name in named for name in PEOPLE.values())
    assert not any(word.casefold() in named.casefold() for word in private_words()) and not any(employee in named for employee in PEOPLE)


def test_a_message_fits_wecom_however_many_names_there_are() -> None:
    letter = compose.today("zh", "k" * 64, 900, LINK, ["欧阳娜娜" * 5] * 900)
    assert len(letter.text.encode()) <= 2048 and "另有" in letter.text and LINK in letter.text


@pytest.mark.parametrize("name", ["<@all>", "<at user_id=\"all\">", "@所有人", "a\nb", "[x](http://evil.example)", "evil.example/x", "**b**", "‮abc"])
def test_a_name_can_neither_mention_nor_link(name: str) -> None:
    shown = compose.plain_name(name)
    assert not any(char in shown for char in "<>@\n[]()*:/‮") and "evil.example" not in shown


def test_the_words_of_a_message_that_waits_are_sealed(book: engine.Ledger, tmp_path: Path) -> None:
    to = channel(book, lang="en", say_names=True)
    send.enqueue(book, to, DAY, "li", {card(book, "K1"): "Zhang Wei"}, LINK)
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("ledger.db*"))
    assert b"Zhang Wei" not in stored and b"glad to hear" not in stored and b"access_token" not in stored


