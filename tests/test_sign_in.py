"""Sign-in: who may come in, for how long, and what a guesser learns (nothing)."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from lib import words
from lib.access import sign_in
from lib.access.sign_in import SignInError
from lib.ledger import engine, writes
from lib.warehouse.store import Store

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


def failed(house: Path, times: int, place: str = "") -> None:
    for _ in range(times):
        with pytest.raises(SignInError):
            sign_in.sign_in(house, "李管理", "not this one", sleep=lambda _: None, place=place)


def test_only_one_try_waits_and_the_others_are_refused_at_once(house: Path) -> None:
    failed(house, 6)
    seen: list[str] = []

    def second(_: float) -> None:
        seen.append(refusal(house, "李管理", GOOD))

    sign_in.sign_in(house, "李管理", GOOD, sleep=second)
    assert seen == [words.say("sign_in.too_many")]


def test_refused_tries_lengthen_no_wait(house: Path) -> None:
    failed(house, 6)
    waits: list[float] = []
    sign_in.sign_in(house, "李管理", GOOD, sleep=lambda wait: (waits.append(wait), *[refusal(house, "李管理", GOOD) for _ in range(20)]))
    assert waits[0] <= sign_in.LONGEST_WAIT and not sign_in._waiting


def test_a_guesser_elsewhere_does_not_delay_the_right_password(house: Path) -> None:
    failed(house, 8, place="10.0.0.9")
    waits: list[float] = []
    assert sign_in.sign_in(house, "李管理", GOOD, sleep=waits.append, place="10.0.0.1") and waits == [0]


def test_a_full_waiting_room_stops_only_those_who_failed_before(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "MOST_WAITING", 0)
    failed(house, 3, place="10.0.0.9")
    assert sign_in.sign_in(house, "李管理", GOOD, sleep=lambda _: None, place="10.0.0.1")


def test_signing_in_forgets_sessions_that_are_over_or_revoked(house: Path) -> None:
    sign_in.sign_out(house, enter(house))
    writes.open_session(engine.ledger(house), "over", "李管理", writes.now() - timedelta(seconds=1))
    token = enter(house)
    with engine.ledger(house).reading() as connection:
        assert connection.exec_driver_sql("select count(*) from sessions").scalar() == 1
    assert sign_in.who(house, token)


def test_two_administrators_cannot_remove_each_other_at_once(house: Path) -> None:
    sign_in.add_user(house, "ann", GOOD, "admin")
    refused: list[str] = []

    def remove(name: str) -> None:
        try:
            sign_in.disable_user(house, name)
        except SignInError as why:
            refused.append(why.code)

    threads = [threading.Thread(target=remove, args=(name,)) for name in ("ann", "李管理")]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert refused == ["last_admin"]


def test_a_changed_user_has_the_new_role_and_scope_and_must_sign_in_again(house: Path) -> None:
    sign_in.add_user(house, "ann", GOOD, "lead", ["一组"])
    token = enter(house, "ann")
    sign_in.change_user(house, "ANN", role="hr", teams=["二组", "三组"])
    assert sign_in.who(house, token) is None
    viewer = sign_in.who(house, enter(house, "ann"))
    assert (viewer.role, viewer.teams) == ("hr", ("二组", "三组"))


def test_a_change_keeps_what_is_not_named_as_far_as_the_role_has_it(house: Path) -> None:
    sign_in.add_user(house, "ann", GOOD, "lead", ["一组"])
    assert sign_in.change_user(house, "ann", role="hr").teams == ("一组",)
    assert sign_in.change_user(house, "ann", role="boss").teams is None
    assert sign_in.change_user(house, "ann", role="employee", employee_id="E7").employee_id == "E7"
    assert sign_in.change_user(house, "ann", role="mentor").employee_id == "E7"


def test_a_boss_who_becomes_hr_does_not_get_the_whole_company_by_the_way(house: Path) -> None:
    sign_in.add_user(house, "ann", GOOD, "boss")
    with pytest.raises(SignInError) as why:
        sign_in.change_user(house, "ann", role="hr")
    assert why.value.code == "hr_needs_scope"
    assert sign_in.change_user(house, "ann", role="hr", teams=[sign_in.WHOLE]).teams is None
    assert sign_in.change_user(house, "ann").teams is None


def test_the_last_administrator_keeps_the_role_and_an_unknown_user_cannot_be_changed(house: Path) -> None:
    for name, code in (("李管理", "last_admin"), ("nobody", "name_unknown")):
        with pytest.raises(SignInError) as why:
            sign_in.change_user(house, name, role="boss")
        assert why.value.code == code


def test_a_disabled_name_is_let_in_again_and_not_added_twice(house: Path) -> None:
    sign_in.add_user(house, "ann", GOOD, "boss")
    sign_in.disable_user(house, "ann")
    with pytest.raises(SignInError) as why:
        sign_in.add_user(house, "ann", GOOD, "boss")
    assert why.value.code == "name_disabled"
    sign_in.disable_user(house, "ann", disabled=False)
    assert enter(house, "ann")


@pytest.mark.parametrize(("role", "scope", "code"), [
    ("hr", {"teams": ["电销一俎"]}, "team_unknown"), ("employee", {"employee_id": "E00l"}, "employee_unknown")])
def test_a_scope_that_the_published_company_does_not_have_is_a_typo(demo_dir: Path, house: Path, role: str, scope: dict, code: str) -> None:
    imported(demo_dir, house)
    with pytest.raises(SignInError) as why:
        sign_in.add_user(house, "ann", GOOD, role, **scope)
    assert why.value.code == code


def imported(demo_dir: Path, house: Path) -> None:
    """The demo's published version as if it had been imported."""
    import duckdb

    from lib.warehouse import publish

    source = publish.where(demo_dir)
    (house / "warehouse").mkdir()
    target = house / "warehouse" / source.name
    target.write_bytes(source.read_bytes())
    with duckdb.connect(str(target)) as con:
        con.execute("update build_info set company = 'imported'")
    (house / "warehouse" / "current").write_bytes((source.parent / "current").read_bytes())


def test_a_scope_that_the_published_company_has_is_taken(demo_dir: Path, house: Path) -> None:
    imported(demo_dir, house)
    one = Store(house).current().frame("select employee_id, team from employees where team is not null order by employee_id limit 1").iloc[0]
    assert sign_in.add_user(house, "ann", GOOD, "lead", [one["team"]]).teams == (one["team"],)
    assert sign_in.add_user(house, "bob", GOOD, "mentor", employee_id=one["employee_id"]).employee_id == one["employee_id"]


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
    ("ann", GOOD, "lead", {}, "lead_needs_team"), ("ann", GOOD, "hr", {"teams": []}, "hr_needs_scope"),
    ("ann", GOOD, "admin", {"teams": ["一组"]}, "no_teams"), ("ann", GOOD, "lead", {"teams": ["*"]}, "lead_needs_team"),
    ("ann", GOOD, "hr", {"teams": ["*", "一组"]}, "whole_or_teams"), ("ann", GOOD, "admin", {"employee_id": "E1"}, "no_employee"),
    ("ann", GOOD, "employee", {}, "needs_employee"),
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
    with engine.ledger(house).reading() as connection:
        kept = connection.exec_driver_sql("select token_hash from sessions").scalar()
    assert kept != token and sign_in.who(house, kept) is None
