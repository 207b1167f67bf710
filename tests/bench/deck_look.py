"""Looks at decks as LibreOffice shows them: PDF and one PNG a slide, and a list of what is wrong with them.

    apt-get install -y --no-install-recommends libreoffice-impress poppler-utils fonts-noto-cjk fonts-liberation
    python -m tests.bench.deck_look OUT [--wide] [--data DIR | DECK.pptx …]

With ``--data``: the default story of that folder, zh and en, in the house's look and in python-pptx's own template.  Without: the scenes
of the tests.  Told are: words outside the slide or below their box, words that lie over other words, signs that are missing, and how many
charts there are, and titles of more than two lines.  Exit code 1 when anything is.  Segoe UI and Microsoft YaHei are stood in for by fonts of
about their width, with ``--wide`` Segoe UI by DejaVu Sans, which is wider by a seventh.
"""

from __future__ import annotations

import argparse
import html
import io
import os
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

from pptx import Presentation

from lib.access.desk import Desk
from lib.access.roles import Viewer
from lib.story import tell
from lib.story.deck import deck
from lib.warehouse.store import Store
from lib.words import speak
from tests import story_scenes

FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<alias binding="same"><family>Segoe UI</family><prefer><family>@latin@</family></prefer></alias>
<alias binding="same"><family>Calibri</family><prefer><family>@latin@</family></prefer></alias>
<alias binding="same"><family>Microsoft YaHei</family><prefer><family>Noto Sans CJK SC</family></prefer></alias></fontconfig>"""
Word = tuple[float, float, float, float, str]


def converted(file: Path, out: Path, latin: str = "Liberation Sans") -> Path:
    """The deck as PDF, and one PNG a slide beside it."""
    fonts = out / "fonts.conf"
    fonts.write_text(FONTS.replace("@latin@", latin), "utf-8")
    subprocess.run(["soffice", f"-env:UserInstallation=file://{out.resolve()}/profile", "--headless", "--convert-to", "pdf", "--outdir", str(out), str(file)],
                   check=True, capture_output=True, timeout=300, env={**os.environ, "FONTCONFIG_FILE": str(fonts)})
    pdf = out / f"{file.stem}.pdf"
    subprocess.run(["pdftoppm", "-r", "80", "-png", str(pdf), str(out / file.stem)], check=True, timeout=300)
    return pdf


def words_of(pdf: Path) -> list[tuple[float, float, list[Word]]]:
    """Per page: its size in points and its words with their boxes, from poppler."""
    told = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True, text=True, timeout=60).stdout
    pages = []
    for page in re.findall(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', told, re.S):
        found = re.findall(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>', page[2])
        pages.append((float(page[0]), float(page[1]), [(*map(float, word[:4]), word[4]) for word in found]))
    return pages  # type: ignore[return-value]


def inside(one: Word, other: Word) -> float:
    """How much of the smaller of two words lies under the other, 0–1.  A line box is higher than what is seen: a fifth is taken off it."""
    tight = [(word[0], word[1] + (word[3] - word[1]) * 0.2, word[2], word[3] - (word[3] - word[1]) * 0.2) for word in (one, other)]
    wide = min(tight[0][2], tight[1][2]) - max(tight[0][0], tight[1][0])
    high = min(tight[0][3], tight[1][3]) - max(tight[0][1], tight[1][1])
    least = min((box[2] - box[0]) * (box[3] - box[1]) for box in tight)
    return wide * high / least if wide > 0 and high > 0 and least > 0 else 0.0


def faults(content: bytes, pages: list[tuple[float, float, list[Word]]]) -> list[str]:
    """What is wrong with a deck as it was shown."""
    deck_: Any = Presentation(io.BytesIO(content))
    found = [] if len(pages) == len(deck_.slides) else [f"{len(deck_.slides)} slides, {len(pages)} pages"]
    for number, (slide, (wide, high, words)) in enumerate(zip(deck_.slides, pages, strict=False), 1):
        scale = wide / (deck_.slide_width / 12700)
        found += [f"slide {number}: {word[4]!r} outside the slide" for word in words if word[0] < -1 or word[1] < -1 or word[2] > wide + 1 or word[3] > high + 1]
        found += [f"slide {number}: {one[4]!r} over {other[4]!r}" for one, other in combinations(words, 2) if inside(one, other) > 0.12]
        shown = "".join(word[4] for word in words)
        title = slide.shapes.title
        size = next((run.font.size.pt * scale for one in title.text_frame.paragraphs for run in one.runs), 0.0) if title is not None else 0.0
        if size:
            begin, end = title.top / 12700 * scale - size, (title.top + title.height) / 12700 * scale + size
            rows = sorted(word[3] for word in words if begin <= word[1] and word[3] <= end and word[3] - word[1] > size * 0.95)
            lines = 1 + sum(after - row > size * 0.6 for row, after in zip(rows, rows[1:], strict=False))
            found += [f"slide {number}: title in {lines} lines"] if lines > 2 else []
        for shape in (shape for shape in slide.shapes if shape.has_text_frame):
            box = [side / 12700 * scale for side in (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height)]
            under = [word for word in words if box[0] - 1 < word[0] < box[2] and box[1] - 2 < word[1] < box[3] and word[3] > box[3] + 4 and word[4] in shape.text_frame.text]
            found += [f"slide {number}: {word[4]!r} below its box ({shape.name})" for word in under]
            bare = re.sub(r"[\s\u2060]", "", shape.text_frame.text)     # a word joiner is no sign
            missing = sorted(set(bare) - set(html.unescape(shown)))
            found += [f"slide {number}: signs are missing: {''.join(missing)}"] if missing else []
    return found


def decks(data: Path | None) -> dict[str, bytes]:
    """Decks to look at, by name."""
    plain = io.BytesIO()
    Presentation().save(plain)
    made = {}
    for language in ("zh", "en"):
        speak(language)
        story = story_scenes.story(language) if data is None else tell.story(Desk(Store(data), Viewer("presenter")))
        made |= {f"house-{language}": deck(story), f"template-{language}": deck(story, plain.getvalue())}
    return made


def main() -> int:
    """Make, convert, look."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("out", type=Path)
    options.add_argument("files", type=Path, nargs="*")
    options.add_argument("--data", type=Path)
    options.add_argument("--wide", action="store_true")
    chosen = options.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    bad = 0
    for name, content in ({file.stem: file.read_bytes() for file in chosen.files} or decks(chosen.data)).items():
        file = chosen.out / f"{name}.pptx"
        file.write_bytes(content)
        wrong = faults(content, words_of(converted(file, chosen.out, "DejaVu Sans" if chosen.wide else "Liberation Sans")))
        charts = sum(shape.has_chart for slide in Presentation(io.BytesIO(content)).slides for shape in slide.shapes)
        print(f"{name}: {charts} charts, {len(wrong)} faults", *wrong, sep="\n  ")
        bad += len(wrong)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
