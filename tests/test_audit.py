"""The audit: a line stands or falls with what it speaks of, and a change of the past shows."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from lib.ledger import audit, rules
from lib.ledger.engine import Ledger
from lib.ledger.tables import AUDIT
from lib.ledger.writes import now


def written(book: Ledger, lines: int = 5) -> None:
    for number in range(lines):
        with book.writing() as con:
            audit.write(con, "ann", "hr", "note.opened", f"E{number}", reason="prepare_talk", number=number, share=0.1, none=None)


def test_what_was_written_reads_back_newest_first(book: Ledger) -> None:
    written(book)
    found = audit.lines(book, last=2)
    assert [(line.id, line.who, line.role, line.action, line.subject, line.detail["number"]) for line in found] == \
        [(5, "ann", "hr", "note.opened", "E4", 4), (4, "ann", "hr", "note.opened", "E3", 3)]
    assert [line.id for line in audit.lines(book, subject="E1")] == [2]


def test_an_untouched_audit_holds(book: Ledger) -> None:
    assert audit.verify(book) is None
    written(book)
    assert audit.verify(book) is None


@pytest.mark.parametrize("change", [{"who": "bob"}, {"subject": "E9"}, {"detail": {"reason": "other"}}, {"action": "note.closed"}, {"role": "boss"}],
                         ids=lambda change: next(iter(change)))
def test_a_changed_line_is_found(book: Ledger, change: dict) -> None:
    written(book)
    with book.writing() as con:
        con.execute(update(AUDIT).where(AUDIT.c.id == 3).values(**change))
    assert audit.verify(book) == 3


@pytest.mark.parametrize("gone", [1, 3, 5])
def test_a_removed_line_is_found_also_the_first_and_the_last(book: Ledger, gone: int) -> None:
    written(book)
    with book.writing() as con:
        con.execute(delete(AUDIT).where(AUDIT.c.id == gone))
    assert audit.verify(book) == gone


def test_all_lines_removed_are_missed(book: Ledger) -> None:
    written(book)
    with book.writing() as con:
        con.execute(delete(AUDIT))
    assert audit.verify(book) == 1


@pytest.mark.parametrize("hashes", [True, False], ids=["whole", "without hashes"])
def test_two_swapped_lines_are_found(book: Ledger, hashes: bool) -> None:
    written(book)
    with book.writing() as con:
        rows = [dict(row) for row in con.execute(select(AUDIT).where(AUDIT.c.id.in_([2, 3])).order_by(AUDIT.c.id)).mappings()]
        con.execute(delete(AUDIT).where(AUDIT.c.id.in_([2, 3])))
        first, second = rows
        kept = () if hashes else ("previous", "hash")
        swapped = [{**second, "id": 2, **{name: first[name] for name in kept}}, {**first, "id": 3, **{name: second[name] for name in kept}}]
        con.execute(insert(AUDIT), swapped)
    assert audit.verify(book) == 2


def test_a_line_put_in_at_the_end_by_hand_is_found(book: Ledger) -> None:
    written(book)
    with book.writing() as con:
        last = con.execute(select(AUDIT).where(AUDIT.c.id == 5)).mappings().one()
        forged = {**last, "id": 6, "previous": last["hash"]}
        con.execute(insert(AUDIT).values({**forged, "hash": audit._hash(**{key: value for key, value in forged.items() if key != "hash"})}))
    assert audit.verify(book) == 6


def test_a_line_falls_with_what_it_speaks_of(book: Ledger) -> None:
    with pytest.raises(RuntimeError), book.writing() as con:
        audit.write(con, "ann", "hr", "note.opened", "E1")
        raise RuntimeError
    assert audit.lines(book) == [] and audit.verify(book) is None


def test_content_is_refused(book: Ledger) -> None:
    with pytest.raises(ValueError, match="facts"), book.writing() as con:
        audit.write(con, "ann", "hr", "note.opened", "E1", words="话" * 201)
    with pytest.raises(TypeError), book.writing() as con:
        audit.write(con, "ann", "hr", "note.opened", "E1", day=date(2026, 1, 1))


def test_a_rule_and_a_setting_leave_a_line(book: Ledger) -> None:
    first = rules.save_rule(book, "high_pressure", {"tags.high_pressure.days": 3}, False, {"fired": 10}, "ann")
    rules.save_rule(book, "high_pressure", {"tags.high_pressure.days": 4}, True, None, "bob")
    rules.setting_changed(book, "care.gap_days", None, 4, "root")
    with book.reading() as con:
        kept, changed = rules.rules(con, "high_pressure"), rules.changes(con)
    assert [(one.limits["tags.high_pressure.days"], one.muted, one.who) for one in kept] == [(4, True, "bob"), (3, False, "ann")]
    assert kept[1].id == first and kept[1].backtest == {"fired": 10} and kept[0].backtest is None
    assert [(one.name, one.old, one.new, one.who) for one in changed] == [("care.gap_days", None, 4, "root")]
    assert [line.action for line in audit.lines(book)] == ["setting.changed", "rule.saved", "rule.saved"] and audit.verify(book) is None


def test_a_list_that_is_looked_at_again_is_written_again_the_next_day_and_for_another_viewer(book: Ledger) -> None:
    looks = lambda who, action="risk.listed": audit.looked(book, ["E1", "E2", "E1"], who, "hr", action)
    assert [looks("ann"), looks("ann"), looks("bob"), looks("ann", "pain.looked")] == [2, 0, 2, 2]
    begun = datetime.combine((now() + timedelta(hours=8)).date(), datetime.min.time()) - timedelta(hours=8)   # midnight in Shanghai
    with book.writing() as con:
        con.execute(update(AUDIT).where(AUDIT.c.who == "ann", AUDIT.c.subject == "E1").values(at=begun - timedelta(seconds=1)))
        con.execute(update(AUDIT).where(AUDIT.c.who == "ann", AUDIT.c.subject == "E2").values(at=begun))
    assert looks("ann") == 1 and audit.lines(book, "E1")[0].who == "ann"
    assert audit.looked(book, [], "ann", "hr", "risk.listed") == 0
