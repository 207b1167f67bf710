"""Deck house: the look of a deck that no company template was given for: one theme, one master, one layout a kind of slide.

python-pptx's own template is taken as the bare file (16:9 from here on) and every word, colour, font and place in it is set anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lib.story.deck_text import EAST_ASIAN, LATIN, scheme

WIDE, HIGH = 960.0, 540.0
"""Points of a slide, 13.333 × 7.5 inches; all measures of this file are in these."""
EDGE = 48.0
PT = 12_700     # English metric units of a point
COLOURS = {"dk1": "1F2430", "lt1": "FFFFFF", "dk2": "5B6270", "lt2": "FAF8F5", "accent1": "0B6E69", "accent2": "B23A1E", "accent3": "8A5A00",
           "accent4": "2F6B3A", "accent5": "2B5FA8", "accent6": "5B6270", "hlink": "0B6E69", "folHlink": "5B6270"}
_NS = ('xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
       'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
       'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"')
_GROUP = ('<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/>'
          '<a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>')


@dataclass(frozen=True)
class Box:
    """A place on a slide, in points."""

    x: float
    y: float
    wide: float
    high: float

    @property
    def emu(self) -> tuple[int, int, int, int]:
        """The same in the units of the file."""
        return tuple(round(side * PT) for side in (self.x, self.y, self.wide, self.high))  # type: ignore[return-value]


# Where things stand, by what a slide has besides its picture.  The placeholders of all layouts have the same numbers (idx).
TITLE, CAPTION, FOOTNOTE = Box(EDGE, 26, 864, 98), Box(EDGE, 128, 864, 46), Box(EDGE, 442, 864, 58)
FOOT, NUMBER = Box(EDGE, 506, 780, 24), Box(852, 506, 60, 24)
IDX = {"chart": 10, "caption": 11, "footnote": 12, "more": 13, "foot": 14, "number": 15}
TOP, BOTTOM = 130.0, 436.0


def _body(caption: bool, more: bool) -> dict[str, Box]:
    top = TOP + (48 if caption else 0)
    wide = 614.0 if more else 864.0
    boxes = {"title": TITLE, "chart": Box(EDGE, top, wide, BOTTOM - top), "footnote": FOOTNOTE}
    return boxes | ({"caption": CAPTION} if caption else {}) | ({"more": Box(686, top + 8, 226, BOTTOM - top - 8)} if more else {})


LAYOUTS: dict[str, tuple[str, dict[str, Box]]] = {
    "picture": ("图 Picture", _body(False, False)),
    "picture caption": ("图与说明 Picture, caption", _body(True, False)),
    "picture more": ("图与旁注 Picture, side notes", _body(False, True)),
    "picture caption more": ("图、说明与旁注 Picture, caption, side notes", _body(True, True)),
    "words": ("文字 Words", {"title": TITLE, "caption": CAPTION, "more": Box(EDGE, 186, 864, 250), "footnote": FOOTNOTE}),
}
STYLES: dict[str, tuple[str, float, str, str]] = {  # kind of placeholder, size, colour, anchor
    "title": ("title", 36, "tx1", "t"), "chart": ("chart", 18, "tx2", "ctr"), "caption": ("body", 20, "tx2", "t"),
    "footnote": ("body", 14, "tx2", "b"), "more": ("body", 20, "tx1", "t"), "foot": ("ftr", 11, "tx2", "ctr"), "number": ("sldNum", 12, "tx2", "ctr"),
}
_PROMPTS = {"title": "标题 Title", "chart": "图 Chart", "caption": "说明 Caption", "footnote": "脚注 Footnote", "more": "旁注 Side notes"}


def presentation() -> Any:
    """A new deck in the house's look, without a slide."""
    from pptx import Presentation
    from pptx.oxml import parse_xml

    found = Presentation()
    found.slide_width, found.slide_height = round(WIDE * PT), round(HIGH * PT)
    master = found.slide_master
    for layout in list(master.slide_layouts)[len(LAYOUTS):]:
        master.slide_layouts.remove(layout)
    kept = master.element.find(".//{*}sldLayoutIdLst")
    _swap(master.element, parse_xml(_master()), kept)
    for layout, (name, boxes) in zip(master.slide_layouts, LAYOUTS.values(), strict=True):
        _swap(layout.element, parse_xml(_layout(name, boxes)))
        layout.element.attrib.pop("type", None)
    theme = next(rel.target_part for rel in master.part.rels.values() if rel.reltype.endswith("/theme"))
    theme._blob = _theme(theme.blob)
    return found


def _swap(old: Any, new: Any, kept: Any = None) -> None:
    """Puts new content into an element that python-pptx holds already; ``kept`` stays, behind the colour map."""
    for child in list(old):
        old.remove(child)
    old.extend(list(new))
    if kept is not None:
        old.find("{*}clrMap").addnext(kept)


def _text(size: float, colour: str, bold: bool = False, level: int = 1, fonts: str = "mn") -> str:
    """How words of one level are set.  No bullets: what stands on a slide is sentences."""
    return (f'<a:lvl{level}pPr marL="0" indent="0" algn="l"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:spcBef><a:spcPts val="0"/></a:spcBef><a:buNone/>'
            f'<a:defRPr sz="{round(size * 100)}" b="{int(bold)}"><a:solidFill>{scheme(colour)}</a:solidFill>'
            f'<a:latin typeface="+{fonts}-lt"/><a:ea typeface="+{fonts}-ea"/></a:defRPr></a:lvl{level}pPr>')


def _placeholder(place: int, role: str, box: Box, own: bool = True) -> str:
    """A placeholder of a layout (or of the master: ``own`` False, where the title and the body have no number)."""
    kind, size, colour, anchor = STYLES[role]
    x, y, wide, high = box.emu
    quarter = ' sz="quarter"' if own and kind not in ("title", "chart") else ""
    number = "" if kind == "title" else f' idx="{IDX[role] if own else {"ftr": 3, "sldNum": 4}.get(kind, 1)}"'
    right = role == "number"
    words = ('<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="en-US"/><a:t>‹#›</a:t></a:fld>' if right
             else f'<a:r><a:rPr lang="zh-CN"/><a:t>{_PROMPTS[role]}</a:t></a:r>' if role in _PROMPTS else "")
    style = _text(size, colour, role == "title", fonts="mj" if role == "title" else "mn").replace('algn="l"', 'algn="r"' if right else 'algn="l"')
    fit = "<a:normAutofit/>" if kind in ("title", "body") else ""
    return (f'<p:sp><p:nvSpPr><p:cNvPr id="{place}" name="{role.title()}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
            f'<p:nvPr><p:ph type="{kind}"{quarter}{number}/></p:nvPr></p:nvSpPr>'
            f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
            f'<p:txBody><a:bodyPr vert="horz" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" rtlCol="0" anchor="{anchor}">{fit}</a:bodyPr>'
            f'<a:lstStyle>{style}</a:lstStyle><a:p>{words}</a:p></p:txBody></p:sp>')


def _master() -> str:
    shapes = "".join(_placeholder(place, role, box, own=False) for place, (role, box) in enumerate(
        (("title", TITLE), ("caption", Box(EDGE, TOP, 864, BOTTOM - TOP)), ("foot", FOOT), ("number", NUMBER)), start=2))
    levels = "".join(_text(size, "tx1", level=level) for level, size in enumerate((20, 18, 16, 14, 14, 14, 14, 14, 14), start=1))
    return (f'<p:sldMaster {_NS}><p:cSld><p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg2"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'
            f'<p:spTree>{_GROUP}{shapes}</p:spTree></p:cSld>'
            '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" '
            'accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'
            f'<p:txStyles><p:titleStyle>{_text(36, "tx1", True, fonts="mj")}</p:titleStyle><p:bodyStyle>{levels}</p:bodyStyle>'
            f'<p:otherStyle>{levels}</p:otherStyle></p:txStyles></p:sldMaster>')


def _layout(name: str, boxes: dict[str, Box]) -> str:
    shapes = "".join(_placeholder(place, role, box) for place, (role, box) in enumerate({**boxes, "foot": FOOT, "number": NUMBER}.items(), start=2))
    return (f'<p:sldLayout {_NS} preserve="1" userDrawn="1"><p:cSld name="{name}"><p:spTree>{_GROUP}{shapes}</p:spTree></p:cSld>'
            '<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>')


def _theme(blob: bytes) -> bytes:
    """The theme with the house's colours and fonts; its effects stay as they are."""
    from lxml import etree

    root = etree.fromstring(blob)
    space = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main"}
    root.set("name", "Kanjian")
    colours = root.find(".//a:clrScheme", space)
    colours.set("name", "Kanjian")
    for name, value in COLOURS.items():
        slot = colours.find(f"a:{name}", space)
        for child in list(slot):
            slot.remove(child)
        etree.SubElement(slot, f"{{{space['a']}}}srgbClr", val=value)
    root.find(".//a:fontScheme", space).set("name", "Kanjian")
    for fonts in (root.find(".//a:majorFont", space), root.find(".//a:minorFont", space)):
        fonts.find("a:latin", space).set("typeface", LATIN)
        fonts.find("a:ea", space).set("typeface", EAST_ASIAN)
        for font in fonts.findall("a:font", space):
            if font.get("script") in ("Hans", "Hant", "Jpan"):
                font.set("typeface", EAST_ASIAN)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
