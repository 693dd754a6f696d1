"""The program's own sources as one hash: by which version something was worked out."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path


@cache
def code_hash(*rooms: str) -> str:
    """Give one hash of the sources in some folders, whatever machine or commit they came by."""
    house = Path(__file__).parents[1]
    whole = hashlib.sha256()
    for room in rooms:
        for path in sorted((house / room).rglob("*.py")):
            whole.update(f"{path.relative_to(house).as_posix()}\n".encode())
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return f"source-{whole.hexdigest()[:40]}"
