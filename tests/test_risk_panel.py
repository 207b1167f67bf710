"""The risk panel: only facts dated before the week, only people at risk, and labels that wait until they are known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from lib import words
from lib.demo.company import write
from lib.risk import panel
from lib.risk.features import BY_KEY, FEATURES
from tests.small_company import built

KEYS = ", ".join(feature.key for feature in FEATURES)
END, X = date(2026, 11, 15), date(2026, 8, 30)   # two Sundays
MONDAY, WEEKS = date(2025, 1, 6), 40              # of the company made by hand
LAST = MONDAY + timedelta(days=7 * WEEKS - 1)     # its Sunday


def made(con: duckdb.DuckDBPyConnection, as_of: date, change: Mapping[str, tuple[str, str]] | None = None) -> duckdb.DuckDBPyConnection:
    """The panel on a built company; ``change`` takes a guard out of a statement (file → old text, new text)."""
    for table, name in panel.TABLES.items():
        text = panel.sql(name, as_of, {})
        for old, new in [(change or {})[name]] if name in (change or {}) else []:
            assert old in text, f"{name}.sql has no such guard: {old}"
            text = text.replace(old, new)
        con.execute(f"create or replace temporary table {table} as\n{text}")
    return con


# --- the future moves and no feature does ----------------------------------------------------------------------------------------

DATED = {"attendance": "work_date", "activity_days": "work_date", "talks": "talked_on", "leave_requests": "starts_on", "peer_contacts": "contacted_on",
         "mentor_sessions": "held_on", "mentorships": "since", "tickets": "opened_on", "deals": "closed_on", "calls": "started_at", "goals": "starts_on",
         "life_events": "event_date"}
BLANKED = {"employees": ("notice_date", "leave_date", "last_promotion_date"), "mentorships": ("until",), "tickets": ("closed_on",)}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """The files of 60 invented people and 9 months."""
    folder = tmp_path_factory.mktemp("company")
    write(folder, people=60, months=9, seed=11, end=END)
    con = duckdb.connect()
    tables = {file.stem: con.execute(f"select * from '{file}'").df() for file in sorted(Path(folder).glob("*.parquet"))
              if file.stem not in ("customers", "pulse_answers")}
    # what reading the notes would have said, here one thing by turn
    said = ("pressure", "pay", "", "training,climate", "", "promotion", "leaving", "client_trouble", "")
    tables["talks"] = tables["talks"].assign(signals=[said[at % len(said)] for at in range(len(tables["talks"]))])
    return tables


def until(tables: Mapping[str, pd.DataFrame], day: date) -> dict[str, pd.DataFrame]:
    """What the files said on the evening of ``day``."""
    out, end = {}, pd.Timestamp(day) + pd.Timedelta(days=1)
    for name, frame in tables.items():
        known = frame.copy()
        if name in DATED:
            known = known[~(pd.to_datetime(known[DATED[name]]) >= end)]
        if name == "employees":
            known = known[pd.to_datetime(known["hire_date"]) < end]
        for column in BLANKED.get(name, ()):
            known[column] = known[column].where(~(pd.to_datetime(known[column]) >= end))
        # a last day that was told in notice is known from the notice on
        if name == "employees":
            told = pd.to_datetime(frame.loc[known.index, "notice_date"]) < end
            known["leave_date"] = frame.loc[known.index, "leave_date"].where(told | known["leave_date"].notna())
        out[name] = known
    return out


def wilder(tables: Mapping[str, pd.DataFrame], day: date) -> dict[str, pd.DataFrame]:
    """The same files, with everything after ``day`` quite different: everybody late, on the phone, talked to, promoted and gone."""
    out, start = {**until(tables, day)}, day + timedelta(days=1)
    people = out["employees"].copy()
    here = pd.to_datetime(people["leave_date"]).isna()
    people.loc[here, ["notice_date", "leave_date"]] = pd.Timestamp(start + timedelta(days=9))
    people.loc[here & people["last_promotion_date"].isna(), "last_promotion_date"] = pd.Timestamp(start + timedelta(days=2))
    more = people.head(5).assign(employee_id=[f"N{at}" for at in range(5)], hire_date=pd.Timestamp(start), notice_date=pd.NaT, leave_date=pd.NaT,
                                 last_promotion_date=pd.NaT)
    out["employees"] = pd.concat([people, more])
    ids = people.loc[here, "employee_id"].tolist()
    def each(**columns: object) -> pd.DataFrame:
        return pd.DataFrame([{"employee_id": one, **columns} for one in ids])
    for later in range(8):
        moment = pd.Timestamp(start + timedelta(days=later))
        out["attendance"] = pd.concat([out["attendance"], each(work_date=moment, check_in=moment + pd.Timedelta(hours=11),
                                                               check_out=moment + pd.Timedelta(hours=23), result="late", late_minutes=120.0)])
        out["activity_days"] = pd.concat([out["activity_days"], each(work_date=moment, dials=90, answered=80, rejected=75, effective=2, intents=1, deals=0,
                                                                     revenue=1.0)])
    out["talks"] = pd.concat([out["talks"], each(talked_on=pd.Timestamp(start), signals="pressure,pay,leaving,promotion,training,climate")])
    out["peer_contacts"] = pd.concat([out["peer_contacts"], each(contacted_on=pd.Timestamp(start), contacts=1)])
    out["tickets"] = pd.concat([out["tickets"].assign(closed_on=out["tickets"]["closed_on"].fillna(pd.Timestamp(start))), each(opened_on=pd.Timestamp(start))])
    out["leave_requests"] = pd.concat([out["leave_requests"], each(starts_on=pd.Timestamp(start + timedelta(days=3)), ends_on=pd.Timestamp(start + timedelta(days=4)))])
    return out


@pytest.fixture(scope="module")
def then(company: dict[str, pd.DataFrame]) -> duckdb.DuckDBPyConnection:
    """Marts and tags as they were built on X."""
    return built(until(company, X), X)


@pytest.fixture(scope="module")
def otherwise(company: dict[str, pd.DataFrame]) -> duckdb.DuckDBPyConnection:
    """Marts and tags of the same files after a quite different future."""
    return built(wilder(company, X), END)


def features(con: duckdb.DuckDBPyConnection, as_of: date, change: Mapping[str, tuple[str, str]] | None = None) -> pd.DataFrame:
    """Every feature of every week up to the Monday after X."""
    return made(con.cursor(), as_of, change).execute(
        f"select employee_id, week, {KEYS} from risk_known where week <= ? order by employee_id, week", [X + timedelta(days=1)]).df()


def test_what_happened_later_changes_no_feature_of_an_earlier_week(company, then) -> None:
    pd.testing.assert_frame_equal(features(then, X), features(built(company, END), END), check_exact=True)


def test_a_quite_different_future_changes_no_feature_either(then, otherwise) -> None:
    pd.testing.assert_frame_equal(features(then, X), features(otherwise, END), check_exact=True)


def test_every_feature_is_known_and_differs_in_that_company(then) -> None:
    known = features(then, X)
    assert len(known) > 1000
    assert {feature.key for feature in FEATURES if known[feature.key].nunique() < 2} == set()


LEAKS = {
    "the week itself is looked at": {"panel": ("and 1 preceding", "and current row")},
    "a tag that begins later is held": {"panel": ("t.since < w.week", "t.since < w.week + 7")},
    "how long a tag will last is used": {"panel": ("case when t.tag = 'client_trouble' then coalesce(w.last_worked, w.week - 1) else w.week - 1 end", "w.week + 13")},
    "a promotion that comes later counts": {"panel": ("case when m.promoted_on < w.week then m.promoted_on else w.hire_date end", "coalesce(m.promoted_on, w.hire_date)")},
    "the next weeks are looked at": {"panel": ("rows between 4 preceding and 1 preceding", "rows between 4 preceding and 2 following")},
}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_of_the_future_would_be_seen(then, otherwise, leak) -> None:
    with pytest.raises(AssertionError):
        pd.testing.assert_frame_equal(features(then, X, LEAKS[leak]), features(otherwise, END, LEAKS[leak]), check_exact=True)


# --- a company made by hand ------------------------------------------------------------------------------------------------------


def person(name: str, team: str = "T1", hire_date: date = MONDAY, **more: object) -> dict[str, object]:
    return {"employee_id": name, "name": name, "team": team, "hire_date": hire_date, **more}


def monday(week: int) -> date:
    return MONDAY + timedelta(days=7 * week)


def days(name: str, each: Mapping[int, int] | None = None) -> list[dict[str, object]]:
    """Five worked days a week with 10 useful calls each; ``each``: another number for a week."""
    return [{"employee_id": name, "work_date": monday(week) + timedelta(days=day), "dials": 40, "answered": 20, "rejected": 5,
             "effective": (each or {}).get(week, 10)} for week in range(WEEKS) for day in range(5)]


def steady(number: int, first: int = 0) -> dict[int, int]:
    return dict.fromkeys(range(first, WEEKS), number)


WORK = {
    "calm": {}, "weeks_down": {37: 9, 38: 8, 39: 7}, "months_down": {week: 10 - (week - 24) // 4 for week in range(24, 40)}, "own": steady(6, 36),
    "small_fall": steady(20) | {39: 19}, "given": {}, "unsaid": {}, "dismissed": {}, "leaving_soon": {}, "hired_later": {}, "mentor": {}, "goal_of_role": {},
    "goal_of_own": {}, "goal_new": {}, "median_12": steady(12), "median_a": {}, "median_b": {}, "median_new": steady(40), "median_newer": steady(40), "pair_a": {},
    "pair_b": {},
}
PEOPLE = [
    *(person(name) for name in ("calm", "weeks_down", "months_down", "own", "small_fall", "mentor")),
    person("given", notice_date=monday(20) + timedelta(days=2), leave_date=monday(24), leave_type="voluntary"),
    person("unsaid", notice_date=monday(20), leave_date=monday(22)),
    person("dismissed", notice_date=monday(30), leave_date=monday(30), leave_type="involuntary"),
    person("leaving_soon", leave_date=LAST + timedelta(days=12)),
    person("hired_later", hire_date=monday(20), last_promotion_date=monday(30)),
    person("goal_of_role", role="seller"), person("goal_of_own", role="seller"), person("goal_new", role="seller", hire_date=monday(36)),
    *(person(name, "T2") for name in ("median_12", "median_a", "median_b")), *(person(name, "T2", monday(25)) for name in ("median_new", "median_newer")),
    *(person(name, "T3") for name in ("pair_a", "pair_b")),
    *(person(name, "T4") for name in ("rejected", "contacts", "holiday")),
]
CONTACTS = [60] * 23 + [40] * 13 + [25] * 4
ROWS: dict[str, list[dict[str, object]]] = {
    "employees": PEOPLE,
    "activity_days": [row for name, each in WORK.items() for row in days(name, each)] + days("contacts")
        + [{**row, "rejected": 9} if row["work_date"] >= monday(36) else row for row in days("rejected")]
        + [row for row in days("holiday") if row["work_date"] <= monday(39)],     # a last week of one day
    "peer_contacts": [{"employee_id": name, "contacted_on": monday(week), "contacts": 5 if (name, week) == ("holiday", 39) else number}
                      for name in ("contacts", "holiday") for week, number in enumerate(CONTACTS)],
    "tickets": [{"employee_id": "calm", "opened_on": monday(20), "due_on": monday(22), "closed_on": monday(25)},
                {"employee_id": "calm", "opened_on": monday(20), "due_on": monday(26), "closed_on": monday(24)},
                {"employee_id": "calm", "opened_on": monday(30)}],
    "mentorships": [{"employee_id": "calm", "mentor_id": "mentor", "since": monday(10), "until": monday(30)}],
    "mentor_sessions": [{"employee_id": "calm", "mentor_id": "mentor", "held_on": monday(week), "kind": "script_review"} for week in (27, 28)],
    "talks": [{"employee_id": "calm", "talked_on": monday(20), "signals": "pay,family_care"},
              {"employee_id": "calm", "talked_on": monday(21), "signals": "", "tag": "life_event"},
              {"employee_id": "calm", "talked_on": monday(22), "signals": "family_care", "tag": "family_care"},
              {"employee_id": "calm", "talked_on": LAST, "signals": "family_care"}],
    "goals": [{"metric": "effective", "period": "day", "target": 20.0, "role": "seller", "starts_on": monday(20)},
              {"metric": "effective", "period": "week", "target": 25.0, "employee_id": "goal_of_own", "starts_on": monday(30)}],
}


@pytest.fixture(scope="module")
def hand() -> duckdb.DuckDBPyConnection:
    return made(built(ROWS, LAST), LAST)


def value(con: duckdb.DuckDBPyConnection, key: str, week: int = WEEKS, who: str = "calm") -> float | None:
    found = con.execute(f"select {key} from risk_panel where employee_id = ? and week = ?", [who, monday(week)]).fetchone()
    assert found, f"{who} has no row in week {week}"
    return found[0]


def span(con: duckdb.DuckDBPyConnection, who: str) -> tuple[int, int]:
    """First and last week in which somebody has a row."""
    found = con.execute("select min(week), max(week) from risk_panel where employee_id = ?", [who]).fetchone()
    return tuple((day - MONDAY).days // 7 for day in found)


def test_a_row_begins_after_hiring_and_after_eight_weeks_of_history(hand) -> None:
    assert span(hand, "calm") == (8, WEEKS) and span(hand, "hired_later") == (21, WEEKS)


def test_the_row_to_be_scored_is_the_monday_after_the_last_complete_week(hand) -> None:
    wednesday = LAST - timedelta(days=4)
    assert panel.scoring_week(LAST) == monday(WEEKS) and panel.scoring_week(wednesday) == monday(WEEKS - 1)
    assert span(made(hand.cursor(), wednesday), "calm") == (8, WEEKS - 1)


def test_no_row_is_in_the_notice_period_and_the_guard_is_what_keeps_it_out(hand) -> None:
    late = "select count(*) from risk_panel where event_on < week"
    assert span(hand, "given") == (8, 20) and hand.execute(late).fetchone() == (0,)
    assert made(hand.cursor(), LAST, {"labels": ("g.given_on >= k.week", "true")}).execute(late).fetchone()[0] > 0


def test_notice_given_on_the_monday_itself_is_the_event_of_that_week(hand) -> None:
    assert span(hand, "unsaid") == (8, 20)
    assert value(hand, "event_7", 20, "unsaid") == 1 and value(hand, "event_7", 19, "unsaid") == 0


def test_a_label_counts_days_from_the_monday(hand) -> None:
    found = {days: [week for week in range(8, 21) if value(hand, f"label_{days}", week, "unsaid") == 1] for days in (30, 60, 90)}
    assert found == {30: list(range(16, 21)), 60: list(range(12, 21)), 90: list(range(8, 21))}


def test_a_label_is_no_negative_before_its_days_are_over_and_the_guard_is_what_keeps_it_open(hand) -> None:
    early = f"select count(*) from risk_panel where week + 60 > date '{monday(WEEKS)}' and label_60 is not null"
    assert hand.execute(early).fetchone() == (0,)
    assert value(hand, "label_60", WEEKS - 9) == 0 and value(hand, "label_60", WEEKS - 8) is None
    assert made(hand.cursor(), LAST, {"labels": (f"r.week + 60 <= least(r.censored_on, date '{LAST}' + 1)", "true")}).execute(early).fetchone()[0] > 0


def test_who_was_dismissed_is_censored_and_neither_left_nor_stayed(hand) -> None:
    assert hand.execute("select count(event_on), min(censored_on) from risk_panel where employee_id = 'dismissed'").fetchone() == (0, monday(30))
    assert value(hand, "label_60", 21, "dismissed") == 0 and value(hand, "label_60", 22, "dismissed") is None
    taken_for_leaving = made(hand.cursor(), LAST, {"labels": ("coalesce(l.kind, '') = 'involuntary'", "false")})
    assert value(taken_for_leaving, "label_60", 22, "dismissed") == 1


def test_who_is_known_to_leave_soon_is_not_scored_and_still_counts_for_the_past(hand) -> None:
    assert span(hand, "leaving_soon") == (8, WEEKS - 1)


def test_who_objected_is_in_no_row_and_not_in_the_teams_median(hand) -> None:
    con = hand.cursor()
    con.execute("begin")
    con.execute("insert into app_choices values ('median_12', 'no_scoring')")
    made(con, LAST)
    assert con.execute("select count(*) from risk_known where employee_id = 'median_12'").fetchone() == (0,)
    assert value(con, "performance_team", 20, "median_a") is None       # only two are left
    made(con, LAST, {"facts": ("anti join objections", "left join objections")})
    assert con.execute("select count(*) from risk_panel where employee_id = 'median_12'").fetchone()[0] > 0
    con.execute("rollback")


def test_people_without_a_line_are_left_out_where_the_company_has_lines(hand) -> None:
    con = hand.cursor()
    con.execute("begin")
    con.execute("update employees set business_line = 'telesales' where employee_id <> 'mentor'")
    made(con, LAST)
    assert con.execute("select distinct line from risk_panel").fetchall() == [("telesales",)]
    assert con.execute("select count(*) from risk_known where employee_id = 'mentor'").fetchone() == (0,)
    con.execute("rollback")
    assert hand.execute("select distinct line from risk_panel").fetchall() == [("",)] and span(hand, "mentor") == (8, WEEKS)


def test_the_median_is_of_the_people_who_were_in_the_team_that_week(hand) -> None:
    assert value(hand, "performance_team", 20, "median_12") == pytest.approx(.2)
    assert value(hand, "performance_team", 30, "median_12") == pytest.approx(0)


def test_no_median_is_made_of_two(hand) -> None:
    assert value(hand, "performance_team", who="pair_a") is None


def test_performance_is_held_against_the_own_weeks_before(hand) -> None:
    assert value(hand, "performance_own", who="own") == pytest.approx(-.4) and value(hand, "performance_own", 36, "own") == pytest.approx(0)
    assert value(hand, "performance_slope", who="own") < 0 and value(hand, "performance_slope", 36, "own") == 0


def test_weeks_and_months_down_are_counted_in_a_row(hand) -> None:
    assert [value(hand, "weeks_down", week, "weeks_down") for week in (37, 38, 39, 40)] == [0, 1, 2, 3]
    assert [value(hand, "months_down", week, "months_down") for week in (28, 32, 36, 40)] == [0, 1, 2, 3]


def test_a_fall_of_five_percent_is_none(hand) -> None:
    assert value(hand, "weeks_down", who="small_fall") == 0


def test_rejections_are_held_against_the_own_past(hand) -> None:
    assert value(hand, "rejection_own", who="rejected") == pytest.approx(.2) and value(hand, "rejection_own", 36, "rejected") == pytest.approx(0)


def test_contacts_are_held_against_the_own_half_year_before(hand) -> None:
    assert value(hand, "contacts_change", who="contacts") == pytest.approx(-.5) and value(hand, "contacts_change", 36, "contacts") == pytest.approx(40 * 26 / (17 * 60 + 9 * 40) - 1, abs=1e-6)


def test_a_week_of_one_day_is_no_lack_of_contacts(hand) -> None:
    assert value(hand, "contacts_change", who="holiday") == pytest.approx(-.5)


def test_tickets_are_open_until_they_are_closed_and_overdue_after_their_day(hand) -> None:
    found = {week: (value(hand, "tickets_open", week), value(hand, "tickets_overdue", week)) for week in (20, 21, 23, 25, 26, 31, 40)}
    assert found == {20: (None, None), 21: (2, 0), 23: (2, 1), 25: (1, 1), 26: (0, 0), 31: (1, 0), 40: (1, 0)}


def test_mentor_sessions_are_known_only_while_there_is_a_mentor(hand) -> None:
    assert [value(hand, "mentor_sessions_4w", week) for week in (10, 11, 29, 31, 40)] == [None, 0, 2, None, None]


def test_leavers_of_the_team_are_held_against_the_companys_rate_and_dismissals_are_none(hand) -> None:
    def rows(of: str) -> int:
        return hand.execute(f"select count(*) from risk_facts where week < ? and {of}", [monday(25)]).fetchone()[0]
    expected = (2 + 5) / (rows("team = 'T1'") * 2 / rows("true") + 5)
    assert value(hand, "team_left_52w", 25) == pytest.approx(expected, abs=1e-6) and expected > 1
    assert value(hand, "team_left_52w", 25, "median_a") < 1 and value(hand, "team_left_52w", 20) == 1
    assert value(hand, "team_left_52w", 31) == pytest.approx(value(hand, "team_left_52w", 30), abs=.01)   # somebody was dismissed


def test_talks_count_for_four_months_and_talks_about_the_family_not_at_all(hand) -> None:
    assert [value(hand, "said_pay", week) for week in (20, 21, 37, 38)] == [None, 1, 1, 0]   # 119 days, 126 days
    assert value(hand, "talks_month", 24) == pytest.approx(30.4375 / 56, abs=1e-6)             # one talk that is about work
    assert not any("family" in key or "life" in key for key in BY_KEY)


def test_only_tags_about_work_are_counted(hand) -> None:
    assert hand.execute("select count(*) from tag_episodes where tag = 'family_care' and employee_id = 'calm' and until is null").fetchone() == (1,)
    assert (value(hand, "tags_now"), value(hand, "tags_held")) == (0, 0)
    assert value(hand, "tags_now", 10) == 1     # a newcomer


def test_a_promotion_counts_from_its_day_and_before_it_the_time_since_hiring(hand) -> None:
    assert value(hand, "promotion_months", 30, "hired_later") == pytest.approx(10 * 7 / 30.4375, abs=1e-6)
    assert value(hand, "promotion_months", 35, "hired_later") == pytest.approx(5 * 7 / 30.4375, abs=1e-6)


def test_goals_count_from_their_first_day_and_newcomers_have_a_share(hand) -> None:
    assert [value(hand, "goal_attainment", week, "goal_of_role") for week in (20, 24, 40)] == [None, pytest.approx(.5), pytest.approx(.5)]
    assert value(hand, "goal_attainment", who="goal_of_own") == pytest.approx(2)
    assert value(hand, "goal_attainment", who="goal_new") == pytest.approx(1)


def test_what_a_company_does_not_record_is_unknown_and_not_zero(hand) -> None:
    for key in ("leave_days_8w", "leave_times_13w", "unplanned_days_8w", "late_evenings_4w", "late_arrivals_8w", "contacts_change", "mentor_sessions_4w",
                "goal_attainment"):
        assert value(hand, key) is None, key


def test_late_evenings_late_arrivals_and_leave_are_counted_from_the_attendance() -> None:
    def at(week: int, day: int, result: str, check_in: int = 9, check_out: int = 18, **more: object) -> dict[str, object]:
        when = monday(week) + timedelta(days=day)
        start = pd.Timestamp(when)
        punches = {} if result in ("leave", "absent") else {"check_in": start + pd.Timedelta(hours=check_in), "check_out": start + pd.Timedelta(hours=check_out)}
        return {"employee_id": "calm", "work_date": when, "result": result, **punches, **more}

    away = {(30, 2): "leave", (36, 4): "leave", (37, 0): "leave", (39, 1): "absent"}
    attendance = [at(week, day, away.get((week, day), "normal"), check_out=22 if week >= 38 else 18) for week in range(WEEKS) for day in range(5) if (week, day) != (39, 3)]
    attendance.append(at(39, 3, "late", check_in=10, check_out=22, late_minutes=60.0))
    requests = [{"employee_id": "calm", "starts_on": monday(3), "ends_on": monday(3)},
                {"employee_id": "calm", "starts_on": monday(36) + timedelta(days=4), "ends_on": monday(37)}]
    con = made(built({"employees": [person("calm")], "attendance": attendance, "leave_requests": requests}, LAST), LAST)
    assert value(con, "late_evenings_4w") == pytest.approx(9 / 17, abs=1e-6)      # of 20 days three were none
    assert value(con, "late_evenings_8w") == pytest.approx(9 / 37, abs=1e-6)
    assert value(con, "late_arrivals_8w") == pytest.approx(1 / 37, abs=1e-6)
    assert value(con, "leave_days_8w") == 2                # the absence is none
    assert value(con, "leave_times_13w") == 2               # Friday and Monday are one
    assert value(con, "unplanned_days_8w") == 1             # nobody had asked for the absence
    assert value(con, "unplanned_days_8w", 10) is None      # the first request was less than eight weeks ago


def test_columns_are_numbers_and_nothing_private_is_among_them(hand) -> None:
    frame = hand.execute("select * from risk_panel").df()
    assert {feature.key for feature in FEATURES if (frame[feature.key].dtype == np.float64) == (feature.kind == "category")} == set()
    private = {"gender", "birth_date", "age", "marital", "name", "level", "monthly_salary", "pressure", "growth", "score"}
    assert not private & set(frame.columns)
    assert list(frame.columns)[5:6 + len(FEATURES)] == [*(feature.key for feature in FEATURES), "tags_held"]


@pytest.mark.parametrize(("moved", "forgotten"), [(True, True), (False, False)])
def test_no_feature_looks_at_places_where_the_staff_list_moves_people_to_one_of_their_own_when_they_leave(moved: bool, forgotten: bool) -> None:
    people = [{"employee_id": f"P{n}", "name": "a", "team": "left" if moved and n < 4 else "t", "business_line": "gone" if moved and n < 4 else "sales",
               "hire_date": date(2024, 1, 1), "leave_date": LAST - timedelta(days=70 + n) if n < 4 else None} for n in range(16)]
    work = [{"employee_id": f"P{n}", "work_date": MONDAY + timedelta(days=7 * week), "dials": 50, "answered": 30, "rejected": 9, "effective": 9, "deals": 1 + n % 3}
            for n in range(16) for week in range(WEEKS) if n >= 4 or week < WEEKS - 12]
    con = built({"employees": people, "activity_days": work}, as_of=LAST)
    panel.panel(con, LAST, {})
    assert con.execute("select count(team_left_52w), count(nullif(line, '')) from risk_panel").fetchall()[0] > (0, 0)
    assert panel.forget_places(con) is forgotten
    told = con.execute("select count(team_left_52w) + count(performance_team) + count(rejection_team), count(nullif(line, '')) from risk_panel").fetchall()[0]
    assert told == (0, 0) if forgotten else min(told) > 0


def test_every_feature_and_action_has_words() -> None:
    known = words.sentences()
    for feature in FEATURES:
        assert {f"risk.{part}.{feature.key}" for part in ("feature", "more", "less")} <= set(known)
        assert {f"risk.act.{action}" for action in feature.actions} <= set(known)
        assert not feature.unit or f"unit.{feature.unit}" in known


@pytest.mark.parametrize("name", [*panel.TABLES.values(), "signs"])
def test_the_statements_parse_for_spark(name) -> None:
    sqlglot = pytest.importorskip("sqlglot")
    [statement] = sqlglot.transpile(panel.sql(name, LAST, {}), read="duckdb", write="spark")
    assert statement
