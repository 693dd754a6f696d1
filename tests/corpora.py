"""Where the real files are: a folder named by COUNTERMARK_CORPORA, else the test is skipped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

VARIABLE = "COUNTERMARK_CORPORA"


def corpus(name: str) -> Path:
    """Give the folder of one corpus; skip the calling test where it is not at hand."""
    root = os.environ.get(VARIABLE)
    if not root:
        pytest.skip(f"{VARIABLE} is not set: real files are not at hand")
    folder = Path(root) / name
    if not folder.is_dir():
        pytest.skip(f"{VARIABLE} has no folder {name}")
    return folder
