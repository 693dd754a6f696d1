"""What a model is trained with: told in its manifest, so that years later somebody can look."""

from __future__ import annotations

import platform
from importlib import metadata

from service import sources

#: Rooms whose code decides what a model is.
_ROOMS = ("models", "training")
_LIBRARIES = ("lightgbm", "numpy", "scikit-learn")


def code_hash() -> str:
    """Give one hash of the sources that train."""
    return sources.code_hash(*_ROOMS)


def software(*more: str) -> dict[str, str]:
    """Give the versions of Python and of the libraries that fit, and of `more` of them."""
    found = {name: metadata.version(name) for name in (*_LIBRARIES, *more)}
    return {**found, "python": platform.python_version()}
