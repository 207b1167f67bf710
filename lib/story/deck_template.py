"""Deck template: a company's own .pptx or .potx: is it safe and fit, which of its layouts is used, and what must not come along.

Of a template only its look is taken: masters, layouts, themes and their pictures.  Its slides, notes, comments, macros, properties, embedded
files and everything it refers to outside are left behind.  What cannot be used is :class:`Unfit`, with what, where and how to mend it.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from lib import settings
from lib.intake import guard
from lib.story.deck_house import PT, Box
from lib.words import say_in

MOST_PARTS = 4_000
MOST_TAGS = 300_000       # "<" in the XML of the look: what it costs to read depends on this, not on the bytes
MOST_LISTED, MOST_LISTINGS = 20_000, 2 * guard.MIB   # tags and bytes of a part that says what the file holds and what a part refers to
_MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_ALIKE = ("presentationml.template.main+xml", "presentationml.slideshow.main+xml")
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
# What a part of the look may refer to; all else is taken out of it.
_RUNS = {"oleObject", "control", "package", "vmlDrawing", "activeXControlBinary", "audio", "video", "media"}
_KEPT = {"slideMaster", "slideLayout", "theme", "image", "themeOverride"}
_PICTURES = re.compile(r"image/(png|jpe?g|gif|bmp|tiff|x-emf|x-wmf)$")
_SHAPES = {f"{_P}{tag}" for tag in ("sp", "pic", "graphicFrame", "cxnSp", "contentPart")}
_GONE = {f"{_P}{tag}" for tag in ("custDataLst", "controls", "timing", "transition", "extLst")}
TITLE, CONTENT, CHART = 1, 7, 8      # kinds of placeholders (PP_PLACEHOLDER: TITLE, OBJECT, CHART)
FOOT = (13, 15, 16)                  # slide number, footer, date


class Unfit(Exception):
    """A template that cannot be used.  ``code`` names the sentences ``deck.template.<code>`` and ``deck.template.<code>.remedy``."""

    def __init__(self, code: str, **values: object):
        super().__init__(code)
        self.code, self.values = code, values

    def sentence(self, language: str) -> str:
        """What is wrong, in ``zh`` or ``en``."""
        return say_in(language, f"deck.template.{self.code}", **self.values)

    def remedy(self, language: str) -> str:
        """How to mend it, in ``zh`` or ``en``."""
        return say_in(language, f"deck.template.{self.code}.remedy", **self.values)

    def __str__(self) -> str:
        return f"{self.sentence('en')} {self.remedy('en')}"


@dataclass(frozen=True)
class Look:
    """What of a template the slides are made on: a layout, where a title, a picture and words may stand (points), its size and fonts."""

    presentation: Any
    layout: Any
    title: Box
    body: Box
    content: int | None     # the placeholder that the picture takes the place of, None: there is none
    fonts: tuple[str, str]  # latin and East Asian; '' where the template leaves it to the program
    scale: float
    removed: int            # things that were left behind because they lead outside or run

    @property
    def words(self) -> tuple[str, ...]:
        """What the masters and layouts say: it stands on the slides too, or behind them.  Names of layouts, shapes and themes are not among
        it: neutral ones stand in their place."""
        parts = [part for master in self.presentation.slide_masters for part in (master, *master.slide_layouts)]
        texts = ["".join(run.text or "" for run in paragraph.iter(f"{_A}t")) for part in parts for paragraph in part.element.iter(f"{_A}p")]
        return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))


def limits(stored: Mapping[str, settings.Value] | None = None) -> guard.Limits:
    """What a template may cost: the limits of uploads in the settings."""
    return guard.Limits.upload(stored or {})


def opened(content: bytes, allowed: guard.Limits | None = None) -> Look:
    """The template, emptied of all but its look.  Raises :class:`Unfit`."""
    from pptx import Presentation

    checked, removed = _checked(content, allowed or limits())
    try:
        presentation = Presentation(io.BytesIO(checked))
        _emptied(presentation)
        return _look(presentation, removed)
    except Unfit:
        raise
    except Exception as broken:
        # A file that PowerPoint may open but python-pptx does not understand, or one damaged inside: neither can be used.
        raise Unfit("broken") from broken


def _checked(content: bytes, allowed: guard.Limits) -> tuple[bytes, int]:
    """The look as a presentation of its own that is harmless to open, and how many things led outside or would have run."""
    size = len(content)
    if allowed.size is not None and size > allowed.size:
        raise Unfit("too_big", size=f"{size / guard.MIB:.1f}", limit=f"{allowed.size / guard.MIB:.0f}")
    if size == 0:
        raise Unfit("empty")
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise Unfit("encrypted" if "EncryptedPackage".encode("utf-16-le") in content else "old_ppt")
    if not content.startswith(b"PK"):
        raise Unfit("wrong_kind")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = guard.check_archive(archive, allowed)
            if len(archive.infolist()) > MOST_PARTS or len(names) != len(archive.infolist()):
                raise Unfit("broken")
            if "[Content_Types].xml" not in names or not any(name.startswith("ppt/") for name in names):
                raise Unfit("wrong_kind")
            types = archive.read("[Content_Types].xml")
            if b"macroEnabled" in types or any("vbaproject" in name.lower() for name in names):
                raise Unfit("macros")
            return _look_alone(archive, types)
    except guard.Refused as refused:
        raise Unfit(refused.code, **refused.values) from None
    except Unfit:
        raise
    except Exception as broken:
        raise Unfit("broken") from broken      # zipfile and zlib have many names for a damaged archive


def _kinds(types: bytes) -> Callable[[str], str]:
    """What each part of a file is declared to be, by its name."""
    found = list(_small(types))
    ends = {one.get("Extension", "").lower(): one.get("ContentType", "") for one in found if one.get("Extension") is not None}
    own = {one.get("PartName", "").lower(): one.get("ContentType", "") for one in found if one.get("PartName") is not None}
    return lambda name: own.get(name.lower(), ends.get(name.rpartition(".")[2].lower(), ""))


def _small(raw: bytes) -> Any:
    """The XML of a list of parts, read only when it is as small as such lists are and declares nothing."""
    from lxml import etree

    if len(raw) > MOST_LISTINGS or raw.count(b"<") > MOST_LISTED:
        raise Unfit("too_rich")
    if _declares(raw):
        raise Unfit("xml_entities")
    return etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _declares(raw: bytes) -> bool:
    return any(mark.encode(coding) in raw for mark in ("<!DOCTYPE", "<!ENTITY") for coding in ("ascii", "utf-16-le", "utf-16-be"))


# --- what is left behind ------------------------------------------------------------------------------------------------------

def _look_alone(archive: zipfile.ZipFile, types: bytes) -> tuple[bytes, int]:
    """An archive of the main part and what of the look can be reached from it; slides, notes and all else are not even read.

    Its main part is declared as a presentation: a .potx or .ppsx differs from a .pptx in nothing else.
    """
    declared, names = _kinds(types), set(archive.namelist())
    for kind in _ALIKE:
        types = types.replace(f"application/vnd.openxmlformats-officedocument.{kind}".encode(), _MAIN.encode())
    main = next(target for _, kind, target in _relations(archive, "") if kind == "officeDocument")
    packed, seen, waiting, removed, tags = io.BytesIO(), set[str](), [main], 0, 0
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as plain:
        plain.writestr("[Content_Types].xml", types)
        plain.writestr("_rels/.rels", _as_relations([("rId1", "officeDocument", f"/{main}")]))
        while waiting:
            part = waiting.pop()
            if part in seen:
                continue
            seen.add(part)
            inside = archive.read(part)      # to the end: that checks its sum
            if declared(f"/{part}").partition(";")[0].strip().endswith(("+xml", "/xml")):      # whatever it is called
                tags += inside.count(b"<")
                if _declares(inside):
                    raise Unfit("xml_entities")
                if b"purl.oclc.org/ooxml" in inside:
                    raise Unfit("strict")
            if tags > MOST_TAGS:
                raise Unfit("too_rich")
            kept = []
            for name, kind, target in _relations(archive, part):
                fits = kind in (("slideMaster", "theme", "tableStyles") if part == main else _KEPT) and target in names
                if fits and (kind != "image" or _PICTURES.match(declared(f"/{target}"))):
                    kept.append((name, kind, f"/{target}"))
                    waiting.append(target)
                    continue
                removed += not target or kind in _RUNS
                if "theme" in declared(f"/{part}"):      # its XML is not taken apart
                    raise Unfit("outside", where=posixpath.basename(part))
            plain.writestr(part, inside)
            plain.writestr(_relations_of(part), _as_relations(kept))
    return packed.getvalue(), removed


def _relations_of(part: str) -> str:
    return posixpath.join(posixpath.dirname(part), "_rels", f"{posixpath.basename(part)}.rels")


def _relations(archive: zipfile.ZipFile, part: str) -> list[tuple[str, str, str]]:
    """Name, kind and target of what a part refers to; '' as the target for what is outside the file."""
    name = _relations_of(part)
    if name not in archive.namelist():
        return []
    found = []
    for one in _small(archive.read(name)):
        target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), one.get("Target", "")))[1:]
        found.append((one.get("Id", ""), one.get("Type", "").rpartition("/")[2], "" if one.get("TargetMode") == "External" else target))
    return found


def _as_relations(kept: list[tuple[str, str, str]]) -> str:
    rows = "".join(f'<Relationship Id={quoteattr(name)} Type="{_R[1:-1]}/{kind}" Target={quoteattr(target)}/>' for name, kind, target in kept)
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def _emptied(presentation: Any) -> None:
    """Takes out of the parts of a look what refers to nothing any more, runs, or says who made it."""
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI

    part = presentation.part
    kept = {"sldMasterIdLst", "sldSz", "notesSz", "defaultTextStyle"}
    for child in list(part._element):
        if child.tag.removeprefix(_P) not in kept:
            part._element.remove(child)
    for master in presentation.slide_masters:
        for one in (master, *master.slide_layouts):
            _stripped(one.part)
        for rel in master.part.rels.values():
            if rel.reltype.endswith("/theme"):
                _unnamed(rel.target_part)
    # PowerPoint wants these two; they come new, without what the template's author was looking at and where it was printed.
    for name, tag in (("presProps", "presentationPr"), ("viewProps", "viewPr")):
        fresh = Part(PackURI(f"/ppt/{name}.xml"), f"application/vnd.openxmlformats-officedocument.presentationml.{name}+xml", part.package,
                     f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><p:{tag} xmlns:p="{_P[1:-1]}"/>'.encode())
        part.relate_to(fresh, f"{_R[1:-1]}/{name}")


def _unnamed(theme: Any) -> None:
    """Takes the names out of a theme: of itself, and of its colours, fonts and effects."""
    from lxml import etree

    root = etree.fromstring(theme.blob, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    for element in root.iter(f"{_A}theme", f"{_A}clrScheme", f"{_A}fontScheme", f"{_A}fmtScheme", f"{_A}custClr"):
        element.set("name", "Theme")
    theme._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _stripped(part: Any) -> None:
    root = part._element
    for element in [found for found in root.iter() if found.tag in _GONE]:
        either = next((one for one in element.iterancestors() if one.tag.endswith("}AlternateContent")), None)
        gone = element if either is None or either.getparent() is None else either
        if gone.getparent() is not None:
            gone.getparent().remove(gone)
    for element in root.iter(f"{_P}cSld"):
        element.set("name", "")
    for number, element in enumerate(root.iter(f"{_P}cNvPr"), start=1):
        # PowerPoint writes the path of an inserted picture here, and with it who inserted it.
        element.attrib.pop("descr", None)
        element.attrib.pop("title", None)
        element.set("name", f"{'Picture' if element.getparent().tag == f'{_P}nvPicPr' else 'Shape'} {number}")
    for element in [found for found in root.iter() if isinstance(found.tag, str)]:
        lost = any(name.startswith(_R) and value not in part.rels for name, value in element.attrib.items())
        if lost or element.tag in (f"{_A}hlinkClick", f"{_A}hlinkHover", f"{_A}hlinkMouseOver"):
            _take_out(element)      # an action without an address can run a program too


def _take_out(element: Any) -> None:
    """Removes a reference: a link from its words, a picture from its background, else the whole shape that it fills."""
    holder = element
    if not element.tag.rpartition("}")[2].startswith("hlink"):
        up = [element, *element.iterancestors()]
        holder = next((one for one in up if one.tag.rpartition("}")[2] in ("ext", "bg", "AlternateContent") or one.tag in _SHAPES), element)
    if holder.getparent() is not None:
        holder.getparent().remove(holder)


# --- which layout ---------------------------------------------------------------------------------------------------------------

def _look(presentation: Any, removed: int) -> Look:
    """The layout with the best place for a picture under a title."""
    wide, high = (presentation.slide_width or 0) / PT, (presentation.slide_height or 0) / PT
    if wide < 200 or high < 150:
        raise Unfit("layout")
    best: tuple[float, Look] | None = None
    for master in presentation.slide_masters:
        for layout in master.slide_layouts:
            found = _found(presentation, layout, wide, high, removed)
            if found is not None and (best is None or found[0] > best[0]):
                best = found
    if best is None:
        raise Unfit("layout")
    return best[1]


def _found(presentation: Any, layout: Any, wide: float, high: float, removed: int) -> tuple[float, Look] | None:
    """How well a layout is suited, and what would be made of it; None when it has no title or no room under it."""
    boxes = [(shape, int(shape.placeholder_format.type or 0), _box(shape)) for shape in layout.placeholders]
    titles = [box for _, kind, box in boxes if kind == TITLE and box]
    if not titles:
        return None
    title = titles[0]
    foot = min([box.y for shape, kind, box in boxes if box and kind in FOOT and box.y > high / 2], default=high * 0.94)
    fits = [(shape, box) for shape, kind, box in boxes if kind in (CHART, CONTENT) and box and box.wide * box.high > 0.3 * wide * high]
    others = len([1 for _, kind, _ in boxes if kind not in (TITLE, *FOOT)])
    if len(fits) == 1:
        shape, box = fits[0]
        body, number = Box(box.x, box.y, box.wide, min(box.high, foot - box.y)), int(shape.placeholder_format.idx)
        score = (20 if int(shape.placeholder_format.type) == CHART else 10) - others
    else:
        under = title.y + title.high + high * 0.01
        body, number = Box(title.x, under, title.wide, foot - under), None
        score = 4.0 - 2 * others
    if body.wide < wide * 0.5 or body.high < high * 0.4 or title.wide < wide * 0.4 or body.x < -1 or body.x + body.wide > wide * 1.01:
        return None
    return score, Look(presentation, layout, title, body, number, _fonts(layout), wide / 960.0, removed)


def _box(shape: Any) -> Box | None:
    sides = (shape.left, shape.top, shape.width, shape.height)
    return None if None in sides else Box(*(side / PT for side in sides))


def _fonts(layout: Any) -> tuple[str, str]:
    """The fonts of the template's theme for Latin and East Asian signs; the latter its own, else the one it names for simplified Chinese."""
    from lxml import etree

    theme = next((rel.target_part for rel in layout.slide_master.part.rels.values() if rel.reltype.endswith("/theme")), None)
    fonts = None if theme is None else etree.fromstring(theme.blob).find(f".//{_A}minorFont")
    if fonts is None:
        return "", ""
    latin, own = ((found.get("typeface", "") if (found := fonts.find(f"{_A}{kind}")) is not None else "") for kind in ("latin", "ea"))
    script = next((font.get("typeface", "") for font in fonts.findall(f"{_A}font") if font.get("script") == "Hans"), "")
    return latin, own or script
