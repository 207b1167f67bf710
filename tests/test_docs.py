"""Documents: what the README says is what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from cogapp import Cog
from typer.main import get_command

from lib.__main__ import app
from lib.settings import SETTINGS
from lib.tags import TAGS, readme_table

HOME = Path(__file__).parents[1]
README = (HOME / "README.md").read_text("utf-8")


def test_the_generated_tables_of_the_readme_are_up_to_date() -> None:
    assert Cog().main(["cog", "--check", str(HOME / "README.md")]) == 0


def test_a_changed_limit_changes_the_table_of_the_readme() -> None:
    assert readme_table("en") in README and all(tag.label.in_("en") in README for tag in TAGS)


def test_every_picture_of_the_readme_exists() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)
    assert len(pictures) == 2 and all((HOME / picture).is_file() for picture in pictures)


def test_every_command_the_readme_names_exists() -> None:
    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    assert set(re.findall(r"python -m lib (\w+)", README)) <= known


def test_every_target_the_readme_names_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^(\w+):", (HOME / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make (\w+)`|^make (\w+)", README, re.MULTILINE)) and {a or b for a, b in re.findall(r"`make (\w+)`|^make (\w+)", README, re.MULTILINE)} <= targets


def test_the_rooms_of_the_map_exist() -> None:
    rooms = re.findall(r"^  ((?:[\w.]+/? )+)", README.split("## The map of the code")[1], re.MULTILINE)
    named = [room for line in rooms for room in line.split()]
    assert named and all((HOME / "lib" / room).exists() for room in named)


def test_no_lock_names_a_registry() -> None:
    for lock in ("requirements.txt", "requirements-dev.txt"):
        text = (HOME / lock).read_text("utf-8")
        assert "--hash=sha256:" in text and "http" not in text and "index" not in text.replace("index-", "") + ""


def test_every_general_setting_is_used_by_the_code() -> None:
    code = "".join(file.read_text("utf-8") for file in HOME.glob("lib/**/*.py") if file.name != "settings.py")
    assert [row.name for row in SETTINGS if row.name not in code and not row.name.startswith("performance.metric.")] == []
