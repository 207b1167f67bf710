"""Care episodes: the dip rule as the tags have it, a clock that is the same for everybody, an own mean from the past only."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from lib.effect.dips import dip_flags
from lib.effect.episodes import COLUMNS, care_episodes
from lib.effect.grid import calendar_index, weekly_noise
from lib.effect.simulate import CARE, START, Scenario, play
from tests.small_company import built

WEEKS = 32
MONDAYS = pd.date_range(START, periods=WEEKS, freq="7D")
SINCE = MONDAYS[20]
AS_OF = MONDAYS[-1] + pd.Timedelta(days=6)


def levels(*changes: tuple[int, float], usual: float = 10.0) -> np.ndarray:
    """A person's weeks: the usual one everywhere but in the weeks named."""
    out = np.full(WEEKS, usual)
    for week, value in changes:
        out[week] = value
    return out


DIP = ((18, 8.0), (19, 6.0))


def panel(*people: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People E0, E1 … hired long ago, with these weeks (NaN: not at work)."""
    names = [f"E{i}" for i in range(len(people))]
    frame = pd.DataFrame({"employee_id": names, "team": "A", "line": [f"line of {name}" for name in names],
                          "hire_date": pd.Timestamp("2020-01-06"), "left_on": pd.NaT}).astype({"left_on": "datetime64[s]"})
    weeks = pd.concat([pd.DataFrame({"employee_id": name, "week": MONDAYS, "worked_days": 5, "performance": row}).dropna()
                       for name, row in zip(names, people, strict=True)])
    return frame, weeks


def flags(*since: pd.Timestamp, tag: str = "performance_dip") -> pd.DataFrame:
    return pd.DataFrame({"employee_id": [f"E{i}" for i in range(len(since))], "tag": tag, "since": since, "strength": 2.0})


def cares(*rows: tuple[str, pd.Timestamp], tag: str = "performance_dip") -> pd.DataFrame:
    return pd.DataFrame([(who, day, tag, "talk", "H1", 20) for who, day in rows],
                        columns=["employee_id", "care_on", "tag", "kind", "hr_id", "minutes"]).astype({"care_on": "datetime64[s]"})


def only(people: pd.DataFrame, weeks: pd.DataFrame, since: pd.Timestamp = SINCE, care: pd.DataFrame | None = None, as_of: pd.Timestamp = AS_OF,
         draws: pd.DataFrame | None = None) -> pd.Series:
    """The episode of E0."""
    return care_episodes(people, weeks, flags(since), cares() if care is None else care, draws, as_of).iloc[0]


def test_the_dip_rule_gives_the_episodes_and_strengths_of_the_tags() -> None:
    rng = np.random.default_rng(5)
    employees = [{"employee_id": f"E{i}", "name": f"人{i}", "team": "一组", "hire_date": date(2024, 1, 1)} for i in range(10)]
    days = [{"employee_id": f"E{i}", "work_date": START.date() + timedelta(days=7 * week + day), "dials": 100, "effective": int(often)}
            for i in range(10) for week in range(30) for often in [rng.uniform(5, 20)] for day in range(5 if rng.random() < .9 else 2)]
    as_of = START.date() + timedelta(days=7 * 30 - 1)
    con = built({"employees": employees, "activity_days": days}, as_of)
    expected = con.execute("select employee_id, since, until, strength from tag_episodes where tag = 'performance_dip' order by 1, 2").df()
    weeks = con.execute("select employee_id, week, worked_days, performance from employee_weeks").df()
    found = dip_flags(weeks.astype({"week": "datetime64[s]"}), pd.Timestamp(as_of))
    assert len(expected) > 20 and expected["until"].isna().any() and expected["until"].notna().any()
    for column in ("employee_id", "since", "until"):
        assert found[column].astype(str).tolist() == expected[column].astype(str).tolist(), column
    assert found["strength"].to_numpy() == pytest.approx(expected["strength"].to_numpy(), abs=1e-3)


def test_a_company_that_is_played_flags_by_that_rule_and_zero_effect_changes_no_number() -> None:
    worlds = {care: play(Scenario(people=80, care=care), 7) for care in CARE}
    for world in worlds.values():
        assert world.weeks.equals(worlds["random"].weeks) and world.flags.equals(worlds["random"].flags)
    world = worlds["worst"]
    gone = world.people.set_index("employee_id")["left_on"]
    rule = dip_flags(world.weeks, world.as_of)
    rule = rule[~(rule["employee_id"].map(gone) < rule["since"])]
    assert rule[["employee_id", "since", "strength"]].values.tolist() == \
        world.flags.sort_values(["employee_id", "since"])[["employee_id", "since", "strength"]].values.tolist()
    again = play(Scenario(people=80, care="worst", effect=10.0), 7)
    assert again.weeks["performance"].mean() > world.weeks["performance"].mean()


def test_an_episode_holds_what_came_before_and_what_followed_as_percent_of_the_own_past() -> None:
    found = only(*panel(levels(*DIP, (21, 9.0), (22, 9.0), (23, 11.0), (24, 13.0))))
    assert [found[name] for name in ("own_mean", "pre", "pre_last", "dip_2", "dip_1", "dip", "placebo", "after", "after_weeks")] == \
        pytest.approx([10, 100, 100, 80, 60, 70, 100, 105, 4])
    assert found["censored"] == "" and found["outcome_from"] == MONDAYS[21] and not found["cared"]
    assert list(care_episodes(*panel(levels(*DIP)), flags(SINCE), cares(), None, AS_OF).columns) == list(COLUMNS)


def test_the_own_mean_knows_nothing_of_the_dip_nor_of_what_follows() -> None:
    before, after = only(*panel(levels(*DIP))), only(*panel(levels((18, 5.0), (19, 2.0), *((week, 90.0) for week in range(20, WEEKS)))))
    assert before["own_mean"] == after["own_mean"] == 10
    assert after["after"] == pytest.approx(900)


def test_weeks_with_few_worked_days_are_skipped_as_the_rule_skips_them() -> None:
    people, weeks = panel(levels((17, 8.0), (19, 6.0), (18, 0.1), (22, 99.0)))
    weeks.loc[weeks["week"].isin([MONDAYS[18], MONDAYS[22]]), "worked_days"] = 2
    found = only(people, weeks)
    assert [found["dip_2"], found["dip_1"], found["after"], found["after_weeks"]] == pytest.approx([80, 60, 100, 3])


def test_care_counts_within_seven_days_and_later_care_makes_nobody_cared_for() -> None:
    people, weeks = panel(levels(*DIP))
    day = pd.Timedelta(days=1)
    assert only(people, weeks, care=cares(("E0", SINCE)))["cared"] and only(people, weeks, care=cares(("E0", SINCE + 6 * day)))["cared"]
    late = only(people, weeks, care=cares(("E0", SINCE + 7 * day)))
    assert not late["cared"] and late["care_after"] == 1
    early = only(people, weeks, care=cares(("E0", SINCE - day)))
    assert not early["cared"] and early["care_before"] == 1
    other = only(people, weeks, care=cares(("E0", SINCE + day), tag="high_pressure"))
    assert not other["cared"] and other["other_care"] == 1


def test_everybodys_outcome_begins_at_the_same_time_after_the_tag() -> None:
    people, weeks = panel(levels(*DIP))
    thursday = SINCE + pd.Timedelta(days=3)
    for care in (cares(), cares(("E0", thursday))):
        assert only(people, weeks, since=thursday, care=care)["outcome_from"] == MONDAYS[22]


def test_an_unknown_outcome_says_why() -> None:
    people, weeks = panel(levels(*DIP))
    assert only(people, weeks, as_of=MONDAYS[24])["censored"] == "too_new"
    assert only(people, weeks, as_of=MONDAYS[25] - pd.Timedelta(days=1))["censored"] == ""
    people.loc[0, "left_on"] = MONDAYS[21] + pd.Timedelta(days=2)
    assert only(people, weeks[weeks["week"] <= MONDAYS[21]])["censored"] == "left"
    people.loc[0, "left_on"] = pd.NaT
    assert only(people, weeks[~weeks["week"].between(MONDAYS[21], MONDAYS[23])])["censored"] == "absent"
    assert only(people, weeks, since=MONDAYS[9])["censored"] == "no_history"
    assert only(people, weeks[~weeks["week"].between(MONDAYS[9], MONDAYS[19])])["censored"] == "no_history"


def test_nothing_after_the_day_of_the_read_is_looked_at() -> None:
    world = play(Scenario(people=60, care="lottery"), 3)
    day = START + pd.Timedelta(weeks=50) - pd.Timedelta(days=1)
    cut = {"weeks": world.weeks[world.weeks["week"] < day], "flags": world.flags[world.flags["since"] <= day],
           "cares": world.cares[world.cares["care_on"] <= day], "draws": world.draws[world.draws["drawn_on"] <= day]}
    people = world.people.assign(left_on=world.people["left_on"].where(world.people["left_on"] <= day))
    whole = care_episodes(world.people, world.weeks, world.flags, world.cares, world.draws, day)
    pd.testing.assert_frame_equal(whole, care_episodes(people, cut["weeks"], cut["flags"], cut["cares"], cut["draws"], day))


def test_a_holiday_is_nobodys_dip_and_work_done_once_in_a_while_has_no_calendar() -> None:
    rng = np.random.default_rng(2)
    person, week = rng.uniform(5, 50, (40, 1)), np.where(np.arange(30) == 20, .5, 1.0) * rng.uniform(.9, 1.1, 30)
    value = np.where(rng.random((40, 30)) < .1, np.nan, person * week)
    index = calendar_index(value, np.full(40, ""))
    assert index[0] == pytest.approx(week / week.mean(), rel=.01)
    assert (calendar_index(value[:5], np.full(5, "")) == 1).all()


def test_the_weekly_noise_is_what_was_put_in() -> None:
    rng = np.random.default_rng(0)
    assert weekly_noise(rng.uniform(5, 50, (100, 1)) * (1 + rng.normal(0, .2, (100, 60)))) == pytest.approx(20, abs=1)


def test_a_draw_is_kept_with_its_chance_and_its_own_outcome() -> None:
    people, weeks = panel(levels(*DIP))
    draw = pd.DataFrame({"employee_id": ["E0"], "tag": "performance_dip", "drawn_on": [SINCE], "draw_id": "D1", "drawn": [False], "chance": [.4]})
    found = only(people, weeks, care=cares(("E0", SINCE)), draws=draw)
    assert found["cared"] and found["drawn"] is not None and not found["drawn"] and found["chance"] == .4
    assert pd.isna(only(people, weeks)["drawn"])


def test_episodes_of_one_person_that_follow_closely_say_so() -> None:
    people, weeks = panel(levels(*DIP))
    two = pd.concat([flags(SINCE), flags(SINCE + pd.Timedelta(weeks=5)), flags(SINCE + pd.Timedelta(weeks=11))])
    found = care_episodes(people, weeks, two, cares(), None, AS_OF + pd.Timedelta(weeks=1))
    assert found["episode"].tolist() == [1, 2, 3] and found["overlap"].tolist() == [False, True, False]
