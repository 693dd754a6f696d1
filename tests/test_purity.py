"""The leaves are pure: no clock, network, environment, process or chance outside the sandbox."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path
    for room in ("rules", "models", "verification")
    for path in (ROOT / room).rglob("*.py")
    if "sandbox" not in path.parts
)
MODULES = frozenset(
    {"multiprocessing", "random", "secrets", "socket", "subprocess", "time", "urllib.request"}
)
CALLS = frozenset(
    {"datetime.now", "datetime.today", "datetime.utcnow", "date.today", "os.environ", "os.getenv"}
    | {"os.urandom", "uuid.uuid1", "uuid.uuid4"}
)


def impure(source: str) -> set[str]:
    """Name what a module imports or touches of the world outside its arguments."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            found |= {origin} & MODULES
            found |= {f"{origin}.{alias.name}" for alias in node.names} & CALLS
        elif isinstance(node, ast.Attribute):
            found |= {".".join(ast.unparse(node).split(".")[-2:])} & CALLS
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_leaf_takes_its_world_as_arguments(path: Path) -> None:
    assert impure(path.read_text("utf-8")) == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param("import time", {"time"}, id="a clock"),
        pytest.param("import datetime\ndatetime.datetime.now()", {"datetime.now"}, id="now"),
        pytest.param("from os import environ", {"os.environ"}, id="the environment"),
        pytest.param("from datetime import time", set(), id="a time of day is no clock"),
    ],
)
def test_what_is_impure_is_seen(source: str, found: set[str]) -> None:
    assert impure(source) == found
