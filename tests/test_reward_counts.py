"""What teams are given, as who sees groups only gets it: no number of stars, streaks and people below the smallest group, and none by subtraction."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from lib import settings, words
from lib.access.desk import Desk
from lib.access.roles import Viewer
from lib.settings import SETTINGS
from lib.show import morale_rewards
from lib.show.sections import Held
from lib.warehouse.store import Store


def asked(data: Path, role: str) -> pd.DataFrame:
    return Desk(Store(data), Viewer(role)).read("reward_teams").set_index("team").sort_index()


@pytest.mark.parametrize("role", ["boss", "presenter"])
def test_few_stars_and_streaks_are_no_number_and_no_part_of_the_points(demo_dir: Path, role: str) -> None:
    truth, shown = asked(demo_dir, "hr"), asked(demo_dir, role)
    few = truth["stars"].between(1, 4) & truth["people"].ge(5)
    assert few.any() and shown.loc[few, "stars"].isna().all()
    assert not any(shown[name].between(1, 4).any() for name in ("stars", "streaks", "rewarded"))
    assert (truth["streaks"].between(1, 4) & truth["people"].ge(5)).any()
    known = shown[shown["points"].notna()]
    value = int(settings.get("rewards.daily_goal", settings.stored(demo_dir)))
    assert (known["points"] == known["goal_days"] * value).all() and len(known) > 3
    assert (truth.loc[few, "points"] > shown.loc[few, "points"]).all()


def test_a_team_of_which_few_reached_a_goal_shows_no_points(demo_dir: Path, tmp_path: Path) -> None:
    data, truth = Path(shutil.copytree(demo_dir, tmp_path / "data")), asked(demo_dir, "hr")
    week = Store(data).current().frame("select r.* from reward_team_weeks as r where r.week = (select max(week) from reward_team_weeks)").set_index("team")
    reached = week["goal_people"].reindex(truth.index)
    least = int(reached[reached.gt(2) & reached.lt(truth["people"])].min()) + 1
    settings.save(data, next(row for row in SETTINGS if row.name == "privacy.min_group"), least)
    shown = asked(data, "boss")
    small = reached.between(1, least - 1) & truth["people"].ge(least)
    assert small.any() and shown.loc[small, ["points", "goal_days"]].isna().all().all()
    assert shown.loc[small, "people"].notna().all() and not shown["rewarded"].between(1, least - 1).any()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_that_the_number_is_kept_back(demo_dir: Path, lang: str) -> None:
    words.speak(lang)
    shown = asked(demo_dir, "boss")
    few = int((shown["stars"].isna() & shown["people"].notna()).sum())
    drawn = morale_rewards.html(Desk(Store(demo_dir), Viewer("boss")), Held())
    assert words.say("goals.stars_few", n=few, least=5) in drawn and words.say("goals.stars_rule").strip() in drawn
