"""Scenes: what a title, note or footnote must not say: the wrong group, the wrong month, more certainty than the figures have, a goal or a talk
that nobody set or held."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from lib import words
from lib.access import masks
from lib.access.desk import Desk
from lib.build import build
from lib.story import said, scenes
from lib.story.scene import Wish
from lib.story.scenes import stand
from tests.told_scenes import UNSURE, WEEK, ask, carriers, changed, numbers, presenter, said_in, table


@pytest.fixture(scope="module")
def demo(demo_dir: Path) -> Desk:
    return presenter(demo_dir)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A company of calls alone: nobody set a goal, nobody ever held a talk, and a team of 11 beside one of 4 in its department."""
    folder = tmp_path_factory.mktemp("bare")
    (folder / "inbox").mkdir()
    people = [(f"E{n:02d}", team, part) for n, (team, part) in enumerate([*[("甲组", "一部")] * 3, *[("乙组", "一部")] * 4, *[("丙组", "二部")] * 11, *[("丁组", "二部")] * 4])]
    (folder / "inbox" / "employees.csv").write_text(
        "employee_id,name,team,department,role,hire_date\n" + "".join(f"{who},人{who}号,{team},{part},顾问,2023-03-06\n" for who, team, part in people), "utf-8")
    days = [WEEK - timedelta(weeks=back) + timedelta(days=day) for back in range(7, -1, -1) for day in range(5)]
    (folder / "inbox" / "activity_days.csv").write_text(
        "employee_id,work_date,dials,answered,rejected,effective\n"
        + "".join(f"{who},{day},100,60,{30 if day >= WEEK and who > 'E15' else 15},{8 + n % 5}\n" for day in days for n, (who, _, _) in enumerate(people)), "utf-8")
    build(folder, as_of=WEEK + timedelta(days=6))
    return presenter(folder)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_small_team_with_a_higher_share_is_not_overlooked_by_a_title_that_names_the_one_that_stands_out(demo_dir: Path, tmp_path: Path, lang: str) -> None:
    """Three of five is not beyond chance, eleven of twenty is: the title says that the second stands out, never that nobody needs care more."""
    sizes = table(presenter(demo_dir), f"select team, headcount from team_weeks where week = '{WEEK}' and headcount >= 5 order by headcount desc, team")
    large, small = sizes["team"].iloc[0], sizes["team"].iloc[-1]
    carry = ("insert into tag_episodes (employee_id, tag, since, until, strength, evidence) select employee_id, 'high_pressure', date '{day}', null, 1, '{{}}' "
             "from (select employee_id from employees where active and team = '{team}' order by employee_id limit {n})")
    desk = presenter(changed(demo_dir, tmp_path, "delete from tag_episodes", f"update team_weeks set headcount = 5 where team = '{small}' and week = '{WEEK}'",
                             carry.format(day=WEEK, team=large, n=round(sizes["headcount"].iloc[0] * .55)), carry.format(day=WEEK, team=small, n=3),
                             *(carry.format(day=WEEK, team=team, n=1) for team in sizes["team"].iloc[1:-1])))
    scene = ask(desk, "need", lang)
    assert scene.picture and scene.picture.asks[0] == small and scene.picture.marked == {1} and scene.sure
    assert large in scene.title and small not in scene.title and small not in scene.notes
    shown = [row for row in carriers(desk)["team"] if row in set(sizes["team"])]
    people = 5 + int(sizes["headcount"].iloc[:-1].sum())
    assert f"{len(shown) / people * 100:.0f} %" in scene.title and not any(word in scene.title for word in ("最需要", "needs care most", "高于其他"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_team_alone_is_not_said_to_be_within_chance(bare: Desk, lang: str) -> None:
    """Of four teams one may be shown: there is none to compare it with."""
    scene = ask(bare, "need", lang)
    assert "丙组" in scene.title and not scene.sure and ("没有别的团队" if lang == "zh" else "no other team") in scene.title
    assert ("偶然" if lang == "zh" else "chance") not in scene.title


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_where_nobody_ever_held_a_talk_it_is_not_said_how_many_had_one(bare: Desk, demo: Desk, lang: str) -> None:
    said_of = "谈过" if lang == "zh" else "had a talk"
    assert said_of not in said_in(ask(bare, "stand", lang)) and said_of in said_in(ask(demo, "stand", lang))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_goal_that_nobody_set_is_called_the_settings_own(bare: Desk, demo: Desk, lang: str) -> None:
    scene, other = ask(bare, "goals", lang), ask(demo, "goals", lang)
    word = "默认" if lang == "zh" else "default"
    assert word in scene.title and "22" in numbers(next(line for line in scene.more if word in line)) and word not in other.title


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_large_team_that_is_hidden_for_anothers_sake_is_not_said_to_be_small(bare: Desk, lang: str) -> None:
    """Goals of 11 people are kept back, or the 4 beside them would follow."""
    scene = ask(bare, "goals", lang, team="丙组")
    assert scene.picture is None and not scene.sure and ("推出" if lang == "zh" else "worked out") in scene.title


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_department_that_is_too_small_is_not_said_to_have_too_short_a_past(demo: Desk, lang: str) -> None:
    small = table(demo, f"select department from team_weeks where week = '{WEEK}' and headcount < 5")["department"].iloc[0]
    assert "5" in numbers(ask(demo, "changes", lang, department=small).title)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_scores_the_footnote_speaks_of_none(demo: Desk, lang: str) -> None:
    scene = ask(demo, "risk", lang)
    day = said.day(WEEK + timedelta(days=6))
    assert not scene.picture and ("60 天" if lang == "zh" else "60 days") not in scene.footnote + scene.period and day in scene.period


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_past_week_is_answered_by_its_month_and_says_so(demo: Desk, lang: str) -> None:
    week = WEEK - timedelta(weeks=6)
    scene = ask(demo, "cost", lang, week=str(week))
    assert scene.title.startswith(said.month(week)) and scene.period == said.month(week) and said.week(week) not in said_in(scene)
    assert "现在" not in scene.notes and " now" not in scene.notes.lower()
    assert not any(("请给" if lang == "zh" else "Give HR") in line for line in ask(demo, "asks", lang, week=str(week)).more)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_while_some_teams_have_not_begun_the_minutes_are_told_as_theirs_who_have(demo_dir: Path, tmp_path: Path, lang: str) -> None:
    month = WEEK.replace(day=1)
    both = [f"insert into effect_time by name select *  replace ('{name}' as programme, 40 as people) from effect_time where month = date '{month}' limit 1" for name in ("after", "before")]
    copy = f"create temp table one as select * from effect_time where month = date '{month}' limit 1"
    desk = presenter(changed(demo_dir, tmp_path, copy, f"delete from effect_time where month = date '{month}'",
                             *(statement.replace(f"from effect_time where month = date '{month}' limit 1", "from one") for statement in both)))
    assert ("照已开始的团队" if lang == "zh" else "As in teams that began") in ask(desk, "cost", lang).title


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("verdict", ["harms", "no_effect"])
def test_what_is_told_of_leaving_is_not_said_to_be_unknown(demo_dir: Path, tmp_path: Path, verdict: str, lang: str) -> None:
    desk = presenter(changed(demo_dir, tmp_path, f"update effect_leaving set verdict = '{verdict}', ratio = 1.8, low = 1.2, high = 2.7"))
    if scenes.make(desk, Wish("effect")) is None or desk.read("effect_leaving_read")["ratio"].isna().all():
        pytest.skip("the small company has no read of leaving")
    scene = ask(desk, "cost", lang)
    assert not any(word in scene.title + scene.more[-1] for word in UNSURE[lang]) and "1.8" in scene.more[-1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_team_surely_under_its_target_is_told_also_while_the_past_is_short(demo_dir: Path, tmp_path: Path, lang: str) -> None:
    team = table(presenter(demo_dir), f"select min(team) as team from morale_weeks where week = '{WEEK}' and headcount >= 5")["team"].iloc[0]
    short = ("update morale_weeks set p = null, change = null, real = false", f"update morale_weeks set value = 80, low = 75, high = 85 where week = '{WEEK}'")
    for reach, sure in ((5, True), (18, False)):
        folder = tmp_path / str(reach)
        folder.mkdir()
        scene = ask(presenter(changed(demo_dir, folder, *short, f"update morale_weeks set value = 50, low = {50 - reach}, high = {50 + reach} where week = '{WEEK}' and team = '{team}'")),
                    "morale", lang)
        assert scene.sure is sure, scene.title      # 50 (32–68) lies under 70, but one of so many teams may by chance
        assert ("没有超出平时" if lang == "zh" else "within the usual swings") not in scene.notes


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_figure_that_moved_when_looked_at_alone_is_not_said_to_lie_within_its_swings(demo_dir: Path, tmp_path: Path, lang: str) -> None:
    desk = presenter(demo_dir)
    team = table(desk, f"select team from team_changes where week = '{WEEK}' and people >= 5 and p is not null order by team")["team"].iloc[0]
    moved = presenter(changed(demo_dir, tmp_path, "update team_changes set real = false", "update glance_moves set real = false",
                              f"update team_changes set change = 9, low = 4, high = 14 where week = '{WEEK}' and team = '{team}' and measure = 'performance'"))
    scene = ask(moved, "changes", lang, team=team)
    assert not scene.sure and ("单看" if lang == "zh" else "alone") in scene.notes
    assert "平时的波动之内" not in scene.title and "within" not in scene.title


@pytest.mark.parametrize("key", [b"k", b"m", b"s"])
def test_teams_that_are_equal_stand_in_the_order_of_their_letters_not_of_their_names(demo_dir: Path, tmp_path: Path, key: bytes) -> None:
    words.speak("zh")
    equal = presenter(changed(demo_dir, tmp_path, "update care_weeks set overdue = 2, open = 1", "delete from tag_episodes",
                              f"insert into tag_episodes (employee_id, tag, since, until, strength, evidence) select employee_id, 'high_pressure', date '{WEEK}', null, 1, '{{}}' from employees",
                              "update morale_weeks set value = 60, low = 55, high = 65, p = null, change = null, real = false", "update team_weeks set performance = 100",
                              "delete from glance_moves", "delete from team_changes where measure <> 'performance'",
                              "update team_changes set p = 1e-9, real = true, change = -5, low = -7, high = -3",
                              "update risk_model set state = 'ready', why = '', precision = 0.3, precision_low = 0.2, precision_high = 0.4, precision_base = 0.1",
                              "delete from risk_scores",
                              """insert into risk_scores by name select employee_id, date '2026-11-16' as week, 0.1 as p30, 0.2 as p60, 0.3 as p90,
                                 case when nth <= 5 then 'raised' else 'even' end as band from (select employee_id, row_number() over (partition by team order by employee_id) as nth
                                 from employees where active) where nth <= 10"""))
    lettered = equal.presenting(masks.Pseudonyms(key * 32, "m", letters=True))
    for kind, least in (("asks", 4), ("need", 4), ("morale", 4), ("risk", 4), ("changes", 3)):
        scene = scenes.make(lettered, Wish(kind))
        assert scene and scene.picture
        told = [name for place, name in enumerate(scene.picture.asks) if place not in scene.picture.hidden]
        assert len(told) >= least and told == sorted(told) and told[0].startswith("团队 "), kind


@pytest.mark.parametrize(("share", "before", "people", "apart"), [(3 / 16, 1 / 16, 16, False), (14 / 15, 4 / 15, 15, True), (0.0, 0.5, 12, True), (1 / 12, 3 / 12, 12, False)])
def test_two_shares_of_a_small_team_differ_only_where_both_are_held_to_be_uncertain(share: float, before: float, people: int, apart: bool) -> None:
    assert stand._apart(share, before, people) is apart


def test_a_mean_outside_the_interval_is_not_rounded_to_its_end(demo_dir: Path, tmp_path: Path) -> None:
    """Whatever the company: a title that says above or below shows a mean that lies outside the interval it shows."""
    words.speak("en")
    desk = presenter(demo_dir)
    seen = 0
    for week in desk.read("weeks")["week"].head(30):
        title = ask(desk, "stand", "en", week=str(week)[:10]).title
        if found := re.search(r"([\d.]+) % \(([\d.]+)–([\d.]+)\), (above|below) the mean of the 4 weeks before \(([\d.]+) %\)", title):
            seen += 1
            assert not float(found[2]) <= float(found[5]) <= float(found[3]), title
    assert seen


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_team_in_which_only_private_tags_are_carried_is_not_broken_down_by_tag(demo_dir: Path, tmp_path: Path, lang: str) -> None:
    """One carrier and no tag that may be told of a team: bars of nothing would say that it is life or family."""
    team = table(presenter(demo_dir), f"select team from team_weeks where week = '{WEEK}' and headcount >= 5 order by team")["team"].iloc[0]
    desk = presenter(changed(
        demo_dir, tmp_path, "delete from tag_episodes", "delete from team_tag_weeks",
        "insert into tag_episodes (employee_id, tag, since, until, strength, evidence) select min(employee_id), 'family_care', "
        f"date '{WEEK}', null, 1, '{{}}' from employees where active and team = '{team}'",
        f"insert into tag_episodes (employee_id, tag, since, until, strength, evidence) select max(employee_id), 'high_pressure', date '{WEEK}', null, 1, '{{}}' from employees where active and team <> '{team}'"))
    scene = ask(desk, "need", lang, team=team)
    assert scene.picture and len(scene.picture.labels) == 1 and "1" in numbers(scene.title) and ("不按标签" if lang == "zh" else "by tag") in scene.title
    assert not any(word in said_in(scene) for word in ("家庭", "生活", "amily", "ife event"))


def test_teams_of_one_share_stand_as_on_glance_by_their_performance(demo_dir: Path, tmp_path: Path) -> None:
    words.speak("zh")
    equal = presenter(changed(demo_dir, tmp_path, "delete from tag_episodes",
                              f"insert into tag_episodes (employee_id, tag, since, until, strength, evidence) select employee_id, 'high_pressure', date '{WEEK}', null, 1, '{{}}' from employees"))
    scene = scenes.make(equal, Wish("need"))
    glance = equal.read("glance_teams", week=WEEK, department="")
    shown = glance[glance["people"].notna() & (glance["carry_share"] == 1)]
    assert scene and scene.picture and shown["performance"].nunique() > 3
    assert list(scene.picture.asks[:5]) == shown["team"].tolist()[:5] != sorted(shown["team"])[:5]
