"""The house's map holds: arrows run one way, and only the named rooms touch Streamlit, DuckDB and SQLAlchemy."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]
LAYERS = (("settings", "words"), ("warehouse", "ledger"), ("intake",), ("marts", "queries", "demo"),
          ("tags", "risk", "effect", "morale", "leavers", "keyaccounts"), ("care", "messages"), ("access",), ("story",), ("show",), ("pages",))
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}
CONDUCTORS = {"lib/build.py", "lib/__main__.py", "lib/serving.py"}
FILES = sorted(p for p in [*HOME.glob("lib/**/*.py"), *HOME.glob("pages/*.py"), HOME / "app.py"])


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


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_arrows_run_one_way(file: Path) -> None:
    own = room(relative(file).removesuffix(".py").replace("/", "."))
    if own is None or relative(file) in CONDUCTORS:
        return
    for name in imports(file):
        other = room(name)
        assert other is None or other == own or LEVEL[other] < LEVEL[own], f"{relative(file)} imports {name}"


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_only_show_pages_and_app_import_streamlit(file: Path) -> None:
    if any(name.split(".")[0] == "streamlit" for name in imports(file)):
        assert relative(file).startswith(("lib/show/", "pages/", "app.py", "lib/serving.py"))


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_only_the_warehouse_opens_duckdb(file: Path) -> None:
    if "duckdb.connect" in file.read_text("utf-8"):
        assert relative(file).startswith("lib/warehouse/")


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_only_the_ledger_opens_sqlalchemy(file: Path) -> None:
    if any(name.split(".")[0] in ("sqlalchemy", "sqlite3") for name in imports(file)):
        assert relative(file).startswith("lib/ledger/")


@pytest.mark.parametrize("file", [f for f in FILES if f.parent.name == "pages"], ids=relative)
def test_a_page_file_only_defines(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    allowed = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    strangers = [node for i, node in enumerate(tree.body)
                 if not isinstance(node, allowed) and not (i == 0 and isinstance(node, ast.Expr))]
    assert not strangers and any(isinstance(node, ast.FunctionDef) and node.name == "page" for node in tree.body)


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_a_cache_stands_on_the_shelf(file: Path) -> None:
    if "st.cache_" in file.read_text("utf-8"):
        assert relative(file) == "lib/show/shelf.py"


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_every_file_says_what_it_is_for(file: Path) -> None:
    assert ast.get_docstring(ast.parse(file.read_text("utf-8")))
