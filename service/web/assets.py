"""Files that pages are made with: addressed by their content, so browsers may keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from flask import url_for

VERSION_DIGITS = 12
#: For an address that names the version; another version has another address.
FOR_GOOD = "public, max-age=31536000, immutable"


@cache
def version(filename: str) -> str:
    """Give the version of one of our static files. Raises FileNotFoundError."""
    content = files("service.web").joinpath("static", *filename.split("/")).read_bytes()
    return hashlib.sha256(content).hexdigest()[:VERSION_DIGITS]


def address(filename: str) -> str:
    """Give the address of the file as it is now."""
    return url_for("web.static", filename=filename, v=version(filename))


def caching(filename: str, asked_version: str | None) -> str:
    """Say how long an answer may be kept: without its version it is asked for again each time."""
    try:
        current = version(filename)
    except (OSError, ValueError):
        return "no-store"
    return FOR_GOOD if asked_version == current else "no-cache"
