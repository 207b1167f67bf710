"""Person: finding somebody, the story on one time axis, the numbers beside the team, and what may not be seen."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib import words
from lib.access.desk import Desk, NotAllowed
from lib.access.roles import Viewer
from lib.ledger import choices, engine
from lib.show import person_view, tags_view, timeline
from lib.show.parts import full_day, week_span
from lib.warehouse.store import Store
from tests.test_page_glance import changed

QUERIES = ("person_search", "person_newest", "person_card", "person_weeks", "person_peers", "person_tags", "person_talks", "person_leave")
NO_DAYS = ("delete from employee_days", "delete from employee_weeks", "delete from peer_weeks", "delete from talks",
           "delete from talk_signals", "delete from tag_episodes")


def opened(data: Path, who: str | None = None, lang: str = "zh", teams: tuple[str, ...] | None = None, **state: object) -> AppTest:
    def script(data: str, lang: str, teams: tuple[str, ...] | None) -> None:
        from pathlib import Path

        from lib import words
        from lib.access.desk import Desk
        from lib.access.roles import Viewer
        from lib.warehouse.store import Store
        from pages.person import page

        words.speak(lang)
        page(Desk(Store(Path(data)), Viewer("hr", teams=teams)))

    app = AppTest.from_function(script, kwargs={"data": str(data), "lang": lang, "teams": teams}, default_timeout=30)
    if who:
        app.query_params["id"] = who
    for key, value in state.items():
        app.session_state[key.replace("__", ".")] = value
    return app.run()


def shown(app: AppTest) -> str:
    assert not app.exception, app.exception
    lives = [json.loads(element.proto.json)["html"] for element in app.get("bidi_component")]
    return " ".join(lives + [str(element.proto.body) for element in app.get("html")])


def tips(html: str) -> list[str]:
    """What the timeline says of its points, as a reader sees it."""
    return [unescape(text) for text in re.findall(r"data-tip='([^']*)'", html)]


@pytest.fixture
def somebody(demo_dir) -> str:
    """A person with tags, talks and leave."""
    return Store(demo_dir).current().frame(
        "select e.employee_id from employees as e where e.active and exists (from talks as t where t.employee_id = e.employee_id) "
        "and exists (from tag_episodes as g where g.employee_id = e.employee_id and g.until is null) "
        "and exists (from employee_days as d where d.employee_id = e.employee_id and not d.worked) order by 1 limit 1")["employee_id"][0]


def story(desk: Desk, who: str) -> timeline.Story:
    return timeline.Story(desk.read("person_weeks", id=who), desk.read("person_tags", id=who, gone=[]), desk.read("person_talks", id=who),
                          desk.read("person_leave", id=who), desk.read("person_card", id=who)["as_of"][0], "m",
                          tags_view.names(desk.read("tags_known")))


@pytest.mark.parametrize("role", ["boss", "presenter", "lead", "admin", "employee", "mentor"])
@pytest.mark.parametrize("query", QUERIES)
def test_nobody_but_hr_may_ask_about_a_person(desk_of, role: str, query: str) -> None:
    with pytest.raises(NotAllowed):
        desk_of(role).read(query, id="x")


def test_a_search_finds_by_the_beginning_of_the_number_and_by_any_part_of_the_name(desk_of, demo_dir) -> None:
    desk, one = desk_of("hr"), Store(demo_dir).current().frame("select * from employees where active order by employee_id limit 1").iloc[0]
    assert desk.read("person_search", text=one["employee_id"].lower())["employee_id"].tolist() == [one["employee_id"]]
    assert one["employee_id"] in desk.read("person_search", text=one["name"][1:])["employee_id"].tolist()
    assert desk.read("person_search", text="  ").empty and desk.read("person_search", text="%").empty


def test_a_search_sends_twenty_people_at_most_and_says_how_many_match(desk_of) -> None:
    found = desk_of("hr").read("person_search", text="K")
    assert len(found) == 20 and found["found"].iloc[0] > 20
    assert str(found["found"].iloc[0]) in person_view.found(found, "K")


def test_text_of_the_search_is_escaped(desk_of) -> None:
    assert "<img" not in person_view.found(desk_of("hr").read("person_search", text="<img>"), "<img>")


def test_without_a_person_the_newest_tags_are_offered(demo_dir, desk_of) -> None:
    newest = desk_of("hr").read("person_newest", gone=[])
    html = shown(opened(demo_dir))
    assert 0 < len(newest) <= 6 and all(who in html for who in newest["employee_id"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_person_is_shown_with_why_today_and_the_numbers_beside_the_team(demo_dir, desk_of, somebody, lang: str) -> None:
    html = shown(opened(demo_dir, somebody, lang))
    peers = desk_of("hr").read("person_peers", id=somebody)
    assert desk_of("hr").read("person_card", id=somebody)["name"][0] in html
    assert words.say_in(lang, "person.why") in html and f"n={peers['peers'].max()}" in html and "<details" in html


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_objection_to_scoring_takes_every_tag_off_the_page_at_once_and_its_end_brings_them_back(demo_dir, tmp_path, somebody, lang: str) -> None:
    data = Path(shutil.copytree(demo_dir, tmp_path / "data"))
    words.speak(lang)
    labels = tags_view.names(Desk(Store(data), Viewer("hr")).read("tags_known"))
    held = Store(data).current().frame("select distinct tag from tag_episodes where employee_id = $id and until is null", {"id": somebody})["tag"]
    before = shown(opened(data, somebody, lang))
    assert all(labels[tag] in before for tag in held) and words.say_in(lang, "person.objects") not in before
    choose = lambda chosen: choices.choose(engine.ledger(data, True), somebody, "no_scoring", chosen, "x", date(2026, 11, 15))
    choose(True)
    after = shown(opened(data, somebody, lang))
    assert not any(label in after for label in labels.values())
    assert all(words.say_in(lang, f"person.objects{part}") in after for part in ("", "_what", "_stays"))
    assert words.say_in(lang, "person.lane.talks") in after and words.say_in(lang, "person.why_none") not in after
    about = words.say_in(lang, "person.hover_signals").partition("{")[0]
    assert [tip for tip in tips(before) if about in tip] and not [tip for tip in tips(after) if about in tip]
    choose(False)
    assert all(labels[tag] in shown(opened(data, somebody, lang)) for tag in held)


def test_who_objects_to_scoring_is_not_among_the_newest_tags(demo_dir, tmp_path) -> None:
    data = Path(shutil.copytree(demo_dir, tmp_path / "data"))
    first = Desk(Store(data), Viewer("hr")).read("person_newest", gone=[])["employee_id"][0]
    assert first in shown(opened(data))
    choices.choose(engine.ledger(data, True), first, "no_scoring", True, "x", date(2026, 11, 15))
    assert first not in shown(opened(data))


def test_an_id_out_of_scope_reads_like_one_that_does_not_exist(demo_dir, somebody) -> None:
    here, there = shown(opened(demo_dir, somebody, teams=("nowhere",))), shown(opened(demo_dir, "K99999", teams=("nowhere",)))
    assert words.say("person.unknown") in here and here.replace(somebody, "") == there.replace("K99999", "")


def test_the_numbers_of_the_last_four_weeks_are_those_of_the_marts(demo_dir, desk_of, somebody) -> None:
    weeks = Store(demo_dir).current().frame("select * from employee_weeks where employee_id = $id and worked_days > 0 and week between '2026-10-19' and '2026-11-09'",
                                            {"id": somebody})
    facts = desk_of("hr").read("person_peers", id=somebody).set_index("measure")["now"]
    assert facts["late_evenings"] == pytest.approx(weeks["late_evenings"].mean())
    assert facts["performance"] == pytest.approx((weeks["performance"] * weeks["worked_days"]).sum() / weeks["worked_days"].sum())


def test_the_own_usual_looks_only_at_eight_counted_weeks_before(desk_of, somebody) -> None:
    weeks = desk_of("hr").read("person_weeks", id=somebody)
    counted = weeks[weeks["worked_days"] >= 3].reset_index(drop=True)
    expected = counted["performance"].shift(1).rolling(8, min_periods=3).mean()
    assert (counted["usual"] - expected).abs().max() < 1e-9


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_timeline_is_one_picture_with_its_alternative_text_and_one_time_axis(demo_dir, desk_of, somebody, lang: str) -> None:
    html = shown(opened(demo_dir, somebody, lang))
    name = desk_of("hr").read("person_card", id=somebody)["name"][0]
    assert f"role=img tabindex=0 aria-label='{words.say_in(lang, 'person.timeline_alt').format(name=name)}'" in html
    assert html.count("class=when") == 1 and html.count("<svg") == 4


def test_every_known_week_tag_talk_and_day_of_leave_says_what_it_is(desk_of, somebody) -> None:
    whole = story(desk_of("hr"), somebody)
    said = "\n".join(tips(timeline.drawing(whole, "x")))
    assert all(said.count(words.say("person.hover_week", week=week_span(w))) >= 3 for w in whole.weeks.dropna(subset=["performance"])["week"])
    assert all(f"{whole.labels[t.tag]}\n{full_day(t.since)} – " in said for t in whole.tags.itertuples())
    assert all(full_day(day) in said for day in [*whole.talks["talked_on"], *whole.leave["work_date"]])


def test_what_a_point_says_is_escaped(desk_of, somebody) -> None:
    whole, evil = story(desk_of("hr"), somebody), "<img src=x onerror=1>'\"&"
    named = timeline.Story(whole.weeks, whole.tags, whole.talks, whole.leave, whole.as_of, evil, {key: evil for key in whole.labels})
    html = timeline.drawing(named, evil)
    assert "<img" not in html and any(text.startswith(evil + "\n") for text in tips(html))


def test_an_unknown_week_leaves_a_gap_and_so_does_one_without_a_row(desk_of, somebody) -> None:
    whole = story(desk_of("hr"), somebody)
    weeks = whole.weeks.assign(performance=10.0, usual_low=9.0, usual_high=11.0)
    lines = lambda weeks: re.search("class=line [^>]* d='([^']*)'", timeline.drawing(timeline.Story(
        weeks, whole.tags, whole.talks, whole.leave, whole.as_of, "m", whole.labels), "x"))[1].count("M")
    assert lines(weeks) == 1
    assert lines(weeks.assign(performance=[None if i == 5 else 10.0 for i in range(len(weeks))])) == 2
    assert lines(weeks.drop(weeks.index[5])) == 2


def test_lanes_without_data_are_left_out(desk_of, somebody) -> None:
    whole = story(desk_of("hr"), somebody)
    bare = timeline.Story(whole.weeks.assign(late_evenings=0, peer_late_evenings=0.0, rejection_rate=None), whole.tags, whole.talks.head(0),
                          whole.leave, whole.as_of, "m", whole.labels)
    lane = lambda html, key: f"<span>{words.say(f'person.lane.{key}')}</span>" in html
    full, less = timeline.drawing(whole, "x"), timeline.drawing(bare, "x")
    assert all(lane(full, key) for key in ("late", "rejection", "talks", "leave", "revenue"))
    assert not any(lane(less, key) for key in ("late", "rejection", "talks")) and lane(less, "leave")


def test_talks_with_a_signal_are_filled_and_others_hollow(desk_of, somebody) -> None:
    whole = story(desk_of("hr"), somebody)
    talks = pd.concat([whole.talks.head(1).assign(signals="family_care"), whole.talks.head(1).assign(signals="")])
    html = timeline.drawing(timeline.Story(whole.weeks, whole.tags, talks, whole.leave, whole.as_of, "m", whole.labels), "x")
    assert html.count("class=dot ") == html.count("class=ring ") == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("days", timeline.SPANS.values())
def test_the_time_axis_has_a_handful_of_ticks_in_the_readers_language(desk_of, somebody, days: int, lang: str) -> None:
    words.speak(lang)
    ticks = timeline.drawing(story(desk_of("hr"), somebody).since(days), "x").split("class=when")[1]
    assert 3 <= ticks.count("<b") <= 9 and ("月" in ticks) == (lang == "zh")


def test_a_shorter_range_keeps_only_its_weeks(desk_of, somebody) -> None:
    whole = story(desk_of("hr"), somebody)
    short = whole.since(timeline.SPANS["weeks"])
    assert len(short.weeks) <= 13 < len(whole.weeks) and short.weeks["week"].min() > whole.as_of - pd.Timedelta(days=92)


def test_colours_follow_the_theme_by_themselves(desk_of, somebody) -> None:
    html = timeline.drawing(story(desk_of("hr"), somebody), "x")
    assert "var(--kj-primary)" in html and not re.search(r"#[0-9a-fA-F]{6}|rgb", html)


def test_talks_show_signals_and_never_a_note(desk_of, somebody) -> None:
    talks = desk_of("hr").read("person_talks", id=somebody)
    assert list(talks.columns) == ["talked_on", "minutes", "tag", "felt_cared", "signals"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_company_with_people_only_is_told_what_is_missing(demo_dir, tmp_path, somebody, lang: str) -> None:
    html = shown(opened(changed(demo_dir, tmp_path, *NO_DAYS), somebody, lang))
    assert words.say_in(lang, "person.no_weeks") in html and words.say_in(lang, "person.facts_none") in html


def test_a_company_without_talks_or_attendance_is_told_how_to_add_them(demo_dir, tmp_path, somebody) -> None:
    data = changed(demo_dir, tmp_path, "delete from talks", "update employee_days set check_in = null, check_out = null")
    html = shown(opened(data, somebody))
    assert words.say("person.missing_talks") in html and words.say("person.missing_attendance") in html


@pytest.mark.parametrize("span", ["weeks", "all"])
def test_somebody_who_left_long_ago_still_has_a_timeline(demo_dir, span: str) -> None:
    gone = Store(demo_dir).current().frame(
        "select e.employee_id from employees as e cross join build_info as b where e.leave_date < b.as_of - 120 "
        "and exists (from employee_weeks as w where w.employee_id = e.employee_id) order by 1")["employee_id"][0]
    app = opened(demo_dir, gone, kept__person__span=span)
    assert "class=line" in shown(app) and shown(app).endswith("</span>")
    assert ("所以显示全部" in shown(app)) == (span == "weeks")


def test_somebody_employed_but_silent_for_months_still_has_a_timeline(demo_dir, tmp_path, somebody) -> None:
    data = changed(demo_dir, tmp_path, f"delete from employee_weeks where employee_id = '{somebody}' and week > date '2026-07-01'")
    app = opened(data, somebody)
    assert "class=line" in shown(app) and "所以显示全部" in shown(app)


def test_everybody_of_the_small_company_has_a_page_that_draws(desk_of) -> None:
    desk = desk_of("hr")
    everybody = desk.store.current().frame("select employee_id from employees order by employee_id")["employee_id"]
    assert len(everybody) > 100
    broken = []
    for who in everybody[::6]:
        shown = AppTest.from_function(_open, default_timeout=30, args=(str(desk.data_dir), who)).run()
        broken += [(who, error.message) for error in shown.exception]
    assert broken == []


def _open(folder: str, who: str) -> None:
    from pathlib import Path

    import streamlit as st

    from lib import words
    from lib.access.desk import Desk
    from lib.access.roles import Viewer
    from lib.warehouse.store import Store
    from pages.person import page

    words.speak("zh")
    st.query_params["id"] = who
    page(Desk(Store(Path(folder)), Viewer("hr")))
