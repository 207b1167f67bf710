"""Which changes are real: judged on a simulator with known truth, and on five-row inputs."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from lib.morale import changes
from lib.morale.changes import Panel, decide, holm, judge
from lib.warehouse.store import scratch

WEEKS = 66


def correlated(rng: np.random.Generator, shape: tuple[int, int], sd: float, phi: float) -> np.ndarray:
    """Noise with serial correlation ``phi`` and standard deviation ``sd``."""
    fresh, out = rng.normal(0, sd * np.sqrt(1 - phi**2), shape), np.zeros(shape)
    out[:, 0] = rng.normal(0, sd, shape[0])
    for week in range(1, shape[1]):
        out[:, week] = phi * out[:, week - 1] + fresh[:, week]
    return out


def quiet_company(rng: np.random.Generator, phi: float = 0.0, shock: float = 0.0, teams: int = 40, noise: float = 0.06) -> dict[str, Panel]:
    """A company in which nothing ever happens to one team alone: noise, serial correlation, shocks shared by a business line."""
    line = np.arange(teams) % 4
    people = rng.integers(8, 22, teams)[:, None] * np.ones((1, WEEKS))
    shared = rng.normal(0, shock, (4, WEEKS))[line]
    shape = people.shape
    level = rng.lognormal(1, 0.3, (teams, 1)) * np.exp(correlated(rng, shape, noise, phi) + shared)
    answered = rng.poisson(people * 100)
    refusal = 1 / (1 + np.exp(1 + correlated(rng, shape, 0.1, phi) - shared))
    evenings = rng.poisson(people * rng.lognormal(-1, 0.8, (teams, 1)) * np.exp(correlated(rng, shape, 0.25, phi) + 2 * shared))
    usual = rng.uniform(0.03, 0.2, (teams, 1))
    inside, holds, held = np.arange(22) < people[:, :1], rng.random((teams, 22)) < usual, np.zeros(shape)
    for week in range(WEEKS):  # who carries a tag tends to keep it for another week
        draw = rng.random(holds.shape)
        holds = np.where(holds, draw < 0.4 + 0.6 * usual, draw < 0.6 * usual)
        held[:, week] = (holds & inside).sum(axis=1)
    return {"performance": Panel("level", level * people * 5, people * 5, line),
            "rejection_rate": Panel("share", rng.binomial(answered, refusal).astype(float), answered.astype(float), line),
            "late_evenings": Panel("rate", evenings.astype(float), people, line), "tags_held": Panel("share", held, people, line)}


@pytest.mark.parametrize(("phi", "shock"), [(0.0, 0.0), (0.5, 0.0), (0.0, 0.15), (0.5, 0.15)])
def test_in_a_quiet_company_few_weeks_show_any_real_change(phi: float, shock: float) -> None:
    rng = np.random.default_rng(7)
    shown = []
    for _ in range(8):
        decided = decide(quiet_company(rng, phi, shock))
        shown.append(np.concatenate([each.real for each in decided.values()])[:, -26:].any(axis=0))
    share = float(np.mean(shown))
    print(f"correlation {phi}, shared shocks {shock}: {share:.1%} of {np.size(shown)} weeks show a change (planned: at most 5 %)")
    assert share <= 0.08


def found(measure: str, plant, runs: int = 25) -> tuple[float, float]:
    """How often a change planted in one team's last week is found, and how many other cells are called real a run."""
    rng, hits, others = np.random.default_rng(3), 0, 0
    for _ in range(runs):
        company = quiet_company(rng, phi=0.3, shock=0.1)
        plant(company[measure])
        real = {name: each.real[:, -1] for name, each in decide(company).items()}
        hits += bool(real[measure][5])
        others += sum(int(r.sum()) for r in real.values()) - bool(real[measure][5])
    return hits / runs, others / runs


def test_performance_that_falls_by_two_fifths_is_found() -> None:
    def plant(panel: Panel) -> None:
        panel.amount[5, -1] *= 0.6

    power, others = found("performance", plant)
    print(f"performance −40 % in one team of 40: found in {power:.0%}, other cells called real {others:.2f} a run")
    assert power >= 0.8 and others <= 0.1


def test_four_more_late_evenings_a_person_are_found() -> None:
    def plant(panel: Panel) -> None:
        panel.amount[5, -1] += 4 * panel.size[5, -1]

    power, others = found("late_evenings", plant)
    print(f"+4 late evenings a person in one team of 40: found in {power:.0%}, others {others:.2f} a run")
    assert power >= 0.8 and others <= 0.1


def test_performance_that_slides_for_a_month_is_found_as_a_slow_change() -> None:
    def plant(panel: Panel) -> None:
        panel.amount[5, -5:] *= np.array([0.9, 0.8, 0.7, 0.65, 0.6])

    power, others = found("performance", plant)
    print(f"performance sliding to −40 % over 5 weeks in one team of 40: found in {power:.0%}, others {others:.2f} a run")
    assert power >= 0.6 and others <= 0.1


def one_line(amount: np.ndarray, size: float = 50.0, kind: str = "level") -> Panel:
    return Panel(kind, amount * size, np.full(amount.shape, size), np.zeros(len(amount), dtype=int))


def test_a_holiday_that_every_team_has_is_nobodys_change() -> None:
    amount = np.random.default_rng(1).normal(10, 0.5, (6, 40))
    amount[:, -1] *= 0.5
    assert (judge(one_line(amount))[0].p[:, -1] > 0.01).all()


def test_one_team_that_leaps_does_not_make_its_neighbours_fall() -> None:
    amount = np.random.default_rng(1).normal(10, 0.2, (3, 40))
    amount[0, -1] = 30
    p = judge(one_line(amount))[0].p[:, -1]
    assert p[0] < 0.001 and (p[1:] > 0.2).all()


def test_a_slow_change_of_performance_is_told_against_the_eight_weeks_before_it() -> None:
    amount = np.full((1, 40), 10.0) + np.random.default_rng(1).normal(0, 0.1, (1, 40))
    amount[0, -4:] = [7.5, 7, 7, 6.5]
    month = judge(one_line(amount))[1]
    assert month.before[0, -1] == pytest.approx(100, abs=1) and month.value[0, -1] == pytest.approx(70, abs=1)


def test_a_team_with_a_short_past_cannot_be_told() -> None:
    result = judge(one_line(np.full((1, 14), 10.0)))[0]
    assert np.isnan(result.p).all() and np.isnan(result.low).all()


def test_a_team_without_any_late_evening_so_far_is_not_real_at_the_first_one() -> None:
    amount = np.zeros((1, 40))
    amount[0, -1] = 1 / 12
    assert judge(one_line(amount, 12, "rate"))[0].p[0, -1] > 0.05


def test_value_before_and_change_are_in_the_units_of_the_measure() -> None:
    amount = np.full((1, 40), 2.0)
    amount[0, -1] = 3.0
    result = judge(one_line(amount, 12, "rate"))[0]
    assert result.value[0, -1] == pytest.approx(3) and result.before[0, -1] == pytest.approx(2)
    assert result.change[0, -1] == pytest.approx(1) and result.low[0, -1] < 1 < result.high[0, -1]


def test_holm_multiplies_the_smallest_p_by_the_number_of_cells_and_skips_the_unknown() -> None:
    adjusted = holm(np.array([0.04, np.nan, 0.01, 0.03]))
    assert adjusted[[0, 2, 3]] == pytest.approx([0.06, 0.03, 0.06]) and np.isnan(adjusted[1])


def company_of(weeks: int, sql_extra: str = ""):
    con = scratch()
    first = date(2025, 1, 6)
    rows = pd.DataFrame([{"team": team, "week": first + timedelta(weeks=w), "headcount": 12, "people_working": 12, "worked_days": 60,
                          "performance": 5 + (w * 7 + len(team)) % 3 / 10, "rejected": 30, "answered": 100, "late_evenings": w % 2,
                          "business_line": "stores", "department": "d"} for team in ("一", "一二", "一二三") for w in range(weeks)])
    con.register("rows", rows)
    con.execute("create table team_weeks as select * replace (cast(week as date) as week) from rows")
    con.execute("create table employees as select 'a' as employee_id, '一' as team")
    con.execute("create table tag_episodes as select 'a' as employee_id, 'high_pressure' as tag, date '2025-02-03' as since, null::date as until")
    con.execute("create table employee_days as select null::timestamp as check_out" + sql_extra)
    changes.build(con, first + timedelta(weeks=weeks, days=2))
    return con


def test_team_changes_has_one_row_per_team_week_and_known_measure() -> None:
    con = company_of(40, " union all select timestamp '2025-02-03 21:30'")
    rows = con.execute("select count(*), count(distinct (team, week, measure)), count(distinct week), max(week) from team_changes").fetchone()
    assert rows == (3 * 26 * 4, 3 * 26 * 4, 26, date(2025, 10, 6))


def test_without_attendance_late_evenings_are_unknown_and_not_zero() -> None:
    assert company_of(20).execute("select count(*) from team_changes where measure = 'late_evenings'").fetchone()[0] == 0


def test_the_same_past_gives_the_same_table() -> None:
    first, second = (company_of(30).execute("select * from team_changes").df() for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_a_company_without_any_week_gets_an_empty_table() -> None:
    con = company_of(1)
    con.execute("delete from team_weeks")
    changes.build(con, date(2026, 1, 1))
    assert con.execute("select count(*) from team_changes").fetchone()[0] == 0
