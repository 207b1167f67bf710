"""Effect: the answer with its comparison, words of cause only where a draw decided, and no group so small that a person follows from it."""

from __future__ import annotations

import inspect
import json
import re
import shutil
from html import unescape
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from lib import words
from lib.access.contract import queries
from lib.access.desk import Desk, NotAllowed
from lib.access.roles import ROLES, Viewer
from lib.effect.cells import TAGS
from lib.show import effect_draw, effect_fooled, effect_page, effect_programme, effect_read, effect_seen, effect_when, sections
from lib.show.care_live import Asked
from lib.show.effect_seen import Beside, Compared, Span
from lib.show.sections import Held, Wrong
from lib.warehouse.store import Store
from tests.conftest import page_of
from tests.effect_company import READ, STATES, published

QUERIES = sorted(name for name in queries() if name.startswith("effect_"))
VIEWS = tuple(effect_page.VIEWS)
OBSERVED = [state for state in STATES if state not in ("lottery", "nothing")]


@pytest.fixture(scope="module")
def companies(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The demo company with hand-made tables of what care did, one for each verdict."""
    made = {}
    for state in STATES:
        folder = tmp_path_factory.mktemp(state) / "data"
        shutil.copytree(demo_dir, folder, ignore=shutil.ignore_patterns("ledger.db*", "*.duckdb"))
        made[state] = published(demo_dir, folder, state)
    return made


def desk(data: Path, role: str = "boss", **scope: object) -> Desk:
    return Desk(Store(data), Viewer(role, **scope))  # type: ignore[arg-type]


def drawn(data: Path, view: str, role: str = "boss", held: Held | None = None) -> str:
    mine, held = desk(data, role), held or Held()
    return effect_page.head(mine, held) + sections.drawn(mine, held, effect_page.VIEWS[view])


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def chips(html: str) -> list[str]:
    return [unescape(found) for found in re.findall(r"<span class='kj-chip[^']*'>([^<]*)</span>", html)]


def opened(data: Path, role: str, lang: str = "zh", view: str = "", tables: bool = False) -> AppTest:
    app = page_of("effect", data, role, lang)
    if view:
        app.query_params["view"] = view
    app.run()
    return app.toggle(key="effect.tables").set_value(True).run() if tables else app


def shown(app: AppTest) -> str:
    assert not app.exception, app.exception
    return " ".join([json.loads(e.proto.json)["html"] for e in app.get("bidi_component")] + [str(e.proto.body) for e in app.get("html")])


# --- what stands on the page ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("lang", "view"), sorted(product(("zh", "en"), VIEWS)))
def test_every_view_has_something_to_say_with_its_tables(companies: dict[str, Path], lang: str, view: str) -> None:
    html = shown(opened(companies["works"], "boss", lang, view, tables=True))
    assert "<h1>" in html and "<h2>" in html and words.say_in(lang, f"effect.view.{view}") in html


@pytest.mark.parametrize(("state", "view", "role"), sorted(product(STATES, [view for view in VIEWS if view != "fooled"], ("boss", "hr"))))
def test_every_view_has_something_to_say_under_every_verdict(companies: dict[str, Path], state: str, view: str, role: str) -> None:
    words.speak("en")
    html = drawn(companies[state], view, role)
    assert "<h1>" in html and "<h2>" in html and "{" not in text(html)


def test_the_first_sentence_answers_did_it_work(companies: dict[str, Path]) -> None:
    words.speak("en")
    title = {state: re.search("<h1>(.*?)</h1>", drawn(companies[state], "answer")).group(1) for state in STATES}  # type: ignore[union-attr]
    assert title["works"] == "Consistent with an effect: 5.2 pp above comparable people without care (2.1 to 8.3)"
    assert title["lottery"] == "Care works: by lottery, performance is 5.2 pp higher (2.1 to 8.3)"
    assert title["cannot_tell"] == "Whether care lifts performance cannot be told yet: this read was about 380 people short"
    assert title["alone"] == "Whether care lifts performance cannot be told yet: this read was about 340 people short"
    assert title["nothing"] == words.say("effect.title.nothing")


def test_the_picture_holds_the_naive_figure_labelled_as_such_beside_the_credible_one(companies: dict[str, Path]) -> None:
    html = drawn(companies["works"], "answer")
    said = text(html)
    for part in (words.say("effect.naive"), words.say("effect.naive.note"), words.say("effect.credible"), "(12.3 到 16.7)", "(2.1 到 8.3)", words.say("effect.alone", people=110)):
        assert part in said
    assert html.index("class='naive'") < html.index("class='alone'") < html.index("class='dot'")


@pytest.mark.parametrize("state", ["alone", "nothing"])
@pytest.mark.parametrize("view", ["answer", "parts", "teams"])
def test_without_a_comparison_nothing_is_drawn_before_and_after(companies: dict[str, Path], state: str, view: str) -> None:
    html = drawn(companies[state], view, "hr")
    assert "class='naive'" not in html and "ef-row naive" not in html
    if state == "alone" and view == "answer":
        assert words.say("effect.answer.none.why") in text(html)


def test_a_figure_before_and_after_cannot_be_made_without_those_it_is_compared_with() -> None:
    one = Span(3.0, 1.0, 5.0)
    for nobody in (None, Beside(0, 80.0, 90.0)):
        with pytest.raises(ValueError, match="beside people"):
            Compared(30, 80.0, 95.0, one, nobody, one, one)  # type: ignore[arg-type]


@pytest.mark.parametrize("drawing", [effect_draw.picture, lambda it: effect_draw.pair(it, effect_draw.scale([]), "x"), effect_draw.methods])
def test_the_drawings_take_nothing_but_the_type_that_carries_its_comparison(drawing) -> None:
    alike = SimpleNamespace(naive=Span(1.0, 0.0, 2.0), before=80.0, after=90.0, credible=Span(1.0, 0.0, 2.0), second=Span(1.0, 0.0, 2.0), matched=None)
    for other in (alike, Span(1.0, 0.0, 2.0), {"naive_change": 14.0}):
        with pytest.raises(TypeError):
            drawing(other)


def test_no_other_module_of_the_page_draws_the_naive_figure() -> None:
    for module in [part for parts in effect_page.VIEWS.values() for part in parts]:
        source = inspect.getsource(module)
        assert "class='naive'" not in source and 'row["naive_' not in source, module.__name__


# --- what may be said -----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("state", "view", "lang"), sorted(product(OBSERVED, [view for view in VIEWS if view != "fooled"], ("zh", "en"))))
def test_words_of_cause_are_never_said_of_what_people_chose(companies: dict[str, Path], state: str, view: str, lang: str) -> None:
    words.speak(lang)
    html = drawn(companies[state], view, "hr")
    assert not {words.say("effect.verdict.works"), words.say("effect.verdict.harms")} & set(chips(html))
    assert words.say("effect.design.lottery") not in html


def test_a_draw_earns_words_of_cause_and_needs_no_warning(companies: dict[str, Path]) -> None:
    html = drawn(companies["lottery"], "answer")
    assert words.say("effect.verdict.works") in chips(html) and words.say("effect.design.lottery") in html
    first = html[:html.index("id='effect_also'")]
    assert words.say("effect.warning.private_knowledge") not in first


@pytest.mark.parametrize(("state", "view"), sorted(product(OBSERVED, ("answer", "parts", "teams", "leaving"))))
def test_what_no_analysis_can_repair_is_always_said_of_observed_data(companies: dict[str, Path], state: str, view: str) -> None:
    assert words.say("effect.warning.private_knowledge") in text(drawn(companies[state], view))


def test_every_verdict_among_several_says_of_how_many(companies: dict[str, Path]) -> None:
    html = drawn(companies["works"], "parts")
    rows = re.findall(r"<div class='ef-part'>.*?</dl></details></div></div>", html)
    told = [row for row in rows if words.say("effect.verdict.works.observed") in row]
    assert len(rows) == 8 and len(told) == 2
    assert all(words.say("effect.one_of", cells=n) in row for row, n in zip(told, (6, 2), strict=True))
    assert words.say("effect.family", cells=6) in text(html) and words.say("effect.family", cells=2) in text(html)


def test_cells_stand_in_a_fixed_order_and_not_by_what_looks_best(companies: dict[str, Path]) -> None:
    html = drawn(companies["works"], "parts")
    names = effect_read.names(desk(companies["works"]))
    assert [html.index(f"<b>{names[tag]}</b>") for tag in names] == sorted(html.index(f"<b>{names[tag]}</b>") for tag in names)
    assert list(names) == list(TAGS)


def test_an_hour_of_a_support_is_worth_something_only_where_there_is_a_verdict(companies: dict[str, Path]) -> None:
    said = text(drawn(companies["works"], "parts"))
    assert words.say("effect.hour", value="+9.6 (2.2 到 17.0)") in said and words.say("effect.hour.each", n=25) in said
    assert said.count(words.say("effect.hour.none")) == 1 and words.say("effect.hour.each", n=40) in said  # the other support has no effect that would matter
    assert "每小时 " not in text(drawn(companies["cannot_tell"], "parts"))


def test_a_look_at_any_other_day_stands_under_a_stricter_bound(companies: dict[str, Path]) -> None:
    said = text(drawn(companies["works"], "answer", "hr"))
    assert words.say("effect.reads.live", day="2026年11月15日") in said and words.say("effect.reads.note") in said


def test_outside_hr_only_the_read_that_counts_is_told_because_two_close_ones_differ_by_a_few_people(companies: dict[str, Path]) -> None:
    mine = desk(companies["works"], "boss")
    kept = desk(companies["works"], "hr").read("effect_reads_kept")
    assert len(kept) > 1 and list(mine.read("effect_reads_kept")["read_on"]) == list(kept.loc[kept["current"], "read_on"])
    other = kept.loc[~kept["current"], "read_on"].iloc[0]
    assert mine.read("effect_cells_read", read_on=other).empty and mine.read("effect_left_out", read_on=other).empty
    assert words.say("effect.reads.note") not in text(drawn(companies["works"], "answer"))


def test_the_curves_are_said_to_be_unadjusted(companies: dict[str, Path]) -> None:
    html = drawn(companies["works"], "leaving")
    assert words.say("effect.unadjusted") in chips(html) and words.say("effect.curves.note") in html
    assert words.say("effect.leaving.works", ratio="0.62 (0.44 到 0.87)") in html


def test_what_others_report_is_marked_and_never_among_the_results(companies: dict[str, Path]) -> None:
    mine, html = desk(companies["works"]), drawn(companies["works"], "programme")
    for sentence in ("(业绩 +15–18 % 对 +5 %,一年离职率 32 % → 18 %,感到被关心 30 % → 60–65 %)换算成的差,只作参照,不是本公司的结果", "每天 4 小时 → 1.5 小时,只作参照", "30 % → 60–65 %,只作参照"):
        assert sentence in html
    assert html.count("<s class=others") == 5 and html.count("<s class=band") == 2
    frames = [frame for section in effect_page.VIEWS["programme"] for frame, *_ in section.tables(mine, Held())]  # type: ignore[attr-defined]
    assert not any((frame == value).any(axis=None) for frame in frames for value in (240.0, 0.65))


@pytest.mark.parametrize("outcome", effect_programme.OUTCOMES)
def test_the_picture_before_the_start_opens_with_its_outcome(companies: dict[str, Path], outcome: str) -> None:
    held = Held()
    assert effect_programme.act(desk(companies["works"]), Asked("effect.outcome", outcome), held) == ""
    html = drawn(companies["works"], "programme", held=held)
    assert words.say("effect.event", outcome=words.say(f"effect.outcome.{outcome}")) in html
    assert words.say("effect.event.from_to", first="−20", last="−17") in html and words.say("effect.event.from_to", first="+8", last="+11") in html


@pytest.mark.parametrize("view", ["answer", "parts", "teams", "leaving", "programme"])
def test_every_figure_says_how_it_is_computed_and_who_is_left_out(companies: dict[str, Path], view: str) -> None:
    html = drawn(companies["works"], view)
    drawings = len(re.findall(r"class='ef-picture'|class='ef-part'|class='kj-lanes'|ef-outcomes'", html))
    assert html.count(words.say("parts.how")) >= drawings > 0
    assert html.count(words.say("parts.left_out")) == html.count(words.say("parts.how"))


def test_who_is_left_out_is_told_with_the_reason_and_few_are_not_counted_for_a_boss(companies: dict[str, Path]) -> None:
    boss, hr = text(drawn(companies["works"], "answer")), text(drawn(companies["works"], "answer", "hr"))
    assert words.say("effect.left.no_history", n=41) in boss and words.say("effect.left.before_start", n=500) in boss
    assert words.say("effect.left.left", n=3) in hr and words.say("effect.left.left", n=3) not in boss
    assert words.say("effect.left.left", n=words.say("effect.left.few", n=5)) in boss


# --- how long until it can be told ---------------------------------------------------------------------------------------------------

def asked(**typed: str) -> Asked:
    return Asked("effect.when", "", "effect.when", typed)


def test_fewer_cares_take_longer_until_it_can_be_told(companies: dict[str, Path]) -> None:
    row = desk(companies["works"]).read("effect_how_long").set_index("tag").loc[""].to_dict()
    weeks = [effect_when.weeks_until(effect_when.ahead(row, cared, 9 - cared), 5.0) for cared in (4.0, 2.0, 1.0)]
    assert weeks[0] < weeks[1] < weeks[2]  # type: ignore[operator]
    seen = effect_when.ahead(row, 4.0, 5.0)
    assert seen[weeks[0]] <= 5.0 < seen[weeks[0] - 1]  # type: ignore[index, operator]
    assert all(later <= now for now, later in zip(seen, seen[1:], strict=False))


def test_the_form_answers_in_weeks_and_keeps_what_was_asked(companies: dict[str, Path]) -> None:
    held, mine = Held(), desk(companies["works"])
    assert effect_when.act(mine, asked(capacity="2", worth="4,5"), held) == ""
    row = mine.read("effect_how_long").set_index("tag").loc[""].to_dict()
    weeks = effect_when.weeks_until(effect_when.ahead(row, 2.0, 7.0), 4.5)
    html = drawn(companies["works"], "answer", held=held)
    assert words.say("effect.when", worth="4.5", weeks=weeks) in html and "value='4.5'" in html


def test_whoever_cares_for_everybody_will_never_know(companies: dict[str, Path]) -> None:
    held = Held()
    effect_when.act(desk(companies["works"]), asked(capacity="9", worth="1"), held)
    said = text(drawn(companies["works"], "answer", held=held))
    assert words.say("effect.when.nobody") in said and words.say("effect.when.never", worth="1") in said


@pytest.mark.parametrize("typed", [{"capacity": "x", "worth": "5"}, {"capacity": "0", "worth": "5"}, {"capacity": "3", "worth": "nan"}, {"capacity": "3", "worth": "900"}, {}])
def test_what_cannot_be_worked_out_is_said_with_how_to_mend_it(companies: dict[str, Path], typed: dict[str, str]) -> None:
    with pytest.raises(Wrong, match=r"\d"):
        effect_when.act(desk(companies["works"]), asked(**typed), Held())


# --- why before/after fools ----------------------------------------------------------------------------------------------------------

def test_where_care_does_nothing_the_naive_figure_says_works_and_the_verdict_does_not(companies: dict[str, Path]) -> None:
    mine = desk(companies["works"])
    found = [effect_fooled.played(mine, "worst", seed) for seed in (1, 2, 3)]
    assert all(one.naive_works and one.compared.naive.value > 10 for one in found)
    assert not any(one.verdict in ("works", "harms") for one in found)
    html = drawn(companies["works"], "fooled")
    assert "class=truth" in html and words.say("effect.fooled.tally", n=1, naive=1, left=0) in html


def test_the_played_groups_both_fall_and_both_come_up_again() -> None:
    found = effect_fooled.play("worst", 2)
    for path in (found.cared_path, found.others_path):
        low = min(path[effect_fooled.BEFORE - 2:effect_fooled.BEFORE])
        assert low < 85 and min(path[effect_fooled.BEFORE + 1:]) > low + 8


def test_another_company_is_played_on_demand_and_the_same_one_stays_the_same(companies: dict[str, Path]) -> None:
    held, mine = Held(), desk(companies["works"])
    first = drawn(companies["works"], "fooled", held=held)
    assert drawn(companies["works"], "fooled", held=held) == first
    assert effect_fooled.act(mine, Asked("effect.again"), held) == "" and held.state["effect.seed"] == 2
    assert drawn(companies["works"], "fooled", held=held) != first
    assert effect_fooled.act(mine, Asked("effect.world", "lottery"), held) == "" and held.state["effect.seed"] == 1
    assert effect_fooled.act(mine, Asked("effect.when"), held) is None


def test_what_hr_knows_privately_fools_every_analysis() -> None:
    found = [effect_fooled.play("about_to_recover", seed) for seed in (1, 2, 3)]
    assert sum(one.compared.credible.value for one in found) / 3 > 3


# --- who may see what -----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("query", "role"), sorted(product(QUERIES, sorted(set(ROLES) - {"boss", "hr", "presenter"}))))
def test_nobody_else_may_ask(query: str, role: str, companies: dict[str, Path]) -> None:
    scope = {"teams": ("电销一组",)} if role == "lead" else {"employee_id": "K00001"} if role in ("mentor", "employee") else {}
    with pytest.raises(NotAllowed):
        desk(companies["works"], role, **scope).read(query, **dict.fromkeys(queries()[query].parameters))


@pytest.mark.parametrize("role", ["boss", "hr", "presenter"])
def test_nobody_is_named_on_the_page(companies: dict[str, Path], role: str) -> None:
    people = Store(companies["works"]).current().frame("select employee_id, name from employees")
    html = " ".join(shown(opened(companies["works"], role, view=view, tables=True)) for view in ("parts", "teams"))
    assert not [who for pair in people.itertuples(index=False) for who in pair if who in html]


def test_a_boss_is_told_the_verdict_of_a_small_group_and_no_number_of_it(companies: dict[str, Path]) -> None:
    rows = desk(companies["works"]).read("effect_cells_read", read_on=READ).set_index(["scope", "part"])
    small = rows.loc[("tag", "family_care")]
    assert small["few"] and small["verdict"] == "cannot_tell" and small[["cared", "compared", "more", "checks", "minutes", "naive_change", "value"]].isna().all()
    assert "tag_kind" not in set(rows.index.get_level_values("scope"))
    mine = desk(companies["works"], "hr").read("effect_cells_read", read_on=READ).set_index(["scope", "part"])
    assert mine.loc[("tag", "family_care"), "cared"] == 3 and not mine["few"].any() and "tag_kind" in set(mine.index.get_level_values("scope"))


def test_an_hr_of_one_team_sees_no_other_team(companies: dict[str, Path]) -> None:
    team = Store(companies["works"]).current().frame("select min(team) as team from employees")["team"][0]
    rows = desk(companies["works"], "hr", teams=(team,)).read("effect_cells_read", read_on=READ)
    assert rows.loc[rows["scope"] == "team", "part"].tolist() == [team]


def test_a_month_of_a_handful_is_told_to_hr_alone(companies: dict[str, Path]) -> None:
    assert (desk(companies["works"]).read("effect_felt_told")["people"] >= 5).all()
    assert (desk(companies["works"], "hr").read("effect_felt_told")["people"] == 2).sum() == 1


def test_a_verdict_that_is_not_shown_in_full_says_no_number() -> None:
    assert effect_seen.word("no_effect", None, None, False) == words.say("effect.verdict.no_effect.hidden")
    assert effect_seen.word("cannot_tell", None, None, False) == words.say("effect.verdict.cannot_tell.bare")


def test_a_check_that_could_not_be_made_is_not_told_as_one_that_failed(companies: dict[str, Path]) -> None:
    unknown = effect_read.check_list((effect_seen.Check("placebo", False, None, 0.2), effect_seen.Check("overlap", False, None, 0.8), effect_seen.Check("effective", False, None, 20)))
    assert words.say("effect.failed") not in text(unknown) and text(unknown).count(words.say("effect.unknown")) >= 3
    failed = effect_read.check_list((effect_seen.Check("placebo", False, 0.04, 0.2),))
    assert words.say("effect.failed") in text(failed) and "0.04" in text(failed)


@pytest.mark.parametrize("key", ["estimate", "second"])
def test_how_far_an_interval_reaches_is_told_without_the_sign_of_its_side(key: str) -> None:
    said = effect_read.check(effect_seen.Check(key, False, -2.9, 0.0))
    assert "2.9" in said and "−2.9" not in said and "-2.9" not in said


@pytest.mark.parametrize("prefix", ["effect.check", "effect.leaving.check", "effect.programme.check"])
def test_a_result_that_the_other_outcomes_overturn_says_so(prefix: str) -> None:
    assert "0.08" in effect_read.check(effect_seen.Check("family", False, 0.08, 0.05), prefix)


def test_whoever_cares_for_everybody_is_told_that_people_without_care_are_missing() -> None:
    held = lambda cared, others: tuple(effect_seen.Check(key, number >= 20, number, 20) for key, number in (("cared_people", cared), ("compared_people", others)))
    cell = lambda checks: effect_seen.Cell("all", "", None, "cannot_tell", None, 16, 1, False, "observed", (), checks, 75, 4, None, None, None, None, None, False)
    for lang, missing in (("en", "without care"), ("zh", "没有得到关怀")):
        words.speak(lang)
        assert missing in effect_seen.title(cell(held(75, 4))) and missing in effect_seen.verdict(cell(held(75, 4)))
        assert missing not in effect_seen.title(cell(held(12, 9)))
    words.speak("en")


def test_a_company_without_any_care_is_not_told_of_too_few_people(demo_dir: Path, tmp_path: Path) -> None:
    nobody = ", ".join(f"{name} = 0" for name in ("people", "cared", "compared", "episodes"))
    data = published(demo_dir, tmp_path / "data", "alone", "update effect_reads set first = null, episodes = 0, cared = 0", f"update effect_cells set {nobody}")
    said = text(drawn(data, "answer"))
    assert words.say("effect.title.nothing") in said and words.say("effect.nothing.how") in said
    assert words.say("effect.title.few") not in said and words.say("effect.when.nobody") not in said


def test_the_picture_says_that_what_is_left_is_not_the_gap_of_the_two_above(companies: dict[str, Path]) -> None:
    assert words.say("effect.credible.not_gap") in text(drawn(companies["works"], "answer"))


def test_without_a_known_start_no_team_is_said_not_to_have_begun(demo_dir: Path, tmp_path: Path) -> None:
    data = published(demo_dir, tmp_path / "data", "works", "delete from effect_time where programme = 'after'", "delete from effect_felt where programme = 'after'")
    for lang, said in (("en", "on record"), ("zh", "没有填")):
        words.speak(lang)
        shown_ = text(drawn(data, "programme"))
        assert shown_.count(said) >= 2 and words.say("effect.side.before") not in shown_
    words.speak("en")
