"""Goals on public files that nobody here wrote: from history in one click, progress in the app, and what is missing said."""

from __future__ import annotations

import html as markup
import re
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import pandas as pd
import pytest

from lib import settings, words
from lib.access.desk import Desk
from lib.access.goals_desk import GoalsDesk
from lib.access.roles import Viewer
from lib.build import build
from lib.intake import load
from lib.intake.mapping import Mapping
from lib.marts import holidays
from lib.morale import goals as rules
from lib.show import goal_forms, morale_goals
from lib.show.care_live import Asked
from lib.show.sections import Held
from lib.warehouse.store import Store

FILES = Path(__file__).parents[2] / "shared" / "datasets"
MAPPINGS = Path(__file__).parent / "mappings"
pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the public files are not beside the project (../shared/datasets)")
COMPANIES = {"crm": (("crm_sales/sales_teams.csv", "crm_employees"), ("crm_sales/sales_teams.csv", "crm_teams"), ("crm_sales/accounts.csv", "crm_customers"),
                     ("crm_sales/sales_pipeline.csv", "crm_deals")),
             "calls": (("call_centre.xlsx", "call_centre_employees"), ("call_centre.xlsx", "call_centre_calls"))}
MISSING = {"crm": ("effective", "intents"), "calls": ("intents", "deals", "revenue")}


@pytest.fixture(scope="module")
def companies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for name, files in COMPANIES.items():
        made[name] = tmp_path_factory.mktemp(name)
        for file, mapping in files:
            done = load.import_file(FILES / file, made[name], mapping=Mapping.from_json((MAPPINGS / f"{mapping}.json").read_text("utf-8")), today=date(2026, 11, 22))
            assert done.refused is None, str(done.refused)
        build(made[name])
    return made


def desk(folder: Path, role: str = "hr") -> Desk:
    return Desk(Store(folder), Viewer(role, name="hr"))


def text(html: str) -> str:
    return markup.unescape(re.sub(r"<[^>]+>", " ", html))


def recomputed(folder: Path) -> dict[str, tuple[int, float]]:
    """(people, median of their means a day in the last 8 complete weeks) by measure, in pandas from the published days."""
    house = Store(folder).current()
    as_of = house.frame("select as_of from build_info")["as_of"][0].date()
    monday = as_of + timedelta(days=1)
    monday -= timedelta(days=monday.weekday())
    eight = pd.date_range(monday - timedelta(days=56), monday - timedelta(days=1))
    days = house.frame("select employee_id, work_date, worked, dials, answered, effective, intents, deals, revenue from employee_days")
    days = days[days["work_date"].isin(eight)]
    days["effective"] += days["intents"].fillna(0) + days["deals"].fillna(0)
    off = {day for first, last in holidays.spans(str(settings.get("goals.holidays", {}))) for day in pd.date_range(first, last)}
    weekdays = sum(day.weekday() < 5 and day not in off for day in eight)
    sums = days.groupby("employee_id")[list(rules.METRICS)].sum().reindex(house.frame("select employee_id from employees where active")["employee_id"]).fillna(0)
    worked = days[days["worked"]].groupby("employee_id").size()
    # whoever's attendance or calls are on record has worked days; where only deals are, Monday to Friday is planned
    means = sums.div(worked, axis=0) if days["dials"].notna().any() else sums / weekdays
    return {metric: (int(means[metric].notna().sum()), float(median(means[metric].dropna()))) for metric in rules.METRICS if sums[metric].sum() > 0}


@pytest.mark.parametrize("name", COMPANIES)
def test_one_click_gives_the_medians_of_role_peers(companies, name: str) -> None:
    there = GoalsDesk(desk(companies[name]))
    found, expected = {(one.metric, one.period): one for one in there.proposals()}, recomputed(companies[name])
    assert {metric for metric, _ in found} == set(expected) and {one.peers for one in found.values()} == {"key_accounts" if name == "crm" else "telesales"}
    for (metric, period), one in found.items():
        people, per_day = expected[metric]
        assert (one.people, one.per_day) == (people, pytest.approx(per_day)) and people >= 8
        assert one.target == rules.proposed(metric, period, per_day, one.days)
    days = {period: one.days for (_, period), one in found.items()}
    assert days["week"] == (5 if name == "crm" else 7) and days["day"] == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", COMPANIES)
def test_the_click_shows_progress_at_once_and_says_what_is_not_recorded(companies, name: str, lang: str) -> None:
    words.speak(lang)
    folder, state = companies[name], Held()
    metric = "deals" if name == "crm" else "effective"
    morale_goals.act(desk(folder), Asked("goals.metric", metric), state)
    morale_goals.act(desk(folder), Asked("goals.period", "month"), state)
    morale_goals.act(desk(folder), Asked("goals.history"), state)
    there = GoalsDesk(desk(folder))
    assert words.say("goals.proposal_save", n=sum(one.target is not None for one in there.proposals())) in text(morale_goals.html(desk(folder), state))
    goal_forms.act(there, Asked("goals.save"), state)
    one = next(one for one in there.proposals() if (one.metric, one.period) == (metric, "month"))
    bar = there.groups(metric, "month")[0].bar
    newcomers = float(settings.get("goals.newcomer.3", {})) if name == "calls" else 1.0
    assert bar.target == pytest.approx(one.target * bar.people * newcomers, rel=.1) and bar.done > 0 and bar.state != "no_goal"
    drawn = text(morale_goals.html(desk(folder), state))
    assert words.say("goals.missing", metrics=words.say("goals.comma").join(words.say(f"goals.metric.{metric}") for metric in MISSING[name])) in drawn
    there.take_back(there.batches()[0].id)


def test_the_boss_sees_the_same_progress_and_the_call_centres_month_is_what_the_file_holds(companies) -> None:
    boss = GoalsDesk(desk(companies["calls"], "boss"))
    calls = pd.read_excel(FILES / "call_centre.xlsx")
    march = pd.to_datetime(calls["Date"]).dt.month == 3
    answered = calls.loc[march].iloc[:, [i for i, column in enumerate(calls.columns) if "answered" in str(column).lower()][0]]
    assert boss.groups("answered", "month")[0].bar.done == (answered.astype(str).str.upper().str[0] == "Y").sum() > 0


def test_a_company_with_nothing_but_people_is_told_what_to_import(tmp_path: Path) -> None:
    load.import_file(FILES / "crm_sales/sales_teams.csv", tmp_path, mapping=Mapping.from_json((MAPPINGS / "crm_employees.json").read_text("utf-8")))
    build(tmp_path)
    drawn = text(morale_goals.html(desk(tmp_path), Held()))
    assert words.say("goals.title.none") in drawn and words.say("goals.nothing_how") in drawn
