"""The office: only an administrator gets in, and what it does to files, builds, settings and users."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lib import settings
from lib.access import sign_in
from lib.access.builds import BuildRunning, Builds
from lib.access.desk import Desk, NotAllowed
from lib.access.office import EmptyDesk, Office
from lib.access.roles import ROLES, Viewer
from lib.warehouse import publish
from lib.warehouse.store import Store

PEOPLE = "工号,姓名,团队,入职日期\n" + "".join(f"E{n:03},员工{n},一组,2025-01-{n:02}\n" for n in range(1, 25))
GOOD = "blue river 42"


def scoped(role: str) -> Viewer:
    return Viewer(role, teams=("一组",) if role == "lead" else None, employee_id="E001" if role in ("mentor", "employee") else None)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """The office of a company that has an administrator and nothing else."""
    sign_in.first_admin(tmp_path, "admin", GOOD)
    return Office(EmptyDesk(Store(tmp_path), Viewer("admin")))


def looked_at(office: Office, text: str = PEOPLE, name: str = "people.csv", **options: object):
    return office.look(text.encode(), name, options)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_nobody_but_the_administrator_gets_an_office(tmp_path: Path, role: str) -> None:
    with pytest.raises(NotAllowed):
        Office(EmptyDesk(Store(tmp_path), scoped(role)))


@pytest.mark.parametrize("query", ["data_build", "data_imports", "data_quality", "data_teams"])
@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_the_queries_of_the_office_are_refused_to_everybody_else(demo_dir: Path, role: str, query: str) -> None:
    with pytest.raises(NotAllowed):
        Desk(Store(demo_dir), scoped(role)).read(query)


def test_an_example_of_a_quality_check_never_comes_from_talks_or_life_events(demo_dir: Path) -> None:
    found = Desk(Store(demo_dir), Viewer("admin")).read("data_quality")
    assert found.loc[found["table_name"].isin(["talks", "life_events"]), "sample"].isna().all()


def test_the_open_demo_takes_no_file_no_mapping_and_no_user(demo_dir: Path) -> None:
    office = Office(Desk(Store(demo_dir), Viewer("admin")))
    assert office.open_to_all
    with pytest.raises(NotAllowed):
        looked_at(office)
    with pytest.raises(NotAllowed):
        office.add_user("ann", GOOD, "boss", (), "")
    with pytest.raises(NotAllowed):
        office.undo("anything")


def test_every_act_asks_again_whether_the_session_is_still_good(tmp_path: Path) -> None:
    sign_in.first_admin(tmp_path, "admin", GOOD)
    office = Office(EmptyDesk(Store(tmp_path), Viewer("admin")), lambda: False)
    acts = (lambda: office.start_build(False), lambda: office.roll_back("x"), lambda: office.undo("x"), lambda: office.disable_user("admin", True),
            lambda: office.set_password("admin", GOOD), lambda: office.add_user("ann", GOOD, "boss", (), ""), lambda: looked_at(office),
            lambda: office.change_user("admin", "boss", (), ""), lambda: office.save_setting(*settings.SETTINGS[:1], 1))
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_an_empty_desk_reads_nothing_and_says_so(tmp_path: Path) -> None:
    desk = EmptyDesk(Store(tmp_path), Viewer("admin"))
    with pytest.raises(publish.NothingPublished):
        desk.read("data_build")
    assert desk.anew() is desk and not desk.may("data_build")


def test_looking_at_a_file_tells_what_it_is_and_imports_nothing(office: Office) -> None:
    looked = looked_at(office)
    assert (looked.kind, looked.headers, len(looked.sample.rows)) == ("csv", ("工号", "姓名", "团队", "入职日期"), 24)
    assert office.history().empty


def test_the_preview_reads_the_first_rows_like_the_import_does(office: Office) -> None:
    looked = looked_at(office, PEOPLE + "E099,某人,一组,2025-13-01\n")
    mapping = office.suggest(looked).mapping
    seen = office.preview(looked, mapping)
    assert (len(seen.rows), seen.rejects["row"].tolist(), seen.rejects["column"].tolist()) == (24, [26], ["入职日期"])


def test_an_import_is_listed_with_its_rejects_and_can_be_taken_back(office: Office) -> None:
    settings.save(office.data_dir, next(s for s in settings.SETTINGS if s.name == "import.max_reject_share"), 0.1)
    looked = looked_at(office, PEOPLE + "E099,某人,一组,2025-13-01\n")
    done = office.import_file((PEOPLE + "E099,某人,一组,2025-13-01\n").encode(), "people.csv", office.suggest(looked).mapping)
    assert (done.rows_loaded, done.rows_rejected, len(office.rejects(done.import_id))) == (24, 1, 1)
    office.undo(done.import_id)
    assert office.history()["state"].tolist() == ["undone"]


def test_a_mapping_is_kept_under_the_name_it_is_given(office: Office) -> None:
    looked = looked_at(office)
    office.save_mapping(office.suggest(looked).mapping, "人事系统导出")
    assert [(m.name, m.headers) for m in office.mappings()] == [("人事系统导出", looked.headers)]


@pytest.mark.parametrize("name", ["../../etc/passwd", "missing.csv", "note.md", ".hidden"])
def test_a_name_from_the_browser_is_never_a_path(office: Office, name: str) -> None:
    (office.data_dir / "inbox").mkdir()
    (office.data_dir / "inbox" / "note.md").write_text("not data")
    with pytest.raises(LookupError):
        office.waiting(name)


def test_a_link_out_of_the_inbox_is_not_offered(office: Office, tmp_path: Path) -> None:
    (office.data_dir / "inbox").mkdir()
    (tmp_path / "secret.csv").write_text("a,b\n")
    (office.data_dir / "inbox" / "link.csv").symlink_to(tmp_path / "secret.csv")
    assert office.inbox() == []


def test_settings_come_with_the_limits_of_the_tags_and_are_kept_within_bounds(office: Office) -> None:
    rows = {row.name: row for row, _ in office.settings()}
    office.save_setting(rows["tags.high_pressure.days"], 4)
    assert dict((row.name, value) for row, value in office.settings())["tags.high_pressure.days"] == 4
    with pytest.raises(settings.SettingError):
        office.save_setting(rows["privacy.min_group"], 1)


def wait_for(builds: Builds) -> None:
    until = time.monotonic() + 120
    while builds.running() and time.monotonic() < until:
        time.sleep(0.1)


def test_a_build_runs_beside_the_app_and_is_published(office: Office) -> None:
    office.import_file(PEOPLE.encode(), "people.csv", office.suggest(looked_at(office)).mapping)
    office.builds.start(demo=False)
    with pytest.raises(BuildRunning):
        office.builds.start(demo=False)
    wait_for(office.builds)
    progress = office.builds.progress()
    assert progress.failed is None and [step.name for step in progress.steps[-2:]] == ["publish", "points"]
    assert office.desk.anew().read("data_build")["company"].tolist() == ["imported"]


def test_a_build_that_fails_says_why_and_publishes_nothing(office: Office) -> None:
    office.builds.start(demo=False)
    wait_for(office.builds)
    assert "nothing to build" in office.builds.progress().failed
    assert office.builds.versions() == []


def test_the_demo_is_built_again_as_it_was_invented(demo_dir: Path) -> None:
    words = Builds(demo_dir).command(demo=True)
    assert words[words.index("--people") + 1] == "120" and words[words.index("--as-of") + 1] == "2026-11-15"
