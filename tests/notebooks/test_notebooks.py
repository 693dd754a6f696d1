"""The four notebooks run from top to bottom on a small company; they are kept without outputs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
EACH = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
#: A small company whose models pass the gates; a notebook draws at least so many pictures.
LEADS, PICTURES = "3000", 3
PATIENCE_S = 600


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """Run them all by the command that people run, in one kernel."""
    missing = [name for name in ("nbclient", "ipykernel", "matplotlib") if find_spec(name) is None]
    if missing:
        pytest.skip(f"the extra `notebooks` is not installed: {', '.join(missing)}")
    done = subprocess.run(
        [sys.executable, str(FOLDER / "run.py")],
        env={**os.environ, "COUNTERMARK_NOTEBOOK_LEADS": LEADS},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, [one["failed"] for one in lines] or done.stderr
    return {one["notebook"]: one for one in lines}


@pytest.mark.parametrize(
    ("leads", "said"),
    [
        pytest.param("abc", "saw 'abc'", id="no number"),
        pytest.param("-5", "saw '-5'", id="below nothing"),
        pytest.param("2999", "from 3000 on", id="too few to learn from"),
    ],
)
def test_a_company_that_cannot_be_is_refused(leads: str, said: str) -> None:
    around = {**os.environ, "COUNTERMARK_NOTEBOOK_LEADS": leads}
    command = [sys.executable, "-c", "import desk"]
    done = subprocess.run(
        command, cwd=FOLDER, env=around, capture_output=True, text=True, check=False
    )
    assert "COUNTERMARK_NOTEBOOK_LEADS: 看到" in done.stderr
    assert said in done.stderr


def test_there_are_four() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04"]


@EACH
def test_a_notebook_runs_quietly_and_draws(path: Path, told: dict[str, Any]) -> None:
    one = told[path.stem]
    assert one["pictures"] >= PICTURES
    assert one["stderr"] == []


@EACH
def test_a_notebook_is_kept_clean_and_speaks_both_languages(path: Path) -> None:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    headings = [
        line
        for cell in cells
        if cell["cell_type"] == "markdown"
        for line in cell["source"]
        if line.startswith("#")
    ]
    assert len(headings) > PICTURES
    assert all(re.search(r"[一-鿿]", line) and re.search("[a-z]", line) for line in headings)
