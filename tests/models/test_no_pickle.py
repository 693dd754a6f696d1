"""Nothing that scores or trains reads or writes a pickle, and scoring loads little."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.artefact import canonical
from tests.models import artefacts

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for room in ("models", "training") for path in (ROOT / room).rglob("*.py"))
CODE_IN_DATA = frozenset(
    {"pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "skops"}
    | {"jsonpickle", "mlflow", "sklearn.externals"}
)
CALLS = frozenset({"eval", "exec", "compile", "__import__"})


def dangers(source: str) -> Iterator[str]:
    """Name what reads code from data."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in CALLS or any(one.arg == "allow_pickle" for one in node.keywords):
                yield called
        yield from (name for name in names if {name, name.split(".")[0]} & CODE_IN_DATA)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_reads_code_from_data(path: Path) -> None:
    assert list(dangers(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param("import joblib", ["joblib"], id="joblib"),
        pytest.param("from pickle import loads", ["pickle", "pickle.loads"], id="pickle"),
        pytest.param("np.load(f, allow_pickle=True)", ["np.load"], id="numpy's pickles"),
        pytest.param("eval(text)", ["eval"], id="code"),
        pytest.param("import json", [], id="JSON is data"),
    ],
)
def test_what_would_is_seen(source: str, found: list[str]) -> None:
    assert list(dangers(source)) == found


def test_opening_and_scoring_unpickles_nothing_and_leaves_heavy_libraries_alone(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.zip").write_bytes(canonical.zipped(artefacts.artefact()))
    script = (
        "import sys, json\n"
        "seen = []\n"
        "sys.addaudithook(lambda event, _: 'pickle' in event and seen.append(event))\n"
        "from pathlib import Path\n"
        "from models.artefact.containers import parts_of\n"
        "from models.artefact.opening import open_artefact\n"
        "key = bytes.fromhex(sys.argv[2])\n"
        "opened = open_artefact(parts_of(Path(sys.argv[1])), trusted={key})\n"
        "cells = {'visits': 1, 'staff': None, 'source': 'b', 'age_days': 2}\n"
        "row = opened.win.features.row(cells)\n"
        "score = opened.win.p_win_of(row), opened.value.quantile_of(row, 3000.0)\n"
        "heavy = {'lightgbm', 'sklearn', 'pandas', 'scipy', 'joblib'} & set(sys.modules)\n"
        "print(json.dumps([seen, sorted(heavy), score]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a.zip"), artefacts.OURS.public_key.hex()],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
    )
    unpickled, heavy, score = json.loads(done.stdout)
    assert (unpickled, heavy) == ([], [])
    assert all(0 < one < 1 for one in score)
