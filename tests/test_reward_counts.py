"""What teams are given, as who sees groups only gets it: no number of stars and of people below the smallest group, and none by subtraction."""

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
    return Desk(Store(data), Viewer(role)).read("reward_teams").set_index("team")


@pytest.mark.parametrize("role", ["boss", "presenter"])
def test_few_stars_are_no_number_and_no_part_of_the_points(demo_dir: Path, role: str) -> None:
    truth, shown = asked(demo_dir, "hr"), asked(demo_dir, role)
    few = truth["stars"].between(1, 4) & truth["people"].ge(5)
    assert few.any() and shown.loc[few, "stars"].isna().all()
    assert not shown["stars"].between(1, 4).any() and not shown["rewarded"].between(1, 4).any()
    known = shown[shown["points"].notna()]
    value = {name: int(settings.get(f"rewards.{name}", settings.stored(demo_dir))) for name in ("daily_goal", "streak", "star")}
    assert (known["points"] == known["goal_days"] * value["daily_goal"] + known["streaks"] * value["streak"]).all() and len(known) > 3
    assert (truth.loc[few, "points"] > shown.loc[few, "points"]).all()


def test_a_team_of_which_few_were_given_points_shows_no_figure(demo_dir: Path, tmp_path: Path) -> None:
    data, truth = Path(shutil.copytree(demo_dir, tmp_path / "data")), asked(demo_dir, "hr")
    least = int(truth.loc[truth["rewarded"].gt(2) & truth["rewarded"].lt(truth["people"]), "rewarded"].min()) + 1
    settings.save(data, next(row for row in SETTINGS if row.name == "privacy.min_group"), least)
    shown = asked(data, "boss")
    small = truth["rewarded"].between(1, least - 1) & truth["people"].ge(least)
    assert small.any() and shown.loc[small, ["rewarded", "points", "goal_days", "streaks", "stars"]].isna().all().all()
    assert shown.loc[small, "people"].notna().all()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_that_the_number_is_kept_back(demo_dir: Path, lang: str) -> None:
    words.speak(lang)
    shown = asked(demo_dir, "boss")
    few = int((shown["stars"].isna() & shown["points"].notna()).sum())
    drawn = morale_rewards.html(Desk(Store(demo_dir), Viewer("boss")), Held())
    assert words.say("goals.stars_few", n=few, least=5) in drawn and words.say("goals.stars_rule").strip() in drawn
