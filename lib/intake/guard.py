"""Guard: what a file really is, whether it is safe to open, and which limits it must keep.

Nothing here trusts a name: the kind of a file is told by its bytes, and the name of an upload is only ever shown.  Whatever
stops a whole file is raised as :class:`Refused` with a code that ``words/intake.toml`` explains in both languages.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lib import settings
from lib.words import say_in

MIB = 1024 * 1024
KINDS = ("csv", "xlsx", "parquet", "jsonl")


class Refused(Exception):
    """The whole file is refused.  ``code`` names the sentences ``intake.<code>.expected`` and ``intake.<code>.remedy``;
    ``values`` fills them in (one that differs by language is a function of the language); ``sheet``, ``row`` and ``column`` point to the place where there is one."""

    def __init__(self, code: str, sheet: str | None = None, row: int | None = None, column: str | None = None, **values: object):
        super().__init__(code)
        self.code, self.sheet, self.row, self.column, self.values = code, sheet, row, column, values

    def sentence(self, language: str) -> str:
        """What is wrong, in ``zh`` or ``en``."""
        return say_in(language, f"intake.{self.code}.expected", **self._said(language))

    def remedy(self, language: str) -> str:
        """How to mend it, in ``zh`` or ``en``."""
        return say_in(language, f"intake.{self.code}.remedy", **self._said(language))

    def _said(self, language: str) -> dict[str, object]:
        return {name: value(language) if callable(value) else value for name, value in self.values.items()}

    def __str__(self) -> str:
        return f"{self.sentence('en')}. {self.remedy('en')}."


@dataclass(frozen=True)
class Limits:
    """What one file may cost.  None means no limit.  Sizes in bytes; ``ratio`` is unpacked to packed size of an archive."""

    size: int | None = 20 * MIB
    unpacked: int | None = 64 * MIB
    rows: int | None = 1_000_000
    columns: int = 1_000
    ratio: int = 200
    cell: int = 32_767

    @classmethod
    def upload(cls, stored: Mapping[str, settings.Value]) -> Limits:
        """Limits of a file sent through the app, from the stored settings."""
        return cls(size=int(settings.get("import.max_upload_mb", stored)) * MIB,
                   unpacked=int(settings.get("import.max_unpacked_mb", stored)) * MIB)

    @classmethod
    def own_disk(cls) -> Limits:
        """Limits of a file that the administrator put on the machine: text and Parquet are streamed and have no cap; a
        workbook has to be unpacked and keeps one."""
        return cls(size=None, unpacked=1024 * MIB, rows=None)


@dataclass(frozen=True)
class Source:
    """One file that passed the guard: bytes or a path, its kind and, for text, its encoding.

    ``name`` is for people; it is never used as a path.  ``bad_lines``: numbers of the text lines that are in another encoding.
    """

    name: str
    content: bytes | Path
    kind: str
    size: int
    sha256: str
    encoding: str = ""
    mixed: bool = False

    def open(self) -> BinaryIO:
        """The raw bytes from the start."""
        return io.BytesIO(self.content) if isinstance(self.content, bytes) else self.content.open("rb")


_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"%PDF", "PDF"), (b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"),
    (b"7z\xbc\xaf", "7z"), (b"Rar!", "RAR"), (b"MZ", "EXE"), (b"\x7fELF", "ELF"), (b"SQLite format 3", "SQLite"), (b"RIFF", "RIFF"),
    (b"(\xb5/\xfd", "zstd"), (b"\xfd7zXZ", "xz"), (b"BM", "BMP"),
)


def examine(content: bytes | Path, name: str, limits: Limits) -> Source:
    """What the file is.  Raises :class:`Refused` when it is too big, empty, dangerous, or no table at all."""
    if isinstance(content, Path):
        if not content.is_file():
            raise Refused("not_found")
        size = content.stat().st_size
    else:
        size = len(content)
    if limits.size is not None and size > limits.size:
        raise Refused("too_big", size=f"{size / MIB:.1f}", limit=f"{limits.size / MIB:.0f}")
    if size == 0:
        raise Refused("empty")
    source = Source(name, content, "csv", size, digest(content))
    with source.open() as file:
        head = file.read(4096)
        file.seek(max(0, size - 8))
        tail = file.read()
    if head.startswith(b"PAR1"):
        if not tail.endswith(b"PAR1"):
            raise Refused("broken_parquet")
        return Source(name, content, "parquet", size, source.sha256)
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        check_workbook(source, limits)
        return Source(name, content, "xlsx", size, source.sha256)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        with source.open() as file:
            locked = "EncryptedPackage".encode("utf-16-le") in file.read(64 * MIB)
        raise Refused("encrypted" if locked else "old_xls")
    for sign, kind in _SIGNS:
        if head.startswith(sign) and (sign not in (b"BM", b"MZ") or b"\x00" in head[:64]):
            raise Refused("wrong_kind", kind=kind)
    encoding, mixed = text_encoding(source)
    start = head.decode(encoding, "ignore").lstrip("\ufeff \r\n\t")[:400].lower()
    if start.startswith(("<!doctype", "<html", "<table", "<?xml")):
        raise Refused("web_page")
    if not start and not _has_text(source, encoding):
        raise Refused("empty")
    kind = "jsonl" if start.startswith(("{", "[")) else "csv"
    return Source(name, content, kind, size, source.sha256, encoding, mixed)


def digest(content: bytes | Path) -> str:
    """SHA-256 of the bytes of a file, in hex."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _has_text(source: Source, encoding: str) -> bool:
    with io.TextIOWrapper(source.open(), encoding, errors="ignore") as text:
        return any(line.strip("\ufeff \r\n\t") for line in text)


# --- text -------------------------------------------------------------------------------------------------------------------

def text_encoding(source: Source) -> tuple[str, bool]:
    """The encoding of a text file and whether some of its lines are in another one.

    A byte order mark decides; else UTF-16 without one is told by where its zero bytes stand; else UTF-8 if every line is, else
    GB18030 if every line is.  When most lines outside ASCII are UTF-8 and few are not, the file was glued together from two
    sources: it is read as UTF-8 and the other lines are rejected one by one.
    """
    with source.open() as file:
        head = file.read(65_536)
        if head.startswith(codecs.BOM_UTF8):
            encoding = "utf-8-sig"
        elif head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            encoding = "utf-16"
        else:
            encoding = _utf16_without_mark(head) or "utf-8"
    if encoding.startswith("utf-16"):
        if not _decodes(source, encoding):
            raise Refused("unknown_encoding")
        return encoding, False
    if _decodes(source, encoding):
        return encoding, False
    good = bad = first = 0
    with source.open() as file:
        for number, line in enumerate(file, start=1):
            if not line.isascii():
                try:
                    line.decode("utf-8")
                    good += 1
                except UnicodeDecodeError:
                    bad, first = bad + 1, first or number
    if good > bad or encoding == "utf-8-sig":
        return encoding, True
    if _decodes(source, "gb18030"):
        return "gb18030", False
    if good:
        return encoding, True
    raise Refused("unknown_encoding", row=first)


def _utf16_without_mark(head: bytes) -> str | None:
    even, odd = head[0::2], head[1::2]
    if len(head) < 4 or not head.count(0):
        return None
    if odd.count(0) > 0.3 * len(odd) and even.count(0) < 0.05 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.3 * len(even) and odd.count(0) < 0.05 * len(odd):
        return "utf-16-be"
    return None


def _decodes(source: Source, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with source.open() as file:
        try:
            while block := file.read(MIB):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


# --- workbooks --------------------------------------------------------------------------------------------------------------

def check_workbook(source: Source, limits: Limits) -> None:
    """Refuse an archive that is no workbook, is cut short, would unpack to too much, or smuggles XML entities.

    The declared sizes are checked before anything is unpacked; Python's zipfile never yields more than a part declares.
    Macros and links to other files are never run or followed: only cell values are read.
    """
    try:
        with source.open() as file, zipfile.ZipFile(file) as archive:
            names = check_archive(archive, limits)
            if "xl/workbook.xml" not in names:
                raise Refused("wrong_kind", kind="ODS" if "content.xml" in names else "DOCX" if "word/document.xml" in names
                              else "PPTX" if "ppt/presentation.xml" in names else "ZIP")
            no_entities(archive)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as broken:
        if isinstance(broken, OSError) and not isinstance(broken, zipfile.BadZipFile) and broken.errno is not None:
            raise
        raise Refused("broken_xlsx") from None
    except Exception as broken:
        if isinstance(broken, Refused):
            raise
        raise Refused("broken_xlsx") from None  # zlib.error and friends: the archive is damaged


def check_archive(archive: zipfile.ZipFile, limits: Limits) -> set[str]:
    """The names of an archive's parts; :class:`Refused` when it would unpack to too much or a part is locked with a password."""
    parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    if limits.unpacked is not None and total > limits.unpacked:
        raise Refused("unpacked_too_big", size=f"{total / MIB:.0f}", limit=f"{limits.unpacked / MIB:.0f}")
    for part in parts:
        # A small part may be very regular; only what is big enough to hurt is held to the ratio.
        if part.file_size > 4 * MIB and part.file_size > limits.ratio * max(part.compress_size, 1):
            raise Refused("zip_ratio", limit=limits.ratio)
        if part.flag_bits & 0x1:
            raise Refused("encrypted")
    return {part.filename for part in parts}


def no_entities(archive: zipfile.ZipFile) -> None:
    """:class:`Refused` when an XML part of the archive declares entities: they can grow without end or fetch files."""
    for part in archive.infolist():
        if part.filename.endswith((".xml", ".rels")):
            before = b""
            with archive.open(part) as file:
                while block := file.read(MIB):
                    seen = before + block
                    if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen or b"<\x00!\x00D\x00" in seen or b"\x00<\x00!\x00D" in seen:
                        raise Refused("xml_entities")
                    before = block[-16:]
