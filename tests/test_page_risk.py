"""Risk: whom to talk with and why for HR, counts of groups for boss and presenter, and no score anywhere without a good model."""

from __future__ import annotations

import json
import math
import re
import shutil
from datetime import date
from html import unescape
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from lib import words
from lib.access.contract import queries
from lib.access.desk import Desk, NotAllowed
from lib.access.roles import ROLES, Viewer
from lib.access.scope import narrowed
from lib.ledger import audit, choices, engine, interventions
from lib.risk import card
from lib.risk.card import RiskReason
from lib.risk.features import FEATURES
from lib.show import risk_actions, risk_card, risk_draw, risk_list, risk_page, risk_teams, risk_trust, risk_words, sections
from lib.show.care_live import Asked
from lib.show.sections import Held, Wrong
from lib.warehouse.store import Store, scratch
from tests.conftest import page_of
from tests.risk_company import published

HR_QUERIES = sorted(name for name, query in queries().items() if name.startswith("risk_") and "boss" not in query.roles)


@pytest.fixture(scope="module")
def companies(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The demo company with a good model, with one that is not good enough, and with too few leavings for any."""
    made = {}
    for state, why in (("ready", ""), ("hidden", "no_better_than_tags"), ("not_ready", "few_events")):
        folder = tmp_path_factory.mktemp(state) / "data"
        shutil.copytree(demo_dir, folder, ignore=shutil.ignore_patterns("ledger.db*"))
        made[state] = published(demo_dir, folder, state, why)
    return made


@pytest.fixture
def ready(companies: dict[str, Path]) -> Path:
    return companies["ready"]


def desk(data: Path, role: str = "hr", **scope: object) -> Desk:
    return Desk(Store(data), Viewer(role, **scope))  # type: ignore[arg-type]


def drawn(data: Path, view: str, held: Held | None = None, role: str = "hr") -> str:
    """One view of a role as text, with what was clicked in it."""
    mine = desk(data, role)
    return sections.drawn(mine, held or Held(), risk_page.views(mine)[view])


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def opened(data: Path, role: str, lang: str = "zh", view: str = "", tables: bool = False) -> AppTest:
    app = page_of("risk", data, role, lang)
    if view:
        app.query_params["view"] = view
    app.run()
    return app.toggle(key="risk.tables").set_value(True).run() if tables else app


def shown(app: AppTest) -> str:
    assert not app.exception, app.exception
    return " ".join([json.loads(e.proto.json)["html"] for e in app.get("bidi_component")] + [str(e.proto.body) for e in app.get("html")])


def first(data: Path, nth: int = 0) -> str:
    """Somebody of the top of the list."""
    return Store(data).current().frame("select employee_id from risk_scores where band <> 'even' order by p60 desc, employee_id")["employee_id"][nth]


# --- what stands on the page ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("lang", "state", "view"), sorted(product(("zh", "en"), ("ready", "hidden", "not_ready"), tuple(risk_page.HR))))
def test_every_view_of_hr_has_something_to_say_in_every_state(companies: dict[str, Path], lang: str, state: str, view: str) -> None:
    html = shown(opened(companies[state], "hr", lang, view, tables=True))
    assert "<h1>" in html and "<h2>" in html and words.say_in(lang, f"risk.view.{view}") in html


def test_the_list_shows_this_weeks_capacity_with_ranges_reasons_and_the_warning(ready: Path) -> None:
    html = drawn(ready, "list")
    above = desk(ready).read("risk_counts", gone=[])["above"][0]
    assert html.count("class='kj-pick risk'") == min(10, above) and html.count("kj-track whisker") == min(10, above)
    said, row = text(html), desk(ready).read("risk_scored", gone=[], only=[], most=1).iloc[0]
    assert words.say("risk.not_sole") in said and row["name"] in said
    assert risk_draw.ranged(row["p60"], row["low"], row["high"]) in said and risk_words.band(row["band"]) in said
    reasons = desk(ready).read("risk_reasons_of", ids=[row["employee_id"]])
    assert all(risk_words.name(key) in said for key in reasons.sort_values("place")["feature"][:2])


def test_more_people_stand_under_a_line_that_says_where_the_week_ends(ready: Path) -> None:
    held = Held()
    assert risk_list.act(desk(ready), Asked("risk.more"), held) == ""
    html = drawn(ready, "list", held)
    assert html.count("class='kj-pick risk'") == desk(ready).read("risk_counts", gone=[])["above"][0] > 10
    assert words.say("risk.list.cut", n=10) in html


def test_nobody_near_the_average_is_on_the_list(ready: Path) -> None:
    html = drawn(ready, "list", Held(state={"risk.most": 60}))
    even = Store(ready).current().frame("select employee_id from risk_scores where band = 'even'")["employee_id"]
    assert not [who for who in even if f"'{who}'" in html]


def test_the_card_shows_every_contribution_so_that_the_odds_come_out(ready: Path) -> None:
    who = first(ready)
    html = drawn(ready, "list", Held(state={"risk.opened": who}))
    card = html[html.index("class=risk-card"):]
    reasons = desk(ready).read("risk_reasons_of", ids=[who])
    factors = [float(one) for one in re.findall(r"<span class=n>× ([\d.]+)</span>", card)]
    assert len(factors) == risk_card.SHOWN + 1
    assert math.log(math.prod(factors)) == pytest.approx(reasons["contribution"].sum(), abs=0.06)
    for part in (words.say("risk.card.do"), words.say("risk.not_sole"), words.say("risk.person")):
        assert part in text(card)


def test_the_reasons_say_of_which_sunday_they_are(ready: Path) -> None:
    who = first(ready)
    html = text(drawn(ready, "list", Held(state={"risk.opened": who})))
    sunday = desk(ready).read("risk_scored", gone=[], only=[who], most=1)["week"].iloc[0] - pd.Timedelta(days=1)
    assert sunday.weekday() == 6 and html.count(f"截至{sunday.month}月{sunday.day}日,周日") == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.key)
def test_every_feature_has_a_name_a_number_and_a_sentence(feature, lang: str) -> None:
    words.speak(lang)
    for push in (0.3, -0.3):
        one = RiskReason(feature.key, 1, push, None, None if feature.kind == "category" else 0.4, 0.2, "电销" if feature.kind == "category" else "")
        assert risk_words.name(feature.key) != feature.key and "{" not in risk_words.reason(one) and risk_words.short(one)


def test_a_change_against_the_own_past_carries_its_sign(ready: Path) -> None:
    assert risk_words.amount("performance_own", -0.2) == "−20 %" and risk_words.amount("rejection_own", 0.08) == "+8 个百分点"
    assert risk_words.amount("late_evenings_4w", 0.25) == "25 %" and risk_words.amount("tickets_open", None) == words.say("risk.unknown")


@pytest.mark.parametrize("view", ["trust", "capacity"])
def test_every_number_of_a_picture_says_how_it_is_computed(ready: Path, view: str) -> None:
    html = drawn(ready, view)
    assert html.count(words.say("parts.how")) == html.count("<h2>")


def test_the_model_card_says_what_is_never_used_and_holds_the_model_against_the_others(ready: Path) -> None:
    said = text(drawn(ready, "trust"))
    for part in (words.say("risk.trust.never"), words.say("risk.trust.cannot"), "16 % (11–22 %)", "9 %", words.say("risk.alarms.stayed_cared"), words.say("risk.groups.few")):
        assert part in said
    assert words.say("risk.drift.psi", name=risk_words.name("late_evenings_4w"), psi="0.27") in said


@pytest.mark.parametrize(("state", "low", "key"), [("ready", 0.02, "title"), ("ready", -0.001, "title.unsure"), ("hidden", -0.05, "title.hidden")])
def test_better_than_tags_is_claimed_only_where_the_interval_says_so(state: str, low: float, key: str) -> None:
    said = risk_trust.title({"state": state, "precision": 0.2, "precision_tags": 0.15, "precision_gain_low": low})
    assert said == words.say(f"risk.trust.{key}", x="2.0", y="1.5")


def test_what_if_tells_leavers_hours_and_flags_on_stayers_for_each_capacity(ready: Path) -> None:
    rows = desk(ready).read("risk_caught_by")
    said = text(drawn(ready, "capacity"))
    for row in rows[rows["method"] == "model"].itertuples():
        assert words.say("risk.what_if.of", caught=int(row.caught), leavers=int(row.leavers)) in said
        assert risk_draw.chance(1 - row.hits / row.flagged) in said
    assert "4.2" in said  # 10 talks of 25 minutes


# --- no score without a good model --------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("state", ["hidden", "not_ready"])
@pytest.mark.parametrize("role", ["hr", "boss", "presenter"])
def test_without_a_good_model_there_is_no_score_and_the_page_says_why(companies: dict[str, Path], state: str, role: str) -> None:
    html = shown(opened(companies[state], role))
    assert words.say(f"risk.title.{state}") in html and "whisker" not in html and "risk.more" not in html
    assert ("还差 37 次" in html) == (state == "not_ready")
    if role == "hr":
        assert words.say("risk.sign.frequent_leave.told", times=4, days=6, weeks=13, since="|").split("|")[0] in html


def test_the_card_without_a_score_shows_the_signs_and_what_can_be_done(companies: dict[str, Path]) -> None:
    data = companies["not_ready"]
    who = desk(data).read("risk_signs_now", gone=[], most=1)["employee_id"][0]
    card = text(drawn(data, "list", Held(state={"risk.opened": who})))
    assert words.say("risk.none.not_ready") in card and words.say("risk.card.signs") in card and words.say("risk.card.other") in card
    assert words.say("risk.act.workload_talk") in card
    assert words.say("risk.card.within") not in card


# --- who may see what -----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("query", "role"), sorted(product(HR_QUERIES, sorted(set(ROLES) - {"hr"}))))
def test_nobody_but_hr_may_ask_about_a_person_or_the_model(query: str, role: str, ready: Path) -> None:
    with pytest.raises(NotAllowed):
        desk(ready, role, employee_id=first(ready), teams=("电销一组",) if role == "lead" else None).read(query, **dict.fromkeys(queries()[query].parameters))


@pytest.mark.parametrize("role", ["boss", "presenter"])
def test_boss_and_presenter_receive_no_name_no_id_and_no_score(ready: Path, role: str) -> None:
    app = opened(ready, role, tables=True)
    html = shown(app)
    people = Store(ready).current().frame("select e.employee_id, e.name from employees as e")
    assert not [who for pair in people.itertuples(index=False) for who in pair if who in html]
    assert "risk.open" not in html and "data-ask=view" not in html and words.say("risk.under.groups") in html


def test_an_hr_of_one_team_sees_nobody_else(ready: Path) -> None:
    frame = Store(ready).current().frame("select e.team, count(*) as n from risk_scores as s join employees as e using (employee_id) where s.band <> 'even' group by 1 order by 2 desc, 1")
    team = frame["team"][0]
    mine = desk(ready, "hr", teams=(team,))
    others = Store(ready).current().frame("select employee_id, name from employees where team <> $team", {"team": team})
    html = sections.drawn(mine, Held(), [risk_list]) + sections.drawn(mine, Held(), [risk_actions])
    assert html.count("class='kj-pick risk'") == min(frame["n"][0], 10)
    assert not [who for who in others["employee_id"] if who in html]
    assert "class=risk-card" not in sections.drawn(mine, Held(state={"risk.opened": others["employee_id"][0]}), [risk_list])


def test_whoever_objects_is_gone_from_the_list_at_once(ready: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(ready, tmp_path / "data"))
    who, book = first(data), engine.ledger(data, demo=True)
    assert f"'{who}'" in drawn(data, "list")
    choices.choose(book, who, "no_scoring", True, who, date(2026, 11, 20))
    html = drawn(data, "list", Held(state={"risk.opened": who}))
    assert f"data-of='{who}'" not in html and "class=risk-card" not in html


def test_what_was_shown_of_whom_is_in_the_audit(ready: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(ready, tmp_path / "data"))
    who = first(data)
    drawn(data, "list", Held(state={"risk.opened": who}))
    said = {(line.action, line.subject) for line in audit.lines(engine.ledger(data, demo=True))}
    assert {("risk.listed", who), ("risk.opened", who)} <= said


# --- counts of groups: nobody's band follows ------------------------------------------------------------------------------------------

SQL = queries()["risk_teams"].sql


def counted(teams: list[tuple[str, int, int]], least: int = 5) -> dict[tuple[str, str], tuple[object, object]]:
    """(level, unit) → (people, above) as everybody but HR is told, for teams given as (department, people, above)."""
    con = scratch()
    con.execute("create table employees (employee_id varchar, team varchar, department varchar, active boolean)")
    con.execute("create table risk_scores (employee_id varchar, band varchar)")
    for nth, (department, people, above) in enumerate(teams):
        con.execute("insert into employees select $t || '-' || i, $t, $d, true from range($n) as r(i)", {"t": f"T{nth}", "d": department, "n": people})
        con.execute("insert into risk_scores select $t || '-' || i, case when i < $a then 'high' else 'even' end from range($n) as r(i)",
                    {"t": f"T{nth}", "n": people, "a": above})
    rows = con.execute(SQL, {"min_group": least, "gone": []}).df()
    known = lambda value: None if value != value or value is None else int(value)
    return {(row.level, row.unit): (known(row.people), known(row.above)) for row in rows.astype(object).where(rows.notna(), None).itertuples()}


def possible(teams: list[tuple[str, int, int]], told: dict) -> list[set[int]]:
    """Every number above the limit that each team could have, for somebody who knows all team sizes and everything that is told."""
    sums = {key[1]: value[1] for key, value in told.items() if key[0] == "department" and value[1] is not None}
    whole = told["company", ""][1]
    # Depth first over the teams, with what departments and the company may still take.
    found = [set() for _ in teams]

    def go(nth: int, taken: dict[str, int], total: int, chosen: list[int]) -> None:
        if nth == len(teams):
            if all(taken.get(name, 0) == asked for name, asked in sums.items()) and whole in (None, total):
                for here, one in zip(found, chosen, strict=True):
                    here.add(one)
            return
        department, people, _ = teams[nth]
        shown = told["team", f"T{nth}"][1]
        for one in [shown] if shown is not None else [n for n in range(people + 1) if people < 5 or n < 5 or people - n < 5]:
            if department in sums and taken.get(department, 0) + one > sums[department] or whole is not None and total + one > whole:
                continue
            go(nth + 1, taken | {department: taken.get(department, 0) + one}, total + one, [*chosen, one])

    go(0, {}, 0, [])
    return found


TEAM = st.tuples(st.sampled_from(["A", "B"]), st.integers(1, 14), st.integers(0, 14)).map(lambda t: (t[0], t[1], min(t[1], t[2])))


@settings(deadline=None, max_examples=60)
@given(st.lists(TEAM, min_size=1, max_size=5))
def test_a_hidden_team_could_have_every_small_number(teams: list[tuple[str, int, int]]) -> None:
    told = counted(teams)
    for (_, people, above), (nth, could) in zip(teams, enumerate(possible(teams, told)), strict=True):
        shown = told["team", f"T{nth}"][1]
        assert above in could
        if shown is None:
            assert could >= set(range(min(4, people) + 1))
        else:
            assert shown == above >= 5 and people - above >= 5


def test_a_department_of_one_hidden_team_is_hidden_and_so_is_the_company() -> None:
    told = counted([("A", 12, 6), ("A", 12, 3), ("B", 20, 9)])
    assert told["team", "T0"] == (12, 6) and told["team", "T1"] == (None, None) and told["department", "A"] == (None, None)
    assert told["department", "B"] == (20, 9) and told["company", ""] == (None, None)


def test_several_hidden_teams_together_are_told() -> None:
    told = counted([("A", 9, 2), ("A", 9, 3), ("A", 9, 1), ("B", 20, 9)])
    assert told["department", "A"] == (27, 6) and told["company", ""] == (47, 15) and told["team", "T0"] == (None, None)


def test_a_team_whose_people_are_all_above_the_limit_is_not_told() -> None:
    told = counted([("A", 8, 8), ("A", 30, 12), ("A", 30, 12)])
    assert told["team", "T0"] == (None, None) and told["team", "T1"] == (30, 12)


def test_hr_reads_every_number(ready: Path) -> None:
    rows = desk(ready).read("risk_teams", gone=[])
    assert not rows["few"].any() and rows["above"].notna().all()
    assert (rows["high"] + rows["raised"] == rows["above"]).all()
    assert rows.loc[rows["level"] == "team", "above"].sum() == rows.loc[rows["level"] == "company", "above"].iloc[0]


def test_who_objects_is_in_no_count_that_hr_reads_from_that_moment_on(own: Path) -> None:
    whole = lambda role: risk_teams.whole(desk(own, role))
    before, told = whole("hr"), whole("boss")
    choices.choose(engine.ledger(own, demo=True), first(own), "no_scoring", True, first(own), date(2026, 11, 20))
    after = whole("hr")
    assert (after["people"], after["above"]) == (before["people"] - 1, before["above"] - 1)
    assert words.say("risk.teams.of", above=after["above"], people=after["people"]) in text(drawn(own, "teams"))
    assert whole("boss") == told  # with the next build, among everything else that it changes


def test_the_bands_of_a_single_group_are_never_told_to_a_boss(ready: Path) -> None:
    rows = desk(ready, "boss").read("risk_teams", gone=[])
    assert rows.loc[rows["level"] != "company", ["high", "raised"]].isna().all(axis=None)


def test_leads_and_people_see_no_row_of_a_score_even_of_their_own(ready: Path) -> None:
    house, who = Store(ready).current(), first(ready)
    for viewer in (Viewer("lead", teams=(house.frame("select team from employees where employee_id = $id", {"id": who})["team"][0],)), Viewer("employee", employee_id=who)):
        for table in ("risk_scores", "risk_reasons", "risk_weeks", "risk_signs"):
            sql, params = narrowed(f"select * from {table} as t", viewer)
            assert house.frame(sql, params).empty


# --- interventions ----------------------------------------------------------------------------------------------------------------------

@pytest.fixture
def own(ready: Path, tmp_path: Path) -> Path:
    """A copy with a ledger of its own."""
    return Path(shutil.copytree(ready, tmp_path / "own"))


def start(data: Path, held: Held, who: str, **more: str) -> str | None:
    typed = {"who": who, "called": "x", "feature": "late_evenings_4w", "kind": "workload", "owner": "demo-hr", "due": "2026-12-01"} | more
    return risk_list.act(desk(data), Asked("risk.start", "", f"risk.start:{who}:late_evenings_4w:workload_talk", typed), held)


def kept(data: Path) -> list[interventions.Intervention]:
    with engine.ledger(data, demo=True).reading() as con:
        return interventions.kept(con)


def test_a_button_of_the_card_opens_the_form_with_owner_and_day(own: Path) -> None:
    who = first(own)
    held = Held(state={"risk.opened": who})
    html = drawn(own, "list", held)
    of = unescape(re.findall(r"data-ask='risk.plan' data-of='([^']+)'", html)[0])
    assert risk_list.act(desk(own), Asked("risk.plan", of), held) == ""
    html = drawn(own, "list", held)
    assert all(f"name={field}" in html for field in ("kind", "owner", "due")) and "data-ask='risk.start'" in html


def test_an_intervention_is_begun_and_stands_on_the_card_and_among_those_under_way(own: Path) -> None:
    held, who = Held(state={"risk.opened": first(own)}), first(own)
    before = {one.id for one in kept(own)}
    told = start(own, held, who)
    new, = [one for one in kept(own) if one.id not in before]
    assert told and held.forget and (new.employee_id, new.kind, new.state) == (who, "workload", "open")
    p60 = desk(own).read("risk_scored", gone=[], only=[who], most=1)["p60"][0]
    assert new.p60_then == pytest.approx(p60)
    assert words.say("risk.kind.workload") in text(drawn(own, "list", held)) and words.say("risk.row.open", n=1) in text(drawn(own, "list", held))
    assert f"act.close_form' data-of='{new.id}:1'" in drawn(own, "actions")


def test_a_form_that_is_posted_twice_is_kept_once_with_the_key_that_was_drawn_with_it(own: Path) -> None:
    who, held = first(own), Held(state={"risk.opened": first(own)})
    of = unescape(re.findall(r"data-ask='risk.plan' data-of='([^']+)'", drawn(own, "list", held))[0])
    risk_list.act(desk(own), Asked("risk.plan", of), held)
    key = re.findall(r"<input type=hidden name=key value='([^']+)'>", drawn(own, "list", held))[0]
    before = len(kept(own))
    assert start(own, held, who, key=key) and start(own, held, who, key=key)
    assert len(kept(own)) == before + 1


@pytest.mark.parametrize(("held", "share", "told"), [(None, 0.0, ""), (None, 0.1, "risk.held"), (card.Horizon(60, 3, 1, 2, None, None, None, False), 0.0, "risk.held.before"),
                                                     (card.Horizon(60, 3, 1, 2, None, None, None, False), 0.1, "risk.held")])
def test_warnings_that_were_kept_back_are_told_as_long_as_there_were_any(held: card.Horizon | None, share: float, told: str) -> None:
    words.speak("en")
    html = text(risk_actions._outcomes(card.Outcomes(held=held, held_share=share)))
    assert (words.say(told, share="10 %") in html) if told else "false alarms" not in html
    assert ("1 of 4" in html) == (held is not None)


def test_a_score_that_is_too_good_to_be_true_names_what_may_tell_the_leaving(demo_dir: Path, tmp_path: Path) -> None:
    data = published(demo_dir, tmp_path, "hidden", "too_good", "update risk_model set auc = 0.95, suspect = 'team_left_52w'")
    html = risk_page.head(desk(data), Held())
    assert words.say("risk.feature.team_left_52w") in unescape(html) and words.say("risk.title.too_good") in unescape(html)


def test_the_card_of_the_model_says_which_kind_it_is(ready: Path, demo_dir: Path, tmp_path: Path) -> None:
    assert words.say("risk.trust.kind.logistic") in text(drawn(ready, "trust"))
    data = published(demo_dir, tmp_path, "ready", "", "update risk_model set kind = 'steps', drift = 'calibration', drift_ratio = 1.62")
    html = text(drawn(data, "trust"))
    assert words.say("risk.trust.kind.steps") in html and words.say("risk.trust.kind.logistic") not in html
    assert words.say("risk.drift.calibration", ratio="1.62") in html


def test_one_is_not_said_as_many() -> None:
    words.speak("en")
    assert [risk_words.amount("tags_now", value) for value in (1.0, 2.0, 0.5)] == ["1 tag", "2 tags", "0.50 tags"]


@pytest.mark.parametrize(("more", "key"), [({"due": "2020-01-01"}, "due"), ({"due": "soon"}, "due"), ({"kind": "magic"}, "choice"), ({"owner": "nobody"}, "choice"), ({"feature": "age"}, "choice")])
def test_what_cannot_be_begun_is_said_and_nothing_is_kept(own: Path, more: dict[str, str], key: str) -> None:
    before = len(kept(own))
    with pytest.raises(Wrong, match=re.escape(words.say(f"risk.wrong.{key}", n=180) if key == "due" else words.say("risk.wrong.choice"))):
        start(own, Held(), first(own), **more)
    assert len(kept(own)) == before


def test_nothing_closes_without_a_note(own: Path) -> None:
    held = Held()
    start(own, held, first(own))
    one = next(row for row in kept(own) if row.state == "open" and row.employee_id == first(own))
    asked = Asked("act.done", "", f"act.close:{one.id}:1", {"of": f"{one.id}:1", "called": "x", "note": " . "})
    with pytest.raises(Wrong):
        risk_actions.act(desk(own), asked, held)
    assert {row.id: row.state for row in kept(own)}[one.id] == "open"
    done = Asked("act.done", "", asked.form, dict(asked.typed) | {"note": "谈过排班,下周起调整 <b>"})
    assert risk_actions.act(desk(own), done, held)
    assert {row.id: row.state for row in kept(own)}[one.id] == "done" and held.forget == asked.form
    html = drawn(own, "actions")
    assert "谈过排班" not in html  # opened apart, for a reason
    risk_actions.act(desk(own), Asked("act.read", one.id, "", {"reason": "prepare_talk"}), held)
    html = drawn(own, "actions", held)
    assert "谈过排班,下周起调整 &lt;b&gt;" in html and "谈过排班" not in drawn(own, "actions", held)


def test_the_table_of_outcomes_says_when_it_cannot_tell(own: Path) -> None:
    start(own, Held(), first(own))
    said = text(drawn(own, "actions"))
    assert words.say("risk.outcome.no_proof") in said and words.say("risk.after.what") in said


@pytest.mark.parametrize("role", ["boss", "presenter"])
def test_other_roles_can_do_nothing(own: Path, role: str) -> None:
    for section in (risk_list, risk_actions):
        for asked in (Asked("risk.open", first(own)), Asked("risk.start", "", "", {"who": first(own)}), Asked("act.done", "x:1"), Asked("act.read", "x")):
            assert section.act(desk(own, role), asked, Held()) is None


def test_nonsense_in_a_click_breaks_nothing(own: Path) -> None:
    held = Held()
    for asked in (Asked("risk.open", "'; drop"), Asked("risk.plan", "x"), Asked("risk.plan", f"{first(own)}::"), Asked("act.close_form", "zzz")):
        for section in (risk_list, risk_actions):
            section.act(desk(own), asked, held)
        assert "<h2>" in drawn(own, "list", held) and "<h2>" in drawn(own, "actions", held)
