"""Today: who newly carries a tag, in which order, in which words, and what is said when there is nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib import words
from lib.access.desk import NotAllowed
from lib.show import today_view
from tests.test_page_glance import PEOPLE_ONLY, changed


def opened(data: Path, lang: str = "zh") -> AppTest:
    def script(data: str, lang: str) -> None:
        from pathlib import Path

        from lib import words
        from lib.access.desk import Desk
        from lib.access.roles import Viewer
        from lib.warehouse.store import Store
        from pages.today import page

        words.speak(lang)
        page(Desk(Store(Path(data)), Viewer("hr")))

    return AppTest.from_function(script, kwargs={"data": str(data), "lang": lang}, default_timeout=30).run()


def parts(app: AppTest) -> str:
    """Everything the page sends, as text."""
    assert not app.exception, app.exception
    texts = [str(element.proto.body) for element in app.get("html")]
    return " ".join(texts + [str(element.proto) for element in app.get("bidi_component")])


def test_the_queue_holds_only_tags_that_began_in_the_last_seven_days_and_still_hold(desk_of) -> None:
    queue = desk_of("hr").read("today_queue")
    assert len(queue) and queue["days"].between(1, 7).all()


def test_a_person_with_several_tags_has_one_place(desk_of) -> None:
    queue = desk_of("hr").read("today_queue")
    assert (queue.groupby("employee_id")["place"].nunique() == 1).all()
    assert queue["place"].drop_duplicates().tolist() == list(range(1, queue["employee_id"].nunique() + 1))


def test_weak_evidence_is_said_to_be_perhaps_chance(desk_of) -> None:
    queue = desk_of("hr").read("today_queue")
    dips = queue[queue["tag"] == "performance_dip"]
    z = [json.loads(evidence)["z"] for evidence in dips["evidence"]]
    assert [bool(c) for c in dips["chance"]] == [value is None or abs(value) < 1.64 for value in z]


@pytest.mark.parametrize("role", ["boss", "presenter", "lead", "employee"])
def test_nobody_but_hr_may_ask_for_the_queue(desk_of, role: str) -> None:
    with pytest.raises(NotAllowed):
        desk_of(role).read("today_queue")


def test_more_people_than_fit_are_counted_and_not_listed(demo_dir: Path, tmp_path: Path, desk_of) -> None:
    data = changed(demo_dir, tmp_path, "insert into tag_episodes select employee_id, 'life_event', date '2026-11-14', null, 1.0, "
                                       "'{\"kinds\": [\"moving\"]}' from employees where active")
    from lib.access.desk import Desk
    from lib.access.roles import Viewer
    from lib.warehouse.store import Store

    queue = Desk(Store(data), Viewer("hr")).read("today_queue")
    assert queue["employee_id"].nunique() == 50 and queue["people_in_all"].iloc[0] > 100


def test_the_heading_counts_people(desk_of) -> None:
    queue = desk_of("hr").read("today_queue")
    assert f"最近 7 天有 {queue['people_in_all'].iloc[0]} 人新出现需要关怀的情况" in today_view.heading(queue, queue["as_of"].iloc[0])


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_picked_person_comes_with_evidence_an_opening_and_what_not_to_say(desk_of, lang: str) -> None:
    words.speak(lang)
    queue = desk_of("hr").read("today_queue")
    html = today_view.detail(queue[queue["place"] == 1].to_dict("records"))
    assert all(words.say(f"today.{part}").replace("'", "&#x27;") in html for part in ("why", "opening", "support", "avoid"))
    assert f"open:{queue['employee_id'].iloc[0]}" in html


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_page_opens(demo_dir: Path, lang: str) -> None:
    opened(demo_dir, lang)


def test_without_any_tag_the_page_says_which_files_are_needed(demo_dir: Path, tmp_path: Path) -> None:
    text = parts(opened(changed(demo_dir, tmp_path, *PEOPLE_ONLY)))
    assert "attendance:employee_id" in text and "data/inbox" in text


def test_a_quiet_week_is_good_news_and_not_an_error(demo_dir: Path, tmp_path: Path) -> None:
    text = parts(opened(changed(demo_dir, tmp_path, "update tag_episodes set until = date '2026-11-14' where until is null")))
    assert "没有新的标签是好事" in text


def test_the_list_is_a_table_too_but_only_when_asked_for(demo_dir: Path) -> None:
    app = opened(demo_dir)
    assert "kj-table" not in parts(app)
    app.toggle(key="today.tables").set_value(True).run()
    assert parts(app).count("<table") == 1
