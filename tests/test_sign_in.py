"""Sign-in: who may come in, for how long, and what a guesser learns (nothing)."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

from lib.access import sign_in
from lib.access.sign_in import SignInError
from lib.ledger import tables, writes

GOOD = "blue river 42"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A data folder with an administrator."""
    sign_in.first_admin(tmp_path, "李管理", GOOD)
    return tmp_path


def enter(house: Path, name: str = "李管理", password: str = GOOD, waits: list[float] | None = None) -> str:
    return sign_in.sign_in(house, name, password, sleep=(waits if waits is not None else []).append)


def refusal(house: Path, name: str, password: str) -> str:
    with pytest.raises(SignInError) as why:
        enter(house, name, password)
    return str(why.value)


def test_the_right_password_opens_a_session_with_role_and_scope(house: Path) -> None:
    sign_in.add_user(house, "王人事", GOOD, "hr", ["电销一组", " 电销二组 "])
    viewer = sign_in.who(house, enter(house, "王人事"))
    assert (viewer.role, viewer.teams, viewer.name) == ("hr", ("电销一组", "电销二组"), "王人事")


def test_the_password_is_nowhere_in_the_ledger(house: Path) -> None:
    token = enter(house)
    kept = b"".join(file.read_bytes() for file in house.glob("ledger.db*"))
    assert GOOD.encode() not in kept and token.encode() not in kept and b"$argon2id$" in kept


def test_an_unknown_a_wrong_and_a_disabled_user_get_the_same_answer(house: Path) -> None:
    sign_in.add_user(house, "ann", GOOD, "boss")
    sign_in.disable_user(house, "ann")
    answers = {refusal(house, "李管理", "not this one"), refusal(house, "nobody", GOOD), refusal(house, "ann", GOOD)}
    assert len(answers) == 1


def test_an_unknown_name_takes_as_long_as_a_known_one(house: Path) -> None:
    def took(name: str) -> float:
        begun = time.perf_counter()
        refusal(house, name, "not this one")
        return time.perf_counter() - begun

    took("nobody")
    known, unknown = min(took("李管理") for _ in range(4)), min(took(f"nobody{i}") for i in range(4))
    assert 0.5 < known / unknown < 2


def test_every_failure_makes_the_next_try_wait_longer(house: Path) -> None:
    for _ in range(4):
        refusal(house, "李管理", "not this one")
    waits: list[float] = []
    enter(house, waits=waits)
    assert 3 < waits[0] <= sign_in.LONGEST_WAIT
    enter(house, waits=waits)
    assert waits[1] == 0


def test_waiting_grows_and_is_bounded() -> None:
    waits = [sign_in.wait_after(n) for n in range(40)]
    assert waits == sorted(waits) and waits[0] == 0 and waits[-1] == sign_in.LONGEST_WAIT


def test_many_windows_at_once_stand_in_one_line(house: Path) -> None:
    for _ in range(6):
        refusal(house, "李管理", "not this one")
    with pytest.raises(SignInError, match="分钟"):
        for _ in range(10):
            sign_in._queue(house, sign_in.login_of("李管理"))


def test_a_session_ends_after_eight_hours(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token, later = enter(house), writes.now() + timedelta(hours=sign_in.HOURS)
    monkeypatch.setattr(writes, "now", lambda: later)
    assert sign_in.who(house, token) is None


def test_signing_out_ends_only_this_session(house: Path) -> None:
    one, two = enter(house), enter(house)
    sign_in.sign_out(house, one)
    assert sign_in.who(house, one) is None and sign_in.who(house, two) is not None


def test_disabling_a_user_ends_the_open_sessions_and_letting_in_again_does_not_revive_them(house: Path) -> None:
    sign_in.add_user(house, "ann", GOOD, "boss")
    token = enter(house, "ann")
    sign_in.disable_user(house, "ann")
    sign_in.disable_user(house, "ann", disabled=False)
    assert sign_in.who(house, token) is None and sign_in.who(house, enter(house, "ann")) is not None


def test_a_new_password_ends_open_sessions_and_replaces_the_old_one(house: Path) -> None:
    token = enter(house)
    sign_in.set_password(house, "李管理", "green hill 17")
    assert sign_in.who(house, token) is None
    refusal(house, "李管理", GOOD)
    assert sign_in.who(house, enter(house, password="green hill 17"))


def test_the_last_administrator_cannot_be_disabled(house: Path) -> None:
    with pytest.raises(SignInError) as why:
        sign_in.disable_user(house, "李管理")
    assert why.value.code == "last_admin"


def test_a_second_first_administrator_is_refused(house: Path) -> None:
    with pytest.raises(SignInError) as why:
        sign_in.first_admin(house, "somebody else", GOOD)
    assert why.value.code == "admin_exists"


@pytest.mark.parametrize(("name", "password", "role", "scope", "code"), [
    ("ann", "too short", "boss", {}, "password_short"), ("ann", "a" * 12, "boss", {}, "password_plain"),
    ("ann", "ab1!" * 51, "boss", {}, "password_long"), ("", GOOD, "boss", {}, "name_wrong"),
    ("ann\x00", GOOD, "boss", {}, "name_wrong"), ("ann", GOOD, "king", {}, "role_unknown"),
    ("ann", GOOD, "lead", {}, "lead_needs_team"), ("ann", GOOD, "employee", {}, "needs_employee"),
    ("  李管理 ", GOOD, "boss", {}, "name_taken")])
def test_a_user_that_cannot_be_is_refused_with_a_reason(house: Path, name: str, password: str, role: str, scope: dict, code: str) -> None:
    with pytest.raises(SignInError) as why:
        sign_in.add_user(house, name, password, role, **scope)
    assert why.value.code == code and str(why.value)


def test_names_are_compared_without_case_and_width(house: Path) -> None:
    sign_in.add_user(house, "Ann", GOOD, "boss")
    assert sign_in.who(house, enter(house, " ＡNN "))


def test_the_demo_is_open_until_there_is_a_user_or_an_import(tmp_path: Path) -> None:
    assert sign_in.doors_open(tmp_path, "demo") and not sign_in.doors_open(tmp_path, "imported")
    sign_in.first_admin(tmp_path, "ann", GOOD)
    assert not sign_in.doors_open(tmp_path, "demo")


def test_an_import_closes_the_demo_before_any_build(tmp_path: Path) -> None:
    record = tmp_path / "sources" / "employees" / "one.json"
    record.parent.mkdir(parents=True)
    record.write_text("{}")
    assert not sign_in.doors_open(tmp_path, "demo")


def test_a_made_up_token_is_nobody(house: Path) -> None:
    assert sign_in.who(house, "made up") is None and sign_in.who(house, None) is None and sign_in.who(house, "") is None


def test_only_the_hash_of_a_token_is_kept(house: Path) -> None:
    token = enter(house)
    with tables.ledger(house).reading() as connection:
        kept = connection.exec_driver_sql("select token_hash from sessions").scalar()
    assert kept != token and sign_in.who(house, kept) is None
