"""The story desk: who may present, whose words, under which pseudonyms; nobody's name comes out of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from lib import words
from lib.access import contract, masks, mentions, story_audit
from lib.access.audit_desk import AuditDesk
from lib.access.desk import Desk, NotAllowed
from lib.access.roles import ROLES, SELF_ONLY, Viewer
from lib.access.story_desk import Changed, Choice, StoryDesk, Wish, WrongChoice, may_present, shown_to
from lib.ledger.story_shape import LONGEST_CAPTION
from lib.ledger.story_tables import MEETINGS
from lib.warehouse.store import Store


def desk(folder: Path, role: str = "boss", **scope: object) -> Desk:
    return Desk(Store(folder), Viewer(role, **scope))


@pytest.fixture
def office(unwritten: Path) -> Iterator[StoryDesk]:
    yield StoryDesk(desk(unwritten))


def somebody(office: StoryDesk, active: bool = True) -> tuple[str, str]:
    """Number and name of a person whose name nobody else bears."""
    row = office.desk.store.current().frame(
        "select employee_id, name from employees where active = $active and name in (select name from employees group by name having count(*) = 1) "
        "order by employee_id limit 1", {"active": active}).iloc[0]
    return str(row["employee_id"]), str(row["name"])


def put(office: StoryDesk, *choices: Choice):
    return office.keep(choices, office.meeting())


# --- who ------------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("role", ROLES)
def test_boss_hr_and_presenter_present_and_nobody_else(unwritten: Path, role: str) -> None:
    scope = {"employee_id": "K00001"} if role in SELF_ONLY else {"teams": ("电销一组",)} if role == "lead" else {}
    looking = desk(unwritten, role, **scope)
    if may_present(looking):
        assert role in ("boss", "hr", "presenter") and StoryDesk(looking).presenter.viewer.role == "presenter"
        return
    with pytest.raises(NotAllowed):
        StoryDesk(looking)
    with pytest.raises(NotAllowed):
        looking.presenting(masks.Pseudonyms(b"k" * 32, "m"))


def test_what_is_shown_is_what_a_presenter_of_the_same_teams_sees(unwritten: Path) -> None:
    hr = desk(unwritten, "hr", teams=("电销一组",))
    shown = StoryDesk(hr).presenter
    assert shown.viewer.teams == ("电销一组",) and shown.build_id == hr.build_id and shown.smallest_group() > 1
    with pytest.raises(NotAllowed):
        shown.read("person_card", id="K00001")


def test_a_session_that_is_over_keeps_nothing(unwritten: Path) -> None:
    meeting = StoryDesk(desk(unwritten)).meeting()
    gone = StoryDesk(desk(unwritten), lambda: False)
    for act in (lambda: gone.keep([Choice(Wish("need"))], meeting), lambda: gone.add([Wish("need")]), lambda: gone.new_meeting("x"),
                lambda: gone.change(meeting, "x", True)):
        with pytest.raises(NotAllowed, match="over"):
            act()
    assert StoryDesk(desk(unwritten)).choices() is None


def test_each_role_of_the_demo_has_a_story_of_its_own(unwritten: Path) -> None:
    put(StoryDesk(desk(unwritten)), Choice(Wish("need")))
    assert StoryDesk(desk(unwritten, "hr")).choices() is None


# --- words --------------------------------------------------------------------------------------------------------------------------

def test_a_name_in_a_caption_or_note_is_replaced_and_it_is_said_where(office: StoryDesk) -> None:
    number, name = somebody(office)
    kept = put(office, Choice(Wish("need"), caption="好消息"), Choice(Wish("risk"), caption=f"{name}带队", notes=f"问 {number}"))
    assert kept.replaced == ((1, "caption"), (1, "notes"))
    shown = office.choices()[1]
    one = words.say("access.pseudonym", token=masks.token(office.presenter.pseudonyms.key, number))
    assert (shown.caption, shown.notes) == (f"{one}带队", f"问 {one}") and office.choices()[0].caption == "好消息"


def test_somebody_who_left_is_not_named_either(office: StoryDesk) -> None:
    _, name = somebody(office, active=False)
    put(office, Choice(Wish("need"), notes=f"{name}走了以后"))
    assert name not in office.choices()[0].notes


def test_the_title_of_a_meeting_names_nobody(office: StoryDesk) -> None:
    _, name = somebody(office)
    kept = office.new_meeting(f"给{name}的汇报")
    assert name not in kept.meeting.title and kept.replaced == ((-1, "title"),)
    changed = office.change(kept.meeting, f"{name}", False)
    assert name not in changed.meeting.title and name not in office.meeting().title


def test_a_caption_is_one_line_without_signs_that_do_not_show(office: StoryDesk) -> None:
    put(office, Choice(Wish("need"), caption=" a\u202e\u200bb\r\nc\x07 ", notes="一\r\n二\x00"))
    assert (office.choices()[0].caption, office.choices()[0].notes) == ("ab c", "一\n二")


def test_a_full_caption_that_names_somebody_can_be_kept_again(office: StoryDesk) -> None:
    _, name = somebody(office)
    put(office, Choice(Wish("need"), caption=(name + ",") * (LONGEST_CAPTION // (len(name) + 1))))
    before = office.choices()
    assert len(before[0].caption) > LONGEST_CAPTION
    put(office, *before)
    assert office.choices() == before


def test_markup_stays_words(office: StoryDesk) -> None:
    put(office, Choice(Wish("need"), caption="<b>重点</b> =1+1"))
    assert office.choices()[0].caption == "<b>重点</b> =1+1"


@pytest.mark.parametrize("choice", [Choice(Wish("need"), caption="x" * (LONGEST_CAPTION + 1)), Choice(Wish("")), Choice(Wish("need; drop table")),
                                    Choice(Wish("need", team="没有这个组")), Choice(Wish("need", department="没有")), Choice(Wish("need", tag="happy")),
                                    Choice(Wish("need", week="2026-11-10")), Choice(Wish("need", week="soon")), Choice(Wish("nothing_like_it"))])
def test_what_cannot_be_told_is_refused_whole(office: StoryDesk, choice: Choice) -> None:
    strict = StoryDesk(office.desk, kinds=("need", "risk"))
    with pytest.raises(WrongChoice):
        strict.keep([Choice(Wish("risk")), choice], strict.meeting())
    assert strict.choices() is None


def test_a_team_outside_of_the_scope_is_refused_and_left_out(unwritten: Path) -> None:
    one, other = StoryDesk(desk(unwritten)).desk.everybody.teams[:2]
    near = StoryDesk(desk(unwritten, "boss", teams=(one,)))
    with pytest.raises(WrongChoice):
        near.add([Wish("need", team=other)])
    put(StoryDesk(desk(unwritten)), Choice(Wish("need", team=one)), Choice(Wish("need", team=other)))
    assert [choice.wish.team for choice in near.choices()] == [one]


def test_the_same_scene_is_kept_once(office: StoryDesk) -> None:
    put(office, Choice(Wish("need"), caption="first"), Choice(Wish("risk")), Choice(Wish("need"), caption="second"))
    assert [(one.wish.kind, one.caption) for one in office.choices()] == [("need", "first"), ("risk", "")]


def test_a_page_is_added_to_the_scenes_of_the_house(office: StoryDesk) -> None:
    added = office.add([Wish("risk")], lambda presenter: [Wish("need"), Wish("morale")] if presenter.viewer.role == "presenter" else [])
    assert (added.new, added.scenes) == (1, 3) and [one.wish.kind for one in office.choices()] == ["need", "morale", "risk"]


# --- pseudonyms and letters -----------------------------------------------------------------------------------------------------------

def test_two_exports_of_a_meeting_have_the_same_pseudonyms_and_the_next_meeting_others(office: StoryDesk) -> None:
    number, name = somebody(office)
    put(office, Choice(Wish("need"), caption=name))
    again = StoryDesk(office.desk)
    first = office.choices()[0].caption
    assert again.choices()[0].caption == first and again.presenter.told(name) == first
    office.new_meeting("下一次")
    later = office.choices()[0].caption
    assert later != first and later == office.presenter.told(name) == office.presenter.told(number)
    assert masks.token(masks.key_of(office.desk.data_dir), number) not in first + later


def test_a_meeting_that_is_over_is_followed_by_the_next_one(office: StoryDesk) -> None:
    first = office.new_meeting("月会").meeting
    office.keep([Choice(Wish("need"), caption="还在")], first)
    office.today = first.ends
    assert office.meeting().id == first.id
    office.today = first.ends + timedelta(1)
    later = office.meeting()
    assert later.id != first.id and later.title == "月会" and office.choices()[0].caption == "还在" and later.ends > first.ends
    with pytest.raises(Changed):
        office.presenter_of(first)


def test_answers_of_one_meeting_are_never_shown_in_another(unwritten: Path) -> None:
    """What is kept on the shelf is kept under the meeting."""
    shelf: dict[object, object] = {}

    def through(request, run):
        return shelf.setdefault(request, run())

    shown = Desk(Store(unwritten), Viewer("boss"), through)
    first = StoryDesk(shown)
    one = first.presenter.viewer.scope
    first.change(first.meeting(), "", letters=True)
    other = first.presenter.viewer.scope
    first.new_meeting("x")
    assert len({one, other, first.presenter.viewer.scope, shown.viewer.scope}) == 4


def test_teams_as_letters_are_letters_everywhere_and_lead_back(office: StoryDesk) -> None:
    teams = office.desk.everybody.teams
    put(office, Choice(Wish("need", team=teams[0]), caption=f"{teams[0]}最忙"))
    office.change(office.meeting(), "", letters=True)
    shown, choice = office.presenter, office.choices()[0]
    assert choice.wish.team == shown.told(teams[0]) and choice.caption == f"{choice.wish.team}最忙" and choice.wish.team not in teams
    assert shown.real(choice.wish.team) == teams[0] and len({shown.told(team) for team in teams}) == len(teams)
    assert set(shown.read("story_teams")["team"]) <= {shown.told(team) for team in teams}
    put(office, choice)
    assert office.choices() == (choice,)


def test_the_order_of_the_letters_is_the_meetings_secret(office: StoryDesk) -> None:
    teams, orders = office.desk.everybody.teams, set()
    for _ in range(3):
        office.new_meeting("x")
        office.change(office.meeting(), "", letters=True)
        orders.add(tuple(office.presenter.told(team) for team in teams))
    assert len(orders) == 3


def test_a_team_can_be_asked_for_as_it_is_told(office: StoryDesk) -> None:
    office.change(office.meeting(), "", letters=True)
    shown = office.presenter
    real = office.desk.everybody.teams[0]
    assert shown.limited(shown.told(real)).viewer.teams == (real,)
    query = next(q for q in contract.queries().values() if "presenter" in q.roles and set(q.parameters) == {"team", "week"})
    week = shown.read("weeks")["week"].iloc[0]
    assert len(shown.read(query.name, team=shown.told(real), week=week)) == len(shown.read(query.name, team=real, week=week))


# --- ordinary pages of a presenter ---------------------------------------------------------------------------------------------------

def test_a_presenters_pages_have_the_pseudonyms_of_the_meeting_and_the_apps_without_one(unwritten: Path) -> None:
    own = desk(unwritten, "presenter")
    assert shown_to(own) is own
    office = StoryDesk(own)
    meeting = office.meeting()
    name = somebody(office)[1]
    page = shown_to(own)
    assert page.viewer == own.viewer and page.told(name) == office.presenter.told(name) != own.told(name)
    office.new_meeting("x", meeting)
    assert shown_to(own).told(name) != page.told(name)


@pytest.mark.parametrize("role", ["boss", "hr"])
def test_other_pages_are_as_they_were(unwritten: Path, role: str) -> None:
    own = desk(unwritten, role)
    StoryDesk(own).meeting()
    assert shown_to(own) is own


def test_nobody_is_named_in_what_a_meeting_keeps(office: StoryDesk) -> None:
    everybody = office.desk.store.current().frame("select employee_id, name from employees")
    for name, number in zip(everybody["name"].head(40), everybody["employee_id"].head(40), strict=True):
        put(office, Choice(Wish("need"), caption=f"与{name}({number})谈过", notes=f"{name}"))
        told = office.choices()[0]
        assert not mentions.names_in(told.caption + told.notes, office.desk.everybody)


# --- the title, and what happens meanwhile ---------------------------------------------------------------------------------------

def test_a_title_tells_teams_as_the_meeting_does_whenever_it_was_typed(office: StoryDesk) -> None:
    team = office.desk.everybody.teams[0]
    plain = office.change(office.meeting(), f"{team}的复盘", letters=False)
    assert plain.meeting.title == f"{team}的复盘"
    lettered = office.change(plain.meeting, f"{team}的复盘", letters=True).meeting
    assert lettered.title == office.meeting().title == f"{office.presenter.told(team)}的复盘" and team not in lettered.title
    again = office.change(lettered, lettered.title, letters=True).meeting
    assert again.title == lettered.title
    assert office.change(again, again.title, letters=False).meeting.title == f"{team}的复盘"


def test_a_letter_in_the_title_of_a_new_meeting_is_the_same_team_under_its_new_letter(office: StoryDesk) -> None:
    team = office.desk.everybody.teams[0]
    office.change(office.meeting(), "", letters=True)
    begun = office.new_meeting(f"{office.presenter.told(team)}的复盘").meeting
    assert begun.title == office.meeting().title == f"{office.presenter.told(team)}的复盘"
    assert office.change(begun, begun.title, letters=False).meeting.title == f"{team}的复盘"


def test_scenes_of_a_meeting_that_is_over_are_not_taken_for_none(office: StoryDesk) -> None:
    seen = office.meeting()
    put(office, Choice(Wish("need"), caption="还在"))
    assert [one.caption for one in office.choices(office.meeting()) or ()] == ["还在"]
    office.new_meeting("x")
    with pytest.raises(Changed):
        office.choices(seen)


def test_a_presenters_page_does_not_keep_the_pseudonyms_of_a_meeting_that_is_over(unwritten: Path) -> None:
    own = desk(unwritten, "presenter")
    office = StoryDesk(own)
    name, meeting = somebody(office)[1], office.meeting()
    before = shown_to(own).told(name)
    with office.book.writing() as con:
        con.execute(update(MEETINGS).values(ends=office.today - timedelta(1)))
    page = shown_to(own)
    assert page.told(name) != before and page.told(name) == StoryDesk(own).presenter.told(name) and office.meeting().id != meeting.id


def test_a_presenters_page_is_there_while_the_ledger_cannot_be_read_and_shows_neither_the_apps_pseudonyms_nor_a_team(unwritten: Path) -> None:
    own = desk(unwritten, "presenter")
    office = StoryDesk(own)
    office.change(office.meeting(), "", letters=True)
    name, team = somebody(office)[1], own.everybody.teams[0]
    with office.book.writing() as con:
        con.execute(update(MEETINGS).values(key_sealed=b"of another key"))
    page = shown_to(own)
    assert page.told(name) not in (name, own.told(name)) and page.told(team) != team and shown_to(own).told(name) == page.told(name)


def test_a_presenter_who_signed_in_is_the_same_one_on_a_page_of_the_meeting(unwritten: Path) -> None:
    own = desk(unwritten, "presenter", name="汇报的人")
    StoryDesk(own).meeting()
    assert shown_to(own) is not own and shown_to(own).viewer == own.viewer  # what the door asks before anything is kept


@pytest.mark.parametrize(("letters", "template", "said"), [(True, True, "kind pptx · scenes 9 · 团队用字母代替 · 用了自己的模板"),
                                                         (False, False, "kind pptx · scenes 9 · 团队用本来的名字 · 用了默认的样式"), (True, None, "kind pptx · scenes 9 · 团队用字母代替")])
def test_the_audit_says_whether_a_story_left_with_letters_and_in_an_own_template(office: StoryDesk, letters: bool, template: bool | None, said: str) -> None:
    meeting = office.change(office.meeting(), "", letters=letters).meeting
    story_audit.left(office, "pptx", meeting, 9, template)
    line = AuditDesk(desk(office.desk.data_dir, "admin")).lines().iloc[0]
    assert (line["action"], line["subject"], line["detail"]) == ("story.exported", meeting.id, said)
