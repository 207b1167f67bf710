"""Scenes that are asked for: one team, a tag, a past week; what is small stays hidden, also by subtraction; companies with few files."""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lib import words
from lib.access.desk import Desk
from lib.build import build
from lib.story import said, scenes
from lib.story.scene import Wish
from lib.story.tell import story
from tests import paired_company
from tests.told_scenes import HIDING, WEEK, ask, carriers, changed, numbers, presenter, said_in, table


@pytest.fixture(scope="module")
def demo(demo_dir: Path) -> Desk:
    return presenter(demo_dir)


# --- live questions -----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_question_about_one_team_is_answered_about_that_team(demo: Desk, lang: str) -> None:
    words.speak(lang)
    team = table(demo, f"select team from team_weeks where week = '{WEEK}' and headcount >= 5 order by team")["team"].iloc[-1]
    size = int(table(demo, f"select headcount from team_weeks where week = '{WEEK}' and team = '{team}'").iloc[0, 0])
    count = int((carriers(demo)["team"] == team).sum())
    for kind in ("stand", "need"):
        scene = ask(demo, kind, lang, team=team)
        assert scene.title.startswith(team) and str(count) in numbers(scene.title.removeprefix(team)) and scene.n == size
    morale = table(demo, f"select value from morale_weeks where week = '{WEEK}' and team = '{team}'").iloc[0, 0]
    scene = ask(demo, "morale", lang, team=team)
    assert f"{morale:.0f}" in numbers(scene.title) and scene.picture and scene.picture.kind == "trend" and scene.n == size
    overdue = table(demo, f"select overdue from care_weeks where week = '{WEEK}' and team = '{team}'").iloc[0, 0]
    asked = ask(demo, "asks", lang, team=team)
    assert asked.picture and asked.picture.series[0].values[-1] == overdue and team in asked.title
    for kind in ("changes", "goals"):
        assert ask(demo, kind, lang, team=team).title.startswith(team)


def test_a_question_about_a_tag_a_department_and_a_past_week_counts_just_that(demo: Desk) -> None:
    week = date(2026, 9, 21)
    held = table(demo, f"""select t.tag, e.department, count(distinct t.employee_id) n from tag_episodes t join employees e using (employee_id)
        where t.tag not in ('life_event', 'family_care') and t.since <= date '{week}' + 6 and coalesce(t.until, date '{week}') >= date '{week}' group by 1, 2""")
    tag = str(held.groupby("tag").size().idxmax())
    counted = held[held["tag"] == tag][["department", "n"]]
    assert len(counted) > 1
    for department, n in counted.itertuples(index=False):
        scene = ask(demo, "stand", department=department, tag=tag, week=str(week))
        assert f"{n} 人带有这个标签" in scene.title and "2026年9月21日–27日" in scene.title and scene.picture and scene.picture.labels[-1] == "9月21日"
        bars = ask(demo, "need", department=department, tag=tag, week=str(week)).picture
        assert bars and sum(round(value / 100 * int(re.findall(r"\((\d+) 人\)", label)[0]))
                            for value, label in zip(bars.series[0].values, bars.labels, strict=True) if value is not None) == n


def test_scenes_without_past_weeks_say_which_day_they_are_of_and_older_weeks_from_when_on_they_are_known(demo: Desk) -> None:
    for kind in ("risk", "effect"):
        scene = ask(demo, kind, week="2026-08-03", tag="" if kind == "effect" else "family_care")
        assert any("没有过去的周" in line for line in scene.more), kind
    for kind in ("morale", "changes"):
        scene = ask(demo, kind, week="2026-03-16")
        assert scene.picture is None and "最早从" in scene.title and not scene.sure
    assert "最早从" in ask(demo, "stand", week="2019-01-07").title and "最早从" in ask(demo, "stand", week="soon").title


@pytest.mark.parametrize("limits", [{"team": "没有的团队"}, {"department": "没有的部门"}, {"tag": "no_tag"}, {"team": "电销一组", "department": "华东门店部"}])
def test_a_question_about_what_is_not_there_says_so_without_repeating_it(demo: Desk, limits: dict[str, str]) -> None:
    for kind in scenes.SCENES:
        scene = ask(demo, kind, **limits)
        assert scene.picture is None and not scene.sure and "没有" in scene.title and not any(value in said_in(scene) for value in limits.values())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_small_team_is_told_nothing_of_and_the_title_says_why(demo: Desk, lang: str) -> None:
    small = table(demo, f"select team, department, headcount from team_weeks where week = '{WEEK}' and headcount < 5").iloc[0]
    for limits in ({"team": small["team"]}, {"department": small["department"]}):
        for kind in scenes.SCENES:
            scene = ask(demo, kind, lang, **limits)
            if kind == "risk":      # nobody has a score there at all
                continue
            assert scene.picture is None or not any(value is not None for series in scene.picture.series for value in series.values), (kind, limits)
            assert not scene.sure and scene.n in (None, 0), (kind, scene.title)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("tag", ["life_event", "family_care"])
def test_private_tags_are_told_of_the_whole_company_alone(demo: Desk, tag: str, lang: str) -> None:
    for kind in ("stand", "need"):
        assert ask(demo, kind, lang, tag=tag).picture
        for limits in ({"team": "电销一组"}, {"department": "华东门店部"}):
            scene = ask(demo, kind, lang, tag=tag, **limits)
            assert scene.picture is None and any(word in scene.title for word in HIDING[lang])
    assert not {tag, "life_event", "family_care"} & set(demo.read("story_team_tags", week=WEEK, nth=1)["tag"])
    assert demo.read("story_need_teams", week=WEEK, department="", tag=tag).empty
    assert demo.read("story_need_weeks", week=WEEK, department="", nth=2, tag=tag).empty


# --- nobody is exposed --------------------------------------------------------------------------------------------------------------

def every_question(desk: Desk) -> list[Wish]:
    teams = table(desk, "select team, department from teams order by team")
    limits = [{}, *({"team": team} for team in teams["team"]), *({"department": one} for one in teams["department"].unique()), {"tag": "high_pressure"},
              {"tag": "family_care"}, {"week": "2026-09-21"}]
    return [Wish(kind, **limit) for kind in scenes.SCENES for limit in limits]


def test_no_name_and_no_number_of_a_person_is_in_any_scene(demo: Desk) -> None:
    people = table(demo, "select employee_id, name from employees")
    for lang in words.LANGUAGES:
        words.speak(lang)
        text = "\n".join(said_in(scene) for wish in every_question(demo) if (scene := scenes.make(demo, wish)) is not None)
        assert len(text) > 20_000
        assert [who for who in {*people["employee_id"], *people["name"]} if who in text] == []


def test_a_team_called_after_a_person_is_told_and_asked_for_under_a_pseudonym(demo_dir: Path, tmp_path: Path) -> None:
    name = "欧阳若兰"
    folder = changed(demo_dir, tmp_path, f"update employees set name = '{name}' where employee_id = (select min(employee_id) from employees)",
                     *(f"update {name_} set team = '{name}小组' where team = '电销一组'" for name_ in ("employees", "teams", "team_weeks", "team_tag_weeks", "morale_weeks",
                                                                                             "care_weeks", "team_changes", "glance_moves")))
    desk = presenter(folder)
    words.speak("zh")
    told = [ask(desk, "need"), ask(desk, "morale")]
    shown = next(one for one in told[0].picture.asks if "小组" in one)  # type: ignore[union-attr]
    assert name not in shown and all(name not in said_in(scene) for scene in told)
    one = ask(desk, "need", team=shown)
    assert one.picture and one.n == int(table(desk, f"select headcount from team_weeks where week = '{WEEK}' and team = '{name}小组'").iloc[0, 0])


def vectors(desk: Desk, least: int) -> tuple[pd.DataFrame, dict[str, list[np.ndarray]]]:
    """Everything additive that scenes tell of a week, as sums over teams: the teams, and by figure the rows that are told.

    A row is the set of teams that adds up to what is told, found by holding every told number against the published tables.
    """
    teams = table(desk, f"select w.team, w.department, w.headcount as people from team_weeks w where week = '{WEEK}' order by w.team")
    needs = carriers(desk).groupby("team").size()
    talks = table(desk, f"""select e.team, count(*) n from talks k join employees e using (employee_id)
        where k.talked_on between date '{WEEK}' - 21 and date '{WEEK}' + 6 group by 1""").set_index("team")["n"]
    overdue = table(desk, f"select team, overdue from care_weeks where week = '{WEEK}'").set_index("team")["overdue"]
    truth = {"people": teams.set_index("team")["people"], "carrying": needs, "overdue": overdue, "talks": talks}
    found: dict[str, list[np.ndarray]] = {name: [] for name in truth}
    small = teams["people"] < least
    together = teams["people"].where(small, 0).groupby(teams["department"]).transform("sum")
    counted = ~small | (together >= least)

    def told(figure: str, members: pd.Series, value: float) -> None:
        assert value == truth[figure].reindex(teams["team"][members]).fillna(0).sum(), (figure, list(teams["team"][members]))
        found[figure].append(members.to_numpy(float))

    groups = [({}, counted), *(({"department": one}, counted & (teams["department"] == one)) for one in teams["department"].unique()),
              *(({"team": row.team}, teams["team"] == row.team) for row in teams.itertuples())]
    for limits, members in groups:
        for kind in ("stand", "asks", "cost"):
            scene = scenes.make(desk, Wish(kind, **limits))
            if scene is None or scene.picture is None:
                continue
            if kind == "stand":
                told("people", members, scene.n or 0)
                told("carrying", members, round(scene.picture.series[0].values[-1] / 100 * scene.n))  # type: ignore[operator]
            elif kind == "asks" and scene.picture.kind == "trend":
                told("overdue", members, scene.picture.series[0].values[-1] or 0)
            elif kind == "asks":
                told("overdue", members, float(re.search(r"合计 (\d+)", scene.alt)[1]))  # type: ignore[index]
            elif scene.picture.kind == "trend":
                told("talks", members, float(re.search(r"4 周 (\d+) 次谈话", scene.title)[1]))  # type: ignore[index]
            else:
                found["talks"].append(np.ones(len(teams)))     # the page of effects tells the talks of all teams there are
    for scene, figure in ((scenes.make(desk, Wish("need")), "carrying"), (scenes.make(desk, Wish("asks")), "overdue")):
        picture = scene.picture  # type: ignore[union-attr]
        for place, one in enumerate(picture.asks):  # type: ignore[union-attr]
            if place not in picture.hidden:  # type: ignore[union-attr]
                found[figure].append((teams["team"] == one).to_numpy(float))
    return teams, found


def recovered(teams: pd.DataFrame, told: list[np.ndarray], least: int) -> list[tuple[str, ...]]:
    """Sets of teams with fewer people than a group of which a sum of what is told makes a figure."""
    known = np.unique(np.array(told), axis=0)
    few = [chosen for size in (1, 2, 3) for chosen in combinations(range(len(teams)), size) if teams["people"].iloc[list(chosen)].sum() < least]
    full = np.linalg.matrix_rank(known)
    return [tuple(teams["team"].iloc[list(one)]) for one in few if np.linalg.matrix_rank(np.delete(known, one, axis=1)) < full]


@pytest.mark.parametrize("least", [5, 15, 17, 19])
def test_an_attacker_who_adds_and_subtracts_all_scenes_learns_nothing_of_a_small_team(demo_dir: Path, tmp_path: Path, least: int) -> None:
    folder = changed(demo_dir, tmp_path)
    (folder / "settings.toml").write_text(f'"privacy.min_group" = {least}\n', "utf-8")
    desk = presenter(folder)
    words.speak("zh")
    teams, told = vectors(desk, least)
    assert (teams["people"] < least).any() and all(told[name] for name in ("people", "carrying", "overdue"))
    for figure in ("carrying", "overdue", "talks"):
        assert recovered(teams, told[figure], least) == [], figure
    for wish in (wish for wish in every_question(desk) if wish.kind in ("need", "morale", "asks") and not wish.week):
        scene = scenes.make(desk, wish)
        shown = {} if scene is None or scene.picture is None else {ask_: place not in scene.picture.hidden for place, ask_ in enumerate(scene.picture.asks)}
        assert not any(open_ for team, open_ in shown.items() if team in set(teams["team"][teams["people"] < least])), wish


def test_the_attacker_does_find_a_team_that_a_total_alone_leaves_over() -> None:
    teams = pd.DataFrame({"team": ["a", "b", "c"], "people": [9, 9, 3]})
    told = [np.array([1.0, 1, 1]), np.array([1.0, 0, 0]), np.array([0, 1.0, 0])]
    assert recovered(teams, told, 5) == [("c",)] and recovered(teams, told[1:], 5) == []


# --- imported companies -------------------------------------------------------------------------------------------------------------

def test_a_company_with_few_files_tells_what_it_can_and_nothing_else(tmp_path: Path) -> None:
    desk = presenter(paired_company.company(tmp_path))
    told = {scene.wish.kind: scene for scene in story(desk).scenes}
    # no talk, no tag but that of newcomers: nothing about need, care and its effect
    assert set(told) == {"changes", "goals", "risk"}
    for kind, scene in told.items():
        assert scene.title and len(scene.title) <= said.ZH_MOST and "nan" not in said_in(scene).lower(), kind
    for kind in scenes.SCENES:
        for limits in ({}, {"team": "一组"}, {"team": "三组"}, {"tag": "new_hire"}):
            scene = scenes.make(desk, Wish(kind, **limits))
            assert scene is None or ("nan" not in said_in(scene).lower() and scene.title), (kind, limits)
            assert scene is None or limits != {"team": "三组"} or scene.picture is None, kind   # three people


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_company_with_nothing_but_a_staff_list_has_a_story_without_a_false_word(tmp_path: Path, lang: str) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "employees.csv").write_text("employee_id,name,team,hire_date\n" + "".join(f"E{n},人{n}号,甲组,2020-01-06\n" for n in range(9)), "utf-8")
    build(tmp_path, as_of=WEEK)
    desk = presenter(tmp_path)
    words.speak(lang)
    told = story(desk)
    for scene in told.scenes:
        assert "nan" not in said_in(scene).lower() and len(scene.title) <= (said.ZH_MOST if lang == "zh" else said.EN_MOST)
        assert not scene.sure or scene.picture
    assert not {"effect", "cost", "asks", "need"} & {scene.wish.kind for scene in told.scenes}


def test_a_presenter_of_some_teams_tells_of_these_alone(demo_dir: Path, demo: Desk) -> None:
    words.speak("zh")
    mine = ("电销一组", "电销二组", "电销三组")
    desk = presenter(demo_dir, teams=mine)
    scene = ask(desk, "stand")
    sizes = table(demo, f"select team, headcount from team_weeks where week = '{WEEK}'").set_index("team")["headcount"]
    assert scene.n == sizes[list(mine)].sum() and "我负责的团队" in scene.alt and story(desk).title.endswith("我负责的团队")
    others = set(sizes.index) - set(mine)
    for wish in scenes.default(desk):
        told = scenes.make(desk, wish)
        assert told is None or not [team for team in others if team in said_in(told)], wish
    assert "没有这个团队" in ask(desk, "need", team="上海徐汇店").title
