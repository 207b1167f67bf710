"""The rules desk: who may change a rule, both writes or neither, versions and muting, and the alert ledger that rules are judged by."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from sqlalchemy import insert, text

from lib import settings
from lib.access import rules_desk
from lib.access.desk import Desk, NotAllowed
from lib.access.roles import ROLES, Viewer
from lib.access.rules_desk import RulesDesk
from lib.build import build
from lib.ledger import audit, engine
from lib.ledger.tables import CARDS, REMINDERS
from lib.settings import SettingError
from lib.show import library_rule
from lib.show.library_edit import Asked
from lib.warehouse.store import Store


@pytest.fixture
def house(demo_dir: Path, tmp_path: Path) -> Path:
    """A data folder of its own with the small demo company."""
    data = tmp_path / "data"
    shutil.copytree(demo_dir, data, ignore=shutil.ignore_patterns("ledger.db*"))
    return data


def desk(data: Path, role: str = "hr", **scope: object) -> Desk:
    return Desk(Store(data), Viewer(role, **scope))  # type: ignore[arg-type]


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("hr", "admin")])
def test_only_hr_and_admins_get_a_rules_desk(desk_of, role: str) -> None:
    with pytest.raises(NotAllowed):
        RulesDesk(desk_of(role))


def test_hr_of_some_teams_may_not_change_rules_of_the_whole_company(desk_of) -> None:
    with pytest.raises(NotAllowed):
        RulesDesk(desk_of("hr", teams=("电销一组",)))


def test_a_session_that_ended_may_neither_try_nor_save(house: Path) -> None:
    office = RulesDesk(desk(house), lambda: False)
    for act in (lambda: office.try_("new_hire", {}), lambda: office.save("new_hire", {"months": 2}, False), lambda: office.mute("new_hire", True),
                lambda: office.versions("new_hire"), lambda: office.roll_back("shipped.new_hire")):
        with pytest.raises(NotAllowed):
            act()
    assert settings.stored(house) == {} and not engine.exists(house, demo=True)


def test_saving_keeps_the_limits_a_version_with_its_figures_and_an_audit_line(house: Path) -> None:
    office = RulesDesk(desk(house))
    test = office.try_("performance_dip", {"drop": .1, "weeks": 3})
    saved = office.save("performance_dip", {"drop": .1, "weeks": 3}, False, test)
    assert settings.stored(house) == {"tags.performance_dip.drop": .1, "tags.performance_dip.weeks": 3}
    newest, shipped = office.versions("performance_dip")
    assert (newest.id, newest.who, newest.muted, newest.limits["drop"]) == (saved, "demo-hr", False, .1)
    assert newest.backtest and newest.backtest["new"]["newly"] == test.new.newly and shipped.limits["drop"] == .15
    book = engine.ledger(house, demo=True)
    line = audit.lines(book, "performance_dip")[0]
    assert (line.action, line.who, line.role) == ("rule.saved", "demo-hr", "hr") and audit.verify(book) is None
    assert office.waits_for_build("performance_dip")


def test_saved_limits_count_from_the_next_build_on(house: Path) -> None:
    office = RulesDesk(desk(house, "admin"))
    test = office.try_("high_pressure", {"days": 2})
    office.save("high_pressure", {"days": 2}, False, test)
    before = Store(house).current().frame("select count(*) as n from tag_episodes where tag = 'high_pressure'")["n"][0]
    build(house, demo=True, people=120, months=9, seed=11, as_of=date(2026, 11, 15))
    after = RulesDesk(desk(house, "admin"))
    assert not after.waits_for_build("high_pressure")
    assert after.try_("high_pressure", {"days": 2}).now == test.new
    assert Store(house).current().frame("select count(*) as n from tag_episodes where tag = 'high_pressure'")["n"][0] > before


def test_figures_of_another_try_are_not_kept_with_what_is_saved(house: Path) -> None:
    office = RulesDesk(desk(house))
    office.save("new_hire", {"months": 2}, False, office.try_("new_hire", {"months": 4}))
    assert office.versions("new_hire")[0].backtest is None


def test_a_limit_out_of_bounds_changes_nothing(house: Path) -> None:
    office = RulesDesk(desk(house))
    with pytest.raises(SettingError):
        office.save("performance_dip", {"weeks": 3, "drop": 7}, False)
    assert settings.stored(house) == {} and len(office.versions("performance_dip")) == 1


def test_when_the_ledger_refuses_the_settings_are_as_before(house: Path) -> None:
    office = RulesDesk(desk(house))
    office.save("new_hire", {"months": 2}, False)
    before = (house / "settings.toml").read_bytes()
    with engine.ledger(house, demo=True).writing() as con:
        con.execute(text("create trigger no_more before insert on rule_versions begin select raise(abort, 'full'); end"))
    with pytest.raises(Exception, match="full"):
        office.save("new_hire", {"months": 5}, False)
    assert (house / "settings.toml").read_bytes() == before and office.limits("new_hire") == {"months": 2}
    assert len(office.versions("new_hire")) == 2 and not list(house.glob("settings.*.back"))


def test_a_version_comes_back_as_a_new_one_and_the_shipped_one_too(house: Path) -> None:
    office = RulesDesk(desk(house))
    first = office.save("family_care", {"days": 10}, False)
    office.save("family_care", {"days": 30}, True)
    office.roll_back(first)
    assert office.limits("family_care") == {"days": 10} and not office.is_muted("family_care")
    office.roll_back("shipped.family_care")
    assert office.limits("family_care") == {"days": 14} and [v.limits["days"] for v in office.versions("family_care")] == [14, 10, 30, 10, 14]
    with pytest.raises(LookupError):
        office.roll_back("nothing")


def test_muting_keeps_the_limits_and_is_seen_by_everybody(house: Path) -> None:
    office = RulesDesk(desk(house))
    office.save("life_event", {"days": 7}, False)
    office.mute("life_event", True)
    assert office.limits("life_event")["days"] == 7
    assert rules_desk.muted(desk(house, "boss")) == rules_desk.muted(desk(house, "presenter")) == {"life_event"}
    office.mute("life_event", False)
    assert rules_desk.muted(desk(house, "boss")) == frozenset()


@pytest.mark.parametrize("asked", [Asked("mute", key="k"), Asked("back", "shipped.new_hire", key="k"), Asked("save", limits={"months": "2"}, key="k")])
def test_a_click_that_is_posted_twice_keeps_one_version_and_is_answered_twice_alike(house: Path, asked: Asked) -> None:
    office, told = RulesDesk(desk(house)), []
    st.session_state["library.tried"] = (office.desk.build_id, "new_hire", office.try_("new_hire", {"months": 2}))
    for _ in range(2):
        assert library_rule._act(office, "new_hire", asked) == []
        told.append(st.session_state.pop("library.told"))
    assert told[0] == told[1] and len(office.versions("new_hire")) == 2
    assert [line.action for line in audit.lines(engine.ledger(house, demo=True), "new_hire")] == ["rule.saved"]


def test_a_save_that_is_cut_short_and_posted_again_keeps_one_version(house: Path) -> None:
    office, asked = RulesDesk(desk(house)), Asked("save", limits={"months": "2"}, key="k")
    tried = st.session_state["library.tried"] = (office.desk.build_id, "new_hire", office.try_("new_hire", {"months": 2}))
    library_rule._act(office, "new_hire", asked)
    st.session_state["library.tried"] = tried  # a click while the first one is being answered ends its run before it forgets the try
    library_rule._act(office, "new_hire", asked)
    assert len(office.versions("new_hire")) == 2


def test_a_save_posted_again_after_somebody_elses_change_puts_nothing_back(house: Path) -> None:
    office = RulesDesk(desk(house))
    first = office.save("new_hire", {"months": 2}, False, request_key="k")
    office.save("new_hire", {"months": 5}, False, request_key="l")
    assert office.save("new_hire", {"months": 2}, False, request_key="k") == first and office.limits("new_hire") == {"months": 5}
    for tag, role in (("life_event", "hr"), ("new_hire", "admin")):
        with pytest.raises(ValueError, match="request_key"):
            RulesDesk(desk(house, role)).save(tag, {}, False, request_key="k")


def test_an_admin_sees_no_share_of_fewer_people_than_the_smallest_group(house: Path) -> None:
    settings.save(house, next(row for row in settings.SETTINGS if row.name == "privacy.min_group"), 50)
    hr, admin = (RulesDesk(desk(house, role)).try_("family_care", {"days": 20}) for role in ("hr", "admin"))
    assert hr.new.caught.n and admin.new.caught.value is None and admin.caught.value is None and admin.new.stayed.value is None
    assert [week.newly for week in admin.new.weeks] == [week.newly for week in hr.new.weeks]


def test_only_an_admin_may_start_the_build(house: Path) -> None:
    assert RulesDesk(desk(house, "admin")).may_build
    with pytest.raises(NotAllowed):
        RulesDesk(desk(house)).start_build()


# --- the alert ledger -------------------------------------------------------------------------------------------------------

def told(data: Path, tag: str, seed: int, n: int = 60, useful: float = .3) -> pd.DataFrame:
    """Cards of a tag for random people and days, written into the demo's ledger; returns them."""
    rng = np.random.default_rng(seed)
    people = Store(data).current().frame("select employee_id, hire_date, leave_date from employees where hire_date < date '2026-05-01' order by 1")
    chosen, rows = people.sample(n, random_state=seed), []
    for place, one in enumerate(chosen.itertuples()):
        on = date(2026, 5, 15) + timedelta(days=int(rng.integers(0, 180)))
        state = ["done", "declined", "expired", "open"][int(rng.integers(0, 4))]
        rows.append({"id": f"{tag}{seed}{place}", "employee_id": one.employee_id, "raised_on": on, "owner": "demo-hr", "state": state, "version": 1,
                     "closed_on": None if state == "open" else on + timedelta(days=2), "closed_by": None if state == "open" else "demo-hr",
                     "useful": bool(rng.random() < useful) if state in ("done", "declined") else None})
    with engine.ledger(data, demo=True).writing() as con:
        con.execute(insert(CARDS), rows)
        con.execute(insert(REMINDERS), [{"id": f"r{row['id']}", "card_id": row["id"], "employee_id": row["employee_id"], "kind": "tag", "tag": tag,
                                         "due": row["raised_on"], "chance": False} for row in rows])
    return pd.DataFrame(rows)


def told_before_a_dismissal(data: Path, tag: str) -> pd.DataFrame:
    """One more card: of somebody who left within 90 days of it, and not by their own wish."""
    who, given = Store(data).current().frame("select employee_id, given_on from leavings where kind <> 'voluntary' and given_on between "
                                             "date '2026-05-20' and date '2026-08-22' order by 1 limit 1").iloc[0]
    row = {"id": f"{tag}x", "employee_id": who, "raised_on": (given - timedelta(days=7)).date(), "owner": "demo-hr", "state": "expired", "version": 1,
           "closed_on": given.date(), "useful": None}
    with engine.ledger(data, demo=True).writing() as con:
        con.execute(insert(CARDS).values(row))
        con.execute(insert(REMINDERS).values(id="rx", card_id=row["id"], employee_id=who, kind="tag", tag=tag, due=row["raised_on"], chance=False))
    return pd.DataFrame([row])


@pytest.fixture(scope="module")
def cared(demo_dir: Path, tmp_path_factory) -> tuple[Path, dict[str, pd.DataFrame]]:
    """A company whose HR was told about two tags, built."""
    data = tmp_path_factory.mktemp("cared") / "data"
    shutil.copytree(demo_dir, data, ignore=shutil.ignore_patterns("ledger.db*"))
    cards = {"performance_dip": told(data, "performance_dip", 1), "life_event": told(data, "life_event", 2, n=3)}
    cards["performance_dip"] = pd.concat([cards["performance_dip"], told_before_a_dismissal(data, "performance_dip")], ignore_index=True)
    build(data, demo=True, people=120, months=9, seed=11, as_of=date(2026, 11, 15))
    return data, cards


def test_every_figure_of_the_alert_ledger_is_that_of_an_independent_count(cared) -> None:
    data, cards = cared
    frame = Store(data).current().frame
    row = rules_desk.alerts(desk(data)).set_index("tag").loc["performance_dip"]
    mine = cards["performance_dip"]
    assert row["raised"] == len(mine) and row["people"] == mine["employee_id"].nunique()
    assert [row[s] for s in ("done", "declined", "waiting", "expired")] == [(mine["state"] == s).sum() for s in ("done", "declined", "open", "expired")]
    assert row["answers"] == mine["useful"].notna().sum() and row["useful"] == (mine["useful"] == True).sum()  # noqa: E712
    people, weeks = frame("select * from employees").set_index("employee_id"), frame("select * from employee_weeks")
    kind = frame("select * from leavings").set_index("employee_id")["kind"].to_dict()
    judged = lost = 0
    changes = []
    for who, on in mine.groupby("employee_id")["raised_on"].min().items():
        on, person = pd.Timestamp(on), people.loc[who]
        given = person["notice_date"] if not pd.isna(person["notice_date"]) else person["leave_date"]
        if on + pd.Timedelta(days=90) > pd.Timestamp(2026, 11, 15) or (not pd.isna(given) and given <= on):
            continue
        left = not pd.isna(given) and given <= on + pd.Timedelta(days=90)
        if not (left and kind.get(who) not in (None, "voluntary")):
            judged, lost = judged + 1, lost + left
        own = weeks[weeks["employee_id"] == who].set_index("week")["performance"].dropna()
        monday = on - pd.Timedelta(days=on.weekday())
        before = own[(own.index >= monday - pd.Timedelta(days=56)) & (own.index + pd.Timedelta(days=6) < on)]
        after = own[(own.index > on) & (own.index + pd.Timedelta(days=6) <= on + pd.Timedelta(days=90))]
        if len(before) >= 4 and len(after) >= 4 and before.mean() > 0:
            changes.append(after.mean() / before.mean() - 1)
    assert (row["judged"], row["lost"], row["measured"]) == (judged, lost, len(changes)) and judged > 10
    assert np.allclose([row["change"], row["spread"]], [np.mean(changes), np.std(changes, ddof=1)])


@pytest.mark.parametrize("role", ["boss", "admin"])
def test_reminders_of_a_few_people_are_hidden_from_everybody_but_hr(cared, role: str) -> None:
    data, _ = cared
    assert rules_desk.alerts(desk(data)).set_index("tag").loc["life_event", "raised"] == 3
    few = rules_desk.alerts(desk(data, role)).set_index("tag").loc["life_event"]
    assert few.drop(labels=[]).isna().all()
    assert rules_desk.alerts(desk(data, role)).set_index("tag").loc["performance_dip", "raised"] == 61


@pytest.mark.parametrize("role", ["lead", "presenter", "employee", "mentor"])
def test_nobody_else_may_ask_for_the_alert_ledger(desk_of, role: str) -> None:
    with pytest.raises(NotAllowed):
        desk_of(role).read("alert_ledger")


def test_hr_of_some_teams_counts_only_its_own_people(cared) -> None:
    data, cards = cared
    people = Store(data).current().frame("select employee_id, team from employees").set_index("employee_id")["team"]
    team = people[cards["performance_dip"]["employee_id"]].value_counts().index[0]
    row = rules_desk.alerts(desk(data, "hr", teams=(team,))).set_index("tag").loc["performance_dip"]
    assert row["raised"] == (people[cards["performance_dip"]["employee_id"]] == team).sum() < 61


def test_the_facts_of_a_saved_try_are_plain_json(cared) -> None:
    test = RulesDesk(desk(cared[0])).try_("performance_dip", {"drop": .2})
    assert json.loads(json.dumps(test.facts())) == test.facts()
