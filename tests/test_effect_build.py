"""What a build publishes about care: reads, cells with their comparison, leaving, the programme, HR's time and felt cared for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from lib.access.roles import Viewer
from lib.access.scope import TABLES as SCOPED
from lib.access.scope import narrowed
from lib.care import covered
from lib.effect import build as effects
from lib.effect import cells, frames, leaving, programme, tables
from lib.effect.estimate import CareEffect, effect
from lib.effect.simulate import Scenario, World, play
from lib.effect.verdict import holm
from lib.warehouse import publish
from lib.warehouse.store import Warehouse
from tests.effect_world import empty, fill, published

QUARTER = pd.Timestamp("2025-12-31")
SHOWN = [name for name, kind in tables.TABLES["effect_cells"].items()
         if name.startswith(("naive_", "compared_", "second_", "matched_", "placebo_")) or name in ("value", "low", "high", "expected", "points_per_hour")]


def built(con: duckdb.DuckDBPyConnection, as_of: pd.Timestamp, **values: object) -> duckdb.DuckDBPyConnection:
    effects.build(con, as_of.date(), {name.replace("__", "."): value for name, value in values.items()})  # type: ignore[misc]
    return con


def frame(con: duckdb.DuckDBPyConnection, sql: str) -> pd.DataFrame:
    return con.execute(sql).df()


def looked(world: World, con: duckdb.DuckDBPyConnection, *scopes: str, respond: int = 7) -> tuple[cells.Known, list[dict[str, object]]]:
    """One live read alone: what was known, and the rows of ``effect_cells``."""
    found = frames.read(con, world.as_of.date())
    assert found is not None
    read = cells.known(found, world.as_of, respond, 14)
    return read, cells.rows(list(cells.cells(read, scopes)), world.as_of, "live", 5.0)


@pytest.fixture(scope="module")
def world() -> World:
    return play(Scenario(people=240, weeks=62, teams=4, care="worst", effect=12.0), 5)


@pytest.fixture(scope="module")
def early(world: World) -> duckdb.DuckDBPyConnection:
    """The same company on the last day of a quarter."""
    return built(published(world), QUARTER)


@pytest.fixture(scope="module")
def company(world: World) -> duckdb.DuckDBPyConnection:
    """Care that adds 12 points; as of a Sunday, so that the newest fixed read is that of the quarter's end before."""
    return built(published(world), world.as_of)


def test_a_company_without_anything_has_every_table_and_no_row() -> None:
    con = built(empty(), QUARTER)
    assert {table: con.execute(f"select count(*) from {table}").fetchone()[0] for table in tables.TABLES} == dict.fromkeys(tables.TABLES, 0)


def test_people_without_a_single_talk_get_rows_that_say_nothing_can_be_told() -> None:
    quiet = play(Scenario(people=60, weeks=40, teams=3, share=0.0), 1)
    con = built(published(quiet), quiet.as_of)
    assert frame(con, "select distinct verdict, cared, causal from effect_cells where scope = 'all'").to_dict("records") == [
        {"verdict": "cannot_tell", "cared": 0, "causal": False}]
    assert frame(con, "select kind, current from effect_reads").to_dict("records") == [{"kind": "live", "current": True}]


def test_the_newest_fixed_read_is_the_current_one_and_today_is_a_live_look(company: duckdb.DuckDBPyConnection) -> None:
    reads = frame(company, "select cast(read_on as varchar) as day, kind, current from effect_reads order by read_on desc")
    assert reads.to_dict("records")[:2] == [{"day": "2026-03-15", "kind": "live", "current": False}, {"day": "2025-12-31", "kind": "quarterly", "current": True}]
    assert len(reads) == 1 + effects.READS


def test_on_the_last_day_of_a_quarter_the_fixed_read_is_the_only_one_of_that_day(early: duckdb.DuckDBPyConnection) -> None:
    assert frame(early, "select kind, current from effect_reads where read_on = '2025-12-31'").to_dict("records") == [{"kind": "quarterly", "current": True}]


def test_a_fixed_read_says_the_same_whatever_comes_after_its_day(early: duckdb.DuckDBPyConnection, company: duckdb.DuckDBPyConnection) -> None:
    sql = "select * from effect_cells where read_on = '2025-12-31' order by scope, part"
    assert len(frame(early, sql)) > 10
    pd.testing.assert_frame_equal(frame(early, sql), frame(company, sql))


def test_a_true_effect_lies_in_the_interval_and_is_said_to_work(company: duckdb.DuckDBPyConnection) -> None:
    row = frame(company, "select * from effect_cells where scope = 'all' order by read_on desc").iloc[0]
    assert row["low"] < 12 < row["high"] and row["verdict"] == "works" and not row["causal"]
    assert "private_knowledge" in json.loads(row["warnings"]) and row["naive_change"] > row["high"]
    assert row["points_per_hour"] == pytest.approx(row["value"] * 60 / row["minutes"]) and 15 < row["minutes"] < 36


def test_no_row_without_a_comparison_can_draw_a_before_and_after(company: duckdb.DuckDBPyConnection) -> None:
    small = play(Scenario(people=30, weeks=40, teams=3), 2)
    for con in (company, built(published(small), small.as_of)):
        alone = frame(con, f"select {', '.join(SHOWN)} from effect_cells where value is null or compared is null or compared = 0")
        assert len(alone) and alone.isna().all(axis=None)


def test_a_before_and_after_stands_beside_its_comparison_in_every_row_that_has_one(company: duckdb.DuckDBPyConnection) -> None:
    rows = frame(company, "select * from effect_cells where naive_change is not null")
    needed = ["naive_low", "naive_high", "compared_before", "compared_after", "expected", "value", "low", "high", "second_value", "overlap_share", "mde"]
    assert len(rows) > 5 and rows[needed].notna().all(axis=None) and (rows["compared"] >= 8).all()
    assert np.allclose(rows["naive_after"] - rows["expected"], rows["value"])


def test_the_parts_of_a_scope_are_one_family(company: duckdb.DuckDBPyConnection) -> None:
    rows = frame(company, "select * from effect_cells where scope = 'department' order by part")
    assert rows["cells"].tolist() == [2, 2] and np.allclose(rows["p_adjusted"], holm(rows["p"].tolist()))
    assert all("one_of_many" in json.loads(each) for each in rows["warnings"])


def test_a_kind_of_support_is_compared_with_no_care_and_not_with_other_kinds(company: duckdb.DuckDBPyConnection) -> None:
    rows = frame(company, "select part, cared, compared, left_out from effect_cells where scope = 'kind' and read_on = '2025-12-31' order by part")
    whole = frame(company, "select cared, compared from effect_cells where scope = 'all' and read_on = '2025-12-31'").iloc[0]
    assert rows["part"].tolist() == ["day_off", "material", "talk"] and (rows["compared"] == whole["compared"]).all()
    assert (rows["cared"] < whole["cared"]).all() and all(json.loads(each)["other_kind"] > 0 for each in rows["left_out"])


def test_what_the_teams_have_in_a_cell_adds_up_to_the_cell(company: duckdb.DuckDBPyConnection) -> None:
    both = frame(company, """
        with sides as (select read_on, scope, part, sum(cared) as cared, sum(compared) as compared, sum(cared_episodes + compared_episodes) as episodes
                       from effect_sides group by 1, 2, 3)
        select c.scope, c.cared, c.compared, c.episodes, s.cared as a, s.compared as b, s.episodes as n from effect_cells as c
        join sides as s on s.read_on = c.read_on and s.scope = c.scope and s.part = c.part""")
    assert {"all", "tag", "kind", "tag_kind", "department"} == set(both["scope"]) and (both["cared"] == both["a"]).all()
    assert (both["compared"] == both["b"]).all() and (both["episodes"] == both["n"]).all()
    leaving_ = frame(company, """select l.cared, l.compared, l.events_cared, l.events_compared, sum(s.cared) as a, sum(s.compared) as b, sum(s.cared_episodes) as c, sum(s.compared_episodes) as d
        from effect_leaving as l join effect_sides as s on s.scope = 'leaving' and s.read_on = l.read_on group by all""")
    assert len(leaving_) == 2 and np.array_equal(leaving_[["cared", "compared", "events_cared", "events_compared"]], leaving_[["a", "b", "c", "d"]])
    felt = frame(company, "select f.people, sum(s.cared) as a from effect_felt as f join effect_sides as s on s.scope = 'felt' and s.read_on = f.month and s.part = f.programme where f.tag = '' group by f.month, f.programme, f.people")
    assert len(felt) > 3 and (felt["people"] == felt["a"]).all()


def test_the_minutes_of_a_support_are_those_of_its_own_talks(world: World) -> None:
    con = published(world)
    con.execute("update talks set minutes = case support when 'talk' then 15 when 'material' then 30 else 45 end")
    assert {row["part"]: row["minutes"] for row in looked(world, con, "kind")[1]} == {"talk": 15, "material": 30, "day_off": 45}


def test_talks_without_a_support_are_a_kind_of_their_own_where_supports_are_on_record(world: World) -> None:
    con = published(world)
    con.execute("update talks set support = null where minutes < 20")
    bare = {row["part"]: row for row in looked(world, con, "kind")[1]}
    assert set(bare) == {"none", "day_off", "material", "talk"} and bare["none"]["cared"] > 10  # type: ignore[operator]
    con.execute("update talks set support = null")
    assert looked(world, con, "kind")[1] == [] and set(looked(world, con)[0].episodes["kind"]) == {""}


def test_the_same_kind_for_a_tag_and_for_a_pain_point_is_asked_about_twice(world: World) -> None:
    con = published(world)
    con.execute("update talks set support = 'course' where support = 'talk'")
    who = world.people.loc[world.people["left_on"].isna() & (world.people["hire_date"] < "2025-01-01"), "employee_id"].tolist()[:40]
    monday = pd.Timestamp("2025-12-01")
    fill(con, "pain_weeks", pd.DataFrame([{"employee_id": one, "pain": "script", "week": monday + pd.Timedelta(weeks=week)} for one in who for week in (0, 1)]
                                         + [{"employee_id": who[0], "pain": "script", "week": monday - pd.Timedelta(weeks=9)}]))
    fill(con, "app_supports", pd.DataFrame([{"employee_id": one, "pain": "script", "kind": "course", "assigned_on": monday + pd.Timedelta(days=9)} for one in who[:20]]
                                             + [{"employee_id": who[0], "pain": "script", "kind": "course", "assigned_on": monday - pd.Timedelta(weeks=8)}]))
    parts = [row["part"] for row in looked(world, con, "kind", "tag_kind")[1]]
    assert {"course", "pain/course", "performance_dip/course", "script/course"} <= set(parts) and len(parts) == len(set(parts))


def test_a_team_with_fewer_than_twenty_on_a_side_is_not_estimated(company: duckdb.DuckDBPyConnection) -> None:
    rows = frame(company, "select * from effect_cells where scope = 'team'")
    few = rows[(rows["cared"] < 20) | (rows["compared"] < 20)]
    assert len(rows) == 4 and len(few) and few["value"].isna().all() and (few["verdict"] == "cannot_tell").all() and few["more"].notna().all()


def test_whoever_objects_is_in_no_episode_and_only_counted(world: World) -> None:
    con = published(world)
    who = world.cares["employee_id"].iloc[0]
    fill(con, "app_choices", pd.DataFrame([{"employee_id": who, "choice": "no_scoring"}]))
    read, rows = looked(world, con, "all", "tag", "team", "department")
    assert who not in set(cells.person_rows(read)["employee_id"]) and len(cells.person_rows(read))
    told = {(row["scope"], row["part"]): json.loads(row["left_out"]).get("objected", 0) for row in rows}  # type: ignore[arg-type]
    assert told.pop(("all", "")) == told.pop(("tag", "performance_dip")) == (world.flags["employee_id"] == who).sum()
    assert set(told.values()) == {0}  # one team's one objection would be somebody's


def test_episodes_before_care_could_come_to_the_team_are_left_out_by_name() -> None:
    staggered = play(Scenario(people=160, weeks=60, teams=8, staggered=True), 3)
    read, rows = looked(staggered, published(staggered), "all")
    episodes = cells.person_rows(read)
    before = episodes["since"] < episodes["team"].map(staggered.starts)
    assert before.any() and (episodes["left_out"].eq("before_start") == before).all()
    told = json.loads(rows[0]["left_out"])  # type: ignore[arg-type]
    assert told["before_start"] == before.sum() and rows[0]["episodes"] + sum(told.values()) == len(episodes)


def test_a_team_to_which_care_never_came_is_counted_and_nobody_of_it_is_followed() -> None:
    quiet = play(Scenario(people=60, weeks=40, teams=3), 3)
    con = published(quiet, started=False)
    con.execute("delete from talks where employee_id in (select employee_id from employees where team = 'T01')")
    read, rows = looked(quiet, con, "all", "team")
    flags = quiet.flags.merge(quiet.people)
    assert set(read.episodes["team"]) == {"T00", "T02"}
    told = {str(row["part"]): json.loads(str(row["left_out"])) for row in rows}
    assert told["T01"] == {"before_start": (flags["team"] == "T01").sum()} and told[""]["before_start"] >= told["T01"]["before_start"]
    assert sum(told[""].values()) + rows[0]["episodes"] == len(flags)


def test_without_a_known_start_care_can_come_from_a_teams_first_talk_on() -> None:
    staggered = play(Scenario(people=160, weeks=60, teams=8, staggered=True), 3)
    found = frames.read(published(staggered, started=False), staggered.as_of.date())
    first = staggered.cares.merge(staggered.people).groupby("team")["care_on"].min()
    assert found is not None and (found.care_from.reindex(first.index) == first).all() and found.starts.isna().all()


def test_a_draw_stands_in_for_what_people_chose_once_enough_were_drawn() -> None:
    lottery = play(Scenario(people=300, weeks=60, teams=8, care="lottery", effect=20.0, capacity=0.01), 4)
    drawn, chosen = (looked(lottery, published(lottery, draws), "all")[1][0] for draws in (True, False))
    assert (drawn["design"], drawn["verdict"], drawn["causal"]) == ("lottery", "works", True)
    assert (chosen["design"], chosen["causal"]) == ("observed", False)
    assert "private_knowledge" in str(chosen["warnings"]) and "private_knowledge" not in str(drawn["warnings"])


def test_a_few_people_drawn_decide_nothing_yet() -> None:
    lottery = play(Scenario(people=300, weeks=60, teams=8, care="lottery", effect=20.0, capacity=0.01), 4)
    con = published(lottery, draws=True)
    con.execute("delete from care_draws where drawn and drawn_on > (select min(drawn_on) + 90 from care_draws)")
    read, rows = looked(lottery, con, "all")
    told = effect(read.episodes, read.noise, lottery=True)
    assert isinstance(told, CareEffect) and told.estimate.n_cared < 20 and rows[0]["design"] == "observed"


def test_a_version_without_the_table_of_draws_is_built_as_well(world: World) -> None:
    con = published(world)
    con.execute("drop table care_draws")
    read, rows = looked(world, con, "all")
    assert not cells.person_rows(read)["lottery"].any() and rows[0]["design"] == "observed"


def test_whoever_was_let_go_is_no_event_of_leaving(world: World) -> None:
    con = published(world)
    con.execute("update leavings set kind = 'involuntary'")
    tables.create(con)
    found = frames.read(con, world.as_of.date())
    assert found is not None
    leaving.write(con, found, cells.known(found, world.as_of, 7, 14), "live")
    row = frame(con, "select * from effect_leaving").iloc[0]
    assert (row["events_cared"], row["events_compared"], row["verdict"]) == (0, 0, "cannot_tell") and pd.isna(row["ratio"])


def test_leaving_has_a_ratio_with_its_interval_and_its_leavers(company: duckdb.DuckDBPyConnection) -> None:
    row = frame(company, "select * from effect_leaving order by read_on desc").iloc[0]
    assert row["low"] < row["ratio"] < row["high"] and row["events_cared"] > 0 and row["events_compared"] > 0
    assert {one["key"] for one in json.loads(row["checks"])} >= {"cared_people", "compared_events", "ratio"}
    assert set(frame(company, "select distinct cared from effect_curves")["cared"]) == {True, False}


def test_a_support_for_a_pain_point_is_compared_with_the_same_pain_without(world: World) -> None:
    con = published(world)
    people = world.people.loc[world.people["left_on"].isna() & (world.people["hire_date"] < "2025-01-01"), "employee_id"].tolist()
    monday = pd.Timestamp("2025-12-01")
    weeks = [{"employee_id": who, "pain": "script", "week": monday + pd.Timedelta(weeks=week + n % 4)} for n, who in enumerate(people) for week in range(3)]
    earlier = {"employee_id": people[0], "pain": "script", "week": monday - pd.Timedelta(weeks=9)}  # began nobody knows when
    fill(con, "pain_weeks", pd.DataFrame([*weeks, earlier]))
    given = [{"employee_id": who, "pain": "script", "kind": "course", "assigned_on": monday + pd.Timedelta(days=7 * (n % 4) + 9 + (n % 3 == 0) * 30)}
             for n, who in enumerate(people) if n % 2]
    fill(con, "app_supports", pd.DataFrame(given))
    row = next(row for row in looked(world, con, "tag_kind")[1] if row["part"] == "script/course")
    soon = sum(1 for n, _ in enumerate(people) if n % 2 and n % 3)
    assert 0 < row["cared"] <= soon and row["compared"] > row["cared"] and row["verdict"] == "cannot_tell"
    assert row["low"] < 0 < row["high"]  # it was given to anybody and does nothing


def test_the_pace_says_when_the_smallest_effect_seen_will_be_one_that_matters(company: duckdb.DuckDBPyConnection) -> None:
    row = frame(company, "select * from effect_noise").iloc[0]
    n = frame(company, "select count(*) as n from care_episodes where left_out = ''")["n"][0]
    assert row["cared_episodes"] + row["compared_episodes"] == n and row["mde"] > 0 and row["worth"] == 5
    only_tag = frame(company, "select * from effect_pace where tag = 'performance_dip'").iloc[0]
    assert only_tag["mde"] == pytest.approx(row["mde"]) and only_tag["weeks"] == row["weeks"]
    assert frame(company, "select * from effect_pace where tag = 'family_care'").iloc[0][["mde", "weeks"]].isna().all()


def test_a_smaller_effect_that_matters_takes_longer_to_be_told() -> None:
    small = play(Scenario(people=50, weeks=36, teams=2), 1)
    weeks = lambda worth: frame(built(published(small), small.as_of, effect__worth=worth), "select weeks from effect_noise")["weeks"][0]
    assert weeks(4.0) > weeks(8.0) > 0


def test_talks_later_than_the_setting_allows_are_no_care(world: World) -> None:
    episodes = looked(world, published(world), respond=3)[0].episodes
    assert ((episodes["care_on"] - episodes["since"]).dt.days.dropna() < 3).all() and episodes["cared"].any()


def test_the_programme_is_judged_in_four_outcomes_together() -> None:
    staggered = play(Scenario(people=200, weeks=78, teams=10, staggered=True, programme=8.0, share=0.0), 6)
    con = published(staggered)
    # HR talks with everybody every week before the start, and hardly with anybody after it.
    days = staggered.weeks.merge(staggered.people[["employee_id", "team"]])
    chats = days[days["week"] < days["team"].map(staggered.starts)]
    fill(con, "talks", chats.assign(talked_on=chats["week"], hr_id="H1", minutes=15, felt_cared=np.arange(len(chats)) % 3 == 0)[["employee_id", "talked_on", "hr_id", "minutes", "felt_cared"]])
    rows = frame(built(con, staggered.as_of), "select * from effect_programme").set_index("outcome")
    assert list(rows.index) == list(programme.OUTCOMES) and rows["read_on"].nunique() == 1
    assert rows.loc["performance", "low"] < 8 < rows.loc["performance", "high"]
    assert rows.loc["hr_minutes", "value"] == pytest.approx(-15, abs=0.5)
    told = rows["p"].dropna()
    assert np.allclose(rows.loc[told.index, "p_adjusted"], holm(rows["p"].tolist())[rows["p"].notna()])
    assert set(frame(con, "select distinct part from effect_picture where outcome = 'performance'")["part"]) == {"lead", "base", "after"}


def test_minutes_of_hr_are_counted_per_person_and_week_before_and_after_the_start() -> None:
    con = empty()
    fill(con, "employees", pd.DataFrame([{"employee_id": f"E{n}", "team": team, "business_line": "sales", "hire_date": date(2025, 1, 1)}
                                         for n, team in enumerate("AABB")]))
    fill(con, "teams", pd.DataFrame([{"team": "A", "business_line": "sales", "care_programme_start": date(2026, 3, 16)},
                                     {"team": "B", "business_line": "sales"}, {"team": "HR"}]))
    fill(con, "team_weeks", pd.DataFrame([{"team": team, "week": week, "headcount": 2} for team in ("A", "B", "HR")
                                          for week in (date(2026, 3, 9), date(2026, 3, 16))]))
    talk = lambda who, on, minutes: {"employee_id": who, "talked_on": on, "hr_id": "H1", "minutes": minutes}
    fill(con, "talks", pd.DataFrame([talk("E0", date(2026, 3, 10), 20), talk("E0", date(2026, 3, 18), 30), talk("E2", date(2026, 3, 18), 40),
                                     talk("E3", date(2026, 3, 23), 99)]))  # the week of the last one is not over
    rows = frame(built(con, pd.Timestamp("2026-03-24")), "select * from effect_time order by programme").set_index("programme")
    assert rows["people"].to_dict() == {"after": 1.0, "before": 3.0}   # A has two people in one of two weeks, B in both
    assert rows["minutes_per_person_week"].to_dict() == {"after": 15.0, "before": 10.0}
    assert rows.loc["after", "minutes_per_hr_day"] == pytest.approx(15 / 5 * 4)  # four people for one HR


def test_shares_of_felt_care_come_with_wilson_intervals() -> None:
    low, high = programme.wilson(np.array([8]), np.array([10]))
    assert (round(low[0], 4), round(high[0], 4)) == (0.4902, 0.9433)  # Wilson 1927, as in statsmodels' proportion_confint
    con = empty()
    fill(con, "employees", pd.DataFrame([{"employee_id": "E0", "team": "A", "business_line": "sales", "hire_date": date(2025, 1, 1)}]))
    fill(con, "teams", pd.DataFrame([{"team": "A", "business_line": "sales", "care_programme_start": date(2026, 3, 2)}]))
    fill(con, "talks", pd.DataFrame([{"employee_id": "E0", "talked_on": date(2026, 3, day), "tag": tag, "felt_cared": felt}
                                     for day, tag, felt in ((3, "performance_dip", True), (4, None, False), (5, None, True), (6, "performance_dip", None))]))
    rows = frame(built(con, pd.Timestamp("2026-03-24")), "select tag, programme, answers, people, cared from effect_felt order by tag")
    assert rows.to_dict("records") == [{"tag": tag, "programme": "after", "answers": answers, "people": 1, "cared": cared}
                                       for tag, answers, cared in (("", 3, 2), ("chat", 2, 1), ("performance_dip", 1, 1))]


def test_the_care_standard_counts_what_fell_due_since_the_start_and_is_settled() -> None:
    con = built(empty(), pd.Timestamp("2026-03-24"))
    fill(con, "employees", pd.DataFrame([{"employee_id": f"E{n}", "team": "A", "business_line": "sales", "hire_date": date(2024, 1, 1)} for n in range(3)]))
    fill(con, "teams", pd.DataFrame([{"team": "A", "business_line": "sales", "care_programme_start": date(2026, 2, 2)}]))
    fill(con, "employee_weeks", pd.DataFrame([{"employee_id": "E0", "week": date(2026, 1, 5), "worked_days": 5, "performance": 1.0}]))
    since = {"E0": date(2026, 1, 12), "E1": date(2026, 2, 9), "E2": date(2026, 3, 23)}   # before the start, overdue or done, still open
    fill(con, "tag_episodes", pd.DataFrame([{"employee_id": who, "tag": "performance_dip", "since": day, "until": day} for who, day in since.items()]))
    covered.build(con, date(2026, 3, 24), {})
    assert frame(con, "select due, done from effect_standard").to_dict("records") == [{"due": 1, "done": 0}]
    con.execute("delete from effect_standard")
    fill(con, "talks", pd.DataFrame([{"employee_id": "E1", "talked_on": date(2026, 2, 11), "tag": "performance_dip", "minutes": 25}]))
    covered.build(con, date(2026, 3, 24), {})
    assert frame(con, "select due, done, share from effect_standard").to_dict("records") == [{"due": 1, "done": 1, "share": 1.0}]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("change", [
    lambda weeks: weeks.assign(performance=0.0), lambda weeks: weeks.assign(performance=7.0), lambda weeks: weeks.assign(worked_days=1),
    lambda weeks: weeks[weeks["employee_id"] == weeks["employee_id"].iloc[0]], lambda weeks: weeks.assign(performance=weeks["performance"] // 12)],
    ids=["nobody sells", "nothing ever changes", "nobody works three days", "one person", "few sales"])
def test_odd_companies_get_rows_that_say_nothing_can_be_told(change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    odd = play(Scenario(people=40, weeks=30, teams=2), 8)
    con = built(published(replace(odd, weeks=change(odd.weeks))), odd.as_of)
    assert set(frame(con, "select verdict from effect_cells")["verdict"]) == {"cannot_tell"} and frame(con, "select current from effect_reads")["current"].sum() == 1


def test_a_day_before_the_first_week_with_data_has_no_read(world: World) -> None:
    con = built(published(world), world.weeks["week"].min() - pd.Timedelta(days=30))
    assert frame(con, "select * from effect_reads").empty


def test_every_table_is_narrowed_to_its_viewers() -> None:
    assert set(tables.TABLES) <= set(SCOPED)


@pytest.mark.parametrize("viewer", [Viewer(role="lead", name="l", teams=("A",)), Viewer(role="employee", name="e", employee_id="E0"),
                                    Viewer(role="mentor", name="m", employee_id="E0")], ids=lambda viewer: viewer.role)
def test_what_followed_care_person_by_person_is_for_hr_alone(viewer: Viewer) -> None:
    con = empty()
    con.execute("create table care_episodes as select 'E0' as employee_id")
    sql, params = narrowed("select employee_id from care_episodes", viewer)
    used = {name: value for name, value in params.items() if f"${name}" in sql}
    assert con.execute(sql, used).fetchall() == []


def test_the_demo_publishes_what_its_build_found_and_every_row_keeps_its_promises(demo_dir: Path) -> None:
    version = Warehouse(publish.where(demo_dir))
    reads = version.frame("select * from effect_reads")
    assert reads["current"].sum() == 1 and (reads["next_on"] > reads["read_on"]).all()
    rows = version.frame("select * from effect_cells")
    assert {"all", "tag", "department", "team"} <= set(rows["scope"])
    assert rows.loc[rows["value"].isna(), SHOWN].isna().all(axis=None)
    assert set(version.frame("select outcome from effect_programme")["outcome"]) == set(programme.OUTCOMES)
    assert version.frame("select count(*) as n from effect_time")["n"][0] > 6
    objected = version.frame("select count(*) as n from care_episodes where employee_id in (select employee_id from app_choices where choice = 'no_scoring')")
    assert objected["n"][0] == 0 and len(cells.TAGS) == version.frame("select count(*) as n from effect_pace")["n"][0]
