"""The house's map holds: arrows run one way, and only the named rooms touch Streamlit, DuckDB and SQLAlchemy."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]
LAYERS = (("settings", "words"), ("warehouse", "ledger"), ("intake",), ("marts", "queries", "demo"),
          ("tags", "risk", "effect", "morale", "leavers", "keyaccounts"), ("care", "messages"), ("access",), ("story",), ("show",), ("pages",))
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}
CONDUCTORS = {"lib/build.py", "lib/__main__.py", "lib/serving.py"}
FILES = sorted(p for p in [*HOME.glob("lib/**/*.py"), *HOME.glob("pages/*.py"), HOME / "app.py"])


@cache
def imports(file: Path) -> set[str]:
    """Dotted names of everything a file imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(name: str) -> str | None:
    parts = name.split(".")
    if parts[0] == "pages":
        return "pages"
    return parts[1] if parts[0] == "lib" and len(parts) > 1 and parts[1] in LEVEL else None


def relative(file: Path) -> str:
    return file.relative_to(HOME).as_posix()


def strangers(named: Callable[[str], bool], allowed: tuple[str, ...]) -> list[str]:
    """The files outside of ``allowed`` that import something so named."""
    return [relative(file) for file in FILES if not relative(file).startswith(allowed) and any(map(named, imports(file)))]


def holding(text: str, allowed: str) -> list[str]:
    """The files outside of ``allowed`` in which a text stands."""
    return [relative(file) for file in FILES if not relative(file).startswith(allowed) and text in file.read_text("utf-8")]


def test_arrows_run_one_way() -> None:
    wrong = []
    for file in FILES:
        own = room(relative(file).removesuffix(".py").replace("/", "."))
        if own is None or relative(file) in CONDUCTORS:
            continue
        wrong += [f"{relative(file)} imports {name}" for name in imports(file)
                  if (other := room(name)) is not None and other != own and LEVEL[other] >= LEVEL[own]]
    assert wrong == []


def test_only_show_pages_and_app_import_streamlit() -> None:
    assert strangers(lambda name: name.split(".")[0] == "streamlit", ("lib/show/", "pages/", "app.py", "lib/serving.py")) == []


def test_only_the_warehouse_opens_duckdb() -> None:
    assert holding("duckdb.connect", "lib/warehouse/") == []


def test_only_the_ledger_opens_sqlalchemy() -> None:
    assert strangers(lambda name: name.split(".")[0] in ("sqlalchemy", "sqlite3"), ("lib/ledger/",)) == []


@pytest.mark.parametrize("file", [f for f in FILES if f.parent.name == "pages"], ids=relative)
def test_a_page_file_only_defines(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    allowed = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    strangers = [node for i, node in enumerate(tree.body)
                 if not isinstance(node, allowed) and not (i == 0 and isinstance(node, ast.Expr))]
    assert not strangers and any(isinstance(node, ast.FunctionDef) and node.name == "page" for node in tree.body)


def test_a_cache_stands_on_the_shelf() -> None:
    assert holding("st.cache_", "lib/show/shelf.py") == []


def test_every_file_says_what_it_is_for() -> None:
    assert [relative(file) for file in FILES if not ast.get_docstring(ast.parse(file.read_text("utf-8")))] == []

