"""The audit on the Data page: facts for the administrator, pseudonyms for people, a broken chain that shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib import settings
from lib.access.audit_desk import AuditDesk
from lib.access.desk import Desk, NotAllowed
from lib.access.office import EmptyDesk, Office
from lib.access.roles import ROLES, Viewer
from lib.ledger import audit, engine, rules
from lib.tags.rules import HIGH_PRESSURE
from lib.warehouse.store import Store


def house(folder: Path) -> EmptyDesk:
    return EmptyDesk(Store(folder), Viewer("admin", name="Ann"))


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_only_the_administrator_reads_the_audit(role: str, desk_of) -> None:
    with pytest.raises(NotAllowed):
        AuditDesk(desk_of(role))


def test_asking_for_the_audit_of_an_unused_house_makes_no_file(tmp_path: Path) -> None:
    assert AuditDesk(house(tmp_path)).lines().empty
    assert not (tmp_path / "ledger.db").exists()


def test_a_changed_setting_is_in_the_audit_with_who_and_what(tmp_path: Path) -> None:
    Office(house(tmp_path)).save_setting(settings.SETTINGS[4], 7)
    line = AuditDesk(house(tmp_path)).lines().iloc[0]
    assert (line["who"], line["action"], line["subject"], line["detail"]) == ("ann", "setting.changed", "privacy.min_group", "old 5 · new 7")


def test_the_lines_of_the_audit_stand_open(tmp_path: Path) -> None:
    def script(data: str) -> None:
        from pathlib import Path

        from lib.access.office import EmptyDesk, Office
        from lib.access.roles import Viewer
        from lib.show import data_audit
        from lib.warehouse.store import Store

        data_audit.show(Office(EmptyDesk(Store(Path(data)), Viewer("admin", name="ann"))))

    Office(house(tmp_path)).save_setting(settings.SETTINGS[4], 7)
    page = AppTest.from_function(script, kwargs={"data": str(tmp_path)}, default_timeout=30).run()
    assert not page.exception and page.expander[0].proto.expanded


def test_a_changed_limit_is_a_new_version_of_the_rule(tmp_path: Path) -> None:
    Office(house(tmp_path)).save_setting(HIGH_PRESSURE.limits[0], 4)
    with engine.ledger(tmp_path).reading() as con:
        assert rules.rules(con, "high_pressure")[0].limits["tags.high_pressure.days"] == 4


def test_a_setting_that_cannot_be_remembered_is_not_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ledger.db").mkdir()  # no file can be made here
    with pytest.raises(Exception):  # noqa: B017 – whatever the engine says about it
        Office(house(tmp_path)).save_setting(settings.SETTINGS[4], 7)
    assert settings.stored(tmp_path) == {}


def test_a_line_about_care_shows_a_pseudonym_and_never_the_number(tmp_path: Path) -> None:
    with engine.ledger(tmp_path).writing() as con:
        audit.write(con, "li", "hr", "note.opened", "E0007", reason="prepare_talk")
    shown = AuditDesk(house(tmp_path)).lines()
    assert "E0007" not in shown.to_csv() and shown["detail"].iloc[0] == "reason prepare_talk"


def test_a_line_that_was_changed_behind_the_app_shows(tmp_path: Path) -> None:
    with engine.ledger(tmp_path).writing() as con:
        for tag in ("a", "b"):
            audit.write(con, "ann", "admin", "rule.saved", tag)
    assert AuditDesk(house(tmp_path)).broken_at() is None
    with engine.ledger(tmp_path).writing() as con:
        con.exec_driver_sql("update audit set who = 'bob' where id = 1")
    assert AuditDesk(house(tmp_path)).broken_at() == 1


def test_in_the_demo_the_demos_own_ledger_is_read(desk_of) -> None:
    desk = desk_of("admin")
    assert isinstance(desk, Desk) and "action" in AuditDesk(desk).lines().columns
