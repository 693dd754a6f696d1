"""Run all notebooks from top to bottom: `python notebooks/run.py`; a JSON line for each.

One kernel runs them all, so that the trainings they share are done once; before each its names are
forgotten. Nothing is written back. Exit code 1 where a cell fails, with what it said.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

FOLDER = Path(__file__).parent
PATIENCE_S = 600


def main() -> int:
    manager = KernelManager(kernel_name="python3")
    roots = [str(FOLDER.parent), os.environ.get("PYTHONPATH", "")]
    around = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    around["PYTHONPATH"] = os.pathsep.join(filter(None, roots))
    manager.start_kernel(cwd=str(FOLDER), env={**os.environ, **around})
    try:
        return max(_run(path, manager) for path in sorted(FOLDER.glob("*.ipynb")))
    finally:
        manager.shutdown_kernel(now=True)


def _run(path: Path, manager: KernelManager) -> int:
    notebook = nbformat.read(path, as_version=4)
    # What another notebook has named is gone; what was trained stays with `desk`.
    notebook.cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))
    failed = None
    try:
        NotebookClient(notebook, km=manager, timeout=PATIENCE_S).execute()
    except CellExecutionError as error:
        failed = str(error)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    pictures = sum("image/png" in output.get("data", {}) for output in outputs)
    noise = [output.text for output in outputs if output.get("name") == "stderr"]
    told = {"notebook": path.stem, "pictures": pictures, "stderr": noise, "failed": failed}
    print(json.dumps(told, ensure_ascii=False), flush=True)
    return int(failed is not None)


if __name__ == "__main__":
    sys.exit(main())
