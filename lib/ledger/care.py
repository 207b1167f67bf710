"""Care in the ledger, one door: cards and what became of them, talks, promises.  Functions that take a ledger are one transaction."""

from lib.ledger.cards import (
    Changed,
    card_dates,
    decline,
    done_on,
    event,
    expire,
    hand_over,
    handed_over,
    judge,
    merge,
    open_cards,
    person_of_card,
    raise_card,
    raised_by,
    reminded,
    snooze,
    take_back,
    wake,
)
from lib.ledger.talks import (
    NOTE_DAYS,
    Expired,
    follow_ups,
    last_promise,
    log_talk,
    open_note,
    open_promise,
    person_of_promise,
    person_of_talk,
    promises_due,
    promises_open,
    settle,
    talk_dates,
    talks_about,
    talks_of,
)

__all__ = [
    "NOTE_DAYS", "Changed", "Expired", "card_dates", "decline", "done_on", "event", "expire", "follow_ups", "hand_over", "handed_over",
    "judge", "last_promise", "log_talk", "merge", "open_cards", "open_note", "open_promise", "person_of_card", "person_of_promise",
    "person_of_talk", "promises_due", "promises_open", "raise_card", "raised_by", "reminded", "settle", "snooze", "take_back", "talk_dates",
    "talks_about", "talks_of", "wake",
]
