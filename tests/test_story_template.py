"""A company's template: its look is taken; its examples, links and names stay behind; what cannot be used is refused with a remedy."""

from __future__ import annotations

import io
import re
import struct
import time
import zipfile
from typing import Any

import pytest
from lxml import etree
from pptx import Presentation
from pptx.util import Inches

from lib.intake import guard
from lib.story import deck_template, sheets
from lib.story.deck import deck, examine, words_of
from lib.story.deck_template import Unfit
from tests.story_scenes import BARS, parts, plain, story

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def template(change: Any = None, slides: int = 2) -> bytes:
    """A company's template with example slides that name somebody."""
    found = Presentation()
    found.core_properties.author = found.core_properties.last_modified_by = "王小明"
    for _ in range(slides):
        slide = found.slides.add_slide(found.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = "王小明的示例", "内部资料"
        slide.notes_slide.notes_text_frame.text = "王小明的备注"
        slide.shapes.add_picture(io.BytesIO(picture_file()), 0, 0)
    if change:
        change(found)
    packed = io.BytesIO()
    found.save(packed)
    return packed.getvalue()


def picture_file(colour: tuple[int, int, int] = (200, 30, 30)) -> bytes:
    from PIL import Image

    packed = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(packed, "PNG")
    return packed.getvalue()


def rewritten(content: bytes, change: dict[str, Any]) -> bytes:
    """The file with some parts changed by a function of their bytes, or added."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in dict.fromkeys([*archive.namelist(), *change]):
            old = archive.read(name) if name in archive.namelist() else b""
            changed.writestr(name, change[name](old) if name in change else old)
    return packed.getvalue()


def test_a_template_gives_its_look_and_keeps_its_examples_to_itself() -> None:
    made = deck(story(), template())
    found = parts(made)
    assert not any("王小明".encode() in content or "内部资料".encode() in content for content in found.values())
    assert not any(name.startswith("ppt/media/") for name in found) and len([name for name in found if re.match(r"ppt/slides/slide\d+\.xml", name)]) == 7
    slides = Presentation(io.BytesIO(made)).slides
    assert {len(slide.slide_layout.placeholders) for slide in slides} == {5}      # of "Title and Content"
    assert [plain(slide.shapes.title.text) for slide in slides] == [one.title for one in story().scenes]
    assert tuple(next(shape.chart for shape in slides[0].shapes if shape.has_chart).plots[0].series[0].values) == BARS.series[0].values


def test_a_template_s_fonts_colours_and_size_are_used() -> None:
    def change(found: Any) -> None:
        part = next(rel.target_part for rel in found.slide_master.part.rels.values() if rel.reltype.endswith("/theme"))
        part._blob = part.blob.replace(b'<a:ea typeface=""/>', '<a:ea typeface="思源黑体"/>'.encode()).replace(b"4F81BD", b"123456")
    made = deck(story(), template(change))
    found = parts(made)
    assert "思源黑体".encode() in found["ppt/slides/slide1.xml"] and "思源黑体".encode() in found["ppt/charts/chart1.xml"]
    theme = next(rel.target_part for rel in Presentation(io.BytesIO(made)).slide_master.part.rels.values() if rel.reltype.endswith("/theme"))
    assert b"123456" in theme.blob and Presentation(io.BytesIO(made)).slide_width == Inches(10)


def test_what_is_on_a_slide_of_a_template_stays_inside_it_and_apart() -> None:
    found = Presentation(io.BytesIO(deck(story(), template())))
    for slide in found.slides:
        boxes = [(shape.left, shape.top, shape.left + shape.width, shape.top + shape.height) for shape in slide.shapes if "sldNum" not in str(shape.name)]
        assert all(left >= 0 and top >= 0 and right <= found.slide_width and bottom <= found.slide_height for left, top, right, bottom in boxes)
        for place, one in enumerate(boxes):
            for other in boxes[place + 1:]:
                assert min(one[2], other[2]) - max(one[0], other[0]) <= 12_700 or min(one[3], other[3]) - max(one[1], other[1]) <= 12_700


def test_links_of_a_template_are_left_behind_and_counted() -> None:
    def change(found: Any) -> None:
        layout = found.slide_layouts[1]
        paragraph = layout.placeholders[0].text_frame.paragraphs[0]
        paragraph.text = ""
        run = paragraph.add_run()
        run.text = "see"
        rel = layout.part.relate_to("https://outside.example/x", "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink", is_external=True)
        link = etree.SubElement(run._r.get_or_add_rPr(), f"{A}hlinkClick")
        link.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", rel)
        image = found.slide_master.part.relate_to("file:///C:/secret/logo.png", "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image", is_external=True)
        tree = found.slide_master.shapes._spTree
        tree.append(etree.fromstring(
            '<p:pic xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><p:nvPicPr><p:cNvPr id="99" name="logo" descr="C:\\Users\\wangxm\\logo.png"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr>'
            f'<p:blipFill><a:blip r:link="{image}"/></p:blipFill><p:spPr/></p:pic>'))
    content = template(change)
    found = parts(deck(story(), content))
    assert not any(b"outside.example" in part or b"secret/logo" in part or b'TargetMode="External"' in part or b"wangxm" in part for part in found.values())
    assert examine(content) == 2 and "see" in words_of(content)


def test_transitions_and_marks_of_other_programs_are_taken_out_whole() -> None:
    def change(found: Any) -> None:
        layout = found.slide_layouts[1].element
        layout.append(etree.fromstring(
            '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main">'
            '<mc:Choice xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main" Requires="p14"><p:transition spd="slow" p14:dur="2000"/></mc:Choice>'
            '<mc:Fallback><p:transition spd="slow"/></mc:Fallback></mc:AlternateContent>'))
    assert not any(b"transition" in content or b"AlternateContent" in content for name, content in parts(deck(story(), template(change))).items() if "slideLayout" in name)


def test_a_template_s_own_logo_stays() -> None:
    def change(found: Any) -> None:
        part, rel = found.slide_master.part.get_or_add_image_part(io.BytesIO(picture_file((1, 2, 3))))
        found.slide_master.shapes._spTree.append(etree.fromstring(
            '<p:pic xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><p:nvPicPr><p:cNvPr id="99" name="logo" descr="C:\\Users\\wangxm\\logo.png"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr>'
            f'<p:blipFill><a:blip r:embed="{rel}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr/></p:pic>'))
    found = parts(deck(story(), template(change)))
    assert [content for name, content in found.items() if name.startswith("ppt/media/")] == [picture_file((1, 2, 3))]
    assert not any(b"wangxm" in content for content in found.values())


def test_names_of_layouts_shapes_and_themes_stay_behind() -> None:
    def change(found: Any) -> None:
        for one in (found.slide_master, found.slide_layouts[1]):
            one.element.find(".//{*}cSld").set("name", "王小明的版式")
            for shape in one.placeholders:
                shape.element.find(".//{*}cNvPr").set("name", "王小明的框")
        part = next(rel.target_part for rel in found.slide_master.part.rels.values() if rel.reltype.endswith("/theme"))
        part._blob = re.sub(rb'(<a:(?:theme|clrScheme|fontScheme|fmtScheme)\b[^>]*?name=")[^"]*', rb'\g<1>' + "王小明".encode(), part.blob)
    content = template(change)
    assert any("王小明".encode() in inside for name, inside in parts(content).items() if "theme1" in name)
    assert [name for name, inside in parts(deck(story(), content)).items() if "王小明".encode() in inside] == []


def test_a_potx_is_used_like_a_pptx() -> None:
    kind = b"application/vnd.openxmlformats-officedocument.presentationml."
    content = rewritten(template(), {"[Content_Types].xml": lambda old: old.replace(kind + b"presentation.main", kind + b"template.main")})
    assert len(Presentation(io.BytesIO(deck(story(), content))).slides[0].slide_layout.placeholders) == 5


def bomb() -> bytes:
    return rewritten(template(), {"ppt/media/zero.bin": lambda old: bytes(8 * guard.MIB)})


def disguised() -> bytes:
    """A layout under a name that says it is no XML, with an entity in it."""
    content = rewritten(template(), {"[Content_Types].xml": lambda old: old.replace(b"/ppt/slideLayouts/slideLayout1.xml", b"/ppt/slideLayouts/slideLayout1.png"),
                                     "ppt/slideMasters/_rels/slideMaster1.xml.rels": lambda old: old.replace(b"slideLayout1.xml", b"slideLayout1.png")})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        layout = archive.read("ppt/slideLayouts/slideLayout1.xml")
    return rewritten(content, {"ppt/slideLayouts/slideLayout1.png": lambda old: layout.replace(b"<p:sldLayout", b'<!DOCTYPE p [<!ENTITY a "b">]><p:sldLayout', 1)})


def lots_of_tags() -> bytes:
    return rewritten(template(), {"ppt/slideLayouts/slideLayout2.xml": lambda old: old.replace(b"</p:spTree>", b"".join(b"<p:x%d/>" % at for at in range(310_000)) + b"</p:spTree>")})


def listing(inside: str, head: str = "", end: str = "") -> bytes:
    """What a part refers to, blown up: by what is written in it, before it, or behind it."""
    return rewritten(template(), {"ppt/_rels/presentation.xml.rels": lambda old: old.replace(b"<Relationships", head.encode() + b"<Relationships", 1)
                                  .replace(b"</Relationships>", inside.encode() + b"</Relationships>") + end.encode()})


def ole(content: bytes) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + content


def without_titles(found: Any) -> None:
    for layout in found.slide_layouts:
        for shape in list(layout.placeholders):
            if shape.placeholder_format.type in (1, 3, 5):
                shape._element.getparent().remove(shape._element)


def theme_outside(content: bytes) -> bytes:
    link = (b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
            b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="https://outside.example/a.png" TargetMode="External"/></Relationships>')
    return rewritten(content, {"ppt/theme/_rels/theme1.xml.rels": lambda old: link})


BAD = {
    "empty": (lambda: b"", "empty"), "text": (lambda: b"not a deck at all", "wrong_kind"), "word file": (lambda: zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), "wrong_kind"),
    "too big": (lambda: template() + bytes(21 * guard.MIB), "too_big"), "cut short": (lambda: template()[:9000], "broken"), "zip bomb": (bomb, "zip_ratio"),
    "unpacks to too much": (lambda: rewritten(template(), {f"ppt/media/{at}.bin": lambda old: struct.pack("I", 7) * guard.MIB * 3 for at in range(6)}), "unpacked_too_big"),
    "too many relations": (lambda: listing("<Relationship/>" * 21_000), "too_rich"), "padded relations": (lambda: listing("", end="".join(f"<!--{at}-->" for at in range(300_000))), "too_rich"),
    "relations with a doctype": (lambda: listing("", '<!DOCTYPE x [<!ENTITY a "b">]>'), "xml_entities"),
    "types with a doctype": (lambda: rewritten(template(), {"[Content_Types].xml": lambda old: old.replace(b"<Types", b'<!DOCTYPE x [<!ENTITY a "b">]><Types', 1)}), "xml_entities"),
    "types in utf-16 with a doctype": (lambda: rewritten(template(), {"[Content_Types].xml": lambda old: '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><Types/>'.encode("utf-16")}), "xml_entities"),
    "too many types": (lambda: rewritten(template(), {"[Content_Types].xml": lambda old: old.replace(b"</Types>", b"<Default/>" * 21_000 + b"</Types>")}), "too_rich"),
    "too many tags": (lots_of_tags, "too_rich"),
    "entities": (lambda: rewritten(template(), {"ppt/presentation.xml": lambda old: b'<!DOCTYPE x [<!ENTITY a "b">]>' + old}), "xml_entities"), "disguised": (disguised, "xml_entities"),
    "password": (lambda: ole("EncryptedPackage".encode("utf-16-le")), "encrypted"), "old ppt": (lambda: ole(b"PowerPoint Document"), "old_ppt"),
    "macros": (lambda: rewritten(template(), {"ppt/vbaProject.bin": lambda old: b"x"}), "macros"),
    "macro type": (lambda: rewritten(template(), {"[Content_Types].xml": lambda old: old.replace(b"vnd.openxmlformats-officedocument.presentationml.presentation.main", b"vnd.ms-powerpoint.presentation.macroEnabled.main")}), "macros"),
    "strict": (lambda: rewritten(template(), {"ppt/presentation.xml": lambda old: old.replace(b"http://schemas.openxmlformats.org/presentationml/2006/main", b"http://purl.oclc.org/ooxml/presentationml/main")}), "strict"),
    "no titles": (lambda: template(without_titles), "layout"), "damaged inside": (lambda: rewritten(template(), {"ppt/slideMasters/slideMaster1.xml": lambda old: old[:500]}), "broken"),
    "no master": (lambda: rewritten(template(), {"ppt/_rels/presentation.xml.rels": lambda old: b"<Relationships/>"}), "broken"), "linked theme": (lambda: theme_outside(template()), "outside"),
}


def zipped(files: dict[str, bytes]) -> bytes:
    return sheets.bundle(files.items())


@pytest.mark.parametrize("name", BAD)
def test_a_template_that_cannot_be_used_is_refused_with_a_remedy_in_both_languages(name: str) -> None:
    make, code = BAD[name]
    content = make()
    begun = time.process_time()
    with pytest.raises(Unfit) as refused:
        deck(story(), content)
    assert time.process_time() - begun < 2
    assert refused.value.code == code
    for language in ("zh", "en"):
        assert refused.value.sentence(language) and refused.value.remedy(language) and "{" not in refused.value.sentence(language)


def test_a_limit_of_uploads_is_the_one_in_the_settings() -> None:
    with pytest.raises(Unfit, match="limit is 1 MB"):
        examine(template() + bytes(guard.MIB), {"import.max_upload_mb": 1})


def test_a_template_may_not_hide_a_slide_behind_an_action() -> None:
    def change(found: Any) -> None:
        layout = found.slide_layouts[1]
        rel = layout.part.relate_to(found.slides[0].part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/slide")
        shape = layout.placeholders[0]._element
        link = etree.SubElement(shape.find(".//{*}cNvPr"), f"{A}hlinkClick")
        link.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", rel)
        link.set("action", "ppaction://hlinksldjump")
    assert not any("王小明".encode() in content for content in parts(deck(story(), template(change))).values())


@pytest.mark.parametrize("wide, high", [(13.333, 7.5), (10, 7.5), (7.5, 10)])
def test_a_template_of_any_shape_is_used(wide: float, high: float) -> None:
    def change(found: Any) -> None:
        across, down = Inches(wide) / found.slide_width, Inches(high) / found.slide_height
        for shape in [*found.slide_master.placeholders, *(shape for layout in found.slide_layouts for shape in layout.placeholders)]:
            if shape._element.spPr.xfrm is not None:
                shape.left, shape.width, shape.top, shape.height = (round(side * by) for side, by in ((shape.left, across), (shape.width, across), (shape.top, down), (shape.height, down)))
        found.slide_width, found.slide_height = Inches(wide), Inches(high)
    assert len(Presentation(io.BytesIO(deck(story(), template(change)))).slides) == 7


def test_limits_of_a_template_are_those_of_an_upload() -> None:
    assert deck_template.limits({}) == guard.Limits.upload({})
