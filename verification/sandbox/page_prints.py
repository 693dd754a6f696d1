"""Fingerprints made in the sandbox: each is one that can be read, or it is thrown away.

They have a child of their own: a page that takes too long to draw costs its fingerprints, and
never the verdict.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from verification.codec import CodecError, from_json, to_json
from verification.fingerprints.kept import FileFingerprint
from verification.fingerprints.pages import NoFingerprint, opened
from verification.sandbox.outcome import Death

if TYPE_CHECKING:
    from typing import BinaryIO

    from verification.fingerprints.kept import PageFingerprint
    from verification.sandbox.client import Sandbox

#: No part of a package has a longer name: ZIP has two bytes for it.
_MOST_NAME = 65_535


def fingerprint_file(sandbox: Sandbox, file: BinaryIO) -> FileFingerprint:
    """Give what is to be kept of a file's pages. Raises SandboxUnavailable and OSError."""
    outcome = sandbox.run("page_prints", json.dumps(to_json(sandbox.limits)).encode(), file)
    if isinstance(outcome, Death):
        return FileFingerprint()
    try:
        said = from_json(FileFingerprint, json.loads(outcome.pixels))
    except (CodecError, ValueError, RecursionError):
        return FileFingerprint()
    return replace(said, pages=tuple(one for one in said.pages if _is_whole(one)))


def _is_whole(said: PageFingerprint) -> bool:
    try:
        opened(said)
    except NoFingerprint:
        return False
    return len(said.part) <= _MOST_NAME and said.page > 0 and said.width > 0 and said.height > 0
