"""Deck: a story as PPTX, one slide a scene, each with one chart that can be edited in PowerPoint.

In the house's look or in that of a company's template.  Nobody is named as author, nothing refers outside, and the same story makes the
same bytes.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lib import settings
from lib.story import deck_charts, deck_house, deck_template
from lib.story.deck_house import PT, Box
from lib.story.deck_room import banded
from lib.story.deck_text import EAST_ASIAN, LATIN, Voice, attr, clean, fit
from lib.story.scene import Scene, Story
from lib.words import say_in

MADE = datetime(1980, 1, 1)     # no clock in a file: when it was made is no one's business and would make two exports differ
_NS = ('xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
       'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"')
_BODY = '<a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}"><a:normAutofit/></a:bodyPr><a:lstStyle/>'
# Sizes of words in points on a slide of 960: the largest at which they fit is taken.
SIZES = {"title": (36.0, 34.0, 32.0, 30.0, 28.0, 26.0, 24.0, 22.0), "caption": (20.0, 18.0, 16.0), "more": (22.0, 20.0, 18.0), "words": (30.0, 28.0, 26.0, 24.0, 22.0, 20.0), "footnote": (15.0, 14.0, 13.0), "foot": (11.0, 10.0, 9.0)}
COLOUR = {"title": "", "caption": "tx2", "more": "tx1", "footnote": "tx2", "foot": "tx2"}
ANCHOR = {"caption": "t", "more": "t", "footnote": "b", "foot": "ctr"}


def deck(story: Story, template: bytes | None = None, stored: Mapping[str, settings.Value] | None = None) -> bytes:
    """The story as PPTX.  ``template``: the bytes of a company's .pptx or .potx, whose look is taken; ``stored`` are the settings, for the
    limits of an upload.  Raises :class:`lib.story.deck_template.Unfit` for a template that cannot be used."""
    look = None if template is None else deck_template.opened(template, deck_template.limits(stored))
    presentation = deck_house.presentation() if look is None else look.presentation
    latin, east_asian = look.fonts if look else ("", "")
    voice = Voice(story.language, east_asian or EAST_ASIAN, latin or LATIN)
    _notes_master(presentation, voice)
    for place, scene in enumerate(story.scenes, start=1):
        slide = _in_house(presentation, scene) if look is None else _in_company(look, scene)
        _fill(slide, scene, story, voice, place)
        _notes(slide.slide, scene, story, voice)
    _properties(presentation, story)
    return _packed(presentation)


def examine(template: bytes, stored: Mapping[str, settings.Value] | None = None) -> int:
    """Whether a template can be used: how many things in it lead outside or would run, and are left behind.  Raises as :func:`deck`."""
    return deck_template.opened(template, deck_template.limits(stored)).removed


def words_of(template: bytes, stored: Mapping[str, settings.Value] | None = None) -> tuple[str, ...]:
    """What the masters and layouts of a template say: it comes along, so whoever presents under pseudonyms wants no name in there.
    Raises as :func:`deck`."""
    return deck_template.opened(template, deck_template.limits(stored)).words


# --- where things stand -----------------------------------------------------------------------------------------------------------

@dataclass
class _Made:
    """A slide in the making: for each kind of words its box in points and, where the layout has one, its placeholder."""

    slide: Any
    boxes: dict[str, Box]
    placeholders: dict[str, Any]
    scale: float = 1.0
    inset: float = 0.0
    alone: bool = False     # words only, no picture

    def idle(self) -> None:
        """Removes the placeholders that hold nothing: an empty one asks the reader to click."""
        for shape in list(self.slide.placeholders):
            if shape.has_text_frame and not shape.text_frame.text and shape._element.getparent() is not None:
                shape._element.getparent().remove(shape._element)


def _in_house(presentation: Any, scene: Scene) -> _Made:
    key = " ".join(["picture", *(["caption"] if scene.caption else []), *(["more"] if scene.more else [])]) if scene.picture else "words"
    place = list(deck_house.LAYOUTS).index(key)
    slide = presentation.slides.add_slide(presentation.slide_layouts[place])
    by_number = {shape.placeholder_format.idx: shape for shape in slide.placeholders}
    boxes = {**deck_house.LAYOUTS[key][1], "foot": deck_house.FOOT, "number": deck_house.NUMBER}
    return _Made(slide, boxes, {"title": by_number[0], **{role: by_number[number] for role, number in deck_house.IDX.items() if number in by_number}},
                 alone=scene.picture is None)


def _in_company(look: deck_template.Look, scene: Scene) -> _Made:
    slide = look.presentation.slides.add_slide(look.layout)
    s, body = look.scale, look.body
    foot, top = 46 * s, body.y + (44 * s if scene.caption else 0)
    beside = body.wide * 0.27 if scene.more and scene.picture else 0.0
    room = body.y + body.high - foot - top
    boxes = {"title": look.title, "footnote": Box(body.x, body.y + body.high - foot, body.wide, foot), "caption": Box(body.x, body.y, body.wide, 42 * s),
             "chart": Box(body.x, top, body.wide - beside - (20 * s if beside else 0), room - 6 * s),
             "more": Box(body.x + body.wide - beside, top + 8 * s, beside, room - 8 * s) if beside else Box(body.x, top + 12 * s, body.wide, room - 12 * s)}
    by_number = {shape.placeholder_format.idx: shape for shape in slide.placeholders}
    holders = {"title": slide.shapes.title} | ({"chart": by_number[look.content]} if look.content in by_number else {})
    return _Made(slide, boxes, holders, s, 7.2, scene.picture is None)


# --- what stands there --------------------------------------------------------------------------------------------------------------

def _fill(made: _Made, scene: Scene, story: Story, voice: Voice, place: int) -> None:
    """Title, caption, chart, side notes, footnote, last line and number of a slide."""
    whiskers = scene.picture is not None and any(series.low for series in scene.picture.series) and not banded(scene.picture) and "95" not in scene.footnote
    foot = [scene.hidden_note, _joined(voice, scene.footnote, say_in(voice.language, "deck.whiskers") if whiskers else "", scene.left_out)]
    _say(made, "title", [scene.title], voice)
    _say(made, "caption", [scene.caption], voice)
    _say(made, "more", list(scene.more), voice)
    _say(made, "footnote", foot, voice)
    if scene.picture is not None:
        _chart(made, scene, voice)
    _last_line(made, story, voice, place)
    made.idle()


def _joined(voice: Voice, *sentences: str) -> str:
    return ("" if voice.language == "zh" else " ").join(sentence if sentence.rstrip().endswith(("。", ".", "!", "?", "\uff01", "\uff1f")) else f"{sentence}{'。' if voice.language == 'zh' else '.'}"
                                                         for sentence in sentences if sentence)


def _say(made: _Made, role: str, texts: list[str], voice: Voice) -> None:
    """Paragraphs into their placeholder, or into a box of their own where the layout has none."""
    said = [clean(text) for text in texts if text.strip()]
    if not said:
        return
    box, s = made.boxes[role], made.scale
    inset = made.inset if role == "title" else 0.0
    # Without a picture the lines are what is read.
    sizes = tuple(size * s for size in SIZES["words" if role == "more" and made.alone else role])
    size = fit(said, box.wide - 2 * inset, box.high - inset, sizes, bold=role == "title", most=2 if role == "title" else math.inf)
    gap = '<a:pPr><a:spcAft><a:spcPts val="800"/></a:spcAft></a:pPr>' if role == "more" and len(said) > 1 else ""
    shape = made.placeholders.get(role)
    if shape is None:
        shape = made.slide.shapes.add_textbox(*box.emu)
        shape.name = role.title()
        _replace(shape, _BODY.format(anchor=ANCHOR[role]))
    bold = None if role != "footnote" or not made.placeholders.get(role) else False
    _paragraphs(shape._element.txBody, [voice.paragraph(text, size, bold, COLOUR[role], gap) for text in said])


def _replace(shape: Any, body: str) -> None:
    """The frame of a box of words: no inner edge, wrapped."""
    from pptx.oxml import parse_xml

    fresh = parse_xml(f"<p:txBody {_NS}>{body}<a:p/></p:txBody>")
    shape._element.replace(shape._element.txBody, fresh)


def _paragraphs(frame: Any, paragraphs: list[str]) -> None:
    from pptx.oxml import parse_xml

    for old in frame.findall("{*}p"):
        frame.remove(old)
    for paragraph in paragraphs:
        frame.append(parse_xml(paragraph.replace("<a:p>", f"<a:p {_NS}>", 1)))


def _chart(made: _Made, scene: Scene, voice: Voice) -> None:
    """The chart with its workbook, its shapes and its words for those who cannot see it."""
    from pptx.opc.constants import CONTENT_TYPE as CT
    from pptx.opc.constants import RELATIONSHIP_TYPE as RT
    from pptx.opc.package import Part
    from pptx.oxml import parse_xml
    from pptx.parts.chart import ChartPart

    assert scene.picture is not None
    box, package = made.boxes["chart"], made.slide.part.package
    drawn = deck_charts.chart(scene.picture, voice, box.wide, box.high, made.scale, MADE)
    part = ChartPart.load(package.next_partname(ChartPart.partname_template), CT.DML_CHART, package, drawn.xml)
    part.chart_workbook.update_from_xlsx_blob(drawn.workbook)
    rel = made.slide.part.relate_to(part, RT.CHART)
    if drawn.shapes is not None:
        over = Part(package.next_partname("/ppt/drawings/drawing%d.xml"), CT.DML_CHARTSHAPES, package, drawn.shapes)
        space = "http://schemas.openxmlformats.org/drawingml/2006/chart"
        part._element.append(parse_xml(f'<c:userShapes xmlns:c="{space}" {_NS} r:id="{part.relate_to(over, RT.CHART_USER_SHAPES)}"/>'))
    x, y, wide, high = box.emu
    old = made.placeholders.get("chart")
    holder = "" if old is None else "".join(
        f'<p:ph{"".join(f" {name}={attr(value)}" for name, value in ph.attrib.items())}/>' for ph in old._element.iter(f"{{{old._element.nsmap['p']}}}ph"))
    number = max(int(shape.shape_id) for shape in made.slide.shapes) + 1
    frame = parse_xml(
        f'<p:graphicFrame {_NS}><p:nvGraphicFramePr><p:cNvPr id="{number}" name={attr(f"Chart {number}")} descr={attr(say_in(voice.language, "deck.alt", alt=scene.alt))} '
        f'title={attr(scene.title)}/><p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr>{holder}</p:nvPr></p:nvGraphicFramePr>'
        f'<p:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{wide}" cy="{high}"/></p:xfrm><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="{rel}"/></a:graphicData></a:graphic></p:graphicFrame>')
    if old is None:
        made.slide.shapes._spTree.append(frame)
    else:
        old._element.getparent().replace(old._element, frame)


def _last_line(made: _Made, story: Story, voice: Voice, place: int) -> None:
    """Whose figures, of which day and from where; and the slide's number, in the places that the layout keeps for them."""
    from pptx.oxml import parse_xml

    short = say_in(voice.language, "deck.footer", title=story.title, as_of=story.as_of)
    tree = made.slide.shapes._spTree
    for shape in made.slide.slide_layout.placeholders:
        kind = int(shape.placeholder_format.type or 0)
        if kind not in (13, 15) or None in (shape.width, shape.height):
            continue
        line = f"{short} · {story.source}" if story.source else short
        wide, high = shape.width / PT - 2 * made.inset, shape.height / PT - made.inset
        sizes = tuple(size * made.scale for size in SIZES["foot"])
        if fit([line], wide, high, sizes, least=6 * made.scale) < sizes[-1]:
            line = short      # where the figures come from is in the notes too
        size = fit([line], wide, high, sizes, least=6 * made.scale)
        number = max(int(one.shape_id) for one in made.slide.shapes) + 1
        words = (voice.paragraph(line, size) if kind == 15 else
                 f'<a:p><a:fld id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">{voice.properties()}<a:t>{place}</a:t></a:fld></a:p>')
        name, kind_name = ("Footer", "ftr") if kind == 15 else ("Slide number", "sldNum")
        tree.append(parse_xml(
            f'<p:sp {_NS}><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>'
            f'<p:ph type="{kind_name}" sz="quarter" idx="{shape.placeholder_format.idx}"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/>{words}</p:txBody></p:sp>'))


# --- notes, properties, file ------------------------------------------------------------------------------------------------------

def _notes_master(presentation: Any, voice: Voice) -> None:
    """The master of notes pages, entered where PowerPoint looks for it."""
    from pptx.opc.constants import RELATIONSHIP_TYPE as RT
    from pptx.oxml import parse_xml

    part = presentation.part
    rel = part.relate_to(part.notes_master_part, RT.NOTES_MASTER)
    if part._element.find("{*}notesMasterIdLst") is None:
        part._element.find("{*}sldMasterIdLst").addnext(parse_xml(f'<p:notesMasterIdLst {_NS}><p:notesMasterId r:id="{rel}"/></p:notesMasterIdLst>'))


def _notes(slide: Any, scene: Scene, story: Story, voice: Voice) -> None:
    """What the presenter may say, then what the slide says below its picture, and where the figures come from."""
    said = [line for text in (scene.notes, scene.footnote, scene.left_out, scene.hidden_note, story.source) for line in text.split("\n") if line.strip()]
    frame = slide.notes_slide.notes_text_frame
    _paragraphs(frame._txBody, [voice.paragraph(line) for line in said] or [voice.paragraph("")])


def _properties(presentation: Any, story: Story) -> None:
    """Title and language; nobody is named, neither now nor by a template."""
    properties = presentation.core_properties
    for child in list(properties._element):
        properties._element.remove(child)
    properties.title, properties.language = clean(story.title)[:255], "zh-CN" if story.language == "zh" else "en-US"


def _packed(presentation: Any) -> bytes:
    """The file; with a fixed time on every part, and without what python-pptx's own template brings along."""
    package = presentation.part.package
    for rel in list(package._rels.values()):
        if rel.reltype.rpartition("/")[2] not in ("officeDocument", "core-properties"):
            package._rels.pop(rel.rId)
    for rel in list(presentation.part.rels.values()):
        if rel.reltype.rpartition("/")[2] in ("printerSettings",):
            presentation.part.rels.pop(rel.rId)
    first, last = io.BytesIO(), io.BytesIO()
    presentation.save(first)
    with zipfile.ZipFile(first) as archive, zipfile.ZipFile(last, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in archive.infolist():
            packed.writestr(zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0)), archive.read(part), zipfile.ZIP_DEFLATED)
    return last.getvalue()


