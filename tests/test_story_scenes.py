"""Scenes: titles say what the figures say, in both languages, and what may be chance or cannot be told is said in the title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from lib import words
from lib.access.desk import Desk, NotAllowed
from lib.story import said, scenes
from lib.story.scene import Wish
from lib.story.scenes import changes
from lib.story.tell import story
from tests.told_scenes import UNSURE, WEEK, ask, carriers, changed, numbers, presenter, said_in, table


@pytest.fixture(scope="module")
def demo(demo_dir: Path) -> Desk:
    return presenter(demo_dir)


# --- the story that nobody has chosen yet -------------------------------------------------------------------------------------

@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_default_story_has_six_to_nine_scenes_and_each_is_one_finding_with_its_number(demo: Desk, lang: str) -> None:
    words.speak(lang)
    told = story(demo)
    assert 6 <= len(told.scenes) <= 9
    assert [scene.wish.kind for scene in told.scenes] == [kind for kind in scenes.SCENES if Wish(kind) in scenes.default(demo)]
    for scene in told.scenes:
        assert len(scene.title) <= (said.ZH_MOST if lang == "zh" else said.EN_MOST), scene.title
        assert numbers(scene.title) or not scene.picture, scene.title
        assert scene.footnote.count(" · ") >= 2 and "n = " in scene.footnote and scene.period in scene.footnote
        assert 2 <= len(re.findall(r"。" if lang == "zh" else r"\.(?:\s|$)", scene.notes)) <= 4
        assert scene.alt and len(scene.more) <= 3
        assert ("n = 0" not in scene.footnote) and scene.n


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_may_be_chance_or_cannot_be_told_says_so_in_its_title_and_nothing_else_does(demo: Desk, lang: str) -> None:
    words.speak(lang)
    for scene in [*story(demo).scenes, *(ask(demo, "morale", lang, week="2026-08-03"), ask(demo, "changes", lang, week="2026-07-06"))]:
        assert any(word in scene.title for word in UNSURE[lang]) is not scene.sure or scene.wish.kind == "changes" and scene.sure, scene.title


def test_a_scene_without_data_is_not_told_and_one_of_no_kind_is_an_error(demo_dir: Path, tmp_path: Path) -> None:
    bare = presenter(changed(demo_dir, tmp_path, "delete from risk_model", "delete from effect_reads", "delete from effect_time", "delete from goal_metrics",
                             "delete from goal_wholes", "delete from app_goals"))
    assert {wish.kind for wish in scenes.default(bare)} == {"stand", "changes", "need", "morale"}
    for kind in ("goals", "risk", "effect", "cost", "asks"):
        assert scenes.make(bare, Wish(kind)) is None
    with pytest.raises(LookupError):
        scenes.make(bare, Wish("weather"))


@pytest.mark.parametrize("role", ["boss", "hr", "admin"])
def test_only_a_presenters_desk_is_read(demo_dir: Path, role: str) -> None:
    with pytest.raises(NotAllowed):
        scenes.make(presenter(demo_dir, role), Wish("stand"))
    with pytest.raises(NotAllowed):
        scenes.default(presenter(demo_dir, role))


def test_a_story_keeps_the_order_leaves_out_what_is_hidden_and_says_the_presenters_own_words_first(demo: Desk) -> None:
    @dataclass(frozen=True)
    class Choice:
        wish: Wish
        hidden: bool = False
        caption: str = ""
        notes: str = ""

    chosen = [Choice(Wish("morale"), caption="先看这里", notes="从三组说起"), Choice(Wish("stand"), hidden=True), Choice(Wish("need"))]
    told = story(demo, choices=chosen, title="季度会")
    assert [scene.wish.kind for scene in told.scenes] == ["morale", "need"] and told.title == "季度会"
    assert told.scenes[0].caption == "先看这里" and told.scenes[0].notes.startswith("从三组说起\n\n")
    assert told.scenes[0].notes.endswith(ask(demo, "morale").notes) and not told.scenes[1].caption
    assert "2026年11月15日" in told.source and "5" in told.source


# --- titles agree with the figures ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("lang", ["zh", "en"])
def test_where_we_stand_counts_the_people_of_the_week_and_a_changed_table_changes_the_sentence(demo_dir: Path, demo: Desk, tmp_path: Path, lang: str) -> None:
    shown = table(demo, f"select team, headcount from team_weeks where week = '{WEEK}' and headcount >= 5")
    people = int(shown["headcount"].sum())
    expected = len(carriers(demo)[lambda x: x["team"].isin(shown["team"])])
    scene = ask(demo, "stand", lang)
    assert scene.picture and scene.picture.days[-1] == WEEK.isoformat() and len(scene.picture.days) == len(scene.picture.labels)
    assert scene.title.startswith(f"{expected} ") and f"{expected / people * 100:.0f} %" in scene.title and scene.n == people
    calm = presenter(changed(demo_dir, tmp_path, f"delete from tag_episodes where coalesce(until, date '{WEEK}') >= date '{WEEK}' and hash(employee_id) % 2 = 0"))
    fewer = len(carriers(calm)[lambda x: x["team"].isin(shown["team"])])
    other = ask(calm, "stand", lang)
    assert fewer < expected and other.title.startswith(f"{fewer} ") and other.title != scene.title


def test_a_change_within_the_interval_is_chance_and_one_beyond_it_is_not(demo_dir: Path, tmp_path: Path) -> None:
    one = ("select employee_id, cast(date '2026-11-09' as date) as since from employees where active and team in (select team from team_weeks where headcount >= 5) "
           "order by employee_id limit {n}")
    held = "insert into tag_episodes (employee_id, tag, since, until, strength, evidence) select employee_id, 'high_pressure', since, null, 1, '{{}}' from ({rows})"
    sure = {}
    for n in (1, 60):
        folder = tmp_path / str(n)
        folder.mkdir()
        scene = ask(presenter(changed(demo_dir, folder, "delete from tag_episodes", held.format(rows=one.format(n=5).replace("2026-11-09", "2026-10-05")),
                                      f"update tag_episodes set until = null where {n} = 1", f"update tag_episodes set until = date '2026-11-01' where {n} <> 1",
                                      held.format(rows=one.format(n=n)))), "stand")
        sure[n] = scene.sure, "可能只是波动" in scene.title, "高于" in scene.title
    assert sure == {1: (False, True, False), 60: (True, False, True)}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_needs_care_names_the_team_that_stands_out_with_its_people(demo_dir: Path, demo: Desk, tmp_path: Path, lang: str) -> None:
    scene = ask(demo, "need", lang)
    sizes = table(demo, f"select team, headcount from team_weeks where week = '{WEEK}' and headcount >= 5").set_index("team")["headcount"]
    counted = carriers(demo).groupby("team").size().reindex(sizes.index, fill_value=0)
    top = (counted / sizes).idxmax()
    assert top in scene.title and str(counted[top]) in numbers(scene.title) and str(sizes[top]) in numbers(scene.title) and scene.sure
    assert scene.picture and scene.picture.labels[0].startswith(top) and str(sizes[top]) in scene.picture.labels[0]
    assert scene.picture.series[0].values[0] == pytest.approx(counted[top] / sizes[top] * 100)
    even = presenter(changed(demo_dir, tmp_path, f"delete from tag_episodes where employee_id in (select employee_id from employees where team in ('{top}'))",
                             "delete from tag_episodes where tag = 'high_pressure'"))
    other = ask(even, "need", lang)
    assert top not in other.title and not other.sure and any(word in other.title for word in UNSURE[lang])


def test_a_hidden_team_stands_in_the_picture_hatched_and_without_a_figure(demo: Desk) -> None:
    small = table(demo, f"select team from team_weeks where week = '{WEEK}' and headcount < 5")["team"].tolist()
    assert small
    for kind in ("need", "morale", "asks"):
        scene = ask(demo, kind)
        picture = scene.picture
        assert picture and {picture.labels[place] for place in picture.hidden} == set(small), kind
        assert all(series.values[place] is None for series in picture.series for place in picture.hidden) and "5 人" in scene.hidden_note
        assert [picture.asks[place] for place in sorted(picture.hidden)] == sorted(small)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_morale_says_who_fell_by_more_than_usual_and_where_nobody_did_that_it_may_be_chance(demo_dir: Path, demo: Desk, tmp_path: Path, lang: str) -> None:
    scene = ask(demo, "morale", lang)
    rows = table(demo, f"select * from morale_weeks where week = '{WEEK}' and headcount >= 5 and real and change < 0 order by change")
    worst = rows.iloc[0]
    assert worst["team"] in scene.title and {f"{-worst['change']:.0f}", f"{worst['value']:.0f}"} <= numbers(scene.title) and scene.sure
    still = presenter(changed(demo_dir, tmp_path, "update morale_weeks set real = false"))
    other = ask(still, "morale", lang)
    known = table(demo, f"select value, headcount from morale_weeks where week = '{WEEK}' and headcount >= 5 and value is not null")
    assert f"{np.average(known['value'], weights=known['headcount']):.0f}" in numbers(other.title) and worst["team"] not in other.title


def test_morale_of_a_week_is_what_the_morale_page_shows(demo: Desk) -> None:
    words.speak("zh")
    page = demo.read("morale_company", department="", target=70.0).iloc[0]
    mine = demo.read("story_morale_weeks", week=WEEK, department="", nth=0).iloc[-1]
    assert [mine[name] for name in ("value", "low", "high")] == pytest.approx([page[name] for name in ("value", "low", "high")])
    teams = demo.read("story_morale_teams", week=WEEK, department="", target=70.0)
    for name in ("down", "up", "told", "small_teams"):
        assert teams[name].iloc[0] == page[name], name
    assert teams["under"].iloc[0] == page["under_target"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_goals_say_how_far_the_company_is_and_doubling_what_was_done_doubles_it(demo_dir: Path, demo: Desk, tmp_path: Path, lang: str) -> None:
    from lib.access.goals_desk import GoalsDesk
    from lib.story.scenes import ask as asking
    from lib.story.scenes import goals

    def share(desk: Desk) -> float:
        found = asking.of(desk, Wish("goals"))
        assert found is not None
        whole = next(one for one in GoalsDesk(desk).groups(goals.metric(found), "month") if one.level == "company")
        assert whole.bar.share is not None
        return whole.bar.share

    first, scene = share(demo), ask(demo, "goals", lang)
    columns = ("effective", "intents", "deals", "revenue", "answered", "dials")
    more = presenter(changed(demo_dir, tmp_path, f"update goal_facts set {', '.join(f'{name} = {name} * 2' for name in columns)}"))
    assert share(more) == pytest.approx(2 * first)
    assert said.percent(first) in scene.title and said.percent(2 * first) in ask(more, "goals", lang).title and scene.picture


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_risk_says_the_counts_that_a_boss_is_told_and_why_there_is_no_score(demo_dir: Path, demo: Desk, tmp_path: Path, lang: str) -> None:
    assert not ask(demo, "risk", lang).sure and ask(demo, "risk", lang).picture is None
    ready = presenter(changed(
        demo_dir, tmp_path, "update risk_model set state = 'ready', why = '', precision = 0.3, precision_low = 0.2, precision_high = 0.4, precision_base = 0.1",
        "delete from risk_scores",
        """insert into risk_scores by name select employee_id, date '2026-11-16' as week, 0.1 as p30, 0.2 as p60, 0.3 as p90,
           case when row_number() over (partition by team order by employee_id) <= 6 then 'raised' else 'even' end as band from employees
           where active and team in (select team from team_weeks where week = date '2026-11-09' and headcount >= 5)"""))
    scene = ask(ready, "risk", lang)
    counted = table(ready, "select e.team, count(*) n, sum((band <> 'even')::int) above from risk_scores join employees e using (employee_id) group by 1")
    company = counted[["n", "above"]].sum()
    assert scene.sure and {str(int(company["n"])), str(int(company["above"])), "3"} <= numbers(scene.title) and scene.n == company["n"]
    assert scene.picture and sorted(scene.picture.series[0].values) == pytest.approx(sorted(counted["above"] / counted["n"] * 100))
    worse = presenter(changed(tmp_path, tmp_path, "update risk_model set precision_low = 0.05"))
    other = ask(worse, "risk", lang)
    assert not other.sure and any(word in other.title for word in UNSURE[lang])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_did_care_work_speaks_the_published_verdict_and_never_shows_a_before_after_alone(demo_dir: Path, demo: Desk, tmp_path: Path, lang: str) -> None:
    scene = ask(demo, "effect", lang)
    cell = table(demo, "select c.* from effect_cells c join effect_reads r using (read_on) where r.current and scope = 'all' and outcome = 'performance'").iloc[0]
    assert cell["verdict"] == "cannot_tell" and not scene.sure and any(word in scene.title for word in UNSURE[lang])
    assert scene.picture and scene.picture.series[0].hatched and scene.picture.series[0].values[0] == pytest.approx(cell["naive_change"])
    assert scene.picture.series[2].values[2] == pytest.approx(cell["value"]) and scene.picture.series[2].low[2] == pytest.approx(cell["low"])
    here = "scope = 'all' and outcome = 'performance'"
    works = presenter(changed(demo_dir, tmp_path, f"update effect_cells set verdict = 'works', value = 7.4, low = 3.2, high = 11.6 where {here}"))
    other = ask(works, "effect", lang)
    assert other.sure and {"7.4", "3.2", "11.6"} <= numbers(other.title)
    assert ("一致" if lang == "zh" else "Consistent") in other.title            # people chose: no words of cause
    drawn = presenter(changed(tmp_path, tmp_path, f"update effect_cells set causal = true where {here}"))
    assert ("抽签" if lang == "zh" else "lottery") in ask(drawn, "effect", lang).title
    alone = presenter(changed(tmp_path, tmp_path, f"update effect_cells set compared_before = null, compared_after = null, verdict = 'cannot_tell' where {here}"))
    bare = ask(alone, "effect", lang)
    assert bare.picture is None and not bare.sure and not any(said.signed(cell["naive_change"], 0) in part for part in (bare.title, bare.notes, bare.alt))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_money_is_named_only_where_fewer_leavers_can_be_told(demo_dir: Path, demo: Desk, tmp_path: Path, lang: str) -> None:
    scene = ask(demo, "cost", lang)
    row = table(demo, "select * from effect_time where programme = 'after' and minutes_per_hr_day is not null order by month desc").iloc[0]
    assert f"{row['minutes_per_hr_day']:.0f}" in numbers(scene.title) and not scene.sure and "¥" not in said_in(scene) and "万元" not in said_in(scene)
    people = table(demo, f"select sum(people) from effect_time where month = '{row['month'].date()}'").iloc[0, 0]
    assert said.number(people * 15 / row["hr"], 0) in numbers(scene.title)
    saved = presenter(changed(demo_dir, tmp_path, "update effect_leaving set verdict = 'works', ratio = 0.5, low = 0.4, high = 0.8, events_cared = 30"))
    other = ask(saved, "cost", lang)
    assert other.sure and ("54 万元" if lang == "zh" else "¥540,000") in other.title and "30" in numbers(other.title)      # 30 left where 60 would have: 30 × 18,000
    assert "(8–45)" in " ".join(other.more) and "(8–45)" in other.title                     # 30 / 0.8 − 30 and 30 / 0.4 − 30
    assert ("(14–81)" if lang == "zh" else "(140,000–810,000)") in other.title                # 7.5 and 45 × 18,000
    assert "¥18,000" in " ".join(other.more)
    (saved.data_dir / "settings.toml").write_text('"story.leaver_cost" = 20000\n', "utf-8")
    assert ("60 万元 (15–90)" if lang == "zh" else "¥600,000 (150,000–900,000)") in ask(presenter(saved.data_dir), "cost", lang).title


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_we_ask_for_is_computed_from_what_came_due_and_was_not_given(demo_dir: Path, demo: Desk, tmp_path: Path, lang: str) -> None:
    scene = ask(demo, "asks", lang)
    counted = table(demo, f"""select sum(c.came_due) due, sum(c.kept) kept, sum(c.done) done from care_weeks c join team_weeks w using (team, week)
        where c.week between date '{WEEK}' - 21 and date '{WEEK}' and w.headcount >= 5""").iloc[0]
    each = table(demo, f"""select avg(k.minutes) from talks k join employees e using (employee_id) where k.tag is not null and k.talked_on between date '{WEEK}' - 77 and date '{WEEK}' + 6
        and e.team in (select team from team_weeks where week = date '{WEEK}' and headcount >= 5)""").iloc[0, 0]
    hours = (counted["due"] - counted["done"]) / 4 * each / 60
    assert hours > 1
    assert said.number(hours, None if hours < 10 else 0) in numbers(scene.title) and f"{counted['kept'] / counted['due'] * 100:.0f} %" in scene.title
    enough = presenter(changed(demo_dir, tmp_path, "update care_weeks set kept = came_due, done = came_due"))
    other = ask(enough, "asks", lang)
    assert str(int(counted["due"])) in numbers(other.title) and ("不需要" if lang == "zh" else "No more time") in other.title
    assert not any(said.number(hours, None if hours < 10 else 0) in line for line in other.more)
    late = presenter(changed(demo_dir, tmp_path, "update care_weeks set done = came_due"))
    assert ("更早" if lang == "zh" else "sooner") in ask(late, "asks", lang).title


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_changed_is_what_glance_lists_and_else_how_much_was_judged(demo_dir: Path, demo: Desk, tmp_path: Path, lang: str) -> None:
    scene = ask(demo, "changes", lang)
    listed = demo.read("glance_real", week=WEEK, department="")
    first = listed.iloc[0]
    assert first["team"] in scene.title and str(len(listed)) in numbers(scene.title) and scene.sure
    assert scene.picture and len(scene.picture.labels) == min(len(listed), 3)
    swing = first["change"] - first["low"] if first["change"] > 0 else first["high"] - first["change"]
    assert scene.picture.series[0].values[0] == pytest.approx(abs(first["change"]) / swing)
    # in plain words: up or down is in the label, the usual swing is a line, and beyond it lies what is more than chance
    assert scene.picture.labels[0].endswith(("高了", "低了") if lang == "zh" else (" up", " down")) and not scene.picture.signed
    assert [line.value for line in scene.picture.lines] == [1.0] and all(value > 1 for value in scene.picture.series[0].values)
    quiet = presenter(changed(demo_dir, tmp_path, "update team_changes set real = false", "update glance_moves set real = false"))
    other = ask(quiet, "changes", lang)
    assert not other.sure and str(listed["judged"].iloc[0]) in numbers(other.title) and any(word in other.title for word in UNSURE[lang])
    none = presenter(changed(tmp_path, tmp_path, "update team_changes set p = null", "update glance_moves set p = null"))
    assert ask(none, "changes", lang).picture is None and any(word in ask(none, "changes", lang).title for word in UNSURE[lang])


def moved(change: float, low: float, high: float, measure: str = "late_evenings", team: str = "") -> dict[str, object]:
    return {"team": team, "measure": measure, "change": change, "low": low, "high": high, "span": 1, "people": 20, "real": low > 0 or high < 0}


def test_a_bar_passes_the_line_of_usual_swings_exactly_where_the_interval_leaves_nought_out() -> None:
    rng = np.random.default_rng(3)
    rows = [moved(change, change - below, change + above) for change, below, above in zip(rng.normal(size=400), rng.gamma(1, size=400), rng.gamma(1, size=400), strict=True)]
    rows += [moved(0.555, -0.1, 0.9), moved(0.0, -0.1, 0.9), moved(-0.5, -2.0, 0.0), moved(0.3, 0.0, 0.4)]
    sizes = changes._beside(rows).series[0].values
    assert [size > 1 for size in sizes] == [row["low"] > 0 or row["high"] < 0 for row in rows] and any(size > 1 for size in sizes if size)


def test_every_bar_of_every_team_agrees_with_what_is_said_beside_it(demo: Desk) -> None:
    words.speak("zh")
    seen = set()
    for nth, team in enumerate(demo.read("story_teams").sort_values("nth")["team"], start=1):
        rows = demo.read("story_changes", week=WEEK, nth=nth)
        rows = rows[rows["measure"].isin(list(changes.UNITS))]
        if len(rows) and (scene := ask(demo, "changes", team=team)).picture:
            past = sum(size > 1 for size in scene.picture.series[0].values if size is not None)
            assert past == int(((rows["low"] > 0) | (rows["high"] < 0)).sum()), team
            assert ("都在" in scene.notes) <= (past == 0), team
            seen.add(past > 0)
    assert seen


@pytest.mark.parametrize(("lang", "row", "told"), [("zh", "晚下班次数没变", "没变:0 次/人 (−0.2 到 0.3)"), ("en", "late evenings unchanged", "unchanged: 0 a person (−0.2 to 0.3)")])
def test_what_did_not_move_is_neither_up_nor_down(lang: str, row: str, told: str) -> None:
    words.speak(lang)
    still = moved(0.0, -0.2, 0.3)
    assert changes._beside([still]).labels == (row,) and told in changes.detail(still)
    small = changes.detail(moved(-0.034, -0.2, 0.3))
    assert "0.03" in small and ("低了" if lang == "zh" else "down by") in small


# --- words --------------------------------------------------------------------------------------------------------------------------

def test_numbers_are_said_as_the_pages_say_them() -> None:
    from lib.show import figures, parts

    words.speak("en")
    for value in (0.04, 0.5, 1, 1.26, 9.96, 10.4, 123.4, 12345.6, -3.21, float("nan")):
        assert said.number(value) == parts.number(value) and said.number(value, 1) == parts.number(value, 1)
        assert said.signed(value, 1).replace("±0.0", "±0") == parts.signed(value, 1)
    assert said.number(0) == parts.number(0) == "0" and said.number(-0.04, 1) == "0.0"
    assert said.ranged(0.16, 0.11, 0.22) == figures.ranged(0.16, 0.11, 0.22).replace(" %)", ")")
    assert said.points(-0.034) == "3 pp" and said.points(0.004) == "0.40 pp"
    assert said.count("people", 1) == "1 person" and said.count("people", 12) == "12 people" and said.count("teams", 1.0) == "1 team"
    assert said.week(date(2026, 12, 28)) == "28 Dec 2026–3 Jan 2027"
    words.speak("zh")
    assert said.week(date(2026, 12, 28)) == "2026年12月28日–2027年1月3日" and said.count("people", 1) == "1 人"


def test_a_title_that_is_too_long_gives_way_to_a_shorter_one_and_is_never_longer_than_may_be() -> None:
    words.speak("zh")
    assert said.fit("长" * 61, "短") == "短" and len(said.fit("长" * 61, "长" * 70)) == 60 and said.fit("长" * 60, "短") == "长" * 60
    assert said.short("一个名字特别特别长的销售团队") == "一个名字特别特别长的销售团队" and len(said.short("一" * 40)) == 14


def test_the_wilson_interval_is_that_of_the_effect_pages() -> None:
    from lib.effect.programme import wilson

    for hits, n in ((0, 9), (3, 15), (13, 15), (50, 640)):
        low, high = wilson(np.array([hits]), np.array([n]))
        assert said.wilson(hits, n) == pytest.approx((max(float(low[0]), 0), min(float(high[0]), 1)))


def test_every_sentence_of_the_stories_is_said_somewhere() -> None:
    source = "".join(file.read_text("utf-8") for file in (Path(scenes.__file__).parents[1]).glob("**/*.py"))
    ours = [key for key in words.sentences() if key.startswith("story.")]
    # a key may be put together: what stands before a brace is its beginning
    stems = {(stem, bool(brace)) for stem, brace in re.findall(r'"(story\.[\w.]*)(\{?)', source)} | {(stem, True) for stem in re.findall(r'"(story\.[\w.]*)"', source)}
    unsaid = [key for key in ours if not any(key == stem or (made and key.startswith(stem)) for stem, made in stems)]
    assert unsaid == []
