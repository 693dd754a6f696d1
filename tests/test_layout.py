"""The house keeps its shape: rooms, arrows, sizes, and what a command may load."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest
from importlinter.application.use_cases import lint_imports
from importlinter.configuration import configure

ROOT = Path(__file__).parent.parent
ROOMS = ("rules", "models", "verification", "training", "service")
SOURCES = sorted(
    path
    for room in (*ROOMS, "tests", "benchmarks")
    for path in (ROOT / room).rglob("*.py")
    if "versions" not in path.parts
)
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
MAX_NESTING = 3
ENGINES = {"cv2", "pymupdf", "lxml", "pyhanko", "onnxruntime", "lightgbm", "sklearn"}
HEAVY = ("lightgbm", "cv2", "pymupdf", "flask", "sklearn", "sqlalchemy", "pyhanko", "celery")
NESTING = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)


@pytest.mark.parametrize("room", ROOMS)
def test_no_other_distribution_owns_a_room(room: str) -> None:
    assert set(packages_distributions().get(room, ["countermark"])) == {"countermark"}


def test_imports_point_downwards(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    assert lint_imports(), capsys.readouterr().out


def test_imports_run_in_no_circle_even_where_only_types_or_one_function_need_them() -> None:
    house = grimp.build_graph(*ROOMS, cache_dir=None)
    TopologicalSorter(
        {module: house.find_modules_directly_imported_by(module) for module in house.modules}
    ).prepare()


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def nesting(node: ast.AST, depth: int = 0) -> int:
    """Give the deepest nesting; ``elif`` is no deeper than its ``if``."""
    deepest = depth
    for name, value in ast.iter_fields(node):
        children = value if isinstance(value, list) else [value]
        for child in children:
            if not isinstance(child, ast.AST):
                continue
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            elif_ = isinstance(node, ast.If) and name == "orelse" and isinstance(child, ast.If)
            deeper = isinstance(child, NESTING) and not elif_
            deepest = max(deepest, nesting(child, depth + deeper))
    return deepest


def test_files_and_functions_stay_small() -> None:
    too_large = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in SOURCES
        if (lines := path.read_text("utf-8").count("\n")) > MAX_FILE_LINES
    ]
    for path in SOURCES:
        for function in functions(path):
            where = f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"
            lines = (function.end_lineno or 0) - function.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                too_large.append(f"{where}: {lines} lines")
            if (depth := nesting(function)) > MAX_NESTING:
                too_large.append(f"{where}: nested {depth} deep")
    assert not too_large, "\n".join(too_large)


@pytest.mark.parametrize("arguments", [["--help"], ["rules", "check", "--help"]])
def test_light_commands_load_no_heavy_library(arguments: list[str]) -> None:
    script = (
        "import sys, contextlib, io\n"
        f"sys.argv = ['countermark', *{arguments!r}]\n"
        "from service.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        "    try:\n"
        "        main()\n"
        "    except SystemExit:\n"
        "        pass\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_a_server_loads_no_engine_that_opens_files() -> None:
    """Files are opened in the sandbox, which has the engines; a server asks it."""
    script = f"import sys, service.server; print(sorted({ENGINES!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("room", ROOMS)
def test_importing_a_room_opens_no_socket_and_writes_nothing(room: str, tmp_path: Path) -> None:
    script = (
        "import sys, pkgutil, importlib\n"
        "seen = []\n"
        "def watch(event, arguments):\n"
        "    if event.startswith('socket.') and event not in ('socket.gethostname',):\n"
        "        seen.append((event, str(arguments)[:80]))\n"
        "    mode = arguments[1] if event == 'open' else None\n"
        "    if isinstance(mode, str) and set(mode) & set('wax+'):\n"
        "        seen.append((event, str(arguments)[:120]))\n"
        "sys.dont_write_bytecode = True\n"
        "sys.addaudithook(watch)\n"
        f"package = importlib.import_module({room!r})\n"
        "for info in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "    if '.versions.' not in info.name and not info.name.endswith(('.env', '__main__')):\n"
        "        try:\n"
        "            importlib.import_module(info.name)\n"
        "        except ModuleNotFoundError as missing:\n"
        "            if missing.name not in ('torch', 'optuna'): raise  # extras: 0016, 0022\n"
        "print(seen)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
    assert list(tmp_path.rglob("*")) == []
