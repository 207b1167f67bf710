"""Nobody is named: a story's scenes and everything that is made of them are searched for every name, number and word of the company.

What is searched is what somebody could read out of the bytes: XML, workbooks inside, streams, pictures' own notes, file names.  The same
search finds a name that is put into a scene on purpose, in each of the ways out.
"""

from __future__ import annotations

import html
import io
import json
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from pypdf import PdfReader

from lib import words
from lib.access.desk import Desk
from lib.access.roles import Viewer
from lib.access.story_desk import Choice, StoryDesk, Wish
from lib.ledger import engine
from lib.story import deck, draw, paper, scenes, sheets, slides, snapshot, tell
from lib.story.scene import Story
from lib.warehouse.store import Store
from tests import nasty_company
from tests.test_ledger_care import log, talk

WORDS = "孩子住院以后她晚上睡不着,想换到离家近的门店"
"""What HR wrote about somebody: it stands nowhere but in the ledger."""
UNTIL = date(2027, 1, 31)
BOSS = Viewer("boss")


@dataclass(frozen=True)
class Told:
    """A story and what may not be in it."""

    story: Story
    names: frozenset[str]
    office: StoryDesk


# --- what can be read out of bytes ---------------------------------------------------------------------------------------------------

def in_zip(content: bytes) -> Iterator[str]:
    """Names and contents of all files in an archive, and of the archives in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as box:
        yield from box.namelist()
        for name in box.namelist():
            yield from read(box.read(name))


def in_png(content: bytes) -> Iterator[str]:
    """The words of a picture's own chunks, also of compressed ones; never of its pixels."""
    at = 8
    while at < len(content):
        size, kind = struct.unpack(">I", content[at:at + 4])[0], content[at + 4:at + 8]
        body = content[at + 8:at + 8 + size]
        if kind != b"IDAT":
            yield body.decode("utf-8", "replace")
        if kind in (b"zTXt", b"iTXt", b"iCCP") and (packed := body.find(b"\x78")) >= 0:
            yield zlib.decompressobj().decompress(body[packed:]).decode("utf-8", "replace")
        at += 12 + size


def in_pdf(content: bytes) -> Iterator[str]:
    """What stands on the pages, who made the file, and every stream as it is."""
    pages = PdfReader(io.BytesIO(content))
    yield from (page.extract_text() for page in pages.pages)
    yield str(pages.metadata)
    yield pages.xmp_metadata.rdf_root.toxml() if pages.xmp_metadata else ""
    for number in range(1, len(pages.xref[0]) if pages.xref else 0):
        found = pages.get_object(number)
        yield str(found)
        if hasattr(found, "get_data"):
            yield found.get_data().decode("utf-16-be" if b"\xfe\xff" in found.get_data()[:4] else "utf-8", "replace")


def read(content: bytes) -> Iterator[str]:
    """Everything that can be read out of a file."""
    if content[:2] == b"PK":
        yield from in_zip(content)
    elif content[:8] == b"\x89PNG\r\n\x1a\n":
        yield from in_png(content)
    elif content[:5] == b"%PDF-":
        yield from in_pdf(content)
    else:
        yield content.decode("utf-8", "replace")


def flat(text: str) -> str:
    """The text without what can hide a word in it: entities, escapes, width, case, blanks, marks, tags between letters."""
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), unquote(text))
    text = html.unescape(html.unescape(text)).replace('\\"', '"').replace('""', '"')
    return "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not char.isspace() and unicodedata.category(char) not in ("Cf", "Mn", "Cc"))


@cache
def flat_name(name: str) -> str:
    return flat(name)


@cache
def own_words() -> str:
    """All that the app itself says: a name that is part of it says nothing."""
    return flat(" ".join(text for both in words.sentences().values() for text in both.values()) + slides.script() + slides.sheet())


def found(texts: Iterator[str] | list[str], names: frozenset[str]) -> set[str]:
    """Which of the names stand in the texts, in any spelling; also where tags stand between their letters."""
    whole = [flat(text) for text in texts]
    whole += [re.sub(r"<[^<>]*>", "", text) for text in whole if "<" in text]
    everything = "\n".join(whole)
    return {name for name in names if flat_name(name) in everything}


def some(story: Story) -> Story:
    """Every second scene, for what takes long to make: each way out writes each scene alike."""
    return replace(story, scenes=story.scenes[::2] if len(story.scenes) > 4 else story.scenes)


WAYS = {
    "scenes": lambda story: [repr(story)],
    "pictures": lambda story: [part for scene in story.scenes for ground in ("paper", "black") for part in
                               (draw.page(scene, ground=ground), draw.picture(scene.picture, alt=scene.alt) if scene.picture else "")],
    "player": lambda story: [json.dumps(slides.slides(story)), repr(slides.slides(story))],
    "snapshot": lambda story: read(snapshot.snapshot(story, UNTIL, date(2026, 11, 30))),
    "deck": lambda story: read(deck.deck(some(story))),
    "pdf": lambda story: read(paper.pdf(some(story))),
    "pngs": lambda story: [part for name, content in paper.pngs(some(story), width=640) for part in (name, *read(content))],
    "sheets": lambda story: [part for name, content in sheets.csvs(story) for part in (name, *read(content))],
    "bundle": lambda story: read(sheets.bundle(sheets.csvs(story))),
}
"""Every way out, and what can be read out of it."""


# --- the companies -----------------------------------------------------------------------------------------------------------------------

def secrets_of(folder: Path) -> frozenset[str]:
    """Every name and number of everybody there ever was, and what was written about them."""
    house = Store(folder).current()
    people = house.frame("select employee_id, name from employees")
    clients = house.frame("select distinct name from customers where name is not null and length(name) > 2")
    return frozenset({*people["name"], *people["employee_id"], *clients["name"], WORDS, WORDS[:9], "离家近的门店"})


def told(folder: Path, language: str = "zh", viewer: Viewer = BOSS, letters: bool = False) -> Told:
    """A story of everything there is to tell, with a name in every caption and note that a presenter can write."""
    words.speak(language)
    shelf: dict[object, object] = {}
    house = Desk(Store(folder), viewer, lambda asked, run: shelf[asked].copy() if asked in shelf else shelf.setdefault(asked, run()).copy())
    office = StoryDesk(house, kinds=scenes.SCENES)
    people = house.store.current().frame("select employee_id, name from employees where length(trim(name)) > 1 order by active, employee_id")
    own = [team for team in house.everybody.teams if viewer.teams is None or team in viewer.teams][:6]
    departments = house.everybody.departments[:2] if viewer.teams is None else ()
    wishes = [*scenes.default(office.presenter), *(Wish("need", team=team) for team in own), *(Wish("morale", team=team) for team in own[:3]),
              *(Wish("need", department=one) for one in departments), Wish("need", tag="high_pressure")][:20]
    named = people.itertuples(index=False)
    choices = [Choice(wish, caption=f"{one.name} 与 {two.employee_id}", notes=f"请 {two.name} 说明,员工 {one.employee_id} 在场")
               for wish, one, two in zip(wishes, named, people.iloc[40:].itertuples(index=False), strict=False)]
    meeting = office.change(office.meeting(), f"{people['name'].iloc[0]} 的月会", letters).meeting
    kept = office.keep(choices, meeting)
    assert len(kept.replaced) == 2 * len(choices)
    return Told(tell.story(office.presenter, choices=office.choices(), title=office.meeting().title), secrets_of(folder), office)


@pytest.fixture(scope="module")
def nasty(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = nasty_company.made_of(demo_dir, tmp_path_factory.mktemp("nasty") / "data")
    house = Store(folder).current().frame("select min(employee_id) as e from employees where active")["e"][0]
    log(engine.ledger(folder, demo=True), talk(person=house, talked_on=date(2026, 11, 10), note=WORDS))
    return folder


@pytest.fixture(scope="module")
def mild(copied: Path) -> Path:
    return copied


@pytest.fixture(scope="module")
def stories(nasty: Path, mild: Path) -> dict[str, Told]:
    few = tuple(nasty_company.TEAMS[:2])
    made = {"demo in English": told(mild, "en", Viewer("hr")), "nasty": told(nasty),
            "nasty in English": told(nasty, "en", Viewer("presenter")), "two teams called after people": told(nasty, "zh", Viewer("hr", teams=few))}
    words.speak("zh")
    return made


COMPANIES = ("demo in English", "nasty", "nasty in English", "two teams called after people")


def searched(one: Told) -> frozenset[str]:
    """The names that are no part of what the app itself says; nearly all are."""
    kept = frozenset(name for name in one.names if flat_name(name) not in own_words() and len(flat_name(name)) > 1)
    assert len(kept) > 0.97 * len(one.names)
    return kept


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize("way", ["scenes", "pictures", "player", "sheets"])
def test_nobody_is_named_in_any_scene(stories: dict[str, Told], company: str, way: str) -> None:
    one = stories[company]
    words.speak(one.story.language)
    assert len(one.story.scenes) >= 6 and found(WAYS[way](one.story), searched(one)) == set()


@pytest.mark.parametrize("way", sorted(WAYS))
def test_nobody_is_named_in_anything_that_leaves(stories: dict[str, Told], way: str) -> None:
    one = stories["nasty"]
    assert found(WAYS[way](one.story), searched(one)) == set()


@pytest.mark.parametrize("way", sorted(WAYS))
def test_the_search_finds_a_name_in_every_way_out(stories: dict[str, Told], way: str) -> None:
    """The bar means something: a name that gets into a title, label, caption or note is found, markup and formula signs or not."""
    one = stories["nasty"]
    name = nasty_company.PEOPLE[4 if way in ("pngs",) else 0]
    [scene] = [scene for scene in one.story.scenes if scene.picture and scene.picture.kind == "bars"][:1]
    labels = (name, *scene.picture.labels[1:])
    leak = replace(scene, title=name, caption=name, notes=name, picture=replace(scene.picture, labels=labels))
    story = replace(one.story, scenes=(leak,))
    if way == "pngs":  # pixels are not searched; what is beside them is held by the scenes
        assert not found(WAYS[way](story), frozenset({name}))
        return
    assert found(WAYS[way](story), frozenset({name})) == {name}


def test_a_picture_made_of_pixels_has_nothing_beside_them(stories: dict[str, Told]) -> None:
    story = replace(stories["nasty"].story, scenes=stories["nasty"].story.scenes[:2])
    for name, content in paper.pngs(story, width=640):
        assert re.fullmatch(r"[0-9a-z.-]+", name)
        kinds, at = set(), 8
        while at < len(content):
            kinds.add(content[at + 4:at + 8])
            at += 12 + struct.unpack(">I", content[at:at + 4])[0]
        assert kinds <= {b"IHDR", b"IDAT", b"IEND", b"PLTE", b"tRNS", b"sRGB", b"gAMA", b"pHYs", b"cHRM", b"sBIT"}


@pytest.mark.parametrize("way", ["scenes", "pictures", "player", "sheets", "deck", "snapshot", "pdf"])
def test_teams_as_letters_are_in_no_way_out_by_name(nasty: Path, way: str) -> None:
    one = lettered(nasty)
    teams = frozenset(team for team in one.office.desk.everybody.teams if flat_name(team) not in own_words())
    assert len(teams) > 5 and found(WAYS[way](one.story), searched(one) | teams) == set()
    assert "团队" in repr(one.story)


_LETTERED: dict[Path, Told] = {}


def lettered(folder: Path) -> Told:
    if folder not in _LETTERED:
        _LETTERED[folder] = told(folder, "zh", Viewer("hr"), letters=True)
    words.speak("zh")
    return _LETTERED[folder]


def test_two_exports_of_a_meeting_say_the_same_and_the_next_meeting_calls_everybody_something_else(stories: dict[str, Told]) -> None:
    one = stories["nasty in English"]
    words.speak("en")
    again = tell.story(StoryDesk(one.office.desk).presenter, choices=one.office.choices(), title=one.office.meeting().title)
    assert again == one.story
    first = pseudonyms(repr(one.story))
    one.office.new_meeting("下一次")
    later = pseudonyms(repr(tell.story(one.office.presenter, choices=one.office.choices())))
    assert len(first) > 20 and len(later) > 20 and not first & later


def pseudonyms(text: str) -> set[str]:
    return set(re.findall(r"(?:同事|Colleague) ([A-Z2-7]{8,})", text))


@pytest.mark.parametrize("company", ["nasty", "nasty in English"])
def test_no_cell_that_leaves_is_run_and_no_markup_is_alive(stories: dict[str, Told], company: str) -> None:
    import csv
    from xml.etree import ElementTree

    from lib.story.scene import Picture, Series
    one, bad = stories[company], nasty_company.PEOPLE
    picture = Picture("bars", bad, (Series(bad[0], tuple(float(place) for place in range(len(bad)))),), unit=bad[2])
    scene = replace(one.story.scenes[0], title=bad[1], caption=bad[10], picture=picture, alt=bad[10], notes=bad[0], footnote=bad[1])
    story = replace(one.story, scenes=(scene,), title=bad[10], source=bad[1])
    for _, content in sheets.csvs(story):
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
            assert not [cell for cell in row if sheets.runs(cell)]
    with zipfile.ZipFile(io.BytesIO(deck.deck(story))) as box:
        for name in box.namelist():
            if name.endswith(".xlsx"):
                with zipfile.ZipFile(io.BytesIO(box.read(name))) as book:
                    assert not [part for part in book.namelist() if b"<f>" in book.read(part)]
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(box.read(name))
            assert b"http://evil.example" not in box.read(name) or not name.endswith(".rels")
    made = snapshot.snapshot(story, UNTIL, date(2026, 11, 30)).decode()
    assert "<img src=x" not in made and "<script>alert" not in made
    for part in (draw.page(scene), draw.picture(picture)):
        tree = ElementTree.fromstring(part)
        assert not [element for element in tree.iter() if element.tag.rpartition("}")[2] in ("script", "img", "image", "foreignObject", "a")]


def test_a_snapshot_asks_nobody(stories: dict[str, Told]) -> None:
    made = snapshot.snapshot(stories["nasty"].story, UNTIL, date(2026, 11, 30)).decode()
    assert not re.findall(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", made) and "@import" not in made and not re.findall(r"url\((?!['\"]?(?:data:|#))", made)
    assert UNTIL + timedelta(0) == date(2027, 1, 31) and "2027-01-31" in made
