"""What a model is trained with: told in its manifest, so that years later somebody can look."""

from __future__ import annotations

import hashlib
import platform
from importlib import metadata
from pathlib import Path

#: Rooms whose code decides what a model is.
_ROOMS = ("models", "training")
_LIBRARIES = ("lightgbm", "numpy", "scikit-learn")


def code_hash() -> str:
    """Give one hash of the sources that train, whatever machine or commit they came by."""
    house = Path(__file__).parents[2]
    whole = hashlib.sha256()
    for room in _ROOMS:
        for path in sorted((house / room).rglob("*.py")):
            whole.update(f"{path.relative_to(house).as_posix()}\n".encode())
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return f"source-{whole.hexdigest()[:40]}"


def software(*more: str) -> dict[str, str]:
    """Give the versions of Python and of the libraries that fit, and of `more` of them."""
    found = {name: metadata.version(name) for name in (*_LIBRARIES, *more)}
    return {**found, "python": platform.python_version()}
